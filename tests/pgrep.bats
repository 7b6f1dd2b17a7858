#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# pgrep: whom it finds, and what it prints.
# against: procps busybox toybox
load helper
load peers
load pgrep

prepare() {
	applet pgrep
}

# ---- names --------------------------------------------------------------------------------------------------------

@test "all processes are found whose name holds the text, in order of pid" {
	running mouse; local a=$pid
	running dormouse; local b=$pid
	running rat
	finds "$a" "$b" -- mouse
	finds "$a" "$b" -- ous
}

@test "a name that nobody has: nothing is printed, and the status is 1" {
	finds_nobody nosuch
}

@test "-x asks for the whole name" {
	differs busybox "compares the path too"
	running dormouse
	running mouse
	finds "$pid" -- -x mouse
	finds_nobody -x ous
}

@test "-x finds a daemon that was started by its path" {
	differs busybox "compares the path too"
	running mouse
	is "$(head -c 1 "/proc/$pid/cmdline")" /
	finds "$pid" -- -x mouse
}

@test "the directory in a path is no name" {
	differs busybox "looks in argv[0]"
	mkdir cellar
	victim mouse
	mv "$VICTIM" cellar/
	spawn "$T/cellar/mouse" pid ready
	until_true 5 test -e ready
	finds_nobody cellar
}

@test "-i takes letters in any case" {
	differs "busybox toybox" "has no -i"
	running Mouse
	finds_nobody mOUSE
	finds "$pid" -- -i mOUSE
	finds_nobody -i -x mOUS
}

@test "what argv[0] says is no name" {
	differs busybox "takes both"
	called mouse impostor
	finds_nobody impostor
	finds "$pid" -- mouse
}

@test "a name that a process gave itself counts" {
	running mouse name renamed
	finds "$pid" -- -x renamed
}

@test "the first 15 bytes of a longer name are found, as a name of their own" {
	differs busybox "compares argv[0]"
	running sixteen-bytes-xy
	finds "$pid" -- sixteen-bytes-x
	finds "$pid" -- -x sixteen-bytes-x
}

@test "a name over 15 bytes is found whole, as the command line has it" {
	differs procps "finds nobody, and says so"
	differs toybox "finds nobody"
	differs busybox "compares argv[0]"
	running twenty-two-bytes-long
	finds "$pid" -- -x twenty-two-bytes-long
	finds "$pid" -- two-bytes-long
	finds_nobody -x twenty-two-bytes-lon
	finds_nobody twenty-two-bytes-longer
	printf '#!%s\n' "$(command -v bash)" > script-of-a-long-name
	echo 'echo up > up; read -r < fifo; exit' >> script-of-a-long-name
	chmod 755 script-of-a-long-name
	mkfifo fifo
	spawn ./script-of-a-long-name
	until_true 5 test -s up
	finds "$pid" -- -x script-of-a-long-name
}

@test "names with blanks and brackets" {
	need REGEX
	differs busybox "compares argv[0]"
	local name escaped
	for name in 'two words' '(sd-pam)' 'a)b' '((' ') R 1' ') Z 1 1' "it's"; do
		escaped=$(sed 's/[()]/\\&/g' <<< "$name")
		running "$name"
		finds "$pid" -- -x "$escaped"
		finds_nobody -x "${escaped}x"
		kill -KILL "$pid"
		until_true 5 dead "$pid"
	done
}

@test "a name with a newline, and one of bytes that are no text" {
	differs procps "sees other characters"
	differs toybox "does not find the first"
	differs busybox "compares argv[0]"
	running $'new\nline'
	finds "$pid" -- -x $'new\nline'
	finds_nobody -x new
	running $'\xff\xfe'
	finds "$pid" -- -x $'\xff\xfe'
}

@test "itself is nobody, also when everybody is asked for" {
	differs toybox "finds nobody by -v"
	expect 0 pgrep -l -v nosuch
	says_not pgrep
}

@test "PID 1, who called it and zombies are found" {
	differs toybox "finds nobody by -v"
	differs busybox "compares argv[0]"
	zombie ghost
	finds "$zombie" -- -x ghost
	expect 0 pgrep -v nosuch
	grep -qx 1 <<< "$out"
	grep -qx $$ <<< "$out"
}

@test "a process in a pid namespace below ours is not found" {
	ours "they find it"
	need_root
	victim mouse
	spawn unshare -fp --kill-child "$VICTIM" pid ready
	until_true 5 test -e ready
	finds_nobody -x mouse
}

# ---- the pattern --------------------------------------------------------------------------------------------------

@test "the pattern is an extended regular expression" {
	need REGEX
	differs busybox "compares argv[0]"
	running mouse; local a=$pid
	running moose
	finds "$a" -- 'mou.e'
	finds "$a" "$pid" -- '^mo+(u|o)?se$'
	finds "$a" "$pid" -- -x 'mouse|moose'
	finds_nobody -x 'mo|mous'
	finds_nobody '^ouse'
}

@test "-x asks for all of the name, whatever comes first in the expression" {
	need REGEX
	differs busybox "compares argv[0]"
	running mouse
	finds "$pid" -- -x 'mou|mouse'
}

@test "an expression that is none is refused with status 2" {
	differs "busybox toybox" "exits with 1"
	refuses '('
	refuses 'a[b'
	[ "${AGAINST-}" ] || says '[b'
}

@test "without regular expressions a pattern that may be one is refused" {
	! grep -qx CONFIG_REGEX=y "$CONFIG" || skip "REGEX is on"
	ours "they have them"
	local c
	for c in '^' '$' . '[' ']' '(' ')' '*' '+' '?' '{' '}' '|' '\'; do
		refuses "a${c}b"
		says 'not built in'
	done
}

@test "an empty pattern is refused: an unset variable is not everybody" {
	differs "procps busybox toybox" "finds everybody"
	refuses ''
	refuses -x ''
	refuses -u root ''
}

@test "one pattern is taken, and no second" {
	differs "busybox toybox" "takes several, or the first"
	running mouse
	refuses mouse rat
	says "only one pattern can be provided"
	refuses mouse -- -x
	finds "$pid" -- -- mouse
}

@test "nothing asked is wrong" {
	differs busybox "exits with 1"
	differs toybox "exits with 1"
	refuses
	says "no matching criteria specified"
	refuses -x
	refuses -l
}

@test "-n and -o alone ask nothing" {
	differs "procps busybox toybox" "finds the newest of all"
	refuses -n
	refuses -o
}

# ---- -f -----------------------------------------------------------------------------------------------------------

@test "-f looks in the command line, with blanks between its words" {
	need REGEX
	differs "busybox" "exits with 1 where it is not -x"
	called mouse impostor say 'two words'
	running mouse
	local a=$pid
	finds_nobody impostor
	called mouse imp say two say words; local b=$pid
	finds "$b" -- -f 'imp say two say words'
	finds "$b" -- -f '^imp say two say words$'
	finds "$b" -- -x -f 'imp say two say words'
	finds_nobody -x -f 'imp say two say'
	finds_nobody -f "words imp"
	finds "$a" -- -f 'mouse pid'
}

@test "-f sees a command line of any length, to its last byte" {
	need REGEX
	differs procps "sees 128 KiB"
	differs toybox "sees 4 KiB"
	differs busybox "sees 1 KiB"
	local long
	long=$(printf '%0100000d' 0)
	running mouse say "$long" say "$long" say 'end here'
	finds "$pid" -- -f 'say end here pid'
	finds "$pid" -- -f '0 say end here pid.*ready$'
}

@test "-f: kernel threads and zombies have their name in brackets" {
	need REGEX
	differs busybox "has none"
	differs toybox "says not that it is dead"
	zombie ghost
	finds "$zombie" -- -f '^\[ghost\] <defunct>$'
}

# ---- criteria -----------------------------------------------------------------------------------------------------

@test "-P: children of these parents" {
	running mouse child; local a=$pid
	local child
	child=$(child_of "$a")
	finds "$child" -- -P "$a"
	finds_nobody -P "$child"
	finds_nobody -P "$a" rat
	differs busybox "takes one"
	running rat child
	finds "$child" "$(child_of "$pid")" -- -P "$a,$pid"
}

@test "-P 0: who has no parent, and not everybody" {
	expect 0 pgrep -P 0
	grep -qx 1 <<< "$out"
	! grep -qx $$ <<< "$out"
}

@test "-g: these process groups, 0 being our own" {
	differs busybox "has no -g"
	differs toybox "compares another number"
	apart mouse; local a=$pid
	running rat
	finds "$a" -- -g "$a"
	finds_nobody -g "$a" rat
	finds "$pid" -- -g 0 rat
	finds_nobody -g 0 mouse
	finds "$a" -- -g "0,$a" mouse
	finds "$pid" -- -g "0,$a" rat
}

@test "-s: these sessions, 0 being our own" {
	differs toybox "does not know 0"
	apart mouse; local a=$pid
	running rat
	finds "$a" -- -s "$a"
	finds_nobody -s "$a" rat
	finds "$pid" -- -s 0 rat
	finds_nobody -s 0 mouse
}

@test "-u and -U: effective and real users, by name and number" {
	need_root
	differs busybox "has neither"
	victim mouse
	chmod a+rx "$BATS_TEST_TMPDIR" "$VICTIM"
	spawn setpriv --reuid=65534 --regid=65534 --clear-groups "$VICTIM"
	until_true 5 grep -qx mouse "/proc/$pid/comm"
	local a=$pid
	spawn setpriv --ruid=65534 --clear-groups "$VICTIM"
	until_true 5 grep -qx mouse "/proc/$pid/comm"
	finds "$a" -- -u 65534
	finds "$a" -- -u nobody mouse
	finds "$a" "$pid" -- -u root,nobody mouse
	finds "$pid" -- -u 0 mouse
	finds "$a" "$pid" -- -U 65534 mouse
	finds_nobody -U root mouse
	finds_nobody -u nobody -P 1 rat
	differs toybox "takes either"
	finds "$pid" -- -u root -U nobody
}

@test "-G: real groups, by name and number" {
	need_root
	differs busybox "has no -G"
	victim mouse
	spawn setpriv --rgid=65534 --clear-groups "$VICTIM"
	until_true 5 grep -qx mouse "/proc/$pid/comm"
	local group
	group=$(sed -n 's/^\([^:]*\):[^:]*:65534:.*/\1/p' /etc/group)
	finds "$pid" -- -G 65534 mouse
	finds "$pid" -- -G "0,$group" mouse
	finds_nobody -G 0 mouse
}

@test "criteria are all asked, and of a list one" {
	differs busybox "takes no lists"
	differs toybox "takes any of them"
	running mouse child; local a=$pid
	finds "$(child_of "$a")" -- -P "$a,1" -s 0 mouse
	finds_nobody -P "$a" -s 999999 mouse
}

@test "of a list given twice the last counts" {
	differs toybox "takes both"
	running mouse child
	finds_nobody -P "$pid" -P 999999
}

@test "numbers, users, groups and lists that are none are refused with status 2" {
	differs "busybox toybox" "exits with 1, or takes them"
	local word
	for word in x 1x 0x1 ' 1' '1 '; do
		refuses -P "$word"
		refuses -g "$word"
		refuses -s "$word"
	done
	for word in no-such-user '' root,no-such-user; do
		refuses -u "$word"
		refuses -U "$word"
		refuses -G "$word"
	done
	differs procps "takes an empty number for 0, and -1"
	for word in '' 1, 1,,2 , -1 4294967297; do
		refuses -P "$word"
	done
	refuses -u root,
}

@test "-n the one that started last, -o the one that started first" {
	differs busybox "goes by the order of pids"
	running mouse; local a=$pid
	until_true 5 another_tick "$a"
	running mouse; local b=$pid
	until_true 5 another_tick "$b"
	running mouse
	finds "$pid" -- -n mouse
	finds "$a" -- -o mouse
	finds_nobody -n nosuch
}

@test "-n and -o of those that started at once: the last and the first" {
	differs "procps" "may take either"
	differs "busybox toybox" "goes by the order of pids"
	running mouse many 20
	local all last
	all=$(cat "/proc/$pid/task/$pid/children")
	last=$(newest_of $all)
	finds "$last" -- -n -P "$pid"
}

# of those with the latest start time the last
newest_of() {
	local p
	for p; do
		echo "$(sed 's/.*) //' "/proc/$p/stat" | cut -d ' ' -f 20) $p"
	done | sort -k 1n -k 2n | sed -n '$s/.* //p'
}

@test "-v finds all others" {
	differs toybox "finds nobody"
	running mouse child; local a=$pid
	running rat
	expect 0 pgrep -v mouse
	grep -qx "$pid" <<< "$out"
	! grep -qx "$a" <<< "$out"
	expect 0 pgrep -v -P "$a" mouse
	grep -qx "$a" <<< "$out"
	! grep -qx "$(child_of "$a")" <<< "$out"
}

@test "-n, -o and -v exclude each other" {
	differs "busybox toybox" "takes the last"
	running mouse
	refuses -n -o mouse
	refuses -n -v mouse
	refuses -o -v mouse
}

# ---- output -------------------------------------------------------------------------------------------------------

@test "-l prints the name behind the pid" {
	differs toybox "prints it in its turn only"
	differs busybox "prints argv[0]"
	called mouse impostor
	expect 0 pgrep -l mouse
	is "$out" "$pid mouse"
}

@test "-a prints the command line, of any length" {
	differs busybox "prints argv[0]"
	differs toybox "has no -a"
	differs procps "not an empty word at its end, and no more than 128 KiB"
	called mouse impostor say 'two words' say ''
	expect 0 pgrep -a mouse
	is "$out" "$pid impostor say two words say "
	kill -KILL "$pid"
	until_true 5 dead "$pid"
	local long
	long=$(printf '%0100000d' 0)
	called mouse impostor say "$long" say "$long" say end
	expect 0 pgrep -a mouse
	is "$out" "$pid impostor say $long say $long say end"
}

@test "-a of a zombie prints its name in brackets" {
	differs busybox "prints no brackets"
	differs toybox "has no -a"
	zombie ghost
	expect 0 pgrep -a ghost
	is "$out" "$zombie [ghost] <defunct>"
}

@test "-l and -a print no newline of a process's own" {
	differs busybox "prints it"
	differs toybox "prints it, has no -a"
	called mouse $'x\n1 init' name $'y\n1 init'
	until_true 5 grep -qz '^y' "/proc/$pid/comm"
	expect 0 pgrep -l -P $$ '1 init'
	is "$out" "$pid y?1 init"
	differs procps "prints it as a blank"
	expect 0 pgrep -a -P $$ '1 init'
	is "$out" "$pid x?1 init name y?1 init"
}

@test "-d parts the pids" {
	differs busybox "has no -d"
	differs toybox "ends with one"
	running mouse; local a=$pid
	running mouse
	expect 0 pgrep -d, mouse
	is "$out" "$a,$pid"
	expect 0 pgrep -d '' mouse
	is "$out" "$a$pid"
	is "$(tail -c 1 "$BATS_TEST_TMPDIR/out" | od -An -c | tr -d ' ')" '\n'
}

@test "-c prints how many, 0 too" {
	differs toybox "not with -l"
	differs busybox "has no -c"
	running mouse child
	expect 0 pgrep -c mouse
	is "$out" 2
	expect 0 pgrep -c -l mouse
	is "$out" 2
	expect 0 pgrep -c -n mouse
	is "$out" 1
	expect 1 pgrep -c nosuch
	is "$out" 0
}

@test "-q prints nothing" {
	differs "procps busybox toybox" "has no -q"
	running mouse
	expect 0 pgrep -q mouse
	is "$output" $'\n'
	expect 1 pgrep -q nosuch
}

@test "each option has a long name" {
	differs "busybox toybox" "has none"
	running mouse child
	local child
	child=$(child_of "$pid")
	finds "$child" -- --parent="$pid" --exact mouse
	finds "$child" -- --parent "$pid" --ignore-case MOUSE
	finds "$child" -- --parent "$pid" --session 0 --pgroup 0 --euid "$(id -u)" --uid "$(id -u)" --group "$(id -g)"
	expect 0 pgrep --inverse mouse
	! grep -qx "$child" <<< "$out"
	finds "$child" -- --newest mouse
	finds "$pid" -- --oldest mouse
	expect 0 pgrep --delimiter=, --list-name mouse
	is "$out" "$pid mouse,$child mouse"
	expect 0 pgrep --count --list-full mouse
	is "$out" 2
}

@test "long options may be cut" {
	differs "busybox toybox" "has none"
	running mouse
	finds "$pid" -- --exa mouse
	refuses --list mouse
}

# ---- when it cannot look ------------------------------------------------------------------------------------------

@test "without /proc it says so, and exits with 3" {
	differs "procps busybox toybox" "exits with 1"
	need_root
	running mouse
	expect 3 unshare -m sh -c 'mount -t tmpfs none /proc && exec pgrep mouse'
	is "$out" ''
	says "cannot look at all processes: No such file or directory"
}

@test "without a free descriptor it says so, and exits with 3" {
	differs "procps busybox toybox" "exits with another"
	need_plain "its libraries take the descriptor"
	running mouse
	expect 3 bash -c 'ulimit -n 4; exec pgrep mouse 3< /dev/null'
	says "Too many open files"
}

@test "many are found with few descriptors" {
	running mouse many 300
	expect 0 bash -c 'ulimit -n 16; exec pgrep mouse'
	is "$(wc -l <<< "$out")" 301
	is "$(sort -n <<< "$out")" "$out"
}

@test "output that does not arrive is told, and the status is not 0" {
	differs "busybox toybox" "does not look"
	running mouse
	expect 1 bash -c 'pgrep mouse > /dev/full'
	says "write error"
	expect 1 bash -c 'pgrep mouse >&-'
	says "write error"
}

@test "as a user it finds what is others'" {
	differs busybox "compares the path too"
	need_root
	running mouse
	expect 0 as_nobody pgrep -x mouse
	is "$out" "$pid"
	expect 0 as_nobody pgrep -u root -x mouse
	is "$out" "$pid"
}

@test "where /proc hides what is others', that there is nobody is not known: status 3" {
	differs "procps busybox toybox" "says there is nobody"
	need_root
	need HIDEPID
	running mouse
	mkdir proc
	expect 3 unshare -m sh -c "mount -t proc -o hidepid=2 none /proc && exec setpriv --reuid=65534 --regid=65534 \
		--clear-groups --inh-caps=-all --bounding-set=-all $(nobodys pgrep) mouse"
	is "$out" ''
	says hidden
}

# a copy that all users may run
nobodys() {
	chmod a+x "$BATS_TEST_TMPDIR" "$T"
	install -D "$(readlink -f "$BATS_FILE_TMPDIR/bin/$1")" "$T/nobody/$1"
	echo "$T/nobody/$1"
}

@test "a process that it does not find costs it three system calls" {
	differs "procps busybox toybox" "makes more"
	need_command strace
	scan_cost pgrep nosuch
	[ "$cost" -le 300 ]
	scan_cost pgrep -P 999999
	[ "$cost" -le 300 ]
	scan_cost pgrep -u 12345 -x nosuch
	[ "$cost" -le 300 ]
	scan_cost pgrep -u 12345
	[ "$cost" -le 300 ]
}

@test "with -f as well" {
	differs "procps busybox toybox" "makes more"
	need_command strace
	need REGEX
	scan_cost pgrep -f nosuch
	[ "$cost" -le 300 ]
}

@test "--help and --version" {
	need OPT_HELP OPT_LONG
	differs busybox "has another"
	differs toybox "has another"
	expect 0 pgrep --help
	says "Usage"
	says '-x'
	expect 0 pgrep --version
	says pgrep
}
