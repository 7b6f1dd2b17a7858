/* supervise-daemon - start a daemon, and start it anew when it ends */
/* SPDX-License-Identifier: 0BSD */

/*config
config SUPERVISE_DAEMON
	bool "supervise-daemon: start it anew when it ends (7984 bytes)"
	depends on START_STOP_DAEMON_OPENRC && START_STOP_DAEMON_IDENTITY && START_STOP_DAEMON_RETRY
	depends on START_STOP_DAEMON_NOTIFY && START_STOP_DAEMON_EXTRA
	default y
	help
	  OpenRC's supervise-daemon, also without OpenRC: a process that stays,
	  and starts the program anew when it ends, later each time, and not for
	  ever. Health checks, a watchdog, and what to do when all was in vain.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../libbb/daemonize.h"
#include "../libbb/env.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/log.h"
#include "../libbb/match.h"
#include "../libbb/notify.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/pidfile.h"
#include "../libbb/proc.h"
#include "../libbb/sig.h"
#include "../libbb/stop.h"
#include "../libbb/supervise.h"
#include "../libbb/text.h"
#include "program.h"
#include "start-stop-daemon.h"
#include "applet.h"

#define STATE ".state"
#define STACK_MAX 131072 /* more than main ever uses */
#define STOP_SUPERVISOR "TERM/60/KILL/5"
#define STOP_PROGRAM "TERM/5/KILL/5"

static bool replace, scripted; /* the health check is OpenRC's service script */
static const char *health, *on_failure;
static struct daemonize super; /* who stays */
static struct supervise keeper;

static opt_taker take_last;

/* these come before those of start-stop-daemon, whose letters clash with some */
#define SUPERVISE_OPTS(OPT) \
	OPT(1, "D", "respawn-delay", "TIME", MSEC, &keeper.delay, "before it is started anew") \
	OPT(1, "", "respawn-delay-step", "TIME", MSEC, &keeper.step, "more each time (else twice)") \
	OPT(1, "", "respawn-delay-cap", "TIME", MSEC, &keeper.cap, "at most (30)") \
	OPT(1, "m", "respawn-max", "N", NUMBER, &keeper.max, "bad starts in a row (10; 0: any)") \
	OPT(1, "P", "respawn-period", "TIME", MSEC, &keeper.healthy, "who lives so long is well (12)") \
	OPT(1, "", "last-status", "LIST", CALL, take_last, "not anew with these, as 0,64,100-110") \
	OPT(1, "", "on-failure", "FILE", TEXT, &on_failure, "run when all was in vain") \
	OPT(1, "a", "healthcheck-timer", "TIME", MSEC, &keeper.check, "look every TIME if it is well") \
	OPT(1, "A", "healthcheck-delay", "TIME", MSEC, &keeper.first_check, "first after TIME") \
	OPT(1, "", "healthcheck", "FILE", TEXT, &health, "exits 0 if so") \
	OPT(1, "", "watchdog", "TIME", MSEC, &keeper.watchdog, "it must tell WATCHDOG=1 so often") \
	OPT(1, "", "replace", "", BOOL, &replace, "end what a killed supervisor left")
OPT_LIST(supervise_opts, SUPERVISE_OPTS, &ssd_openrc_opts);

/* exit statuses: numbers, and ranges of them */
static int take_last(void *self, const char *text)
{
	unsigned from, to;

	(void)self;
	do {
		if (num_take(&text, SUPERVISE_STATUSES - 1, &from) < 0)
			return -1;
		to = from;
		if (*text == '-' && (text++, num_take(&text, SUPERVISE_STATUSES - 1, &to) < 0))
			return -1;
		while (from <= to)
			keeper.last[from++] = true;
	} while (*text == ',' && text++);
	return *text ? -1 : 0;
}

/* ---- the supervisor --------------------------------------------------------------------------------------- */

static struct pidfile state; /* beside the supervisor's: the program's pid, what it is known by, and how it went */
static struct daemonize_failure failure;
static char **words; /* the program's arguments */
static bool in_vain;

/* its last words, and how often it was started: for --status */
static void write_state(void)
{
	char text[PIDFILE_MORE], digits[NUM_TEXT], *at = text;
	struct ssd_end end;

	if (keeper.pid > 0 && ssd_identify(keeper.pid, text))
		at += text_len(text);
	at = text_copy(text_copy(at, "\nrestarts "), num_text(digits, keeper.restarts));
	if (keeper.restarts || keeper.pid < 0) {
		ssd_describe(&end, keeper.died);
		at = text_copy(text_copy(text_copy(at, "\nlast "), end.how), end.which);
	}
	if (in_vain)
		text_copy(at, "\ngave up");
	pidfile_write(&state, keeper.pid > 0 ? keeper.pid : 0, text); /* without it, only --status knows less */
}

/* Its own words go to syslog, else to the kernel's log. Opened anew each time: syslogd may have been started anew. */
static void open_words(void)
{
	int fd = log_open();

	if (fd >= 0)
		dup2(fd, 2);
	close(fd);
	progname = "<27>supervise-daemon"; /* LOG_DAEMON | LOG_ERR */
}

/* Runs it with one word, or two. Its pid, a child of ours; -1: errno */
static pid_t run_file(const char *file, const char *word, const char *more)
{
	char *argv[] = { (char *)file, (char *)word, (char *)more, NULL };
	pid_t pid = proc_fork();

	if (pid)
		return pid;
	sig_default_all();
	sig_unblock_all();
	execve(file, argv, environ);
	_exit(127);
}

static void tell(enum supervise_event what)
{
	struct ssd_end end;

	in_vain = what == SUPERVISE_GIVES_UP;
	write_state();
	open_words();
	ssd_describe(&end, keeper.died);
	switch (what) {
	case SUPERVISE_RUNS:
		if (keeper.restarts)
			warn("%s: runs again, with pid %d", ssd.service, keeper.pid);
		break;
	case SUPERVISE_ENDED:
		warn("%s: %s%s; starts anew in %u ms", ssd.service, end.how, end.which, keeper.wait);
		break;
	case SUPERVISE_FAILED:
		warn("%s: %s %s: %s; starts anew in %u ms", ssd.service, failure.step, failure.thing, failure.why,
		     keeper.wait);
		break;
	case SUPERVISE_SICK:
		warn("%s: is not well, and is stopped", ssd.service);
		if (scripted)
			keeper.aside = run_file(health, "unhealthy", NULL);
		break;
	case SUPERVISE_DONE:
		warn("%s: %s%s, and is not started anew", ssd.service, end.how, end.which);
		break;
	case SUPERVISE_GIVES_UP:
		warn("%s: gives up: %s%s after %u starts in a row", ssd.service, end.how, end.which, keeper.row);
		if (on_failure)
			keeper.aside = run_file(on_failure, ssd.service, end.how);
	}
}

/* and ready, if it was to tell that */
static pid_t start_once(void)
{
	int npass = ssd.how.npass;
	pid_t pid, told;
	bool dead = false;

	ssd_prepare_notify();
	pid = told = daemonize(&ssd.how, words, &failure);
	if (pid > 0 && ssd_await(&told, &dead)) {
		failure = (struct daemonize_failure){ "wait for", ssd.how.program, "not ready" };
		keeper.pid = told;
		if (!dead)
			supervise_stop(&keeper);
		unlinkat(state.dir, state.base, 0); /* daemonize takes it back where nothing ran */
		told = -1;
		errno = ETIMEDOUT;
	}
	notify_end_pipe(&ssd.notify);
	ssd.how.npass = npass;
	return told;
}

static pid_t look(void)
{
	return run_file(health, "healthcheck", NULL);
}

static bool heard(void)
{
	return notify_heard(&ssd.notify, keeper.pid);
}

/* in a process of its own, which has started when the program has */
static const char *supervise(void)
{
	keeper.pid = start_once();
	if (keeper.pid < 0)
		return failure.step;
	if (keeper.watchdog && notify_watch(&ssd.notify) < 0)
		return "watch";
	daemonize_started();
	close(super.pidfile->lock); /* the next who wants to start it waits for our caller only */
	/* the stack that main was called on, below argv: daemonize has given us another */
	syscall(SYS_madvise, ((size_t)words & -4096UL) - STACK_MAX, STACK_MAX, MADV_DONTNEED);
	keeper.start = start_once;
	keeper.tell = tell;
	keeper.heard = keeper.watchdog ? heard : NULL;
	keeper.look = look;
	supervise_run(&keeper);
	if (!in_vain) /* else it is kept for --status */
		unlinkat(state.dir, state.base, 0);
	pidfile_remove(super.pidfile, getpid());
	return NULL;
}

static const char *state_file(void)
{
	static char path[1024];

	if (text_len(ssd.pidfile) + sizeof(STATE) > sizeof(path))
		die(ssd.fault, "%s: %s", ssd.pidfile, text_error(ENAMETOOLONG));
	text_copy(text_copy(path, ssd.pidfile), STATE);
	return path;
}

/* Holds what runs according to the state, with or without a supervisor: its pid; 0: nothing does. Where that cannot
   be told, nothing is done: it may run. */
static struct procs program;
static struct match the_program;

static pid_t running(void)
{
	static struct pidfile_facts facts;
	int n = 0;

	the_program.pid = pidfile_read(state_file(), &facts);
	the_program.identity = facts.identity;
	if (the_program.pid > 0 && facts.identity[0])
		n = procs_find(&program, &the_program);
	if (n < 0 || (the_program.pid < 0 && errno != ENOENT && errno != EINVAL))
		die(ssd.fault, "%s: cannot look for what %s names: %m", ssd.service, state_file());
	return n ? the_program.pid : 0;
}

/* its supervisor was killed, and it lives on: it is not started twice */
static bool is_left(void)
{
	struct stop_result result = { 0 };
	pid_t pid = running();

	if (!pid)
		return false;
	if (replace)
		stop_run(&keeper.stop, &the_program, &program, NULL, &result);
	if (replace && !result.left)
		return false;
	warn("%s runs with pid %d, and without its supervisor, which was killed: stop it first, or use --replace",
	     ssd.service, pid);
	return true;
}

static int launch_supervisor(char **argv)
{
	struct daemonize_failure why;

	super.pidfile = ssd.how.pidfile;
	state = *super.pidfile;
	state.path = state_file();
	state.base = text_base(state.path);
	keeper.with = ssd.match.with;
	super.keep = KEEP_NONE;
	super.program = "supervisor";
	super.dir = "/";
	super.lock = ssd.how.lock;
	super.keep_signals = super.identify = true;
	super.instead = supervise;
	ssd.how.pidfile = &state; /* it stands before the program runs: who kills us then leaves nobody unknown */
	ssd.how.identify = true;
	words = argv;
	if (daemonize(&super, words, &why) > 0)
		return DONE;
	program_failed(&why);
	return FAILED;
}

/* ---- of what is supervised ---------------------------------------------------------------------------------- */

/* what it has named */
static void forget_pidfile(void)
{
	ssd.match.pid = 0;
	ssd.match.identity = NULL;
}

/* First who would start it anew, and who ends it himself; then what is left of it, if he could not. */
static int stop_supervised(void)
{
	const char *file = state_file();
	int done = DONE;

	if (!ssd.only_signal) {
		bool own = ssd.retry;

		ssd.retry = own ? ssd.retry : STOP_SUPERVISOR;
		done = ssd_stop_it();
		ssd.retry = own ? ssd.retry : STOP_PROGRAM;
		forget_pidfile();
	}
	ssd.pidfile = file;
	done = done ? done : ssd_stop_it();
	if (done || ssd.only_signal || !keeper.cgroup)
		return done;
	ssd.pidfile = NULL;
	ssd.remove_pidfile = false;
	forget_pidfile();
	ssd.match.cgroup = keeper.cgroup;
	return ssd_stop_it();
}

static const char *line_of(const char *text, const char *key)
{
	for (; *text; text += text_until(text, "\n"), text += *text == '\n')
		if (text_after(text, key))
			return text_after(text, key);
	return NULL;
}

/* what the line of that key says, if there is one */
static void say_line(const char *before, const char *text, const char *key)
{
	const char *line = line_of(text, key);

	if (!line)
		return;
	say("%s", before);
	for (; *line && *line != '\n'; line++)
		say("%c", text_is_plain(*line) ? *line : '?');
}

/* "3d 4h", "12s" */
static void say_age(pid_t pid)
{
	static const struct {
		char name;
		unsigned seconds;
	} units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
	struct proc_stat s;
	struct proc p;
	unsigned i = 0, age;

	if (proc_open(&p, pid) < 0 || proc_stat(&p, &s) < 0)
		return;
	age = proc_age(&s) / 1000;
	while (i < 3 && age < units[i].seconds)
		i++;
	say(" for %u%c", age / units[i].seconds, units[i].name);
	if (i < 3)
		say(" %u%c", age % units[i].seconds / units[i + 1].seconds, units[i + 1].name);
}

static int tell_supervised(void)
{
	char text[PIDFILE_MORE + NUM_TEXT];
	pid_t pid = running(); /* asked before its supervisor is: that one is meant then */
	int done = ssd_tell_status();

	if (fd_read(AT_FDCWD, state_file(), text, sizeof(text)) < 0)
		*text = '\0';
	say("%s: ", ssd.service);
	if (pid) {
		say("runs with pid %d", pid);
		say_age(pid);
		say(done == RUNNING ? ", supervised by %d" : ", and its supervisor is gone", ssd.match.pid);
	} else {
		say(done == RUNNING ? "is to be started anew" : line_of(text, "gave up") ? "gave up" : "does not run");
	}
	say_line(", restarts: ", text, "restarts ");
	say_line(", last ", text, "last ");
	say("\n");
	return pid ? RUNNING : done == RUNNING ? DEAD : done;
}

/* which service, and where it is told of */
static void name_service(void)
{
	static char path[NAME_MAX];
	const char *own = env_get("RC_SVCNAME=");

	if (!ssd.service)
		ssd.service = own ? own : text_base(ssd.exec ? ssd.exec : *ssd.operands ? *ssd.operands : "");
	else if (own && strcmp(own, ssd.service))
		opt_wrong(&ssd_usage, "not RC_SVCNAME: ", ssd.service);
	if (ssd.pidfile)
		return;
	if (!*ssd.service || text_until(ssd.service, "/") < text_len(ssd.service) ||
	    text_len(ssd.service) > NAME_MAX / 2)
		opt_wrong(&ssd_usage, "needs the NAME of a service, or --pidfile", "");
	text_copy(text_copy(text_copy(path, "/var/run/supervise-"), ssd.service), ".pid");
	ssd.pidfile = path;
}

static void check_file(const char *file)
{
	if (file && env_executable(file) < 0)
		die(FAILED, "%s: %m", file);
}

static void check_supervision(void)
{
	if (*ssd.operands && !ssd.start)
		opt_wrong(&ssd_usage, "a program is for --start only: ", *ssd.operands);
	name_service();
	if (stop_parse(&keeper.stop, ssd.retry ? ssd.retry : STOP_PROGRAM, SIGTERM) < 0)
		opt_wrong(&ssd_usage, "bad SCHEDULE ", ssd.retry);
	/* OpenRC's service script knows */
	if (keeper.check && !health && env_get("RC_SVCNAME=") && text_len(ssd.service) <= NAME_MAX / 2) {
		static APART char script[NAME_MAX];

		text_copy(text_copy(script, "/etc/init.d/"), ssd.service);
		health = script;
		scripted = true;
	}
	if (keeper.check && !health)
		opt_wrong(&ssd_usage, "--healthcheck-timer needs --healthcheck", "");
	if (health && !keeper.check)
		opt_wrong(&ssd_usage, "--healthcheck needs --healthcheck-timer", "");
	if (keeper.watchdog)
		ssd.notify_await = true;
	if (ssd.cgroup) {
		ssd_match_cgroup();
		keeper.cgroup = ssd.joins = ssd.match.cgroup;
		ssd.match.cgroup = 0;
	}
	if (ssd.start) {
		check_file(health);
		check_file(on_failure);
	}
}

static const struct ssd_supervisor supervisor = { is_left, launch_supervisor };

/* The service's name may stand before all options. true: it does */
static bool take_service(char **argv)
{
	ssd.background = ssd.make_pidfile = true;
	ssd.supervisor = &supervisor;
	keeper.delay = 128; /* these four are OpenRC's */
	keeper.cap = 30000;
	keeper.healthy = 12000;
	keeper.max = 10;
	ssd_usage.opts = &supervise_opts;
	ssd_usage.permute = false;
	ssd_usage.synopsis = "[NAME] -S|-K|-T|-s SIGNAL [OPTION]... [--] [PROGRAM [ARGUMENT]...]";
	fd_close_from(3); /* what is open is not the supervisor's */
	if (!argv[1] || *argv[1] == '-')
		return false;
	ssd.service = argv[1];
	argv[1] = argv[0];
	return true;
}

int supervise_daemon_main(char **argv)
{
	ssd_set_defaults();
	if (take_service(argv))
		argv++;
	ssd_choose_letters(argv);
	ssd.operands = opt_parse(argv, &ssd_usage);
	check_supervision();
	ssd_check_use();
	return ssd_end(ssd.start ? ssd_start_it() : ssd.stop ? stop_supervised() : tell_supervised());
}
