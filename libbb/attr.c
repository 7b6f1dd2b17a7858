/* SPDX-License-Identifier: 0BSD */
/* attr - what a process is given before it becomes the program: priorities, limits, capabilities */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attr.h"
#include "fd.h"
#include "num.h"
#include "text.h"

#ifndef PR_SET_NO_NEW_PRIVS
#define PR_SET_NO_NEW_PRIVS 38
#endif
#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

/* prctl(2) wants what it does not use to be 0, as wide as a register */
static int control(int what, unsigned long first, unsigned long second)
{
	return syscall(SYS_prctl, what, first, second, 0UL, 0UL);
}

static const char *bad(int error)
{
	errno = error;
	return NULL;
}

static int take_signed(const char *text, int *n)
{
	bool minus = *text == '-';
	unsigned size;

	if (num_parse(text + (minus || *text == '+'), 1000, &size) < 0)
		return -1;
	*n = minus ? -(int)size : (int)size;
	return 0;
}

/* the descriptor is left to exec */
static int put_signed(const char *path, int n)
{
	char buf[NUM_TEXT], *p = num_text(buf, n < 0 ? -n : n);
	int fd = fd_open(AT_FDCWD, path, O_WRONLY, 0);

	if (n < 0)
		*--p = '-'; /* four digits leave room before them */
	return fd < 0 ? -1 : fd_write(fd, p, buf + NUM_TEXT - 1 - p);
}

/* the kernel counts from 40 down */
static int apply_nice(const struct attr *a, const char **thing)
{
	int nice = a->nice;

	*thing = "nice level";
	if (a->relative)
		nice += 20 - (int)syscall(SYS_getpriority, PRIO_PROCESS, 0);
	if (syscall(SYS_setpriority, PRIO_PROCESS, 0, nice) < 0)
		return -1;
	return a->autogroup && !a->relative && put_signed("/proc/self/autogroup", nice) < 0 && errno != ENOENT ? -1 : 0;
}

int attr_nice_absolute(void *attr, const char *text)
{
	struct attr *a = attr;

	a->apply[ATTR_NICE] = apply_nice;
	a->relative = false;
	return take_signed(text, &a->nice);
}

int attr_nice(void *attr, const char *text)
{
	int result = attr_nice_absolute(attr, text);

	((struct attr *)attr)->relative = true;
	return result;
}

/* NAME or NUMBER, with a priority behind ":", which is left alone without one. The number; -1 */
static int take_class(const char *names, const char *text, unsigned max, unsigned *priority, unsigned priority_max)
{
	unsigned class;
	const char *rest = text_word(names, text, &class);

	if (rest)
		text = rest;
	else if (num_take(&text, max, &class) < 0)
		return -1;
	if (*text == ':' ? num_parse(text + 1, priority_max, priority) < 0 : *text && num_fail(EINVAL))
		return -1;
	return class;
}

/* fifo and rr are 1 and 2 on all processors (include/uapi/linux/sched.h) */
static bool is_realtime(int policy)
{
	return policy == 1 || policy == 2;
}

/* libc's sched_setscheduler refuses to do it: POSIX means it for a process, Linux for a thread */
static int apply_sched(const struct attr *a, const char **thing)
{
	unsigned priority = a->priority ? a->priority : is_realtime(a->policy);

	*thing = "scheduler";
	return syscall(SYS_sched_setscheduler, 0, a->policy, &priority);
}

int attr_scheduler(void *attr, const char *text)
{
	struct attr *a = attr;

	a->apply[ATTR_SCHED] = apply_sched;
	/* 4 was reserved, and never used; 7 is the last there is */
	a->policy = take_class("other\0fifo\0rr\0batch\0\1\0idle\0", text, 7, &a->priority, 99);
	return a->policy < 0 ? -1 : 0;
}

int attr_sched(void *attr, const char *text)
{
	struct attr *a = attr;

	a->priority = 0;
	if (attr_scheduler(a, text) < 0)
		return -1;
	if (!is_realtime(a->policy))
		a->priority = 0;
	else if (!a->priority)
		return num_fail(ERANGE);
	return 0;
}

int attr_scheduler_priority(void *attr, const char *text)
{
	struct attr *a = attr;

	a->apply[ATTR_SCHED] = apply_sched;
	return num_parse(text, 99, &a->priority);
}

/* 1: a process, 0 being we (ioprio_set(2)). A kernel without block devices has no priorities for them either */
static int apply_io(const struct attr *a, const char **thing)
{
	*thing = "io priority";
	return syscall(SYS_ioprio_set, 1, 0, a->io) < 0 && errno != ENOSYS ? -1 : 0;
}

int attr_iosched(void *attr, const char *text)
{
	struct attr *a = attr;
	unsigned priority = *text <= '9' ? 0 : 4;
	int class = take_class("none\0real-time\0best-effort\0idle\0", text, 3, &priority, 7);

	if (class < 0)
		return -1;
	if (class == 0)
		priority = 0;
	if (class == 3)
		priority = 7;
	a->io = class << 13 | priority;
	a->apply[ATTR_IO] = apply_io;
	return 0;
}

static int apply_oom(const struct attr *a, const char **thing)
{
	*thing = "oom score";
	return put_signed("/proc/self/oom_score_adj", a->oom);
}

int attr_oom(void *attr, const char *text)
{
	struct attr *a = attr;

	a->apply[ATTR_OOM] = apply_oom;
	return take_signed(text, &a->oom);
}

/* numbers differ from processor to processor (mips, sparc, alpha) */
static const char limit_names[] = "as\0core\0cpu\0data\0fsize\0locks\0memlock\0msgqueue\0nice\0nofile\0nproc\0rss\0"
				  "rtprio\0rttime\0sigpending\0stack\0";
static const char limit_numbers[ATTR_LIMITS_MAX] = {
	RLIMIT_AS,	RLIMIT_CORE,	 RLIMIT_CPU,	    RLIMIT_DATA,   RLIMIT_FSIZE, RLIMIT_LOCKS,
	RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE, RLIMIT_NICE,	    RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_RSS,
	RLIMIT_RTPRIO,	RLIMIT_RTTIME,	 RLIMIT_SIGPENDING, RLIMIT_STACK,
};

/* prlimit64 is Linux 2.6.36; its struct is one on all processors, and so is its "unlimited": all ones */
static int apply_limits(const struct attr *a, const char **thing)
{
	unsigned long long value[2];
	unsigned i, side;

	for (i = 0; i < ATTR_LIMITS_MAX; i++) {
		const struct attr_limit *l = &a->limit[i];

		*thing = l->text;
		if (!l->text)
			continue;
		syscall(SYS_prlimit64, 0, limit_numbers[i], NULL, value);
		for (side = 0; side < 2; side++)
			if (l->value[side] != ATTR_LIMIT_KEEP)
				value[side] = l->value[side];
		if (syscall(SYS_prlimit64, 0, limit_numbers[i], value, NULL) < 0)
			return -1;
	}
	return 0;
}

/* num_take for more than 32 bits (memory is more), or "unlimited"; what follows, NULL */
static const char *take_limit(const char *text, unsigned long long *value)
{
	const char *rest = text_after(text, "unlimited");
	unsigned digit;

	*value = ULLONG_MAX;
	if (rest)
		return rest;
	*value = 0;
	for (rest = text; (digit = (unsigned char)*rest - '0') < 10; rest++) {
		if (*value >> 59)
			return bad(ERANGE);
		*value = *value * 10 + digit;
	}
	return rest > text ? rest : bad(EINVAL);
}

int attr_limit(void *attr, const char *text)
{
	struct attr *a = attr;
	struct attr_limit l = { { ATTR_LIMIT_KEEP, ATTR_LIMIT_KEEP }, text };
	unsigned which, side;

	text = text_word(limit_names, text, &which);
	if (!text || *text != '=')
		return num_fail(EINVAL);
	for (side = 0; side < 2; side++) { /* from the = and from the : on */
		text++;
		if (side ? !*text : *text == ':' && text[1])
			continue;
		text = take_limit(text, &l.value[side]);
		if (!text)
			return -1;
		if (!side && !*text) {
			l.value[1] = l.value[0];
			break;
		}
		if (*text != (side ? '\0' : ':'))
			return num_fail(EINVAL);
	}
	a->limit[which] = l;
	a->apply[ATTR_LIMITS] = apply_limits;
	return 0;
}

/* libc knows neither these two structs nor their calls (capget(2)); the version is that of Linux 2.6.26, 64 bits */
struct caps {
	unsigned effective, permitted, inheritable;
};
#define SETPCAP (1 << 8)

static int call_caps(long call, struct caps caps[2])
{
	const unsigned head[] = { 0x20080522, 0 };

	return syscall(call, head, caps);
}

/* what(cap), or what(how, cap), of each in the set; the kernel does not look at a second cap */
static int control_caps(unsigned long long set, int what, unsigned long how)
{
	unsigned long cap;

	for (cap = 0; set; cap++, set >>= 1)
		if (set & 1 && control(what, how ? how : cap, cap) < 0)
			return -1;
	return 0;
}

static int apply_keep_caps(const struct attr *a, const char **thing)
{
	(void)a;
	*thing = "capabilities";
	return control(PR_SET_KEEPCAPS, 1, 0);
}

/* The bounding set comes last: what is dropped from it can no longer be made inheritable. Capabilities that the kernel
   does not know are only refused by the look into the bounding set: capset drops them silently. */
static int apply_caps(const struct attr *a, const char **thing)
{
	unsigned long long inheritable = a->caps[CAPS_INHERITABLE];
	struct caps caps[2];

	*thing = "capabilities";
	if (control_caps(inheritable, PR_CAPBSET_READ, 0) < 0 || call_caps(SYS_capget, caps) < 0)
		return -1;
	caps[0].inheritable = inheritable;
	caps[1].inheritable = inheritable >> 32;
	if (call_caps(SYS_capset, caps) < 0)
		return -1;
	return control_caps(a->caps[CAPS_DROPPED], PR_CAPBSET_DROP, 0);
}

/* setuid has taken away those that were, and also those that would have been set before it */
static int apply_ambient(const struct attr *a, const char **thing)
{
	*thing = "ambient capabilities";
	control(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0); /* older: there are none */
	return control_caps(a->caps[CAPS_AMBIENT], PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE);
}

/* in the order of their numbers, without "cap_" */
static const char cap_names[] =
    "chown\0dac_override\0dac_read_search\0fowner\0fsetid\0kill\0setgid\0setuid\0setpcap\0"
    "linux_immutable\0net_bind_service\0net_broadcast\0net_admin\0net_raw\0ipc_lock\0ipc_owner\0"
    "sys_module\0sys_rawio\0sys_chroot\0sys_ptrace\0sys_pacct\0sys_admin\0sys_boot\0sys_nice\0"
    "sys_resource\0sys_time\0sys_tty_config\0mknod\0lease\0audit_write\0audit_control\0setfcap\0"
    "mac_override\0mac_admin\0syslog\0wake_alarm\0block_suspend\0audit_read\0perfmon\0bpf\0"
    "checkpoint_restore\0";

/* one item; gives back what follows, NULL: EINVAL or ERANGE */
static const char *take_cap(struct attr *a, const char *text)
{
	unsigned cap, set, sets = 0; /* a bit of sets is one of CAPS_ */

	for (;; text++)
		if (*text == '!')
			sets |= 1 << CAPS_DROPPED;
		else if (*text == '^')
			sets |= 1 << CAPS_AMBIENT | 1 << CAPS_INHERITABLE;
		else if (*text == '%')
			sets |= 1 << CAPS_INHERITABLE;
		else
			break;
	if (!sets)
		sets = 1 << CAPS_INHERITABLE;
	if (num_take(&text, 63, &cap) < 0) {
		text = text_after(text, "cap_");
		if (text)
			text = text_word(cap_names, text, &cap);
		if (!text)
			return NULL;
	}
	for (set = 0; set < CAPS_SETS; set++)
		if (sets >> set & 1)
			a->caps[set] |= 1ULL << cap;
	return text;
}

int attr_caps(void *attr, const char *text)
{
	struct attr *a = attr;

	memset(a->caps, 0, sizeof(a->caps));
	while (*text) {
		text = take_cap(a, text);
		if (!text)
			return -1;
		if (*text && *text++ != ',')
			return num_fail(EINVAL);
	}
	a->apply[ATTR_KEEP_CAPS] = apply_keep_caps;
	a->apply[ATTR_CAPS] = apply_caps;
	a->apply[ATTR_AMBIENT] = apply_ambient;
	return 0;
}

/* setuid has left nothing effective, but what is permitted was kept */
static int apply_secbits(const struct attr *a, const char **thing)
{
	struct caps caps[2];

	*thing = "secure bits";
	if (call_caps(SYS_capget, caps) < 0)
		return -1;
	caps[0].effective |= SETPCAP;
	return call_caps(SYS_capset, caps) < 0 ? -1 : control(PR_SET_SECUREBITS, a->secbits, 0);
}

int attr_secbits(void *attr, const char *text)
{
	struct attr *a = attr;

	a->apply[ATTR_KEEP_CAPS] = apply_keep_caps;
	a->apply[ATTR_SECBITS] = apply_secbits;
	return *text == '0' ? num_octal(text, UINT_MAX, &a->secbits) : num_parse(text, UINT_MAX, &a->secbits);
}

static int apply(const struct attr *a, unsigned from, unsigned end, const char **thing)
{
	for (; from < end; from++)
		if (a->apply[from] && a->apply[from](a, thing) < 0)
			return -1;
	return 0;
}

int attr_as_root(const struct attr *a, const char **thing)
{
	return apply(a, 0, ATTR_AMBIENT, thing);
}

int attr_as_user(const struct attr *a, const char **thing)
{
	if (apply(a, ATTR_AMBIENT, ATTR_STEPS, thing) < 0)
		return -1;
	*thing = "no_new_privs";
	return a->no_new_privs ? control(PR_SET_NO_NEW_PRIVS, 1, 0) : 0;
}
