/* SPDX-License-Identifier: 0BSD */
/* applet - what a target of an applet's own takers is written with: it includes applets/NAME.c behind this file.

   The files that are read are a pure function of their names: one with @ is not there, one with ? is not ours to see,
   and what follows the first # of a name is its content. Where the applet would act, applet_acts() ends the run. And a
   filter of system calls makes a finding of any that would act in spite of that. */
#ifndef FUZZ_APPLET_H
#define FUZZ_APPLET_H

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../libbb/cred.h"
#include "../../libbb/env.h"
#include "../../libbb/err.h"
#include "../../libbb/fd.h"
#include "../../libbb/match.h"
#include "../../libbb/opt.h"
#include "../../libbb/pidfile.h"
#include "../../libbb/sig.h"
#include "../../libbb/text.h"
#include "fuzz.h"

/* ---- no call that acts --------------------------------------------------------------------------------------- */

static void forbidden(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	fprintf(stderr, "system call %d:\n", info->si_syscall);
	not_so("no system call that acts", __LINE__);
}

/* in the process that looks at the texts, before the first of them */
static void forbid(void)
{
	static const int calls[] = { SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, 424 /* pidfd_send_signal */,
		SYS_execve, SYS_execveat, SYS_chroot, SYS_setsid, SYS_setpgid, SYS_setuid, SYS_setgid, SYS_setgroups,
		SYS_setresuid, SYS_setresgid, SYS_setpriority, SYS_sched_setscheduler, SYS_unlinkat, SYS_renameat2, SYS_linkat,
		SYS_symlinkat, SYS_mkdirat, SYS_mknodat, SYS_fchmodat, SYS_fchownat, SYS_mount, SYS_reboot, SYS_socket,
#ifdef SYS_fork
		SYS_fork, SYS_vfork, SYS_rename, SYS_link, SYS_symlink, SYS_mkdir, SYS_rmdir, SYS_mknod,
#endif
	};
	enum { CALLS = sizeof(calls) / sizeof(calls[0]) };
	struct sock_filter f[2 * CALLS + 16];
	struct sock_fprog program = { 0, f };
	struct sigaction action = { .sa_sigaction = forbidden, .sa_flags = SA_SIGINFO };
	unsigned n = 0, i;

#define LOAD(field) f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(test, value) f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | (test) | BPF_K, value, 0, 1)
#define SAY(answer) f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer)
	LOAD(nr);
	for (i = 0; i < CALLS; i++) {
		SKIP_UNLESS(BPF_JEQ, (unsigned)calls[i]);
		SAY(SECCOMP_RET_TRAP);
	}
	SKIP_UNLESS(BPF_JEQ, 435); /* clone3: its flags cannot be looked at, and libc knows another way */
	SAY(SECCOMP_RET_ERRNO | ENOSYS);
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
	LOAD(args[0]); /* a thread has no signal at its end */
	f[n++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff);
	SKIP_UNLESS(BPF_JEQ, SIGCHLD);
	SAY(SECCOMP_RET_TRAP);
	SAY(SECCOMP_RET_ALLOW);
	program.len = n;
	sigaction(SIGSYS, &action, NULL);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		not_so("a filter of system calls can be set", __LINE__);
}

/* ---- the end of a run ---------------------------------------------------------------------------------------- */

static jmp_buf run_end;
static bool armed;
static int last_status; /* the highest exit status that the applet has */

static void __attribute__((noreturn, unused)) applet_acts(void)
{
	MUST(armed);
	longjmp(run_end, 1);
}

/* in place of libc's */
void _exit(int status)
{
	if (armed) {
		MUST(status >= 0 && status <= last_status);
		longjmp(run_end, 1);
	}
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}

/* ---- the applet's variables: as they were, before each run --------------------------------------------------- */

static struct kept {
	void *at;
	size_t size;
	char was[4096];
} kept[128];
static unsigned nkept;

static void keep(void *at, size_t size)
{
	MUST(nkept < sizeof(kept) / sizeof(kept[0]) && size <= sizeof(kept[0].was));
	kept[nkept].at = at;
	kept[nkept].size = size;
	memcpy(kept[nkept++].was, at, size);
}
#define KEEP(variable) keep(&(variable), sizeof(variable))

/* those of its rows: OPTS(KEEP_ROW) */
#define KEEP_ROW(when, letter, name, arg, kind, into, help) KEEP_##kind(into)
#define KEEP_BOOL(into) keep(into, sizeof(*(into)));
#define KEEP_SET_2 KEEP_BOOL
#define KEEP_SET_3 KEEP_BOOL
#define KEEP_COUNT KEEP_BOOL
#define KEEP_TEXT KEEP_BOOL
#define KEEP_NUMBER KEEP_BOOL
#define KEEP_PID KEEP_BOOL
#define KEEP_SIGNAL KEEP_BOOL
#define KEEP_SIGNAL_WORD KEEP_BOOL
#define KEEP_MSEC KEEP_BOOL
#define KEEP_NOTHING(into)
#define KEEP_HELP(into)
#define KEEP_VERSION(into)
#define KEEP_CALL(into)
#define KEEP_EXACT(into)

static void keep_all(void); /* the target's */

static void as_they_were(void)
{
	unsigned i;

	if (!nkept) {
		keep_all();
		MUST(nkept);
		forbid();
	}
	for (i = 0; i < nkept; i++)
		memcpy(kept[i].at, kept[i].was, kept[i].size);
}

/* ---- files --------------------------------------------------------------------------------------------------- */

static int missing(const char *path)
{
	errno = strchr(path, '@') ? ENOENT : EACCES;
	return strpbrk(path, "@?") ? -1 : 0;
}

static void stat_of(const char *path, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_mode = strstr(path, "tty") ? S_IFCHR : S_IFREG | 0755;
	st->st_dev = 1;
	st->st_rdev = st->st_ino = 1 + strlen(path);
}

int fd_open(int at, const char *path, int flags, mode_t mode)
{
	(void)at, (void)flags, (void)mode;
	missing(path);
	return -1;
}

int fd_stat(int at, const char *path, struct stat *st, int flags)
{
	(void)at, (void)flags;
	stat_of(path, st);
	return missing(path);
}

int access(const char *path, int how)
{
	(void)how;
	return missing(path);
}

ssize_t fd_read(int at, const char *path, char *buf, size_t size)
{
	const char *text = !strcmp(path, "/etc/passwd") ? "root:x:0:0::/root:/bin/sh\na:x:7:8::/:\n" :
			   !strcmp(path, "/etc/group")	? "root:x:0:\nb:x:9:a\n" :
							  strchr(path, '#');
	size_t len;

	(void)at;
	if (missing(path) < 0)
		return -1;
	len = text ? strlen(text) : 0;
	if (len > size - 1)
		len = size - 1;
	memcpy(buf, text ? text : "", len);
	buf[len] = '\0';
	return len;
}

pid_t pidfile_read(const char *path, struct pidfile_facts *f)
{
	pid_t pid;

	if (missing(path) < 0)
		return -1;
	pid = pidfile_parse(text_base(path), f);
	f->foreign = path[0] == '~';
	return pid;
}

int proc_open(struct proc *p, pid_t pid)
{
	memset(p, 0, sizeof(*p));
	p->pid = pid;
	p->dir = p->death = -1;
	errno = ESRCH;
	return pid & 1 ? 0 : -1;
}

int proc_fstat(const struct proc *p, const char *path, struct stat *st)
{
	(void)p;
	stat_of(path, st);
	return 0;
}

/* what would change the process that looks at the texts */
void fd_close_from(int first) { (void)first; }
int fd_move(int from, int to) { (void)from, (void)to; return 0; }
void sig_default(int sig) { (void)sig; }
void sig_block_all(struct sig_set *was) { (void)was; }
void sig_exchange(int sig, const struct sig_action *is, struct sig_action *was) { (void)sig, (void)is, (void)was; }

/* ---- argv ---------------------------------------------------------------------------------------------------- */

extern char **environ;
static char *words_given[256];
static unsigned nwords;
static bool permutes;

/* What opt_parse left over is of the words that there were, in their order; what looks like an option is so only
   behind "--", or behind the first operand. */
static char **parsed(char **operands)
{
	unsigned at = 0, first = 0, n;
	bool ended = false;

	for (n = 0; operands[n]; n++, at++) {
		while (at < nwords && words_given[at] != operands[n])
			ended |= !strcmp(words_given[at++], "--");
		MUST(at < nwords);
		MUST(ended || words_given[at][0] != '-' || !words_given[at][1]);
		ended |= !permutes;
		if (!n)
			first = at;
	}
	MUST(permutes || !n || first + n == nwords);
	return operands;
}
#define opt_parse(argv, usage) (permutes = (usage)->permute, parsed(opt_parse(argv, usage)))

/* lines: the first, if there is a = in it, and it is no option, is the environment's */
static __attribute__((unused)) void applet_run(int (*applet)(char **), const char *name, int highest, char *text)
{
	static char *argv[258], *some[2];
	char *word = strtok(text, "\n");

	as_they_were();
	last_status = highest;
	progname = argv[0] = (char *)name;
	err_clean_up = NULL;
	env_clear();
	some[0] = word && word[0] != '-' && strchr(word, '=') ? word : NULL;
	if (some[0])
		word = strtok(NULL, "\n");
	environ = some;
	for (nwords = 0; word && nwords < 256; word = strtok(NULL, "\n"))
		argv[1 + nwords] = word, words_given[nwords] = word, nwords++;
	argv[1 + nwords] = NULL;
	armed = true;
	if (!setjmp(run_end)) {
		int status = applet(argv);

		MUST(status >= 0 && status <= highest);
	}
	armed = false;
	err_clean_up = NULL;
	env_clear();
}

/* does what stands behind it come back, or end the process? */
#define COMES_BACK(call) (armed = true, !setjmp(run_end) ? ((call), armed = false, true) : (armed = false))

/* decimal digits and nothing else, up to max, by strtoull */
static __attribute__((unused)) bool plain_number(const char *text, unsigned long long max, unsigned long long *value)
{
	char *behind;

	errno = 0;
	*value = strtoull(text, &behind, 10);
	return *text >= '0' && *text <= '9' && !*behind && !errno && *value <= max;
}

/* match_omit against words cut by strpbrk */
static __attribute__((unused)) void omitted(struct match *m, const char *text)
{
	char *copy = strdup(text), *word = copy, *stop;
	unsigned long long pids[256], value;
	unsigned n = 0, i;
	bool good = true, full = false;
	int got = match_omit(m, text);

	do {
		stop = strpbrk(word, ",;:");
		if (stop)
			*stop = '\0';
		value = getppid();
		if (strcasecmp(word, "%PPID") && !plain_number(word, INT32_MAX, &value))
			good = false;
		else if (n == 256)
			full = true;
		else
			pids[n++] = value;
		if (stop)
			word = stop + 1;
	} while (stop && !full);
	MUST(full || (got == 0) == good);
	MUST(!full || got < 0);
	MUST(m->nomit == n);
	for (i = 0; i < n; i++)
		MUST((unsigned long long)m->omit[i] == pids[i]);
	free(copy);
}

#endif
