#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# Every system call of an applet, and of its children, fails once in every way that it may (fault.c): what it says afterwards
# is true, it says something, it ends, and not by a signal; nothing is left that should not be.
# A read or write that takes one byte only, or each that does, is no fault: it does and says what it does without.
# And: it is killed before each of its calls, and the next command is right.
# One errno a call is taken, in turn, and one call in three to be killed before; FEW= takes all (make sweep). A fault counts
# where the call was made at all: who waits for another makes not the same calls in each run.
# STRICT=1 AGAINST=dpkg tests/run.sh fault: how it is with another tool.
load helper
load peers

FEW=${FEW-1}

prepare() {
	need_root
	[ -z "${AGAINST-}" ] || [ "${STRICT-}" ] || skip "$AGAINST: to be measured with STRICT=1"
	FAULT=${INITBOX%/*}/fault
	[ -e "$FAULT" ] || skip "no ${FAULT##*/} beside it: make units"
	victim mouse
	chmod a+x "${T%/*/*/*}" "${T%/*/*}" "${T%/*}" # (for another user)
	mkdir run
	PIDFILE=$T/run/pidfile
	read -r READ WRITE < <("$FAULT" numbers) # who cannot write cannot tell
}

# a victim, which does nothing where no words are given; without helper's care, which takes long
start() {
	"$@" < /dev/null > /dev/null 2>&1 3>&- &
	mice+=($!)
	disown
	until [ "/proc/$!/exe" -ef "$VICTIM" ]; do :; done
}

two_mice() {
	start "$VICTIM"
	start "$VICTIM"
}

# they die when they are waited for
dying_mice() {
	two_mice
	export FAULT_KILLS=${mice[*]}
}

groups_of_mice() {
	start setsid "$VICTIM"
	start setsid "$VICTIM"
}

# all die, soon: mostly sooner than one sleep of until_true's
ended() {
	local p i
	for p; do
		for i in {1..40}; do
			alive "$p" || continue 2
		done
		until_true 2 dead "$p" > /dev/null || return 1
	done
}

# $errors: the one of them whose turn it is, where few are asked for
one_error() {
	local all
	read -ra all <<< "$errors"
	[ -z "${FEW-}" ] || [ ${#all[@]} = 0 ] || errors=${all[$1 % ${#all[@]}]}
}

# sweep PREPARE CHECK APPLET WORD...: for each fault PREPARE is called, then the applet runs, then CHECK tells by $why what is
# wrong
sweep() {
	local before=$1 check=$2 tool wrong=0 silent=0 n errors error cases=0 whole=0 said lines=0
	why= call=
	tool=$BATS_FILE_TMPDIR/bin/$3
	shift 3
	mice=()
	$before
	FAULT_LIST=$T/list "$FAULT" list "$tool" "$@" > out 2> err < /dev/null 3>&- || whole=$?
	said=$(cat out err)
	stop_all
	[ -s list ]
	[ "${HOW-}" ] || printf '%s 0 short\n' "$READ" "$WRITE" >> list
	while read -r call n errors; do
		((++lines))
		[ -z "${FEW-}" ] || [ -z "${HOW-}" ] || [ $((lines % 3)) = 1 ] || continue
		[ -z "${FEW-}" ] || ! without_pidfds || [ $((lines % 3)) = 1 ] || continue # most of it is the same then
		one_error "$n"
		for error in ${HOW:-$errors}; do
			$before
			status=0
			FAULT_DONE=$T/happened "$FAULT" "$error" "$call" "$n" "$tool" "$@" > out 2> err < /dev/null 3>&- || status=$?
			why=
			case $status in
			124) why="hangs" ;;
			125) why="cannot be measured" ;;
			*) [ $status -lt 128 ] || [ "${HOW-}" ] || why="died by a signal" ;;
			esac
			[ "$why" ] || $check "$@" || :
			[ "$why" ] || [ "$error" != short ] || is_whole
			[ -z "$why" ] || {
				echo "call $call, number $n, error $error: status $status, $why: $(tr '\n' '|' < err)"
				((++wrong))
				[ "$why" != "says nothing" ] || ((++silent))
			}
			stop_all
			[ ! -s happened ] || ((++cases))
		done
	done < list
	tell_figures
}

# the same but for the numbers
is_whole() {
	local says
	says=$(cat out err)
	[ $status = $whole ] || why="the status is not $whole"
	[ "${says//[0-9]/}" = "${said//[0-9]/}" ] || why+=", it says '$says'"
}

tell_figures() {
	echo "# ${AGAINST:+$AGAINST: }${INITBOX_NO_PIDFD:+without pidfds: }$cases faults, $wrong wrong, $silent of these by silence:" \
		"$BATS_TEST_DESCRIPTION" >&3
	[ $wrong = 0 ] && [ $cases != 0 ]
}

# those that an applet started, too; and what is left in the directory
stop_all() {
	local d
	for d in /proc/[0-9]*; do
		{ [ ! "$d/exe" -ef "$VICTIM" ] && [ ! "$d/exe" -ef "$tool" ]; } || kill -KILL "${d#/proc/}" 2> /dev/null || :
	done
	mice=()
	rm -f run/* run/.[!.]*
}

# $found; and of the tool itself, $tools
running_mice() {
	local d
	found=() tools=()
	for d in /proc/[0-9]*; do
		if [ "$d/exe" -ef "$VICTIM" ]; then
			! alive "${d#/proc/}" || found+=("${d#/proc/}")
		elif [ "$d/exe" -ef "$tool" ]; then
			! alive "${d#/proc/}" || tools+=("${d#/proc/}")
		fi
	done
}

# ---- signalling ---------------------------------------------------------------------------------------------------

# 0: all are dead; else it says why, and not that there are none
all_or_reason() {
	if [ $status = 0 ]; then
		ended "${mice[@]}" || why="one lives"
	elif cat out err | grep -qi 'no process found\|no process in\|no .* found'; then
		why="says that there is none"
	elif [ ! -s err ]; then
		[ "$call" = "$WRITE" ] || why="says nothing"
	fi
}

@test "killall NAME" {
	applet killall
	sweep two_mice all_or_reason killall mouse
}

@test "killall FILE" {
	applet killall
	sweep two_mice all_or_reason killall "$VICTIM"
}

@test "killall -w NAME" {
	applet killall
	sweep two_mice all_or_reason killall -w mouse
}

@test "pidof NAME" {
	applet pidof
	all_or_word() {
		if [ $status = 0 ]; then
			[ "$(< out)" = "${mice[1]} ${mice[0]}" ] || [ "$(< out)" = "${mice[0]} ${mice[1]}" ] || why="prints '$(< out)'"
		elif [ ! -s err ]; then
			[ "$call" = "$WRITE" ] || why="says nothing"
		fi
	}
	sweep two_mice all_or_word pidof mouse
}

# each on a line, the lowest first
@test "pgrep by name, by command line, by user and age" {
	applet pgrep
	lists_or_reason() {
		if [ $status = 0 ]; then
			[ "$(< out)" = "$(printf '%s\n' "${mice[@]}" | sort -n)" ] || why="prints '$(tr '\n' ' ' < out)'"
		elif [ ! -s err ]; then
			[ "$call" = "$WRITE" ] || why="says nothing"
		fi
	}
	sweep two_mice lists_or_reason pgrep -x mouse
	sweep two_mice lists_or_reason pgrep -f "^$VICTIM"
	sweep two_mice lists_or_reason pgrep -u 0 -O 0 -g "$(ps -o pgid= -p $$ | tr -d ' ')" mouse
}

@test "pkill by name, by command line" {
	applet pkill
	# 0 is its status when one was signalled (procps), and then it says of the other why not
	some_or_reason() {
		[ $status = 0 ] && grep -q 'killing pid .* failed' err || all_or_reason
	}
	sweep two_mice some_or_reason pkill -x mouse
	sweep two_mice some_or_reason pkill -KILL -f "^$VICTIM"
}

@test "pidwait" {
	applet pidwait
	sweep dying_mice all_or_reason pidwait -x mouse
}

@test "killall by expression, by user, by process group, by age" {
	applet killall
	sweep two_mice all_or_reason killall -r '^mo'
	sweep two_mice all_or_reason killall -u root mouse
	sweep groups_of_mice all_or_reason killall -g mouse
	sweep two_mice all_or_reason killall -y 1d mouse
}

# ---- status -------------------------------------------------------------------------------------------------------

mouse_and_pidfile() {
	start "$VICTIM"
	echo "${mice[0]}" > "$PIDFILE"
}

@test "start-stop-daemon --status of one that runs" {
	applet start-stop-daemon
	runs() {
		case $status in
		0) ;;
		4) [ -s err ] || why="says nothing" ;;
		*) why="says that it does not run" ;;
		esac
	}
	sweep mouse_and_pidfile runs start-stop-daemon -T -p "$PIDFILE" -x "$VICTIM"
	sweep mouse_and_pidfile runs start-stop-daemon -T -n mouse
}

@test "start-stop-daemon --status of one that does not run" {
	applet start-stop-daemon
	does_not() {
		case $status in
		3) ;;
		4) [ -s err ] || why="says nothing" ;;
		*) why="says that it runs" ;;
		esac
	}
	sweep : does_not start-stop-daemon -T -p "$PIDFILE" -x "$VICTIM"
	sweep : does_not start-stop-daemon -T -n mouse
}

# ---- stop ---------------------------------------------------------------------------------------------------------

@test "start-stop-daemon --stop" {
	applet start-stop-daemon
	sweep mouse_and_pidfile all_or_reason start-stop-daemon -K -R 3 -p "$PIDFILE" -x "$VICTIM"
	sweep two_mice all_or_reason start-stop-daemon -K -R 3 -n mouse
}

@test "start-stop-daemon --stop by a schedule" {
	applet start-stop-daemon
	sweep mouse_and_pidfile all_or_reason start-stop-daemon -K -R TERM/2/KILL/2 -p "$PIDFILE"
}

@test "start-stop-daemon --stop that takes the pidfile away" {
	applet start-stop-daemon
	all_and_pidfile() {
		all_or_reason
		[ $status != 0 ] || [ ! -e "$PIDFILE" ] || [ -s err ] || why+=", the pidfile stays"
	}
	sweep mouse_and_pidfile all_and_pidfile start-stop-daemon -K -R 3 --remove-pidfile -p "$PIDFILE" -x "$VICTIM"
}

# ---- start --------------------------------------------------------------------------------------------------------

one_runs() {
	running_mice
	[ "${#found[@]}" = 1 ]
}

# 0: one runs, and the pidfile, where one is asked for, has its number; else nobody runs, and nothing is left
started_or_not() {
	local left
	[ -z "${AGAINST-}" ] || [ $status != 0 ] || until_true 1 one_runs > /dev/null || : # it comes back before that
	running_mice
	if [ $status = 0 ]; then
		[ "${#found[@]}" = 1 ] || why="${#found[@]} run"
		[ -z "$with_pidfile" ] || [ "$(cat "$PIDFILE" 2>&1)" = "${found[0]-}" ] || why+=", the pidfile has '$(cat "$PIDFILE" 2>&1)'"
		return
	fi
	[ -s err ] || [ "$call" = "$WRITE" ] || why="says nothing"
	ended "${found[@]}" || why+=", one runs"
	left=$(ls -A run)
	# a start whose reports cannot be read is killed, maybe over the new pidfile: the next takes that away
	[ "$call" != "$READ" ] || left=${left#.pidfile.new}
	[ -z "$left" ] || why+=", it leaves $left"
}

@test "start-stop-daemon --start --background" {
	applet start-stop-daemon
	with_pidfile=
	sweep : started_or_not start-stop-daemon -S -b -x "$VICTIM"
}

@test "start-stop-daemon --start --background --make-pidfile" {
	applet start-stop-daemon
	with_pidfile=1
	sweep : started_or_not start-stop-daemon -S -b -m -p "$PIDFILE" -x "$VICTIM"
}

@test "start-stop-daemon --start in its own place" {
	applet start-stop-daemon
	# (7 is the program's: it ran)
	ran_or_not() {
		local left
		case $status in
		7) [[ $(cat "$PIDFILE" 2>&1) == [1-9]* ]] || why="the pidfile has '$(cat "$PIDFILE" 2>&1)'" ;;
		0) why="says that all is well" ;;
		*)
			[ -s err ] || [ "$call" = "$WRITE" ] || why="says nothing"
			left=$(ls -A run)
			[ -z "$left" ] || why+=", it leaves $left"
			;;
		esac
	}
	sweep : ran_or_not start-stop-daemon -S -m -p "$PIDFILE" -x "$VICTIM" -- exit 7
}

@test "start-stop-daemon --start as another user, with a log" {
	applet start-stop-daemon
	with_pidfile=1
	sweep : started_or_not start-stop-daemon -S -b -m -p "$PIDFILE" -c nobody -N 1 -O "$T/log" -x "$VICTIM"
}

@test "start-stop-daemon --start with a log file, and with a ring" {
	applet start-stop-daemon
	need CONFIG_LOG_FILE
	with_pidfile=1
	sweep : started_or_not start-stop-daemon -S -b -m -p "$PIDFILE" --log-file "$T/log" -x "$VICTIM" -- say a
	sweep : started_or_not start-stop-daemon -S -b -m -p "$PIDFILE" --log-ring "$T/ring" --log-size 4k -x "$VICTIM" -- say a
}

@test "start-stop-daemon --start --background --log-file, and what its logger does before the program is ready" {
	applet start-stop-daemon
	need CONFIG_LOG_FILE
	[ -z "${FEW-}" ] || ! without_pidfds || skip "a logger holds nobody"
	with_pidfile=
	echo 'i=0; while [ $i -lt 300 ]; do echo "line $i of some length"; i=$((i + 1)); done; sleep 0.3; echo >&5' > script
	# no line is torn, and none lost that is not told of
	lines_are_whole() {
		[ $status = 0 ] || [ -s err ] || [ "$call" = "$WRITE" ] || why="says nothing"
		until_true 8 eval '! grep -qsx log-sh /proc/[0-9]*/comm' > /dev/null || why+=", a logger stays"
		[ $status != 0 ] || awk '/^dropped [0-9]+ lines$/ { n += $2; next } !/^line [0-9]+ of some length$/ { exit } { n++ }
			END { exit n != 300 }' "$T"/log* || why+=", $(cat "$T"/log* | wc -l) lines"
	}
	without_logs() {
		rm -f "$T"/log*
	}
	sweep without_logs lines_are_whole start-stop-daemon -S -b --ready-fd 5 --log-file "$T/log" --log-size 4k --log-keep 9 -x /bin/sh -- "$T/script"
}

@test "start-stop-daemon --start that waits for the daemon's word" {
	applet start-stop-daemon
	with_pidfile=1
	sweep : started_or_not start-stop-daemon -S -b -m -p "$PIDFILE" --ready-fd 5 -x "$VICTIM" -- ready 5
	sweep : started_or_not start-stop-daemon -S -b -m -p "$PIDFILE" --notify-await -x "$VICTIM" -- notify READY=1
}

@test "daemonize with a pidfile" {
	applet daemonize
	with_pidfile=1
	sweep : started_or_not daemonize -p "$PIDFILE" "$VICTIM"
}

@test "daemonize as another user, with a lock and a log" {
	applet daemonize
	with_pidfile=1
	: > log
	chown nobody log
	sweep : started_or_not daemonize -p "$PIDFILE" -l "$T/lock" -u nobody -o "$T/log" "$VICTIM"
}

@test "daemonize with a supervisor" {
	applet daemonize
	with_pidfile=1
	supervised_or_not() {
		started_or_not
		if [ $status = 0 ]; then
			[ "${#tools[@]}" = 1 ] || why+=", ${#tools[@]} supervise"
			[ "$(cat run/super 2>&1)" = "${tools[0]-}" ] || why+=", the supervisor's pidfile has '$(cat run/super 2>&1)'"
		else
			ended "${tools[@]}" || why+=", one supervises"
		fi
	}
	sweep : supervised_or_not daemonize -R 100ms -p "$PIDFILE" -P "$T/run/super" "$VICTIM"
}

@test "supervise-daemon" {
	applet supervise-daemon
	with_pidfile=
	supervised_or_not() {
		started_or_not
		if [ $status = 0 ]; then
			[ "${#tools[@]}" = 1 ] || why+=", ${#tools[@]} supervise"
			[ "$(head -qn 1 run/super run/super.state 2>&1)" = "${tools[0]-}"$'\n'"${found[0]-}" ] || why+=", its files are wrong"
		else
			ended "${tools[@]}" || why+=", one supervises"
		fi
	}
	sweep : supervised_or_not supervise-daemon mouse -p "$T/run/super" -S -D 100ms "$VICTIM"
}

@test "supervise-daemon --stop" {
	applet supervise-daemon
	supervised_mouse() {
		"$tool" mouse -p run/super -S -R TERM/2/KILL/2 "$VICTIM" 3>&-
		running_mice
	}
	stopped_or_reason() {
		local was=("${found[@]}" "${tools[@]}")
		if [ $status = 0 ]; then
			ended "${was[@]}" || why="one lives"
			[ -z "$(ls -A run)" ] || why+=", it leaves $(ls -A run)"
		else
			[ -s err ] || [ "$call" = "$WRITE" ] || why="says nothing"
		fi
	}
	sweep supervised_mouse stopped_or_reason supervise-daemon mouse -p "$T/run/super" -K
}

# ---- a child is run ------------------------------------------------------------------------------------------------

@test "tini" {
	applet tini
	# its status is the program's, or it says why not; nobody lives on
	ran_or_reason() {
		[ $status = 7 ] || [ -s err ] || [ "$call" = "$WRITE" ] || why="says nothing"
		[ $status != 0 ] || why="says that all is well"
		running_mice
		[ ${#found[@]} = 0 ] || why+=", one runs"
	}
	sweep : ran_or_reason tini -s "$VICTIM" exit 7
}

@test "probe" {
	applet probe
	need_command perl
	perl -MSocket -e '$SIG{PIPE} = "IGNORE";
		socket(S, PF_INET, SOCK_STREAM, 0) && bind(S, pack_sockaddr_in(0, inet_aton("127.0.0.1"))) && listen(S, 50) || die;
		open(P, ">", "port.new"); print P unpack("x2n", getsockname(S)); close(P); rename "port.new", "port";
		while (accept(C, S)) { sysread(C, $_, 4096) && syswrite(C, "HTTP/1.1 200 OK\r\n\r\n"); close(C) }' 3>&- &
	disown
	until_true 5 test -s port
	port=$(< port)
	# it is well, or there is a reason
	well_or_reason() {
		[ $status = 0 ] || { [ $status = 1 ] && { [ -s err ] || [ "$call" = "$WRITE" ]; }; } || why="says nothing"
	}
	never_well() {
		well_or_reason
		[ $status != 0 ] || why="says that all is well"
	}
	sweep : well_or_reason probe tcp 127.0.0.1:"$port"
	sweep : well_or_reason probe http 127.0.0.1:"$port"
	sweep : never_well probe -s 500 http 127.0.0.1:"$port"
	sweep : never_well probe unix run/nosuch
	sweep : never_well probe file run/nosuch
	! grep -qx CONFIG_PROBE_PROCESS=y "$CONFIG" || sweep two_mice well_or_reason probe process mouse
	! grep -qx CONFIG_PROBE_PROCESS=y "$CONFIG" || sweep mouse_and_pidfile well_or_reason probe pidfile "$PIDFILE"
	! grep -qx CONFIG_PROBE_PROCESS=y "$CONFIG" || sweep : never_well probe process mouse
	! grep -qx CONFIG_PROBE_READY=y "$CONFIG" || sweep : never_well probe -t 50ms ready run/ready
}

# ---- killed at every point ----------------------------------------------------------------------------------------

# it died there: the next status tells what holds, the next start leaves one, and the next stop none; and nothing else
settled() {
	local p line
	running_mice
	for p in "${found[@]}"; do
		read -r line 2> /dev/null < "/proc/$p/stat" && [[ ${line##*)} == " S"* ]] || return
	done
}

next_is_right() {
	local ssd=$BATS_FILE_TMPDIR/bin/start-stop-daemon left
	until_true 2 settled || why="a mouse is on the way for ever" # a signal may be

	"$ssd" -T -p "$PIDFILE" -x "$VICTIM" > /dev/null 2>&1
	case $? in
	0) running_mice; [ "${#found[@]}" -ge 1 ] || why="the next status says that it runs" ;;
	1 | 3) ;;
	*) why="the next status is not known" ;;
	esac
	"$ssd" -S -b -m -p "$PIDFILE" -x "$VICTIM" > out 2>&1 || [ $? = 1 ] || why+=", the next start fails: $(< out)"
	running_mice
	[ "${#found[@]}" = 1 ] || why+=", then ${#found[@]} run"
	"$ssd" -K -R 3 -p "$PIDFILE" -x "$VICTIM" > out 2>&1 || why+=", the next stop fails: $(< out)"
	running_mice
	[ "${#found[@]}" = 0 ] || why+=", then ${#found[@]} run still"
	left=$(ls -A run)
	[ -z "${left#pidfile}" ] || why+=", there is left $left"
}

@test "start-stop-daemon --start, killed before each of its calls" {
	applet start-stop-daemon
	HOW=kill sweep : next_is_right start-stop-daemon -S -b -m -p "$PIDFILE" -x "$VICTIM"
}

@test "start-stop-daemon --start in its own place, killed before each of its calls" {
	applet start-stop-daemon
	HOW=kill sweep : next_is_right start-stop-daemon -S -m -p "$PIDFILE" -x "$VICTIM" -- exit 7
}

@test "start-stop-daemon --start that waits for the daemon's word, killed before each of its calls" {
	applet start-stop-daemon
	HOW=kill sweep : next_is_right start-stop-daemon -S -b -m -p "$PIDFILE" --ready-fd 5 -x "$VICTIM" -- ready 5
}

# and who logs ends with the last who can write
next_is_right_and_nobody_logs() {
	next_is_right
	until_true 8 eval '! grep -qs "^log-" /proc/[0-9]*/comm' > /dev/null || why+=", a logger stays"
	rm -f "$T"/log*
}

@test "start-stop-daemon --start with a log file or a ring, killed before each of its calls" {
	applet start-stop-daemon
	need LOG_FILE
	HOW=kill sweep : next_is_right_and_nobody_logs start-stop-daemon -S -b -m -p "$PIDFILE" --log-file "$T/log" -x "$VICTIM"
	HOW=kill sweep : next_is_right_and_nobody_logs start-stop-daemon -S -b -m -p "$PIDFILE" --log-ring "$T/log" --log-size 4k \
		-x "$VICTIM"
}

@test "start-stop-daemon --stop, killed before each of its calls" {
	applet start-stop-daemon
	HOW=kill sweep mouse_and_pidfile next_is_right start-stop-daemon -K -R 3 -p "$PIDFILE" -x "$VICTIM"
	HOW=kill sweep mouse_and_pidfile next_is_right start-stop-daemon -K -R TERM/2/KILL/2 --remove-pidfile -p "$PIDFILE"
}

@test "daemonize, killed before each of its calls" {
	applet daemonize start-stop-daemon
	HOW=kill sweep : next_is_right daemonize -p "$PIDFILE" "$VICTIM"
}

# its supervisor may live, and then stops with its program; else that is stopped alone. The next start brings both
settled_supervisor() {
	settled && { [ "${#tools[@]}" = 0 ] || [ "${#tools[*]} $(cat run/super 2> /dev/null)" = "1 ${tools[0]}" ]; }
}

next_supervisor_is_right() {
	local ssd=$BATS_FILE_TMPDIR/bin/start-stop-daemon left
	until_true 2 settled_supervisor || why="${#tools[@]} are on the way for ever"
	[ "${#tools[@]}" = 0 ] || "$ssd" -K -R 3 -p run/super > out 2>&1 || why+=", the supervisor cannot be stopped: $(< out)"
	running_mice
	[ "${#found[@]}" = 0 ] || "$ssd" -K -R 3 -p "$PIDFILE" -x "$VICTIM" > out 2>&1 ||
		why+=", its program cannot be stopped: $(< out)"
	running_mice
	[ "${#found[@]} ${#tools[@]}" = '0 0' ] || why+=", then ${#found[@]} run still, ${#tools[@]} supervise"
	"$tool" "$@" > out 2>&1 || why+=", the next start fails: $(< out)"
	running_mice
	[ "${#found[@]} ${#tools[@]}" = '1 1' ] || why+=", then ${#found[@]} run, ${#tools[@]} supervise"
	"$ssd" -K -R 3 -p run/super > out 2>&1 || why+=", the next stop fails: $(< out)"
	running_mice
	[ "${#found[@]} ${#tools[@]}" = '0 0' ] || why+=", at last ${#found[@]} run still, ${#tools[@]} supervise"
	left=$(ls -A run)
	[ -z "$left" ] || why+=", there is left $left"
}

@test "daemonize with a supervisor, killed before each of its calls" {
	applet daemonize start-stop-daemon
	HOW=kill sweep : next_supervisor_is_right daemonize -R 100ms -p "$PIDFILE" -P "$T/run/super" "$VICTIM"
}

# whatever is left of it, the next stop ends, the next start brings both, and none is left at last
next_supervise_is_right() {
	until_true 2 settled || why="a mouse is on the way for ever"
	"$tool" mouse -p run/super -K > out 2>&1 || why+=", it cannot be stopped: $(< out)"
	running_mice
	[ "${#found[@]} ${#tools[@]}" = '0 0' ] || why+=", then ${#found[@]} run still, ${#tools[@]} supervise"
	"$tool" "$@" > out 2>&1 3>&- || why+=", the next start fails: $(< out)"
	running_mice
	[ "${#found[@]} ${#tools[@]}" = '1 1' ] || why+=", then ${#found[@]} run, ${#tools[@]} supervise"
	"$tool" mouse -p run/super -K > out 2>&1 || why+=", the next stop fails: $(< out)"
	running_mice
	[ "${#found[@]} ${#tools[@]}" = '0 0' ] || why+=", at last ${#found[@]} run still, ${#tools[@]} supervise"
	[ -z "$(ls -A run)" ] || why+=", there is left $(ls -A run)"
}

@test "supervise-daemon, killed before each of its calls" {
	applet supervise-daemon
	HOW=kill sweep : next_supervise_is_right supervise-daemon mouse -p "$T/run/super" -S -D 100ms "$VICTIM"
}

@test "tini, killed before each of its calls" {
	applet tini
	# it, or its child: it tells so, and nobody stays; a program that had been started goes its way
	nobody_stays() {
		[ $status = 137 ] || why="its status is not 137"
		until_true 2 nobody_runs || why+=", ${#found[@]} run, ${#tools[@]} of its own"
	}
	nobody_runs() {
		running_mice
		[ "${#found[@]} ${#tools[@]}" = '0 0' ]
	}
	HOW=kill sweep : nobody_stays tini -s "$VICTIM" exit 7
}

# ---- killall5: it hits all there are, so each fault has a world of its own ----------------------------------------------

# world FAULT-WORD...: two mice of other sessions, and killall5 -KILL so; "STATUS, how many mice live, how many of them are
# stopped for good, and whether it had still been at work when it said so"
world() {
	# shellcheck disable=SC2016,SC2086,SC2154 # inside; words
	$private setsid bash -c '
		for i in 1 2; do
			setsid "$VICTIM" pid "$T/mouse$i" < /dev/null > /dev/null 2>&1 &
			until [ -s "$T/mouse$i" ]; do :; done
		done
		status=0
		"$@" "$BATS_FILE_TMPDIR/bin/killall5" -KILL > "$T/out" 2> "$T/err" < /dev/null || status=$?
		working=0
		for exe in /proc/[0-9]*/exe; do
			[ ! "$exe" -ef "$BATS_FILE_TMPDIR/bin/killall5" ] || working=1
		done
		for ((looks = 0; looks < 250; looks++)); do # (no clock: the machine itself may stand still)
			alive=0 stopped=0
			for i in 1 2; do
				read -r line 2> /dev/null < "/proc/$(< "$T/mouse$i")/stat" || continue
				case ${line##*) } in
				Z*) ;;
				T*) ((++stopped, ++alive)) ;;
				*) ((++alive)) ;;
				esac
			done
			[ $((alive && !status || stopped)) = 1 ] || break
			sleep 0.02 # what is sent is soon done; who was killed may have a child that works on
		done
		echo $status $alive $stopped $working' world "$@" 2> /dev/null 3>&-
	rm -f "$T"/mouse[12]
}

# [HOW]: each of its calls fails in the ways that it may, or so
sweep_worlds() {
	local how=${1-} call n errors error said alive stopped working cases=0 wrong=0 silent=0 lines=0
	export VICTIM T BATS_FILE_TMPDIR
	for n in 1 2 3; do # the shortest: it looks on as long as one is about to die
		FAULT_LIST=$T/list$n world "$FAULT" list > /dev/null
	done
	cp "$(wc -l list[123] | sort -n | awk 'NR == 1 { print $2 }')" list
	[ -s list ]
	while read -r call n errors; do
		one_error "$n"
		# one list has some 200 lines, but more where all is slow: the first 240, of those to be killed at one in four; or all
		((++lines))
		[ -z "${FEW-}" ] || { [ $lines -le 240 ] && { [ -z "$how" ] || [ $((lines % 4)) = 1 ]; }; } || continue
		for error in ${how:-$errors}; do
			why=
			read -r status alive stopped working < <(FAULT_DONE=$T/happened world "$FAULT" "$error" "$call" "$n")
			said=$(tr '\n' '|' < err)
			case $status in
			0) [ "$alive" = 0 ] || why="says that all were signalled" ;;
			124) why="hangs" ;;
			125) why="cannot be measured" ;;
			*)
				[ "$status" -lt 128 ] || [ "$how" ] || why="died by a signal"
				[ "$said" ] || [ "$how" ] || [ "$call" = "$WRITE" ] || why="says nothing"
				;;
			esac
			[ "$stopped" = 0 ] || why+=", $stopped stay stopped"
			[ "$working" = 0 ] || [ "$how" ] || why+=", is still at work"
			[ ! -s happened ] || ((++cases))
			[ -z "$why" ] || {
				((++wrong))
				[ "$why" != "says nothing" ] || ((++silent))
				echo "call $call, number $n, error $error: status $status, $alive live: $why: $said"
			}
		done
	done < list
	tell_figures
}

@test "killall5" {
	applet killall5
	sweep_worlds
}

# what it left is in nobody's way
next_probe_is_right() {
	local next
	next=$("$BATS_FILE_TMPDIR/bin/probe" -t 20ms ready run/ready 2>&1) && why="the next says that all is well"
	[ "$next" = "probe: ready run/ready: Timed out" ] || why+=", the next says: $next"
	[ -z "$(ls -A run)" ] || why+=", there is left $(ls -A run)"
}

@test "probe, killed before each of its calls" {
	applet probe
	need PROBE_READY
	HOW=kill sweep : next_probe_is_right probe -t 20ms ready run/ready
}

@test "killall5, killed before each of its calls" {
	applet killall5
	sweep_worlds kill
}
