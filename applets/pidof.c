/* pidof - print the pids of the programs named */
/* SPDX-License-Identifier: 0BSD */

/*config
config PIDOF
	bool "pidof (1640 bytes)"
	default y
	help
	  Prints the pids of all processes that run the programs named: the last
	  started first, on one line. Exit status 0 when there is one.

config PIDOF_MORE
	bool "-c, -o, -S and -x (1000 bytes)"
	depends on PIDOF
	default y
	help
	  Only what has our root directory, omitted pids, another separator, and
	  scripts by their own name. Without it: -s and -q.

config PIDOF_ALL
	bool "-w, -z, -t and what sysvinit's and procps' have beside (672 bytes)"
	depends on PIDOF_MORE
	default y
	help
	  Kernel threads and others without a command line, zombies, the ids of
	  all threads, and the letters -d -h -m -n -V.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <unistd.h>

#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/match.h"
#include "../libbb/mem.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "applet.h"

#define MORE ENABLED(CONFIG_PIDOF_MORE)
#define ALL ENABLED(CONFIG_PIDOF_ALL)

enum { FOUND = 0, NONE = 1 }; /* exit statuses */

static bool single, same_root, scripts, quiet, or_comm, zombies, threads;
static const char *separator = " ";
static APART struct name names[NAMES_MAX];
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
	OPT(MORE, "S", "separator", "TEXT", TEXT, &separator, "between pids") \
	OPT(ALL, "d", "", "TEXT", TEXT, &separator, "the same") \
	OPT(ALL, "w", "with-workers", "", BOOL, &or_comm, "by the kernel's name too, and kernel threads") \
	OPT(ALL, "t", "lightweight", "", BOOL, &threads, "the ids of all threads") \
	OPT(ALL, "z", "", "", BOOL, &zombies, "zombies too") \
	OPT(ALL, "m", "", "", NOTHING, NULL, "nothing") \
	OPT(ALL, "n", "", "", NOTHING, NULL, "nothing") \
	OPT(ALL, "h", "", "", HELP, NULL, "these lines") \
	OPT(ALL, "V", "", "", VERSION, NULL, "the version")
OPT_LIST(opts, OPTS, NULL);
static const struct usage usage = { "[OPTION]... NAME...", &opts, NONE, .permute = true };

/* the last started first, as the peers have it: the highest number */
static void print_one(pid_t id)
{
	if (!quiet) {
		if (any)
			say_as_is(separator);
		say("%d", id);
	}
	any = true;
}

static void print_threads(const struct proc *p)
{
	static APART struct fd_dir d;
	static unsigned *ids, room;
	unsigned n = 0, *more;
	int task = fd_open(p->dir, "task", O_RDONLY | O_DIRECTORY, 0);
	const char *name;

	fd_dir_start(&d, task);
	while (task >= 0 && (name = fd_dir_next(&d)) && (more = mem_more(ids, sizeof(*ids), n, &room))) {
		ids = more;
		n += !num_parse(name, INT_MAX, &ids[n]);
	}
	close(task);
	if (errno && errno != ENOENT && errno != ESRCH)
		die(NONE, "threads of %d: %m", p->pid);
	while (n)
		print_one(ids[--n]);
}

static void print(const struct procs *found, unsigned which)
{
	unsigned i;

	for (i = found->n; i-- > 0;) {
		if (!(found->v[i].names >> which & 1))
			continue;
		if (ALL && threads)
			print_threads(&found->v[i]);
		else
			print_one(found->v[i].pid);
		if (single)
			break;
	}
}

int pidof_main(char **argv)
{
	struct procs found = { 0 };
	unsigned i;

	argv = opt_parse(argv, &usage);
	if (name_words(names, argv, false, &match.nnames) < 0)
		die(NONE, "name '%s': %m", argv[match.nnames]);
	match.names = names;
	if (!match.nnames)
		return NONE;
	match.how = MATCH_ARGV | MATCH_INIT | MATCH_ANCESTORS;
	if (MORE && scripts)
		match.how |= MATCH_SCRIPTS;
	if (ALL && or_comm)
		match.how |= MATCH_OR_COMM | MATCH_KTHREADS;
	if (ALL && zombies)
		match.how |= MATCH_ZOMBIES;
	if (MORE && same_root && !geteuid())
		match.how |= MATCH_SAME_ROOT;
	if (procs_find(&found, &match) < 0)
		die(NONE, "cannot look at all processes: %m");
	for (i = 0; i < match.nnames; i++)
		print(&found, i);
	if (any && !quiet)
		say("\n");
	if (!any && procs_hidden(1))
		warn("others' processes are hidden (hidepid)");
	return any ? FOUND : NONE;
}
