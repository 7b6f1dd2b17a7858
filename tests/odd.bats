#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# Odd places: hidden processes, no /proc, a read-only root, no /dev/null, no /etc/passwd, no terminal, hardly a descriptor or
# a process to be had, a full disk, another clock. What is said there is true, and what fails has a reason and leaves nothing.
# (One applet's own cases are in its file, those of a scan in many.bats, those of a start's surroundings in badinput.bats.)
# shellcheck disable=SC2046,SC2086 # commands that stand in variables are words
load helper
load peers

prepare() {
	need_root
	need START_STOP_DAEMON_USUAL START_STOP_DAEMON_RETRY START_STOP_DAEMON_CRED START_STOP_DAEMON_EXTRA \
		START_STOP_DAEMON_IDENTITY START_STOP_DAEMON_NOTIFY DAEMONIZE_SUPERVISE KILLALL_MORE PGREP_MORE HIDEPID OPT_LONG
	need_command setpriv
	applet start-stop-daemon daemonize killall killall5 pidof pgrep pkill
	program mouse
	mkdir -m 777 run empty
	P=$T/run/p
}

tidy() {
	while umount -l "$T"/mnt* 2> /dev/null; do :; done
}

# where SCRIPT CMD...: where SCRIPT, in a mount namespace of its own, has made it odd
where() {
	# shellcheck disable=SC2016 # the inner shell's
	timeout 20 unshare -m bash -c 'eval "$0" && exec "$@"' "$@"
}

# of victims, also of those that the applets have started
mice() {
	local d
	for d in /proc/[0-9]*; do
		[ ! "$d/exe" -ef "$VICTIM" ] || ! alive "${d#/proc/}" || echo "${d#/proc/}"
	done
}

# fails STATUS "WORD" CMD...: with that status and word in one line on stderr; nobody runs, and run/ is empty
fails() {
	local word=$2
	expect "$1" "${@:3}"
	says "$word"
	is "$out" ''
	is "$(wc -l <<< "$err")" 1
	is "$(mice)" ''
	is "$(ls -A run)" ''
}

# starts CMD...: that starts a mouse with pidfile $P, and says nothing
starts() {
	expect 0 "$@"
	is "$output" $'\n'
	is "$(mice)" "$(< "$P")"
	is "$(ls -A run)" p
}

# stops [CMD...]: that mouse, by way of CMD
stops() {
	expect 0 "$@" start-stop-daemon -K -R 5 -p "$P" -x "$VICTIM"
	is "$(mice)" ''
	rm "$P"
}

ssd_start() {
	echo start-stop-daemon -S -b -m -p "$P" -x "$VICTIM"
}

# without_rights: $NOBODY is a command before others, for a user without rights; the applets are his to execute
without_rights() {
	local name
	as_nobody true
	for name in start-stop-daemon daemonize killall pidof pgrep; do
		install -D "$INITBOX" "nobody/$name"
	done
	NOBODY=(setpriv --reuid=54321 --regid=54321 --clear-groups env "PATH=$T/nobody:$PATH")
	"${NOBODY[@]}" test -x "$T/nobody/pidof" || skip "others do not get here"
}

# ---- /proc -----------------------------------------------------------------------------------------------------------

@test "hidepid: a pidfile's process that is hidden is not called dead" {
	local n odd by
	without_rights
	running mouse
	echo "$pid" > "$P"
	for n in 1 2; do
		odd="mount -t proc -o hidepid=$n proc /proc"
		where "$odd" "${NOBODY[@]}" test ! -r "/proc/$pid/comm" || skip "no hidepid here"
		for by in "-x $VICTIM" "-n mouse" ""; do
			expect 4 where "$odd" "${NOBODY[@]}" start-stop-daemon -T -p "$P" $by
			says "cannot look at all processes: Permission denied"
			expect 2 where "$odd" "${NOBODY[@]}" start-stop-daemon -K -p "$P" $by
			says "cannot look at all processes: Permission denied"
		done
		expect 0 where "$odd" start-stop-daemon -T -p "$P" -x "$VICTIM"
	done
	misses "$pid"
}

@test "hidepid: a pidfile's process that is dead, or another of ours, is told as that" {
	local odd='mount -t proc -o hidepid=2 proc /proc'
	without_rights
	spawn "${NOBODY[@]}" "$VICTIM"
	until_true 5 test "/proc/$pid/exe" -ef "$VICTIM"
	echo "$pid" > "$P"
	expect 0 where "$odd" "${NOBODY[@]}" start-stop-daemon -T -p "$P" -x "$VICTIM"
	expect 1 where "$odd" "${NOBODY[@]}" start-stop-daemon -T -p "$P" -n cat
	expect 0 where "$odd" "${NOBODY[@]}" start-stop-daemon -K -R 5 -p "$P" -x "$VICTIM"
	expect 1 where "$odd" "${NOBODY[@]}" start-stop-daemon -T -p "$P" -x "$VICTIM"
	expect 1 where "$odd" "${NOBODY[@]}" start-stop-daemon -K -p "$P" -x "$VICTIM"
}

NO_PROC='while umount -l /proc 2> /dev/null; do :; done'

@test "no /proc: a start works, and what its pidfile names is held, or not known to be what it should" {
	need_plain "the sanitizer says, too, that it misses /proc"
	starts where "$NO_PROC" $(ssd_start)
	if without_pidfds; then
		expect 4 where "$NO_PROC" start-stop-daemon -T -p "$P"
		says "cannot look at all processes"
		expect 2 where "$NO_PROC" start-stop-daemon -K -p "$P"
		says "cannot look at all processes"
	else
		expect 0 where "$NO_PROC" start-stop-daemon -T -p "$P"
	fi
	for by in "-x $VICTIM" "-n mouse" "-u 0"; do
		expect 4 where "$NO_PROC" start-stop-daemon -T -p "$P" $by
		says "cannot look at all processes"
		expect 2 where "$NO_PROC" start-stop-daemon -K -p "$P" $by
		says "cannot look at all processes"
	done
	expect 2 where "$NO_PROC" $(ssd_start)
	says "cannot look at all processes"
	is "$(mice)" "$(< "$P")"
	without_pidfds || expect 0 where "$NO_PROC" start-stop-daemon -K -R 5 -p "$P"
	is "$(mice)" "$(without_pidfds && cat "$P" || :)"
}

@test "no /proc, no rights, and no pidfds: nor is it called dead then" {
	without_pidfds || skip "only without pidfds"
	without_rights
	running mouse
	echo "$pid" > "$P"
	expect 4 where "$NO_PROC" "${NOBODY[@]}" start-stop-daemon -T -p "$P"
	says "cannot look at all processes"
}

@test "no /proc: a pidfile with an identity, which cannot be asked, is not believed" {
	starts $(ssd_start)
	echo "1 01234567-89ab-cdef-0123-456789abcdef" >> "$P"
	expect 1 start-stop-daemon -T -p "$P"
	expect 4 where "$NO_PROC" start-stop-daemon -T -p "$P"
	expect 2 where "$NO_PROC" start-stop-daemon -K -p "$P"
	[ "$(mice)" ]
}

@test "no /proc: daemonize starts, and its supervisor ends the program" {
	need_plain "the sanitizer says, too, that it misses /proc"
	starts where "$NO_PROC" daemonize -p "$P" "$VICTIM"
	kill -KILL "$(< "$P")"
	until_true 5 test -z "$(mice)"
	rm "$P"
	expect 0 where "$NO_PROC" daemonize -r -P "$T/run/super" -p "$P" "$VICTIM"
	is "$(mice)" "$(< "$P")"
	kill -TERM "$(< run/super)"
	until_true 5 eval '[ -z "$(ls -A run)$(mice)" ]'
}

@test "no /proc: who has to look at all says that it cannot" {
	running mouse
	for by in "killall mouse" "killall5 -0" "killall -u root" "pidof mouse"; do
		expect 1 where "$NO_PROC" $by
		says "${by%% *}: cannot look at all processes: No such file"
	done
	for by in "pgrep mouse" "pkill mouse"; do
		expect 3 where "$NO_PROC" $by
		says "${by%% *}: cannot look at all processes: No such file"
	done
	misses "$pid"
}

# ---- what else may be missing ------------------------------------------------------------------------------------------

@test "a read-only root: all works where the pidfile is on another, and fails with the reason where not" {
	# shellcheck disable=SC2016 # the inner shell's
	local by odd='set -e; mount -t tmpfs -o ro none empty; mount --bind run run
		d=$PWD; while [ "$d" ]; do ! mountpoint -q "$d" || mount -o remount,bind,ro "$d"; d=${d%/*}; done
		mount -o remount,bind,ro /
		mount -o remount,bind,rw run'
	where "$odd" test -w run || skip "cannot be made so here"
	where "$odd" test ! -w "$T" || skip "cannot be made so here"
	for by in "-p $T/p" "-p $T/empty/p" "-p $P -O $T/out"; do
		fails 2 "Read-only file system" where "$odd" start-stop-daemon -S -b -m -x "$VICTIM" $by
	done
	for by in "-p $T/p" "-l $T/l" "-o $T/out" "-p $P -e $T/out"; do
		fails 1 "Read-only file system" where "$odd" daemonize $by "$VICTIM"
	done
	starts where "$odd" $(ssd_start)
	expect 0 where "$odd" start-stop-daemon -T -p "$P" -x "$VICTIM"
	expect 0 where "$odd" pidof mouse
	is "$out" "$(< "$P")"
	expect 0 where "$odd" pgrep mouse
	is "$out" "$(< "$P")"
	stops where "$odd"
	starts where "$odd" daemonize -p "$P" "$VICTIM"
	expect 0 where "$odd" killall -w mouse
	is "$(mice)" ''
}

@test "no /dev/null: what needs it says so, all else works" {
	local odd="mount --bind empty /dev"
	fails 2 "open /dev/null: No such file" where "$odd" $(ssd_start)
	fails 1 "open /dev/null: No such file" where "$odd" daemonize -p "$P" "$VICTIM"
	expect 0 where "$odd" $(ssd_start) --no-close
	is "$(mice)" "$(< "$P")"
	expect 0 where "$odd" bash -c 'pidof mouse <&- 2>&-'
	is "$out" "$(< "$P")"
	expect 1 where "$odd" bash -c 'killall nosuch <&- >&-'
	is "$output" $'\n''killall: nosuch: no process found'
	stops where "$odd"
	# closed, they are something: what the program opens first must not become its stdout
	expect 0 where "$odd" bash -c "$(ssd_start) --no-close <&- >&- 2>&-"
	is "$(readlink "/proc/$(< "$P")"/fd/{0,1,2})" $'/\n/\n/'
	stops where "$odd"
}

@test "no /etc/passwd and no /etc/group: numbers will do, names are unknown" {
	local by odd="mount --bind empty /etc"
	for by in "-c nobody" "-c 0:nogroup" "-g nogroup" "-c :nogroup"; do
		fails 2 "not found: no such user or group" where "$odd" $(ssd_start) $by
	done
	fails 1 "user 'nobody': not found" where "$odd" daemonize -u nobody -p "$P" "$VICTIM"
	fails 1 "Cannot find user nobody" where "$odd" killall -u nobody
	fails 2 "user 'nobody': not found" where "$odd" pgrep -u nobody
	fails 2 "group 'nogroup': not found" where "$odd" pkill -G nogroup
	fails 4 "user 'root': not found" where "$odd" start-stop-daemon -T -u root
	fails 2 "user 'root': not found" where "$odd" start-stop-daemon -K -u root
	chmod 755 "$BATS_TEST_TMPDIR"
	as_nobody true
	starts where "$odd" $(ssd_start) -c 54321:54322
	is "$(stat -c %u:%g "/proc/$(< "$P")")" 54321:54322
	expect 0 where "$odd" pgrep -u 54321 -G 54322
	is "$out" "$(< "$P")"
	expect 0 where "$odd" start-stop-daemon -K -R 5 -u 54321
	is "$(mice)" ''
	rm "$P"
	starts where "$odd" daemonize -u 54321 -p "$P" "$VICTIM"
	is "$(stat -c %u:%g "/proc/$(< "$P")")" 54321:54321
	expect 0 where "$odd" killall -w -u 54321 mouse
}

@test "no terminal, and nobody who answers: killall -i spares all, and starts have none either" {
	running mouse
	expect 1 setsid -w killall -i mouse
	says "mouse($pid)"
	misses "$pid"
	kill -KILL "$pid"
	until_true 5 dead "$pid"
	starts setsid -w $(ssd_start)
	stops setsid -w
	starts setsid -w daemonize -p "$P" "$VICTIM"
}

# ---- limits ------------------------------------------------------------------------------------------------------------

@test "no descriptors at all, or only those of the streams: each says so" {
	need_plain "its libraries take the descriptors"
	local n by
	running mouse
	for n in 0 3; do
		for by in pidof killall; do
			expect 1 prlimit "--nofile=$n" "$by" mouse
			is "$output" $'\n'"$by: cannot look at all processes: Too many open files"
		done
		expect 1 prlimit "--nofile=$n" killall5 -0
		says "Too many open files"
		expect 3 prlimit "--nofile=$n" pgrep mouse
		says "Too many open files"
		expect 4 prlimit "--nofile=$n" start-stop-daemon -T -n mouse
		says "Too many open files"
		expect 2 prlimit "--nofile=$n" start-stop-daemon -K -n mouse
		says "Too many open files"
		echo "$pid" > "$P"
		expect 4 prlimit "--nofile=$n" start-stop-daemon -T -p "$P"
		says "Too many open files"
		expect 2 prlimit "--nofile=$n" start-stop-daemon -K -p "$P"
		says "Too many open files"
		rm "$P"
		misses "$pid"
	done
	kill -KILL "$pid"
	until_true 5 dead "$pid"
	for n in 0 3; do
		fails 2 "Too many open files" prlimit "--nofile=$n" $(ssd_start)
		fails 1 "Too many open files" prlimit "--nofile=$n" daemonize -p "$P" -l "$T/run/l" -o "$T/run/o" "$VICTIM"
	done
}

# with eight descriptors, of which three are taken
few() {
	(ulimit -n 8 && exec "$@" 3>&- 4>&- 5>&- 6>&- 7>&-)
}

@test "eight descriptors are enough to find, to stop and to start; a start that wants more says so" {
	starts few $(ssd_start)
	expect 0 few pidof mouse
	is "$out" "$(< "$P")"
	expect 0 few pgrep mouse
	is "$out" "$(< "$P")"
	expect 0 few killall -0 mouse
	expect 0 few start-stop-daemon -T -p "$P" -x "$VICTIM"
	stops few
	fails 1 "Too many open files" few daemonize -p "$P" -l "$T/run/l" -o "$T/run/o" "$VICTIM"
}

@test "no process to be had, for a user: a start says so, with a supervisor or without" {
	local n how
	without_rights
	for n in 1 2 3; do
		for how in "" "-r"; do
			run "${NOBODY[@]}" prlimit "--nproc=$n" daemonize $how -p "$P" "$VICTIM" 3>&-
			[ "$status" = 0 ] || {
				is "$status" 1
				[[ $output == *"fork for "*": Try again" ]]
				is "$(mice)$(ls -A run)" ''
			}
			[ $n != 1 ] || [ "$status" = 1 ]
			[ "$status" = 1 ] || pkill -KILL -u 54321
			until_true 5 eval '[ -z "$(pgrep -u 54321)" ]'
			rm -f run/*
		done
	done
}

@test "a full pid table: a start says so, and killall empties it" {
	# from Linux 6.14 on each pid namespace has a pid_max of its own; before, it would be the machine's
	[ "$(printf '%s\n6.14\n' "$(uname -r)" | sort -V | head -n 1)" = 6.14 ] || skip "no pid_max for a namespace"
	# shellcheck disable=SC2016 # the inner shell's, which must not fork any more; and which becomes the applet
	local full='echo 301 > /proc/sys/kernel/pid_max || exit 9
		"$0" many 400 pid run/full &
		until [ -e run/full ]; do read -rt 0.02 < run/fifo; done
		exec "$@"'
	mkfifo run/fifo
	exec 8<> run/fifo
	local by
	for by in "start-stop-daemon -S -b -m -p $P -a $(type -P cat)" "daemonize -p $P $(type -P cat)"; do
		run timeout 20 unshare -fpm --mount-proc --kill-child bash -c "$full" "$VICTIM" $by 3>&-
		echo "$output"
		[ "$status" = 1 ] || [ "$status" = 2 ]
		is "$output" "${by%% *}: fork for $(type -P cat): Try again"
		is "$(ls -A run)" $'fifo\nfull'
		rm run/full
	done
	expect 0 timeout 20 unshare -fpm --mount-proc --kill-child bash -c "$full" "$VICTIM" killall -v -KILL -w mouse
	[ "$(grep -c '^killall: Killed mouse' <<< "$output")" = 299 ]
	exec 8>&-
}

@test "a full disk: no pidfile, no lock, no output, and the disk as it was" {
	local how
	mkdir mnt
	mount -t tmpfs -o size=4k tmpfs mnt || skip "no tmpfs"
	head -c 4096 /dev/zero > mnt/full
	fails 1 "No space left" daemonize -p "$T/mnt/p" "$VICTIM"
	is "$(ls -A mnt)" full
	fails 1 "No space left" daemonize -r -P "$T/mnt/super" -p "$T/mnt/p" "$VICTIM"
	is "$(ls -A mnt)" full
	umount mnt
	mount -t tmpfs -o size=64k,nr_inodes=2 tmpfs mnt
	: > mnt/full
	fails 2 "open $T/mnt/out: No space left" $(ssd_start) -O "$T/mnt/out"
	for how in "-o $T/mnt/out" "-l $T/mnt/lock" "-p $T/mnt/p"; do
		fails 1 "No space left" daemonize $how "$VICTIM"
	done
	is "$(ls -A mnt)" full
}

@test "a disk that is full for what the daemon says does not hinder the daemon" {
	mkdir mnt
	mount -t tmpfs -o size=4k tmpfs mnt || skip "no tmpfs"
	head -c 4096 /dev/zero > mnt/full
	starts $(ssd_start) -O "$T/mnt/out" -- say hello
	is "$(stat -c %s mnt/out)" 0
	stops
	starts daemonize -p "$P" -o "$T/mnt/out" -e "$T/mnt/err" "$VICTIM" say hello cry hello
	is "$(stat -c %s mnt/err)" 0
}

# ---- clocks ------------------------------------------------------------------------------------------------------------

@test "another clock since boot: ages are right, and a schedule takes its time" {
	[ -z "${OLD-}" ] || skip "Linux 5.6 is the first with time namespaces"
	local other="unshare -T --boottime 8640000 --monotonic 4320000" began
	$other true || skip "no time namespace here"
	running mouse
	until_true 5 eval 'pgrep -O 2 mouse > old_enough'
	expect 0 $other pgrep -O 2 mouse
	is "$out" "$pid"
	expect 1 $other pgrep -O 60 mouse
	expect 0 $other killall -0 -o 2s mouse
	expect 1 $other killall -0 -o 1m mouse
	expect 0 $other killall -0 -y 1m mouse
	expect 1 $other killall -0 -y 2s mouse
	expect 0 killall -KILL -w mouse
	expect 0 $other $(ssd_start) -- ignore 15 pid "$T/ready"
	until_true 5 test -e ready
	began=$(date +%s%N)
	expect 0 $other start-stop-daemon -K -R TERM/1/KILL/5 -p "$P" -x "$VICTIM"
	began=$((($(date +%s%N) - began) / 1000000))
	[ $began -ge 1000 ] && [ $began -lt 3000 ]
}

@test "who sets the date changes nothing: nobody asks for it" {
	need_command strace
	local by
	running mouse
	echo "$pid" > "$P"
	while read -r by; do
		strace -f -qq -o calls -e signal=none -e trace='/^(clock_|time$|gettimeofday|timer_|alarm|setitimer)' \
			$by > said 2>&1 < /dev/null 3>&- || :
		grep -v 'CLOCK_MONOTONIC\|CLOCK_BOOTTIME' calls > wrong || :
		[ ! -s wrong ] || { echo "$by:"; cat wrong; return 1; }
		cat calls >> all
	done << EOT
pgrep -O 1 mouse
pgrep -n mouse
pidof mouse
killall -0 -o 1s mouse
killall5 -0
start-stop-daemon -T -p $P -x $VICTIM
start-stop-daemon -S -b -m -p $T/run/q -a $VICTIM -- wait 300 exit 0
start-stop-daemon -S -b -m --notify-timeout 100 -p $T/run/q -a $VICTIM -- wait 300 exit 0
daemonize -p $T/run/d $VICTIM wait 300 exit 0
start-stop-daemon -K -R TERM/1/KILL/1 -p $P -x $VICTIM
killall -w mouse
EOT
	grep -q CLOCK_MONOTONIC all
	grep -q CLOCK_BOOTTIME all
}
