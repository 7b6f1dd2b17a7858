/* SPDX-License-Identifier: 0BSD */
/* a priority of syslog, by libc's own tables; sizes; stamps, as gmtime_r(3) has them; and lines out of what a program
   prints */
#define SYSLOG_NAMES
#include <stddef.h>
#include <strings.h>
#include <syslog.h>
#include <time.h>

#include "../../libbb/log.h"
#include "fuzz.h"

/* its number in one of the tables; -1. ("security" is auth's old name there, and "mark" and "none" are syslogd's) */
static int number(const CODE *table, const char *text)
{
	for (; table->c_name; table++)
		if (!strcasecmp(table->c_name, text))
			return !strcasecmp(text, "security") || table->c_val == INTERNAL_NOPRI || table->c_val == INTERNAL_MARK ?
				       -1 : table->c_val;
	return -1;
}

static void priority(const char *text)
{
	struct log l = { .priority = LOG_DAEMON | LOG_NOTICE };
	int facility = number(facilitynames, text), level = number(prioritynames, text);
	int got = log_parse_priority(&l, text);

	MUST(l.asked == !got);
	if (facility >= 0)
		MUST(!got && l.priority == (facility | LOG_NOTICE));
	else if (level >= 0)
		MUST(!got && l.priority == (LOG_DAEMON | level));
	else
		MUST(got || !strcasecmp(text, "ntp") || !strcasecmp(text, "security") || !strcasecmp(text, "console") ||
		     !strcasecmp(text, "clock"));
}

/* is this byte the second or a later one of a character? */
static bool goes_on(char c)
{
	return ((unsigned char)c >> 6) == 2;
}

/* the length of a first piece of a line that is too long */
static size_t piece(const char *text)
{
	size_t n = LOG_LINE;

	while (n > LOG_LINE - 3 && goes_on(text[n]))
		n--;
	return n;
}

static void size_of(const char *text)
{
	unsigned n = 0;
	char *end;
	unsigned long long value = strtoull(text, &end, 10);
	bool digits = *text >= '0' && *text <= '9';
	int got = log_parse_size(text, &n);

	if (digits && *end && !end[1])
		value *= strchr("kK", *end) ? 1024 : *end == 'M' ? 1048576 : 0;
	MUST((!got) == (digits && (!*end || !end[1]) && value >= 4096 && value <= 2147483647 && strtoull(text, NULL, 10) <= 2147483647));
	MUST(got || n == value);
}

static void stamps(unsigned long long time)
{
	char text[LOG_STAMP], date[64];
	time_t t = time % 253402300800; /* the year 10000 */
	struct tm tm;

	MUST(log_stamp(text, LOG_UTC, t) == text + strlen(text) && gmtime_r(&t, &tm));
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ ", &tm);
	MUST(!strcmp(text, date));
	time %= 4294967296000;
	MUST(log_stamp(text, LOG_UPTIME, time) == text + strlen(text));
	snprintf(date, sizeof(date), "[%5llu.%03llu] ", time / 1000, time % 1000);
	MUST(!strcmp(text, date));
}

FUZZ
{
	unsigned long long time = 0;

	bool end = CHOOSE(2);
	size_t cut, len, line;

	priority(text);
	size_of(text);
	memcpy(&time, text, size < sizeof(time) ? size : sizeof(time));
	stamps(time);
	for (; size; text += cut, size -= cut) {
		for (line = 0; line < size && text[line] && text[line] != '\n'; line++)
			;
		cut = log_cut(text, size, end, &len);
		if (line > LOG_LINE)
			MUST(cut == piece(text) && len == cut);
		else if (line < size)
			MUST(cut == line + 1 && len == line);
		else
			MUST(cut == (end ? size : 0) && len == cut);
		if (!cut)
			break;
	}
}
