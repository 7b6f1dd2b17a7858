/* SPDX-License-Identifier: 0BSD */
/* proc - one process seen through its open /proc/PID: never another of the same number */
#ifndef LIBBB_PROC_H
#define LIBBB_PROC_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* A process that is held. dir is /proc/PID opened O_RDONLY|O_DIRECTORY: all that is read through it is of that
   process or fails with ESRCH, and pidfd_send_signal(2) takes it (Linux 5.1; not an O_PATH descriptor).
   Without /proc it is a pidfd (5.3): it can be signalled and waited for, not read. One whose dir is PROC_BY_NUMBER is
   not held: it may only be read and stat'ed, and need not be the same the next time. */
#define PROC_BY_NUMBER AT_FDCWD
struct proc {
	pid_t pid;
	int dir, death;           /* death: the fd of proc_poll, -1 before */
	pid_t pgrp, session;      /* as match_test saw them */
	unsigned long long names; /* the caller's: which of its names were meant */
	char comm[16];            /* its name, as match_test saw it (for killall, pgrep and pkill) */
};

/* numbers of fields in /proc/PID/stat, as proc(5) counts them; START is in clock ticks since boot */
enum { STAT_PPID = 4, STAT_PGRP, STAT_SESSION, STAT_TTY, STAT_FLAGS = 9, STAT_START = 22, STAT_END };

#define PROC_COMM 64 /* bytes of a comm and its NUL: 15 for programs, kernel threads run longer */
struct proc_stat {
	char state;
	char comm[PROC_COMM];
	unsigned long long field[STAT_END];
};

struct proc_status {
	pid_t tgid; /* the process; its pid may also be had for another of its threads */
	uid_t uid, euid;
	gid_t gid; /* the real one; 0 where no applet asks for it, and so with the next */
	unsigned long long caught; /* which signals it has a handler for: bit n - 1 stands for signal n */
	bool inner; /* it has another pid in a pid namespace below ours (NSpid:, Linux 4.1) */
};

#define PROC_KTHREAD 0x200000 /* PF_KTHREAD in flags, include/linux/sched.h */

/* Holds the process. 0; -1: ESRCH (gone, or never was), EMFILE, others of open. */
int proc_open(struct proc *, pid_t);
void proc_close(struct proc *);

/* Why the last look failed that did so for another reason than that the process is gone, or hidden from who is not
   root: what was not seen may be there all the same. The caller's to clear. proc_note, of what a look gave back, keeps
   its errno there, and gives it back again. */
extern int proc_unseen;
int proc_note(int result);

/* Reads one of its files ("environ", ...) as fd_read does. -1: ESRCH once it is gone and reaped. */
ssize_t proc_read(const struct proc *, const char *file, char *buf, size_t size);

/* Pure: in the text of a /proc/PID/cgroup, its place in the tree of cgroup v2: a path, and a newline behind it. NULL:
   there is none. */
const char *proc_parse_cgroup(const char *text);

/* Its place in the tree of cgroup v2, read into buf: a path, and a newline behind it. NULL: it has none, it does not
   fit, or proc_read failed. */
const char *proc_cgroup(const struct proc *, char *buf, size_t size);

/* Gives into all of one of its files, however long, in pieces that it may change. 0; -1 as proc_read: not all. */
int proc_pour(const struct proc *, const char *file, void (*into)(char *piece, size_t len));

/* What one of its files is, links followed. */
int proc_fstat(const struct proc *, const char *file, struct stat *);

/* 0; -1: gone, or not readable. */
int proc_stat(const struct proc *, struct proc_stat *);
int proc_status(const struct proc *, struct proc_status *);

/* Its arguments, a NUL behind each, and one more: as fd_read. 0 for kernel threads and zombies. */
ssize_t proc_cmdline(const struct proc *, char *buf, size_t size);

/* Its name from comm, which is cheaper to read than stat. 0; -1 as proc_read. */
int proc_comm(const struct proc *, char comm[PROC_COMM]);

/* Pure parsers of the two files. comm is what stands between the first "(" and the LAST ")": it may hold
   blanks, newlines and brackets. 0; -1: EINVAL. */
int proc_stat_parse(const char *text, size_t len, struct proc_stat *);
int proc_status_parse(const char *text, struct proc_status *);

/* How old it is, in milliseconds. */
long long proc_age(const struct proc_stat *);

/* Is this state in proc_stat that of one who has ended: a zombie, or just being reaped? */
bool proc_ended(char state);

/* What no other process ever had: "START BOOTID" (stat's field 22, and /proc/sys/kernel/random/boot_id) into text.
   0; -1: it is gone, or there is no such file. */
#define PROC_IDENTITY 64
int proc_identity(const struct proc *, char text[PROC_IDENTITY]);

/* Gone, or a zombie: nobody who could be stopped. */
bool proc_dead(const struct proc *);

/* Signals it, through the pin where the kernel can. Before Linux 5.1, or where a filter forbids it (ENOSYS,
   EPERM, EINVAL all mean "absent"), by number right after a successful look through the pin: one call lies
   between the look and kill(). 0; -1: ESRCH, EPERM, EINVAL. */
int proc_kill(const struct proc *, int sig);

/* The same with a value for its handler (sigqueue(3)). */
int proc_queue(const struct proc *, int sig, int value);

/* Signals all whom we may signal but ourselves and PID 1, at one moment: no fork falls into it. 0; -1: EPERM, ESRCH. */
int proc_kill_all(int sig);

/* kill(2), for a child of ours that is not reaped yet, and so keeps its number; for the group that it leads (-pid);
   and for ourselves. */
int proc_kill_child(pid_t, int sig);

/* waitpid(2), as close is fd_close (fd.h). */
pid_t proc_wait(pid_t, int *how, int options);
#define waitpid(pid, how, options) proc_wait(pid, how, options)

/* fork(2). libc's own sees to its threads' locks, which we do not have. */
pid_t proc_fork(void);

/* An fd that turns readable when it dies, kept in death. Needs pidfd_open(2), Linux 5.3. It is taken by number,
   then the pin is read: if that works, both are the same process. -1: ESRCH, ENOSYS, EMFILE. */
int proc_poll(struct proc *);

/* false where the kernel's pidfds are not to be used: INITBOX_NO_PIDFD=1 (with CONFIG_DEBUG_NO_PIDFD). */
bool proc_pidfd_wanted(void);

#endif
