#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# pgrep: what is asked less often (PGREP_MORE).
# against: procps
load helper
load peers
load pgrep

prepare() {
	applet pgrep
	[ "${AGAINST-}" ] || need PGREP_MORE
}

# ---- -p, -F, -L ---------------------------------------------------------------------------------------------------

@test "-p: these pids, and what else is asked" {
	differs procps "has no -p yet"
	running mouse; local a=$pid
	running rat
	finds "$a" "$pid" -- -p "$pid,$a"
	finds "$a" -- --pid "$pid,$a" mouse
	finds_nobody -p 999999
	refuses -p x
}

@test "-F: whom a pidfile names, and what else is asked" {
	running mouse
	echo "$pid" > pidfile
	finds "$pid" -- -F pidfile
	finds "$pid" -- --pidfile=pidfile mouse
	finds_nobody -F pidfile rat
}

@test "-F: a pidfile of a dead process finds nobody" {
	running mouse
	echo "$pid" > pidfile
	kill -KILL "$pid"
	until_true 5 gone "$pid"
	finds_nobody -F pidfile
}

gone() {
	[ ! -e "/proc/$1" ]
}

@test "-F: a pidfile that holds no pid, or is none, finds nobody and says why" {
	local text
	for text in -1 0 garbage '' 1x 99999999999; do
		echo "$text" > pidfile
		expect 1 pgrep -F pidfile
		[ "${AGAINST-}" ] || says "pidfile pidfile: no pid in it"
	done
	expect 1 pgrep -F nosuch
	expect 1 pgrep -F /dev/null
	expect 1 pgrep -F "$T"
	differs procps "waits for one to write"
	mkfifo fifo
	expect 1 pgrep -F fifo
}

@test "-F: a pidfile that everybody may write names nobody" {
	differs procps "believes it"
	running mouse
	echo "$pid" > pidfile
	chmod 666 pidfile
	expect 1 pgrep -F pidfile
	says "writable by everybody"
}

@test "-F: a pidfile with an identity is of that process only" {
	need START_STOP_DAEMON_IDENTITY
	differs procps "does not know it"
	running mouse
	printf '%s\n%s %s\n' "$pid" "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 20)" \
		"$(cat /proc/sys/kernel/random/boot_id)" > pidfile
	finds "$pid" -- -F pidfile
	printf '%s\n%s %s\n' "$pid" 1 "$(cat /proc/sys/kernel/random/boot_id)" > pidfile
	finds_nobody -F pidfile
}

@test "-L: the pidfile must be locked, by flock or by fcntl" {
	need_command perl
	running mouse
	echo "$pid" > pidfile
	expect 1 pgrep -L -F pidfile
	[ "${AGAINST-}" ] || says "not locked"
	mkfifo fifo
	flock pidfile sh -c 'echo > up; read -r line < fifo' 3>&- &
	until_true 5 test -s up
	finds "$pid" -- -L -F pidfile
	echo > fifo
	until_true 5 not_locked
	perl -e 'use Fcntl; open(F, "+<", "pidfile") or die;
		my $lock = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);
		fcntl(F, F_SETLK, $lock) or die "lock";
		open(U, ">", "locked"); close U; sleep 1000' 3>&- &
	until_true 5 test -e locked
	finds "$pid" -- --logpidfile -F pidfile
}

not_locked() {
	flock -n pidfile true
}

@test "-L without -F is wrong" {
	refuses -L mouse
}

# ---- age, state, terminal -----------------------------------------------------------------------------------------

@test "-O: so old, or older" {
	running mouse
	finds "$pid" -- -O 0 mouse
	finds_nobody --older 100000 mouse
	until_true 5 pgrep -c -O 1 mouse
	expect 0 pgrep -O 0
	differs procps "takes any text"
	refuses -O x mouse
	refuses -O 1.5 mouse
}

@test "-O counts from a process's start" {
	running mouse
	local start=$SECONDS
	until_true 9 pgrep -c -O 2 mouse
	[ $((SECONDS - start)) -ge 1 ]
}

@test "-r: in one of these states" {
	zombie mouse
	finds "$zombie" -- -r Z mouse
	finds "$zombie" -- --runstates D,Z mouse
	finds_nobody -r S,R,D mouse
}

@test "-t: these terminals, or none" {
	need_command script
	running mouse
	expect 0 script -qec "setsid -w true; '$VICTIM' pid '$T/there' & until [ -e '$T/there' ]; do :; done; tty > '$T/tty'
		pgrep -t \"\$(tty | sed s,/dev/,,)\" mouse > '$T/found'; pgrep -t '?' mouse > '$T/others'
		pgrep -t \"\$(tty | sed s,/dev/,,),?\" mouse > '$T/all'" /dev/null
	is "$(cat found)" "$(cat there)"
	grep -qx "$pid" others
	! grep -qx "$(cat there)" others
	grep -qx "$pid" all
	grep -qx "$(cat there)" all
	finds "$pid" -- --terminal '?' -s 0 mouse
}

@test "-t -: who has none, as -t ?" {
	differs procps "looks for one called so"
	running mouse
	spawn setsid "$VICTIM" pid "$T/there"
	until_true 5 test -e there
	finds "$(cat there)" -- -t - -s "$(cat there)"
}

@test "-t: a terminal that is not there is refused" {
	differs procps "finds nobody"
	refuses -t nosuch
	says "nosuch: no such terminal"
	refuses -t tty1,
}

# ---- ancestors, handlers ------------------------------------------------------------------------------------------

@test "-A: who called it is not found" {
	expect 0 pgrep -P "$PPID"
	grep -qx $$ <<< "$out"
	expect 0 pgrep -A -v nosuch
	! grep -qx $$ <<< "$out"
	! grep -qx 1 <<< "$out"
	running mouse
	finds "$pid" -- --ignore-ancestors mouse
}

@test "-H: who has a handler for the signal" {
	differs procps "has no -H yet"
	running mouse exit-on 15 0; local a=$pid
	running mouse exit-on 1 0; local b=$pid
	running mouse exit-on 64 0; local c=$pid
	running mouse ignore 15
	finds "$a" -- -H mouse
	finds "$b" -- -H --signal HUP mouse
	finds "$c" -- --require-handler --signal=64 mouse
	finds_nobody -H --signal 0 mouse
}

# ---- environment, cgroup, namespaces ------------------------------------------------------------------------------

@test "--env: a variable, or its value, in the environment it was started with" {
	differs procps "has no --env yet"
	running mouse; local none=$pid
	export COLOUR=grey
	running mouse; local a=$pid
	export COLOUR=brown
	running mouse; local b=$pid
	finds "$a" "$b" -- --env COLOUR mouse
	finds "$a" -- --env COLOUR=grey mouse
	finds "$a" "$b" -- --env COLOUR=grey,COLOUR=brown mouse
	finds_nobody --env COLOUR=gre mouse
	finds_nobody --env COLOU mouse
	finds_nobody --env COLOUR= mouse
	finds_nobody --env OLOUR=grey mouse
	expect 0 pgrep -v --env COLOUR
	grep -qx "$none" <<< "$out"
	! grep -qx "$a" <<< "$out"
}

@test "--env: the last variable of a long environment counts" {
	differs procps "has no --env yet"
	local long
	long=$(printf '%0120000d' 0)
	victim mouse
	spawn env -i "A=$long" "B=$long" "C=$long" "D=$long" LAST=one "$VICTIM"
	until_true 5 grep -qx mouse "/proc/$pid/comm"
	finds "$pid" -- --env LAST=one
}

@test "--env: who may not be looked at is not found, by -v either" {
	differs procps "has no --env yet"
	need_root
	running mouse
	expect 1 as_nobody pgrep --env PATH -x mouse
	expect 1 as_nobody pgrep -v --env NOSUCH
	is "$out" ''
}

@test "--cgroup: its place in the tree of cgroup v2" {
	local place
	place=$(sed -n 's/^0:://p' /proc/self/cgroup)
	[ "$place" ] || skip "no cgroup v2"
	running mouse
	finds "$pid" -- --cgroup "$place" mouse
	finds "$pid" -- --cgroup "/nosuch,$place" mouse
	finds_nobody --cgroup "/nosuch" mouse
	finds_nobody --cgroup "${place}x" mouse
}

@test "--ns: in the namespaces of a process" {
	need_root
	victim mouse
	spawn unshare -n "$VICTIM" pid "$T/in"
	until_true 5 test -e in
	running mouse; local out_of=$pid in
	in=$(cat in)
	finds "$in" -- --ns "$in" mouse
	finds "$in" "$out_of" -- --ns $$ --nslist uts,ipc mouse
	finds "$out_of" -- --ns $$ mouse
	differs procps "looks at the last of the list only"
	finds "$out_of" -- --ns $$ --nslist net,uts mouse
	finds "$out_of" -- --ns $$ --nslist uts,net,ipc mouse
}

@test "--ns: processes in a pid namespace below ours" {
	need_root
	victim mouse
	spawn unshare -fp --kill-child "$VICTIM" pid ready
	until_true 5 test -e ready
	local inner
	inner=$(child_of "$pid")
	finds "$inner" -- --ns "$inner"
	finds_nobody --ns $$ --nslist pid -x mouse
	[ "${AGAINST-}" ] || finds "$inner" -- --ns $$ --nslist net -x mouse
}

@test "--ns of nobody, and names of namespaces that there are not, are refused" {
	expect 2 pgrep --ns $$ --nslist foo mouse
	differs procps "finds nobody, or everybody"
	expect 3 pgrep --ns 999999 mouse
	says "--ns 999999: No such file or directory"
	refuses --ns x mouse
	refuses --ns 0 mouse
	refuses --ns $$ --nslist pid,foo mouse
	refuses --ns $$ --nslist '' mouse
	refuses --nslist pid mouse
}

@test "--ns: who may not be looked at is refused to a user" {
	differs procps "finds nobody"
	need_root
	running mouse
	expect 3 as_nobody pgrep --ns "$pid" mouse
	says "Permission denied"
}

# ---- -w -----------------------------------------------------------------------------------------------------------

@test "-w finds threads, by their own names" {
	need_command python3
	python3 -c 'import ctypes, threading, time
def run():
	ctypes.CDLL(None).prctl(15, b"mouse")
	open("up", "w").close()
	time.sleep(1000)
threading.Thread(target=run).start()' < /dev/null 3>&- &
	local python=$!
	until_true 9 test -e up
	finds_nobody mouse
	expect 0 pgrep -w mouse
	[ -e "/proc/$python/task/$out" ]
	[ "$out" != "$python" ]
	expect 0 pgrep --lightweight -c mouse
	is "$out" 1
	running rat
	finds "$pid" -- -w rat
}

@test "a list of 4,096 is taken, and one more is too many" {
	differs "procps toybox busybox" "takes any number"
	running mouse
	local list
	list=$(seq -s , 900001 904095)
	finds "$pid" -- -g "$list,$(ps -o pgid= "$pid" | tr -d ' ')" mouse
	refuses -g "$list,904096,904097" mouse
	says "too many"
}

@test "a command line of two pages has a blank where the first ends" {
	local page
	program mouse
	page=$(head -c $((4096 - 6 - 5 - 1)) /dev/zero | tr '\0' x) # with the words before it just a page
	called mouse mouse name "$page" name second
	finds "$pid" -- -f 'xx name second$'
	expect 0 pgrep -a -f 'xx name second$'
	is "$out" "$pid mouse name $page name second"
}
