#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# killall5: whom it reaches and whom it spares, that nobody gets away, and that nobody stays stopped.
# against: sysvinit busybox toybox
load helper
load peers

prepare() {
	[ "${AGAINST-}" != busybox ] || busybox --list | grep -qx killall5 || skip "busybox: built without it"
	applet killall5
	mkdir "$BATS_TEST_TMPDIR/world"
	export T BATS_FILE_TMPDIR
	URG=$(kill -l URG) # ignored by who does not ask for it
	# $slowly killall5: one that does nothing for half a second when it has stopped all
	slowly="strace -qq -f -o $T/calls -e trace=getdents64 -e inject=getdents64:delay_enter=500000:when=3"
	export URG slowly
}

# It hits all there are, so each test has a world of its own: a pid namespace whose PID 1 is a shell that does what comes in.
# There `mine NAME WORD...` and `other NAME WORD...` are victims of the shell's session, and of their own: $pid.

# PID 1 leads a session
world() {
	inside setsid
}

# its session comes from outside, and has the number 0
container() {
	inside
}

inside() {
	declare -f > "$BATS_TEST_TMPDIR/functions"
	# shellcheck disable=SC2086,SC2154 # words
	expect 0 env "BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/world" $private "$@" bash -eE -c ". '$BATS_TEST_TMPDIR/functions'
		trap 'echo \"failed: \$BASH_COMMAND\"' ERR
		$(cat)"
}

mine() {
	running "$@"
}

other() {
	apart "$@"
}

# its state, as in stat
now() {
	local line
	read -r line < "/proc/$1/stat"
	line=${line##*) }
	[ "${line%% *}" = "$2" ]
}

stopped() {
	now "$1" T
}

# as until_true, with nobody who could be stopped
until_now() {
	local end=$((SECONDS + 6))
	until "$@"; do
		((SECONDS < end)) || { echo "did not come true: $*"; return 1; }
	done
}

# PID...: they live on, and are not stopped
go_on() {
	local p
	for p; do
		until_true 5 now "$p" S
	done
}

# SIGNAL OPTION...: that is what another one gets
got() {
	other mouse log got
	expect 0 killall5 "${@:2}"
	until_true 5 grep -q . got
	is "$(cat got)" "got $1"
	rm got
	kill -KILL "$pid"
	until_true 5 dead "$pid"
}

# $user CMD...: by a user, who has a copy of it, and may write here
for_users() {
	need_root
	need_command setpriv
	as_nobody true
	chmod 777 "$T"
	export PATH=$T/nobody:$PATH user='setpriv --reuid=65534 --regid=65534 --clear-groups'
}

# ---- whom it reaches ----------------------------------------------------------------------------------------------

@test "all processes of other sessions get TERM" {
	differs sysvinit "KILL"
	differs toybox "signals nobody"
	world <<- 'WORLD'
		other mouse; a=$pid
		got 15
		other rat log rats
		expect 0 killall5
		is "$output" $'\n'
		hits $a
		until_true 5 grep -q 'got 15' rats
	WORLD
}

@test "its own session, and PID 1, are spared" {
	differs toybox "signals nobody"
	world <<- 'WORLD'
		mine mouse; a=$pid
		other rat; b=$pid
		bash -c 'killall5 -9; echo $? > status; :' | cat > caller
		hits $b
		misses $a
		is "$(cat status)" 0
	WORLD
}

@test "a script in a session of its own goes on, and all of PID 1's session but PID 1 is reached" {
	differs toybox "signals nobody"
	world <<- 'WORLD'
		mine mouse; a=$pid
		setsid -w bash -c 'echo | killall5 -9 | cat; echo on > went; :'
		hits $a
		is "$(cat went)" on
	WORLD
}

@test "who called it from another session is not spared" {
	differs toybox "signals nobody"
	world <<- 'WORLD'
		other mouse; a=$pid
		setsid bash -c 'setsid -w killall5 -9; echo on > went' &
		wait $! || status=$?
		is $status 137
		[ ! -e went ]
		until_now dead $a # killall5 may be about still: it would hit a sleep
	WORLD
}

@test "where the session is from outside, its callers are spared, and others whose session is 0 are not" {
	differs "sysvinit busybox" "spares all sessions from outside"
	differs toybox "signals nobody"
	container <<- 'WORLD'
		mine mouse; a=$pid
		other rat; b=$pid
		bash -c 'bash -c "killall5 -9; echo \$? > status; :"; echo on > went; :'
		hits $a $b
		is "$(cat status)" 0
		is "$(cat went)" on
	WORLD
}

@test "without anybody to be signalled the status is 2" {
	differs toybox "it is 0"
	world <<- 'WORLD'
		mine mouse
		expect 2 killall5 -9
		is "$output" $'\n'
		misses $pid
	WORLD
}

@test "a zombie is nobody" {
	differs toybox "signals nobody"
	world <<- 'WORLD'
		victim mouse
		(setsid "$VICTIM" pid ghost & exec "$VICTIM") & # of our session, and never waits for it
		until_true 5 test -s ghost
		ghost=$(< ghost)
		kill -KILL $ghost
		until_true 5 now $ghost Z
		expect 2 killall5 -9
	WORLD
}

@test "processes of an inner pid namespace are spared" {
	differs sysvinit "signals them"
	differs toybox "signals nobody"
	need_root
	world <<- 'WORLD'
		victim mouse
		spawn setsid unshare -fp "$VICTIM" pid ready
		until_true 5 test -e ready
		inner=$(child_of $pid)
		other rat
		expect 0 killall5 -9
		hits $pid
		misses $inner
	WORLD
}

@test "nobody's command line is read: that can hang" {
	ours "they read it"
	need_command strace
	world <<- 'WORLD'
		other mouse
		expect 0 strace -f -o calls -e trace=openat killall5 -$URG
		grep -q '"/proc/.*/stat"' calls
		! grep -q cmdline calls
	WORLD
}

@test "of a thousand processes each is reached, with hardly a descriptor" {
	differs toybox "signals nobody"
	world <<- 'WORLD'
		other mouse many 999
		(ulimit -n 16; expect 0 killall5 -9)
		until_true 10 eval '! pidof mouse > /dev/null'
	WORLD
}

# ---- -o -----------------------------------------------------------------------------------------------------------

@test "-o leaves out a process, and many times as many" {
	differs toybox "signals nobody"
	world <<- 'WORLD'
		other mouse; a=$pid
		other mouse; b=$pid
		other rat; c=$pid
		expect 0 killall5 -9 -o $a -o $b
		hits $c
		misses $a $b
	WORLD
}

@test "-o takes lists, and %PPID" {
	differs "toybox busybox" "one PID each"
	differs sysvinit "does not know %PPID here"
	world <<- 'WORLD'
		other mouse; a=$pid
		other mouse; b=$pid
		other mouse; c=$pid
		other rat; d=$pid
		setsid -w bash -c "echo \$\$ > caller; setsid -w killall5 -9 -o '$a,$b;1:$c' -o %PPID; echo on > went"
		hits $d
		misses $a $b $c
		is "$(cat went)" on
	WORLD
}

@test "-o may stand before the signal" {
	differs "sysvinit busybox toybox" "takes the signal first"
	world <<- 'WORLD'
		other mouse; a=$pid
		other rat; b=$pid
		expect 0 killall5 -o $a -9
		expect 2 killall5 -o$a -o $b 9
		hits $b
		misses $a
	WORLD
}

@test "an empty -o leaves out nobody, as of a program that does not run" {
	differs toybox "signals nobody"
	differs busybox "is an error"
	world <<- 'WORLD'
		other rat
		expect 0 killall5 -9 -o ""
		hits $pid
	WORLD
}

@test "an -o that is no list of pids ends it with status 1, and nobody is signalled" {
	differs sysvinit "passes over it, and signals who was meant"
	differs toybox "signals nobody"
	world <<- 'WORLD'
		other rat
		for o in x 12x "12 13" 1,x 99999999999 -1 %PPIDx; do
			expect 1 killall5 -9 -o "$o"
			says "'$o'"
		done
		misses $pid
	WORLD
}

@test "more pids than it can keep in mind are an error, and nobody is signalled" {
	ours "no such limit"
	world <<- 'WORLD'
		other rat
		expect 1 killall5 -9 -o "$(seq -s, 100000 100256)"
		misses $pid
		expect 0 killall5 -9 -o "$(seq -s, 100000 100255)"
		hits $pid
	WORLD
}

# ---- signals ------------------------------------------------------------------------------------------------------

@test "-NUMBER, and the number alone" {
	differs toybox "signals nobody"
	differs busybox "no bare number"
	world <<- 'WORLD'
		got 10 -10
		got 10 10
		got 01 -1
	WORLD
}

@test "-SIGNAL and -s: by name with and without SIG, in any case, and by number" {
	differs sysvinit "numbers only"
	differs toybox "signals nobody"
	world <<- 'WORLD'
		for o in -USR1 -SIGUSR1 -usr1 "-s USR1" "-s 10" -sUSR1; do got 10 $o; done
		got 02 -int
	WORLD
}

@test "--signal" {
	differs "sysvinit busybox toybox" "no long options"
	world <<- 'WORLD'
		got 10 --signal=USR1
		got 10 --signal USR1
	WORLD
}

@test "real-time signals by name" {
	need SIGNAL_NAMES
	differs "sysvinit busybox toybox" "numbers up to 31; may lack them"
	world <<- 'WORLD'
		other mouse
		expect 0 killall5 -RTMIN+1
		hits $pid
	WORLD
}

@test "-0 signals nobody, and tells whether there is anybody" {
	differs sysvinit "is no signal"
	differs toybox "it is 0"
	world <<- 'WORLD'
		expect 2 killall5 -0
		other mouse
		expect 0 killall5 -0
		go_on $pid
	WORLD
}

@test "what is no signal ends it with status 1, and nobody is signalled" {
	differs toybox "it is 0"
	differs sysvinit "takes 18x for 18, a name for 0, and signals"
	world <<- 'WORLD'
		other mouse
		for o in -NOPE -65 -18x -TERMX -SIG NOPE 65 mouse -Y; do
			expect 1 killall5 $o
			[ "$AGAINST" ] || says "Try 'killall5 --help'"
		done
		for o in "" NOPE 65; do
			expect 1 killall5 -s "$o"
		done
		expect 1 killall5 -s
		misses $pid
	WORLD
}

@test "a name of a process, a signal's name and a second number are no operands" {
	differs toybox "it is 0"
	differs sysvinit "9 1234 is an error, too, but -9 1234 goes on"
	differs busybox "takes operands for omitted pids or passes over them"
	world <<- 'WORLD'
		other mouse
		for o in mouse TERM "9 1234" "-9 1234" "-s 9 15" "9 9" -- "-- x"; do
			[ "$o" = -- ] || expect 1 killall5 $o
		done
		misses $pid
	WORLD
}

@test "-l lists the names of signals as killall's does" {
	need SIGNAL_NAMES KILLALL
	differs sysvinit "has no -l"
	differs toybox "has its own list"
	applet killall
	world <<- 'WORLD'
		other mouse
		expect 0 killall -l
		list=$out
		expect 0 killall5 -l
		is "$out" "$list"
		expect 0 killall5 -9 -l 9 TERM 143
		is "$out" $'KILL\n15\nTERM'
		expect 1 killall5 --list NOPE
		says "killall5 -l lists"
		misses $pid
	WORLD
}

@test "--help and --version are answers on stdout, and nobody is signalled" {
	ours "others have other places for it"
	world <<- 'WORLD'
		other mouse
		expect 0 killall5 --help
		is "$err" ""
		says "Usage: killall5"
		expect 0 killall5 --version
		is "$err" ""
		says killall5
		misses $pid
	WORLD
}

@test "-STOP stops them, and -CONT lets them go on" {
	differs sysvinit "lets them go on at once"
	differs toybox "signals nobody"
	world <<- 'WORLD'
		other mouse; a=$pid
		other rat
		mine cat
		expect 0 killall5 -$(kill -l STOP)
		until_true 5 stopped $a
		until_true 5 stopped $(pidof rat)
		go_on $(pidof cat)
		expect 0 killall5 -$(kill -l CONT)
		go_on $a $(pidof rat)
	WORLD
}

# ---- nobody gets away ---------------------------------------------------------------------------------------------

@test "who forks and forks is ended" {
	differs toybox "signals nobody"
	differs "sysvinit busybox" "at times one gets away"
	world <<- 'WORLD'
		trap "" CHLD
		for i in 1 2 3 4 5; do
			other mouse; a=$pid
			victim breeder
			for n in 1 2 3; do setsid "$VICTIM" breed & done
			victim hopper
			for n in 1 2; do setsid "$VICTIM" hop & done
			until_true 5 pidof breeder hopper > /dev/null
			expect 0 killall5 -15
			hits $a
			until_true 5 eval "! pidof breeder hopper > /dev/null"
		done
	WORLD
}

@test "KILL ends who forks and forks also with -o" {
	differs "sysvinit busybox toybox" "some get away"
	world <<- 'WORLD'
		trap "" CHLD
		other mouse; a=$pid
		for i in 1 2 3 4 5; do
			victim hopper
			for n in 1 2 3; do setsid "$VICTIM" hop & done
			until_true 5 pidof hopper > /dev/null
			expect 0 killall5 -9 -o $a
			! pidof hopper
		done
		misses $a
	WORLD
}

@test "after KILL all are dead when it is back" {
	differs "sysvinit busybox toybox" "it does not look"
	world <<- 'WORLD'
		for i in 1 2 3 4 5; do
			other mouse many 50
			expect 0 killall5 -9
			for p in /proc/[0-9]*; do
				[ "${p#/proc/}" = 1 ] || [ "${p#/proc/}" = $BASHPID ] || dead "${p#/proc/}"
			done
		done
	WORLD
}

@test "all are stopped before the first is signalled, and nothing is written before they go on" {
	ours "they have their own order"
	need_command strace
	for_users
	# shellcheck disable=SC2016 # the inner shell's
	world <<- 'WORLD'
		other keeper
		for n in 1 2 3; do $user setsid "$VICTIM" & disown; done
		until_true 5 eval '[ $(pidof keeper | wc -w) = 4 ]'
		setsid cat < /dev/zero > /dev/null & disown
		expect 1 strace -f -e trace=kill,pidfd_send_signal,write -o calls $user killall5 -10
		says "not permitted"
		sed -n 's/.*SIG\(STOP\|USR1\|CONT\)\(, NULL, 0\)\{0,1\}) *= 0.*/\1/p; s/.*write(2.*/write/p' calls | uniq > order
		is "$(tr '\n' ' ' < order)" "STOP USR1 CONT write "
	WORLD
}

@test "nobody is stopped for -CONT and -0, nor with -o" {
	ours "they have their own order"
	need_command strace
	world <<- 'WORLD'
		other mouse
		for o in -CONT -0 "-$URG -o 1"; do
			expect 0 strace -f -o calls -e trace=kill,pidfd_send_signal killall5 $o
			! grep STOP calls
		done
		expect 0 strace -f -o calls -e trace=kill,pidfd_send_signal killall5 -STOP
		! grep CONT calls
	WORLD
}

# ---- nobody stays stopped -----------------------------------------------------------------------------------------

@test "who was stopped before goes on, and so meets its signal; with -o it stays" {
	differs toybox "signals nobody"
	differs "sysvinit busybox" "before 3.07: goes on also with -o"
	world <<- 'WORLD'
		other mouse; a=$pid
		other rat; b=$pid
		kill -STOP $a $b
		until_true 5 stopped $a
		until_true 5 stopped $b
		expect 0 killall5 -15 -o $b
		now $a T
		expect 0 killall5 -15
		hits $a $b
	WORLD
}

@test "the caller is killed in the middle, and they go on" {
	ours "strace would be stopped, too"
	need_command strace
	world <<- 'WORLD'
		other mouse; a=$pid
		setsid bash -c '$slowly killall5 -$URG; :' & caller=$!
		disown
		until_now stopped $a
		kill -KILL $caller
		go_on $a
	WORLD
}

@test "killall5 is killed in the middle, and the job is done all the same" {
	ours "strace would be stopped, too"
	need_command strace
	world <<- 'WORLD'
		other mouse log got; a=$pid
		spawn $slowly killall5 -10
		until_true 5 stopped $a
		kill -KILL $(child_of $pid)
		until_true 5 grep -q 'got 10' got
		go_on $a
	WORLD
}

@test "TERM, HUP and INT do not end it in the middle" {
	ours "strace would be stopped, too"
	need_command strace
	world <<- 'WORLD'
		other mouse log got; a=$pid
		spawn $slowly killall5 -10
		until_true 5 stopped $a
		keeper=$(child_of $pid)
		for s in TERM HUP INT; do kill -$s $keeper $(child_of $keeper); done
		wait $pid
		until_true 5 grep -q 'got 10' got
	WORLD
}

@test "its whole group is killed in the middle, as timeout does, and they go on" {
	ours "strace would be stopped, too"
	need_command strace
	world <<- 'WORLD'
		other mouse log got; a=$pid
		spawn timeout -s KILL 60 $slowly killall5 -10
		until_true 5 stopped $a
		kill -KILL -- -$pid
		until_true 5 grep -q 'got 10' got
		go_on $a
	WORLD
}

@test "its working half is killed before any of its calls, and they go on" {
	ours "strace would be stopped, too"
	need_command strace
	world <<- 'WORLD'
		other mouse; a=$pid
		other rat many 3; b=$pid
		said=0
		for call in openat read close getdents64 getpid kill pidfd_send_signal; do
			for when in 1 2 3 4 5 9 17 33; do
				[ "$call$when" != kill1 ] || continue # the other one, too, would be killed before it lets them go on
				status=0
				strace -qq -f -o calls -e trace=$call -e inject=$call:signal=KILL:when=$when killall5 -$URG 2> err ||
					status=$?
				go_on $a $b
				case $status in
				0 | 137) ;;
				1) grep -q "killed; whom it had stopped goes on" err; said=$((said + 1)) ;;
				*) echo "$call $when: $status"; false ;;
				esac
			done
		done
		[ $said -ge 10 ]
	WORLD
}

@test "a look that fails in the middle is told, and they go on" {
	ours "strace would be stopped, too"
	need_command strace
	world <<- 'WORLD'
		other mouse log got; a=$pid
		other rat many 3; b=$pid
		for fault in openat:error=EMFILE:when=16 openat:error=ENFILE:when=31 openat:error=ENOMEM:when=17 \
			getdents64:error=ENOMEM:when=3 read:error=ENOMEM:when=9; do
			expect 1 strace -qq -f -o calls -e inject=$fault killall5 -10
			says "cannot look at all processes"
			grep -q INJECTED calls
			grep -q STOP calls
			go_on $a $b
		done
		[ ! -s got ]
	WORLD
}

@test "without room for one more process it works alone" {
	ours "they do not fork"
	need_command strace
	world <<- 'WORLD'
		other mouse
		expect 0 strace -f -o calls -e inject=fork,clone:error=EAGAIN killall5 -9
		grep -q INJECTED calls
		dead $pid
	WORLD
}

@test "two at once do not stop each other" {
	differs "sysvinit busybox" "they may, for ever"
	differs toybox "signals nobody"
	world <<- 'WORLD'
		other mouse; a=$pid
		for i in {1..60}; do
			all=
			for n in 1 2; do setsid killall5 -$URG & all+=" $!"; done
			until_now eval 'for n in $all; do dead $n || break; done; dead $n'
		done
		go_on $a
	WORLD
}

@test "two at once of a user do not stop each other" {
	ours "they may, for ever"
	for_users
	world <<- 'WORLD'
		mine mouse
		$user setsid "$VICTIM" & disown
		for i in {1..60}; do
			all=
			for n in 1 2; do $user setsid killall5 -$URG 2> /dev/null & all+=" $!"; done
			until_now eval 'for n in $all; do dead $n || break; done; dead $n'
		done
	WORLD
}

@test "a user cannot keep root's from its turn" {
	ours "they take no turns"
	need_command flock
	for_users
	world <<- 'WORLD'
		mkfifo door
		$user setsid flock /proc/self/ns/pid sh -c 'echo > locked; read x < door' & a=$!
		until_true 5 test -e locked
		for file in /proc/*/environ /proc/*/ns/pid /proc/*; do
			$user flock -n "$file" sh -c 'echo > "locked-$$"; read x < door' 2> /dev/null & disown || : # (who was refused may be gone)
		done
		expect 0 timeout 10 killall5 -9
		dead $a
	WORLD
}

@test "-CONT does not wait for one that is stopped itself" {
	ours "they take no turns"
	need_command strace
	world <<- 'WORLD'
		other mouse; a=$pid
		spawn $slowly killall5 -$URG
		until_true 5 stopped $a
		worker=$(child_of $(child_of $pid))
		kill -STOP $worker
		expect 124 timeout 1 killall5 -$URG
		stopped $a
		expect 0 timeout 5 killall5 -CONT
		go_on $a
		kill -CONT $worker
	WORLD
}

# ---- trouble ------------------------------------------------------------------------------------------------------

@test "a user is told that not all are his, and those that are his are signalled" {
	differs "sysvinit busybox" "is silent, and the status is 0"
	differs toybox "signals nobody"
	for_users
	world <<- 'WORLD'
		other mouse; a=$pid
		$user setsid "$VICTIM" & b=$!
		until_true 5 [ /proc/$b/exe -ef "$VICTIM" ]
		expect 1 $user killall5 -15
		is "$err" "killall5: not all signalled: Operation not permitted"
		hits $b
		go_on $a
	WORLD
}

@test "where a user cannot see the others there is nothing to be told" {
	[ "${AGAINST-}" ] || need HIDEPID
	differs toybox "signals nobody"
	for_users
	world <<- 'WORLD'
		other mouse; a=$pid
		for how in 2 1; do
			mount -o remount,hidepid=$how /proc
			$user setsid "$VICTIM" & b=$!
			until_true 5 [ /proc/$b/exe -ef "$VICTIM" ]
			expect 0 $user killall5 -15
			is "$output" $'\n'
			hits $b
			go_on $a
		done
		expect 2 $user killall5 -15
	WORLD
}

@test "without /proc it says that it cannot look, and mounts none" {
	differs sysvinit "mounts one"
	differs "busybox toybox" "is as without anybody"
	need_root
	world <<- 'WORLD'
		other mouse
		while umount -l /proc 2> /dev/null; do :; done # also the outer one below
		expect 1 killall5 -9
		says "cannot look at all processes"
		[ ! -e /proc/self ]
		mount -t proc proc /proc
		go_on $pid
	WORLD
}

@test "without a descriptor to be had it says so, and nobody is stopped or signalled" {
	ours "they need fewer, or say nothing"
	need_plain "its libraries take the descriptors"
	world <<- 'WORLD'
		other mouse log got
		for n in 3 4 5; do
			expect 1 bash -c "ulimit -n $n; exec killall5 -10"
			says "cannot look at all processes"
		done
		go_on $pid
		[ ! -s got ]
	WORLD
}

@test "a caller that ignores SIGCHLD, and closed streams, change nothing" {
	differs toybox "signals nobody"
	world <<- 'WORLD'
		other mouse; a=$pid
		expect 0 bash -c 'trap "" CHLD TERM HUP; exec killall5 -9'
		hits $a
		expect 2 bash -c 'trap "" CHLD TERM HUP; exec killall5 -9'
		other mouse; a=$pid
		killall5 -9 <&- >&- 2>&-
		hits $a
	WORLD
}

@test "a list that cannot be written is no success" {
	differs sysvinit "has no -l"
	differs "busybox toybox" "exits with 0"
	expect 1 bash -c 'killall5 -l > /dev/full'
	says "rror"
}
