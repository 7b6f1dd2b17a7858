/* SPDX-License-Identifier: 0BSD */
/* daemonize - start a program: where, as whom, with which files, and who keeps it */
#include <errno.h>
#include <fcntl.h>
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
#include "confine.h"
#include "daemonize.h"
#include "fd.h"
#include "logger.h"
#include "num.h"
#include "proc.h"
#include "sig.h"
#include "text.h"

#ifndef PR_SET_CHILD_SUBREAPER
#define PR_SET_CHILD_SUBREAPER 36
#endif

/* what some applet asks for; the rest is not linked */
#define DAEMONIZE ENABLED(CONFIG_DAEMONIZE)
#define CRED (DAEMONIZE || ENABLED(CONFIG_START_STOP_DAEMON_CRED))
#define SSD_EXTRA ENABLED(CONFIG_START_STOP_DAEMON_EXTRA)
#define EXTRA (DAEMONIZE || SSD_EXTRA)
#define OPENRC ENABLED(CONFIG_START_STOP_DAEMON_OPENRC)
#define SUPERVISE (ENABLED(CONFIG_DAEMONIZE_SUPERVISE) || ENABLED(CONFIG_SUPERVISE_DAEMON))
#define COMMAND ENABLED(CONFIG_START_STOP_DAEMON_LOG)
#define LOG (COMMAND || SUPERVISE)
#define PASS (LOG || ENABLED(CONFIG_START_STOP_DAEMON_NOTIFY))
#define AS_ROOT (SSD_EXTRA || ENABLED(CONFIG_START_STOP_DAEMON_SCHED) || ENABLED(CONFIG_START_STOP_DAEMON_CAPS))
#define AS_USER ENABLED(CONFIG_START_STOP_DAEMON_CAPS)
#define CONFINE ENABLED(CONFIG_CONFINE)

#define STACK 131072 /* of the program's process until exec; what is not used of it costs nothing */

extern char **environ; /* (libc's wrapper of a call that is made once is more than the call) */

/* what the steps leave for each other, in the process that becomes the program */
static struct sig_set before; /* signals blocked by our caller */
static int files[3];          /* what will be 0, 1, 2; -1: as it is */
static int from[4];           /* what will be passed on */
static int cwd, lock = -1, old_stderr = -1, status = -1;
static pid_t leader = -1;     /* our parent, as long as it lives */
static const char *thing;     /* what the step is about, for its error. A child's address is good in its parent too */

/* the first number above all that the program is given */
static int first_free(const struct daemonize *d)
{
	return 3 + (SSD_EXTRA ? d->listen_files : 0);
}

static bool keeps_files(const struct daemonize *d)
{
	return SSD_EXTRA && d->keep_files;
}

/* a new descriptor for fd, closed by exec, and above all that the program asked for */
static int aside(const struct daemonize *d, int fd)
{
	int i, lowest = first_free(d);

	for (i = 0; PASS && i < d->npass; i++)
		if (d->pass[i].to >= lowest)
			lowest = d->pass[i].to + 1;
	return fd_control(fd, F_DUPFD_CLOEXEC, lowest);
}

static int take_lock(void)
{
	if (lock >= 0) /* it is ours since the supervisor's start */
		return 0;
	lock = fd_open(AT_FDCWD, thing, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
	return lock < 0 ? -1 : flock(lock, LOCK_EX | LOCK_NB);
}

static int write_pidfile(const struct daemonize *d)
{
	char identity[PROC_IDENTITY];
	struct proc self;
	bool known = false;

	thing = d->pidfile->path;
	if (ENABLED(CONFIG_START_STOP_DAEMON_IDENTITY) && d->identify && !proc_open(&self, getpid()))
		known = !proc_identity(&self, identity);
	return pidfile_write(d->pidfile, getpid(), known ? identity : NULL);
}

/* Is it /dev/null once more, or one file for both outputs, which has one offset: their lines do not overwrite each
   other? */
static bool is_last_again(const struct daemonize *d, int fd)
{
	const char *last = EXTRA ? d->files[fd - 1] : NULL;

	return thing ? fd == 2 && last && !strcmp(last, thing) : !last && files[0] >= 0;
}

/* files are named as the caller sees them, also when they are opened after chdir, chroot and setuid */
static int open_file(const struct daemonize *d, int fd)
{
	int flags = fd ? O_WRONLY | O_CREAT | (DAEMONIZE && !d->append ? O_TRUNC : O_APPEND) : O_RDONLY;

	thing = EXTRA ? d->files[fd] : NULL;
	if (!thing && (d->keep == KEEP_SELF || keeps_files(d)))
		return 0;
	if (fd && is_last_again(d, fd)) {
		files[fd] = files[fd - 1];
		return 0;
	}
	if (!thing)
		thing = "/dev/null", flags = O_RDWR;
	/* a fifo without a reader must not hang the start: ENXIO is told instead */
	files[fd] = fd_open(cwd, thing, flags | O_NONBLOCK, d->file_mode);
	return files[fd] < 0 ? -1 : fd_control(files[fd], F_SETFL, flags & O_APPEND);
}

static int open_files(const struct daemonize *d)
{
	int fd;

	for (fd = 0; fd <= 2; fd++)
		if (open_file(d, fd) < 0)
			return -1;
	return 0;
}

/* into it first: a chroot that one does not stand in can be left again (chroot(2)) */
static int change_root(void)
{
	return chdir(thing) < 0 || syscall(SYS_chroot, ".") < 0 ? -1 : chdir("/");
}

/* Before limits are set, as one of them is for descriptors. The old stderr is kept for the last error, and closed by
   exec. */
static int put_aside(const struct daemonize *d)
{
	int i;

	thing = "open files";
	old_stderr = aside(d, 2);
	for (i = 0; PASS && i < d->npass; i++)
		if ((from[i] = aside(d, d->pass[i].from)) < 0) /* one's source may be another's target */
			return -1;
	return 0;
}

/* From here on stderr may be the daemon's. */
static int pass_on(const struct daemonize *d)
{
	int fd, i;

	thing = "open files";
	for (fd = 0; fd <= 2; fd++)
		if (files[fd] >= 0 && dup2(files[fd], fd) < 0)
			return -1;
	if (!keeps_files(d))
		fd_close_on_exec(first_free(d));
	for (i = 0; PASS && i < d->npass; i++)
		if (dup2(from[i], d->pass[i].to) < 0)
			return -1;
	return EXTRA && d->lock ? fd_control(lock, F_SETFD, 0) : 0;
}

static void set_signals(const struct daemonize *d)
{
	if (SUPERVISE && d->instead && d->keep_signals)
		return;
	if (SSD_EXTRA && d->keep_signals) {
		sig_restore(&before);
		return;
	}
	sig_default_all();
	sig_unblock_all();
}

/* what goes through the status pipe; below PIPE_BUF: whole */
struct report {
	const char *step; /* that failed; NULL: it is about to exec */
	const char *thing;
	int pid, error;
};

static int tell(const char *step, int error)
{
	const struct report r = { step, thing, getpid(), error };

	return fd_write(status, &r, sizeof(r));
}

/* comes back with the words for what has failed, and errno */
static const char *exec(const struct daemonize *d, char **argv)
{
	while (getppid() == leader) /* its death must not reach the program (PR_SET_PDEATHSIG) */
		syscall(SYS_sched_yield);
	thing = d->program;
	if (status >= 0 && tell(NULL, 0) < 0)
		return "exec";
	if (LOG && d->instead) {
		const char *step = d->instead();

		if (!step)
			_exit(0);
		return step;
	}
	syscall(SYS_execve, thing, argv, environ);
	if (errno != ENOENT || access(thing, F_OK) < 0)
		return "exec";
	errno = ENOENT;
	return "find interpreter of";
}

/* The order of a start: comes back with the name of the step that failed, and errno. */
static const char *run_steps(const struct daemonize *d, char **argv)
{
	bool late = (DAEMONIZE || OPENRC) && d->open_as_user;
	const char *failed;

	files[0] = files[1] = files[2] = -1;
	cwd = late ? fd_open(AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0) : AT_FDCWD;
	if (EXTRA && (thing = d->lock) && take_lock() < 0)
		return "lock";
	if (d->pidfile && write_pidfile(d) < 0)
		return "pidfile";
	if ((SSD_EXTRA || OPENRC) && d->set_umask)
		syscall(SYS_umask, d->umask);
	if (!late && open_files(d) < 0)
		return "open";
	if (put_aside(d) < 0)
		return "pass on";
	if (AS_ROOT && d->as_root && d->as_root(&thing) < 0)
		return "set";
	if (SSD_EXTRA && (thing = d->root) && change_root() < 0)
		return "chroot";
	if ((thing = d->dir) && chdir(thing) < 0)
		return "chdir";
	/* only a failed exec in this very process needs root again, to take the pidfile back */
	if (CRED && d->cred && (thing = d->cred->text, cred_become(d->cred, d->keep == KEEP_SELF && d->pidfile)) < 0)
		return "become user";
	if (late && open_files(d) < 0)
		return "open";
	if (pass_on(d) < 0)
		return "pass on";
	if (AS_USER && d->as_user && d->as_user(&thing) < 0)
		return "set";
	set_signals(d);
	/* exec in this very process leaves nobody to take the lock's name away */
	if (d->keep == KEEP_SELF && d->pidfile)
		pidfile_unlock(d->pidfile);
	if (CONFINE && d->confine && (failed = confine(d->confine, &thing)))
		return failed;
	return exec(d, argv);
}

static void explain(struct daemonize_failure *f, const struct daemonize *d, const char *step, int error)
{
	f->step = step;
	f->thing = thing;
	f->why = EXTRA && thing == d->lock && error == EWOULDBLOCK ? "held by another process" : text_error(error);
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

/* what our two processes are told */
struct start {
	const struct daemonize *d;
	char **argv;
	pid_t pid; /* and the first tells of the second */
};

/* The session's leader. It is gone before the program runs, so that nobody can open a terminal for the session. */
static int lead(void *arg)
{
	struct start *s = arg;
	const char *step;
	int high;

	leader = getpid();
	syscall(SYS_setsid); /* cannot fail: a child just forked leads no group */
	s->pid = proc_fork();
	if (s->pid)
		return 0;
	high = aside(s->d, status);
	if (high >= 0) {
		if (SUPERVISE)
			close(status);
		status = high;
	}
	step = run_steps(s->d, s->argv);
	tell(step, errno);
	return 127;
}

/* Did the program start? How it ended is left for our caller to hear */
static bool judge(const struct daemonize *d, const struct report *last, bool told, struct daemonize_failure *f)
{
	siginfo_t end;
	pid_t pid = last->pid;

	thing = last->thing;
	if (last->step) {
		explain(f, d, last->step, last->error);
		return false;
	}
	end.si_pid = 0;
	/* One that did not tell is dead, or about to be. Else it runs, or it ran and ended by itself. */
	if (told && (syscall(SYS_waitid, P_PID, pid, &end, WEXITED | WNOHANG | WNOWAIT, NULL) < 0 || !end.si_pid ||
		     end.si_code == CLD_EXITED))
		return true;
	f->step = "start";
	f->thing = d->program;
	f->why = "killed by a signal at once";
	return false;
}

/* our child, so that nobody else has the number; a supervisor takes its program along */
static void end_child(const struct daemonize *d, pid_t pid)
{
	if (pid > 0)
		syscall(SYS_kill, pid, SUPERVISE && d->instead && d->keep_signals ? SIGTERM : SIGKILL);
}

static void end_start(const struct daemonize *d, pid_t pid)
{
	waitpid(pid, NULL, 0);
	if (d->pidfile)
		pidfile_remove(d->pidfile, pid);
}

/* The leader borrows our memory and not our stack, as after vfork(2): it lives for three calls, and its copy would be
   the most expensive of them. No signal interrupts a call here: they are blocked. */
static pid_t let_go(const struct daemonize *d, char **argv, struct daemonize_failure *f)
{
	static APART char stack[STACK] __attribute__((aligned(16))); /* few of its pages are used */
	struct start start = { d, argv, 0 };
	struct report last = { .thing = d->program };
	bool told = false;
	pid_t first = -1;
	ssize_t n;
	int ends[2], outer = SUPERVISE ? status : -1; /* that of a start which we are a part of (d->instead) */

	if (!syscall(SYS_pipe2, ends, O_CLOEXEC)) {
		syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
		status = ends[1];
		/* who was started so runs on this stack himself */
		first = clone(lead, stack + (outer < 0 ? STACK : STACK / 2), CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
		last.error = errno; /* the leader's, if its fork failed */
		last.pid = start.pid;
		close(ends[1]);
		if (SUPERVISE)
			status = outer;
		if (first > 0)
			waitpid(first, NULL, 0);
		/* until exec, or the death of all who held it, closes the pipe: the last report stays */
		while ((n = fd_fill(ends[0], &last, sizeof(last), -1)) == sizeof(last))
			told = true;
		if (n) { /* it may run, and we do not know */
			last.step = "start";
			last.error = EIO;
			end_child(d, start.pid);
		}
		close(ends[0]);
	} else {
		last.error = errno;
	}
	if (first < 0 || start.pid < 0)
		last.step = "fork for";
	if (judge(d, &last, told, f))
		return last.pid;
	if (last.pid > 0)
		end_start(d, last.pid);
	return SUPERVISE ? num_fail(last.error) : -1;
}

pid_t daemonize(const struct daemonize *d, char **argv, struct daemonize_failure *f)
{
	pid_t pid = -1;

	sig_default(SIGCHLD); /* ignored, it would leave nobody to wait for */
	sig_block_all(&before);
	if (d->keep == KEEP_NONE) {
		pid = let_go(d, argv, f);
		sig_restore(&before);
	} else {
		const char *step = run_steps(d, argv);

		explain(f, d, step, errno);
		take_back(d);
	}
	return pid;
}

__attribute__((noinline)) void daemonize_pass(struct daemonize *d, int ours, int to)
{
	d->pass[d->npass].from = ours;
	d->pass[d->npass++].to = to;
}

void daemonize_started(void)
{
	close(status);
	close(old_stderr);
}

static const struct logger *logger;

static const char *run_logger(void)
{
	const char *step = logger_check(logger);

	if (step)
		return step;
	daemonize_started();
	logger_run(logger);
}

int daemonize_logger(const struct logger *l, const struct cred *cred, int ends[2], struct daemonize_failure *f)
{
	static struct daemonize d;
	int one[2] = { -1, -1 }, two[2];

	syscall(SYS_pipe2, one, O_CLOEXEC); /* if there is none, it cannot be passed on */
	two[0] = two[1] = -1;
	if (l->two)
		syscall(SYS_pipe2, two, O_CLOEXEC);
	logger = l;
	d.keep = KEEP_NONE;
	d.program = COMMAND && l->command ? "/bin/sh" : l->file.path ? l->file.path : "syslog";
	d.dir = "/";
	d.npass = 1 + l->two;
	d.pass[0].from = one[0]; /* becomes 0 */
	d.pass[1].from = two[0];
	d.pass[1].to = 1;
	d.instead = run_logger;
	d.cred = l->command ? cred : NULL; /* /dev/log may be root's, and the file's directory */
	if (daemonize(&d, NULL, f) < 0)
		return -1;
	close(one[0]);
	if (l->two)
		close(two[0]);
	ends[0] = one[1];
	ends[1] = l->two ? two[1] : one[1];
	return 0;
}
