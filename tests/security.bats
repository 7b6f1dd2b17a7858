#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# What the README's table "Who may write what" promises and no other file tests; and that the table names real tests.
load helper
load ssd

# what a program of nobody's tries to be again; each that succeeds is a line
returns() {
	cat > "$T/back" <<- 'END'
		use POSIX;
		my ($groups, $gid, $uid) = @ARGV;
		print "setuid\n" if defined POSIX::setuid(0);
		print "setgid\n" if defined POSIX::setgid(0);
		print "setgroups\n" if syscall($groups, 0, 0) == 0;
		for my $at (0 .. 2) {
			my @ids = map { $_ == $at ? 0 : -1 } 0 .. 2;
			print "setresuid $at\n" if syscall($uid, @ids) == 0;
			print "setresgid $at\n" if syscall($gid, @ids) == 0;
		}
		open(S, "<", "/proc/self/status");
		while (<S>) { print if /^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs):/ }
	END
	perl -e 'require "sys/syscall.ph"; print join " ", SYS_setgroups(), SYS_setresgid(), SYS_setresuid()'
}

@test "what -c took away cannot be had back: ids, groups, capabilities" {
	need_root
	need_command perl
	numbers=$(returns)
	expect 0 setpriv --groups 4,27 "$(command -v start-stop-daemon)" -S -c 54321:12345 -x "$(command -v perl)" -- "$T/back" $numbers
	says_not set
	says $'Uid:\t54321\t54321\t54321\t54321'
	says $'Gid:\t12345\t12345\t12345\t12345'
	is "$(sed -n 's/^Groups:[[:blank:]]*//p' <<< "$out" | tr -d ' ')" 12345
	is "$(grep -c '^Cap.*0000000000000000$' <<< "$out")" 4
	# (and the attempts can succeed)
	expect 0 ssd -S -x "$(command -v perl)" -- "$T/back" $numbers
	says setuid
	says 'setresuid 2'
}

@test "a step to another user that fails: no program runs, and it is told" {
	need_root
	need_command strace
	for call in setgroups setresgid setresuid; do
		expect 2 strace -f -qq -o "$T/trace" -e "inject=/^$call(32)?\$:error=EPERM" "$(command -v start-stop-daemon)" \
			-S -b -m -p "$P" -c 54321:12345 -x "$D"
		grep -q "$call.*INJECTED" "$T/trace"
		complains 54321 'not permitted'
		gone_from_here
	done
}

@test "groups go before the group, and that before the user" {
	need_root
	need_command strace
	expect 0 strace -f -qq -o "$T/trace" -e 'trace=/^set(groups|resgid|resuid)(32)?$' "$(command -v start-stop-daemon)" \
		-S -c 54321:12345 -x /bin/true
	is "$(sed -n 's/.*\(set[a-z]*\)[0-9]*(.*/\1/p' "$T/trace" | tr '\n' ' ')" 'setgroups setresgid setresuid setresuid '
	grep -qE 'setresuid(32)?\(-1, 0, -1\) *= -1 EPERM' "$T/trace"
}

@test "set-uid or set-gid it does nothing but refuse" {
	need REFUSE_SETUID
	need_root
	for mode in 4755 2755; do
		install -m 755 "$INITBOX" "$T/initbox"
		chmod "$mode" "$T/initbox"
		expect 1 setpriv --reuid=65534 --regid=65534 --clear-groups "$T/initbox" start-stop-daemon -S -x /bin/sh -- -c 'echo ran'
		says 'set-uid'
		says_not ran
		# root, whose user it is, may
		[ "$mode" != 4755 ] || expect 0 "$T/initbox" --version
	done
}

@test "a process's name gives root's terminal no orders, and begins no line" {
	need KILLALL_MORE
	applet killall
	victim "$(printf 'a\033[1mb\nc')"
	spawn "$VICTIM"
	until_true 5 runs "$pid" "$VICTIM"
	expect 0 killall -v -0 -r '^a.*c$'
	is "$err" "killall: Killed a?[1mb?c($pid) with signal 0"
	expect 1 killall -i -0 -r '^a.*c$' < <(echo n)
	[[ $out = *"a?[1mb?c($pid) ? (y/N) "* ]]
}

@test "a pidfile that is another from one moment to the next: who is taken is never the stranger's" {
	need_root
	running
	stranger=$pid
	running
	# root's, of one that is gone, and a user's, of the stranger: each is the pidfile in turn
	dead_pid=4194302
	echo $dead_pid > "$T/root"
	echo "$stranger" > "$T/user"
	chown 65534 "$T/user"
	(
		while [ -e "$T/user" ]; do
			for of in root user; do
				cp -p "$T/$of" "$T/$of.new" 2> /dev/null && mv "$T/$of.new" "$P"
			done
		done
	) &
	until_true 5 test -s "$P"
	refused=0
	for ((n = 0; n < 300; n++)); do
		status=0
		ssd -K -t -p "$P" > "$T/out" 2>&1 || status=$?
		[ $status != 0 ] || { echo "would have signalled: $(< "$T/out")"; return 1; }
		[ $status != 2 ] || ((++refused))
	done
	rm "$T/user"
	wait $! || :
	# (both were met)
	[ $refused != 0 ] && [ $refused != $n ]
	alive "$stranger"
}

@test "users and groups are those of our passwd and group, not of the tree below --chroot" {
	need_root
	mkdir -p "$T/root/etc"
	echo 'daemon:x:0:0::/:/bin/sh' > "$T/root/etc/passwd"
	echo 'daemon:x:0:' > "$T/root/etc/group"
	cp "$D" "$T/root/idled"
	expect 0 ssd -S -b -m -p "$P" -r "$T/root" -c daemon:daemon -x /idled
	is "$(awk '$1 == "Uid:" || $1 == "Gid:" { print $3 }' "/proc/$(< "$P")/status" | tr '\n' ' ')" "$(id -u daemon) $(getent group daemon | cut -d : -f 3) "
}

@test "each line of the README's table names tests that there are" {
	awk '/^## / { on = /Who may write what/ } on && /^[|] /' "$TOP/README.md" | tail -n +2 > table
	[ "$(wc -l < table)" -ge 10 ]
	while IFS='|' read -r _ what _ _ tests _; do
		[[ $tests == *\`* || $tests == *"not defended"* ]] || { echo "no test: $what"; return 1; }
		grep -o '`[^`]*`' <<< "$tests" | tr -d '`' > names || :
		while IFS= read -r name; do
			grep -qF -e "@test \"$name\"" -e "TEST(${name// /_})" "$TOP"/tests/*.bats "$TOP"/tests/unit/*.c ||
				{ echo "no such test: $name"; return 1; }
		done < names
	done < table
}
