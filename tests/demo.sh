#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# demo.sh - the main job on a real lighttpd, told as a story: started, seen, signalled, stopped, and nothing left over.
# All that it says is computed from what it saw; it ends with 1 and one line at the first thing that is not as promised.
# INITBOX=path of the binary (without it: build/initbox, built here). Runs in a pid namespace of its own.
set -u
root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
PATH=$PATH:/usr/sbin:/sbin
: "${DEMO_INSIDE:=}" "${INITBOX:=}" "${O:=build}"

# outside: what is lacking, the binary, a directory, a namespace
prepare()
{
	local user=() why

	"$root/tests/need.sh" lighttpd:lighttpd curl:curl unshare:util-linux:util-linux-misc || exit 1
	if [ -z "$INITBOX" ]; then
		"$root/tests/need.sh" make:make musl-gcc:musl-tools:-:musl-gcc strip:binutils &&
			make -s -C "$root" O="$O" || exit 1
		INITBOX=$(cd "$root" && realpath "$O/initbox")
	fi
	[ -x "$INITBOX" ] || { echo "demo: there is no $INITBOX" >&2; exit 1; }
	INITBOX=$(realpath "$INITBOX")
	scratch=$(mktemp -d /tmp/initbox-demo.XXXXXX) || exit 1
	trap 'rm -rf "$scratch"' EXIT
	trap 'exit 130' INT TERM HUP
	unshare -fpm --mount-proc true 2> /dev/null || user=(-Ur)
	if ! why=$(unshare "${user[@]}" -fpm --mount-proc true 2>&1); then
		echo "demo: needs a pid namespace of its own, which is not to be had here ($why)" >&2
		exit 1
	fi
	DEMO_INSIDE=$scratch INITBOX=$INITBOX unshare "${user[@]}" -fpm --mount-proc --kill-child "$0"
	exit
}
[ "$DEMO_INSIDE" ] || prepare

# ---- from here on: PID 1 of the namespace ------------------------------------------------------------------------

trap 'exit 130' INT TERM
for fd in "/proc/$$/fd"/*; do # what our caller had open is not part of the story
	fd=${fd##*/}
	case $fd in [012] | 255) ;; *) eval "exec $fd>&-" ;; esac
done
cd "$DEMO_INSIDE" || exit 1

fail()
{
	printf 'demo: FAILED: %s\n' "$*" >&2
	exit 1
}

# a paragraph of the story
tell()
{
	[ "$told" ] || echo
	told=1
	echo "$*" | fmt_80
	echo
}
told=

fmt_80()
{
	if command -v fmt > /dev/null; then fmt -w 78; else cat; fi
}

# run STATUS COMMAND: shows it as it is typed, then what it says; its output is in $out, how long it took in $ms
run()
{
	local expected=$1 begin end status

	told=
	printf '$ %s\n' "$2"
	begin=${EPOCHREALTIME/[.,]/}
	eval "$2" > out 2>&1
	status=$?
	end=${EPOCHREALTIME/[.,]/}
	ms=$(((end - begin + 999) / 1000))
	out=$(cat out)
	[ -z "$out" ] || printf '%s\n' "$out"
	case $status:$2 in 0:*--status*) echo "(exit status 0)" ;; 0:*) ;; *) echo "(exit status $status)" ;; esac
	[ "$status" = "$expected" ] || fail "'$2' ended with exit status $status, not $expected"
}

# until_true COMMAND: within ten seconds, or 1
until_true()
{
	local tries=1000

	until "$@" 2> /dev/null; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep 0.01
	done
}

served()
{
	[ "$(curl -fs "$url")" = "$page" ]
}

port_is_free()
{
	port=$((20000 + RANDOM % 12000))
	! (exec 3<> "/dev/tcp/127.0.0.1/$port")
}

wait_for_page()
{
	local begin=${EPOCHREALTIME/[.,]/}

	until_true served || fail "no page came from lighttpd at $url: $(tail -n 1 error.log)"
	ms=$(((${EPOCHREALTIME/[.,]/} - begin + 999) / 1000))
}

# who runs lighttpd, asked of the kernel and not of initbox: the pids, the oldest first
lighttpds()
{
	local p

	for p in /proc/[0-9]*; do
		case $(readlink "$p/exe") in */lighttpd*) echo "${p#/proc/}" ;; esac
	done 2> /dev/null | sort -n | tr '\n' ' ' | sed 's/ $//'
}

# which NUMBER: is it the monitor and its four workers, and does $out name just them?
five()
{
	local p n=0

	until_true four_workers "$1" || fail "the monitor $1 has not four workers but: $(workers "$1")"
	for p in $out; do n=$((n + 1)); done
	[ "$n" = 5 ] || fail "pidof named $n processes, not five: $out"
	[ "$(echo "$out" | tr ' ' '\n' | sort -n | tr '\n' ' ' | sed 's/ $//')" = "$(lighttpds)" ] ||
		fail "pidof said $out; the kernel says $(lighttpds)"
}

# the children of a process
workers()
{
	awk -v parent="$1" '/^Pid:/ { p = $2 } /^PPid:/ && $2 == parent { print p }' /proc/[0-9]*/status 2> /dev/null |
		sort -n | tr '\n' ' '
}

four_workers()
{
	[ "$(workers "$1" | wc -w)" = 4 ]
}

four_other_workers()
{
	local p

	four_workers "$1" || return 1
	for p in $(workers "$1"); do
		case " $2 " in *" $p "*) return 1 ;; esac
	done
}

# a zombie does not
lives()
{
	case $(stat_field "$1" 3 2> /dev/null) in "" | Z | X) return 1 ;; esac
}

all_gone()
{
	[ -z "$(lighttpds)" ]
}

# ---- what holds of a process, from /proc --------------------------------------------------------------------------

# field N of /proc/PID/stat, counted as in proc(5)
stat_field()
{
	sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f $(($2 - 2))
}

# KEY of /proc/PID/status. Of this shell it is what snapshot saw: a shell blocks signals while it runs a $(command)
of_status()
{
	awk -v key="$2:" '$1 == key { print $2 }' "$([ "$1" = $$ ] && echo status || echo "/proc/$1/status")"
}

# (nothing here starts a process or opens a file but these)
snapshot()
{
	local fd all=("/proc/$$/fd"/*) # the directory itself among them, which is closed again by now
	own_fds=()
	for fd in "${all[@]}"; do
		if [ -L "$fd" ]; then own_fds+=("${fd##*/}"); fi
	done
	mapfile -t own_status < /proc/$$/status
	printf '%s\n' "${own_status[@]}" > status
}

# the names in a mask of /proc/PID/status
signal_names()
{
	local n names=

	for ((n = 1; n <= 64; n++)); do
		((16#$1 >> (n - 1) & 1)) && names="$names $(kill -l $n)"
	done
	names=${names//SIG/}
	names=${names# }
	echo "${names:-none}"
}

terminal()
{
	local tty

	tty=$(stat_field "$1" 7)
	if [ "$tty" = 0 ]; then
		echo none
	elif ((136 <= (tty >> 8 & 0xfff) && (tty >> 8 & 0xfff) < 144)); then
		echo "pts/$(((tty >> 8 & 0xfff) - 136 << 8 | tty & 0xff | tty >> 12 & 0xfff00))"
	else
		echo "device $((tty >> 8 & 0xfff)):$((tty & 0xff))"
	fi
}

session()
{
	local sid

	sid=$(stat_field "$1" 6)
	if [ "$sid" = 0 ]; then echo "from outside"
	elif [ "$sid" = "$1" ]; then echo "$sid, its leader"
	elif [ -d "/proc/$sid" ]; then echo "$sid"
	else echo "$sid, its leader is gone"
	fi
}

# what FD is, in the words of the table
file()
{
	local name

	name=$(readlink "/proc/$1/fd/$2")
	case $name in
	"$DEMO_INSIDE"/*) echo "${name#"$DEMO_INSIDE"/}" ;;
	socket:*) echo "a socket" ;;
	pipe:*) echo "a pipe" ;;
	/dev/null) echo /dev/null ;;
	/dev/pts/* | /dev/tty*) echo "the terminal" ;;
	"") echo closed ;;
	*) echo "a file" ;;
	esac
}

other_files()
{
	local fd files=

	for fd in $(if [ "$1" = $$ ]; then printf '%s\n' "${own_fds[@]}"; else ls "/proc/$1/fd"; fi | sort -n); do
		case $1:$fd in *:[012] | "$$":255) continue ;; esac # 255: bash's copy of this script
		files="$files, $fd $(file "$1" "$fd")"
	done
	files=${files#, }
	echo "${files:-none}"
}

directory()
{
	local cwd

	cwd=$(readlink "/proc/$1/cwd")
	[ "$cwd" = "$DEMO_INSIDE" ] && echo "here" || echo "$cwd"
}

row()
{
	printf '  %-16s %-30s %s\n' "$1" "$2" "$3"
}

compare()
{
	told=
	local me=$$ it=$1

	row "" "this shell" "lighttpd, pid $it"
	row session "$(session $me)" "$(session "$it")"
	row terminal "$(terminal $me)" "$(terminal "$it")"
	row directory "$(directory $me)" "$(directory "$it")"
	row "stdin" "$(file $me 0)" "$(file "$it" 0)"
	row "stdout" "$(file $me 1)" "$(file "$it" 1)"
	row "stderr" "$(file $me 2)" "$(file "$it" 2)"
	row "other files" "$(other_files $me)" "$(other_files "$it")"
	row "signals blocked" "$(signal_names "$(of_status $me SigBlk)")" "$(signal_names "$(of_status "$it" SigBlk)")"
	row "signals ignored" "$(signal_names "$(of_status $me SigIgn)")" "$(signal_names "$(of_status "$it" SigIgn)")"
}

# what a daemon must be, asserted
is_clean()
{
	local fd sid

	sid=$(stat_field "$1" 6)
	[ ! -d "/proc/$sid" ] || fail "the daemon could gain a terminal: its session $sid has a leader"
	[ "$(stat_field "$1" 7)" = 0 ] || fail "the daemon has a terminal"
	[ "$(readlink "/proc/$1/cwd")" = / ] || fail "the daemon works in $(readlink "/proc/$1/cwd"), not in /"
	for fd in 0 1 2; do
		[ "$(readlink "/proc/$1/fd/$fd")" = /dev/null ] || fail "the daemon's descriptor $fd is not on /dev/null"
	done
	case $(other_files "$1") in *stray*) fail "the daemon has the stray file" ;; esac
	[ "$(of_status "$1" SigBlk)" = 0000000000000000 ] || fail "the daemon blocks signals"
	case " $(signal_names "$(of_status "$1" SigIgn)") " in
	*" QUIT "* | *" WINCH "*) fail "the daemon ignores what this shell ignores" ;;
	esac
}

# ---- the story ----------------------------------------------------------------------------------------------------

mkdir bin www
for applet in start-stop-daemon daemonize killall pidof; do
	ln -s "$INITBOX" bin/$applet
done
PATH=$DEMO_INSIDE/bin:$PATH
page="It works, said the page of $(date +%H:%M:%S), process $RANDOM$RANDOM."
echo "$page" > www/index.html
lighttpd=$(command -v lighttpd) || fail "lighttpd is not to be found"

until_true port_is_free || fail "there is no free port on 127.0.0.1"
url=http://127.0.0.1:$port/
cat > lighttpd.conf << CONF
server.document-root = "$DEMO_INSIDE/www"
server.bind          = "127.0.0.1"
server.port          = $port
server.max-worker    = 4
server.errorlog      = "$DEMO_INSIDE/error.log"
index-file.names     = ( "index.html" )
CONF

echo "initbox and lighttpd: $(uname -sr), $(date +%Y-%m-%d)"
tell "The tools, all of them one static file of $(($(wc -c < "$INITBOX"))) bytes:"
run 0 'cd bin; ls -l *; cd ..'
tell "A web server with four workers, on a port that is free now:"
run 0 'cat lighttpd.conf'
tell "This shell is not a tidy place: it ignores two signals, and has a file open that is nobody's business:"
run 0 "trap '' QUIT WINCH; exec 9> stray"
exec 9> stray
trap '' QUIT WINCH

tell "Start it in the background, with a pidfile:"
run 0 "start-stop-daemon --start --verbose --background --make-pidfile --pidfile web.pid --exec $lighttpd -- -D -f \$PWD/lighttpd.conf"
[ -s web.pid ] || fail "there is no pidfile when the start is over"
monitor=$(cat web.pid)
[ "$(readlink "/proc/$monitor/exe")" = "$(readlink -f "$lighttpd")" ] || fail "pid $monitor of the pidfile is not lighttpd"
started=$ms
wait_for_page
tell "That took $started ms: the program was running and the pidfile stood when the command came back. The first page was there $ms ms later:"
run 0 "curl -fsS $url"

until_true four_workers "$monitor" || fail "the monitor $monitor has not four workers"
tell "Who is it? The monitor, which the pidfile names, and four workers:"
run 0 'cat web.pid'
run 0 'pidof lighttpd'
five "$monitor"
run 0 'start-stop-daemon --status --pidfile web.pid'
tell "What holds of the daemon, and what of the shell that started it:"
snapshot
compare "$monitor"
is_clean "$monitor"
tell "No terminal and no way to get one, nothing of the shell's open files and ignored signals; what else is open or ignored there is lighttpd's own doing."

tell "A second start is refused:"
before=$(lighttpds)
run 1 "start-stop-daemon --start --background --make-pidfile --pidfile web.pid --exec $lighttpd -- -D -f \$PWD/lighttpd.conf"
[ "$(cat web.pid) $(lighttpds)" = "$monitor $before" ] || fail "the second start changed something"

tell "HUP makes lighttpd open its log files anew. The old log is moved away first:"
run 0 'mv error.log error.log.1'
run 0 'start-stop-daemon --stop --verbose --signal HUP --pidfile web.pid'
until_true test -s error.log || fail "lighttpd did not open its log anew after HUP"
[ "$(lighttpds)" = "$before" ] || fail "HUP did more than open the log anew: $(lighttpds), before: $before"
served || fail "no page after HUP"
run 0 'tail -n 1 error.log'
tell "There is a new log, and the same five processes as before. USR1 is lighttpd's graceful restart: new workers, the same monitor:"
old=$(workers "$monitor")
run 0 'start-stop-daemon --stop --verbose --signal USR1 --pidfile web.pid'
until_true four_other_workers "$monitor" "$old" || fail "after USR1 the workers are $(workers "$monitor"), before: $old"
run 0 'pidof lighttpd'
five "$monitor"
wait_for_page
run 0 "curl -fsS $url"

tell "Stop it: TERM, and if that does not help within five seconds KILL:"
run 0 'start-stop-daemon --stop --verbose --pidfile web.pid --retry TERM/5/KILL/5 --remove-pidfile'
! lives "$monitor" || fail "the monitor $monitor is still there after the stop"
[ ! -e web.pid ] || fail "the pidfile is still there"
stopped=$ms
[ "$stopped" -lt 5000 ] || fail "the stop took $stopped ms: TERM did not help"
until_true all_gone || fail "the monitor is stopped, but still running: $(lighttpds)"
tell "That took $stopped ms. The monitor is gone, and its workers and its pidfile:"
run 1 'pidof lighttpd'
run 3 'start-stop-daemon --status --pidfile web.pid'
run 7 "curl -fsS $url"

tell "The same by daemonize, with a lock that lasts as long as the server:"
run 0 "daemonize -v -p \$PWD/web.pid -l \$PWD/web.lock $lighttpd -D -f \$PWD/lighttpd.conf"
monitor=$(cat web.pid)
wait_for_page
until_true four_workers "$monitor" || fail "the monitor $monitor has not four workers"
run 0 "curl -fsS $url"
run 0 'pidof lighttpd'
five "$monitor"
is_clean "$monitor"
run 1 "daemonize -p \$PWD/web.pid -l \$PWD/web.lock $lighttpd -D -f \$PWD/lighttpd.conf"

tell "And the end of all of them, by name:"
run 0 'killall -w -v lighttpd'
all_gone || fail "killall -w came back, but still running: $(lighttpds)"
run 1 'pidof lighttpd'

left=$(awk '/^Name:/ { n = $2 } /^Pid:/ { p = $2 } /^PPid:/ && p != 1 && $2 == 1 { print p, n }' /proc/[0-9]*/status 2> /dev/null |
	grep -v ' \(awk\|grep\|demo\.sh\|bash\)$')
[ -z "$left" ] || fail "something is left running: $left"
tell "It took $ms ms. Nothing is left running, and this directory goes too."
