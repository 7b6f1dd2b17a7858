#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# start-stop-daemon -K: whom it signals, --retry, and what it says when that is over
# against: dpkg busybox openrc
load helper
load ssd

# ---- one signal ----------------------------------------------------------------------------------------------------

@test "-K sends TERM, once, and does not wait" {
	differs openrc "waits"
	started log "$T/log"
	expect 0 ssd -K -p "$P"
	until_true 5 test -s "$T/log"
	expect 0 ssd -K -p "$P" -s USR1
	until_true 5 grep -q 'got 10' "$T/log"
	is "$(cat "$T/log")" $'got 15\ngot 10'
	alive "$pid"
}

@test "-K signals all that match" {
	running
	running
	running
	is "$(pids_of "$D" | wc -l)" 3
	expect 0 ssd -K -x "$D"
	until_true 5 eval '[ -z "$(pids_of "$D")" ]'
}

@test "-K by pidfile signals that process only" {
	running
	local other=$pid
	started
	expect 0 ssd -K -p "$P" -x "$D"
	until_true 5 dead "$pid"
	alive "$other"
}

@test "-K without a match exits 1 and says so" {
	differs openrc "exits 0"
	expect 1 ssd -K -n nosuchprogram
	[[ $out == *nosuchprogram* ]]
	expect 1 ssd -K -p "$P"
	[[ ! $err ]]
}

@test "-K of a stale pidfile exits 1 and leaves the file alone" {
	differs openrc "exits 0 and takes it away"
	started
	kill -9 "$pid"
	until_true 5 dead "$pid"
	expect 1 ssd -K -p "$P"
	is "$(< "$P")" "$pid"
	expect 0 ssd -K -o -p "$P"
}

@test "-K -t of a stale pidfile exits 1" {
	differs dpkg "exits 0"
	started
	kill -9 "$pid"
	until_true 5 dead "$pid"
	expect 1 ssd -K -t -p "$P"
	expect 1 ssd -K -t -q -p "$P" -x "$D"
}

@test "-K of a pidfile whose process is another program exits 1 and does not touch it" {
	differs openrc "kills it"
	started
	cp "$D" "$T/other"
	expect 1 ssd -K -p "$P" -x "$T/other"
	expect 1 ssd -K -p "$P" -n other
	alive "$pid"
}

@test "-K works though the program's file is gone" {
	need MATCH_FILES
	differs dpkg "exits 2"
	started
	rm "$D"
	expect 0 ssd -K -x "$D"
	until_true 5 dead "$pid"
}

@test "-K of somebody else's process exits 1, and tells of it" {
	differs openrc "exits 0"
	need_root
	started
	expect 1 nobodys_ssd -K -p "$P"
	[[ $err == *"$pid"*'not permitted'* ]]
	expect 1 nobodys_ssd -K -R 5 -p "$P"
	alive "$pid"
	expect 1 nobodys_ssd -K -n idled
	alive "$pid"
}

@test "-o does not make a success of one that could not be signalled, nor is it said that there is none" {
	differs dpkg "exits 0, and says that there is none"
	differs busybox "exits 0"
	differs openrc "exits 0"
	need_root
	started
	expect 1 nobodys_ssd -K -o -p "$P" -n idled
	[[ $err == *"$pid"*'not permitted'* ]]
	says_not 'found running'
	says "1 pids were not killed"
	alive "$pid"
}

@test "-K of several of which one is somebody else's signals the others" {
	need_root
	running
	local ours=$pid
	spawn setpriv --reuid=65534 --regid=65534 --clear-groups "$D"
	until_true 5 runs "$pid" "$D"
	expect 0 nobodys_ssd -K -n idled
	until_true 5 dead "$pid"
	alive "$ours"
}

# ---- --remove-pidfile ----------------------------------------------------------------------------------------------

@test "--remove-pidfile takes the pidfile away once the daemon is dead" {
	differs busybox "has no --remove-pidfile"
	differs openrc "has no --remove-pidfile"
	differs dpkg "takes it away at once"
	started linger 200 exit-on 15 0
	expect 0 ssd -K --remove-pidfile -p "$P"
	dead "$pid"
	gone_from_here
}

@test "--remove-pidfile with --retry" {
	differs dpkg "whole seconds only"
	differs busybox "has no --remove-pidfile"
	differs openrc "has no --remove-pidfile"
	started ignore 15
	expect 0 ssd -K --remove-pidfile -R TERM/0.05/KILL/5 -p "$P"
	gone_from_here
}

@test "--remove-pidfile keeps the pidfile of a daemon that lives on" {
	only_ours "dpkg takes it away, the others have no such option"
	started ignore 15
	expect 0 ssd -K --remove-pidfile -p "$P"
	[[ $err == *"$P"* ]]
	is "$(< "$P")" "$pid"
	expect 2 ssd -K --remove-pidfile -R TERM/0 -p "$P"
	is "$(< "$P")" "$pid"
}

@test "--remove-pidfile takes a stale pidfile away" {
	differs busybox "has no --remove-pidfile"
	differs openrc "has no --remove-pidfile"
	started
	kill -9 "$pid"
	until_true 5 dead "$pid"
	expect 1 ssd -K --remove-pidfile -p "$P"
	gone_from_here
}

@test "--remove-pidfile takes nothing away under -t, and nothing when there is nothing" {
	differs busybox "has no --remove-pidfile"
	differs openrc "has no --remove-pidfile"
	started
	expect 0 ssd -K -t --remove-pidfile -p "$P"
	is "$(< "$P")" "$pid"
	expect 1 ssd -K --remove-pidfile -p "$T/run/none"
	is "$err" ''
	is "$(ls -A "$T/run")" pid
}

@test "--remove-pidfile does not follow a symlink: the daemon is stopped, and that the file is left is an error" {
	differs busybox "has no --remove-pidfile"
	differs openrc "has no --remove-pidfile"
	differs dpkg "takes the link away"
	started
	mv "$P" "$T/run/real"
	ln -s real "$P"
	expect 2 ssd -K -R 5 --remove-pidfile -p "$P"
	complains "$P"
	dead "$pid"
	is "$(< "$T/run/real")" "$pid"
	[ -L "$P" ]
}

# ---- --retry: the schedules that are taken ---------------------------------------------------------------------------

@test "schedules that are none are a wrong use" {
	differs dpkg "takes a sign before a number"
	differs busybox "takes all"
	differs openrc "exits 1, or takes them"
	running
	local s
	for s in TERM/1/ /1 TERM//1 '' / KILL forever -1 -KILL TERM/forever TERM/99999999999 TERM/1x TERM/1,5 FOO/1 1/FOO \
		forever/forever/1 forever forever/ TERM/+1 TERM/-1x ' 1' '1 ' TERM/1. TERM/.5 TERMX/1 NULL/1; do
		expect 3 ssd -K -x "$D" "--retry=$s"
		expect 3 ssd -K -n nosuchprogram "--retry=$s"
	done
	alive "$pid"
}

@test "a schedule of more steps than there is room for is a wrong use" {
	differs busybox "takes all"
	differs dpkg "takes it"
	differs openrc "exits 1"
	expect 3 ssd -K -n nosuchprogram -R "$(printf 'TERM/1/%.0s' {1..200})KILL/1"
}

@test "a repeated part without a wait is a wrong use" {
	only_ours "burns the processor"
	expect 3 ssd -K -n nosuchprogram -R forever/TERM
	expect 3 ssd -K -n nosuchprogram -R TERM/1/forever/KILL
	expect 3 ssd -K -n nosuchprogram -R forever/TERM/0
}

@test "schedules of dpkg's grammar are taken" {
	local s
	differs openrc "takes not all, and exits 0"
	for s in 0 1 30 TERM/0 TERM/30/KILL/5 0/30/KILL/5 1/TERM 15/1 -TERM/1 -9/1 forever/TERM/1 TERM/1/forever/KILL/1 \
		HUP/1/INT/1/QUIT/1/USR1/1/KILL/1; do
		expect 1 ssd -K -n nosuchprogram "--retry=$s"
		expect 0 ssd -K -o -n nosuchprogram -R "$s"
	done
}

@test "signals with SIG, in any case, and RTMIN+n are taken, and fractions and units of time" {
	need SIGNAL_NAMES
	differs dpkg "takes bare upper-case names and whole seconds"
	differs openrc "exits 0"
	local s
	for s in SIGTERM/1 -SIGTERM/1 term/1 sigterm/1 RTMIN/1 RTMIN+3/1 SIGRTMAX-2/1 WINCH/1 TERM/1s TERM/100ms TERM/2m TERM/0.5 \
		1.5 250ms; do
		expect 1 ssd -K -n nosuchprogram "--retry=$s"
	done
}

# ---- --retry: what they do -------------------------------------------------------------------------------------------

@test "-R SECONDS: TERM, a wait, KILL, a wait; a daemon that obeys has got TERM only" {
	differs busybox "ignores it"
	started exit-on 15 0
	expect 0 ssd -K -R 5 -p "$P"
	dead "$pid"
}

@test "-R SECONDS kills who ignores TERM" {
	differs busybox "ignores it"
	differs openrc "sends no KILL"
	differs dpkg "whole seconds only"
	started ignore 15
	expect 0 ssd -K -R 100ms -p "$P"
	dead "$pid"
}

@test "-R SECONDS begins with the signal of -s" {
	differs busybox "ignores it"
	started log "$T/log" exit-on 10 0
	expect 0 ssd -K -R 5 -s USR1 -p "$P"
	dead "$pid"
	is "$(cat "$T/log")" ''
}

@test "a list ignores -s" {
	differs busybox "ignores it"
	started log "$T/log" exit-on 15 0
	expect 0 ssd -K -s USR1 -R TERM/5 -p "$P"
	dead "$pid"
	is "$(cat "$T/log")" ''
}

@test "-R 0 kills, and sees that it is dead" {
	differs busybox "ignores it"
	differs openrc "does not wait"
	differs dpkg "exits 2"
	started ignore 15
	expect 0 ssd -K -R 0 -p "$P"
	dead "$pid"
}

@test "TERM/0 exits 2 where the daemon lives on, and says so" {
	differs busybox "ignores it"
	differs openrc "exits 0"
	started ignore 15
	expect 2 ssd -K -R TERM/0 -p "$P"
	[[ $out == *'refused to die'* ]]
	alive "$pid"
	expect 2 ssd -K -q -R TERM/0 -p "$P"
	is "$output" $'\n'
}

@test "-o does not make that a success" {
	differs busybox "ignores it"
	differs openrc "exits 0"
	started ignore 15
	expect 2 ssd -K -o -R TERM/0 -p "$P"
}

@test "TERM/0.1/USR1/0.1 that all fail: exit 2, and each signal was sent once" {
	differs busybox "ignores it"
	differs openrc "exits 1"
	differs dpkg "whole seconds only"
	started log "$T/log"
	expect 2 ssd -K -R TERM/0.05/USR1/0.05 -p "$P"
	is "$(cat "$T/log")" $'got 15\ngot 10'
}

@test "TERM/0.1/KILL/5 kills who ignores TERM" {
	differs busybox "ignores it"
	differs dpkg "whole seconds only"
	differs openrc "whole seconds only"
	started ignore 15
	expect 0 ssd -K -R TERM/0.05/KILL/5 -p "$P" -x "$D"
	dead "$pid"
	expect 1 ssd -K -R TERM/0.05/KILL/5 -p "$P" -x "$D"
}

@test "a list that ends with a signal still sees that it worked" {
	differs busybox "ignores it"
	differs openrc "0 where it did not"
	differs dpkg "exits 2"
	started
	expect 0 ssd -K -R 0/TERM -p "$P"
	dead "$pid"
}

@test "a list that begins with a wait waits first, then signals" {
	differs busybox "ignores it"
	differs dpkg "whole seconds only"
	differs openrc "ends at the 0"
	started ignore 15
	expect 0 ssd -K -R 0/0.05/KILL/5 -p "$P"
	dead "$pid"
}

@test "a daemon that ends by itself in the first wait: nothing done" {
	differs busybox "ignores it"
	differs openrc "exits 0"
	started
	expect 0 ssd -K -p "$P"
	expect 1 ssd -K -R 0/30/KILL/5 -p "$P"
	expect 0 ssd -K -o -R 0/30/KILL/5 -p "$P"
}

@test "a list of waits alone exits 2 where the daemon still runs, and sends nothing" {
	differs busybox "ignores it"
	differs openrc "exits 0"
	differs dpkg "whole seconds only"
	started log "$T/log"
	expect 2 ssd -K -R 10ms/10ms -p "$P"
	is "$(cat "$T/log")" ''
	alive "$pid"
}

@test "forever repeats what follows it" {
	differs busybox "ignores it"
	differs openrc "waits without end"
	differs dpkg "whole seconds only"
	started log "$T/log" exit-on 12 0
	expect 0 timeout 20 bash -c 'start-stop-daemon -K -R TERM/0.02/forever/USR1/0.02 -p "$0" &
		until [ $(grep -c "got 10" "$1") -ge 3 ]; do sleep 0.02; done; kill -USR2 $(cat "$0"); wait $!' "$P" "$T/log"
	dead "$pid"
	is "$(grep -c 'got 15' "$T/log")" 1
}

@test "-t makes --retry do nothing" {
	started
	expect 0 ssd -K -t -R TERM/30/KILL/5 -p "$P"
	alive "$pid"
}

@test "without a pidfile a schedule goes on until nothing matches, children that come later too" {
	differs busybox "ignores it"
	started ignore 15 many 3
	is "$(pids_of "$D" | wc -l)" 4
	expect 0 ssd -K -R TERM/0/KILL/5 -x "$D"
	is "$(pids_of "$D")" ''
}

@test "with a pidfile a schedule ends with that process, though others of the program run on" {
	differs busybox "ignores it"
	running
	local other=$pid
	started
	expect 0 ssd -K -R TERM/5/KILL/5 -p "$P" -x "$D"
	dead "$pid"
	alive "$other"
}

@test "a stop waits for a daemon that takes its time" {
	differs busybox "ignores it"
	started linger 300 exit-on 15 0
	expect 0 ssd -K -R TERM/10/KILL/5 -p "$P"
	dead "$pid"
}

@test "a stop ends with the daemon's death though nobody reaps it" {
	differs busybox "ignores it"
	differs dpkg "takes a zombie for alive"
	differs openrc "takes a zombie for alive"
	perl -e 'if (!fork) { exec @ARGV } sleep 1 while 1' "$D" > /dev/null 2>&1 3>&- &
	disown
	until_true 10 eval '[ -n "$(pids_of "$D")" ]'
	pid=$(pids_of "$D")
	expect 0 timeout 20 start-stop-daemon -K -R TERM/30/KILL/30 -x "$D"
	[ -d "/proc/$pid" ]
	echo "$pid" > "$P"
	expect 1 ssd -K -R TERM/30/KILL/30 -p "$P"
}

# ---- without looking again and again -----------------------------------------------------------------------------------

@test "a stop sleeps until the daemon is dead, instead of looking again and again" {
	only_ours "polls"
	need_command strace
	! without_pidfds || skip "without pidfds it has to"
	started linger 300 exit-on 15 0
	expect 0 strace -qq -o "$T/trace" -e trace='/^(p?poll|epoll.*|p?select.*|.*nanosleep.*|pause|.*waitid.*|rt_sigtimedwait.*)$' \
		start-stop-daemon -K -R TERM/10/KILL/5 -p "$P"
	cat "$T/trace"
	[ "$(wc -l < "$T/trace")" -le 3 ]
	dead "$pid"
}

@test "nor does a stop of four processes by --exec" {
	only_ours "polls"
	need_command strace
	! without_pidfds || skip "without pidfds it has to"
	local i
	for i in 1 2 3 4; do running linger $((i * 80)) exit-on 15 0; done
	expect 0 strace -qq -o "$T/trace" -e trace='/^(p?poll|epoll.*|p?select.*|.*nanosleep.*|pause|.*waitid.*|rt_sigtimedwait.*)$' \
		start-stop-daemon -K -R TERM/10/KILL/5 -x "$D"
	cat "$T/trace"
	[ "$(wc -l < "$T/trace")" -le 8 ]
	is "$(pids_of "$D")" ''
}

@test "it signals through a pidfd, not by number" {
	only_ours "by number"
	need_command strace
	! without_pidfds || skip "without pidfds it cannot"
	started
	expect 0 strace -qq -o "$T/trace" -e trace=kill,pidfd_send_signal start-stop-daemon -K -p "$P"
	cat "$T/trace"
	is "$(grep -c pidfd_send_signal "$T/trace")" 1
	is "$(grep -c '^kill' "$T/trace" || true)" 0
}

@test "without pidfds it looks at the process right before the kill" {
	only_ours "does not"
	need_command strace
	without_pidfds || skip "only without pidfds"
	started
	expect 0 strace -qq -o "$T/trace" start-stop-daemon -K -p "$P"
	grep -B1 '^kill' "$T/trace" | grep -q '^faccessat.*"stat"'
}

@test "where there is no pidfd_send_signal the process is signalled all the same" {
	only_ours "does not use it"
	need_command strace
	strace -qq -o /dev/null -e inject=pidfd_send_signal:error=ENOSYS true || skip "strace cannot inject"
	local error
	for error in ENOSYS EPERM EINVAL; do
		started
		expect 0 strace -qq -o "$T/trace" -e inject=pidfd_send_signal,pidfd_open:error="$error" start-stop-daemon -K -R 5 -p "$P"
		dead "$pid"
	done
}
