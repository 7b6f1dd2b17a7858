/* SPDX-License-Identifier: 0BSD */
/* match - which processes are meant, and holding them */
#ifndef LIBBB_MATCH_H
#define LIBBB_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "proc.h"
#include "regex.h"

#define NAMES_MAX 64  /* bits in proc.names */
#define OMIT_MAX 256 /* pids that match_omit takes */

/* A name that was asked for: of a program, or the path of its file. */
struct name {
	const char *text;
	size_t len;
	bool fold;         /* the caller's to set: letters in any case (not of a path), */
	struct regex *regex; /* and an expression, of which text is only the text */
	bool path, exists; /* text is the path of a file; dev and ino are its */
	bool script;       /* which begins with #!: its interpreter is what runs, and shell_* are its */
	dev_t dev, shell_dev;
	ino_t ino, shell_ino;
};

/* Prepares text as the path of a file, or as a program's name. -1 (path only): errno of stat; the name may
   still be matched, against programs whose file is gone. EINVAL: an empty text. */
int name_path(struct name *, const char *text);
int name_plain(struct name *, const char *text);

/* As a path if there is a slash in it, else as a name, as killall and pidof take their words. 0, also where there is no
   such file; -1: EINVAL, others of stat: it cannot be told. */
int name_word(struct name *, const char *text);

/* All words so, or each as a name; *n counts those that were taken. 0; -1: words[*n] was not: as above, or E2BIG: it is
   one too many. */
int name_words(struct name names[NAMES_MAX], char **words, bool plain, unsigned *n);

/* The whole name of a process whose comm is full, and may be cut: the file name of the first string in its command line
   (up to end, each string ended by a NUL) that begins so. NULL: none does. */
const char *name_whole(const char *args, const char *end, const char *comm);

enum {
	MATCH_EXACT = 1,      /* a name over 15 bytes must be confirmed by the command line (killall -e) */
	MATCH_COMM = 2,       /* a name of just 15 bytes is the comm, even a cut one (dpkg's --name) */
	MATCH_ARGV = 4,       /* names are compared with argv[0] rather than comm (pidof) */
	MATCH_SCRIPTS = 8,    /* and with the script that an interpreter runs (pidof -x), */
	MATCH_OR_COMM = 16,   /* and with comm, cut or not: all that some have (pidof -w) */
	MATCH_ZOMBIES = 32,   /* the rest: whom a scan does not spare */
	MATCH_INIT = 64,
	MATCH_ANCESTORS = 128,
	MATCH_KTHREADS = 256,
	MATCH_INNER = 512,    /* processes in pid namespaces below ours */
	MATCH_SAME_ROOT = 1024 /* only processes whose root directory is ours (pidof -c) */
};

/* who goes with a match: its process group, its session, all that descend from it */
enum { WITH_NOBODY, WITH_GROUP, WITH_SESSION, WITH_TREE };

/* Every criterion that is set must hold; of the names, one. A zeroed struct means everybody. */
struct match {
	pid_t pid, ppid;
	const struct name *exec, *names;
	unsigned nnames, nomit, how; /* how: MATCH_ bits */
	const pid_t *omit;
	bool by_uid;
	uid_t uid; /* the effective one */
	const char *identity; /* of the one process that is meant (proc_identity) */
	unsigned char with; /* WITH_ */
	/* What else the caller asks. A scan without names asks it first, by number and without a stat, and may be told
	   yes wrongly; in any case it asks the process once it is held, with its stat, and after everything else:
	   it may act on it, or take it for itself and say no, with -1 in its dir. */
	bool (*also)(struct proc *, const struct proc_stat *);
	int cgroup; /* its directory, opened: its members are asked, not all processes. 0: none */
};

/* Does this very process match? Asked through its pin only. 1, and p->names says which; 0; -1: cannot be told
   (errno: ESRCH it is gone, EACCES, ENOENT no /proc). */
int match_test(const struct match *, struct proc *);

/* Is nothing asked of a process but, at most, its number? */
bool match_anybody(const struct match *);

/* Leaves out the pids of this list, parted by "," ";" or ":"; %PPID is the caller. 0; -1: EINVAL: some of it is no
   pid, and was passed over; E2BIG: over OMIT_MAX in all. */
int match_omit(struct match *, const char *list);

/* What matched stays held. Zeroed at first. */
struct procs {
	struct proc *v;
	unsigned n, room;
	unsigned refused; /* by the last procs_kill */
};

/* Finds and holds all that match, in order of pid. A scan costs a process that does not match three system calls
   (openat, read, close of one /proc file), one when m->exec is set; candidates are held first and then asked
   everything again. Spares ourselves always; PID 1, our ancestors, zombies, kernel threads and processes in pid
   namespaces below ours but for the MATCH_ bits: those m->also is not asked about, once held. With m->pid there is no
   scan, and only ourselves and zombies are spared. Their number; -1: ENOENT (no /proc), EMFILE (more than may be
   held), ENOMEM, others of getdents64. */
int procs_find(struct procs *, const struct match *);

/* Is this process there, and hidden from us (proc(5): hidepid=1 and above)? Of PID 1 it means: are those of
   others? Then it is no answer that there is none. false without CONFIG_HIDEPID. */
bool procs_hidden(pid_t);

/* The set, and those that go with each of its members, as m->with has it. What was forked since the last call is
   found by the next. Spares as procs_find. 0; -1 as that, or EDEADLK: the group or session is our own. procs_find
   does it too. */
int procs_widen(struct procs *, const struct match *);

/* Told of each signal: error is 0 or the errno of a signal that could not be sent. May be NULL. */
typedef void procs_told(const struct proc *, int sig, int error);

/* Signals all. How many got it: they stay; the gone and those that are not ours to signal (EPERM) are dropped. */
unsigned procs_kill(struct procs *, int sig, procs_told *);

/* Waits until all are dead, or at most msec (-1: for ever); drops the dead. How many are left. Wakes at the death
   of each, through pidfds (Linux 5.3); before that it looks every 10 ms, after a second every 100. */
unsigned procs_wait(struct procs *, int msec);

/* Lets those go for whom keep says no; it is asked in order of pid. */
void procs_keep(struct procs *, bool (*keep)(struct proc *));

/* Lets them all go. */
void procs_free(struct procs *);

#endif
