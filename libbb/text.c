/* SPDX-License-Identifier: 0BSD */
/* text - the few string functions that are smaller than libc's, which are made for long strings */
#include <errno.h>
#include <string.h>

#include "config.h"
#include "num.h"
#include "text.h"

/* 1..34 are the same on all processors (include/uapi/asm-generic/errno-base.h); then those of more; and at the end
   those of sockets, which only probe meets */
#define TEXTS \
	"Operation not permitted\0No such file or directory\0No such process\0\0I/O error\0" \
	"No such device or address\0Argument list too long\0Exec format error\0Bad file descriptor\0\0" \
	"Try again\0Out of memory\0Permission denied\0\0\0Resource busy\0" \
	"File exists\0\0No such device\0Not a directory\0Is a directory\0Invalid argument\0" \
	"File table full\0Too many open files\0\0Text file busy\0File too large\0" \
	"No space left on device\0\0Read-only file system\0\0Broken pipe\0\0Out of range\0" \
	"Name too long\0Not implemented\0Too many symlinks\0Timed out\0Quota exceeded\0" \
	"Not supported"
#define MORE ENAMETOOLONG, ENOSYS, ELOOP, ETIMEDOUT, EDQUOT, EOPNOTSUPP
#define SOCKET_TEXTS \
	"Connection refused\0Connection reset\0No route to host\0Network unreachable\0" \
	"No such protocol\0Address in use\0Address not available"
static const char few_texts[] = TEXTS, all_texts[] = TEXTS "\0" SOCKET_TEXTS;
static const short few_more[] = { MORE },
		   all_more[] = { MORE, ECONNREFUSED, ECONNRESET, EHOSTUNREACH, ENETUNREACH, EAFNOSUPPORT, EADDRINUSE,
				EADDRNOTAVAIL };

/* what is not linked is dropped */
#define SOCKETS ENABLED(CONFIG_PROBE)
#define texts (SOCKETS ? all_texts : few_texts)
#define more (SOCKETS ? all_more : few_more)
#define NMORE (SOCKETS ? COUNT(all_more) : COUNT(few_more))

size_t text_len(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return end - s;
}

bool text_same(const char *a, const char *b, size_t n)
{
	for (; n && *a == *b; n--, a++, b++)
		if (!*a)
			return true;
	return !n;
}

size_t text_until(const char *s, const char *stops)
{
	const char *p, *stop;

	for (p = s; *p; p++)
		for (stop = stops; *stop; stop++)
			if (*p == *stop)
				return p - s;
	return p - s;
}

const char *text_skip(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

char *text_copy(char *to, const char *from)
{
	while ((*to = *from++))
		to++;
	return to;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? c - 32 : c;
}

const char *text_after(const char *s, const char *head)
{
	for (; *head; head++, s++)
		if (upper(*s) != upper(*head))
			return NULL;
	return s;
}

const char *text_word(const char *names, const char *text, unsigned *which)
{
	const char *rest;

	for (*which = 0; *names; ++*which, names += text_len(names) + 1) {
		rest = text_after(text, names);
		if (rest && *rest < 'A')
			return rest;
	}
	num_fail(EINVAL);
	return NULL;
}

const char *text_base(const char *path)
{
	const char *base = path;

	for (; *path; path++)
		if (*path == '/')
			base = path + 1;
	return base;
}

const char *text_error(int error)
{
	static char number[6 + NUM_TEXT];
	const char *text = texts;
	int i, known;

	for (i = 1; i <= ERANGE + (int)NMORE; i++) {
		known = i <= ERANGE ? i : more[i - ERANGE - 1];
		if (known == error && *text)
			return text;
		text += text_len(text) + 1;
	}
	text_copy(number, "error ");
	text_copy(number + 6, num_text(number + 6, error));
	return number;
}
