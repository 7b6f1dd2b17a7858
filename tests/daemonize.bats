#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# daemonize: what the daemon is like, what comes of each option, and what is left when a start fails.
# against: daemonize
load helper
load peers

prepare() {
	applet daemonize
	program idled
	D=$VICTIM
	P=$T/pid
	S=$T/sup
	umask 022
}

# starts $D with the options before "--" and the words behind it; $pid
started() {
	local options=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	rm -f "$T/.ready"
	expect 0 daemonize "${options[@]}" "$D" "${@:2}" pid "$T/.ready"
	until_true 5 test -e "$T/.ready"
	pid=$(< "$T/.ready")
}

# one line on stderr that holds the words, status 1; no $D runs, and only these files are here
fails() {
	local left=$1
	shift
	expect 1 daemonize "$@"
	is "$out" ''
	[ "${AGAINST-}" ] || [[ $err == daemonize:\ ?* && $err != *$'\n'* ]] || { echo "not one line: $err"; return 1; }
	is "$(ls -A "$T")" "$left"
	is "$(pids_of "$D")" ''
}

wrong() {
	expect 1 daemonize "$@"
	is "$out" ''
	[ "${AGAINST-}" ] || says "Try 'daemonize --help'"
	is "$(pids_of "$D")" ''
}

# KEY of /proc/PID/status
status_of() {
	sed -n "s/^$2:[[:blank:]]*//p" "/proc/$1/status" | tr '\t' ' ' | sed 's/ *$//'
}

# which descriptors it has open, with what is behind them
fds_of() {
	local fd
	for fd in "/proc/$1/fd"/*; do
		echo "${fd##*/}=$(readlink "$fd")"
	done
}

# ---- the daemon ---------------------------------------------------------------------------------------------------

@test "the program runs when the command returns, fifty times" {
	differs daemonize "returns before"
	local i
	for i in {1..50}; do
		daemonize -p "$P" "$D" name "n$i" 3>&-
		[ "/proc/$(< "$P")/exe" -ef "$D" ] || { echo "not yet at the ${i}th"; false; }
		kill -KILL "$(< "$P")"
	done
}

@test "the pidfile names the process, as the process itself would" {
	differs daemonize "writes it later"
	started -p "$P"
	is "$(cat "$P")" "$pid"
	is "$(stat -c %a "$P")" 644
	is "$(ls -A)" $'.ready\npid'
}

@test "arguments arrive as they are" {
	started -- say 'two words' say '' say -v say '*'
	is "$(tr '\0' '\n' < "/proc/$pid/cmdline" | head -9)" "$D"$'\nsay\ntwo words\nsay\n\nsay\n-v\nsay\n*'
}

@test "the first word that is no option is the program, and what follows is its own" {
	started -- say -p say --
	is "$(tr '\0' '\n' < "/proc/$pid/cmdline" | head -5)" "$D"$'\nsay\n-p\nsay\n--'
}

@test "it has a session of its own, without terminal, and does not lead it" {
	differs daemonize "leads it"
	started -- state "$T/s"
	is "$(state tty s)" none
	[ "$(state sid s)" != "$pid" ]
	[ "$(state sid s)" != "$(ps -o sid= -p $$ 2> /dev/null | tr -d ' ')" ]
	[ ! -e "/proc/$(state sid s)" ]
}

@test "its parent is init" {
	started
	is "$(status_of "$pid" PPid)" 1
}

@test "its directory is /, and its umask the caller's" {
	umask 027
	started
	is "$(readlink "/proc/$pid/cwd")" /
	is "$(status_of "$pid" Umask)" 0027
}

@test "signals are at their default and none is blocked, whatever the caller did" {
	differs daemonize "leaves them"
	expect 0 bash -c 'trap "" HUP INT QUIT CHLD TERM PIPE USR1; exec daemonize "$@"' bash "$D" pid "$T/.ready"
	until_true 5 test -e .ready
	pid=$(< .ready)
	is "$(status_of "$pid" SigIgn)" 0000000000000000
	is "$(status_of "$pid" SigBlk)" 0000000000000000
}

@test "stdin, stdout and stderr are /dev/null, and nothing else is open" {
	differs daemonize "leaves all others open"
	exec 7< /dev/zero 8> "$T/leak" 250< /dev/zero
	started
	exec 7<&- 8>&- 250<&-
	is "$(fds_of "$pid")" $'0=/dev/null\n1=/dev/null\n2=/dev/null'
}

@test "stdin can be read" {
	differs daemonize "it is open for writing only"
	printf '#!%s\nread -r line; echo $? > status.new; mv status.new status\n' "$(command -v bash)" > reads
	chmod 755 reads
	expect 0 daemonize -c "$T" -o "$T/out" -e "$T/err" "$T/reads"
	until_true 5 test -e status
	is "$(cat status err)" 1
}

@test "with closed streams it starts all the same, and they are not mixed up" {
	differs daemonize "mixes them up"
	daemonize -o "$T/out" "$D" say hello cry alas pid "$T/.ready" <&- >&- 2>&-
	until_true 5 test -e .ready
	is "$(cat out)" hello
	pid=$(< .ready)
	is "$(readlink "/proc/$pid/fd/0") $(readlink "/proc/$pid/fd/2")" '/dev/null /dev/null'
}

@test "a program that ends at once was started" {
	expect 0 daemonize "$D" exit 5
	is "$err" ''
	expect 0 daemonize "$(type -P false)"
}

@test "nothing is said without -v" {
	expect 0 daemonize -p "$P" "$D"
	is "$output" $'\n'
}

@test "-v says what is done, and the daemon does not" {
	differs daemonize "says other things"
	expect 0 daemonize -v -p "$P" "$D"
	says "$(< "$P")"
	is "$out" ''
}

# ---- files --------------------------------------------------------------------------------------------------------

@test "-o and -e are files that begin empty" {
	echo before > out
	echo before > err
	started -o "$T/out" -e "$T/err" -- say hello cry alas
	is "$(cat out)" hello
	is "$(cat err)" alas
	is "$(stat -c %a out)" 644
}

@test "a file that -o makes is 0666 less the umask" {
	umask 002
	started -o "$T/out" -- say hello
	is "$(stat -c %a out)" 664
}

@test "-a appends" {
	echo before > out
	echo before > err
	started -a -o "$T/out" -e "$T/err" -- say hello cry alas
	is "$(cat out)" $'before\nhello'
	is "$(cat err)" $'before\nalas'
}

@test "-o and -e of one name are one file, and lines do not overwrite each other" {
	started -o "$T/both" -e "$T/both" -- say one cry two say three cry four
	is "$(cat both)" $'one\ntwo\nthree\nfour'
	echo before > both
	started -a -o "$T/both" -e "$T/both" -- say one cry two
	is "$(cat both)" $'before\none\ntwo'
}

@test "the stream without a file is /dev/null" {
	started -o "$T/out" -- say hello cry alas
	is "$(readlink "/proc/$pid/fd/2")" /dev/null
	is "$(cat out)" hello
}

@test "-c is its directory, and -o -e -p name files as the caller sees them" {
	differs daemonize "takes the pidfile from both directories"
	mkdir dir
	started -c "$T/dir" -o out -e err -p pid -- say hello
	is "$(readlink "/proc/$pid/cwd")" "$T/dir"
	is "$(ls -A dir)" ''
	is "$(cat out)" hello
	is "$(cat pid)" "$pid"
}

@test "-c takes a relative directory" {
	differs daemonize "goes there twice"
	mkdir dir
	started -c dir
	is "$(readlink "/proc/$pid/cwd")" "$T/dir"
}

@test "-E adds to the environment, and may be repeated" {
	started -E ONE=1 -E 'TWO=two words=x' -E EMPTY= -E ONE=uno
	tr '\0' '\n' < "/proc/$pid/environ" > env
	grep -qx 'TWO=two words=x' env
	grep -qx 'EMPTY=' env
	is "$(grep '^ONE=' env)" ONE=uno
}

@test "-E replaces what is there" {
	ONE=1 started -E ONE=2
	is "$(tr '\0' '\n' < "/proc/$pid/environ" | grep '^ONE=')" ONE=2
}

@test "hundreds of -E" {
	local i options=()
	for i in {1..700}; do options+=(-E "VARIABLE_$i=$i"); done
	started "${options[@]}"
	is "$(tr '\0' '\n' < "/proc/$pid/environ" | grep -c '^VARIABLE_')" 700
}

@test "-E without a name or a = is an error" {
	wrong -E NOTHING "$D"
	differs daemonize "takes them"
	wrong -E =value "$D"
	wrong -E '' "$D"
}

@test "a pidfile of before is replaced, and a symlink in its place is not followed" {
	differs daemonize "writes where it points"
	echo precious > file
	ln -s file pid
	started -p "$P"
	is "$(cat file)" precious
	[ ! -L pid ]
	is "$(cat pid)" "$pid"
	kill -KILL "$pid"
	started -p "$P"
	is "$(cat pid)" "$pid"
}

@test "the pidfile is 0644 whatever the umask" {
	differs daemonize "obeys the umask"
	umask 077
	started -p "$P"
	is "$(stat -c %a pid)" 644
}

# ---- the lock -----------------------------------------------------------------------------------------------------

@test "-l is held while the daemon lives, and a second start is refused" {
	started -l "$T/lock" -p "$P"
	local first=$pid
	expect 1 daemonize -l "$T/lock" -p "$P" "$D"
	says lock
	[ "${AGAINST-}" ] || is "$(cat pid)" "$first"
	is "$(pids_of "$D")" "$first"
	run ! flock -n lock true
	kill -KILL "$first"
	until_true 5 dead "$first"
	started -l "$T/lock"
}

@test "the lock is held by the daemon's descriptor, the only one more" {
	differs daemonize "leaves all others open"
	exec 7< /dev/zero
	started -l "$T/lock"
	exec 7<&-
	is "$(fds_of "$pid" | grep -vx '[012]=/dev/null')" "$(fds_of "$pid" | grep "=$T/lock$")"
	is "$(fds_of "$pid" | grep -c "=$T/lock$")" 1
	is "$(stat -c %a lock)" 600
}

@test "the lock outlives the daemon in its children" {
	started -l "$T/lock" -- child
	kill -KILL "$pid"
	until_true 5 dead "$pid"
	run ! flock -n lock true
}

@test "of ten at once one gets the lock" {
	local i
	for i in {1..10}; do
		daemonize -l "$T/lock" "$D" > /dev/null 2>&1 3>&- && echo started >> count &
	done
	wait
	is "$(wc -l < count)" 1
	until_true 5 one_runs
}

one_runs() {
	[ "$(pids_of "$D" | wc -l)" = 1 ]
}

@test "the lock of a start that fails is free again" {
	expect 1 daemonize -l "$T/lock" "$T/nosuch"
	flock -n lock true || [ ! -e lock ]
	differs daemonize "holds it"
	expect 1 daemonize -l "$T/lock" -c /no/such "$D"
	flock -n lock true
}

# ---- the user -----------------------------------------------------------------------------------------------------

@test "-u: ids, groups, and USER LOGNAME HOME" {
	differs daemonize "writes the pidfile as the user"
	need_root
	getent passwd daemon > /dev/null || skip "no user daemon"
	expect 0 daemonize -u daemon -p "$P" "$(type -P sleep)" 100
	until_true 5 test -s "$P"
	pid=$(< "$P")
	until_true 5 runs_sleep "$pid"
	local uid gid
	uid=$(id -u daemon) gid=$(id -g daemon)
	is "$(status_of "$pid" Uid)" "$uid $uid $uid $uid"
	is "$(status_of "$pid" Gid)" "$gid $gid $gid $gid"
	is "$(status_of "$pid" Groups | sorted)" "$(id -G daemon | sorted)"
	is "$(status_of "$pid" CapEff)" 0000000000000000
	is "$(tr '\0' '\n' < "/proc/$pid/environ" | grep -E '^(USER|LOGNAME|HOME)=' | sort)" \
		"$(printf 'HOME=%s\nLOGNAME=daemon\nUSER=daemon' "$(getent passwd daemon | cut -d: -f6)")"
	kill -KILL "$pid"
}

sorted() {
	tr ' ' '\n' | sort -n | tr '\n' ' '
}

runs_sleep() {
	[ "$(comm "$1")" = sleep ]
}

@test "-u: files are opened with the user's rights, the pidfile with the caller's" {
	differs daemonize "leaves the pidfile"
	need_root
	getent passwd daemon > /dev/null || skip "no user daemon"
	touch secret
	chmod 600 secret
	expect 1 daemonize -u daemon -p "$P" -o "$T/secret" "$(type -P sleep)" 100
	[ ! -e pid ]
}

@test "-u of a user that there is not" {
	fails '' -u no-such-user "$D"
	says no-such-user
}

@test "-u without the right to" {
	need_root
	need_command setpriv
	expect 1 as_nobody daemonize -u root "$(type -P sleep)" 100
	[ "$err" ]
}

# ---- what fails ---------------------------------------------------------------------------------------------------

@test "a program that is missing" {
	differs daemonize "leaves the pidfile"
	fails '' -p "$P" "$T/nosuch"
	says nosuch
	says "No such file"
}

@test "what is no program does not cost the old content of -o" {
	echo keep > out
	mkdir there
	expect 1 daemonize -o "$T/out" "$T/there"
	expect 1 daemonize -o "$T/out" "$T/out"
	is "$(cat out)" keep
}

@test "a program that may not be executed, is none, or a directory" {
	differs daemonize "exits with 0"
	echo '#!/bin/sh' > plain
	fails plain -p "$P" "$T/plain"
	says "Permission denied"
	printf '\1\2\3' > plain
	chmod 755 plain
	fails plain -p "$P" "$T/plain"
	says "xec format error"
	fails plain -p "$P" "$T"
	says "$T"
}

@test "a script whose interpreter is missing" {
	differs daemonize "exits with 0"
	echo '#!/no/such/shell' > script
	chmod 755 script
	fails script -p "$P" "$T/script"
	says interpreter
}

@test "a program without its absolute path" {
	wrong idled
	wrong ./idled
	wrong ''
}

@test "a directory that is missing, or none" {
	differs daemonize "leaves the pidfile"
	fails '' -p "$P" -c "$T/nosuch" "$D"
	says nosuch
	touch file
	fails file -p "$P" -c "$T/file" "$D"
	says file
}

@test "a pidfile where there is no directory, where a directory is, and where nobody may write" {
	fails '' -p "$T/no/pid" "$D"
	says no/pid
	mkdir dir
	fails dir -p "$T/dir" "$D"
	says dir
	fails dir -p "$T/dir/" "$D"
	need_root
	need_command setpriv
	chmod 755 "$T"
	expect 1 as_nobody daemonize -p "$P" "$(type -P sleep)" 100
	says "ermission denied"
	[ ! -e pid ]
}

@test "a full disk for the pidfile" {
	differs daemonize "exits with 0"
	expect 1 bash -c 'trap "" XFSZ; ulimit -f 0; exec daemonize "$@"' bash -p "$P" "$D"
	is "$(ls -A)" ''
	is "$(pids_of "$D")" ''
}

@test "a file of -o or -e that cannot be opened" {
	differs daemonize "exits with 0"
	fails '' -p "$P" -o "$T/no/out" "$D"
	says no/out
	fails '' -p "$P" -e "$T" "$D"
	says "$T"
	mkfifo fifo
	fails fifo -p "$P" -o "$T/fifo" "$D"
	says fifo
}

@test "a lock file that cannot be opened" {
	fails '' -p "$P" -l "$T/no/lock" "$D"
	says no/lock
}

@test "without an argument it says how it is used" {
	differs daemonize "dies of a segmentation fault"
	wrong
	wrong -p "$P"
	[ ! -e pid ]
}

@test "an option that is none, or lacks its argument" {
	differs daemonize "has other words"
	local o
	for o in -Y --nosuch -vY --append; do
		wrong "$o" "$D"
	done
	for o in -c -e -o -E -p -l -u; do
		wrong "$o"
	done
}

# ---- the supervisor ------------------------------------------------------------------------------------------------

# started with a supervisor, $sup, and both pidfiles
supervised() {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	started -r -p "$P" -P "$S" "$@"
	sup=$(< "$S")
}

# it has been started again: $pid is the new one
again() {
	local old=$pid
	until_true 5 another "$old"
	pid=$(< .ready)
}

another() {
	[ "$(cat .ready)" != "$1" ] && [ "$(cat "$P")" = "$(cat .ready)" ]
}

# neither runs any more, and only these files are here
all_gone() {
	until_true 5 dead "$sup"
	dead "$pid"
	is "$(pids_of "$D")" ''
	is "$(ls -A | tr '\n' ' ')" "$1"
}

now() {
	date +%s%3N
}

# a script that counts its runs in the file runs, then does this
script() {
	printf '#!/bin/sh\necho >> "%s/runs"\n%s\n' "$T" "$1" > script
	chmod 755 script
}

runs() {
	[ "$(wc -l < runs)" = "$1" ]
}

@test "-r: it is started again when it ends, and both pidfiles are true" {
	supervised -R 0
	local i
	is "$(cat "$P")" "$pid"
	is "$(stat -c %a "$S")" 644
	for i in 1 2 3; do
		kill -KILL "$pid"
		again
		is "$(cat "$S")" "$sup"
		is "$(status_of "$pid" PPid)" "$sup"
	done
}

@test "-r without -R: a second later" {
	supervised
	local since
	since=$(now)
	kill -KILL "$pid"
	again
	[ $(($(now) - since)) -ge 1000 ]
}

@test "-R alone restarts too, and not before its time; until then there is no pidfile" {
	need DAEMONIZE_SUPERVISE
	ours "has no -R"
	started -p "$P" -R 0.7
	local since
	since=$(now)
	kill -TERM "$pid"
	until_true 5 test ! -e "$P"
	again
	since=$(($(now) - since))
	[ $since -ge 700 ]
	[ $since -lt 5000 ]
}

@test "TERM to the supervisor ends the program, waits for it, and takes both pidfiles away" {
	supervised -- linger 300 exit-on 15 0
	kill -TERM "$sup"
	all_gone '.ready '
}

@test "TERM is obeyed at once between two starts" {
	supervised -R 1000
	kill -KILL "$pid"
	until_true 5 test ! -e "$P"
	kill -TERM "$sup"
	all_gone '.ready '
}

@test "TERM while programs end all the time: none is left, fifty times" {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	local i
	for i in {1..50}; do
		daemonize -r -R 0 -p "$P" -P "$S" "$D" exit 0 3>&-
		sup=$(< "$S")
		kill -TERM "$sup"
		until_true 5 dead "$sup"
		is "$(ls -A)" ''
		is "$(pids_of "$D")" ''
	done
}

@test "no other signal but KILL ends the supervisor" {
	supervised -R 0
	local sig
	for sig in HUP INT QUIT USR1 USR2 PIPE ALRM CHLD TSTP ABRT; do
		kill -"$sig" "$sup"
	done
	kill -STOP "$sup"
	kill -CONT "$sup"
	kill -KILL "$pid"
	again
	is "$(cat "$S")" "$sup"
}

@test "a supervisor that is killed leaves the program, and its pidfile is taken over" {
	supervised
	kill -KILL "$sup"
	until_true 5 dead "$sup"
	alive "$pid"
	is "$(status_of "$pid" PPid)" 1
	started -r -P "$S"
	is "$(cat "$S")" "$(status_of "$pid" PPid)"
}

@test "a second supervisor of a pidfile is refused, and the first goes on" {
	need PIDFILE_LOCK
	supervised -R 0
	expect 1 daemonize -r -P "$S" "$D"
	says "$S"
	expect 1 daemonize -r -p "$P" "$D"
	says "$P"
	is "$(pids_of "$D")" "$pid"
	kill -KILL "$pid"
	again
	kill -TERM "$sup"
	all_gone '.ready '
}

@test "with a supervisor, too, a start that fails leaves nothing" {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	fails '' -r -p "$P" -P "$S" "$T/nosuch"
	printf '\1\2\3' > plain
	chmod 755 plain
	fails plain -r -p "$P" -P "$S" "$T/plain"
	says "exec $T/plain: Exec format error"
	fails plain -r -p "$P" -P "$S" -c /no/such "$D"
	says "chdir /no/such"
	fails plain -r -p "$P" -P "$T/no/sup" "$D"
	says no/sup
	fails plain -r -p "$T/no/pid" -P "$S" "$D"
	says no/pid
	fails plain -r -P "$S" -o "$T/no/out" "$D"
	says "open $T/no/out"
	echo '#!/no/such/shell' > plain
	fails plain -r -P "$S" "$T/plain"
	says interpreter
	is "$(pids_of "$INITBOX")" ''
}

@test "a lock that is held refuses a supervisor" {
	supervised -l "$T/lock"
	local other=$T/other
	expect 1 daemonize -r -P "$other" -l "$T/lock" "$D"
	says "lock $T/lock: held by another process"
	[ ! -e "$other" ]
	is "$(pids_of "$D")" "$pid"
}

@test "the lock is held between two starts too, and each program has it" {
	supervised -l "$T/lock" -R 0
	kill -KILL "$pid"
	again
	is "$(fds_of "$pid" | grep -c "=$T/lock$")" 1
	kill -TERM "$sup"
	all_gone '.ready lock '
	flock -n lock true
	supervised -l "$T/lock" -R 1000
	kill -KILL "$pid"
	until_true 5 test ! -e "$P"
	run ! flock -n lock true
}

@test "-P alone: the supervisor ends with the program" {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	started -p "$P" -P "$S"
	sup=$(< "$S")
	is "$(status_of "$pid" PPid)" "$sup"
	kill -KILL "$pid"
	all_gone '.ready '
}

@test "-C: so many restarts, and no more" {
	need DAEMONIZE_SUPERVISE
	ours "has no -C"
	script 'exit 3'
	expect 0 daemonize -r -R 0 -C 3 -P "$S" "$T/script"
	until_true 5 test ! -e "$S"
	runs 4
	rm runs
	expect 0 daemonize -r -R 0 -C 0 -P "$S" "$T/script"
	until_true 5 test ! -e "$S"
	runs 1
}

@test "fifty ends in a row without delay are fifty restarts, and no zombie is left" {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	script "[ \$(wc -l < '$T/runs') -le 50 ] || exec '$D' pid '$T/.ready'"
	expect 0 daemonize -r -R 0 -p "$P" -P "$S" "$T/script"
	until_true 20 test -e .ready
	runs 51
	sup=$(< "$S")
	is "$(< "/proc/$sup/task/$sup/children")" "$(< .ready) "
	is "$(cat "$P")" "$(cat .ready)"
}

@test "orphans of the program are nobody's zombies" {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	script "( '$D' wait 100 exit 0 & '$D' exit 0 & '$D' pid '$T/orphan' wait 200 exit 1 & ) ; exec '$D' pid '$T/.ready'"
	expect 0 daemonize -r -P "$S" "$T/script"
	until_true 5 test -e .ready
	until_true 5 test -e orphan
	sup=$(< "$S")
	only_child() {
		[ "$(< "/proc/$sup/task/$sup/children")" = "$(< .ready) " ]
	}
	until_true 5 only_child
}

@test "a program that was started again is as clean as the first" {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	exec 7< /dev/zero 250< /dev/zero
	expect 0 bash -c 'trap "" HUP INT QUIT CHLD TERM PIPE USR1; exec daemonize "$@"' \
		bash -r -R 0 -p "$P" -P "$S" "$D" pid "$T/.ready"
	exec 7<&- 250<&-
	until_true 5 test -e .ready
	pid=$(< .ready)
	kill -KILL "$pid"
	again
	is "$(status_of "$pid" SigIgn)" 0000000000000000
	is "$(status_of "$pid" SigBlk)" 0000000000000000
	is "$(fds_of "$pid")" $'0=/dev/null\n1=/dev/null\n2=/dev/null'
	is "$(readlink "/proc/$pid/cwd")" /
	sup=$(< "$S")
	is "$(fds_of "$sup" | grep -c zero)" 0
	kill -TERM "$sup"
	all_gone '.ready '
}

@test "who waits for the end of our output does not wait for the supervisor" {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	is "$(timeout 10 daemonize -r "$D" 2>&1 3>&-)" ''
}

@test "-o begins empty with the first start, and is appended to by the others" {
	echo before > out
	supervised -R 0 -o "$T/out" -- say hello
	kill -KILL "$pid"
	again
	is "$(cat out)" $'hello\nhello'
}

@test "with -c, names are as the caller sees them in each start" {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	mkdir dir
	started -r -R 0 -c dir -o out -p pid -P sup -- say hello
	kill -KILL "$pid"
	again
	is "$(readlink "/proc/$pid/cwd")" "$T/dir"
	is "$(ls -A dir)" ''
	is "$(cat out)" $'hello\nhello'
}

@test "-u: each start is the user's, the supervisor and the pidfiles the caller's" {
	need DAEMONIZE_SUPERVISE
	ours "has no supervisor"
	need_root
	getent passwd daemon > /dev/null || skip "no user daemon"
	expect 0 daemonize -r -R 0 -u daemon -p "$P" -P "$S" "$(type -P sleep)" 100
	sup=$(< "$S") pid=$(< "$P")
	kill -KILL "$pid"
	other() {
		local now
		now=$(cat "$P") && [ "$now" != "$pid" ]
	}
	until_true 5 other
	is "$(stat -c %u "$P" "$S" | tr '\n' ' ')" '0 0 '
	until_true 5 runs_sleep "$(< "$P")"
	is "$(status_of "$(< "$P")" Uid)" "$(id -u daemon | sed 's/.*/& & & &/')"
	is "$(status_of "$sup" Uid)" '0 0 0 0'
}

@test "-t: the supervisor's name" {
	supervised -t keeper
	is "$(comm "$sup")" keeper
	is "$(comm "$pid")" idled
}

@test "-f is taken, and what is true without it" {
	need DAEMONIZE_SUPERVISE
	ours "has no -f"
	started -f -o "$T/out" -- say hello
	is "$(cat out)" hello
	is "$(readlink "/proc/$pid/fd/2")" /dev/null
}

@test "the long names" {
	need DAEMONIZE_SUPERVISE OPT_LONG
	ours "has none"
	started --restart --restart-delay=0 --restart-count=9 --supervisor-pidfile="$S" --title=keeper -p "$P"
	sup=$(< "$S")
	is "$(comm "$sup")" keeper
	kill -KILL "$pid"
	again
}

@test "values that are none" {
	need DAEMONIZE_SUPERVISE
	ours "has none of these"
	local o
	for o in -m4 -mx -Rx -R-1 -C-1 -Cx -snope -s; do
		wrong -r "$o" "$D"
	done
	need OPT_LONG
	wrong --syslog-facility=nope "$D"
}

# ---- syslog --------------------------------------------------------------------------------------------------------

# the messages in order, in one line
messages() {
	sed 's/: /|/' messages | sort | tr '\n' ' '
}

logs() {
	need DAEMONIZE_SUPERVISE
	ours "has no syslog"
	with_dev_log "$BATS_FILE_TMPDIR/bin/daemonize $1"
}

@test "-S: both streams, as daemon.notice, with the program's name" {
	logs "-S $D say hello cry alas say bye"
	until_true 5 grep -q bye messages
	is "$(messages)" '<29>idled|alas <29>idled|bye <29>idled|hello '
}

@test "-T is the tag, -s and --syslog-facility the priority, and each of them says -S" {
	need OPT_LONG
	logs "-T mine $D say one; $BATS_FILE_TMPDIR/bin/daemonize -s err $D say two;
		$BATS_FILE_TMPDIR/bin/daemonize --syslog-facility=local3 --syslog-priority=debug --syslog-tag=x $D cry three"
	until_true 5 grep -q one messages
	until_true 5 grep -q two messages
	until_true 5 grep -q three messages
	is "$(messages)" '<159>x|three <27>idled|two <29>mine|one '
}

@test "-m: only one of the streams goes there" {
	logs "-S -m 1 $D say one cry two pid $T/a; $BATS_FILE_TMPDIR/bin/daemonize -Sm2 $D say three cry four pid $T/b"
	until_true 5 grep -q one messages
	until_true 5 grep -q four messages
	is "$(messages)" '<29>idled|four <29>idled|one '
	until_true 5 test -e a
	is "$(readlink "/proc/$(< a)/fd/2")" /dev/null
}

@test "a stream that has a file does not go to syslog" {
	logs "-S -e $T/err $D cry alas say hello"
	until_true 5 grep -q hello messages
	is "$(messages)" '<29>idled|hello '
	is "$(cat err)" alas
}

@test "-S with a supervisor: all that are started write there, and a restart that fails is told" {
	cp "$D" prog
	logs "-S -r -R 0.02 -P $S -p $P $T/prog say hello pid $T/.ready"
	until_true 5 grep -q hello messages
	until_true 5 test -e .ready
	sup=$(< "$S") pid=$(< .ready)
	mv prog away
	printf '\1\2\3' > prog
	chmod 755 prog
	kill -KILL "$pid"
	until_true 5 grep -q "<29>prog: daemonize: exec $T/prog: Exec format error" messages
	[ ! -e "$P" ]
	mv -f away prog
	again
	twice() {
		[ "$(grep -c hello messages)" = 2 ]
	}
	until_true 5 twice
	kill -TERM "$sup"
	until_true 5 dead "$sup"
	dead "$pid"
	[ ! -e "$P" ]
	[ ! -e "$S" ]
}

@test "-S where there is no syslog loses lines, and nothing else" {
	[ ! -e /dev/log ] || skip "there is one"
	supervised -S -R 0 -- say a say b
	kill -KILL "$pid"
	again
}

# ---- the command line ----------------------------------------------------------------------------------------------

@test "letters in one word, their argument joined or apart" {
	started -av "-o$T/out" -p"$P" -- say hello
	is "$(cat out)" hello
	until_true 5 test -s pid
	kill -KILL "$pid"
	started -vao "$T/out" -- say again
	is "$(cat out)" $'hello\nagain'
}

@test "two dashes end the options" {
	expect 0 daemonize -v -- "$D" pid "$T/.ready"
	until_true 5 test -e .ready
}

@test "--help and --version are answers on stdout" {
	ours "has no long options"
	expect 0 daemonize --help
	is "$err" ''
	says "Usage: daemonize"
	expect 0 daemonize --version
	is "$err" ''
}

@test "an environment that is full has no room for the user's variables" {
	need_root
	ours "has room"
	mapfile -t full < <(seq -f 'V%g=' 4095)
	expect 1 env -i "${full[@]}" "$(command -v daemonize)" -u nobody "$D"
	says "environment: "
}

@test "a logger that cannot be started is told" {
	need DAEMONIZE_SUPERVISE
	need_root
	need_command prlimit
	ours "has no syslog"
	as_nobody true
	expect 1 as_nobody prlimit --nproc=0 daemonize -S "$D"
	says "syslog: "
}
