#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# The build: each configuration within its size, the same bytes everywhere, with and without a Kconfig tool, with gcc and
# clang, and where make install puts what.
load helper

prepare() {
	cd "$TOP" || return 1
	unset MAKEFLAGS CFLAGS LDFLAGS CPPFLAGS O V
}

build() {
	make -s WERROR=1 "$@"
}

# NAME: builds configs/NAME_defconfig, and holds it to its first line
within_its_size() {
	local limit size
	limit=$(sed -n '1s/^# at most \([0-9]*\) bytes$/\1/p' "configs/$1_defconfig")
	[ "$limit" ] || { echo "configs/$1_defconfig: no line '# at most N bytes'"; return 1; }
	build "O=$T" "$1_defconfig"
	build "O=$T"
	size=$(wc -c < "$T/initbox")
	echo "# $1: $size bytes of at most $limit" >&3
	[ "$size" -le "$limit" ]
}

# FILE: what it chooses, in order
choices() {
	grep -E '^(CONFIG_|# CONFIG_)' "$1" | sort
}

# DIR: a copy of the tree without what was made
copy_tree() {
	mkdir -p "$1"
	cp -R Makefile Kconfig applets libbb configs tests "$1"
}

# a directory of all tools but Kconfig's
setup_file() {
	mkdir "$BATS_FILE_TMPDIR/tools"
	find /usr/local/bin/ /usr/bin/ /bin/ -maxdepth 1 ! -name 'kconfig*' ! -type d -exec ln -sf -t "$BATS_FILE_TMPDIR/tools" {} +
}

without_kconfig() {
	env "PATH=$BATS_FILE_TMPDIR/tools" "$@"
}

# ---- the configurations ----------------------------------------------------------------------------------------------

@test "default_defconfig is within its size" { within_its_size default; }
@test "router_defconfig is within its size" { within_its_size router; }
@test "boot_defconfig is within its size" { within_its_size boot; }
@test "container_defconfig is within its size" { within_its_size container; }
@test "tiny_defconfig is within its size" { within_its_size tiny; }
@test "check_defconfig is within its size" { within_its_size check; }

# NAME SYMBOL LIMIT: what SYMBOL, and all that it needs, costs in a configuration
costs_at_most() {
	local with
	build "O=$T" "$1_defconfig"
	build "O=$T"
	with=$(wc -c < "$T/initbox")
	sed -i "s/^CONFIG_\($2\(_.*\)\{0,1\}\)=y$/# CONFIG_\1 is not set/" "$T/.config"
	build "O=$T" olddefconfig
	build "O=$T"
	! grep -q "^CONFIG_$2[_=]" "$T/.config"
	echo "# $2 in $1: $((with - $(wc -c < "$T/initbox"))) bytes of at most $3" >&3
	[ $((with - $(wc -c < "$T/initbox"))) -le "$3" ]
}

@test "tini costs 3 KiB at most on top of what a container needs beside" { costs_at_most container TINI 3072; }

@test "each configuration is tested above" {
	for file in configs/*_defconfig; do
		name=$(basename "$file")
		grep -q "^@test \"$name is within" tests/configs.bats
	done
}

@test "check_defconfig is the default with the feature for tests, and those for started programs that are off by default" {
	[ "$(grep -l DEBUG_NO_PIDFD configs/*_defconfig)" = configs/check_defconfig ]
	diff <(grep -v '^#' configs/default_defconfig) <(grep -vE '^# at most|^CONFIG_(DEBUG_NO_PIDFD|LANDLOCK|SECCOMP)=y$' configs/check_defconfig)
}

@test "allnoconfig and allyesconfig build without a warning" {
	need_command kconfig-conf
	for verb in allnoconfig allyesconfig; do
		build "O=$T/$verb" "$verb" > /dev/null
		build "O=$T/$verb"
	done
	# the first starts no applet, and says so
	expect 127 "$T/allnoconfig/initbox" pidof
}

@test "each applet alone builds without a warning, and is all there is" {
	for name in $(sed 's/^X(.*, \(.*\))$/\1/; t; d' applets/applets.h | sort -u); do
		build "O=$T" default_defconfig
		its=$name
		[ "$name" != supervise_daemon ] || its='supervise_daemon\|start_stop_daemon' # which it is made of
		sed -i "/^CONFIG_\(OPT_\|INSTALL_\|\(${its^^}\)[_=]\)/! s/^CONFIG_\(.*\)=y$/# CONFIG_\1 is not set/" "$T/.config"
		build "O=$T" olddefconfig
		build "O=$T"
		"$T/initbox" --list | grep -qx "${name//_/-}"
		"$T/initbox" --list | diff - <(sed -n "s/^X(.*, \"\(.*\)\", \".*\", \($its\))/\1/p" applets/applets.h)
	done
}

# ---- Kconfig ---------------------------------------------------------------------------------------------------------

@test "randconfig with a seed throws the same again" {
	need_command kconfig-conf
	for dir in a b; do
		KCONFIG_SEED=7 build "O=$T/$dir" randconfig > /dev/null 2>&1
	done
	diff "$T/a/.config" "$T/b/.config"
}

@test "savedefconfig writes what makes the same .config again" {
	need_command kconfig-conf
	for name in default tiny; do
		build "O=$T/$name" "${name}_defconfig"
		build "O=$T/$name" savedefconfig > /dev/null
		mkdir -p "$T/again"
		cp "$T/$name/defconfig" "$T/again/.config"
		build "O=$T/again" olddefconfig
		diff <(choices "$T/$name/.config") <(choices "$T/again/.config")
	done
}

@test "without a Kconfig tool each configuration comes out the same" {
	need_command kconfig-conf
	for file in configs/*_defconfig; do
		name=$(basename "$file")
		build "O=$T/with" "$name"
		build "O=$T/without" KCONF= "$name"
		diff <(choices "$T/with/.config") <(choices "$T/without/.config")
	done
}

@test "without a Kconfig tool half of a random configuration is completed to the same" {
	need_command kconfig-conf
	for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do
		KCONFIG_SEED=$seed build "O=$T/with" randconfig > /dev/null 2>&1
		choices "$T/with/.config" | awk -v seed="$seed" 'BEGIN { srand(seed) } rand() < 0.5' > "$T/half"
		mkdir -p "$T/without"
		cp "$T/half" "$T/with/.config"
		cp "$T/half" "$T/without/.config"
		build "O=$T/with" olddefconfig
		build "O=$T/without" KCONF= olddefconfig
		diff <(choices "$T/with/.config") <(choices "$T/without/.config") || { echo "seed $seed"; cat "$T/half"; false; }
	done
}

@test "the Kconfig language that is not spoken without the tool is refused" {
	printf 'config A\n\tbool\n\tselect B\n' > "$T/Kconfig"
	expect 1 awk -f configs/olddefconfig.awk /dev/null "$T/Kconfig"
	says 'select B'
	says kconfig-conf
}

@test "on a machine without a Kconfig tool, make builds: without .config, and with a ready one" {
	without_kconfig sh -c '! command -v kconfig-conf'
	without_kconfig make -s WERROR=1 "O=$T/a"
	"$T/a/initbox" --list
	mkdir "$T/b"
	cp "$T/a/.config" "$T/b"
	without_kconfig make -s WERROR=1 "O=$T/b"
	cmp "$T/a/initbox" "$T/b/initbox"
}

@test "on a machine without a Kconfig tool, what needs one says so in one line" {
	for verb in menuconfig oldconfig allnoconfig randconfig savedefconfig; do
		expect 2 without_kconfig make -s "O=$T" "$verb"
		[ "$(grep -c . <<< "$output")" = 1 ]
		says "$verb needs kconfig-conf"
	done
}

@test "a .config from before a new symbol gets its default" {
	build "O=$T" default_defconfig
	sed -i '/CONFIG_OPT_HELP/d' "$T/.config"
	touch -d '2001-01-01' "$T/.config"
	build "O=$T"
	grep -qx CONFIG_OPT_HELP=y "$T/.config"
}

@test "a configuration and the build can be asked for in one go" {
	build -j2 "O=$T" tiny_defconfig all
	[ "$("$T/initbox" --list | wc -l)" = 2 ]
	build -j2 "O=$T" default_defconfig all
	[ "$("$T/initbox" --list | wc -l)" = "$(grep -c ^X applets/applets.h)" ]
}

# ---- the binary ------------------------------------------------------------------------------------------------------

@test "initbox is static: no interpreter, no library, nothing for the dynamic linker" {
	readelf -lW "$INITBOX" > "$T/headers"
	! grep -E 'INTERP|DYNAMIC' "$T/headers"
	readelf -dW "$INITBOX" | grep -q 'no dynamic section'
	! readelf -SW "$INITBOX" | grep -E '\.(symtab|debug|comment|note)'
}

@test "no segment of initbox is writable and executable" {
	! readelf -lW "$INITBOX" | grep -E 'RWE'
}

@test "two builds in two directories are the same bytes" {
	copy_tree "$T/one"
	copy_tree "$T/another/place/of/a/longer/name"
	build -C "$T/one"
	build -C "$T/another/place/of/a/longer/name" -j2 O="$T/out"
	cmp "$T/one/build/initbox" "$T/out/initbox"
	cmp "$T/one/build/initbox.unstripped" "$T/out/initbox.unstripped"
}

@test "clang builds it without a warning, and it runs" {
	need_command clang
	build "O=$T" CC=clang
	expect 0 "$T/initbox" --list
	! readelf -lW "$T/initbox" | grep -E 'INTERP|DYNAMIC'
	# from musl, not from the machine's own libc
	! strings "$T/initbox.unstripped" | grep -i glibc
}

# ---- hardening -------------------------------------------------------------------------------------------------------

# SYMBOL...: the default configuration with these, in $T/o; from the tree at $TREE, or this one
hardened() {
	build -C "${TREE:-.}" "O=$T/o" default_defconfig
	sed -i '/CONFIG_BUILD_/d' "$T/o/.config"
	printf 'CONFIG_BUILD_%s=y\n' "$@" >> "$T/o/.config"
	build -C "${TREE:-.}" "O=$T/o" olddefconfig
	build -C "${TREE:-.}" "O=$T/o"
}

# where a running initbox stands in memory: address, rights
stands() {
	"$T/o/initbox" tini -s -- sh -c 'sed -n "s/^\([0-9a-f]*\)-[0-9a-f]* \(....\) .*\/initbox$/\1 \2/p" /proc/$PPID/maps'
}

@test "BUILD_PIE: still static, and at another address at each start" {
	hardened PIE
	readelf -hW "$T/o/initbox" | grep -q 'Type:.*DYN'
	! readelf -lW "$T/o/initbox" | grep -E 'INTERP|RWE'
	readelf -rW "$T/o/initbox" | awk '/R_[A-Z0-9_]*/ && !/_RELATIVE/ { print; bad = 1 } END { exit bad }'
	"$T/o/initbox" --list | diff - <("$INITBOX" --list)
	! readelf -hW "$INITBOX" | grep DYN
	[ "$(cat /proc/sys/kernel/randomize_va_space)" = 2 ] || skip "this machine moves no program"
	for _ in 1 2 3 4 5; do
		stands | head -n 1
	done | sort -u > "$T/addresses"
	[ "$(wc -l < "$T/addresses")" -gt 1 ]
}

@test "BUILD_RELRO: what was relocated is read-only when initbox runs; without it it is not" {
	hardened PIE
	stands > "$T/without"
	! grep 'r--p' "$T/without"
	hardened PIE RELRO
	readelf -lW "$T/o/initbox" | grep -q GNU_RELRO
	stands | sed 's/.* //' | diff - <(printf '%s\n' r-xp r--p rw-p)
	"$T/o/initbox" --list | diff - <("$INITBOX" --list)
}

# A tree whose initbox --version tells the number behind its arrays, and writes zeros over it when there is an argument
smashing_tree() {
	copy_tree "$TREE"
	cat > "$TREE/smash.h" <<-'END'
		static __attribute__((noinline)) void smash(unsigned long n)
		{
			extern unsigned long __stack_chk_guard;
			char array[16];
			unsigned long i;

			say("%u\n", (unsigned)(__stack_chk_guard >> 16));
			for (i = 0; i < n; i++)
				__asm__ volatile("" : : "r"(memset(array + i, 0, 1)) : "memory");
		}
	END
	sed -i "s,^static int version(,#include \"$TREE/smash.h\"\n&,; s,^\tsay(\"initbox %s,\tsmash(*args ? 64 : 1);\n&," \
		"$TREE/applets/initbox.c"
}

@test "BUILD_STACK_PROTECTOR: another number at each start, and a smashed stack ends the program, zeros or not" {
	TREE=$T/tree
	smashing_tree
	hardened STACK_PROTECTOR
	for _ in 1 2 3 4 5; do
		expect 0 "$T/o/initbox" --version
		head -n 1 <<< "$out"
	done | sort -u > "$T/numbers"
	[ "$(wc -l < "$T/numbers")" = 5 ]
	! grep -x 0 "$T/numbers"
	expect 139 "$T/o/initbox" --version x
	says_not initbox
}

@test "CFLAGS, CPPFLAGS and LDFLAGS are added to ours" {
	build "O=$T" default_defconfig
	make "O=$T" V=1 CFLAGS=-DHERE_C CPPFLAGS=-DHERE_CPP LDFLAGS=-Wl,-Map,"$T/map" > "$T/told"
	grep -q -- '-Os .*-DHERE_C .*libbb/err.c' "$T/told"
	grep -q -- '-DHERE_CPP .*-Os .*libbb/err.c' "$T/told"
	[ -s "$T/map" ]
	# and another flag builds anew, the same not
	CFLAGS=-DHERE_TOO make "O=$T" V=1 > "$T/told"
	grep -q -- '-DHERE_TOO .*libbb/err.c' "$T/told"
	CFLAGS=-DHERE_TOO make "O=$T" V=1 > "$T/told"
	! grep -q -- '-DHERE_TOO' "$T/told"
}

@test "CROSS_COMPILE, here or in .config, stands before gcc and strip" {
	mkdir "$T/bin"
	ln -s "$(command -v musl-gcc || command -v gcc)" "$T/bin/some-cpu-gcc"
	ln -s "$(command -v strip)" "$T/bin/some-cpu-strip"
	PATH=$T/bin:$PATH
	make "O=$T/a" V=1 CROSS_COMPILE=some-cpu- > "$T/told"
	grep -q '^some-cpu-gcc .*libbb/err.c' "$T/told"
	grep -q '^some-cpu-strip ' "$T/told"
	build "O=$T/b" default_defconfig
	sed -i 's/^CONFIG_CROSS_COMPILE=.*/CONFIG_CROSS_COMPILE="some-cpu-"/' "$T/b/.config"
	make "O=$T/b" V=1 > "$T/told"
	grep -q '^some-cpu-gcc .*libbb/err.c' "$T/told"
}

# Each takes a build: a twelfth of them, others when the sources have changed. PRICES=1 takes all.
@test "each price in a prompt is that of this build, within a fifth or 64 bytes" {
	sum=$(sum_of_sources)
	symbols=$(awk -v first="$((sum % 12))" -v step="${PRICES:-12}" '/^(end)?choice/ { c = !c } /^config / { s = $2 }
		/^\tbool "/ && !c && n++ % step == first % step { print s }' Kconfig applets/*.c)
	build -j2 "O=$T" size "priced=${symbols//$'\n'/ }" > "$T/told"
	while read -r symbol price; do
		told=$(awk -v s="$symbol" '/^config / { on = $2 == s } on && match($0, /\([0-9]+ bytes\)"$/) {
			print substr($0, RSTART + 1, RLENGTH - 9) }' Kconfig "$T/applets.kconfig")
		[ "$told" ] || { echo "$symbol: no figure, should be $price"; continue; }
		difference=$((told > price ? told - price : price - told))
		[ $difference -le 64 ] || [ $((difference * 5)) -le "$price" ] || echo "$symbol: $told, should be $price"
	done < "$T/told" > "$T/wrong"
	[ "$(wc -l < "$T/told")" = "$(wc -w <<< "$symbols")" ]
	[ ! -s "$T/wrong" ] || { echo "make prompts mends:"; cat "$T/wrong"; false; }
}

# ---- make install ----------------------------------------------------------------------------------------------------

# the files below DIR, sorted, and where links lead
listing() {
	(cd "$1" && find . ! -type d -printf '%P %l\n' | sed 's/ $//; s/ / -> /' | LC_ALL=C sort)
}

# PREFIX: what is to be there, from the list; below a PREFIX without usr/
expected() {
	echo bin/initbox
	sed -n 's/^X([A-Z_0-9]*, "\(.*\)", "\(.*\)",.*/\2\/\1/p' applets/applets.h | while read -r path; do
		[ -z "$1" ] || path=${path#usr/}
		case $path in
		usr/*) echo "$path -> ../../bin/initbox" ;;
		*) echo "$path -> ../bin/initbox" ;;
		esac
	done
}

# a "build" that cannot run: make install must not need to
unrunnable() {
	build "O=$T/o" "${1:-default_defconfig}"
	echo 'not a program' > "$T/o/initbox"
}

install_it() {
	make -s "O=$T/o" -o "$T/o/initbox" "$@"
}

@test "make install: relative symbolic links, manuals, nothing else; and it runs nothing" {
	unrunnable
	install_it install "DESTDIR=$T/d"
	diff <(listing "$T/d" | grep -v /man/) <(expected '' | LC_ALL=C sort)
	grep -qx 'usr/bin/killall -> ../../bin/initbox' <(listing "$T/d")
	cmp "$T/o/initbox" "$T/d/bin/initbox"
	[ -x "$T/d/bin/initbox" ]
	for manual in applets/*.[18]; do
		cmp "$manual" "$T/d/usr/share/man/man${manual##*.}/${manual##*/}"
	done
	[ "$(listing "$T/d" | grep -c /man/)" = "$(ls applets/*.[18] | wc -l)" ]
}

@test "make install with PREFIX" {
	unrunnable
	install_it install "DESTDIR=$T/d" PREFIX=/opt/it
	diff <(listing "$T/d/opt/it" | grep -v /man/) <(expected /opt/it | LC_ALL=C sort)
	grep -qx 'bin/killall -> ../bin/initbox' <(listing "$T/d/opt/it")
	[ "$(ls "$T/d" "$T/d/opt")" = "$(printf '%s\n' "$T/d:" opt '' "$T/d/opt:" it)" ]
	[ -e "$T/d/opt/it/share/man/man8/initbox.8" ]
	for link in "$T"/d/opt/it/*bin/*; do
		[ "$link" -ef "$T/d/opt/it/bin/initbox" ]
	done
}

@test "make install with hard links, with none, and of what is built only" {
	unrunnable container_defconfig
	sed -i 's/^CONFIG_INSTALL_SYMLINKS=y/CONFIG_INSTALL_HARDLINKS=y/' "$T/o/.config"
	build "O=$T/o" olddefconfig
	install_it install "DESTDIR=$T/hard"
	[ ! -e "$T/hard/sbin/start-stop-daemon" ]
	[ ! -e "$T/hard/usr/share/man/man8/start-stop-daemon.8" ]
	for link in bin/pidof usr/bin/killall; do
		[ ! -L "$T/hard/$link" ] && [ "$T/hard/$link" -ef "$T/hard/bin/initbox" ]
	done
	sed -i 's/^CONFIG_INSTALL_HARDLINKS=y/CONFIG_INSTALL_NO_LINKS=y/' "$T/o/.config"
	install_it install "DESTDIR=$T/none"
	[ "$(listing "$T/none" | grep -v /man/)" = bin/initbox ]
}

@test "make install leaves other tools alone, says so and fails; REPLACE=1 takes their place" {
	unrunnable
	mkdir -p "$T/d/bin" "$T/d/sbin"
	echo theirs > "$T/d/bin/pidof"
	ln -s nowhere "$T/d/sbin/start-stop-daemon"
	expect 2 install_it install "DESTDIR=$T/d"
	says "$T/d/bin/pidof is not ours"
	says "$T/d/sbin/start-stop-daemon is not ours"
	[ "$(cat "$T/d/bin/pidof")" = theirs ]
	[ "$T/d/usr/bin/killall" -ef "$T/d/bin/initbox" ]
	install_it install "DESTDIR=$T/d" REPLACE=1
	[ "$T/d/bin/pidof" -ef "$T/d/bin/initbox" ]
	[ "$T/d/sbin/start-stop-daemon" -ef "$T/d/bin/initbox" ]
}

@test "make install over an older one of ours replaces it, whatever its links" {
	for kind in SYMLINKS HARDLINKS; do
		unrunnable
		sed -i "s/^CONFIG_INSTALL_SYMLINKS=y/CONFIG_INSTALL_$kind=y/" "$T/o/.config"
		build "O=$T/o" olddefconfig
		install_it install "DESTDIR=$T/$kind"
		echo 'a newer one' > "$T/o/initbox"
		install_it install "DESTDIR=$T/$kind"
		for link in bin/initbox bin/pidof sbin/start-stop-daemon usr/bin/killall; do
			[ "$(cat "$T/$kind/$link")" = 'a newer one' ]
		done
	done
}

@test "make uninstall takes away what make install brought, and nothing else" {
	for prefix in '' /usr/local; do
		unrunnable
		install_it install "DESTDIR=$T/d" "PREFIX=$prefix"
		echo theirs > "$T/d$prefix/bin/other"
		rm "$T/d$prefix/bin/pidof"
		echo theirs > "$T/d$prefix/bin/pidof"
		install_it uninstall "DESTDIR=$T/d" "PREFIX=$prefix"
		[ "$(listing "$T/d$prefix")" = $'bin/other\nbin/pidof' ]
		rm -r "$T/d"
	done
}

@test "make clean keeps .config, make distclean keeps nothing that was made" {
	copy_tree "$T/tree"
	build -C "$T/tree"
	make -s -C "$T/tree" baseline > /dev/null
	build -C "$T/tree" clean
	[ -e "$T/tree/.config" ]
	[ "$(ls "$T/tree/build")" = baseline ]
	build -C "$T/tree" distclean > /dev/null
	[ ! -e "$T/tree/.config" ] && [ ! -e "$T/tree/build" ]
}

@test "make bloat tells what grew" {
	copy_tree "$T/tree"
	build -C "$T/tree" default_defconfig all
	make -s -C "$T/tree" baseline > /dev/null
	build -C "$T/tree" bloat > "$T/told"
	grep -qx ' *+0 in all' "$T/told"
	build -C "$T/tree" tiny_defconfig all bloat > "$T/told"
	grep -qE '^ *-[0-9]+ killall_main' "$T/told"
	grep -qE '^ *-[0-9]+ in all' "$T/told"
}
