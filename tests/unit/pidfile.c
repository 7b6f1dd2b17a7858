/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/pidfile.h"

#include <dirent.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "alone.h"

static struct pidfile_facts facts;

static pid_t parse(const char *text)
{
	return pidfile_parse(text, &facts);
}

static pid_t read_pid(const char *path)
{
	return pidfile_read(path, &facts);
}

static pid_t read_foreign(const char *path, bool *foreign)
{
	pid_t pid = pidfile_read(path, &facts);

	*foreign = facts.foreign;
	return pid;
}

static int write_pid(const struct pidfile *p, pid_t pid)
{
	return pidfile_write(p, pid, NULL);
}

static bool exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static mode_t mode(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_mode & 07777;
}

/* an empty directory of the test's own, to be in */
static void fresh(const char *name)
{
	CHECK(!chdir("/"));
	CHECK(!chdir(getenv("PIDFILE_TEST_DIR")));
	CHECK_ROW(name, !mkdir(name, 0755));
	CHECK_ROW(name, !chdir(name));
}

__attribute__((constructor)) static void where(void)
{
	char dir[PATH_MAX];

	if (!getenv("PIDFILE_TEST_DIR") && getcwd(dir, sizeof(dir)))
		setenv("PIDFILE_TEST_DIR", dir, 1);
}

/* how many names are in the current directory */
static int names_here(void)
{
	DIR *d = opendir(".");
	int n = -2;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

TEST(a_pid_is_digits_that_end_with_a_blank_or_the_text)
{
	static const struct {
		const char *text;
		pid_t pid;
	} rows[] = {
		{ "1", 1 },	  { "12\n", 12 },     { "4194304", 4194304 }, { "4194304\n", 4194304 },
		{ "  12", 12 },	  { "\t12\n", 12 },   { "12 34", 12 },	      { "12\t", 12 },
		{ "12\r\n", 12 }, { "12\n34\n", 12 }, { "12\nabc", 12 },      { "0012", 12 },
		{ "12 -1", 12 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		CHECK_ROW(rows[i].text, parse(rows[i].text) == rows[i].pid);
}

TEST(what_is_no_pid_is_EINVAL)
{
	/* clang-format off */
	static const char *const bad[] = {
		"", " ", "\n", "-1", "-1\n", "0", "0\n", "00", "-0", "+5", "+5\n", "12abc", "12.", "12,", "12-",
		"12:", "abc", "x12", "- 12", "4194305", "4294967297", "4294967296", "2147483648", "99999999999999",
		"18446744073709551617", "184467440737095516170000000000000000000000001", "0x10", "\xff", "1e3",
		"#12", "pid=12", "12/", "\"12\"",
	};
	/* clang-format on */
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_FAILS(bad[i], parse(bad[i]), EINVAL);
}

TEST(every_text_gives_a_pid_in_range_or_none)
{
	static const char some[] = "0123456789  \t\n-+x.\r";
	char text[24];
	int i, j;

	for (i = 0; i < 100000; i++) {
		pid_t pid;

		for (j = 0; j < 23; j++)
			text[j] = some[dice() % (sizeof(some) - 1)];
		text[dice() % 24] = '\0';
		text[23] = '\0';
		pid = parse(text);
		CHECK_ROW(text, pid == -1 || (pid > 0 && pid <= PID_MAX && pid == atoi(text + strspn(text, " \t"))));
	}
}

TEST(pidfile_read_gives_what_stands_there)
{
	bool foreign = true;

	fresh("read");
	put_text("p", "1234\n");
	CHECK(read_foreign("p", &foreign) == 1234);
	CHECK(!foreign);
	CHECK(read_pid("p") == 1234);
	put_text("p", "77");
	CHECK(read_pid("p") == 77);
	CHECK(!symlink("p", "link"));
	CHECK(read_pid("link") == 77);
}

TEST(pidfile_read_of_no_pid_is_EINVAL)
{
	static const char *const bad[] = { "-1", "0", "+5", "12abc", "4294967297", "" };
	unsigned i;

	fresh("bad");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		put_text("p", bad[i]);
		CHECK_FAILS(bad[i], read_pid("p"), EINVAL);
	}
}

/* a number whose end is not seen is another number */
TEST(pidfile_read_never_takes_a_part_of_a_number)
{
	char text[200];
	int blanks, digits;

	fresh("cut");
	for (blanks = 0; blanks < 150; blanks++)
		for (digits = 1; digits <= 7; digits++) {
			pid_t pid, whole;

			memset(text, ' ', sizeof(text));
			memcpy(text + blanks, "1234567", digits);
			text[blanks + digits] = '\0';
			whole = atoi(text);
			put_text("p", text);
			pid = read_pid("p");
			snprintf(text, sizeof(text), "%d blanks, then %d: read as %d", blanks, whole, pid);
			CHECK_ROW(text, pid == whole || pid == -1);
		}
}

TEST(pidfile_read_takes_no_NUL_for_an_end)
{
	fresh("nul");
	put("p", "12\00034\n", 6);
	CHECK_FAILS("12\\034", read_pid("p"), EINVAL);
}

TEST(pidfile_read_of_a_long_file_reads_its_first_word)
{
	static char text[70000];

	fresh("long");
	memset(text, 'x', sizeof(text));
	memcpy(text, "321\n", 4);
	put("p", text, sizeof(text));
	CHECK(read_pid("p") == 321);
}

TEST(pidfile_read_of_what_is_no_file)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	long long before = msec_now();

	fresh("nofile");
	CHECK(!mkfifo("fifo", 0644));
	CHECK(!symlink("nowhere", "dangling"));
	CHECK(!symlink("self", "self"));
	CHECK(!bind(fd, (struct sockaddr *)&name, sizeof(name)));
	CHECK_FAILS("nothing", read_pid("nothing"), ENOENT);
	CHECK_FAILS("no/such", read_pid("no/such"), ENOENT);
	CHECK_FAILS("empty", read_pid(""), ENOENT);
	CHECK_FAILS("/dev/null", read_pid("/dev/null"), ENOENT);
	CHECK_FAILS("dangling", read_pid("dangling"), ENOENT);
	CHECK_FAILS("loop", read_pid("self"), ELOOP);
	CHECK_FAILS("directory", read_pid("."), EISDIR);
	CHECK_FAILS("fifo", read_pid("fifo"), ENXIO);
	CHECK_FAILS("socket", read_pid("socket"), ENXIO);
	CHECK_FAILS("/dev/zero", read_pid("/dev/zero"), ENXIO);
	put_text("file", "1");
	CHECK_FAILS("file/", read_pid("file/"), ENOTDIR);
	CHECK(msec_now() - before < 1000);
	close(fd);
}

TEST(pidfile_read_refuses_what_anybody_may_write)
{
	fresh("writable");
	put_text("p", "12\n");
	CHECK(!chmod("p", 0666));
	CHECK_FAILS("0666", read_pid("p"), EPERM);
	CHECK(!chmod("p", 0602));
	CHECK_FAILS("0602", read_pid("p"), EPERM);
	CHECK(!chmod("p", 0664));
	CHECK(read_pid("p") == 12);
}

TEST_ALONE(pidfile_read_tells_of_a_foreign_owner)
{
	bool foreign = false;

	if (getuid())
		SKIP("not root");
	fresh("foreign");
	put_text("p", "12\n");
	if (chown("p", 12345, 0) < 0)
		SKIP("no such id here");
	CHECK(read_foreign("p", &foreign) == 12 && foreign);
	CHECK(!chown("p", 0, 12345));
	CHECK(read_foreign("p", &foreign) == 12 && foreign);
	CHECK(!chown("p", 0, 0));
	CHECK(read_foreign("p", &foreign) == 12 && !foreign);
}

TEST_ALONE(a_user_s_own_pidfile_is_not_foreign_to_him)
{
	bool foreign = true;

	if (getuid())
		SKIP("not root");
	fresh("own");
	put_text("p", "12\n");
	put_text("q", "12\n");
	put_text("secret", "12\n");
	CHECK(!chmod("secret", 0600));
	if (chown("p", 12345, 12345) < 0 || setgid(12345) || setuid(12345))
		SKIP("no such id here");
	CHECK(read_foreign("p", &foreign) == 12 && !foreign);
	CHECK(read_foreign("q", &foreign) == 12 && !foreign);
	if (!access("/proc/1/root/.", F_OK)) /* a file system that does not care */
		SKIP("all is allowed here");
	CHECK_FAILS("secret", read_foreign("secret", &foreign), EACCES);
}

TEST(pidfile_write_puts_the_number_and_a_newline)
{
	struct pidfile p;

	fresh("write");
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(!write_pid(&p, 1234));
	CHECK_TEXT(get("p"), "1234\n");
	CHECK(mode("p") == 0644);
	CHECK(!write_pid(&p, 4194304));
	CHECK_TEXT(get("p"), "4194304\n");
	CHECK(!write_pid(&p, 1));
	CHECK_TEXT(get("p"), "1\n");
	pidfile_release(&p);
	CHECK(names_here() == 1);
}

TEST_ALONE(a_pidfile_is_0644_whatever_the_umask)
{
	struct pidfile p;

	fresh("umask");
	umask(0777);
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(!write_pid(&p, 1));
	CHECK(mode("p") == 0644);
	CHECK(!write_pid(&p, 2));
	umask(0);
	CHECK(!write_pid(&p, 2));
	CHECK(mode("p") == 0644);
	pidfile_release(&p);
	CHECK(names_here() == 1);
}

/* beside it stand ".NAME.lock" and ".NAME.new" */
TEST(a_name_of_249_bytes_is_the_longest)
{
	char name[NAME_MAX + 1];
	struct pidfile p;

	fresh("longest");
	memset(name, 'x', NAME_MAX);
	name[250] = '\0';
	CHECK_FAILS("250", pidfile_hold(&p, name, 0), ENAMETOOLONG);
	name[249] = '\0';
	CHECK(!pidfile_hold(&p, name, 0));
	CHECK(!write_pid(&p, 5));
	CHECK_TEXT(get(name), "5\n");
	CHECK(names_here() == 2); /* and the lock */
	CHECK(!pidfile_remove(&p, 5));
	pidfile_release(&p);
	CHECK(names_here() == 0);
}

TEST(pidfile_write_replaces_a_symlink_and_does_not_follow_it)
{
	struct pidfile p;
	struct stat st;

	fresh("symlink");
	put_text("victim", "precious\n");
	CHECK(!symlink("victim", "p"));
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(!write_pid(&p, 5));
	pidfile_release(&p);
	CHECK_TEXT(get("victim"), "precious\n");
	CHECK(!lstat("p", &st) && S_ISREG(st.st_mode));
	CHECK_TEXT(get("p"), "5\n");
}

/* where the new file is to be stands a link to the victim; p is held */
static void lay_trap(const char *name, struct pidfile *p)
{
	fresh(name);
	put_text("victim", "precious\n");
	CHECK(!symlink("victim", ".p.new"));
	CHECK(!pidfile_hold(p, "p", 0));
}

TEST(traps_laid_at_the_names_beside_are_not_followed)
{
	struct pidfile p;

	lay_trap("traps", &p);
	CHECK(!write_pid(&p, 5));
	pidfile_release(&p);
	CHECK_TEXT(get("p"), "5\n");
	CHECK_TEXT(get("victim"), "precious\n");
	CHECK(!symlink("victim", ".p.lock"));
	CHECK_FAILS("lock", pidfile_hold(&p, "p", 0), ELOOP);
	CHECK_TEXT(get("victim"), "precious\n");
}

TEST(a_fifo_at_the_lock_s_name_does_not_hang)
{
	struct pidfile p;
	long long before = msec_now();

	fresh("fifolock");
	CHECK(!mkfifo(".p.lock", 0600));
	if (!pidfile_hold(&p, "p", 0))
		pidfile_release(&p);
	CHECK(msec_now() - before < 1000);
}

TEST(pidfile_write_of_what_cannot_be_leaves_what_was)
{
	struct pidfile p;

	fresh("cannot");
	CHECK(!mkdir("p", 0755));
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK_FAILS("directory", write_pid(&p, 5), EISDIR);
	pidfile_release(&p);
	CHECK(names_here() == 1);
	CHECK(exists("p"));
}

TEST_ALONE(on_a_full_disk_the_old_pidfile_stands_and_nothing_else)
{
	struct rlimit none = { 0, 0 };
	struct pidfile p;

	fresh("full");
	put_text("p", "12\n");
	signal(SIGXFSZ, SIG_IGN);
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(!setrlimit(RLIMIT_FSIZE, &none));
	CHECK_FAILS("full", write_pid(&p, 34), EFBIG);
	pidfile_release(&p);
	CHECK(names_here() == 1);
	CHECK_TEXT(get("p"), "12\n");
}

TEST(a_reader_sees_a_whole_number_at_any_time)
{
	struct pidfile p;
	pid_t writer;
	int i, status;

	fresh("atomic");
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(!write_pid(&p, 1111111));
	writer = fork();
	if (!writer) {
		for (i = 0; i < 3000; i++)
			if (write_pid(&p, i & 1 ? 1111111 : 2222222) < 0)
				_exit(1);
		_exit(0);
	}
	while (!waitpid(writer, &status, WNOHANG)) {
		pid_t pid = read_pid("p");

		CHECK(pid == 1111111 || pid == 2222222);
	}
	CHECK(status == 0);
	pidfile_release(&p);
}

TEST(pidfile_hold_of_a_bad_path)
{
	static char name[NAME_MAX + 2], path[PATH_MAX + 300];
	struct pidfile p;

	fresh("hold");
	put_text("file", "");
	CHECK_FAILS("no directory", pidfile_hold(&p, "nowhere/p", 0), ENOENT);
	CHECK(p.lock == -1);
	CHECK_FAILS("file as directory", pidfile_hold(&p, "file/p", 0), ENOTDIR);
	CHECK_FAILS("slash at the end", pidfile_hold(&p, "hold/", 0), EISDIR);
	CHECK_FAILS("/", pidfile_hold(&p, "/", 0), EISDIR);
	CHECK_FAILS("empty", pidfile_hold(&p, "", 0), ENOENT);
	memset(name, 'n', sizeof(name) - 1);
	CHECK_FAILS("name over NAME_MAX", pidfile_hold(&p, name, 0), ENAMETOOLONG);
	memset(path, 'd', PATH_MAX + 100);
	strcat(path, "/p");
	CHECK_FAILS("path over PATH_MAX", pidfile_hold(&p, path, 0), ENAMETOOLONG);
	memset(path, '/', PATH_MAX);
	strcpy(path + PATH_MAX - 1, "p"); /* its directory and "." and NUL are one too many */
	CHECK_FAILS("directory of PATH_MAX", pidfile_hold(&p, path, 0), ENAMETOOLONG);
	CHECK_FAILS("/proc", pidfile_hold(&p, "/proc/p", 0), ENOENT);
	CHECK(names_here() == 1);
}

TEST_ALONE(pidfile_hold_in_a_directory_of_others_is_EACCES)
{
	struct pidfile p;

	if (getuid())
		SKIP("not root");
	fresh("others");
	if (setgid(12345) || setuid(12345))
		SKIP("no such id here");
	CHECK_FAILS("others", pidfile_hold(&p, "p", 0), EACCES);
}

TEST(the_lock_s_name_is_there_while_it_is_held)
{
	struct pidfile p;

	fresh("lockname");
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(exists(".p.lock"));
	CHECK_TEXT(p.path, "p");
	CHECK_TEXT(p.base, "p");
	pidfile_release(&p);
	CHECK(names_here() == 0);
}

TEST(paths_with_and_without_directories_are_the_same_file)
{
	static const char *const paths[] = { "p", "./p", "../paths/p", "sub/../p", "/proc/self/cwd/p", ".//p" };
	struct pidfile p;
	unsigned i;

	fresh("paths");
	CHECK(!mkdir("sub", 0755));
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		CHECK_ROW(paths[i], !pidfile_hold(&p, paths[i], 0));
		CHECK_ROW(paths[i], !write_pid(&p, i + 1));
		pidfile_release(&p);
		CHECK_ROW(paths[i], read_pid("p") == (pid_t)i + 1);
	}
}

TEST_ALONE(it_is_written_and_removed_where_it_was_after_a_chdir)
{
	struct pidfile p;

	fresh("chdir");
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(!chdir("/"));
	CHECK(!write_pid(&p, 9));
	CHECK(fchdir(p.dir) == 0);
	CHECK(read_pid("p") == 9);
	CHECK(!chdir("/"));
	CHECK(!pidfile_remove(&p, 9));
	CHECK(fchdir(p.dir) == 0);
	CHECK(!exists("p"));
	pidfile_release(&p);
}

/* a child that tries, and tells errno, 0 for a lock that it got */
static int other(const char *path, unsigned msec)
{
	struct pidfile p;
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(pidfile_hold(&p, path, msec) < 0 ? errno : 0);
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WEXITSTATUS(status);
}

TEST(nobody_else_can_hold_what_is_held)
{
	struct pidfile p;
	long long before, took;

	fresh("held");
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(other("p", 0) == ETIMEDOUT);
	before = msec_now();
	CHECK(other("p", 60) == ETIMEDOUT);
	took = msec_now() - before;
	CHECK(took >= 50 && took < 1000);
	CHECK(other("q", 0) == 0);
	pidfile_release(&p);
	CHECK(other("p", 0) == 0);
}

TEST(who_waits_gets_his_turn_soon)
{
	struct pidfile p, mine;
	int ready[2], status;
	long long released;
	char c;
	pid_t pid;

	fresh("turn");
	CHECK(!pipe(ready));
	pid = fork();
	if (!pid) {
		if (pidfile_hold(&p, "p", 0) < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		usleep(60000);
		pidfile_release(&p);
		_exit(0);
	}
	CHECK(read(ready[0], &c, 1) == 1);
	released = msec_now() + 60;
	CHECK(!pidfile_hold(&mine, "p", 5000));
	CHECK(msec_now() - released < 200);
	pidfile_release(&mine);
	CHECK(waitpid(pid, &status, 0) == pid && !status);
	close(ready[0]);
	close(ready[1]);
}

TEST(a_holder_that_was_killed_holds_nothing)
{
	struct pidfile p;
	char c;
	int ready[2];
	pid_t pid;

	fresh("killed");
	CHECK(!pipe(ready));
	pid = fork();
	if (!pid) {
		if (pidfile_hold(&p, "p", 0) < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	CHECK(read(ready[0], &c, 1) == 1);
	CHECK(other("p", 0) == ETIMEDOUT);
	end(pid);
	CHECK(!pidfile_hold(&p, "p", 0));
	put_text(".p.new", "left by him");
	CHECK(!write_pid(&p, 5));
	CHECK_TEXT(get("p"), "5\n");
	pidfile_release(&p);
	CHECK(names_here() == 1);
	close(ready[0]);
	close(ready[1]);
}

/* check and start are one step: many come at once, each has its turn alone */
TEST(of_many_at_once_each_has_it_alone)
{
	enum { MANY = 12, ROUNDS = 25 };
	struct pidfile p;
	int i, j, status;

	fresh("many");
	put_text("count", "0");
	for (i = 0; i < MANY; i++)
		if (!fork()) {
			for (j = 0; j < ROUNDS; j++) {
				char text[16];

				if (pidfile_hold(&p, "p", 30000) < 0)
					_exit(1);
				snprintf(text, sizeof(text), "%d", atoi(get("count")) + 1);
				put_text("count", text);
				pidfile_release(&p);
			}
			_exit(0);
		}
	for (i = 0; i < MANY; i++)
		CHECK(wait(&status) > 0 && !status);
	CHECK(atoi(get("count")) == MANY * ROUNDS);
	CHECK(names_here() == 1);
}

TEST(pidfile_remove_takes_away_what_names_the_pid_only)
{
	struct pidfile p;

	fresh("remove");
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK_FAILS("none", pidfile_remove(&p, 12), ENOENT);
	CHECK(!write_pid(&p, 12));
	CHECK_FAILS("another", pidfile_remove(&p, 13), ESRCH);
	CHECK(exists("p"));
	put_text(".p.new", "1"); /* of a writer who was killed */
	CHECK(!pidfile_remove(&p, 12));
	CHECK(!exists("p") && !exists(".p.new"));
	put_text("p", "garbage");
	CHECK_FAILS("garbage", pidfile_remove(&p, 12), EINVAL);
	CHECK(exists("p"));
	pidfile_release(&p);
}

TEST(pidfile_unlink_does_the_same_without_a_hold)
{
	fresh("unlink");
	CHECK_FAILS("none", pidfile_unlink("p", 12), ENOENT);
	put_text("p", "12\n");
	CHECK_FAILS("another", pidfile_unlink("p", 13), ESRCH);
	CHECK(exists("p"));
	CHECK(!pidfile_unlink("p", 12));
	CHECK(!exists("p"));
	CHECK(names_here() == 0);
}

TEST(pidfile_unlock_takes_the_name_away_and_another_can_hold_it)
{
	struct pidfile p;

	fresh("unlock");
	CHECK(!pidfile_hold(&p, "p", 0));
	pidfile_unlock(&p);
	CHECK(!exists(".p.lock"));
	CHECK(other("p", 0) == 0);
	pidfile_release(&p);
}

TEST(a_hold_leaves_no_descriptor_to_a_program)
{
	struct pidfile p;

	fresh("cloexec");
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(fcntl(p.dir, F_GETFD) == FD_CLOEXEC);
	CHECK(fcntl(p.lock, F_GETFD) == FD_CLOEXEC);
	pidfile_release(&p);
	CHECK(fcntl(p.dir, F_GETFD) < 0);
	CHECK(fcntl(p.lock, F_GETFD) < 0);
}

TEST(nothing_leaks_in_a_thousand_turns)
{
	struct pidfile p, none;
	int i, before, after;

	fresh("leak");
	CHECK(!mkdir("dir", 0755));
	before = dup(0);
	close(before);
	for (i = 1; i <= 1000; i++) {
		CHECK(!pidfile_hold(&p, "p", 0));
		CHECK(!write_pid(&p, i));
		CHECK(read_pid("p") == i);
		CHECK(read_pid("none") < 0 && read_pid("dir") < 0);
		CHECK(pidfile_hold(&none, "none/p", 0) < 0 && pidfile_hold(&none, "dir/", 0) < 0);
		CHECK(!pidfile_remove(&p, i));
		pidfile_release(&p);
	}
	after = dup(0);
	close(after);
	CHECK(after == before);
	CHECK(names_here() == 1);
}

/* ---- the second line ------------------------------------------------------------------------------------------ */

#define BOOT "01234567-89ab-cdef-0123-456789abcdef"

TEST(our_own_second_line_is_an_identity)
{
	memset(&facts, '#', sizeof(facts));
	CHECK(parse("12\n987 " BOOT "\n") == 12 && facts.pid == 12);
	CHECK_TEXT(facts.identity, "987 " BOOT);
	CHECK(parse("12\n1 " BOOT) == 12);
	CHECK_TEXT(facts.identity, "1 " BOOT);
	CHECK(parse("12\n18446744073709551615 " BOOT "\nmore\n") == 12);
	CHECK_TEXT(facts.identity, "18446744073709551615 " BOOT);
	CHECK(parse("12\n12345678901234567890123456 " BOOT "\n") == 12 && strlen(facts.identity) == 63);
}

TEST(another_second_line_is_none)
{
	static const char *const others[] = {
		"12", "12\n", "12\n\n", "12\n34\n", "12 987 " BOOT "\n", "12 \n987 " BOOT "\n", "12\n987" BOOT "\n",
		"12\n987 " BOOT "0\n", "12\n987  " BOOT "\n", "12\n " BOOT "\n", "12\n987 X1234567-89ab-cdef-0123-456789abcdef\n",
		"12\nx87 " BOOT "\n", "12\n987 01234567-89ab-cdef-0123-456789abcdeg\n", "12\n\n987 " BOOT "\n",
		"12\n123456789012345678901234567 " BOOT "\n", /* 64 bytes */
	};
	unsigned i;

	for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
		memset(&facts, '#', sizeof(facts));
		CHECK_ROW(others[i], parse(others[i]) == 12 && !*facts.identity);
	}
}

TEST(an_identity_that_is_written_is_read_again)
{
	struct pidfile p;

	fresh("identity");
	CHECK(!pidfile_hold(&p, "pid", 0) && !pidfile_write(&p, 12345, "987 " BOOT));
	CHECK_TEXT(get("pid"), "12345\n987 " BOOT "\n");
	CHECK(read_pid("pid") == 12345);
	CHECK_TEXT(facts.identity, "987 " BOOT);
	CHECK(!pidfile_remove(&p, 12345));
	pidfile_release(&p);
}

/* ---- what fails -------------------------------------------------------------------------------------------- */

TEST(what_anybody_may_write_is_replaced)
{
	struct pidfile p;

	fresh("others-write");
	put_text("pid", "1\n");
	CHECK(!chmod("pid", 0666));
	CHECK(!pidfile_hold(&p, "pid", 0) && !write_pid(&p, 12));
	CHECK(read_pid("pid") == 12 && mode("pid") == 0644);
	pidfile_release(&p);
}

TEST_ALONE(what_cannot_be_read_or_looked_at_names_nobody)
{
	int before = open_now();

	fresh("unreadable");
	put_text("pid", "12\n");
	CHECK(read_pid("pid") == 12);
	refuse(SYS_read, EIO);
	CHECK_FAILS("read", read_pid("pid"), EIO);
#ifdef SYS_newfstatat
	refuse(SYS_newfstatat, EACCES);
	CHECK_FAILS("stat", read_pid("pid"), ENXIO);
#endif
	CHECK(open_now() == before);
}

TEST_ALONE(where_there_are_no_locks_nobody_has_one_and_no_name_stays)
{
	struct pidfile p;

	fresh("no-locks");
	refuse(SYS_flock, ENOLCK);
	CHECK_FAILS("hold", pidfile_hold(&p, "pid", 1000), ENOLCK);
	CHECK(names_here() == 0);
}

TEST(who_waits_in_vain_leaves_no_descriptor_but_the_directory_s)
{
	struct pidfile p, late;
	int before;

	fresh("in-vain");
	CHECK(!pidfile_hold(&p, "pid", 0));
	before = open_now();
	CHECK_FAILS("late", pidfile_hold(&late, "pid", 23), ETIMEDOUT);
	CHECK(open_now() == before + 1);
	close(late.dir);
	pidfile_release(&p);
}

TEST_ALONE(a_write_that_fails_leaves_no_file)
{
	struct pidfile p;

	fresh("no-write");
	CHECK(!pidfile_hold(&p, "pid", 0));
	CHECK(mode(".pid.lock") == 0600);
	refuse(SYS_fchmod, EPERM);
	CHECK_FAILS("fchmod", write_pid(&p, 12), EPERM);
	CHECK(names_here() == 1); /* the lock's */
	pidfile_unlock(&p);
	CHECK(names_here() == 0);
	refuse(SYS_openat, ENOSPC);
	CHECK_FAILS("openat", write_pid(&p, 12), ENOSPC);
}

TEST(a_number_is_read_when_it_ends_before_the_127th_byte)
{
	char text[129];
	int blanks;

	fresh("bound");
	for (blanks = 119; blanks < 121; blanks++) {
		memset(text, ' ', blanks);
		strcpy(text + blanks, "1234567");
		put_text("p", text);
		CHECK_ROW(text, read_pid("p") == (blanks == 119 ? 1234567 : -1));
	}
}

TEST_ALONE(descriptor_0_is_as_good_as_any)
{
	struct pidfile p;

	fresh("descriptor-0");
	close(0);
	CHECK(!pidfile_hold(&p, "p", 0) && p.dir == 0);
	pidfile_release(&p);
	CHECK(open("/dev/null", O_RDONLY | O_CLOEXEC) == 0);
	CHECK(!pidfile_hold(&p, "p", 0) && p.dir > 0);
	close(0);
	CHECK(!write_pid(&p, 12));
	CHECK(fcntl(0, F_GETFD) < 0);
	CHECK(read_pid("p") == 12);
	CHECK(fcntl(0, F_GETFD) < 0);
	pidfile_release(&p);
}

TEST(a_name_too_long_for_what_stands_beside_it_is_not_written)
{
	char name[NAME_MAX + 1];
	struct pidfile p = { name, name, AT_FDCWD, -1 };

	fresh("too-long");
	memset(name, 'x', 250);
	name[250] = '\0';
	CHECK_FAILS("250", write_pid(&p, 5), ENAMETOOLONG);
	CHECK(names_here() == 0);
}

TEST(a_null_device_takes_a_number_and_stays)
{
	struct pidfile p;
	struct stat st;

	fresh("null");
	if (mknod("p", S_IFCHR | 0600, makedev(1, 3)) < 0)
		SKIP("no devices for us");
	CHECK(!pidfile_hold(&p, "p", 0));
	CHECK(write_pid(&p, 5) == 0);
	CHECK(!lstat("p", &st) && S_ISCHR(st.st_mode));
	pidfile_release(&p);
	CHECK(names_here() == 1);
}

TEST_ALONE(a_trap_that_cannot_be_taken_away_is_not_written_through)
{
	struct pidfile p;

	lay_trap("trapped", &p);
	refuse(SYS_unlinkat, EACCES);
	CHECK_FAILS("trap", write_pid(&p, 5), EEXIST);
	CHECK_TEXT(get("victim"), "precious\n");
}

TEST(who_may_wait_5_ms_waits_and_tries_again)
{
	struct pidfile p, late;
	long long before;

	fresh("short");
	CHECK(!pidfile_hold(&p, "p", 0));
	before = msec_now();
	CHECK_FAILS("late", pidfile_hold(&late, "p", 5), ETIMEDOUT);
	CHECK(msec_now() - before >= 4); /* both are cut to ms */
	close(late.dir);
	pidfile_release(&p);
}
