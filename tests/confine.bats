#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# What a started program may no longer do, by start-stop-daemon and by daemonize: --writable, --no-admin-calls, and kernels
# that have not what these need.
load helper

prepare() {
	need CONFINE
	OLD_KERNEL=${INITBOX%/*}/old
	umask 022
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$T"
	mkdir -m 1777 in out
	echo text > out/file
	chmod 666 out/file
	TOOLS=
	for tool in start-stop-daemon daemonize; do
		grep -qx "CONFIG_$(tr a-z- A-Z_ <<< $tool)=y" "$CONFIG" || continue
		applet $tool > /dev/null
		TOOLS+=" $tool"
	done
}

landlock() {
	need LANDLOCK
	[ -z "${OLD-}" ] && [ "$(cat /proc/sys/kernel/osrelease | sort -V - <(echo 5.13) | head -n 1)" = 5.13 ] ||
		skip "Linux 5.13 is the first with Landlock"
	[ "$("$OLD_KERNEL" ask 444 0 0 1)" -ge 1 ] || skip "no Landlock in this kernel"
}

# a program of these lines, which writes what it says into in/said
probe() {
	{ printf '#!/bin/sh\ncd %s || exit\nexec > in/said 2>&1\n' "$T"; cat; echo 'mv in/said in/done'; } > probe
	chmod 755 probe
}

# TOOL OPTION...: starts it in the background, confined so, and waits for its end; $said
probed() {
	rm -rf in/*
	STATUS=0
	begin "$@"
	until_true 5 test -e in/done
	said=$(< in/done)
}

begin() {
	case $1 in
	start-stop-daemon) expect $STATUS ${AS-} start-stop-daemon -S -b -x "$T/probe" "${@:2}" ;;
	daemonize) expect $STATUS ${AS-} daemonize "${@:2}" "$T/probe" ;;
	esac
}

# TOOL OPTION...: nothing is started, in one line on stderr that ends so
refused() {
	local because=$1 tool=$2
	shift 2
	rm -rf in/*
	STATUS=2
	[ $tool != daemonize ] || STATUS=1
	begin $tool "$@"
	[ "$err" = "$tool: $because" ] || { echo "says: $err"; return 1; }
	[ "$(ls in)" = '' ]
}

# ---- --writable ----------------------------------------------------------------------------------------------------

writer() {
	probe <<-'END'
		(echo > out/new) || echo not new
		(echo >> out/file) || echo not file
		mkdir out/dir || echo not dir
		rm out/file || echo not rm
		mkdir in/dir && rmdir in/dir && echo dir
		cat out/file
		echo > /dev/null && echo null
	END
}

@test "--writable: the program writes there and to /dev/null, reads all, and writes, makes and removes nothing elsewhere" {
	landlock
	writer
	for tool in $TOOLS; do
		probed $tool --writable "$T/in"
		[ "$(grep -vE ': ' <<< "$said")" = $'not new\nnot file\nnot dir\nnot rm\ndir\ntext\nnull' ]
		[ "$(ls out) $(cat out/file)" = 'file text' ]
		# (what the probe can do else)
		probed $tool
		[[ $said != *not* && ! -e out/file ]]
		rm -r out/*
		echo text > out/file
	done
}

@test "--writable holds for what the program starts, and gives it no rights back" {
	landlock
	probe <<-'END'
		sh -c 'sh -c "echo > out/new"' || echo not new
		grep NoNewPrivs: /proc/self/status
	END
	for tool in $TOOLS; do
		probed $tool --writable "$T/in"
		[[ $said == *$'not new\nNoNewPrivs:\t1' ]]
	done
}

@test "--writable and another user: both hold" {
	landlock
	need_root
	need START_STOP_DAEMON_CRED DAEMONIZE
	echo 'id -u; (echo > out/new) || echo not new; echo > in/new && echo new' | probe
	probed start-stop-daemon -c nobody --writable "$T/in"
	[ "$(grep -v ': ' <<< "$said")" = $'65534\nnot new\nnew' ]
	probed daemonize -u nobody --writable "$T/in"
	[ "$(grep -v ': ' <<< "$said")" = $'65534\nnot new\nnew' ]
}

@test "--writable more than once, and a file" {
	landlock
	mkdir -m 777 third
	echo 'echo > out/new && echo new; (echo > third/file) && echo file; (echo > third/new) || echo not new' | probe
	for tool in $TOOLS; do
		echo > third/file
		probed $tool --writable "$T/in" --writable "$T/out" --writable "$T/third/file"
		[ "$(grep -v ': ' <<< "$said")" = $'new\nfile\nnot new' ]
	done
}

@test "--writable: a path is looked up in the program's directory, and below its root" {
	landlock
	need START_STOP_DAEMON_USUAL DAEMONIZE
	echo '(echo > out/new) || echo not new' | probe
	probed start-stop-daemon -d "$T" --writable in
	[[ $said == *'not new' ]]
	probed daemonize -c "$T" --writable in
	[[ $said == *'not new' ]]
}

@test "--writable: files that were opened for the program can be written to, wherever they are" {
	landlock
	need START_STOP_DAEMON_EXTRA DAEMONIZE
	printf '#!/bin/sh\necho output; cd %s; echo > in/done\n' "$T" > probe
	chmod 755 probe
	probed start-stop-daemon -O "$T/out/one" --writable "$T/in"
	probed daemonize -o "$T/out/two" --writable "$T/in"
	[ "$(cat out/one out/two)" = $'output\noutput' ]
}

@test "--writable: a path that is not there, or not for the user, is named, and nothing is started" {
	landlock
	echo | probe
	for tool in $TOOLS; do
		refused "let it write to $T/no/such: No such file or directory" $tool --writable "$T/in" --writable "$T/no/such"
		refused "let it write to $T/probe/x: Not a directory" $tool -p "$T/pid" --writable "$T/probe/x"
	done
	[ ! -e pid ]
	need_root
	need START_STOP_DAEMON_CRED DAEMONIZE
	mkdir -m 700 closed
	refused "let it write to $T/closed/x: Permission denied" start-stop-daemon -c nobody --writable "$T/closed/x"
	refused "let it write to $T/closed/x: Permission denied" daemonize -u nobody --writable "$T/closed/x"
}

@test "a failed start leaves no pidfile, wherever that is, and a good one keeps it" {
	landlock
	need START_STOP_DAEMON DAEMONIZE
	echo | probe
	refused "let it write to $T/no: No such file or directory" start-stop-daemon -m -p "$T/pid" --writable "$T/no"
	refused "let it write to $T/no: No such file or directory" daemonize -p "$T/pid" --writable "$T/no"
	printf 'not a program' > probe
	for tool in 'start-stop-daemon -m' daemonize; do
		refused "exec $T/probe: Exec format error" $tool -p "$T/pid" --writable "$T/in"
		[ ! -e pid ]
	done
	echo | probe
	probed daemonize -p "$T/pid" --writable "$T/in"
	[ -s pid ]
}

@test "--writable in the foreground; with --make-pidfile that is a wrong use, as the pidfile could not be taken back" {
	need LANDLOCK START_STOP_DAEMON
	expect 3 start-stop-daemon -S -m -p "$T/pid" -x /bin/sh --writable "$T/in" -- -c 'echo ran'
	says "needs --background"
	says_not ran
	landlock
	expect 0 start-stop-daemon -S -x /bin/sh --writable "$T/in" -- -c "echo > $T/in/new && ! echo > $T/out/new"
	[ -e in/new ] && [ ! -e out/new ]
}

@test "--writable: no path is an error of its own" {
	need LANDLOCK
	for tool in $TOOLS; do
		! $tool --writable= 2> err
		grep -q "'' is no PATH" err
	done
}

@test "--writable: each restart of daemonize's is confined, and its supervisor is not" {
	landlock
	need DAEMONIZE_SUPERVISE
	printf '#!/bin/sh\ncd %s; echo >> in/began; echo >> out/began; :\n' "$T" > probe
	chmod 755 probe
	expect 0 daemonize -R 0.05 -C 2 -P "$T/super" --writable "$T/in" "$T/probe"
	until_true 5 test ! -e super
	[ "$(wc -l < in/began)" = 3 ] && [ ! -e out/began ]
}

# ---- --no-admin-calls ----------------------------------------------------------------------------------------------

admin() {
	need SECCOMP
	"$OLD_KERNEL" NOSECCOMP true 2> /dev/null || skip "no filter of system calls here"
}

@test "--no-admin-calls: what only administers is not permitted, root or not, and all else is" {
	admin
	need_root
	need_command unshare
	probe <<-'END'
		unshare -u true || echo not unshare
		mount -t tmpfs none out && umount out || echo not mount
		sed -n '/^NoNewPrivs:\|^Seccomp:/s/.*\t//p' /proc/self/status
		(echo child; exec cat out/file)
	END
	for tool in $TOOLS; do
		probed $tool --no-admin-calls
		[[ $said == *$'not unshare\n'*$'not mount\n1\n2\nchild\ntext' ]] || { echo "$said"; return 1; }
		probed $tool
		[[ $said != *not* ]]
	done
}

@test "--no-admin-calls and --writable go together, and with another user" {
	admin
	landlock
	need_root
	need START_STOP_DAEMON_CRED
	echo 'id -u; (echo > out/new) || echo not new; unshare -Ur true || echo not unshare' | probe
	probed start-stop-daemon -c nobody --no-admin-calls --writable "$T/in"
	[ "$(grep -v ': ' <<< "$said")" = $'65534\nnot new\nnot unshare' ]
}

# ---- kernels without -----------------------------------------------------------------------------------------------

without() {
	AS="$OLD_KERNEL $1"
	$AS true 2> /dev/null || skip "no filter of system calls here"
}

@test "a kernel without Landlock: nothing is started, and it says why" {
	need LANDLOCK
	without ENOSYS
	echo | probe
	for tool in $TOOLS; do
		refused 'set Landlock: Not implemented' $tool --writable "$T/in"
	done
}

@test "a kernel without seccomp: nothing is started, and it says why" {
	need SECCOMP
	without NOSECCOMP
	echo | probe
	for tool in $TOOLS; do
		refused 'set seccomp: Not implemented' $tool --no-admin-calls
	done
}

@test "--confine-if-possible: a kernel without Landlock starts it, and says without what" {
	need LANDLOCK
	without ENOSYS
	echo 'echo > out/new && echo new' | probe
	for tool in $TOOLS; do
		probed $tool --writable "$T/in" --confine-if-possible
		[ "$said" = new ]
		[ "$err" = "$tool: $T/probe starts without Landlock: Not implemented" ]
	done
}

@test "--confine-if-possible: what is there is used, and a wrong path is an error still" {
	landlock
	need SECCOMP
	without NOSECCOMP
	echo '(echo > out/new) || echo not new; unshare -u true || echo not unshare' | probe
	for tool in $TOOLS; do
		probed $tool --writable "$T/in" --no-admin-calls --confine-if-possible
		[[ $said == *$'not new' ]]
		[ "$err" = "$tool: $T/probe starts without seccomp: Not implemented" ]
		refused "let it write to $T/no: No such file or directory" $tool --writable "$T/no" --confine-if-possible
	done
}

@test "--confine-if-possible on a kernel that has both says nothing, and confines" {
	landlock
	need SECCOMP
	echo '(echo > out/new) || echo not new; grep Seccomp: /proc/self/status' | probe
	for tool in $TOOLS; do
		probed $tool --writable "$T/in" --no-admin-calls --confine-if-possible
		[[ $said == *$'not new\nSeccomp:\t2' ]]
		[ "$err" = '' ]
	done
}
