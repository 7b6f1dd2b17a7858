#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# fuzz.sh [TARGET]... - TIME (60s, 10m, 1h; default 60s) in all for tests/fuzz/TARGET.c, a parser of libbb or what an applet
# is told, or for all of them, JOBS at once, with the address and undefined behaviour sanitizers: three quarters of it by
# libFuzzer, the rest by AFL++, if it is there. Begins with tests/fuzz/corpus/TARGET, and keeps what is new in
# build/fuzz/corpus. A line each, and the sum; what was found is in build/fuzz/found, and then the exit status is 1.
# TIME=0: the corpus alone.
set -u
cd "$(dirname "$0")/.." || exit 1
tests/need.sh make:make clang:clang >&2 || exit 1
echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return d && n < 0; }' |
	clang -fsanitize=fuzzer,address -x c -o /dev/null - 2> /dev/null || {
	tests/need.sh "clang's fuzzer:libclang-rt-$(clang -dumpversion | cut -d . -f 1)-dev:compiler-rt:compiler-rt" >&2 || exit 1
}

build=$(realpath -m "${O:-build}")/fuzz
: "${TIME:=60s}" "${JOBS:=$(nproc)}"
case $TIME in
*h) seconds=$((${TIME%h} * 3600)) ;;
*m) seconds=$((${TIME%m} * 60)) ;;
*) seconds=${TIME%s} ;;
esac
[ $# != 0 ] || set -- $(cd tests/fuzz && echo *.c | sed 's/\.c\>//g')

# BUILD COMPILER FLAGS TARGET...: the fuzzers, of the machine's own libc
compile() {
	local build=$1 compiler=$2 flags=$3
	shift 3
	make -s "O=$build" check_defconfig &&
		make -s "O=$build" "-j$JOBS" CC="$compiler" MUSL= SMALL= STATIC=-no-pie "CFLAGS=-O1 -fno-omit-frame-pointer $flags" \
			"${@/#/$build/fuzz/}"
}
sanitizers='-fsanitize=address,undefined -fno-sanitize-recover=all'
compile "$build/lib" clang "$sanitizers -fsanitize=fuzzer-no-link" "$@" || exit 1
afl=
if [ "$seconds" -ge 100 ] && command -v afl-clang-fast > /dev/null; then
	AFL_QUIET=1 compile "$build/afl" afl-clang-fast "$sanitizers" "$@" && afl=1
fi

each=$((seconds * JOBS / $#))
((each > 0 || seconds == 0)) || each=1
export build seconds afl each
mkdir -p "$build/found" "$build/log" "$build/dict"
export ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 UBSAN_OPTIONS=abort_on_error=1

# APPLET: its options, and those that its list ends with: a dictionary
options() {
	local files=("applets/$1.c")
	[ -e "${files[0]}" ] || return
	! grep -q 'PROGRAM_OPTS(' "${files[0]}" || files+=(applets/program.c)
	cat "${files[@]}" | sed -n 's/^\tOPT([^"]*"\([^"]*\)", "\([^"]*\)".*/-\1\n--\2/p' | sed -n 's/^--*[^-].*/"&\\x0a"/p' | sort -u
}

# PARSER: "NAME EXECUTIONS FINDINGS"
campaign() {
	local name=$1 runs=0 found log=$build/log/$1 seeds=tests/fuzz/corpus/$1 time=$((afl ? each * 3 / 4 : each))
	mkdir -p "$build/corpus/$name"
	options "$name" > "$build/dict/$name"
	local dict=$build/dict/$name
	[ -s "$dict" ] || dict= # a parser's: libFuzzer does not take an empty one
	if [ "$seconds" = 0 ]; then
		# shellcheck disable=SC2046 # words
		"$build/lib/fuzz/$name" -close_fd_mask=3 "-artifact_prefix=$build/found/$name-" $(find "$seeds" -type f) > "$log" 2>&1 ||
			echo "$name" > "$build/found/$name-corpus"
		runs=$(grep -c '^Executed' "$log")
	else
		"$build/lib/fuzz/$name" -close_fd_mask=3 -print_funcs=0 -max_len=4096 -timeout=5 -rss_limit_mb=2000 -print_final_stats=1 \
			${dict:+"-dict=$dict"} "-max_total_time=$time" "-artifact_prefix=$build/found/$name-" "$build/corpus/$name" "$seeds" > "$log" 2>&1
		runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$log")
	fi
	if [ "$afl" ]; then
		rm -rf "$build/afl/out/$name"
		mkdir -p "$build/afl/out"
		AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 AFL_QUIET=1 \
			ASAN_OPTIONS=$ASAN_OPTIONS:abort_on_error=1:symbolize=0:detect_leaks=0 \
			afl-fuzz ${dict:+-x "$dict"} -i "$seeds" -o "$build/afl/out/$name" -V $((each - time)) -- "$build/afl/fuzz/$name" >> "$log" 2>&1
		runs=$((${runs:-0} + $(sed -n 's/^execs_done *: //p' "$build/afl/out/$name/default/fuzzer_stats")))
		for found in "$build/afl/out/$name"/default/{crashes,hangs}/id*; do
			[ ! -e "$found" ] || cp "$found" "$build/found/$name-afl-${found##*/}"
		done
	fi
	found=$(find "$build/found" -name "$name-*" | wc -l)
	[ "${runs:-0}" -gt 0 ] || found+=" found; it did not run to its end: see $log"
	echo "$name ${runs:-0} $found"
}
export -f campaign options

printf '%s\n' "$@" | xargs -P "$JOBS" -n 1 bash -c 'campaign "$1"' campaign | awk '
	{ n += $2; bad += $3 > 0 || NF > 3 }
	{ printf "%-17s %12d executions, %s\n", $1, $2, (NF > 3 ? substr($0, length($1 " " $2) + 2) : $3 " found") }
	END { printf "%-17s %12d executions, %d of them with findings\n", "in all", n, bad; exit bad > 0 || NR == 0 }' || {
	ls -l "$build/found" >&2
	exit 1
}
