/* SPDX-License-Identifier: 0BSD */
/* opt - option rows: one row is all there is to know of an option */
#ifndef LIBBB_OPT_H
#define LIBBB_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"

/* A taker gets the row's into and the option's text (NULL without one). 0 taken; -1 "bad ARG 'text'" and the
   usage status; 1, of an OPT_WORD row only: not mine, try the letters. */
typedef int opt_taker(void *into, const char *text);
#define OPT_TAKER static __attribute__((unused)) opt_taker /* one whose row may be off */

struct opt {
	/* Four texts in one (a pointer for each would be a kilobyte), each ended by a NUL: the letter; the long name;
	   what follows, for messages: "FILE", or "[TAG]" where it may be left out and stands behind "=" only; help in
	   lower case, no full stop. Empty: there is none, nothing follows, it is not shown */
	const char *text;
	opt_taker *take;
	void *into;
};

#define OPT_PID_MAX 4194304 /* PID_MAX_LIMIT of a 64-bit kernel, include/linux/threads.h */
#define OPT_WORD "-" /* as letter: is offered each -word whole, before its letters (killall -TERM) */
#define OPT_MORE(rows) { "+", NULL, (void *)(rows) } /* another array, which comes after the rows above, as last row */
#define OPT_EXACT_LETTER "="
#define OPT_EXACT { OPT_EXACT_LETTER "\0\0\0", NULL, NULL } /* behind it, long names are not to be abbreviated: what we
								     add must not make another tool's ambiguous */
#define OPT_END { ".", NULL, NULL }

/* A row: OPT(when, letter, name, arg, take, into, help), without a comma behind it. when is 1, or ENABLED(CONFIG_X) or
   a macro that is: where the feature is off there is no row. */
#define OPT(when, ...) OPT_GLUE(OPT_, when)(__VA_ARGS__)
#define OPT_GLUE(a, b) OPT_GLUE_(a, b)
#define OPT_GLUE_(a, b) a##b
#define OPT_0(...)
#define OPT_1(l, n, a, t, i, h) { OPT_TEXT(l, n, a, h), t, (void *)(i) },
#define OPT_TEXT(l, n, a, h)                                                                               \
	(!ENABLED(CONFIG_OPT_LONG)                                                                         \
		 ? (ENABLED(CONFIG_OPT_HELP) ? l "\0\0" a "\0" h : l "\0\0" a "\0")                        \
		 : (ENABLED(CONFIG_OPT_HELP) ? l "\0" n "\0" a "\0" h : l "\0" n "\0" a "\0"))

struct usage {
	const char *synopsis; /* behind the name */
	const struct opt *opts;
	int status;     /* exit status of a wrong call */
	bool permute;   /* options may stand among the operands (GNU); else the first operand ends them (POSIX) */
	bool abbreviate; /* a long name may be cut while it stays unique, as getopt_long(3) has it */
};

/* Takes the options out of argv (argv[0] is a name) and gives back the operands, NULL at their end, in
   argv's own array. "--" ends the options. Ends the process on --help and --version (0), and, with one line on
   stderr and u->status, on an unknown option, a missing or a bad argument. */
char **opt_parse(char **argv, const struct usage *);

/* The same end for an applet that finds a wrong call later: "progname: text", the hint, u->status. */
_Noreturn void opt_wrong(const struct usage *, const char *what, const char *which);

/* What --help and --version say; exit 0. For applets that have letters for them. */
_Noreturn void opt_help(const struct usage *);
_Noreturn void opt_version(void);

/* Takers. */
opt_taker opt_true;   /* bool *into */
opt_taker opt_count;  /* int *into: how often */
opt_taker opt_string; /* const char **into */
opt_taker opt_number; /* unsigned *into, decimal up to INT_MAX */
opt_taker opt_octal;  /* int *into, octal up to 0777 */
opt_taker opt_pid;    /* pid_t *into, 1..PID_MAX */
opt_taker opt_signal; /* int *into */
opt_taker opt_msec;   /* unsigned *into: a duration */
opt_taker opt_nothing; /* taken, and nothing done: a spelling that another tool has */

#endif
