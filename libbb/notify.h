/* SPDX-License-Identifier: 0BSD */
/* notify - a daemon tells when it is ready: NOTIFY_SOCKET as sd_notify(3) has it, or a newline as s6 has it */
#ifndef LIBBB_NOTIFY_H
#define LIBBB_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "proc.h"

/* ERRNO, MAINPID, EXTEND_TIMEOUT_USEC */
enum { NOTIFY_ERRNO, NOTIFY_MAINPID, NOTIFY_EXTEND, NOTIFY_NUMBERS };

/* What one datagram says. */
struct notify_message {
	bool ready;                      /* READY=1 */
	bool alive;                      /* WATCHDOG=1 */
	unsigned number[NOTIFY_NUMBERS]; /* 0: none */
	const char *status;              /* STATUS, in the text; NULL: none */
};

/* Pure parser of len bytes, KEY=VALUE in each line; text[len] must be there to be written, as all of it is. A NUL ends
   a line too. Of a key that comes twice the last counts; other keys, and other values of READY, are skipped. An
   EXTEND_TIMEOUT_USEC over INT_MAX, half an hour, is that. 0; -1: EINVAL (one of the numbers is no decimal number),
   ERANGE (it does not fit). */
int notify_parse(char *text, size_t len, struct notify_message *);

/* What was told while waiting. */
struct notify_told {
	pid_t pid;        /* the daemon's, or the MAINPID that it told */
	int how;          /* DIED: as waitpid(2) has it; -1: not known, for it was not our child */
	int error;        /* FAILED: the daemon's errno; EINVAL when it told an ill-formed number */
	char status[256]; /* the last STATUS, cut, its control characters as "?"; "": none */
};

enum notify_result {
	NOTIFY_NOTHING, /* not given back */
	NOTIFY_READY,
	NOTIFY_TIMEOUT, /* it still runs */
	NOTIFY_DIED,
	NOTIFY_FAILED,
	NOTIFY_CLOSED   /* it runs, but has closed the pipe: it can never be ready */
};

/* Zeroed at first, for one wait. It must live as long as environ is used. */
struct notify {
	int socket, pipe, give; /* give: the end that the daemon gets. 0: there is none */
	char variable[48];
	/* the rest is notify_wait's */
	struct proc watched;
	uid_t uid;
	long long end;
	bool closed, alive;
	struct notify_told told;
};

/* Takes messages from now on, and puts NOTIFY_SOCKET into environ: an abstract socket, which works from a chroot and
   leaves no file behind; only one network namespace sees it. 0; -1 and errno of socket, bind or env_set. */
int notify_listen(struct notify *);

/* Takes a newline from now on: give is the descriptor to pass on. 0; -1 and errno of pipe2. */
int notify_pipe(struct notify *);

/* Waits, after notify_listen, notify_pipe or both, until the daemon, a child of ours, which started with that uid, has
   told that it is ready or failed, is dead, or msec are over (it may tell to extend that). We must be a subreaper, as
   daemonize makes us. READY counts even if the daemon is dead by now. Messages count from the daemon, and from its
   descendants of its uid, ours or root's. A MAINPID that is alive and descends from us is watched from then on.
   Wakes at once, through pidfds (Linux 5.3); before that it looks every 20 ms whether the daemon lives. */
enum notify_result notify_wait(struct notify *, pid_t daemon, uid_t, unsigned msec, struct notify_told *);

/* Ends the wait for a newline: the next may begin with notify_pipe. */
void notify_end_pipe(struct notify *);

/* After notify_wait: SIGIO comes from now on when there is a message. 0; -1 and errno of fcntl. */
int notify_watch(struct notify *);

/* Reads what has come by now, never waiting. Has the daemon, or a descendant of it, told that it lives? */
bool notify_heard(struct notify *, pid_t daemon);

/* Ends that; also after any of the above has failed. */
void notify_close(struct notify *);

#endif
