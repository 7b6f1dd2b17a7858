/* SPDX-License-Identifier: 0BSD */
/* pidfile - a number that others trust */
#ifndef LIBBB_PIDFILE_H
#define LIBBB_PIDFILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "config.h"

#define PID_MAX 4194304 /* PID_MAX_LIMIT of a 64-bit kernel, include/linux/threads.h */

/* What a pidfile says. */
struct pidfile_facts {
	pid_t pid;
	bool foreign;      /* its owner is neither root nor we, or its group neither root's nor ours: it must not be the
			      only reason to signal (dpkg's rule) */
	char identity[64]; /* its second line, when that is one of ours (proc_identity); else empty */
};

/* The pid in the file at path. Strict: the first word is digits only, 1..PID_MAX, and ends with a blank, a
   newline or the file; what follows is other tools' business, but for our own second line. Never waits (a fifo).
   -1: ENOENT (no file, or /dev/null, which names nobody), EINVAL (no such number in it), EISDIR, ENXIO (a
   fifo, device or socket), EPERM (world-writable: anybody could name a victim; dpkg refuses it too), others
   of open and read. */
pid_t pidfile_read(const char *path, struct pidfile_facts *);

/* Pure: the same from text in memory. -1: EINVAL. */
pid_t pidfile_parse(const char *text, struct pidfile_facts *);

/* Where a pidfile is written: its directory is held, so that it can be taken back after a chdir or chroot.
   While it is held by one process no other can hold the same (flock on .NAME.lock beside it): check and
   start are one step. */
struct pidfile {
	const char *path, *base;
	int dir, lock;
};

/* Opens the directory and waits for its turn, at most msec. 0; -1: ETIMEDOUT, ENAMETOOLONG, EISDIR (path ends in a
   slash), errno of open (ENOENT: no such directory, EACCES, EROFS ...). What was opened by then stays open: there is
   no start, and the process ends. */
int pidfile_hold(struct pidfile *, const char *path, unsigned msec);

/* Ends that; the lock's name goes too. */
void pidfile_release(const struct pidfile *);

/* Takes the lock's name away only: for a process that is about to exec, which closes the rest. */
void pidfile_unlock(const struct pidfile *);

/* Puts "PID\n", and the line identity, or more lines of fewer than PIDFILE_MORE bytes, unless it is NULL, there, 0644,
   by rename: a reader sees the old file, or all of the new one. A symlink at the name is replaced, never followed;
   /dev/null stays what it is. 0; -1: nothing has changed: EISDIR, ENXIO (it is a fifo, a device), errno of open, write,
   rename. */
#define PIDFILE_MORE (ENABLED(CONFIG_SUPERVISE_DAEMON) ? 256 : 64)
int pidfile_write(const struct pidfile *, pid_t, const char *identity);

/* Takes it away if it still names pid, and what its writer, who was killed, has left beside it: for who holds it. 0;
   -1: ESRCH (it names another), errno of open, unlink. */
int pidfile_remove(const struct pidfile *, pid_t);

/* The same for a path that nobody holds. */
int pidfile_unlink(const char *path, pid_t);

#endif
