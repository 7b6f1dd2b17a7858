#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# openrc.sh - builds OpenRC's start-stop-daemon from Debian's source package (the binary package has none), once,
# without PAM, SELinux, audit and capabilities, and prints the directory that holds it: sbin/start-stop-daemon and its
# libraries in lib. That is build/openrc (O=DIR: DIR/openrc); nothing is installed but missing build tools, and /etc/apt
# is only read. OPENRC_SOURCE=DIR: from the source tree there. Where it cannot be had, one line on stderr says why.
set -u
cd "$(dirname "$0")/.." || exit 1
out=$(realpath -m "${O:-build}/openrc")
new=$out.new
log=$out.log

# what the log calls an error, else its last line
fail() {
	echo "openrc.sh: $1: $({ grep -E '^E: |ERROR|error:' "$log" || tail -n 1 "$log"; } | head -n 1)" >&2
	rm -rf "$new"
	exit 1
}

# Debian's own among apt's sources, as sources of source packages, for an apt that keeps all it has in $new/apt
configure_apt() {
	mkdir -p "$new"/apt/{parts,lists/partial,cache/archives/partial} || return
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2> /dev/null |
		sed -n '/debian/s/^deb[[:blank:]]/deb-src /p' > "$new/apt/parts/debian.list"
	awk -v RS= -v ORS='\n\n' '/\/debian/' /etc/apt/sources.list.d/*.sources 2> /dev/null |
		sed 's/^Types:.*/Types: deb-src/' > "$new/apt/parts/debian.sources"
	cat > "$new/apt/conf" <<-END
		Dir::Etc::sourcelist "/dev/null";
		Dir::Etc::sourceparts "$new/apt/parts";
		Dir::State::lists "$new/apt/lists";
		Dir::Cache "$new/apt/cache";
		APT::Sandbox::User "";
	END
}

# into $new/source
fetch() {
	configure_apt && export APT_CONFIG=$new/apt/conf &&
		apt-get -q update && apt-get -q --download-only source openrc &&
		dpkg-source -x openrc_*.dsc source
}

build() {
	meson setup --auto-features=disabled -Dpam=false "$new/made" "$1" &&
		ninja -C "$new/made" src/start-stop-daemon/start-stop-daemon &&
		mkdir -p "$new/sbin" "$new/lib" &&
		cp "$new/made/src/start-stop-daemon/start-stop-daemon" "$new/sbin/" &&
		find "$new/made/src" -name 'lib*.so.[0-9]*' ! -name '*.symbols' ! -type d -exec cp {} "$new/lib/" \;
}

if [ ! -x "$out/sbin/start-stop-daemon" ]; then
	tests/need.sh gcc:gcc meson:meson ninja:ninja-build:ninja pkg-config:pkg-config dpkg-source:dpkg-dev >&2 || exit 1
	rm -rf "$new" "$out"
	mkdir -p "$new" || exit 1
	[ "${OPENRC_SOURCE-}" ] || (cd "$new" && fetch) > "$log" 2>&1 < /dev/null ||
		fail "Debian's source package of OpenRC is not to be had here"
	build "${OPENRC_SOURCE:-$new/source}" > "$log" 2>&1 < /dev/null || fail "OpenRC's source does not build here"
	rm -rf "$new/apt" "$new/made" "$new/source"
	mv "$new" "$out" || exit 1
fi
echo "$out"
