#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# container.bats - the first process of a real container: crun, by Debian's package, with a root that holds initbox, a static
# test program and nothing else, read-only, user 12345, no /run, no new privileges, no capability; namespaces of pids, mounts,
# IPC, host name and network. And PID 1 of a plain `unshare -fpm`, with the same root and user.
# .ci/run has none of these skipped.
load helper
load peers

prepare() {
	applet tini
	need_root
	BOX=$T/box
	mkdir -p "$BOX/root"
	cp "$INITBOX" "$BOX/root/initbox"
	cp "${VICTIM_PROGRAM:-${INITBOX%/*}/victim}" "$BOX/root/victim"
	proc='{"destination": "/proc", "type": "proc", "source": "proc"},'
	run=
	: > "$T/nothing"
	environment=${INITBOX_NO_PIDFD:+, \"INITBOX_NO_PIDFD=1\"}
	if [ -n "${REPORTS-}" ]; then need_plain "its reports have no place in a container"; fi
}

tidy() {
	[ ! -d "${BOX-}/state/box" ] || container delete -f box || :
}

# crun, or unshare: what the test is done with
under() {
	how=$1
	[ "$how" = crun ] || { mkdir -p "$BOX/root/proc"; return; }
	can_crun || must crun "$(echo no crun: $(tail -n 1 "$T/why"))"
}

# crun 1.8 knows the unified tree and the old ones, and nothing between: it gets the unified one, in our own mounts
can_crun() {
	command -v crun > "$T/why" 2>&1 || { echo "it is not there" > "$T/why"; return 1; }
	[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] || {
		umount -l /sys/fs/cgroup
		mount -t cgroup2 none /sys/fs/cgroup
	} > "$T/why" 2>&1
	configure /victim exit 42
	local status=0
	container run -b "$BOX" try > "$T/why" 2>&1 || status=$?
	[ $status = 42 ]
}

# (crun gives the files that are 0, 1 and 2 to the container's user: not the machine's /dev/null)
container() {
	timeout -k 5 60 crun --root "$BOX/state" --cgroup-manager=disabled "$@" < "$T/nothing" 3>&-
}

# WORD...: what runs as PID 1
configure() {
	local words
	words=$(printf '"%s", ' "$@")
	cat > "$BOX/config.json" <<- JSON
		{ "ociVersion": "1.0.0", "hostname": "box",
		"process": { "terminal": false, "user": { "uid": 12345, "gid": 12345 }, "cwd": "/", "args": [ ${words%, } ],
			"env": [ "PATH=/", "STARTED_BY=$STARTED_BY" $environment ], "capabilities": {}, "noNewPrivileges": true },
		"root": { "path": "root", "readonly": true },
		"mounts": [ $proc $run { "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
			"options": [ "nosuid", "noexec", "mode=755", "size=64k" ] } ],
		"linux": { "namespaces": [ { "type": "pid" }, { "type": "mount" }, { "type": "ipc" }, { "type": "uts" },
			{ "type": "network" } ] } }
	JSON
}

# STATUS INIT WORD...: initbox INIT WORD... is PID 1, and ends with that
boxed() {
	local expected=$1
	shift
	box_command /initbox "$@"
	expect "$expected" "${box[@]}"
}

# INIT WORD...: $pid, in the background, with what it says in $T/said
spawn_box() {
	box_command /initbox "$@"
	"${box[@]}" > "$T/said" 2>&1 < /dev/null 3>&- &
	pid=$!
}

box_command() {
	if [ "$how" = crun ]; then
		configure "$@"
		box=(container run -b "$BOX" box)
	else
		# shellcheck disable=SC2086 # words
		box=(timeout -k 5 60 env -i PATH=/ STARTED_BY="$STARTED_BY" ${INITBOX_NO_PIDFD:+INITBOX_NO_PIDFD=1} /usr/bin/unshare -fpm
			--mount-proc --kill-child --root="$BOX/root" -S 12345 -G 12345 "$@")
	fi
}

# its pid out here
pid_1() {
	local child=$pid
	[ "$how" != crun ] || { sed -n 's/^ *"pid": \([0-9]*\),/\1/p' "$BOX/state/box/status"; return; }
	until [ "/proc/$child/exe" -ef "$BOX/root/initbox" ]; do
		child=$(child_of "$child") && [ "$child" ] || return
	done
	echo "$child"
}

signal_box() {
	if [ "$how" = crun ]; then container kill box "$1"; else kill -s "$1" "$(pid_1)"; fi
}

# WORD...: initbox WORD... beside what runs, by the same user
inside() {
	if [ "$how" = crun ]; then
		container exec -u 12345:12345 box /initbox "$@"
	else
		nsenter -t "$(pid_1)" -p -m -r -w -S 12345 -G 12345 /initbox "$@" 3>&-
	fi
}

says_in_time() {
	until_true 5 grep -qx "$1" said || { cat said; false; }
}

ends_with() {
	local status=0
	wait "$pid" || status=$?
	[ $status = "$1" ] || { echo "ended with $status, not $1"; cat said; return 1; }
}

# ---- what the container is ---------------------------------------------------------------------------------------------

@test "crun: the program has nothing: user 12345, no capability, no new privileges, nothing to write to, no /run" {
	under crun
	[ "$(find box/root -type f | sort | tr '\n' ' ')" = 'box/root/initbox box/root/victim ' ]
	boxed 7 tini -- /victim state - exit 7
	[ "$(stat -c %u /dev/null)" = 0 ]
	for fact in Uid=12345 Gid=12345 NoNewPrivs=1 Cap{Prm,Eff,Bnd}=0000000000000000 ppid=1 pid=2; do
		grep -q "^$fact\>" <<< "$out" || { echo "not $fact: $out"; return 1; }
	done
	boxed 98 tini -- /victim pid /file
	says 'Read-only file system'
	boxed 98 tini -- /victim pid /run/file
	says 'No such file'
}

# ---- tini --------------------------------------------------------------------------------------------------------------

exit_statuses() {
	boxed 0 tini -- /victim exit 0
	boxed 7 tini -- victim exit 7
	boxed 127 tini -- /none
	says "/none: No such file or directory"
	boxed 126 tini -- /proc/version
	says "ermission denied"
	boxed 0 tini -e 7 -- /victim exit 7
	for signal in 9 15 11; do
		spawn_box tini -- /victim log - say there
		says_in_time there
		# by who is outside, the program itself
		kill -$signal "$(child_of "$(pid_1)")"
		# (TERM is caught, and told)
		[ $signal != 15 ] || { says_in_time 'got 15'; kill -KILL "$(child_of "$(pid_1)")"; signal=9; }
		ends_with $((128 + signal))
	done
}

@test "crun: tini ends as its program does, with 128 and a signal, with 126 and 127" { under crun && exit_statuses; }
@test "unshare: tini ends as its program does, with 128 and a signal, with 126 and 127" { under unshare && exit_statuses; }

passes_on() {
	spawn_box tini -- /victim log - exit-on 15 33 say there
	says_in_time there
	signal_box HUP
	says_in_time 'got 01'
	signal_box USR2
	says_in_time 'got 12'
	signal_box TERM
	ends_with 33
	spawn_box tini -- /victim say there
	says_in_time there
	signal_box TERM
	ends_with 143
}

@test "crun: TERM, HUP, USR2 are passed on to the program" { under crun && passes_on; }
@test "unshare: TERM, HUP, USR2 are passed on to the program" { under unshare && passes_on; }

reaps() {
	boxed 3 tini -- /victim orphans 500 only-child exit 3
}

@test "crun: 500 orphans are reaped" { under crun && reaps; }
@test "unshare: 500 orphans are reaped" { under unshare && reaps; }

ends_what_is_left() {
	# one that TERM ends, one that it does not
	boxed 0 tini -k 5 -- /victim exit-on 15 4 fork
	boxed 0 tini -k 300ms -- /victim log - fork
	[ "$out" = 'got 15' ]
	boxed 0 tini -a -- /victim fork wait 200 say done exit 1
	says done
}

@test "crun: -k ends what is left, -a waits for it" { under crun && ends_what_is_left; }
@test "unshare: -k ends what is left, -a waits for it" { under unshare && ends_what_is_left; }

without_proc() {
	proc=
	boxed 7 tini -- /victim exit 7
	spawn_box tini -k 1 -d 10ms -- /victim exit-on 15 33 say there
	says_in_time there
	signal_box TERM
	ends_with 33
}

@test "crun: tini needs no /proc" { under crun && without_proc; }

other_names() {
	applet dumb-init catatonit
	boxed 7 dumb-init -- /victim exit 7
	boxed 2 dumb-init -- /none
	spawn_box dumb-init -r TERM:USR1 -- /victim log - exit-on 10 35 say there
	says_in_time there
	signal_box TERM
	ends_with 35
	boxed 7 catatonit -- /victim exit 7
	boxed 1 catatonit -- /none
	boxed 3 catatonit -- /victim orphans 100 only-child exit 3
	spawn_box catatonit -P
	until_true 5 is_paused
	signal_box TERM
	ends_with 0
}

is_paused() {
	local init
	init=$(pid_1) && [ "$init" ] && [ "/proc/$init/exe" -ef "$BOX/root/initbox" ] && grep -q '^State:.S' "/proc/$init/status"
}

@test "crun: dumb-init and catatonit" { under crun && other_names; }
@test "unshare: dumb-init and catatonit" { under unshare && other_names; }

# ---- beside it -----------------------------------------------------------------------------------------------------------

finds_and_kills() {
	applet pidof killall
	spawn_box tini -- /victim linger 500 exit-on 10 36 say there
	says_in_time there
	expect 0 inside pidof victim
	[ "$out" = 2 ]
	expect 1 inside pidof nosuch
	expect 0 inside killall -USR1 victim
	ends_with 36
}

@test "crun: pidof and killall beside it" { under crun && finds_and_kills; }
@test "unshare: pidof and killall beside it" { under unshare && finds_and_kills; }

@test "crun: supervise-daemon says that it has no place for its pidfile, and with a small tmpfs that the user may write it works" {
	applet supervise-daemon killall
	under crun
	boxed 2 tini -- /initbox supervise-daemon web -p /run/web.pid -S /victim
	says 'pidfile /run/web.pid: '
	run='{ "destination": "/run", "type": "tmpfs", "source": "tmpfs", "options": [ "size=16k", "uid=12345", "mode=700" ] },'
	supervise() { inside supervise-daemon web -p /run/web.pid "$@"; }
	is_there() { supervise -T > told 2>&1 && grep -q "$1" told; }
	# (the first keeps the container until the supervisor's end has been told)
	spawn_box tini -- /victim name keeper exit-on 15 33 say there
	says_in_time there
	expect 0 supervise -S -D 10ms /victim
	until_true 9 is_there 'web: runs with pid .*, restarts: 0$'
	for n in 1 2 3; do
		expect 0 inside killall -KILL victim
		until_true 9 is_there "web: runs with pid .*, restarts: $n, last was killed by signal KILL\$"
	done
	expect 0 supervise -K
	expect 3 supervise -T
	signal_box TERM
	ends_with 33
}

# ---- the configuration that is made for it ----------------------------------------------------------------------------------

@test "crun: container_defconfig in it does the same" {
	under crun
	(cd "$TOP" && unset MAKEFLAGS && make -s "O=$T/built" container_defconfig all)
	cp built/initbox box/root/initbox
	boxed 7 tini -- /victim orphans 100 only-child exit 7
	passes_on
	finds_and_kills
}
