# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: 0BSD
# cgroup.bash - a control group of version 2 for a test: cgroup makes $C, or skips the test; done_with_cgroup takes it away
# again when it has no member; tidy_cgroup does so whatever the test has left, and belongs to a file's tidy.

cgroup() {
	need_root
	mkdir "$T/mnt"
	mount -t cgroup2 none "$T/mnt" 2> /dev/null || skip "no cgroup v2 to be mounted here"
	C=$T/mnt/ours.$$
	mkdir "$C" 2> /dev/null || skip "no cgroup to be made here"
}

done_with_cgroup() {
	until_true 5 rmdir "$C"
}

empty_cgroup() {
	[ ! -e "$1/cgroup.kill" ] || echo 1 > "$1/cgroup.kill"
	rmdir "$1"
}

tidy_cgroup() {
	local dir=$T/mnt/ours.$$
	[ ! -d "$dir" ] || until_true 5 empty_cgroup "$dir" || true
	while umount "$T"/mnt* 2> /dev/null; do :; done
}
