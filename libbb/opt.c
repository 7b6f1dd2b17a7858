/* SPDX-License-Identifier: 0BSD */
/* opt - option rows: one row is all there is to know of an option */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "num.h"
#include "opt.h"
#include "sig.h"
#include "text.h"

#define HELP_COLUMN 28

int opt_true(void *into, const char *text)
{
	(void)text;
	*(bool *)into = true;
	return 0;
}

int opt_count(void *into, const char *text)
{
	(void)text;
	++*(int *)into;
	return 0;
}

int opt_string(void *into, const char *text)
{
	*(const char **)into = text;
	return 0;
}

int opt_number(void *into, const char *text)
{
	return num_parse(text, INT_MAX, into);
}

int opt_octal(void *into, const char *text)
{
	unsigned n;

	if (num_octal(text, 0777, &n) < 0)
		return -1;
	*(int *)into = n;
	return 0;
}

int opt_pid(void *into, const char *text)
{
	unsigned n;

	if (num_parse(text, OPT_PID_MAX, &n) < 0 || !n)
		return -1;
	*(int *)into = n;
	return 0;
}

int opt_signal(void *into, const char *text)
{
	int sig = sig_parse(text);

	if (sig < 0)
		return -1;
	*(int *)into = sig;
	return 0;
}

int opt_msec(void *into, const char *text)
{
	return num_msec(text, into);
}

int opt_nothing(void *into, const char *text)
{
	(void)into;
	(void)text;
	return 0;
}

/* o, or where its array goes on; NULL at the end */
static const struct opt *row(const struct opt *o)
{
	while (*o->text == '+')
		o = o->into;
	return *o->text == '.' ? NULL : o;
}

/* the text behind one */
static const char *behind(const char *text)
{
	return text + strlen(text) + 1;
}

static const char *name_of(const struct opt *o)
{
	return behind(o->text);
}

static const char *arg_of(const struct opt *o)
{
	return behind(name_of(o));
}

static const char *help_of(const struct opt *o)
{
	return behind(arg_of(o));
}

/* "[TAG]" does not take the next word */
static bool needs_arg(const struct opt *o)
{
	return *arg_of(o) && *arg_of(o) != '[';
}

static void say_row(const struct opt *o)
{
	const char *name = name_of(o), *help = help_of(o);
	bool word = *o->text == *OPT_WORD, letter = *o->text, apart = needs_arg(o) && !word;
	/* the texts stand side by side, a NUL behind each */
	unsigned column = help - o->text - word + !letter + (*name ? 4 : 0) + apart;

	say("  %s%s%s%s%s%s ", word ? "" : letter ? "-" : "  ", o->text,
	    !*name ? "" : letter ? ", --" : "  --", name, apart ? " " : "", arg_of(o));
	while (++column < HELP_COLUMN)
		say(" ");
	say("%s\n", help);
}

_Noreturn void opt_help(const struct usage *u)
{
	const struct opt *o;

	say("Usage: %s %s\n", progname, u->synopsis);
	for (o = row(u->opts); o; o = row(o + 1))
		if (*help_of(o))
			say_row(o);
	_exit(say_failed());
}

_Noreturn void opt_version(void)
{
	say("%s (initbox) %s\n", progname, INITBOX_VERSION);
	_exit(say_failed());
}

_Noreturn void opt_wrong(const struct usage *u, const char *what, const char *which)
{
	warn("%s%s\nTry '%s --help' for more information.", what, which, progname);
	err_end(u->status);
}

/* len bytes of a long name to its row; an exact name wins over a beginning of several */
static const struct opt *find_name(const struct usage *u, const char *name, size_t len, const char *whole)
{
	const struct opt *o, *found = NULL;
	bool abbreviate = u->abbreviate, ambiguous = false;

	for (o = row(u->opts); o; o = row(o + 1)) {
		if (*o->text == *OPT_EXACT_LETTER)
			abbreviate = false;
		if (!*name_of(o) || strncmp(name_of(o), name, len))
			continue;
		if (!name_of(o)[len])
			return o;
		if (!abbreviate)
			continue;
		if (found && (found->take != o->take || found->into != o->into))
			ambiguous = true;
		found = o;
	}
	if (ambiguous)
		opt_wrong(u, "ambiguous option ", whole);
	return found;
}

static const struct opt *find_letter(const struct usage *u, char letter)
{
	const struct opt *o;

	for (o = row(u->opts); o; o = row(o + 1))
		if (*o->text == letter)
			return o;
	return NULL;
}

static void take(const struct usage *u, const struct opt *o, const char *text)
{
	if (o->take(o->into, text) >= 0)
		return;
	warn("bad %s '%s'\nTry '%s --help' for more information.", arg_of(o), text ? text : "", progname);
	err_end(u->status);
}

/* --name, --name=text, --name text; gives back the last word used */
static char **take_long(const struct usage *u, char **arg)
{
	const char *name = *arg + 2, *equals = name + text_until(name, "=");
	const struct opt *o = find_name(u, name, equals - name, *arg);

	if (!o) {
		if (!strcmp(name, "help"))
			opt_help(u);
		if (!strcmp(name, "version"))
			opt_version();
		opt_wrong(u, "unknown option ", *arg);
	}
	if (!*equals)
		equals = NULL;
	if (equals && !*arg_of(o))
		opt_wrong(u, "takes no argument: ", *arg);
	if (!equals && needs_arg(o) && !*++arg)
		opt_wrong(u, "needs an argument: --", name_of(o));
	take(u, o, equals ? equals + 1 : needs_arg(o) ? *arg : NULL);
	return arg;
}

/* -abc, -f text, -ftext */
static char **take_letters(const struct usage *u, char **arg)
{
	const char *p;

	for (p = *arg + 1; *p; p++) {
		const struct opt *o = *p == *OPT_WORD || *p == *OPT_EXACT_LETTER ? NULL : find_letter(u, *p);
		char letter[] = { '-', *p, '\0' };

		if (!o)
			opt_wrong(u, "unknown option ", letter);
		if (!needs_arg(o)) {
			take(u, o, NULL);
			continue;
		}
		if (!p[1] && !*++arg)
			opt_wrong(u, "needs an argument: ", letter);
		take(u, o, p[1] ? p + 1 : *arg);
		break;
	}
	return arg;
}

static bool take_word(const struct usage *u, const char *word)
{
	const struct opt *o = find_letter(u, *OPT_WORD);

	if (!o || o->take(o->into, word + 1) > 0)
		return false;
	take(u, o, word + 1); /* once more, for what is to be said of a bad one */
	return true;
}

char **opt_parse(char **argv, const struct usage *u)
{
	char **arg, **operand = argv + 1;

	for (arg = argv + 1; *arg; arg++) {
		if ((*arg)[0] != '-' || !(*arg)[1]) {
			if (!u->permute)
				break;
			*operand++ = *arg;
			continue;
		}
		if ((*arg)[1] == '-' && !(*arg)[2]) {
			arg++;
			break;
		}
		if ((*arg)[1] == '-')
			arg = take_long(u, arg);
		else if (!take_word(u, *arg))
			arg = take_letters(u, arg);
	}
	while (*arg)
		*operand++ = *arg++;
	*operand = NULL;
	return argv + 1;
}
