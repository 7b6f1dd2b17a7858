/* SPDX-License-Identifier: 0BSD */
/* confine - what a program, and all that it starts, may no longer do: Landlock, seccomp */
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config.h"
#include "confine.h"
#include "fd.h"
#include "filter.h"
#include "num.h"
#include "text.h"

#ifndef PR_SET_NO_NEW_PRIVS
#define PR_SET_NO_NEW_PRIVS 38
#endif

#define LANDLOCK ENABLED(CONFIG_LANDLOCK)
#define SECCOMP ENABLED(CONFIG_SECCOMP)

/* Calls that libc's headers may be too old for. From 424 on each has one number, to which some processors add their own
   (include/uapi/asm-generic/unistd.h, arch/mips/include/uapi/asm/unistd.h). */
#ifdef __mips__
#define CALL(number) ((sizeof(long) == 4 ? 4000 : 5000) + (number))
#else
#define CALL(number) (number)
#endif
#define OPEN_TREE CALL(428)
#define MOVE_MOUNT CALL(429)
#define FSOPEN CALL(430)
#define FSCONFIG CALL(431)
#define FSMOUNT CALL(432)
#define FSPICK CALL(433)
#define CLONE3 CALL(435)
#define PIDFD_GETFD CALL(438)
#define MOUNT_SETATTR CALL(442)
#define QUOTACTL_FD CALL(443)
#define LANDLOCK_CREATE_RULESET CALL(444)
#define LANDLOCK_ADD_RULE CALL(445)
#define LANDLOCK_RESTRICT_SELF CALL(446)
#define OPEN_TREE_ATTR CALL(467)

int confine_add(struct confine *c, const char *path)
{
	if (!*path)
		return num_fail(EINVAL);
	if (c->nwritable == CONFINE_PATHS_MAX)
		return num_fail(E2BIG);
	c->writable[c->nwritable++] = path;
	return 0;
}

/* ---- Landlock ---------------------------------------------------------------------------------------------- */

/* linux/landlock.h, rights to a file system: what a directory can be allowed, or a file */
#define WRITE_FILE (1ULL << 1)
#define REMOVE_DIR (1ULL << 4)
#define MAKE_SYM (1ULL << 12) /* the last of those to make and remove something, which begin with REMOVE_DIR */
#define REFER (1ULL << 13)    /* rename and link between directories: version 2, Linux 5.19; never before */
#define TRUNCATE (1ULL << 14) /* version 3, Linux 6.2; not asked about before */
#define OF_FILES (WRITE_FILE | TRUNCATE)

static long landlock_version(void)
{
	return syscall(LANDLOCK_CREATE_RULESET, NULL, (size_t)0, 1);
}

/* What cannot be written to by name is not what is open: each of these is but its own device. */
static const char devices[] = "/dev/null\0/dev/zero\0/dev/full\0/dev/random\0/dev/urandom\0/dev/tty\0";

/* A device need not be there, and counts only if it is one: who owns /dev in a chroot could have put a link there. */
static int allow(int ruleset, unsigned long long rights, const char *path, bool device)
{
	struct {
		unsigned long long rights;
		int fd; /* the kernel reads no further (it is packed there) */
	} below = { rights, fd_open(AT_FDCWD, path, O_PATH, 0) };
	struct stat st;
	int result;

	if (below.fd < 0)
		return device ? 0 : -1;
	result = fd_stat(below.fd, "", &st, AT_EMPTY_PATH);
	if (!result && !S_ISDIR(st.st_mode))
		below.rights &= OF_FILES;
	if (!result && (!device || S_ISCHR(st.st_mode)))
		result = syscall(LANDLOCK_ADD_RULE, ruleset, 1, &below, 0);
	close(below.fd);
	return result;
}

static const char *restrict_writes(const struct confine *c, const char **thing)
{
	long version = landlock_version();
	unsigned long long rights = WRITE_FILE | (MAKE_SYM * 2 - REMOVE_DIR);
	const char *device;
	unsigned i;
	int ruleset; /* closed by exec */

	*thing = "Landlock";
	if (version >= 2)
		rights |= REFER;
	if (version >= 3)
		rights |= TRUNCATE;
	ruleset = version < 0 ? -1 : syscall(LANDLOCK_CREATE_RULESET, &rights, sizeof(rights), 0);
	if (ruleset < 0)
		return "set";
	for (device = devices; *device; device += text_len(device) + 1)
		if (allow(ruleset, rights, device, true) < 0)
			return "set";
	for (i = 0; i < c->nwritable; i++)
		if (*thing = c->writable[i], allow(ruleset, rights, *thing, false) < 0)
			return "let it write to";
	*thing = "Landlock";
	return syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) < 0 ? "set" : NULL;
}

/* ---- seccomp ----------------------------------------------------------------------------------------------- */

#ifdef __x86_64__
#define LAST 0x3fffffff /* x32's are numbered from here on, and are of the same ARCH */
#else
#define LAST 0xffffffff
#endif
#ifdef __s390x__
#define CLONE_FLAGS args[1]
#else
#define CLONE_FLAGS args[0]
#endif
#define CLONE_NEW_ANY 0x7e020000 /* each CLONE_NEW... that clone(2) takes */

static const struct filter_rule head[] = {
	LOAD(arch),
	EQUAL(ARCH, 1, 0),
	REFUSE(ENOSYS),
	LOAD(call),
	ABOVE(LAST, 1, 0),
	EQUAL(CLONE3, 0, 1), /* its flags are out of sight; who is told that there is none takes clone */
	REFUSE(ENOSYS),
	EQUAL(SYS_clone, 0, 4),
	LOAD_LOW(CLONE_FLAGS),
	ANY_BIT(CLONE_NEW_ANY, 0, 1),
	REFUSE(EPERM),
	ALLOW,
};

/* (of those in #ifdef not every processor has one) */
static const unsigned short calls[] = {
	/* file systems, swap, quotas, accounting; names that are no paths */
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_swapon,
	SYS_swapoff,
	SYS_quotactl,
	SYS_acct,
	SYS_open_by_handle_at,
	OPEN_TREE,
	OPEN_TREE_ATTR,
	MOVE_MOUNT,
	FSOPEN,
	FSCONFIG,
	FSMOUNT,
	FSPICK,
	MOUNT_SETATTR,
	QUOTACTL_FD,
#ifdef SYS_umount
	SYS_umount,
#endif
	/* the kernel itself */
	SYS_reboot,
	SYS_kexec_load,
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_bpf,
	SYS_perf_event_open,
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
#ifdef SYS_iopl
	SYS_iopl,
	SYS_ioperm,
#endif
	/* other processes, other namespaces, keys, page faults */
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	PIDFD_GETFD,
	SYS_setns,
	SYS_unshare,
	SYS_add_key,
	SYS_request_key,
	SYS_keyctl,
	SYS_userfaultfd,
	/* the clock; a processor of 32 bits has two of each, and musl names the older one of time32 */
	SYS_adjtimex,
	SYS_clock_adjtime,
#ifdef SYS_settimeofday
	SYS_settimeofday,
#endif
#ifdef SYS_settimeofday_time32
	SYS_settimeofday_time32,
#endif
#ifdef SYS_clock_settime
	SYS_clock_settime,
#endif
#ifdef SYS_clock_settime32
	SYS_clock_settime32,
#endif
#ifdef SYS_clock_settime64
	SYS_clock_settime64,
#endif
#ifdef SYS_clock_adjtime64
	SYS_clock_adjtime64,
#endif
#ifdef SYS_stime
	SYS_stime,
#endif
};

/* Linux 3.5; on some processors later: EINVAL is from those who have only the first mode, or none */
static int set_filter(const void *program)
{
	if (ARCH && !syscall(SYS_prctl, PR_SET_SECCOMP, 2, program, 0, 0))
		return 0;
	return num_fail(ARCH && errno != EINVAL ? errno : ENOSYS);
}

/* the head, a rule for each call, and two that say no and yes: a rule can pass over 255 others */
static int refuse_calls(void)
{
	struct filter_rule rules[COUNT(head) + COUNT(calls) + 2], *next = rules;
	struct {
		unsigned short n;
		const struct filter_rule *rules;
	} program = { COUNT(rules), rules };
	unsigned i;

	_Static_assert(COUNT(calls) < 255, "a jump is a byte");
	for (i = 0; i < COUNT(head); i++)
		*next++ = head[i];
	for (i = 0; i < COUNT(calls); i++)
		*next++ = (struct filter_rule)EQUAL(calls[i], COUNT(calls) - i, 0);
	*next++ = (struct filter_rule)ALLOW;
	*next = (struct filter_rule)REFUSE(EPERM);
	return set_filter(&program);
}

/* ---- both -------------------------------------------------------------------------------------------------- */

const char *confine_forgo(struct confine *c)
{
	if (LANDLOCK && c->nwritable && landlock_version() < 0) {
		c->nwritable = 0;
		return "Landlock";
	}
	/* a kernel that has it wants to read the filter first, from nowhere */
	if (SECCOMP && c->no_admin_calls && set_filter(NULL) < 0 && errno != EFAULT) {
		c->no_admin_calls = false;
		return "seccomp";
	}
	return NULL;
}

const char *confine(const struct confine *c, const char **thing)
{
	const char *step;

	if (!c->nwritable && !c->no_admin_calls)
		return NULL;
	*thing = "no_new_privs";
	if (syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return "set";
	if (LANDLOCK && c->nwritable && (step = restrict_writes(c, thing)))
		return step;
	*thing = "seccomp";
	return SECCOMP && c->no_admin_calls && refuse_calls() < 0 ? "set" : NULL;
}
