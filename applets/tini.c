/* tini - the first process of a container: passes on signals to one program, and reaps */
/* SPDX-License-Identifier: 0BSD */

/*config
config TINI
	bool "tini (4184 bytes)"
	default y
	help
	  PID 1 of a container: runs one program, passes on to it each signal
	  that it gets, reaps what others leave to it, and ends as the program
	  does. With tini's options and exit statuses; and ends what is left, or
	  waits for it, or delays the end, when asked to. Needs no file at all.

config TINI_DOCKER_INIT
	bool "docker-init (40 bytes)"
	depends on TINI
	default y
	help
	  The same by the name under which Docker puts it into a container.

config TINI_DUMB_INIT
	bool "dumb-init (928 bytes)"
	depends on TINI
	default y
	help
	  The same by the name dumb-init, with the options, variables and exit
	  statuses of that: a session of its own, whole groups, --rewrite.

config TINI_CATATONIT
	bool "catatonit (480 bytes)"
	depends on TINI
	default y
	help
	  The same by the name catatonit, with -P, the pause process of a pod.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../libbb/clock.h"
#include "../libbb/env.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/proc.h"
#include "../libbb/sig.h"
#include "../libbb/text.h"
#include "applet.h"

/* exit statuses of our own; else they are the program's, or 128 and the signal that ended it */
enum { DONE = 0, FAILED = 1, DUMB_NOT_RUN = 2, NOT_EXECUTABLE = 126, NOT_FOUND = 127, BY_SIGNAL = 128 };

static enum { AS_TINI, AS_DUMB_INIT, AS_CATATONIT } as;
#define DUMB_INIT (ENABLED(CONFIG_TINI_DUMB_INIT) && as == AS_DUMB_INIT)
#define CATATONIT (ENABLED(CONFIG_TINI_CATATONIT) && as == AS_CATATONIT)

static bool group, single, only_pause, tell_reaped, stay;
static int verbosity, parent_death;
static unsigned delay, grace;

/* what is to be added to an exit status, or a signal, modulo 256, for what it becomes */
static unsigned char exits[256];
static unsigned char becomes[SIG_LAST + 1];

static int take_exit(void *self, const char *text)
{
	unsigned from, to = 0;

	(void)self;
	if (num_take(&text, 255, &from) < 0 || (*text == ':' ? num_parse(text + 1, 255, &to) : *text))
		return -1;
	exits[from] = to - from;
	return 0;
}

OPT_TAKER take_rewrite;

/* each under its own tool's name, and what all have of ours */
#define OURS(OPT) \
	OPT(1, "a", "stay", "", BOOL, &stay, "until the last process has ended") \
	OPT(1, "k", "kill-after", "TIME", MSEC, &grace, "TERM, then KILL what is left") \
	OPT(1, "d", "delay", "TIME", MSEC, &delay, "pass on TERM so much later")
OPT_LIST(ours, OURS, NULL);

#define OPTS(OPT) \
	OPT(1, "g", "", "", BOOL, &group, "signals to the program's whole group") \
	OPT(1, "e", "", "N[:M]", CALL, take_exit, "exit status N becomes M, or 0") \
	OPT(1, "p", "", "SIGNAL", SIGNAL, &parent_death, "get SIGNAL when our parent dies") \
	OPT(1, "s", "", "", NOTHING, NULL, "adopt orphans (always)") \
	OPT(1, "w", "", "", BOOL, &tell_reaped, "tell of each orphan reaped") \
	OPT(1, "v", "", "", COUNT, &verbosity, "tell more") \
	OPT(1, "h", "", "", HELP, NULL, "") \
	OPT(1, "l", "", "", VERSION, NULL, "")
OPT_LIST(opts, OPTS, &ours);
#define SYNOPSIS "[OPTION]... [--] PROGRAM [ARGUMENT]..."
static const struct usage usage = { SYNOPSIS, &opts, FAILED, .permute = false };

#define DUMB_OPTS(OPT) \
	OPT(1, "c", "single-child", "", BOOL, &single, "no session of its own, signals to the program alone") \
	OPT(1, "r", "rewrite", "FROM:TO", CALL, take_rewrite, "signal FROM becomes TO; 0: nothing") \
	OPT(1, "v", "verbose", "", COUNT, &verbosity, "tell more") \
	OPT(1, "h", "help", "", HELP, NULL, "")
OPT_LIST(dumb_opts, DUMB_OPTS, &ours);
static const struct usage dumb_usage = { SYNOPSIS, &dumb_opts, FAILED, .permute = false };

#define CATATONIT_OPTS(OPT) \
	OPT(1, "g", "", "", BOOL, &group, "signals to the program's whole group") \
	OPT(1, "P", "", "", BOOL, &only_pause, "run nothing: until TERM or INT") \
	OPT(1, "h", "", "", HELP, NULL, "") \
	OPT(1, "L", "", "", VERSION, NULL, "")
OPT_LIST(catatonit_opts, CATATONIT_OPTS, &ours);
static const struct usage catatonit_usage = { SYNOPSIS, &catatonit_opts, FAILED, .permute = false };

static int take_rewrite(void *self, const char *text)
{
	char name[SIG_TEXT + 3];
	size_t len = text_until(text, ":");
	int from, to;

	(void)self;
	if (len >= sizeof(name) || !text[len])
		return -1;
	memcpy(name, text, len);
	name[len] = '\0';
	from = sig_parse(name);
	to = sig_parse(text + len + 1);
	if (from <= 0 || to < 0)
		return -1;
	becomes[from] = to - from;
	return 0;
}

/* ---- the program ------------------------------------------------------------------------------------------- */

static struct sig_set inherited;
static struct sig_action of_child; /* SIGCHLD's: where it is ignored nobody can be waited for */

static bool is_terminals(int sig)
{
	return sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

/* A group of its own, and the terminal's foreground if that was ours (all signals are blocked, so TTOU is, too); of
   dumb-init a session, and the terminal that we gave up. */
static void stand_alone(void)
{
	pid_t front = 0;

	if (DUMB_INIT && single)
		return;
	if (DUMB_INIT) {
		syscall(SYS_setsid);
		syscall(SYS_ioctl, 0, TIOCSCTTY, 0L);
		return;
	}
	syscall(SYS_ioctl, 0, TIOCGPGRP, &front);
	syscall(SYS_setpgid, 0, 0);
	if (front != (pid_t)syscall(SYS_getpgid, getppid()))
		return;
	front = getpid();
	syscall(SYS_ioctl, 0, TIOCSPGRP, &front);
}

extern char **environ;

/* sockets that were passed to us (sd_listen_fds(3)) are the program's */
static void pass_sockets(void)
{
	static char text[sizeof("LISTEN_PID=") + NUM_TEXT];
	char number[NUM_TEXT], *value = text_copy(text, "LISTEN_PID="), **e;

	text_copy(value, num_text(number, getppid()));
	for (e = environ; *e; e++)
		if (!strcmp(*e, text)) {
			text_copy(value, num_text(number, getpid()));
			*e = text;
			return;
		}
}

static int why_not(int error)
{
	if (DUMB_INIT)
		return DUMB_NOT_RUN;
	if (CATATONIT)
		return FAILED;
	return error == ENOENT ? NOT_FOUND : error == EACCES ? NOT_EXECUTABLE : FAILED;
}

static _Noreturn void become(char **words)
{
	static APART char path[PATH_MAX];
	const char *program = words[0];

	stand_alone();
	pass_sockets();
	sig_exchange(SIGCHLD, &of_child, NULL);
	if (!env_path(program, path, sizeof(path))) {
		if (DUMB_INIT)
			sig_unblock_all();
		else
			sig_restore(&inherited);
		syscall(SYS_execve, path, words, environ);
		if (errno == ENOEXEC) { /* a script without "#!", as execvp(3) does it */
			words[0] = path;
			words[-1] = (char *)"sh"; /* argv[0] at least stands before them */
			syscall(SYS_execve, "/bin/sh", words - 1, environ);
		}
	}
	die(why_not(errno), "%s: %m", program);
}

/* for the program's session. Where we lead ours, the kernel tells its group with HUP and CONT, which nobody means. */
static void give_up_terminal(void)
{
	group = true;
	if (!syscall(SYS_ioctl, 0, TIOCNOTTY, 0L) && syscall(SYS_getsid, 0) == getpid())
		while (sig_wait(1UL << (SIGHUP - 1) | 1UL << (SIGCONT - 1), 0) > 0)
			;
}

static pid_t program; /* 0: it has ended */
static unsigned result;

static void launch(char **words)
{
	if (DUMB_INIT && !single)
		give_up_terminal();
	/* Where libc can, we are held, and our memory lent to the child until its exec: no page is copied for it. What
	   it writes to until then is either its own business (path) or its arguments and environment. */
	program = vfork();
	if (program < 0)
		die(FAILED, "fork: %m");
	if (!program)
		become(words);
	if (verbosity > 0)
		warn("the program has pid %d", program);
}

/* ---- signals ----------------------------------------------------------------------------------------------- */

static long long then; /* when what is due is to be sent; 0: nothing is */
static int due;
static bool is_last; /* no one is to be left */

static __attribute__((noinline)) void arm(int sig, unsigned msec)
{
	due = sig;
	then = clock_msec() + msec;
}

/* To all that are left: as PID 1, everybody. Else those who are our children now; what they leave behind will be.
   They are ours, and not reaped, so that each number is still the same one's. */
static void to_all(int sig)
{
	static APART char list[65536]; /* ten thousand of them; a page of it is all that is mostly touched */
	char path[64], text[NUM_TEXT];
	const char *at = list;
	unsigned child;
	pid_t self = getpid();

	if (self == 1) {
		proc_kill_all(sig);
		return;
	}
	text_copy(text_copy(text_copy(path, "/proc/self/task/"), num_text(text, self)), "/children");
	if (fd_read(AT_FDCWD, path, list, sizeof(list)) < 0) {
		warn("what is left: %s: %m", path); /* no /proc, or without CONFIG_PROC_CHILDREN */
		grace = 0;
		return;
	}
	for (; !num_take(&at, INT_MAX, &child) && *at == ' '; at++) /* a blank behind each: else it was cut */
		proc_kill_child(child, sig);
}

static void send(int sig, siginfo_t *info)
{
	char name[SIG_TEXT];

	if (verbosity > 0)
		warn("passes on %s", sig_text(sig, name));
	if (!program)
		to_all(sig);
	else if (group && !proc_kill_child(-program, sig))
		return;
	else if (!group && info && info->si_code == SI_QUEUE) {
		info->si_signo = sig;
		syscall(SYS_rt_sigqueueinfo, program, sig, info); /* its value, and whose it is */
	} else /* (of a group: it is on its way to be one, and nobody else is in it yet) */
		proc_kill_child(program, sig);
}

static void send_due(void)
{
	then = 0;
	is_last = due == SIGKILL;
	if (is_last)
		to_all(SIGKILL);
	else
		send(due, NULL);
	if (!is_last && grace)
		arm(SIGKILL, grace);
}

/* What the terminal sends goes to the group in its foreground: that has it already. */
static void pass_on(int sig, siginfo_t *info)
{
	bool own = sig == SIGPIPE && info->si_pid == getpid(); /* nobody reads our words */
	bool by_kernel = info->si_code > 0;
	int to = (unsigned char)(sig + becomes[sig]);
	bool passes = to && !own && !(by_kernel && (single || is_terminals(sig)));

	if (passes && to == SIGTERM && program && !then && (delay || grace))
		arm(SIGTERM, delay);
	else if (passes && (to != SIGTERM || due != SIGTERM || !then)) /* one that waits is enough */
		send(to, info);
	if (DUMB_INIT && is_terminals(sig))
		proc_kill_child(getpid(), SIGSTOP);
}

/* ---- children ---------------------------------------------------------------------------------------------- */

static void take_result(int status)
{
	result = WTERMSIG(status) ? BY_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
	result = (unsigned char)(result + exits[result]);
	program = 0;
	if (!grace)
		return;
	to_all(SIGTERM);
	if (due != SIGKILL)
		arm(SIGKILL, grace);
}

/* is there anybody left to wait for? */
static bool reap(void)
{
	siginfo_t info;
	pid_t pid;
	int status;

	/* its group, before its number can be another's */
	info.si_pid = 0;
	if (DUMB_INIT && group && program &&
	    !syscall(SYS_waitid, P_PID, program, &info, WEXITED | WNOHANG | WNOWAIT, NULL) && info.si_pid)
		proc_kill_child(-program, SIGTERM);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == program)
			take_result(status);
		else if (tell_reaped && !only_pause)
			warn("reaped %d", pid);
	if (pid && errno == ECHILD)
		return false;
	if (is_last)
		to_all(SIGKILL); /* whom the dead have left to us */
	return program || stay || grace;
}

static unsigned serve(void)
{
	siginfo_t info;
	int sig;

	while (reap() || only_pause) {
		sig = sig_take(&info, then ? clock_left(then) : -1);
		if (only_pause && (sig == SIGTERM || sig == SIGINT))
			break;
		if (sig > 0 && sig != SIGCHLD && !only_pause)
			pass_on(sig, &info);
		if (then && !clock_left(then))
			send_due();
	}
	return result;
}

/* ---- ------------------------------------------------------------------------------------------------------- */

static const struct usage *choose(void)
{
	if (ENABLED(CONFIG_TINI_DUMB_INIT) && *progname == 'd' && progname[1] == 'u') {
		as = AS_DUMB_INIT;
		becomes[SIGTSTP] = SIGSTOP - SIGTSTP;
		becomes[SIGTTIN] = SIGSTOP - SIGTTIN;
		becomes[SIGTTOU] = SIGSTOP - SIGTTOU;
		return &dumb_usage;
	}
	if (ENABLED(CONFIG_TINI_CATATONIT) && *progname == 'c') {
		as = AS_CATATONIT;
		return &catatonit_usage;
	}
	return &usage;
}

/* as docker and podman read it */
static void tell_version(const char *option)
{
	if (!option || strcmp(option, as == AS_TINI ? "--version" : "-V"))
		return;
	if (DUMB_INIT)
		fd_move(2, 1);
	say(DUMB_INIT ? "dumb-init v%s (initbox)\n" :
	    CATATONIT ? "tini version %s_catatonit\n" :
			"tini version %s - initbox\n",
	    INITBOX_VERSION);
	_exit(DONE);
}

static void take_environment(void)
{
	const char *level;
	unsigned n;

	if (DUMB_INIT) {
		level = env_get("DUMB_INIT_SETSID=");
		single = level && !strcmp(level, "0");
		level = env_get("DUMB_INIT_DEBUG=");
		verbosity = level && !strcmp(level, "1");
	} else if (CATATONIT) {
		verbosity = env_get("CATATONIT_DEBUG=") != NULL;
	} else {
		group = env_get("TINI_KILL_PROCESS_GROUP=");
		level = env_get("TINI_VERBOSITY=");
		if (level && !num_parse(level, 9, &n))
			verbosity = (int)n - 1;
	}
}

int tini_main(char **argv)
{
	const struct usage *u;
	char **words;

	sig_block_all(&inherited); /* first: what comes from here on is kept */
	sig_exchange(SIGCHLD, NULL, &of_child);
	u = choose();
	tell_version(argv[1]);
	take_environment();
	words = opt_parse(argv, u);
	if (!*words && !only_pause)
		opt_wrong(u, "needs a program", "");
	if (parent_death)
		syscall(SYS_prctl, PR_SET_PDEATHSIG, (long)parent_death);
	syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1L);
	if (!only_pause)
		launch(words);
	if (as != AS_TINI)
		chdir("/");
	if (CATATONIT)
		fd_close_from(3);
	return serve();
}
