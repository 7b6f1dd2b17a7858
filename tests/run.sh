#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# run.sh [NAME]... - runs tests/NAME.bats and tests/unit/ROOM.c (as unit/ROOM, or unit: all), or everything there is, each
# in a pid namespace of its own, and ends with one line "N passed, N failed". It builds what is tested, unless INITBOX names
# a binary. Two run at a time (JOBS=N).
# UNDER=asan, UNDER=valgrind: under that instrument, in a build of its own (under.bash).
# AGAINST=TOOL: the files that name it ("# against: dpkg busybox") against that tool; see applet in helper.bash. STRICT=1: all
# that are told, and no test is left out because the tool is known to fail it.
# AGAINST=openrc builds it first (openrc.sh), unless OPENRC names a directory that holds it.
# PASSES='once OLD=ENOSYS': how each file is run. Files that call an applet, and the rooms that hold processes, once more as on
# Linux 3.10 (old.c); or with OLD=EPERM as in a container whose filter is older than the kernel, or with INITBOX_NO_PIDFD=1.
# Unless PASSES asks for it, those that show nothing of processes but their end run once.
# shellcheck disable=SC2086 # unquoted variables are lists of words
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/under.bash
: "${AGAINST:=}" "${ONCE:=}" "${UNDER:=}" "${instrument:=}" "${instrumented:=}"
run_once=
# an instrument and a filter do not go together, and valgrind 3.19 has no pidfds anyway
case $UNDER in
'')
	[ "${PASSES-}" ] || run_once='log probe container redis manuals scripts'
	: "${PASSES:=once OLD=ENOSYS}"
	;;
valgrind) PASSES=once ;;
*) PASSES='once INITBOX_NO_PIDFD=1' ;;
esac
[ -z "$AGAINST$ONCE" ] || PASSES=once

tests/need.sh bats:bats make:make gcc:gcc musl-gcc:musl-tools:-:musl-gcc clang:clang readelf:binutils \
	kconfig-conf:kconfig-frontends-nox:-:- mandoc:mandoc unshare:util-linux flock:util-linux \
	script:bsdutils:util-linux-misc:util-linux-script setpriv:util-linux:setpriv:util-linux strace:strace perl:perl \
	tini:tini:tini:- crun:crun redis-server:redis-server:redis:redis curl:curl \
	lighttpd:lighttpd busybox:busybox dropbear:dropbear-bin:dropbear:dropbear dnsmasq:dnsmasq-base:dnsmasq:dnsmasq ||
	exit 1
[ "$UNDER" != valgrind ] || tests/need.sh valgrind:valgrind || exit 1

if [ "$AGAINST" = openrc ] && [ -z "${OPENRC-}" ]; then
	OPENRC=$(tests/openrc.sh) || exit 1
	export OPENRC
fi

if [ -z "${INITBOX-}" ]; then
	build=$(realpath -m "${O:-build}")
	make -s "O=$build/check" check_defconfig && make -s "O=$build/check" -j2 ${WERROR:+WERROR=1} all units || exit 1
	INITBOX=$build/check/initbox
	# the unit tests and a few files once more where a byte too far is fatal
	instrument=${UNDER:-$(! can_sanitize || echo asan)}
	instrumented=$build/$instrument
	[ -z "$instrument" ] || under_build "$instrument" "$instrumented" || exit 1
elif [ "$UNDER" ]; then
	echo "run.sh: UNDER=$UNDER builds what it runs: not with INITBOX" >&2
	exit 1
fi

if unshare -fpm --mount-proc true 2> /dev/null; then
	private='unshare -fpm --mount-proc --kill-child'
elif unshare -Urfpm --mount-proc true; then
	private='unshare -Urfpm --mount-proc --kill-child'
else
	echo 'run.sh: no pid namespace to be had here, and outside of one the tests would kill what is not theirs' >&2
	exit 1
fi
OUTER_PID_NAMESPACE=$(readlink /proc/self/ns/pid)
export INITBOX AGAINST instrument instrumented private OUTER_PID_NAMESPACE

# The ways in which a file is to run, of those in PASSES: a line each
ways() {
	local pass name
	name=$(basename "$1" .bats)
	for pass in $PASSES; do
		case $pass:$1 in
		once:*) echo "$1"; continue ;;
		*/house.bats | */configs.bats | */random.bats | */initbox.bats | */old.bats | */mutate.bats | */boot.bats | */cross.bats | */fuzz.bats) continue ;;
		*:tests/unit/*) grep -q '/\(proc\|match\|stop\)\.h"' "$1" || continue ;;
		OLD=*:*/fault.bats | OLD=*:*/recycle.bats) pass=INITBOX_NO_PIDFD=1 ;; # they stand at each call themselves
		esac
		[[ " $run_once " != *" $name "* ]] || continue
		[ "$can_be_old" ] || pass=INITBOX_NO_PIDFD=1
		[ "$pass" != INITBOX_NO_PIDFD=1 ] || grep -qs '^CONFIG_DEBUG_NO_PIDFD=y' "${INITBOX%/*}/.config" || continue
		echo "$1 $pass"
	done | awk '!seen[$0]++'
}
can_be_old=$("${INITBOX%/*}/old" ENOSYS echo yes 2> /dev/null)

# what to run, the long ones first: a file, and a variable to set for it
list() {
	local name file why
	for name; do
		case $name in
		unit) list $(ls tests/unit | sed -n 's/^\(.*\)\.c$/unit\/\1/p') || return 1; continue ;;
		unit/*) file=tests/unit/$(basename "$name" .c).c ;;
		*) file=tests/$(basename "$name" .bats).bats ;;
		esac
		[ -e "$file" ] || { echo "run.sh: no $file" >&2; return 1; }
		[ -z "$AGAINST" ] || [ "${STRICT-}" ] || grep -q "^# against:.*\<$AGAINST\>" "$file" || continue
		if [ "$UNDER" ] && why=$(under_excludes "$UNDER" "$name"); then
			echo "# $name is left out: $why" >&2
			continue
		fi
		ways "$file" | sed "s/\$/${UNDER:+ UNDER=$UNDER}/"
		[ "$UNDER" ] || [ -z "$instrument" ] || [[ $PASSES != *once* ]] || ! under_in_short "$name" ||
			echo "$file UNDER=$instrument"
	done
}

# one of these lines; its log is shown in one piece when it is done
job() {
	local name=${1#tests/} with=${*:2} command="bats --tap $1" limit=${LIMIT:-900} began=$SECONDS scratch log status
	local inside=() # (bash: sh would not pass our functions on)
	scratch=$(mktemp -d) && chmod 755 "$scratch" # for those who are not root
	[[ $with != *UNDER=valgrind* ]] || chmod 1777 "$scratch" # where it has files of its own, whoever it is
	name=${name%.*}
	log=$logs/${name//\//.}${with:+ $with}
	[[ $name != unit/* ]] || command=${INITBOX%/*}/$name
	if [[ $with == *UNDER=* ]]; then
		[[ $name != unit/* ]] || command=$(under_unit "$instrument" "$instrumented" "$name")
		mkdir "$scratch/reports" && chmod 1777 "$scratch/reports"
		with+=" REPORTS=$instrumented/reports INITBOX=$instrumented/under/initbox VICTIM_PROGRAM=${INITBOX%/*}/victim"
		inside=(bash -c 'mount --bind "$0" "$REPORTS" && exec "$@"' "$scratch/reports")
	fi
	[ "$name" != random ] || limit=1500 # ten builds, and the whole suite for each
	[[ $with != OLD=* ]] || command="${INITBOX%/*}/old ${2#*=} $command"
	[[ $name != unit/* ]] || cd "$scratch" || return
	env -u BATS_TEST_TMPDIR -u BATS_TEST_DIRNAME TMPDIR="$scratch" $with timeout -k 5 "$limit" \
		$private "${inside[@]}" $command > "$log" 2>&1 < /dev/null
	status=$?
	[ $status -lt 124 ] || echo "not ok - ended by the time limit or a signal (exit status $status)" >> "$log"
	[[ $with != *UNDER=valgrind* ]] || forgive_valgrind "$log"
	under_findings "$scratch/reports" >> "$log" && echo "not ok - it made these reports" >> "$log"
	rm -rf "$scratch"
	{ flock 9; echo "# ${log##*/} ($((SECONDS - began)) s)"; cat "$log"; } 9> "$logs/.lock"
}
export -f job under_unit under_valgrind under_findings beyond_valgrind forgive_valgrind

logs=$(mktemp -d)
export logs
trap 'rm -rf "$logs"' EXIT
[ $# != 0 ] || set -- random configs unit $(ls tests | sed -n '/^random\|^configs/d; s/\.bats$//p')
jobs=$(list "$@") && [ "$jobs" ] || exit 1
echo "$jobs" | xargs -P "${JOBS:-2}" -L 1 bash -c 'job "$@"' job

# what a file planned and did not get to has failed
awk '
	FNR == 1 { lost += plan - seen; plan = 1; seen = 0 }
	/^1\.\.[0-9]+$/ { plan = substr($0, 4) }
	/^(not )?ok [0-9]/ { seen++ }
	/^ok / { if (/ # skip/) skipped++; else passed++ }
	/# skip under / { sub(/.*# skip under /, ""); left[$0]++ }
	/^not ok / { failed++; name = FILENAME; sub(/.*\//, "", name); print "FAILED in " name ": " $0 }
	END {
		for (why in left)
			print "# " left[why] " left out under " why
		lost += plan - seen
		if (lost > 0)
			print "FAILED: " lost " tests that were not run to their end"
		failed += lost
		printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
		exit failed > 0 || !passed
	}' "$logs"/*
