/* SPDX-License-Identifier: 0BSD */
/* log - lines out of what a program prints, what stands before them, and the way to syslog */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "config.h"
#include "fd.h"
#include "log.h"
#include "num.h"
#include "text.h"

#define TAG_MAX 48
#define SIZE_MIN 4096 /* bytes of a file that is cut: a rest of lines and a new one always fit */

/* facilities in the order of the numbers of RFC 3164, with BSD's names; levels; other names of these */
static const char names[] =
	"kern\0user\0mail\0daemon\0auth\0syslog\0lpr\0news\0uucp\0cron\0authpriv\0ftp\0ntp\0security\0console\0clock\0"
	"local0\0local1\0local2\0local3\0local4\0local5\0local6\0local7\0"
	"emerg\0alert\0crit\0err\0warning\0notice\0info\0debug\0"
	"panic\0alert\0crit\0error\0warn\0";
#define LEVELS 24 /* the first of them */

int log_parse_priority(void *log, const char *text)
{
	struct log *l = log;
	unsigned n;

	text = text_word(names, text, &n);
	if (!text || *text)
		return num_fail(EINVAL);
	l->asked = true;
	l->priority = n < LEVELS ? (l->priority & 7) | n << 3 : (l->priority & ~7) | (n & 7);
	return 0;
}

int log_parse_size(const char *text, unsigned *bytes)
{
	unsigned n, bits = 0;

	if (num_take(&text, INT_MAX, &n) < 0)
		return -1;
	if (*text)
		bits = *text == 'k' || *text == 'K' ? 10 : *text == 'M' ? 20 : 31;
	if (bits > 20 || (bits && text[1]))
		return num_fail(EINVAL);
	if (n > (unsigned)INT_MAX >> bits || n << bits < SIZE_MIN)
		return num_fail(ERANGE);
	*bytes = n << bits;
	return 0;
}

size_t log_cut(const char *text, size_t size, bool end, size_t *len)
{
	size_t n;

	for (n = 0; n < size; n++) {
		if (text[n] == '\n' || !text[n]) {
			*len = n;
			return n + 1;
		}
		if (n < LOG_LINE)
			continue;
		while (n > LOG_LINE - 3 && (text[n] & 0xc0) == 0x80) /* inside of a character */
			n--;
		return *len = n;
	}
	return *len = end ? size : 0;
}

/* n, which has no more digits than width; what is left of that becomes pad */
static char *put_number(char *to, unsigned n, int width, char pad)
{
	char *end = to + width, *p = end;

	do
		*--p = '0' + n % 10;
	while (n /= 10);
	while (p > to)
		*--p = pad;
	return end;
}

static unsigned days_of(unsigned year, unsigned month)
{
	if (month == 2)
		return year % 4 || (!(year % 100) && year % 400) ? 28 : 29;
	return 30 + ((month + month / 8) & 1); /* 31 in odd ones, from August on in even ones */
}

static char *put_date(char *to, unsigned day)
{
	unsigned year = 1970, month = 1, days;

	for (; day >= (days = 337 + days_of(year, 2)); year++)
		day -= days;
	for (; day >= (days = days_of(year, month)); month++)
		day -= days;
	to = put_number(to, year, 4, '0');
	*to++ = '-';
	to = put_number(to, month, 2, '0');
	*to++ = '-';
	return put_number(to, day + 1, 2, '0');
}

char *log_stamp(char *to, enum log_stamp how, unsigned long long time)
{
	unsigned seconds, width = 5, n;

	if (how == LOG_UTC) {
		seconds = time % 86400;
		to = put_date(to, time / 86400);
		*to++ = 'T';
		to = put_number(to, seconds / 3600, 2, '0');
		*to++ = ':';
		to = put_number(to, seconds / 60 % 60, 2, '0');
		*to++ = ':';
		to = put_number(to, seconds % 60, 2, '0');
		to = text_copy(to, "Z ");
	} else if (how == LOG_UPTIME) {
		seconds = time / 1000;
		for (n = seconds; n > 99999; n /= 10)
			width++;
		*to++ = '[';
		to = put_number(to, seconds, width, ' ');
		*to++ = '.';
		to = text_copy(put_number(to, time % 1000, 3, '0'), "] ");
	}
	*to = '\0';
	return to;
}

char *log_copy(char *to, const char *from, size_t most)
{
	while (most-- && from && *from)
		*to++ = *from++;
	*to = '\0';
	return to;
}

char *log_dropped(char *to, unsigned n, const char *what)
{
	char digits[NUM_TEXT];

	return text_copy(text_copy(text_copy(to, "dropped "), num_text(digits, n)), what);
}

/* The message. It has no timestamp: who receives it (rsyslog, syslog-ng, sysklogd, journald, BusyBox) puts in his own
   then, which knows the time zone. */
static APART char message[sizeof("<191>[]: ...") + TAG_MAX + NUM_TEXT + LOG_LINE];
static int out = -1;
static int hurry;     /* MSG_DONTWAIT: syslogd had its time, and took nothing */
static unsigned lost; /* lines not sent since the last that was */

/* what stands before each; where the line is to stand */
static char *begin_message(const struct log *l, int priority)
{
	char digits[NUM_TEXT], *p = text_copy(message, "<");

	p = text_copy(text_copy(p, num_text(digits, priority)), ">");
	p = log_copy(p, l->tag, TAG_MAX);
	if (l->pid)
		p = text_copy(text_copy(text_copy(p, "["), num_text(digits, l->pid)), "]");
	return text_copy(p, ": ");
}

/* struct sockaddr_un, without the 100 bytes behind the name */
static const struct {
	sa_family_t family;
	char path[9];
} address = { AF_UNIX, "/dev/log" };

static const char kmsg[] = "/dev/kmsg";

int log_open(void)
{
	int fd = FD_SOCKET(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && !FD_SOCKET(connect, fd, (const void *)&address, sizeof(address)))
		return fd;
	close(fd);
	return fd_open(AT_FDCWD, kmsg, O_WRONLY | O_NONBLOCK, 0);
}

static int open_out(const struct log *l)
{
	static const struct timeval patience = { .tv_sec = 1 };
	int fd;

	if (l->kernel)
		return fd_open(AT_FDCWD, kmsg, O_WRONLY | O_NONBLOCK, 0);
	fd = FD_SOCKET(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	FD_SOCKET(setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	return fd;
}

/* what stands in message, up to end. Each goes to the name: who listens there may have been started anew */
static bool deliver(const struct log *l, char *end)
{
	ssize_t n;

	if (out < 0)
		out = open_out(l);
	if (l->kernel) {
		*end++ = '\n'; /* a record without it is shown to nobody before the next begins */
		n = write(out, message, end - message);
	} else {
		n = FD_SOCKET(sendto, out, message, end - message, hurry, (const void *)&address, sizeof(address));
	}
	hurry = n < 0 ? MSG_DONTWAIT : 0;
	return n >= 0;
}

static bool tell_lost(const struct log *l, int priority)
{
	return !lost || deliver(l, log_dropped(begin_message(l, priority), lost, " lines"));
}

void log_send(const struct log *l, int priority, const char *line, size_t len, bool more)
{
	char *body;

	if (tell_lost(l, priority)) {
		body = begin_message(l, priority);
		memcpy(body, line, len);
		lost = !deliver(l, text_copy(body + len, more ? "..." : ""));
	} else {
		lost++;
	}
}

void log_end(const struct log *l)
{
	tell_lost(l, l->priority);
}
