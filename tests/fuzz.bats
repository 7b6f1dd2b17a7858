#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# The parsers of outside text under a fuzzer: all that is in the corpus, and a minute of looking for more.
load helper

prepare() {
	need_command clang
	cd "$TOP" || return 1
	unset MAKEFLAGS CFLAGS LDFLAGS CPPFLAGS V
}

setup_file() {
	echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return d && n < 0; }' |
		clang -fsanitize=fuzzer,address,undefined -x c -o /dev/null - 2> /dev/null || export WITHOUT=1
}

fuzz() {
	[ -z "${WITHOUT-}" ] || skip "clang has no libFuzzer here"
	O=$BATS_FILE_TMPDIR/build tests/fuzz.sh "$@" 3>&-
}

@test "each target has a corpus, and each corpus a target" {
	diff <(cd tests/fuzz && ls -- *.c | sed 's/\.c$//') <(ls tests/fuzz/corpus)
	[ "$(find tests/fuzz/corpus -type f -empty)" = "" ]
}

@test "each parser that libbb's headers call pure, or an option's, has a target" {
	sed -n 's/^\(int\|pid_t\|size_t\|const char \*\|bool\) *\**\([a-z]*_\(parse[a-z_]*\|line\|member\|cut\|octal\|msec\|take\)\)(.*/\2/p' libbb/*.h | sort -u > "$T/parsers"
	[ "$(wc -l < "$T/parsers")" -gt 12 ]
	while read -r parser; do
		case $parser in
		*_take | cred_line | cred_member | name_*) continue ;; # below another of the list
		esac
		grep -q "\<$parser\>" tests/fuzz/*.c || echo "$parser"
	done < "$T/parsers" > "$T/without"
	[ ! -s "$T/without" ] || { cat "$T/without"; false; }
}

@test "each applet has a target" {
	for applet in applets/*.c; do
		[ "$applet" = applets/initbox.c ] || grep -qs "/$applet\"" tests/fuzz/*.c || echo "$applet"
	done > "$T/without"
	[ ! -s "$T/without" ] || { cat "$T/without"; false; }
}

@test "nothing is found by what was once of interest" {
	TIME=0 fuzz
}

@test "nothing is found in a minute of processor time" {
	result=$(TIME=30s JOBS=2 fuzz) || { echo "$result"; false; }
	echo "# $(tail -n 1 <<< "$result")" >&3
}

@test "what is wrong is found" {
	[ -z "${WITHOUT-}" ] || skip "clang has no libFuzzer here"
	cp -R Makefile Kconfig applets libbb configs tests "$T"
	cd "$T"
	sed -i 's/^	\*end = .\\0.;$/	end[1] = 0;/' libbb/notify.c # a byte too far
	! cmp -s libbb/notify.c "$TOP/libbb/notify.c"
	sed -i '/^pid_t proc_fork/,/^}/d' tests/fuzz/killall5.c # so that it would fork
	! O=$T/build TIME=6s tests/fuzz.sh notify killall5 > log 2>&1 3>&-
	grep -q '^notify .* [1-9][0-9]* found' log
	grep -q '^killall5 .* [1-9][0-9]* found' log
}
