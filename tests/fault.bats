#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# Every system call of an applet, and of its children, fails once in every way that it may (fault.c): what it says afterwards
# is true, it says something, it ends, and not by a signal; nothing is left that should not be.
# And: it is killed before each of its calls, and the next command is right.
# One errno a call is taken; FEW= takes all (make sweep).
load helper
load peers

FEW=${FEW-1}

prepare() {
	need_root
	FAULT=${INITBOX%/*}/fault
	[ -e "$FAULT" ] || skip "no ${FAULT##*/} beside it: make units"
	victim mouse
	mkdir run
	PIDFILE=$T/run/pidfile
	read -r READ WRITE < <("$FAULT" numbers) # who cannot write cannot tell
}

# a process of the program that does nothing; without helper's care, which takes long
start() {
	"$1" < /dev/null > /dev/null 2>&1 3>&- &
	mice+=($!)
	disown
	until [ "/proc/$!/exe" -ef "$1" ]; do :; done
}

two_mice() {
	start "$VICTIM"
	start "$VICTIM"
}

# all die, soon
ended() {
	local p
	for p; do
		until_true 2 dead "$p" > /dev/null || return 1
	done
}

# sweep PREPARE CHECK APPLET WORD...: for each fault PREPARE is called, then the applet runs, then CHECK prints what is wrong
sweep() {
	local before=$1 check=$2 tool wrong=0 n errors error cases=0
	why= call=
	tool=$BATS_FILE_TMPDIR/bin/$3
	shift 3
	mice=()
	$before
	FAULT_LIST=$T/list "$FAULT" list "$tool" "$@" > out 2> err < /dev/null 3>&- || :
	stop_all
	[ -s list ]
	while read -r call n errors; do
		[ -z "${FEW-}" ] || errors=${errors%% *}
		for error in ${HOW:-$errors}; do
			$before
			status=0
			"$FAULT" "$error" "$call" "$n" "$tool" "$@" > out 2> err < /dev/null 3>&- || status=$?
			why=
			case $status in
			124) why="hangs" ;;
			125) why="cannot be measured" ;;
			*) [ $status -lt 128 ] || [ "${HOW-}" ] || why="died by a signal" ;;
			esac
			[ "$why" ] || $check || :
			[ -z "$why" ] || {
				echo "call $call, number $n, error $error: status $status, $why: $(tr '\n' '|' < err)"
				((++wrong))
			}
			stop_all
			((++cases))
		done
	done < list
	echo "# ${INITBOX_NO_PIDFD:+without pidfds: }$cases faults, $wrong wrong: $BATS_TEST_DESCRIPTION" >&3
	[ $wrong = 0 ]
}

# those that an applet started, too; and what is left in the directory
stop_all() {
	local d
	for d in /proc/[0-9]*; do
		[ ! "$d/exe" -ef "$VICTIM" ] || kill -KILL "${d#/proc/}" 2> /dev/null || :
	done
	mice=()
	rm -f run/* run/.[!.]*
}

running_mice() {
	local d
	found=()
	for d in /proc/[0-9]*; do
		[ ! "$d/exe" -ef "$VICTIM" ] || ! alive "${d#/proc/}" || found+=("${d#/proc/}")
	done
}

# ---- signalling ---------------------------------------------------------------------------------------------------

# 0: all are dead; else it says why, and not that there are none
all_or_reason() {
	if [ $status = 0 ]; then
		ended "${mice[@]}" || why="one lives"
	elif [ ! -s err ]; then
		[ "$call" = "$WRITE" ] || why="says nothing"
	elif grep -q 'no process found\|No process in\|no .* found' err; then
		why="says that there is none"
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

# ---- start --------------------------------------------------------------------------------------------------------

# 0: one runs, and the pidfile, where one is asked for, has its number; else nobody runs, and nothing is left
started_or_not() {
	local left
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

@test "daemonize with a pidfile" {
	applet daemonize
	with_pidfile=1
	sweep : started_or_not daemonize -p "$PIDFILE" "$VICTIM"
}

# ---- killed at every point ----------------------------------------------------------------------------------------

# it died there: the next status tells what holds, the next start leaves one, and the next stop none; and nothing else
next_is_right() {
	local ssd=$BATS_FILE_TMPDIR/bin/start-stop-daemon left
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

@test "start-stop-daemon --stop, killed before each of its calls" {
	applet start-stop-daemon
	HOW=kill sweep mouse_and_pidfile next_is_right start-stop-daemon -K -R 3 -p "$PIDFILE" -x "$VICTIM"
}
