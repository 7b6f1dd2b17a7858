/* start-stop-daemon - start a daemon once, stop it, and tell whether it runs */
/* SPDX-License-Identifier: 0BSD */

/*config
config START_STOP_DAEMON
	bool "start-stop-daemon (26480 bytes)"
	default y
	help
	  Starts a program unless it runs already, stops it, or tells whether
	  it runs. Takes the command lines of dpkg's and BusyBox's tool of the
	  same name, and says so when a start did not work: the exit status of
	  -S -b covers exec, chdir, user and pidfile.

config START_STOP_DAEMON_USUAL
	bool "--status, --name, --test, --startas, --chdir, --remove-pidfile ... (12648 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  What most scripts use beyond -S and -K with -x, -p, -b, -m, -s, -o and
	  -q: also --pid, --ppid, --pidof, --verbose, -H and -V. Say N only where
	  every byte counts and the scripts are your own. Its price holds that of
	  all that depends on it.

config START_STOP_DAEMON_RETRY
	bool "--retry schedules (8904 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  -R 5, -R TERM/30/KILL/5: signal, wait until the daemon is dead, signal
	  harder. Without it -K signals once and does not wait.

config START_STOP_DAEMON_CRED
	bool "--chuid, --group and --user (10032 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Start as another user or group, and find processes by their user, with
	  a reader of /etc/passwd and /etc/group (no NSS).

config START_STOP_DAEMON_TREE
	bool "--stop-group, --stop-session, --stop-tree and --cgroup (1168 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Stop not only the processes that match, but also their process group,
	  their session, all that descend from them, or a whole cgroup. Never
	  without being asked.

config START_STOP_DAEMON_IDENTITY
	bool "a second line in pidfiles that tells a process from all others (8520 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  With --identify a pidfile also holds the start time of the process and
	  the id of this boot, so that a stale one can never name a stranger.
	  Other tools read the first line only.

config START_STOP_DAEMON_NOTIFY
	bool "readiness: --notify-await, --notify, --ready-fd, --wait (10832 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Come back when the daemon says that it is ready (sd_notify's socket, or
	  a newline on a descriptor as s6 has it), or tell that it died before.

config START_STOP_DAEMON_SCHED
	bool "--procsched, --iosched, --oom-score-adj and --limit (1616 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Scheduling class, I/O priority, resource limits and what the kernel
	  kills first when memory is short.

config START_STOP_DAEMON_CAPS
	bool "--capabilities, --secbits and --no-new-privs (1424 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Run a daemon as a user with a few of root's rights, or with less than
	  a user's.

config START_STOP_DAEMON_LOG
	bool "--syslog, --stdout-logger and --stderr-logger (1240 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  The daemon's output goes to syslog, or to a command.

config START_STOP_DAEMON_OPENRC
	bool "OpenRC's command line (9336 bytes)"
	depends on START_STOP_DAEMON_CRED && START_STOP_DAEMON_EXTRA
	default y
	help
	  Under the name openrc-start-stop-daemon, with --compat=openrc as first
	  argument or INITBOX_SSD_COMPAT=openrc, letters mean what they mean to
	  OpenRC's tool where it and dpkg's clash.

config START_STOP_DAEMON_SUPERVISE
	bool "supervise-daemon: start it anew when it ends (7880 bytes)"
	depends on START_STOP_DAEMON_OPENRC && START_STOP_DAEMON_IDENTITY && START_STOP_DAEMON_RETRY
	depends on START_STOP_DAEMON_NOTIFY && START_STOP_DAEMON_EXTRA
	default y
	help
	  OpenRC's supervise-daemon, also without OpenRC: a process that stays,
	  and starts the program anew when it ends, later each time, and not for
	  ever. Health checks, a watchdog, and what to do when all was in vain.

config START_STOP_DAEMON_EXTRA
	bool "--chroot, --nicelevel, --umask, --output, --env, --lock ... (10960 bytes)"
	depends on START_STOP_DAEMON_USUAL
	default y
	help
	  Where and how the daemon runs: also --stdin, --stdout, --stderr,
	  --clean, --argv0, --no-close, --keep-signals, and --dry-run. Without it:
	  with the caller's environment, umask, nice level and, in the foreground,
	  files.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "../libbb/attr.h"
#include "../libbb/cred.h"
#include "../libbb/daemonize.h"
#include "../libbb/env.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/log.h"
#include "../libbb/logger.h"
#include "../libbb/match.h"
#include "../libbb/notify.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/pidfile.h"
#include "../libbb/sig.h"
#include "../libbb/stop.h"
#include "../libbb/supervise.h"
#include "../libbb/text.h"
#include "program.h"
#include "applet.h"

#define USUAL ENABLED(CONFIG_START_STOP_DAEMON_USUAL)
#define RETRY ENABLED(CONFIG_START_STOP_DAEMON_RETRY)
#define CRED ENABLED(CONFIG_START_STOP_DAEMON_CRED)
#define EXTRA ENABLED(CONFIG_START_STOP_DAEMON_EXTRA)
#define TREE ENABLED(CONFIG_START_STOP_DAEMON_TREE)
#define NOTIFY ENABLED(CONFIG_START_STOP_DAEMON_NOTIFY)
#define SCHED ENABLED(CONFIG_START_STOP_DAEMON_SCHED)
#define CAPS ENABLED(CONFIG_START_STOP_DAEMON_CAPS)
#define LOG ENABLED(CONFIG_START_STOP_DAEMON_LOG)
#define OPENRC ENABLED(CONFIG_START_STOP_DAEMON_OPENRC)
#define IDENTITY ENABLED(CONFIG_START_STOP_DAEMON_IDENTITY)
#define SUPERVISE ENABLED(CONFIG_START_STOP_DAEMON_SUPERVISE)
#define LANDLOCK ENABLED(CONFIG_LANDLOCK)
#define CONFINE ENABLED(CONFIG_CONFINE)

#define TURN_MSEC 10000    /* how long a start waits for another start of the same pidfile */
#define REMOVAL_MSEC 1000  /* how long --remove-pidfile without --retry waits for the daemon's death */
#define READY_MSEC 60000   /* how long --notify-await waits, as dpkg's does */
#define ENVIRONMENT_MAX 64 /* of --env */

/* exit statuses: dpkg's, as its code has them */
enum { DONE = 0, NOTHING = 1, FAILED = 2, WRONG_USE = 3 };
/* and of --status and --pidof: LSB's */
enum { RUNNING = 0, DEAD = 1, NOT_RUNNING = 3, UNKNOWN = 4 };

static bool start, stop, status, list_pids, background, make_pidfile, remove_pidfile, dry_run, test, oknodo;
static bool verbose, openrc, clean, progress, notify_await, signal_given, only_signal;
static int fault = FAILED; /* what a fault ends with */
static int quiet, sig = SIGTERM, ready_fd = -1;
static unsigned ready_msec = READY_MSEC, alive_msec;
static const char *exec, *startas, *argv0, *name, *pidfile, *user, *chuid, *group, *retry, *cgroup;
static const char *logger[3], *output;
static APART char *environment[ENVIRONMENT_MAX + 1];
static unsigned nenvironment;
static struct attr attr;
static struct match match;
static struct daemonize how;
static struct procs meant; /* those that are meant */
static bool there;         /* a pidfile that names none of them */
static char **operands;

/* of supervise-daemon */
static bool supervised, replace, scripted; /* the health check is OpenRC's service script */
#define SUPERVISED (SUPERVISE && supervised)
static const char *service, *health, *on_failure;
static struct daemonize super; /* who stays */
static struct supervise keeper;

OPT_TAKER take_last;
OPT_TAKER take_umask, take_status, take_signal, take_compat, take_environment, take_notify,
	take_pidof, take_syslog, take_priority, take_facility, take_run_as, take_milliseconds, take_descriptor;

#define OPTS(OPT) \
	OPT(1, "S", "start", "", BOOL, &start, "start it unless it runs") \
	OPT(1, "K", "stop", "", BOOL, &stop, "signal what matches") \
	OPT(USUAL, "T", "status", "", CALL, take_status, "exit 0 if it runs") \
	OPT(USUAL, "", "pidof", "", CALL, take_pidof, "and print its pids") \
	OPT(1, "x", "exec", "FILE", TEXT, &exec, "program file") \
	OPT(USUAL, "n", "name", "NAME", TEXT, &name, "process name") \
	OPT(1, "p", "pidfile", "FILE", TEXT, &pidfile, "file with its pid") \
	OPT(CRED, "u", "user", "USER", TEXT, &user, "owned by USER") \
	OPT(USUAL, "", "pid", "PID", PID, &match.pid, "this process") \
	OPT(USUAL, "", "ppid", "PID", PID, &match.ppid, "children of PID") \
	OPT(USUAL, "a", "startas", "FILE", TEXT, &startas, "run FILE, or be called so") \
	OPT(1, "b", "background", "", BOOL, &background, "let it run") \
	OPT(1, "m", "make-pidfile", "", BOOL, &make_pidfile, "write --pidfile") \
	OPT(USUAL, "", "remove-pidfile", "", BOOL, &remove_pidfile, "remove --pidfile") \
	OPT(CRED, "c", "chuid", "USER[:GROUP]", TEXT, &chuid, "run as USER") \
	OPT(CRED, "g", "group", "GROUP", TEXT, &group, "run as GROUP") \
	OPT(USUAL, "d", "chdir", "DIR", TEXT, &how.dir, "run in DIR, not /") \
	OPT(EXTRA, "r", "chroot", "DIR", TEXT, &how.root, "run below DIR") \
	OPT(EXTRA, "N", "nicelevel", "N", CALL, attr_nice, "add N to nice level") \
	OPT(EXTRA, "k", "umask", "MASK", CALL, take_umask, "umask, octal") \
	OPT(EXTRA, "O", "output", "FILE", TEXT, &output, "output to FILE") \
	OPT(EXTRA, "C", "no-close", "", BOOL, &how.keep_files, "leave files open") \
	OPT(SCHED, "P", "procsched", "POLICY[:N]", CALL, attr_sched, "other, batch, idle, fifo, rr") \
	OPT(SCHED, "I", "iosched", "CLASS[:N]", CALL, attr_iosched, "I/O priority") \
	OPT(NOTIFY, "", "notify-await", "", BOOL, &notify_await, "wait for its READY=1") \
	OPT(NOTIFY, "", "notify-timeout", "TIME", MSEC, &ready_msec, "at most TIME (60)") \
	OPT(1, "s", "signal", "SIGNAL", CALL, take_signal, "send SIGNAL, not TERM") \
	OPT(RETRY, "R", "retry", "SCHEDULE", TEXT, &retry, "SECONDS or TERM/30/KILL/5") \
	OPT(USUAL, "t", "test", "", BOOL, &test, "only say it") \
	OPT(1, "o", "oknodo", "", BOOL, &oknodo, "nothing to do: 0") \
	OPT(1, "q", "quiet", "", COUNT, &quiet, "only warnings") \
	OPT(USUAL, "v", "verbose", "", BOOL, &verbose, "say what is done") \
	OPT(USUAL, "H", "help", "", HELP, NULL, "this text") \
	OPT(USUAL, "V", "version", "", VERSION, NULL, "the version") \
	OPT(1, "", "", "", EXACT, NULL, "") \
	OPT(EXTRA, "", "argv0", "NAME", TEXT, &argv0, "call it NAME") \
	OPT(IDENTITY, "", "identify", "", BOOL, &how.identify, "and which boot") \
	OPT(EXTRA, "", "lock", "FILE", TEXT, &how.lock, "lock FILE while it runs") \
	OPT(EXTRA, "", "nice-absolute", "N", CALL, attr_nice_absolute, "make it N") \
	OPT(EXTRA, "0", "stdin", "FILE", TEXT, &how.files[0], "stdin from FILE") \
	OPT(EXTRA, "1", "stdout", "FILE", TEXT, &how.files[1], "stdout to FILE") \
	OPT(EXTRA, "2", "stderr", "FILE", TEXT, &how.files[2], "stderr to FILE") \
	OPT(LOG, "3", "stdout-logger", "COMMAND", TEXT, &logger[1], "stdout to COMMAND") \
	OPT(LOG, "4", "stderr-logger", "COMMAND", TEXT, &logger[2], "stderr to COMMAND") \
	OPT(LOG, "", "syslog", "[TAG]", CALL, take_syslog, "output to syslog") \
	OPT(LOG, "", "syslog-priority", "LEVEL", CALL, take_priority, "of both") \
	OPT(LOG, "", "syslog-facility", "NAME", CALL, take_facility, "not daemon") \
	OPT(EXTRA, "", "keep-signals", "", BOOL, &how.keep_signals, "keep those ignored") \
	OPT(EXTRA, "e", "env", "VAR=VALUE", CALL, take_environment, "set in environment") \
	OPT(EXTRA, "", "clean", "", BOOL, &clean, "only PATH in it") \
	OPT(SCHED, "", "scheduler", "POLICY", CALL, attr_scheduler, "") \
	OPT(SCHED, "", "scheduler-priority", "N", CALL, attr_scheduler_priority, "") \
	OPT(SCHED, "", "ionice", "CLASS[:N]", CALL, attr_iosched, "") \
	OPT(SCHED, "", "oom-score-adj", "N", CALL, attr_oom, "turn to be killed") \
	OPT(SCHED, "", "limit", "NAME=SOFT[:HARD]", CALL, attr_limit, "as nofile=1024:4096") \
	OPT(CAPS, "", "capabilities", "LIST", CALL, attr_caps, "keep; ^ ambient, ! never") \
	OPT(CAPS, "", "secbits", "BITS", CALL, attr_secbits, "secure bits") \
	OPT(CAPS, "", "no-new-privs", "", BOOL, &attr.no_new_privs, "no rights by exec") \
	OPT(NOTIFY, "", "notify", "fd:N|socket:ready", CALL, take_notify, "") \
	OPT(NOTIFY, "", "ready-fd", "N", CALL, take_descriptor, "newline on N") \
	OPT(NOTIFY, "w", "wait", "MSEC", CALL, take_milliseconds, "must live so long") \
	OPT(TREE, "G", "stop-group", "", BOOL, &match.with, "and process group") \
	OPT(TREE, "", "stop-session", "", SET_2, &match.with, "and session") \
	OPT(TREE, "", "stop-tree", "", SET_3, &match.with, "and descendants") \
	OPT(TREE, "", "cgroup", "DIR", TEXT, &cgroup, "its members") \
	OPT(RETRY, "", "progress", "", BOOL, &progress, "dots while waiting") \
	OPT(EXTRA, "", "dry-run", "", BOOL, &dry_run, "and say why") \
	OPT(OPENRC, "i", "interpreted", "", NOTHING, NULL, "") \
	OPT(OPENRC, "", "nocolor", "", NOTHING, NULL, "") \
	OPT(OPENRC, "", "compat", "NAME", CALL, take_compat, "openrc's letters")
OPT_LIST(opts, OPTS, PROGRAM_OPTS(LOG));

/* where OpenRC's letters clash with dpkg's: these come first */
#define OPENRC_OPTS(OPT) \
	OPT(OPENRC, "u", "user", "USER[:GROUP]", CALL, take_run_as, "run as or owned by USER") \
	OPT(OPENRC, "c", "chuid", "USER[:GROUP]", CALL, take_run_as, "") \
	OPT(OPENRC, "N", "nicelevel", "N", CALL, attr_nice_absolute, "make the nice level N") \
	OPT(OPENRC, "P", "progress", "", BOOL, &progress, "") \
	OPT(OPENRC, "C", "nocolor", "", NOTHING, NULL, "") \
	OPT(OPENRC, "h", "help", "", HELP, NULL, "")
OPT_LIST(openrc_opts, OPENRC_OPTS, &opts);

/* and where supervise-daemon's clash with both */
#define SUPERVISE_OPTS(OPT) \
	OPT(SUPERVISE, "D", "respawn-delay", "TIME", MSEC, &keeper.delay, "before it is started anew") \
	OPT(SUPERVISE, "", "respawn-delay-step", "TIME", MSEC, &keeper.step, "more each time (else twice)") \
	OPT(SUPERVISE, "", "respawn-delay-cap", "TIME", MSEC, &keeper.cap, "at most (30)") \
	OPT(SUPERVISE, "m", "respawn-max", "N", NUMBER, &keeper.max, "bad starts in a row (10; 0: any)") \
	OPT(SUPERVISE, "P", "respawn-period", "TIME", MSEC, &keeper.healthy, "who lives so long is well (12)") \
	OPT(SUPERVISE, "", "last-status", "LIST", CALL, take_last, "not anew with these, as 0,64,100-110") \
	OPT(SUPERVISE, "", "on-failure", "FILE", TEXT, &on_failure, "run when all was in vain") \
	OPT(SUPERVISE, "a", "healthcheck-timer", "TIME", MSEC, &keeper.check, "look every TIME if it is well") \
	OPT(SUPERVISE, "A", "healthcheck-delay", "TIME", MSEC, &keeper.first_check, "first after TIME") \
	OPT(SUPERVISE, "", "healthcheck", "FILE", TEXT, &health, "exits 0 if so") \
	OPT(SUPERVISE, "", "watchdog", "TIME", MSEC, &keeper.watchdog, "it must tell WATCHDOG=1 so often") \
	OPT(SUPERVISE, "", "replace", "", BOOL, &replace, "end what a killed supervisor left")
OPT_LIST(supervise_opts, SUPERVISE_OPTS, &openrc_opts);

static struct usage usage = {
	"-S|-K|-T [OPTION]... [--] [ARGUMENT]...", &opts, WRONG_USE, &attr, .permute = true, .abbreviate = true,
};

/* ---- options that are more than a value ------------------------------------------------------------------- */

static int take_status(void *self, const char *text)
{
	(void)self, (void)text;
	status = true;
	fault = usage.status = UNKNOWN; /* all that is not known of a daemon's status is one number to LSB */
	return 0;
}

static int take_pidof(void *self, const char *text)
{
	list_pids = true;
	return take_status(self, text);
}

static int take_signal(void *self, const char *text)
{
	(void)self;
	signal_given = true;
	if (OPENRC && openrc && !strcmp(text, "NULL"))
		text = "0";
	sig = sig_parse(text);
	return sig < 0 ? -1 : 0;
}

static int take_umask(void *self, const char *text)
{
	(void)self;
	how.set_umask = true;
	return num_octal(text, 0777, &how.umask);
}

static int take_environment(void *self, const char *text)
{
	(void)self;
	if (nenvironment == ENVIRONMENT_MAX || *text == '=' || !text[text_until(text, "=")])
		return -1;
	environment[nenvironment++] = (char *)text;
	return 0;
}

static int take_syslog(void *self, const char *text)
{
	(void)self;
	logger_asked.syslog.asked = true;
	logger_asked.syslog.tag = text && *text ? text : NULL;
	return 0;
}

static int take_facility(void *self, const char *text)
{
	(void)self;
	return log_parse_priority(&logger_asked.syslog, text);
}

static int take_priority(void *self, const char *text)
{
	logger_asked.two = false;
	return take_facility(self, text);
}

/* OpenRC: whom to run as, or with --stop whose processes are meant */
static int take_run_as(void *self, const char *text)
{
	(void)self;
	chuid = user = text;
	return 0;
}

static int take_milliseconds(void *self, const char *text)
{
	(void)self;
	/* OpenRC's plain number is in ms */
	return num_parse(text, INT_MAX, &alive_msec) < 0 ? num_msec(text, &alive_msec) : 0;
}

static int take_descriptor(void *self, const char *text)
{
	unsigned fd;

	(void)self;
	if (num_parse(text, 1023, &fd) < 0)
		return -1;
	ready_fd = fd;
	return 0;
}

/* OpenRC: "fd:N" or "socket:ready" */
static int take_notify(void *self, const char *text)
{
	const char *fd = text_after(text, "fd:");

	if (fd)
		return take_descriptor(self, fd);
	notify_await = true;
	return strcmp(text, "socket:ready") ? -1 : 0;
}

/* openrc has been seen to by choose_letters */
static int take_compat(void *self, const char *text)
{
	(void)self;
	if (OPENRC && !strcmp(text, "openrc"))
		return openrc ? 0 : -1;
	return strcmp(text, "dpkg") && strcmp(text, "busybox") ? -1 : 0;
}

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

/* ---- what is meant --------------------------------------------------------------------------------------- */

/* dir/file into buf, for messages and calls alike */
static const char *join(char buf[PATH_MAX], const char *dir, const char *file)
{
	if (text_len(dir) + text_len(file) + 2 > PATH_MAX)
		die(fault, "%s: %s", file, text_error(ENAMETOOLONG));
	text_copy(text_copy(text_copy(buf, dir), "/"), file);
	return buf;
}

/* The program as execve will be given it: found in PATH, absolute before any chdir. With --chroot it is a path
   in there. */
static const char *resolve(const char *file)
{
	static APART char found[PATH_MAX], whole[PATH_MAX], cwd[PATH_MAX];

	if (how.root) {
		if (*file != '/')
			opt_wrong(&usage, "with --chroot the program needs an absolute path: ", file);
		return file;
	}
	if (env_path(file, found, sizeof(found)) < 0)
		die(fault, "cannot find %s in PATH: %m", file);
	if (*found == '/')
		return found;
	if (syscall(SYS_getcwd, cwd, sizeof(cwd)) < 0) /* libc's brings malloc along */
		die(fault, "current directory: %m");
	return join(whole, cwd, found);
}

/* where that file is for us */
static const char *outside(const char *program)
{
	static APART char buf[PATH_MAX];

	return how.root ? join(buf, how.root, program + 1) : program;
}

/* --exec, or else what is to be started, is both a criterion and, for a start, a file that must be there */
static void match_exec(const char *file)
{
	static struct name program;

	if (text_base(file) == file && !start && !how.root) { /* an uninstalled program may still run */
		static APART char found[PATH_MAX];

		if (!env_path(file, found, sizeof(found)))
			file = found;
	} else {
		file = outside(resolve(file));
	}
	if (name_path(&program, file) < 0 && (start || errno != ENOENT))
		die(fault, "cannot stat %s: %m", file);
	match.exec = &program;
}

static void match_user(void)
{
	static APART char only[256];
	size_t len = text_until(user, ":");

	if (OPENRC && openrc && len < sizeof(only)) { /* USER:GROUP is fine there, and the group no criterion */
		memcpy(only, user, len);
		user = only;
	}
	if (user[text_until(user, ":")])
		opt_wrong(&usage, "to run as a user, use --chuid: ", user);
	if (cred_uid(user, &match.uid) < 0)
		err_name(fault, "user", user);
	match.by_uid = true;
}

static void match_cgroup(void)
{
	static APART char buf[PATH_MAX];

	if (*cgroup != '/')
		cgroup = join(buf, "/sys/fs/cgroup", cgroup);
	match.cgroup = fd_open(AT_FDCWD, cgroup, O_RDONLY | O_DIRECTORY, 0);
	if (match.cgroup < 0)
		die(fault, "cgroup %s: %m", cgroup);
}

static bool pidfile_alone(void)
{
	return !match.exec && !match.names && !match.by_uid && !match.ppid && !match.cgroup;
}

static bool nobody_meant(void)
{
	return pidfile_alone() && !pidfile && !match.pid;
}

static void match_criteria(void)
{
	static struct name names;

	if (SUPERVISED) /* the one in the pidfile, which is another program */
		return;
	if (exec)
		match_exec(exec);
	if (USUAL && name) {
		if (name_plain(&names, name) < 0)
			opt_wrong(&usage, "empty ", "NAME");
		match.names = &names;
		match.nnames = 1;
		match.how = MATCH_EXACT | MATCH_COMM;
	}
	if (CRED && user && !(openrc && start))
		match_user();
	if (TREE && cgroup)
		match_cgroup();
	if (!start && nobody_meant())
		opt_wrong(&usage, "need one of --exec, --name, --pidfile, --user, --pid or --ppid", "");
}

/* The pid in --pidfile into match. false: nobody is named, and errno tells why: ENOENT no file, EINVAL no number */
static bool read_pidfile(void)
{
	static struct pidfile_facts facts;
	pid_t pid = pidfile_read(pidfile, &facts);

	if (pid < 0 && errno != ENOENT && errno != EINVAL)
		die(fault, "pidfile %s: %s", pidfile, errno == EPERM ? "writable by everybody" : text_error(errno));
	if (pid > 0 && facts.foreign && pidfile_alone())
		die(fault, "pidfile %s: %s: add --exec, --name or --user", pidfile, "belongs to another user");
	if (pid == 1 && pidfile_alone()) {
		warn("pidfile %s: %s: add --exec, --name or --user", pidfile, "names PID 1");
		errno = EINVAL;
		return false;
	}
	if (pid < 0 && errno == EINVAL && !SUPERVISED) /* (its state has none while nothing runs) */
		warn("pidfile %s does not hold a pid", pidfile);
	if (pid < 0)
		return false;
	match.pid = pid;
	if (ENABLED(CONFIG_START_STOP_DAEMON_IDENTITY) && facts.identity[0])
		match.identity = facts.identity;
	return true;
}

static const char *what(void)
{
	return SUPERVISE && service ? service : USUAL && name ? name : exec ? exec : "process";
}

static void say_what_stops(void)
{
	if ((USUAL && name) || exec)
		say("%s", what());
	else if (pidfile)
		say("process in pidfile '%s'", pidfile);
	else if (USUAL && match.pid)
		say("process with pid %d", match.pid);
	else if (USUAL && match.ppid)
		say("process(es) with parent pid %d", match.ppid);
	else if (TREE && cgroup)
		say("process(es) in cgroup '%s'", cgroup);
	else if (CRED)
		say("process(es) owned by '%s'", user ? user : "");
}

static _Noreturn void cannot_look(void)
{
	if (TREE && errno == EDEADLK)
		die(fault, "that would end ourselves too");
	if (TREE && cgroup)
		die(fault, "cgroup %s: %m", cgroup);
	die(fault, "cannot look at all processes: %m");
}

/* holds all that match. How many */
static int find(void)
{
	int n = procs_find(&meant, &match);

	if (n < 0)
		cannot_look();
	if (ENABLED(CONFIG_HIDEPID) && !n && !start &&
	    !(match.by_uid && match.uid == geteuid()) && procs_hidden(match.pid ? match.pid : 1)) {
		errno = EACCES;
		cannot_look();
	}
	return n;
}

/* ---- the three actions ------------------------------------------------------------------------------------ */

/* the processes that are meant, held: how many. 0, and there, when a pidfile names none of them */
static int find_meant(void)
{
	if (pidfile && !read_pidfile()) {
		there = errno != ENOENT;
		/* OpenRC looks for the program itself when there is no pidfile */
		return !there && OPENRC && openrc && !SUPERVISED && !start && (exec || name) ? find() : 0;
	}
	there = pidfile;
	return find();
}

static int tell_status(void)
{
	unsigned i;

	if (!find_meant())
		return !there ? NOT_RUNNING : match.pid ? DEAD : UNKNOWN;
	for (i = 0; list_pids && i < meant.n; i++)
		say("%d\n", meant.v[i].pid);
	return RUNNING;
}

/* ---- start ------------------------------------------------------------------------------------------------- */

static void put(const char *key, const char *value)
{
	if ((value ? env_put(key, value) : env_set((char *)key)) < 0)
		die(FAILED, "environment: %m");
}

static void prepare_user(void)
{
	static APART struct cred cred;
	struct stat st;

	if (chuid && cred_parse(&cred, chuid) < 0)
		err_name(FAILED, "user", chuid);
	if (group && cred_group(&cred, group) < 0)
		err_name(FAILED, "group", group);
	if (!chuid && (!SUPERVISE || group)) /* (not written to, it is no page of the supervisor) */
		cred.text = group;
	if (cred.text)
		how.cred = &cred;
	if (cred.home[0] && !fd_stat(AT_FDCWD, cred.home, &st, 0))
		put("HOME", cred.home);
	if (OPENRC && openrc && cred.name[0])
		put("USER", cred.name);
}

/* OpenRC: what its service scripts hold is not the daemon's */
static void drop_service_variables(void)
{
	char **from, **to = environ;

	for (from = environ; *from; from++)
		if (!text_after(*from, "RC_") && !text_after(*from, "SSD_") && !text_after(*from, "EINFO_"))
			*to++ = *from;
	*to = NULL;
}

static void prepare_environment(void)
{
	unsigned i;

	if (EXTRA && clean) {
		env_clear();
		put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
	}
	if (CRED)
		prepare_user();
	if (OPENRC && openrc)
		drop_service_variables();
	for (i = 0; EXTRA && i < nenvironment; i++)
		put(environment[i], NULL);
}

/* The descriptors that a socket activator opened are the program's, if they are ours: LISTEN_PID (sd_listen_fds(3))
   tells, and stays true only where we become the program. */
static void prepare_files(void)
{
	const char *pid = EXTRA ? env_get("LISTEN_PID=") : NULL, *n = EXTRA ? env_get("LISTEN_FDS=") : NULL;
	unsigned value;

	if (EXTRA && !background && pid && n && !num_parse(pid, INT_MAX, &value) && value == (unsigned)getpid() &&
	    !num_parse(n, 1024, &value))
		how.listen_files = value;
	if (EXTRA && output)
		how.files[1] = how.files[2] = output;
}

/* -x is the program, unless -a names another; without a slash -a is only what it is called (BusyBox, OpenRC) */
static char **prepare_program(void)
{
	bool is_program = USUAL && startas && (!exec || (text_base(startas) != startas && !openrc));
	const char *file = is_program ? startas : exec;
	char **argv = operands;

	if (!file && *operands)
		file = *operands++; /* BusyBox, OpenRC: the first operand */
	else
		argv--; /* opt_parse leaves argv[0] before the operands */
	if (!file)
		opt_wrong(&usage, "need --exec or --startas", "");
	argv[0] = (char *)(argv0 ? argv0 : USUAL && startas ? startas : OPENRC && openrc && name ? name : file);
	if (nobody_meant())
		match_exec(file);
	how.program = resolve(file);
	return argv;
}

static int join_cgroup(const char **thing)
{
	int fd = fd_open(keeper.cgroup, "cgroup.procs", O_WRONLY, 0), done = fd_write(fd, "0", 1);

	*thing = cgroup;
	close(fd);
	return done;
}

static int set_as_root(const char **thing)
{
	if (SUPERVISED && keeper.cgroup && join_cgroup(thing) < 0)
		return -1;
	return attr_as_root(&attr, thing);
}

static int set_as_user(const char **thing)
{
	return attr_as_user(&attr, thing);
}

static void prepare_process(void)
{
	how.keep = background ? KEEP_NONE : KEEP_SELF;
	attr.autogroup = background; /* a session of its own has a group of its own */
	if (EXTRA && clean)
		how.set_umask = true;
}

static int would_start(char **argv)
{
	say("Would start %s", how.program);
	while (*++argv)
		say(" %s", *argv);
	if (CRED && chuid)
		say(" (as user %s[%u], and group %u)", chuid, how.cred->uid, how.cred->gid);
	if (how.root)
		say(" in directory %s", how.root);
	say(".\n");
	return DONE;
}

static int report(const struct daemonize_failure *failure)
{
	program_failed(failure);
	return FAILED;
}

/* what a logger hears; a command's standard input, or our own */
static int start_logger(const struct logger *l, int first, int last)
{
	struct daemonize_failure failure;
	int ends[2];

	if (daemonize_logger(l, how.cred, ends, &failure) < 0)
		return report(&failure);
	for (; first <= last; first++)
		daemonize_pass(&how, ends[first - 1], first);
	return DONE;
}

static int start_loggers(void)
{
	static struct logger commands[3];
	int stream;

	if (logger_name(text_base(how.program))) {
		if (!logger_asked.syslog.tag)
			logger_asked.two = false;
		logger_asked.error_priority = (logger_asked.syslog.priority & ~LOG_PRIMASK) | LOG_ERR;
		if (start_logger(&logger_asked, logger[1] ? 2 : 1, logger[2] ? 1 : 2))
			return FAILED;
	}
	for (stream = 1; stream <= 2; stream++) {
		commands[stream].command = logger[stream];
		commands[stream].name = logger_asked.name;
		if (logger[stream] && start_logger(&commands[stream], stream, stream))
			return FAILED;
	}
	return DONE;
}

/* ---- readiness */

static struct notify notify;

static void prepare_notify(void)
{
	if (notify_await && !notify.socket && notify_listen(&notify) < 0)
		die(FAILED, "notify socket: %m");
	if (ready_fd >= 0) {
		if (notify_pipe(&notify) < 0)
			die(FAILED, "pipe: %m");
		daemonize_pass(&how, notify.give, ready_fd);
	}
}

struct end {
	const char *how, *which;
	char text[SIG_TEXT > NUM_TEXT ? SIG_TEXT : NUM_TEXT];
};

/* "exited with status ", "1" */
static const struct end *describe(struct end *e, int died)
{
	e->how = "ended";
	e->which = "";
	if (died >= 0 && WIFSIGNALED(died)) {
		e->how = "was killed by signal ";
		e->which = sig_text(WTERMSIG(died), e->text);
	} else if (died >= 0) {
		e->how = "exited with status ";
		e->which = num_text(e->text, WEXITSTATUS(died));
	}
	return e;
}

static void say_how_it_died(int died)
{
	struct end end;

	describe(&end, died);
	warn("%s %s%s before it was ready", how.program, end.how, end.which);
}

/* the daemon runs; is it ready, or for --wait: does it live on? */
static int await(pid_t *pid, bool *dead)
{
	bool asked = notify_await || ready_fd >= 0;
	uid_t uid = CRED && how.cred && how.cred->set_uid ? how.cred->uid : geteuid();
	struct notify_told heard;
	enum notify_result result;

	if (!asked && !alive_msec)
		return DONE;
	result = notify_wait(&notify, *pid, uid, asked ? ready_msec : alive_msec, &heard);
	*pid = heard.pid;
	if (verbose && heard.status[0])
		say("%s: %s\n", how.program, heard.status);
	if (result == NOTIFY_READY || (result == NOTIFY_TIMEOUT && !asked))
		return DONE;
	*dead = result == NOTIFY_DIED;
	if (*dead)
		say_how_it_died(heard.how);
	else if (result == NOTIFY_FAILED)
		warn("%s: %s", how.program, text_error(heard.error));
	else
		warn("%s is not ready%s; it runs on with pid %d", how.program,
		     result == NOTIFY_CLOSED ? ", and has closed its --ready-fd" : " in time", *pid);
	return FAILED;
}

static bool identify(pid_t pid, char text[PROC_IDENTITY])
{
	struct proc p;
	bool known;

	if (proc_open(&p, pid) < 0)
		return false;
	known = !proc_identity(&p, text);
	proc_close(&p);
	return known;
}

/* the daemon has told another pid than the one that it was started with */
static int write_told(pid_t told)
{
	char identity[PROC_IDENTITY];
	bool known = IDENTITY && how.identify && identify(told, identity);

	if (!pidfile_write(how.pidfile, told, known ? identity : NULL))
		return DONE;
	warn("pidfile %s: %m", pidfile);
	return FAILED;
}

/* ---- the supervisor */

#define STATE ".state"
#define STACK_MAX 131072 /* more than main ever uses */
#define STOP_SUPERVISOR "TERM/60/KILL/5"
#define STOP_PROGRAM "TERM/5/KILL/5"

static struct pidfile state; /* beside the supervisor's: the program's pid, what it is known by, and how it went */
static struct pidfile held;
static struct daemonize_failure failure;
static char **words; /* the program's arguments */
static bool in_vain;

/* its last words, and how often it was started: for --status */
static void write_state(void)
{
	char text[PIDFILE_MORE], digits[NUM_TEXT], *at = text;
	struct end end;

	if (keeper.pid > 0 && identify(keeper.pid, text))
		at += text_len(text);
	at = text_copy(text_copy(at, "\nrestarts "), num_text(digits, keeper.restarts));
	if (keeper.restarts || keeper.pid < 0) {
		describe(&end, keeper.died);
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
	struct end end;

	in_vain = what == SUPERVISE_GIVES_UP;
	write_state();
	open_words();
	describe(&end, keeper.died);
	switch (what) {
	case SUPERVISE_RUNS:
		if (keeper.restarts)
			warn("%s: runs again, with pid %d", service, keeper.pid);
		break;
	case SUPERVISE_ENDED:
		warn("%s: %s%s; starts anew in %u ms", service, end.how, end.which, keeper.wait);
		break;
	case SUPERVISE_FAILED:
		warn("%s: %s %s: %s; starts anew in %u ms", service, failure.step, failure.thing, failure.why,
		     keeper.wait);
		break;
	case SUPERVISE_SICK:
		warn("%s: is not well, and is stopped", service);
		if (scripted)
			keeper.aside = run_file(health, "unhealthy", NULL);
		break;
	case SUPERVISE_DONE:
		warn("%s: %s%s, and is not started anew", service, end.how, end.which);
		break;
	case SUPERVISE_GIVES_UP:
		warn("%s: gives up: %s%s after %u starts in a row", service, end.how, end.which, keeper.row);
		if (on_failure)
			keeper.aside = run_file(on_failure, service, end.how);
	}
}

/* and ready, if it was to tell that */
static pid_t start_once(void)
{
	int npass = how.npass;
	pid_t pid, told;
	bool dead = false;

	prepare_notify();
	pid = told = daemonize(&how, words, &failure);
	if (pid > 0 && await(&told, &dead)) {
		failure = (struct daemonize_failure){ "wait for", how.program, "not ready" };
		keeper.pid = told;
		if (!dead)
			supervise_stop(&keeper);
		unlinkat(state.dir, state.base, 0); /* daemonize takes it back where nothing ran */
		told = -1;
		errno = ETIMEDOUT;
	}
	notify_end_pipe(&notify);
	how.npass = npass;
	return told;
}

static pid_t look(void)
{
	return run_file(health, "healthcheck", NULL);
}

static bool heard(void)
{
	return notify_heard(&notify, keeper.pid);
}

/* in a process of its own, which has started when the program has */
static const char *supervise(void)
{
	keeper.pid = start_once();
	if (keeper.pid < 0)
		return failure.step;
	if (keeper.watchdog && notify_watch(&notify) < 0)
		return "watch";
	daemonize_started();
	close(held.lock); /* the next who wants to start it waits for our caller only */
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

	if (text_len(pidfile) + sizeof(STATE) > sizeof(path))
		die(fault, "%s: %s", pidfile, text_error(ENAMETOOLONG));
	text_copy(text_copy(path, pidfile), STATE);
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
		die(fault, "%s: cannot look for what %s names: %m", service, state_file());
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
	     service, pid);
	return true;
}

static pid_t launch_supervisor(struct daemonize_failure *f)
{
	state = held;
	state.path = state_file();
	state.base = text_base(state.path);
	keeper.with = match.with;
	super.keep = KEEP_NONE;
	super.program = "supervisor";
	super.dir = "/";
	super.lock = how.lock;
	super.keep_signals = super.identify = true;
	super.instead = supervise;
	super.pidfile = &held;
	how.pidfile = &state; /* it stands before the program runs: who kills us then leaves nobody unknown */
	how.identify = true;
	return daemonize(&super, words, f);
}

static int launch(char **argv)
{
	struct daemonize_failure why;
	bool dead = false;
	pid_t pid, told;
	int done;

	if (USUAL && verbose)
		say("Starting %s...\n", how.program);
	if (CONFINE)
		program_confine(&how);
	if (LOG && start_loggers())
		return FAILED;
	if (SUPERVISED) {
		words = argv;
		return launch_supervisor(&why) < 0 ? report(&why) : DONE;
	}
	if (NOTIFY)
		prepare_notify();
	told = pid = daemonize(&how, argv, &why);
	if (pid < 0)
		return report(&why);
	done = NOTIFY ? await(&told, &dead) : DONE;
	if (NOTIFY && how.pidfile && told != pid && write_told(told))
		done = FAILED;
	if (how.pidfile && dead)
		pidfile_remove(how.pidfile, told);
	if (USUAL && !done && verbose)
		say("Started %s (pid %d).\n", how.program, told);
	return done;
}

static void release(void)
{
	pidfile_release(&held);
}

static int start_it(void)
{
	char **argv = prepare_program();
	int done;

	prepare_environment();
	prepare_files();
	prepare_process();
	if (make_pidfile && !(USUAL && test)) {
		if (pidfile_hold(&held, pidfile, TURN_MSEC) < 0)
			die(FAILED, "pidfile %s: %m", pidfile);
		how.pidfile = &held;
		err_clean_up = release;
	}
	if (find_meant()) {
		if (!quiet)
			say("%s already running.\n", what());
		done = oknodo ? DONE : NOTHING;
	} else if (SUPERVISED && is_left()) {
		done = NOTHING;
	} else {
		done = USUAL && test ? would_start(argv) : launch(argv);
	}
	if (how.pidfile || SUPERVISED)
		release();
	return done;
}

/* ---- stop -------------------------------------------------------------------------------------------------- */

static void told(const struct proc *p, int sent, int error)
{
	errno = error;
	if (error)
		warn("cannot send signal %d to %d: %m", sent, p->pid);
	else if (USUAL && verbose)
		say("Sent signal %d to %d.\n", sent, p->pid);
}

static void say_criterion(const char *kind, const char *asked)
{
	if (asked)
		say(" %s %s", kind, asked);
}

/* why it is meant: all that was asked holds of it */
static void say_why(struct proc *p)
{
	struct proc_stat s;

	if (!proc_stat(p, &s))
		say("  %s:", s.comm);
	if (match_test(&match, p) <= 0) {
		say(" goes with one that matches\n");
		return;
	}
	say_criterion("pidfile", pidfile);
	if (!pidfile && match.pid)
		say(" pid %d", match.pid);
	say_criterion("exec", exec);
	say_criterion("name", name);
	say_criterion("user", user);
	if (match.ppid)
		say(" child of %d", match.ppid);
	say_criterion("cgroup", cgroup);
	say("\n");
}

static void would_stop(void)
{
	unsigned i;

	for (i = 0; i < meant.n && !quiet; i++) {
		say("Would send signal %d to %d.\n", sig, meant.v[i].pid);
		if (EXTRA && dry_run)
			say_why(&meant.v[i]);
	}
}

/* the daemon is gone, or was never there: its pidfile goes, if it still names it */
static int clean_up(void)
{
	if (procs_wait(&meant, REMOVAL_MSEC)) {
		warn("pidfile %s is kept: %d still runs", pidfile, match.pid);
	} else if (match.pid && pidfile_unlink(pidfile, match.pid) < 0 && errno != ENOENT && errno != ESRCH) {
		warn("pidfile %s: %m", pidfile);
		return FAILED;
	}
	return DONE;
}

static int nothing_to_stop(void)
{
	if (OPENRC && openrc)
		return oknodo ? NOTHING : DONE;
	if (!quiet) {
		say("No ");
		say_what_stops();
		say(" found running; none killed.\n");
	}
	return oknodo ? DONE : NOTHING;
}

static int refused_to_die(unsigned left)
{
	if (!quiet) {
		say("Program ");
		say_what_stops();
		say(", %u process(es), refused to die.\n", left);
	}
	return FAILED;
}

static void dot(void)
{
	say(".");
}

static int stop_it(void)
{
	struct stop schedule = { .step[0].sig = sig, .n = 1, .again = -1 };
	struct stop_result result = { 0 };
	/* OpenRC's own schedule is SIGNAL/5 */
	bool waits = OPENRC && openrc && !retry && !test && !oknodo && !only_signal;

	if (waits)
		retry = "TERM/5";
	if (RETRY && retry && stop_parse(&schedule, retry, sig) < 0)
		opt_wrong(&usage, "bad SCHEDULE ", retry);
	if (waits)
		schedule.step[0].sig = sig;
	schedule.tick = RETRY && progress ? dot : NULL;
	if (!find_meant()) {
		if (OPENRC && openrc && remove_pidfile && !match.pid)
			unlinkat(AT_FDCWD, pidfile, 0); /* OpenRC: also one that holds no pid */
		else if (USUAL && remove_pidfile && there && clean_up())
			return FAILED;
		return nothing_to_stop();
	}
	if (USUAL && test) {
		would_stop();
		return DONE;
	}
	if (stop_run(&schedule, &match, &meant, told, &result) < 0)
		cannot_look();
	if (RETRY && progress)
		say("\n");
	if (USUAL && remove_pidfile && clean_up())
		return FAILED;
	if (result.refused && !quiet)
		say("%u pids were not killed\n", result.refused);
	if (!result.signalled && result.refused)
		return NOTHING; /* also with -o: it lives */
	if (RETRY && retry && result.left)
		return refused_to_die(result.left);
	return result.signalled ? DONE : nothing_to_stop();
}

/* ---- of what is supervised ---------------------------------------------------------------------------------- */

/* First who would start it anew, and who ends it himself; then what is left of it, if he could not. */
static int stop_supervised(void)
{
	const char *file = state_file();
	int done = DONE;

	if (!only_signal) {
		bool own = retry;

		retry = own ? retry : STOP_SUPERVISOR;
		done = stop_it();
		retry = own ? retry : STOP_PROGRAM;
		match.pid = 0;
		match.identity = NULL;
	}
	pidfile = file;
	done = done ? done : stop_it();
	if (done || only_signal || !keeper.cgroup)
		return done;
	pidfile = NULL;
	remove_pidfile = false;
	match.pid = 0;
	match.identity = NULL;
	match.cgroup = keeper.cgroup;
	return stop_it();
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
	int done = tell_status();

	if (fd_read(AT_FDCWD, state_file(), text, sizeof(text)) < 0)
		*text = '\0';
	say("%s: ", service);
	if (pid) {
		say("runs with pid %d", pid);
		say_age(pid);
		say(done == RUNNING ? ", supervised by %d" : ", and its supervisor is gone", match.pid);
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

	if (!service)
		service = own ? own : text_base(exec ? exec : *operands ? *operands : "");
	else if (own && strcmp(own, service))
		opt_wrong(&usage, "not RC_SVCNAME: ", service);
	if (pidfile)
		return;
	if (!*service || text_until(service, "/") < text_len(service) || text_len(service) > NAME_MAX / 2)
		opt_wrong(&usage, "needs the NAME of a service, or --pidfile", "");
	text_copy(text_copy(text_copy(path, "/var/run/supervise-"), service), ".pid");
	pidfile = path;
}

static void check_file(const char *file)
{
	if (file && env_executable(file) < 0)
		die(FAILED, "%s: %m", file);
}

static void check_supervision(void)
{
	if (*operands && !start)
		opt_wrong(&usage, "a program is for --start only: ", *operands);
	name_service();
	if (stop_parse(&keeper.stop, retry ? retry : STOP_PROGRAM, SIGTERM) < 0)
		opt_wrong(&usage, "bad SCHEDULE ", retry);
	/* OpenRC's service script knows */
	if (keeper.check && !health && env_get("RC_SVCNAME=") && text_len(service) <= NAME_MAX / 2) {
		static APART char script[NAME_MAX];

		text_copy(text_copy(script, "/etc/init.d/"), service);
		health = script;
		scripted = true;
	}
	if (keeper.check && !health)
		opt_wrong(&usage, "--healthcheck-timer needs --healthcheck", "");
	if (health && !keeper.check)
		opt_wrong(&usage, "--healthcheck needs --healthcheck-timer", "");
	if (keeper.watchdog)
		notify_await = true;
	if (TREE && cgroup) {
		match_cgroup();
		keeper.cgroup = match.cgroup;
		match.cgroup = 0;
	}
	if (start) {
		check_file(health);
		check_file(on_failure);
	}
}

/* The service's name may stand before all options. true: it does */
static bool take_service(char **argv)
{
	supervised = background = make_pidfile = true;
	keeper.delay = 128; /* these four are OpenRC's */
	keeper.cap = 30000;
	keeper.healthy = 12000;
	keeper.max = 10;
	usage.opts = &supervise_opts;
	usage.permute = false;
	usage.synopsis = "[NAME] -S|-K|-T|-s SIGNAL [OPTION]... [--] [PROGRAM [ARGUMENT]...]";
	fd_close_from(3); /* what is open is not the supervisor's */
	if (!argv[1] || *argv[1] == '-')
		return false;
	service = argv[1];
	argv[1] = argv[0];
	return true;
}

/* ---- ------------------------------------------------------------------------------------------------------- */

/* what OpenRC's service scripts may say by a variable, "KEY="; an option comes later, and wins */
static void take_variable(const char *key, opt_taker *take)
{
	const char *value = env_get(key);

	if (value && take(&attr, value) < 0)
		opt_wrong(&usage, "bad ", key);
}

static void check_use(void)
{
	int actions = start + stop + (USUAL && status);
	const char *wrong = NULL;

	if (OPENRC && openrc && !actions)
		actions = signal_given ? (stop = only_signal = true) : (start = true);
	if (actions != 1)
		wrong = "need just one of --start, --stop and --status";
	else if (pidfile && match.pid)
		wrong = "only one of --pidfile and --pid";
	else if ((make_pidfile || remove_pidfile) && !pidfile)
		wrong = "no --pidfile to make or remove";
	else if (start && !background && ((NOTIFY && (notify_await || ready_fd >= 0 || alive_msec)) ||
					  (LOG && (logger_name(NULL) || logger[1] || logger[2]))))
		wrong = "a wait or a logger needs --background";
	else if (LANDLOCK && start && !background && make_pidfile && program_confined.nwritable)
		/* we could not take it back if the exec failed */
		wrong = "--writable with --make-pidfile needs --background";
	if (wrong)
		opt_wrong(&usage, wrong, "");
	if (OPENRC && NOTIFY && openrc && background && !alive_msec)
		take_variable("SSD_STARTWAIT=", take_milliseconds);
	if (EXTRA && dry_run)
		test = true;
	if (quiet)
		verbose = false;
	if (OPENRC && openrc && stop && pidfile && !only_signal)
		remove_pidfile = true;
}

/* whose letters? Told, never guessed */
static void choose_letters(char **argv)
{
	const char *compat = env_get("INITBOX_SSD_COMPAT=");

	openrc = SUPERVISED || !strcmp(progname, "openrc-start-stop-daemon") || (compat && !strcmp(compat, "openrc")) ||
		 (argv[1] && !strcmp(argv[1], "--compat=openrc"));
	if (!openrc)
		return;
	if (SUPERVISED) {
		how.file_mode = 0600;
	} else {
		usage.opts = &openrc_opts;
		how.dir = NULL;
	}
	how.set_umask = how.open_as_user = true;
	take_variable("SSD_NICELEVEL=", attr_nice_absolute);
	if (SCHED) {
		take_variable("SSD_IONICELEVEL=", attr_iosched);
		take_variable("SSD_OOM_SCORE_ADJ=", attr_oom);
	}
}

/* (said here, and not where how stands, it is five numbers in the file and not the whole of a struct) */
static void set_defaults(void)
{
	how.dir = "/";
	how.append = true;
	how.file_mode = 0664;
	how.umask = 022;
	logger_asked.syslog.priority = LOG_DAEMON | LOG_INFO;
	logger_asked.two = true;
	logger_asked.file.keep = 1;
	how.as_root = EXTRA || SCHED || CAPS ? set_as_root : NULL;
	how.as_user = CAPS ? set_as_user : NULL;
}

int start_stop_daemon_main(char **argv)
{
	int done;

	set_defaults();
	if (SUPERVISE && !strcmp(progname, "supervise-daemon") && take_service(argv))
		argv++;
	if (OPENRC)
		choose_letters(argv);
	operands = opt_parse(argv, &usage);
	if (SUPERVISED)
		check_supervision();
	check_use();
	match_criteria();
	if (SUPERVISED && !start)
		done = stop ? stop_supervised() : tell_supervised();
	else
		done = start ? start_it() : stop || !USUAL ? stop_it() : tell_status();
	if (done || !say_failed())
		return done;
	warn("write error: %m"); /* it happened, but nobody was told */
	return fault;
}
