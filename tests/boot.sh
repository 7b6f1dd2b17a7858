#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# boot.sh [ARCH]... - boots Debian's own kernel in qemu, with an initramfs of initbox, BusyBox and lighttpd (tests/boot).
# What runs there starts, checks and stops daemons by initbox and says on the serial line, in TAP, what came of it.
# A boot that does not come to its end, or does not do as many checks as it planned, has failed; so has one that takes more
# than LIMIT=120 seconds. Ends with one line "N passed, N failed", or with status 77 where a boot cannot be had here.
# ARCH: x86_64, aarch64; without one this machine's. BOOTS='init bare nopidfd': which of them; what they are is told below.
# INITBOX=path of the binary for this machine's architecture (without it, it is built here). SUITE=name of another release,
# to take the kernel from, and nothing else. All is kept in build/boot (O=DIR: DIR/boot); apt's and dpkg's files are only read.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${O:=build}" "${INITBOX:=}" "${SUITE:=}" "${LIMIT:=120}" "${BOOTS:=init bare nopidfd}"
# shellcheck disable=SC1091
. tests/foreign.bash
here=$(uname -m)

fail() {
	echo "boot.sh: $*" >&2
	exit 1
}

cannot() {
	echo "boot.sh: $*" >&2
	exit 77
}

# ---- what it takes -------------------------------------------------------------------------------------------------

# the packages of that architecture that PACKAGE depends on, of those whose names begin with BEGIN
depends() {
	apt-cache depends --important "$1" | sed -n "s/^ *Depends: \($2[^ ]*\)\$/\1/p"
}

# the kernel as $work/vmlinuz, the others unpacked in $work/packages
fetch() {
	local packages deb
	rm -rf "$work"
	configure_apt && export APT_CONFIG=$work/apt/conf && mkdir "$work/debs" "$work/packages" && cd "$work/debs" &&
		{ apt-get -q update || :; } && packages=$(depends "linux-image-cloud-$debian" linux-image && depends lighttpd lib) || return
	[ "$arch" = "$here" ] || packages="$packages musl-dev"
	# shellcheck disable=SC2086 # words
	apt-get -q download busybox-static lighttpd $packages || return
	for deb in *.deb; do
		case $deb in
		linux-*) dpkg-deb --fsys-tarfile "$deb" | tar -xf - ./boot && mv boot/vmlinuz-* ../vmlinuz ;;
		*) dpkg -x "$deb" ../packages ;;
		esac || return
	done
	rm -rf "$work/apt" "$work/debs"
}

cross_build() {
	tests/need.sh "$arch-linux-gnu-gcc:gcc-$arch-linux-gnu" || cannot "no compiler for $arch"
	musl_specs "$userland" > "$work/musl-gcc.specs" || exit 1
	build CROSS_COMPILE="$arch-linux-gnu-" CC="$arch-linux-gnu-gcc -specs $work/musl-gcc.specs"
}

build() {
	initbox=$work/made/initbox
	make -s O="$work/made" check_defconfig && make -s -j2 O="$work/made" WERROR=1 "$@" || fail "initbox does not build"
}

# ---- the initramfs -------------------------------------------------------------------------------------------------

# the shared libraries and the interpreter that FILE... and what they need name
libraries() {
	local file name path
	for file; do
		for name in $(readelf -ld "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p; s/.*interpreter: \(.*\)\]/\1/p'); do
			path=$(find "$userland" -name "${name##*/}" ! -type l | head -n 1)
			path=${path:-$(find "$userland" -name "${name##*/}" | head -n 1)}
			[ "$path" ] || fail "no package has $name, which ${file##*/} needs"
			case $name in /*) ;; *) name=/lib/$arch-linux-gnu/$name ;; esac
			[ ! -e "$root$name" ] || continue
			mkdir -p "$root${name%/*}" && cp -L "$path" "$root$name" || exit 1
			libraries "$path"
		done
	done
}

make_initramfs() {
	local from=$userland name
	root=$work/root
	rm -rf "$root"
	mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,etc/init.d,proc,sys,dev,run,tmp,var/log,srv} &&
		cp "$from/bin/busybox" "$initbox" "$root/bin/" || exit 1
	for name in sbin/{init,syslogd,crond,ip,poweroff} bin/{cat,dmesg,find,grep,ls,mount,sed,sh,sleep,umount,uname,wc,wget}; do
		ln -s /bin/busybox "$root/$name" || exit 1
	done
	cp "$from/usr/sbin/lighttpd" "$root/usr/sbin/" || exit 1
	for name in indexfile staticfile; do # (newer ones have them built in)
		[ ! -e "$from/usr/lib/lighttpd/mod_$name.so" ] ||
			install -D "$from/usr/lib/lighttpd/mod_$name.so" "$root/usr/lib/lighttpd/mod_$name.so" || exit 1
	done
	# shellcheck disable=SC2046 # words
	libraries "$root/usr/sbin/lighttpd" $(find "$root/usr" -name "mod_*.so")
	cp tests/boot/{inittab,lighttpd.conf} "$root/etc/" && cp tests/boot/{rcS,rcK,bare,tap} "$root/etc/init.d/" &&
		cp tests/boot/{readyd,stubbornd} "$root/usr/sbin/" || exit 1
	printf '%s\n' root:x:0:0::/:/bin/sh nobody:x:65534:65534::/:/bin/sh > "$root/etc/passwd"
	printf '%s\n' root:x:0: nogroup:x:65534: > "$root/etc/group"
	(cd "$root" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 | gzip -1) > "$work/initramfs" || exit 1
}

# ---- a boot --------------------------------------------------------------------------------------------------------

# qemu ACCELERATOR, which ends with the machine, or with the limit
qemu() {
	local machine=-nodefaults console=ttyS0
	[ "$arch" != aarch64 ] || machine='-nodefaults -machine virt -cpu cortex-a57' console=ttyAMA0
	# shellcheck disable=SC2086 # words
	exec timeout -k 5 "$LIMIT" "qemu-system-$arch" $machine -accel "$1" -m 256 -display none -no-reboot -serial stdio \
		-kernel "$work/vmlinuz" -initrd "$work/initramfs" -append "console=$console panic=-1 quiet $append" \
		> "$log" 2>&1 < /dev/null
}

# /dev/kvm may be there and run no kernel of Debian's: it has ten seconds to come to the first line
boots_with_kvm() {
	local pid tries=50
	[ "$arch" = "$here" ] && [ -w /dev/kvm ] && [ ! -e "$work/no-kvm" ] || return
	qemu kvm &
	pid=$!
	while [ $((tries -= 1)) -gt 0 ] && kill -0 "$pid" 2> /dev/null && ! grep -q '^1\.\.' "$log"; do
		sleep 0.2
	done
	if grep -q '^1\.\.' "$log"; then
		wait "$pid"
		return 0
	fi
	kill "$pid" 2> /dev/null
	wait "$pid" 2> /dev/null
	: > "$work/no-kvm"
	echo "# there is a /dev/kvm, with which this kernel does not come up: qemu's TCG from here on"
	return 1
}

# init: BusyBox' init runs inittab, rcS and rcK; bare: a shell is PID 1, and begins without /proc and /dev;
# nopidfd: init as on a kernel before 5.1
boot() {
	local with=KVM begin=$EPOCHREALTIME
	case $1 in
	init) append=rdinit=/sbin/init ;;
	nopidfd) append='rdinit=/sbin/init INITBOX_NO_PIDFD=1' ;;
	bare) append=rdinit=/etc/init.d/bare ;;
	*) fail "$1: BOOTS are init, bare, nopidfd" ;;
	esac
	log=$work/$1.log
	: > "$log"
	echo "# $arch $1"
	boots_with_kvm || {
		with=TCG begin=$EPOCHREALTIME
		(qemu tcg) || echo "# qemu: exit status $?"
	}
	tr -d '\r' < "$log" > "$log.new" && mv "$log.new" "$log"
	verdict "$1" "$with" $(((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}) / 100000))
}

# what a boot planned and did not get to has failed, and so has the end where there was none
verdict() {
	local counts
	grep -aE '^(ok|not ok|#|1\.\.)' "$log"
	counts=$(awk '
		/^1\.\.[0-9]+$/ { plan = substr($0, 4) }
		/^ok / { passed++ }
		/^not ok / { failed++ }
		/reboot: Power down/ { ended = 1 }
		END {
			lost = plan - passed - failed
			print passed + 0, failed + (lost > 0 ? lost : -lost) + !plan + !ended, plan + 0, ended + 0
		}' "$log")
	# shellcheck disable=SC2086 # words
	set -- $counts "$@"
	passed=$((passed + $1)) failed=$((failed + $2))
	[ "$4" = 1 ] || { echo "# it did not come to its end; the last that it said:"; tail -n 5 "$log" | sed 's/^/# /'; }
	echo "# $arch $5: $1 passed of $3; $6, $(($7 / 10)).$(($7 % 10)) s with start and end of qemu;" \
		"initramfs $(wc -c < "$work/initramfs") bytes"
}

# the packages of a release, or of this machine's: $work
have() {
	local SUITE=$1
	work=$(realpath -m "$O/boot/${SUITE:+$SUITE-}$arch")
	[ -e "$work/vmlinuz" ] && [ -e "$work/packages" ] && [ ! -e "$work/apt" ] || {
		echo "boot.sh: fetching Debian's kernel, BusyBox and lighttpd for $arch, once"
		(fetch) > "$work.log" 2>&1 < /dev/null || cannot "Debian's packages for $arch cannot be had: $(tail -n 1 "$work.log")"
	}
}

# ---- all of them ---------------------------------------------------------------------------------------------------

command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null || cannot "the kernels are Debian's, and there is no apt here"
passed=0 failed=0
mkdir -p "$O/boot" || exit 1
[ $# != 0 ] || set -- "$here"
for arch; do
	case $arch in
	x86_64) debian=amd64 system=qemu-system-x86 ;;
	aarch64) debian=arm64 system=qemu-system-arm ;;
	*) fail "$arch: x86_64 and aarch64 are what it knows" ;;
	esac
	tests/need.sh "qemu-system-$arch:$system" cpio:cpio readelf:binutils make:make gcc:gcc || cannot "no qemu-system-$arch"
	have ""
	userland=$work/packages
	[ -z "$SUITE" ] || have "$SUITE"
	if [ "$arch" != "$here" ]; then
		cross_build
	elif [ -z "$INITBOX" ]; then
		build
	else
		initbox=$INITBOX
	fi
	make_initramfs
	for kind in $BOOTS; do
		boot "$kind"
	done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
