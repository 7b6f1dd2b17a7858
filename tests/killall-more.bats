#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# killall: what psmisc's has beside names and signals: users, ages, groups, namespaces, questions, expressions.
# against: psmisc
load helper
load peers

prepare() {
	applet killall
	ME='killall: '
	[ -z "${AGAINST-}" ] || ME=
}

# another user's victim: $pid
nobodys() {
	need_root
	need_command setpriv
	program "$1"
	: > up
	spawn setpriv --reuid=65534 --regid=65534 --clear-groups "$VICTIM" say up > up
	until_true 5 test -s up
	disown
}

# a leader of a group of its own: $pid, with another member of the name: $member
grouped() {
	program "$1"
	program "$2"
	rm -f leader member
	# shellcheck disable=SC2016 # the inner shell's
	spawn setsid bash -c '"$1" pid member & exec "$0" pid leader' "$BATS_TEST_TMPDIR/$1" "$BATS_TEST_TMPDIR/$2"
	until_true 5 test -s leader -a -s member
	disown
	member=$(< member)
}

# ---- users --------------------------------------------------------------------------------------------------------

@test "-u signals only the processes of that user" {
	nobodys mouse; local theirs=$pid
	running mouse
	expect 0 killall -u nobody mouse
	hits "$theirs"
	misses "$pid"
}

@test "-u without a name signals all that the user runs, and nobody else" {
	nobodys mouse; local a=$pid
	nobodys rat; local b=$pid
	running mouse
	expect 0 killall -u nobody
	hits "$a" "$b"
	misses "$pid"
	expect 1 killall -u nobody
	[ "${AGAINST-}" ] || says "no process found"
}

@test "--user takes a number too" {
	differs psmisc "knows names only"
	nobodys mouse
	expect 0 killall --user=65534 mouse
	hits "$pid"
}

@test "a user that is none ends it, and nobody is signalled" {
	running mouse
	expect 1 killall -u no-such-user mouse
	says "Cannot find user no-such-user"
	misses "$pid"
	expect 1 killall -u '' mouse
	misses "$pid"
}

@test "-u means the real user, whatever the process became" {
	need_root
	need_command setpriv
	program mouse
	spawn setpriv --ruid=65534 --euid=0 --clear-groups "$VICTIM" say up > up
	until_true 5 test -s up
	expect 1 killall -u root mouse
	misses "$pid"
	expect 0 killall -u nobody mouse
	hits "$pid"
}

# ---- ages ---------------------------------------------------------------------------------------------------------

@test "-o and -y know the old from the young" {
	running mouse
	expect 1 killall -o 1m mouse
	expect 1 killall --older-than 1h mouse
	misses "$pid"
	expect 0 killall -0 -y 1m mouse
	expect 0 killall -0 --younger-than=1d mouse
	until_true 5 killall -q -0 -o 1s mouse
	expect 1 killall -y 1s mouse
	misses "$pid"
	expect 0 killall -o 1s mouse
	hits "$pid"
}

@test "each unit of an age is taken" {
	running mouse
	local unit
	for unit in s m h d w M y; do
		expect 0 killall -0 -y "60$unit" mouse
		expect 1 killall -0 -o "60$unit" mouse
	done
}

@test "an age without a number or a unit is none, and nobody is signalled" {
	running mouse
	local age
	for age in 5 s 0s 5x -5s '' 5S; do
		expect 1 killall -y "$age" mouse
		expect 1 killall -o "$age" mouse
	done
	misses "$pid"
	differs psmisc "passes over what follows"
	expect 1 killall -y 5sm mouse
	misses "$pid"
}

# ---- groups -------------------------------------------------------------------------------------------------------

@test "-g signals the whole group of a process" {
	grouped mouse rat; local a=$pid
	running rat
	expect 0 killall -g mouse
	hits "$a" "$member"
	misses "$pid"
}

@test "-g counts by the name, whoever is its leader" {
	grouped mouse rat
	expect 0 killall --process-group rat
	hits "$pid" "$member"
}

@test "our own group is nobody's" {
	ours "it ends its own callers"
	running mouse # by this shell, in its group
	expect 1 killall -g mouse
	says "our own process group"
	misses "$pid"
}

# ---- pid namespaces -----------------------------------------------------------------------------------------------

inner() {
	need_root
	program mouse
	rm -f ready
	spawn unshare -fp --kill-child "$VICTIM" pid ready
	until_true 5 test -e ready
	disown
	inner=$(child_of "$pid")
}

@test "-n PID signals in that process's pid namespace only" {
	inner
	running mouse; local ours=$pid
	expect 0 killall -KILL -n "$inner" mouse
	hits "$inner"
	misses "$ours"
	inner
	expect 0 killall --ns $$ mouse
	hits "$ours"
	misses "$inner"
}

@test "-n 0 signals in all of them" {
	inner
	running mouse
	expect 0 killall -KILL -n 0 mouse
	hits "$pid" "$inner"
}

@test "-n of a process that is dead or none ends it, and nobody is signalled" {
	differs psmisc "signals all"
	running mouse
	expect 1 killall -n 999999 mouse
	says 999999
	expect 1 killall -n x mouse
	expect 1 killall -n -1 mouse
	misses "$pid"
}

# ---- names in any case, expressions -------------------------------------------------------------------------------

@test "-I takes letters in any case, also beyond the 15 that the kernel keeps" {
	running Mouse
	expect 1 killall mOUSE
	expect 0 killall -I mOUSE
	hits "$pid"
	running Twenty-Two-Bytes-Long1
	expect 1 killall -I twenty-two-bytes-long2
	expect 1 killall --ignore-case twenty-two-byte
	misses "$pid"
	expect 0 killall --ignore-case twenty-two-bytes-LONG1
	hits "$pid"
}

@test "-r takes names for extended regular expressions" {
	running mouse1; local a=$pid
	running mouse22; local b=$pid
	running rat
	expect 1 killall 'mouse[0-9]+'
	expect 1 killall -r '^use'
	expect 1 killall -r 'mouse$'
	expect 0 killall -r '^mouse[0-9]+$'
	hits "$a" "$b"
	misses "$pid"
}

@test "-r looks for the expression anywhere in the whole name" {
	running twenty-two-bytes-long1; local a=$pid
	expect 1 killall --regexp '^two'
	expect 0 killall -0 --regexp 'two'
	expect 0 killall -0 -r 'long1$'
	expect 1 killall -0 -r 'byte$'
	expect 0 killall -r -I 'LONG1$'
	hits "$a"
}

@test "-r has each expression to itself" {
	running mouse
	expect 1 killall -r 'm.u' 'r.t'
	says 'r.t: no process found'
	hits "$pid"
}

@test "an expression that is none ends it, and nobody is signalled" {
	running mouse
	local re
	for re in 'mouse(' 'mous[' '*['; do
		expect 1 killall -r "$re" mouse
		says "Bad regular expression: $re"
	done
	misses "$pid"
}

@test "-Z and a kernel without security contexts: nobody is signalled" {
	differs psmisc "signals all there are"
	! cat /proc/self/attr/current > /dev/null 2>&1 || skip "this kernel has them"
	running mouse
	expect 1 killall -Z x mouse
	expect 1 killall --context x
	misses "$pid"
}

@test "-Z signals who has the context" {
	[ "$(tr -d '\0\n' < /proc/self/attr/current 2> /dev/null)" = unconfined ] || skip "no security contexts here"
	running mouse
	expect 1 killall -Z nosuch mouse
	misses "$pid"
	expect 0 killall -Z '^unc' mouse
	hits "$pid"
}

# ---- questions ----------------------------------------------------------------------------------------------------

ask() {
	local answers=$1
	shift
	printf '%b' "$answers" > answers
	expect "$1" bash -c '"$@" < answers' - "${@:2}"
}

@test "-i asks for each process, and yes is yes" {
	running mouse; local a=$pid
	running mouse
	ask 'n\ny\n' 0 killall -i mouse
	is "$out" "Kill mouse($a) ? (y/N) Kill mouse($pid) ? (y/N) "
	hits "$pid"
	misses "$a"
}

@test "-i: an empty line, the end of the file and other words are no, and all no is nobody found" {
	running mouse
	local no
	for no in '\n' '' 'no\n' 'x\n' 'ny\n'; do
		ask "$no" 1 killall -i mouse
		says "mouse: no process found"
	done
	misses "$pid"
	ask 'yes\n' 0 killall --interactive mouse
	hits "$pid"
}

@test "-i names another signal than TERM as one" {
	running mouse
	ask 'n\n' 1 killall -i -HUP mouse
	is "$out" "Signal mouse($pid) ? (y/N) "
}

@test "-i -g asks once for a group" {
	differs psmisc "asks for each member that matches"
	grouped mouse mouse
	ask 'y\n' 0 killall -i -g mouse
	is "$out" "Kill mouse(pgid $pid) ? (y/N) "
	hits "$pid" "$member"
}

@test "-i: a question that cannot be put is not agreed to" {
	ours "goes on"
	running mouse
	printf 'y\n' > answers
	expect 1 bash -c 'killall -i mouse < answers > /dev/full'
	misses "$pid"
}

# ---- and all of it together ---------------------------------------------------------------------------------------

@test "criteria are joined: all must hold" {
	nobodys mouse
	expect 1 killall -u root mouse
	expect 1 killall -u nobody rat
	expect 1 killall -u nobody -o 1h mouse
	misses "$pid"
	expect 0 killall -u nobody -y 1h -r -I '^MO' -w
	dead "$pid"
}

@test "-v tells the name that the process has where an expression or a user was given" {
	running mouse
	expect 0 killall -v -r 'm.us'
	is "$err" "${ME}Killed mouse($pid) with signal 15"
	hits "$pid"
}

@test "-w waits for a whole group" {
	grouped mouse rat
	expect 0 killall -w -g mouse
	dead "$pid"
	dead "$member"
}

@test "-V tells the version" {
	expect 0 killall -V
	[ "${AGAINST-}" ] || is "$err" ''
	says killall
}

@test "PID 1, ourselves and our callers are not hit by a user or an expression" {
	ours "would end these tests"
	need_root
	running mouse
	expect 0 killall -0 -v -u root
	says "mouse($pid)"
	says_not "($$)"
	says_not "(1)"
	expect 0 killall -0 -v -r .
	says "mouse($pid)"
	says_not "($$)"
	says_not "(1)"
}

@test "who does not match costs 3 system calls by user, by expression and by age" {
	differs psmisc "7 and more"
	need_command strace
	scan_cost killall -u nobody
	[ "$cost" -le 310 ]
	scan_cost killall -r 'n.such'
	[ "$cost" -le 310 ]
	scan_cost killall -u nobody -y 5s nosuch
	[ "$cost" -le 310 ]
}

@test "-Z takes an expression, and says which is none" {
	differs psmisc "looks for the contexts first"
	expect 1 killall -Z 'x[' mouse
	says 'x['
}

@test "-v tells each by the name that it was found by" {
	running mouse; local a=$pid
	running rat
	expect 0 killall -v mouse rat
	says "Killed mouse($a) with signal 15"
	says "Killed rat($pid) with signal 15"
}
