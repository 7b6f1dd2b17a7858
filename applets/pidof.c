/* pidof - print the pids of the programs named */
/* SPDX-License-Identifier: 0BSD */

/*config
config PIDOF
	bool "pidof (1192 bytes)"
	default y
	help
	  Prints the pids of all processes that run the programs named: the last
	  started first, on one line. Exit status 0 when there is one.

config PIDOF_MORE
	bool "-c, -o, -S and -x (552 bytes)"
	depends on PIDOF
	default y
	help
	  Only what has our root directory, omitted pids, another separator, and
	  scripts by their own name. Without it: -s and -q.
*/
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "../libbb/err.h"
#include "../libbb/match.h"
#include "../libbb/opt.h"
#include "applet.h"

#define MORE ENABLED(CONFIG_PIDOF_MORE)

enum { FOUND = 0, NONE = 1 }; /* exit statuses */

static bool single, same_root, scripts, quiet;
static const char *separator = " ";
static struct name names[NAMES_MAX];
static struct match match;
static bool any;

OPT_TAKER take_omit;

/* nonsense is told and skipped, as the peers do */
static int take_omit(void *self, const char *text)
{
	(void)self;
	if (!match_omit(&match, text))
		return 0;
	if (errno != EINVAL)
		return -1;
	warn("bad PID in '%s'", text);
	return 0;
}

#define OPTS(OPT) \
	OPT(1, "s", "single-shot", "", BOOL, &single, "one pid a name") \
	OPT(MORE, "c", "check-root", "", BOOL, &same_root, "only in our root directory") \
	OPT(MORE, "o", "omit-pid", "PID[,PID]...", CALL, take_omit, "not these; %PPID: the caller") \
	OPT(MORE, "x", "", "", BOOL, &scripts, "scripts too") \
	OPT(1, "q", "", "", BOOL, &quiet, "print nothing") \
	OPT(MORE, "S", "separator", "TEXT", TEXT, &separator, "between pids")
OPT_LIST(opts, OPTS, NULL);
static const struct usage usage = { "[-cqsx] [-o PID[,PID]...] [-S TEXT] NAME...", &opts, NONE, .permute = true };

/* the last started first, as the peers have it: the highest number */
static void print(const struct procs *found, unsigned which)
{
	unsigned i;

	for (i = found->n; i-- > 0;) {
		if (!(found->v[i].names >> which & 1))
			continue;
		if (!quiet)
			say("%s%d", any ? separator : "", found->v[i].pid);
		any = true;
		if (single)
			break;
	}
}

int pidof_main(char **argv)
{
	struct procs found = { 0 };
	unsigned i;

	argv = opt_parse(argv, &usage);
	for (i = 0; argv[i]; i++) {
		if (i == NAMES_MAX)
			die(NONE, "Maximum number of names is %d", NAMES_MAX);
		if (name_word(&names[i], argv[i]) < 0)
			die(NONE, "a name is empty");
	}
	match.names = names;
	match.nnames = i;
	if (!i)
		return NONE;
	match.how = MATCH_ARGV | MATCH_INIT | MATCH_ANCESTORS;
	if (MORE && scripts)
		match.how |= MATCH_SCRIPTS;
	if (MORE && same_root && !geteuid())
		match.how |= MATCH_SAME_ROOT;
	if (procs_find(&found, &match) < 0)
		die(NONE, "cannot look at all processes: %m");
	for (i = 0; i < match.nnames; i++)
		print(&found, i);
	if (any && !quiet)
		say("\n");
	return any ? FOUND : NONE;
}
