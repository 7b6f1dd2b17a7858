/* SPDX-License-Identifier: 0BSD */
/* logfile - a file of lines that stays as small as it is told to, and does not mind what becomes of its name */
#ifndef LIBBB_LOGFILE_H
#define LIBBB_LOGFILE_H

#include <stdbool.h>
#include <stddef.h>

#define LOGFILE_HEAD 128  /* bytes that may stand before a line */
#define LOGFILE_PATH 1000 /* and of a path */

/* Who writes one has but this one. */
struct logfile {
	const char *path; /* absolute */
	unsigned size;    /* bytes that it, or as a ring all of it, may have (log_parse_size); 0: any. A ring has one */
	unsigned keep;    /* how many old ones: PATH.1 is the youngest; 0: none, and a full one is emptied */
	bool ring;        /* what is too much goes by the oldest lines, and there are no old files */
};

/* Opens it, or makes it with mode 0640 less the umask: a regular file of no other name, which is not a symbolic link;
   whole lines will stand behind its last. 0; -1 and errno (EINVAL: not a regular file, EMLINK: it has another name,
   ENAMETOOLONG). The name is looked up anew whenever something is written. */
int logfile_open(const struct logfile *);

/* Nothing has it open any more. */
void logfile_close(void);

/* A line: what stands before it (less than LOGFILE_HEAD bytes), and its len bytes (LOG_LINE at most: a line, or a
   piece with more to come, which "..." is put behind). It waits in memory, with the others, until logfile_flush;
   where there is no room for it (8 KiB) that is done first. How many were dropped since the last that was written is
   told by "dropped N lines" before it. */
void logfile_add(const struct logfile *, const char *head, const char *line, size_t len, bool more);

/* Does something wait? */
bool logfile_waits(void);

/* Writes what waits. Where the name is not the open file's any more it is opened anew first. A file that would
   become larger than it may becomes PATH.1, that PATH.2 and so on, between two lines. A ring's younger half becomes
   a new file that is renamed over it: who reads sees the one or the other, and both together are never larger than
   size. What cannot be written (a full disk, no such directory) is dropped, by whole lines: nothing waits. */
void logfile_flush(const struct logfile *);

/* The same when there will be no more; what was dropped is told, if it can be, behind this head. */
void logfile_end(const struct logfile *, const char *head);

#endif
