/* killall5 - signal everybody outside of our session */
/* SPDX-License-Identifier: 0BSD */

/*config
config KILLALL5
	bool "killall5 (1352 bytes)"
	default y
	help
	  Signals every process but PID 1 and its own session: with it a script
	  ends what still runs before it unmounts and powers off. All are stopped
	  meanwhile, so that no fork escapes. Say N where your init does that
	  itself, as BusyBox's does.
*/
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../libbb/clock.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/match.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/sig.h"
#include "applet.h"

enum { DONE = 0, FAILED = 1, NOBODY = 2 }; /* exit statuses */

/* A look that finds nothing to do may have begun before the end of somebody's fork, so the one after it counts; the
   third is for who had just handed on to a child. Who sleeps in the kernel may neither stop nor die: there is an end
   to looking. */
#define QUIET_LOOKS 3
#define LOOKS 20
#define PATIENCE_MSEC 500

static bool list, hit, restless;
static int sig = -1, sending, refused; /* refused: errno of the last one */
static unsigned session;
static struct match match;

/* "$(pidof NAME)" may be empty. But who is not understood would not be spared */
static int take_omit(void *self, const char *text)
{
	(void)self;
	return *text ? match_omit(&match, text) : 0;
}

#define OPTS(OPT) \
	OPT(1, OPT_WORD, "", "SIGNAL", SIGNAL_WORD, &sig, "send SIGNAL, not TERM") \
	OPT(1, "s", "signal", "SIGNAL", SIGNAL, &sig, "the same") \
	OPT(1, "o", "omit-pid", "PID[,PID]...", CALL, take_omit, "not these; %PPID: the caller") \
	OPT(1, "l", "list", "", BOOL, &list, "list signal names")
OPT_LIST(opts, OPTS, NULL);
static const struct usage usage = { "[-l] [-SIGNAL] [-o PID[,PID]...]...", &opts, FAILED, .permute = true };

/* By number it says who is worth holding; asked last of one that is held it signals it, and lets it go: a look takes
   the same few descriptors for any number of processes. */
static bool reach(struct proc *p, const struct proc_stat *held)
{
	struct proc_stat own;
	const struct proc_stat *s = held;

	if (!held && proc_stat(p, &own) < 0) {
		restless |= errno != EPERM; /* gone since it was listed: into a child? (EPERM: hidepid=1) */
		return false;
	}
	if (!held)
		s = &own;
	if (session && s->field[STAT_SESSION] == session)
		return false;
	if (sending == SIGSTOP && (s->state == 'T' || s->state == 't'))
		return false;
	if (!held)
		return true;
	if (!proc_kill(p, sending))
		hit = restless = true;
	else if (errno != ESRCH)
		refused = errno;
	return false;
}

/* everybody: with STOP until all stand still, with KILL until all are dead. 0; -1 as procs_find */
static int sweep(int send)
{
	long long end = clock_msec() + PATIENCE_MSEC;
	struct procs none = { 0 };
	int looks = LOOKS, quiet = 0;

	sending = send;
	refused = hit = false;
	do {
		restless = false;
		if (procs_find(&none, &match) < 0)
			return -1;
		quiet = restless ? 0 : quiet + 1;
	} while ((send == SIGSTOP || send == SIGKILL) && quiet < QUIET_LOOKS &&
		 (--looks > 0 || clock_left(end)));
	return 0;
}

/* Nothing is written before all go on: who reads it may be among them. */
static int work(bool stop)
{
	int error = (stop && sweep(SIGSTOP) < 0) || sweep(sig) < 0 ? errno : 0;

	if (stop)
		proc_kill_all(SIGCONT); /* takes no descriptor and no memory: nothing keeps it from being done */
	errno = error;
	if (error)
		die(FAILED, "cannot look at all processes: %m");
	errno = refused;
	if (refused)
		die(FAILED, "not all signalled: %m");
	return hit ? DONE : NOBODY;
}

/* A child does it, and whichever of us two is killed, the other one lets all go on. Where there is no room for a child,
   we do it alone. */
static int work_guarded(void)
{
	pid_t pid = proc_fork();
	int how;

	if (pid > 0) {
		while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
			;
		if (WIFEXITED(how))
			return WEXITSTATUS(how);
		proc_kill_all(SIGCONT);
		die(FAILED, "killed; whom it had stopped goes on");
	}
	syscall(SYS_setpgid, 0, 0); /* timeout(1) kills a whole group */
	_exit(work(true));
}

/* Two at once would stop each other. It is a file that users cannot lock against root; they have another. */
static void take_turn(void)
{
	int fd = fd_open(AT_FDCWD, "/proc/1/environ", O_RDONLY, 0);

	if (fd < 0)
		fd = fd_open(AT_FDCWD, "/proc/self/ns/pid", O_RDONLY, 0);
	flock(fd, LOCK_EX);
}

int killall5_main(char **argv)
{
	argv = opt_parse(argv, &usage);
	if (list)
		return opt_signals(&usage, argv);
	/* "killall5 -9 1234" was meant for one */
	if (*argv && (sig >= 0 || argv[1] || num_parse(*argv, SIG_LAST, (unsigned *)&sig) < 0))
		opt_wrong(&usage, "takes no more than a signal's number: ", *argv);
	if (sig < 0)
		sig = SIGTERM;
	session = getsid(0);
	match.also = reach;
	/* a session from outside of our pid namespace is 0 here, and so are all others from there: then ancestors */
	match.how = session ? MATCH_ANCESTORS : 0;
	if (!sig || sig == SIGCONT) /* this one must not wait for who is stopped */
		return work(false);
	take_turn();
	sig_default(SIGCHLD); /* where it is ignored there is nobody to wait for */
	sig_block_all(NULL);
	return sig == SIGSTOP || match.nomit ? work(false) : work_guarded();
}
