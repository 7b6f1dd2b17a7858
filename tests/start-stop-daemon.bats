#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# start-stop-daemon: its command line and exit statuses. The rest stands in start-stop-daemon-*.bats.
# against: dpkg busybox openrc
load helper
load ssd

# ---- options: what is taken, and what is not ----------------------------------------------------------------------

wrong() {
	expect 3 ssd "$@"
	says "Try 'start-stop-daemon --help' for more information."
	is "$out" ''
}

@test "-S and --start are the same" {
	differs openrc "exits 1 where the program fails, else 0"
	expect 7 ssd -S -x "$D" -- exit 7
	expect 7 ssd --start --exec "$D" -- exit 7
}

@test "-K and --stop are the same" {
	running
	expect 0 ssd -K -x "$D"
	until_true 5 dead "$pid"
	running
	expect 0 ssd --stop --exec "$D"
	until_true 5 dead "$pid"
}

@test "-T and --status are the same" {
	differs busybox "has no --status"
	differs openrc "has no --status"
	running
	expect 0 ssd -T -x "$D"
	is "$output" $'\n'
	expect 0 ssd --status --exec "$D"
	is "$output" $'\n'
}

@test "-x and --exec, -p and --pidfile, -n and --name, -u and --user are criteria, short and long" {
	differs openrc "-u is whom to run as; -K waits"
	need_root
	local o
	started
	for o in "-x $D" "--exec $D" "--exec=$D" "-x$D" "-p $P" "--pidfile $P" "--pidfile=$P" "-p$P" "-n idled" "--name idled" \
		"--name=idled" "-nidled" "-n idled -u root" "--name idled --user root" "-n idled --user=0" "-n idled -u0"; do
		# shellcheck disable=SC2086 # words
		expect 0 ssd -K -t $o
	done
	expect 1 ssd -K -t -n idled -u nobody
	expect 1 ssd -K -t -p "$P" -u 65534
	expect 1 ssd -K -t -p "$P" -n other
	expect 1 ssd -K -t -p "$P" -x "$(command -v bash)"
	alive "$pid"
}

@test "--pid and --ppid are criteria" {
	differs busybox "has neither"
	differs openrc "has neither"
	running child
	local child
	child=$(< "/proc/$pid/task/$pid/children")
	expect 0 ssd -T --pid "$pid"
	expect 0 ssd -T --pid="$pid" --exec "$D"
	expect 0 ssd -T --ppid "$pid"
	expect 0 ssd -K --ppid="${pid}" -x "$D"
	until_true 5 dead "${child% }"
	alive "$pid"
	expect 3 ssd -T --ppid "$pid" -x "$D"
	expect 0 ssd -K --pid "$pid"
	until_true 5 dead "$pid"
}

@test "--pid takes a process number and nothing else" {
	differs dpkg "takes +1"
	differs busybox "has no --pid"
	differs openrc "has no --pid"
	local n
	for n in 0 -1 +1 abc 12abc 1.5 '' 4194305 4294967297 99999999999999999999; do
		expect 3 ssd -K -t --pid="$n"
		expect 3 ssd -K -t --ppid="$n"
	done
}

@test "of two criteria both must hold" {
	differs openrc "a pidfile overrides all others"
	started
	expect 0 ssd -K -t -p "$P" -x "$D" -n idled
	expect 1 ssd -K -t -p "$P" -x "$D" -n idle
	cp "$D" "$T/other"
	expect 1 ssd -K -t -p "$P" -x "$T/other" -n idled
}

@test "-b and --background, -m and --make-pidfile, -p" {
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	expect 0 ssd -K -p "$P" -x "$D"
	until_true 5 dead "$(< "$P")"
	expect 0 ssd --start --background --make-pidfile --pidfile "$P" --exec "$D"
	expect 0 ssd -K -p "$P" -x "$D"
	until_true 5 dead "$(< "$P")"
}

@test "-a names the program, and without -x it is the one to start" {
	differs busybox "-a is argv[0] only"
	expect 7 ssd -S -p "$P" -a "$D" -- exit 7
	expect 7 ssd --start --pidfile "$P" --startas "$D" -- exit 7
	expect 7 ssd -S -p "$P" --startas="$D" -- exit 7
}

@test "-a with a slash is executed though -x looks for another file, and is its argv[0]" {
	differs busybox "-a is argv[0] only"
	differs openrc "-a is argv[0] where -x is given"
	cp "$D" "$T/starter"
	expect 0 ssd -S -b -m -p "$P" -x "$D" -a "$T/starter"
	pid=$(< "$P")
	runs "$pid" "$T/starter"
	is "$(argv_of "$pid")" "$T/starter|"
}

@test "-a without a slash is only what -x is called" {
	differs dpkg "would execute it"
	expect 0 ssd -S -b -m -p "$P" -x "$D" -a nickname -- wait 1
	pid=$(< "$P")
	runs "$pid" "$D"
	is "$(argv_of "$pid")" "nickname|wait|1|"
}

@test "the first operand is the program where neither -x nor -a names one" {
	differs dpkg "needs --exec or --startas"
	expect 7 ssd -S -p "$P" "$D" exit 7
	expect 0 ssd -S -b -m -p "$P" "$D" -- wait 1
	is "$(argv_of "$(< "$P")")" "$D|wait|1|"
}

@test "argv[0] is the path as it was given" {
	ln -s "$D" "$T/link"
	expect 0 ssd -S -b -m -p "$P" -x "$T/link"
	is "$(argv_of "$(< "$P")")" "$T/link|"
}

@test "arguments reach the program unchanged: empty ones, blanks, dashes, after --" {
	expect 0 ssd -S -b -m -p "$P" -x "$D" -- wait 1 wait '' wait '-x y' wait -- wait $'a\nb'
	is "$(argv_of "$(< "$P")")" "$D|wait|1|wait||wait|-x y|wait|--|wait|"$'a\nb|'
}

@test "operands may stand among the options, and keep their order" {
	expect 0 ssd wait -S 1 -b wait -m -p "$P" 2 -x "$D" -- wait -3
	is "$(argv_of "$(< "$P")")" "$D|wait|1|wait|2|wait|-3|"
}

@test "options in one cluster, the last with its argument" {
	expect 0 ssd -bmSqp "$P" -x "$D"
	pid=$(< "$P")
	expect 0 ssd -Kqp "$P" -x "$D"
	until_true 5 dead "$pid"
	expect 0 ssd -Sbmqp"$P" -x"$D"
	expect 0 ssd -Kqp"$P" -x"$D"
}

@test "all options without an argument in one cluster" {
	differs busybox "has no -C"
	differs openrc "-C is --nocolor, and -v is told"
	ssd -SbmoqvCp "$P" -x "$D" > /dev/null 2>&1 3>&- 4>&-
	runs "$(< "$P")" "$D"
	expect 0 ssd -SbmoqvCtp "$P" -x "$D"
	expect 0 ssd -Koqvtp "$P" -x "$D"
}

@test "a long option may be cut while it is unique" {
	expect 0 ssd --start --backg --make --pidf "$P" --exe "$D"
	expect 0 ssd --stop --pidf="$P" --exe="$D" --sig=TERM --ok --qui
}

@test "an exact long name is not a cut one" {
	differs busybox "has no --pid"
	differs openrc "has no --pid"
	running
	expect 0 ssd -T --pid "$pid"
	expect 0 ssd --stat --pid "$pid"
}

@test "a cut long option that may be several is an error" {
	need START_STOP_DAEMON_USUAL
	differs openrc "exits 1"
	differs busybox "exits 1"
	local o
	for o in --st --sta --ch --ver --s; do
		expect 3 ssd "$o" -x "$D" -- exit 0
	done
}

@test "--help and -H print the options on stdout and exit 0" {
	need OPT_HELP
	differs busybox "has no -H, and exits 1"
	differs openrc "has no -H"
	expect 0 ssd --help
	[[ $out == *--make-pidfile* ]]
	is "$err" ''
	expect 0 ssd -H
	[[ $out == *--make-pidfile* ]]
	expect 0 ssd --help --nonsense
}

@test "--version and -V print the version on stdout and exit 0" {
	differs busybox "has neither"
	differs openrc "has no -V among others"
	expect 0 ssd --version
	[[ $out == *start-stop-daemon*[0-9].[0-9]* ]]
	is "$err" ''
	expect 0 ssd -V
}

@test "each option is taken, short and long, with its argument behind it, behind = or attached" {
	need START_STOP_DAEMON_CRED START_STOP_DAEMON_EXTRA START_STOP_DAEMON_RETRY OPT_LONG
	differs busybox "has not all of them"
	differs openrc "has not all of them"
	local o
	for o in start stop status background make-pidfile remove-pidfile no-close test oknodo quiet verbose; do
		expect 0 ssd "--$o" --help
	done
	for o in exec name pidfile startas output chroot chdir chuid group user retry; do
		expect 0 ssd "--$o" x --help
		expect 0 ssd "--$o=x" --help
		expect 3 ssd "--$o"
	done
	for o in S K T b m C t o q v; do
		expect 0 ssd "-$o" --help
	done
	for o in x n p a O r d c g u R; do
		expect 0 ssd "-$o" x --help
		expect 0 ssd "-${o}x" --help
		expect 3 ssd "-$o"
	done
}

@test "no action at all is a wrong use" {
	differs busybox "exits 1"
	differs openrc "starts"
	wrong
	wrong -x "$D"
	wrong "$D"
}

@test "two different actions are a wrong use, one given twice is not" {
	differs busybox "exits 1"
	differs openrc "exits 1"
	wrong -S -K -x "$D"
	wrong --start --stop --exec "$D"
	expect 0 ssd -S -S -x "$D" -- exit 0
	expect 1 ssd -K -K -x "$D"
}

@test "stop and status without any criterion are a wrong use" {
	differs busybox "exits 1"
	differs openrc "stops nothing, exits 0 or 1"
	wrong -K
	wrong -K -q -o
	expect 4 ssd -T
}

@test "a start without a program is a wrong use" {
	differs busybox "exits 1"
	differs openrc "exits 1"
	wrong -S
	wrong -S -p "$P"
	wrong -S -b -m -p "$P" -n idled
	gone_from_here
}

@test "--make-pidfile without --pidfile, and --remove-pidfile, are a wrong use" {
	differs busybox "exits 1"
	differs openrc "exits 1"
	wrong -S -b -m -x "$D"
	expect 3 ssd -K --remove-pidfile -x "$D"
}

@test "--pidfile and --pid together are a wrong use" {
	differs busybox "has no --pid"
	differs openrc "has no --pid"
	wrong -K -p "$P" --pid 1
}

@test "an unknown option is a wrong use, and is named" {
	differs busybox "exits 1"
	differs openrc "exits 1"
	wrong -S -x "$D" --nonsense
	says nonsense
	wrong -S -x "$D" -Z
	says Z
	wrong -SZx "$D"
}

@test "an option without its argument, and an argument without its option, are a wrong use" {
	differs busybox "exits 1"
	differs openrc "exits 1"
	wrong -S -x
	wrong -S --exec
	wrong -S -x "$D" --quiet=yes
	wrong -S -x "$D" -s
}

@test "after -T a wrong use is status 4: it is not known; before it 3" {
	differs busybox "has no --status"
	differs openrc "has no --status"
	expect 4 ssd -T --nonsense
	expect 4 ssd -T -p
	expect 4 ssd -T -K -x "$D"
	expect 4 ssd --status --signal=FOO
	expect 3 ssd --nonsense -T
	expect 3 ssd -p
}

@test "-k takes an octal mask" {
	differs dpkg "without a leading 0 it is decimal"
	differs busybox "has no -k"
	local m
	for m in 0:0000 22:0022 022:0022 77:0077 0077:0077 777:0777; do
		expect 0 ssd -S -b -m -p "$P" -k "${m%:*}" -x "$D"
		is "$(status_of "$(< "$P")" Umask)" "${m#*:}"
		expect 0 ssd -K -x "$D"
		until_true 5 dead "$(< "$P")"
	done
	for m in 8 09 1000 -1 +7 u=rwx 7x '' ; do
		expect 3 ssd -S -b -m -p "$P" --umask="$m" -x "$D"
	done
}

@test "-k takes hexadecimal with 0x too" {
	differs busybox "has no -k"
	differs openrc "octal only"
	expect 0 ssd -S -b -m -p "$P" --umask 0x12 -x "$D"
	is "$(status_of "$(< "$P")" Umask)" 0022
}

@test "-N adds to the nice level" {
	differs openrc "it is the new level"
	expect 0 nice -n 3 "$(command -v start-stop-daemon)" -S -b -m -p "$P" -N 4 -x "$D"
	is "$(stat_of "$(< "$P")" 19)" $(($(nice) + 7))
}

@test "-N lowers it with a minus" {
	need_root
	differs openrc "it is the new level"
	expect 0 nice -n 3 "$(command -v start-stop-daemon)" -S -b -m -p "$P" --nicelevel -4 -x "$D"
	is "$(stat_of "$(< "$P")" 19)" $(($(nice) - 1))
}

@test "-N takes a number and nothing else" {
	differs dpkg "takes garbage for 0"
	differs busybox "exits 1"
	differs openrc "exits 1"
	local n
	for n in x 5x '' -x 1.5 --5 +-5; do
		expect 3 ssd -S -N "$n" -x "$D" -- exit 0
	done
}

@test "-s takes a number" {
	running exit-on 10 0
	expect 0 ssd -K -x "$D" -s 10
	until_true 5 dead "$pid"
}

@test "-s takes a bare name" {
	differs openrc "waits for the end"
	running log "$T/log"
	expect 0 ssd -K -x "$D" -s USR1
	until_true 5 grep -qx 'got 10' "$T/log"
	expect 0 ssd -K -x "$D" --signal=HUP
	until_true 5 grep -qx 'got 01' "$T/log"
}

@test "-s takes a name with SIG, of any case, and names that dpkg does not know" {
	need SIGNAL_NAMES
	differs dpkg "knows 19 names, bare and in upper case"
	differs openrc "waits for the end"
	running log "$T/log" exit-on 28 0
	expect 0 ssd -K -x "$D" -s SIGUSR1
	until_true 5 grep -qx 'got 10' "$T/log"
	expect 0 ssd -K -x "$D" -s usr2
	until_true 5 grep -qx 'got 12' "$T/log"
	expect 0 ssd -K -x "$D" -s sigWinch
	until_true 5 dead "$pid"
}

@test "-s takes RTMIN+n and RTMAX-n" {
	need SIGNAL_NAMES
	differs busybox "has no RTMAX-n"
	differs dpkg "knows 19 names"
	differs openrc "knows 30 names"
	running exit-on 63 0
	expect 0 ssd -K -x "$D" -s RTMAX-1
	until_true 5 dead "$pid"
	running exit-on 38 0
	expect 0 ssd -K -x "$D" -s sigrtmin+3
	until_true 5 dead "$pid"
}

@test "-s 0 sends nothing, and tells whether it could" {
	differs openrc "waits for the end"
	running
	expect 0 ssd -K -x "$D" -s 0
	alive "$pid"
	expect 1 ssd -K -n nosuchprogram -s 0
}

@test "-s refuses what is no signal" {
	differs dpkg "takes any number"
	differs busybox "exits 1"
	differs openrc "exits 1"
	local s
	running
	for s in FOO SIGSIG '' -1 65 +15 15x TERMX 999999999999 RTMIN+99 SIG15; do
		expect 3 ssd -K -x "$D" -s "$s"
	done
	alive "$pid"
}

@test "-d is where the program runs, and without it that is /" {
	differs busybox "stays where it is"
	differs openrc "stays where it is"
	mkdir "$T/home"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$(readlink "/proc/$(< "$P")/cwd")" /
	expect 0 ssd -K -x "$D"
	until_true 5 dead "$(< "$P")"
	expect 0 ssd -S -b -m -p "$P" -x "$D" --chdir "$T/home"
	is "$(readlink "/proc/$(< "$P")/cwd")" "$T/home"
}

@test "-d is where the program runs in the foreground too" {
	differs busybox "1.35 has no -d"
	mkdir "$T/home"
	expect 0 ssd -S -d "$T/home" -x "$(type -P pwd)"
	is "$out" "$T/home"
}

@test "with -d the pidfile, the output and a relative program are those of the caller's directory" {
	differs dpkg "looks for the program in -d"
	differs busybox "looks for all three in -d"
	differs openrc "looks for all three in -d"
	mkdir "$T/home"
	cp "$D" idled
	D=$T/idled
	expect 0 ssd -S -b -m -p run/pid -O out -d home -x ./idled -- say hello
	until_true 5 grep -q hello "$T/out"
	is "$(readlink "/proc/$(< "$P")/cwd")" "$T/home"
	gone=$(ls -A "$T/home")
	is "$gone" ''
	expect 0 ssd -K -p run/pid -x ./idled
}

@test "a program without a slash is found in PATH" {
	differs dpkg "looks in the directory only"
	PATH=${D%/*}:$PATH expect 7 ssd -S -x idled -- exit 7
	PATH=${D%/*}:$PATH expect 0 ssd -S -b -m -p "$P" -x idled
	runs "$(< "$P")" "$D"
	PATH=${D%/*}:$PATH expect 1 ssd -S -b -m -p "$P" -x idled
	PATH=${D%/*}:$PATH expect 0 ssd -K -x idled
}

@test "a program without a slash that is not in PATH is not taken from the current directory" {
	differs busybox "exits 1"
	differs dpkg "takes it from there"
	cp "$D" nosuchprogram
	expect 2 ssd -S -x nosuchprogram -- exit 0
	complains nosuchprogram
}

@test "-r is the program's root, and its path is one in there" {
	differs busybox "has no -r"
	need_root
	mkdir -p "$T/root/bin" "$T/root/home"
	cp "$D" "$T/root/bin/idled"
	D=$T/root/bin/idled
	expect 0 ssd -S -b -m -p "$P" -r "$T/root" -d /home -x /bin/idled
	pid=$(< "$P")
	is "$(readlink "/proc/$pid/root")" "$T/root"
	is "$(readlink "/proc/$pid/cwd")" "$T/root/home"
	is "$(argv_of "$pid")" '/bin/idled|'
	expect 1 ssd -S -b -m -p "$P" -r "$T/root" -x /bin/idled
	is "$(ls -A "$T/root/home" "$T/root/bin")" "$T/root/bin:
idled

$T/root/home:"
}

@test "-r without -d runs in the new root" {
	differs busybox "has no -r"
	differs openrc "stays outside"
	need_root
	mkdir -p "$T/root/bin"
	cp "$D" "$T/root/bin/idled"
	expect 0 ssd -S -b -m -p "$P" --chroot="$T/root" -x /bin/idled
	is "$(readlink "/proc/$(< "$P")/cwd")" "$T/root"
	expect 0 ssd -K -p "$P" -r "$T/root" -x /bin/idled
	until_true 5 dead "$(< "$P")"
}

@test "-O takes what the program says, both streams, behind what is there" {
	differs busybox "1.35 has no -O"
	differs openrc "has no -O"
	echo before > "$T/out"
	expect 0 ssd -S -b -m -p "$P" -O "$T/out" -x "$D" -- say one cry two say three pid "$T/ready"
	until_true 5 test -e "$T/ready"
	is "$(cat "$T/out")" $'before\none\ntwo\nthree'
	is "$out$err" ''
	pid=$(< "$P")
	is "$(readlink "/proc/$pid/fd/0")" /dev/null
}

@test "-O makes the file with 0664, less the umask" {
	differs busybox "0666, less the umask"
	differs openrc "has no -O"
	expect 0 ssd -S -b -m -p "$P" --output "$T/out" -x "$D"
	is "$(stat -c %a "$T/out")" 644
	umask 002
	expect 0 ssd -K -x "$D"
	until_true 5 dead "$(< "$P")"
	expect 0 ssd -S -b -m -p "$P" --output "$T/out2" -x "$D"
	is "$(stat -c %a "$T/out2")" 664
}

@test "-O in the foreground" {
	differs busybox "1.35 has no -O"
	differs openrc "has no -O"
	differs dpkg "needs --background"
	expect 7 ssd -S -O "$T/out" -x "$D" -- say one cry two exit 7
	is "$(cat "$T/out")" $'one\ntwo'
}

@test "-O is opened with the caller's rights, not with those of -c" {
	differs busybox "as the user"
	differs openrc "has no -O"
	need_root
	mkdir -m 700 "$T/private"
	expect 0 ssd -S -b -m -p "$P" -c nobody -O "$T/private/out" -x "$D" -- say hello
	until_true 5 grep -q hello "$T/private/out"
}

@test "-C leaves the program the caller's files" {
	differs busybox "has no -C"
	differs openrc "-C is --nocolor"
	"$(command -v start-stop-daemon)" -S -b -C -m -p "$P" -x "$D" -- say one cry two pid "$T/ready" \
		> "$T/1" 2> "$T/2" 7< /dev/zero 3>&-
	until_true 5 test -e "$T/ready"
	is "$(cat "$T/1" "$T/2")" $'one\ntwo'
	is "$(readlink "/proc/$(< "$P")/fd/7")" /dev/zero
}

@test "-o makes nothing done a success, in both directions" {
	differs openrc "otherwise"
	started
	expect 0 ssd -S -o -b -m -p "$P" -x "$D"
	is "$(pids_of "$D")" "$pid"
	expect 0 ssd --start --oknodo --exec "$D"
	expect 0 ssd -K -o -n nosuchprogram
	expect 0 ssd --stop --oknodo --name nosuchprogram
	expect 1 ssd -K -n nosuchprogram
}

@test "-o does not hide a failure" {
	differs busybox "exits 0"
	differs openrc "exits 0 or 1"
	expect 2 ssd -S -o -b -x "$T/missing"
	expect 3 ssd -S -o -b
}

@test "-q hides what is no error" {
	differs openrc "one -q is not enough"
	started
	expect 1 ssd -S -x "$D"
	says 'already running'
	expect 1 ssd -S -q -x "$D"
	is "$output" $'\n'
	expect 1 ssd -K --quiet -n nosuchprogram
	is "$output" $'\n'
}

@test "-q does not hide an error" {
	differs busybox "says nothing"
	expect 2 ssd -S -b -q -x "$T/missing"
	complains missing
}

@test "'already running' and 'none killed' are said on stdout" {
	differs openrc "on stderr"
	started
	expect 1 ssd -S -x "$D"
	[[ $out == *running* && ! $err ]]
	expect 1 ssd -K -n nosuchprogram
	[[ $out == *nosuchprogram* && ! $err ]]
}

@test "success is silent" {
	differs busybox "-K tells of the stop"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$output" $'\n'
	expect 0 ssd -K -p "$P"
	is "$output" $'\n'
}

@test "-v tells what is done, with the number" {
	differs dpkg "tells it otherwise"
	differs busybox "accepts it and says nothing"
	differs openrc "says otherwise"
	expect 0 ssd -S -b -v -m -p "$P" -x "$D"
	[[ $out == *"$D"* && ! $err ]]
	expect 0 ssd -K --verbose -x "$D"
	[[ $out == *"$(< "$P")"* && ! $err ]]
}

@test "-t with -S says what it would start, and starts nothing" {
	differs busybox "starts it"
	expect 0 ssd -S -t -b -m -p "$P" -x "$D" -- wait 'a b'
	[[ $out == *"$D wait a b"* ]]
	gone_from_here
	expect 0 ssd --start --test --exec "$D"
	gone_from_here
}

@test "-t with -S of what runs says so, and exits 1" {
	started
	expect 1 ssd -S -t -b -m -p "$P" -x "$D"
	is "$(pids_of "$D")" "$pid"
}

@test "-t with -K names whom it would signal, and signals nobody" {
	started
	expect 0 ssd -K -t -p "$P"
	says "$pid"
	expect 0 ssd --stop --test -s KILL -x "$D"
	says "$pid"
	alive "$pid"
}

# ---- exit statuses -------------------------------------------------------------------------------------------------

@test "in the foreground the exit status is the program's own" {
	differs openrc "0 or 1"
	local n
	for n in 0 1 2 3 77 255; do
		expect "$n" ssd -S -x "$D" -- exit "$n"
	done
}

@test "in the foreground a signal ends the program as it would without us" {
	differs openrc "0 or 1"
	printf '#!/bin/sh\nkill -TERM $$\n' > script
	chmod +x script
	expect 143 ssd -S -x "$T/script"
}

@test "in the foreground the program has the caller's stdin, stdout and stderr" {
	cp "$(command -v cat)" kat
	expect 0 bash -c 'echo hello | start-stop-daemon -S -x "$0"' "$T/kat"
	is "$out" hello
	expect 0 ssd -S -x "$D" -- say one cry two exit 0
	is "$out-$err" one-two
}

@test "a second start exits 1 and starts nothing" {
	started
	expect 1 ssd -S -b -m -p "$P" -x "$D"
	expect 1 ssd -S -x "$D"
	expect 1 ssd -S -n idled -x "$D" -b
	is "$(pids_of "$D")" "$pid"
	is "$(< "$P")" "$pid"
}

@test "-T is 0 when it runs" {
	differs busybox "has no --status"
	differs openrc "has no --status"
	started
	expect 0 ssd -T -p "$P"
	expect 0 ssd -T -x "$D"
	expect 0 ssd -T -p "$P" -x "$D" -n idled
	is "$output" $'\n'
}

@test "-T is 1 when a pidfile names nobody alive, or another" {
	differs busybox "has no --status"
	differs openrc "has no --status"
	started
	expect 1 ssd -T -p "$P" -n other
	kill -9 "$pid"
	until_true 5 dead "$pid"
	expect 1 ssd -T -p "$P"
	expect 1 ssd -T -p "$P" -x "$D"
}

@test "-T is 3 when there is no pidfile, or nothing matches" {
	differs busybox "has no --status"
	differs openrc "has no --status"
	expect 3 ssd -T -p "$T/run/none"
	expect 3 ssd -T -x "$D"
	expect 3 ssd -T -n nosuchprogram
	is "$output" $'\n'
}

@test "-T is 3 with -p /dev/null, which names nobody" {
	differs dpkg "exits 4"
	differs busybox "has no --status"
	differs openrc "has no --status"
	expect 3 ssd -T -p /dev/null
}

@test "-T is 4 when it cannot be told" {
	differs busybox "has no --status"
	differs openrc "has no --status"
	echo nonsense > "$P"
	expect 4 ssd -T -p "$P"
	echo 1 > "$P"
	chmod 666 "$P"
	expect 4 ssd -T -p "$P"
	expect 4 ssd -T -u nosuchuser
	expect 4 ssd -T
}

@test "a stale pidfile does not hinder a start, and is overwritten" {
	started
	kill -9 "$pid"
	until_true 5 dead "$pid"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$(pids_of "$D")" "$(< "$P")"
	[ "$(< "$P")" != "$pid" ]
}

@test "a pidfile that names another program does not hinder a start" {
	differs openrc "trusts it"
	cp "$D" "$T/other"
	spawn "$T/other"
	until_true 5 runs "$pid" "$T/other"
	echo "$pid" > "$P"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
	is "$(pids_of "$D")" "$(< "$P")"
	alive "$pid"
}

@test "-p /dev/null names nobody: -S starts, -K does nothing" {
	expect 0 ssd -S -b -p /dev/null -x "$D"
	expect 0 ssd -S -b -p /dev/null -x "$D"
	is "$(pids_of "$D" | wc -l)" 2
	differs openrc "falls back to a scan"
	expect 1 ssd -K -p /dev/null -x "$D"
	is "$(pids_of "$D" | wc -l)" 2
}
