/* daemonize - run a program as a daemon */
/* SPDX-License-Identifier: 0BSD */

/*config
config DAEMONIZE
	bool "daemonize (2320 bytes)"
	default y
	help
	  Runs a program as a daemon: no terminal, clean signals and files, its
	  own session. Takes the options of bmc daemonize; comes back when the
	  program runs and its pidfile stands, or says what failed.

config DAEMONIZE_SUPERVISE
	bool "restart, title, syslog and the other options of FreeBSD's daemon (1240 bytes)"
	depends on DAEMONIZE
	default y
	help
	  -r, -R, -C: start the program anew when it ends. -P, -t: the pidfile
	  and the title of the process that does. -S, -T, -m, -s: its output to
	  syslog. All of FreeBSD's daemon(8) that does not clash with the letters
	  of bmc daemonize.

*/
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "../libbb/clock.h"
#include "../libbb/cred.h"
#include "../libbb/daemonize.h"
#include "../libbb/env.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/log.h"
#include "../libbb/logger.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/pidfile.h"
#include "../libbb/proc.h"
#include "../libbb/sig.h"
#include "../libbb/text.h"
#include "program.h"
#include "applet.h"

#define SUPERVISE ENABLED(CONFIG_DAEMONIZE_SUPERVISE)
#define CONFINE ENABLED(CONFIG_CONFINE)

#define TURN_MSEC 10000  /* how long a start waits for another start of the same pidfile */
#define HELD_MSEC 100    /* and one with a supervisor, which may hold it for ever */
#define DELAY_MSEC 1000  /* from the program's death to its next start */
#define NOT_TOLD (~0U)

enum { DONE = 0, FAILED = 1 }; /* exit statuses: the original's */

static bool verbose, restart;
static const char *pidfile, *super_pidfile, *user, *title;
static unsigned delay = NOT_TOLD, again = NOT_TOLD, mask = 3; /* delay in ms; again: how often */
static struct daemonize how, super; /* the program; who starts it, and starts it anew */
static char **words; /* the program's arguments */

OPT_TAKER take_mask;

static int take_environment(void *self, const char *text)
{
	(void)self;
	return env_set((char *)text);
}

#define OPTS(OPT) \
	OPT(1, "a", "", "", BOOL, &how.append, "append to -o and -e") \
	OPT(1, "c", "", "DIR", TEXT, &how.dir, "run in DIR, not /") \
	OPT(1, "e", "", "FILE", TEXT, &how.files[2], "stderr to FILE") \
	OPT(1, "o", "", "FILE", TEXT, &how.files[1], "stdout to FILE") \
	OPT(1, "E", "", "VAR=VALUE", CALL, take_environment, "set in environment") \
	OPT(1, "p", "", "FILE", TEXT, &pidfile, "its pid to FILE") \
	OPT(1, "l", "", "FILE", TEXT, &how.lock, "lock FILE while it runs") \
	OPT(1, "u", "", "USER", TEXT, &user, "run as USER") \
	OPT(1, "v", "", "", BOOL, &verbose, "say what is done") \
	OPT(SUPERVISE, "f", "", "", NOTHING, NULL, "as is") \
	OPT(SUPERVISE, "r", "restart", "", BOOL, &restart, "restart it") \
	OPT(SUPERVISE, "R", "restart-delay", "TIME", MSEC, &delay, "wait TIME before") \
	OPT(SUPERVISE, "C", "restart-count", "COUNT", NUMBER, &again, "so often") \
	OPT(SUPERVISE, "P", "supervisor-pidfile", "FILE", TEXT, &super_pidfile, "restarter's pid") \
	OPT(SUPERVISE, "t", "title", "TITLE", TEXT, &title, "its name") \
	OPT(SUPERVISE, "S", "syslog", "", BOOL, &logger_asked.syslog.asked, "output to syslog") \
	OPT(SUPERVISE, "m", "output-mask", "MASK", CALL, take_mask, "1 stdout 2 stderr") \
	OPT(SUPERVISE, "T", "syslog-tag", "TAG", TEXT, &logger_asked.syslog.tag, "its tag") \
	OPT(SUPERVISE, "s", "syslog-priority", "LEVEL", CALL, log_parse_priority, "level") \
	OPT(SUPERVISE, "", "syslog-facility", "NAME", CALL, log_parse_priority, "")
OPT_LIST(opts, OPTS, PROGRAM_OPTS(SUPERVISE));
static const struct usage usage = {
	"[OPTION]... PROGRAM [ARGUMENT]...", &opts, FAILED, &logger_asked.syslog, .permute = false,
};

static int take_mask(void *self, const char *text)
{
	(void)self;
	return num_parse(text, 3, &mask);
}

static void become(void)
{
	static APART struct cred cred;

	if (cred_parse(&cred, user) < 0)
		err_name(FAILED, "user", user);
	how.cred = &cred;
	if (cred.name[0] && (env_put("USER", cred.name) < 0 || env_put("LOGNAME", cred.name) < 0 ||
			     env_put("HOME", cred.home) < 0))
		die(FAILED, "environment: %m");
}

/* what can be told before a file is made, or emptied */
static void check_program(const char *program)
{
	if (*program != '/')
		opt_wrong(&usage, "the program needs an absolute path: ", program);
	if (env_executable(program) < 0)
		die(FAILED, "%s: %m", program);
}

static void release(void)
{
	if (how.pidfile)
		pidfile_release(how.pidfile);
	if (SUPERVISE && super.pidfile)
		pidfile_release(super.pidfile);
}

static const struct pidfile *hold(struct pidfile *p, const char *path)
{
	if (!path)
		return NULL;
	if (pidfile_hold(p, path, SUPERVISE && restart ? HELD_MSEC : TURN_MSEC) < 0)
		die(FAILED, "pidfile %s: %m", path);
	return p;
}

static struct daemonize_failure failure;

static pid_t launch(const struct daemonize *d)
{
	pid_t pid = daemonize(d, words, &failure);

	if (pid < 0)
		program_failed(&failure);
	else if (verbose)
		warn("%s runs with pid %d", d->program, pid);
	return pid;
}

/* ---- logs -------------------------------------------------------------------------------------------------- */

/* what has no file goes to the log; the supervisor's own words, too */
static void start_logger(void)
{
	int stream, ends[2];

	if (!logger_wanted())
		return;
	logger_name(text_base(how.program));
	if (daemonize_logger(&logger_asked, NULL, ends, &failure) < 0) {
		program_failed(&failure);
		err_end(FAILED);
	}
	if (restart) {
		daemonize_pass(&super, ends[0], 2);
		ends[0] = 2; /* there */
	}
	for (stream = 1; stream <= 2; stream++)
		if (mask & stream && !how.files[stream])
			daemonize_pass(&how, ends[0], stream);
}

/* ---- the supervisor ---------------------------------------------------------------------------------------- */

/* all who are dead: orphans of the program are our children too. Was pid among them? */
static bool bury(pid_t pid)
{
	bool found = false;
	pid_t dead;

	while ((dead = waitpid(-1, NULL, WNOHANG)) > 0)
		if (dead == pid)
			found = true;
	return found;
}

/* In a process of its own, that has started when the program has. All signals are blocked, and it wakes for two. */
static const char *supervise(void)
{
	long long then = 0;
	pid_t pid;
	int sig;

	if (title)
		syscall(SYS_prctl, PR_SET_NAME, title);
	pid = launch(&how); /* -1: it is to be started again then */
	if (pid < 0)
		return failure.step;
	daemonize_started();
	how.append = true;
	while (pid > 0 || again) {
		sig = sig_wait(1UL << (SIGTERM - 1) | 1UL << (SIGCHLD - 1), pid > 0 ? -1 : clock_left(then));
		if (sig == SIGTERM) {
			again = 0;
			if (pid > 0)
				proc_kill_child(pid, SIGTERM);
		}
		if (bury(pid)) {
			if (how.pidfile)
				pidfile_remove(how.pidfile, pid);
			pid = -1;
		} else {
			if (pid > 0 || sig > 0 || clock_left(then))
				continue;
			again--;
			pid = launch(&how);
		}
		then = clock_msec() + delay;
	}
	if (super.pidfile)
		pidfile_remove(super.pidfile, getpid());
	release();
	return NULL;
}

/* ---- ------------------------------------------------------------------------------------------------------- */

/* is there to be one? */
static void choose_supervisor(void)
{
	if (delay != NOT_TOLD)
		restart = true;
	else
		delay = DELAY_MSEC;
	if (!restart)
		again = 0;
	if (super_pidfile)
		restart = true;
	if (restart)
		fd_close_from(3); /* what is open is not its own */
}

static pid_t launch_supervisor(void)
{
	super.keep = KEEP_NONE;
	super.program = "supervisor";
	super.lock = how.lock;
	super.keep_signals = true;
	super.instead = supervise;
	return launch(&super);
}

int daemonize_main(char **argv)
{
	static struct pidfile held[2];
	const char *wrong;

	how.keep = KEEP_NONE;
	how.dir = "/";
	how.file_mode = 0666;
	how.open_as_user = true;
	logger_asked.syslog.priority = LOG_DAEMON | LOG_NOTICE;
	logger_asked.file.keep = LOGGER_KEEP;
	words = opt_parse(argv, &usage);
	wrong = SUPERVISE ? program_wrong_log() : NULL;
	if (!wrong && !*words)
		wrong = "needs a program";
	if (wrong)
		opt_wrong(&usage, wrong, "");
	check_program(*words);
	how.program = *words;
	if (SUPERVISE)
		choose_supervisor();
	if (user)
		become();
	if (CONFINE)
		program_confine(&how);
	err_clean_up = release;
	how.pidfile = hold(&held[0], pidfile);
	if (SUPERVISE) {
		super.pidfile = hold(&held[1], super_pidfile);
		start_logger();
	}
	if ((SUPERVISE && restart ? launch_supervisor() : launch(&how)) < 0)
		err_end(FAILED);
	if (!SUPERVISE || !restart) /* else the pidfiles are the supervisor's now */
		release();
	return DONE;
}
