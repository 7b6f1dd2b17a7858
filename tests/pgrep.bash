# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: 0BSD
# pgrep.bash - what the files about pgrep and pkill share: `load pgrep` after `load peers`.
#
#   finds PID... -- ARG...   pgrep with these arguments prints just those, a line each, in this order
#   finds_nobody ARG...      it prints nothing, and its status says so
#   refuses ARG...           the call is wrong, and it says why
#   another_tick PID         the clock of start times has moved on since PID started

finds() {
	local pids=()
	while [ "$1" != -- ]; do
		pids+=("$1")
		shift
	done
	shift
	expect 0 pgrep "$@"
	is "$out" "$(printf '%s\n' "${pids[@]}")"
}

finds_nobody() {
	expect 1 pgrep "$@"
	is "$output" $'\n'
}

refuses() {
	expect 2 pgrep "$@"
	is "$out" ''
	[ "$err" ]
}

another_tick() {
	local start now
	start=$(sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)
	now=$(sed 's/\([0-9]*\)\.\([0-9]*\) .*/\1\2/' /proc/uptime)
	[ "$now" -gt "$((start + 1))" ]
}
