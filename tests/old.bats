#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# What runs under old.c is told that Linux ended with 3.10: each newer call is refused, and no older one. (Files with OLD= in
# their name in the report of run.sh are run so.)
load helper

prepare() {
	need_command perl
	OLD_KERNEL=${INITBOX%/*}/old
	[ "$("$OLD_KERNEL" ENOSYS echo yes)" = yes ] || skip "no seccomp filters here"
	FIRST=$("$OLD_KERNEL" first)
}

# asked NUMBER ARG...: what a program at a fixed address gets, under $how
asked() {
	"$OLD_KERNEL" "$how" "$OLD_KERNEL" ask "$@"
}

@test "each call from the first after 3.10 to beyond the last there is gets the one answer" {
	local how n
	for how in ENOSYS EPERM; do
		# (not 335 and 336 of x86-64: a uprobe's code makes those, and the kernel shows them to no filter)
		for n in $(seq "$FIRST" $((FIRST + 20))) $(seq 424 480) 511 512 100000; do
			[ "$(asked "$n")" = "$how" ] || echo "$n: $(asked "$n"), not $how"
		done
	done > wrong
	[ ! -s wrong ] || { cat wrong; return 1; }
}

@test "without the filter these are not the answers" {
	[ "$("$OLD_KERNEL" ask 434 $$ 0)" -gt 2 ] || skip "a kernel without pidfds"
	[ "$("$OLD_KERNEL" ask 434 -1 0)" = EINVAL ]
	[ "$("$OLD_KERNEL" ask 436 9 9 0)" = 0 ]
}

@test "who is not at a fixed address is told ENOSYS, also where others are told EPERM" {
	local how
	for how in ENOSYS EPERM; do
		[ "$("$OLD_KERNEL" "$how" perl -e 'syscall(434, 1, 0); use POSIX; print $! == ENOSYS ? "ENOSYS" : $!')" = ENOSYS ]
	done
}

@test "newer options of prctl and waitid are none, older ones are" {
	[ "$(uname -m)" = x86_64 ] || skip "the numbers are x86-64's"
	local how
	[ "$("$OLD_KERNEL" ask 157 47 4 0 0 0)" = 0 ] # PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL
	for how in ENOSYS EPERM; do
		[ "$(asked 157 47 4 0 0 0)" = EINVAL ]
		[ "$(asked 157 0x53564d41 0 0 0 0)" = EINVAL ] # PR_SET_VMA
		[ "$(asked 157 38 1 0 0 0)" = 0 ]              # PR_SET_NO_NEW_PRIVS
		[ "$(asked 157 36 1 0 0 0)" = 0 ]              # PR_SET_CHILD_SUBREAPER
		[ "$(asked 247 3 0 0 4 0)" = EINVAL ]          # waitid: P_PIDFD
		[ "$(asked 247 1 1 0 4 0)" = 'errno 10' ]      # P_PID: ECHILD
	done
}

@test "a kernel built without filters of calls refuses them, and nothing else" {
	[ "$(uname -m)" = x86_64 ] || skip "the numbers are x86-64's"
	local how=NOSECCOMP
	[ "$("$OLD_KERNEL" ask 157 22 2 0 0 0)" = 'errno 14' ] # PR_SET_SECCOMP: EFAULT, it wants to read the filter
	[ "$(asked 157 22 2 0 0 0)" = EINVAL ]
	[ "$(asked 317 1 0 0)" = EINVAL ]         # seccomp
	[ "$(asked 157 36 1 0 0 0)" = 0 ]         # PR_SET_CHILD_SUBREAPER
	[ "$(asked 436 9 9 0)" = "$("$OLD_KERNEL" ask 436 9 9 0)" ]
}

@test "what 3.10 has is not refused" {
	local how
	for how in ENOSYS EPERM; do
		# the last before; it is there, and wants a descriptor, or more rights, or another kernel
		[ "$(asked $((FIRST - 1)))" = "$("$OLD_KERNEL" ask $((FIRST - 1)))" ]
		"$OLD_KERNEL" "$how" bash -c 'echo some > file && mv file other && [ -x / ] && sleep 0 | cat && ls -l other > /dev/null'
		"$OLD_KERNEL" "$how" "$INITBOX" --list > /dev/null
	done
}

@test "it is inherited, by those without rights too, and what is asked for is run as it was called" {
	need_root
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$T"
	cp "$OLD_KERNEL" old
	setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$T/old" || skip "nobody may not get here"
	[ "$(setpriv --reuid=65534 --regid=65534 --clear-groups ./old ENOSYS bash -c 'exec ./old ask 434 1 0')" = ENOSYS ]
	[ "$(./old ENOSYS bash -c 'echo $$; exec cat /proc/self/comm' | tail -n 1)" = cat ]
	expect 7 ./old EPERM bash -c 'exit 7'
	expect 125 ./old EPERM ./nosuch
	expect 125 ./old EINTR true
}
