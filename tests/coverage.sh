#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# coverage.sh [NAME]... - which lines and branches of libbb and the applets the tests reach: runs tests/run.sh NAME... (all
# but those of the build and of the house) on a build that counts (coverage.c). Of all of them
# it fails where less than 95 % of the lines or 85 % of the branches are reached, or where what is not has no reason in
# tests/uncovered; a test that fails is told, and is the business of make check.
# The sources with their counts are in build/coverage/*.gcov then.
set -u
cd "$(dirname "$0")/.." || exit 1
tests/need.sh make:make gcc:gcc musl-gcc:musl-tools:-:musl-gcc gcov:gcc || exit 1

build=$(realpath -m "${O:-build}")/coverage
counts="-Wl,--wrap=__gcov_exit -Wl,-T,tests/coverage.ld -DCOVERAGE='\"$build/counts/\$(@F)\"' tests/coverage.c"
make -s "O=$build" check_defconfig &&
	make -s "O=$build" -j2 SMALL= CFLAGS='-O0 --coverage -fprofile-update=atomic' LDFLAGS="$counts" all units || exit 1

programs=$(find "$build/unit" "$build/initbox.unstripped" -type f -perm -u+x) # a list of words
find "$build" -name '*.gcda' -delete
mkdir -p "$build/counts"
for program in $programs; do
	: > "$build/counts/${program##*/}"
	truncate -s 1M "$build/counts/${program##*/}"
	chmod 666 "$build/counts/${program##*/}" # for those who are not root
done
setpriv --reuid=65534 --regid=65534 --clear-groups test -w "$build/counts/initbox.unstripped" ||
	echo "coverage.sh: what others than the owner of $build do is not counted"

judge=
if [ $# = 0 ]; then
	judge=1
	# shellcheck disable=SC2046 # words
	set -- unit $(find tests -maxdepth 1 -name '*.bats' | sed 's/.*\///; s/\.bats$//' |
		grep -vxE 'random|configs|house|manuals|mutate' | sort)
fi
INITBOX=$build/initbox tests/run.sh "$@" | tee "$build/log" | grep -E '^FAILED|^[0-9]+ passed'

for program in $programs; do
	COVERAGE_DUMP=1 "$program" || exit 1
done
for object in "$build"/libbb/*.o "$build"/applets/*.o; do
	gcov -t -b -c "$object" > "${object%/*}.$(basename "$object" .o).gcov" || exit 1
done
awk -v "judge=$judge" -v reasons=tests/uncovered -f tests/coverage.awk "$build"/*.gcov
