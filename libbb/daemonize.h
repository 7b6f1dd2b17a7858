/* SPDX-License-Identifier: 0BSD */
/* daemonize - start a program: where, as whom, with which files, and who keeps it */
#ifndef LIBBB_DAEMONIZE_H
#define LIBBB_DAEMONIZE_H

#include <stdbool.h>
#include <sys/types.h>

#include "confine.h"
#include "cred.h"
#include "logger.h"
#include "pidfile.h"

enum keep {
	KEEP_SELF, /* become it: exec in this process */
	KEEP_NONE  /* let it go: no terminal, no way back to one */
};

/* A zeroed struct means: exec program here, change nothing but signals and stray descriptors. All paths are as
   the caller sees them; program and dir are looked up inside root, when there is one. */
struct daemonize {
	enum keep keep;
	const char *program;          /* the file to execute; no search in PATH */
	/* Run this rather than program, until it comes back. The start goes on until it calls daemonize_started, or
	   comes back with the step that has failed in a start of its own, errno as that left it; else NULL. What is
	   to be closed by exec stays open. With keep_signals all signals stay blocked. */
	const char *(*instead)(void);
	const char *root, *dir;       /* chroot there; working directory */
	const char *files[3];         /* 0 1 2; NULL: /dev/null with KEEP_NONE, else as it is. One name
					 twice is one file */
	bool append;                  /* to 1 and 2; else they begin empty */
	bool open_as_user;            /* they are opened with the user's rights, not ours */
	mode_t file_mode;             /* of 1 and 2, if they are created; less the umask */
	const struct pidfile *pidfile; /* held by the caller; holds the program's pid before it runs */
	const char *lock;             /* a file to lock (flock(2)); open in the program and all that it starts, it is
					 held as long as one of them lives. Taken at once, or a failure: EWOULDBLOCK.
					 What instead starts with it shares it */
	bool identify;                /* and the line that tells it from all others (proc_identity) */
	const struct cred *cred;      /* whom to become */
	/* What else is to be done, before chroot and setuid, and after: 0, or -1, errno and *thing. May be NULL. */
	int (*as_root)(const char **thing), (*as_user)(const char **thing);
	bool set_umask;
	mode_t umask;
	bool keep_files;              /* leave all descriptors as they are (dpkg's --no-close) */
	bool keep_signals;            /* leave ignored and blocked signals as they are (nohup) */
	int listen_files;             /* so many descriptors from 3 on are the program's (LISTEN_FDS) */
	struct daemonize_pass {
		int from, to;         /* from becomes the program's to; the same number: it is only kept open */
	} pass[4]; /* start-stop-daemon has --syslog, two loggers and --ready-fd */
	int npass;
	const struct confine *confine; /* what it may not do; the last step before exec. May be NULL */
};

/* What did not work, for "STEP THING: WHY". */
struct daemonize_failure {
	const char *step, *thing, *why;
};

/* Starts program with argv. KEEP_SELF does not come back. KEEP_NONE comes back when the program runs and its
   pidfile stands: its pid. It is a member of a new session without terminal, and not its leader: it cannot
   gain one by opening it (setsid(2)). It is a child of this process, which has become a subreaper (prctl(2),
   Linux 3.4), so that its death can be waited for; when this process ends, init adopts it.
   Else -1 and *failure; the pidfile is taken back and nothing runs.
   All signals are blocked meanwhile; SIGCHLD is at its default afterwards. */
pid_t daemonize(const struct daemonize *, char **argv, struct daemonize_failure *failure);

/* For instead: it runs. */
void daemonize_started(void);

/* One descriptor more to pass. */
void daemonize_pass(struct daemonize *, int ours, int to);

/* Starts the two processes of a logger (logger_run), a command's as cred. They end when nobody can write to the ends
   of its pipes any more, which are given back in ends, for 1 and for 2 (with one pipe the same), closed by exec. 0;
   -1 and *failure: what logger_check says, too. */
int daemonize_logger(const struct logger *, const struct cred *, int ends[2], struct daemonize_failure *failure);

#endif
