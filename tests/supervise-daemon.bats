#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# supervise-daemon: what it starts is started anew when it ends, never twice, and not for ever.
load helper
load cgroup

prepare() {
	applet supervise-daemon
	victim idled
	D=$VICTIM
	P=$T/run/pid
	mkdir "$T/run"
	logged=()
}

tidy() {
	[ -z "${dir-}" ] || rm -rf "$dir"
	tidy_cgroup
	umount /etc/init.d 2> /dev/null || true
}

# sd WORD...: of the service web
sd() {
	supervise-daemon web -p "$P" "$@"
}

first_line() {
	local line
	read -r line 2> /dev/null < "$1" && echo "$line"
}

# supervised OPTION... -- PROGRAM WORD...: $sup and $pid
supervised() {
	sd -S "$@" < /dev/null 3>&-
	sup=$(first_line "$P")
	pid=$(first_line "$P.state")
	[ "$sup" != "$pid" ]
	alive "$sup"
}

# script TEXT: $T/script, each of whose runs is a line in the file "runs"
script() {
	printf '#!/bin/sh\necho $$ >> %s/runs\n%s\n' "$T" "$1" > script
	chmod +x script
}

runs_are() {
	[ "$(wc -l < runs)" = "$1" ]
}

runs_at_least() {
	[ "$(wc -l 2> /dev/null < runs)" -ge "$1" ]
}

# another one than $pid
again() {
	until_true 5 is_another
	pid=$(first_line "$P.state")
}

is_another() {
	local now
	now=$(first_line "$P.state") && [ "$now" != 0 ] && [ "$now" != "$pid" ] && alive "$now"
}

none_is_left() {
	[ -z "$(pids_of "$D")$(pids_of "$INITBOX")" ]
}

status_is() {
	status=0
	sd -T > told 2>&1 || status=$?
	[ $status = "$1" ] && { [ -z "${2-}" ] || grep -qE "$2" told; }
}

# ---- start, stop, status --------------------------------------------------------------------------------------------------

@test "it comes back when the program runs; two pidfiles, a session of its own, no terminal, no file of ours" {
	exec 7< /dev/null
	expect 0 sd -S "$D" state "$T/state"
	exec 7<&-
	[ -z "$output" ] || [ "$output" = $'\n' ]
	sup=$(first_line "$P") pid=$(first_line "$P.state")
	until_true 5 test -s state
	[ "$sup" != "$pid" ]
	[ "/proc/$pid/exe" -ef "$D" ]
	[ "/proc/$sup/exe" -ef "$INITBOX" ]
	[ "$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status")" = "$sup" ]
	[ "$(cut -d ' ' -f 7 "/proc/$sup/stat")" = 0 ]
	[ "$(cut -d ' ' -f 7 "/proc/$pid/stat")" = 0 ]
	[ "$(cut -d ' ' -f 6 "/proc/$pid/stat")" != "$(cut -d ' ' -f 6 "/proc/$sup/stat")" ]
	[ "$(state fd0 state)$(state fd1 state)$(state fd2 state)" = /dev/null/dev/null/dev/null ]
	! grep -q '^fd7=' state
	[ ! -e "/proc/$sup/fd/7" ]
	[ "$(readlink "/proc/$sup/cwd")" = / ]
	[ "$(stat -c %a "$P")" = 644 ]
	[ "$(ls -A run)" = $'pid\npid.state' ]
	expect 0 sd -K
	none_is_left
	[ -z "$(ls -A run)" ]
}

@test "a start that fails is told, exits with 2, and leaves nothing" {
	expect 2 sd -S "$T/none"
	[ "$err" = "supervise-daemon: exec $T/none: No such file or directory" ]
	none_is_left
	[ -z "$(ls -A run)" ]
	expect 2 sd -S -d "$T/none" "$D"
	says "chdir $T/none: No such file or directory"
	expect 2 supervise-daemon web -p "$T/none/pid" -S "$D"
	says "pidfile $T/none/pid: No such file or directory"
	none_is_left
	[ -z "$(ls -A run)" ]
}

@test "what runs already is not started again: 1, and --status tells of it" {
	supervised "$D"
	expect 1 sd -S "$D"
	says 'web already running'
	[ "$(pids_of "$D")" = "$pid" ]
	expect 0 sd -T
	says "web: runs with pid $pid for "
	says ", supervised by $sup, restarts: 0"
	expect 0 sd -K
	expect 3 sd -T
	says 'web: does not run'
	expect 0 sd -K
}

@test "two starts at once are one" {
	for n in 1 2 3 4 5 6; do
		sd -S "$D" < /dev/null > "out$n" 2>&1 3>&- && echo 0 >> codes || echo $? >> codes &
	done
	wait
	[ "$(sort codes | tr '\n' ' ')" = '0 1 1 1 1 1 ' ]
	[ "$(pids_of "$D" | wc -l)" = 1 ]
}

@test "-s sends a signal to the program, HUP and USR1 are passed on by its supervisor" {
	supervised "$D" log "$T/got" pid "$T/there"
	until_true 5 test -s there
	expect 0 sd -s USR2
	until_true 5 grep -qx 'got 12' got
	kill -HUP "$sup"
	until_true 5 grep -qx 'got 01' got
	kill -USR1 "$sup"
	until_true 5 grep -qx 'got 10' got
	alive "$pid"
	[ "$(first_line "$P.state")" = "$pid" ]
}

@test "no service script is looked for under a name that is too long for one" {
	name=$(printf '%0300d' 1)
	expect 3 env RC_SVCNAME="$name" supervise-daemon "$name" -p "$P" -S -a 5 "$D"
	says '--healthcheck-timer needs --healthcheck'
}

@test "the name: first of all, or RC_SVCNAME, or the program's; the pidfile is named after it" {
	expect 3 env RC_SVCNAME=other supervise-daemon web -p "$P" -S "$D"
	says 'not RC_SVCNAME'
	export RC_SVCNAME=web
	supervised "$D"
	unset RC_SVCNAME
	expect 0 supervise-daemon -p "$P" -T -x "$D"
	says 'idled: runs'
	expect 4 supervise-daemon -T
	says 'needs the NAME'
	expect 4 supervise-daemon a/b -T
	says 'needs the NAME'
	expect 3 supervise-daemon there-is-none-such -T
	says 'there-is-none-such: does not run'
}

@test "wrong use" {
	expect 3 sd -S
	expect 3 sd -K -S "$D"
	expect 3 sd -K "$D"
	says 'a program is for --start only'
	expect 3 sd -S -R TERM "$D"
	says 'bad SCHEDULE'
	expect 3 sd -S -D x "$D"
	expect 3 sd -S --last-status 256 "$D"
	expect 3 sd -S --last-status 1- "$D"
	expect 3 sd -S -a 5 "$D"
	says 'needs --healthcheck'
	expect 3 sd -S --healthcheck /bin/true "$D"
	expect 2 sd -S -a 5 --healthcheck "$T/none" "$D"
	says "$T/none: No such file"
	none_is_left
	[ -z "$(ls -A run)" ]
}

# ---- started anew ----------------------------------------------------------------------------------------------------------

@test "it is started anew whatever it ended with, and what it was is told" {
	supervised -D 10ms "$D"
	kill -KILL "$pid"
	again
	status_is 0 'restarts: 1, last was killed by signal KILL$'
	kill -TERM "$pid"
	again
	status_is 0 'restarts: 2, last was killed by signal TERM$'
	[ "$(first_line "$P")" = "$sup" ]
	script 'exit 0'
	expect 0 sd -K
	expect 0 sd -S -D 10ms -m 3 "$T/script"
	until_true 5 runs_at_least 4
	until_true 5 status_is 3 'gave up, restarts: 3, last exited with status 0$'
}

@test "a thousand that end at once: none is missed, none hangs, no zombie stays" {
	script 'exit 1'
	expect 0 sd -S -D 0 -m 1000 "$T/script"
	until_true 60 status_is 3 'gave up, restarts: 1000'
	runs_are 1001
	[ -z "$(pids_of "$INITBOX")" ]
}

@test "each time it waits twice as long, up to a cap; with a step, so much longer" {
	script 'exec sleep 0'
	expect 0 sd -S -D 40ms --respawn-delay-cap 160ms -m 5 "$T/script"
	before=${EPOCHREALTIME/./}
	until_true 9 status_is 3 'gave up'
	took=$((${EPOCHREALTIME/./} - before))
	# 40 80 160 160 160: 600, an eighth less or more
	[ $took -ge 520000 ]
	rm runs
	expect 0 sd -S -D 0 --respawn-delay-step 100ms -m 4 "$T/script"
	before=${EPOCHREALTIME/./}
	until_true 9 status_is 3 'gave up'
	took=$((${EPOCHREALTIME/./} - before))
	# 0 100 200 300
	[ $took -ge 520000 ]
	runs_are 5
}

@test "who lived for --respawn-period begins a new row" {
	script 'exec sleep 0.3'
	expect 0 sd -S -D 0 -m 1 -P 200ms "$T/script"
	until_true 9 runs_at_least 4
	status_is 0
	expect 0 sd -K
	rm runs
	expect 0 sd -S -D 0 -m 1 -P 10 "$T/script"
	until_true 9 status_is 3 'gave up'
	runs_are 2
}

@test "when all was in vain: one loud line in the log, and --on-failure" {
	script 'exit 7'
	printf '#!/bin/sh\necho "$@" > %s/failed\n' "$T" > hook
	chmod +x hook
	with_dev_log "supervise-daemon web -p $P -S -D 10ms -m 2 --on-failure $T/hook $T/script"
	until_true 9 grep -qx '<27>supervise-daemon: web: gives up: exited with status 7 after 2 starts in a row' messages
	grep -q '<27>supervise-daemon: web: exited with status 7; starts anew in [0-9]* ms' messages
	until_true 5 grep -q 'web exited with status' failed
	expect 3 sd -T
	says 'gave up'
	# and the next start is a start
	expect 0 sd -S "$D"
	expect 0 sd -T
	says 'restarts: 0'
}

@test "--last-status: with these it is the end" {
	script 'exit $(wc -l < runs)'
	sed -i "s,< runs,< $T/runs," script
	expect 0 sd -S -D 0 -m 0 --last-status 0,7-9,100 "$T/script"
	until_true 9 status_is 3
	runs_are 7
	[ -z "$(ls -A run)" ]
}

@test "a start anew that fails is told, and tried again" {
	cp "$D" other
	supervised -D 10ms --respawn-delay-cap 20ms -m 0 "$T/other"
	rm other
	kill -KILL "$pid"
	until_true 5 status_is 1 'is to be started anew'
	cp "$D" other.new && mv other.new other
	until_true 5 status_is 0
}

@test "TERM is obeyed at once between two starts; a stop never races a start" {
	script 'exit 1'
	expect 0 sd -S -D 1m "$T/script"
	until_true 5 status_is 1 'is to be started anew'
	before=$SECONDS
	expect 0 sd -K
	[ $((SECONDS - before)) -lt 5 ]
	none_is_left
	for n in {1..25}; do
		expect 0 sd -S -D 0 -m 0 "$D" wait $((n % 5)) exit 1
		expect 0 sd -K
		none_is_left || { echo "round $n"; return 1; }
	done
	[ -z "$(ls -A run)" ]
}

@test "a stop follows the schedule of the start: KILL at the end, unless it has another" {
	supervised -R TERM/100ms/KILL/5 "$D" ignore 15 pid "$T/there"
	until_true 5 test -s there
	expect 0 sd -K
	none_is_left
	supervised -R INT/5 "$D" ignore 15 exit-on 2 3 pid "$T/two"
	until_true 5 test -s two
	expect 0 sd -K
	none_is_left
}

@test "who goes into the background by itself is followed" {
	expect 0 sd -S -D 10ms "$D" fork pid "$T/there"
	until_true 5 test -s there
	is_followed() { [ "$(first_line "$P.state")" = "$(< there)" ]; }
	until_true 5 is_followed
	sup=$(first_line "$P") pid=$(< there)
	[ "$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status")" = "$sup" ]
	kill -KILL "$pid"
	again
	expect 0 sd -K
	none_is_left
}

@test "what it left behind is stopped with it, when asked: session and tree" {
	for how in --stop-group --stop-session --stop-tree; do
		rm -f main child
		cat > parent <<- END
			#!/bin/bash
			"$D" pid "$T/child" &
			echo \$\$ > "$T/main.new" && mv "$T/main.new" "$T/main"
			wait
		END
		chmod +x parent
		supervised $how -D 10ms "$T/parent"
		until_true 5 test -s child -a -s main
		old=$(< child)
		kill -KILL "$(< main)"
		until_true 5 dead "$old"
		again
		expect 0 sd -K
		none_is_left
	done
}

@test "what is no cgroup cannot be joined, and a pidfile's name may be too long: nothing is started" {
	expect 2 sd -S --cgroup "$T" "$D"
	[[ $output == *"$T"* ]]
	expect 2 supervise-daemon web -p "/$(printf '%01020d' 1)" -S "$D"
	[[ $output == *'Name too long'* ]]
	[ -z "$(pids_of "$D")" ] && [ ! -e "$P" ]
}

@test "--cgroup: the program is put into it, and all its members are stopped with it, but nobody else" {
	need START_STOP_DAEMON_TREE
	cgroup
	# a child that leaves session and parent, and obeys KILL only
	printf '#!/bin/sh\nsetsid sh -c '\''trap "" TERM; echo $$ > child; while :; do sleep 1; done'\'' &\nsleep 0.2; echo $$ > main; exec sleep 1000\n' \
		> parent
	chmod +x parent
	supervised --cgroup "$C" -d "$T" -D 10ms -R TERM/200ms/KILL/5 "$T/parent"
	until_true 5 test -s child -a -s main
	old=$(< child)
	grep -qx "$old" "$C/cgroup.procs"
	! grep -qx "$sup" "$C/cgroup.procs"
	rm main
	kill -KILL "$pid"
	until_true 5 test -s main
	dead "$old"
	old=$(< child)
	expect 0 sd -K
	dead "$old"
	[ -z "$(cat "$C/cgroup.procs")" ]
	supervised --cgroup "$C" -d "$T" "$T/parent"
	until_true 5 grep -qx "$(< child)" "$C/cgroup.procs"
	kill -KILL "$sup"
	until_true 5 dead "$sup"
	expect 0 sd -K --cgroup "$C" -R TERM/200ms/KILL/5
	[ -z "$(cat "$C/cgroup.procs")" ]
	done_with_cgroup
	expect 2 sd -S --cgroup "$C" "$D"
	says "cgroup $C: No such file or directory"
	none_is_left
}

# ---- the supervisor is killed --------------------------------------------------------------------------------------------------

@test "its supervisor killed, a start finds the program and says so; --replace ends it; never two" {
	supervised "$D"
	kill -KILL "$sup"
	until_true 5 dead "$sup"
	expect 0 sd -T
	says "runs with pid $pid"
	says 'its supervisor is gone'
	expect 1 sd -S "$D"
	[ "$err" = "supervise-daemon: web runs with pid $pid, and without its supervisor, which was killed: stop it first, or use --replace" ]
	[ "$(pids_of "$D")" = "$pid" ]
	expect 0 sd -S --replace "$D"
	dead "$pid"
	[ "$(pids_of "$D")" = "$(first_line "$P.state")" ]
	sup=$(first_line "$P") pid=$(first_line "$P.state")
	kill -KILL "$sup"
	until_true 5 dead "$sup"
	expect 0 sd -K
	none_is_left
	[ -z "$(ls -A run)" ]
}

@test "a state that cannot be looked at is an error, and no second start" {
	supervised "$D"
	kill -KILL "$sup"
	until_true 5 dead "$sup"
	chmod 0666 "$P.state"
	expect 2 sd -S "$D"
	[[ $err = "supervise-daemon: web: cannot look for what $P.state names: "* ]]
	expect 4 sd -T
	[ "$(pids_of "$D")" = "$pid" ]
	chmod 0644 "$P.state"
	expect 2 bash -c 'ulimit -n 6; exec supervise-daemon web -S -p run/web.pid "$1"' - "$D" 6> /dev/null
	[[ $err = *"Too many open files"* ]]
	[ "$(pids_of "$D")" = "$pid" ]
	expect 0 sd -K
	none_is_left
}

@test "the pid of the state is another's by now: nobody is signalled" {
	supervised "$D"
	kill -KILL "$sup" "$pid"
	until_true 5 none_is_left
	spawn "$D"
	stranger=$pid
	# the number of a stranger, and the identity of who had it
	sed -i "1s/.*/$stranger/" "$P.state" "$P"
	expect 1 sd -T
	expect 0 sd -K
	alive "$stranger"
}

# ---- health --------------------------------------------------------------------------------------------------------------------

@test "a health check that fails, or never ends, is a start anew" {
	printf '#!/bin/sh\n[ ! -e %s/sick ]\n' "$T" > check
	chmod +x check
	supervised -D 10ms -a 100ms --healthcheck "$T/check" -R TERM/100ms/KILL/5 "$D"
	until_true 1 alive "$pid"
	: > sick
	again
	rm sick
	until_true 5 status_is 0
	expect 0 sd -K
	printf '#!/bin/sh\nexec sleep 100\n' > check
	supervised -D 10ms -a 200ms --healthcheck "$T/check" -R TERM/100ms/KILL/5 "$D"
	again
	expect 0 sd -K
	none_is_left
}

@test "OpenRC's service script is asked for its health, and told when it is not well" {
	need_root
	script 'exec sleep 1000'
	mkdir -p /etc/init.d
	mount -t tmpfs none /etc/init.d || skip "no file system can be mounted here"
	printf '#!/bin/sh\necho "$1" >> %s/told\n[ "$1" != unhealthy ] || exec sleep 3\n! rm %s/sick 2> /dev/null\n' "$T" "$T" \
		> /etc/init.d/web
	chmod +x /etc/init.d/web
	export RC_SVCNAME=web
	supervised --stop-tree -D 10ms -a 100ms -R TERM/100ms/KILL/5 "$T/script"
	: > sick
	again
	unset RC_SVCNAME
	# who is told is not taken for the program, though he is a child that lives
	[ "$(first_line "$P.state")" = "$pid" ]
	grep -qx "$pid" runs
	expect 0 sd -K
	umount /etc/init.d
	[ "$(sort -u told)" = "$(printf 'healthcheck\nunhealthy')" ]
	[ "$(grep -c unhealthy told)" = 1 ]
}

@test "a watchdog that is not told is a start anew; who tells lives" {
	need_command perl
	cat > talker <<- 'PERL'
		#!/usr/bin/perl
		use Socket;
		socket(S, AF_UNIX, SOCK_DGRAM, 0);
		(my $to = $ENV{NOTIFY_SOCKET}) =~ s/^@/\0/;
		my $n = 0;
		send(S, "READY=1", 0, pack_sockaddr_un($to));
		while (!-e "silent") {
			send(S, "WATCHDOG=1\n", 0, pack_sockaddr_un($to));
			select(undef, undef, undef, 0.1);
			if (++$n == 15) { open(F, ">", "well"); close(F) }
		}
		sleep 100;
	PERL
	chmod +x talker
	supervised -D 10ms --watchdog 800ms -d "$T" "$T/talker"
	until_true 9 test -e well
	[ "$(first_line "$P.state")" = "$pid" ]
	: > silent
	again
	expect 0 sd -K
}

@test "it is not there before it is ready, when that is asked for" {
	expect 2 sd -S --ready-fd 3 --notify-timeout 200ms "$D"
	says "wait for $D: "
	none_is_left
	[ -z "$(ls -A run)" ]
	script 'sleep 0.2; echo >&3; exec sleep 100'
	expect 0 sd -S -D 10ms --ready-fd 3 "$T/script"
	pid=$(first_line "$P.state")
	kill -KILL "$pid"
	again
}

# ---- how it is started -------------------------------------------------------------------------------------------------------------

@test "user, group, umask, environment, limits and files are those of every start" {
	need_root
	dir=$(mktemp -d /dev/shm/initbox.XXXXXX) # the user gets there
	chmod 777 "$dir"
	cp "$D" "$dir/idled"
	supervised -D 10ms -u 54321:12345 -k 027 -e A=b -1 "$dir/out" -2 "$dir/out" "$dir/idled" say hello
	alive "$pid"
	for n in 1 2; do
		[ "$(awk '$1 == "Uid:" || $1 == "Gid:" { print $3 }' "/proc/$pid/status" | tr '\n' ' ')" = '54321 12345 ' ]
		grep -qzx A=b "/proc/$pid/environ"
		[ "$(awk '$1 == "Umask:" { print $2 }' "/proc/$pid/status")" = 0027 ]
		kill -KILL "$pid"
		again
	done
	three() { [ "$(grep -c hello "$dir/out")" = 3 ]; }
	until_true 5 three
	[ "$(stat -c %a:%u "$dir/out")" = 600:54321 ]
	expect 0 sd -K
}

# ---- the long run ----------------------------------------------------------------------------------------------------------------------

@test "nothing wakes it while nothing happens, and its own memory is small" {
	need_command strace
	need_plain "it is the instrument's memory"
	# (its caller's environment is as large as that is)
	env -i PATH="$PATH" STARTED_BY="$STARTED_BY" supervise-daemon web -p "$P" -S "$D" < /dev/null 3>&-
	sup=$(first_line "$P")
	spawn strace -f -qq -o "$T/calls" -p "$sup"
	until_true 5 grep -q rt_sigtimedwait calls
	read -r -t 1 < <(exec sleep 5) || :
	before=$(wc -l < calls)
	read -r -t 3 < <(exec sleep 5) || :
	[ "$before" = "$(wc -l < calls)" ]
	# (the program's text is that of a file that may not be on the disk yet, and is not its own)
	dirty=$(awk '/^[0-9a-f]+-[0-9a-f]+ / { own = $2 ~ /w/ } $1 == "Private_Dirty:" && own { n += $2 } END { print n }' "/proc/$sup/smaps")
	echo "# the supervisor has $dirty KiB of its own" >&3
	extra=${OLD-}${INITBOX_NO_PIDFD-} # (what takes the place of newer calls needs two pages)
	[ "$dirty" -le $((40 ${extra:+ + 8})) ]
}
