/* SPDX-License-Identifier: 0BSD */
/* numbers, octal and hexadecimal numbers, durations: as strtoul(3) has them, and what is printed is read again */
#include <ctype.h>
#include <errno.h>
#include <limits.h>

#include "../../libbb/num.h"
#include "fuzz.h"

static void decimal(const char *text)
{
	unsigned n = 12345;
	char *end, buf[NUM_TEXT];
	unsigned long long value;
	int got = num_parse(text, INT_MAX, &n);

	errno = 0;
	value = strtoull(text, &end, 10);
	MUST((got == 0) == (isdigit((unsigned char)*text) && !*end && !errno && value <= INT_MAX));
	if (got)
		return;
	MUST(n == value);
	MUST(!num_parse(num_text(buf, n), INT_MAX, &n) && n == value);
}

static void octal(const char *text)
{
	unsigned n;
	bool hex = text[0] == '0' && text[1] == 'x';
	const char *digits = hex ? text + 2 : text;
	char *end;
	unsigned long long value;
	int got = num_octal(text, 0xffff, &n);

	value = strtoull(digits, &end, hex ? 16 : 8);
	MUST((got == 0) == (*digits && !digits[strspn(digits, hex ? "0123456789abcdef" : "01234567")] && value <= 0xffff));
	if (!got)
		MUST(!*end && n == value);
}

static void duration(const char *text)
{
	unsigned msec;
	char buf[32];
	unsigned again;

	if (num_msec(text, &msec) < 0)
		return;
	MUST(isdigit((unsigned char)*text) || *text == '.');
	MUST(msec <= INT_MAX);
	snprintf(buf, sizeof(buf), "%ums", msec);
	MUST(!num_msec(buf, &again) && again == msec);
	snprintf(buf, sizeof(buf), "%u.%03us", msec / 1000, msec % 1000);
	MUST(!num_msec(buf, &again) && again == msec);
}

FUZZ
{
	static void (*const looks[])(const char *) = { decimal, octal, duration };

	unsigned which = CHOOSE(3);

	looks[which](text);
}
