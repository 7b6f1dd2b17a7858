#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# matrix.sh [TOOL]... - the tests of the applets once against initbox and once against each of the tools they replace, as a
# table for the README. A case that a tool does not pass is named in its test with the reason ("differs"), and skipped.
set -u
cd "$(dirname "$0")/.." || exit 1
tests/need.sh start-stop-daemon:dpkg busybox:busybox-static killall:psmisc pgrep:procps pidof:sysvinit-utils toybox:toybox daemonize:daemonize >&2
# (openrc is built, so only where it is asked for)
[[ " $* " != *' openrc '* ]] || tests/openrc.sh > /dev/null || exit 1
[ $# != 0 ] || set -- dpkg busybox psmisc procps sysvinit toybox daemonize

# TOOL FILE...: how many passed, failed, were skipped
count() {
	local tool=$1
	shift
	AGAINST=$tool ONCE=1 tests/run.sh "$@" 2> /dev/null | tail -n 1 |
		awk '{ gsub(",", ""); printf "%d %d %d\n", $1, $3, $5 }'
}

echo '| tool | cases | the tool passes | initbox passes |'
echo '|---|---|---|---|'
failed=0
for tool; do
	mapfile -t files < <(grep -l "^# against:.*\<$tool\>" tests/*.bats | sed 's/.*\///; s/\.bats$//')
	read -r passed lost skipped < <(count "$tool" "${files[@]}")
	read -r ours ours_lost _ < <(count '' "${files[@]}")
	echo "| $tool | $((passed + lost + skipped)) | $passed | $ours |"
	((failed += lost + ours_lost))
done
exit $((failed > 0))
