/* SPDX-License-Identifier: 0BSD */
/* log - a process that sends what another one prints to syslog */
#ifndef LIBBB_LOG_H
#define LIBBB_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define LOG_LINE 1000 /* bytes of a line, so that with what stands before it fits in the 1024 of RFC 3164 */

struct log {
	int priority;    /* facility and level, as syslog(3) takes them together */
	const char *tag; /* 48 bytes of it are used */
	pid_t pid;       /* whose lines they are; 0: not told */
	bool asked;      /* log_parse_priority has taken something; an applet's concern */
};

/* A facility ("daemon", "local0") or a level ("info", "err" or "error"), by the names of syslog(3) in any case, into
   the priority of a struct log: an opt_taker. 0; -1: EINVAL. */
int log_parse_priority(void *log, const char *text);

/* Pure: how many of the size bytes at text are its first line and the newline or NUL behind it; *len is the line
   alone. A line over LOG_LINE bytes comes in pieces; the same number in both says that more of it follows, or that
   end (nothing comes after these bytes) ended it. Between two characters of UTF-8, if it is that. 0: no whole line
   yet, and size is at most LOG_LINE. */
size_t log_cut(const char *text, size_t size, bool end, size_t *len);

/* What a process of its own does: reads fd, a pipe, to its end, and sends each line that is not empty to /dev/log, a
   socket of datagrams (as syslog(3) of musl does; a stream is not served), as "<PRIORITY>TAG[PID]: LINE", the pieces
   of a long one with "..." behind them. Then _exit(0). Is back after a restart of syslogd. Without one, or where it
   takes nothing for a second, lines are dropped, so that who prints them never has to wait longer; how many is the
   first that is sent afterwards. Leaves session, directory and all other descriptors. */
_Noreturn void log_run(int fd, const struct log *);

/* A descriptor each of whose writes, "<PRIORITY>TEXT", is a message: of /dev/log, or without that of /dev/kmsg. No
   write to it waits. -1 and errno. */
int log_open(void);

#endif
