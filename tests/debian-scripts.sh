#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# debian-scripts.sh [DAEMON]... - Debian's own init scripts on Debian's own daemons, twice: with dpkg's start-stop-daemon
# and with ours in its place. After each step the exit status, the number of the daemon's processes, and whether they are
# new ones must be the same. Prints a table, what a script said where the two differ, and one line "N passed, N failed".
# INITBOX=path of the binary (without it: build/initbox, built here). The root is made once and kept, in build/debian-root;
# a run works on an overlay of it, in namespaces of its own. SUITE=name of another release than bookworm.
set -u
cd "$(dirname "$0")/.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
: "${O:=build}" "${SUITE:=bookworm}" "${INITBOX:=}"
steps='start status start restart status stop status stop'

fail() {
	echo "debian-scripts.sh: $*" >&2
	exit 1
}

# ---- the root ------------------------------------------------------------------------------------------------------

# the address that this machine has its own packages from
mirror() {
	local release
	release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2> /dev/null |
		awk -v wanted="$SUITE $release stable oldstable testing unstable" '
			function is_wanted(suite) { return index(" " wanted " ", " " suite " ") }
			function stanza(  i) {
				for (i = split(suites, s, " "); i; i--)
					if (uri != "" && is_wanted(s[i])) { print uri; exit }
				uri = suites = ""
			}
			/^deb[ \t]/ {
				sub(/\[[^]]*\]/, "")
				if (is_wanted($3)) { print $2; exit }
			}
			/^Types:/ { stanza() }
			/^URIs:/ { uri = $2 }
			/^Suites:/ { suites = $0 }
			END { stanza() }' | head -n 1
}

make_root() {
	local from log=$root.log
	tests/need.sh debootstrap:debootstrap || exit 1
	from=$(mirror)
	[ "$from" ] || fail "no source of Debian's packages in /etc/apt"
	rm -rf "$root" "$root.new"
	mkdir -p "$root.new"
	echo "debian-scripts.sh: making $root, once (a minute or two)"
	unshare -mpf --mount-proc --kill-child debootstrap --variant=minbase \
		--include=lighttpd,nginx-light,dropbear,cron,dnsmasq,sysvinit-utils,lsb-base \
		"$SUITE" "$root.new" "$from" > "$log" 2>&1 < /dev/null || {
		tail -n 5 "$log" >&2
		fail "debootstrap did not do it (all that it said: $log)"
	}
	rm -rf "$root.new/var/cache/apt/archives" "$root.new/var/lib/apt/lists"
	mv "$root.new" "$root"
}

# ---- one daemon with one tool, in namespaces of its own ------------------------------------------------------------

# the pids of those that run the daemon's program, without zombies
pids() {
	local p line
	for p in /proc/[0-9]*; do
		[ "$p/exe" -ef "$world/usr/sbin/$daemon" ] || continue
		read -r line 2> /dev/null < "$p/stat" || continue
		case ${line##*) } in [ZX]*) ;; *) echo "${p#/proc/}" ;; esac
	done | sort -n
}

# the same, when they have been the same for half a second
settled() {
	local tries=50 same=0 now was=none
	while [ $((tries -= 1)) -gt 0 ] && [ $same -lt 5 ]; do
		now=$(pids)
		if [ "$now" = "$was" ]; then same=$((same + 1)); else same=0 was=$now; fi
		sleep 0.1
	done
	echo "$now"
}

make_world() {
	local name
	ip link set lo up && echo scratch > /proc/sys/kernel/hostname && mount -t tmpfs none "$scratch" || return
	mkdir "$scratch/upper" "$scratch/work" "$world" || return
	mount -t overlay overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" "$world" &&
		mount -t tmpfs none "$world/run" && mkdir -m 1777 "$world/run/lock" &&
		mount -t proc none "$world/proc" && mount -t tmpfs none "$world/dev" || return
	for name in null zero full random urandom tty; do
		touch "$world/dev/$name" && mount --bind "/dev/$name" "$world/dev/$name" || return
	done
	ln -s /proc/self/fd "$world/dev/fd"
	# (dpkg's remains where it was; ours is a file of its own, as if it were installed)
	[ "$tool" = dpkg ] || cp --remove-destination "$INITBOX" "$world/usr/sbin/start-stop-daemon"
}

# lines "exit STATUS, N running" into the log of this run; what the script said beside it
inside() {
	local step n=0 status main was=
	tool=$1 daemon=$2 world=$scratch/world
	[ "$(readlink /proc/self/ns/pid)" != "$outer" ] || fail "not in a pid namespace of its own"
	make_world || fail "no place to run $daemon in"
	for step in $steps; do
		n=$((n + 1))
		timeout -k 5 60 chroot "$world" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C TERM=dumb \
			"/etc/init.d/$daemon" "$step" > "$logs/$daemon.$n.$tool" 2>&1 < /dev/null
		status=$?
		# shellcheck disable=SC2046 # words
		set -- $(settled)
		main=${1-}
		case $main in '' | "$was") was=$main main= ;; *) was=$main main=', new' ;; esac
		echo "exit $status, $# running$main" >> "$logs/$daemon.$tool"
	done
}

if [ "${1-}" = --inside ]; then
	shift
	inside "$@"
	exit
fi

# ---- all of them ---------------------------------------------------------------------------------------------------

[ "$(id -u)" = 0 ] || fail "must be root: it mounts, and init scripts are root's"
tests/need.sh unshare:util-linux ip:iproute2:iproute2:iproute || exit 1
if [ -z "$INITBOX" ]; then
	make -s O="$O" || exit 1
	INITBOX=$O/initbox
fi
[ -x "$INITBOX" ] || fail "there is no $INITBOX"
INITBOX=$(realpath "$INITBOX")
root=$(realpath -m "$O/debian-root")
[ -e "$root/etc/init.d/lighttpd" ] || make_root
logs=$(mktemp -d) && scratch=$(mktemp -d) && outer=$(readlink /proc/self/ns/pid) || exit 1
trap 'rm -rf "$logs" "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
export INITBOX root logs scratch outer
[ $# != 0 ] || set -- lighttpd nginx dropbear cron dnsmasq
for daemon; do
	[ -x "$root/etc/init.d/$daemon" ] || fail "no script of $daemon in $root"
done
printf '%s\n' "${@/#/dpkg }" "${@/#/initbox }" |
	xargs -P "${JOBS:-4}" -L 1 unshare -mpfnu --mount-proc --kill-child bash tests/debian-scripts.sh --inside

passed=0 failed=0
printf '%-9s %-8s  %-24s  %s\n' daemon step "dpkg's" ours
for daemon; do
	n=0
	for step in $steps; do
		n=$((n + 1))
		theirs=$(sed -n "${n}p" "$logs/$daemon.dpkg" 2> /dev/null)
		ours=$(sed -n "${n}p" "$logs/$daemon.initbox" 2> /dev/null)
		if [ "$theirs" ] && [ "$theirs" = "$ours" ]; then
			passed=$((passed + 1)) verdict=
		else
			failed=$((failed + 1)) verdict=DIFFERS
		fi
		printf '%-9s %-8s  %-24s  %-24s  %s\n' "$daemon" "$step" "${theirs:-nothing}" "${ours:-nothing}" "$verdict" |
			sed 's/ *$//'
		[ -z "$verdict" ] || tail -n 5 "$logs/$daemon.$n.dpkg" "$logs/$daemon.$n.initbox"
	done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
