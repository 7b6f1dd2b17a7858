#!/bin/sh
# SPDX-License-Identifier: 0BSD
# need.sh COMMAND:PACKAGE... - installs the packages whose commands are missing, and says so. Where the package has another
# name with apk or dnf: COMMAND:APT:APK:DNF; "-" for none there: what needs the command is then skipped.
PATH=$PATH:/usr/sbin:/sbin

if command -v apt-get > /dev/null; then
	column=2 update='apt-get -q update' install='apt-get -qy --no-install-recommends install'
elif command -v apk > /dev/null; then
	column=3 update='apk update' install='apk add'
elif command -v dnf > /dev/null; then
	column=4 update=true install='dnf -qy install'
else
	column=2 update= install=
fi

packages=
for need in "$@"; do
	command -v "${need%%:*}" > /dev/null && continue
	package=$(echo "$need" | cut -d: -f$column)
	package=${package:-$(echo "$need" | cut -d: -f2)}
	case " $packages " in
	*" $package "* | *' - '*) ;;
	*) [ "$package" = - ] && echo "need.sh: no package for ${need%%:*} here" || packages="$packages $package" ;;
	esac
done
[ "$packages" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if [ -z "$install" ] || { [ "$as_root" ] && ! command -v sudo > /dev/null; }; then
	echo "need.sh: please install:$packages" >&2
	exit 1
fi
echo "need.sh: installing$packages (${install%% *})"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086 # words, all of them
if $as_root $install $packages > "$log" 2>&1 < /dev/null ||
	{ $as_root $update && $as_root $install $packages; } > "$log" 2>&1 < /dev/null; then
	rm -f "$log"
	exit 0
fi
tail -n 5 "$log" >&2
rm -f "$log"
echo "need.sh: please install:$packages" >&2
exit 1
