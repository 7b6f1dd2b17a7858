/* SPDX-License-Identifier: 0BSD */
/* log - lines out of what a program prints, what stands before them, and the way to syslog */
#ifndef LIBBB_LOG_H
#define LIBBB_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "num.h"

/* Bytes of a line, so that with what stands before it it fits in the 976 that /dev/kmsg took of a record before
   Linux 5.11 (LOG_LINE_MAX of kernel/printk/printk.c), and in the 1024 of RFC 3164. */
#define LOG_LINE 900

struct log {
	int priority;    /* facility and level, as syslog(3) takes them together */
	const char *tag; /* 48 bytes of it are used */
	pid_t pid;       /* whose lines they are; 0: not told */
	bool asked;      /* log_parse_priority has taken something; an applet's concern */
	bool kernel;     /* to /dev/kmsg, and not to /dev/log */
};

/* A facility ("daemon", "local0") or a level ("info", "err" or "error"), by the names of syslog(3) in any case, into
   the priority of a struct log: an opt_taker. 0; -1: EINVAL. */
int log_parse_priority(void *log, const char *text);

/* "65536", "64k", "1M" (1024 of each) into bytes: at least 4096, which any three lines fit in. 0; -1: EINVAL,
   ERANGE. */
int log_parse_size(const char *text, unsigned *bytes);

/* Pure: how many of the size bytes at text are its first line and the newline or NUL behind it; *len is the line
   alone. A line over LOG_LINE bytes comes in pieces; the same number in both says that more of it follows, or that
   end (nothing comes after these bytes) ended it. Between two characters of UTF-8, if it is that. 0: no whole line
   yet, and size is at most LOG_LINE. */
size_t log_cut(const char *text, size_t size, bool end, size_t *len);

/* When a line came: by the date, or by the time since boot, as machines without a clock have it. */
enum log_stamp { LOG_NO_STAMP, LOG_UTC, LOG_UPTIME };
#define LOG_STAMP sizeof("[4294967.295] 2026-11-28T13:20:38Z ")

/* Pure: what stands before a line, and its NUL; where that is. Of seconds since 1970, "2026-11-28T13:20:38Z "; of
   milliseconds since boot, "[  123.456] "; or nothing. LOG_STAMP bytes do, up to the year 9999. */
char *log_stamp(char *to, enum log_stamp, unsigned long long time);

/* At most so many bytes of a text, which may be NULL: where its NUL is. */
char *log_copy(char *to, const char *from, size_t most);

/* "dropped N", and of what (" lines"): where its NUL is. */
#define LOG_DROPPED (sizeof("dropped  lines") + NUM_TEXT)
char *log_dropped(char *to, unsigned n, const char *what);

/* One line, which is not empty, to /dev/log, a socket of datagrams (as syslog(3) of musl does; a stream is not
   served), or as a record to /dev/kmsg, as "<PRIORITY>TAG[PID]: LINE", with "..." behind if there is more of it. It
   is back after a restart of syslogd. Without one, or where it takes nothing for a second, lines are dropped, so
   that who prints them never has to wait longer; how many is the first that is sent afterwards. */
void log_send(const struct log *, int priority, const char *line, size_t len, bool more);

/* There will be no more: what was dropped is told, if it can be. */
void log_end(const struct log *);

/* A descriptor each of whose writes, "<PRIORITY>TEXT", is a message: of /dev/log, or without that of /dev/kmsg. No
   write to it waits. -1 and errno. */
int log_open(void);

#endif
