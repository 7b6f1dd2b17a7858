#!/usr/bin/env bats
# SPDX-License-Identifier: 0BSD
# The box itself: by which name it is called, what it tells of itself, the links that it makes.
load helper

# the applets of this build, from its .config and the list, one a line: dir/name
expected_list() {
	awk -F '[(,") ]+' 'NR == FNR { on[$0]; next } /^X\(/ && ("CONFIG_" $2 "=y") in on { print $4 "/" $3 }' \
		"$CONFIG" "$TOP/applets/applets.h"
}

names() {
	expected_list | sed 's/.*\///'
}

# every applet's --help names the applet: that is how to see which one ran
is_help_of() {
	[[ $out == "Usage: $1 "* ]] || { echo "not the help of $1: $out"; return 1; }
}

closed_stdout() {
	"$@" >&-
}

all_closed() {
	"$@" <&- >&- 2>&-
}

@test "initbox --list names the applets, and --list-full where they go" {
	expect 0 "$INITBOX" --list
	[ "$out" = "$(names)" ]
	expect 0 "$INITBOX" --list-full
	[ "$out" = "$(expected_list)" ]
}

@test "initbox --version tells the version of libbb/config.h" {
	expect 0 "$INITBOX" --version
	[ "$out" = "initbox $(sed -n 's/^#define INITBOX_VERSION "\(.*\)"/\1/p' "$TOP/libbb/config.h")" ]
}

@test "initbox --help names every applet, on stdout" {
	expect 0 "$INITBOX" --help
	[ "$err" = '' ]
	for name in $(names); do says " $name"; done
}

@test "initbox without a word is told how to be called, on stderr, with exit status 1" {
	expect 1 "$INITBOX"
	[ "$out" = '' ]
	[ "$(wc -l <<< "$err")" = 1 ]
	for name in $(names); do says " $name"; done
}

@test "an unknown applet is an error that names the known ones, with exit status 127" {
	expect 127 "$INITBOX" pidfo
	[ "$out" = '' ]
	says "unknown applet 'pidfo'"
	for name in $(names); do says " $name"; done
	ln -s "$INITBOX" pidfo
	expect 127 ./pidfo
	says "unknown applet 'pidfo'"
}

@test "an unknown option of initbox is an error with exit status 1" {
	expect 1 "$INITBOX" --lsit
	says --lsit
	[ "$out" = '' ]
}

@test "initbox APPLET runs the applet" {
	for name in $(names); do
		expect 0 "$INITBOX" "$name" --help
		is_help_of "$name"
	done
}

@test "the applet runs by the name that it is called by, through a symbolic or a hard link or a copy" {
	for name in $(names); do
		mkdir -p "$name"
		ln -s "$INITBOX" "$name/$name"
		expect 0 "$name/$name" --help
		is_help_of "$name"
		cp "$INITBOX" "$name/copy"
		ln -f "$name/copy" "$name/$name"
		expect 0 "$name/$name" --help
		is_help_of "$name"
	done
}

@test "a name that begins with initbox is the box" {
	ln -s "$INITBOX" initbox-0.1
	expect 0 ./initbox-0.1 --list
	[ "$out" = "$(names)" ]
}

@test "called without even a name, initbox says how to be called" {
	# (an empty one: that is what Linux 5.18 and later make of none)
	expect 1 bash -c 'exec -a "" "$1"' - "$INITBOX"
	says "needs an APPLET; there are:"
}

@test "a full stdout is an error" {
	[ -e /dev/full ] || skip "no /dev/full"
	expect 1 sh -c "'$INITBOX' --version > /dev/full"
	says "write error: "
	expect 1 sh -c "'$INITBOX' --help > /dev/full"
	says "write error: "
}

@test "a closed stdout is an error where something was to be said" {
	expect 1 closed_stdout "$INITBOX" --version
	says "write error: "
}

@test "with 0, 1 and 2 closed the exit status is still told" {
	expect 1 all_closed "$INITBOX"
	expect 127 all_closed "$INITBOX" pidfo
}

@test "initbox --install DIR makes hard links to itself in DIR" {
	need INITBOX_INSTALL
	cp "$INITBOX" initbox
	mkdir there
	expect 0 ./initbox --install there
	[ "$output" = $'\n' ]
	[ "$(ls there)" = "$(names)" ]
	for name in $(names); do
		[ ! -L "there/$name" ] && [ "there/$name" -ef initbox ]
	done
}

@test "initbox --install -s DIR makes symbolic links by its whole path, and DIR where it is missing" {
	need INITBOX_INSTALL
	cp "$INITBOX" initbox
	expect 0 ./initbox --install -s a/b/c/
	[ "$(ls a/b/c)" = "$(names)" ]
	for name in $(names); do
		[ "$(readlink "a/b/c/$name")" = "$PWD/initbox" ]
	done
}

@test "initbox --install leaves what is there alone, says so, makes the others, and exits with 1" {
	need INITBOX_INSTALL PIDOF
	cp "$INITBOX" initbox
	mkdir there
	echo mine > there/pidof
	expect 1 ./initbox --install there
	says "there/pidof: File exists"
	[ "$(cat there/pidof)" = mine ]
	[ "$(ls there)" = "$(names)" ]
}

@test "initbox --install leaves a dangling link alone" {
	need INITBOX_INSTALL PIDOF
	cp "$INITBOX" initbox
	mkdir there
	ln -s nowhere there/pidof
	expect 1 ./initbox --install -s there
	says "there/pidof: File exists"
	[ "$(readlink there/pidof)" = nowhere ]
}

@test "initbox --install once more is content with its own links" {
	need INITBOX_INSTALL
	cp "$INITBOX" initbox
	for how in '' -s; do
		expect 0 ./initbox --install $how "there$how"
		expect 0 ./initbox --install $how "there$how"
	done
	expect 0 ./initbox --install there-s
}

@test "initbox --install of links that cannot be made exits with 1 and says why" {
	need INITBOX_INSTALL PIDOF
	cp "$INITBOX" initbox
	: > file
	expect 1 ./initbox --install file
	says "file/pidof: Not a directory"
	expect 1 ./initbox --install -x
	expect 1 ./initbox --install a b
	expect 1 ./initbox --install ''
	says_not there
}

@test "initbox --install without DIR puts each link where it belongs" {
	need INITBOX_INSTALL
	need_root
	need_command chroot
	need_plain "a dynamic program needs its libraries in the new root"
	mkdir -p root/proc root/bin
	cp "$INITBOX" root/bin/initbox
	mount --bind /proc root/proc || skip "cannot mount here"
	chroot root /bin/initbox --install -s && status=0 || status=$?
	umount root/proc
	[ "$status" = 0 ]
	for path in $(expected_list); do
		[ "$(readlink "root/$path")" = /bin/initbox ]
	done
}

@test "initbox --install without /proc says so and makes nothing" {
	need INITBOX_INSTALL
	need_root
	need_command chroot
	need_plain "a dynamic program needs its libraries in the new root"
	mkdir -p root
	cp "$INITBOX" root/initbox
	expect 1 chroot root /initbox --install -s
	says "/proc/self/exe: "
	[ "$(ls root)" = initbox ]
}

@test "initbox --install says which directory could not be made" {
	need INITBOX_INSTALL PIDOF
	cp "$INITBOX" initbox
	: > file
	expect 1 ./initbox --install file/there
	says "file/there: Not a directory"
}

@test "initbox --install of a binary that is gone makes no link to nothing" {
	need INITBOX_INSTALL
	cp "$INITBOX" initbox
	expect 1 bash -c 'exec 9< initbox; rm initbox; exec -a initbox /proc/self/fd/9 --install -s there'
	says "/proc/self/exe: No such file or directory"
	[ ! -e there ]
}
