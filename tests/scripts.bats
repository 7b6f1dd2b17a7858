#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# scripts.bats - init scripts as they are written for small systems (tests/scripts), on real daemons: after each action the
# script's exit status, the number of the daemon's processes, and its pidfile.
# against: dpkg busybox
load helper

prepare() {
	need_root
	need OPT_LONG START_STOP_DAEMON_RETRY START_STOP_DAEMON_CRED START_STOP_DAEMON_EXTRA
	applet start-stop-daemon > /dev/null
	need_command lighttpd
	export ETC=$T/etc RUN=$T/run
	mkdir -p etc/default run www bin
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$T"
	[ -k "${BATS_RUN_TMPDIR%/*}" ] || chmod 755 "${BATS_RUN_TMPDIR%/*}"
	echo "the page of $T" > www/index.html
	umask 022
	name=
}

differs() {
	[ "${AGAINST-}" != "$1" ] || [ "${STRICT-}" ] || skip "$1: $2"
}

# NAME [LINE...]: what stands in /etc/default/NAME
default() {
	printf '%s\n' "${@:2}" > "$ETC/default/$1"
}

# script NAME PIDFILE PROGRAM [ARGV0]: what is tested here; of a multicall program only what ends in ARGV0
script() {
	name=$1 pidfile=${2:+$RUN/$2} program=$(realpath "$(command -v "$3")") argv0=${4-}
}

free_port() {
	port=$((20000 + RANDOM % 12000))
	! (exec 8<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null
}

# lighttpd.conf, for a lighttpd with a monitor and two workers
web() {
	until_true 5 free_port
	cat > lighttpd.conf <<- CONF
		server.document-root = "$T/www"
		server.bind = "127.0.0.1"
		server.port = $port
		server.max-worker = 2
		server.errorlog = "$T/error.log"
		index-file.names = ( "index.html" )
		${1-}
	CONF
	lighttpd=$(command -v lighttpd)
}

ssh() {
	need_command dropbear dropbearkey
	until_true 5 free_port
	dropbearkey -t ed25519 -f "$T/key" > /dev/null 2>&1
	dropbear=$(command -v dropbear)
	ssh_args="-r $T/key -p 127.0.0.1:$port"
}

# the applets of busybox that are daemons, by links as they stand on a small system
links() {
	need_command busybox
	ln -s "$(realpath "$(command -v busybox)")" bin/busybox
	for link; do
		busybox --list | grep -qx "$link" || skip "busybox has no $link"
		ln -s busybox "bin/$link"
	done
}

# syslogd wants /dev/log: a /dev of this file's mount namespace
small_dev() {
	[ ! -e /dev/ours ] || { rm -f /dev/log; return; }
	local dev=$BATS_FILE_TMPDIR/dev node
	mkdir "$dev"
	mount -t tmpfs none "$dev"
	for node in null zero full random urandom tty; do
		touch "$dev/$node"
		mount --bind "/dev/$node" "$dev/$node"
	done
	ln -s /proc/self/fd "$dev/fd"
	touch "$dev/ours"
	mount --move "$dev" /dev
}

served() {
	(exec 8<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null
}

# who runs it: $them, $oldest
look() {
	local p argv
	them=() oldest=
	for p in /proc/[0-9]*; do
		[ "$p/exe" -ef "$program" ] && alive "${p#/proc/}" || continue
		if [ "$argv0" ]; then
			IFS= read -r -d '' argv 2> /dev/null < "$p/cmdline" || continue
			[ "${argv##*/}" = "$argv0" ] || continue
		fi
		p=${p#/proc/}
		them+=("$p")
		((oldest && oldest < p)) || oldest=$p
	done
}

# so many run, and the pidfile is as told
so_it_is() {
	local first=
	look
	file=
	if [ "$pidfile" ]; then
		file=none
		[ ! -e "$pidfile" ] || read -r first < "$pidfile" || :
		if [[ $first =~ ^[0-9]+$ ]]; then
			if [ "$first" = "$oldest" ]; then file="names it"; else file=left; fi
		elif [ -e "$pidfile" ]; then
			file=broken
		fi
	fi
	[ ${#them[@]} = "$1" ] && { [ -z "$pidfile" ] || [ "$file" = "$2" ]; }
}

# step ACTION STATUS PROCESSES PIDFILE [WHO]: the script does ACTION and ends with STATUS; so many run then; the pidfile is
# "none", "left", or "names it", the oldest of them; and it is the "same" as before, or a "new" one
step() {
	local before
	look
	before=$oldest
	expect "$2" "$TOP/tests/scripts/$name" "$1" || return
	until_true 8 so_it_is "$3" "$4" || {
		echo "after $1: ${#them[@]} processes, pidfile: $file; not $3, $4"
		echo "$output"
		[ ! -e "$T/output" ] || cat "$T/output"
		return 1
	}
	case ${5-} in
	same) [ "$oldest" = "$before" ] || { echo "after $1: it is $oldest, and was $before"; return 1; } ;;
	new) [ "$oldest" ] && [ "$oldest" != "$before" ] || { echo "after $1: it is '$oldest', and was '$before'"; return 1; } ;;
	esac
}

# complaints of start-stop-daemon itself, which a quiet script must not show
silent() {
	says_not "start-stop-daemon:"
	says_not "rror"
}

# ---- a pidfile that start-stop-daemon makes ------------------------------------------------------------------------

@test "long options, --exec in every call, a loop on --stop --test: lighttpd" {
	web
	default lighttpd "DAEMON=$lighttpd" "DAEMON_ARGS='-D -f $T/lighttpd.conf'"
	script S50lighttpd lighttpd.pid lighttpd
	step start 0 3 "names it"
	until_true 5 served
	[ "$out" = "Starting lighttpd: OK" ] && [ -z "$err" ]
	step start 1 3 "names it" same
	[ "$out" = "Starting lighttpd: FAIL" ] && [ -z "$err" ]
	step reload 0 3 "names it" same
	[ "$out" = "Reloading lighttpd: OK" ]
	until_true 5 grep -q cycled error.log
	step restart 0 3 "names it" new
	[ "$out" = $'Stopping lighttpd: OK\nStarting lighttpd: OK' ] && [ -z "$err" ]
	until_true 5 served
	step stop 0 0 none
	[ "$out" = "Stopping lighttpd: OK" ] && [ -z "$err" ]
	step stop 1 0 none
	[ "$out" = "Stopping lighttpd: FAIL" ] && [ -z "$err" ]
	step reload 1 0 none
	step restart 0 3 "names it"
	step stop 0 0 none
}

@test "a pidfile that was left does not keep it from starting, nor the loop from ending" {
	web
	default lighttpd "DAEMON=$lighttpd" "DAEMON_ARGS='-D -f $T/lighttpd.conf'"
	script S50lighttpd lighttpd.pid lighttpd
	step start 0 3 "names it"
	kill -KILL "${them[@]}"
	until_true 5 so_it_is 0 left
	step stop 1 0 left
	step start 0 3 "names it"
	step stop 0 0 none
}

@test "-bmSqp FILE under umask 077, and a loop on -K -t -q: busybox's syslogd" {
	links syslogd httpd
	small_dev
	until_true 5 free_port
	default syslogd "PROG=$T/bin/syslogd" "SYSLOGD_ARGS='-O $T/messages'"
	# another applet of the same file, under whose eyes all of it happens
	spawn "$T/bin/httpd" -f -p "127.0.0.1:$port" -h "$T/www"
	script S01syslogd syslogd.pid busybox syslogd
	step start 0 1 "names it"
	[ "$out" = "Starting syslogd: OK" ] && [ -z "$err" ]
	until_true 5 test -S /dev/log
	[ "${AGAINST-}" = busybox ] || [ "$(stat -c %a "$RUN/syslogd.pid")" = 644 ]
	[ "$(stat -c %a "$T/messages")" = 600 ]
	step start 1 1 "names it" same
	step restart 0 1 "names it" new
	step stop 0 0 none
	[ "$out" = "Stopping syslogd: OK" ] && [ -z "$err" ]
	step stop 1 0 none
	alive "$pid"
	served
}

@test "-c USER after -x, and a stop by pidfile, name and user: busybox's httpd" {
	links httpd
	until_true 5 free_port
	default httpd "HTTPD=$T/bin/httpd" "HTTPD_ARGS='-p 127.0.0.1:$port -h $T/www'"
	script S02httpd httpd.pid busybox httpd
	step start 0 1 "names it"
	silent
	until_true 5 served
	[ "$(stat -c %U "/proc/$oldest")" = nobody ]
	step start 1 1 "names it" same
	step restart 0 1 "names it" new
	step stop 0 0 none
	step stop 1 0 none
	silent
}

@test "the action passed in by the caller, behind the criteria: lighttpd" {
	web
	default caller "DAEMON=$lighttpd" "DAEMON_ARGS='-D -f $T/lighttpd.conf'"
	script S55caller caller.pid lighttpd
	step check 1 0 none
	step start 0 3 "names it"
	until_true 5 served
	step start 1 3 "names it" same
	step check 0 3 "names it" same
	step reload 0 3 "names it" same
	step reopen 0 3 "names it" same
	until_true 5 grep -q cycled error.log
	step restart 0 3 "names it" new
	step stop 0 0 left
	step check 1 0 left
	step stop 1 0 left
	silent
}

@test "a wrapper that becomes the daemon is started, the daemon is stopped: lighttpd" {
	web
	printf '#!/bin/sh\n: prepared\nexec %s -D -f %s\n' "$lighttpd" "$T/lighttpd.conf" > bin/web-wrapper
	chmod 755 bin/web-wrapper
	default web "WRAPPER=$T/bin/web-wrapper" "DAEMON=$lighttpd"
	script S60wrapper web.pid lighttpd
	step start 0 3 "names it"
	until_true 5 served
	step start 0 3 "names it" same
	[ "$out" = "runs already" ]
	step restart 0 3 "names it" new
	step stop 0 0 left
	step stop 1 0 left
	silent
}

keeper() {
	cat > bin/keeper <<- 'SCRIPT'
		#!/bin/bash
		trap 'exit 0' TERM
		while :; do read -t 1 <> <(:) || :; done
	SCRIPT
	chmod 755 bin/keeper
	default keeper "PROGRAM=$T/bin/keeper"
	# (it runs bash, as do others: a copy that only it runs)
	cp "$(command -v bash)" bin/its-bash
	sed -i "1s,.*,#!$T/bin/its-bash," bin/keeper
	PATH=$PATH:$T/bin
	script S61keeper keeper.pid its-bash its-bash
}

@test "a program that is a script, stopped by its pidfile alone" {
	keeper
	step start 0 1 "names it"
	[ "$out" = "Starting keeper: OK" ] && [ -z "$err" ]
	step restart 0 1 "names it" new
	step stop 0 0 none
	step stop 1 0 none
	[ "$out" = "Stopping keeper: FAIL" ] && [ -z "$err" ]
}

@test "a program that is a script is not started twice" {
	need MATCH_FILES
	differs dpkg "does not see that a script runs, and starts a second one"
	differs busybox "does not see that a script runs, and starts a second one"
	keeper
	step start 0 1 "names it"
	step start 1 1 "names it" same
	[ "$out" = "Starting keeper: FAIL" ] && [ -z "$err" ]
	step stop 0 0 none
}

# (no lighttpd here: it ends its whole process group, and that is its starter's)
@test "-m in the foreground, and a trailing &: busybox's httpd" {
	links httpd
	until_true 5 free_port
	default trailing "DAEMON=$T/bin/httpd" "DAEMON_ARGS='-f -p 127.0.0.1:$port -h $T/www'"
	script S70trailing trailing.pid busybox httpd
	step start 0 1 "names it"
	until_true 5 served
	step start 0 1 "names it" same
	step restart 0 1 "names it" new
	step stop 0 0 left
	step stop 0 0 left
	says_not "start-stop-daemon:"
}

# ---- a pidfile that the daemon makes -------------------------------------------------------------------------------

@test "no -m, umask 077, stop by the pidfile alone, a loop on the pidfile: dropbear" {
	ssh
	default dropbear "DAEMON=$dropbear" "ARGS='$ssh_args'"
	script S50dropbear dropbear.pid dropbear
	step start 0 1 "names it"
	[ "$out" = "dropbear: starting.. done" ] && [ -z "$err" ]
	until_true 5 served
	step start 1 1 "names it" same
	[ "$out" = "dropbear: starting.. failed" ] && [ -z "$err" ]
	step restart 0 1 "names it" new
	step stop 0 0 none
	[ "$out" = "dropbear: stopping.. done" ] && [ -z "$err" ]
	step stop 1 0 none
	[ "$out" = "dropbear: stopping.. failed" ] && [ -z "$err" ]
}

@test "dropbear's child that serves a connection is none of the script's: stop leaves it, start is not refused" {
	ssh
	default dropbear "DAEMON=$dropbear" "ARGS='$ssh_args'"
	script S50dropbear dropbear.pid dropbear
	step start 0 1 "names it"
	until_true 5 served
	exec 7<> "/dev/tcp/127.0.0.1/$port"
	until_true 5 so_it_is 2 "names it"
	step stop 0 1 none
	step start 0 2 left
	step stop 0 1 none
	exec 7>&-
	until_true 5 so_it_is 0 none
}

# (the pidfile is in root's directory: dnsmasq, a user without rights by then, cannot take it away)
dns() {
	need_command dnsmasq
	until_true 5 free_port
	local args="--conf-file=/dev/null --port=$port --listen-address=127.0.0.1 --bind-interfaces --no-hosts --no-resolv --user=nobody"
	default dnsmasq "DNSMASQ=$(command -v dnsmasq)" "DNSMASQ_OPTS='$args --log-facility=$T/log'"
	script S80dnsmasq dnsmasq.pid dnsmasq
}

@test "start, start, reload by -s HUP, restart, stop, stop, and what is said without -q: dnsmasq" {
	dns
	step start 0 1 "names it"
	[ -z "$output" ] || [ "$output" = $'\n' ]
	step start 1 1 "names it" same
	says "$(command -v dnsmasq)"
	says "already running"
	step reload 0 1 "names it" same
	step rotate 0 1 "names it" same
	step restart 0 1 "names it" new
	step stop 0 0 left
	step stop 1 0 left
	says "none killed"
	[ -z "$err" ]
	step reload 1 0 left
}

@test "-s SIGUSR1: dnsmasq tells its figures" {
	differs dpkg "takes no SIG before a name"
	dns
	step start 0 1 "names it"
	step stats 0 1 "names it" same
	until_true 5 grep -q 'cache size' log
	step stop 0 0 left
	step stats 1 0 left
}

@test "a pidfile that dnsmasq has given away to its user is not believed alone, and why is told: dnsmasq" {
	differs busybox "believes every pidfile"
	dns
	step start 0 1 "names it"
	[ "$(stat -c %U "$RUN/dnsmasq.pid")" = nobody ]
	default keeper "PIDFILE=$RUN/dnsmasq.pid"
	name=S61keeper
	step stop 1 1 "names it" same
	says "start-stop-daemon: "
	says "$RUN/dnsmasq.pid"
	name=S80dnsmasq
	step stop 0 0 left
}

@test "--start --test before --start, --retry=TERM/10/KILL/5, then --retry=0/30/KILL/5: lighttpd" {
	differs busybox "starts the program in spite of --test"
	web "server.pid-file = \"$RUN/schedule.pid\""
	default schedule "DAEMON=$lighttpd" "DAEMON_ARGS='-f $T/lighttpd.conf'"
	script S92schedule schedule.pid lighttpd
	step start 0 3 "names it"
	until_true 5 served
	step start 1 3 "names it" same
	step restart 0 3 "names it" new
	step force-reload 0 3 "names it" new
	step stop 0 0 none
	[ -z "${output//$'\n'/}" ] || says "none killed"
	step stop 1 0 none
	step restart 0 3 "names it"
	step stop 0 0 none
}

@test "--retry=0/30/KILL/5 waits for dropbear's child that serves a connection, and comes back when it is gone" {
	differs busybox "does not wait, whatever --retry says"
	ssh
	default schedule "DAEMON=$dropbear" "DAEMON_ARGS='-P $RUN/schedule.pid $ssh_args'"
	script S92schedule schedule.pid dropbear
	step start 0 1 "names it"
	until_true 5 served
	exec 7<> "/dev/tcp/127.0.0.1/$port"
	until_true 5 so_it_is 2 "names it"
	spawn "$TOP/tests/scripts/$name" stop 7>&-
	until_true 5 so_it_is 1 none
	alive "$pid"
	exec 7>&-
	until_true 5 dead "$pid"
	wait "$pid"
	so_it_is 0 none
}

# ---- no pidfile ----------------------------------------------------------------------------------------------------

@test "no pidfile, stop by -x, -o in a variable: dropbear" {
	ssh
	default bare "DAEMON=$dropbear" "DAEMON_ARGS='-F -E -P $T/its.pid $ssh_args'"
	script S65bare '' dropbear
	step start 0 1 -
	until_true 5 served
	step start 1 1 - same
	step restart 0 1 - new
	step stop 0 0 -
	step stop 1 0 -
	step force-stop 0 0 -
	step restart 0 1 -
	step force-stop 0 0 -
}

@test "no pidfile, stop and reload by -x: lighttpd, monitor and workers" {
	web
	default bare "DAEMON=$lighttpd" "DAEMON_ARGS='-D -f $T/lighttpd.conf'"
	script S65bare '' lighttpd
	step start 0 3 -
	until_true 5 served
	step start 1 3 - same
	step reload 0 3 - same
	step stop 0 0 -
	step reload 1 0 -
}

@test "no pidfile, and another applet of the same file runs: syslogd is not mistaken for httpd" {
	need MATCH_FILES
	differs dpkg "takes every applet of a multicall program for any other"
	links syslogd httpd
	small_dev
	until_true 5 free_port
	spawn "$T/bin/httpd" -f -p "127.0.0.1:$port" -h "$T/www"
	until_true 5 served
	default bare "DAEMON=$T/bin/syslogd" "DAEMON_ARGS='-n -O $T/messages'"
	script S65bare '' busybox syslogd
	step stop 1 0 -
	step reload 1 0 -
	step start 0 1 -
	step start 1 1 - same
	step restart 0 1 - new
	step stop 0 0 -
	step force-stop 0 0 -
	alive "$pid"
	served
}

# ---- LSB -----------------------------------------------------------------------------------------------------------

@test "LSB's actions and codes: lighttpd" {
	differs busybox "has no --status, --chdir, --umask"
	web
	default lsb-web "DAEMON=$lighttpd" "DAEMON_ARGS='-D -f $T/lighttpd.conf'" "LOG=$T/output"
	script lsb-web lsb-web.pid lighttpd
	step status 3 0 none
	[ "$out" = "lsb-web is not running" ]
	step stop 0 0 none
	step try-restart 0 0 none
	step start 0 3 "names it"
	until_true 5 served
	step start 0 3 "names it" same
	step status 0 3 "names it" same
	[ "$out" = "lsb-web is running" ]
	step reload 0 3 "names it" same
	until_true 5 grep -q cycled error.log
	step restart 0 3 "names it" new
	until_true 5 served
	step try-restart 0 3 "names it" new
	[ "$(awk '/^Umask:/ { print $2 }' "/proc/$oldest/status")" = 0027 ]
	kill -KILL "${them[@]}"
	until_true 5 so_it_is 0 left
	step status 1 0 left
	[ "$out" = "lsb-web is dead, and its pidfile is left" ]
	step start 0 3 "names it" new
	step stop 0 0 none
	step status 3 0 none
	step stop 0 0 none
	step nonsense 2 0 none
}
