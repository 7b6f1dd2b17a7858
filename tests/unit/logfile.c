/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/logfile.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "alone.h"

static struct logfile log_a = { .path = "/a", .keep = 1 };

/* a directory of its own is the root, as paths are absolute; what is mounted is so in there only */
static bool own_root(void)
{
	char name[] = "rootXXXXXX";

	return mkdtemp(name) && !unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) && !chroot(name) &&
	       !chdir("/");
}

#define LOGFILE_TEST(sentence)                                                                               \
	static void in_root_##sentence(void);                                                                \
	TEST_ALONE(sentence)                                                                                 \
	{                                                                                                    \
		if (!own_root())                                                                             \
			SKIP("no chroot for us");                                                            \
		in_root_##sentence();                                                                        \
	}                                                                                                    \
	static void in_root_##sentence(void)

static void add(const char *line)
{
	logfile_add(&log_a, "", line, strlen(line), false);
}

static void write_line(const char *line)
{
	add(line);
	logfile_flush(&log_a);
}

static bool there(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? -1 : st.st_size;
}

LOGFILE_TEST(lines_wait_until_they_are_flushed_and_stand_behind_what_was_there)
{
	put_text("/a", "before\n");
	add("one");
	logfile_add(&log_a, "[head] ", "two and more", 3, true);
	CHECK_TEXT(get("/a"), "before\n");
	CHECK(logfile_waits());
	logfile_flush(&log_a);
	CHECK(!logfile_waits());
	CHECK_TEXT(get("/a"), "before\none\n[head] two...\n");
	logfile_flush(&log_a); /* nothing */
	CHECK_TEXT(get("/a"), "before\none\n[head] two...\n");
}

LOGFILE_TEST(a_file_is_made_with_mode_0640_less_the_umask)
{
	struct stat st;

	umask(0);
	CHECK(!logfile_open(&log_a));
	CHECK(!stat("/a", &st) && (st.st_mode & 07777) == 0640);
	unlink("/a");
	umask(077);
	write_line("x");
	CHECK(!stat("/a", &st) && (st.st_mode & 07777) == 0600);
}

LOGFILE_TEST(half_a_line_that_was_left_there_stays_alone)
{
	put_text("/a", "whole\nhal");
	write_line("next");
	CHECK_TEXT(get("/a"), "whole\nhal\nnext\n");
}

LOGFILE_TEST(what_is_no_regular_file_of_one_name_is_refused)
{
	int before = open_now();

	put_text("/b", "secret\n");
	CHECK(!symlink("/b", "/a"));
	CHECK_FAILS("symlink", logfile_open(&log_a), ELOOP);
	unlink("/a");
	CHECK(!link("/b", "/a"));
	CHECK_FAILS("hard link", logfile_open(&log_a), EMLINK);
	unlink("/a");
	CHECK(!mkfifo("/a", 0600));
	CHECK_FAILS("fifo", logfile_open(&log_a), EINVAL);
	unlink("/a");
	CHECK(!mkdir("/a", 0700));
	CHECK_FAILS("directory", logfile_open(&log_a), EISDIR);
	rmdir("/a");
	log_a.path = "/none/a";
	CHECK_FAILS("no directory", logfile_open(&log_a), ENOENT);
	log_a.path = "/b/a";
	CHECK_FAILS("no directory", logfile_open(&log_a), ENOTDIR);
	CHECK_TEXT(get("/b"), "secret\n");
	CHECK(open_now() == before);
}

LOGFILE_TEST(a_path_of_1000_bytes_is_the_longest)
{
	static char path[LOGFILE_PATH + 2];

	memset(path, '/', sizeof(path) - 1);
	path[LOGFILE_PATH - 1] = 'a';
	path[LOGFILE_PATH] = '\0';
	log_a.path = path;
	CHECK(!logfile_open(&log_a));
	path[LOGFILE_PATH - 1] = '/';
	path[LOGFILE_PATH] = 'a';
	CHECK_FAILS("1001", logfile_open(&log_a), ENAMETOOLONG);
}

/* numbered lines of 100 bytes */
static void numbered(unsigned from, unsigned to, bool together)
{
	char line[100];

	for (; from < to; from++) {
		memset(line, '.', sizeof(line));
		sprintf(line, "%05u", from);
		line[5] = ' ';
		line[99] = '\0';
		add(line);
		if (!together)
			logfile_flush(&log_a);
	}
	logfile_flush(&log_a);
}

/* the number of a file's first line, if it has whole ones only, each the next of the one before: and of those after its
   last, or -1 */
static int numbers(const char *path, int *next)
{
	static char text[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC), first = -1, n;
	ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text)), at;

	close(fd);
	*next = -1;
	for (at = 0; at < size; at += 100) {
		n = atoi(text + at);
		if (size - at < 100 || text[at + 99] != '\n' || (at && n != *next))
			return -1;
		if (!at)
			first = n;
		*next = n + 1;
	}
	return first;
}

static void check_rotated(bool together)
{
	int next, after, i;

	log_a.size = 4096;
	log_a.keep = 3;
	for (i = 0; i < 4; i++)
		numbered(i * 40, (i + 1) * 40, together);
	CHECK(size_of("/a") <= 4096 && !there("/a.4"));
	CHECK(numbers("/a.3", &next) == 0 && next == 40);
	CHECK(numbers("/a.2", &after) == next);
	CHECK(numbers("/a.1", &next) == after);
	CHECK(numbers("/a", &after) == next && after == 160);
	numbered(160, 200, together);
	CHECK(numbers("/a.3", &next) == 40 && !there("/a.4"));
}

LOGFILE_TEST(a_full_file_becomes_1_and_the_others_move_on)
{
	check_rotated(false);
}

LOGFILE_TEST(lines_that_are_written_at_once_are_parted_where_the_file_is_full)
{
	check_rotated(true);
}

LOGFILE_TEST(a_file_may_be_full_to_its_last_byte)
{
	log_a.size = 4100;
	numbered(0, 41, false);
	CHECK(size_of("/a") == 4100 && !there("/a.1"));
	numbered(41, 42, false);
	CHECK(size_of("/a") == 100 && size_of("/a.1") == 4100);
}

LOGFILE_TEST(without_old_files_a_full_one_begins_anew)
{
	int next;

	log_a.size = 4096;
	log_a.keep = 0;
	numbered(0, 42, false);
	CHECK(numbers("/a", &next) == 40 && next == 42);
	CHECK(!there("/a.1") && !there("/a.0"));
}

LOGFILE_TEST(what_cannot_be_moved_on_is_not_overwritten)
{
	int next;

	log_a.size = 4096;
	log_a.keep = 2;
	numbered(0, 80, false);
	CHECK(numbers("/a.1", &next) == 0 && next == 40);
	CHECK(!mkdir("/a.2", 0700));
	numbered(80, 90, false);
	CHECK(numbers("/a.1", &next) == 0 && next == 40);
	CHECK(numbers("/a", &next) == 40 && next == 80);
	rmdir("/a.2");
	numbered(90, 91, false);
	CHECK(numbers("/a.2", &next) == 0 && numbers("/a.1", &next) == 40);
	CHECK(!strncmp(get("/a"), "dropped 10 lines\n00090", 22));
}

LOGFILE_TEST(without_a_size_it_grows)
{
	int next;

	numbered(0, 400, true);
	CHECK(numbers("/a", &next) == 0 && next == 400 && !there("/a.1"));
}

LOGFILE_TEST(a_file_that_was_there_counts)
{
	static char text[4096];

	memset(text, 'x', sizeof(text));
	text[4095] = '\n';
	put("/a", text, sizeof(text));
	log_a.size = 4096;
	numbered(0, 1, false);
	CHECK(size_of("/a") == 100 && size_of("/a.1") == 4096);
}

LOGFILE_TEST(who_moves_or_removes_or_empties_the_file_is_noticed)
{
	int before = open_now();

	write_line("one");
	CHECK(!rename("/a", "/moved"));
	write_line("two");
	CHECK_TEXT(get("/moved"), "one\n");
	CHECK_TEXT(get("/a"), "two\n");
	unlink("/a");
	write_line("three");
	CHECK_TEXT(get("/a"), "three\n");
	put_text("/new", "of another\n");
	CHECK(!rename("/new", "/a"));
	write_line("four");
	CHECK_TEXT(get("/a"), "of another\nfour\n");
	log_a.size = 4096;
	numbered(0, 40, true);
	CHECK(!truncate("/a", 0));
	numbered(40, 80, true);
	CHECK(size_of("/a") == 4000 && !there("/a.1"));
	CHECK(open_now() == before + 1);
}

LOGFILE_TEST(what_cannot_be_written_is_counted_and_told_when_it_works_again)
{
	log_a.path = "/dir/a";
	add("lost");
	add("lost too");
	logfile_flush(&log_a);
	CHECK(!logfile_waits());
	write_line("and this");
	mkdir("/dir", 0700);
	logfile_add(&log_a, "[head] ", "here", 4, false);
	logfile_flush(&log_a);
	CHECK_TEXT(get("/dir/a"), "[head] dropped 3 lines\n[head] here\n");
	write_line("again");
	CHECK_TEXT(get("/dir/a"), "[head] dropped 3 lines\n[head] here\nagain\n");
}

LOGFILE_TEST(it_is_told_at_the_end_too)
{
	log_a.path = "/dir/a";
	write_line("lost");
	logfile_end(&log_a, "- ");
	mkdir("/dir", 0700);
	logfile_end(&log_a, "- ");
	CHECK_TEXT(get("/dir/a"), "- dropped 1 lines\n");
	logfile_end(&log_a, "- ");
	CHECK_TEXT(get("/dir/a"), "- dropped 1 lines\n");
}

/* a file system of 16 KiB at /full */
static bool mount_full(void)
{
	mkdir("/full", 0700);
	return !mount("tmpfs", "/full", "tmpfs", 0, "size=16k");
}

/* how many lines of a file are numbered, and how many it says were dropped; all of them are whole */
static int count(const char *path, int *dropped)
{
	const char *text = get(path), *line, *next;
	int written = 0, n;

	*dropped = 0;
	CHECK(text);
	for (line = text; *line; line = next + 1) {
		next = strchr(line, '\n');
		CHECK(next);
		if (sscanf(line, "dropped %d lines\n", &n) == 1)
			*dropped += n;
		else if (next - line == 99)
			written++;
	}
	return written;
}

LOGFILE_TEST(on_a_full_disk_lines_are_whole_or_dropped_and_counted)
{
	static char text[12288];
	int i, written, dropped;

	if (!mount_full())
		SKIP("no mount for us");
	memset(text, 'x', sizeof(text));
	put("/full/filler", text, sizeof(text));
	log_a.path = "/full/a";
	for (i = 0; i < 200; i++)
		numbered(i, i + 1, false);
	written = count("/full/a", &dropped);
	CHECK(written == 40 && !dropped);
	unlink("/full/filler");
	numbered(200, 201, false);
	CHECK(count("/full/a", &dropped) == written + 1);
	CHECK(written + dropped == 200);
}

LOGFILE_TEST(half_a_line_that_was_written_is_taken_back)
{
	struct rlimit limit = { 250, RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	CHECK(!setrlimit(RLIMIT_FSIZE, &limit));
	numbered(0, 4, true);
	CHECK(size_of("/a") == 200);
	limit.rlim_cur = RLIM_INFINITY;
	CHECK(!setrlimit(RLIMIT_FSIZE, &limit));
	write_line("more");
	CHECK_TEXT(get("/a") + 200, "dropped 2 lines\nmore\n");
}

LOGFILE_TEST(lines_that_do_not_fit_in_memory_are_written_earlier)
{
	char line[900];
	int i;

	memset(line, 'x', sizeof(line));
	for (i = 0; i < 20; i++)
		logfile_add(&log_a, "", line, sizeof(line), false);
	CHECK(size_of("/a") >= 11 * 901 && size_of("/a") % 901 == 0);
	logfile_flush(&log_a);
	CHECK(size_of("/a") == 20 * 901);
}

LOGFILE_TEST(a_ring_forgets_its_oldest_lines_and_is_never_larger)
{
	int i, next, first, last = -1, before = open_now();

	log_a.ring = true;
	log_a.size = 6144;
	for (i = 0; i < 300; i++) {
		numbered(i, i + 1, false);
		first = numbers("/a", &next);
		CHECK(first >= last && next == i + 1);
		CHECK(size_of("/a") <= 4096);
		CHECK(i < 40 || next - first >= 20);
		last = first;
	}
	CHECK(last > 200);
	CHECK(!there("/a.1") && !there("/a.new"));
	CHECK(open_now() == before + 1);
	numbered(300, 400, true);
	CHECK(numbers("/a", &next) > last && next == 400);
}

LOGFILE_TEST(who_reads_a_ring_reads_one_file_to_its_end)
{
	char line[101] = "";
	int fd, n = 0;

	log_a.ring = true;
	log_a.size = 6144;
	numbered(0, 40, false);
	fd = open("/a", O_RDONLY);
	CHECK(read(fd, line, 100) == 100);
	numbered(40, 400, false);
	do
		CHECK(atoi(line) == n++);
	while (read(fd, line, 100) == 100);
	CHECK(n == 40);
}

LOGFILE_TEST(a_ring_whose_directory_has_no_space_for_two_begins_anew)
{
	int next;

	log_a.ring = true;
	log_a.size = 6144;
	numbered(0, 40, false);
	mkdir("/a.new", 0700); /* stands where the younger half would be */
	numbered(40, 41, false);
	CHECK(numbers("/a", &next) == 40 && next == 41);
	rmdir("/a.new");
	put_text("/a.new", "left by who was killed\n");
	numbered(41, 100, false);
	CHECK(numbers("/a", &next) >= 40 && next == 100 && !there("/a.new"));
}

LOGFILE_TEST(a_ring_has_its_space_before_it_needs_it)
{
	struct stat st;

	if (!mount_full())
		SKIP("no mount for us");
	log_a.path = "/full/a";
	log_a.ring = true;
	log_a.size = 12288;
	CHECK(!logfile_open(&log_a));
	CHECK(!stat("/full/a", &st) && st.st_size == 0);
	CHECK(st.st_blocks == 16 || st.st_blocks == 0); /* none: the kernel's tmpfs is older than 3.5 */
}
