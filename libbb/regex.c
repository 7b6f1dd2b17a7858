/* SPDX-License-Identifier: 0BSD */
/* regex - does a text match an extended regular expression: yes or no, in linear time and fixed memory */
#include <errno.h>

#include "num.h"
#include "regex.h"
#include "text.h"

/* The expression becomes a program, in which one step follows the other. A text is at many of its steps at once, and
   each byte moves all of them on: however the expression is nested, no step is looked at twice for a byte (Thompson,
   1968). Jumps are relative, so that parts of the program can be moved and copied. */
enum {
	NEXT = 1,  /* goes on at the step behind it */
	THERE = 2, /* goes on arg steps further */
	JUMP = THERE,
	SPLIT = NEXT | THERE,
	BETWEEN = 4, /* NEXT if the bit of arg is set that stands for what is before and behind this place */
	MATCH = 8,
	SET = 12, /* a byte from arg & 255 to arg >> 8, or in one of the ORs that follow; then NEXT */
	NOT = 16, /* the same for a byte that is in none of these */
	OR = 20,  /* one more range of the set before it */
};

/* What may be before and behind a place. Its bit is before * 3 + behind: an octal digit each for what is before. */
enum { EDGE, WORD, OTHER };

enum {
	END = -1,	       /* the byte behind the last */
	FULL = REGEX_STEPS - 1 /* as a program's length: E2BIG. The last step is kept for MATCH */
};
#define NOTHING (~0U) /* as an atom: what comes next has nothing to repeat */
#define MANY (~0U)    /* as the second number of an interval: no end */

/* the places that can be asserted, as they are written behind a backslash */
static const char places[] = "`'<>bB";
static const unsigned short betweens[] = { 0007, 0111, 0202, 0050, 0252, 0525 };

static const char word[] = "AZaz09__", space[] = "\t\r  ";

/* each class, and its ranges */
static const char classes[] =
    "alnum:]AZaz09\0alpha:]AZaz\0blank:]\t\t  \0cntrl:]\1\37\177\177\0digit:]09\0graph:]!~\0lower:]az\0"
    "print:] ~\0punct:]!/:@[`{~\0space:]\t\r  \0upper:]AZ\0xdigit:]09AFaf\0";

static int fold(const struct regex *r, unsigned char c)
{
	return r->how & REGEX_NOCASE && c >= 'a' && c <= 'z' ? c - 32 : c;
}

/* ---- the program ------------------------------------------------------------------------------------------------ */

static void insert(struct regex *r, unsigned at, unsigned op, unsigned arg)
{
	unsigned i;

	if (r->length == FULL)
		return;
	for (i = r->length++; i > at; i--)
		r->steps[i] = r->steps[i - 1];
	r->steps[at] = (struct regex_step){ op, arg };
}

static void append(struct regex *r, unsigned op, unsigned arg)
{
	insert(r, r->length, op, arg);
}

/* Adds to the set that is being made; false: it ends before it begins. What is folded has no small letters, so that
   those of the ranges are folded, and of no class more is asked. */
static bool add_range(struct regex *r, int from, int to)
{
	from = fold(r, from);
	to = fold(r, to);
	append(r, r->op, from | to << 8);
	r->op = OR;
	return from <= to;
}

static bool add_ranges(struct regex *r, const char *pairs)
{
	for (; *pairs; pairs += 2)
		add_range(r, pairs[0], pairs[1]);
	return true;
}

static bool place(struct regex *r, unsigned which)
{
	append(r, BETWEEN, betweens[which]);
	r->atom = NOTHING;
	return true;
}

/* The atom, copies of it, and splits around those that may be left out. (For yes or no, a{0,2} is (aa?)?.) */
static bool repeat(struct regex *r, unsigned min, unsigned max)
{
	unsigned end = r->length, size = end - r->atom, n, i;

	if (r->atom == NOTHING)
		return false;
	for (n = 1; n < (max == MANY ? min : max); n++) {
		if (n >= min)
			append(r, SPLIT, size + 1);
		for (i = r->atom; i < end; i++)
			append(r, r->steps[i].op, r->steps[i].arg);
	}
	if (max == MANY)
		append(r, SPLIT, -size);
	if (!min)
		insert(r, r->atom, SPLIT, r->length - r->atom + 1);
	if (!max)
		r->length = r->atom;
	return true;
}

/* the first of two alternatives jumps to behind the second, which ends here */
static void join(struct regex *r)
{
	unsigned *jump = &r->groups[r->depth].jump;

	if (*jump)
		r->steps[*jump].arg = r->length - *jump;
	*jump = 0;
}

/* a|b|c is (a|b)|c: what the group has so far is the first alternative */
static bool alternative(struct regex *r)
{
	unsigned start = r->groups[r->depth].start;

	join(r);
	insert(r, start, SPLIT, r->length - start + 2);
	r->groups[r->depth].jump = r->length;
	append(r, JUMP, 0);
	r->atom = NOTHING;
	return true;
}

static void group(struct regex *r)
{
	r->groups[r->depth].start = r->length;
	r->groups[r->depth].jump = 0;
	r->atom = NOTHING;
}

static bool group_begin(struct regex *r)
{
	if (r->depth == REGEX_DEPTH) {
		r->length = FULL;
		return false;
	}
	r->depth++;
	group(r);
	return true;
}

static bool group_end(struct regex *r)
{
	join(r);
	r->atom = r->groups[r->depth--].start;
	return true;
}

/* ---- the expression: each takes what its name says from the pattern; false, 0: it is none ------------------------ */

static bool number(struct regex *r, unsigned *n)
{
	if (!num_take(&r->pattern, REGEX_COPIES, n))
		return true;
	if (errno == ERANGE)
		r->length = FULL;
	return false;
}

/* behind a { */
static bool interval(struct regex *r)
{
	unsigned min = 0, max;
	bool given = number(r, &min);

	max = min;
	if (*r->pattern == ',') {
		r->pattern++;
		max = MANY;
		given = *r->pattern == '}' || number(r, &max);
	}
	return given && *r->pattern++ == '}' && min <= max && repeat(r, min, max);
}

/* [:class:] */
static bool class(struct regex *r)
{
	const char *row, *text = r->pattern + 2;
	size_t len;

	for (row = classes; *row; row += text_len(row) + 1) {
		len = text_until(row, "]") + 1;
		if (!text_same(row, text, len))
			continue;
		r->pattern = text + len;
		return add_ranges(r, row + len);
	}
	return false;
}

/* x, [.x.] or [=x=], which are one byte here and may be the end of a range */
static int byte_of(struct regex *r)
{
	const char *text = r->pattern;

	if (text[0] == '[' && (text[1] == '.' || text[1] == '=' || text[1] == ':')) {
		if (!text[2] || text[3] != text[1] || text[4] != ']')
			return 0;
		r->pattern += 5;
		return text[2];
	}
	r->pattern++;
	return text[0];
}

/* what a set is made of: [:class:], x, x-y */
static bool member(struct regex *r)
{
	const char *text = r->pattern;
	int from, to;

	if (text[0] == '[' && text[1] == ':')
		return class(r);
	/* a - that is no range's is the first or the last: not a-c-e, not [:class:]-e */
	if (text[0] == '-' && text[1] != ']' && r->op == OR)
		return false;
	from = to = byte_of(r);
	if (from && r->pattern[0] == '-' && r->pattern[1] != ']') {
		r->pattern++;
		to = byte_of(r);
	}
	return to && add_range(r, from, to);
}

/* behind a [ */
static bool set(struct regex *r)
{
	if (*r->pattern == '^') {
		r->pattern++;
		r->op = NOT;
	}
	do
		if (!member(r))
			return false;
	while (*r->pattern != ']'); /* the first may be one */
	r->pattern++;
	return true;
}

/* behind a backslash */
static bool escape(struct regex *r)
{
	char c = *r->pattern++;
	unsigned which;

	if (!c || (c >= '1' && c <= '9'))
		return false;
	for (which = 0; places[which]; which++)
		if (c == places[which])
			return place(r, which);
	if (c == 'W' || c == 'S')
		r->op = NOT;
	if (c == 'w' || c == 'W')
		return add_ranges(r, word);
	if (c == 's' || c == 'S')
		return add_ranges(r, space);
	return add_range(r, c, c);
}

static bool any(struct regex *r)
{
	char c = *r->pattern++;

	switch (c) {
	case '(':
		return group_begin(r);
	case '|':
		return alternative(r);
	case '^':
		return place(r, 0);
	case '$':
		return place(r, 1);
	case '*':
	case '+':
	case '?':
		return repeat(r, c == '+', c == '?' ? 1 : MANY);
	case '{':
		return interval(r);
	}
	if (c == ')' && r->depth)
		return group_end(r);
	r->atom = r->length;
	r->op = SET;
	if (c == '[')
		return set(r);
	if (c == '\\')
		return escape(r);
	return c == '.' ? add_range(r, 0, 255) : add_range(r, c, c);
}

int regex_parse(struct regex *r, const char *pattern, int how)
{
	bool right = true;

	r->pattern = pattern;
	r->how = how;
	r->length = r->depth = 0;
	group(r);
	while (right && *r->pattern && r->length < FULL)
		right = any(r);
	if (r->length == FULL)
		return num_fail(E2BIG);
	if (!right || r->depth)
		return num_fail(EINVAL);
	join(r);
	r->steps[r->length] = (struct regex_step){ MATCH, 0 };
	return 0;
}

/* ---- the text --------------------------------------------------------------------------------------------------- */

/* where[at] is right if list says the same: it needs no clearing (Briggs and Torczon, 1993) */
static void add(struct regex *r, unsigned at)
{
	if (r->where[at] < r->count && r->list[r->where[at]] == at)
		return;
	r->where[at] = r->count;
	r->list[r->count++] = at;
}

static int kind(int byte)
{
	const char *range;

	for (range = word; *range; range += 2)
		if (byte >= range[0] && byte <= range[1])
			return WORD;
	return byte == END ? EDGE : OTHER;
}

/* The list grows by all steps that are reached from those on it without a byte, where this byte is behind. */
static void spread(struct regex *r, int byte)
{
	unsigned behind = kind(byte), place = r->before * 3 + behind, op, i;
	const struct regex_step *step;

	r->before = behind;
	for (i = 0; i < r->count; i++) {
		step = &r->steps[r->list[i]];
		op = step->op;
		if (op == BETWEEN)
			op = step->arg >> place & 1;
		if (op & NEXT)
			add(r, r->list[i] + 1);
		if (op & THERE)
			add(r, r->list[i] + (short)step->arg);
		if (op == MATCH && (byte == END || !(r->how & REGEX_WHOLE)))
			r->matched = true;
	}
}

/* The list becomes those that this byte leads to. In place: a step leads to one other at most. */
static void move(struct regex *r, int byte)
{
	unsigned i, n = r->count;
	const struct regex_step *step;
	bool inside, outside;

	r->count = 0;
	for (i = 0; i < n; i++) {
		step = &r->steps[r->list[i]];
		if (step->op < SET)
			continue;
		outside = step->op == NOT;
		inside = false;
		do
			inside |= byte >= (step->arg & 255) && byte <= step->arg >> 8;
		while ((++step)->op == OR);
		if (inside != outside)
			add(r, step - r->steps);
	}
	if (!(r->how & REGEX_WHOLE))
		add(r, 0);
}

void regex_start(struct regex *r)
{
	r->count = 0;
	add(r, 0);
	r->before = EDGE;
	r->matched = false;
}

void regex_feed(struct regex *r, const char *text, size_t len)
{
	int byte;

	for (; len && r->count && !r->matched; len--) {
		byte = fold(r, *text++);
		spread(r, byte);
		move(r, byte);
	}
}

bool regex_end(struct regex *r)
{
	spread(r, END);
	return r->matched;
}

bool regex_matches(struct regex *r, const char *text)
{
	regex_start(r);
	regex_feed(r, text, text_len(text));
	return regex_end(r);
}
