#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# cross.sh [ARCH]... - builds initbox for other processors, with Debian's cross compilers and its musl for that processor, and
# runs the unit tests of libbb there: under qemu-user, or where the kernel can run them itself. Prints a table, and in its
# last line "N passed, N failed"; status 77: none of them could be had. What qemu-user does not do is named in `not_under_qemu`.
# ARCH: those of the list below. All is kept in build/cross (O=DIR: DIR/cross); apt's and dpkg's files are only read.
set -u
cd "$(dirname "$0")/.." || exit 1
# shellcheck disable=SC1091
. tests/foreign.bash
: "${O:=build}"
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

# tests whose failure is qemu-user's: /proc/PID/status tells of its own signals, and a limit of memory would be its own, too
of_qemu='sig default all resets|sig default ends a handler|sig block all blocks|without memory it is NULL'

# musl of that architecture, unpacked
fetch() {
	[ ! -e "$work/musl" ] || return 0
	rm -rf "$work/apt" && mkdir -p "$work/debs" && configure_apt || return
	(
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

size_of() {
	wc -c < "$work/$1/initbox"
}

# the unit tests of $arch: "PASSED FAILED", and into $work/failed what failed
run_units() {
	local room file scratch n passed=0 failed=0
	: > "$work/failed"
	for file in tests/unit/*.c; do
		room=$(basename "$file" .c)
		[ "$native" ] || ! not_under_qemu "$room" > /dev/null || continue
		scratch=$(mktemp -d)
		# shellcheck disable=SC2086 # words
		(cd "$scratch" && timeout 120 unshare -fpm --mount-proc --kill-child $run "$work/check/unit/$room" \
			> "$work/units" 2>&1 < /dev/null)
		rm -rf "$scratch"
		[ "$native" ] || sed -i -E "/^not ok [0-9]+ ($of_qemu)/s/^not ok/ok # SKIP/" "$work/units"
		((passed += $(grep '^ok' "$work/units" | grep -vic '# skip')))
		n=$(($(sed -n 's/^1\.\.//p' "$work/units" | grep . || echo 1) - $(grep -c '^ok' "$work/units")))
		[ $n = 0 ] || grep -A 1 '^not ok' "$work/units" | sed "s/^/$room: /" >> "$work/failed"
		((failed += n))
	done
	echo "$passed $failed"
}

printf '| processor | default | hardened | router | tiny | unit tests passed | failed |\n|---|---|---|---|---|---|---|\n'
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
	if build default all && build_hardened && build router all && build tiny all && build check all units; then
		read -r passed failed < <(run_units)
		echo "| $arch | $(size_of default) | $(size_of hardened) | $(size_of router) | $(size_of tiny) | $passed | $failed |"
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
