#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# start-stop-daemon --pidfile: what is read from one that lies, and where one cannot be written. Beside each test runs a
# process that must not be hit.
# against: dpkg busybox openrc
load helper
load ssd

# two that a wrong kill would hit: one in our process group (kill 0), one anywhere (kill -1)
bystanders() {
	cp "$D" "$T/bystander"
	spawn "$T/bystander"
	until_true 5 runs "$pid" "$T/bystander"
	spawn setsid "$T/bystander"
	until_true 5 eval '[ "$(pids_of "$T/bystander" | wc -l)" = 2 ]'
}

unharmed() {
	is "$(pids_of "$T/bystander" | wc -l)" 2
}

# a pidfile of this text is taken for no pidfile: -S starts, -K does nothing, -T does not know
names_nobody() {
	differs openrc "falls back to a scan"
	bystanders
	printf -- "$1" > "$P"
	expect 1 ssd -K -p "$P"
	expect 1 ssd -K -t -p "$P"
	expect 1 ssd -K -R 5 -p "$P"
	expect 1 ssd -K -s KILL -p "$P" -x "$T/bystander"
	expect 1 ssd -K -s KILL -p "$P" -n bystander
	[ "${AGAINST-}" = busybox ] || expect 4 ssd -T -p "$P"
	unharmed
	is "$(printf -- "$1" | cksum)" "$(cksum < "$P")"
	expect 0 ssd -S -p "$P" -x "$D" -- exit 0
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$(pids_of "$D")" "$(< "$P")"
	unharmed
}

@test "a pidfile of -1 names nobody" {
	differs dpkg "kills all"
	differs busybox "kills all"
	names_nobody '-1\n'
}

@test "a pidfile of 0 names nobody" {
	differs dpkg "kills the caller's process group"
	differs busybox "kills the caller's process group"
	names_nobody '0\n'
}

@test "a pidfile of 00 names nobody" {
	differs dpkg "kills the caller's process group"
	differs busybox "kills the caller's process group"
	names_nobody '00\n'
}

@test "a pidfile of -0 names nobody" {
	differs dpkg "kills the caller's process group"
	differs busybox "kills the caller's process group"
	names_nobody '-0\n'
}

@test "a pidfile of +5 names nobody" {
	differs dpkg "takes it for 5"
	differs busybox "takes it for 5"
	names_nobody '+5\n'
}

@test "a pidfile of 12abc names nobody" {
	differs dpkg "takes it for 12"
	differs busybox "takes it for 12"
	names_nobody '12abc\n'
}

@test "a pidfile of 4294967297 names nobody" {
	differs dpkg "wraps"
	differs busybox "wraps"
	names_nobody '4294967297\n'
}

@test "a pidfile of a number with 30 digits names nobody" {
	differs dpkg "wraps"
	differs busybox "wraps"
	names_nobody '999999999999999999999999999999\n'
}

@test "a pidfile of 4194305, which no process can have, names nobody" {
	differs dpkg "is one that is dead"
	differs busybox "is one that is dead"
	names_nobody '4194305\n'
}

@test "an empty pidfile names nobody" {
	names_nobody ''
}

@test "a pidfile of blanks and newlines names nobody" {
	names_nobody ' \n\n'
}

@test "a pidfile of text names nobody" {
	names_nobody 'pid\n'
}

@test "a pidfile of a NUL and a number names nobody" {
	names_nobody '\0001234\n'
}

@test "a pidfile of 100 KiB of digits, or blanks, names nobody" {
	differs dpkg "is one that is dead"
	differs busybox "is one that is dead"
	differs openrc "falls back to a scan"
	bystanders
	head -c 100000 /dev/zero | tr '\0' 1 > "$P"
	expect 1 ssd -K -p "$P"
	expect 4 ssd -T -p "$P"
	{ head -c 100000 /dev/zero | tr '\0' ' '; echo "$pid"; } > "$P"
	expect 1 ssd -K -p "$P"
	expect 4 ssd -T -p "$P"
	unharmed
}

@test "that a pidfile holds no number is told" {
	only_ours "says nothing"
	echo nonsense > "$P"
	expect 1 ssd -K -q -p "$P"
	complains "$P"
	expect 4 ssd -T -p "$P"
	complains "$P"
}

@test "of two numbers the first counts, and the second is never touched" {
	started
	local first=$pid
	running
	echo "$first $pid" > "$P"
	expect 0 ssd -K -p "$P" -x "$D"
	until_true 5 dead "$first"
	alive "$pid"
	running
	printf '%s\n%s\n' "$first" "$pid" > "$P"
	expect 1 ssd -K -p "$P" -x "$D"
	alive "$pid"
}

@test "blanks before the number, no newline behind it, and a carriage return are no fault" {
	local text
	for text in '  %s\n' '\t%s' '%s' '%s\r\n' '%s \n' '%s\n\n'; do
		running
		printf "$text" "$pid" > "$P"
		expect 0 ssd -K -p "$P"
		until_true 5 dead "$pid"
	done
}

@test "leading zeros are no fault" {
	running
	echo "000$pid" > "$P"
	expect 0 ssd -K -p "$P"
	until_true 5 dead "$pid"
}

# ---- what is no file -------------------------------------------------------------------------------------------------

# -S and -K fail with one line, -T does not know; nothing starts, nothing is left
is_an_error() {
	bystanders
	expect 2 ssd -K -p "$P"
	complains "$P"
	expect 2 ssd -K -p "$P" -x "$T/bystander"
	expect 4 ssd -T -p "$P"
	complains "$P"
	expect 2 ssd -S -p "$P" -x "$D"
	complains "$P"
	expect 2 ssd -S -b -m -p "$P" -x "$D"
	complains "$P"
	unharmed
	gone_from_here "${1-pid}"
}

@test "a pidfile that is a directory is an error" {
	only_ours "is as an empty one"
	mkdir "$P"
	is_an_error
	[ -d "$P" ]
}

@test "a pidfile that is a fifo is an error, and does not hang" {
	only_ours "hangs"
	mkfifo "$P"
	is_an_error
	[ -p "$P" ]
}

@test "a pidfile that is a device is an error" {
	only_ours "reads it"
	need_root
	mknod "$P" c 1 5
	is_an_error
	[ -c "$P" ]
}

@test "a pidfile that is a socket is an error" {
	perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => shift, Listen => 1) or die' "$P"
	only_ours "exits 1 or 2"
	is_an_error
	[ -S "$P" ]
}

@test "/dev/null as pidfile stays /dev/null, with --make-pidfile too" {
	need_root
	mknod -m 666 "$P" c 1 3
	run ssd -S -b -m -p "$P" -x "$D" 3>&-
	[ -c "$P" ]
	run ssd -K --remove-pidfile -p "$P" -x "$D" 3>&-
	[ -c "$P" ]
}

@test "a pidfile that is a dangling symlink is none: -S starts, -K does nothing" {
	ln -s nowhere "$P"
	differs openrc "exits 0"
	expect 1 ssd -K -p "$P"
	[ "${AGAINST-}" = busybox ] || expect 3 ssd -T -p "$P"
	expect 0 ssd -S -p "$P" -x "$D" -- exit 0
	[ -L "$P" ]
	[ ! -e "$T/run/nowhere" ]
}

@test "a pidfile is not written through a symlink: the link is replaced" {
	only_ours "fails, or writes through it"
	ln -s nowhere "$P"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	[ ! -L "$P" ]
	is "$(ls -A "$T/run")" pid
	expect 0 ssd -K -R 5 -p "$P"
	echo precious > "$T/precious"
	ln -sf "$T/precious" "$P"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$(< "$T/precious")" precious
	is "$(pids_of "$D")" "$(< "$P")"
}

@test "a pidfile that is a hard link is replaced, not written through" {
	only_ours "writes through it"
	echo precious > "$T/precious"
	ln "$T/precious" "$P"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$(< "$T/precious")" precious
}

@test "a pidfile is read through a symlink" {
	running
	echo "$pid" > "$T/real"
	ln -s "$T/real" "$P"
	expect 0 ssd -K -p "$P" -x "$D"
	until_true 5 dead "$pid"
}

@test "a loop of symlinks is an error" {
	only_ours "exits 1 or 2"
	ln -s pid "$P"
	expect 2 ssd -K -p "$P"
	complains "$P"
	expect 4 ssd -T -p "$P"
}

@test "a pidfile in a directory that is a file, or none: none to -K, an error to -m" {
	differs openrc "exits 0"
	expect 1 ssd -K -p "$T/none/pid"
	differs busybox "exits 0, and it runs"
	differs dpkg "it runs"
	expect 2 ssd -S -b -m -p "$T/none/pid" -x "$D"
	complains "$T/none/pid" 'No such file'
	expect 2 ssd -S -b -m -p "$D/pid" -x "$D"
	complains "$D/pid" 'Not a directory'
	expect 2 ssd -S -m -p "$T/none/pid" -x "$D"
	complains "$T/none/pid"
	gone_from_here
}

# ---- whose it is ------------------------------------------------------------------------------------------------------

@test "a pidfile that everybody may write is an error, other criteria or not" {
	differs busybox "takes it"
	differs openrc "takes it"
	bystanders
	echo "$pid" > "$P"
	chmod 666 "$P"
	expect 2 ssd -K -p "$P"
	complains "$P"
	expect 2 ssd -K -p "$P" -x "$T/bystander"
	expect 4 ssd -T -p "$P"
	unharmed
	expect 2 ssd -S -b -m -p "$P" -x "$D"
	complains "$P"
	gone_from_here pid
}

@test "a pidfile that another user owns does not do alone" {
	differs busybox "takes it"
	differs openrc "takes it"
	need_root
	running
	echo "$pid" > "$P"
	chown 65534 "$P"
	expect 2 ssd -K -p "$P"
	complains "$P"
	expect 4 ssd -T -p "$P"
	expect 2 ssd -S -b -m -p "$P" -a "$D"
	alive "$pid"
	is "$(ls -A "$T/run")" pid
	chown 0:65534 "$P"
	expect 2 ssd -K -p "$P"
	alive "$pid"
}

@test "a pidfile that another user owns does with a criterion more" {
	need_root
	running
	echo "$pid" > "$P"
	chown 65534:65534 "$P"
	expect 1 ssd -S -p "$P" -x "$D"
	expect 1 ssd -K -p "$P" -n other
	alive "$pid"
	expect 0 ssd -K -p "$P" -n idled
	until_true 5 dead "$pid"
}

@test "one's own pidfile does alone, for a user without rights too" {
	need_root
	spawn setpriv --reuid=65534 --regid=65534 --clear-groups "$D"
	until_true 5 runs "$pid" "$D"
	echo "$pid" > "$P"
	chown 65534:65534 "$P"
	expect 0 nobodys_ssd -K -p "$P"
	until_true 5 dead "$pid"
}

@test "a pidfile that one may not read is an error" {
	differs busybox "exits 1"
	differs openrc "is none"
	need_root
	bystanders
	echo "$pid" > "$P"
	chmod 600 "$P"
	expect 2 nobodys_ssd -K -p "$P"
	complains "$P" 'Permission denied'
	expect 2 nobodys_ssd -S -p "$P" -x "$D"
	complains "$P" 'Permission denied'
	[ "${AGAINST-}" ] || expect 4 nobodys_ssd -T -p "$P"
	unharmed
}

@test "a pidfile that names PID 1 does not do alone, for the one who may kill it" {
	only_ours "signals it"
	echo 1 > "$P"
	expect 1 ssd -K -q -s 0 -p "$P"
	complains "$P"
	expect 1 ssd -K -t -p "$P"
	expect 4 ssd -T -p "$P"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
}

@test "a pidfile that names PID 1 does with another criterion" {
	differs busybox "does not"
	echo 1 > "$P"
	expect 0 ssd -K -t -p "$P" -n "$(comm 1)"
	expect 1 ssd -K -t -p "$P" -n other
}

@test "a pidfile that names start-stop-daemon itself names nobody" {
	only_ours "signals itself"
	expect 1 bash -c 'echo $$ > "$0"; exec start-stop-daemon -K -s KILL -p "$0"' "$P"
}

@test "a pidfile that names a thread, not a process, names nobody" {
	only_ours "takes it"
	need_command python3
	python3 -c 'import threading, sys, time, os
t = threading.Thread(target=time.sleep, args=(60,), daemon=True)
t.start()
open(sys.argv[1], "w").write("%d\n" % t.native_id)
time.sleep(60)' "$P" > /dev/null 2>&1 3>&- &
	pid=$!
	disown
	until_true 5 test -s "$P"
	[ "$(< "$P")" != "$pid" ]
	expect 1 ssd -K -p "$P"
	expect 1 ssd -T -p "$P"
	alive "$pid"
}

# ---- where it cannot be written -----------------------------------------------------------------------------------------

tmpfs() {
	need_root
	mkdir "$T/mnt"
	mount -t tmpfs -o "$1" tmpfs "$T/mnt" || skip "no tmpfs"
}

@test "a full disk: an error, no daemon, and the disk as it was" {
	differs busybox "exits 0, and it runs"
	differs dpkg "it runs"
	tmpfs size=4k
	head -c 4096 /dev/zero > "$T/mnt/full"
	expect 2 ssd -S -b -m -p "$T/mnt/pid" -x "$D"
	complains "$T/mnt/pid" 'No space left'
	is "$(pids_of "$D")" ''
	is "$(ls -A "$T/mnt")" full
	expect 2 ssd -S -m -p "$T/mnt/pid" -x "$D"
	complains "$T/mnt/pid" 'No space left'
	is "$(ls -A "$T/mnt")" full
}

@test "a full disk keeps the old pidfile" {
	only_ours "truncates it"
	tmpfs size=8k
	echo 4194000 > "$T/mnt/pid"
	head -c 4096 /dev/zero > "$T/mnt/full"
	expect 2 ssd -S -b -m -p "$T/mnt/pid" -x "$D"
	is "$(< "$T/mnt/pid")" 4194000
	is "$(echo $(ls -A "$T/mnt"))" 'full pid'
}

@test "a disk without inodes: an error, no daemon" {
	differs busybox "exits 0, and it runs"
	differs dpkg "it runs"
	tmpfs size=64k,nr_inodes=2
	: > "$T/mnt/full"
	expect 2 ssd -S -b -m -p "$T/mnt/pid" -x "$D"
	complains "$T/mnt/pid" 'No space left'
	is "$(pids_of "$D")" ''
	is "$(ls -A "$T/mnt")" full
}

@test "a read-only directory: an error, no daemon; -T and -K work there" {
	differs busybox "exits 0, and it runs"
	differs dpkg "it runs"
	need_root
	started
	mkdir "$T/mnt"
	mount --bind -o ro "$T/run" "$T/mnt" || skip "no bind mount"
	expect 1 ssd -S -p "$T/mnt/pid" -x "$D"
	[ "${AGAINST-}" ] || expect 0 ssd -T -p "$T/mnt/pid" -x "$D"
	expect 0 ssd -K -R 5 -p "$T/mnt/pid" -x "$D"
	expect 2 ssd -S -b -m -p "$T/mnt/pid" -x "$D"
	complains "$T/mnt/pid" 'Read-only file system'
	expect 2 ssd -S -m -p "$T/mnt/pid" -x "$D"
	complains "$T/mnt/pid" 'Read-only file system'
	is "$(pids_of "$D")" ''
	is "$(ls -A "$T/run")" pid
}

@test "--remove-pidfile on a read-only directory: the daemon is stopped, and that the file is left is an error" {
	differs busybox "has no --remove-pidfile"
	differs openrc "has no --remove-pidfile"
	need_root
	started
	mkdir "$T/mnt"
	mount --bind -o ro "$T/run" "$T/mnt" || skip "no bind mount"
	expect 2 ssd -K -R 5 --remove-pidfile -p "$T/mnt/pid"
	complains "$T/mnt/pid" Read-only
	dead "$pid"
}

@test "a directory that one may not write: an error, no daemon" {
	differs busybox "exits 0, and it runs"
	differs dpkg "it runs"
	need_root
	expect 2 nobodys_ssd -S -b -m -p "$P" -x "$D"
	complains "$P" 'Permission denied'
	gone_from_here
}

@test "a pidfile whose name is too long: an error, no daemon" {
	differs busybox "exits 0, and it runs"
	differs dpkg "it runs"
	expect 2 ssd -S -b -m -p "$T/run/$(printf 'x%.0s' {1..256})" -x "$D"
	complains 'too long'
	expect 2 ssd -S -b -m -p "$T/run/$(printf 'x%.0s' {1..255})" -x "$D"
	gone_from_here
	expect 2 ssd -S -b -m -p "/$(printf 'x%.0s' {1..5000})" -x "$D"
	gone_from_here
	expect 0 ssd -S -b -m -p "$T/run/$(printf 'x%.0s' {1..240})" -x "$D"
}

@test "a pidfile that ends in a slash, or is empty: an error, no daemon" {
	differs busybox "exits 0, and it runs"
	differs dpkg "it runs"
	expect 2 ssd -S -b -m -p "$T/run/" -x "$D"
	complains "$T/run/"
	expect 2 ssd -S -b -m -p '' -x "$D"
	gone_from_here
}

@test "readers never see an empty or half a pidfile" {
	only_ours "truncates and writes"
	need_command strace
	expect 0 strace -qq -f -o "$T/trace" -e trace=openat,open,rename,renameat,renameat2,write,fchmod,unlinkat \
		start-stop-daemon -S -b -m -p "$P" -x "$D" -- exit 0
	cat "$T/trace"
	is "$(grep -c 'openat(.*"pid"\|openat(.*/run/pid".*O_WRONLY' "$T/trace" || true)" 0
	is "$(grep -c 'rename.*"pid"' "$T/trace")" 1
}
