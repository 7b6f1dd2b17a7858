#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# What a scan does where there is much, little, or hardly anything to be seen: a crowd of processes, few descriptors, hidepid,
# an empty /proc, processes that come and go. The answer is right, or an error says why there is none.
# CROWD=30000 takes nearly all pids of a machine with a pid_max of 32768: run it alone. Where there are fewer descriptors than that,
# half of them have another name, as all that match are held.
load helper
load peers

prepare() {
	applet killall pidof start-stop-daemon
	need_root
}

# all at once, as helper's way costs three programs a process
tidy() {
	local p
	for p in "${crowd[@]}"; do
		[ -e "/proc/$p" ] || continue
		# shellcheck disable=SC2046 # words
		kill -KILL $(< "/proc/$p/task/$p/children") "$p" || :
	done
	until_true 60 few
}

few() {
	local all=(/proc/[0-9]*)
	[ "${#all[@]}" -lt 200 ]
}

# $CROWD processes, of which $MICE can be held and are mice; $crowd: their parents
CROWD=${CROWD:-3000}
crowd() {
	ulimit -n "$(ulimit -Hn)"
	MICE=$CROWD
	crowd=()
	if [ "$(ulimit -n)" -le $((CROWD + 100)) ]; then
		MICE=$((CROWD / 2))
		kin vole $((CROWD - MICE))
	fi
	kin mouse $MICE
}

kin() {
	running "$1" many $(($2 - 1))
	crowd+=("$pid")
	[ "$(wc -w < "/proc/$pid/task/$pid/children")" = $(($2 - 1)) ] || skip "no room for $CROWD processes"
}

@test "of a crowd each is found, and another one among them too" {
	crowd
	running rat
	expect 0 pidof rat
	is "$out" "$pid"
	[ "$(ulimit -n)" -gt $((MICE + 100)) ] || skip "no $MICE descriptors"
	expect 0 pidof mouse
	is "$(wc -w <<< "$out")" "$MICE"
	expect 0 killall -KILL -w mouse
	expect 1 pidof mouse
}

@test "a crowd that matches, and few descriptors: it says so, and nobody is signalled" {
	crowd
	ulimit -n 1000
	expect 1 killall mouse
	says "Too many open files"
	expect 1 pidof mouse
	says "Too many open files"
	is "$out" ''
	expect 2 start-stop-daemon -K -n mouse
	says "Too many open files"
	misses "$pid"
	is "$(wc -w < "/proc/$pid/task/$pid/children")" $((MICE - 1))
}

@test "a crowd that does not match costs no memory, and a few descriptors do" {
	need_plain "its libraries take memory and descriptors"
	crowd
	running rat
	expect 0 bash -c 'ulimit -n 8; exec pidof rat'
	is "$out" "$pid"
	need_command strace
	expect 1 strace -o calls -e trace=mmap,mremap,brk killall nosuch
	is "$(grep -c '^m\|^b' calls)" 0
}

@test "without a descriptor to look with, it is an error" {
	need_plain "its libraries take the descriptors"
	running mouse
	local n
	for n in 3 4; do
		expect 1 bash -c "ulimit -n $n; exec killall mouse"
		says "Too many open files"
		expect 1 bash -c "ulimit -n $n; exec pidof mouse"
		says "Too many open files"
	done
	misses "$pid"
}

@test "processes that come and go while it looks are no error, and who stays is found each time" {
	running mouse
	(while :; do (:); done) 3>&- &
	local i busy=$!
	disown
	for i in {1..50}; do
		expect 0 killall -0 mouse
		expect 0 pidof mouse
		is "$output" "$pid"$'\n'
	done
	kill -KILL "$busy"
}

# hidden N CMD...: as a user who sees a /proc with hidepid=N
hidden() {
	need HIDEPID
	need_command setpriv
	local n=$1
	shift
	as_nobody true
	# shellcheck disable=SC2016 # the inner shell's
	unshare -m bash -c 'mount -t proc -o hidepid="$0" proc /proc && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"' \
		"$n" "$@"
}

@test "where the processes of others are hidden, that there is none is not known, and said so" {
	running mouse
	local n
	hidden 2 test ! -e /proc/1/comm || skip "no hidepid here"
	for n in 1 2; do
		expect 1 hidden "$n" killall mouse
		says "mouse: no process found"
		says "hidden"
		expect 1 hidden "$n" pidof mouse
		is "$out" ''
		says "hidden"
		install -D "$INITBOX" "$T/nobody/start-stop-daemon"
		expect 4 hidden "$n" start-stop-daemon --status -n mouse
		says "cannot look at all processes"
		expect 2 hidden "$n" start-stop-daemon -K -o -n mouse
		says "cannot look at all processes"
	done
	misses "$pid"
}

@test "where the processes of others are hidden, our own are found" {
	program mouse
	mkdir -m 777 all
	hidden 2 test ! -e /proc/1/comm || skip "no hidepid here"
	# shellcheck disable=SC2016 # the inner shell's
	expect 0 hidden 2 bash -c '"$0" pid all/up & until [ -e all/up ]; do :; done; pidof mouse && killall -v -w mouse' "$VICTIM"
	is "$err" "killall: Killed mouse($out) with signal 15"
}

@test "an empty /proc, and none at all, are an error" {
	running mouse
	mkdir empty
	local how
	for how in 'mount --bind empty /proc' 'umount -l /proc'; do
		expect 1 unshare -m bash -c "$how && exec killall mouse"
		says "cannot look at all processes"
		expect 1 unshare -m bash -c "$how && exec pidof mouse"
		says "cannot look at all processes"
		is "$out" ''
	done
	misses "$pid"
}
