/* SPDX-License-Identifier: 0BSD */
/* regex - does a text match an extended regular expression: yes or no, in linear time and fixed memory */
#ifndef LIBBB_REGEX_H
#define LIBBB_REGEX_H

#include <stdbool.h>
#include <stddef.h>

/* POSIX extended regular expressions as glibc's regcomp takes them in the C locale, with its \w \W \s \S \b \B \< \> \`
   \': . is any byte, ^ and $ are the ends of the text wherever they stand, a ) without ( is itself, {,n} is {0,n}.
   [=a=] may be the end of a range too. Refused, EINVAL: a repetition of nothing ("*a", "a|*", "^*"), a { that begins no
   interval, and back references (\1), which cannot be answered in linear time. */

enum {
	REGEX_NOCASE = 1, /* fold the letters A to Z, in the expression and in the text */
	REGEX_WHOLE = 2,  /* only the whole text is a match, whatever alternatives there are */
};

enum {
	REGEX_STEPS = 1024, /* a byte takes one, a set one a range, + ? one more, * | two, {n} copies. 8 bytes each */
	REGEX_DEPTH = 32,   /* of groups in groups */
	REGEX_COPIES = 255, /* m and n in {m,n}: RE_DUP_MAX of POSIX */
};

struct regex_step {
	unsigned short op, arg;
};

/* the expression, and how far the text that is fed has come in it */
struct regex {
	unsigned length, count; /* of steps, of list */
	unsigned char how, before, matched, op;
	unsigned atom, depth;
	const char *pattern;
	union {
		struct {
			unsigned short list[REGEX_STEPS], where[REGEX_STEPS]; /* where: a step is on the list */
		};
		struct {
			unsigned start, jump;
		} groups[REGEX_DEPTH + 1]; /* while it is parsed */
	};
	struct regex_step steps[REGEX_STEPS];
};

/* how: REGEX_*, or-ed. 0; -1: EINVAL (no such expression), E2BIG (more than fits in here). */
int regex_parse(struct regex *, const char *pattern, int how);

/* A text in as many pieces as it comes in: start, feed..., end, which has the answer. What is fed after the answer is
   known is not looked at. */
void regex_start(struct regex *);
void regex_feed(struct regex *, const char *text, size_t len);
bool regex_end(struct regex *);

/* The three for a text that ends with a NUL. */
bool regex_matches(struct regex *, const char *text);

#endif
