/* SPDX-License-Identifier: 0BSD */
/* supervise - keep a program running: when it is started anew, how soon, and when no more */
#ifndef LIBBB_SUPERVISE_H
#define LIBBB_SUPERVISE_H

#include <stdbool.h>
#include <sys/types.h>

#include "stop.h"

#define SUPERVISE_STATUSES 256

enum supervise_event {
	SUPERVISE_RUNS,    /* pid was started, or another one of it is followed from now on */
	SUPERVISE_ENDED,   /* died tells how; it is started anew in wait ms */
	SUPERVISE_FAILED,  /* a start anew failed; the next is in wait ms */
	SUPERVISE_SICK,    /* it said nothing in time, or its check failed: it is stopped now */
	SUPERVISE_DONE,    /* died with a status that is the end, as it was told */
	SUPERVISE_GIVES_UP /* it does not come to live: row starts in vain */
};

/* Zeroed at first. Times are in ms. */
struct supervise {
	/* what is asked */
	unsigned delay; /* from its end to its next start: the shortest, */
	unsigned step;  /* so much more for each in a row, or, if 0, twice as much each time, */
	unsigned cap;   /* and the longest */
	unsigned healthy; /* who lived so long had no bad start: the row begins anew */
	unsigned max;     /* starts in a row that may fail; 0: any number */
	bool last[SUPERVISE_STATUSES]; /* an exit status with which it is not started anew */
	unsigned check, first_check;   /* between two health checks; from a start to the first. 0: none, the same */
	unsigned watchdog;             /* it says that it lives at least so often. 0: it need not */
	struct stop stop;              /* how it is ended */
	unsigned char with;            /* and who goes with it: WITH_ of match.h */
	int cgroup;                    /* who is in it, too: its directory, opened. 0: none */
	/* Starts it: its pid, a child of ours; -1. Makes all descriptors close by exec. */
	pid_t (*start)(void);
	/* Starts what looks whether it is well, and ends with 0 if so: its pid, a child of ours; -1. May be NULL */
	pid_t (*look)(void);
	/* SIGIO has come: has it said that it lives? May be NULL */
	bool (*heard)(void);
	void (*tell)(enum supervise_event);
	pid_t aside; /* the child of ours that tell started last, for nobody to take for it. 0: none */
	/* what is */
	pid_t pid;         /* -1: it does not run */
	int died;          /* as waitpid(2) has it; -1: it was not to be started */
	unsigned restarts; /* in all */
	unsigned row;      /* since it was healthy */
	unsigned wait;
};

/* Pure: how long to wait before the start that follows row starts in a row, row > 0. Up to an eighth of it longer or
   shorter, as random has it: what died together does not come back together. */
unsigned supervise_wait(const struct supervise *, unsigned random);

/* pid has been started, and we are a subreaper (prctl(2)). Comes back when it is not to be started any more and has
   ended: at TERM, INT or QUIT at once, at such a status, or when it was in vain. All signals must be blocked; HUP,
   USR1, USR2 and WINCH are passed on. Where pid ends with status 0 and leaves children, which are ours then, the eldest
   of them is it (who goes into the background by itself). It never dies of an error, takes no memory, and wakes only
   when something has happened or is due. */
void supervise_run(struct supervise *);

/* Ends it by the schedule, and who goes with it. */
void supervise_stop(struct supervise *);

#endif
