#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# bench.sh - the figures of the README, measured here and now on $INITBOX (or build/initbox): how big, how many system calls a
# process costs a scan, how late a stop comes back, what a start costs beside fork, fork and exec by hand, and what a search
# costs beside the shortest loop that reads each process's name, and beside the tools that are there.
# Runs in a pid namespace of its own.
set -eu
cd "$(dirname "$0")/.."
tests/need.sh unshare:util-linux strace:strace musl-gcc:musl-tools:-:musl-gcc >&2
initbox=$(realpath "${INITBOX:-build/initbox}")
if [ -z "${INSIDE_BENCH-}" ]; then
	INSIDE_BENCH=1 INITBOX=$initbox exec unshare -fpm --mount-proc --kill-child "$0"
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
musl-gcc -D_GNU_SOURCE -O2 -static -o "$scratch/bench" tests/bench.c
cd "$scratch"
for name in start-stop-daemon killall pidof pgrep; do ln -s "$initbox" $name; done
PATH=$scratch:$PATH:/usr/sbin:/sbin

row() { printf '%-70s %s\n' "$@"; }

row "bytes, stripped" "$(stat -c %s "$initbox")"

# the same scan with 50 idle processes more: what each of them costs
calls() { strace -f -o trace "$@" > /dev/null 2>&1 || true; wc -l < trace; }
price() {
	local before after
	before=$(calls "$@")
	for _ in {1..50}; do sleep 60 & done
	after=$(calls "$@")
	kill $(jobs -p) && wait 2> /dev/null || true
	echo $(((after - before) / 50))
}
row "system calls for a process that does not match, killall NAME" "$(price killall nosuch)"
row "  pidof NAME" "$(price pidof nosuch)"
row "  start-stop-daemon --status --name NAME" "$(price start-stop-daemon -T -n nosuch)"
row "  start-stop-daemon --status --exec FILE" "$(price start-stop-daemon -T -x "$scratch/bench")"

# a daemon that takes 10 ms to end
for _ in {1..21}; do
	start-stop-daemon -S -b -m -p "$scratch/pid" -x "$scratch/bench" -- late "$scratch/end"
	until [ -e end ]; do :; done
	bench lag "$scratch/end" start-stop-daemon -K -R 5 -p "$scratch/pid"
	rm -f end
done | sort -n | sed -n 11p > lag
row "from the daemon's death until --stop --retry is back, microseconds" "$(< lag)"

bench start 500 "$scratch/bench" once /bin/sleep , \
	start-stop-daemon -S -b -p "$scratch/none" -x /bin/sleep -- 60 , \
	start-stop-daemon -S -b -m -p "$scratch/pid" -x /bin/sleep -- 60 > starts
{ read -r hand; read -r start; read -r pidfile; } < starts
row "fork, setsid, fork, exec by hand in a small program, microseconds" "$hand"
row "start-stop-daemon -S -b, microseconds; as a multiple of that" "$start; $(awk "BEGIN { printf \"%.2f\", $start / $hand }")"
row "start-stop-daemon -S -b -m -p PIDFILE, microseconds" "$pidfile"

# search N RUNS, lines of "NAME: CMD": the user and system time of each as a multiple of the first one's
search() {
	local name command all=()
	while IFS=: read -r name command; do
		echo "$1 processes, $name" >> names
		# shellcheck disable=SC2206 # words
		all+=(${all[@]:+,} $command)
	done
	unshare -fpm --mount-proc --kill-child bench crowd "$1" bench cpu "$2" "${all[@]}" > cpu
	paste -d: names cpu | awk -F: 'NR == 1 { base = $2 } { printf "%-70s %.2f\n", $1, $2 / base }'
	rm names
}
ours="the shortest loop that reads each comm: bench read comm
  killall NAME: killall nosuch
  pgrep NAME: pgrep nosuch
the shortest loop that reads each cmdline: bench read cmdline
  pidof NAME: pidof nosuch"
for n in 200 10000; do
	search $n 100 <<< "$ours"
done
theirs=
for peer in 'sysvinit:/bin/pidof nosuch' 'psmisc:/usr/bin/killall nosuch' 'procps:/usr/bin/pgrep nosuch' \
	'procps:/usr/bin/pgrep -f nosuch' 'BusyBox:busybox pidof nosuch' 'toybox:toybox pidof nosuch'; do
	command=${peer#*:}
	! command -v "${command%% *}" > /dev/null || theirs+="
  ${peer%%:*}'s ${command##*/}: $command"
done
search 2000 60 <<< "$ours$theirs"
