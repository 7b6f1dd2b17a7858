/* SPDX-License-Identifier: 0BSD */
/* logger - two processes that do what is to be done with what a program prints */
#ifndef LIBBB_LOGGER_H
#define LIBBB_LOGGER_H

#include <stdbool.h>

#include "log.h"
#include "logfile.h"

struct logger {
	const char *command;   /* the shell's, which reads the lines; else NULL, and they go where the rest says */
	struct log syslog;     /* its tag is NULL: not to syslog */
	int error_priority;    /* of lines of the second pipe, if there are two */
	struct logfile file;   /* its path is NULL: to no file */
	unsigned flush;        /* ms that lines may wait for more before they are written to the file; 0: none */
	const char *prefix;    /* stands before each line in the file, 100 bytes of it; NULL: nothing */
	unsigned char stamp;   /* enum log_stamp: and before that */
	unsigned rate;         /* bytes per second, and at once, that lines may have; 0: any */
	const char *name;      /* what both are called: "log-" and 11 bytes of it */
	bool two;              /* there are two pipes */
};

/* What the options of the applet that runs ask for, and takers of them (opt_taker; self is not used). A path must be
   absolute: the processes leave the caller's directory. At most 999 are kept. "utc", "uptime". All else is as it is
   without an option when it is zero, but for file.keep, which is LOGGER_KEEP then. */
#define LOGGER_KEEP 1
extern struct logger logger_asked;
int logger_take_file(void *self, const char *path);
int logger_take_ring(void *self, const char *path);
int logger_take_size(void *self, const char *text);
int logger_take_keep(void *self, const char *text);
int logger_take_stamp(void *self, const char *text);

/* Is a logger asked for? */
bool logger_wanted(void);

/* What both processes are called, and the tag of messages that were asked for without one. */
void logger_name(const char *name);

/* Can a logger do its work? It opens the file, or looks for the shell, as it is to do later. NULL; what cannot be
   done ("open"), and errno. */
const char *logger_check(const struct logger *);

/* What a process of its own does: 0, and with two 1, are ends of pipes that lines are read from until nobody can
   write to them; then _exit(0). This one, the elder, only holds them and waits, so that a daemon that writes does
   not get SIGPIPE when the younger dies, which does the work, and is started anew then: after 100 ms, twice that the
   next time, up to 5 s, and after 100 ms again when it has lived for 10 s. Who does not live at all does not block
   the daemon either: when 5 s are reached, what comes meanwhile is dropped. The younger writes lines that are not
   empty, pieces of a long one with "..." behind them. What is over the rate is dropped by whole lines, and the next
   line that is not, or the end, is preceded by "dropped N bytes"; by "dropped N lines", where lines could not be
   written. HUP: what waits is written, and the file opened anew. TERM: what waits is written, and it goes on, since
   the last words of daemons come after killall5's TERM. Both block all other signals. Leaves session, directory and
   all other descriptors but 2. */
_Noreturn void logger_run(const struct logger *);

#endif
