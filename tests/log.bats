#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# What becomes of what a daemon prints: files, rings, syslog and the kernel's log, and the two processes that see to it.
# shellcheck disable=SC2015,SC2154
load helper
load ssd

L= # the file of lines

eval "ssd_$(declare -f prepare)"
prepare() {
	ssd_prepare
	gone=0
	AWAIT="awaited=0; await() { awaited=\$((awaited + 1)); : > $T/at\$awaited; until [ -e $T/go\$awaited ]; do sleep 0.03; done; }; "
}

tidy() {
	while umount "$T"/mnt* 2> /dev/null; do :; done
}

# the script's "await" comes back when go was called here, once more each time
AWAIT=
go() { touch "$T/go$((++gone))"; }

# OPTION... -- SHELL SCRIPT: a daemon that runs it
printing() {
	local options=()
	while [ "$1" != -- ]; do options+=("$1"); shift; done
	L=$T/run/log
	expect 0 start-stop-daemon -S -b -m -p "$P" "${options[@]}" -x /bin/sh -- -c "$AWAIT$2" talker
	pid=$(< "$P")
}

# those that log for NAME: the elder before the younger, as that is its child
loggers() {
	local dir
	for dir in /proc/[0-9]*; do
		[ "$(cat "$dir/comm" 2> /dev/null)" != "log-${1:-sh}" ] || echo "${dir#/proc/}"
	done | sort -n
}

elder() { loggers "$@" | sed -n 1p; }
younger() { loggers "$@" | sed -n 2p; }
two_log() { [ "$(loggers | wc -l)" = 2 ]; }
none_log() { [ -z "$(loggers)" ]; }
has() { grep -qx -- "$1" "$2" 2> /dev/null; }

# N: the program has come to its Nth await, and all that it had printed was seen to: the younger sleeps, with nothing to read
digested() {
	[ -e "$T/at$1" ] && grep -q '^State:.S' "/proc/$(younger)/status"
}

# FILE...: lines "N ..." of one number after the other, from 0 on, and nothing else: how many
in_order() {
	cat "$@" | awk '$1 != NR - 1 || NF < 1 { print "line " NR " is: " $0; bad = 1; exit 1 } END { if (!bad) print NR }'
}

# ---- files -----------------------------------------------------------------------------------------------------------

@test "--log-file: the lines of both outputs in their order, behind what was there, and no process stays" {
	need CONFIG_LOG_FILE
	echo before > run/log
	printing --log-file "$T/run/log" -- 'echo one; echo two >&2; echo three; printf four'
	until_true 5 has four "$L"
	is "$(tr '\n' ' ' < "$L")" 'before one two three four '
	until_true 5 none_log
}

@test "rotation under a fast writer: each line once, whole, in order, no file too large" {
	need CONFIG_LOG_FILE
	printing --log-file "$T/run/log" --log-size 64k --log-keep 40 -- \
		'i=0; while [ $i -lt 20000 ]; do echo "$i a line that is as good as any other"; i=$((i + 1)); done'
	until_true 60 none_log
	is "$(in_order $(ls -v -r "$L".*) "$L")" 20000
	is "$(find run -name 'log*' -size +128 | wc -l)" 0 # blocks of 512 bytes
	[ "$(ls run/log.* | wc -l)" -gt 10 ]
}

@test "--log-keep old files are kept, and one where it is not told" {
	need CONFIG_LOG_FILE
	printing --log-file "$T/run/log" --log-size 4k --log-keep 3 -- 'seq 0 5000'
	until_true 10 none_log
	is "$(ls run)" "$(printf '%s\n' log log.1 log.2 log.3 pid)"
	is "$(tail -n 1 "$L")" 5000
	rm run/log*
	printing --log-file "$T/run/log" --log-size 4k -- 'seq 0 5000'
	until_true 10 none_log
	is "$(ls run)" "$(printf '%s\n' log log.1 pid)"
	rm run/log*
	printing --log-file "$T/run/log" --log-size 4k --log-keep 0 -- 'seq 0 5000'
	until_true 10 none_log
	is "$(ls run)" "$(printf '%s\n' log pid)"
}

@test "a file that somebody moved, as logrotate does, is made anew by itself" {
	need CONFIG_LOG_FILE
	printing --log-file "$T/run/log" -- "echo one; await; echo two; await; echo three"
	until_true 5 has one "$L"
	mv "$L" run/moved
	go
	until_true 5 has two "$L"
	rm "$L"
	go
	until_true 5 has three "$L"
	is "$(cat run/moved "$L")" "$(printf '%s\n' one three)"
}

@test "HUP: what waits is written, and the file is there anew" {
	need CONFIG_LOG_FILE
	printing --log-file "$T/run/log" --log-flush 100s -- 'echo one; exec sleep 1000'
	until_true 5 two_log
	until_true 5 test -e "$L"
	mv "$L" run/moved
	kill -HUP $(loggers)
	until_true 5 test -e "$L"
	is "$(cat run/moved "$L")" one
	kill "$pid"
	until_true 5 none_log
}

@test "options of a log that there is not are a wrong call" {
	need CONFIG_LOG_MORE START_STOP_DAEMON_LOG
	for option in '--log-size 64k' '--log-keep 2' '--log-flush 1s' '--log-prefix x' '--log-stamp utc'; do
		# shellcheck disable=SC2086 # words
		expect 3 start-stop-daemon -S -b --syslog $option -x "$D"
		[[ $output == *'need --log-file or --log-ring'* ]]
	done
	expect 3 start-stop-daemon -S -b --log-rate 100 -x "$D"
	[[ $output == *'--log-rate needs a log'* ]]
	[ -z "$(pids_of "$D")" ]
}

@test "daemonize: options of a log that there is not are a wrong call" {
	need CONFIG_LOG_MORE DAEMONIZE_SUPERVISE
	applet daemonize
	expect 1 daemonize --log-size 64k "$D"
	[[ $output == *'need --log-file or --log-ring'* ]]
	expect 1 daemonize --log-rate 100 "$D"
	[[ $output == *'--log-rate needs a log'* ]]
	[ -z "$(pids_of "$D")" ]
}

@test "a log file that cannot be opened is an error of the start: nothing runs" {
	need CONFIG_LOG_FILE
	for file in "$T/none/log" "$T/run" /dev/null; do
		expect 2 start-stop-daemon -S -b -m -p "$P" --log-file "$file" -x "$D"
		complains open "$file"
		gone_from_here
	done
	for file in log '' ./log; do
		expect 3 start-stop-daemon -S -b -m -p "$P" --log-file "$file" -x "$D"
		gone_from_here
	done
	expect 3 start-stop-daemon -S --log-file "$T/run/log" -x "$D"
	says --background
}

@test "a log file's name that is a symlink, or another file's too, is refused" {
	need CONFIG_LOG_FILE
	echo secret > secret
	ln -s "$T/secret" run/log
	expect 2 start-stop-daemon -S -b --log-file "$T/run/log" -x "$D"
	complains open "$T/run/log"
	ln -f secret run/log
	expect 2 start-stop-daemon -S -b --log-file "$T/run/log" -x "$D"
	complains open "$T/run/log"
	is "$(cat secret)" secret
}

@test "a symlink that is put there later gets no line" {
	need CONFIG_LOG_FILE
	printing --log-file "$T/run/log" -- "echo one; await; echo two; await; echo three"
	until_true 5 has one "$L"
	echo secret > secret
	rm "$L"
	ln -s "$T/secret" "$L"
	go
	until_true 5 digested 2
	is "$(cat secret)" secret
	rm "$L"
	go
	until_true 5 has three "$L"
	is "$(cat "$L")" "$(printf '%s\n' 'dropped 1 lines' three)"
}

@test "a directory that goes away and comes back: the daemon does not notice, and it is told how much was lost" {
	need CONFIG_LOG_FILE
	mkdir dir
	printing --log-file "$T/dir/log" -- "echo one; await; seq 100; await; echo two"
	until_true 5 has one dir/log
	rm -r dir
	go
	until_true 5 digested 2
	mkdir dir
	go
	until_true 5 has two dir/log
	is "$(cat dir/log)" "$(printf '%s\n' 'dropped 100 lines' two)"
}

@test "a full disk: the daemon goes on, and lines are whole or counted" {
	need CONFIG_LOG_FILE
	need_root
	mkdir mnt
	mount -t tmpfs -o size=32k tmpfs mnt || skip "no mount"
	printing --log-file "$T/mnt/log" -- "seq 0 19999; await; echo 20000"
	until_true 10 digested 1
	cp mnt/log first
	is "$(stat -f -c %f mnt)" 0
	: > mnt/log
	go
	until_true 5 has 20000 mnt/log
	is "$(tail -c 1 first)" ''
	is "$(cat first mnt/log | awk '/^dropped/ { n += $2; next } { n++ } END { print n }')" 20001
	until_true 5 none_log
}

# ---- rings -----------------------------------------------------------------------------------------------------------

@test "--log-ring: never larger than its size, whole lines in their order whenever it is read" {
	need CONFIG_LOG_FILE
	printing --log-ring "$T/run/log" --log-size 12k -- \
		'i=0; until [ $i -gt 20000 -a -e '"$T"'/enough ]; do echo "$i a line"; i=$((i + 1)); done; echo $i > '"$T/lines"
	n=0
	while ! none_log; do
		cat "$L" > copy
		[ "$(wc -c < copy)" -le 12288 ]
		[ -z "$(tail -c 1 copy)" ] || sed -i '$d' copy # it is being written: a write grows a file page by page
		awk 'NR > 1 && $1 != last + 1 || !/^[0-9]+ a line$/ { print NR ": " $0; exit 1 } { last = $1 }' copy
		n=$((n + 1))
		[ $n -lt 20 ] || : > enough
	done
	is "$(tail -n 1 "$L")" "$(($(cat lines) - 1)) a line"
	[ "$(wc -c < "$L")" -gt 4000 ] # a third at least, less a line
	is "$(ls run)" "$(printf '%s\n' log pid)"
}

@test "a ring goes on where the last daemon's ended" {
	need CONFIG_LOG_FILE
	printing --log-ring "$T/run/log" -- 'echo one'
	until_true 5 none_log
	rm "$P"
	printing --log-ring "$T/run/log" -- 'echo two'
	until_true 5 none_log
	is "$(cat "$L")" "$(printf '%s\n' one two)"
}

# ---- lines -----------------------------------------------------------------------------------------------------------

@test "--log-prefix and --log-stamp: before each whole line and piece" {
	need CONFIG_LOG_MORE
	printing --log-file "$T/run/log" --log-prefix 'my daemon: ' -- 'printf one; sleep 0.1; echo " and two"; echo; echo three; printf "%01000d" 0'
	until_true 5 none_log
	is "$(cat "$L")" "$(printf 'my daemon: %s\n' 'one and two' three "$(printf %0900d 0)..." "$(printf %0100d 0)")"
	rm "$L"
	printing --log-file "$T/run/log" --log-prefix '> ' --log-stamp uptime -- 'echo one'
	until_true 5 none_log
	[[ $(< "$L") =~ ^\[\ *([0-9]+)\.[0-9][0-9][0-9]\]\ '> one'$ ]]
	up=$(cut -d . -f 1 /proc/uptime)
	[ $((up - BASH_REMATCH[1])) -ge 0 ] && [ $((up - BASH_REMATCH[1])) -lt 5 ]
	rm "$L"
	before=$(date +%s)
	printing --log-file "$T/run/log" --log-stamp utc -- 'echo one'
	until_true 5 none_log
	[[ $(< "$L") =~ ^(....-..-..T..:..:..Z)\ one$ ]]
	then=$(date -d "${BASH_REMATCH[1]}" +%s)
	[ "$then" -ge "$before" ] && [ "$then" -le "$(date +%s)" ]
	expect 3 start-stop-daemon -S -b --log-file "$T/run/log" --log-stamp local -x "$D"
}

@test "--log-rate: what is over is dropped by whole lines, and it is told how much" {
	need CONFIG_LOG_MORE
	printing --log-file "$T/run/log" --log-rate 1000 -- 'seq 10000 19999; sleep 1.1; echo last'
	until_true 10 none_log
	awk '/^dropped [0-9]+ bytes$/ { bytes += $2; told = 1; next } !/^(1[0-9][0-9][0-9][0-9]|last)$/ { print; exit 1 }
		{ got += length($0) + 1 } END { print got, bytes, got + bytes; exit got + bytes != 60005 || got > 3000 || got < 1000 }' "$L"
	is "$(tail -n 1 "$L")" last
	is "$(sed -n 167p "$L")" 10166
}

@test "--log-flush: the file is written but so often, and at the end" {
	need CONFIG_LOG_FILE
	need_command strace
	printing --log-file "$T/run/log" --log-flush 1s -- "for i in 1 2 3 4 5 6 7 8 9 10; do echo \$i; sleep 0.15; done; await; echo last"
	until_true 5 two_log
	strace -o trace -e trace=write -p "$(younger)" 2> /dev/null 3>&- &
	until_true 5 has 10 "$L"
	go
	until_true 5 none_log
	is "$(cat "$L")" "$(seq 10; echo last)"
	writes=$(grep -c '^write(' trace)
	[ "$writes" -ge 2 ] && [ "$writes" -le 4 ]
}

@test "where nothing waits to be written nobody wakes" {
	need CONFIG_LOG_FILE
	need_command strace
	printing --log-file "$T/run/log" --log-flush 100ms -- "echo one; await"
	until_true 5 has one "$L"
	until_true 5 digested 1
	for process in elder younger; do
		expect 124 timeout 2 strace -o trace -p "$($process)"
		[ "$(grep -c '(' trace)" -le 1 ] # the call that it was in
	done
}

@test "TERM: what waits is written, and the last words of the daemon too" {
	need CONFIG_LOG_FILE
	printing --log-file "$T/run/log" --log-flush 100s -- "echo one; await; echo two"
	until_true 5 digested 1
	is "$(cat "$L")" ''
	kill -TERM $(loggers)
	until_true 5 has one "$L"
	go
	until_true 5 none_log
	is "$(cat "$L")" "$(printf '%s\n' one two)"
}

# ---- the two processes ------------------------------------------------------------------------------------------------

@test "killed, the younger is started anew: the daemon gets no SIGPIPE, and what it prints meanwhile is not lost" {
	need CONFIG_LOG_FILE
	printing --log-file "$T/run/log" -- "echo one; await; seq 2 100; await; echo last"
	until_true 5 has one "$L"
	kill -KILL "$(younger)"
	go
	until_true 5 has 100 "$L"
	alive "$pid"
	go
	until_true 5 none_log
	is "$(cat "$L")" "$(echo one; seq 2 100; echo last)"
}

@test "a younger that cannot live does not block the daemon" {
	need CONFIG_LOG_FILE
	printing --log-file "$T/run/log" -- "await; i=0; while [ \$i -lt 8 ]; do printf %020000d 0; i=\$((i + 1)); done; touch $T/done; exec sleep 100"
	until_true 5 two_log
	first=$(elder)
	(while kill -KILL $(loggers | grep -vx "$first") 2> /dev/null || sleep 0.02; do :; done) 3>&- &
	killer=$!
	go
	until_true 20 test -e done
	kill "$killer"
}

@test "killed, the elder leaves the younger, which logs to the end" {
	need CONFIG_LOG_FILE
	printing --log-file "$T/run/log" -- "echo one; await; echo two"
	until_true 5 has one "$L"
	kill -KILL "$(elder)"
	go
	until_true 5 has two "$L"
	until_true 5 none_log
}

@test "a command that ends is started anew" {
	need START_STOP_DAEMON_LOG
	expect 0 start-stop-daemon -S -b -m -p "$P" -3 "head -n 1 >> $T/lines" -x /bin/sh -- -c "$AWAIT echo one; await; echo two; await; echo three"
	until_true 5 has one lines
	go
	until_true 5 has two lines
	go
	until_true 5 has three lines
	until_true 5 none_log
}

@test "a command that is killed is started anew, and reads what came meanwhile" {
	need START_STOP_DAEMON_LOG
	expect 0 start-stop-daemon -S -b -m -p "$P" -3 "echo \$\$ > $T/its; exec cat >> $T/lines" -x /bin/sh -- -c "$AWAIT echo one; await; echo two"
	until_true 5 has one lines
	kill -KILL "$(< its)"
	go
	until_true 5 has two lines
	until_true 5 none_log
}

@test "both are called after the daemon, in a session of their own, and hold nothing of ours" {
	need CONFIG_LOG_FILE
	flock 9 9> lock
	victim longer-than-that
	expect 0 start-stop-daemon -S -b --log-file "$T/run/log" -x "$VICTIM" 9> lock
	is "$(loggers longer-than | wc -l)" 2
	for pid in $(loggers longer-than); do
		is "$(readlink "/proc/$pid/cwd")" /
		is "$(find "/proc/$pid/fd" -lname "$T/lock" -printf x)" ''
		is "$(stat_of "$pid" 6)" "$(elder longer-than)"
	done
	flock -n lock true
}

@test "private memory of both is small" {
	need CONFIG_LOG_FILE
	need_plain "which has its own"
	printing --log-file "$T/run/log" --log-size 64k -- 'seq 20000; exec sleep 1000'
	until_true 5 has 20000 "$L"
	for process in elder younger; do
		dirty=$(awk '/^Private_Dirty/ { n += $2 } END { print n }' "/proc/$($process)/smaps")
		echo "# $process: $dirty KiB" >&3
		[ "$dirty" -le 64 ]
	done
}

# ---- syslog and kmsg --------------------------------------------------------------------------------------------------

@test "--kmsg: records of the kernel's log, with the same priorities" {
	need START_STOP_DAEMON_LOG
	need_root
	mkdir dev
	mknod -m 666 dev/null c 1 3
	mkfifo dev/kmsg
	timeout 10 cat dev/kmsg > records 3>&- &
	unshare -m sh -c "mount --bind $T/dev /dev && $SSD -S -b --kmsg -x $D -- say hello cry 'and you'" 3>&-
	until_true 5 grep -q hello records
	until_true 5 grep -q you records
	is "$(sort records)" $'<27>idled: and you\n<30>idled: hello' # (with a newline: else it is not shown yet)
}

@test "--syslog-priority and --syslog-facility: of both outputs" {
	need START_STOP_DAEMON_LOG
	with_dev_log "$SSD -S -b --syslog=mine --syslog-facility local3 --syslog-priority=notice -x $D -- say hello cry 'and you' say bye"
	until_true 5 grep -q bye messages
	is "$(tr '\n' '|' < messages)" '<157>mine: hello|<157>mine: and you|<157>mine: bye|'
	expect 3 ssd -S -b --syslog-priority=loud -x "$D"
}

@test "to a file and to syslog at once" {
	need CONFIG_LOG_FILE
	with_dev_log "$SSD -S -b --syslog --log-file $T/run/log -x $D -- say hello cry 'and you'"
	until_true 5 grep -qx '<30>idled: hello' messages
	until_true 5 grep -qx '<27>idled: and you' messages
	is "$(sort run/log)" "$(printf '%s\n' 'and you' hello)"
}

# ---- the other applets ------------------------------------------------------------------------------------------------

@test "supervise-daemon: one log for all starts of the program" {
	need SUPERVISE_DAEMON CONFIG_LOG_FILE
	applet supervise-daemon
	expect 0 supervise-daemon talker -S -p "$P" -D 50ms --log-file "$T/run/log" --log-prefix 'x ' -- /bin/sh -c 'echo one; exit 1'
	until_true 5 eval '[ "$(grep -cx "x one" run/log)" -gt 2 ]'
	is "$(loggers | wc -l)" 2
	expect 0 supervise-daemon talker -K -p "$P"
	until_true 5 none_log
}

@test "daemonize: the log file is that of what has no file of its own" {
	need DAEMONIZE_SUPERVISE CONFIG_LOG_FILE
	applet daemonize
	expect 0 daemonize --log-file "$T/run/log" -e "$T/run/err" "$D" say hello cry 'and you'
	until_true 5 has hello run/log
	until_true 5 has 'and you' run/err
	is "$(cat run/log)" hello
	expect 1 daemonize --log-file "$T/none/log" "$D"
	says "open $T/none/log"
}
