#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# Who got the number of a process that died is not hit, wherever the tool stood when that happened: recycle.c holds it before
# each of its system calls. With pidfds there is no such place; without them (INITBOX_NO_PIDFD=1) there is one, and it is
# kill itself. (start-stop-daemon with nothing but a pidfile is not here: until the number is pinned, it is all that is known.)
# against: dpkg busybox psmisc procps
load helper
load peers

prepare() {
	within=
	need_root
	RECYCLE=${INITBOX%/*}/recycle
	[ -e "$RECYCLE" ] || skip "no ${RECYCLE##*/} beside it: make units"
	victim mouse
}

# nobody_else_is_hit [FILE=@|session] TOOL...
nobody_else_is_hit() {
	# shellcheck disable=SC2086 # words, if any
	expect 0 $within "$RECYCLE" "$VICTIM" "$@"
	echo "# ${AGAINST:-initbox}${INITBOX_NO_PIDFD:+, without pidfds}: $(tail -n 1 <<< "$out"): $BATS_TEST_DESCRIPTION" >&3
	local hit
	hit=$(grep '^H' <<< "$out" | sort -u || :)
	if [ "${INITBOX_NO_PIDFD-}" = 1 ] && [ -z "${AGAINST-}" ]; then
		[ "$hit" = 'HIT kill' ] || [ "$hit" = "${or-HIT kill}" ]
	else
		[ -z "$hit" ]
	fi
}

@test "killall NAME" {
	differs busybox "hits it"
	differs "dpkg procps" "has none"
	applet killall
	nobody_else_is_hit killall mouse
}

@test "killall FILE" {
	differs busybox "hits it"
	differs "dpkg procps" "has none"
	applet killall
	nobody_else_is_hit killall "$VICTIM"
}

@test "killall -w NAME" {
	differs psmisc "waits for the stranger"
	differs busybox "has no -w"
	differs "dpkg procps" "has none"
	applet killall
	nobody_else_is_hit killall -w mouse
}

@test "killall5" {
	differs "dpkg busybox psmisc" "has none"
	applet killall5
	# it hits all there are, so they are in a namespace of their own; the stranger is of the session that it spares
	within="$private setsid"
	nobody_else_is_hit session killall5 -o 1
	or='' # how often it looks is not the same each time, so not each call is met
	nobody_else_is_hit session killall5
}

@test "start-stop-daemon -K by the file" {
	differs "dpkg busybox" "hits it"
	differs "psmisc procps" "has none"
	applet start-stop-daemon
	nobody_else_is_hit start-stop-daemon -K -x "$VICTIM"
}

@test "start-stop-daemon -K by a pidfile and the file" {
	differs "dpkg busybox" "hits it"
	differs "psmisc procps" "has none"
	applet start-stop-daemon
	nobody_else_is_hit "$T/pidfile=@" start-stop-daemon -K -p "$T/pidfile" -x "$VICTIM"
}

@test "start-stop-daemon -K with a schedule" {
	differs dpkg "hits it"
	differs busybox "has no schedules"
	differs "psmisc procps" "has none"
	applet start-stop-daemon
	nobody_else_is_hit start-stop-daemon -K -x "$VICTIM" --retry HUP/1/KILL/5
}

@test "start-stop-daemon -K of a tree" {
	differs "dpkg busybox" "has no --stop-tree"
	differs "psmisc procps" "has none"
	applet start-stop-daemon
	nobody_else_is_hit start-stop-daemon -K -x "$VICTIM" --stop-tree
}

@test "pkill NAME" {
	differs "busybox procps" "hits it"
	differs "dpkg psmisc" "has none"
	applet pkill
	nobody_else_is_hit pkill mouse
}

@test "pkill -x NAME" {
	differs "busybox procps" "hits it"
	differs "dpkg psmisc" "has none"
	applet pkill
	nobody_else_is_hit pkill -x mouse
}

@test "pkill -f, and -n" {
	need REGEX
	differs "busybox procps" "hits it"
	differs "dpkg psmisc" "has none"
	applet pkill
	nobody_else_is_hit pkill -n -f '/mouse$'
}

@test "pkill of a user" {
	differs busybox "has no -u"
	differs procps "hits it"
	differs "dpkg psmisc" "has none"
	applet pkill
	nobody_else_is_hit pkill -u root mouse
}
