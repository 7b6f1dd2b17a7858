#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# redis.bats - supervise-daemon on a real redis-server, which says itself when it is ready, and which is asked over its
# socket whether it answers. (.ci/run does not skip it.)
load helper

prepare() {
	applet supervise-daemon
	command -v redis-server > /dev/null || must redis "no redis-server"
	need_command perl
	server=$(command -v redis-server) # (its name says what it does, its file is called otherwise)
	redis=$(realpath "$server")
	dir=$(mktemp -d /tmp/redis.XXXXXX) # (a socket's name must be short)
	P=$dir/pid
	configure
	old=0
}

tidy() {
	kill_mine
	# (it writes its title over its environment, so that our mark is gone)
	[ -z "${redis-}" ] || kill -KILL $(pids_of "$redis") 2> /dev/null || :
	rm -rf "${dir:-none}"
}

# configure [LINE]: no port, no file but the socket; ready is told to who asks for it
configure() {
	cat > "$dir/redis.conf" <<- CONF
		port 0
		unixsocket $dir/socket
		dir $dir
		logfile $dir/log
		save ""
		appendonly no
		supervised systemd
		${1-}
	CONF
}

# WORD...: what redis answers on its socket, one line of it
ask() {
	perl -e 'use Socket;
		alarm 5;
		socket(S, AF_UNIX, SOCK_STREAM, 0) && connect(S, pack_sockaddr_un(shift)) or exit 1;
		my $text = "@ARGV\r\n";
		syswrite(S, $text) == length($text) && sysread(S, $text, 4096) or exit 1;
		print $text' "$dir/socket" "$@"
}

# LINE of INFO
info() {
	ask INFO server | sed -n "s/^$1:\([^[:cntrl:]]*\).*/\1/p"
}

sd() {
	supervise-daemon redis -p "$P" "$@"
}

start() {
	expect 0 sd -S --notify socket:ready --notify-timeout 20 -D 20ms --respawn-delay-cap 100ms -m 0 "$@" "$server" "$dir/redis.conf"
	sup=$(< "$P")
	sup=${sup%%$'\n'*}
}

# the one that the state file names answers, and it is another than $old, and no second runs
answers() {
	local now
	now=$(head -n 1 "$P.state") && [ "$now" != 0 ] && [ "$now" != "$old" ] && [ "$(info process_id)" = "$now" ] &&
		[ "$(pids_of "$redis")" = "$now" ] && pid=$now
}

nobody_runs() {
	[ -z "$(pids_of "$redis")" ]
}

# of those that the look found, two are still there after it
two_run() {
	local p n=0
	for p in $(pids_of "$redis"); do
		! alive "$p" || n=$((n + 1))
	done
	[ $n -gt 1 ]
}

# at no time were there two: asked of the kernel, while CMD runs
never_two() {
	[ -e "$T/never" ] || mkfifo "$T/never"
	(
		exec 8<> "$T/never"
		until [ -e "$T/enough" ]; do
			! two_run || : > "$T/two"
			read -r -t 0.01 -u 8 || :
		done
	) 3>&- &
	local watcher=$!
	"$@"
	: > "$T/enough"
	wait $watcher
	[ ! -e "$T/two" ]
	rm "$T/enough"
}

@test "a start is back when redis is ready: it answers the first that asks, with the pid that the state tells" {
	start
	answers
	[ "$(ask PING)" = $'+PONG\r' ]
	[ "$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status")" = "$sup" ]
	expect 0 sd -T
	says "redis: runs with pid $pid for "
	expect 1 sd -S "$server" "$dir/redis.conf"
	says 'already running'
	answers
}

in_every_way() {
	local how
	for how in KILL SEGV TERM INT SHUTDOWN KILL; do
		old=$pid
		case $how in
		SHUTDOWN) ask SHUTDOWN NOSAVE || : ;;
		*) kill -$how "$pid" ;;
		esac
		until_true 10 answers || { echo "after $how"; cat "$dir/log"; return 1; }
		[ "$(head -n 1 "$P")" = "$sup" ]
	done
}

@test "killed by KILL, SEGV, TERM and INT, and ended by its own SHUTDOWN, another answers each time, and never two" {
	start
	answers
	never_two in_every_way
	expect 0 sd -T
	says 'restarts: 6, last was killed by signal KILL'
	expect 0 sd -K
	nobody_runs
	[ -z "$(find "$dir" -name 'pid*')" ]
}

@test "--last-status 0: SHUTDOWN is the end of it, KILL is not" {
	start --last-status 0
	answers
	old=$pid
	kill -KILL "$pid"
	until_true 10 answers
	ask SHUTDOWN NOSAVE || :
	until_true 10 nobody_runs
	until_true 10 dead "$sup"
	expect 3 sd -T
}

@test "its supervisor killed: redis goes on to answer, no second is started, --replace and --stop end it" {
	start
	answers
	local first=$pid
	kill -KILL "$sup"
	until_true 5 dead "$sup"
	answers
	[ "$pid" = "$first" ]
	expect 1 sd -S "$server" "$dir/redis.conf"
	says "runs with pid $first, and without its supervisor"
	answers
	[ "$pid" = "$first" ]
	old=$first
	never_two start --replace
	until_true 10 answers
	kill -KILL "$sup"
	until_true 5 dead "$sup"
	expect 0 sd -K
	nobody_runs
}

@test "--stop ends it by TERM: it says good bye; a hung one is killed when its time is over" {
	start -R TERM/10/KILL/5
	answers
	expect 0 sd -K
	nobody_runs
	grep -q 'bye bye' "$dir/log"
	start -R TERM/200ms/KILL/5
	until_true 10 answers
	kill -STOP "$pid"
	expect 0 sd -K
	nobody_runs
	[ -z "$(find "$dir" -name 'pid*')" ]
}

@test "a wrong configuration: a start that waits for it to be ready fails at once and leaves nothing" {
	configure 'nonsense yes'
	expect 2 sd -S --notify socket:ready --notify-timeout 20 -D 10ms -m 3 "$server" "$dir/redis.conf"
	says "$server"
	nobody_runs
	[ -z "$(find "$dir" -name 'pid*')" ]
}

gave_up() {
	sd -T > told || [ $? = 3 ] && grep -q "$1" told
}

@test "a wrong configuration, not waited for: exit status 1, time and again, until the budget is spent" {
	configure 'nonsense yes'
	expect 0 sd -S -D 10ms -m 3 "$server" "$dir/redis.conf"
	until_true 10 gave_up 'redis: gave up, restarts: 3, last exited with status 1$'
	nobody_runs
	# and when it is right, the next start is one
	configure
	start
	answers
}

@test "one that hangs is found by a health check over its socket, and started anew" {
	printf '#!/bin/sh\nexec timeout 1 redis-cli -s %s/socket PING\n' "$dir" > "$dir/check"
	chmod +x "$dir/check"
	need_command redis-cli
	start -a 300ms --healthcheck "$dir/check" -R TERM/200ms/KILL/5
	answers
	old=$pid
	kill -STOP "$pid"
	until_true 20 answers
	expect 0 sd -K
	nobody_runs
}
