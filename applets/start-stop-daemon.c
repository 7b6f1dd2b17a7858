/* start-stop-daemon - start a daemon once, stop it, and tell whether it runs */
/* SPDX-License-Identifier: 0BSD */

/*config
config START_STOP_DAEMON
	bool "start-stop-daemon (26248 bytes)"
	default y
	help
	  Starts a program unless it runs already, stops it, or tells whether
	  it runs. Takes the command lines of dpkg's and BusyBox's tool of the
	  same name, and says so when a start did not work: the exit status of
	  -S -b covers exec, chdir, user and pidfile.

config START_STOP_DAEMON_USUAL
	bool "--status, --name, --test, --startas, --chdir, --remove-pidfile ... (12728 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  What most scripts use beyond -S and -K with -x, -p, -b, -m, -s, -o and
	  -q: also --pid, --ppid, --pidof, --verbose, -H and -V. Say N only where
	  every byte counts and the scripts are your own. Its price holds that of
	  all that depends on it.

config START_STOP_DAEMON_RETRY
	bool "--retry schedules (9032 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  -R 5, -R TERM/30/KILL/5: signal, wait until the daemon is dead, signal
	  harder. Without it -K signals once and does not wait.

config START_STOP_DAEMON_CRED
	bool "--chuid, --group and --user (10144 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Start as another user or group, and find processes by their user, with
	  a reader of /etc/passwd and /etc/group (no NSS).

config START_STOP_DAEMON_TREE
	bool "--stop-group, --stop-session, --stop-tree and --cgroup (1016 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Stop not only the processes that match, but also their process group,
	  their session, all that descend from them, or a whole cgroup. Never
	  without being asked.

config START_STOP_DAEMON_IDENTITY
	bool "a second line in pidfiles that tells a process from all others (8664 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  With --identify a pidfile also holds the start time of the process and
	  the id of this boot, so that a stale one can never name a stranger.
	  Other tools read the first line only.

config START_STOP_DAEMON_NOTIFY
	bool "readiness: --notify-await, --notify, --ready-fd, --wait (10960 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Come back when the daemon says that it is ready (sd_notify's socket, or
	  a newline on a descriptor as s6 has it), or tell that it died before.

config START_STOP_DAEMON_SCHED
	bool "--procsched, --iosched, --oom-score-adj and --limit (1656 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Scheduling class, I/O priority, resource limits and what the kernel
	  kills first when memory is short.

config START_STOP_DAEMON_CAPS
	bool "--capabilities, --secbits and --no-new-privs (1472 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  Run a daemon as a user with a few of root's rights, or with less than
	  a user's.

config START_STOP_DAEMON_LOG
	bool "--syslog, --stdout-logger and --stderr-logger (912 bytes)"
	depends on START_STOP_DAEMON
	default y
	help
	  The daemon's output goes to syslog, or to a command.

config START_STOP_DAEMON_OPENRC
	bool "OpenRC's command line (9440 bytes)"
	depends on START_STOP_DAEMON_CRED && START_STOP_DAEMON_EXTRA
	default y
	help
	  Under the name openrc-start-stop-daemon, with --compat=openrc as first
	  argument or INITBOX_SSD_COMPAT=openrc, letters mean what they mean to
	  OpenRC's tool where it and dpkg's clash.

config START_STOP_DAEMON_EXTRA
	bool "--chroot, --nicelevel, --umask, --output, --env, --lock ... (11096 bytes)"
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
#include "../libbb/text.h"
#include "program.h"
#include "start-stop-daemon.h"
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
#define SUPERVISED (ENABLED(CONFIG_SUPERVISE_DAEMON) && ssd.supervisor)
#define LANDLOCK ENABLED(CONFIG_LANDLOCK)
#define CONFINE ENABLED(CONFIG_CONFINE)

#define TURN_MSEC 10000    /* how long a start waits for another start of the same pidfile */
#define REMOVAL_MSEC 1000  /* how long --remove-pidfile without --retry waits for the daemon's death */
#define READY_MSEC 60000   /* how long --notify-await waits, as dpkg's does */
#define ENVIRONMENT_MAX 64 /* of --env */

struct ssd ssd;
static bool status, list_pids, dry_run, test, oknodo, verbose, openrc, clean, progress, signal_given;
static int quiet, sig = SIGTERM, ready_fd = -1;
static unsigned ready_msec = READY_MSEC, alive_msec;
static const char *startas, *argv0, *name, *user, *chuid, *group;
static const char *logger[3], *output;
static APART char *environment[ENVIRONMENT_MAX + 1];
static unsigned nenvironment;
static struct attr attr;
static struct procs meant; /* those that are meant */
static bool there;         /* a pidfile that names none of them */

OPT_TAKER take_umask, take_status, take_signal, take_compat, take_environment, take_notify, take_pidof, take_syslog,
    take_priority, take_facility, take_run_as, take_milliseconds, take_descriptor;

#define OPTS(OPT) \
	OPT(1, "S", "start", "", BOOL, &ssd.start, "start it unless it runs") \
	OPT(1, "K", "stop", "", BOOL, &ssd.stop, "signal what matches") \
	OPT(USUAL, "T", "status", "", CALL, take_status, "exit 0 if it runs") \
	OPT(USUAL, "", "pidof", "", CALL, take_pidof, "and print its pids") \
	OPT(1, "x", "exec", "FILE", TEXT, &ssd.exec, "program file") \
	OPT(USUAL, "n", "name", "NAME", TEXT, &name, "process name") \
	OPT(1, "p", "pidfile", "FILE", TEXT, &ssd.pidfile, "file with its pid") \
	OPT(CRED, "u", "user", "USER", TEXT, &user, "owned by USER") \
	OPT(USUAL, "", "pid", "PID", PID, &ssd.match.pid, "this process") \
	OPT(USUAL, "", "ppid", "PID", PID, &ssd.match.ppid, "children of PID") \
	OPT(USUAL, "a", "startas", "FILE", TEXT, &startas, "run FILE, or be called so") \
	OPT(1, "b", "background", "", BOOL, &ssd.background, "let it run") \
	OPT(1, "m", "make-pidfile", "", BOOL, &ssd.make_pidfile, "write --pidfile") \
	OPT(USUAL, "", "remove-pidfile", "", BOOL, &ssd.remove_pidfile, "remove --pidfile") \
	OPT(CRED, "c", "chuid", "USER[:GROUP]", TEXT, &chuid, "run as USER") \
	OPT(CRED, "g", "group", "GROUP", TEXT, &group, "run as GROUP") \
	OPT(USUAL, "d", "chdir", "DIR", TEXT, &ssd.how.dir, "run in DIR, not /") \
	OPT(EXTRA, "r", "chroot", "DIR", TEXT, &ssd.how.root, "run below DIR") \
	OPT(EXTRA, "N", "nicelevel", "N", CALL, attr_nice, "add N to nice level") \
	OPT(EXTRA, "k", "umask", "MASK", CALL, take_umask, "umask, octal") \
	OPT(EXTRA, "O", "output", "FILE", TEXT, &output, "output to FILE") \
	OPT(EXTRA, "C", "no-close", "", BOOL, &ssd.how.keep_files, "leave files open") \
	OPT(SCHED, "P", "procsched", "POLICY[:N]", CALL, attr_sched, "other, batch, idle, fifo, rr") \
	OPT(SCHED, "I", "iosched", "CLASS[:N]", CALL, attr_iosched, "I/O priority") \
	OPT(NOTIFY, "", "notify-await", "", BOOL, &ssd.notify_await, "wait for its READY=1") \
	OPT(NOTIFY, "", "notify-timeout", "TIME", MSEC, &ready_msec, "at most TIME (60)") \
	OPT(1, "s", "signal", "SIGNAL", CALL, take_signal, "send SIGNAL, not TERM") \
	OPT(RETRY, "R", "retry", "SCHEDULE", TEXT, &ssd.retry, "SECONDS or TERM/30/KILL/5") \
	OPT(USUAL, "t", "test", "", BOOL, &test, "only say it") \
	OPT(1, "o", "oknodo", "", BOOL, &oknodo, "nothing to do: 0") \
	OPT(1, "q", "quiet", "", COUNT, &quiet, "only warnings") \
	OPT(USUAL, "v", "verbose", "", BOOL, &verbose, "say what is done") \
	OPT(USUAL, "H", "help", "", HELP, NULL, "this text") \
	OPT(USUAL, "V", "version", "", VERSION, NULL, "the version") \
	OPT(1, "", "", "", EXACT, NULL, "") \
	OPT(EXTRA, "", "argv0", "NAME", TEXT, &argv0, "call it NAME") \
	OPT(IDENTITY, "", "identify", "", BOOL, &ssd.how.identify, "and which boot") \
	OPT(EXTRA, "", "lock", "FILE", TEXT, &ssd.how.lock, "lock FILE while it runs") \
	OPT(EXTRA, "", "nice-absolute", "N", CALL, attr_nice_absolute, "make it N") \
	OPT(EXTRA, "0", "stdin", "FILE", TEXT, &ssd.how.files[0], "stdin from FILE") \
	OPT(EXTRA, "1", "stdout", "FILE", TEXT, &ssd.how.files[1], "stdout to FILE") \
	OPT(EXTRA, "2", "stderr", "FILE", TEXT, &ssd.how.files[2], "stderr to FILE") \
	OPT(LOG, "3", "stdout-logger", "COMMAND", TEXT, &logger[1], "stdout to COMMAND") \
	OPT(LOG, "4", "stderr-logger", "COMMAND", TEXT, &logger[2], "stderr to COMMAND") \
	OPT(LOG, "", "syslog", "[TAG]", CALL, take_syslog, "output to syslog") \
	OPT(LOG, "", "syslog-priority", "LEVEL", CALL, take_priority, "of both") \
	OPT(LOG, "", "syslog-facility", "NAME", CALL, take_facility, "not daemon") \
	OPT(EXTRA, "", "keep-signals", "", BOOL, &ssd.how.keep_signals, "keep those ignored") \
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
	OPT(TREE, "G", "stop-group", "", BOOL, &ssd.match.with, "and process group") \
	OPT(TREE, "", "stop-session", "", SET_2, &ssd.match.with, "and session") \
	OPT(TREE, "", "stop-tree", "", SET_3, &ssd.match.with, "and descendants") \
	OPT(TREE, "", "cgroup", "DIR", TEXT, &ssd.cgroup, "its members") \
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
OPT_SHARED_LIST(ssd_openrc_opts, OPENRC_OPTS, &opts);

struct usage ssd_usage = {
	"-S|-K|-T [OPTION]... [--] [ARGUMENT]...", &opts, WRONG_USE, &attr, .permute = true, .abbreviate = true,
};

/* ---- options that are more than a value ------------------------------------------------------------------- */

static int take_status(void *self, const char *text)
{
	(void)self, (void)text;
	status = true;
	ssd.fault = ssd_usage.status = UNKNOWN; /* all that is not known of a daemon's status is one number to LSB */
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
	ssd.how.set_umask = true;
	return num_octal(text, 0777, &ssd.how.umask);
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
	ssd.notify_await = true;
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

/* ---- what is meant --------------------------------------------------------------------------------------- */

/* dir/file into buf, for messages and calls alike */
static const char *join(char buf[PATH_MAX], const char *dir, const char *file)
{
	if (text_len(dir) + text_len(file) + 2 > PATH_MAX)
		die(ssd.fault, "%s: %s", file, text_error(ENAMETOOLONG));
	text_copy(text_copy(text_copy(buf, dir), "/"), file);
	return buf;
}

/* The program as execve will be given it: found in PATH, absolute before any chdir. With --chroot it is a path
   in there. */
static const char *resolve(const char *file)
{
	static APART char found[PATH_MAX], whole[PATH_MAX], cwd[PATH_MAX];

	if (ssd.how.root) {
		if (*file != '/')
			opt_wrong(&ssd_usage, "with --chroot the program needs an absolute path: ", file);
		return file;
	}
	if (env_path(file, found, sizeof(found)) < 0)
		die(ssd.fault, "cannot find %s in PATH: %m", file);
	if (*found == '/')
		return found;
	if (syscall(SYS_getcwd, cwd, sizeof(cwd)) < 0) /* libc's brings malloc along */
		die(ssd.fault, "current directory: %m");
	return join(whole, cwd, found);
}

/* where that file is for us */
static const char *outside(const char *program)
{
	static APART char buf[PATH_MAX];

	return ssd.how.root ? join(buf, ssd.how.root, program + 1) : program;
}

/* --exec, or else what is to be started, is both a criterion and, for a start, a file that must be there */
static void match_exec(const char *file)
{
	static struct name program;

	if (text_base(file) == file && !ssd.start && !ssd.how.root) { /* an uninstalled program may still run */
		static APART char found[PATH_MAX];

		if (!env_path(file, found, sizeof(found)))
			file = found;
	} else {
		file = outside(resolve(file));
	}
	if (name_path(&program, file) < 0 && (ssd.start || errno != ENOENT))
		die(ssd.fault, "cannot stat %s: %m", file);
	ssd.match.exec = &program;
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
		opt_wrong(&ssd_usage, "to run as a user, use --chuid: ", user);
	if (cred_uid(user, &ssd.match.uid) < 0)
		err_name(ssd.fault, "user", user);
	ssd.match.by_uid = true;
}

void ssd_match_cgroup(void)
{
	static APART char buf[PATH_MAX];

	if (*ssd.cgroup != '/')
		ssd.cgroup = join(buf, "/sys/fs/cgroup", ssd.cgroup);
	ssd.match.cgroup = fd_open(AT_FDCWD, ssd.cgroup, O_RDONLY | O_DIRECTORY, 0);
	if (ssd.match.cgroup < 0)
		die(ssd.fault, "cgroup %s: %m", ssd.cgroup);
}

static bool pidfile_alone(void)
{
	return !ssd.match.exec && !ssd.match.names && !ssd.match.by_uid && !ssd.match.ppid && !ssd.match.cgroup;
}

static bool nobody_meant(void)
{
	return pidfile_alone() && !ssd.pidfile && !ssd.match.pid;
}

static void match_criteria(void)
{
	static struct name names;

	if (ssd.exec)
		match_exec(ssd.exec);
	if (USUAL && name) {
		if (name_plain(&names, name) < 0)
			opt_wrong(&ssd_usage, "empty ", "NAME");
		ssd.match.names = &names;
		ssd.match.nnames = 1;
		ssd.match.how = MATCH_EXACT | MATCH_COMM;
	}
	if (CRED && user && !(openrc && ssd.start))
		match_user();
	if (TREE && ssd.cgroup)
		ssd_match_cgroup();
	if (!ssd.start && nobody_meant())
		opt_wrong(&ssd_usage, "need one of --exec, --name, --pidfile, --user, --pid or --ppid", "");
}

/* The pid in --pidfile into match. false: nobody is named, and errno tells why: ENOENT no file, EINVAL no number */
static bool read_pidfile(void)
{
	static struct pidfile_facts facts;
	pid_t pid = pidfile_read(ssd.pidfile, &facts);

	if (pid < 0 && errno != ENOENT && errno != EINVAL)
		die(ssd.fault, "pidfile %s: %s", ssd.pidfile,
		    errno == EPERM ? "writable by everybody" : text_error(errno));
	if (pid > 0 && facts.foreign && pidfile_alone())
		die(ssd.fault, "pidfile %s: %s: add --exec, --name or --user", ssd.pidfile, "belongs to another user");
	if (pid == 1 && pidfile_alone()) {
		warn("pidfile %s: %s: add --exec, --name or --user", ssd.pidfile, "names PID 1");
		errno = EINVAL;
		return false;
	}
	if (pid < 0 && errno == EINVAL && !SUPERVISED) /* (its state has none while nothing runs) */
		warn("pidfile %s does not hold a pid", ssd.pidfile);
	if (pid < 0)
		return false;
	ssd.match.pid = pid;
	if (ENABLED(CONFIG_START_STOP_DAEMON_IDENTITY) && facts.identity[0])
		ssd.match.identity = facts.identity;
	return true;
}

static const char *what(void)
{
	return SUPERVISED ? ssd.service : USUAL && name ? name : ssd.exec ? ssd.exec : "process";
}

static void say_what_stops(void)
{
	if ((USUAL && name) || ssd.exec)
		say("%s", what());
	else if (ssd.pidfile)
		say("process in pidfile '%s'", ssd.pidfile);
	else if (USUAL && ssd.match.pid)
		say("process with pid %d", ssd.match.pid);
	else if (USUAL && ssd.match.ppid)
		say("process(es) with parent pid %d", ssd.match.ppid);
	else if (TREE && ssd.cgroup)
		say("process(es) in cgroup '%s'", ssd.cgroup);
	else if (CRED)
		say("process(es) owned by '%s'", user ? user : "");
}

static _Noreturn void cannot_look(void)
{
	if (TREE && errno == EDEADLK)
		die(ssd.fault, "that would end ourselves too");
	if (TREE && ssd.cgroup)
		die(ssd.fault, "cgroup %s: %m", ssd.cgroup);
	die(ssd.fault, "cannot look at all processes: %m");
}

/* holds all that match. How many */
static int find(void)
{
	int n = procs_find(&meant, &ssd.match);

	if (n < 0)
		cannot_look();
	if (ENABLED(CONFIG_HIDEPID) && !n && !ssd.start && !(ssd.match.by_uid && ssd.match.uid == geteuid()) &&
	    procs_hidden(ssd.match.pid ? ssd.match.pid : 1)) {
		errno = EACCES;
		cannot_look();
	}
	return n;
}

/* ---- the three actions ------------------------------------------------------------------------------------ */

/* the processes that are meant, held: how many. 0, and there, when a pidfile names none of them */
static int find_meant(void)
{
	if (ssd.pidfile && !read_pidfile()) {
		there = errno != ENOENT;
		/* OpenRC looks for the program itself when there is no pidfile */
		return !there && OPENRC && openrc && !SUPERVISED && !ssd.start && (ssd.exec || name) ? find() : 0;
	}
	there = ssd.pidfile;
	return find();
}

int ssd_tell_status(void)
{
	unsigned i;

	if (!find_meant())
		return !there ? NOT_RUNNING : ssd.match.pid ? DEAD : UNKNOWN;
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
	if (!chuid && (!SUPERVISED || group)) /* (not written to, it is no page of the supervisor) */
		cred.text = group;
	if (cred.text)
		ssd.how.cred = &cred;
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

	if (EXTRA && !ssd.background && pid && n && !num_parse(pid, INT_MAX, &value) && value == (unsigned)getpid() &&
	    !num_parse(n, 1024, &value))
		ssd.how.listen_files = value;
	if (EXTRA && output)
		ssd.how.files[1] = ssd.how.files[2] = output;
}

/* -x is the program, unless -a names another; without a slash -a is only what it is called (BusyBox, OpenRC) */
static char **prepare_program(void)
{
	bool is_program = USUAL && startas && (!ssd.exec || (text_base(startas) != startas && !openrc));
	const char *file = is_program ? startas : ssd.exec;
	char **argv = ssd.operands;

	if (!file && *ssd.operands)
		file = *ssd.operands++; /* BusyBox, OpenRC: the first operand */
	else
		argv--; /* opt_parse leaves argv[0] before the operands */
	if (!file)
		opt_wrong(&ssd_usage, "need --exec or --startas", "");
	argv[0] = (char *)(argv0 ? argv0 : USUAL && startas ? startas : OPENRC && openrc && name ? name : file);
	if (nobody_meant())
		match_exec(file);
	ssd.how.program = resolve(file);
	return argv;
}

static int join_cgroup(const char **thing)
{
	int fd = fd_open(ssd.joins, "cgroup.procs", O_WRONLY, 0), done = fd_write(fd, "0", 1);

	*thing = ssd.cgroup;
	close(fd);
	return done;
}

static int set_as_root(const char **thing)
{
	if (SUPERVISED && ssd.joins && join_cgroup(thing) < 0)
		return -1;
	return attr_as_root(&attr, thing);
}

static int set_as_user(const char **thing)
{
	return attr_as_user(&attr, thing);
}

static void prepare_process(void)
{
	ssd.how.keep = ssd.background ? KEEP_NONE : KEEP_SELF;
	attr.autogroup = ssd.background; /* a session of its own has a group of its own */
	if (EXTRA && clean)
		ssd.how.set_umask = true;
}

static int would_start(char **argv)
{
	say("Would start %s", ssd.how.program);
	while (*++argv)
		say(" %s", *argv);
	if (CRED && chuid)
		say(" (as user %s[%u], and group %u)", chuid, ssd.how.cred->uid, ssd.how.cred->gid);
	if (ssd.how.root)
		say(" in directory %s", ssd.how.root);
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

	if (daemonize_logger(l, ssd.how.cred, ends, &failure) < 0)
		return report(&failure);
	for (; first <= last; first++)
		daemonize_pass(&ssd.how, ends[first - 1], first);
	return DONE;
}

static int start_loggers(void)
{
	static struct logger commands[3];
	int stream;

	logger_name(text_base(ssd.how.program));
	if (logger_wanted()) {
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

void ssd_prepare_notify(void)
{
	if (ssd.notify_await && !ssd.notify.socket && notify_listen(&ssd.notify) < 0)
		die(FAILED, "notify socket: %m");
	if (ready_fd >= 0) {
		if (notify_pipe(&ssd.notify) < 0)
			die(FAILED, "pipe: %m");
		daemonize_pass(&ssd.how, ssd.notify.give, ready_fd);
	}
}

/* "exited with status ", "1" */
const struct ssd_end *ssd_describe(struct ssd_end *e, int died)
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
	struct ssd_end end;

	ssd_describe(&end, died);
	warn("%s %s%s before it was ready", ssd.how.program, end.how, end.which);
}

/* the daemon runs; is it ready, or for --wait: does it live on? */
int ssd_await(pid_t *pid, bool *dead)
{
	bool asked = ssd.notify_await || ready_fd >= 0;
	uid_t uid = CRED && ssd.how.cred && ssd.how.cred->set_uid ? ssd.how.cred->uid : geteuid();
	struct notify_told heard;
	enum notify_result result;

	if (!asked && !alive_msec)
		return DONE;
	result = notify_wait(&ssd.notify, *pid, uid, asked ? ready_msec : alive_msec, &heard);
	*pid = heard.pid;
	if (verbose && heard.status[0])
		say("%s: %s\n", ssd.how.program, heard.status);
	if (result == NOTIFY_READY || (result == NOTIFY_TIMEOUT && !asked))
		return DONE;
	*dead = result == NOTIFY_DIED;
	if (*dead)
		say_how_it_died(heard.how);
	else if (result == NOTIFY_FAILED)
		warn("%s: %s", ssd.how.program, text_error(heard.error));
	else
		warn("%s is not ready%s; it runs on with pid %d", ssd.how.program,
		     result == NOTIFY_CLOSED ? ", and has closed its --ready-fd" : " in time", *pid);
	return FAILED;
}

bool ssd_identify(pid_t pid, char text[PROC_IDENTITY])
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
	bool known = IDENTITY && ssd.how.identify && ssd_identify(told, identity);

	if (!pidfile_write(ssd.how.pidfile, told, known ? identity : NULL))
		return DONE;
	warn("pidfile %s: %m", ssd.pidfile);
	return FAILED;
}

static int launch(char **argv)
{
	struct daemonize_failure why;
	bool dead = false;
	pid_t pid, told;
	int done;

	if (USUAL && verbose)
		say("Starting %s...\n", ssd.how.program);
	if (CONFINE)
		program_confine(&ssd.how);
	if (LOG && start_loggers())
		return FAILED;
	if (SUPERVISED)
		return ssd.supervisor->launch(argv);
	if (NOTIFY)
		ssd_prepare_notify();
	told = pid = daemonize(&ssd.how, argv, &why);
	if (pid < 0)
		return report(&why);
	done = NOTIFY ? ssd_await(&told, &dead) : DONE;
	if (NOTIFY && ssd.how.pidfile && told != pid && write_told(told))
		done = FAILED;
	if (ssd.how.pidfile && dead)
		pidfile_remove(ssd.how.pidfile, told);
	if (USUAL && !done && verbose)
		say("Started %s (pid %d).\n", ssd.how.program, told);
	return done;
}

static struct pidfile held;

static void release(void)
{
	pidfile_release(&held);
}

int ssd_start_it(void)
{
	char **argv = prepare_program();
	int done;

	prepare_environment();
	prepare_files();
	prepare_process();
	if (ssd.make_pidfile && !(USUAL && test)) {
		if (pidfile_hold(&held, ssd.pidfile, TURN_MSEC) < 0)
			die(FAILED, "pidfile %s: %m", ssd.pidfile);
		ssd.how.pidfile = &held;
		err_clean_up = release;
	}
	if (find_meant()) {
		if (!quiet)
			say("%s already running.\n", what());
		done = oknodo ? DONE : NOTHING;
	} else if (SUPERVISED && ssd.supervisor->left()) {
		done = NOTHING;
	} else {
		done = USUAL && test ? would_start(argv) : launch(argv);
	}
	if (ssd.how.pidfile || SUPERVISED)
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
	if (match_test(&ssd.match, p) <= 0) {
		say(" goes with one that matches\n");
		return;
	}
	say_criterion("pidfile", ssd.pidfile);
	if (!ssd.pidfile && ssd.match.pid)
		say(" pid %d", ssd.match.pid);
	say_criterion("exec", ssd.exec);
	say_criterion("name", name);
	say_criterion("user", user);
	if (ssd.match.ppid)
		say(" child of %d", ssd.match.ppid);
	say_criterion("cgroup", ssd.cgroup);
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
		warn("pidfile %s is kept: %d still runs", ssd.pidfile, ssd.match.pid);
	} else if (ssd.match.pid && pidfile_unlink(ssd.pidfile, ssd.match.pid) < 0 && errno != ENOENT &&
		   errno != ESRCH) {
		warn("pidfile %s: %m", ssd.pidfile);
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

int ssd_stop_it(void)
{
	struct stop schedule = { .step[0].sig = sig, .n = 1, .again = -1 };
	struct stop_result result = { 0 };
	/* OpenRC's own schedule is SIGNAL/5 */
	bool waits = OPENRC && openrc && !ssd.retry && !test && !oknodo && !ssd.only_signal;

	if (waits)
		ssd.retry = "TERM/5";
	if (RETRY && ssd.retry && stop_parse(&schedule, ssd.retry, sig) < 0)
		opt_wrong(&ssd_usage, "bad SCHEDULE ", ssd.retry);
	if (waits)
		schedule.step[0].sig = sig;
	schedule.tick = RETRY && progress ? dot : NULL;
	if (!find_meant()) {
		if (OPENRC && openrc && ssd.remove_pidfile && !ssd.match.pid)
			unlinkat(AT_FDCWD, ssd.pidfile, 0); /* OpenRC: also one that holds no pid */
		else if (USUAL && ssd.remove_pidfile && there && clean_up())
			return FAILED;
		return nothing_to_stop();
	}
	if (USUAL && test) {
		would_stop();
		return DONE;
	}
	if (stop_run(&schedule, &ssd.match, &meant, told, &result) < 0)
		cannot_look();
	if (RETRY && progress)
		say("\n");
	if (USUAL && ssd.remove_pidfile && clean_up())
		return FAILED;
	if (result.refused && !quiet)
		say("%u pids were not killed\n", result.refused);
	if (!result.signalled && result.refused)
		return NOTHING; /* also with -o: it lives */
	if (RETRY && ssd.retry && result.left)
		return refused_to_die(result.left);
	return result.signalled ? DONE : nothing_to_stop();
}

/* ---- ------------------------------------------------------------------------------------------------------- */

/* what OpenRC's service scripts may say by a variable, "KEY="; an option comes later, and wins */
static void take_variable(const char *key, opt_taker *take)
{
	const char *value = env_get(key);

	if (value && take(&attr, value) < 0)
		opt_wrong(&ssd_usage, "bad ", key);
}

void ssd_check_use(void)
{
	int actions = ssd.start + ssd.stop + (USUAL && status);
	const char *wrong = NULL;

	if (OPENRC && openrc && !actions)
		actions = signal_given ? (ssd.stop = ssd.only_signal = true) : (ssd.start = true);
	if (actions != 1)
		wrong = "need just one of --start, --stop and --status";
	else if (ssd.pidfile && ssd.match.pid)
		wrong = "only one of --pidfile and --pid";
	else if ((ssd.make_pidfile || ssd.remove_pidfile) && !ssd.pidfile)
		wrong = "no --pidfile to make or remove";
	else if (ssd.start && !ssd.background &&
		 ((NOTIFY && (ssd.notify_await || ready_fd >= 0 || alive_msec)) ||
		  (LOG && (logger_wanted() || logger[1] || logger[2]))))
		wrong = "a wait or a logger needs --background";
	else if (LANDLOCK && ssd.start && !ssd.background && ssd.make_pidfile && program_confined.nwritable)
		/* we could not take it back if the exec failed */
		wrong = "--writable with --make-pidfile needs --background";
	if (LOG && ssd.start && !wrong)
		wrong = program_wrong_log();
	if (wrong)
		opt_wrong(&ssd_usage, wrong, "");
	if (OPENRC && NOTIFY && openrc && ssd.background && !alive_msec)
		take_variable("SSD_STARTWAIT=", take_milliseconds);
	if (EXTRA && dry_run)
		test = true;
	if (quiet)
		verbose = false;
	if (OPENRC && openrc && ssd.stop && ssd.pidfile && !ssd.only_signal)
		ssd.remove_pidfile = true;
}

/* whose letters? Told, never guessed */
void ssd_choose_letters(char **argv)
{
	const char *compat = env_get("INITBOX_SSD_COMPAT=");

	openrc = SUPERVISED || !strcmp(progname, "openrc-start-stop-daemon") || (compat && !strcmp(compat, "openrc")) ||
		 (argv[1] && !strcmp(argv[1], "--compat=openrc"));
	if (!openrc)
		return;
	if (SUPERVISED) {
		ssd.how.file_mode = 0600;
	} else {
		ssd_usage.opts = &ssd_openrc_opts;
		ssd.how.dir = NULL;
	}
	ssd.how.set_umask = ssd.how.open_as_user = true;
	take_variable("SSD_NICELEVEL=", attr_nice_absolute);
	if (SCHED) {
		take_variable("SSD_IONICELEVEL=", attr_iosched);
		take_variable("SSD_OOM_SCORE_ADJ=", attr_oom);
	}
}

/* (said here, and not where how stands, it is five numbers in the file and not the whole of a struct) */
void ssd_set_defaults(void)
{
	ssd.fault = FAILED;
	ssd.how.dir = "/";
	ssd.how.append = true;
	ssd.how.file_mode = 0664;
	ssd.how.umask = 022;
	logger_asked.syslog.priority = LOG_DAEMON | LOG_INFO;
	logger_asked.two = true;
	logger_asked.file.keep = LOGGER_KEEP;
	ssd.how.as_root = EXTRA || SCHED || CAPS ? set_as_root : NULL;
	ssd.how.as_user = CAPS ? set_as_user : NULL;
}

int ssd_end(int done)
{
	if (done || !say_failed())
		return done;
	warn("write error: %m"); /* it happened, but nobody was told */
	return ssd.fault;
}

int start_stop_daemon_main(char **argv)
{
	ssd_set_defaults();
	if (OPENRC)
		ssd_choose_letters(argv);
	ssd.operands = opt_parse(argv, &ssd_usage);
	ssd_check_use();
	match_criteria();
	return ssd_end(ssd.start ? ssd_start_it() : ssd.stop || !USUAL ? ssd_stop_it() : ssd_tell_status());
}
