/* SPDX-License-Identifier: 0BSD */
/* opt - option rows: one row is all there is to know of an option */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "num.h"
#include "opt.h"
#include "pidfile.h"
#include "sig.h"
#include "text.h"

#define HELP_COLUMN 28
#define LONG ENABLED(CONFIG_OPT_LONG)
#define HELP ENABLED(CONFIG_OPT_HELP)

/* kinds that only some rows have: the symbols of those rows, and a house rule sees to it that none is missing */
#define MSEC (ENABLED(CONFIG_START_STOP_DAEMON_NOTIFY) || ENABLED(CONFIG_DAEMONIZE_SUPERVISE) || \
	ENABLED(CONFIG_TINI) || ENABLED(CONFIG_SUPERVISE_DAEMON) || ENABLED(CONFIG_PROBE) || \
	ENABLED(CONFIG_LOG_FILE))
#define ENDS (ENABLED(CONFIG_START_STOP_DAEMON_USUAL) || ENABLED(CONFIG_START_STOP_DAEMON_OPENRC) || \
	ENABLED(CONFIG_KILLALL_MORE) || ENABLED(CONFIG_PIDOF_ALL) || ENABLED(CONFIG_TINI))
#define NUMBER (ENABLED(CONFIG_DAEMONIZE_SUPERVISE) || ENABLED(CONFIG_PGREP_MORE) || \
	ENABLED(CONFIG_SUPERVISE_DAEMON) || ENABLED(CONFIG_LOG_MORE))
#define PID (ENABLED(CONFIG_START_STOP_DAEMON_USUAL) || ENABLED(CONFIG_PGREP_MORE))
#define SIGNAL (ENABLED(CONFIG_KILLALL) || ENABLED(CONFIG_KILLALL5) || ENABLED(CONFIG_PGREP) || \
	ENABLED(CONFIG_TINI))

/* A list begins with a row, or is at its end. The row's texts: its kind and letter, then the others. */

/* the text behind one */
static const char *behind(const char *text)
{
	return text + text_len(text) + 1;
}

static const char *name_of(const struct opt_list *r)
{
	return LONG ? behind(r->text) : "";
}

static const char *arg_of(const struct opt_list *r)
{
	return behind(LONG ? name_of(r) : r->text);
}

static const char *help_of(const struct opt_list *r)
{
	return behind(arg_of(r));
}

/* is there a row? */
static bool row(struct opt_list *r)
{
	while (!*r->text) {
		if (!r->more)
			return false;
		*r = *r->more;
	}
	return true;
}

static void skip(struct opt_list *r)
{
	r->text = HELP ? behind(help_of(r)) : help_of(r);
	r->into++;
}

/* "[TAG]" does not take the next word */
static bool needs_arg(const struct opt_list *r)
{
	return *arg_of(r) && *arg_of(r) != '[';
}

static void say_row(const struct opt_list *r)
{
	const char *letter = r->text + 1, *name = name_of(r), *help = help_of(r);
	bool word = *letter == *OPT_WORD, apart = needs_arg(r) && !word;
	/* the texts stand side by side, a NUL behind each */
	unsigned column = help - letter - word + !*letter + (*name ? 4 : 0) + apart;

	say("  %s%s%s%s%s%s ", word ? "" : *letter ? "-" : "  ", letter,
	    !*name ? "" : *letter ? ", --" : "  --", name, apart ? " " : "", arg_of(r));
	while (++column < HELP_COLUMN)
		say(" ");
	say("%s\n", help);
}

static _Noreturn void help_and_end(const struct usage *u)
{
	struct opt_list r = *u->opts;

	say("Usage: %s %s\n", progname, u->synopsis);
	for (; HELP && row(&r); skip(&r))
		if (*help_of(&r))
			say_row(&r);
	_exit(say_failed());
}

static _Noreturn void version_and_end(void)
{
	say("%s (initbox) %s\n", progname, INITBOX_VERSION);
	_exit(say_failed());
}

static void say_signals(void)
{
	int n;

	for (n = 1; n < 32; n++)
		if (sig_name(n))
			say("%s%s", n > 1 ? " " : "", sig_name(n));
	say("\n");
}

int opt_signals(const struct usage *u, char **words)
{
	char buf[SIG_TEXT];
	unsigned n;
	int value;

	if (!*words)
		say_signals();
	for (; *words; words++) {
		if (!num_parse(*words, 255, &n))
			say("%s\n", sig_text(n & 127, buf));
		else if ((value = sig_parse(*words)) >= 0)
			say("%d\n", value);
		else
			die(u->status, "%s: unknown signal; %s -l lists signals.", *words, progname);
	}
	return 0;
}

static _Noreturn void wrong(const struct usage *u, const char *head, const char *what, const char *tail,
			    const char *which)
{
	warn("%s%s%s%s\nTry '%s --help' for more information.", head, what, tail, which, progname);
	err_end(u->status);
}

_Noreturn void opt_wrong(const struct usage *u, const char *what, const char *which)
{
	wrong(u, "", what, "", which);
}

/* len bytes of a long name to its row; an exact name wins over a beginning of several. False: there is none */
static bool find_name(const struct usage *u, const char *name, size_t len, const char *whole, struct opt_list *found)
{
	bool abbreviate = u->abbreviate, ambiguous = false;
	struct opt_list r = *u->opts;

	found->text = NULL;
	for (; row(&r); skip(&r)) {
		if (*r.text == *OPT_KIND_EXACT)
			abbreviate = false;
		if (!*name_of(&r) || !text_same(name_of(&r), name, len))
			continue;
		if (!name_of(&r)[len]) {
			*found = r;
			return true;
		}
		if (!abbreviate)
			continue;
		if (found->text && (*found->text != *r.text || *found->into != *r.into))
			ambiguous = true;
		*found = r;
	}
	if (ambiguous)
		opt_wrong(u, "ambiguous option ", whole);
	return found->text;
}

static bool find_letter(const struct usage *u, char letter, struct opt_list *found)
{
	for (*found = *u->opts; row(found); skip(found))
		if (found->text[1] == letter)
			return true;
	return false;
}

/* 0; -1: bad; 1: what only a call may say */
static int set(const struct usage *u, const struct opt_list *r, const char *text)
{
	void *into = *r->into;
	int n;

	if (ENDS && *r->text == 'h')
		help_and_end(u);
	if (ENDS && *r->text == 'V')
		version_and_end();
	switch (*r->text) {
	case '-':
		break;
	case '+':
		++*(int *)into;
		break;
	case 's':
		*(const char **)into = text;
		break;
	case 'c':
		return ((opt_taker *)into)(u->self, text);
	case 'n':
		return !NUMBER ? 0 : num_parse(text, INT_MAX, into);
	case 't':
		return !MSEC ? 0 : num_msec(text, into);
	case 'p':
		return PID && (num_parse(text, PID_MAX, into) < 0 || !*(pid_t *)into) ? -1 : 0;
	case 'g':
	case 'G':
		n = SIGNAL ? sig_parse(text) : 0;
		if (n < 0)
			return *r->text == 'g' || text_after(text, "SIG") ? -1 : 1;
		*(int *)into = n;
		break;
	default:
		*(unsigned char *)into = *r->text - '0';
	}
	return 0;
}

static void take(const struct usage *u, const struct opt_list *r, const char *text)
{
	if (set(u, r, text) < 0)
		wrong(u, "'", text ? text : "", "' is no ", arg_of(r));
}

/* --name, --name=text, --name text; gives back the last word used */
static char **take_long(const struct usage *u, char **arg)
{
	const char *name = *arg + 2, *equals = name + text_until(name, "=");
	struct opt_list r;

	if (!LONG || !find_name(u, name, equals - name, *arg, &r)) {
		if (!strcmp(name, "help"))
			help_and_end(u);
		if (!strcmp(name, "version"))
			version_and_end();
		opt_wrong(u, "unknown option ", *arg);
	}
	if (!*equals)
		equals = NULL;
	if (equals && !*arg_of(&r))
		opt_wrong(u, "takes no argument: ", *arg);
	if (!equals && needs_arg(&r) && !*++arg)
		opt_wrong(u, "needs an argument: --", name_of(&r));
	take(u, &r, equals ? equals + 1 : needs_arg(&r) ? *arg : NULL);
	return arg;
}

/* -abc, -f text, -ftext */
static char **take_letters(const struct usage *u, char **arg)
{
	struct opt_list r;
	const char *p;

	for (p = *arg + 1; *p; p++) {
		char letter[] = { '-', *p, '\0' };

		if (*p == *OPT_WORD || !find_letter(u, *p, &r))
			opt_wrong(u, "unknown option ", letter);
		if (!needs_arg(&r)) {
			take(u, &r, NULL);
			continue;
		}
		if (!p[1] && !*++arg)
			opt_wrong(u, "needs an argument: ", letter);
		take(u, &r, p[1] ? p + 1 : *arg);
		break;
	}
	return arg;
}

static bool take_word(const struct usage *u, const char *word)
{
	struct opt_list r;

	if (!find_letter(u, *OPT_WORD, &r) || set(u, &r, word + 1) > 0)
		return false;
	take(u, &r, word + 1); /* once more, for what is to be said of a bad one */
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
