/* killall - signal processes by their name */
/* SPDX-License-Identifier: 0BSD */

/*config
config KILLALL
	bool "killall (1448 bytes)"
	default y
	help
	  Signals all processes that run the programs named, and with -w waits
	  until they are dead. A process that took over the number of one that
	  died meanwhile is never hit.
*/
#include <errno.h>
#include <signal.h>

#include "../libbb/err.h"
#include "../libbb/match.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/sig.h"
#include "../libbb/text.h"
#include "applet.h"

enum { DONE = 0, FAILED = 1 }; /* exit statuses: a name without a success is a failure */

static bool exact, quiet, wait_for_end, list, verbose;
static int sig = SIGTERM;
static struct name names[NAMES_MAX];
static unsigned long long hit, refused; /* a bit for each name that had a success, or a process not ours to signal */

#define OPTS(OPT) \
	OPT(1, OPT_WORD, "", "SIGNAL", SIGNAL_WORD, &sig, "send SIGNAL, not TERM") \
	OPT(1, "s", "signal", "SIGNAL", SIGNAL, &sig, "the same") \
	OPT(1, "e", "exact", "", BOOL, &exact, "long names in full") \
	OPT(1, "q", "quiet", "", BOOL, &quiet, "no word of missing ones") \
	OPT(1, "w", "wait", "", BOOL, &wait_for_end, "wait for their end") \
	OPT(1, "v", "verbose", "", BOOL, &verbose, "tell of each signal") \
	OPT(1, "l", "list", "", BOOL, &list, "list signal names")
OPT_LIST(opts, OPTS, NULL);
static const struct usage usage = { "[-SIGNAL] [-elqvw] [--] NAME...", &opts, FAILED, .permute = true };

/* a number (also an exit status of 128 and a signal) to its name, a name to its number, as BusyBox has it */
static int convert_signals(char **words)
{
	char buf[SIG_TEXT];
	unsigned n;
	int value;

	for (; *words; words++) {
		if (!num_parse(*words, 255, &n))
			say("%s\n", sig_text(n & 127, buf));
		else if ((value = sig_parse(*words)) >= 0)
			say("%d\n", value);
		else
			die(FAILED, "%s: unknown signal; killall -l lists signals.", *words);
	}
	return DONE;
}

static int list_signals(void)
{
	int n;

	for (n = 1; n < 32; n++)
		if (sig_name(n))
			say("%s%s", n > 1 ? " " : "", sig_name(n));
	say("\n");
	return DONE;
}

static const char *name_of(const struct proc *p)
{
	unsigned i = 0;

	while (!(p->names >> i & 1))
		i++;
	return names[i].text;
}

static void told(const struct proc *p, int sent, int error)
{
	errno = error;
	if (error) {
		warn("%s(%d): %m", name_of(p), p->pid);
		refused |= p->names;
		return;
	}
	hit |= p->names;
	if (verbose)
		warn("Killed %s(%d) with signal %d", name_of(p), p->pid, sent);
}

static unsigned prepare(char **argv)
{
	unsigned n;

	for (n = 0; argv[n]; n++) {
		if (n == NAMES_MAX)
			die(FAILED, "Maximum number of names is %d", NAMES_MAX);
		if (name_word(&names[n], argv[n]) < 0)
			die(FAILED, "a name is empty"); /* an unset variable must not mean everybody */
	}
	return n;
}

int killall_main(char **argv)
{
	struct match match = { .names = names };
	struct procs found = { 0 };
	int status = DONE;
	unsigned i;

	argv = opt_parse(argv, &usage);
	if (list)
		return *argv ? convert_signals(argv) : list_signals();
	match.nnames = prepare(argv);
	if (!match.nnames)
		opt_wrong(&usage, "needs a name", "");
	match.how = exact ? MATCH_EXACT : 0;
	if (procs_find(&found, &match) < 0)
		die(FAILED, "cannot look at all processes: %m");
	procs_kill(&found, sig, told);
	for (i = 0; i < match.nnames; i++)
		if (!((hit | refused) >> i & 1)) {
			status = FAILED;
			if (!quiet)
				warn("%s: no process found", names[i].text);
		}
	if (wait_for_end && hit)
		procs_wait(&found, -1);
	return refused ? FAILED : status;
}
