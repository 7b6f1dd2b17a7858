/* SPDX-License-Identifier: 0BSD */
/* stop - a signal, a wait, a harder signal: --retry, killall -w, shutdown */
#ifndef LIBBB_STOP_H
#define LIBBB_STOP_H

#include "match.h"

#define STOP_STEPS 32

struct stop_step {
	int sig; /* -1: a wait */
	unsigned msec;
};

/* One signal at least, or the schedule that stop_parse made. */
struct stop {
	int n, again; /* steps; the one that "forever" goes back to, -1 without it */
	void (*tick)(void); /* called each second of a wait; may be NULL */
	struct stop_step step[STOP_STEPS];
};

struct stop_result {
	unsigned signalled; /* how often a signal was sent */
	unsigned refused;   /* how many of the first step's could not be signalled (EPERM) */
	unsigned left;      /* how many still live */
};

/* "5" is SIG/5/KILL/5, SIG being sig. Else a list with "/" between: a duration (num_msec), a signal ("TERM",
   "SIGTERM", "-TERM", "-15"), "forever" once and not last. -1: EINVAL: an empty or unknown item, a single
   signal, nothing to wait for behind forever; E2BIG: over STOP_STEPS. */
int stop_parse(struct stop *, const char *text, int sig);

/* Runs it over the set, which procs_find has found with m. Those that have a number (m->pid) are held to the end;
   else each signal but the first goes to all that match by then, and the end is when none does. After the last step a
   process that got a signal has STOP_GRACE ms more to be gone: the kernel needs a moment to end even a killed one.
   KILL to all members of a cgroup ends those below it too (cgroup.kill, Linux 5.14), unless we are among them.
   0; -1: errno of procs_find. The set holds what is left. */
#define STOP_GRACE 100
int stop_run(const struct stop *, const struct match *, struct procs *, procs_told *, struct stop_result *);

#endif
