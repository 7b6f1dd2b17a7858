#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# bench-init.sh [TABLE]... - what an init and a supervisor cost: ours beside tini, dumb-init, catatonit, runsv and s6-supervise,
# in one run, in their turns. Tables for the README, of medians:
#   orphans   N=20000 of them: processor time as PID 1, and memory before and after
#   start     until a program that does nothing has ended, beside fork, exec and wait in a small program
#   memory    of its own while nothing happens
#   idle      system calls in SECONDS=60 of nothing
# RUNS=5 of each (start: two hundred times as many). $INITBOX, or build/initbox, and CONTAINER, or container_defconfig's.
set -eu
cd "$(dirname "$0")/.."
tests/need.sh unshare:util-linux strace:strace musl-gcc:musl-tools:-:musl-gcc tini:tini:tini:- dumb-init:dumb-init:dumb-init:- \
	catatonit:catatonit:catatonit:- runsv:runit:runit:- s6-supervise:s6:s6:- >&2
: "${N:=20000}" "${RUNS:=5}" "${O:=build}"
seconds=${IDLE:-60}
initbox=$(realpath "${INITBOX:-$O/initbox}")
if [ -z "${CONTAINER-}" ]; then
	make -s O="$O/container" container_defconfig all >&2
	CONTAINER=$O/container/initbox
fi
container=$(realpath "$CONTAINER")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
musl-gcc -D_GNU_SOURCE -O2 -static -o "$scratch/bench" tests/bench.c
cd "$scratch"
bench=$scratch/bench
mkdir ours small
for name in tini dumb-init catatonit supervise-daemon; do ln -s "$initbox" ours/$name; done
ln -s "$container" small/tini
PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin

inits="$scratch/ours/tini --
$scratch/small/tini --
tini -s --
dumb-init --
catatonit --"
private='unshare -fpm --mount-proc --kill-child env -i'

# a row of the words
row() {
	printf '|'
	printf ' %s |' "$@"
	echo
}

# COMMAND: what the tables call it
called() {
	local name=${1%% *}
	case $name in
	*/small/*) echo "initbox tini of container_defconfig" ;;
	*/ours/*) echo "initbox ${name##*/}" ;;
	*) echo "$name" ;;
	esac
}

median() {
	sort -n | awk '{ n[NR] = $1 } END { print n[int((NR + 1) / 2)] }'
}

here() {
	command -v "${1%% *}" > /dev/null
}

# HOW, of "bench leave": RUNS times each in its turn, lines of "NAME:CPU BEFORE AFTER"
leave_all() {
	local init run
	for ((run = 0; run < RUNS; run++)); do
		while read -r init; do
			# shellcheck disable=SC2086 # words
			! here "$init" || echo "$(called "$init"):$($private $init "$bench" leave "$N" "$1")"
		done <<< "$inits"
	done
}

# FILE NAME N: the N-th numbers of its lines
numbers() {
	grep "^$2:" "$1" | cut -d: -f2 | cut -d ' ' -f "$3"
}

orphans() {
	local how name cpu
	for how in many one; do
		leave_all $how > $how
	done
	row "$N orphans" 'as they come, ms of processor' 'one at a time' 'KiB of its own before' 'after'
	row --- --- --- --- --- | tr -d ' '
	cut -d: -f1 many | awk '!seen[$0]++' | while read -r name; do
		cpu=("$(numbers many "$name" 1 | median)" "$(numbers one "$name" 1 | median)")
		row "$name" $((cpu[0] / 1000000)) $((cpu[1] / 1000000)) "$(numbers many "$name" 2 | median)" "$(numbers many "$name" 3 | median)"
	done
}

start() {
	local init words commands=() names='fork, exec, wait'
	while read -r init; do
		here "$init" || continue
		names+=$'\n'$(called "$init")
		read -ra words <<< "$init"
		commands+=(',' "${words[@]}" "$bench" nothing)
	done <<< "$inits"
	$private PATH="$PATH" "$bench" 'time' $((RUNS * 200)) "$bench" bare "$bench" nothing "${commands[@]}" > took
	row 'start and end of a program that does nothing' 'µs' 'as a multiple'
	row --- --- --- | tr -d ' '
	paste -d: <(echo "$names") took |
		awk -F: 'NR == 1 { base = $2 } { printf "| %s | %d | %.2f |\n", $1, $2 / 1000, $2 / base }'
}

# each with a program that sleeps: lines of "NAME:PID"
residents() {
	local init name
	while read -r init; do
		! here "$init" || resident "$(called "$init")" "$init" sleep 10000
	done <<< "$inits
$scratch/ours/dumb-init --
$scratch/ours/catatonit --"
	env -i PATH="$PATH" "$scratch/ours/supervise-daemon" bench -p "$scratch/pid" -S /bin/sleep 10000
	echo "initbox supervise-daemon:$(head -n 1 pid)"
	for init in runsv s6-supervise; do
		here $init || continue
		mkdir -p of-$init
		printf '#!/bin/sh\nexec sleep 10000\n' > of-$init/run
		chmod +x of-$init/run
		resident $init $init of-$init
	done
	sleep 2
}

# WHAT CMD...
resident() {
	local what=$1
	shift
	# shellcheck disable=SC2068 # words
	env -i PATH="$PATH" $@ < /dev/null > /dev/null 2>&1 &
	echo "$what:$!"
}

memory() {
	local run name pid
	for ((run = 0; run < RUNS; run++)); do
		# shellcheck disable=SC2016
		$private PATH="$PATH" bash -c "$(declare -f residents resident here called); inits='$inits' scratch='$scratch'
			residents > who; while IFS=: read -r name pid; do echo \"\$name:\$('$bench' own \$pid)\"; done < who"
	done > owned
	row 'while nothing happens' 'KiB of its own'
	row --- --- | tr -d ' '
	cut -d: -f1 owned | awk '!seen[$0]++' | while read -r name; do
		row "$name" "$(grep "^$name:" owned | cut -d: -f2 | median)"
	done
}

idle() {
	row "while nothing happens" "system calls in $seconds s"
	row --- --- | tr -d ' '
	# shellcheck disable=SC2016
	$private PATH="$PATH" bash -c "$(declare -f residents resident here called row); inits='$inits' scratch='$scratch'
		residents > who
		while IFS=: read -r name pid; do strace -qq -o calls.\$pid -p \$pid & done < who
		sleep 3 # (strace's coming woke them)
		while IFS=: read -r name pid; do wc -l < calls.\$pid > before.\$pid; done < who
		sleep $seconds
		while IFS=: read -r name pid; do row \"\$name\" \$((\$(wc -l < calls.\$pid) - \$(< before.\$pid))); done < who"
}

[ $# != 0 ] || set -- orphans start memory idle
for table; do
	"$table"
	echo
done
