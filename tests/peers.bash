# shellcheck shell=bash
# SPDX-License-Identifier: 0BSD
# peers.bash - what the files about killall, killall5, pidof and daemonize share: `load peers` after `load helper`.
#
#   differs "TOOL..." REASON  those tools do not do what this test asks for: skipped there, unless STRICT=1
#   ours REASON               none of the others does, or it is about our own words
#   is TEXT EXPECTED
#   running NAME WORD...      a victim of that name does these words, then sleeps: $pid; back when it has done them
#   apart NAME WORD...       the same, in a session of its own
#   called NAME ARGV0 ARG...  the same, with another argv, and no words: back when it has been executed
#   zombie NAME               one of that name, dead and not reaped: $zombie; its parent $pid has another name
#   hits PID..., misses PID...  they die soon; they live on (ask when what should die is dead)
#   as_nobody CMD...          by a user without rights
#   child_of PID
#   scan_cost CMD...          $cost: how many system calls CMD makes for each process that does not match, in hundredths

differs() {
	[[ " $1 " != *" ${AGAINST:--} "* ]] || [ "${STRICT-}" ] || skip "$AGAINST: $2"
}

ours() {
	[ -z "${AGAINST-}" ] || [ "${STRICT-}" ] || skip "$AGAINST: $1"
}

is() {
	[ "$1" = "$2" ] || {
		printf "it is '%s', not '%s'\n" "$1" "$2"
		return 1
	}
}

# a second process of a program: its file is busy
program() {
	VICTIM=$BATS_TEST_TMPDIR/$1
	[ -e "$VICTIM" ] || victim "$1"
}

running() {
	started_by '' "$@"
}

apart() {
	started_by setsid "$@"
}

started_by() {
	local by=$1 name=$2
	shift 2
	program "$name"
	rm -f "$T/.ready"
	spawn ${by:+"$by"} "$VICTIM" "$@" pid "$T/.ready"
	until_true 5 test -e "$T/.ready"
	disown
}

called() {
	local name=$1 argv0=$2
	shift 2
	program "$name"
	spawn exec_as "$argv0" "$VICTIM" "$@"
	until_true 5 has_argv "$pid" "$argv0" "$@"
	disown
}

exec_as() {
	exec -a "$@"
}

has_argv() {
	local p=$1
	shift
	[ "/proc/$p/exe" -ef "$VICTIM" ] && printf '%s\0' "$@" | cmp -s - "/proc/$p/cmdline"
}

zombie() {
	victim "$1"
	rm -f "$T/.ready"
	spawn exec_as keeper "$VICTIM" zombie name keeper pid "$T/.ready"
	until_true 5 test -e "$T/.ready"
	disown
	zombie=$(child_of "$pid")
	until_true 5 dead "$zombie"
}

child_of() {
	local children
	children=$(< "/proc/$1/task/$1/children")
	echo "${children%% *}"
}

hits() {
	local p
	for p; do
		until_true 5 dead "$p"
	done
}

misses() {
	local p
	for p; do
		alive "$p" || { echo "$p was hit"; return 1; }
	done
}

as_nobody() {
	local name d=$T
	while [ "$d" != / ]; do # where the tests run may be for root only
		chmod a+x "$d"
		d=$(dirname "$d")
	done
	for name in killall killall5 pidof daemonize pgrep pkill; do
		[ ! -e "$BATS_FILE_TMPDIR/bin/$name" ] ||
			install -D "$(readlink -f "$BATS_FILE_TMPDIR/bin/$name")" "$T/nobody/$name"
	done
	PATH=$T/nobody:$PATH setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# by the difference that a hundred more sleepers make
scan_cost() {
	local few many
	few=$(calls "$@")
	running other many 99
	many=$(calls "$@")
	cost=$((many - few))
	echo "$cost hundredths: $*"
	kill_mine
}

calls() {
	strace -qq -o "$T/calls" "$@" > /dev/null 2>&1
	wc -l < "$T/calls"
}
