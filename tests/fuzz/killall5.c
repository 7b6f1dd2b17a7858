/* SPDX-License-Identifier: 0BSD */
/* killall5's words, a line each */
#include "applet.h"

#include "../../applets/killall5.c"

static void keep_all(void)
{
	OPTS(KEEP_ROW)
	KEEP(hit), KEEP(restless), KEEP(sending), KEEP(refused), KEEP(session), KEEP(match);
}

static void look(void)
{
	unsigned i;

	MUST(sig >= 0 && sig < _NSIG && match.nomit <= OMIT_MAX && match.also == reach);
	for (i = 0; i < match.nomit; i++)
		MUST(match.omit[i] >= 0);
	applet_acts();
}

int procs_find(struct procs *all, const struct match *m)
{
	MUST(!all->n && m == &match && (!sig || sig == SIGCONT || sig == SIGSTOP || m->nomit));
	look();
	return 0;
}

/* all are stopped meanwhile: by a child, unless somebody is left out */
pid_t proc_fork(void)
{
	MUST(sig && sig != SIGCONT && sig != SIGSTOP && !match.nomit);
	look();
	return 0;
}

FUZZ
{
	(void)size;
	applet_run(killall5_main, "killall5", NOBODY, text);
}
