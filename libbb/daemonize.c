/* SPDX-License-Identifier: 0BSD */
/* daemonize - start a program: where, as whom, with which files, and who keeps it */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "daemonize.h"
#include "fd.h"
#include "proc.h"
#include "sig.h"
#include "text.h"

#ifndef PR_SET_CHILD_SUBREAPER
#define PR_SET_CHILD_SUBREAPER 36
#endif

/* what some applet asks for; the rest is not linked */
#define DAEMONIZE ENABLED(CONFIG_DAEMONIZE)
#define CRED (DAEMONIZE || ENABLED(CONFIG_START_STOP_DAEMON_CRED))
#define EXTRA (DAEMONIZE || ENABLED(CONFIG_START_STOP_DAEMON_EXTRA))

extern char **environ;

/* what the steps leave for each other, in the process that becomes the program */
static struct sig_set before; /* signals blocked by our caller */
static int files[3];          /* what will be 0, 1, 2; -1: as it is */
static int from[4];           /* what will be passed on */
static int cwd, lock, old_stderr = -1, status = -1;
static char **program_argv;
static const char *thing;     /* what the step is about, for its error. A child's address is good in its parent too */

/* a new descriptor for fd, closed by exec, and above all that the program asked for */
static int aside(const struct daemonize *d, int fd)
{
	int i, lowest = 3 + d->listen_files;

	for (i = 0; i < d->npass; i++)
		if (d->pass[i].to >= lowest)
			lowest = d->pass[i].to + 1;
	return fd_control(fd, F_DUPFD_CLOEXEC, lowest);
}

static int step_take_lock(const struct daemonize *d)
{
	thing = d->lock;
	if (!EXTRA || !thing)
		return 0;
	lock = fd_open(AT_FDCWD, thing, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
	return lock < 0 ? -1 : flock(lock, LOCK_EX | LOCK_NB);
}

static int step_pidfile(const struct daemonize *d)
{
	char identity[PROC_IDENTITY];
	struct proc self;
	bool known = false;

	if (!d->pidfile)
		return 0;
	thing = d->pidfile->path;
	if (ENABLED(CONFIG_START_STOP_DAEMON_IDENTITY) && d->identify && !proc_open(&self, getpid()))
		known = !proc_identity(&self, identity);
	return pidfile_write(d->pidfile, getpid(), known ? identity : NULL);
}

static int step_umask(const struct daemonize *d)
{
	if (d->set_umask)
		umask(d->umask);
	return 0;
}

/* files are named as the caller sees them, also when they are opened after chdir, chroot and setuid */
static int open_file(const struct daemonize *d, int fd)
{
	int flags = fd ? O_WRONLY | O_CREAT | (d->truncate ? O_TRUNC : O_APPEND) : O_RDONLY;

	thing = d->files[fd];
	if (!thing && (d->keep == KEEP_SELF || d->keep_files))
		return 0;
	if (!thing)
		thing = "/dev/null", flags = O_RDWR;
	/* a fifo without a reader must not hang the start: ENXIO is told instead */
	files[fd] = fd_open(cwd, thing, flags | O_NONBLOCK, d->file_mode);
	return files[fd] < 0 ? -1 : fd_control(files[fd], F_SETFL, flags & O_APPEND);
}

static int open_files(const struct daemonize *d)
{
	const char *const *path = d->files;

	if (open_file(d, 0) < 0 || open_file(d, 1) < 0)
		return -1;
	if (!EXTRA || !path[1] || !path[2] || strcmp(path[1], path[2]))
		return open_file(d, 2);
	files[2] = files[1]; /* one file for both has one offset: their lines do not overwrite each other */
	return 0;
}

static int step_open(const struct daemonize *d)
{
	return d->open_as_user ? 0 : open_files(d);
}

static int step_open_as_user(const struct daemonize *d)
{
	return EXTRA && d->open_as_user ? open_files(d) : 0;
}

static int step_as_root(const struct daemonize *d)
{
	return d->as_root ? d->as_root(&thing) : 0;
}

static int step_as_user(const struct daemonize *d)
{
	return d->as_user ? d->as_user(&thing) : 0;
}

/* into it first: a chroot that one does not stand in can be left again (chroot(2)) */
static int step_root(const struct daemonize *d)
{
	thing = d->root;
	return !EXTRA || !thing ? 0 : chdir(thing) < 0 || chroot(".") < 0 || chdir("/") < 0 ? -1 : 0;
}

static int step_dir(const struct daemonize *d)
{
	thing = d->dir;
	return thing ? chdir(thing) : 0;
}

static int step_user(const struct daemonize *d)
{
	if (!CRED || !d->cred)
		return 0;
	thing = d->cred->text;
	/* only a failed exec in this very process needs root again, to take the pidfile back */
	return cred_become(d->cred, d->keep == KEEP_SELF && d->pidfile);
}

/* Before limits are set, as one of them is for descriptors. The old stderr is kept for the last error, and closed by
   exec. */
static int step_aside(const struct daemonize *d)
{
	int i;

	thing = "open files";
	old_stderr = aside(d, 2);
	for (i = 0; i < d->npass; i++)
		if ((from[i] = aside(d, d->pass[i].from)) < 0) /* one's source may be another's target */
			return -1;
	return 0;
}

/* From here on stderr may be the daemon's. */
static int step_files(const struct daemonize *d)
{
	int fd, i;

	thing = "open files";
	for (fd = 0; fd <= 2; fd++)
		if (files[fd] >= 0 && dup2(files[fd], fd) < 0)
			return -1;
	if (!d->keep_files)
		fd_close_on_exec(3 + d->listen_files);
	for (i = 0; i < d->npass; i++)
		if (dup2(from[i], d->pass[i].to) < 0)
			return -1;
	return d->lock ? fd_control(lock, F_SETFD, 0) : 0;
}

static int step_signals(const struct daemonize *d)
{
	if (d->keep_signals) {
		sig_restore(&before);
		return 0;
	}
	sig_default_all();
	sig_unblock_all();
	return 0;
}

/* exec in this very process leaves nobody to take the lock's name away */
static int step_lock(const struct daemonize *d)
{
	if (d->keep == KEEP_SELF && d->pidfile)
		pidfile_unlock(d->pidfile);
	return 0;
}

static int step_exec(const struct daemonize *d)
{
	thing = d->program;
	if (d->instead) {
		fd_close_from(3); /* the status pipe too: it runs */
		d->instead();
		_exit(0);
	}
	return execve(thing, program_argv, environ);
}

/* The order of a start, and the words of its errors. */
static const struct step {
	const char *name;
	int (*run)(const struct daemonize *);
} steps[] = {
	{ "lock", step_take_lock },
	{ "pidfile", step_pidfile },
	{ "umask", step_umask },
	{ "open", step_open },
	{ "pass on", step_aside },
	{ "set", step_as_root },
	{ "chroot", step_root },
	{ "chdir", step_dir },
	{ "become user", step_user },
	{ "open", step_open_as_user },
	{ "pass on", step_files },
	{ "set", step_as_user },
	{ "signals", step_signals },
	{ "unlock", step_lock },
	{ "exec", step_exec },
};
#define EXEC_STEP (COUNT(steps) - 1)

/* what goes through the status pipe; below PIPE_BUF: whole */
struct report {
	enum { BORN, READY, FAILED } what;
	int pid, error; /* BORN; FAILED */
	struct daemonize_failure failure;
};

static int tell(int what, const char *step, int error)
{
	struct report r;

	memset(&r, 0, sizeof(r));
	r.what = what;
	r.pid = getpid();
	r.error = error;
	r.failure.step = step;
	r.failure.thing = thing;
	return fd_write(status, &r, sizeof(r));
}

/* all steps; comes back with the name of the one that failed, and errno */
static const char *run_steps(const struct daemonize *d, char **argv)
{
	unsigned i;

	files[0] = files[1] = files[2] = -1;
	program_argv = argv;
	cwd = d->open_as_user ? fd_open(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0) : AT_FDCWD;
	for (i = 0; i <= EXEC_STEP; i++) {
		if (i == EXEC_STEP && status >= 0 && tell(READY, NULL, 0) < 0)
			break;
		if (steps[i].run(d) < 0)
			break;
	}
	if (i == EXEC_STEP && errno == ENOENT && !access(d->program, F_OK)) {
		errno = ENOENT;
		return "find interpreter of";
	}
	return steps[i].name;
}

/* exec in place failed: as we were, as far as a message and the pidfile need it */
static void take_back(const struct daemonize *d)
{
	if (old_stderr >= 0)
		dup2(old_stderr, 2);
	if (CRED && d->cred)
		cred_regain();
	if (d->pidfile)
		pidfile_remove(d->pidfile, getpid());
	sig_restore(&before);
}

/* libc's fork sees to its threads' locks, which we do not have */
static pid_t raw_fork(void)
{
#ifdef SYS_fork
	return syscall(SYS_fork);
#else
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

/* The session's leader. It is gone before the program runs, so that nobody can open a terminal for the session.
   The program's process tells its own pid: should the leader be killed here, it is known all the same. */
static _Noreturn void lead(const struct daemonize *d, char **argv)
{
	const char *step = "fork";
	pid_t pid, leader = getpid();

	setsid(); /* cannot fail: a child just forked leads no group */
	pid = raw_fork();
	if (pid > 0)
		_exit(0);
	if (!pid) {
		while (getppid() == leader) /* its death must not reach the program (PR_SET_PDEATHSIG) */
			sched_yield();
		int high = aside(d, status);

		status = high < 0 ? status : high;
		if (tell(BORN, NULL, 0) < 0) /* who is not known must not run */
			_exit(127);
		step = run_steps(d, argv);
	}
	if (tell(FAILED, step, errno) < 0)
		kill(getpid(), SIGKILL); /* tells it too */
	_exit(127);
}

static void reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* what the pipe tells until its end, which is exec's, or the death of all who held it. The pid, 0 if there is none;
   *last is the last report */
static pid_t listen_to(int fd, struct report *last)
{
	struct report r;
	pid_t pid = 0;
	ssize_t n;

	for (;;) {
		n = read(fd, &r, sizeof(r));
		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(r))
			return pid;
		if (r.what == BORN)
			pid = r.pid;
		*last = r;
	}
}

static void explain(struct daemonize_failure *f, int error)
{
	f->why = f->step == steps[0].name && error == EWOULDBLOCK ? "held by another process" : text_error(error);
}

/* Did the program start? How it ended is left for our caller to hear */
static bool judge(pid_t pid, const struct report *last, struct daemonize_failure *f)
{
	siginfo_t end;

	if (last->what == FAILED) {
		*f = last->failure;
		explain(f, last->error);
		if (pid)
			reap(pid);
		return false;
	}
	end.si_pid = 0;
	if (pid && (waitid(P_PID, pid, &end, WEXITED | WNOHANG | WNOWAIT) < 0 || !end.si_pid))
		return true;
	if (last->what == READY && end.si_code == CLD_EXITED) /* it ran, and ended by itself */
		return true;
	f->step = "start";
	f->why = last->what == READY ? "killed by a signal at once" : "killed before it could run";
	return false;
}

static pid_t let_go(const struct daemonize *d, char **argv, struct daemonize_failure *f)
{
	struct report last = { .what = FAILED };
	int ends[2];
	pid_t leader = -1, pid = 0;

	thing = last.failure.thing = f->thing = d->program;
	last.failure.step = "fork for";
	if (!syscall(SYS_pipe2, ends, O_CLOEXEC)) {
		syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
		status = ends[1];
		leader = raw_fork();
		if (!leader)
			lead(d, argv);
		last.error = errno;
		close(ends[1]);
		if (leader > 0) {
			last.what = BORN;
			pid = listen_to(ends[0], &last);
			reap(leader);
		}
		close(ends[0]);
	} else {
		last.error = errno;
	}
	if (judge(pid, &last, f))
		return pid;
	if (d->pidfile && pid)
		pidfile_remove(d->pidfile, pid);
	return -1;
}

pid_t daemonize(const struct daemonize *d, char **argv, struct daemonize_failure *f)
{
	pid_t pid;

	sig_default(SIGCHLD); /* ignored, it would leave nobody to wait for */
	sig_block_all(&before);
	if (d->keep == KEEP_NONE) {
		pid = let_go(d, argv, f);
		sig_restore(&before);
		return pid;
	}
	f->step = run_steps(d, argv);
	explain(f, errno);
	f->thing = thing;
	take_back(d);
	return -1;
}
