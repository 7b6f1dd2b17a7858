/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/fd.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "alone.h"

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int access_mode(int fd)
{
	return fcntl(fd, F_GETFL) & O_ACCMODE;
}

static int lowest_free(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

TEST_ALONE(fd_sane_leaves_open_ones_alone)
{
	struct stat before[3], after;
	int fd;

	for (fd = 0; fd < 3; fd++)
		CHECK(!fstat(fd, &before[fd]));
	CHECK(!fd_sane());
	for (fd = 0; fd < 3; fd++)
		CHECK(!fstat(fd, &after) && after.st_ino == before[fd].st_ino && after.st_dev == before[fd].st_dev);
}

TEST_ALONE(fd_sane_fills_each_set_of_missing_ones)
{
	int set, fd;

	for (set = 0; set < 8; set++) {
		for (fd = 0; fd < 3; fd++)
			if (set >> fd & 1)
				close(fd);
		CHECK(!fd_sane());
		for (fd = 0; fd < 3; fd++)
			CHECK(is_open(fd));
	}
}

TEST_ALONE(the_stand_in_refuses_what_the_stream_is_for)
{
	char c;
	int fd;

	for (fd = 0; fd < 3; fd++)
		close(fd);
	CHECK(!fd_sane());
	CHECK_FAILS("read 0", read(0, &c, 1), EBADF);
	CHECK_FAILS("write 1", write(1, "x", 1), EBADF);
	CHECK_FAILS("write 2", write(2, "x", 1), EBADF);
}

TEST_ALONE(the_next_file_is_no_stream)
{
	int fd;

	for (fd = 0; fd < 64; fd++)
		if (fd < 3)
			close(fd);
	CHECK(!fd_sane());
	fd = dup(0);
	CHECK(fd > 2);
}

TEST_ALONE(fd_move_makes_an_exact_inherited_copy)
{
	int from = open("/dev/null", O_RDWR | O_CLOEXEC), to = 77;

	CHECK(!fd_move(from, to));
	CHECK(!is_open(from));
	CHECK(fcntl(to, F_GETFD) == 0);
	CHECK(access_mode(to) == O_RDWR);
}

TEST_ALONE(fd_move_over_an_open_one_replaces_it)
{
	int from = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), to = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct stat st;

	CHECK(!fd_move(from, to));
	CHECK(!fstat(to, &st) && S_ISDIR(st.st_mode));
}

TEST_ALONE(fd_move_to_itself_clears_close_on_exec)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	CHECK(!fd_move(fd, fd));
	CHECK(is_open(fd) && fcntl(fd, F_GETFD) == 0);
}

TEST(fd_move_of_nothing_is_EBADF)
{
	CHECK_FAILS("from", fd_move(999, 998), EBADF);
	CHECK_FAILS("itself", fd_move(999, 999), EBADF);
	CHECK_FAILS("-1", fd_move(-1, 998), EBADF);
}

TEST_ALONE(fd_close_on_exec_marks_all_from_the_first_on)
{
	static const int numbers[] = { 3, 4, 7, 63, 250, 600 };
	struct rlimit limit = { 1024, 1024 };
	unsigned i, marked;
	int fd;

	setrlimit(RLIMIT_NOFILE, &limit);
	for (fd = 3; fd < 1024; fd++)
		close(fd);
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		CHECK(dup2(0, numbers[i]) == numbers[i]);
	for (i = 0; i <= sizeof(numbers) / sizeof(*numbers); i++) {
		int first = i ? numbers[i - 1] + 1 : 3;

		for (fd = 3, marked = 0; fd < 1024; fd++)
			if (is_open(fd))
				fcntl(fd, F_SETFD, 0);
		fd_close_on_exec(first);
		for (fd = 0; fd < 1024; fd++)
			if (is_open(fd)) {
				marked++;
				CHECK(fcntl(fd, F_GETFD) == (fd >= first ? FD_CLOEXEC : 0));
			}
		CHECK(marked == 3 + sizeof(numbers) / sizeof(*numbers));
	}
}

TEST_ALONE(fd_close_on_exec_closes_nothing_yet)
{
	int fd = dup2(0, 99);

	fd_close_on_exec(3);
	CHECK(is_open(fd) && is_open(0) && is_open(1) && is_open(2));
}

TEST(fd_read_ends_the_text_with_a_NUL)
{
	char buf[16];

	memset(buf, 'x', sizeof(buf));
	put_text("file", "hello\n");
	CHECK(fd_read(AT_FDCWD, "file", buf, sizeof(buf)) == 6);
	CHECK_TEXT(buf, "hello\n");
	put_text("file", "");
	CHECK(fd_read(AT_FDCWD, "file", buf, sizeof(buf)) == 0);
	CHECK_TEXT(buf, "");
}

TEST(fd_read_takes_at_most_size_less_one)
{
	char buf[9] = "xxxxxxxx";

	put_text("file", "0123456789");
	CHECK(fd_read(AT_FDCWD, "file", buf, 8) == 7);
	CHECK_TEXT(buf, "0123456");
	CHECK(buf[8] == '\0');
	CHECK(fd_read(AT_FDCWD, "file", buf, 1) == 0);
	CHECK_TEXT(buf, "");
}

TEST(fd_read_keeps_NULs_inside)
{
	char buf[16];

	put("file", "a\0b\0", 4);
	CHECK(fd_read(AT_FDCWD, "file", buf, sizeof(buf)) == 4);
	CHECK(!memcmp(buf, "a\0b\0", 5));
}

TEST(fd_read_of_what_is_not_there_or_no_file)
{
	char buf[16];

	CHECK_FAILS("none", fd_read(AT_FDCWD, "none", buf, sizeof(buf)), ENOENT);
	CHECK_FAILS("directory", fd_read(AT_FDCWD, ".", buf, sizeof(buf)), EISDIR);
	CHECK_FAILS("at", fd_read(-1, "none", buf, sizeof(buf)), EBADF);
	CHECK_FAILS("at a file", fd_read(0, "none", buf, sizeof(buf)), ENOTDIR);
}

TEST(fd_read_below_a_directory)
{
	int dir = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char buf[64];

	CHECK(fd_read(dir, "comm", buf, sizeof(buf)) > 0);
	close(dir);
}

TEST_ALONE(fd_read_never_waits_for_a_fifo)
{
	char buf[16];

	CHECK(!mkfifo("fifo", 0600));
	alarm(5);
	fd_read(AT_FDCWD, "fifo", buf, sizeof(buf));
	unlink("fifo");
}

TEST(fd_read_and_fd_write_leak_nothing)
{
	char buf[16];
	int i, before = dup(0), after;

	close(before);
	for (i = 0; i < 2000; i++) {
		fd_read(AT_FDCWD, "/proc/self/comm", buf, sizeof(buf));
		fd_read(AT_FDCWD, "/proc/self", buf, sizeof(buf));
		fd_read(AT_FDCWD, "/none", buf, sizeof(buf));
	}
	after = dup(0);
	close(after);
	CHECK(after == before);
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* a reader that takes bit by bit, and a writer that is disturbed */
TEST_ALONE(fd_write_writes_all_through_short_writes_and_signals)
{
	static char data[1 << 20], got[1 << 20];
	struct sigaction action = { .sa_handler = on_alarm };
	int pair[2], status;
	size_t i, len = 0;
	pid_t writer;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i * 31 + i / 255;
	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	writer = fork();
	if (!writer) {
		close(pair[0]);
		sigaction(SIGUSR1, &action, NULL);
		_exit(fd_write(pair[1], data, sizeof(data)) != 0);
	}
	close(pair[1]);
	usleep(2000);
	while (len < sizeof(got)) {
		ssize_t n = read(pair[0], got + len, 7000);

		CHECK(n > 0);
		len += n;
		if (len < sizeof(got) / 2)
			kill(writer, SIGUSR1);
	}
	CHECK(waitpid(writer, &status, 0) == writer && status == 0);
	CHECK(!memcmp(data, got, sizeof(data)));
}

TEST_ALONE(fd_write_tells_what_went_wrong)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC), p[2];

	CHECK_FAILS("bad", fd_write(-1, "x", 1), EBADF);
	CHECK(!fd_write(-1, "x", 0));
	if (full >= 0)
		CHECK_FAILS("full", fd_write(full, "x", 1), ENOSPC);
	signal(SIGPIPE, SIG_IGN);
	CHECK(!pipe(p));
	close(p[0]);
	CHECK_FAILS("pipe", fd_write(p[1], "x", 1), EPIPE);
}

TEST_ALONE(fd_limit_up_raises_the_soft_limit_to_the_hard_one)
{
	struct rlimit limit = { 64, 512 };

	CHECK(!setrlimit(RLIMIT_NOFILE, &limit));
	fd_limit_up();
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
	CHECK(limit.rlim_cur == 512 && limit.rlim_max == 512);
	fd_limit_up();
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
	CHECK(limit.rlim_cur == 512);
}

TEST(a_directory_is_listed_to_its_end)
{
	enum { MANY = 2000 };
	static char seen[MANY];
	static struct fd_dir d;
	const char *name;
	char path[64];
	int i, fd, dots = 0, all = 0;

	CHECK(!mkdir("many", 0755));
	for (i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "many/%d-%s", i, "a-name-that-takes-some-room");
		put(path, "", 0);
	}
	fd = open("many", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd_dir_start(&d, fd);
	while ((name = fd_dir_next(&d)))
		if (name[0] == '.')
			dots++;
		else
			seen[atoi(name)]++, all++;
	CHECK(errno == 0);
	CHECK(dots == 2 && all == MANY);
	for (i = 0; i < MANY; i++)
		CHECK(seen[i] == 1);
	CHECK(!fd_dir_next(&d) && errno == 0);
	close(fd);
}

TEST(a_directory_that_is_none_is_an_error)
{
	static struct fd_dir d;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	fd_dir_start(&d, fd);
	CHECK(!fd_dir_next(&d) && errno == ENOTDIR);
	close(fd);
	fd_dir_start(&d, -1);
	CHECK(!fd_dir_next(&d) && errno == EBADF);
}

TEST(fd_control_is_fcntl)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC), copy;

	CHECK(fd_control(fd, F_GETFD, 0) == FD_CLOEXEC);
	CHECK(!fd_control(fd, F_SETFD, 0) && fcntl(fd, F_GETFD) == 0);
	CHECK(!fd_control(fd, F_SETFL, O_NONBLOCK) && (fcntl(fd, F_GETFL) & O_NONBLOCK));
	copy = fd_control(fd, F_DUPFD_CLOEXEC, 100);
	CHECK(copy >= 100 && fcntl(copy, F_GETFD) == FD_CLOEXEC);
	close(fd);
	close(copy);
	CHECK_FAILS("bad", fd_control(-1, F_GETFD, 0), EBADF);
}

TEST(fd_open_never_inherits_and_never_gets_a_terminal)
{
	int fd = fd_open(AT_FDCWD, "made", O_WRONLY | O_CREAT | O_EXCL, 0600);
	struct stat st;

	CHECK(fd >= 0);
	CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(!fstat(fd, &st) && (st.st_mode & 0777) == 0600);
	close(fd);
	CHECK_FAILS("there", fd_open(AT_FDCWD, "made", O_WRONLY | O_CREAT | O_EXCL, 0600), EEXIST);
	CHECK_FAILS("none", fd_open(AT_FDCWD, "none", O_RDONLY, 0), ENOENT);
}

TEST(fd_link_ends_its_text_and_cuts_it_to_fit)
{
	char buf[8];

	CHECK(!symlink("0123456", "link"));
	memset(buf, '#', sizeof(buf));
	CHECK(fd_link(AT_FDCWD, "link", buf, 8) == 7);
	CHECK_TEXT(buf, "0123456");
	memset(buf, '#', sizeof(buf));
	CHECK(fd_link(AT_FDCWD, "link", buf, 5) == 4);
	CHECK(!memcmp(buf, "0123\0###", 8));
	CHECK(fd_link(AT_FDCWD, "link", buf, 2) == 1);
	CHECK_TEXT(buf, "0");
	CHECK_FAILS("none", fd_link(AT_FDCWD, "none", buf, 8), ENOENT);
	CHECK_TEXT(buf, "0");
}

TEST_ALONE(fd_sane_opens_no_more_than_what_is_missing)
{
	int set, fd, next = lowest_free();

	CHECK(!fd_sane());
	CHECK(lowest_free() == next);
	for (set = 1; set < 8; set++) {
		for (fd = 0; fd < 3; fd++)
			if (set >> fd & 1)
				close(fd);
		CHECK(!fd_sane());
		CHECK(lowest_free() == next);
	}
	for (fd = 0; fd < 3; fd++)
		CHECK(fcntl(fd, F_GETFD) == 0); /* inherited */
}

TEST_ALONE(fd_sane_without_dev_null_takes_what_there_is)
{
	struct stat st;
	int fd;

	if (!empty_root())
		SKIP("not root");
	for (fd = 0; fd < 3; fd++)
		close(fd);
	CHECK(!fd_sane());
	for (fd = 0; fd < 3; fd++)
		CHECK(!fstat(fd, &st) && S_ISDIR(st.st_mode));
	CHECK(!is_open(3));
}

TEST_ALONE(fd_sane_says_when_nothing_is_to_be_had)
{
	refuse(SYS_openat, EMFILE);
	close(1);
	CHECK_FAILS("1", fd_sane(), EMFILE);
}

TEST_ALONE(fd_move_to_0_closes_the_old_one)
{
	int from = dup(0);

	CHECK(!fd_move(from, 0));
	CHECK(!is_open(from) && is_open(0));
}

TEST(a_directory_is_listed_by_a_struct_that_was_used)
{
	static struct fd_dir d;
	int fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	d.len = 100;
	fd_dir_start(&d, fd);
	CHECK_TEXT(fd_dir_next(&d), ".");
	errno = EINTR;
	while (fd_dir_next(&d))
		;
	CHECK(errno == 0);
	close(fd);
}

TEST(fd_fill_takes_pieces_until_the_end_or_a_byte_that_is_one)
{
	char buf[8];
	int p[2];

	CHECK(!pipe2(p, O_CLOEXEC | O_DIRECT)); /* each write is read by itself */
	CHECK(write(p[1], "ab", 2) == 2 && write(p[1], "c\n", 2) == 2 && write(p[1], "d\v", 2) == 2);
	CHECK(write(p[1], "e", 1) == 1 && write(p[1], "f\0", 2) == 2 && write(p[1], "g\0", 2) == 2);
	CHECK(fd_fill(p[0], buf, sizeof(buf), '\n') == 4 && !memcmp(buf, "abc\n", 4));
	CHECK(fd_fill(p[0], buf, sizeof(buf), '\n') == 5 && !memcmp(buf, "d\vef\0", 5));
	close(p[1]);
	CHECK(fd_fill(p[0], buf, sizeof(buf), -1) == 2 && !memcmp(buf, "g\0", 2));
	CHECK(fd_fill(p[0], buf, sizeof(buf), -1) == 0);
	CHECK(fd_fill(p[0], buf, 0, -1) == 0);
	CHECK_FAILS("bad", fd_fill(-1, buf, sizeof(buf), -1), EBADF);
	close(p[0]);
}

/* 3, 250 and 299 are open, and all of 250 and more end */
static void ends(void (*end_from)(int first), int closed)
{
	struct rlimit limit = { 300, 300 };

	CHECK(dup2(0, 3) == 3 && dup2(0, 250) == 250 && dup2(0, 299) == 299);
	CHECK(!setrlimit(RLIMIT_NOFILE, &limit));
	end_from(250);
	CHECK(fcntl(3, F_GETFD) == 0 && is_open(0) && is_open(1) && is_open(2));
	CHECK(is_open(250) == !closed && is_open(299) == !closed);
	CHECK(closed || (fcntl(250, F_GETFD) == FD_CLOEXEC && fcntl(299, F_GETFD) == FD_CLOEXEC));
	CHECK(lowest_free() < 250);
}

TEST_ALONE(fd_close_from_closes)
{
	ends(fd_close_from, true);
}

TEST_ALONE(fd_close_from_without_close_range)
{
	refuse(SYS_close_range, ENOSYS);
	ends(fd_close_from, true);
	fd_close_from(4);
	CHECK(open_now() == 4); /* the directory that was read is closed again */
}

TEST_ALONE(fd_close_on_exec_without_close_range)
{
	refuse(SYS_close_range, EPERM);
	ends(fd_close_on_exec, false);
}

TEST_ALONE(fd_close_from_without_close_range_and_proc)
{
	if (!empty_root())
		SKIP("not root");
	refuse(SYS_close_range, ENOSYS);
	ends(fd_close_from, true);
}

TEST_ALONE(fd_close_on_exec_without_close_range_and_proc)
{
	if (!empty_root())
		SKIP("not root");
	refuse(SYS_close_range, EINVAL);
	ends(fd_close_on_exec, false);
}
