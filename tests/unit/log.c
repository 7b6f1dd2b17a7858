/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/log.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>

#include "alone.h"

TEST(facilities_by_name)
{
	static const struct { const char *name; int facility; } rows[] = {
		{ "kern", LOG_KERN }, { "user", LOG_USER }, { "mail", LOG_MAIL }, { "daemon", LOG_DAEMON }, { "auth", LOG_AUTH },
		{ "syslog", LOG_SYSLOG }, { "lpr", LOG_LPR }, { "news", LOG_NEWS }, { "uucp", LOG_UUCP }, { "cron", LOG_CRON },
		{ "authpriv", LOG_AUTHPRIV }, { "ftp", LOG_FTP }, { "local0", LOG_LOCAL0 }, { "local7", LOG_LOCAL7 },
		{ "DAEMON", LOG_DAEMON }, { "Local3", LOG_LOCAL3 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct log l = { .priority = LOG_LOCAL5 | LOG_ERR };

		CHECK_ROW(rows[i].name, !log_parse_priority(&l, rows[i].name) && l.asked);
		CHECK_ROW(rows[i].name, l.priority == (rows[i].facility | LOG_ERR));
	}
}

TEST(priorities_by_name)
{
	static const struct { const char *name; int priority; } rows[] = {
		{ "emerg", LOG_EMERG }, { "panic", LOG_EMERG }, { "alert", LOG_ALERT }, { "crit", LOG_CRIT }, { "err", LOG_ERR },
		{ "error", LOG_ERR }, { "warning", LOG_WARNING }, { "warn", LOG_WARNING }, { "notice", LOG_NOTICE },
		{ "info", LOG_INFO }, { "debug", LOG_DEBUG }, { "Info", LOG_INFO },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct log l = { .priority = LOG_LOCAL5 | LOG_ERR };

		CHECK_ROW(rows[i].name, !log_parse_priority(&l, rows[i].name) && l.asked);
		CHECK_ROW(rows[i].name, l.priority == (LOG_LOCAL5 | rows[i].priority));
	}
}

TEST(what_is_neither_changes_nothing)
{
	static const char *const bad[] = { "", "local", "local8", "local10", "local-1", "daemo", "daemons", "3", " user", "e",
					   "errors", "warnin", "6", "info ", "none", "daemon.info" };
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct log l = { .priority = LOG_LOCAL5 | LOG_ERR };

		CHECK_FAILS(bad[i], log_parse_priority(&l, bad[i]), EINVAL);
		CHECK_ROW(bad[i], l.priority == (LOG_LOCAL5 | LOG_ERR) && !l.asked);
	}
}

TEST(a_line_ends_with_a_newline_or_a_NUL)
{
	size_t len = 99;

	CHECK(log_cut("ab\ncd", 5, false, &len) == 3 && len == 2);
	CHECK(log_cut("ab\0cd", 5, false, &len) == 3 && len == 2);
	CHECK(log_cut("\n", 1, false, &len) == 1 && len == 0);
	CHECK(log_cut("cd", 2, false, &len) == 0);
	CHECK(log_cut("cd", 2, true, &len) == 2 && len == 2);
	CHECK(log_cut("", 0, true, &len) == 0);
	CHECK(log_cut("", 0, false, &len) == 0);
}

TEST(a_long_line_comes_in_pieces)
{
	static char text[3000];
	size_t len;

	memset(text, 'x', sizeof(text));
	CHECK(log_cut(text, LOG_LINE, false, &len) == 0);
	CHECK(log_cut(text, LOG_LINE, true, &len) == LOG_LINE && len == LOG_LINE);
	CHECK(log_cut(text, LOG_LINE + 1, false, &len) == LOG_LINE && len == LOG_LINE);
	text[LOG_LINE] = '\n';
	CHECK(log_cut(text, LOG_LINE + 1, false, &len) == LOG_LINE + 1 && len == LOG_LINE);
	/* a character of three bytes on the seam */
	memcpy(text + LOG_LINE - 1, "\xe2\x82\xac", 3);
	CHECK(log_cut(text, sizeof(text), false, &len) == LOG_LINE - 1 && len == LOG_LINE - 1);
	memcpy(text + LOG_LINE - 2, "\xe2\x82\xac", 3);
	CHECK(log_cut(text, sizeof(text), false, &len) == LOG_LINE - 2);
	memset(text + LOG_LINE, 'x', 2);
	memcpy(text + LOG_LINE - 3, "\xe2\x82\xac", 3);
	CHECK(log_cut(text, sizeof(text), false, &len) == LOG_LINE);
	memset(text, 'x', sizeof(text));
	memcpy(text + LOG_LINE - 1, "\xe2\x83\xad", 3);
	CHECK(log_cut(text, sizeof(text), false, &len) == LOG_LINE - 1);
	memcpy(text + LOG_LINE - 2, "\xe2\x83\xad", 3);
	CHECK(log_cut(text, sizeof(text), false, &len) == LOG_LINE - 2);
	/* what is no UTF-8 at all moves on too */
	memset(text, 0x80, sizeof(text));
	CHECK(log_cut(text, sizeof(text), false, &len) >= LOG_LINE - 3);
}

TEST(the_pieces_of_any_text_are_the_text)
{
	int i;

	for (i = 0; i < 2000; i++) {
		size_t size = dice() % 4096, at = 0, len, cut, j;
		char *text = malloc(size ? size : 1);
		unsigned newlines = 1 + dice() % 2000;
		bool end = dice() & 1;

		for (j = 0; j < size; j++)
			text[j] = dice() % newlines ? (dice() & 1 ? 'x' : 0x80 + dice() % 128) : (dice() & 1 ? '\n' : '\0');
		while ((cut = log_cut(text + at, size - at, end, &len))) {
			CHECK(len <= LOG_LINE && (cut == len || cut == len + 1) && cut <= size - at);
			for (j = 0; j < len; j++)
				CHECK(text[at + j] && text[at + j] != '\n');
			at += cut;
		}
		CHECK(size - at <= (end ? 0 : LOG_LINE));
		free(text);
	}
}

/* ---- a syslogd, in a directory that is the root of all who take part ---- */

static int pipe_end, dev_log = -1;
static pid_t logger;
static const struct log daemon_log = { LOG_DAEMON | LOG_NOTICE, "lighttpd", 4711 };

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

static void start(const struct log *l)
{
	int ends[2];

	CHECK(!pipe2(ends, O_CLOEXEC));
	logger = fork();
	CHECK(logger >= 0);
	if (!logger) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		log_run(ends[0], l);
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
	static const struct log bare = { LOG_LOCAL7 | LOG_DEBUG, "", 0 }, full = { LOG_LOCAL7 | LOG_DEBUG, long_tag, 4194304 };
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

static long long msec_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
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
