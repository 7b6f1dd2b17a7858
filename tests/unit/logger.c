/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/logger.h"

#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>

#include "alone.h"

/* ---- a syslogd, in a directory that is the root of all who take part ---- */

static int pipe_end, dev_log = -1;
static pid_t logger;
static const struct logger daemon_log = { .syslog = { LOG_DAEMON | LOG_NOTICE, "lighttpd", 4711 } };

static int listen_at_dev_log(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	struct timeval patience = { 10, 0 };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	unlink("/dev/log");
	CHECK(fd >= 0 && !bind(fd, (struct sockaddr *)&name, sizeof(name)));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static bool own_root(void)
{
	mkdir("root", 0755);
	mkdir("root/dev", 0755);
	if (chroot("root") < 0 || chdir("/") < 0)
		return false;
	put_text("/dev/null", "");
	unlink("/dev/log");
	return true;
}

static void start(const struct logger *l)
{
	int ends[2];

	CHECK(!pipe2(ends, O_CLOEXEC));
	logger = fork();
	CHECK(logger >= 0);
	if (!logger) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[0], 0);
		logger_run(l);
	}
	close(ends[0]);
	pipe_end = ends[1];
}

static void print(const char *text)
{
	CHECK(write(pipe_end, text, strlen(text)) == (ssize_t)strlen(text));
}

static const char *heard(void)
{
	static char text[2048];
	ssize_t len = recv(dev_log, text, sizeof(text) - 1, 0);

	if (len < 0)
		return NULL;
	text[len] = '\0';
	return text;
}

static bool silent(void)
{
	struct pollfd p = { .fd = dev_log, .events = POLLIN };

	return !poll(&p, 1, 100);
}

/* the end of the pipe is the end of the logger, by itself */
static void finish(void)
{
	int how;

	close(pipe_end);
	CHECK(waitpid(logger, &how, 0) == logger);
	CHECK(how == 0);
}

#define ROOT_OR_SKIP()                                                                                       \
	if (!own_root())                                                                                     \
	SKIP("no chroot for us")

TEST_ALONE(lines_come_as_syslog_sends_them)
{
	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start(&daemon_log);
	print("hello\nwor");
	CHECK_TEXT(heard(), "<29>lighttpd[4711]: hello");
	CHECK(silent());
	print("ld\n\n\na <b>: c\nlast");
	CHECK_TEXT(heard(), "<29>lighttpd[4711]: world");
	CHECK_TEXT(heard(), "<29>lighttpd[4711]: a <b>: c");
	close(pipe_end);
	CHECK_TEXT(heard(), "<29>lighttpd[4711]: last");
	finish();
	CHECK(silent());
}

TEST_ALONE(a_tag_may_be_empty_or_long_and_the_pid_is_not_always_told)
{
	static const char long_tag[] = "0123456789012345678901234567890123456789012345678901234567890";
	static const struct logger bare = { .syslog = { LOG_LOCAL7 | LOG_DEBUG, "", 0 } },
				   full = { .syslog = { LOG_LOCAL7 | LOG_DEBUG, long_tag, 4194304 } };
	static char text[LOG_LINE + 2];
	const char *got;

	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start(&bare);
	print("x\n");
	CHECK_TEXT(heard(), "<191>: x");
	finish();
	start(&full);
	memset(text, 'x', LOG_LINE + 1);
	print(text);
	got = heard();
	CHECK(got && !strncmp(got, "<191>012345678901234567890123456789012345678901234567[4194304]: xxx", 67));
	CHECK_TEXT(got + strlen(got) - 4, "x...");
	CHECK(strlen(got) == 64 + LOG_LINE + 3);
	close(pipe_end);
	CHECK_TEXT(heard() + 64, "x");
	finish();
}

TEST_ALONE(it_comes_back_after_a_restart_of_syslogd)
{
	int kind;

	ROOT_OR_SKIP();
	for (kind = 0; kind < 3; kind++) {
		dev_log = listen_at_dev_log();
		start(&daemon_log);
		print("before\n");
		CHECK_TEXT(heard(), "<29>lighttpd[4711]: before");
		close(dev_log);
		if (kind == 1)
			unlink("/dev/log");
		if (kind > 0) { /* lines come while there is none */
			print("lost\nlost too\n");
			usleep(100000);
		}
		dev_log = listen_at_dev_log();
		print("after\n");
		if (kind > 0)
			CHECK_TEXT(heard(), "<29>lighttpd[4711]: dropped 2 lines");
		CHECK_TEXT(heard(), "<29>lighttpd[4711]: after");
		finish();
		CHECK(silent());
		close(dev_log);
	}
}

TEST_ALONE(what_was_lost_is_told_at_the_end_if_it_can_be)
{
	ROOT_OR_SKIP();
	start(&daemon_log);
	print("a\nb\nc\n");
	usleep(100000);
	dev_log = listen_at_dev_log();
	finish();
	CHECK_TEXT(heard(), "<29>lighttpd[4711]: dropped 3 lines");
	CHECK(silent());
	/* and without a syslogd it ends all the same */
	unlink("/dev/log");
	start(&daemon_log);
	print("a\nb\nc");
	finish();
}

TEST_ALONE(a_syslogd_that_hangs_does_not_hold_the_daemon)
{
	long long before = msec_now();
	char line[32];
	int i;

	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start(&daemon_log);
	for (i = 0; i < 20000; i++) { /* more than pipe and queue hold */
		snprintf(line, sizeof(line), "line %d\n", i);
		print(line);
	}
	finish();
	CHECK(msec_now() - before < 5000);
}

/* hears all that comes; how many lines were sent, or told to be dropped */
static unsigned count_all(unsigned *dropped)
{
	unsigned lines = 0, n;

	while (!silent()) {
		if (sscanf(heard(), "<29>lighttpd[4711]: dropped %u", &n) == 1)
			*dropped += n;
		else
			lines++;
	}
	return lines;
}

TEST_ALONE(each_line_is_sent_or_counted)
{
	unsigned lines, dropped = 0;
	char line[32];
	int i;

	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start(&daemon_log);
	for (i = 0; i < 3000; i++) {
		snprintf(line, sizeof(line), "line %d\n", i);
		print(line);
	}
	usleep(1500000); /* its patience is over by then, and it has gone through all of them */
	lines = count_all(&dropped);
	print("more\n");
	lines += count_all(&dropped);
	finish();
	snprintf(line, sizeof(line), "%u + %u", lines, dropped);
	CHECK_ROW(line, lines + dropped == 3001 && dropped > 2000);
}

TEST_ALONE(a_burst_is_not_lost_while_syslogd_reads)
{
	char line[64], expected[64];
	int i;

	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start(&daemon_log);
	if (!fork()) {
		for (i = 0; i < 2000; i++) {
			snprintf(line, sizeof(line), "line %d\n", i);
			print(line);
		}
		_exit(0);
	}
	for (i = 0; i < 2000; i++) {
		snprintf(expected, sizeof(expected), "<29>lighttpd[4711]: line %d", i);
		CHECK_TEXT(heard(), expected);
	}
	wait(NULL);
	finish();
}

TEST_ALONE(the_logger_keeps_nothing_of_ours)
{
	int ends[2];
	char c;

	ROOT_OR_SKIP();
	CHECK(!pipe(ends));
	start(&daemon_log);
	close(ends[1]);
	CHECK(read(ends[0], &c, 1) == 0); /* would wait for the logger's end */
	CHECK(getsid(logger) == logger);
	finish();
}

/* ---- two pipes, a file, the rate --------------------------------------------------------------------------- */

static int second_end;

static void start_two(const struct logger *l)
{
	int one[2], two[2];

	CHECK(!pipe2(one, O_CLOEXEC) && !pipe2(two, O_CLOEXEC));
	logger = fork();
	CHECK(logger >= 0);
	if (!logger) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		one[0] = fcntl(one[0], F_DUPFD, 10); /* each number may be the other's */
		two[0] = fcntl(two[0], F_DUPFD, 10);
		dup2(one[0], 0);
		dup2(two[0], 1);
		logger_run(l);
	}
	close(one[0]);
	close(two[0]);
	pipe_end = one[1];
	second_end = two[1];
}

TEST_ALONE(the_lines_of_the_second_pipe_have_a_priority_of_their_own)
{
	static const struct logger l = {
		.syslog = { LOG_DAEMON | LOG_INFO, "x", 0 }, .error_priority = LOG_DAEMON | LOG_ERR, .two = true,
	};

	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start_two(&l);
	print("one\n");
	CHECK_TEXT(heard(), "<30>x: one");
	CHECK(write(second_end, "two\nhal", 7) == 7);
	CHECK_TEXT(heard(), "<27>x: two");
	print("three\n");
	CHECK_TEXT(heard(), "<30>x: three");
	CHECK(write(second_end, "f\n", 2) == 2);
	CHECK_TEXT(heard(), "<27>x: half");
	close(second_end); /* the first goes on */
	print("four\n");
	CHECK_TEXT(heard(), "<30>x: four");
	finish();
	CHECK(silent());
}

TEST_ALONE(what_is_over_the_rate_is_told_before_the_next_line_and_at_the_end)
{
	static const struct logger l = { .syslog = { LOG_DAEMON | LOG_INFO, "x", 0 }, .rate = 10 };

	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start(&l);
	print("0123456789abcdef\n"); /* longer than the bucket, which is full */
	CHECK_TEXT(heard(), "<30>x: 0123456789abcdef");
	print("dropped\n");
	print("too\n");
	CHECK(silent());
	usleep(1200000);
	print("here\n");
	CHECK_TEXT(heard(), "<30>x: dropped 12 bytes");
	CHECK_TEXT(heard(), "<30>x: here");
	print("and more\n");
	CHECK_TEXT(heard(), "<30>x: and more");
	print("last\n");
	finish();
	CHECK_TEXT(heard(), "<30>x: dropped 5 bytes");
	CHECK(silent());
}

TEST_ALONE(the_pieces_of_a_long_line_go_the_way_of_the_first)
{
	static const struct logger l = { .syslog = { LOG_DAEMON | LOG_INFO, "x", 0 }, .rate = 1000 };
	static char text[3 * LOG_LINE + 2];
	int i;

	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start(&l);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 2] = '\n';
	print(text);
	for (i = 0; i < 3; i++)
		CHECK(strlen(heard()) == 7 + LOG_LINE + (i < 2 ? 3 : 0));
	print("over\n");
	CHECK(silent());
	finish();
	CHECK_TEXT(heard(), "<30>x: dropped 5 bytes");
}

TEST_ALONE(lines_for_a_file_have_a_head_of_at_most_100_bytes_and_the_time)
{
	static char prefix[121];
	static struct logger l = { .file = { .path = "/log" }, .prefix = prefix, .stamp = LOG_UPTIME };
	const char *text;

	ROOT_OR_SKIP();
	memset(prefix, 'p', 120);
	start(&l);
	print("one\n");
	finish();
	text = get("/log");
	CHECK(text && text[0] == '[' && strchr(text, ']') && !strncmp(strchr(text, ']') + 1, " ppp", 4));
	CHECK(strspn(strchr(text, 'p'), "p") == 100);
	CHECK_TEXT(strrchr(text, 'p') + 1, "one\n");
	CHECK(unlink("/log") == 0);
}

/* ---- signals, deaths, commands ------------------------------------------------------------------------------- */

/* in 10 s at most; the reader need not know when the logger looks */
static bool becomes(const char *path, const char *expected)
{
	long long end = msec_now() + 10000;
	const char *text = NULL;

	while (msec_now() < end && (!(text = get(path)) || strcmp(text, expected)))
		usleep(5000);
	return text && !strcmp(text, expected);
}

static const struct logger both = { .syslog = { LOG_DAEMON | LOG_INFO, "x", 0 }, .file = { .path = "/log" },
				    .flush = 3600000, .name = "both" };

TEST_ALONE(lines_wait_for_more_until_TERM_or_HUP_comes)
{
	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start(&both);
	print("one\n");
	CHECK_TEXT(heard(), "<30>x: one");
	print("two\n");
	CHECK_TEXT(heard(), "<30>x: two"); /* all is done that comes behind the first */
	CHECK(access("/log", F_OK) < 0);
	CHECK(!kill(-logger, SIGTERM));
	CHECK(becomes("/log", "one\ntwo\n"));
	print("three\n");
	CHECK_TEXT(heard(), "<30>x: three");
	CHECK(!kill(-logger, SIGHUP));
	CHECK(becomes("/log", "one\ntwo\nthree\n"));
	print("last\n");
	finish();
	CHECK_TEXT(get("/log"), "one\ntwo\nthree\nlast\n");
	CHECK(!unlink("/log"));
}

TEST_ALONE(a_file_is_opened_anew_by_HUP_without_a_line)
{
	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	start(&both);
	print("one\n");
	CHECK_TEXT(heard(), "<30>x: one");
	CHECK(!kill(-logger, SIGTERM));
	CHECK(becomes("/log", "one\n"));
	CHECK(!rename("/log", "/old"));
	CHECK(!kill(-logger, SIGHUP));
	CHECK(becomes("/log", ""));
	finish();
	CHECK_TEXT(get("/old"), "one\n");
	CHECK(!unlink("/log") && !unlink("/old"));
}

TEST_ALONE(lines_are_written_when_they_have_waited_long_enough)
{
	static const struct logger l = { .file = { .path = "/log" }, .flush = 50, .name = "x" };

	ROOT_OR_SKIP();
	start(&l);
	print("one\n");
	CHECK(becomes("/log", "one\n"));
	print("two\n");
	CHECK(becomes("/log", "one\ntwo\n"));
	finish();
	CHECK(!unlink("/log"));
}

/* as heard, and who sent it */
static pid_t heard_from(void)
{
	char text[256], more[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec to = { text, sizeof(text) };
	struct msghdr message = { .msg_iov = &to, .msg_iovlen = 1, .msg_control = more, .msg_controllen = sizeof(more) };
	struct ucred who;

	if (recvmsg(dev_log, &message, 0) <= 0 || !CMSG_FIRSTHDR(&message))
		return -1;
	memcpy(&who, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(who));
	return who.pid;
}

TEST_ALONE(who_does_the_work_is_started_anew_when_it_dies)
{
	pid_t first, second;
	int one = 1;

	ROOT_OR_SKIP();
	dev_log = listen_at_dev_log();
	CHECK(!setsockopt(dev_log, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)));
	start(&daemon_log);
	print("one\n");
	first = heard_from();
	CHECK(first > 0 && first != logger);
	CHECK(!kill(first, SIGKILL));
	print("two\n");
	second = heard_from();
	CHECK(second > 0 && second != first && second != logger);
	finish();
}

/* a command that does this with each line, which is $line; its output is the file out here */
static const char *with_each(const char *what)
{
	static char command[PATH_MAX + 256];
	char here[PATH_MAX];

	CHECK(getcwd(here, sizeof(here)));
	snprintf(command, sizeof(command), "read line || exit; exec >> '%s/out'; %s", here, what);
	return command;
}

TEST_ALONE(a_command_is_started_anew_and_signals_do_to_it_what_they_do)
{
	struct logger l = { .name = "x", .command = with_each("echo $line; kill $$; echo not here") };

	signal(SIGTERM, SIG_IGN);
	start(&l);
	print("one\ntwo\n");
	CHECK(becomes("out", "one\ntwo\n"));
	finish();
	CHECK_TEXT(get("out"), "one\ntwo\n");
	CHECK(!unlink("out"));
}

TEST_ALONE(a_command_is_in_the_root_below_one_of_the_name_cut_to_11_bytes)
{
	struct logger l = { .name = "abcdefghijklmn", .command = with_each("read name < /proc/$PPID/comm; echo $name; pwd") };

	start(&l);
	print("one\n");
	CHECK(becomes("out", "log-abcdefghijk\n/\n"));
	finish();
	CHECK(!unlink("out"));
}

TEST_ALONE(a_command_has_three_descriptors_of_ours)
{
	static const struct logger l = { .name = "x", .command = "cat" };
	int i, ends[2], copies[2][2], tap = fcntl(1, F_DUPFD_CLOEXEC, 30);
	char c;

	for (i = 0; i < 2; i++) {
		CHECK(!pipe(ends));
		copies[i][0] = fcntl(ends[0], F_DUPFD_CLOEXEC, 30);
		copies[i][1] = fcntl(ends[1], F_DUPFD_CLOEXEC, 30);
		CHECK(tap >= 30 && copies[i][0] >= 30 && copies[i][1] >= 30);
		close(ends[0]);
		close(ends[1]);
	}
	CHECK(dup2(copies[0][1], 1) == 1 && dup2(copies[1][1], 3) == 3);
	start(&l);
	CHECK(dup2(tap, 1) == 1 && !close(3) && !close(copies[0][1]) && !close(copies[1][1]));
	CHECK(read(copies[1][0], &c, 1) == 0); /* would wait for its end */
	print("y");
	CHECK(read(copies[0][0], &c, 1) == 1 && c == 'y');
	finish();
}

TEST(what_a_logger_is_asked_for)
{
	char self;

	logger_asked = (struct logger){ .file.keep = 1 };
	logger_name("name");
	CHECK(!logger_wanted() && !logger_asked.syslog.tag);
	CHECK_TEXT(logger_asked.name, "name");
	logger_asked.syslog.asked = true;
	CHECK(logger_wanted());
	logger_name("name");
	CHECK_TEXT(logger_asked.syslog.tag, "name");
	logger_asked = (struct logger){ .syslog.tag = "tag" };
	CHECK(logger_wanted());
	logger_name("name");
	CHECK_TEXT(logger_asked.syslog.tag, "tag");
	logger_asked = (struct logger){ .syslog.kernel = true };
	CHECK(logger_wanted());
	logger_name("name");
	CHECK_TEXT(logger_asked.syslog.tag, "name");
	logger_asked = (struct logger){ .file.keep = 1 };
	CHECK(logger_take_file(&self, "relative") == -1 && logger_take_ring(&self, "") == -1);
	CHECK(!logger_take_ring(&self, "/ring") && logger_asked.file.ring && logger_asked.file.size == 65536);
	CHECK(!logger_take_size(&self, "8k") && logger_asked.file.size == 8192 && logger_take_size(&self, "1k") == -1);
	CHECK(!logger_take_ring(&self, "/ring") && logger_asked.file.size == 8192);
	CHECK(!logger_take_file(&self, "/file") && !logger_asked.file.ring);
	CHECK_TEXT(logger_asked.file.path, "/file");
	logger_name("name");
	CHECK(logger_wanted() && !logger_asked.syslog.tag);
	CHECK(!logger_take_keep(&self, "999") && logger_asked.file.keep == 999 && logger_take_keep(&self, "1000") == -1);
	CHECK(!logger_take_stamp(&self, "utc") && logger_asked.stamp == LOG_UTC);
	CHECK(!logger_take_stamp(&self, "uptime") && logger_asked.stamp == LOG_UPTIME);
	CHECK(logger_take_stamp(&self, "") == -1 && logger_take_stamp(&self, "utc ") == -1);
}

TEST(what_cannot_be_done_is_known_before)
{
	struct logger l = { .file = { .path = "/no/such/log" } };

	CHECK_TEXT(logger_check(&l), "open");
	CHECK(errno == ENOENT);
	l.file.path = NULL;
	CHECK(!logger_check(&l));
	l.command = "cat";
	CHECK(!logger_check(&l));
}

TEST(what_can_be_done_leaves_nothing_open)
{
	char path[PATH_MAX + 8];
	struct logger l = { .file = { .path = path } };
	int before = open_now();

	CHECK(getcwd(path, PATH_MAX));
	strcat(path, "/log");
	CHECK(!logger_check(&l));
	CHECK(!access(path, F_OK) && open_now() == before);
	CHECK(!unlink(path));
}
