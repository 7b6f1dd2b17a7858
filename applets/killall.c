/* killall - signal processes by their name */
/* SPDX-License-Identifier: 0BSD */

/*config
config KILLALL
	bool "killall (3104 bytes)"
	default y
	help
	  Signals all processes that run the programs named, and with -w waits
	  until they are dead. A process that took over the number of one that
	  died meanwhile is never hit.

config KILLALL_MORE
	bool "Groups, users, ages, namespaces, questions (-g -u -o -y -n -i -I -V) (1504 bytes)"
	depends on KILLALL
	default y
	help
	  The rest of what psmisc's killall has: whole process groups, all that a
	  user runs, only the younger or older ones, those of one pid namespace,
	  a question before each, and names in any case. With REGEX also -r and
	  -Z.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "../libbb/cred.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/match.h"
#include "../libbb/mem.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/pidfile.h"
#include "../libbb/regex.h"
#include "../libbb/sig.h"
#include "../libbb/text.h"
#include "applet.h"

#define MORE ENABLED(CONFIG_KILLALL_MORE)
#define REGEX ENABLED(CONFIG_REGEX)
#define ANY (MORE || REGEX) /* is there an option that stands for names? */

enum { DONE = 0, FAILED = 1 }; /* exit statuses: a name without a success is a failure */

static bool exact, quiet, wait_for_end, list, verbose;             /* psmisc's and BusyBox's */
static bool group, interactive, fold, regexp, by_uid, every_space; /* psmisc's alone */
static int sig = SIGTERM;
static uid_t uid;
static long long older, younger; /* than so many ms; 0: of any age */
static struct stat space;        /* a pid namespace; all numbers 0: ours */
static const char *context;
static APART struct name names[NAMES_MAX];
static unsigned long long hit, refused; /* a bit for each name that had a success, or a process not ours to signal */

OPT_TAKER take_user, take_older, take_younger, take_space;

static int take_user(void *self, const char *text)
{
	(void)self;
	by_uid = true;
	if (cred_uid(text, &uid) < 0)
		die(FAILED, "Cannot find user %s", text);
	return 0;
}

/* "30s": a month has four weeks, a year 48, as psmisc has it */
static int take_age(const char *text, long long *msec)
{
	static const char units[] = "smhdwMy";
	static const int seconds[] = { 1, 60, 3600, 86400, 604800, 2419200, 29030400 };
	unsigned n, unit;

	if (num_take(&text, INT_MAX, &n) < 0 || !n || !*text || text[1])
		return -1;
	unit = text_until(units, text);
	if (!units[unit])
		return -1;
	*msec = n * 1000LL * seconds[unit];
	return 0;
}

static int take_older(void *self, const char *text)
{
	(void)self;
	return take_age(text, &older);
}

static int take_younger(void *self, const char *text)
{
	(void)self;
	return take_age(text, &younger);
}

static int take_space(void *self, const char *text)
{
	struct proc p;
	unsigned pid;

	(void)self;
	if (num_parse(text, PID_MAX, &pid) < 0)
		return -1;
	every_space = true;
	if (pid && (proc_open(&p, pid) < 0 || proc_fstat(&p, "ns/pid", &space) < 0))
		die(FAILED, "namespace of %s: %m", text);
	return 0;
}

#define OPTS(OPT) \
	OPT(1, OPT_WORD, "", "SIGNAL", SIGNAL_WORD, &sig, "send SIGNAL, not TERM") \
	OPT(1, "s", "signal", "SIGNAL", SIGNAL, &sig, "the same") \
	OPT(1, "e", "exact", "", BOOL, &exact, "long names in full") \
	OPT(MORE, "I", "ignore-case", "", BOOL, &fold, "letters in any case") \
	OPT(REGEX, "r", "regexp", "", BOOL, &regexp, "names are expressions") \
	OPT(MORE, "u", "user", "USER", CALL, take_user, "of this user only; NAME may be left out") \
	OPT(MORE, "o", "older-than", "AGE", CALL, take_older, "as 90s, 5m; s m h d w M y") \
	OPT(MORE, "y", "younger-than", "AGE", CALL, take_younger, "the same") \
	OPT(MORE, "n", "ns", "PID", CALL, take_space, "in PID's pid namespace; 0: in any") \
	OPT(REGEX, "Z", "context", "REGEXP", TEXT, &context, "with such a security context") \
	OPT(MORE, "g", "process-group", "", BOOL, &group, "their whole groups") \
	OPT(MORE, "i", "interactive", "", BOOL, &interactive, "ask before each") \
	OPT(1, "q", "quiet", "", BOOL, &quiet, "no word of missing ones") \
	OPT(1, "w", "wait", "", BOOL, &wait_for_end, "wait for their end") \
	OPT(1, "v", "verbose", "", BOOL, &verbose, "tell of each signal") \
	OPT(1, "l", "list", "", BOOL, &list, "list signal names") \
	OPT(MORE, "V", "", "", VERSION, NULL, "tell the version")
OPT_LIST(opts, OPTS, NULL);
static const struct usage usage = { "[-SIGNAL] [OPTION]... [--] NAME...", &opts, FAILED, .permute = true };

/* ---- what more is asked of a process ----------------------------------------------------------------------- */

static APART struct regex contexts;

static bool has_context(const struct proc *p, struct regex *r)
{
	char text[512];
	ssize_t n = proc_read(p, "attr/current", text, sizeof(text));

	if (n <= 0)
		return false;
	text[text_until(text, "\n")] = '\0';
	return regex_matches(r, text);
}

static bool is_wanted(struct proc *p, const struct proc_stat *s)
{
	struct proc_status its;
	struct stat st;

	if (by_uid && (proc_status(p, &its) < 0 || its.uid != uid))
		return false;
	if (space.st_ino &&
	    (proc_fstat(p, "ns/pid", &st) < 0 || st.st_ino != space.st_ino || st.st_dev != space.st_dev))
		return false;
	if (s && ((older && proc_age(s) < older) || (younger && proc_age(s) > younger)))
		return false;
	return !REGEX || !context || has_context(p, &contexts);
}

/* ---- telling, asking --------------------------------------------------------------------------------------- */

/* as the user called it, or where that is an expression, or nothing, as the kernel does */
static const char *name_of(const struct proc *p)
{
	unsigned i = 0;

	if (ANY && (!p->names || regexp))
		return p->comm;
	while (!(p->names >> i & 1))
		i++;
	return names[i].text;
}

static void told(const struct proc *p, int sent, int error)
{
	unsigned long long bits = p->names | (ANY && !p->names); /* without names the first bit stands for all */

	errno = error;
	if (error) {
		warn("%s(%d): %m", name_of(p), p->pid);
		refused |= bits;
		return;
	}
	hit |= bits;
	if (verbose)
		warn("Killed %s(%d) with signal %d", name_of(p), p->pid, sent);
}

/* a line of the terminal that begins with y or Y; the end of the file is a no */
static bool says_yes(void)
{
	bool yes = false, first = true;
	char c;

	while (read(0, &c, 1) == 1 && c != '\n') {
		yes |= first && (c == 'y' || c == 'Y');
		first = false;
	}
	return yes;
}

/* once for each process, with -g for each group */
static bool is_agreed(struct proc *p)
{
	static struct answer { pid_t pgrp; bool yes; } *answers, *a;
	static unsigned n, room;
	unsigned i;

	for (i = 0; group && i < n; i++)
		if (answers[i].pgrp == p->pgrp)
			return answers[i].yes;
	say("%s %s(%s%d) ? (y/N) ", sig == SIGTERM ? "Kill" : "Signal", name_of(p), group ? "pgid " : "",
	    group ? p->pgrp : p->pid);
	a = mem_more(answers, sizeof(*a), n, &room);
	if (say_failed() || !a)
		die(FAILED, "%m");
	answers = a;
	a[n] = (struct answer){ p->pgrp, says_yes() };
	return a[n++].yes;
}

/* ---- main --------------------------------------------------------------------------------------------------- */

static void prepare_name(struct name *n)
{
	static APART struct regex regexes[NAMES_MAX];

	if (REGEX && regexp) {
		n->regex = &regexes[n - names];
		if (regex_parse(n->regex, n->text, fold ? REGEX_NOCASE : 0) < 0)
			die(FAILED, "Bad regular expression: %s", n->text);
	}
	n->fold = fold;
}

static void prepare(struct match *match, char **words)
{
	unsigned i;

	if (name_words(names, words, REGEX && regexp, &match->nnames) < 0)
		die(FAILED, "name '%s': %m", words[match->nnames]); /* an unset variable must not mean everybody */
	for (i = 0; ANY && i < match->nnames; i++)
		prepare_name(&names[i]);
}

static void prepare_more(struct match *match)
{
	char own[2];

	if (every_space)
		match->how |= MATCH_INNER;
	match->also = is_wanted;
	if (!REGEX || !context)
		return;
	if (regex_parse(&contexts, context, 0) < 0)
		die(FAILED, "Bad regular expression: %s", context);
	if (fd_read(AT_FDCWD, "/proc/self/attr/current", own, sizeof(own)) < 0)
		die(FAILED, "this kernel has no security contexts");
}

/* those that are meant, held; with -i those agreed to, with -g their groups */
static void find(struct procs *found, struct match *match)
{
	if (ANY)
		prepare_more(match);
	if (procs_find(found, match) < 0)
		die(FAILED, "cannot look at all processes: %m");
	if (MORE && interactive)
		procs_keep(found, is_agreed);
	match->with = group ? WITH_GROUP : WITH_NOBODY;
	if (MORE && procs_widen(found, match) < 0)
		die(FAILED, errno == EDEADLK ? "our own process group is among them" :
		    "cannot look at all processes: %m");
}

int killall_main(char **argv)
{
	struct match match = { .names = names };
	struct procs found = { 0 };
	int status = DONE;
	unsigned i = 0;

	argv = opt_parse(argv, &usage);
	if (list)
		return opt_signals(&usage, argv);
	prepare(&match, argv);
	if (!match.nnames && !(MORE && by_uid) && !(REGEX && context))
		opt_wrong(&usage, "needs a name", "");
	match.how = exact ? MATCH_EXACT : 0;
	find(&found, &match);
	procs_kill(&found, sig, told);
	do
		if (!((hit | refused) >> i & 1)) {
			status = FAILED;
			if (!quiet)
				warn("%s: no process found", ANY && !match.nnames ? "these options" : names[i].text);
		}
	while (++i < match.nnames);
	if (!(hit | refused) && procs_hidden(1))
		warn("others' processes are hidden (hidepid)");
	if (wait_for_end && hit)
		procs_wait(&found, -1);
	return refused ? FAILED : status;
}
