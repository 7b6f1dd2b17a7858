/* SPDX-License-Identifier: 0BSD */
/* start-stop-daemon - what supervise-daemon shares with it: what is asked for, and the parts of a start and a stop */
#ifndef START_STOP_DAEMON_H
#define START_STOP_DAEMON_H

#include <stdbool.h>

#include "../libbb/daemonize.h"
#include "../libbb/match.h"
#include "../libbb/notify.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/proc.h"
#include "../libbb/sig.h"

/* exit statuses: dpkg's, as its code has them */
enum { DONE = 0, NOTHING = 1, FAILED = 2, WRONG_USE = 3 };
/* and of --status and --pidof: LSB's */
enum { RUNNING = 0, DEAD = 1, NOT_RUNNING = 3, UNKNOWN = 4 };

/* Of a supervisor, which stands between the start and the program. */
struct ssd_supervisor {
	bool (*left)(void);         /* does the program run though its supervisor does not? It has said so then */
	int (*launch)(char **argv); /* starts it, and by it the program: an exit status; it has said what failed */
};

/* What the options say, and what is made of it. */
struct ssd {
	bool start, stop, only_signal, background, make_pidfile, remove_pidfile, notify_await;
	const char *exec, *pidfile, *retry, *cgroup;
	char **operands;
	int fault;                               /* what an error ends with */
	struct match match;                      /* who is meant */
	struct daemonize how;                    /* how the program is started */
	struct notify notify;                    /* how it tells that it is ready */
	const struct ssd_supervisor *supervisor; /* NULL: the program is left to itself */
	const char *service;                     /* with a supervisor: what it is called */
	int joins; /* and the directory of the cgroup that the program goes into; 0: none */
};

extern struct ssd ssd;
extern struct usage ssd_usage;
extern const struct opt_list ssd_openrc_opts; /* the rows of OpenRC's letters, then all others */

/* Before the options are looked at: what holds without them, and whose letters they are. */
void ssd_set_defaults(void);
void ssd_choose_letters(char **argv);

/* After that: ends with WRONG_USE where the options contradict each other. */
void ssd_check_use(void);

/* The members of --cgroup are meant. Ends where it cannot be opened. */
void ssd_match_cgroup(void);

/* The three actions: an exit status. They have said what they did, or why not. */
int ssd_start_it(void);
int ssd_stop_it(void);
int ssd_tell_status(void);

/* An exit status, or that of an error where what was said could not be written. */
int ssd_end(int done);

/* Before each start: takes word of the readiness that was asked for. Ends, where that cannot be. */
void ssd_prepare_notify(void);

/* After it, with the pid that was started: waits for that word. DONE, and the pid that the program told; FAILED, and it
   was said why: is it dead? */
int ssd_await(pid_t *pid, bool *dead);

/* "exited with status ", "1" */
struct ssd_end {
	const char *how, *which;
	char text[SIG_TEXT > NUM_TEXT ? SIG_TEXT : NUM_TEXT];
};

/* How a child died, as waitpid(2) has it; -1: not known. Gives back e. */
const struct ssd_end *ssd_describe(struct ssd_end *e, int died);

/* What a process is known by among all of this boot and others. false: it is gone, or cannot be looked at. */
bool ssd_identify(pid_t pid, char text[PROC_IDENTITY]);

#endif
