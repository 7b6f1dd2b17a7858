#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# boot.bats - Debian's own kernel boots in qemu with an rcS that starts and stops daemons by initbox: tests/boot.sh tells
# more. Each takes half a minute where there is no KVM for it.
load helper

# KIND of boot, of an x86-64 machine
comes_up() {
	local status=0
	[ "$(uname -m)" = x86_64 ] || skip "not on x86-64"
	applet start-stop-daemon daemonize killall killall5 pidof pgrep pkill supervise-daemon tini
	O=${INITBOX%/*} BOOTS=$1 LIMIT=200 "$TOP/tests/boot.sh" x86_64 > log 2>&1 3>&- || status=$?
	[ $status != 77 ] || skip "$(tail -n 1 log)"
	sed -n '/^# x86_64.*passed/p' log >&3
	cat log
	[ $status = 0 ]
}

@test "a boot by BusyBox' init: rcS starts, checks and stops daemons, rcK ends everybody" {
	comes_up init
}

@test "a boot whose PID 1 is a shell, without /proc and /dev at first, read-only in the end" {
	comes_up bare
}
