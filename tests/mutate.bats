#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# What the unit tests are worth: a sample of the mutants of libbb (mutate.pl). Which follows from the sources, so that what
# was found once is found again, and a change throws the dice anew.
load helper

prepare() {
	unset MAKEFLAGS CFLAGS LDFLAGS CPPFLAGS V LIST SEED
	need_command perl unshare timeout
	export O=$T WITH=own
}

# where eight of ten are killed in all, it is one sample of a thousand that has less than half
@test "most of twenty mutants of libbb are killed by their room's unit tests" {
	N=20 FLOOR=50 "$TOP/tests/mutate.pl" > told || { cat told; false; }
	echo "# $(tail -n 2 told | head -n 1)" >&3
}

@test "a unit test that asks nothing kills nothing, and that is told" {
	mkdir tree
	cp -R "$TOP"/{Makefile,Kconfig,applets,libbb,configs,tests} tree
	printf '%s\n' '#include "../../libbb/clock.h"' '#include "alone.h"' 'TEST(it_runs) { CHECK(true); }' > tree/tests/unit/clock.c
	expect 1 env N=0 FLOOR=85 tree/tests/mutate.pl clock
	says 'survives: libbb/clock.c:'
	says "$(printf "all          %5d mutants     0 killed   0.0 %%" "$(grep -c ^survives: <<< "$out")")"
}

@test "who is named in tests/equivalent does not count, and a name that is nobody's is told" {
	mkdir tree
	cp -R "$TOP"/{libbb,tests} tree
	LIST=1 tree/tests/mutate.pl clock | sed 's/:[0-9]*:/:/' > before
	sort before | uniq -u | head -n 1 > one
	[ -s one ]
	cat one >> tree/tests/equivalent
	LIST=1 tree/tests/mutate.pl clock | sed 's/:[0-9]*:/:/' > after
	diff <(grep -vxF -f one before) after
	echo 'libbb/clock.c:1: + -> - in: nothing;' >> tree/tests/equivalent
	export LIST=1
	! tree/tests/mutate.pl clock > told 2>&1
	grep -q 'not one, but none: libbb/clock.c:1: + -> - in: nothing;' told
}
