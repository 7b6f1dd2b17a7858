# SPDX-License-Identifier: 0BSD
# shellcheck shell=bash
# foreign.bash - Debian's packages of another architecture or release, unpacked and not installed; for boot.sh and cross.sh

# $work: where all is kept; $debian: Debian's name of the architecture; $SUITE: a release, or empty
: "${work:=}" "${debian:=}" "${SUITE:=}"

# an apt of another architecture, or release, that keeps all that it has in $work/apt
configure_apt() {
	mkdir -p "$work"/apt/{parts,lists/partial,cache/archives/partial} && : > "$work/apt/status" || return
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2> /dev/null |
		sed -n '/debian/s/^deb[[:blank:]]/&/p' > "$work/apt/parts/debian.list"
	awk -v RS= -v ORS='\n\n' '/\/debian/' /etc/apt/sources.list.d/*.sources 2> /dev/null > "$work/apt/parts/debian.sources"
	if [ "$SUITE" ]; then
		sed -i "/security\|updates/d; s/^\(deb .*:[^ ]* *\)[^ ]*/\1$SUITE/" "$work/apt/parts/debian.list"
		awk -v RS= -v ORS='\n\n' '!/-security/' "$work/apt/parts/debian.sources" |
			sed "s/^Suites:.*/Suites: $SUITE/; /^Signed-By:/d" > "$work/apt/parts/suite.sources"
		rm "$work/apt/parts/debian.sources"
	fi
	cat > "$work/apt/conf" <<-END
		Dir::Etc::sourcelist "/dev/null";
		Dir::Etc::sourceparts "$work/apt/parts";
		Dir::State::lists "$work/apt/lists";
		Dir::State::status "$work/apt/status";
		Dir::Cache "$work/apt/cache";
		APT::Architecture "$debian";
		APT::Architectures "$debian";
		APT::Sandbox::User "";
	END
}

# DIR with usr/ of a musl-dev in it: the specs by which that architecture's gcc finds it
musl_specs() {
	local specs
	specs=$(echo "$1"/usr/lib/*/musl-gcc.specs)
	[ -e "$specs" ] && sed "s,/usr/,$1/usr/,g" "$specs"
}
