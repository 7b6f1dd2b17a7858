# SPDX-License-Identifier: 0BSD
# manuals.bats - the manuals beside the applets: no fault in them, no reference to nowhere, and examples that work.
load helper

shopt -s nullglob
manuals=("$TOP"/applets/*.[18])

# pages of other programs and of the kernel that ours may name
others='kill(1) ln(1) make(1) nohup(1) setsid(1)
chroot(2) execve(2) fcntl(2) flock(2) kill(2) pidfd_send_signal(2) prctl(2) rename(2) setrlimit(2) setsid(2)
sd_listen_fds(3) sd_notify(3) sigqueue(3) syslog(3)
group(5) passwd(5) proc(5)
capabilities(7) cgroups(7) namespaces(7) pid_namespaces(7) regex(7) sched(7) signal(7) unix(7)'

nothing() {
	local lines
	lines=$(cat)
	[ -z "$lines" ] || { echo "$lines"; return 1; }
}

@test "mandoc finds no fault in them, also not of style" {
	need_command mandoc
	# what is not installed on this machine is no fault
	mandoc -T lint "${manuals[@]}" 2>&1 | grep -v 'referenced manual not found\|outdated mandoc\.db' | nothing
}

@test "each page that one refers to is one of ours, or a known one of the system" {
	local ours=' ' file
	for file in "${manuals[@]}"; do
		file=${file##*/}
		ours+="${file%.*}(${file##*.}) "
	done
	sed -n 's/^\.Xr \([^ ]*\) \([0-9]\).*/\1(\2)/p' "${manuals[@]}" | sort -u | while read -r page; do
		[[ " "$ours$others" " == *[[:space:]]"$page"[[:space:]]* ]] || echo "$page"
	done | nothing
}

@test "each has the sections that one looks for" {
	local file section
	for file in "${manuals[@]}"; do
		for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
			grep -qx "\.Sh $section" "$file" || echo "${file##*/}: no $section"
		done
		grep -q 'SPDX-License-Identifier: 0BSD' "$file" || echo "${file##*/}: no SPDX line"
		[ "$(sed -n 's/^\.Dt //p' "$file" | tr 'A-Z ' 'a-z.')" = "${file##*/}" ] || echo "${file##*/}: another name in .Dt"
	done | nothing
}

@test "they tell of no option that is not there" {
	# shellcheck disable=SC2046 # words
	need OPT_HELP OPT_LONG $(sed -n 's/^config \([A-Z]*_[A-Z_]*\)$/\1/p' "$TOP"/applets/[!i]*.c)
	local name list letter
	applet start-stop-daemon daemonize killall killall5 pidof pgrep > /dev/null
	for name in start-stop-daemon daemonize killall killall5 pidof pgrep; do
		expect 0 $name --help
		list=$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh \(MATCHING\|EXIT\|ENV\|PKILL\)/s/^\.It Fl \([a-zA-Z]\)\( .*\)\{0,1\}$/\1/p' \
			"$TOP"/applets/$name.[18])
		for letter in $list; do
			[[ $out == *"  -$letter"[,\ ]* ]] || echo "$name: the manual has -$letter"
		done
	done | nothing
}

# ---- the examples: what stands between '.\" example NAME' and .Ed ---------------------------------------------------

# example PAGE NAME: into the file NAME, for the victim and this directory
example() {
	awk -v name="$2" '
		$1 == ".\\\"" && $2 == "example" { mine = $3 == name }
		mine && /^\.Ed/ { exit }
		on && mine { print }
		/^\.Bd/ { on = 1 }
		/^\.Ed/ { on = 0 }' "$TOP/applets/$1" |
		sed 's/\\e/\\/g; s/\\-/-/g' |
		sed "s|/usr/sbin/foobard|$VICTIM|g; s|/usr/sbin/\\\$DAEMON|${VICTIM%/*}/\$DAEMON|g; s|/run/|$T/|g" > "$2"
	[ -s "$2" ] || { echo "no example $2 in $1"; return 1; }
}

is_up() {
	expect 0 start-stop-daemon --status --pidfile "$T/foobard.pid" --exec "$VICTIM"
}

is_down() {
	expect "$1" start-stop-daemon --status --pidfile "$T/foobard.pid" --exec "$VICTIM"
}

prepare() {
	if [ "$BATS_TEST_NUMBER" -gt 4 ]; then
		applet start-stop-daemon
		victim foobard
	fi
}

@test "supervise-daemon(8): the example starts, and starts anew" {
	applet supervise-daemon
	example supervise-daemon.8 supervised
	expect 0 sh supervised
	local was
	was=$(head -n 1 foobard.pid.state)
	kill -KILL "$was"
	anew() { supervise-daemon foobar -T -p "$T/foobard.pid" | grep -q 'runs with.*restarts: 1, last was killed by signal KILL'; }
	until_true 9 anew
	expect 0 supervise-daemon foobar -K -p "$T/foobard.pid"
}

@test "start-stop-daemon(8): each example is run by one of these tests" {
	[ "$(sed -n 's/^\.\\" example //p' "$TOP/applets/start-stop-daemon.8" | tr '\n' ' ')" = \
		'debian buildroot lighttpd user test ready log rights tree openrc ' ]
	local blocks
	blocks=$(grep -c '^\.Bd -literal' "$TOP/applets/start-stop-daemon.8")
	[ "$blocks" = 10 ]
}

@test "start-stop-daemon(8): the Debian example starts, tells, reloads, restarts and stops" {
	need START_STOP_DAEMON_RETRY
	example start-stop-daemon.8 debian
	sed -i "s|^ARGS=|ARGS='log $T/log exit-on 15 0'|" debian
	chmod +x debian
	expect 3 ./debian status
	expect 0 ./debian start
	is_up
	expect 0 ./debian start
	expect 0 ./debian status
	local was
	was=$(cat foobard.pid)
	expect 0 ./debian restart
	is_up
	[ "$(cat foobard.pid)" != "$was" ]
	until_true 5 grep -q '^SigCgt:.*[13579bdf]$' "/proc/$(cat foobard.pid)/status" # it will log HUP
	expect 0 ./debian reload
	until_true 5 grep -q 'got 01' log
	expect 0 ./debian stop
	expect 3 ./debian status
	[ ! -e foobard.pid ]
	expect 0 ./debian stop
	dead "$was"
}

@test "start-stop-daemon(8): the Buildroot example says OK and FAIL as it is" {
	need START_STOP_DAEMON_RETRY
	example start-stop-daemon.8 buildroot
	expect 0 sh buildroot start
	[ "$out" = 'Starting foobard: OK' ]
	is_up
	expect 1 sh buildroot start
	says FAIL
	expect 0 sh buildroot restart
	is_up
	expect 0 sh buildroot stop
	[ "$out" = 'Stopping foobard: OK' ]
	is_down 3
	expect 1 sh buildroot stop
	says FAIL
}

@test "start-stop-daemon(8): the lighttpd example, with a real one" {
	need START_STOP_DAEMON_RETRY
	need_command lighttpd
	applet pidof
	example start-stop-daemon.8 lighttpd
	local lighttpd port
	lighttpd=$(realpath "$(command -v lighttpd)")
	port=$((20000 + RANDOM % 12000))
	cat > lighttpd.conf <<- CONF
		server.document-root = "$T"
		server.bind = "127.0.0.1"
		server.port = $port
		server.max-worker = 4
		server.errorlog = "$T/error.log"
	CONF
	# wait where a user would go on with something else
	cat > go <<- 'GO'
		set -e
		serves() { [ "$(grep -c 'server started' error.log) $(pidof lighttpd | wc -w)" = "$1 5" ]; }
		until_serves() { i=0; until serves "$1"; do i=$((i + 1)); [ $i -lt 3000 ]; done; }
	GO
	awk '/--status/ { print "until_serves 1" } /--retry/ { print "until_serves 2" } { print }' lighttpd |
		sed "s|/usr/sbin/lighttpd|$lighttpd|; s|/etc/lighttpd/|$T/|" >> go
	expect 0 sh go
	[ ! -e lighttpd.pid ]
	no_worker() {
		! start-stop-daemon --status --exec "$lighttpd"
	}
	until_true 2 no_worker
}

@test "start-stop-daemon(8): the example with a user, a directory and a log" {
	need START_STOP_DAEMON_CRED START_STOP_DAEMON_EXTRA START_STOP_DAEMON_RETRY
	need_root
	grep -q '^nogroup:' /etc/group || skip "no group nogroup"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." "$BATS_TEST_TMPDIR/../.." "$TMPDIR" 2> /dev/null || true
	example start-stop-daemon.8 user
	sed 1,3d user > stop
	sed -i '4,$d' user
	su -s /bin/sh nobody -c "test -x $VICTIM" || skip "nobody may not get here"
	expect 0 sh user
	is_up
	local it
	it=$(cat foobard.pid)
	[ "$(readlink "/proc/$it/cwd")" = /var/tmp ]
	[ "$(stat -c %U "/proc/$it")" = nobody ]
	[ "$(awk '/^Umask:/ { print $2 }' "/proc/$it/status")" = 0027 ]
	[ "$(readlink "/proc/$it/fd/1")" = "$T/foobard.log" ]
	expect 0 sh stop
	is_down 1
}

@test "start-stop-daemon(8): the example of a test does nothing" {
	example start-stop-daemon.8 test
	expect 0 sh test
	expect 0 start-stop-daemon -S -b -m -p "$T/foobard.pid" -x "$VICTIM"
	expect 0 sh test
	says "Would send signal 15 to $(cat foobard.pid)"
	is_up
}

@test "start-stop-daemon(8): the example of readiness comes back when it is told, and writes an identity" {
	need MATCH_FILES START_STOP_DAEMON_NOTIFY START_STOP_DAEMON_IDENTITY
	example start-stop-daemon.8 ready
	mkfifo door
	cat > "$VICTIM" <<- FOOBARD
		#!/bin/sh
		touch $T/done
		echo >&3
		exec 3>&-
		read x < $T/door
	FOOBARD
	expect 0 sh ready
	[ -e done ]
	is_up
	[ "$(wc -l < foobard.pid)" = 2 ]
	expect 1 sh ready
}

@test "start-stop-daemon(8): the example of output and errors" {
	need START_STOP_DAEMON_EXTRA START_STOP_DAEMON_LOG
	example start-stop-daemon.8 log
	FOOBARD_ARGS="say one cry two" expect 0 sh log
	is_up
	until_true 5 grep -qx one foobard.log
	until_true 5 grep -qx 'foobard: two' foobard.err
}

@test "start-stop-daemon(8): the example of rights and limits" {
	[ -z "${OLD-}" ] || skip "Linux 4.3 is the first with ambient capabilities"
	need START_STOP_DAEMON_CRED START_STOP_DAEMON_EXTRA START_STOP_DAEMON_SCHED START_STOP_DAEMON_CAPS
	need_root
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." "$BATS_TEST_TMPDIR/../.." "$TMPDIR" 2> /dev/null || true
	example start-stop-daemon.8 rights
	su -s /bin/sh nobody -c "test -x $VICTIM" || skip "nobody may not get here"
	expect 0 sh rights
	is_up
	local it
	it=$(cat foobard.pid)
	grep -qx 'CapEff:[[:blank:]]0000000000000400' "/proc/$it/status"
	grep -qx 'NoNewPrivs:[[:blank:]]1' "/proc/$it/status"
	grep -q '^Max open files  *128  *256 ' "/proc/$it/limits"
	[ "$(tr '\0' '\n' < "/proc/$it/environ" | grep -vc '^PATH=\|^LANG=C$\|^HOME=')" = 0 ]
}

@test "start-stop-daemon(8): the example of a tree tells it, and ends it" {
	need START_STOP_DAEMON_TREE START_STOP_DAEMON_RETRY START_STOP_DAEMON_EXTRA
	example start-stop-daemon.8 tree
	expect 0 start-stop-daemon -S -b -m -p "$T/foobard.pid" -x "$VICTIM" -- child pid "$T/there"
	until_true 5 test -e there
	expect 0 sh tree
	[ "$(grep -c '^Would send signal 15 to ' <<< "$out")" = 2 ]
	[ ! -e foobard.pid ]
	expect 3 start-stop-daemon --status --exec "$VICTIM"
}

@test "start-stop-daemon(8): the example for OpenRC" {
	need START_STOP_DAEMON_OPENRC START_STOP_DAEMON_CRED START_STOP_DAEMON_EXTRA START_STOP_DAEMON_RETRY
	need_root
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." "$BATS_TEST_TMPDIR/../.." "$TMPDIR" 2> /dev/null || true
	example start-stop-daemon.8 openrc
	su -s /bin/sh nobody -c "test -x $VICTIM" || skip "nobody may not get here"
	sed '$d' openrc > start
	expect 0 sh start
	is_up
	[ "$(stat -c %U "/proc/$(cat foobard.pid)")" = nobody ]
	sed '/--start/,/--exec/d' openrc > stop
	expect 0 sh stop
	is_down 3
	[ ! -e foobard.pid ]
}

@test "daemonize(1): the example of a server refuses the second" {
	applet daemonize
	example daemonize.1 server
	expect 0 sh server
	is_up
	expect 1 sh server
	says "held by another process"
	[ -e foobard.log ]
}

@test "daemonize(1): the example with a user" {
	applet daemonize pidof
	need_root
	example daemonize.1 user
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." "$BATS_TEST_TMPDIR/../.." "$TMPDIR" 2> /dev/null || true
	su -s /bin/sh nobody -c "test -x $VICTIM" || skip "nobody may not get here"
	expect 0 sh user
	expect 0 pidof "$VICTIM"
	[ "$(stat -c %U "/proc/$out")" = nobody ]
	tr '\0' '\n' < "/proc/$out/environ" | grep -qx LANG=C
}

@test "daemonize(1): the example of a supervisor starts again, and ends" {
	need DAEMONIZE_SUPERVISE START_STOP_DAEMON_RETRY
	applet daemonize
	example daemonize.1 keep
	sed '$d; s/-R 2/-R 0.02/' keep > start
	sed -n '$p' keep > stop
	expect 0 sh start
	is_up
	local was
	was=$(cat foobard.pid)
	kill -KILL "$was"
	another() {
		local now
		now=$(cat foobard.pid) && [ "$now" != "$was" ]
	}
	until_true 5 another
	is_up
	[ "$(comm "$(cat web.pid)")" = web ]
	expect 0 sh stop
	is_down 3
	[ ! -e web.pid ]
}

@test "killall(1): the examples" {
	applet killall
	local one two
	example killall.1 zero
	expect 0 sh zero
	[ -z "$out" ]
	spawn "$VICTIM" log "$T/log" exit-on 15 0
	one=$pid
	until_true 5 test -e log
	expect 0 sh zero
	[ "$out" = 'it runs' ]
	example killall.1 path
	expect 0 sh path
	until_true 5 grep -q 'got 01' log
	spawn "$VICTIM"
	two=$pid
	runs() {
		[ "$(comm "$two")" = foobard ]
	}
	until_true 5 runs
	example killall.1 end
	expect 0 sh end
	dead "$one"
	dead "$two"
}

@test "killall5(8): the examples, each in a pid namespace of its own" {
	need SIGNAL_NAMES PIDOF_MORE
	applet killall5 pidof
	local name
	for name in shutdown omit; do
		example killall5.8 $name
		# shellcheck disable=SC2016,SC2154 # the inner shell's; run.sh's
		expect 0 $private setsid bash -c '"$0" exit-on 15 0 & mine=$!
			setsid "$0" exit-on 15 0 pid one & a=$!
			cp "$0" other
			setsid ./other exit-on 15 0 pid two & b=$!
			until [ -e one ] && [ -e two ]; do :; done
			. "./$1"
			wait $b || exit
			[ -e /proc/$mine ] && { [ "$1" = omit ] || wait $a; }' "$VICTIM" $name
		rm one two
	done
}

@test "pidof(1): the examples" {
	applet pidof
	example pidof.1 all
	expect 1 sh all
	spawn "$VICTIM"
	until_true 5 pidof -q foobard
	expect 0 sh all
	[ "$out" = "$pid" ]
	example pidof.1 others
	{ echo '#!/bin/sh'; cat others; echo 'read line || :'; } > foobar.sh
	chmod +x foobar.sh
	expect 0 ./foobar.sh < /dev/null
	[ -z "$out" ]
	mkfifo door
	./foobar.sh < door 3>&- &
	exec 8> door
	until_true 5 pidof -q -x foobar.sh
	run ./foobar.sh < /dev/null
	[ "$output" = 'it runs already' ]
	exec 8>&-
}

@test "pgrep(1): the examples" {
	applet pgrep pkill pidwait
	need PGREP_MORE
	need_root
	example pgrep.1 there
	expect 0 sh there
	[ -z "$out" ]
	spawn "$VICTIM" log "$T/log" pid "$T/foobard.pid"
	local one=$pid
	until_true 5 test -e foobard.pid
	spawn "$VICTIM" log "$T/other" pid "$T/up"
	until_true 5 test -e up
	expect 0 sh there
	[ "$out" = 'it runs' ]
	example pgrep.1 reload
	expect 0 sh reload
	until_true 5 grep -q 'got 01' log
	[ ! -s other ]
	{ echo "$VICTIM &"; echo "$VICTIM child &"; example pgrep.1 children; cat children; echo 'pgrep -c -P $$; :'; } > script
	expect 0 sh script
	[ "$(tail -n 1 <<< "$out")" = 0 ]
	alive "$one"
}
