#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# pidof: whom it finds, in which order, and what it prints.
# against: sysvinit procps busybox toybox
load helper
load peers

prepare() {
	applet pidof
}

# prints just this line
finds() {
	expect 0 pidof "${@:2}"
	is "$out" "$1"
	is "$err" ''
}

finds_nobody() {
	expect 1 pidof "$@"
	is "$out" ''
}

# ---- what is printed ----------------------------------------------------------------------------------------------

@test "the pids of all processes of the name, the last first, on one line" {
	differs toybox "the first first"
	running mouse; local a=$pid
	running mouse; local b=$pid
	running mousetrap
	finds "$b $a" mouse
}

@test "a name that nobody has prints nothing, and the status is 1" {
	finds_nobody nosuch
	is "$err" ''
}

@test "several names, in their order" {
	differs toybox "in the order of pids"
	running mouse; local a=$pid
	running rat; local b=$pid
	running mouse; local c=$pid
	finds "$c $a $b" mouse rat
	finds "$b $c $a" rat mouse
}

@test "a name given twice is answered twice" {
	running mouse
	finds "$pid $pid" mouse mouse
}

@test "the status is 0 when one of the names is found" {
	running mouse
	finds "$pid" nosuch mouse
}

@test "without a name it says nothing, and the status is 1" {
	expect 1 pidof
	is "$output" $'\n'
	expect 1 pidof --
	is "$output" $'\n'
}

@test "a hundred and more pids are printed whole" {
	differs toybox "the first first"
	running mouse many 150
	expect 0 pidof mouse
	is "$(wc -w <<< "$out")" 151
	is "$(tr ' ' '\n' <<< "$out" | sort -rn | tr '\n' ' ')" "$out "
}

@test "a list that cannot be written is no success" {
	differs toybox "says it in other words"
	differs "sysvinit procps busybox" "exits with 0"
	running mouse
	expect 1 bash -c 'pidof mouse > /dev/full'
	says "rror"
	expect 1 bash -c 'pidof mouse >&-'
}

@test "closed stdin and stderr do it no harm" {
	running mouse
	is "$(pidof mouse <&- 2>&-)" "$pid"
}

# ---- options ------------------------------------------------------------------------------------------------------

@test "-s prints one pid for each name, the last started" {
	differs toybox "one in all, the first"
	differs busybox "may lack -s"
	running mouse
	running mouse; local a=$pid
	running rat
	running rat; local b=$pid
	finds "$a" -s mouse
	finds "$a $b" -s mouse rat
	finds "$b $a" rat mouse -s
	finds_nobody -s nosuch
}

@test "--single-shot is -s" {
	differs toybox "no long options"
	differs "sysvinit busybox" "no long options"
	running mouse
	running mouse
	finds "$pid" --single-shot mouse
}

@test "-q prints nothing" {
	differs toybox "no -q"
	differs busybox "no -q"
	running mouse
	expect 0 pidof -q mouse
	is "$output" $'\n'
	finds_nobody -q nosuch
}

@test "-S puts another text between" {
	differs toybox "no -S"
	differs "sysvinit busybox" "no -S"
	running mouse; local a=$pid
	running mouse; local b=$pid
	running rat; local c=$pid
	finds "$b,$a" -S , mouse
	finds "$b,$a,$c" -S, mouse rat
	finds "$b -p $a" -S ' -p ' mouse
	finds "$b$a" -S '' mouse
	finds "$b"$'\n'"$a" -S $'\n' mouse
	finds "$b%s$a" --separator %s mouse
	finds "$b=$a" --separator== mouse
}

@test "-o leaves pids out, one, a list, or by several -o" {
	differs toybox "of several -o the last counts"
	differs busybox "may lack -o"
	running mouse; local a=$pid
	running mouse; local b=$pid
	running mouse; local c=$pid
	finds "$c $b" -o "$a" mouse
	finds "$b" -o "$a,$c" mouse
	finds "$b" -o "$a;$c" mouse
	finds "$b" -o "$a:$c" mouse
	finds "$b" -o "$a" -o "$c" mouse
	finds "$b" mouse -o "$c,$a"
	finds_nobody -o "$a,$b,$c" mouse
	finds "$c $b $a" -o 4194304 mouse
}

@test "--omit-pid is -o" {
	differs toybox "no long options"
	differs "sysvinit busybox" "no long options"
	running mouse; local a=$pid
	running mouse
	finds "$pid" --omit-pid "$a" mouse
	finds "$pid" --omit-pid="$a" mouse
}

@test "-o %PPID leaves out who calls it" {
	differs toybox "does not know it"
	differs busybox "may lack -o"
	printf '#!%s\n' "$(command -v bash)" > mouse
	echo 'pidof -x mouse > all; pidof -x -o %PPID mouse > others; exit 7' >> mouse
	chmod 755 mouse
	running mouse
	expect 7 ./mouse
	is "$(wc -w < all)" 2
	is "$(cat others)" "$pid"
}

@test "what is no pid behind -o is told and left out, and the others count" {
	differs toybox "says nothing"
	differs "sysvinit busybox" "says so in the system's log; ends there"
	running mouse; local a=$pid
	running mouse; local b=$pid
	local junk
	for junk in junk -1 12x '' %X 99999999999; do
		expect 0 pidof -o "$junk" -o "$a" mouse
		is "$out" "$b"
		says "$junk"
		[ "$err" ]
	done
}

@test "an omitted pid is no other one by overflow or by half" {
	differs busybox "may lack -o"
	running mouse
	expect 0 pidof -o $((pid + 4294967296)) mouse || expect 1 pidof -o $((pid + 4294967296)) mouse
	[ "$status" = 1 ] || is "$out" "$pid"
	finds "$pid" -o "${pid}0" mouse
}

@test "-x finds scripts by their name, short and long, and without -x they are not found" {
	differs busybox "finds them always"
	local name
	for name in scripty script-of-a-long-name; do
		script "$name"
		spawn "./$name"
		until_true 5 test -s up
		finds "$pid" -x "$name"
		finds_nobody "$name"
		kill -KILL "$pid"
	done
}

script() {
	printf '#!%s %s\n' "$(command -v bash)" "${2-}" > "$1"
	echo 'echo up > up; read -r < fifo; exit' >> "$1"
	chmod 755 "$1"
	rm -f up fifo
	mkfifo fifo
}

@test "-x passes over an option of the interpreter" {
	differs busybox "no -x"
	differs procps "takes the option for the script"
	script scripty -e
	spawn ./scripty
	until_true 5 test -s up
	finds "$pid" -x scripty
}

@test "-x does not find who only names the script" {
	differs toybox "takes any first argument for a script"
	differs "sysvinit procps" "takes any first argument for a script"
	called editor editor child
	finds_nobody -x child
}

@test "-c finds only processes with our root directory" {
	differs toybox "no -c"
	differs busybox "no -c"
	need_root
	running mouse; local a=$pid
	mkdir root
	cp "$VICTIM" root/mouse
	spawn chroot root /mouse
	until_true 5 has_argv_only "$pid" /mouse
	finds "$pid $a" mouse
	finds "$a" -c mouse
	differs sysvinit "no long options"
	finds "$a" --check-root mouse
}

has_argv_only() {
	local p=$1
	shift
	printf '%s\0' "$@" | cmp -s - "/proc/$p/cmdline"
}

@test "-c is for root: others are not asked" {
	differs toybox "no -c"
	differs busybox "no -c"
	need_root
	need_command setpriv
	running mouse
	expect 0 as_nobody pidof -c mouse
	is "$out" "$pid"
}

@test "letters in one word: -sq, -sx, -xqc" {
	differs toybox "no such letters"
	differs busybox "no such letters"
	running mouse
	running mouse
	finds "$pid" -sx mouse
	expect 0 pidof -sqx mouse
	is "$out" ''
}

@test "options stand among the names, and two dashes end them" {
	differs toybox "one in all, the first"
	differs busybox "may lack -s"
	running -s
	finds "$pid" -- -s
	running mouse
	running mouse
	finds "$pid" mouse -s
}

@test "an option that is none ends it with status 1" {
	running mouse
	local o
	for o in -Y --nosuch -sY; do
		expect 1 pidof "$o" mouse
		is "$out" ''
		[ "${AGAINST-}" ] || says "Try 'pidof --help'"
	done
	differs "sysvinit procps busybox" "takes it for no option"
	expect 1 pidof mouse -o
	expect 1 pidof --single mouse
	is "$out" ''
}

@test "--help and --version are answers on stdout" {
	ours "others have other places for it"
	expect 0 pidof --help
	is "$err" ''
	says "Usage: pidof"
	expect 0 pidof --version
	is "$err" ''
	says pidof
}

@test "64 names are taken, and 65 are too many" {
	ours "takes any number"
	running mouse
	local names=() i
	for i in {1..63}; do names+=("nosuch$i"); done
	finds "$pid" "${names[@]}" mouse
	expect 1 pidof "${names[@]}" x mouse
	says "name 'mouse': Argument list too long"
}

# ---- names --------------------------------------------------------------------------------------------------------

@test "names of 15, 16 and 22 bytes" {
	local name
	for name in fifteen-bytes-x sixteen-bytes-xy twenty-two-bytes-long; do
		running "$name"
		finds "$pid" "$name"
	done
}

@test "the first 15 bytes of a longer name are another name" {
	running sixteen-bytes-xy
	finds_nobody sixteen-bytes-x
	finds_nobody sixteen-bytes-xz
	finds_nobody sixteen-bytes-xyz
}

@test "names with brackets, backslashes and quotes" {
	local name
	for name in '(sd-pam)' 'a)b' '((' ')R' 'back\slash' 'back\nslash' "it's" '*' 'a[b]' 'a%sb' $'\xff\xfe'; do
		running "$name"
		finds "$pid" "$name"
	done
}

@test "names with blanks and newlines" {
	differs "sysvinit procps" "takes what follows a blank for a title"
	local name
	for name in 'two words' ') R 1 1' $'new\nline' $'tab\there'; do
		running "$name"
		finds "$pid" "$name"
	done
}

@test "what it calls itself in argv[0] counts, and the path before it does not" {
	differs toybox "compares what follows the last slash"
	differs busybox "takes the program's file too"
	differs procps "takes the program's file too"
	called mouse /usr/sbin/impostor
	finds "$pid" impostor
	finds_nobody mouse
	differs "sysvinit busybox" "knows the whole argv[0] only"
	finds_nobody /sbin/impostor
}

@test "the dash of a login shell does not count" {
	differs toybox "takes it for part of the name"
	differs "sysvinit busybox" "takes it for part of the name"
	called mouse -login-mouse
	finds "$pid" login-mouse
}

@test "a title at run time, as of a worker, does not hide the name" {
	differs toybox "takes the whole text for the name"
	differs busybox "takes the whole text for the name"
	called worker "worker: waiting for work"
	finds "$pid" worker
	finds_nobody work
}

@test "a title does not lend another's name" {
	differs "sysvinit procps busybox" "has other rules"
	called mouse "rat: waiting for work"
	finds_nobody rat
}

@test "an argument is no name" {
	called mouse mouse child
	finds_nobody child
}

@test "zombies are not found" {
	differs toybox "finds them"
	differs busybox "finds them"
	zombie ghost
	finds_nobody ghost
	finds_nobody -x ghost
}

@test "it never finds itself" {
	differs toybox "finds itself"
	differs "sysvinit procps busybox" "finds itself"
	finds_nobody pidof
}

@test "who calls it is found" {
	differs busybox "no -x"
	printf '#!%s\n' "$(command -v bash)" > mouse
	echo 'pidof -x mouse; exit' >> mouse
	chmod 755 mouse
	expect 0 ./mouse
	is "$(wc -w <<< "$out")" 1
}

@test "a process in a container is not found by its name" {
	differs toybox "finds what runs in any inner namespace"
	differs "sysvinit procps busybox" "finds what runs in any inner namespace"
	need_root
	victim mouse
	spawn unshare -fp --kill-child "$VICTIM" pid ready
	until_true 5 test -e ready
	finds_nobody mouse
}

@test "an empty name is an error" {
	ours "means nobody there"
	running mouse
	expect 1 pidof ''
	says "name '': Invalid argument"
	expect 1 pidof mouse ''
	is "$out" ''
}

# ---- paths --------------------------------------------------------------------------------------------------------

@test "a path is the file, whatever its processes call themselves" {
	differs busybox "compares texts"
	called mouse impostor
	finds "$pid" "$VICTIM"
}

@test "another file of the same name is another program" {
	differs toybox "compares names where there is no such file"
	running mouse
	mkdir other
	cp "$VICTIM" other/mouse
	finds_nobody "$T/other/mouse"
	finds_nobody /no/such/mouse
}

@test "a program whose file was replaced or removed is still that path" {
	differs toybox "compares inodes"
	need MATCH_FILES
	differs busybox "compares texts"
	running mouse; local a=$pid
	cp "$VICTIM" new
	mv new "$VICTIM"
	finds "$a" "$VICTIM"
	rm "$VICTIM"
	finds "$a" "$VICTIM"
}

@test "one file under two names: the name it was called by counts" {
	differs toybox "takes them for one"
	need MATCH_FILES
	differs busybox "compares texts"
	differs "sysvinit procps" "takes them for one"
	victim mouse
	ln -s mouse "${VICTIM%/*}/rat"
	ln -s mouse "${VICTIM%/*}/third"
	spawn "${VICTIM%/*}/rat" pid ready
	until_true 5 test -e ready
	finds "$pid" "${VICTIM%/*}/rat"
	finds_nobody "${VICTIM%/*}/third"
}

@test "a script by its path" {
	differs toybox "finds nobody"
	need MATCH_FILES
	differs "sysvinit procps busybox" "not without -x, or not at all"
	script scripty
	spawn "$T/scripty"
	until_true 5 test -s up
	finds "$pid" "$T/scripty"
	finds_nobody "$T/up"
}

@test "names and paths together" {
	running mouse; local a=$pid
	running rat
	finds "$a $pid" mouse "$VICTIM"
}

# ---- trouble ------------------------------------------------------------------------------------------------------

@test "another user's processes are found by name and by path" {
	differs toybox "needs the link"
	need MATCH_FILES
	need_root
	need_command setpriv
	running mouse
	expect 0 as_nobody pidof mouse
	is "$out" "$pid"
	differs "sysvinit busybox" "needs the link"
	expect 0 as_nobody pidof "$VICTIM"
	is "$out" "$pid"
}

@test "without /proc it says that it cannot look" {
	differs toybox "looks at what lies below"
	differs "sysvinit procps busybox" "says nothing"
	need_root
	running mouse
	# shellcheck disable=SC2016 # the inner shell's
	expect 1 unshare -m bash -c 'umount -l /proc && exec pidof mouse'
	says "cannot look"
}

@test "more processes than there may be open files are all found, or it says so" {
	running mouse many 60
	# shellcheck disable=SC2016
	run bash -c 'ulimit -n 40; pidof mouse'
	[ "$status" = 1 ] || is "$(wc -w <<< "$output")" 61
}

@test "a process that does not match costs 3 system calls, with a path 1" {
	differs toybox "4"
	differs "sysvinit procps busybox" "7 and more"
	need_command strace
	scan_cost pidof nosuch
	[ "$cost" -le 310 ]
	victim mouse
	scan_cost pidof "$VICTIM"
	[ "$cost" -le 110 ]
	scan_cost pidof -x nosuch neither nor-this
	[ "$cost" -le 310 ]
}

# ---- what only some have ------------------------------------------------------------------------------------------

@test "-d puts another text between, too" {
	differs toybox "no -d"
	differs busybox "no -d"
	running mouse; local a=$pid
	running mouse
	expect 0 pidof -d , mouse
	is "$out" "$pid,$a"
	differs sysvinit "takes one byte"
	expect 0 pidof -d ' and ' mouse
	is "$out" "$pid and $a"
}

@test "-z finds zombies by their name" {
	differs toybox "no -z"
	differs busybox "no -z"
	zombie ghost
	expect 1 pidof ghost
	expect 0 pidof -z ghost
	is "$out" "$zombie"
}

@test "-w finds who gave itself a name" {
	differs toybox "no -w"
	differs "sysvinit busybox" "no -w"
	running mouse name renamed
	expect 1 pidof renamed
	expect 0 pidof -w renamed
	is "$out" "$pid"
	expect 0 pidof --with-workers mouse
	is "$out" "$pid"
}

@test "-w finds what has no command line" {
	differs toybox "no -w"
	differs "sysvinit busybox" "no -w"
	called mouse ''
	expect 1 pidof mouse
	expect 0 pidof -w mouse
	is "$out" "$pid"
}

@test "-t prints the ids of all threads, the last first" {
	differs toybox "no -t"
	differs "sysvinit busybox" "no -t"
	running mouse threads 2
	local ids
	# shellcheck disable=SC2012 # numbers
	ids=$(ls "/proc/$pid/task" | sort -rn | tr '\n' ' ')
	is "$(wc -w <<< "$ids")" 3
	expect 0 pidof -t mouse
	is "$out" "${ids% }"
	expect 0 pidof --lightweight -s mouse
	is "$out" "${ids% }"
}

@test "-m and -n change nothing" {
	differs toybox "no -m"
	differs "sysvinit busybox" "no -m"
	running mouse
	expect 0 pidof -m -n mouse
	is "$out" "$pid"
}

@test "-h and -V are answers on stdout" {
	ours "others have other words"
	expect 0 pidof -h
	says "Usage: pidof"
	is "$err" ''
	expect 0 pidof -V
	says "(initbox)"
	is "$err" ''
}

@test "256 pids are left out, and one more is an error" {
	ours "takes any number"
	running mouse
	local list
	list=$(seq -s , 900001 900256)
	finds "$pid" -o "$list" mouse
	expect 1 pidof -o "$list,900257" mouse
	says "900257"
}
