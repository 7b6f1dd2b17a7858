/* SPDX-License-Identifier: 0BSD */
/* confine - what a program, and all that it starts, may no longer do: Landlock, seccomp */
#ifndef LIBBB_CONFINE_H
#define LIBBB_CONFINE_H

#include <stdbool.h>

#define CONFINE_PATHS_MAX 32

/* Zeroed: it may do all. Texts are kept, not copied. */
struct confine {
	const char *writable[CONFINE_PATHS_MAX];
	unsigned nwritable;  /* 0: no path is asked for, and it may write wherever it may */
	bool no_admin_calls; /* the calls that confine.c lists, which only administer the machine, fail with EPERM */
};

/* One path more to write to: a file, or all that is below a directory. 0; -1: EINVAL (empty), E2BIG. */
int confine_add(struct confine *, const char *path);

/* Is there something asked for that this kernel has not? Then it is taken out; its name and errno: ENOSYS (a kernel
   without it, or older than Linux 5.13, 3.5), EOPNOTSUPP (it was switched off at boot), or what another's filter
   says. NULL: what is left can be had, as far as can be told before. */
const char *confine_forgo(struct confine *);

/* Right before exec, with the ids, root and directory that the program will have: paths are looked up in there. Sets
   no_new_privs (prctl(2)) where anything is asked for. There is no way back. NULL; else the step that failed, errno
   and *thing.
   Not writing is: no file is opened for it, made, removed, renamed or linked; from Linux 6.2 on none is truncated, and
   before 5.19 none renamed or linked from one directory to another. What is open already can be written to, and so can
   devices that hold nothing, as /dev/null. Modes, owners, times and attributes of files can be changed (Landlock knows
   of none of these).
   Of calls by other numbers than the processor's own, as of 32-bit programs, all are refused with ENOSYS. */
const char *confine(const struct confine *, const char **thing);

#endif
