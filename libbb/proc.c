/* SPDX-License-Identifier: 0BSD */
/* proc - one process seen through its open /proc/PID: never another of the same number */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "fd.h"
#include "num.h"
#include "proc.h"
#include "text.h"

/* one number on all processors but alpha: include/uapi/asm-generic/unistd.h */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

bool proc_pidfd_wanted(void)
{
	/* getenv, and its text, are not linked without the symbol */
	const char *no = ENABLED(CONFIG_DEBUG_NO_PIDFD) ? getenv("INITBOX_NO_PIDFD") : NULL;

	return !no || strcmp(no, "1");
}

static int pidfd_open(pid_t pid)
{
	int fd;

	if (!proc_pidfd_wanted())
		return num_fail(ENOSYS);
	fd = syscall(SYS_pidfd_open, pid, 0); /* close-on-exec by itself */
	if (ENABLED(CONFIG_HIDEPID) && fd < 0 && errno == EPERM) /* a filter's answer, not one about the process */
		errno = ENOSYS;
	return fd;
}

/* the path for its dir, good until the next: only one that is held has a directory of its own */
static const char *path_of(const struct proc *p, const char *file)
{
	static char buf[32];
	char digits[NUM_TEXT];

	if (p->dir != PROC_BY_NUMBER)
		return file;
	text_copy(text_copy(text_copy(text_copy(buf, "/proc/"), num_text(digits, p->pid)), "/"), file);
	return buf;
}

int proc_unseen;

int proc_note(int result)
{
	if (result < 0 && errno != ENOENT && errno != ESRCH && errno != ENOTDIR &&
	    (!ENABLED(CONFIG_HIDEPID) || (errno != EACCES && errno != EPERM) || !geteuid()))
		proc_unseen = errno;
	return result;
}

int proc_open(struct proc *p, pid_t pid)
{
	p->pid = pid;
	p->death = -1;
	p->names = 0;
	p->dir = PROC_BY_NUMBER;
	p->dir = fd_open(p->dir, path_of(p, ""), O_RDONLY | O_DIRECTORY, 0);
	if (p->dir < 0 && errno == ENOENT) {
		if (access("/proc/self", F_OK) < 0) /* not mounted: the number is all there is to go by */
			p->dir = pidfd_open(pid);
		else
			errno = ESRCH;
	}
	return proc_note(p->dir < 0 ? -1 : 0);
}

void proc_close(struct proc *p)
{
	close(p->dir);
	if (p->death >= 0)
		close(p->death);
}

ssize_t proc_read(const struct proc *p, const char *file, char *buf, size_t size)
{
	return fd_read(p->dir, path_of(p, file), buf, size);
}

const char *proc_parse_cgroup(const char *text)
{
	while (!text_same(text, "0::", 3)) {
		text += text_until(text, "\n");
		if (!*text++)
			return NULL;
	}
	return text[3 + text_until(text + 3, "\n")] ? text + 3 : NULL;
}

const char *proc_cgroup(const struct proc *p, char *buf, size_t size)
{
	return proc_read(p, "cgroup", buf, size) < 0 ? NULL : proc_parse_cgroup(buf);
}

int proc_pour(const struct proc *p, const char *file, void (*into)(char *piece, size_t len))
{
	char piece[4096];
	int fd = fd_open(p->dir, path_of(p, file), O_RDONLY | O_NONBLOCK, 0);
	ssize_t n;

	if (fd < 0)
		return proc_note(-1);
	do {
		n = read(fd, piece, sizeof(piece));
		if (n > 0)
			into(piece, n);
	} while (n == sizeof(piece) || (n > 0 && piece[n - 1])); /* a short one that ends in a NUL is the last */
	close(fd);
	return proc_note(n < 0 ? -1 : 0);
}

int proc_fstat(const struct proc *p, const char *file, struct stat *st)
{
	return fd_stat(p->dir, path_of(p, file), st, 0);
}

/* a file that everybody may read */
static int look(const struct proc *p, const char *file, char *buf, size_t size)
{
	return proc_note(proc_read(p, file, buf, size));
}

ssize_t proc_cmdline(const struct proc *p, char *buf, size_t size)
{
	return look(p, "cmdline", buf, size);
}

/* the next unsigned behind blanks; 0 where there is none */
static unsigned long long number(const char **text)
{
	unsigned long long n = 0;

	*text = text_skip(*text);
	if (**text == '-') /* tpgid may be -1 */
		++*text;
	for (; **text >= '0' && **text <= '9'; ++*text)
		n = n * 10 + (**text - '0');
	return n;
}

int proc_stat_parse(const char *text, size_t len, struct proc_stat *s)
{
	const char *open = text + text_until(text, "("), *close = text + len;
	size_t comm;
	int i;

	while (close > open && *close != ')')
		close--;
	errno = EINVAL;
	if (close <= open || text + len - close < 4)
		return -1;
	comm = close - open - 1;
	if (comm >= sizeof(s->comm))
		comm = sizeof(s->comm) - 1;
	memcpy(s->comm, open + 1, comm);
	s->comm[comm] = '\0';
	s->state = close[2];
	text = close + 3;
	for (i = STAT_PPID; i < STAT_END; i++)
		s->field[i] = number(&text);
	return 0;
}

int proc_stat(const struct proc *p, struct proc_stat *s)
{
	char text[1024]; /* 52 fields; a comm of 64, numbers of 20 at most */
	int n = look(p, "stat", text, sizeof(text));

	return n < 0 ? -1 : proc_stat_parse(text, n, s);
}

int proc_comm(const struct proc *p, char comm[PROC_COMM])
{
	int n = look(p, "comm", comm, PROC_COMM);

	if (n > 0)
		comm[n - 1] = '\0'; /* the newline behind it, of which it may have others */
	return n > 0 ? 0 : -1;
}

static unsigned long long hex(const char *text)
{
	unsigned long long n = 0;

	for (text = text_skip(text); *text > ' '; text++)
		n = n << 4 | ((*text & 15) + (*text > '9' ? 9 : 0));
	return n;
}

/* what follows "KEY:" at the head of a line, or the end; the kernel escapes a newline in the name: a head is a head */
static const char *field(const char *text, const char *key)
{
	size_t len = text_len(key);

	while (!text_same(text, key, len)) {
		text += text_until(text, "\n");
		if (!*text++)
			return text - 1;
	}
	return text + len;
}

int proc_status_parse(const char *text, struct proc_status *s)
{
	const char *uid = field(text, "Uid:"), *nspid = field(text, "NSpid:"), *gid;

	text = field(text, "Tgid:");
	errno = EINVAL;
	if (!*text || !*uid)
		return -1;
	s->tgid = number(&text);
	s->uid = number(&uid);
	s->euid = number(&uid);
	if (ENABLED(CONFIG_PGREP)) {
		gid = field(text, "Gid:");
		s->gid = number(&gid);
	}
	if (ENABLED(CONFIG_PGREP_MORE))
		s->caught = hex(field(text, "SigCgt:"));
	number(&nspid);
	s->inner = *nspid == '\t'; /* one more */
	return 0;
}

int proc_status(const struct proc *p, struct proc_status *s)
{
	char text[2048]; /* what is wanted stands in the first 400 bytes, unless there are many groups */

	return look(p, "status", text, sizeof(text)) < 0 ? -1 : proc_status_parse(text, s);
}

long long proc_age(const struct proc_stat *s)
{
	/* USER_HZ is 100 wherever there is a musl; the kernel rounds down */
	return clock_boot() - (long long)s->field[STAT_START] * 10;
}

bool proc_ended(char state)
{
	return state == 'Z' || state == 'X' || state == 'x';
}

int proc_identity(const struct proc *p, char text[PROC_IDENTITY])
{
	unsigned long long start;
	char digits[24], *first = digits + sizeof(digits);
	struct proc_stat s;
	ssize_t n;

	if (proc_stat(p, &s) < 0)
		return -1;
	*--first = '\0';
	for (start = s.field[STAT_START]; start || !*first; start /= 10)
		*--first = '0' + start % 10;
	text = text_copy(text_copy(text, first), " ");
	n = fd_read(AT_FDCWD, "/proc/sys/kernel/random/boot_id", text, 37); /* 36 digits and dashes */
	return n == 36 ? 0 : n < 0 ? -1 : num_fail(EIO);
}

static bool dead_without_proc(const struct proc *p)
{
	struct pollfd death = { .fd = p->dir, .events = POLLIN };

	return poll(&death, 1, 0) > 0;
}

bool proc_dead(const struct proc *p)
{
	struct proc_stat s;

	if (!proc_stat(p, &s))
		return proc_ended(s.state);
	return errno == ENOTDIR ? dead_without_proc(p) : errno == ESRCH || errno == ENOENT;
}

/* info: NULL, or what goes with it */
static int send(const struct proc *p, int sig, const siginfo_t *info)
{
	if (proc_pidfd_wanted()) {
		if (!syscall(SYS_pidfd_send_signal, p->dir, sig, info, 0))
			return 0;
		if (errno != ENOSYS && errno != EPERM && errno != EINVAL)
			return -1;
	}
	/* nothing between the look and the kill. A zombie still has its number */
	if (syscall(SYS_faccessat, p->dir, "stat", F_OK) < 0 && (errno != ENOTDIR || dead_without_proc(p)))
		return errno == ENOENT || errno == ENOTDIR ? num_fail(ESRCH) : -1;
	return info ? syscall(SYS_rt_sigqueueinfo, p->pid, sig, info) : syscall(SYS_kill, p->pid, sig);
}

int proc_kill(const struct proc *p, int sig)
{
	return send(p, sig, NULL);
}

int proc_queue(const struct proc *p, int sig, int value)
{
	siginfo_t info = { .si_signo = sig, .si_code = SI_QUEUE };

	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value.sival_int = value;
	return send(p, sig, &info);
}

int proc_kill_all(int sig)
{
	return syscall(SYS_kill, -1, sig);
}

int proc_kill_child(pid_t pid, int sig)
{
	return syscall(SYS_kill, pid, sig);
}

pid_t proc_wait(pid_t pid, int *how, int options)
{
#ifdef SYS_wait4
	return syscall(SYS_wait4, pid, how, options, NULL);
#else
	return (waitpid)(pid, how, options); /* riscv32 */
#endif
}

pid_t proc_fork(void)
{
#ifdef SYS_fork
	return syscall(SYS_fork);
#else
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

int proc_poll(struct proc *p)
{
	struct proc_stat s;

	if (p->death >= 0)
		return p->death;
	p->death = pidfd_open(p->pid);
	if (p->death >= 0 && proc_stat(p, &s) < 0 && errno != ENOTDIR) {
		close(p->death);
		p->death = -1;
		errno = ESRCH;
	}
	return p->death;
}
