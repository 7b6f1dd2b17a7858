#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# The rules of the house, as tests. Each prints what breaks it, a line each, and wants no line.
load helper

prepare() {
	cd "$TOP" || return 1
}

# fails if anything comes in
nothing() {
	local found
	found=$(cat)
	[ -z "$found" ] || { echo "$1:"; echo "$found"; return 1; }
}

# the files of the tree, without what is made
tree() {
	git ls-files -co --exclude-standard 2> /dev/null ||
		find . -path ./build -prune -o -path './.config*' -prune -o -type f -printf '%P\n'
}

sources() {
	tree | grep -E '\.(c|h|sh|bash|bats|awk)$|(^|/)(Makefile|Kconfig|run)$'
}

# the applets: the files in applets/ but the box's own, and what several share
applets() {
	ls applets/*.c | sed 's/.*\///; s/\.c$//' | grep -vx -e initbox -e program
}

includes() {
	sed -n 's/^#include "\(\.\.\/libbb\/\)\{0,1\}\([^"]*\)\.h"$/\2/p' "$1"
}

# ---- the tree ------------------------------------------------------------------------------------------------------

@test "the top level holds what it should and nothing else" {
	tree | sed 's/\/.*//' | sort -u | grep -v '^\.' |
		grep -vxE 'Makefile|Kconfig|README\.md|LICENSE|applets|libbb|configs|tests' | nothing "not at the top level"
	for name in Makefile Kconfig README.md LICENSE applets libbb configs tests; do
		[ -e "$name" ] || echo "$name"
	done | nothing "missing"
}

@test "each source names its licence" {
	for file in $(sources); do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: 0BSD' || echo "$file"
	done | nothing "no SPDX line at the head"
}

@test "each C file says what it is: name - purpose" {
	for file in applets/*.[ch] libbb/*.[ch]; do
		name=${file##*/}
		name=${name%.[ch]}
		head -n 2 "$file" | grep -q "^/\* $name - [a-z]" || echo "$file"
	done | nothing "no line '/* NAME - purpose'"
}

@test "every file ends in a newline, and no line in a blank" {
	tree | grep -v "^tests/fuzz/corpus/" | while read -r file; do # (those are inputs, byte by byte)
		[ ! -s "$file" ] || [ -z "$(tail -c 1 "$file")" ] || echo "$file"
	done | nothing "no newline at the end"
	sources | xargs grep -nE '[[:blank:]]$' | nothing "blanks at the end"
}

@test "no path of the machine that it was written on is in the tree or in the binary" {
	# a bracket, so that this line is not found
	tree | xargs grep -nE '/(wor[k]|far[m])/|/tm[p]/bash_job[s]' | nothing "paths"
	strings -n 6 "$INITBOX.unstripped" | grep -F "$TOP" | nothing "paths in the binary"
}

@test "make help lists every target, and nothing that is none" {
	make -s help | sed -n 's/^  \([^ ]*\) .*/\1/p' | sed 's/^NAME_/%_/' | sort > "$T/told"
	awk '/^\.PHONY:/ { on = 1 } on { for (i = 1; i <= NF; i++) if ($i ~ /^[a-z]/) print $i } on && !/\\$/ { on = 0 }' Makefile |
		cat - <(echo %_defconfig) | sort > "$T/there"
	diff "$T/told" "$T/there"
	make -s help | awk 'length > 130' | nothing "too long a line of help"
}

# ---- who includes whom ---------------------------------------------------------------------------------------------

# a room includes itself and rooms of lower floors
floor() {
	case $1 in
	config) echo 0 ;;
	num | mem | clock | filter) echo 1 ;;
	start | text) echo 2 ;;
	fd | regex | sig) echo 3 ;;
	err | attr | confine | cred | env | log | net | pidfile | proc) echo 4 ;;
	logfile | match | notify | opt) echo 5 ;;
	logger | stop) echo 6 ;;
	daemonize | supervise) echo 7 ;;
	*) echo "$1 has no floor" >&2; return 1 ;;
	esac
}

@test "libbb's rooms include only what lies below them" {
	for file in libbb/*.[ch]; do
		room=$(basename "${file%.[ch]}")
		for other in $(includes "$file"); do
			[ "$other" = "$room" ] || [ "$(floor "$other")" -lt "$(floor "$room")" ] || echo "$file includes $other.h"
		done
	done | nothing "upward"
}

@test "only opt and the applets may print or exit" {
	grep -l '"err\.h"' libbb/*.[ch] | grep -vxE 'libbb/(err|opt)\.c' | nothing "includes err.h"
	grep -nE '\<(exit|abort|perror)\(' libbb/*.c applets/*.c | nothing "calls"
}

@test "applets include applet.h and libbb, and no applet another" {
	for file in applets/*.[ch]; do
		sed -n 's/^#include "\(.*\)"$/\1/p' "$file" | while read -r other; do
			case $file:$other in
			*:../libbb/*.h | *.c:applet.h | *.c:program.h | applets/initbox.c:applets.h | applets/applet.h:applets.h) ;;
			applets/supervise-daemon.c:start-stop-daemon.h | applets/start-stop-daemon.c:start-stop-daemon.h) ;;
			*) echo "$file includes $other" ;;
			esac
		done
	done | nothing "includes"
}

@test "own headers are included after the system's, in order, applet.h last" {
	for file in applets/*.c libbb/*.[ch]; do
		sed -n 's/^#include \(.*\)/\1/p' "$file" > "$T/is"
		grep '^<' "$T/is" | LC_ALL=C sort -c 2>&1 | sed "s,^,$file ,"
		grep '^"' "$T/is" | grep -v '"\(applets*\|program\|start-stop-daemon\)\.h"' | LC_ALL=C sort -c 2>&1 | sed "s,^,$file ,"
		sed -n '/^"/,$p' "$T/is" | grep '^<' | sed "s,^,$file has after its own ,"
	done | nothing "order of includes"
}

@test "what a room exports begins with its name" {
	for file in libbb/*.c; do
		room=$(basename "$file" .c)
		case $room in
		err) ours='err_.*|say|say_.*|warn|die|progname' ;;
		match) ours='match_.*|procs_.*|name_.*' ;;
		*) ours="${room}_.*|$room" ;;
		esac
		nm -g --defined-only "${INITBOX%/*}/libbb/$room.o" | awk '{ print $3 }' | grep -vxE "$ours" | sed "s,^,$file: ,"
	done | nothing "global without the name of its room"
}

# (start-stop-daemon is the only one with parts that another is made of)
@test "an applet exports its main and nothing else, what several share begins with program_" {
	for name in $(applets); do
		nm -g --defined-only "${INITBOX%/*}/applets/$name.o" | awk '{ print $3 }' | grep -vx "$(echo "$name" | tr - _)_main" |
			sed "s,^,$name: ,"
	done | grep -vE '^start-stop-daemon: ssd(_|$)' | nothing "exports"
	nm -g --defined-only "${INITBOX%/*}/applets/program.o" | awk '{ print $3 }' | grep -v '^program_' | nothing "exports"
}

# ---- features ------------------------------------------------------------------------------------------------------

@test "no #if for a feature" {
	grep -nE '^[[:blank:]]*#[[:blank:]]*(if|elif)' applets/*.c | nothing "conditions of the preprocessor in applets"
	grep -nE '^[[:blank:]]*#[[:blank:]]*(if|elif).*\<CONFIG_' applets/*.h libbb/*.[ch] | nothing "conditions on features"
	grep -nE '\<IF_ENABLED\>' applets/*.[ch] libbb/*.[ch] | grep -vE '^(applets/initbox\.c|libbb/config\.h):' |
		nothing "IF_ENABLED outside of the list"
}

# every symbol that is declared, without those that Kconfig itself needs
symbols() {
	sed -n 's/^config //p' Kconfig "${INITBOX%/*}/applets.kconfig" | grep -vx APPLETS_KCONFIG
}

@test "each symbol is declared once, in capitals, and used" {
	symbols | sort | uniq -d | nothing "declared twice"
	for symbol in $(symbols); do
		grep -qE "CONFIG_$symbol\>|\<X\($symbol,|CONFIG_INSTALL_" applets/*.[ch] libbb/*.[ch] Makefile || echo "$symbol"
	done | nothing "not used"
	grep -ohE 'ENABLED\(CONFIG_[A-Za-z0-9_]+' applets/*.c libbb/*.[ch] | sed 's/.*CONFIG_//' | grep -vx X | sort -u |
		grep -vxFf <(symbols) | nothing "used and not declared"
	grep -ohE 'CONFIG_[A-Za-z0-9_]+' configs/*_defconfig | sed 's/^CONFIG_//' | sort -u | grep -vxFf <(symbols) |
		nothing "in configs/ and not declared"
}

@test "a feature's symbol begins with its applet's, and depends on it" {
	for name in $(applets); do
		awk -v prefix="$(echo "$name" | tr a-z- A-Z_)" -v name="$name" '
			function done() { if (symbol != "" && symbol != prefix && !bound) print name ": " symbol }
			/^\/\*config$/ { on = 1 }
			/^\*\/$/ { done(); symbol = ""; on = 0 }
			!on { next }
			/^config / { done(); symbol = $2; bound = 0; if (index(symbol, prefix) != 1) print name ": " symbol }
			/^\tdepends on / && index($0, prefix) { bound = 1 }' "applets/$name.c"
	done | nothing "symbols"
}

@test "each symbol that one can choose has a help text" {
	awk 'function done() { if (prompt && !help) print symbol }
		/^config / { done(); symbol = $2; prompt = help = 0 }
		/^(menu|endmenu|choice|endchoice|source)/ { done(); prompt = help = 0 }
		/^\t(bool|string|int) "/ { prompt = 1 }
		/^\thelp$/ { help = 1 }
		END { done() }' Kconfig "${INITBOX%/*}/applets.kconfig" | nothing "no help text"
}

@test "each prompt carries its price in bytes" {
	awk '/^(end)?choice/ { choice = !choice } /^config / { symbol = $2 }
		/^\tbool "/ && !choice && !/ \([0-9]+ bytes\)"$/ { print symbol ": " $0 }' Kconfig "${INITBOX%/*}/applets.kconfig" |
		nothing "no figure (make prompts)"
}

# ---- the link ------------------------------------------------------------------------------------------------------

@test "nothing of stdio, heap, getopt, passwd or syslog is in the link" {
	forbidden='malloc|free|calloc|realloc|reallocarray|[a-z]*printf|fopen|fdopen|fputs|fwrite|puts|getopt|getopt_long|'
	forbidden+='getpw[a-z_]*|getgr[a-z_]*|initgroups|syslog|openlog|opendir|readdir|qsort|system|popen|setenv|putenv|'
	forbidden+='regcomp|fnmatch|glob'
	# where our own start can take the place of libc's, it does
	nm "$INITBOX.unstripped" | grep -q ' start_main$' && forbidden+='|init_libc|init_tls|getauxval|clock_gettime'
	nm "$INITBOX.unstripped" | awk '{ print $NF }' | grep -xE "(__)?($forbidden)" | nothing "in the link"
}

@test "no vector register is in the link, whose stack may not be aligned for one" {
	objdump -d "$INITBOX.unstripped" > "$T/code"
	[ "$(wc -l < "$T/code")" -gt 1000 ]
	grep -E '%[xyz]mm' "$T/code" | nothing "uses a vector register"
}

# ---- applets -------------------------------------------------------------------------------------------------------

@test "the list is in order, and names each applet's file, main and directory" {
	sed -n 's/^X(\(.*\))$/\1/p' applets/applets.h > "$T/rows"
	[ "$(grep -c '^X' applets/applets.h)" = "$(wc -l < "$T/rows")" ]
	awk -F '"' '{ print $2 }' "$T/rows" | LC_ALL=C sort -c
	sed 's/.*, //; s/_/-/g' "$T/rows" | sort -u | diff - <(applets | sort)
	while IFS=', ' read -r symbol name dir id; do
		name=${name//\"/} dir=${dir//\"/}
		# an applet's second name has a symbol of its own, which begins with the applet's
		[ "$id" = "${name//-/_}" ] && [ "$symbol" = "$(echo "$id" | tr a-z A-Z)" ] ||
			[[ $symbol == $(echo "$id" | tr a-z A-Z)_* ]] || echo "$name: $symbol, $id"
		[[ $dir =~ ^(usr/)?s?bin$ ]] || echo "$name: $dir"
	done < "$T/rows" | nothing "rows that do not fit their name"
}

@test "each applet has its manual and its tests, and so has the box" {
	for name in $(applets) initbox; do
		ls applets/"$name".[18] > /dev/null 2>&1 || echo "no applets/$name.8"
		ls "tests/$name.bats" tests/"$name"-*.bats 2> /dev/null | grep -q . || echo "no tests/$name.bats"
	done | nothing "missing"
}

@test "each room of libbb has its unit tests" {
	for file in libbb/*.c; do
		[ -e "tests/unit/${file##*/}" ] || echo "no tests/unit/${file##*/}"
	done | nothing "missing"
}

# the applet's file, and what its rows end with
rows_of() {
	echo "applets/$1.c"
	! grep -q 'PROGRAM_OPTS(' "applets/$1.c" || echo applets/program.c
}

# letter and long name of each row in these files, from OPT(when, "x", "name", ...; neither where whole words are taken
rows() {
	cat "$@" | sed -n 's/^[[:blank:]]*OPT([^"]*OPT_WORD,.*/- --/p
		s/^[[:blank:]]*OPT([^"]*"\([^"]*\)", *"\([^"]*\)",.*/-\1 --\2/p'
}

@test "each option stands in its applet's manual" {
	for name in $(applets); do
		compgen -G "applets/$name.[18]" > "$T/manuals" || { echo "no manual of $name"; continue; }
		# and those of the others in its file
		for other in $(sed -n "s/^X(.*\"\(.*\)\", \".*\", ${name//-/_})$/\1/p" applets/applets.h); do
			compgen -G "applets/$other.[18]" >> "$T/manuals" || :
		done
		manual=$(sort -u "$T/manuals" | xargs)
		[ "$(rows $(rows_of "$name") | wc -l)" = "$(cat $(rows_of "$name") | grep -c '^[[:blank:]]*OPT(')" ] ||
			echo "$name: a row that cannot be read here"
		rows $(rows_of "$name") | while read -r letter long; do
			[ "$letter" = - ] || cat $manual | tr -d '\\' | grep -qE -e "(Fl |-)${letter#-}( |\$|[^a-z-])" || echo "$name $letter"
			[ "$long" = -- ] || cat $manual | tr -d '\\' | grep -qE -e "(Fl -|--)${long#--}( |\$|[^a-z-])" || echo "$name $long"
		done
	done | nothing "not in the manual"
}

@test "the manuals are without fault" {
	need_command mandoc
	mandoc -T lint -W warning applets/*.[18] 2>&1 | grep -v 'referenced manual not found' | nothing "mandoc"
}

@test "a kind of option that only some rows have is there wherever one of these is" {
	kinds='MSEC MSEC\nHELP ENDS\nVERSION ENDS\nNUMBER NUMBER\nPID PID\nSIGNAL SIGNAL\nSIGNAL_WORD SIGNAL'
	conditions=$(sed -e ':a; /\\$/ { N; s/\\\n//; b a }' libbb/opt.c)
	rows=0
	while read -r file when kind; do
		macro=$(printf "$kinds" | sed -n "s/^$kind //p")
		[ "$macro" ] || continue
		((++rows))
		if [ "$when" = 1 ]; then
			name=${file##*/}
			symbol=CONFIG_$(sed -n "s/^X(\([A-Z0-9_]*\), \"${name%.c}\", .*/\1/p" applets/applets.h)
		else
			symbol=$(sed -n "s/^#define $when ENABLED(\(.*\))$/\1/p" "$file")
		fi
		grep "^#define $macro " <<< "$conditions" | grep -q "ENABLED($symbol)" || echo "$file: $when, $kind: $symbol not in $macro"
	done < <(grep -oE '^[[:blank:]]*OPT\([A-Z0-9_]+, ("[^"]*"|OPT_WORD), "[^"]*", "[^"]*", [A-Z_0-9]+' applets/*.c |
		sed -E 's/^([^:]*):[[:blank:]]*OPT\(([A-Z0-9_]+),.*, ([A-Z_0-9]+)$/\1 \2 \3/') > "$T/missing"
	[ $rows -gt 10 ]
	nothing "not there in some configuration" < "$T/missing"
}

# ---- code ----------------------------------------------------------------------------------------------------------

@test "no function has more than 40 lines" {
	awk 'FNR == 1 { on = 0 }
		/^[a-zA-Z_].*\)$/ { head = $0 }
		/^\{$/ { start = FNR; on = 1 }
		/^\}$/ && on { if (FNR - start - 1 > 40) print FILENAME ":" start ": " FNR - start - 1 " lines: " head; on = 0 }' \
		applets/*.c libbb/*.c tests/*.c | nothing "too long"
}

@test "no line has more than 120 columns" {
	expand -t 8 --version > /dev/null 2>&1 || skip "no expand"
	for file in applets/*.[ch] libbb/*.[ch]; do
		expand "$file" | awk -v file="$file" 'length > 120 { print file ":" NR ": " length }'
	done | nothing "too long"
}

@test "kill takes no bare number" {
	grep -nE '\<(kill|killpg|tgkill|tkill)\(' applets/*.c libbb/*.c | grep -v '^libbb/proc\.c:' | nothing "signals by number"
}

@test "tests do not sleep: they wait for what they wait for" {
	grep -nE '^[[:blank:]]*sleep [0-9.]+$|[;&|] *sleep [0-9.]+$' tests/*.bats tests/*.bash | grep -v '^tests/helper\.bash:' |
		nothing "sleep"
}

@test "each symbol that a test needs is one: else it would be skipped for ever" {
	grep -hoE '^[[:blank:]]*need [A-Z_ ]+' tests/*.bats tests/*.bash | sed 's/.*need //' | tr ' ' '\n' | grep . | sort -u > "$T/needed"
	[ "$(wc -l < "$T/needed")" -gt 10 ]
	cat Kconfig applets/*.c | sed -n 's/^config //p' | sort -u | comm -23 "$T/needed" - | nothing "no such symbol"
}
