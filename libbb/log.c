/* SPDX-License-Identifier: 0BSD */
/* log - a process that sends what another one prints to syslog */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "config.h"
#include "fd.h"
#include "log.h"
#include "num.h"
#include "text.h"

#define TAG_MAX 48

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

/* The message, whose beginning is always the same. It has no timestamp: who receives it (rsyslog, syslog-ng, sysklogd,
   journald, BusyBox) puts in his own then, which knows the time zone. */
static APART char message[sizeof("<191>[]: ...") + TAG_MAX + NUM_TEXT + LOG_LINE];
static char *body;
static int out;
static int hurry;     /* MSG_DONTWAIT: syslogd had its time, and took nothing */
static unsigned lost; /* lines not sent since the last that was */

static void begin_message(const struct log *l)
{
	char digits[NUM_TEXT], *p = text_copy(message, "<");
	int i;

	p = text_copy(text_copy(p, num_text(digits, l->priority)), ">");
	for (i = 0; i < TAG_MAX && l->tag[i]; i++)
		*p++ = l->tag[i];
	if (l->pid)
		p = text_copy(text_copy(text_copy(p, "["), num_text(digits, l->pid)), "]");
	body = text_copy(p, ": ");
}

/* struct sockaddr_un, without the 100 bytes behind the name */
static const struct {
	sa_family_t family;
	char path[9];
} address = { AF_UNIX, "/dev/log" };

int log_open(void)
{
	int fd = FD_SOCKET(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && !FD_SOCKET(connect, fd, (const void *)&address, sizeof(address)))
		return fd;
	close(fd);
	return fd_open(AT_FDCWD, "/dev/kmsg", O_WRONLY | O_NONBLOCK, 0);
}

/* what stands in message, up to end. Each goes to the name: who listens there may have been started anew */
static bool deliver(const char *end)
{
	hurry = 0 > FD_SOCKET(sendto, out, message, end - message, hurry, (const void *)&address, sizeof(address))
			? MSG_DONTWAIT
			: 0;
	return !hurry;
}

static bool tell_lost(void)
{
	char digits[NUM_TEXT], *end;

	if (!lost)
		return true;
	end = text_copy(text_copy(body, "dropped "), num_text(digits, lost));
	return deliver(text_copy(end, " lines"));
}

static void send_line(const char *line, size_t len, bool more)
{
	if (tell_lost()) {
		memcpy(body, line, len);
		lost = !deliver(text_copy(body + len, more ? "..." : ""));
	} else {
		lost++;
	}
}

/* all whole lines; how many bytes are left, which then stand at the beginning */
static size_t send_lines(char *text, size_t size, bool end)
{
	size_t at = 0, left = 0, len, n;

	while ((n = log_cut(text + at, size - at, end, &len))) {
		if (len)
			send_line(text + at, len, n == len && at + n < size);
		at += n;
	}
	while (at < size)
		text[left++] = text[at++];
	return left;
}

/* A script that waits for the end of our output, or a lock on a file that we inherited, must not wait for us. */
static void leave(int fd)
{
	syscall(SYS_setsid);
	syscall(SYS_chdir, "/");
	dup2(fd, 0);
	fd_close_from(1);
	fd_sane();
}

void log_run(int fd, const struct log *l)
{
	static const struct timeval patience = { .tv_sec = 1 };
	static APART char text[4096];
	size_t size = 0;
	ssize_t n;

	leave(fd);
	out = FD_SOCKET(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	FD_SOCKET(setsockopt, out, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	begin_message(l);
	do { /* without a handler no signal interrupts a call: all errors end it */
		n = read(0, text + size, sizeof(text) - size);
		size = send_lines(text, size + (n > 0 ? n : 0), n <= 0);
	} while (n > 0);
	tell_lost();
	_exit(0);
}
