/* SPDX-License-Identifier: 0BSD */
/* attr - what a process is given before it becomes the program: priorities, limits, capabilities */
#ifndef LIBBB_ATTR_H
#define LIBBB_ATTR_H

#include <stdbool.h>

/* What can be asked for, in the order of its application; those from ATTR_AMBIENT on come after setuid. Limits are
   the last as root: a low one of open files, or of their size, would be in the way of all others. */
enum {
	ATTR_NICE,
	ATTR_SCHED,
	ATTR_IO,
	ATTR_OOM,
	ATTR_KEEP_CAPS,
	ATTR_CAPS,
	ATTR_LIMITS,
	ATTR_AMBIENT,
	ATTR_SECBITS,
	ATTR_STEPS
};
enum { CAPS_INHERITABLE, CAPS_AMBIENT, CAPS_DROPPED, CAPS_SETS };
#define ATTR_LIMITS_MAX 16	/* as many as there are resources: each once, the last text counts */
#define ATTR_LIMIT_KEEP (-2ULL) /* stays as it is */

/* Zeroed: nothing is asked for. A parser puts its applier here, so that a box without the parser has no applier
   either; all else is read by that applier only. Texts are kept, not copied. */
struct attr {
	int (*apply[ATTR_STEPS])(const struct attr *, const char **thing);
	int nice, oom;
	bool relative;  /* nice is added to the level that is */
	bool autogroup; /* the caller's, for attr_nice_absolute: the program has a session of its own */
	int policy;
	unsigned priority, io;
	struct attr_limit {
		unsigned long long value[2]; /* soft, hard, as prlimit64(2) has them; or ATTR_LIMIT_KEEP */
		const char *text;	     /* NULL: this resource is not asked for */
	} limit[ATTR_LIMITS_MAX];
	unsigned long long caps[CAPS_SETS]; /* bit N is capability N */
	unsigned secbits;
	bool no_new_privs; /* the caller's: no exec gives more rights than there were (Linux 3.5) */
};

/* Pure parsers into a struct attr, shaped like opt.h's takers: they may stand in option rows. 0; -1: EINVAL (not such
   a text), ERANGE (a number beyond what there is). Names may be written in any case. */

/* "5", "+5", "-5", up to 1000: added to the nice level, which the kernel keeps within -20..19. */
int attr_nice(void *attr, const char *text);

/* The same as the level itself; with autogroup, also of the session's group (where the kernel has those), without
   which a level means nothing to other sessions (sched(7)). */
int attr_nice_absolute(void *attr, const char *text);

/* dpkg's POLICY[:PRIORITY]: other fifo rr batch idle or their number; priority 0 unless given, which fifo and rr,
   whose go from 1 to 99, refuse at once: ERANGE. The others have none, and it is not looked at. */
int attr_sched(void *attr, const char *text);

/* OpenRC's: the policy, and in any order the priority. 0, or none, is the policy's lowest. That both fit is for the
   kernel to say; a priority alone is one of "other", which has none but 0. */
int attr_scheduler(void *attr, const char *text);
int attr_scheduler_priority(void *attr, const char *text);

/* CLASS[:PRIORITY], 0..7: "real-time", "best-effort", "idle", "none" with priority 4 unless given (dpkg), or 0..3 with
   0 (OpenRC's). none is always 0, and idle 7. */
int attr_iosched(void *attr, const char *text);

/* -1000..1000, for /proc/self/oom_score_adj (Linux 2.6.36). */
int attr_oom(void *attr, const char *text);

/* As prlimit(1): NAME=BOTH, NAME=SOFT:HARD, NAME=SOFT: and NAME=:HARD (the other stays as it is), each a number in the
   unit of setrlimit(2) or "unlimited". Names: as core cpu data fsize locks memlock msgqueue nice nofile nproc rss
   rtprio rttime sigpending stack. */
int attr_limit(void *attr, const char *text);

/* The IAB text of cap_text_formats(7): a list with commas of "cap_kill" or numbers, 0..63: inheritable; "^" before
   it ambient too, with "!" dropped from the bounding set, with "!%" dropped and still inheritable. All that are not
   named are neither inheritable nor ambient, and stay in the bounding set. */
int attr_caps(void *attr, const char *text);

/* The secure bits of capabilities(7), which replace those that are: a number, 0x1f and 037 as in C. */
int attr_secbits(void *attr, const char *text);

/* In the process that becomes the program, before chroot and setuid; all but ambient capabilities, secure bits and
   no_new_privs. Leaves PR_SET_KEEPCAPS on when those will be needed after setuid; exec ends it (prctl(2)).
   0; -1, errno, and *thing is what could not be set: "scheduler", or a limit's text as the user wrote it. */
int attr_as_root(const struct attr *, const char **thing);

/* The rest, after setuid, and right before exec. As above. EINVAL: Linux is older than *thing says. */
int attr_as_user(const struct attr *, const char **thing);

#endif
