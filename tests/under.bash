# SPDX-License-Identifier: 0BSD
# shellcheck shell=bash disable=SC2086 # unquoted variables are lists of words
# under.bash - the tests under an instrument, for run.sh: UNDER=asan (the address and undefined behaviour sanitizers of gcc,
# on its own libc) or UNDER=valgrind (memcheck, which gives each program a processor of its own making). What they find goes
# into files in $REPORTS; any of them is a failure of the test that was running: a daemon's own stderr is seen by nobody.
# Each job has a $REPORTS of its own: a directory of its scratch, mounted there.

# Both need the machine's own libc, dynamic.
sanitizers='-O1 -fsanitize=address,undefined -fno-sanitize-recover=all'

can_sanitize() {
	echo 'int main(void) { return 0; }' | gcc $sanitizers -x c -o /dev/null - 2> /dev/null
}

# under_build INSTRUMENT DIR: a build for it, DIR/under/initbox calls it
under_build() {
	local dir=$2 flags="-O1 -fno-inline" link=
	mkdir -p "$dir/reports" "$dir/under" && chmod 755 "$dir" || return # also for those who are not root
	if [ "$1" = asan ]; then
		flags=$sanitizers link=$dir/reports.o
		gcc "-DREPORTS=\"$dir/reports\"" -c -o "$link" tests/reports.c || return
	fi
	make -s "O=$dir" check_defconfig &&
		make -s "O=$dir" -j2 CC=gcc STATIC=-no-pie SMALL= "CFLAGS=$flags" "LDFLAGS=$link" all units || return
	case $1 in
	asan) ln -sf ../initbox.unstripped "$dir/under/initbox" ;;
	valgrind) under_wrap "$dir" ;;
	esac
}

# valgrind's program has another name than ours: applets are called through a script, which tells valgrind theirs
under_wrap() {
	local name
	mkdir -p "$1/called" || return
	for name in initbox $("$1/initbox" --list); do
		ln -sf ../initbox.unstripped "$1/called/$name" || return
	done
	rm -f "$1/under/initbox"
	echo "#!/bin/sh
exec $(under_valgrind "$1") $1/called/\"\${0##*/}\" \"\$@\"" > "$1/under/initbox"
	chmod 755 "$1/under/initbox"
}

# (a wrong step ends it with a status that no applet has)
under_valgrind() {
	echo "valgrind -q --vgdb=no --error-exitcode=99 --log-file=$1/reports/%p"
}

# under_unit INSTRUMENT DIR unit/ROOM: the command
under_unit() {
	case $1 in
	asan) echo "$2/$3" ;;
	valgrind) echo "$(under_valgrind "$2") $2/$3" ;;
	esac
}

# what was found. No findings: what valgrind says of itself; and that ASan cannot tidy up a stack that is not the process's
# own when _exit is called there, which ends it anyway (libbb/daemonize.c runs `instead` on such a stack).
under_findings() {
	grep -rhsvE '^--[0-9]+--|__asan_handle_no_return|^False positive error reports may|^For details see .*/issues/189$' "$1"
}

# of a plain run the part that runs under asan too
under_in_short() {
	case $1 in
	unit/*) ;;
	*) false ;;
	esac
}

# TEXT: why what a test's name says cannot be shown under valgrind
beyond_valgrind() {
	case ${1,,} in
	*/proc* | *'looked at'* | *'hides'* | *'hidden'*) echo 'it needs /proc itself' ;;
	*'system calls'* | *'-f as well'* | *'user, by expression and by age'* | *'read or looked'*) echo 'its calls count, too' ;;
	*descriptor* | *leaks* | *'limits are low'* | *limits | *'no process to be had'*) echo 'it needs files, memory and pids itself' ;;
	*closed* | *'does not arrive'* | *'list that cannot be written'*) echo 'it opens what is closed' ;;
	*interpreter* | *linker* | *'no program'* | *'without programs'* | *'being written'* | *'supervisor, too'*) echo 'an execve that fails is its end' ;;
	*'initbox --install'* | *'unknown applet'* | *'begins with initbox'*) echo 'it is a script there that has these names' ;;
	*'not all are his'* | *'cannot see the others'*) echo 'that user may not write its reports' ;;
	*'without the right'*) echo 'it is another program that does this' ;;
	*thousand* | *'stopped before'* | *'as long as'* | *'does not hold it'* | *'ends in time'* | *'so often'* | *'comes back'* | *'-w waits only'* | \
		*'does not wait for a zombie'* | *'whom it waits for'*)
		echo 'it takes thirty times as long' ;;
	*) false ;;
	esac
}

# LOG: what has failed there for such a reason is left out
forgive_valgrind() {
	local line why
	while IFS= read -r line; do
		[[ $line != 'not ok '[0-9]* ]] || ! why=$(beyond_valgrind "$line") || line="${line#not } # skip under valgrind: $why"
		printf '%s\n' "$line"
	done < "$1" > "$1.new" && mv "$1.new" "$1"
}

# What has nothing to do there, and why. The rest is left out test by test: need_plain in helper.bash.
under_excludes() {
	case $1:$2 in
	*:random | *:configs | *:fuzz | *:mutate) echo 'it builds what it tests' ;;
	*:boot) echo 'it has a kernel of its own' ;;
	*:cross) echo 'it has processors of its own' ;;
	*:old) echo 'it looks at a filter of the tests' ;;
	*:house) echo 'it looks at the source and at the link' ;;
	*:fault) echo 'it counts and breaks system calls, which the instrument makes, too' ;;
	*:recycle) echo 'it stops at each system call, which the instrument makes, too' ;;
	valgrind:unit/attr | valgrind:unit/proc) echo 'valgrind keeps descriptors, and does not let their limit be lowered' ;;
	valgrind:unit/sig) echo 'valgrind has signals of its own, which are never blocked or at their default' ;;
	valgrind:unit/stop) echo 'its schedules are of milliseconds' ;;
	valgrind:unit/fd | valgrind:unit/mem) echo 'valgrind keeps descriptors and memory, and does not let their limits be lowered' ;;
	valgrind:unit/confine) echo 'what is refused to the program is refused to valgrind, too' ;;
	valgrind:unit/log | valgrind:unit/logfile | valgrind:unit/logger) echo 'below a root of its own valgrind has no place for its reports' ;;
	valgrind:unit/daemonize) echo 'an execve that fails is the end of the program under valgrind' ;;
	valgrind:odd) echo 'it takes away what valgrind needs' ;;
	valgrind:many) echo 'it has thousands of processes, and limits of time' ;;
	*) false ;;
	esac
}
