#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# cross.sh [ARCH]... - builds initbox for other processors, with Debian's cross compilers and its musl for that processor, and
# runs the unit tests of libbb there, and tini, and a supervisor: under qemu-user, or where the kernel can run them itself.
# Prints a table, and in its last line "N passed, N failed"; status 77: none of them could be had. What qemu-user does not do is named in `not_under_qemu`.
# ARCH: those of the list below. CONFIGS='default router tiny': whose size is told; hardened is the default with all that hardens.
# All is kept in build/cross (O=DIR: DIR/cross); apt's and dpkg's files are only read.
shopt -s extglob
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck disable=SC1091,SC2086,SC2046 # words
. tests/foreign.bash
: "${O:=build}" "${CONFIGS=default hardened router tiny}"
top=$PWD
[ $# != 0 ] || set -- i386 aarch64 armhf armel mipsel mips64el ppc64el s390x riscv64

# ARCH, Debian's name, the compiler's, qemu's (-: none is needed on x86-64), flags
list='i386 i386 i686-linux-gnu i386
aarch64 arm64 aarch64-linux-gnu aarch64
armhf armhf arm-linux-gnueabihf arm
armel armel arm-linux-gnueabi arm
mipsel mipsel mipsel-linux-gnu mipsel
mips64el mips64el mips64el-linux-gnuabi64 mips64el
ppc64el ppc64el powerpc64le-linux-gnu ppc64le
s390x s390x s390x-linux-gnu s390x
riscv64 riscv64 riscv64-linux-gnu riscv64'

# a room, and what of it qemu-user has not: these are left out there
not_under_qemu() {
	case $1 in
	daemonize) echo 'no memory shared by clone' ;;
	proc | match | stop | notify) echo 'what /proc tells of a process is of qemu' ;;
	confine) echo 'no Landlock and no filters of calls' ;;
	attr | cred | start) echo 'its own limits, capabilities and calls of ids' ;;
	*) return 1 ;;
	esac
}

# tests whose failure is qemu-user's: /proc/PID/status tells of its own signals, a limit of memory would be its own, too, and
# who forks is not adopted by its subreaper
of_qemu='who goes into the background|sig default all resets|sig default resets one|sig default ends a handler|sig block all blocks|without memory it is NULL|whom it leaves once TERM|of a group who|of a session who|of a tree all|who is left in its cgroup|of the equally old'

# musl of that architecture, unpacked, or where this release has not that architecture (riscv64) made of Debian's source
# package. (The next release's libc.a will not do: Debian 12's ld for riscv64 ends with a segmentation fault over it.)
fetch() {
	fetch_from || make_musl >> "$work/log" 2>&1
}

make_musl() {
	local lib=/usr/lib/$arch-linux-musl include=/usr/include/$arch-linux-musl
	# shellcheck disable=SC2030
	(
		cd "$work" && rm -rf source musl.new && mkdir source && sed -i 's/^Types:.*/Types: deb-src/' apt/parts/debian.sources &&
			sed -i 's/^deb[[:blank:]]/deb-src /' apt/parts/debian.list && export APT_CONFIG=$work/apt/conf && cd source || exit
		apt-get -q update
		apt-get -q source --download-only musl && tar -xf musl_*.orig.tar.gz && cd musl-*/ &&
			./configure --prefix=/usr --libdir="$lib" --includedir="$include" --target="$compiler" CC="$compiler-gcc" \
				CROSS_COMPILE="$compiler-" --disable-shared --enable-wrapper=no &&
			make -s -j2 install DESTDIR="$work/musl.new" &&
			sh tools/musl-gcc.specs.sh "$include" "$lib" "/lib/ld-musl-$arch.so.1" > "$work/musl.new$lib/musl-gcc.specs" &&
			mv "$work/musl.new" "$work/musl"
	) && rm -rf "$work/source" "$work/apt"
}

fetch_from() {
	[ ! -e "$work/musl" ] || return 0
	rm -rf "$work/apt" && mkdir -p "$work/debs" && configure_apt || return
	(
		# shellcheck disable=SC2031
		export APT_CONFIG=$work/apt/conf
		cd "$work/debs" || exit
		apt-get -q update # (a part of the mirror may be out of step, and not be needed)
		apt-get -q download musl-dev
	) > "$work/log" 2>&1 || return
	dpkg -x "$work"/debs/musl-dev_*.deb "$work/musl.new" && mv "$work/musl.new" "$work/musl"
	rm -rf "$work/apt" "$work/debs"
}

# CONFIGURATION TARGET...
build() {
	local config=$1
	shift
	make -s O="$work/$config" "${config}_defconfig" && compile "$config" "$@"
}

compile() {
	make -s -j2 O="$work/$1" WERROR=1 CROSS_COMPILE="$compiler-" CC="$compiler-gcc -specs $work/musl-gcc.specs$flags" "${@:2}"
}

# the default configuration with all that hardens it, and that confines: does it build, and relocate itself?
build_hardened() {
	make -s O="$work/hardened" default_defconfig && sed -i '/CONFIG_\(BUILD_\|LANDLOCK\|SECCOMP\)/d' "$work/hardened/.config" &&
		printf 'CONFIG_%s=y\n' BUILD_{PIE,RELRO,STACK_PROTECTOR} LANDLOCK SECCOMP >> "$work/hardened/.config" &&
		make -s O="$work/hardened" olddefconfig && compile hardened all &&
		readelf -hW "$work/hardened/initbox" | grep -q 'Type:.*DYN' &&
		if [ "$run" ]; then
			$run -strace "$work/hardened/initbox" --list 2>&1 | grep -q 'mprotect(0x[0-9a-f]*,[1-9][0-9]*,PROT_READ) = 0'
		fi &&
		$run "$work/hardened/initbox" --list | cmp -s - <($run "$work/default/initbox" --list)
}

build_all() {
	local config
	for config in $CONFIGS; do
		if [ "$config" = hardened ]; then build_hardened; else build "$config" all; fi || return
	done
	build check all units
}

# the unit tests of $arch: "PASSED FAILED", and into $work/failed what failed
run_units() {
	local room file scratch n passed=0 failed=0
	: > "$work/failed"
	for file in tests/unit/*.c; do
		room=$(basename "$file" .c)
		[ "$native" ] || ! not_under_qemu "$room" > /dev/null || continue
		scratch=$(mktemp -d) && chmod 755 "$scratch" # for those who are not root
		# shellcheck disable=SC2086 # words
		(cd "$scratch" && timeout -k 5 120 unshare -fpm --mount-proc --kill-child $run "$work/check/unit/$room" \
			> "$work/units" 2>&1 < /dev/null)
		rm -rf "$scratch"
		[ "$native" ] || sed -i -E "/^not ok [0-9]+ ($of_qemu)/s/^not ok/ok # SKIP/" "$work/units"
		((passed += $(grep '^ok' "$work/units" | grep -vic '# skip') - $(grep -c '^# skipped' "$work/units")))
		n=$(($(sed -n 's/^1\.\.//p' "$work/units" | grep . || echo 1) - $(grep -c '^ok' "$work/units")))
		[ $n = 0 ] || grep -A 1 '^not ok' "$work/units" | sed "s/^/$room: /" >> "$work/failed"
		((failed += n))
	done
	echo "$passed $failed"
}

# STATUS TEXT CMD...: CMD ends with that as PID 1, or it stands in $work/failed
ends() {
	local expected=$1 text=$2 status=0
	shift 2
	timeout -k 5 60 unshare -fpm --mount-proc --kill-child "$@" > "$work/said" 2>&1 < /dev/null || status=$?
	[ "$status" = "$expected" ] || { echo "$text: exit status $status, not $expected: $(tail -n 1 "$work/said")" >> "$work/failed"; false; }
}

# those that stay: tini as PID 1, and where its start is not qemu's, a supervisor below it: "PASSED FAILED"
# shellcheck disable=SC2086 # words
run_residents() {
	local box="$run $work/check/initbox" victim="$run $work/check/victim" scratch passed=0 failed=0
	count() { if ends "$@"; then ((passed += 1)); else ((failed += 1)); fi; }
	scratch=$(mktemp -d) && cd "$scratch" || return
	count 7 'tini ends as its program does' $box tini -- $victim exit 7
	count 137 'tini ends with 128 and a signal' $box tini -- sh -c 'kill -KILL $$'
	count 33 'tini passes on TERM' $box tini -- sh -c "trap 'exit 33' TERM; kill -TERM 1; while :; do sleep 0.1; done"
	count 3 'tini reaps 50 orphans' $box tini -- $victim orphans 50 only-child exit 3
	count 0 'tini -k ends what is left' $box tini -k 5 -- $victim exit-on 15 4 fork
	cat > supervised <<-END
		sd() { $box supervise-daemon web -p $scratch/pid "\$@"; }
		is_anew() { [ "\$(sed -n 1p pid.state)" != \$was ] && kill -0 "\$(sed -n 1p pid.state)" && sd -T | grep -q 'restarts: 1'; }
		set -e
		sd -S -D 10ms $work/check/victim
		was=\$(sed -n 1p pid.state)
		kill -KILL \$was
		tries=500
		until is_anew; do sleep 0.02; [ \$((tries -= 1)) -gt 0 ]; done
		sd -K
		[ ! -e pid ]
	END
	[ -z "$native" ] || count 0 'supervise-daemon starts anew, tells, and stops' $box tini -k 5 -- sh supervised
	cd "$top" && rm -rf "$scratch"
	echo "$passed $failed"
}

# a row of the table, of the words
row() {
	printf '|'
	printf ' %s |' "$@"
	echo
}

# shellcheck disable=SC2086 # words
row processor $CONFIGS 'unit tests passed' failed 'tini, supervise-daemon' failed
# shellcheck disable=SC2086
row --- ${CONFIGS//+([a-z])/---} --- --- --- --- | tr -d ' '
all_passed=0 all_failed=0 had=0
for arch; do
	read -r _ debian compiler qemu < <(grep "^$arch " <<< "$list") || { echo "cross.sh: $arch is not in the list" >&2; exit 1; }
	work=$(realpath -m "$O")/cross/$arch
	mkdir -p "$work"
	native= flags=
	[ "$(uname -m) $arch" != 'x86_64 i386' ] || native=1
	[ "$arch" != ppc64el ] || flags=' -mlong-double-64'
	tests/need.sh "$compiler-gcc:gcc-$compiler" >&2 || { echo "| $arch | no compiler |"; continue; }
	[ "$native" ] || tests/need.sh "qemu-$qemu-static:qemu-user-static" >&2 || { echo "| $arch | no qemu |"; continue; }
	fetch && musl_specs "$work/musl" > "$work/musl-gcc.specs" || { echo "| $arch | no musl of this architecture: $(grep -m 1 '^E:' "$work/log") |"; continue; }
	had=1
	run=
	[ "$native" ] || run="qemu-$qemu-static"
	if build_all; then
		read -r passed failed < <(run_units)
		read -r stayed left < <(run_residents)
		row "$arch" $(for config in $CONFIGS; do wc -c < "$work/$config/initbox"; done) "$passed" "$failed" "$stayed" "$left"
		((passed += stayed, failed += left))
		sed 's/^/# /' "$work/failed"
	else
		passed=0 failed=1
		echo "| $arch | does not build |"
	fi
	((all_passed += passed, all_failed += failed))
done
cd "$top" || exit 1
[ $had = 1 ] || exit 77
echo "$all_passed passed, $all_failed failed"
[ $all_failed = 0 ]
