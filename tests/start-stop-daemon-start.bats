#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# start-stop-daemon -S: what the program starts with, as whom, and that it starts once
# against: dpkg busybox openrc
load helper
load ssd

# ---- the daemon: what it starts with -------------------------------------------------------------------------------

@test "the pidfile holds the number of the program, which runs, when -S -b returns" {
	differs dpkg "the program may not be there yet"
	local i
	for i in 1 2 3 4 5 6 7 8 9 10; do
		expect 0 ssd -S -b -m -p "$P" -x "$D"
		runs "$(< "$P")" "$D"
		kill -9 "$(< "$P")"
		until_true 5 dead "$(< "$P")"
	done
	is "$(cat -A "$P")" "$(< "$P")$"
	is "$(stat -c %a "$P")" 644
}

@test "the pidfile is readable by all though the umask is 077" {
	differs busybox "less the umask"
	umask 077
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$(stat -c %a "$P")" 644
	is "$(status_of "$(< "$P")" Umask)" 0077
}

@test "the daemon is in a session of its own, whose leader is gone" {
	differs openrc "it leads the session"
	started
	local session
	session=$(stat_of "$pid" 6)
	[ "$session" != "$pid" ]
	[ "$session" != "$(stat_of $$ 6)" ]
	dead "$session"
	is "$(stat_of "$pid" 5)" "$session"
}

@test "the daemon has no terminal, and does not get the one that it opens" {
	differs busybox "keeps the caller's files"
	need_command script
	differs openrc "leads its session"
	cat > tty.sh <<-EOF
		start-stop-daemon -S -b -m -p $P -O $T/out -x /bin/sh -- \
			-c 'tty < /dev/tty; exec < \$1; tty < /dev/tty; exec $D pid $T/ready' sh "\$(tty)"
		until [ -e $T/ready ]; do sleep 0.02; done
	EOF
	expect 0 script -qec "sh tty.sh" /dev/null
	pid=$(< "$P")
	is "$(stat_of "$pid" 7)" 0
	is "$(grep -c 'No such device or address\|cannot open /dev/tty' "$T/out")" 2
}

@test "the daemon's parent is init" {
	started
	is "$(status_of "$pid" PPid)" 1
}

@test "the daemon has 0, 1 and 2 on /dev/null, and no other file" {
	differs busybox "closes not all"
	expect 0 bash -c 'exec 5< /dev/zero 9> "$0/nine" 250< /etc/passwd
		start-stop-daemon -S -b -m -p "$1" -x "$2" < /etc/passwd' "$T" "$P" "$D"
	until_true 5 settled
	pid=$(< "$P")
	is "$(echo $(ls "/proc/$pid/fd"))" '0 1 2'
	is "$(readlink "/proc/$pid"/fd/*)" $'/dev/null\n/dev/null\n/dev/null'
	expect 0 bash -c ': < /proc/$0/fd/0 && echo x > /proc/$0/fd/1 && echo x > /proc/$0/fd/2' "$pid"
}

@test "the daemon has only 0, 1 and 2 with -O too" {
	differs busybox "1.35 has no -O"
	differs openrc "has no -O"
	expect 0 bash -c 'exec 5< /dev/zero 6< /dev/zero
		start-stop-daemon -S -b -m -p "$1" -O "$0/out" -x "$2" < /etc/passwd' "$T" "$P" "$D"
	until_true 5 settled
	is "$(echo $(ls "/proc/$(< "$P")/fd"))" '0 1 2'
	is "$(readlink "/proc/$(< "$P")"/fd/*)" $'/dev/null\n'"$T/out"$'\n'"$T/out"
}

@test "in the foreground the program has no files but 0, 1 and 2" {
	differs dpkg "inherits all"
	differs busybox "inherits all"
	expect 0 bash -c 'exec 5< /dev/zero 250< /etc/passwd 3>&- 4>&-
		start-stop-daemon -S -x "$1" -- state "$0/state" exit 0' "$T" "$D"
	is "$(sed -n 's/^\(fd[0-9]*\)=.*/\1/p' "$T/state" | sort)" $'fd0\nfd1\nfd2'
}

@test "the daemon has all signals at their default and none blocked, whatever the caller had" {
	only_ours "signals are inherited"
	expect 0 with_signals 'ignore=HUP,INT,QUIT,CHLD,PIPE,USR1,RTMIN block=TERM,USR2,CHLD' \
		start-stop-daemon -S -b -m -p "$P" -x "$D"
	pid=$(< "$P")
	is "$(status_of "$pid" SigIgn)" 0000000000000000
	is "$(status_of "$pid" SigBlk)" 0000000000000000
	is "$(status_of "$pid" SigCgt)" 0000000000000000
}

@test "in the foreground too all signals are at their default and none is blocked" {
	only_ours "signals are inherited"
	expect 0 with_signals 'ignore=HUP,INT,CHLD block=TERM' start-stop-daemon -S -x "$D" -- state "$T/state" exit 0
	is "$(state SigIgn "$T/state")-$(state SigBlk "$T/state")" 0000000000000000-0000000000000000
}

@test "the daemon has the caller's umask" {
	differs openrc "022"
	umask 027
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$(status_of "$(< "$P")" Umask)" 0027
}

@test "the daemon has the caller's environment, and nothing added" {
	expect 0 env -i PATH="$PATH" ONE=1 'TWO=a b' STARTED_BY="$STARTED_BY" start-stop-daemon -S -b -m -p "$P" -x "$D"
	until_true 5 settled
	is "$(tr '\0' '\n' < "/proc/$(< "$P")/environ" | sort)" "$(printf '%s\n' ONE=1 "PATH=$PATH" "STARTED_BY=$STARTED_BY" 'TWO=a b' | sort)"
}

# ---- as whom -------------------------------------------------------------------------------------------------------

ids() {
	echo $(status_of "$1" Uid) / $(status_of "$1" Gid) / $(status_of "$1" Groups)
}

@test "-c runs it as the user, in the user's groups only" {
	need_root
	expect 0 setpriv --groups 4,27 "$(command -v start-stop-daemon)" -S -b -m -p "$P" -c daemon -x "$D"
	is "$(ids "$(< "$P")")" "1 1 1 1 / 1 1 1 1 / 1"
}

@test "-c with a group, long" {
	need OPT_LONG
	need_root
	expect 0 setpriv --groups 4,27 "$(command -v start-stop-daemon)" -S -b -m -p "$P" --chuid daemon:sys -x "$D"
	is "$(ids "$(< "$P")")" "1 1 1 1 / 3 3 3 3 / 3"
}

@test "-c takes numbers that nobody has" {
	need OPT_LONG
	differs busybox "wants known ones"
	differs dpkg "wants known ones"
	need_root
	expect 0 setpriv --groups 4,27 "$(command -v start-stop-daemon)" -S -b -m -p "$P" --chuid=54321:12345 -x "$D"
	is "$(ids "$(< "$P")")" "54321 54321 54321 54321 / 12345 12345 12345 12345 / 12345"
}

@test "-c gives the user the groups of /etc/group" {
	need_root
	sed 's/^sys:.*/sys:x:3:root,daemon/; s/^adm:.*/adm:x:4:daemon/; s/^tty:.*/tty:x:5:daemonic,ddaemon/' /etc/group > "$T/mnt_group"
	mount --bind "$T/mnt_group" /etc/group
	expect 0 ssd -S -b -m -p "$P" -c daemon -x "$D"
	umount /etc/group
	is "$(ids "$(< "$P")")" "1 1 1 1 / 1 1 1 1 / 1 3 4"
}

@test "-c takes :GROUP" {
	differs dpkg "takes no empty user"
	need_root
	expect 0 setpriv --groups 4,27 "$(command -v start-stop-daemon)" -S -b -m -p "$P" -c :sys -x "$D"
	is "$(ids "$(< "$P")")" "0 0 0 0 / 3 3 3 3 / 3"
}

@test "-g runs it in that group alone" {
	differs busybox "has no -g"
	differs dpkg "keeps the caller's other groups"
	need_root
	expect 0 setpriv --groups 4,27 "$(command -v start-stop-daemon)" -S -b -m -p "$P" -g sys -x "$D"
	is "$(ids "$(< "$P")")" "0 0 0 0 / 3 3 3 3 / 3"
}

@test "-g with -c is the user's primary group" {
	differs busybox "has no -g"
	need_root
	expect 0 ssd -S -b -m -p "$P" --group sys -c daemon -x "$D"
	is "$(status_of "$(< "$P")" Gid)" $'3\t3\t3\t3'
	is "$(status_of "$(< "$P")" Uid)" $'1\t1\t1\t1'
}

@test "-c sets HOME, if there is such a directory, and no other name" {
	differs busybox "does not"
	differs openrc "USER too"
	need_root
	export HOME=/somewhere USER=someone LOGNAME=someone
	expect 0 ssd -S -c daemon -x /usr/bin/env
	says "HOME=$(getent passwd daemon | cut -d: -f6)"
	says USER=someone
	says LOGNAME=someone
	is "$(grep -c ^HOME= <<< "$out")" 1
	expect 0 ssd -S -c nobody -x /usr/bin/env
	says HOME=/somewhere
}

@test "-c root changes what root's groups were" {
	differs dpkg "skips what is equal"
	need_root
	expect 0 setpriv --groups 4,27 "$(command -v start-stop-daemon)" -S -b -m -p "$P" -c root -x "$D"
	is "$(ids "$(< "$P")")" "0 0 0 0 / 0 0 0 0 / 0"
}

@test "a user without rights may start as himself" {
	differs busybox "it may not"
	need_root
	chmod 777 "$T/run"
	expect 0 nobodys_ssd -S -b -m -p "$P" -c nobody -x "$D"
	until_true 5 settled
	is "$(status_of "$(< "$P")" Uid)" $'65534\t65534\t65534\t65534'
	expect 1 nobodys_ssd -S -b -m -p "$P" -c nobody -x "$D"
	expect 0 nobodys_ssd -K -p "$P"
}

@test "a user without rights cannot start as another" {
	differs dpkg "exits 0 under -b"
	differs busybox "exits 0 under -b"
	differs openrc "exits 0 under -b"
	need_root
	chmod 777 "$T/run"
	expect 2 nobodys_ssd -S -b -m -p "$P" -c daemon -x "$D"
	complains daemon 'not permitted'
	gone_from_here
	expect 2 nobodys_ssd -S -m -p "$P" -c daemon -x "$D"
	complains daemon 'not permitted'
	gone_from_here
}

@test "-u with a group is a wrong use, and points to --chuid" {
	only_ours "takes it otherwise"
	expect 3 ssd -K -u daemon:daemon
	says --chuid
}

# ---- starting once -------------------------------------------------------------------------------------------------

@test "30 times a start right after a start finds it running" {
	differs dpkg "the program may not be there yet"
	local i
	for ((i = 0; i < 30; i++)); do
		expect 0 ssd -S -b -m -p "$P" -x "$D"
		pid=$(< "$P")
		expect 1 ssd -S -b -m -p "$P" -x "$D"
		is "$(< "$P")" "$pid"
		expect 0 ssd -K -s KILL -p "$P" -x "$D"
		until_true 5 dead "$pid"
	done
}

@test "30 times a start by --exec alone, right after a start, finds it running" {
	differs dpkg "the program may not be there yet"
	local i
	for ((i = 0; i < 30; i++)); do
		expect 0 ssd -S -b -x "$D"
		expect 1 ssd -S -b -x "$D"
		expect 0 ssd -K -s KILL -x "$D"
		until_true 5 eval '[ -z "$(pids_of "$D")" ]'
	done
}

# starts N ARG...: so many at the same time; $statuses, sorted
starts() {
	local n=$1 i
	shift
	for ((i = 0; i < n; i++)); do
		{ run ssd -S -q "$@" -x "$D" 3>&-; echo "$status" > "$T/status.$i"; } &
	done
	wait
	statuses=$(cat "$T"/status.* | sort | tr -d '\n')
}

@test "of ten simultaneous starts with one pidfile one starts" {
	need PIDFILE_LOCK
	only_ours "check and start are two steps"
	local round
	for round in 1 2 3 4 5; do
		starts 10 -b -m -p "$P"
		is "$statuses" 0111111111
		is "$(pids_of "$D")" "$(< "$P")"
		is "$(ls -A "$T/run")" pid
		kill -9 "$(< "$P")"
		until_true 5 dead "$(< "$P")"
	done
}

@test "of ten simultaneous starts over a stale pidfile one starts" {
	need PIDFILE_LOCK
	only_ours "check and start are two steps"
	echo 4194000 > "$P"
	starts 10 -b -m -p "$P"
	is "$statuses" 0111111111
	is "$(pids_of "$D")" "$(< "$P")"
}

@test "simultaneous starts with ten pidfiles do not wait for each other" {
	local i
	for ((i = 0; i < 10; i++)); do
		{ run ssd -S -b -m -p "$T/run/$i" -n "no$i" -x "$D" 3>&-; echo "$status" > "$T/status.$i"; } &
	done
	wait
	is "$(cat "$T"/status.* | tr -d '\n')" 0000000000
	is "$(pids_of "$D" | wc -l)" 10
}

@test "a start that waits for another of the same pidfile leaves no lock behind" {
	need PIDFILE_LOCK
	only_ours "there is no lock"
	exec 8> "$T/run/.pid.lock"
	flock 8
	spawn bash -c 'exec 8>&- start-stop-daemon -S -b -m -p "$0" -x "$1"' "$P" "$D"
	until_true 5 eval 'ls -l "/proc/$pid/fd" 2> /dev/null | grep -q " $T/run$"'
	is "$(pids_of "$D")" ''
	exec 8>&-
	until_true 5 dead "$pid"
	wait "$pid"
	is "$(pids_of "$D")" "$(< "$P")"
	is "$(ls -A "$T/run")" pid
}

@test "the lock that a killed start has left does not hinder the next" {
	need PIDFILE_LOCK
	only_ours "there is no lock"
	: > "$T/run/.pid.lock"
	: > "$T/run/.pid.new"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$(ls -A "$T/run")" pid
}

@test "-m in the foreground: the pidfile names the program, and no lock stays" {
	spawn start-stop-daemon -S -m -p "$P" -x "$D"
	until_true 5 runs "$pid" "$D"
	is "$(< "$P")" "$pid"
	is "$(ls -A "$T/run")" pid
	expect 1 ssd -S -m -p "$P" -x "$D"
	expect 0 ssd -K -p "$P" -x "$D"
}

@test "without -b and -m a program that makes itself a daemon, and its own pidfile, is found" {
	expect 0 ssd -S -p "$P" -x "$D" -- fork pid "$P"
	until_true 5 test -s "$P"
	expect 1 ssd -S -p "$P" -x "$D" -- fork pid "$P"
	expect 0 ssd -K -p "$P" -x "$D"
	until_true 5 dead "$(< "$P")"
}

@test "a program that ends at once has been started" {
	local i
	for i in 1 2 3 4 5 6 7 8 9 10; do
		expect 0 ssd -S -b -m -p "$P" -x "$D" -- exit "$i"
		until_true 5 dead "$(< "$P")"
	done
}

# ---- Buildroot -----------------------------------------------------------------------------------------------------

@test "the 41 combinations of options that Buildroot's packages use are no wrong use" {
	differs openrc "-u, -c, -t, -o mean something else"
	need_root
	local line word n=0 words
	while read -r line; do
		words=()
		case $line in # would wait for what still runs
		*-R*) kill_mine ;;
		esac
		for word in $line; do
			case $word in
			-c) words+=(-c root) ;;
			-n) words+=(-n idled) ;;
			-p) words+=(-p "$P") ;;
			-s) words+=(-s SIGUSR1) ;;
			-u) words+=(-u root) ;;
			-x) words+=(-x "$D") ;;
			-R) words+=(--retry=0/30/KILL/5) ;;
			*) words+=("$word") ;;
			esac
		done
		case $line in
		*-S*-b*) words+=(-- wait 1) ;;
		*-S*) words+=(-- exit 0) ;;
		esac
		if [ "${AGAINST-}" = dpkg ]; then words=("${words[@]/SIGUSR1/USR1}"); fi
		run ssd "${words[@]}" < /dev/null 3>&-
		echo "$line: $status $output"
		[ "$status" -le 1 ] || [[ $status = 2 && $line = *-R* ]]
		[[ $output != *"help"* ]]
		n=$((n + 1))
	done <<-EOF
		-K -p -q
		-S -b -m -p -q -x
		-S -p -q -x
		-K -p -x
		-K -p -q -t -x
		-S -q -x
		-S -p -x
		-S -b -m -p -x
		-K -p -q -s -x
		-K -p -q -x
		-S -x
		-K -p -q -s
		-K -p
		-K -x
		-K -q -x
		-K -p -s
		-K -o -p -x
		-S -b -c -m -p -x
		-K -o -q -x
		-q -p -x -S
		-S -c -o -q -x
		-S -b -c -q -x
		-S -b -c -m -p -q -x
		-S -b -c -m -p -t -x
		-S -b -m -o -p -q -x
		-S -m -p -q -x
		-S -b -x
		-S -b -q -x
		-S -b -p -x
		-S -b -p -q -x
		-K -p -q -u
		-K -p -q -s -u
		-K -n -p -q -s
		-K -R -n -p -q
		-K -o -p
		-K -o -p -q
		-K -o -p -q -s
		-K -o -p -q -x
		-K -p -q -t
		-K -R -p -q -x
		-K -R -o -q -x
	EOF
	is "$n" 41
}

@test "Buildroot's loop on -K --test ends when the daemon is dead" {
	differs openrc "-t does not look"
	started linger 100 exit-on 15 0
	expect 0 ssd -K -q -p "$P" -x "$D"
	until_true 5 eval '! ssd -K -t -q -p "$P" -x "$D"'
	dead "$pid"
}
