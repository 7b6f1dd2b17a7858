#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# pkill and pidwait: whom they hit, with what, and what they say. What they find is pgrep.bats'.
# against: procps busybox toybox
load helper
load peers
load pgrep

prepare() {
	applet pkill
}

# ---- whom ---------------------------------------------------------------------------------------------------------

@test "all that match get TERM, and no other" {
	running mouse; local a=$pid
	running dormouse; local b=$pid
	running rat
	expect 0 pkill ouse
	is "$output" $'\n'
	hits "$a" "$b"
	misses "$pid"
}

@test "nobody that matches: the status is 1" {
	running mouse
	expect 1 pkill nosuch
	is "$output" $'\n'
	misses "$pid"
}

@test "-x, and a daemon that was started by its path" {
	differs busybox "compares the path too"
	running mouse; local a=$pid
	running dormouse
	expect 1 pkill -x ous
	expect 0 pkill -x mouse
	hits "$a"
	misses "$pid"
}

@test "-P: the children, and not who has them" {
	running mouse child
	local child
	child=$(child_of "$pid")
	expect 0 pkill -P "$pid"
	hits "$child"
	misses "$pid"
}

@test "-f: by the command line" {
	[ "${AGAINST-}" ] || need REGEX
	called mouse impostor say one say two; local a=$pid
	called mouse impostor say one say three
	expect 0 pkill -f 'say one say two'
	hits "$a"
	misses "$pid"
}

@test "-n hits the newest and -o the oldest" {
	differs "busybox toybox" "goes by the order of pids"
	running mouse; local a=$pid
	until_true 5 another_tick "$a"
	running mouse; local b=$pid
	until_true 5 another_tick "$b"
	running mouse
	expect 0 pkill -n mouse
	hits "$pid"
	misses "$a" "$b"
	expect 0 pkill -o mouse
	hits "$a"
	misses "$b"
}

@test "an empty pattern is refused, and nobody is signalled" {
	differs "procps busybox toybox" "signals everybody"
	running mouse
	expect 2 pkill ''
	says "the pattern is empty"
	expect 2 pkill -u root ''
	expect 2 pkill -9 -x ''
	misses "$pid"
}

@test "no pattern and no criterion is refused, and nobody is signalled" {
	differs "procps busybox toybox" "signals the newest, or exits with 1"
	running mouse
	expect 2 pkill
	expect 2 pkill -9
	expect 2 pkill -n
	expect 2 pkill --inverse
	misses "$pid"
}

@test "a pattern that everybody matches spares PID 1, who called it and itself" {
	[ "${AGAINST-}" ] || need REGEX
	ours "they end all there is"
	need_root
	victim mouse
	cat > script <<- 'SCRIPT'
		"$1" pid ready &
		until [ -e ready ]; do :; done
		sh -c 'pkill -KILL .; echo $? > status; :'
		kill -0 $! 2> /dev/null || echo hit > hit
		echo lives > lives
	SCRIPT
	expect 0 unshare -fpm --mount-proc --kill-child bash -c 'bash script "$1"; echo lives > first' bash "$VICTIM"
	is "$(cat status)" 0
	is "$(cat lives)" lives
	is "$(cat first)" lives
}

@test "a script that is called by its own name is spared" {
	ours "they signal their own callers"
	printf '#!%s\n' "$(command -v bash)" > mouse
	# shellcheck disable=SC2016
	echo 'pkill -x mouse; echo $? > status; exit' >> mouse
	chmod 755 mouse
	cp mouse script
	running mouse
	cp script "$T/mouse"
	expect 0 "$T/mouse"
	is "$(cat status)" 0
	hits "$pid"
}

@test "a zombie is nobody" {
	differs "procps busybox toybox" "signals it"
	zombie ghost
	expect 1 pkill -x ghost
}

@test "kernel threads are nobody" {
	ours "they signal them"
	[ "$(comm 2)" = kthreadd ] || skip "none here"
	expect 1 pkill -0 kthreadd
}

@test "a process in a pid namespace below ours is not hit, unless --ns asks for it" {
	ours "they hit it"
	need_root
	need PGREP_MORE
	victim mouse
	spawn unshare -fp --kill-child "$VICTIM" exit-on 15 0 pid ready
	until_true 5 test -e ready
	local inner
	inner=$(child_of "$pid")
	expect 1 pkill -x mouse
	misses "$inner"
	expect 0 pkill --ns "$inner" -x mouse
	hits "$inner"
}

# ---- signals ------------------------------------------------------------------------------------------------------

got() {
	running mouse log got
	expect 0 pkill "${@:2}"
	until_true 5 grep -q . got
	is "$(cat got)" "got $1"
	rm got
	kill -KILL "$pid"
}

@test "-SIGNAL: by name with and without SIG, in any case, and by number" {
	differs toybox "takes -USR1 for -U"
	got 10 -USR1 mouse
	got 10 -SIGUSR1 mouse
	got 10 -10 mouse
	got 10 -usr1 mouse
	got 01 -HUP -P $$ mouse
}

@test "-SIGNAL behind other options, and behind the pattern" {
	differs busybox "takes it first only"
	differs toybox "takes it first only"
	got 10 -x -USR1 mouse
	got 10 mouse -USR1
	got 01 mouse -x -1
}

@test "--signal" {
	differs "busybox toybox" "has none"
	need OPT_LONG
	got 10 --signal USR1 mouse
	got 10 --signal=10 mouse
}

@test "-KILL and -9 end who does not mind TERM" {
	local how
	for how in -9 -KILL -SIGKILL; do
		running mouse ignore 15
		expect 0 pkill mouse
		expect 0 pkill "$how" mouse
		hits "$pid"
	done
}

@test "-0 signals nobody and tells by its status" {
	differs toybox "refuses it"
	running mouse
	expect 0 pkill -0 mouse
	expect 1 pkill -0 nosuch
	misses "$pid"
}

@test "a signal that is none ends it with status 2, and nobody is signalled" {
	differs "procps busybox toybox" "exits with another"
	running mouse
	local s
	for s in NOPE 65 18x TERMX SIG ''; do
		expect 2 pkill --signal "$s" mouse
	done
	for s in -NOPE -65 -18x -TERMX -SIG; do
		expect 2 pkill "$s" mouse
	done
	misses "$pid"
}

@test "-q sends a value with the signal" {
	differs "busybox toybox" "has none"
	need_command perl
	[ "${AGAINST-}" ] || need PGREP_MORE
	cp "$(command -v perl)" mouse
	# the value is not perl's to see, but its sender: SI_QUEUE
	./mouse -e 'use POSIX;
		sigaction(SIGUSR1, POSIX::SigAction->new(sub { open(F, ">", "got.new"); print F $_[1]{code}; close F;
			rename("got.new", "got") }, POSIX::SigSet->new, SA_SIGINFO)) or die;
		open(U, ">", "up"); close U; sleep 1 while 1' 3>&- &
	until_true 5 test -e up
	expect 0 pkill -USR1 -q 42 -x mouse
	until_true 5 test -e got
	is "$(cat got)" -1
	differs procps "takes any text"
	expect 2 pkill -q x mouse
}

# ---- output and statuses ------------------------------------------------------------------------------------------

@test "-e tells who was signalled" {
	differs busybox "tells argv[0]"
	differs toybox "has no -e"
	running mouse ignore 15; local a=$pid
	running mouse ignore 15
	expect 0 pkill -e mouse
	is "$out" "mouse killed (pid $a)"$'\n'"mouse killed (pid $pid)"
	expect 1 pkill -e nosuch
	is "$output" $'\n'
}

@test "-e tells the name also where no name was asked for" {
	differs procps "tells none"
	differs busybox "tells argv[0]"
	differs toybox "has no -e"
	running mouse child
	local child
	child=$(child_of "$pid")
	expect 0 pkill -e -P "$pid"
	is "$out" "mouse killed (pid $child)"
	hits "$child"
}

@test "-c prints how many matched" {
	differs "busybox toybox" "has no -c"
	running mouse child
	expect 0 pkill -c -0 mouse
	is "$out" 2
	expect 1 pkill -c -0 nosuch
	is "$out" 0
}

@test "who may not be signalled is told, and the status is 1 if nobody was" {
	differs "busybox toybox" "has other words"
	need_root
	running mouse
	expect 1 as_nobody pkill -x mouse
	is "$err" "pkill: killing pid $pid failed: Operation not permitted"
	misses "$pid"
}

@test "one that was signalled is enough for status 0, and the others are told" {
	differs "busybox toybox" "has other words"
	need_root
	running mouse; local a=$pid
	chmod a+rx "$BATS_TEST_TMPDIR" "$VICTIM"
	spawn setpriv --reuid=65534 --regid=65534 --clear-groups "$VICTIM"
	until_true 5 grep -qx mouse "/proc/$pid/comm"
	expect 0 as_nobody pkill -x mouse
	is "$err" "pkill: killing pid $a failed: Operation not permitted"
	hits "$pid"
	misses "$a"
}

@test "-v is no letter of pkill's; --inverse signals all others" {
	differs "busybox toybox" "has it"
	need OPT_LONG
	running mouse child; local a=$pid
	local child
	child=$(child_of "$a")
	expect 2 pkill -v mouse
	misses "$a"
	kill -STOP "$child"
	running rat child
	expect 0 pkill -0 -e --inverse -x mouse
	says "rat killed (pid $pid)"
	says_not "mouse killed"
}

@test "-F: a pidfile of another user must not be the only reason to signal" {
	differs procps "signals"
	differs "busybox toybox" "has no -F"
	need_root
	need PGREP_MORE
	running mouse
	echo "$pid" > pidfile
	chown 65534 pidfile
	expect 1 pkill -F pidfile
	says "belongs to another user"
	misses "$pid"
	expect 0 pkill -F pidfile -u root
	hits "$pid"
}

@test "-F: who called it is meant when a pidfile names it, PID 1 never" {
	differs "busybox toybox" "has no -F"
	[ "${AGAINST-}" ] || need PGREP_MORE
	echo $$ > pidfile
	expect 0 pkill -0 -F pidfile
	differs procps "signals PID 1"
	echo 1 > pidfile
	expect 1 pkill -0 -F pidfile
}

@test "with too few descriptors it says so, and nobody is signalled" {
	differs "procps busybox toybox" "needs none"
	running mouse many 20
	local p
	p=$(cat "/proc/$pid/task/$pid/children")
	expect 3 bash -c 'ulimit -n 16; exec pkill mouse'
	says "Too many open files"
	# shellcheck disable=SC2086 # pids
	misses "$pid" $p
}

@test "a thousand are hit" {
	running mouse many 1000; local a=$pid
	local p
	p=$(cat "/proc/$pid/task/$pid/children")
	expect 0 pkill mouse
	# shellcheck disable=SC2086 # pids
	hits "$a" $p
}

@test "without /proc it says so, and exits with 3" {
	differs "procps busybox toybox" "exits with 1"
	need_root
	running mouse
	expect 3 unshare -m sh -c 'mount -t tmpfs none /proc && exec pkill mouse'
	says "cannot look at all processes"
	misses "$pid"
}

# ---- pidwait ------------------------------------------------------------------------------------------------------

@test "pidwait waits for the end of all that match" {
	differs "busybox toybox" "has none"
	applet pidwait
	running mouse; local a=$pid
	running mouse
	pidwait mouse 3>&- &
	local waiter=$!
	until_true 5 holds_two "$waiter"
	kill "$a"
	until_true 5 dead "$a"
	alive "$waiter"
	kill "$pid"
	until_true 5 dead "$waiter"
	wait "$waiter"
}

# it has come to where it waits: with two or more descriptors beside those that it was given
holds_two() {
	[ "$(ls "/proc/$1/fd" | wc -l)" -ge 5 ] && grep -q '^State:.S' "/proc/$1/status"
}

@test "pidwait -e tells whom it waits for; nobody is status 1" {
	differs "busybox toybox" "has none"
	applet pidwait
	victim mouse
	spawn "$VICTIM" wait 300 exit 0
	until_true 5 grep -qx mouse "/proc/$pid/comm"
	expect 0 pidwait -e -x mouse
	is "$out" "waiting for mouse (pid $pid)"
	expect 1 pidwait -x mouse
	is "$output" $'\n'
}

@test "pidwait does not wait for who called it, nor for the dead" {
	ours "it waits for its caller"
	applet pidwait
	printf '#!%s\n' "$(command -v bash)" > mouse
	echo 'pidwait -x mouse; echo $? > status; exit' >> mouse
	chmod 755 mouse
	expect 0 ./mouse
	is "$(cat status)" 1
	zombie ghost
	expect 1 pidwait -x ghost
}
