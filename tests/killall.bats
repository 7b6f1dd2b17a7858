#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# killall: whom it hits, with what, and what it says.
# against: psmisc busybox toybox
load helper
load peers

prepare() {
	applet killall
	ME='killall: ' # before each line of ours
	[ -z "${AGAINST-}" ] || ME=
}

# ---- names --------------------------------------------------------------------------------------------------------

@test "all processes of the name get TERM, and no other" {
	running mouse; local a=$pid
	running mouse; local b=$pid
	running mousetrap; local c=$pid
	expect 0 killall mouse
	is "$output" $'\n'
	hits "$a" "$b"
	misses "$c"
}

@test "several names, each with its processes" {
	running mouse; local a=$pid
	running rat; local b=$pid
	expect 0 killall mouse rat
	hits "$a" "$b"
}

@test "a name that nobody has is told, the others are signalled, and the status is 1" {
	differs toybox "says: No such process"
	differs busybox "says: no process killed"
	running mouse
	expect 1 killall nosuch mouse
	is "$err" "${ME}nosuch: no process found"
	is "$out" ''
	hits "$pid"
}

@test "two names that nobody has are told one by one, and the status is 1 still" {
	differs busybox "counts: 2"
	expect 1 killall nosuch neither
	says nosuch
	says neither
}

@test "a name given twice is no name without a process" {
	differs busybox "the second finds it dead"
	differs psmisc "the second is not found"
	running mouse
	expect 0 killall mouse mouse
	hits "$pid"
}

@test "names of 15, 16 and 22 bytes" {
	local name
	for name in fifteen-bytes-x sixteen-bytes-xy twenty-two-bytes-long; do
		running "$name"
		expect 0 killall "$name"
		hits "$pid"
	done
}

@test "the first 15 bytes of a longer name are another name" {
	running sixteen-bytes-xy
	expect 1 killall sixteen-bytes-x
	expect 1 killall sixteen-bytes-xz
	expect 1 killall sixteen-bytes-xyz
	misses "$pid"
}

@test "names with blanks, brackets, backslashes and quotes" {
	local name
	for name in 'two words' '(sd-pam)' 'a)b' '((' ') R 1' ') Z 1 1' 'back\slash' 'back\nslash' "it's" '*' 'a[b]' 'a%sb' \
		$'tab\there' $'\xff\xfe'; do
		running "$name"
		expect 0 killall -- "$name"
		hits "$pid"
	done
}

@test "a name with a newline" {
	differs psmisc "does not see it"
	running $'new\nline'
	expect 1 killall new
	expect 1 killall line
	expect 0 killall $'new\nline'
	hits "$pid"
}

@test "a newline in a name hides nobody else's" {
	running $'x\nName: y'; local a=$pid
	running mouse
	expect 0 killall mouse
	hits "$pid"
	misses "$a"
}

@test "the name is that of the program and not what it calls itself in argv[0]" {
	differs toybox "takes both"
	differs busybox "takes both"
	called mouse impostor
	expect 1 killall impostor
	misses "$pid"
	expect 0 killall mouse
	hits "$pid"
}

@test "a name that a process gave itself counts" {
	running mouse name renamed
	expect 0 killall renamed
	hits "$pid"
}

@test "a script is hit by its own name, short and long" {
	local name
	for name in scripty script-of-a-long-name; do
		printf '#!%s\n' "$(command -v bash)" > "$name"
		echo 'echo up > up; read -r < fifo; exit' >> "$name"
		chmod 755 "$name"
		rm -f up fifo
		mkfifo fifo
		spawn "./$name"
		until_true 5 test -s up
		expect 0 killall "$name"
		hits "$pid"
	done
}

@test "an interpreter's argument is no name" {
	differs toybox "takes it for one"
	mkfifo fifo
	echo 'echo up > up; read -r < fifo; exit' > scripty
	spawn bash scripty
	until_true 5 test -s up
	expect 1 killall scripty
	misses "$pid"
}

@test "a zombie is nobody" {
	differs toybox "signals it"
	differs psmisc "signals it"
	differs busybox "signals it"
	zombie ghost
	expect 1 killall ghost
	says "ghost: no process found"
}

@test "an empty name is an error, and nobody is signalled" {
	[ "${AGAINST-}" != toybox ] || skip "toybox: everybody without an argument gets TERM, this test too"
	running mouse
	expect 1 killall ''
	expect 1 killall mouse ''
	[ "${AGAINST-}" ] || misses "$pid"
	[ "${AGAINST-}" ] || says "name '': Invalid argument"
}

@test "itself is nobody" {
	differs busybox "exits with 0"
	expect 1 killall killall
}

@test "who calls it is spared: the script of the name, and what the script was called by" {
	ours "they signal their own callers"
	printf '#!%s\n' "$(command -v bash)" > mouse
	# shellcheck disable=SC2016
	echo '[ "$1" ] || { "$0" inner; exit; }; killall mouse; echo $? > "$1"; exit' >> mouse
	chmod 755 mouse
	cp mouse script
	running mouse
	cp script "$T/mouse"
	expect 0 "$T/mouse"
	is "$(cat inner)" 0
	hits "$pid"
}

@test "a process in a container is not hit by its name" {
	ours "they hit what runs in any inner namespace"
	need_root
	victim mouse
	spawn unshare -fp --kill-child "$VICTIM" pid ready
	until_true 5 test -e ready
	expect 1 killall mouse
	misses "$(child_of "$pid")"
}

# ---- paths --------------------------------------------------------------------------------------------------------

@test "a path is the file, whatever its processes are called" {
	differs busybox "compares texts"
	called mouse impostor
	expect 0 killall "$VICTIM"
	hits "$pid"
}

@test "another file of the same name is another program" {
	running mouse
	mkdir other
	cp "$VICTIM" other/mouse
	expect 1 killall "$T/other/mouse"
	misses "$pid"
}

@test "a relative path is a path too" {
	differs busybox "compares texts"
	running mouse
	expect 0 killall ../mouse
	hits "$pid"
}

@test "a program whose file was replaced or removed is still that path" {
	differs toybox "finds nobody"
	need MATCH_FILES
	differs psmisc "finds nobody"
	differs busybox "finds nobody"
	running mouse; local a=$pid
	cp "$VICTIM" new
	mv new "$VICTIM"
	expect 0 killall "$VICTIM"
	hits "$a"
	running mouse
	rm "$VICTIM"
	expect 0 killall "$VICTIM"
	hits "$pid"
}

@test "one file under two names: the name it was called by counts" {
	differs toybox "takes them for one"
	need MATCH_FILES
	differs busybox "compares texts"
	differs psmisc "takes them for one"
	victim mouse
	ln -s mouse "${VICTIM%/*}/rat"
	spawn "${VICTIM%/*}/rat" pid ready
	until_true 5 test -e ready
	ln -s mouse "${VICTIM%/*}/third"
	expect 1 killall "${VICTIM%/*}/third"
	misses "$pid"
	expect 0 killall "${VICTIM%/*}/rat"
	hits "$pid"
}

@test "a script by its path" {
	differs toybox "finds nobody"
	need MATCH_FILES
	differs psmisc "finds nobody"
	differs busybox "finds nobody"
	printf '#!%s\n' "$(command -v bash)" > scripty
	echo 'echo up > up; read -r < fifo; exit' >> scripty
	chmod 755 scripty
	mkfifo fifo
	spawn "$T/scripty"
	until_true 5 test -s up
	expect 1 killall "$T/up"
	expect 0 killall "$T/scripty"
	hits "$pid"
}

@test "a path that is not there is told, and the next name has its turn" {
	differs psmisc "stops there"
	running mouse
	expect 1 killall /no/such/file mouse
	says /no/such/file
	hits "$pid"
}

# ---- signals ------------------------------------------------------------------------------------------------------

got() {
	running mouse log got
	expect 0 killall "${@:2}"
	until_true 5 grep -q . got
	is "$(cat got)" "got $1"
	rm got
	kill -KILL "$pid"
}

@test "-s takes names with and without SIG, in any case, and numbers" {
	differs psmisc "upper case only"
	got 10 -s USR1 mouse
	got 10 -s SIGUSR1 mouse
	got 10 -s usr1 mouse
	got 10 -s sigusr1 mouse
	got 10 -s 10 mouse
	got 01 -s HUP mouse
}

@test "-sUSR1 and --signal=HUP and --signal HUP" {
	differs toybox "no long options"
	differs busybox "has no such spelling"
	got 10 -sUSR1 mouse
	got 01 --signal=HUP mouse
	got 01 --signal HUP mouse
}

@test "-SIGNAL: -INT -SIGINT -2 -USR1 -HUP" {
	got 02 -INT mouse
	got 02 -SIGINT mouse
	got 02 -2 mouse
	got 10 -USR1 mouse
	got 01 -HUP mouse
}

@test "-int is SIGINT and no word of letters" {
	differs toybox "no -sigint"
	differs psmisc "--interactive"
	got 02 -int mouse
	got 02 -sigint mouse
}

@test "-9 and -KILL and -s kill end who does not mind TERM" {
	differs psmisc "upper case only"
	local how
	for how in -9 -KILL -SIGKILL -kill '-s kill' '-s 9'; do
		running mouse ignore 15
		expect 0 killall mouse
		# shellcheck disable=SC2086 # words
		expect 0 killall $how mouse
		hits "$pid"
	done
}

@test "-cont is SIGCONT and nobody gets TERM" {
	differs psmisc "--context: everybody gets TERM"
	running mouse; local a=$pid
	running rat
	expect 0 killall -cont mouse
	misses "$a" "$pid"
}

@test "real-time signals by name" {
	need SIGNAL_NAMES
	differs busybox "may lack them"
	differs psmisc "does not know them"
	running mouse
	expect 0 killall -s RTMIN+1 mouse
	hits "$pid"
	running mouse
	expect 0 killall -RTMAX-1 mouse
	hits "$pid"
}

@test "-0 signals nobody and tells by its status" {
	running mouse
	expect 0 killall -0 mouse
	expect 1 killall -0 nosuch
	misses "$pid"
}

@test "a signal behind the name" {
	differs toybox "takes it for a name"
	differs busybox "takes it for a name"
	got 10 mouse -USR1
	got 10 mouse -s USR1
}

@test "of two signals the last counts" {
	differs toybox "takes the second for a name"
	differs busybox "takes the second for a name"
	got 10 -HUP -USR1 mouse
	got 10 -s HUP -s USR1 mouse
}

@test "a signal that is none ends it with status 1, and nobody is signalled" {
	differs toybox "takes an empty one for 0"
	running mouse
	local s
	for s in NOPE 65 -1 18x '' TERMX SIG 4294967311; do
		differs psmisc "sends numbers over 64, and 18x as 18"
		expect 1 killall -s "$s" mouse
		[ "${AGAINST-}" ] || says "'$s'"
	done
	for s in -NOPE -65 -18x -TERMX -SIG --TERM; do
		expect 1 killall "$s" mouse
	done
	misses "$pid"
	differs busybox "takes it for a name"
	expect 1 killall mouse -s
	misses "$pid"
}

@test "-l lists the names of signals" {
	differs toybox "has numbers"
	need SIGNAL_NAMES
	expect 0 killall -l
	says HUP
	says TERM
	says WINCH
	is "$err" ''
	differs busybox "has numbers, a line each"
	is "${out%% *}" HUP
	expect 0 killall --list
	says TERM
}

@test "-l with words turns numbers into names and names into numbers" {
	differs toybox "lists all"
	differs psmisc "lists all"
	expect 0 killall -l 9 TERM 143
	is "$out" $'KILL\n15\nTERM'
	expect 1 killall -l NOPE
}

# ---- the other options --------------------------------------------------------------------------------------------

@test "-q does not tell of names that nobody has; the status is 1 all the same" {
	differs toybox "tells of them"
	expect 1 killall -q nosuch
	is "$output" $'\n'
	differs busybox "no long options"
	expect 1 killall --quiet nosuch
	is "$output" $'\n'
}

@test "-v tells each signal that was sent" {
	differs toybox "says it on standard output"
	differs busybox "no -v"
	running mouse
	expect 0 killall -v mouse
	is "$err" "${ME}Killed mouse($pid) with signal 15"
	hits "$pid"
	running mouse
	expect 0 killall --verbose -USR1 mouse
	says "Killed mouse($pid) with signal 10"
}

@test "-e leaves alone who cannot be told for sure" {
	differs toybox "no -e"
	differs busybox "no -e"
	called sixteen-bytes-xy other
	expect 1 killall -e sixteen-bytes-xy
	expect 1 killall --exact sixteen-bytes-xy
	misses "$pid"
	expect 0 killall sixteen-bytes-xy
	hits "$pid"
	running sixteen-bytes-xy
	expect 0 killall -e sixteen-bytes-xy
	hits "$pid"
}

@test "letters in one word: -ve, -qw, -wv" {
	differs toybox "no such letters"
	differs busybox "no such letters"
	local o
	for o in -ve -qw -wv -eqvw; do
		running mouse
		expect 0 killall $o mouse
		hits "$pid"
	done
}

@test "-w waits until the last one is dead" {
	differs busybox "no -w"
	running mouse linger 300 exit-on 15 0; local a=$pid
	running mouse linger 100 exit-on 15 0; local b=$pid
	expect 0 killall -w mouse
	dead "$a"
	dead "$b"
}

msec() {
	echo $(($(date +%s%N) / 1000000))
}

@test "-w comes back soon after the death" {
	differs toybox "sleeps a second"
	differs "psmisc busybox" "sleeps a second or two; no -w"
	local start took
	running mouse linger 300 exit-on 15 0
	start=$(msec)
	expect 0 killall -w mouse
	took=$(($(msec) - start))
	[ $took -ge 290 ] && [ $took -lt 700 ]
	running mouse
	start=$(msec)
	expect 0 killall --wait mouse
	[ $(($(msec) - start)) -lt 400 ]
}

@test "-w does not wait for a zombie that nobody reaps" {
	differs toybox "waits for ever"
	differs "psmisc busybox" "waits for ever; no -w"
	victim mouse
	spawn exec_as keeper "$VICTIM" child name keeper pid ready
	until_true 5 test -e ready
	local child
	child=$(child_of "$pid")
	expect 0 timeout 5 killall -w mouse
	dead "$child"
	[ -e "/proc/$child" ]
}

@test "-w waits only for who got the signal" {
	ours "they have no such care"
	need_root
	need_command setpriv
	running mouse; local roots=$pid
	spawn setpriv --reuid=65534 --regid=65534 --clear-groups "$VICTIM" say up > up
	until_true 5 test -s up
	expect 1 as_nobody timeout 5 killall -w mouse
	says "mouse($roots)"
	dead "$pid"
	misses "$roots"
}

@test "two dashes end the options" {
	differs toybox "takes -mouse for a signal"
	running -mouse
	expect 0 killall -- -mouse
	hits "$pid"
	running -v
	expect 1 killall -v
	expect 0 killall -- -v
	hits "$pid"
}

@test "options stand anywhere before the two dashes" {
	differs toybox "takes them for names"
	differs busybox "takes them for names"
	running mouse
	expect 1 killall mouse -q nosuch
	is "$output" $'\n'
	hits "$pid"
}

@test "an option that is none ends it with status 1, and nobody is signalled" {
	running mouse
	local o
	for o in -Y --nosuch '--wait=1' --wai --quie --e -qY -waitx; do
		differs psmisc "long names may be cut"
		expect 1 killall $o mouse
		[ "${AGAINST-}" ] || says "Try 'killall --help'"
	done
	misses "$pid"
}

@test "without a name it says so, and the status is 1" {
	expect 1 killall
	[ "${AGAINST-}" ] || says "Try 'killall --help'"
	expect 1 killall -q
	expect 1 killall --
}

@test "--help and --version are answers on stdout" {
	ours "others have other places for it"
	expect 0 killall --help
	is "$err" ''
	says "Usage: killall"
	expect 0 killall --version
	is "$err" ''
	says killall
}

@test "64 names are taken, and with 65 nobody is signalled" {
	differs toybox "takes any number"
	differs busybox "takes any number"
	running mouse
	local names=() i
	for i in {1..63}; do names+=("nosuch$i"); done
	expect 1 killall -q "${names[@]}" x mouse
	[ "${AGAINST-}" ] || says "name 'mouse': Argument list too long"
	misses "$pid"
	expect 1 killall -q "${names[@]}" mouse
	hits "$pid"
}

# ---- trouble ------------------------------------------------------------------------------------------------------

@test "who may not be signalled is told, and the status is 1" {
	differs toybox "says the pid only"
	need_root
	need_command setpriv
	running mouse
	expect 1 as_nobody killall mouse
	says "not permitted"
	[ "${AGAINST-}" = busybox ] || says "mouse($pid)"
	differs busybox "hides it"
	expect 1 as_nobody killall -q mouse
	says "not permitted"
	misses "$pid"
}

@test "a name that nobody has is told also when another may not be signalled" {
	differs busybox "counts: 2"
	need_root
	need_command setpriv
	running mouse
	expect 1 as_nobody killall mouse nosuch
	says "not permitted"
	says nosuch
}

@test "without /proc it says that it cannot look" {
	ours "psmisc says it in other words, BusyBox does not"
	need_root
	running mouse
	# shellcheck disable=SC2016 # the inner shell's
	expect 1 unshare -m bash -c 'umount -l /proc && exec killall mouse'
	says "cannot look"
	says_not "no process found"
	misses "$pid"
}

@test "more processes than there may be open files are all signalled, or it says so" {
	differs busybox "no -v"
	running mouse many 60
	run bash -c 'ulimit -n 40; killall -0 -v mouse 2>&1'
	[ "$status" = 1 ] || is "$(grep -c '^[^:]*Killed mouse\|: Killed mouse' <<< "$output")" 61
}

@test "closed streams do it no harm" {
	differs busybox "no -v"
	running mouse
	killall -v mouse <&- >&- 2>&- || [ "${AGAINST-}" ]
	hits "$pid"
}

@test "a list that cannot be written is no success" {
	differs toybox "says it in other words"
	differs "psmisc busybox" "exits with 0"
	expect 1 bash -c 'killall -l > /dev/full'
	says "rror"
}

@test "a caller that ignores SIGCHLD and blocks or ignores TERM changes nothing" {
	differs busybox "no -w"
	running mouse
	expect 0 bash -c 'trap "" CHLD TERM HUP; exec killall -w mouse'
	dead "$pid"
}

@test "a process that does not match costs 3 system calls, with a path 1" {
	differs toybox "8"
	differs "psmisc busybox" "7 and more"
	need_command strace
	scan_cost killall nosuch
	[ "$cost" -le 310 ]
	victim mouse
	scan_cost killall "$VICTIM"
	[ "$cost" -le 110 ]
	scan_cost killall nosuch neither nor-this
	[ "$cost" -le 310 ]
}
