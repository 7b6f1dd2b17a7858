/* SPDX-License-Identifier: 0BSD */
/* err - what the user is told, and how a process ends */
#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "err.h"
#include "fd.h"
#include "text.h"

const char *progname = "initbox";
void (*err_clean_up)(void);
static char text[1024]; /* of stdout, between two calls of say; a line on stderr leaves nothing behind */
static unsigned len;
static int to = 1, failure;

static void flush(void)
{
	if (fd_write(to, text, len) < 0 && to == 1)
		failure = errno;
	len = 0;
}

static void put(char c)
{
	text[len++] = c;
	if (len == sizeof(text))
		flush();
}

/* a message is one line, and no order to the terminal: it may hold another's text */
static void put_text(const char *s)
{
	for (; *s; s++)
		put(text_is_plain(*s) ? *s : '?');
}

static void put_unsigned(unsigned n)
{
	if (n > 9)
		put_unsigned(n / 10); /* ten deep at most */
	put('0' + n % 10);
}

static void put_number(char kind, unsigned n)
{
	if (kind == 'c') {
		put(n);
		return;
	}
	if (kind == 'd' && (int)n < 0) {
		put('-');
		n = 0 - n;
	}
	put_unsigned(n);
}

static void put_format(const char *format, va_list ap, int error)
{
	unsigned n;

	for (; *format; format++) {
		if (*format != '%') {
			put(*format);
			continue;
		}
		switch (*++format) {
		case 's':
			put_text(va_arg(ap, const char *));
			break;
		case 'm':
			put_text(text_error(error));
			break;
		case 'c':
		case 'd':
		case 'u':
			n = va_arg(ap, unsigned); /* once for all three: it is a lot of code */
			put_number(*format, n);
			break;
		default:
			put(*format);
		}
	}
}

void say(const char *format, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, format);
	put_format(format, ap, error);
	va_end(ap);
	if (len && text[len - 1] == '\n')
		flush();
	errno = error;
}

void say_as_is(const char *s)
{
	while (*s)
		put(*s++);
}

static void warn_list(const char *format, va_list ap)
{
	int error = errno;

	flush(); /* what was said before comes before */
	to = 2;
	put_text(progname);
	put_text(": ");
	put_format(format, ap, error);
	put('\n');
	flush();
	to = 1;
	errno = error;
}

void warn(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	warn_list(format, ap);
	va_end(ap);
}

_Noreturn void err_end(int status)
{
	if (err_clean_up)
		err_clean_up();
	_exit(status);
}

_Noreturn void die(int status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	warn_list(format, ap);
	va_end(ap);
	err_end(status);
}

_Noreturn void err_name(int status, const char *kind, const char *name)
{
	die(status, "%s '%s': %s", kind, name,
	    errno == ENOENT ? "not found: no such user or group" : text_error(errno));
}

bool say_failed(void)
{
	flush();
	errno = failure;
	return failure;
}
