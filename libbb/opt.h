/* SPDX-License-Identifier: 0BSD */
/* opt - option rows: one row is all there is to know of an option */
#ifndef LIBBB_OPT_H
#define LIBBB_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"

/* The rows of an applet are a macro, so that one row becomes a text in one place and a pointer in another: eight bytes
   and its letters, where a struct of pointers would be a kilobyte more.

	#define OPTS(OPT) \
		OPT(1, "q", "quiet", "", BOOL, &quiet, "say less") \
		OPT(CRED, "u", "user", "USER", TEXT, &user, "only processes of USER")
	OPT_LIST(opts, OPTS, NULL);

   A row: when (1, or ENABLED(CONFIG_X) or a macro that is: where the feature is off there is no row), letter, long
   name, what follows, for messages ("FILE", or "[TAG]" where it may be left out and stands behind "=" only), kind,
   into, help in lower case without a full stop. Empty texts: there is none, nothing follows, it is not shown. */
struct opt_list {
	const char *text;
	void *const *into;
	const struct opt_list *more; /* comes after these rows; NULL: nothing */
};

#define OPT_LIST(name, rows, more)                                      \
	OPT_ROWS(name, rows);                                           \
	static const struct opt_list name = { name##_text, name##_into, more }
/* the same for one that is not this file's alone */
#define OPT_SHARED_LIST(name, rows, more)                               \
	OPT_ROWS(name, rows);                                           \
	const struct opt_list name = { name##_text, name##_into, more }
#define OPT_ROWS(name, rows)                                            \
	static const char name##_text[] = rows(OPT_TEXT_OF) "";         \
	static void *const name##_into[] = { rows(OPT_INTO_OF) NULL }

/* The kinds, and what into is to them. */
#define OPT_KIND_BOOL "1"    /* bool *: true */
#define OPT_KIND_SET_2 "2"   /* unsigned char *: 2 */
#define OPT_KIND_SET_3 "3"   /* unsigned char *: 3 */
#define OPT_KIND_NOTHING "-" /* nothing is done: a spelling that another tool has */
#define OPT_KIND_COUNT "+"   /* int *: how often */
#define OPT_KIND_TEXT "s"    /* const char ** */
#define OPT_KIND_NUMBER "n"  /* unsigned *, decimal up to INT_MAX */
#define OPT_KIND_PID "p"     /* pid_t *, 1..PID_MAX (pidfile.h) */
#define OPT_KIND_SIGNAL "g"  /* int * */
#define OPT_KIND_SIGNAL_WORD "G" /* of an OPT_WORD row: the same, where the whole word is a signal: -INT, -9, but -Iv */
#define OPT_KIND_MSEC "t"    /* unsigned *: a duration */
#define OPT_KIND_HELP "h"    /* NULL: as --help */
#define OPT_KIND_VERSION "V" /* NULL: as --version */
#define OPT_KIND_CALL "c"    /* an opt_taker */
#define OPT_KIND_EXACT "="   /* no option: behind it, long names are not to be abbreviated, as what we add must not make
				another tool's ambiguous */

/* Gets usage.self and the option's text (NULL without one). 0 taken; -1 "'text' is no ARG" and the usage status; 1, of
   an OPT_WORD row only: not mine, try the letters. */
typedef int opt_taker(void *self, const char *text);
#define OPT_TAKER static __attribute__((unused)) opt_taker /* one whose row may be off */

#define OPT_WORD "-" /* as letter: is offered each -word whole, before its letters (killall -TERM) */

#define OPT_GLUE(a, b) OPT_GLUE_(a, b)
#define OPT_GLUE_(a, b) a##b
#define OPT_TEXT_OF(when, ...) OPT_GLUE(OPT_TEXT_, when)(__VA_ARGS__)
#define OPT_INTO_OF(when, ...) OPT_GLUE(OPT_INTO_, when)(__VA_ARGS__)
#define OPT_TEXT_0(...)
#define OPT_INTO_0(...)
#define OPT_INTO_1(letter, name, arg, kind, into, help) (void *)(into),
#define OPT_TEXT_1(letter, name, arg, kind, into, help) \
	OPT_KIND_##kind letter "\0" OPT_NAME(name) arg "\0" OPT_HELP(help)
#define OPT_NAME(name) OPT_GLUE(OPT_KEEP_, ENABLED(CONFIG_OPT_LONG))(name)
#define OPT_HELP(help) OPT_GLUE(OPT_KEEP_, ENABLED(CONFIG_OPT_HELP))(help)
#define OPT_KEEP_0(text)
#define OPT_KEEP_1(text) text "\0"

struct usage {
	const char *synopsis; /* behind the name */
	const struct opt_list *opts;
	int status;      /* exit status of a wrong call */
	void *self;      /* for those that are called */
	bool permute;    /* options may stand among the operands (GNU); else the first operand ends them (POSIX) */
	bool abbreviate; /* a long name may be cut while it stays unique, as getopt_long(3) has it */
};

/* Takes the options out of argv (argv[0] is a name) and gives back the operands, NULL at their end, in
   argv's own array. "--" ends the options. Ends the process on --help and --version (0), and, with one line on
   stderr and u->status, on an unknown option, a missing or a bad argument. */
char **opt_parse(char **argv, const struct usage *);

/* The same end for an applet that finds a wrong call later: "progname: text", the hint, u->status. */
_Noreturn void opt_wrong(const struct usage *, const char *what, const char *which);

/* What -l says of those that signal: the names on one line; or of each of these words the name of a number (also of an
   exit status of 128 and a signal), the number of a name. 0; ends with u->status where a word is neither. */
int opt_signals(const struct usage *, char **words);

#endif
