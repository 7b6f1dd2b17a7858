# SPDX-License-Identifier: 0BSD
# shellcheck shell=bash
# helper.bash - what the tests of an applet are written with: `load helper` at the head of the file.
#
#   applet NAME...           NAME is on PATH from here on (a link to $INITBOX); skips the test where it is not built
#   need CONFIG_X...         skips the test where one of them is off. Where it is an option that the test gives to an applet
#                            in plain sight, that is found without being told
#   need_command CMD...      skips it where one of them is missing; need_root: where we are not really root
#   must WHAT REASON         skips it because of REASON; fails it where CI_NEEDS names WHAT, as in .ci/run
#   in_turn I N              skips the test unless it is the turn of the I-th of N, which take minutes each: the sources tell
#   without_pidfds           is this a run as on a kernel that has none?
#   need_plain REASON        skips it where the applets run under an instrument (under.bash)
#   victim NAME              $VICTIM: a program of that name (its words are told in victim.c)
#   spawn CMD...             runs it in the background; $pid
#   until_true SECONDS CMD...  waits until CMD succeeds (instead of sleep); fails, and says so, when it does not
#   alive PID, dead PID      a zombie is dead
#   pids_of FILE             of those alive that run it
#   comm PID, state KEY FILE what /proc tells; what a victim's "state FILE" tells: `state cwd s`
#   expect STATUS CMD...     runs CMD; its exit status must be that; then $output (both streams), $out, $err
#   says TEXT, says_not TEXT what $output must (not) hold
#   with_dev_log SCRIPT      runs it with a syslogd at /dev/log, which writes each message as a line of $T/messages
#
# A test runs in its own directory, $T, which is empty. At its end all that it started, and nothing else, is killed.
bats_require_minimum_version 1.5.0

INITBOX=${INITBOX:?run the tests by make check, or tests/run.sh NAME}
CONFIG=${INITBOX%/*}/.config
[ -e "$CONFIG" ] || CONFIG=${INITBOX%/*}/../.config
TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)

in_private_namespace() {
	[ -n "${OUTER_PID_NAMESPACE-}" ] && [ "$(readlink /proc/self/ns/pid)" != "$OUTER_PID_NAMESPACE" ]
}

setup() {
	in_private_namespace || { echo "not in a pid namespace of its own: run tests/run.sh"; return 1; }
	T=$BATS_TEST_TMPDIR/t
	mkdir -p "$T"
	export STARTED_BY=$BATS_TEST_TMPDIR
	cd "$T" || return 1
	need_its_options
	if declare -F prepare > /dev/null; then prepare; fi
}

teardown() {
	if declare -F tidy > /dev/null; then tidy; fi
	kill_mine
	no_reports
}

# nothing was found by what the applets run under
no_reports() {
	[ -n "${UNDER-}" ] && under_findings "$REPORTS" || return 0
	rm -f "${REPORTS:?}"/*
	return 1
}

# what has our mark in its environment, or runs a program of this test's directory
kill_mine() {
	local dir again=5
	while ((again--)); do
		local found=
		for dir in /proc/[0-9]*; do
			[ "${dir#/proc/}" != $$ ] && [ "${dir#/proc/}" != "$BASHPID" ] || continue
			case $(readlink "$dir/exe" 2> /dev/null) in
			"$BATS_TEST_TMPDIR"/*) ;;
			?*) grep -qzsxF "STARTED_BY=$BATS_TEST_TMPDIR" "$dir/environ" 2> /dev/null || continue ;;
			*) continue ;;
			esac
			found=1
			kill -KILL "${dir#/proc/}" 2> /dev/null
		done
		[ "$found" ] || break
	done
	return 0
}

need() {
	local symbol
	for symbol; do
		grep -qx "CONFIG_${symbol#CONFIG_}=y" "$CONFIG" || skip "${symbol#CONFIG_} is off"
	done
}

# the options that the test uses, as far as applies.awk sees them
need_its_options() {
	local why
	[ -z "${AGAINST-}" ] || return 0
	why=$(declare -f | awk -v "test=$BATS_TEST_NAME" -v "but=$NOT_THE_TESTS" -f "$TOP/tests/applies.awk" "$CONFIG" "$TOP"/applets/*.c -)
	[ -z "$why" ] || skip "$why"
}

need_command() {
	local command
	for command; do
		command -v "$command" > /dev/null || skip "no $command"
	done
}

# what is tested follows from the sources: the same for the same, and a change throws the dice anew
sum_of_sources() {
	(cd "$TOP" && cat Kconfig applets/*.c libbb/*.[ch] | cksum | cut -d ' ' -f 1)
}

in_turn() {
	[ "$1" = $(($(sum_of_sources) % $2)) ] || skip "another has its turn"
}

need_plain() {
	[ -z "${UNDER-}" ] || skip "under $UNDER: $1"
}

must() {
	case " ${CI_NEEDS-} " in *" $1 "*) echo "$2, and CI needs $1"; return 1 ;; esac
	skip "$2"
}

need_root() {
	[ "$(id -u)" = 0 ] && [ "$(awk '{ n += $3 } END { print (n > 65535) }' /proc/self/uid_map)" = 1 ] || skip "not root"
}

without_pidfds() {
	[ "${INITBOX_NO_PIDFD-}" = 1 ] || [ "${OLD-}" ]
}

# With AGAINST=busybox (or dpkg, psmisc, ..., or a path) it is that tool's NAME.
applet() {
	local name tool bin=$BATS_FILE_TMPDIR/bin
	mkdir -p "$bin"
	for name; do
		tool=$INITBOX
		case ${AGAINST-} in
		'') need "$(sed -n "s/^X(\([A-Z_0-9]*\), \"$name\".*/\1/p" "$TOP/applets/applets.h")" ;;
		busybox | toybox) tool=$(command -v "$AGAINST") || skip "no $AGAINST" ;;
		*/*) tool=$AGAINST ;;
		*) tool=$(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin command -v "$name") || skip "no $name" ;;
		esac
		ln -sf "$tool" "$bin/$name"
	done
	[[ $PATH == "$bin":* ]] || export PATH=$bin:$PATH:/usr/sbin:/sbin
}

# a copy, not a link: a file of its own for --exec
victim() {
	VICTIM=$BATS_TEST_TMPDIR/$1
	[ -e "$VICTIM" ] || cp "${VICTIM_PROGRAM:-${INITBOX%/*}/victim}" "$VICTIM"
}

# without bats' own descriptor 3, which would make bats wait for it
spawn() {
	"$@" < /dev/null 3>&- &
	pid=$!
}

until_true() {
	local tries=$(($1 * 50)) # of 20 ms
	shift
	until "$@"; do
		((tries-- > 0)) || { echo "did not come true: $*"; return 1; }
		sleep 0.02 || true # (killall5 may have hit it)
	done
}

alive() {
	local line
	read -r line 2> /dev/null < "/proc/$1/stat" && [[ ${line##*)} != " Z"* ]]
}

dead() {
	! alive "$1"
}

pids_of() {
	local p
	for p in /proc/[0-9]*; do
		if [ "$p/exe" -ef "$1" ] && alive "${p#/proc/}"; then
			echo "${p#/proc/}"
		fi
	done
}

comm() {
	cat "/proc/$1/comm"
}

state() {
	sed -n "s/^$1=//p" "$2"
}

expect() {
	local expected=$1
	shift
	status=0
	"$@" > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" < /dev/null 3>&- || status=$?
	out=$(< "$BATS_TEST_TMPDIR/out") err=$(< "$BATS_TEST_TMPDIR/err")
	output=$out$'\n'$err
	[ "$status" = "$expected" ] || { echo "exit status $status, not $expected: $*"; echo "$output"; return 1; }
}

says() {
	[[ $output == *"$1"* ]] || { echo "does not say '$1': $output"; return 1; }
}

says_not() {
	[[ $output != *"$1"* ]] || { echo "says '$1': $output"; return 1; }
}

with_dev_log() {
	need_root
	need_command perl
	mkdir dev
	mknod -m 666 dev/null c 1 3
	: > messages
	perl -e 'use Socket;
		socket(S, AF_UNIX, SOCK_DGRAM, 0) && bind(S, pack_sockaddr_un("dev/log")) or die;
		chmod 0600, "dev/log";
		open(F, ">>", "messages");
		select F; $| = 1;
		print "$_\n" while defined recv(S, $_, 2000, 0)' 3>&- &
	disown
	until_true 5 test -S dev/log
	unshare -m sh -c "mount --bind $T/dev /dev && $1" 3>&-
}

NOT_THE_TESTS=" $(compgen -A function | tr '\n' ' ') "
