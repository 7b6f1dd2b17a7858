#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# cross.bats - other processors, by tests/cross.sh, which tells more: one of 32 bits, which an x86-64 kernel runs itself, and
# one that is big-endian, under qemu-user; in turn. `make cross` has the others.
load helper

# ARCH
builds_and_passes() {
	local status=0
	[ "$(uname -m)" = x86_64 ] || skip "not on x86-64"
	command -v apt-get > /dev/null || skip "the compilers and musl are Debian's, and there is no apt here"
	O=${INITBOX%/*} CONFIGS='' "$TOP/tests/cross.sh" "$1" > log 2>&1 3>&- || status=$?
	cat log
	[ $status != 77 ] || skip "$(grep -m 1 "^| $1 | no" log)"
	[ $status = 0 ]
	# none of them had nothing to say
	[ "$(sed -n 's/ passed, 0 failed$//p' log)" -ge 200 ]
}

@test "i386: 32 bits, without a warning, and libbb's unit tests pass" {
	in_turn 0 2
	builds_and_passes i386
}

@test "s390x: big-endian, without a warning, and libbb's unit tests pass under qemu" {
	in_turn 1 2
	builds_and_passes s390x
}
