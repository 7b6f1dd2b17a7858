# shellcheck shell=bash disable=SC2015,SC2154,SC2155
# SPDX-License-Identifier: 0BSD
# ssd.bash - what the files about start-stop-daemon share: `load ssd` after `load helper`.
#
#   ssd ARG...               the tool under test: ours, or with AGAINST=dpkg|busybox|openrc theirs (openrc's from
#                            $OPENRC, where openrc.sh put it); $SSD is its command for scripts,
#                            nobodys_ssd the same by a user without rights
#   differs TOOL REASON      that tool does not do what this test asks for: skipped there, unless STRICT=1
#   only_ours REASON         none of the others does
#   started WORD...          $D (a victim named idled), started in the background with pidfile $P; $pid
#   running WORD...          the same without the tool, and without a pidfile; both return when the words are done
#   gone_from_here [NAME...] no $D runs, and $T/run (where $P is) holds these files only
#   complains WORD...        one line on stderr, nothing on stdout; it begins with the tool's name and holds the words
#   status_of PID KEY, stat_of PID N, argv_of PID: from /proc
#   with_signals SETTING CMD...  "ignore=HUP,CHLD block=TERM"

ssd() {
	start-stop-daemon "$@" || return
	if [ "${AGAINST-}" = dpkg ]; then until_true 5 settled; fi
}

# dpkg comes back before the program runs: what that means is one test, not all of them
settled() {
	local pid
	pid=$(cat "$P" 2> /dev/null) && dead "${pid:-0}" || [[ $(readlink "/proc/${pid:-0}/exe") != *start-stop-daemon ]]
}

prepare() {
	case ${AGAINST-} in
	openrc)
		export LD_LIBRARY_PATH=${OPENRC:?what openrc.sh prints}/lib:$OPENRC/lib/$(uname -m)-linux-gnu
		AGAINST=$OPENRC/sbin/start-stop-daemon applet start-stop-daemon > /dev/null
		;;
	*) applet start-stop-daemon > /dev/null ;;
	esac
	export SSD=start-stop-daemon
	victim idled
	D=$VICTIM
	P=$T/run/pid
	mkdir "$T/run"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$T"
	umask 022
}

tidy() {
	while umount "$T"/mnt* 2> /dev/null; do :; done
}

differs() {
	[ "${AGAINST-}" != "$1" ] || [ "${STRICT-}" ] || skip "$1: $2"
}

only_ours() {
	[ -z "${AGAINST-}" ] || [ "${STRICT-}" ] || skip "$AGAINST: $1"
}

nobodys_ssd() {
	[ -e "$T/nobody/start-stop-daemon" ] || install -D "$(readlink -f "$(command -v start-stop-daemon)")" "$T/nobody/start-stop-daemon"
	setpriv --reuid=65534 --regid=65534 --clear-groups "$T/nobody/start-stop-daemon" "$@"
}

started() {
	rm -f "$T/ready"
	expect 0 ssd -S -b -m -p "$P" -x "$D" -- "$@" pid "$T/ready"
	until_true 5 test -e "$T/ready"
	pid=$(< "$P")
}

running() {
	rm -f "$T/ready"
	spawn "$D" "$@" pid "$T/ready"
	until_true 5 test -e "$T/ready"
	disown 2> /dev/null || true # what forks may be no job any more
}

gone_from_here() {
	is "$(ls -A "$T/run")" "$(printf '%s\n' "$@")" && is "$(pids_of "$D")" ''
}

complains() {
	local word
	[[ ${AGAINST-} || $err == start-stop-daemon:\ ?* ]] && [[ $err != *$'\n'* && ! $out ]] || {
		printf 'not one line on stderr, of start-stop-daemon:\n%s\n' "$output"
		return 1
	}
	for word; do
		[[ ${AGAINST-} || $err == *"$word"* ]] || {
			printf "does not tell of '%s': %s\n" "$word" "$err"
			return 1
		}
	done
}

is() {
	[ "$1" = "$2" ] || {
		printf "it is '%s', not '%s'\n" "$1" "$2"
		return 1
	}
}

not() {
	! "$@" || { echo "it succeeds: $*"; return 1; }
}

runs() {
	[ "/proc/$1/exe" -ef "$2" ]
}

status_of() {
	sed -n "s/^$2:[[:blank:]]*//p" "/proc/$1/status"
}

# field N as numbered in proc(5), from 3 on
stat_of() {
	local line
	read -r line < "/proc/$1/stat"
	# shellcheck disable=SC2206 # words
	line=(${line##*) })
	echo "${line[$2 - 3]}"
}

argv_of() {
	tr '\0' '|' < "/proc/$1/cmdline"
}

with_signals() {
	perl -e 'use POSIX;
		for (split " ", shift) {
			my ($how, $which) = split "=";
			for (split ",", $which) {
				if ($how eq "ignore") { $SIG{$_} = "IGNORE" }
				else { sigprocmask(SIG_BLOCK, POSIX::SigSet->new(eval "POSIX::SIG$_")) }
			}
		}
		exec @ARGV or die' "$@"
}

# calls FILE: how many system calls an strace log holds
calls() {
	grep -c '(' "$1" || true
}
