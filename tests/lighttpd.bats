# SPDX-License-Identifier: 0BSD
# lighttpd.bats - the main job on a real lighttpd with a monitor and four workers. `make demo` tells the same as a story.
load helper

prepare() {
	applet start-stop-daemon pidof
	need_command lighttpd curl
	lighttpd=$(realpath "$(command -v lighttpd)")
	pidfile=$T/web.pid
	page="the page of $T"
	mkdir www
	echo "$page" > www/index.html
	configure
}

# configure [LINE]: a server on a port of its own
configure() {
	until_true 5 free_port
	cat > lighttpd.conf <<- CONF
		server.document-root = "$T/www"
		server.bind = "127.0.0.1"
		server.port = $port
		server.max-worker = 4
		server.errorlog = "$T/error.log"
		index-file.names = ( "index.html" )
		${1-}
	CONF
}

free_port() {
	port=$((20000 + RANDOM % 12000))
	! (exec 8<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null
}

served() {
	[ "$(curl -fs "http://127.0.0.1:$port/")" = "$page" ]
}

# who runs lighttpd, asked of the kernel
running() {
	local exe
	for exe in /proc/[0-9]*/exe; do
		[ "$(readlink "$exe")" != "$lighttpd" ] || { exe=${exe%/exe}; echo "${exe#/proc/}"; }
	done 2> /dev/null | sort -n
}

workers() {
	grep -l "^PPid:[[:space:]]$monitor$" /proc/[0-9]*/status 2> /dev/null | tr -dc '0-9\n' | sort -n
}

five_run() {
	[ "$(workers | wc -l)" = 4 ] && [ "$(running | wc -l)" = 5 ]
}

nobody_runs() {
	[ -z "$(running)" ]
}

# -S -b -m, until it serves
start() {
	expect 0 start-stop-daemon -S -b -m -p "$pidfile" -x "$lighttpd" "$@" -- -D -f "$T/lighttpd.conf"
	up
}

up() {
	monitor=$(< "$pidfile")
	until_true 10 served
	until_true 10 five_run
}

stop() {
	expect 0 start-stop-daemon -K -p "$pidfile" -x "$lighttpd" -R TERM/5/KILL/5 "$@"
}

signal() {
	expect 0 start-stop-daemon -K -p "$pidfile" -x "$lighttpd" -s "$1"
}

stat_field() {
	sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f $(($2 - 2))
}

# milliseconds that the command took
took() {
	local begin=${EPOCHREALTIME/[.,]/}
	"$@" || return
	ms=$(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
}

@test "start comes back when lighttpd runs and its pidfile stands" {
	expect 0 start-stop-daemon -S -b -m -p "$pidfile" -x "$lighttpd" -- -D -f "$T/lighttpd.conf"
	[ -z "${output//$'\n'/}" ]
	monitor=$(cat "$pidfile")
	[ "$(readlink "/proc/$monitor/exe")" = "$lighttpd" ]
	[ "$(cat "$pidfile")" -gt 0 ]
	[ "$(stat -c %a "$pidfile")" = 644 ]
	until_true 10 served
}

@test "pidof names the monitor and its four workers, and nobody else" {
	start
	expect 0 pidof lighttpd
	[ "$(echo $out | tr ' ' '\n' | sort -n)" = "$(running)" ]
	expect 0 pidof "$lighttpd"
	[ "$(echo $out | tr ' ' '\n' | sort -n)" = "$(running)" ]
	expect 0 pidof -s lighttpd
	[ "$(running | tail -n 1)" = "$out" ]
}

@test "the daemon is clean: no terminal, no way to one, cwd /, no stray file, no foreign signal settings" {
	trap '' QUIT WINCH
	exec 7> stray
	start
	trap - QUIT WINCH
	exec 7>&-
	local session
	session=$(stat_field "$monitor" 6)
	[ "$session" != "$monitor" ] && [ ! -e "/proc/$session" ]
	[ "$(stat_field "$monitor" 7)" = 0 ]
	[ "$(readlink "/proc/$monitor/cwd")" = / ]
	local fd
	for fd in 0 1 2; do
		[ "$(readlink "/proc/$monitor/fd/$fd")" = /dev/null ]
	done
	[[ $(readlink "/proc/$monitor/fd"/*) != *stray* ]]
	[ "$(awk '/^SigBlk:/ { print $2 }' "/proc/$monitor/status")" = 0000000000000000 ]
	# QUIT is bit 2, WINCH bit 27; lighttpd itself ignores PIPE
	(( (16#$(awk '/^SigIgn:/ { print $2 }' "/proc/$monitor/status") & 0x8000004) == 0 ))
}

@test "a second start is refused with 1, with --oknodo 0, and changes nothing" {
	start
	local before
	before=$(running)
	expect 1 start-stop-daemon -S -b -m -p "$pidfile" -x "$lighttpd" -- -D -f "$T/lighttpd.conf"
	says "already running"
	expect 0 start-stop-daemon -S -o -b -m -p "$pidfile" -x "$lighttpd" -- -D -f "$T/lighttpd.conf"
	expect 1 start-stop-daemon -S -b -x "$lighttpd" -- -D -f "$T/lighttpd.conf"
	[ "$(running)" = "$before" ]
	[ "$(cat "$pidfile")" = "$monitor" ]
	[ "$(ls -A | tr '\n' ' ')" = 'error.log lighttpd.conf web.pid www ' ]
}

@test "of eight starts at once one succeeds" {
	need PIDFILE_LOCK
	local i pids=() ok=0 refused=0
	for i in 1 2 3 4 5 6 7 8; do
		start-stop-daemon -q -S -b -m -p "$pidfile" -x "$lighttpd" -- -D -f "$T/lighttpd.conf" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		if wait "$i"; then ok=$((ok + 1)); elif [ $? = 1 ]; then refused=$((refused + 1)); fi
	done
	[ "$ok $refused" = "1 7" ]
	up
	[ "$(running | wc -l)" = 5 ]
}

@test "HUP reaches the monitor: lighttpd opens its logs anew, and the five live on" {
	start
	local before
	before=$(running)
	mv error.log error.log.1
	signal HUP
	until_true 5 grep -q cycled error.log
	[ "$(running)" = "$before" ]
	served
}

@test "USR1, the graceful restart: four new workers, the monitor stays, --status is 0 all the time" {
	start
	local before
	before=$(workers)
	signal USR1
	expect 0 start-stop-daemon -T -p "$pidfile" -x "$lighttpd"
	four_new() {
		five_run && ! workers | grep -qxF "$before"
	}
	until_true 10 four_new
	until_true 10 served
	[ "$(running | head -n 1)" = "$monitor" ]
	expect 0 start-stop-daemon -T -p "$pidfile" -x "$lighttpd"
}

@test "stop with TERM/5/KILL/5 comes back at once; monitor and workers are gone" {
	start
	took stop
	((ms < 2000))
	dead "$monitor"
	until_true 2 nobody_runs
	expect 1 pidof lighttpd
	[ -z "$out" ]
}

@test "--status: 0 while it runs, 1 with a pidfile that was left, 3 without one" {
	start
	expect 0 start-stop-daemon -T -p "$pidfile"
	stop
	expect 1 start-stop-daemon -T -p "$pidfile"
	rm "$pidfile"
	expect 3 start-stop-daemon -T -p "$pidfile"
}

@test "stop --remove-pidfile takes the pidfile away; a second stop has nothing to do" {
	start
	stop --remove-pidfile
	[ ! -e "$pidfile" ]
	expect 1 start-stop-daemon -K -p "$pidfile" -x "$lighttpd" -R TERM/5/KILL/5
	says "none killed"
	expect 0 start-stop-daemon -K -o -p "$pidfile" -x "$lighttpd" -R TERM/5/KILL/5
}

@test "stop by --exec alone: all five get TERM, and it comes back when the last is gone" {
	start
	expect 0 start-stop-daemon -K -x "$lighttpd" -R TERM/5/KILL/5
	nobody_runs
}

@test "a hung monitor is killed when its time is over" {
	start
	kill -STOP "$monitor"
	until_true 5 grep -q '^State:[[:space:]]T' "/proc/$monitor/status"
	expect 0 start-stop-daemon -K -p "$pidfile" -x "$lighttpd" -R TERM/200ms/KILL/5
	dead "$monitor"
}

@test "a hung worker: stop by --exec kills it when its time is over" {
	start
	local worker
	worker=$(workers | head -n 1)
	kill -STOP "$worker"
	until_true 5 grep -q '^State:[[:space:]]T' "/proc/$worker/status"
	expect 2 start-stop-daemon -K -x "$lighttpd" -R TERM/200ms
	says "refused to die"
	alive "$worker"
	expect 0 start-stop-daemon -K -x "$lighttpd" -R TERM/200ms/KILL/5
	dead "$worker"
	nobody_runs
}

@test "restart, five times, on the same port" {
	start
	local i old
	for i in 1 2 3 4 5; do
		old=$monitor
		stop
		until_true 5 nobody_runs # the workers have the port for a moment longer
		start
		[ "$monitor" != "$old" ]
	done
	[ "$(running | wc -l)" = 5 ]
}

@test "a killed lighttpd leaves its pidfile, and does not keep the next from starting" {
	start
	kill -KILL $(running)
	until_true 5 nobody_runs
	expect 1 start-stop-daemon -T -p "$pidfile" -x "$lighttpd"
	start
	[ "$(cat "$pidfile")" = "$monitor" ]
}

@test "a port that is taken: lighttpd itself fails, --status tells, and the log says why" {
	start
	expect 0 start-stop-daemon -S -b -m -p "$T/other.pid" -x "$lighttpd" -O "$T/output" -- -D -f "$T/lighttpd.conf"
	other_ended() {
		dead "$(cat other.pid)"
	}
	until_true 5 other_ended
	expect 1 start-stop-daemon -T -p "$T/other.pid"
	grep -q 'bind' error.log output
	served
}

@test "daemonize starts it, its lock refuses a second start, killall -w ends all five" {
	applet daemonize killall
	expect 0 daemonize -p "$pidfile" -l "$T/lock" "$lighttpd" -D -f "$T/lighttpd.conf"
	up
	expect 1 daemonize -p "$pidfile" -l "$T/lock" "$lighttpd" -D -f "$T/lighttpd.conf"
	says "held by another process"
	[ "$(cat "$pidfile")" = "$monitor" ]
	expect 0 killall -w lighttpd
	nobody_runs
	expect 1 killall lighttpd
	says "no process found"
}

@test "killall -w waits for a hung worker too" {
	applet killall
	start
	local worker
	worker=$(workers | head -n 1)
	kill -STOP "$worker"
	killall -w lighttpd 3>&- &
	pid=$!
	gone() {
		[ "$(running)" = "$worker" ]
	}
	until_true 5 gone
	alive "$pid"
	kill -CONT "$worker"
	wait "$pid"
	nobody_runs
}

# ---- lighttpd makes a daemon of itself -----------------------------------------------------------------------------

own_start() {
	expect "$1" start-stop-daemon -S -p "$pidfile" -x "$lighttpd" -- -f "$T/lighttpd.conf"
}

@test "lighttpd as its own daemon, with server.pid-file: start, status, second start, stop, status" {
	configure "server.pid-file = \"$pidfile\""
	expect 3 start-stop-daemon -T -p "$pidfile" -x "$lighttpd"
	own_start 0
	up
	expect 0 start-stop-daemon -T -p "$pidfile" -x "$lighttpd"
	local before
	before=$(running)
	own_start 1
	says "already running"
	[ "$(running)" = "$before" ]
	stop
	until_true 2 nobody_runs
	# lighttpd takes its pidfile away, unless it has no right to
	if [ -e "$pidfile" ]; then expected=1; else expected=3; fi
	expect $expected start-stop-daemon -T -p "$pidfile" -x "$lighttpd"
}

@test "lighttpd as its own daemon: restart, and a graceful stop by INT" {
	configure "server.pid-file = \"$pidfile\""
	own_start 0
	up
	stop
	until_true 5 nobody_runs # the workers have the port for a moment longer
	own_start 0
	up
	expect 0 start-stop-daemon -K -s INT -p "$pidfile" -x "$lighttpd" -R 5
	until_true 5 nobody_runs
}

@test "lighttpd as its own daemon: what it says of a bad configuration comes through" {
	configure 'server.nonsense = ('
	expect 255 start-stop-daemon -S -p "$pidfile" -x "$lighttpd" -- -f "$T/lighttpd.conf"
	says lighttpd.conf
	nobody_runs
	[ ! -e "$pidfile" ]
}

@test "supervised: its monitor killed in every way, and a worker, and all: five serve again, and never ten" {
	applet supervise-daemon
	local old signal
	supervise() { supervise-daemon web -p "$T/super.pid" "$@"; }
	anew() {
		monitor=$(head -n 1 "$T/super.pid.state") && [ "$monitor" != 0 ] && [ "$monitor" != "$old" ] && served && five_run
	}
	old=0
	expect 0 supervise -S --stop-tree -D 50ms --respawn-delay-cap 100ms -m 0 "$lighttpd" -D -f "$T/lighttpd.conf"
	until_true 10 anew
	for signal in KILL SEGV TERM INT; do
		old=$monitor
		kill -$signal "$monitor"
		until_true 10 anew
	done
	# a worker is the monitor's concern
	kill -KILL "$(workers | head -n 1)"
	until_true 10 five_run
	[ "$(head -n 1 "$T/super.pid.state")" = "$monitor" ]
	old=$monitor
	kill -KILL $(running)
	until_true 10 anew
	expect 0 supervise -K
	nobody_runs
}
