#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# N=1 random configurations: each builds without a warning and passes the tests that apply to it. The seed is printed, and
# follows from the sources, so that what was found once is found again, and a change throws the dice anew;
# SEED=N begins with another: the configurations are those of SEED, SEED + 1, ...
# And so do two of ours that have less than the one that all other tests are run with. One of the three has its turn.
load helper

prepare() {
	unset MAKEFLAGS CFLAGS LDFLAGS CPPFLAGS O V
	need_command kconfig-conf
}

setup_file() {
	local first=${SEED:-$(sum_of_sources)}
	export FIRST=$((first % 100000))
}

# all but the tests of the build itself, and those that take minutes
suite() {
	(cd "$TOP/tests" && ls *.bats | grep -vxE '(random|configs|house|fault|many|mutate|boot|cross|fuzz|old)\.bats')
}

# NAME: with the .config that is there
builds_and_passes() {
	local verdict=0
	make -s -C "$TOP" "O=$T" WERROR=1 all "$T/victim" "$T/recycle" > "$T/log" 2>&1 || verdict=$?
	echo "# $1: $(wc -c < "$T/initbox") bytes, $("$T/initbox" --list | tr '\n' ' ')" >&3
	[ -s "$T/log" ] && { cat "$T/log"; return 1; }
	[ $verdict = 0 ]
	# shellcheck disable=SC2046 # words
	LIMIT=300 JOBS=4 INITBOX=$T/initbox ONCE=1 "$TOP/tests/run.sh" $(suite) > "$T/log" 2>&1 3>&- || verdict=$?
	echo "# $1: $(tail -n 1 "$T/log")" >&3
	[ $verdict = 0 ] || { cat "$T/.config"; grep -vE '^ok ' "$T/log"; false; }
}

# NUMBER
configuration() {
	local seed=$((FIRST + $1 - 1))
	[ "$1" -le "${N:-1}" ] || skip "N=$N"
	KCONFIG_SEED=$seed make -s -C "$TOP" "O=$T" randconfig > /dev/null 2>&1
	builds_and_passes "KCONFIG_SEED=$seed"
}

# without N or SEED
turn() {
	[ "${N:-}${SEED:-}" ] || in_turn "$1" 3
}

# NAME of configs/NAME_defconfig
ours() {
	make -s -C "$TOP" "O=$T" "$1_defconfig"
	builds_and_passes "$1"
}

@test "tiny builds and passes its tests" { turn 0 && ours tiny; }
@test "router builds and passes its tests" { turn 1 && ours router; }
@test "a random configuration builds and passes its tests (1)" { turn 2 && configuration 1; }
@test "a random configuration builds and passes its tests (2)" { configuration 2; }
@test "a random configuration builds and passes its tests (3)" { configuration 3; }
@test "a random configuration builds and passes its tests (4)" { configuration 4; }
@test "a random configuration builds and passes its tests (5)" { configuration 5; }
@test "a random configuration builds and passes its tests (6)" { configuration 6; }
@test "a random configuration builds and passes its tests (7)" { configuration 7; }
@test "a random configuration builds and passes its tests (8)" { configuration 8; }
