/* SPDX-License-Identifier: 0BSD */
/* an expression, a newline, and a text: the same answer in one piece and in many, and, where all agree on what it
   means, glibc's */
#include <regex.h>

#include "../../libbb/regex.h"
#include "fuzz.h"

static bool in_pieces(struct regex *r, const char *text, size_t piece)
{
	size_t len = strlen(text), n;

	regex_start(r);
	for (; len; text += n, len -= n) {
		n = piece < len ? piece : len;
		regex_feed(r, text, n);
	}
	return regex_end(r);
}

/* letters, and what every implementation has: no empty alternative, no empty group */
static bool is_common(const char *pattern)
{
	static const char *const odd[] = { "()", "||", "(|", "|)", NULL };
	size_t len = strlen(pattern);
	int i;

	for (i = 0; odd[i]; i++)
		if (strstr(pattern, odd[i]))
			return false;
	return len && len < 12 && !pattern[strspn(pattern, "abc.|()")] && pattern[0] != '|' && pattern[len - 1] != '|';
}

FUZZ
{
	static struct regex r;
	int how = CHOOSE(4), flags;
	char *behind = strchr(text, '\n');
	regex_t theirs;
	bool answer;

	if (!behind || size > 600)
		return;
	*behind++ = '\0';
	if (regex_parse(&r, text, how) < 0)
		return;
	MUST(r.length < REGEX_STEPS);
	answer = regex_matches(&r, behind);
	MUST(answer == in_pieces(&r, behind, 1));
	MUST(answer == in_pieces(&r, behind, 3));
	flags = REG_EXTENDED | REG_NOSUB | (how & REGEX_NOCASE ? REG_ICASE : 0);
	if (!is_common(text) || how & REGEX_WHOLE || strchr(behind, '\n') || regcomp(&theirs, text, flags))
		return;
	MUST(answer == !regexec(&theirs, behind, 0, NULL, 0));
	regfree(&theirs);
}
