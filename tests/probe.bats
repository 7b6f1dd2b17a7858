#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# probe: well is what is, everything else is not, in time, and one line says why.
# (No other tool has this command line: there is nothing to measure it against.)
load helper
load peers

prepare() {
	applet probe
	need_command perl
}

# serve WHERE ANSWER...: a server (perl) in the background, $pid, that takes each connection, keeps what it is asked in the
# file "asked", and then sends each ANSWER, a tenth of a second apart. WHERE: tcp (127.0.0.1; $port), tcp6 (::1), a path.
# ANSWER: text, with perl's escapes; ":hold" does not close, ":drip TEXT" sends it a byte each 50 ms, ":long N" a header of N
# bytes, ":reset" closes with a reset.
serve() {
	cat > serve <<- 'PERL'
		use Socket qw(:all);
		$| = 1;
		my $where = shift;
		if ($where eq "tcp") {
			socket(S, PF_INET, SOCK_STREAM, 0) && bind(S, pack_sockaddr_in(0, inet_aton("127.0.0.1"))) or die;
		} elsif ($where eq "tcp6") {
			socket(S, PF_INET6, SOCK_STREAM, 0) && bind(S, pack_sockaddr_in6(0, inet_pton(AF_INET6, "::1"))) or exit 77;
		} else {
			socket(S, PF_UNIX, SOCK_STREAM, 0) && bind(S, pack_sockaddr_un($where)) or die;
		}
		listen(S, 20) or die;
		open(P, ">", "port.new");
		print P ($where =~ /^tcp/ ? unpack("x2n", getsockname(S)) : 0), "\n";
		close(P);
		rename "port.new", "port";
		$SIG{PIPE} = 'IGNORE';
		while (accept(C, S)) {
			open(A, ">>", "asked");
			my $asked = "";
			while (@ARGV && $asked !~ /\r\n\r\n/) {
				sysread(C, my $more, 4096) or last;
				$asked .= $more;
			}
			print A $asked;
			close(A);
			for (@ARGV) {
				my $text = $_;
				if ($text eq ":hold") { push @held, *C{IO}; my $c = \*{"H" . @held}; open($c, ">&", \*C); next }
				if ($text eq ":reset") { setsockopt(C, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)); next }
				if ($text =~ s/^:drip //) { for (split //, $text) { syswrite(C, $_); select(undef, undef, undef, 0.05) } next }
				$text = "X: " . "x" x ($1 - 5) . "\r\n" if $text =~ /^:long (\d+)/;
				$text =~ s/\\r/\r/g; $text =~ s/\\n/\n/g; $text =~ s/\\0/\0/g;
				syswrite(C, $text);
				select(undef, undef, undef, 0.1) if @ARGV > 1;
			}
			close(C);
		}
	PERL
	rm -f port
	spawn perl serve "$@"
	disown
	until_true 5 listens "$1"
	port=$(< port)
}

listens() {
	[ -e port ] || { [ "$1" = tcp6 ] && dead "$pid" && skip "no IPv6 here"; }
}

# a port that nobody listens at
free_port() {
	port=$(perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0); bind(S, pack_sockaddr_in(0, inet_aton("127.0.0.1"))); print unpack("x2n", getsockname(S))')
}

# not_well REASON probe WORD...: 1, and one line that ends in the reason
not_well() {
	local reason=$1
	shift
	expect 1 "$@"
	is "$out" ''
	is "$(wc -l < "$BATS_TEST_TMPDIR/err")" 1
	[[ $err == "probe: "*": $reason" ]] || { echo "says '$err', not '$reason'"; return 1; }
}

# CMD...: 0, and no word
well() {
	expect 0 "$@"
	is "$output" $'\n'
}

# LEAST MOST CMD...: so many milliseconds
takes() {
	local least=$1 most=$2 before=${EPOCHREALTIME/./} took
	shift 2
	"$@" || return
	took=$(((${EPOCHREALTIME/./} - before) / 1000))
	((took >= least && took <= most)) || { echo "took $took ms, not $least to $most"; return 1; }
}

# ---- tcp, unix -----------------------------------------------------------------------------------------------------------

@test "tcp: well is who takes connections, and no word is said" {
	serve tcp
	well probe tcp 127.0.0.1:$port
	well probe tcp localhost:$port
	kill $pid
	until_true 5 dead $pid
	not_well "Connection refused" probe tcp 127.0.0.1:$port
	not_well "Connection refused" probe tcp localhost:$port
}

@test "tcp: localhost is ::1 too, and an address of IPv6 stands in brackets" {
	need PROBE_IPV6
	serve tcp6
	well probe tcp "[::1]:$port"
	well probe tcp localhost:$port
	not_well "Connection refused" probe tcp 127.0.0.1:$port
}

@test "tcp: a kernel without IPv6 is told of" {
	need PROBE_IPV6
	need_root
	[ -z "${OLD-}" ] || skip "two filters do not go together"
	fault=${INITBOX%/*}/fault
	[ -e "$fault" ] || skip "no fault beside it: make units"
	socket=$(printf '#include <sys/syscall.h>\nSYS_socket\n' | gcc -E - | tail -n 1)
	[[ $socket =~ ^[0-9]+$ ]] || skip "this processor has no call of that name"
	FAULT_DONE=$T/happened not_well "No such protocol" "$fault" 97 "$socket" 1 "$BATS_FILE_TMPDIR/bin/probe" tcp '[::1]:80'
}

@test "tcp: a network that cannot be reached, and a connection to oneself" {
	need_root
	need_command ip
	# shellcheck disable=SC2016 # inside
	unshare -n sh -c 'probe tcp 10.0.0.1:80; ip link set lo up; echo 40000 40000 > /proc/sys/net/ipv4/ip_local_port_range
		probe tcp 127.0.0.1:40000' 2> told && status=0 || status=$?
	is "$status" 1
	is "$(< told)" "probe: tcp 10.0.0.1:80: Network unreachable
probe: tcp 127.0.0.1:40000: Connection refused"
}

# who drops all that comes
@test "tcp: no answer at all is waited for as long as -t says, one second if it does not" {
	need_root
	need_command ip
	unshare -n bash -c "$(declare -f takes not_well expect is); BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR
		ip link set lo up
		ip link add veth0 type veth peer name veth1 && ip address add 10.0.0.1/24 dev veth0 && ip link set veth0 up &&
			ip neighbour add 10.0.0.2 lladdr 02:00:00:00:00:01 dev veth0 && ip link set veth1 up || exit 77
		takes 200 900 not_well 'Timed out' probe -t 200ms tcp 10.0.0.2:80 || exit
		takes 1000 1900 not_well 'Timed out' probe tcp 10.0.0.2:80" || { [ $? != 77 ] && return 1; skip "no pair of links to be had"; }
}

@test "tcp: what is no address in numbers is a wrong call: no name is looked up" {
	need_command strace
	for where in example.com:80 127.0.0.1 127.0.0.1:0 127.1:80 :80 127.0.0.1:80x '[::1]' ::1:80 ''; do
		expect 1 probe tcp "$where"
		says "no address in numbers: $where"
	done
	expect 1 strace -qqe trace=openat,socket -o calls probe tcp example.com:80
	expect 1 grep -E 'socket\(|hosts|resolv|nsswitch' calls # (an instrument opens its libraries)
}

@test "unix: well is who listens at a path, or takes datagrams there" {
	serve "$T/stream"
	well probe unix "$T/stream"
	kill $pid
	until_true 5 dead $pid
	not_well "Connection refused" probe unix "$T/stream"
	spawn perl -MSocket -e 'socket(S, PF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un("datagram")); select(undef, undef, undef, 60)'
	disown
	until_true 5 test -S datagram
	well probe unix datagram
	not_well "No such file or directory" probe unix nosuch
	not_well "Name too long" probe unix "$(printf '%0108d' 1)"
}

@test "unix: an abstract name begins with @" {
	spawn perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("\0$ARGV[0]")) && listen(S, 5) || die;
		open(F, ">", "there"); select(undef, undef, undef, 60)' "probe.$$"
	disown
	until_true 5 test -e there
	well probe unix "@probe.$$"
	not_well "Connection refused" probe unix "@probe.$$.not"
}

@test "unix: a server that takes no connection is not well, and does not hang it" {
	spawn perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("full")); listen(S, 0);
		socket(C, PF_UNIX, SOCK_STREAM, 0); connect(C, pack_sockaddr_un("full")); open(F, ">", "there"); select(undef, undef, undef, 60)'
	disown
	until_true 5 test -e there
	takes 200 900 not_well "Try again" probe -t 200ms unix full
}

# ---- http ----------------------------------------------------------------------------------------------------------------

OK='HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

@test "http: a status of 200 to 399 is well, another is not, and is told" {
	for status in 200 204 301 399; do
		serve tcp "HTTP/1.1 $status x\r\n\r\n"
		well probe http "http://127.0.0.1:$port/"
	done
	for status in 199 400 404 503; do
		serve tcp "HTTP/1.1 $status x\r\n\r\n"
		if [ $status = 199 ]; then
			not_well "no HTTP answer" probe http "http://127.0.0.1:$port/" # it is an interim one
		else
			not_well "status $status" probe http "http://127.0.0.1:$port/"
		fi
	done
}

@test "http: --status names others" {
	serve tcp 'HTTP/1.0 401 x\r\n\r\n'
	well probe -s 401 http "127.0.0.1:$port"
	well probe -s 200-299,400-403 http "127.0.0.1:$port"
	not_well "status 401" probe -s 200-299,402 http "127.0.0.1:$port"
	for wrong in '' x 200- 200,; do
		expect 1 probe -s "$wrong" http "127.0.0.1:$port"
		says "'$wrong' is no N[-M],..."
	done
}

@test "http: what is asked is one whole request, which ends the connection" {
	serve tcp "$OK"
	well probe http "http://127.0.0.1:$port/health?a=b#c"
	is "$(tr -d '\r' < asked)" "GET /health?a=b HTTP/1.1
Host: 127.0.0.1:$port
User-Agent: initbox-probe
Connection: close"
	rm asked
	well probe http "http://localhost:$port"
	is "$(tr -d '\r' < asked | head -n 2)" "GET / HTTP/1.1
Host: localhost:$port"
	rm asked
	well probe -H example.com:8000 http "http://127.0.0.1:$port?x"
	is "$(tr -d '\r' < asked | head -n 2)" "GET /?x HTTP/1.1
Host: example.com:8000"
}

@test "http: through the path of a socket any host will do" {
	serve "$T/socket" "$OK"
	well probe -u "$T/socket" http http://example.com/_ping
	is "$(tr -d '\r' < asked | head -n 2)" "GET /_ping HTTP/1.1
Host: example.com"
	not_well "No such file or directory" probe -u "$T/nosuch" http http://example.com/
}

@test "http: a URL that is none, or would be more than one line, is a wrong call" {
	for url in http:// https://127.0.0.1/ http://example.com/ 'http://127.0.0.1/ x' $'http://127.0.0.1/\r\nX: y' http://u@127.0.0.1/ \
		http://127.0.0.1:99999/ "http://127.0.0.1/$(printf '%040000d' 1)"; do
		expect 1 probe http "$url"
		says "no address in numbers"
	done
	expect 1 probe -H $'x\r\nX: y' http http://127.0.0.1:1/
}

@test "http: an answer in many pieces, with a long head, after interim ones" {
	serve tcp 'HT' 'TP/1.1 10' '3 Early Hints\r\nLink: x\r\n' '\r' '\nHTTP/1.1 200 OK\r\n' ':long 30000' '\r\n'
	well probe -t 9 http "http://127.0.0.1:$port/"
	serve tcp 'HTTP/1.1 200 OK\r\n' ':long 33000' '\r\n'
	not_well "no HTTP answer" probe -t 9 http "http://127.0.0.1:$port/"
}

@test "http: no answer, half of one, or another protocol's is not well" {
	serve tcp ''
	not_well "no HTTP answer" probe http "http://127.0.0.1:$port/"
	serve tcp 'HTTP/1.1 200 OK\r\nA: b\r\n'
	not_well "no HTTP answer" probe http "http://127.0.0.1:$port/"
	serve tcp ':reset'
	not_well "Connection reset" probe http "http://127.0.0.1:$port/"
	serve tcp 'SSH-2.0-x\r\n' ':hold'
	takes 0 900 not_well "no HTTP answer" probe http "http://127.0.0.1:$port/"
	serve tcp '\0\0\0' ':hold'
	takes 0 900 not_well "no HTTP answer" probe http "http://127.0.0.1:$port/"
}

@test "http: who answers slowly, or a byte now and then, does not get more than the time" {
	serve tcp ':hold'
	takes 300 1200 not_well "Timed out" probe -t 300ms http "http://127.0.0.1:$port/"
	serve tcp ":drip $(printf 'x%.0s' {1..100})"
	takes 0 900 not_well "no HTTP answer" probe -t 9 http "http://127.0.0.1:$port/"
	serve tcp "HTTP/1.1 200 OK\r\n" ":drip X: $(printf 'x%.0s' {1..200})"
	takes 500 1500 not_well "Timed out" probe -t 500ms http "http://127.0.0.1:$port/"
}

@test "http: who keeps the connection is not waited for" {
	serve tcp "$OK" ':hold'
	takes 0 900 well probe http "http://127.0.0.1:$port/"
}

@test "http: a real server" {
	need_command busybox
	free_port
	echo hello > index.html
	spawn busybox httpd -f -p "127.0.0.1:$port" -h .
	disown
	well probe -w 5 tcp "127.0.0.1:$port"
	well probe http "http://127.0.0.1:$port/"
	not_well "status 404" probe http "http://127.0.0.1:$port/nosuch"
}

# ---- pidfile, process, file ----------------------------------------------------------------------------------------------

@test "pidfile: well is a process that lives, by the house's reading" {
	need PROBE_PROCESS
	running mouse
	echo $pid > pidfile
	well probe pidfile pidfile
	for text in "$pid.5" -1 0 "" x; do
		echo "$text" > wrong
		not_well "Invalid argument" probe pidfile wrong
	done
	chmod 666 pidfile
	not_well "Operation not permitted" probe pidfile pidfile
	chmod 644 pidfile
	not_well "No such file or directory" probe pidfile nosuch
	kill $pid
	until_true 5 dead $pid
	not_well "not running" probe pidfile pidfile
}

@test "pidfile: a process of another identity is not the one" {
	need PROBE_PROCESS START_STOP_DAEMON_IDENTITY
	running mouse
	stat=$(< /proc/$pid/stat)
	read -ra fields <<< "${stat##*) }"
	printf '%s\n%s %s\n' $pid "${fields[19]}" "$(< /proc/sys/kernel/random/boot_id)" > pidfile
	well probe pidfile pidfile
	printf '%s\n%s %s\n' $pid "$((fields[19] + 1))" "$(< /proc/sys/kernel/random/boot_id)" > pidfile
	not_well "not running" probe pidfile pidfile
}

@test "pidfile: a zombie is not well" {
	need PROBE_PROCESS
	zombie mouse
	echo "$zombie" > pidfile
	not_well "not running" probe pidfile pidfile
}

@test "process: well is a program that runs, by its name or its file" {
	need PROBE_PROCESS
	not_well "not running" probe process mouse
	running mouse
	well probe process mouse
	not_well "not running" probe process mous
	! grep -qx CONFIG_MATCH_FILES=y "$CONFIG" || well probe process "$VICTIM"
	kill $pid
	until_true 5 dead $pid
	not_well "not running" probe process mouse
	expect 1 probe process ''
}

@test "process: PID 1 of a container counts, and who asks does not" {
	need PROBE_PROCESS
	expect 1 probe process probe
	# shellcheck disable=SC2016,SC2086,SC2154 # inside; words
	expect 0 $private bash -c 'probe process bash; exit $?'
	well probe process "$(comm 1)"
}

@test "process: hidden ones are told to be that" {
	need PROBE_PROCESS HIDEPID
	need_root
	need_command setpriv
	# shellcheck disable=SC2086 # words
	unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc || exit 77
		exec setpriv --reuid 65534 --regid 65534 --clear-groups probe process nosuch' 2> told && status=0 || status=$?
	[ $status != 77 ] || skip "no hidepid here"
	is "$status" 1
	is "$(< told)" "probe: process nosuch: hidden (hidepid)"
}

@test "file: well is what is there; --newer: what was touched within that time" {
	not_well "No such file or directory" probe file alive
	: > alive
	well probe file alive
	well probe file .
	well probe -n 5s file alive
	touch -d '-10 seconds' alive
	well probe file alive
	not_well "too old" probe -n 5s file alive
	well probe -n 15s file alive
	ln -s nosuch link
	not_well "No such file or directory" probe file link
}

# as one whose clock was set back
@test "file: one from the future is believed for the same time only" {
	touch -d '+10 seconds' alive
	well probe -n 15s file alive
	not_well "in the future" probe -n 5s file alive
	touch -d '+1 year' alive
	not_well "in the future" probe -n 1h file alive
}

# ---- ready ---------------------------------------------------------------------------------------------------------------

# TEXT...: sends each to the socket "ready" as soon as it is there
tell() {
	spawn perl -MSocket -e 'socket(S, PF_UNIX, SOCK_DGRAM, 0);
		for (@ARGV) { s/\\n/\n/g; select(undef, undef, undef, 0.01) until send(S, $_, 0, pack_sockaddr_un("ready")) }' "$@"
	disown
}

@test "ready: waits until a program tells READY=1 at the socket, which it makes and takes away" {
	need PROBE_READY
	tell STATUS=begins READY=0 'STATUS=here\nREADY=1'
	well probe -t 5 ready ready
	[ ! -e ready ]
	: > "@probe.$$"
	victim mouse
	spawn env NOTIFY_SOCKET="@probe.$$" sh -c "until '$VICTIM' notify READY=1 exit 0; do :; done"
	disown
	well probe -t 5 ready "@probe.$$"
	[ -e "@probe.$$" ] # it is another's
}

@test "ready: nobody tells, or a failure is told" {
	need PROBE_READY
	takes 300 1200 not_well "Timed out" probe -t 300ms ready ready
	[ ! -e ready ]
	tell ERRNO=13
	not_well "Permission denied" probe -t 5 ready ready
	takes 300 1200 not_well "Timed out" probe -t 100ms -w 300ms ready ready
}

@test "ready: too long a message is passed over, one with a number that is none is a failure" {
	need PROBE_READY
	tell "$(printf 'READY=1\\nX=%040000d' 0)" READY=0 "$(printf 'X=%040000d\\nREADY=1' 0)"
	not_well "Timed out" probe -t 500ms ready ready
	tell "$(printf 'X=%040000d' 0)" READY=1
	well probe -t 5 ready ready
	tell 'READY=1\nERRNO=x'
	not_well "Invalid argument" probe -t 5 ready ready
}

@test "ready: a socket that another listens to, or a file, is left alone; one that was left is not" {
	need PROBE_READY
	spawn probe -t 60 ready ready
	until_true 5 test -S ready
	not_well "Address in use" probe -t 100ms ready ready
	kill -KILL $pid
	until_true 5 dead $pid
	[ -S ready ]
	tell READY=1
	well probe -t 5 ready ready
	not_well "Name too long" probe -t 100ms ready "$(printf '%0200d' 1)"
	echo text > file
	not_well "Address in use" probe -t 100ms ready file
	is "$(< file)" text
}

# ---- all -----------------------------------------------------------------------------------------------------------------

@test "--wait tries until it is well" {
	# shellcheck disable=SC2016 # perl
	spawn perl -e 'select(undef, undef, undef, 0.5); open(F, ">", "late"); select(undef, undef, undef, 60)'
	disown
	takes 300 4000 well probe -w 9 file late
	free_port
	(exec perl -MSocket -e 'select(undef, undef, undef, 0.5); socket(S, PF_INET, SOCK_STREAM, 0);
		bind(S, pack_sockaddr_in($ARGV[0], inet_aton("127.0.0.1"))) && listen(S, 5) || die; select(undef, undef, undef, 60)' "$port" 3>&- &)
	takes 300 4000 well probe -w 9 tcp "127.0.0.1:$port"
}

@test "--wait ends in time, with the last reason, and leaves no descriptor on its way" {
	free_port
	takes 300 1200 not_well "Connection refused" probe -w 500ms tcp "127.0.0.1:$port"
	serve tcp ':hold'
	takes 400 1200 not_well "Timed out" probe -t 200ms -w 500ms http "http://127.0.0.1:$port/"
	need_command strace
	expect 1 strace -qqe trace=socket -o calls probe -w 500ms tcp "127.0.0.1:1"
	[ "$(wc -l < calls)" -gt 2 ]
	is "$(sed 's/.*= //' calls | sort -u | wc -l)" 1
}

@test "of several all must be well, and the first that is not is told" {
	: > one
	well probe file one file "$T"
	not_well "No such file or directory" probe file one file two file three
	says 'file two'
	says_not three
}

@test "-q says nothing of what is not well" {
	expect 1 probe -q file nosuch
	is "$output" $'\n'
	expect 1 probe -q nosuch x
	says nosuch
}

@test "a wrong call is 1, as 2 is Docker's, and is told" {
	: > one
	for words in '' tcp 'file one two' 'file one file' 'nosuch x' 'TCPx y' '-x file one' '-t x file one' '-n -1 file one'; do
		# shellcheck disable=SC2086 # words
		expect 1 probe $words
		says "Try 'probe --help'"
	done
}

@test "names from outside give the terminal no orders" {
	not_well 'No such file or directory' probe file $'\e[31m\nx'
	says 'file ?[31m?x:'
}

@test "long names" {
	need OPT_LONG
	: > one
	well probe --timeout 1s --wait 1s --newer=1h --quiet file one
}
