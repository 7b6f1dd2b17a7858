#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# What start-stop-daemon is given that cannot work, and where it is called: one clear line, the exit status of the manual,
# nothing runs and nothing is left. (Pidfiles that lie, and disks that are full: start-stop-daemon-pidfile.bats.)
# against: dpkg busybox openrc
load helper
load ssd

# in the background and in the foreground, with a pidfile and without: exit 2, one line of these words, nothing left
cannot_start() {
	local words=() how
	differs busybox "exits 0 under -b"
	differs openrc "exits 0 or 1"
	while [ "$1" != : ]; do
		words+=("$1")
		shift
	done
	shift
	for how in "-b -m -p $P" "-b" "-m -p $P" "-p $P"; do
		# shellcheck disable=SC2086 # words
		expect 2 ssd -S $how "$@"
		complains "${words[@]}"
		gone_from_here
	done
}

# ---- the program -------------------------------------------------------------------------------------------------------

@test "a program that is missing" {
	cannot_start "$T/missing" 'No such file' : -x "$T/missing"
}

@test "a program whose directory is missing, or a file" {
	cannot_start "$T/none/d" 'No such file' : -x "$T/none/d"
	cannot_start "$D/d" 'Not a directory' : -x "$D/d"
}

@test "a program that is not to be found in PATH" {
	cannot_start nosuchprogram : -x nosuchprogram
}

@test "a program that is not executable" {
	differs dpkg "exits 0 under -b"
	cp "$D" "$T/plain"
	chmod 644 "$T/plain"
	cannot_start "$T/plain" 'Permission denied' : -x "$T/plain"
}

@test "a program that is a directory" {
	differs dpkg "exits 0 under -b"
	cannot_start "$T/run" 'Permission denied' : -x "$T/run"
}

@test "a program that is a device" {
	differs dpkg "exits 0 under -b"
	cannot_start /dev/null 'Permission denied' : -x /dev/null
}

@test "a program that is empty, or no program" {
	differs dpkg "exits 0 under -b"
	: > "$T/empty"
	chmod +x "$T/empty"
	cannot_start "$T/empty" 'Exec format error' : -x "$T/empty"
	echo 'echo hello' > "$T/text"
	chmod +x "$T/text"
	cannot_start "$T/text" 'Exec format error' : -x "$T/text"
	head -c 100 "$D" > "$T/cut"
	chmod +x "$T/cut"
	differs dpkg "exits 0 under -b"
	cannot_start "$T/cut" : -x "$T/cut"
}

@test "a script whose interpreter is missing: that is told, not that the script is" {
	differs dpkg "exits 0 under -b"
	printf '#!%s/nosuchshell\n' "$T" > "$T/script"
	chmod +x "$T/script"
	cannot_start interpreter "$T/script" : -x "$T/script"
}

@test "a program whose dynamic linker is missing" {
	differs dpkg "exits 0 under -b"
	need_command gcc
	echo 'int main(void) { return 0; }' | gcc -x c -o "$T/linked" -Wl,--dynamic-linker=/no/such/ld.so - || skip "no compiler"
	cannot_start interpreter "$T/linked" : -x "$T/linked"
}

@test "a script that is its own interpreter" {
	differs dpkg "exits 0 under -b"
	printf '#!%s/script\n' "$T" > "$T/script"
	chmod +x "$T/script"
	cannot_start "$T/script" : -x "$T/script"
}

@test "a program on a filesystem without programs" {
	differs dpkg "exits 0 under -b"
	need_root
	mkdir "$T/mnt"
	mount -t tmpfs -o noexec tmpfs "$T/mnt" || skip "no tmpfs"
	cp "$D" "$T/mnt/d"
	cannot_start "$T/mnt/d" 'Permission denied' : -x "$T/mnt/d"
}

@test "a program that is being written" {
	differs dpkg "exits 0 under -b"
	cp "$D" "$T/written"
	exec 8>> "$T/written"
	cannot_start "$T/written" 'Text file busy' : -x "$T/written"
	exec 8>&-
}

@test "a program that is a dangling symlink" {
	ln -s nowhere "$T/dangling"
	cannot_start "$T/dangling" 'No such file' : -x "$T/dangling"
}

@test "an empty program" {
	differs dpkg "exits 3"
	cannot_start : -x ''
}

@test "-x that is there, -a that is not" {
	differs dpkg "exits 0 under -b"
	cannot_start "$T/missing" 'No such file' : -x "$D" -a "$T/missing"
}

@test "-a that is there, -x that is not" {
	cannot_start "$T/missing" 'No such file' : -x "$T/missing" -a "$D"
}

# ---- where and as whom -----------------------------------------------------------------------------------------------------

@test "a directory that does not exist" {
	differs dpkg "exits 0 under -b"
	cannot_start chdir "$T/none" 'No such file' : -x "$D" -d "$T/none"
}

@test "a directory that is a file" {
	differs dpkg "exits 0 under -b"
	cannot_start chdir "$D" 'Not a directory' : -x "$D" -d "$D"
}

@test "a root that does not exist" {
	differs dpkg "exits 0 under -b"
	need_root
	cannot_start "$T/none" 'No such file' : -x "$D" -r "$T/none"
}

@test "a program that is not in the new root" {
	need_root
	mkdir "$T/root"
	cannot_start 'No such file' : -x /bin/idled -r "$T/root"
}

@test "a directory that is not in the new root" {
	differs dpkg "exits 0 under -b"
	need_root
	mkdir -p "$T/root/bin"
	cp "$D" "$T/root/bin/d"
	cannot_start chdir /home 'No such file' : -x /bin/d -r "$T/root" -d /home
}

@test "a root without the right to have one" {
	differs busybox "has no -r"
	differs dpkg "exits 0 under -b"
	need_root
	mkdir -p "$T/root/bin"
	cp "$D" "$T/root/bin/d"
	chmod 777 "$T/run"
	expect 2 nobodys_ssd -S -b -m -p "$P" -x /bin/d -r "$T/root"
	complains chroot "$T/root" 'not permitted'
	gone_from_here
}

@test "a user that does not exist" {
	cannot_start nosuchuser 'no such user' : -x "$D" -c nosuchuser
	cannot_start nosuchuser : -x "$D" -c nosuchuser:root
	cannot_start nosuchuser : -x "$D" -u nosuchuser
}

@test "a group that does not exist" {
	cannot_start nosuchgroup 'no such' : -x "$D" -c root:nosuchgroup
	differs busybox "has no -g"
	cannot_start nosuchgroup 'not found' : -x "$D" -g nosuchgroup
}

@test "a user that is no number, or none" {
	local user
	for user in '' : 4294967295 4294967296 99999999999999999999 -1 ' ' 1x; do
		cannot_start : -x "$D" -c "$user"
	done
}

@test "a user that does not exist, to stop: exit 2; to tell of: 4" {
	differs busybox "exits 1"
	differs openrc "exits 1"
	running
	expect 2 ssd -K -u nosuchuser
	complains nosuchuser
	expect 2 ssd -K -x "$D" -u nosuchuser
	expect 4 ssd -T -x "$D" -u nosuchuser
	complains nosuchuser
	alive "$pid"
}

@test "an output that cannot be opened" {
	differs dpkg "exits 0 under -b"
	cannot_start "$T/none/out" 'No such file' : -x "$D" -O "$T/none/out"
	cannot_start "$T/run" 'Is a directory' : -x "$D" -O "$T/run"
}

@test "an output that is a fifo without a reader does not hang" {
	differs dpkg "hangs"
	mkfifo "$T/fifo"
	cannot_start "$T/fifo" : -x "$D" -O "$T/fifo"
}

@test "an output that is a fifo with a reader" {
	differs busybox "1.35 has no -O"
	mkfifo "$T/fifo"
	exec 8<> "$T/fifo"
	expect 0 ssd -S -b -m -p "$P" -O "$T/fifo" -x "$D" -- say hello
	read -r -t 10 line <&8
	exec 8>&-
	is "$line" hello
}

@test "an output that is full does not hinder the start" {
	differs busybox "1.35 has no -O"
	expect 0 ssd -S -b -m -p "$P" -O /dev/full -x "$D" -- say hello
	runs "$(< "$P")" "$D"
}

@test "a nice level without the right to it" {
	differs busybox "exits 0"
	differs dpkg "exits 0 under -b"
	need_root
	chmod 777 "$T/run"
	expect 2 nobodys_ssd -S -b -m -p "$P" -N -5 -x "$D"
	complains nice 'ermission denied'
	gone_from_here
}

@test "no process to be had" {
	differs busybox "exits 1"
	differs dpkg "exits otherwise"
	need_root
	chmod 777 "$T/run"
	# else it would be another start-stop-daemon, further down in PATH
	setpriv --reuid=54321 --regid=54321 --clear-groups test -x "$BATS_FILE_TMPDIR/bin/start-stop-daemon" ||
		skip "others cannot reach ours"
	expect 2 setpriv --reuid=54321 --regid=54321 --clear-groups bash -c 'ulimit -u 1
		exec start-stop-daemon -S -b -m -p "$0" -x "$1"' "$P" "$D"
	complains 'Try again'
	gone_from_here
}

@test "no file to be had" {
	only_ours "else"
	need_plain "it needs files of its own"
	local n
	for n in 3 4 5 6 7 8; do
		run prlimit "--nofile=$n" start-stop-daemon -S -b -m -p "$P" -x "$D" 3>&- 4>&-
		echo "$n: $status $output"
		if [ "$status" = 0 ]; then
			is "$(pids_of "$D")" "$(< "$P")"
			kill -9 "$(< "$P")"
			until_true 5 dead "$(< "$P")"
			rm "$P"
		else
			is "$status" 2
		fi
		gone_from_here
	done
}

# ---- who calls -------------------------------------------------------------------------------------------------------------

@test "a closed stdin, stdout or stderr, or all of them: the daemon has all three" {
	differs busybox "it has not"
	local closed
	for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
		expect 0 bash -c "start-stop-daemon -S -b -m -p \"\$0\" -x \"\$1\" $closed" "$P" "$D"
		until_true 5 settled
		pid=$(< "$P")
		is "$(readlink "/proc/$pid"/fd/*)" $'/dev/null\n/dev/null\n/dev/null'
		is "$(echo $(ls "/proc/$pid/fd"))" '0 1 2'
		expect 0 bash -c "start-stop-daemon -K -q -p \"\$0\" $closed" "$P"
		until_true 5 dead "$pid"
	done
}

@test "a closed stdin, stdout and stderr: the pidfile and the output are not what the daemon writes to" {
	differs busybox "1.35 has no -O"
	expect 0 bash -c 'start-stop-daemon -S -b -m -p "$0" -O "$2" -x "$1" -- say hello cry hello <&- >&- 2>&-' "$P" "$D" "$T/out"
	until_true 5 eval '[ "$(cat "$T/out")" = $'\''hello\nhello'\'' ]'
	is "$(< "$P")" "$(pids_of "$D")"
}

@test "a closed stderr: a failure is still exit 2, and nothing is left" {
	differs busybox "exits 0"
	differs dpkg "exits 0"
	differs openrc "exits 0"
	expect 2 bash -c 'start-stop-daemon -S -b -m -p "$0" -d /no/such -x "$1" 2>&-' "$P" "$D"
	expect 2 bash -c 'start-stop-daemon -S -m -p "$0" -d /no/such -x "$1" <&- >&- 2>&-' "$P" "$D"
	gone_from_here
}

@test "in the foreground a closed stdin, stdout or stderr does not become another file" {
	expect 0 bash -c 'start-stop-daemon -S -m -p "$0" -x "$1" -- state "$2" exit 0 <&- >&- 2>&-' "$P" "$D" "$T/state"
	is "$(sed -n 's/^\(fd[012]\)=\(.*\)/\2/p' "$T/state" | grep -v '^/dev/null$')" ''
}

@test "a full stdout: a start that has nothing to say is not disturbed" {
	expect 0 bash -c 'start-stop-daemon -S -b -m -p "$0" -x "$1" > /dev/full' "$P" "$D"
	expect 0 bash -c 'start-stop-daemon -K -q -p "$0" -R 5 > /dev/full' "$P"
}

@test "a full stdout: what could not be told is an error, and a daemon that was started runs" {
	only_ours "may say nothing"
	expect 2 bash -c 'start-stop-daemon -S -v -b -m -p "$0" -x "$1" > /dev/full' "$P" "$D"
	[[ $err == start-stop-daemon:*'No space left'* ]]
	is "$(pids_of "$D")" "$(< "$P")"
	expect 2 bash -c 'start-stop-daemon -K -t -p "$0" > /dev/full' "$P"
	expect 1 bash -c 'start-stop-daemon -S -x "$1" > /dev/full' "$P" "$D"
	expect 2 bash -c 'start-stop-daemon -K -v -R 5 -p "$0" > /dev/full' "$P"
	is "$(pids_of "$D")" ''
	expect 0 bash -c 'start-stop-daemon -K -q -o -p "$0" > /dev/full' "$P"
}

@test "a full stdout: --help and --version are not a success" {
	differs busybox "else"
	differs openrc "else"
	differs dpkg "else"
	run bash -c 'start-stop-daemon --help > /dev/full'
	[ "$status" != 0 ]
	run bash -c 'start-stop-daemon --version > /dev/full'
	[ "$status" != 0 ]
}

@test "a caller that ignores SIGCHLD" {
	differs dpkg "exits 2, and it runs"
	expect 0 with_signals ignore=CHLD start-stop-daemon -S -b -m -p "$P" -x "$D"
	is "$(pids_of "$D")" "$(< "$P")"
	expect 0 with_signals ignore=CHLD start-stop-daemon -K -R 5 -p "$P"
	is "$(pids_of "$D")" ''
}

@test "a caller that ignores SIGCHLD, and a start that fails" {
	differs dpkg "exits 2, and leaves the pidfile"
	differs busybox "exits 0"
	expect 2 with_signals ignore=CHLD start-stop-daemon -S -b -m -p "$P" -d /no/such -x "$D"
	complains chdir /no/such
	gone_from_here
}

@test "a caller that blocks or ignores SIGTERM: TERM ends the daemon" {
	only_ours "it is inherited"
	expect 0 with_signals 'block=TERM,HUP,INT' start-stop-daemon -S -b -m -p "$P" -x "$D"
	expect 0 ssd -K -R TERM/10 -p "$P"
	expect 0 with_signals 'ignore=TERM' start-stop-daemon -S -b -m -p "$P" -x "$D"
	expect 0 ssd -K -R TERM/10 -p "$P"
	is "$(pids_of "$D")" ''
}

@test "a caller in a directory that is gone" {
	expect 0 bash -c 'mkdir gone; cd gone; rmdir ../gone; exec start-stop-daemon -S -b -m -p "$0" -x "$1"' "$P" "$D"
	expect 0 bash -c 'mkdir gone; cd gone; rmdir ../gone; exec start-stop-daemon -K -R 5 -p "$0" -x "$1"' "$P" "$D"
	rm "$P"
	differs dpkg "else"
	differs busybox "else"
	expect 2 bash -c 'mkdir gone; cd gone; rmdir ../gone; exec start-stop-daemon -S -b -m -p "$0" -x ./idled' "$P"
	gone_from_here
}

@test "a caller without any environment" {
	expect 0 env -i "$(command -v start-stop-daemon)" -S -b -m -p "$P" -x "$D"
	until_true 5 settled
	is "$(pids_of "$D")" "$(< "$P")"
}

@test "a caller whose limits are low" {
	expect 0 bash -c 'ulimit -s 128 -n 16 -f 1 -c 0; exec start-stop-daemon -S -b -m -p "$0" -x "$1"' "$P" "$D"
	expect 0 bash -c 'ulimit -s 128 -n 16; exec start-stop-daemon -K -x "$0"' "$D"
}

@test "a start that is killed leaves nothing that hinders the next" {
	only_ours "there is no lock"
	need_command strace
	local at n
	for at in rename renameat unlinkat flock pipe2; do
		for n in 1 2; do
			run strace -f -qq -o "$T/trace" -e "inject=$at:signal=KILL:when=$n" start-stop-daemon -S -b -m -p "$P" -x "$D" -- exit 0 3>&-
			expect 0 ssd -S -b -m -p "$P" -x "$D"
			is "$(ls -A "$T/run")" pid
			expect 0 ssd -K -R 5 -p "$P" -x "$D"
		done
	done
}

# each system call of a start fails in its turn
@test "whatever call of a start fails: either it runs and has its pidfile, or it does not and none is left" {
	only_ours "do not"
	need_plain "the calls of the instrument fail, too"
	need_command strace
	local call error n alive wrong=
	for call in openat:ENOENT openat:EMFILE flock:ENOLCK pipe2:EMFILE fork:EAGAIN clone:EAGAIN setsid:EPERM dup2:EBADF \
		renameat:EROFS fchmod:EPERM execve:ENOMEM chdir:EACCES prctl:EINVAL close_range:EPERM close_range:ENOSYS \
		rt_sigaction:EINVAL rt_sigprocmask:EINVAL fstat:EIO newfstatat:EACCES; do
		error=${call#*:} call=${call%:*}
		for n in 1 2 3 4; do
			rm -f "$P"
			status=0
			strace -D -f -qq -o "$T/trace" -e "inject=$call:error=$error:when=$n" \
				start-stop-daemon -S -b -m -p "$P" -x "$D" < /dev/null > "$T/said" 2>&1 3>&- 4>&- || status=$?
			output=$(< "$T/said")
			alive=$(pids_of "$D")
			if [ "$status" = 0 ]; then
				[ "$alive" ] && [ "$alive" = "$(cat "$P" 2>&1)" ]
			else
				# strace counts the calls of each process: that of who takes the pidfile back may have failed too
				[ ! "$alive" ] && [ "$output" ] &&
					{ [ ! -e "$P" ] || [ "$(grep -c INJECTED "$T/trace")" -gt 1 ]; }
			fi || wrong+="$call $n $error: status $status, runs '$alive', pidfile '$(cat "$P" 2>&1)': $output"$'\n'
			[ ! "$alive" ] || kill -9 $alive
			until_true 5 eval '[ -z "$(pids_of "$D")" ]'
		done
	done
	is "$wrong" ''
}

@test "where neither the fork works nor the word of it can be read, nobody else is killed for it" {
	only_ours "not asked"
	need_command strace
	need_plain "strace breaks the instrument's calls too"
	for call in clone fork; do
		# a namespace of its own: what goes wrong here kills all there are
		# shellcheck disable=SC2016,SC2086 # inside; words
		expect 0 setsid -w $private bash -c 'sleep 60 &
			strace -f -qq -o trace -e inject="$0":error=EAGAIN -e inject=read:error=EIO start-stop-daemon -S -b -p "$1" -x "$2"
			[ $? = 2 ] && kill %1' $call "$P" "$D"
		grep -q "$call(.*INJECTED" trace || [ $call = fork ]
	done
}
