/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/log.h"

#include <limits.h>
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

TEST(sizes)
{
	static const struct { const char *text; unsigned bytes; } rows[] = {
		{ "4096", 4096 }, { "4k", 4096 }, { "64K", 65536 }, { "1M", 1048576 }, { "2047M", 2047U << 20 }, { "65537", 65537 },
		{ "2147483647", INT_MAX },
	};
	static const char *const bad[] = { "", "k", "-1", "64kB", "64 k", "6.4k", "1G", "4kk", "0x1000" };
	static const char *const out[] = { "0", "4095", "3k", "2048M", "2147483648", "4294967296", "2097152k" };
	unsigned i, bytes;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		CHECK_ROW(rows[i].text, !log_parse_size(rows[i].text, &bytes) && bytes == rows[i].bytes);
	bytes = 77;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_FAILS(bad[i], log_parse_size(bad[i], &bytes), EINVAL);
	for (i = 0; i < sizeof(out) / sizeof(*out); i++)
		CHECK_FAILS(out[i], log_parse_size(out[i], &bytes), ERANGE);
	CHECK(bytes == 77);
}

static const char *stamp(enum log_stamp how, unsigned long long time)
{
	static char text[LOG_STAMP];
	char *end = log_stamp(text, how, time);

	CHECK(end == text + strlen(text));
	return text;
}

TEST(stamps_by_the_date)
{
	CHECK_TEXT(stamp(LOG_UTC, 0), "1970-01-01T00:00:00Z ");
	CHECK_TEXT(stamp(LOG_UTC, 1795872038), "2026-11-28T13:20:38Z ");
	CHECK_TEXT(stamp(LOG_UTC, 951782399), "2000-02-28T23:59:59Z ");
	CHECK_TEXT(stamp(LOG_UTC, 951782400), "2000-02-29T00:00:00Z ");
	CHECK_TEXT(stamp(LOG_UTC, 4294967295), "2106-02-07T06:28:15Z ");
}

TEST(stamps_by_the_date_are_those_of_libc)
{
	char text[64];
	struct tm tm;
	time_t t;
	int i;

	for (i = 0; i < 20000; i++) {
		t = (time_t)(dice() % 47541) * 86400 + dice() % 86400; /* until the year 2100, which is no leap year */
		gmtime_r(&t, &tm);
		snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			 tm.tm_hour, tm.tm_min, tm.tm_sec);
		CHECK_TEXT(stamp(LOG_UTC, t), text);
	}
}

TEST(stamps_by_the_time_since_boot)
{
	CHECK_TEXT(stamp(LOG_UPTIME, 0), "[    0.000] ");
	CHECK_TEXT(stamp(LOG_UPTIME, 123456), "[  123.456] ");
	CHECK_TEXT(stamp(LOG_UPTIME, 99999007), "[99999.007] ");
	CHECK_TEXT(stamp(LOG_UPTIME, 100000000), "[100000.000] ");
	CHECK_TEXT(stamp(LOG_UPTIME, 4294967295999), "[4294967295.999] ");
	CHECK_TEXT(stamp(LOG_NO_STAMP, 1), "");
}

TEST_ALONE(where_there_is_no_log_nothing_stays_open)
{
	int free = dup(0);

	close(free);
	if (!empty_root())
		SKIP("not root");
	CHECK_FAILS("log_open", log_open(), ENOENT);
	CHECK(dup(0) == free);
}

TEST_ALONE(where_nobody_listens_it_is_the_kernels_log)
{
	char text[8] = "";
	int fd, free;

	if (!empty_root())
		SKIP("not root");
	CHECK(!mkdir("dev", 0755));
	fd = open("dev/kmsg", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free = dup(0);
	close(free);
	CHECK(fd >= 0 && log_open() == free);
	CHECK(write(free, "words", 5) == 5 && read(fd, text, sizeof(text)) == 5);
	CHECK_TEXT(text, "words");
}
