#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# tini, docker-init, dumb-init and catatonit: no signal is lost, nobody stays unreaped, and the end is the program's.
# against: tini dumb-init catatonit
load helper
load peers

# NAME...: $names, those of them that are here; AGAINST has only itself
inits() {
	local name
	names=()
	for name; do
		[ "${AGAINST:-$name}" = "$name" ] || continue
		[ "${AGAINST-}" ] || "$INITBOX" --list | grep -qx "$name" || continue
		names+=("$name")
	done
	[ "${#names[@]}" != 0 ] || skip "no $*"
	applet "${names[@]}"
}

all_inits() {
	inits tini dumb-init catatonit
}

# spawn_init NAME [OPTION...] -- CMD: $pid; it has come so far that nothing is lost
spawn_init() {
	spawn "$@"
	until_true 5 waits "$pid"
}

# Has it a child, or (of -P) nothing to do? Then it holds all signals, and loses none.
waits() {
	local children
	read -r -d '' children 2> /dev/null < "/proc/$1/task/$1/children"
	[ "$children" ] || grep -q '^[0-9]* (catatonit) S' "/proc/$1/stat"
}

is_dead_with() {
	local status=0
	wait "$2" || status=$?
	[ $status = "$1" ] || { echo "ended with $status, not $1"; return 1; }
}

# a program that writes each signal it gets into the file "got", by name, and its value
witness() {
	cat > witness <<- 'PERL'
		use POSIX ();
		open(G, ">>", "got"); select G; $| = 1;
		for my $s (1 .. 31, POSIX::SIGRTMIN() .. POSIX::SIGRTMAX()) {
			next if $s == 9 || $s == 19 || $s == 17 || ($s == 15 && $ARGV[0]);
			POSIX::sigaction($s, POSIX::SigAction->new(sub { print "$s\n" }, POSIX::SigSet->new, POSIX::SA_RESTART()));
		}
		$SIG{TERM} = sub { print "15\n"; exit 3 } if $ARGV[0];
		open(R, ">", "ready");
		close(R);
		select(undef, undef, undef, 60) while 1;
	PERL
}

# ---- the end -----------------------------------------------------------------------------------------------------------

@test "the exit status is the program's, or 128 and the signal" {
	all_inits
	for name in "${names[@]}"; do
		expect 0 "$name" -- true
		expect 7 "$name" -- sh -c 'exit 7'
		expect 137 "$name" -- sh -c 'kill -9 $$'
		expect 143 "$name" -- sh -c 'kill $$'
	done
}

@test "a program that is not there, or cannot be executed, is named, with the tool's own status" {
	all_inits
	for name in "${names[@]}"; do
		case $name in
		tini) missing=127 forbidden=126 ;;
		dumb-init) missing=2 forbidden=2 ;;
		catatonit) missing=1 forbidden=1 ;;
		esac
		expect $missing "$name" -- nosuch
		[ "${AGAINST-}" = catatonit ] || says nosuch
		says "No such file"
		expect $forbidden "$name" -- /etc/passwd
		[ "${AGAINST-}" = catatonit ] || says /etc/passwd
		says "ermission denied"
	done
}

@test "without a program it is a wrong call" {
	all_inits
	for name in "${names[@]}"; do
		expect 1 "$name"
		says "$name"
	done
}

@test "what follows the program is the program's, though it looks like an option" {
	all_inits
	differs tini "glibc's getopt takes it"
	differs catatonit "glibc's getopt takes it"
	for name in "${names[@]}"; do
		expect 0 "$name" echo -g --version -v
		[ "$out" = '-g --version -v' ]
	done
}

@test "a script without a first line is run by sh" {
	all_inits
	differs catatonit "says: Exec format error"
	echo 'echo "$0 $1"' > script
	chmod +x script
	for name in "${names[@]}"; do
		expect 0 "$name" -- ./script word
		[ "$out" = "./script word" ]
	done
}

@test "-e makes an exit status 0, or another" {
	inits tini
	expect 0 tini -e 143 -e 7 -- sh -c 'kill $$'
	expect 0 tini -e 143 -e 7 -- sh -c 'exit 7'
	expect 8 tini -e 143 -e 7 -- sh -c 'exit 8'
	expect 1 tini -e 256 -- true
	expect 1 tini -e x -- true
	differs tini "knows 0 only"
	expect 9 tini -e 143:9 -- sh -c 'kill $$'
	expect 1 tini -e 143:256 -- true
}

# ---- signals -----------------------------------------------------------------------------------------------------------

@test "each signal is passed on but those that nobody can, and CHLD" {
	all_inits
	differs tini "faults, TTIN and TTOU are not"
	differs catatonit "faults, TSTP, TTIN and TTOU are not"
	differs dumb-init "real-time signals are not, TSTP, TTIN and TTOU become STOP"
	witness
	for name in "${names[@]}"; do
		rm -f got ready
		spawn_init "$name" -- perl witness
		until_true 9 test -e ready
		for signal in {1..8} {10..16} 18 {20..31} {34..64}; do
			# dumb-init's: below
			case $name/$signal in dumb-init/2[012]) continue ;; esac
			kill -$signal $pid
			until_true 5 grep -qx $signal got
		done
		kill -KILL "$(< "/proc/$pid/task/$pid/children")"
		is_dead_with 137 $pid
	done
}

@test "the value of a queued signal is passed on with it" {
	inits tini
	differs tini "sends a new one"
	need_command strace perl
	victim quiet
	spawn_init tini -- "$VICTIM" ignore 10
	strace -qq -e trace=rt_sigqueueinfo,kill -o calls -p $pid 3>&- &
	until_true 5 grep -q '^TracerPid:.*[1-9]' "/proc/$pid/status"
	env kill -s USR1 -q 77 $pid
	until_true 5 grep -q 'rt_sigqueueinfo(.*SIGUSR1.*si_code=SI_QUEUE.*=0x4d' calls
}

@test "no signal is lost, from the first that it can hold" {
	all_inits
	differs dumb-init "33 of 400"
	witness
	for name in "${names[@]}"; do
		for options in '' -g; do
			case $name in dumb-init) options=${options:+-c} ;; esac
			for i in {1..15}; do
				rm -f got ready
				spawn "$name" $options -- perl witness 1
				until waits $pid; do :; done
				kill -USR1 $pid
				kill -TERM $pid 2> /dev/null || : # it may have ended by the first
				# it got USR1 before its handler (138), TERM before its handler (143), or both in it (3)
				status=0
				wait $pid || status=$?
				case $status in 138 | 143 | 3) ;; *) echo "$name $options: $status"; false ;; esac
			done
		done
	done
}

@test "it is not stopped by what comes while SIGCHLD is ignored" {
	all_inits
	differs tini "hangs for ever"
	differs catatonit "hangs for ever"
	for name in "${names[@]}"; do
		expect 3 timeout 5 bash -c "trap '' CHLD; exec $name -- sh -c 'exit 3'"
	done
}

@test "the program gets the mask and the ignored signals that it would have without" {
	inits tini catatonit
	differs catatonit "TSTP, TTIN and TTOU are blocked"
	for name in "${names[@]}"; do
		for how in "trap '' HUP $([ "${AGAINST-}" ] || echo CHLD)" "true"; do # (theirs hang without SIGCHLD)
			bash -c "$how; exec grep Sig[BI] /proc/self/status" > without
			bash -c "$how; exec $name -- grep Sig[BI] /proc/self/status" > with
			diff without with
		done
	done
}

@test "dumb-init: the program has no signal blocked, whatever was" {
	inits dumb-init
	expect 0 perl -e 'use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(15, 10)); exec @ARGV' dumb-init -- grep SigBlk /proc/self/status
	[[ $out =~ ^SigBlk:[[:blank:]]0+$ ]]
}

@test "-g: the whole group of the program is signalled" {
	inits tini catatonit
	victim mouse
	for name in "${names[@]}"; do
		spawn_init "$name" -g -- sh -c "'$VICTIM' pid child & exec '$VICTIM' pid parent"
		until_true 5 test -s child -a -s parent
		kill -TERM $pid
		is_dead_with 143 $pid
		until_true 5 dead "$(< child)"
		rm child parent
		spawn_init "$name" -- sh -c "'$VICTIM' pid child & exec '$VICTIM' pid parent"
		until_true 5 test -s child -a -s parent
		kill -TERM $pid
		is_dead_with 143 $pid
		alive "$(< child)"
		kill "$(< child)"
		rm child parent
	done
}

@test "TINI_KILL_PROCESS_GROUP does as -g, TINI_VERBOSITY as -v" {
	inits tini
	victim mouse
	export TINI_KILL_PROCESS_GROUP=
	spawn_init tini -- sh -c "'$VICTIM' pid child & exec '$VICTIM' pid parent"
	until_true 5 test -s child -a -s parent
	kill -TERM $pid
	is_dead_with 143 $pid
	until_true 5 dead "$(< child)"
	TINI_VERBOSITY=3 expect 0 tini -- true
	says pid
	TINI_VERBOSITY=0 expect 0 tini -- true
	[ "$output" = $'\n' ]
}

@test "dumb-init: a session of its own, whose group is signalled; TERM to what is left of it at the end" {
	inits dumb-init
	victim mouse
	expect 0 dumb-init -- sh -c 'echo $$; cut -d " " -f 5,6 < /proc/$$/stat'
	set -- $out
	[ "$1" = "$2" ] && [ "$1" = "$3" ]
	spawn_init dumb-init -- sh -c "'$VICTIM' pid child & exec '$VICTIM' pid parent"
	until_true 5 test -s child -a -s parent
	kill -TERM $pid
	is_dead_with 143 $pid
	until_true 5 dead "$(< child)"
	rm child
	expect 5 dumb-init -- sh -c "'$VICTIM' pid child & until [ -s child ]; do :; done; exit 5"
	until_true 5 dead "$(< child)"
}

@test "dumb-init -c and DUMB_INIT_SETSID=0: no session, and the program alone" {
	inits dumb-init
	victim mouse
	own=$(cut -d ' ' -f 6 < /proc/$$/stat)
	expect 0 dumb-init -c -- sh -c 'cut -d " " -f 6 < /proc/$$/stat'
	[ "$out" = "$own" ]
	DUMB_INIT_SETSID=0 expect 0 dumb-init -- sh -c 'cut -d " " -f 6 < /proc/$$/stat'
	[ "$out" = "$own" ]
	spawn_init dumb-init --single-child -- sh -c "'$VICTIM' pid child & exec '$VICTIM' pid parent"
	until_true 5 test -s child -a -s parent
	kill -TERM $pid
	is_dead_with 143 $pid
	alive "$(< child)"
}

@test "dumb-init -r: a signal becomes another, or none" {
	inits dumb-init
	victim mouse
	spawn_init dumb-init -r 15:10 --rewrite 12:0 -- "$VICTIM" log got pid there
	until_true 5 test -s there
	kill -USR2 $pid
	kill -TERM $pid
	until_true 5 grep -qx 'got 10' got
	! grep -q 12 got
	kill -KILL "$(< there)"
	is_dead_with 137 $pid
	for wrong in 15 x:1 15:x 0:15; do
		expect 1 dumb-init -r $wrong -- true
	done
	differs dumb-init "numbers up to 31 only"
	expect 1 dumb-init -r 1:2:3 -- true
	expect 0 dumb-init -r TERM:INT -r RTMIN+3:TERM -- true
}

@test "dumb-init: TSTP stops the session, and itself; CONT goes on with both" {
	inits dumb-init
	victim mouse
	spawn_init dumb-init -- "$VICTIM" pid there
	until_true 5 test -s there
	kill -TSTP $pid
	stopped() { grep -q '^State:.*[Tt] (stopped)' "/proc/$1/status"; }
	until_true 5 stopped $pid
	until_true 5 stopped "$(< there)"
	kill -CONT $pid
	until_true 5 waits $pid
	goes_on() { ! stopped "$(< there)"; }
	until_true 5 goes_on
	kill -TERM $pid
	is_dead_with 143 $pid
}

# ---- the terminal ------------------------------------------------------------------------------------------------------

# COMMAND, on a terminal of its own, which runs ./look: $own pid, $group, $tty of the session (0: none), $front the terminal's group
terminal() {
	cat > look <<- 'SH'
		#!/bin/sh
		cut -d ' ' -f 1,5,7,8 /proc/$$/stat > seen
		test -t 0
	SH
	chmod +x look
	script -qec "$1" /dev/null < /dev/null > log
	read -r own group tty front < seen
}

need_terminal() {
	need_command script
	terminal ./look
	[ "$tty" != 0 ] || skip "no controlling terminal to be had"
}

@test "on a terminal the program stands in the foreground, in a group or session of its own" {
	all_inits
	need_terminal
	for name in "${names[@]}"; do
		terminal "$name -- ./look"
		[ "$group" = "$own" ] && [ "$tty" != 0 ] && [ "$group" = "$front" ]
	done
}

@test "what stands in the background does not take the terminal" {
	inits tini catatonit
	differs tini "takes it"
	differs catatonit "takes it"
	need_terminal
	for name in "${names[@]}"; do
		terminal "bash -mc '$name -- ./look & wait'"
		[ "$tty" != 0 ] && [ "$group" != "$front" ]
	done
}

# ---- orphans -----------------------------------------------------------------------------------------------------------

@test "orphans are reaped: as PID 1, and as what it makes of itself elsewhere" {
	all_inits
	differs tini "elsewhere only with -s"
	differs dumb-init "not elsewhere"
	cat > orphans <<- 'BASH'
		for i in {1..50}; do (true &); done
		for try in {1..200}; do
			[ "$(grep -l "^PPid:.$PPID$" /proc/[0-9]*/status 2> /dev/null)" = "/proc/$$/status" ] && exit 5
		done
	BASH
	for name in "${names[@]}"; do
		expect 5 "$name" -- bash orphans
		# shellcheck disable=SC2086,SC2154 # words
		expect 5 $private "$name" -- bash orphans
	done
}

# INIT...: $cpu nanoseconds of processor that 2,000 orphans cost it as PID 1; its own memory is the same after them
cost_of_orphans() {
	local before after
	# shellcheck disable=SC2086 # words
	read -r cpu before after < <($private env -i "$@" "$T/bench" leave 2000 many 3>&-)
	[ "$after" -le $((before + 4)) ] # (a page may be met for the first time)
}

@test "2,000 orphans cost it less of the processor than they cost tini, and no memory (.ci/run does not skip it)" {
	ours "it is about both"
	[ -z "${OLD-}" ] || skip "it is about this kernel"
	need_plain "it is the instrument's cost"
	applet tini
	need_command musl-gcc
	theirs=$(PATH=/usr/local/bin:/usr/bin:/bin command -v tini) || must tini "no tini beside it"
	[ -e /proc/self/schedstat ] || must tini "no /proc/PID/schedstat"
	musl-gcc -D_GNU_SOURCE -O2 -static -o bench "$TOP/tests/bench.c"
	# in turn: what else the machine does only adds, so the cheapest run of each is the one; nine of them, or, while others are
	# busy, up to four times that
	least= least_of_tini=
	for run in {1..36}; do
		cost_of_orphans "$INITBOX" tini --
		[ "${least:-$cpu}" -lt "$cpu" ] || least=$cpu
		cost_of_orphans "$theirs" --
		[ "${least_of_tini:-$cpu}" -lt "$cpu" ] || least_of_tini=$cpu
		[ $run -lt 9 ] || [ "$least" -ge "$least_of_tini" ] || break
	done
	echo "# $((least / 1000)) us, tini $((least_of_tini / 1000)) us, after $run runs" >&3
	[ "$least" -lt "$least_of_tini" ]
}

# INIT...: $own KiB of memory while its program sleeps
own_memory() {
	spawn env -i "$@" sleep 60
	until_true 5 waits "$pid"
	own=$("$T/bench" own "$pid")
	kill -TERM "$pid"
	is_dead_with 143 "$pid"
}

@test "its own memory is at most 40 KiB, and less than that of the tool of its name" {
	ours "it is about both"
	need_plain "it is the instrument's memory"
	all_inits
	need_command musl-gcc
	musl-gcc -D_GNU_SOURCE -O2 -static -o bench "$TOP/tests/bench.c"
	for name in "${names[@]}"; do
		own_memory "$BATS_FILE_TMPDIR/bin/$name" --
		ours=$own
		echo "$name: $ours"
		[ "$ours" -gt 0 ] && [ "$ours" -le 40 ]
		! theirs=$(PATH=/usr/local/bin:/usr/bin:/bin command -v $name) || {
			own_memory "$theirs" --
			echo "theirs: $own"
			[ "$ours" -lt "$own" ]
		}
	done
}

@test "-w tells of each" {
	inits tini
	expect 0 tini -s -w -- bash -c '(bash -c "until [ -e go ]; do :; done" & echo $! > orphan); : > go
		until [ ! -e "/proc/$(< orphan)" ]; do :; done'
	says eaped
	says "$(< orphan)"
}

@test "-p: it gets the signal when its parent dies" {
	inits tini
	victim mouse
	bash -c "tini -p SIGTERM -- '$VICTIM' pid there & echo \$! > init; until [ -s there ]; do :; done"
	until_true 5 dead "$(< init)"
	until_true 5 dead "$(< there)"
	expect 1 tini -p NOSUCH -- true
}

@test "nothing wakes it while nothing happens" {
	all_inits
	differs tini "each second"
	need_command strace
	for name in "${names[@]}"; do
		spawn_init "$name" -- sleep 60
		strace -qq -o calls -p $pid 3>&- &
		until_true 5 grep -q '^TracerPid:.*[1-9]' "/proc/$pid/status"
		# strace's coming woke it
		read -r -t 1 < <(exec sleep 4) || :
		before=$(< calls)
		read -r -t 3 < <(exec sleep 4) || :
		[ "$before" = "$(< calls)" ]
		kill -TERM $pid
		is_dead_with 143 $pid
	done
}

# ---- what is left ------------------------------------------------------------------------------------------------------

@test "-a stays until the last has ended, with the program's status" {
	ours "has no such thing"
	all_inits
	for name in "${names[@]}"; do
		rm -f done go begun
		expect 3 "$name" -a -- bash -c 'setsid bash -c ": > begun; until [ -e go ]; do :; done; : > done" &
			until [ -e begun ]; do :; done; : > go; exit 3'
		[ -e done ]
	done
}

@test "-k: what is left gets TERM, and in the end KILL, also what it leaves behind" {
	ours "has no such thing"
	all_inits
	victim mouse
	for name in "${names[@]}"; do
		rm -f one two
		expect 3 "$name" -k 0.3 -- bash -c "setsid '$VICTIM' pid one ignore 15 & setsid '$VICTIM' pid two & until [ -s one -a -s two ]; do :; done; exit 3"
		dead "$(< one)"
		dead "$(< two)"
		rm -f one
		spawn_init "$name" -k 0.3 -- "$VICTIM" ignore 15 pid one
		until_true 5 test -s one
		kill -TERM $pid
		is_dead_with 137 $pid
		dead "$(< one)"
	done
}

@test "-k as PID 1: whoever is there is what is left" {
	ours "has no such thing"
	all_inits
	victim mouse
	for name in "${names[@]}"; do
		rm -f one
		# shellcheck disable=SC2086 # words
		expect 3 $private "$name" -k 0.3 -- bash -c "setsid '$VICTIM' pid one ignore 15 & until [ -s one ]; do :; done; exit 3"
		[ -s one ]
		! grep -qsx mouse /proc/[0-9]*/comm
	done
}

@test "-k without a /proc to look at: that what is left cannot be ended is told" {
	ours "has no such thing"
	need_root
	inits tini
	expect 3 unshare -m sh -c 'umount -l /proc; exec "$0" -s -k 0.3 -- sh -c "exit 3"' "$(command -v tini)"
	[[ $output == *'tini: what is left: /proc/self/task/'*'/children: No such file or directory'* ]]
}

@test "-v tells what is passed on" {
	ours "it has words of its own"
	inits tini
	victim mouse
	spawn_init bash -c 'exec tini -s -v -- "$0" exit-on 12 4 pid child 2> told' "$VICTIM"
	until_true 5 test -s child
	kill -USR2 $pid
	is_dead_with 4 $pid
	grep -qx 'tini: passes on USR2' told
}

@test "their long names" {
	ours "has no such thing"
	need OPT_LONG
	all_inits
	for name in "${names[@]}"; do
		expect 3 "$name" --stay --kill-after 1s --delay=500ms -- sh -c 'exit 3'
		expect 1 "$name" --kill-after 1x -- true
		expect 1 "$name" --delay -- true
	done
}

@test "-d: TERM is passed on so much later, others at once" {
	ours "has no such thing"
	all_inits
	victim mouse
	for name in "${names[@]}"; do
		rm -f there got
		spawn_init "$name" -d 500ms -- "$VICTIM" log got pid there
		until_true 5 test -s there
		before=${EPOCHREALTIME/./}
		kill -TERM $pid
		kill -HUP $pid
		until_true 5 grep -qx 'got 01' got
		! grep -q 15 got
		until_true 5 grep -qx 'got 15' got
		[ $((${EPOCHREALTIME/./} - before)) -ge 450000 ]
		kill -KILL "$(< there)"
		is_dead_with 137 $pid
	done
}

# ---- names -------------------------------------------------------------------------------------------------------------

@test "the version is what docker and podman look for" {
	all_inits
	for name in "${names[@]}"; do
		case $name in
		tini) expect 0 tini --version; [[ $out = 'tini version '* ]] ;;
		dumb-init) expect 0 dumb-init -V; [[ $err = 'dumb-init v'* ]] ;;
		catatonit) expect 0 catatonit -V; [[ $out = 'tini version '*_catatonit ]] ;;
		esac
	done
	[ -n "${AGAINST-}" ] || { applet docker-init; expect 0 docker-init --version; [[ $out = 'tini version '* ]]; }
}

@test "catatonit -P runs nothing, until TERM or INT" {
	inits catatonit
	for signal in TERM INT; do
		spawn_init catatonit -P
		kill -HUP $pid
		kill -$signal $pid
		is_dead_with 0 $pid
	done
}

@test "catatonit keeps none of the program's files open, and passes sockets on" {
	inits catatonit
	: > file
	spawn_init env LISTEN_FDS=1 bash -c 'exec 3< file; export LISTEN_PID=$$; exec catatonit -- bash -c '\''
		[ $LISTEN_PID = $$ ] && [ -e /proc/$$/fd/3 ] && : > right
		exec sleep 60'\'
	until_true 5 test -e right
	until_true 5 test ! -e /proc/$pid/fd/3
	kill $pid
	is_dead_with 143 $pid
}
