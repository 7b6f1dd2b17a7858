#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# start-stop-daemon: what goes beyond dpkg and BusyBox - readiness, whole families, identities, limits, loggers, OpenRC
load helper
load ssd
load cgroup

# talk WORD...: a daemon that talks to NOTIFY_SOCKET. say TEXT, wait MS, touch FILE, exit N, die (by KILL), child (a child
# does the rest, the parent stays), main (tells its own MAINPID), tell FILE (its NOTIFY_SOCKET); at last it sleeps
talker() {
	cat > "$T/talk" <<-'PERL'
		#!/usr/bin/perl
		use Socket;
		sub say_it {
			my $name = $ENV{NOTIFY_SOCKET};
			$name =~ s/^@/\0/;
			socket(S, AF_UNIX, SOCK_DGRAM, 0) && connect(S, pack_sockaddr_un($name)) or exit 90;
			send(S, $_[0], 0);
		}
		while (defined(my $w = shift)) {
			if ($w eq "say") { my $t = shift; $t =~ s/\\n/\n/g; $t =~ s/%(\d+)/"x" x $1/e; say_it($t) }
			elsif ($w eq "wait") { select(undef, undef, undef, shift() / 1000) }
			elsif ($w eq "touch") { open(my $f, ">", shift) }
			elsif ($w eq "exit") { exit shift }
			elsif ($w eq "die") { kill KILL => $$ }
			elsif ($w eq "child") { if (fork) { sleep } }
			elsif ($w eq "main") { say_it("MAINPID=$$") }
			elsif ($w eq "tell") { my $p = shift; open(my $f, ">", "$p.new"); print $f $ENV{NOTIFY_SOCKET}; close $f; rename "$p.new", $p }
		}
		sleep;
	PERL
	chmod 755 "$T/talk"
}

# await STATUS [OPTION...] -- WORD...: a start of the talker that waits
await() {
	local status=$1
	shift
	expect "$status" ssd -S -b -m -p "$P" -x "$T/talk" --notify-await --notify-timeout 10 "$@"
}

needs_talker() {
	need START_STOP_DAEMON_NOTIFY
	need_command perl
	talker
}

now() {
	echo $((${EPOCHREALTIME/[.,]/} / 1000))
}

# within MSEC CMD...; at_least MSEC CMD...
within() {
	local begin most=$1
	begin=$(now)
	shift
	"$@" || return 1
	[ $(($(now) - begin)) -le "$most" ] || { echo "took $(($(now) - begin)) ms, more than $most: $*"; return 1; }
}

at_least() {
	local begin least=$1
	begin=$(now)
	shift
	"$@" || return 1
	[ $(($(now) - begin)) -ge "$least" ] || { echo "took $(($(now) - begin)) ms, less than $least: $*"; return 1; }
}

# start OPTION... [-- WORD...]: $D in the background with pidfile $P; $pid
start() {
	expect 0 ssd -S -b -m -p "$P" -x "$D" "$@"
	pid=$(head -n 1 "$P")
}

ended() {
	kill -9 "$1"
	until_true 5 dead "$1"
}

environment() {
	tr '\0' '\n' < "/proc/$1/environ"
}

# wrong TEXT OPTION...: a usage error that says TEXT
wrong() {
	local text=$1
	shift
	expect 3 ssd "$@"
	says "$text"
}

eval "shared_$(declare -f prepare)"
prepare() {
	shared_prepare
	chmod 755 "${TMPDIR:-/tmp}" 2> /dev/null || true # where a user without rights passes
}

tidy() {
	tidy_cgroup
}

# ---- readiness by socket -------------------------------------------------------------------------------------------

@test "--notify-await: comes back when the daemon says READY=1, not before" {
	needs_talker
	await 0 -- wait 200 touch "$T/done" say READY=1
	[ -e "$T/done" ]
	alive "$(< "$P")"
}

@test "READY=1 among other lines, and from a child of the daemon" {
	needs_talker
	await 0 -- child say 'FOO=bar\nREADY=1\nX=y'
	alive "$(< "$P")"
}

@test "what is like READY=1 is not" {
	needs_talker
	await 2 --notify-timeout 300ms -- say 'READY=0' say 'ready=1' say 'XREADY=1' say 'READY=1 '
	says 'is not ready in time'
}

@test "--notify socket:ready is the same" {
	needs_talker
	expect 0 ssd -S -b -m -p "$P" -x "$T/talk" --notify socket:ready -- wait 100 touch "$T/done" say READY=1
	[ -e "$T/done" ]
}

@test "STATUS is shown with -v only, and its control characters never" {
	needs_talker
	await 0 -v -- say "STATUS=half $(printf '\033')way" say READY=1
	says 'half ?way'
	ended "$(< "$P")"
	await 0 -- say 'STATUS=half way' say READY=1
	is "$out$err" ''
}

@test "ERRNO ends the wait with 2 and the error's text" {
	needs_talker
	within 2000 await 2 -- say ERRNO=13
	complains 'Permission denied'
}

@test "a number that is none ends it with 2" {
	needs_talker
	within 2000 await 2 -- say EXTEND_TIMEOUT_USEC=soon
}

@test "MAINPID goes into the pidfile" {
	needs_talker
	await 0 -- child main say READY=1
	is "$(status_of "$(< "$P")" PPid)" "$(pgrep -o -f "$T/talk")"
	[ "$(readlink "/proc/$(< "$P")/exe")" = "$(readlink -f "$(command -v perl)")" ]
}

@test "MAINPID of somebody else's process, or of nobody, does not" {
	needs_talker
	running
	await 0 -- say "MAINPID=$pid" say MAINPID=1 say MAINPID=4194303 say READY=1
	is "$(< "$P")" "$(pgrep -o -f "$T/talk")"
}

@test "MAINPID with --identify: the second line is of that process" {
	needs_talker
	need START_STOP_DAEMON_IDENTITY
	await 0 --identify -- child main say READY=1
	is "$(sed -n 2p "$P")" "$(stat_of "$(head -n 1 "$P")" 22) $(< /proc/sys/kernel/random/boot_id)"
}

@test "the process of MAINPID is watched from then on" {
	needs_talker
	within 3000 await 2 -- child main wait 100 exit 4
	says 'before it was ready'
}

@test "EXTEND_TIMEOUT_USEC is in microseconds: two seconds more" {
	needs_talker
	await 0 --notify-timeout 300ms -- say EXTEND_TIMEOUT_USEC=2000000 wait 700 say READY=1
}

@test "EXTEND_TIMEOUT_USEC is in microseconds: a million are not a quarter of an hour" {
	needs_talker
	within 2500 await 2 --notify-timeout 5 -- say EXTEND_TIMEOUT_USEC=1000000
	says 'is not ready in time'
}

@test "a datagram of 4096 bytes is read whole, one of more not at all" {
	needs_talker
	await 0 -- say 'X=%4086\nREADY=1'
	ended "$(< "$P")"
	await 2 --notify-timeout 300ms -- say 'READY=1\nX=%4087'
}

@test "what a stranger says does not count: not another user's, nor root's who is no descendant" {
	needs_talker
	need_root
	spawn start-stop-daemon -S -b -m -p "$P" -x "$T/talk" --notify-await --notify-timeout 2 -- tell "$T/where"
	local it=$pid status=0
	until_true 5 test -e "$T/where"
	export NOTIFY_SOCKET
	NOTIFY_SOCKET=$(< "$T/where")
	expect 0 setpriv --reuid=65534 --regid=65534 --clear-groups "$T/talk" say READY=1 say ERRNO=13 exit 0
	# stays: of a sender who is gone only the user is known
	spawn "$T/talk" say READY=1 say ERRNO=13 touch "$T/said"
	until_true 5 test -e "$T/said"
	wait "$it" || status=$?
	is "$status" 2
	alive "$(< "$P")"
}

@test "the death of the daemon is noticed at once, with its exit status, and its pidfile goes" {
	needs_talker
	within 2000 await 2 -- wait 50 exit 7
	complains 'exited with status 7 before it was ready'
	[ ! -e "$P" ]
}

@test "the death by a signal is noticed at once, with the signal" {
	needs_talker
	within 2000 await 2 -- wait 50 die
	complains 'killed by signal KILL'
	[ ! -e "$P" ]
}

@test "a daemon that says READY=1 and ends was ready" {
	needs_talker
	await 0 -- say READY=1 exit 0
}

@test "after --notify-timeout the daemon runs on, with its pidfile, and one is told" {
	needs_talker
	at_least 200 await 2 --notify-timeout 0.2
	pid=$(< "$P")
	complains 'is not ready in time' "runs on with pid $pid"
	alive "$pid"
	expect 0 ssd -T -p "$P"
}

@test "without --notify-await nothing is waited for, and there is no NOTIFY_SOCKET" {
	need START_STOP_DAEMON_NOTIFY
	within 1000 start
	environment "$pid" > "$T/env"
	not grep NOTIFY_SOCKET "$T/env"
}

@test "NOTIFY_SOCKET is an abstract socket, and is there with --clean too" {
	needs_talker
	await 0 --clean -- tell "$T/where" say READY=1
	[[ $(< "$T/where") == @initbox.* ]]
}

# ---- readiness by descriptor ---------------------------------------------------------------------------------------

# by_fd STATUS N OPTIONS... -- SCRIPT: a shell with @ for N, which then becomes the victim
by_fd() {
	local status=$1 n=$2 script
	shift 2
	script=${*: -1}
	set -- "${@:1:$#-2}"
	expect "$status" ssd -S -b -m -p "$P" -x /bin/bash "$@" -- -c "${script//@/$n}; exec $D state $T/state"
}

for_several_fds() {
	local n
	for n in 3 5 9; do
		"$@" "$n"
		ended "$(< "$P")"
		rm -f "$T/state" "$T/done"
	done
}

@test "--ready-fd N: a newline there is ready, and no other descriptor is open" {
	need START_STOP_DAEMON_NOTIFY
	ready() {
		by_fd 0 "$1" --ready-fd "$1" -- "sleep 0.1; touch $T/done; echo >&@"
		[ -e "$T/done" ]
		until_true 5 test -e "$T/state"
		is "$(sed -n 's/^fd\([0-9]*\)=.*/\1/p' "$T/state" | sort -n | tr '\n' ' ')" "0 1 2 $1 "
	}
	for_several_fds ready
}

@test "--notify fd:N is the same" {
	need START_STOP_DAEMON_NOTIFY
	ready() {
		by_fd 0 "$1" --notify "fd:$1" -- "touch $T/done; echo >&@"
		[ -e "$T/done" ]
	}
	for_several_fds ready
}

@test "--ready-fd: the end of the file is not ready, and is told at once" {
	need START_STOP_DAEMON_NOTIFY
	closed() {
		within 2000 by_fd 2 "$1" --ready-fd "$1" -- "exec @>&-"
		complains 'closed'
		alive "$(< "$P")"
	}
	for_several_fds closed
}

@test "--ready-fd: text without a newline is not ready" {
	need START_STOP_DAEMON_NOTIFY
	by_fd 2 5 --ready-fd 5 --notify-timeout 200ms -- "printf ready >&@"
	complains 'in time'
}

@test "--ready-fd: a death before is told with its status" {
	need START_STOP_DAEMON_NOTIFY
	within 2000 by_fd 2 5 --ready-fd 5 -- "exit 6"
	complains 'status 6'
	[ ! -e "$P" ]
}

@test "--ready-fd with --limit nofile: the limit is not in the way" {
	need START_STOP_DAEMON_NOTIFY START_STOP_DAEMON_SCHED
	by_fd 0 3 --ready-fd 3 --limit nofile=16 -- "echo >&@"
}

@test "--wait: comes back after that time, if the daemon lives" {
	need START_STOP_DAEMON_NOTIFY
	at_least 300 start --wait 300
	ended "$pid"
	at_least 300 start -w 0.3s
}

@test "--wait: a daemon that dies is told at once, and its pidfile goes" {
	need START_STOP_DAEMON_NOTIFY
	within 2000 expect 2 ssd -S -b -m -p "$P" -x "$D" --wait 5000 -- wait 50 exit 3
	complains 'exited with status 3'
	[ ! -e "$P" ]
}

# ---- families ------------------------------------------------------------------------------------------------------

# a family of victims: "one" in the pidfile, its children "mate" (same group), "group" (own group), "session" (own session),
# and "orphan", whose parent is gone (double fork), of the same group
family() {
	need START_STOP_DAEMON_TREE START_STOP_DAEMON_RETRY
	need_command perl
	cat > "$T/family" <<-'PERL'
		use POSIX;
		my ($d, $t) = @ARGV;
		for my $who (qw(mate group session)) {
			next if fork;
			setpgid(0, 0) if $who eq "group";
			setsid() if $who eq "session";
			exec $d, "name", $who, "pid", "$t/$who";
		}
		unless (fork) {
			exit if fork;
			exec $d, "name", "orphan", "pid", "$t/orphan";
		}
		wait;
		exec $d, "pid", "$t/one";
	PERL
	expect 0 ssd -S -b -m -p "$P" -x "$(command -v perl)" -- "$T/family" "$D" "$T"
	local who
	for who in one mate group session orphan; do
		until_true 5 test -e "$T/$who"
	done
}

# after NAMES CMD...: of the family these, and no others, live
left() {
	local who all=
	for who in one mate group session orphan; do
		dead "$(< "$T/$who")" || all+="$who "
	done
	is "$all" "$*${*:+ }"
}

@test "a stop without more stops the process in the pidfile alone" {
	family
	expect 0 ssd -K -p "$P" -R 2
	left mate group session orphan
}

@test "--stop-group stops its process group" {
	family
	expect 0 ssd -K --stop-group -p "$P" -R 2
	left group session
}

@test "-G is --stop-group" {
	family
	expect 0 ssd -K -G -p "$P" -R 2
	left group session
}

@test "--stop-session stops its session, whatever the groups" {
	family
	expect 0 ssd -K --stop-session -p "$P" -R 2
	left session
}

@test "--stop-tree stops all that descend from it, whatever the sessions" {
	family
	expect 0 ssd -K --stop-tree -p "$P" -R 2
	left orphan
}

@test "they wait for the last of them, and kill who ignores TERM" {
	need START_STOP_DAEMON_TREE START_STOP_DAEMON_RETRY
	started exit-on 15 0 child ignore 15 child child
	until_true 5 eval '[ "$(pids_of "$D" | wc -l)" = 4 ]'
	expect 0 ssd -K --stop-group -p "$P" --retry TERM/300ms/KILL/5 --remove-pidfile
	gone_from_here
}

@test "a family that ignores it is told to be alive: 2" {
	need START_STOP_DAEMON_TREE START_STOP_DAEMON_RETRY
	started ignore 15 child
	expect 2 ssd -K --stop-tree -p "$P" --retry TERM/200ms
	says '2 process(es), refused to die'
}

@test "our own group and our own session are refused, and nobody is signalled" {
	need START_STOP_DAEMON_TREE
	echo "$BASHPID" > "$P"
	expect 2 ssd -K --stop-group -p "$P" -s KILL
	expect 2 ssd -K --stop-session -p "$P" -s KILL
	says_not 'all processes'
}

# ---- cgroups -------------------------------------------------------------------------------------------------------

needs_cgroup() {
	need START_STOP_DAEMON_TREE START_STOP_DAEMON_RETRY
	cgroup
}

# joined WORD...: a victim in it
joined() {
	running "$@"
	pid=$(< "$T/ready")
	echo "$pid" > "$C/cgroup.procs"
}

@test "--cgroup: all members are signalled, and waited for" {
	needs_cgroup
	joined child fork
	local first=$pid
	joined ignore 1
	expect 0 ssd -K --cgroup "$C" -R 2
	is "$(cat "$C/cgroup.procs")" ''
	dead "$pid" && dead "$first"
	done_with_cgroup
}

@test "--cgroup: KILL ends all at once, also who ignores TERM" {
	needs_cgroup
	joined ignore 15
	running ignore 15 many 20
	local p
	for p in $(pids_of "$D"); do
		echo "$p" > "$C/cgroup.procs"
	done
	expect 0 ssd -K --cgroup "$C" -R TERM/100ms/KILL/5
	is "$(cat "$C/cgroup.procs")" ''
	done_with_cgroup
}

@test "--cgroup with --name: KILL too is for those of that name only" {
	needs_cgroup
	joined name other
	local other=$pid
	joined
	expect 0 ssd -K --cgroup "$C" -n idled -R KILL/2
	dead "$pid"
	alive "$other"
	ended "$other"
	done_with_cgroup
}

@test "--cgroup with --pidfile: both must hold" {
	needs_cgroup
	joined
	local other=$pid
	joined
	echo "$pid" > "$P"
	expect 0 ssd -K --cgroup "$C" -p "$P" -s KILL
	alive "$other"
	until_true 5 dead "$pid"
	ended "$other"
	done_with_cgroup
}

@test "--cgroup: status, an empty one, and one that is not there" {
	needs_cgroup
	expect 3 ssd -T --cgroup "$C"
	expect 1 ssd -K --cgroup "$C"
	joined
	expect 0 ssd -T --cgroup "$C"
	expect 4 ssd -T --cgroup "$C/nowhere"
	expect 2 ssd -K --cgroup "$C/nowhere"
	says "cgroup $C/nowhere: No such file or directory"
	ended "$pid"
	done_with_cgroup
}

@test "--cgroup of a directory that is none says so" {
	need START_STOP_DAEMON_TREE
	expect 2 ssd -K --cgroup "$T"
	says "$T"
}

# ---- identity ------------------------------------------------------------------------------------------------------

identified() {
	need START_STOP_DAEMON_IDENTITY
	start --identify
}

@test "--identify: the second line is the start time and the boot's id, the first as ever" {
	identified
	is "$(cat "$P")" "$pid
$(stat_of "$pid" 22) $(< /proc/sys/kernel/random/boot_id)"
}

@test "--identify: who is named is found and stopped, and the pidfile goes" {
	need START_STOP_DAEMON_RETRY
	identified
	expect 0 ssd -T -p "$P"
	expect 1 ssd -S -b -m -p "$P" -x "$D" --identify
	expect 0 ssd -K -p "$P" -R 2 --remove-pidfile
	[ ! -e "$P" ]
}

@test "--identify: a process that got the number later is not meant" {
	identified
	sed -i '2s/^[0-9]*/12345/' "$P"
	expect 1 ssd -T -p "$P"
	expect 1 ssd -K -p "$P"
	alive "$pid"
	expect 0 ssd -S -b -m -p "$P" -x "$D" --identify
	[ "$(head -n 1 "$P")" != "$pid" ]
}

@test "--identify: a process of another boot is not meant" {
	identified
	sed -i '2s/[0-9a-f-]*$/01234567-89ab-cdef-0123-456789abcdef/' "$P"
	expect 1 ssd -T -p "$P"
	expect 1 ssd -K -p "$P" -s KILL
	alive "$pid"
}

@test "--identify: a second line that is not ours says nothing" {
	start
	echo 'and more 1' >> "$P"
	expect 0 ssd -T -p "$P"
}

@test "--identify: other tools read the first word" {
	identified
	local theirs
	read -r theirs _ < "$P"
	is "$theirs" "$pid"
	if command -v busybox > /dev/null; then
		expect 0 busybox start-stop-daemon -K -t -p "$P"
	fi
	if [ -x /usr/sbin/start-stop-daemon ] && command -v dpkg > /dev/null; then
		expect 0 /usr/sbin/start-stop-daemon --status -p "$P"
	fi
}

@test "without --identify there is one line" {
	start
	is "$(cat "$P")" "$pid"
}

# ---- what it is given ----------------------------------------------------------------------------------------------

sched() {
	need START_STOP_DAEMON_SCHED
	need_root
}

@test "--procsched: policy and priority" {
	sched
	start -P batch
	is "$(stat_of "$pid" 41)" 3
	ended "$pid"
	start --procsched idle
	is "$(stat_of "$pid" 41)" 5
	ended "$pid"
	chrt -f 1 true || skip "no real-time class here"
	start --procsched=fifo:10
	is "$(stat_of "$pid" 41) $(stat_of "$pid" 40)" '1 10'
	ended "$pid"
	start -Prr:99
	is "$(stat_of "$pid" 41) $(stat_of "$pid" 40)" '2 99'
}

@test "--scheduler and --scheduler-priority, in any order" {
	sched
	chrt -f 1 true || skip "no real-time class here"
	start --scheduler fifo --scheduler-priority 7
	is "$(stat_of "$pid" 41) $(stat_of "$pid" 40)" '1 7'
	ended "$pid"
	start --scheduler-priority 8 --scheduler rr
	is "$(stat_of "$pid" 41) $(stat_of "$pid" 40)" '2 8'
}

@test "--iosched by dpkg's names, --ionice by OpenRC's numbers" {
	sched
	need_command ionice
	start -I best-effort:6
	is "$(ionice -p "$pid")" 'best-effort: prio 6'
	ended "$pid"
	start --iosched idle
	is "$(ionice -p "$pid")" 'idle'
	ended "$pid"
	start --ionice 2:5
	is "$(ionice -p "$pid")" 'best-effort: prio 5'
	ended "$pid"
	start --iosched real-time
	is "$(ionice -p "$pid")" 'realtime: prio 4'
}

@test "--oom-score-adj" {
	sched
	start --oom-score-adj 321
	is "$(< "/proc/$pid/oom_score_adj")" 321
	ended "$pid"
	sh -c 'echo -500 > /proc/self/oom_score_adj' 2> /dev/null || skip "it may not be lowered here"
	start --oom-score-adj=-500 -c nobody
	is "$(< "/proc/$pid/oom_score_adj")" -500
}

limit_of() {
	sed -n "s/^$2 *\([^ ]*\)  *\([^ ]*\) .*/\1 \2/p" "/proc/$1/limits"
}

@test "--limit: soft and hard, several, one of both, unlimited" {
	sched
	start --limit nofile=100:200 --limit core=0 --limit nproc=50: --limit stack=unlimited
	is "$(limit_of "$pid" 'Max open files')" '100 200'
	is "$(limit_of "$pid" 'Max core file size')" '0 0'
	is "$(limit_of "$pid" 'Max processes' | cut -d ' ' -f 1)" 50
	is "$(limit_of "$pid" 'Max stack size')" 'unlimited unlimited'
}

@test "--limit: what is over what the kernel takes is told by its text, and nothing runs" {
	sched
	expect 2 ssd -S -b -m -p "$P" -x "$D" --limit nofile=200:100
	complains 'nofile=200:100' 'Invalid argument'
	gone_from_here
}

@test "--nice-absolute is the level itself, for the session's group too" {
	need START_STOP_DAEMON_EXTRA
	expect 0 nice -n 3 start-stop-daemon -S -b -m -p "$P" -x "$D" --nice-absolute 7
	pid=$(< "$P")
	is "$(stat_of "$pid" 19)" 7
	if [ -e "/proc/$pid/autogroup" ]; then
		is "$(sed 's/.* //' "/proc/$pid/autogroup")" 7
	fi
}

caps() {
	need START_STOP_DAEMON_CAPS
	need_root
}

@test "--capabilities: an ambient one is there for a user" {
	[ -z "${OLD-}" ] || skip "Linux 4.3 is the first that has them"
	caps
	start -c nobody --capabilities '^cap_net_bind_service'
	is "$(status_of "$pid" CapAmb) $(status_of "$pid" CapEff)" '0000000000000400 0000000000000400'
	is "$(stat -c %u "/proc/$pid")" 65534
}

@test "--capabilities: inheritable ones, and dropped ones" {
	caps
	start --capabilities 'cap_kill,!cap_sys_boot,!22'
	is "$(status_of "$pid" CapInh)" 0000000000000020
	is "$(status_of "$pid" CapAmb)" 0000000000000000
	# 22 is sys_boot
	is $((0x$(status_of "$pid" CapBnd) & 1 << 22)) 0
	[ $((0x$(status_of "$pid" CapBnd) & 1 << 5)) != 0 ]
}

@test "--secbits: with noroot, 1, the program of root has none of root's rights" {
	caps
	start --secbits 1
	is "$(status_of "$pid" CapEff)" 0000000000000000
	ended "$pid"
	start --secbits 0x3
	is "$(status_of "$pid" CapEff)" 0000000000000000
	ended "$pid"
	start
	[ "$(status_of "$pid" CapEff)" != 0000000000000000 ]
}

@test "--no-new-privs" {
	need START_STOP_DAEMON_CAPS
	start --no-new-privs
	is "$(status_of "$pid" NoNewPrivs)" 1
	ended "$pid"
	start
	is "$(status_of "$pid" NoNewPrivs)" 0
}

@test "--keep-signals leaves it ignored signals" {
	need START_STOP_DAEMON_EXTRA
	need_command perl
	expect 0 with_signals 'ignore=HUP block=USR1' "$(command -v start-stop-daemon)" -S -b -m -p "$P" -x "$D" --keep-signals
	pid=$(< "$P")
	is "$((0x$(status_of "$pid" SigIgn) & 1))" 1
	is "$((0x$(status_of "$pid" SigBlk) & 1 << 9))" 512
	ended "$pid"
	expect 0 with_signals 'ignore=HUP block=USR1' "$(command -v start-stop-daemon)" -S -b -m -p "$P" -x "$D"
	pid=$(< "$P")
	is "$((0x$(status_of "$pid" SigIgn))) $((0x$(status_of "$pid" SigBlk)))" '0 0'
}

@test "--argv0 is what it is called, whatever --startas" {
	start --argv0 'my daemon' -- name x
	is "$(argv_of "$pid")" 'my daemon|name|x|'
	ended "$pid"
	expect 0 ssd -S -b -m -p "$P" -x "$D" -a "$D" --argv0 other
	is "$(argv_of "$(< "$P")")" 'other|'
}

@test "-e adds to the environment, and the last of two counts" {
	need START_STOP_DAEMON_EXTRA
	OLD=1 start -e NEW=2 --env OLD=3 -e 'SPACE= a b' -e NEW=4
	environment "$pid" > env
	is "$(grep -xE '(NEW|OLD|SPACE)=.*' env | sort | tr '\n' '|')" 'NEW=4|OLD=3|SPACE= a b|'
	grep -q ^STARTED_BY= env
}

@test "--clean leaves a PATH and what -e says; umask 022" {
	need START_STOP_DAEMON_EXTRA
	umask 077
	start --clean -e A=1
	is "$(environment "$pid" | sort | tr '\n' '|')" 'A=1|PATH=/usr/sbin:/usr/bin:/sbin:/bin|'
	is "$(status_of "$pid" Umask)" 0022
	ended "$pid"
	start --clean -k 027 -e PATH=/here
	is "$(environment "$pid")" 'PATH=/here'
	is "$(status_of "$pid" Umask)" 0027
}

@test "--clean with --chuid has the user's HOME" {
	need START_STOP_DAEMON_EXTRA START_STOP_DAEMON_CRED
	need_root
	start --clean -c daemon
	environment "$pid" | grep -q '^HOME=' || [ ! -d "$(awk -F : '$1 == "daemon" { print $6 }' /etc/passwd)" ]
	is "$(environment "$pid" | grep -v '^HOME=')" PATH=/usr/sbin:/usr/bin:/sbin:/bin
}

# ---- lock ----------------------------------------------------------------------------------------------------------

@test "--lock is held while the daemon runs, and a second start finds it so" {
	start --lock "$T/lock"
	expect 1 flock -n "$T/lock" true
	expect 2 ssd -S -b -m -p "$P.2" -x "$D" --lock "$T/lock"
	complains "lock $T/lock"
	[ ! -e "$P.2" ]
	ended "$pid"
	expect 0 ssd -S -b -m -p "$P.2" -x "$D" --lock "$T/lock"
}

@test "--lock is held as long as one of its children lives" {
	start --lock "$T/lock" -- child
	until_true 5 eval '[ "$(pids_of "$D" | wc -l)" = 2 ]'
	ended "$pid"
	expect 1 flock -n "$T/lock" true
	kill -9 $(pids_of "$D")
	until_true 5 flock -n "$T/lock" true
}

@test "--lock in the foreground" {
	spawn start-stop-daemon -S -x "$D" --lock "$T/lock" -- pid "$T/ready"
	until_true 5 test -e "$T/ready"
	expect 1 flock -n "$T/lock" true
}

# ---- output --------------------------------------------------------------------------------------------------------

@test "-1 and -2: each its file, appended to" {
	need START_STOP_DAEMON_EXTRA
	echo before > one
	start -1 one --stderr two -- say out cry err pid "$T/ready"
	until_true 5 test -e "$T/ready"
	is "$(cat one)" "before
out"
	is "$(cat two)" err
	is "$(stat -c %a two)" 644
}

@test "-1 and -2 of one file: all is there" {
	need START_STOP_DAEMON_EXTRA
	start -1 both -2 both -- say a cry b say c pid "$T/ready"
	until_true 5 test -e "$T/ready"
	is "$(tr '\n' ' ' < both)" 'a b c '
}

@test "--output: both, from the caller's directory, also in the foreground" {
	need START_STOP_DAEMON_EXTRA
	expect 0 ssd -S -x "$D" -O both -- say a cry b exit 0
	is "$(tr '\n' ' ' < both)" 'a b '
	is "$out$err" ''
	start --output=both -d /tmp -- say c pid "$T/ready"
	until_true 5 test -e "$T/ready"
	is "$(tr '\n' ' ' < both)" 'a b c '
}

@test "-0: stdin from a file" {
	need START_STOP_DAEMON_EXTRA
	echo text > in
	expect 0 ssd -S -b -m -p "$P" -x /bin/cat -0 in --stdout out.file
	until_true 5 grep -qx text out.file
	expect 2 ssd -S -b -m -p "$P" -x /bin/cat --stdin nothere
	complains nothere 'No such file'
}

@test "-1 of a fifo that nobody reads does not hang the start" {
	need START_STOP_DAEMON_EXTRA
	mkfifo door
	within 2000 expect 2 ssd -S -b -m -p "$P" -x "$D" -1 door
	complains door
	gone_from_here
}

@test "-3 and -4: each to its command, which ends with the daemon" {
	need START_STOP_DAEMON_LOG
	start -3 "sed 's/^/1:/' > $T/one" -4 "sed 's/^/2:/' > $T/two; echo end >> $T/two" -- say a cry b wait 50 say c exit 0
	until_true 5 grep -qx end two
	until_true 5 grep -qx 1:c one
	is "$(tr '\n' ' ' < one)$(tr '\n' ' ' < two)" '1:a 1:c 2:b end '
}

@test "all that can be passed at once: --syslog, which -3 and -4 win over, and --ready-fd" {
	need START_STOP_DAEMON_LOG START_STOP_DAEMON_NOTIFY
	expect 0 ssd -S -b -m -p "$P" --syslog -3 "cat > $T/one" -4 "cat > $T/two" --ready-fd 7 -x /bin/sh -- \
		-c "echo a; echo b >&2; echo >&7"
	until_true 5 grep -qx b two
	until_true 5 grep -qx a one
}

@test "a logger runs as the user of --chuid" {
	need START_STOP_DAEMON_LOG START_STOP_DAEMON_CRED
	need_root
	install -d -m 777 "$T/open"
	start -c nobody --stdout-logger "id -u > $T/open/who"
	until_true 5 grep -qx 65534 "$T/open/who"
}

@test "where the start does not work, its logger ends" {
	need START_STOP_DAEMON_LOG
	expect 2 ssd -S -b -x "$D" -d "$T/nowhere" -3 "cat; touch $T/ended"
	says 'nowhere'
	until_true 5 test -e "$T/ended"
}

@test "--syslog: the lines of both, as daemon.info and daemon.err, with the program's name" {
	need START_STOP_DAEMON_LOG
	with_dev_log "$SSD -S -b --syslog -x $D -- say hello cry 'and you' say bye"
	until_true 5 grep -q bye messages
	is "$(sed 's/: /|/' messages | sort | tr '\n' ' ')" '<27>idled|and you <30>idled|bye <30>idled|hello '
}

@test "--syslog=TAG, also for a user who may not reach it" {
	need START_STOP_DAEMON_CRED
	need START_STOP_DAEMON_LOG
	with_dev_log "$SSD -S -b --syslog=mine -c nobody -x $D -- say hello"
	until_true 5 grep -q 'mine: hello$' messages
}

@test "--syslog where there is no syslog loses lines, and nothing else" {
	need START_STOP_DAEMON_LOG
	[ ! -e /dev/log ] || skip "there is one"
	start --syslog -- say a say b pid "$T/ready"
	until_true 5 test -e "$T/ready"
	alive "$pid"
}

# ---- what would be done --------------------------------------------------------------------------------------------

@test "--dry-run of a start: the program, its arguments, user and root, and nothing is done" {
	need START_STOP_DAEMON_CRED
	expect 0 ssd -S -b -m -p "$P" -x "$D" --dry-run -c nobody -- a 'b c'
	is "$out" "Would start $D a b c (as user nobody[65534], and group $(id -g nobody))."
	gone_from_here
}

@test "--dry-run of a stop says whom, and why" {
	start
	expect 0 ssd -K --dry-run -p "$P" -x "$D" -s HUP
	is "$out" "Would send signal 1 to $pid.
  idled: pidfile $P exec $D"
	expect 0 ssd -K --dry-run --name idled --ppid 1
	is "$out" "Would send signal 15 to $pid.
  idled: name idled child of 1"
	alive "$pid"
	expect 0 ssd -K --test -p "$P" --name idled
	is "$out" "Would send signal 15 to $pid."
}

@test "--dry-run --pid says that it is the pid" {
	start
	expect 0 ssd -K --dry-run --pid "$pid"
	is "$out" "Would send signal 15 to $pid.
  idled: pid $pid"
}

@test "--dry-run of a family does not say of a child what holds of its parent only" {
	need START_STOP_DAEMON_TREE
	started child
	until_true 5 eval '[ "$(pids_of "$D" | wc -l)" = 2 ]'
	expect 0 ssd -K --dry-run --stop-tree -p "$P"
	is "$(grep -c '^Would send signal 15' <<< "$out")" 2
	is "$(grep -c "pidfile $P" <<< "$out")" 1
}

@test "--dry-run of nothing is 1" {
	expect 1 ssd -K --dry-run -x "$D"
	expect 0 ssd -K --dry-run -o -x "$D"
}

@test "--progress prints a dot for each second, and a newline" {
	need START_STOP_DAEMON_RETRY
	started ignore 15
	expect 0 ssd -K -p "$P" --progress --retry TERM/1500ms/KILL/5
	is "$out" .
}

# ---- pidof ---------------------------------------------------------------------------------------------------------

@test "--pidof prints all that match, a line each, in order" {
	running
	local one=$pid
	running
	expect 0 ssd --pidof -x "$D"
	is "$out" "$(printf '%s\n' "$one" "$pid" | sort -n)"
}

@test "--pidof has the statuses of --status, and prints nothing but pids" {
	expect 3 ssd --pidof -x "$D"
	is "$out" ''
	expect 3 ssd --pidof -p "$P"
	echo 4194303 > "$P"
	expect 1 ssd --pidof -p "$P"
	echo x > "$P"
	expect 4 ssd --pidof -p "$P"
	is "$out" ''
	expect 4 ssd --pidof
	start
	expect 0 ssd --pidof -p "$P"
	is "$out" "$pid"
}

@test "--pid is a name of its own beside --pidof and --pidfile, as --notify beside --notify-await" {
	start
	expect 0 ssd -T --pid "$pid"
	expect 0 ssd -T --pid="$pid"
	need START_STOP_DAEMON_NOTIFY
	wrong 'is no fd:N' -S -b -x "$D" --notify nonsense
}

@test "what dpkg's users cut is still understood: --nice, --sto, --proc, --io" {
	need START_STOP_DAEMON_EXTRA START_STOP_DAEMON_SCHED START_STOP_DAEMON_TREE
	expect 0 ssd -S -t -x "$D" --nice 5
	expect 1 ssd --sto -x "$D" -t
	expect 0 ssd -S -t -x "$D" --proc batch
	expect 0 ssd -S -t -x "$D" --io idle
}

# ---- OpenRC --------------------------------------------------------------------------------------------------------

openrc() {
	need START_STOP_DAEMON_OPENRC
}

orc() {
	start-stop-daemon --compat=openrc "$@"
}

user_of() {
	stat -c %U "/proc/$1"
}

@test "OpenRC by the name openrc-start-stop-daemon" {
	openrc
	need_root
	ln -s "$(readlink -f "$(command -v start-stop-daemon)")" openrc-start-stop-daemon
	expect 0 ./openrc-start-stop-daemon -S -b -m -p "$P" -u nobody -x "$D"
	is "$(user_of "$(< "$P")")" nobody
}

@test "OpenRC by --compat=openrc as first argument" {
	openrc
	need_root
	expect 0 orc -S -b -m -p "$P" -u nobody -x "$D"
	is "$(user_of "$(< "$P")")" nobody
}

@test "OpenRC by INITBOX_SSD_COMPAT=openrc" {
	openrc
	need_root
	INITBOX_SSD_COMPAT=openrc expect 0 ssd -S -b -m -p "$P" --user nobody -x "$D"
	is "$(user_of "$(< "$P")")" nobody
}

@test "OpenRC is never guessed" {
	openrc
	need_root
	expect 0 ssd -S -b -m -p "$P" -u nobody -x "$D"
	is "$(user_of "$(< "$P")")" root
	ended "$(< "$P")"
	INITBOX_SSD_COMPAT=yes RC_SVCNAME=x expect 0 ssd -S -b -m -p "$P" -u nobody -x "$D" -1 out -i --nocolor
	is "$(user_of "$(< "$P")")" root
	ended "$(< "$P")"
	expect 3 ssd -S --compat=openrc -x "$D"
	expect 3 ssd --compat openrc -x "$D"
	expect 0 ssd --compat=dpkg -S -x "$D" -t
	expect 0 ssd --compat=busybox -S -x "$D" -t
	wrong 'is no NAME' --compat=systemd -S -x "$D" -t
}

@test "-u USER:GROUP without OpenRC is wrong use, with a word about --chuid" {
	need START_STOP_DAEMON_CRED
	wrong 'use --chuid' -K -u nobody:nogroup
}

@test "OpenRC: a start is the default, and the first operand may be the program" {
	openrc
	expect 0 orc -b -m -p "$P" -- "$D"
	alive "$(< "$P")"
}

@test "OpenRC: -K of nothing is 0, and takes the pidfile away; with -o it is 1" {
	openrc
	expect 0 orc -K -p "$P" -x "$D"
	echo 4194303 > "$P"
	expect 0 orc -K -p "$P"
	[ ! -e "$P" ]
	echo 4194303 > "$P"
	expect 1 orc -K -p "$P" -o
}

@test "OpenRC: -K of a pidfile without a number takes it away too" {
	openrc
	echo nonsense > "$P"
	expect 0 orc -K -p "$P"
	[ ! -e "$P" ]
}

@test "OpenRC: -K waits for the end, and takes the pidfile away" {
	openrc
	need START_STOP_DAEMON_RETRY
	started linger 300 exit-on 15 0
	at_least 250 expect 0 orc -K -p "$P"
	gone_from_here
}

@test "OpenRC: -K without a pidfile looks for the program" {
	openrc
	running
	expect 0 orc -K -p "$T/run/nothere" -x "$D"
	dead "$pid"
}

@test "OpenRC: -s alone sends it and is done" {
	openrc
	started log "$T/log"
	within 1000 expect 0 orc -s HUP -p "$P"
	until_true 5 grep -qx 'got 01' log
	[ -e "$P" ]
	is "$out$err" ''
}

@test "OpenRC: -s NULL asks whether it is there" {
	openrc
	started
	within 1000 expect 0 orc -s NULL -p "$P"
	alive "$pid"
}

@test "OpenRC: -h is help" {
	openrc
	need OPT_HELP
	expect 0 orc -h
	says 'or owned by USER'
}

@test "OpenRC: -N is the level, -P progress, -C no colours" {
	openrc
	need START_STOP_DAEMON_EXTRA
	expect 0 nice -n 2 start-stop-daemon --compat=openrc -S -b -m -p "$P" -x "$D" -N 6 -C -P
	is "$(stat_of "$(< "$P")" 19)" 6
}

@test "OpenRC: variables say what options may" {
	openrc
	need START_STOP_DAEMON_SCHED START_STOP_DAEMON_NOTIFY
	need_command ionice
	SSD_NICELEVEL=5 SSD_IONICELEVEL=2:5 SSD_OOM_SCORE_ADJ=300 expect 0 orc -S -b -m -p "$P" -x "$D"
	is "$(stat_of "$(< "$P")" 19)" 5
	is "$(ionice -p "$(< "$P")")" 'best-effort: prio 5'
	is "$(< "/proc/$(< "$P")/oom_score_adj")" 300
	ended "$(< "$P")"
	SSD_NICELEVEL=5 expect 0 orc -S -b -m -p "$P" -x "$D" -N 6
	is "$(stat_of "$(< "$P")" 19)" 6
	ended "$(< "$P")"
	# the program must live so long
	SSD_STARTWAIT=5000 expect 2 orc -S -b -m -p "$P" -x "$D" -- exit 3
	says 'exited with status 3'
	SSD_STARTWAIT=5000 expect 3 orc -S -x "$D" -- exit 3 # nobody waits for one in the foreground
	SSD_NICELEVEL=much expect 3 orc -S -b -m -p "$P" -x "$D"
	says 'bad SSD_NICELEVEL'
	SSD_NICELEVEL=much SSD_OOM_SCORE_ADJ=2000 expect 0 start-stop-daemon -S -b -m -p "$P" -x "$D" # dpkg's letters
}

@test "OpenRC: the umask is 022 unless -k" {
	openrc
	umask 077
	expect 0 orc -S -b -m -p "$P" -x "$D"
	is "$(status_of "$(< "$P")" Umask)" 0022
}

@test "OpenRC: the directory stays" {
	openrc
	expect 0 orc -S -b -m -p "$P" -x "$D"
	is "$(readlink "/proc/$(< "$P")/cwd")" "$T"
}

@test "OpenRC: -n is its argv[0], -a too" {
	openrc
	expect 0 orc -S -b -m -p "$P" -x "$D" -n other -- name x
	is "$(argv_of "$(< "$P")")" 'other|name|x|'
	ended "$(< "$P")"
	expect 0 orc -S -b -m -p "$P" -x "$D" -a /some/where
	is "$(argv_of "$(< "$P")")" '/some/where|'
}

@test "OpenRC: -u in a stop says whose" {
	openrc
	need_root
	started
	expect 0 orc -K -t -u nobody:nogroup -x "$D"
	says_not "to $pid"
	expect 0 orc -K -u root -x "$D"
	dead "$pid"
}

@test "OpenRC: the service's variables are not the daemon's; USER and HOME are" {
	openrc
	need_root
	RC_X=1 SSD_Y=1 EINFO_Z=1 MINE=1 expect 0 orc -S -b -m -p "$P" -u daemon -x "$D"
	environment "$(< "$P")" > env
	is "$(grep -cE '^(RC_|SSD_|EINFO_)' env || :)" 0
	grep -qx MINE=1 env
	grep -qx USER=daemon env
}

@test "OpenRC: -1 is opened as the user" {
	openrc
	need_root
	install -d -m 777 open
	expect 0 orc -S -b -m -p "$P" -u nobody -x "$D" -1 "$T/open/log"
	is "$(stat -c %U open/log)" nobody
}

@test "OpenRC's other names need no personality" {
	need START_STOP_DAEMON_OPENRC START_STOP_DAEMON_NOTIFY START_STOP_DAEMON_SCHED START_STOP_DAEMON_CAPS START_STOP_DAEMON_TREE
	expect 0 ssd -S -t -b -x "$D" -i --interpreted -w 5 -0 /dev/null -1 a -2 b -3 c -4 d -e A=1 --nocolor --progress \
		--notify fd:3 --scheduler batch --oom-score-adj 5 --no-new-privs --secbits 1 --capabilities '^cap_kill' --ionice 3
	expect 1 ssd -K -G -x "$D" -t
}

# ---- wrong use -----------------------------------------------------------------------------------------------------

@test "wrong use: readiness and loggers need --background" {
	need START_STOP_DAEMON_NOTIFY START_STOP_DAEMON_LOG
	wrong '--background' -S -x "$D" --notify-await
	wrong '--background' -S -x "$D" --ready-fd 3
	wrong '--background' -S -x "$D" --wait 100
	wrong '--background' -S -x "$D" --syslog
	wrong '--background' -S -x "$D" -3 cat
}

@test "wrong use: --pidfile and --pid, --pid 0, --pid x" {
	wrong 'only one of' -K -p "$P" --pid 5
	wrong 'is no PID' -K --pid 0
	wrong 'is no PID' -K --pid x
	wrong 'is no PID' -K --ppid -1
}

@test "wrong use: numbers and names that are none" {
	need START_STOP_DAEMON_SCHED START_STOP_DAEMON_CAPS START_STOP_DAEMON_NOTIFY START_STOP_DAEMON_EXTRA
	local bad
	for bad in -Pfifo -Pnope --procsched=fifo:100 -Inope -Ibest-effort:8 --oom-score-adj=1001 --oom-score-adj=x \
		--limit=nofile --limit=nope=1 --limit=nofile=1:2:3 --capabilities=cap_nope --secbits=nope --ready-fd=x \
		--ready-fd=1024 --notify=fd:x --notify=socket --notify-timeout=x --wait=x -eA -e=1 -k888 --nice-absolute=x; do
		wrong 'is no ' -S -b -x "$D" "$bad"
	done
}

@test "wrong use: what takes an argument and what does not" {
	need START_STOP_DAEMON_LOG START_STOP_DAEMON_NOTIFY
	wrong 'needs an argument' -S -x "$D" --argv0
	wrong 'needs an argument' -S -x "$D" --lock
	wrong 'takes no argument' -S -x "$D" --clean=yes
	wrong 'takes no argument' -S -x "$D" --notify-await=1
	wrong 'unknown option' -S -x "$D" --no-such
	wrong 'unknown option' -S -x "$D" -h
}

# ---- what is rare --------------------------------------------------------------------------------------------------

@test "the descriptors of a socket activator are the program's, if they are ours" {
	need START_STOP_DAEMON_EXTRA
	cp "$(command -v cat)" reader
	echo first > one
	echo second > two
	expect 0 bash -c 'exec 3< one 4< two; LISTEN_PID=$$ LISTEN_FDS=1 exec start-stop-daemon -S -x "$PWD/reader" -- /dev/fd/3'
	[ "$out" = first ]
	expect 1 bash -c 'exec 3< one 4< two; LISTEN_PID=$$ LISTEN_FDS=1 exec start-stop-daemon -S -x "$PWD/reader" -- /dev/fd/4'
	expect 0 bash -c 'exec 3< one 4< two; LISTEN_PID=$$ LISTEN_FDS=2 exec start-stop-daemon -S -x "$PWD/reader" -- /dev/fd/4'
	[ "$out" = second ]
	expect 1 bash -c 'exec 3< one; LISTEN_PID=1 LISTEN_FDS=1 exec start-stop-daemon -S -x "$PWD/reader" -- /dev/fd/3'
}

@test "who is not there is named by what was given: a pid, a parent, a cgroup below the usual place" {
	need START_STOP_DAEMON_TREE
	running
	expect 1 ssd -K --pid "$pid" --user 12345
	expect 1 ssd -K --ppid "$pid"
	[ "$out" = "No process(es) with parent pid $pid found running; none killed." ]
	kill -KILL "$pid"
	until_true 5 dead "$pid"
	expect 1 ssd -K --pid "$pid"
	[ "$out" = "No process with pid $pid found running; none killed." ]
	expect 2 ssd -K --cgroup no/such
	says "cgroup /sys/fs/cgroup/no/such: No such file or directory"
}

@test "wrong use: a program below --chroot by no whole path, and paths that are too long" {
	need START_STOP_DAEMON_EXTRA
	wrong 'needs an absolute path' -S -x idled --chroot "$T"
	expect 2 ssd -S -x "/$(printf '%04000d' 0)" --chroot "/$(printf '%0100d' 0)"
	says "Name too long"
}

@test "--test tells the directory that would be the root" {
	need START_STOP_DAEMON_EXTRA
	mkdir -p root/bin
	cp "$D" root/bin/idled
	expect 0 ssd -S -t --chroot "$T/root" -x /bin/idled
	says "Would start /bin/idled in directory $T/root."
}

@test "with --startas alone the program is what is looked for, too" {
	expect 0 ssd -S -b -a "$D"
	expect 1 ssd -S -b -a "$D"
	says "already running"
}

@test "an environment that is full takes no more" {
	need START_STOP_DAEMON_EXTRA
	mapfile -t full < <(seq -f 'V%g=' 4095)
	expect 2 env -i "${full[@]}" "$(command -v "$SSD")" -S -b -x "$D" -e ONE=more
	says "environment: Argument list too long"
}

@test "a logger that cannot be started is told, and nothing is" {
	need START_STOP_DAEMON_LOG
	need_root
	need_command prlimit
	nobodys_ssd --version > /dev/null
	expect 2 prlimit --nproc=0 setpriv --reuid=65534 --regid=65534 --clear-groups "$T/nobody/start-stop-daemon" -S -b --syslog -x "$D"
	says "fork for syslog: "
	expect 2 prlimit --nproc=0 setpriv --reuid=65534 --regid=65534 --clear-groups "$T/nobody/start-stop-daemon" -S -b -3 cat -x "$D"
	says "fork for "
	gone_from_here
}

@test "--remove-pidfile of a pidfile that may not be removed is an error" {
	need_root
	need START_STOP_DAEMON_USUAL
	running
	echo "$pid" > "$P"
	kill -KILL "$pid"
	until_true 5 dead "$pid"
	expect 2 nobodys_ssd -K -p "$P" --remove-pidfile
	says "pidfile $P: Permission denied"
	[ -e "$P" ]
}
