#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# start-stop-daemon: which processes --exec, --name, --user and --ppid mean, and which they never do
# against: dpkg busybox openrc
load helper
load ssd

# "N" or "T": does -K -t find something
finds() {
	expect 0 ssd -K -t "$@"
}

finds_not() {
	expect 1 ssd -K -t "$@"
}

# ---- names -----------------------------------------------------------------------------------------------------------

# a program of that file name; $pid
named() {
	cp "$D" "$T/$1"
	spawn "$T/$1"
	until_true 5 runs "$pid" "$T/$1"
}

@test "a name is the whole name" {
	named idler
	finds -n idler
	finds_not -n idle
	finds_not -n idlers
	finds_not -n Idler
	finds_not -n 'idle?'
	finds_not -n "$T/idler"
}

@test "a name of 14 characters" {
	named abcdefghijklmn
	finds -n abcdefghijklmn
	finds_not -n abcdefghijklm
	finds_not -n abcdefghijklmno
}

@test "a name of 15 characters, which just fits" {
	differs busybox "matches none of 15"
	named abcdefghijklmno
	finds -n abcdefghijklmno
	finds_not -n abcdefghijklmn
	finds_not -n abcdefghijklmnop
	[ "${AGAINST-}" ] || expect 0 ssd -T -n abcdefghijklmno
}

@test "a name of 16 characters, which the kernel cuts" {
	only_ours "matches none over 15"
	named abcdefghijklmnop
	finds -n abcdefghijklmnop
	finds_not -n abcdefghijklmnoq
	finds_not -n abcdefghijklmn
}

@test "a name of 20 characters" {
	only_ours "matches none over 15"
	named abcdefghijklmnopqrst
	finds -n abcdefghijklmnopqrst
	finds_not -n abcdefghijklmnopqrsu
	finds_not -n abcdefghijklmnopqrs
	finds_not -n abcdefghijklmnopqrstu
}

@test "the first 15 characters of a longer name, as dpkg's scripts have it" {
	differs busybox "matches none of 15"
	named abcdefghijklmnopqrst
	finds -n abcdefghijklmno
}

@test "a name over 15 characters starts, finds and stops its daemon" {
	only_ours "matches none over 15"
	cp "$D" "$T/abcdefghijklmnopqrst"
	D=$T/abcdefghijklmnopqrst
	expect 0 ssd -S -b -n abcdefghijklmnopqrst -x "$D"
	expect 1 ssd -S -b -n abcdefghijklmnopqrst -x "$D"
	expect 0 ssd -K -R 5 -n abcdefghijklmnopqrst
	is "$(pids_of "$D")" ''
}

@test "names with blanks and parentheses" {
	local name
	for name in 'a b' 'a) R 1 (b' '(x)' 'x)' '(' 'a:b'; do
		named "$name"
		finds -n "$name"
		finds_not -n "${name}x"
	done
}

@test "a name with a newline or a backslash" {
	differs dpkg "sees it escaped"
	local name
	for name in $'a\nb' 'a\b' 'a\nb'; do
		named "$name"
		finds -n "$name"
	done
	finds_not -n a
}

@test "a name in another alphabet" {
	named dämon
	finds -n dämon
}

@test "a name that the process gave itself" {
	running name 'new name'
	finds -n 'new name'
	finds_not -n idled
	finds -x "$D"
}

@test "an empty name is a wrong use" {
	only_ours "matches nobody"
	expect 3 ssd -K -t -n ''
}

# ---- files -----------------------------------------------------------------------------------------------------------

@test "--exec means this file, not one of the same name or the same bytes" {
	mkdir "$T/other"
	cp "$D" "$T/other/idled"
	spawn "$T/other/idled"
	until_true 5 runs "$pid" "$T/other/idled"
	finds_not -x "$D"
	finds -x "$T/other/idled"
	expect 0 ssd -S -b -x "$D"
}

@test "--exec by a symlink finds the file that runs, and the other way round" {
	differs busybox "compares the text"
	differs openrc "compares the text"
	mkdir "$T/other"
	ln -s "$D" "$T/other/idled"
	running
	finds -x "$T/other/idled"
	kill -9 "$pid"
	until_true 5 dead "$pid"
	spawn "$T/other/idled"
	until_true 5 runs "$pid" "$D"
	finds -x "$D"
	finds -x "$T/other/../other/./idled"
}

@test "--exec finds it whatever it calls itself" {
	differs openrc "compares argv"
	spawn bash -c 'exec -a something "$0"' "$D"
	until_true 5 runs "$pid" "$D"
	finds -x "$D"
}

@test "--exec does not believe argv[0]" {
	differs busybox "does"
	cp "$D" "$T/other"
	spawn bash -c 'exec -a "$0" "$1"' "$D" "$T/other"
	until_true 5 runs "$pid" "$T/other"
	finds_not -x "$D"
	expect 0 ssd -S -b -x "$D"
}

@test "one file under several names: the one by which it was called counts" {
	need MATCH_FILES
	differs dpkg "matches all"
	differs openrc "compares argv and comm"
	ln -s "$D" "$T/sysd"
	ln -s "$D" "$T/crond"
	expect 0 ssd -S -b -m -p "$P" -x "$T/sysd"
	finds -x "$T/sysd"
	finds_not -x "$T/crond"
	expect 0 ssd -S -b -x "$T/crond"
	expect 1 ssd -S -b -x "$T/crond"
	is "$(pids_of "$D" | wc -l)" 2
	expect 0 ssd -K -R 5 -x "$T/crond"
	is "$(pids_of "$D")" "$(< "$P")"
	finds -x "$T/sysd"
}

@test "one file under several names: a daemon that changed its argv[0] is still found by its comm" {
	only_ours "compares otherwise"
	ln -s "$D" "$T/sysd"
	spawn bash -c 'exec -a "sysd: master" "$0"' "$T/sysd"
	until_true 5 runs "$pid" "$D"
	finds -x "$T/sysd"
}

@test "the file's own name finds all that runs it, by whatever link" {
	differs busybox "compares the text"
	differs openrc "compares the text"
	ln -s "$D" "$T/sysd"
	spawn "$T/sysd"
	until_true 5 runs "$pid" "$D"
	finds -x "$D"
}

@test "a daemon whose file was replaced by a new one is found by it" {
	need MATCH_FILES
	differs openrc "compares argv"
	started
	cp "$D" "$D.new"
	mv "$D.new" "$D"
	finds -x "$D"
	expect 1 ssd -S -b -m -p "$P" -x "$D"
	expect 1 ssd -S -b -x "$D"
	expect 0 ssd -K -R 5 -x "$D"
	until_true 5 dead "$pid"
}

@test "a daemon whose file was replaced is found through a symlink to it" {
	need MATCH_FILES
	differs busybox "compares the text"
	differs openrc "compares argv"
	mkdir "$T/other"
	ln -s "$D" "$T/other/idled"
	started
	cp "$D" "$D.new"
	mv "$D.new" "$D"
	finds -x "$T/other/idled"
}

@test "a daemon whose file was removed is found by its name, and by its old path" {
	need MATCH_FILES
	differs dpkg "exits 2"
	started
	rm "$D"
	finds -n idled
	finds -x "$D"
	finds_not -x "$D.x"
}

@test "a daemon whose file was renamed is found by the new name" {
	differs busybox "compares the text"
	differs openrc "compares argv"
	started
	mv "$D" "$T/renamed"
	finds -x "$T/renamed"
}

@test "a file that really ends in (deleted)" {
	differs dpkg "strips it"
	cp "$D" "$T/d (deleted)"
	spawn "$T/d (deleted)"
	until_true 5 runs "$pid" "$T/d (deleted)"
	finds -x "$T/d (deleted)"
	cp "$D" "$T/d"
	finds_not -x "$T/d"
}

# ---- scripts ---------------------------------------------------------------------------------------------------------

# a script with an interpreter of its own, which runs until it is killed
script() {
	[ -e "$T/sh" ] || cp "$(readlink -f "$(command -v dash bash | head -1)")" "$T/sh"
	printf '#!%s\n: > "%s/%s.ready"\nwhile :; do read x < "%s/fifo"; done\n' "${2-$T/sh}" "$T" "$1" "$T" > "$T/$1"
	chmod +x "$T/$1"
	[ -p "$T/fifo" ] || mkfifo "$T/fifo"
}

@test "a script is found by its path, and stopped" {
	need MATCH_FILES
	differs dpkg "is its interpreter"
	differs busybox "is its interpreter"
	differs openrc "is its interpreter without -i"
	script scripted
	script scripted2
	expect 0 ssd -S -b -m -p "$P" -x "$T/scripted"
	until_true 5 test -e "$T/scripted.ready"
	finds -x "$T/scripted"
	finds_not -x "$T/scripted2"
	expect 1 ssd -S -b -m -p "$P" -x "$T/scripted"
	expect 0 ssd -K -R 5 -p "$P" -x "$T/scripted"
	dead "$(< "$P")"
}

@test "a script is found by its name" {
	script scripted
	expect 0 ssd -S -b -m -p "$P" -x "$T/scripted"
	until_true 5 test -e "$T/scripted.ready"
	finds -n scripted
	finds_not -n sh
	expect 0 ssd -K -R 5 -p "$P" -n scripted
}

@test "a script whose first line has an option, and one through env" {
	need MATCH_FILES
	only_ours "is its interpreter"
	script scripted "$T/sh -e"
	script envied "/usr/bin/env sh"
	expect 0 ssd -S -b -m -p "$P" -x "$T/scripted"
	until_true 5 test -e "$T/scripted.ready"
	finds -x "$T/scripted"
	PATH=$T:$PATH expect 0 ssd -S -b -m -p "$P.2" -x "$T/envied"
	until_true 5 test -e "$T/envied.ready"
	PATH=$T:$PATH finds -x "$T/envied"
	expect 1 ssd -S -b -x "$T/scripted"
}

@test "a script is found through its interpreter's path, as the interpreter" {
	differs openrc "compares argv"
	differs busybox "compares the text"
	script scripted
	expect 0 ssd -S -b -m -p "$P" -x "$T/scripted"
	until_true 5 test -e "$T/scripted.ready"
	finds -x "$T/sh"
}

@test "a process that has the script as some argument does not run it" {
	only_ours "never finds scripts"
	script scripted
	spawn "$D" wait 1 wait 1 "$T/scripted"
	spawn "$T/sh" -c 'read x < "$2/fifo"; :' one two "$T" "$T/scripted"
	until_true 5 runs "$pid" "$T/sh"
	finds_not -x "$T/scripted"
}

# ---- who never is -------------------------------------------------------------------------------------------------------

# an init script of that name, which calls us with these words
init_script() {
	printf '#!%s\nstart-stop-daemon %s\necho "rc $?"\n' "$(command -v bash)" "$2" > "$T/$1"
	chmod +x "$T/$1"
}

@test "the script that calls us is not meant by --name, though it has the daemon's name" {
	need START_STOP_DAEMON_USUAL
	only_ours "kills it"
	init_script idled "-K -n idled"
	mv "$D" "$T/daemon"
	mv "$T/idled" "$D"
	mkdir "$T/sbin"
	mv "$T/daemon" "$T/sbin/idled" 2> /dev/null || true
	expect 0 "$D"
	says 'rc 1'
}

@test "nor by --exec, nor its own caller" {
	only_ours "kills it"
	init_script inner "-K -s KILL -n outer; start-stop-daemon -K -s KILL -x $T/inner; start-stop-daemon -K -s KILL -x $T/outer; \
		start-stop-daemon -K -s KILL -x $(command -v bash) --ppid \$PPID"
	printf '#!%s\n%s/inner\necho outer done\n' "$(command -v bash)" "$T" > "$T/outer"
	chmod +x "$T/outer"
	expect 0 "$T/outer"
	says 'rc 1'
	says 'outer done'
}

@test "the daemon of the script's name is found beside the script" {
	need START_STOP_DAEMON_USUAL
	need START_STOP_DAEMON_RETRY
	differs dpkg "kills the script"
	differs busybox "kills the script"
	differs openrc "kills the script"
	mkdir "$T/init.d"
	init_script init.d/idled "-K -R 5 -n idled"
	started
	expect 0 "$T/init.d/idled"
	says 'rc 0'
	dead "$pid"
}

@test "PID 1 is not meant by any scan" {
	need START_STOP_DAEMON_USUAL
	need START_STOP_DAEMON_CRED OPT_LONG
	only_ours "takes it"
	need_command nsenter
	spawn unshare -fpm --mount-proc --kill-child "$D"
	until_true 5 eval '[ -n "$(pids_of "$D")" ]'
	local inside
	inside="nsenter -t $(pids_of "$D") -p -m start-stop-daemon"
	expect 1 $inside -K -s KILL -x "$D"
	expect 1 $inside -K -s KILL -n idled
	expect 1 $inside -K -s KILL -u root
	expect 0 $inside -K -t --pid 1
	[ -n "$(pids_of "$D")" ]
}

@test "start-stop-daemon is not meant by any scan" {
	expect 1 ssd -K -s KILL -n start-stop-daemon
	only_ours "signals itself"
	expect 1 ssd -K -s KILL -x "$(readlink -f "$(command -v start-stop-daemon)")"
}

@test "kernel threads are not meant" {
	finds_not -n kthreadd
}

# a zombie named idled; $pid
zombie() {
	perl -e 'my $pid = fork; if (!$pid) { exec shift @ARGV, "exit", "0" }
		open F, ">", "$ARGV[1].new"; print F "$pid\n"; close F; rename "$ARGV[1].new", $ARGV[1]; sleep 1 while 1' \
		"$D" "$T/zombie" > /dev/null 2>&1 3>&- &
	disown
	until_true 5 test -s "$T/zombie"
	pid=$(< "$T/zombie")
	until_true 5 grep -q '(idled) Z' "/proc/$pid/stat"
}

@test "a zombie does not run: by name, and by file" {
	differs dpkg "takes it for alive"
	differs busybox "takes it for alive"
	differs openrc "takes it for alive"
	zombie
	finds_not -n idled
	finds_not -x "$D"
	expect 1 ssd -K -n idled
	expect 3 ssd -T -n idled
	expect 0 ssd -S -b -n idled -x "$D"
}

@test "a zombie does not run: by pidfile, and by number" {
	differs dpkg "takes it for alive"
	differs busybox "takes it for alive"
	differs openrc "takes it for alive"
	zombie
	echo "$pid" > "$P"
	finds_not -p "$P"
	expect 1 ssd -K -p "$P"
	expect 1 ssd -K -R TERM/30/KILL/30 -p "$P"
	expect 1 ssd -T -p "$P"
	expect 3 ssd -T --pid "$pid"
	expect 0 ssd -S -b -m -p "$P" -x "$D"
}

@test "a stopped process runs, and is killed" {
	started
	kill -STOP "$pid"
	until_true 5 grep -q '(idled) T' "/proc/$pid/stat"
	finds -p "$P" -x "$D"
	expect 1 ssd -S -b -m -p "$P" -x "$D"
	expect 0 ssd -K -s KILL -p "$P" -x "$D"
	until_true 5 dead "$pid"
}

@test "a process in a pid namespace below ours is not meant by a scan" {
	only_ours "kills it"
	spawn unshare -fp --kill-child "$D"
	until_true 5 eval '[ -n "$(pids_of "$D")" ]'
	finds_not -x "$D"
	finds_not -n idled
	pids_of "$D" > "$P"
	finds -p "$P"
	finds --pid "$(< "$P")"
}

@test "another file under the same path, in another mount namespace, is not meant" {
	differs dpkg "compares the text"
	differs busybox "compares the text"
	differs openrc "compares the text"
	need_root
	mkdir -p "$T/one" "$T/two"
	cp "$D" "$T/one/d"
	cp "$D" "$T/two/d"
	spawn unshare -m sh -c "mount --bind $T/two $T/one && exec $T/one/d"
	until_true 5 runs "$pid" "$T/two/d"
	finds_not -x "$T/one/d"
	kill -9 "$pid"
}

# ---- users and parents ---------------------------------------------------------------------------------------------------

@test "--user means the user that the process acts for" {
	differs openrc "uid 0 is no filter"
	need_root
	spawn setpriv --reuid=65534 --regid=65534 --clear-groups "$D"
	until_true 5 runs "$pid" "$D"
	until_true 5 eval '[ "$(status_of "$pid" Uid)" = $'\''65534\t65534\t65534\t65534'\'' ]'
	finds -u nobody
	finds -u 65534
	finds -u nobody -x "$D"
	finds_not -u root -x "$D"
	finds_not -u daemon
	expect 0 ssd -K -u nobody
	until_true 5 dead "$pid"
}

@test "--user takes a number that is nobody's" {
	need_root
	finds_not -u 54321
	spawn setpriv --reuid=54321 --regid=65534 --clear-groups "$D"
	until_true 5 runs "$pid" "$D"
	finds -u 54321
}

@test "--ppid means children, not grandchildren" {
	differs busybox "has no --ppid"
	differs openrc "has no --ppid"
	running child child
	expect 0 ssd -K -t --ppid "$pid"
	is "$(grep -c 'Would send' <<< "$out")" 2
	finds_not --ppid "$pid" -n other
	finds --ppid "$pid" -n idled
}

@test "another user's process, whose file one may not see, is found by its path" {
	need MATCH_FILES
	differs busybox "and may not be signalled"
	differs dpkg "is not"
	need_root
	running
	expect 0 nobodys_ssd -K -t -x "$D"
	expect 1 nobodys_ssd -S -x "$D"
	alive "$pid"
}

@test "another user's process is not believed to run what its argv[0] says" {
	differs busybox "is"
	need_root
	cp "$D" "$T/other"
	spawn setpriv --reuid=54321 --regid=65534 --clear-groups bash -c 'exec -a "$0" "$1"' "$D" "$T/other"
	until_true 5 runs "$pid" "$T/other"
	expect 1 nobodys_ssd -K -t -x "$D"
}

@test "with an empty /proc a pidfile alone does" {
	only_ours "needs it"
	need_root
	! without_pidfds || skip "without pidfds it cannot be held"
	started
	expect 0 unshare -m sh -c 'mount -t tmpfs none /proc && exec start-stop-daemon -K -R 5 -p "$0"' "$P"
	dead "$pid"
}

@test "with an empty /proc whether a pidfile's process runs the program cannot be told: no second start, no \"dead\"" {
	only_ours "takes it for dead, or for the program"
	need_root
	started
	expect 4 unshare -m sh -c 'mount -t tmpfs none /proc && exec start-stop-daemon -T -p "$0" -x "$1"' "$P" "$D"
	says "cannot look"
	expect 2 unshare -m sh -c 'mount -t tmpfs none /proc && exec start-stop-daemon -S -b -m -p "$0" -x "$1"' "$P" "$D"
	is "$(< "$P")" "$pid"
	is "$(pids_of "$D")" "$pid"
	expect 2 unshare -m sh -c 'mount -t tmpfs none /proc && exec start-stop-daemon -K -p "$0" -x "$1"' "$P" "$D"
	alive "$pid"
}

@test "nor with --identify whether it is the same process" {
	only_ours "none has it"
	need_root
	expect 0 start-stop-daemon -S -b -m --identify -p "$P" -x "$D"
	pid=$(head -n 1 "$P")
	expect 4 unshare -m sh -c 'mount -t tmpfs none /proc && exec start-stop-daemon -T -p "$0"' "$P"
	expect 2 unshare -m sh -c 'mount -t tmpfs none /proc && exec start-stop-daemon -K -p "$0"' "$P"
	alive "$pid"
}

@test "with an empty /proc a scan fails, and says so" {
	only_ours "finds nothing"
	need_plain "the sanitizer says, too, that it misses /proc"
	need_root
	started
	expect 2 unshare -m sh -c 'mount -t tmpfs none /proc && exec start-stop-daemon -K -x "$0"' "$D"
	complains
	expect 4 unshare -m sh -c 'mount -t tmpfs none /proc && exec start-stop-daemon -T -x "$0"' "$D"
	expect 2 unshare -m sh -c 'mount -t tmpfs none /proc && exec start-stop-daemon -S -b -x "$0"' "$D"
	alive "$pid"
}

# ---- what a scan costs -----------------------------------------------------------------------------------------------------

# $price: system calls that 50 processes more cost, with these criteria
find_price() {
	strace -qq -o "$T/before" start-stop-daemon -T "$@" || true
	cp "$D" "$T/crowd"
	spawn "$T/crowd" many 49 pid "$T/crowd.ready"
	until_true 5 test -e "$T/crowd.ready"
	is "$(pids_of "$T/crowd" | wc -l)" 50
	strace -qq -o "$T/after" start-stop-daemon -T "$@" || true
	price=$(($(calls "$T/after") - $(calls "$T/before")))
	echo "$price for 50"
}

@test "a process that does not match costs --name three system calls" {
	only_ours "costs more"
	need_command strace
	find_price -n nosuchprogram
	((price >= 50 && price <= 152))
}

@test "a process that does not match costs --exec one system call" {
	only_ours "costs more"
	need_command strace
	cp "$D" "$T/other"
	find_price -x "$T/other"
	((price >= 50 && price <= 52))
}

@test "a process that does not match costs --user three system calls" {
	only_ours "costs more"
	need_command strace
	find_price -u 54321
	((price >= 50 && price <= 152))
}

@test "a process that does not match costs --ppid three system calls" {
	only_ours "costs more"
	need_command strace
	find_price --ppid 4194000
	((price >= 50 && price <= 152))
}

@test "a thousand processes that match are all held and signalled" {
	need_command strace
	running many 999
	is "$(pids_of "$D" | wc -l)" 1000
	expect 0 ssd -K -R TERM/20/KILL/20 -x "$D"
	until_true 20 eval '[ -z "$(pids_of "$D")" ]'
}
