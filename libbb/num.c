/* SPDX-License-Identifier: 0BSD */
/* num - text to numbers, strictly, and back */
#include <errno.h>
#include <limits.h>

#include "config.h"
#include "num.h"

__attribute__((noinline)) int num_fail(int error)
{
	errno = error;
	return -1;
}

static unsigned value_of(char c, unsigned base)
{
	unsigned digit = c - '0';

	return base < 16 || digit < 10 ? digit : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : base;
}

static int take(const char **text, unsigned base, unsigned max, unsigned *n)
{
	unsigned long long sum = 0;
	const char *p = *text;
	unsigned digit;

	for (; (digit = value_of(*p, base)) < base; p++) {
		sum = sum * base + digit;
		if (sum > max)
			return num_fail(ERANGE);
	}
	if (p == *text)
		return num_fail(EINVAL);
	*text = p;
	*n = sum;
	return 0;
}

static int whole(const char *text, unsigned base, unsigned max, unsigned *n)
{
	unsigned sum;

	if (take(&text, base, max, &sum) < 0)
		return -1;
	if (*text)
		return num_fail(EINVAL);
	*n = sum;
	return 0;
}

int num_take(const char **text, unsigned max, unsigned *n)
{
	return take(text, 10, max, n);
}

int num_parse(const char *text, unsigned max, unsigned *n)
{
	return whole(text, 10, max, n);
}

int num_octal(const char *text, unsigned max, unsigned *n)
{
	return text[0] == '0' && text[1] == 'x' ? whole(text + 2, 16, max, n) : whole(text, 8, max, n);
}

/* OpenRC's spellings of the units: "sec", "min", "h", "hour" */
#define OPENRC_UNITS ENABLED(CONFIG_SUPERVISE_DAEMON)

static const char *past(const char *text, const char *word)
{
	const char *at = text;

	while (*word && *at == *word)
		at++, word++;
	return *word ? text : at;
}

int num_msec(const char *text, unsigned *msec)
{
	unsigned seconds, digit, weight = 1000, unit = 1000;
	unsigned long long sum;
	const char *word;

	if (num_take(&text, UINT_MAX, &seconds) < 0)
		return -1;
	sum = seconds * 1000ULL;
	if (*text == '.' && (unsigned)(text[1] - '0') < 10)
		while ((digit = (unsigned char)*++text - '0') < 10)
			sum += digit * (weight /= 10);
	if (*text == 'm')
		unit = *++text == 's' ? 1 : 60000;
	word = text;
	if (OPENRC_UNITS && *text == 'h') {
		unit = 3600000;
		text = past(text + 1, "our");
	} else if (OPENRC_UNITS && unit > 1) {
		text = unit == 60000 ? past(text, "in") : past(text, "sec");
	}
	if (*text == 's' && (!OPENRC_UNITS || (text == word && unit < 60000)))
		text++;
	sum = sum * unit / 1000; /* 2^32 * 1000 * 3600000 is below 2^64 */
	if (*text)
		return num_fail(EINVAL);
	if (sum > INT_MAX)
		return num_fail(ERANGE);
	*msec = sum;
	return 0;
}

char *num_text(char buf[NUM_TEXT], unsigned n)
{
	/* cppcheck-suppress ctuPointerArith ; NUM_TEXT - 1 is the last byte of it */
	char *p = buf + NUM_TEXT - 1;

	*p = '\0';
	do
		*--p = '0' + n % 10;
	while (n /= 10);
	return p;
}
