/* daemonize - run a program as a daemon */
/* SPDX-License-Identifier: 0BSD */

/*config
config DAEMONIZE
	bool "daemonize (1216 bytes)"
	default y
	help
	  Runs a program as a daemon: no terminal, clean signals and files, its
	  own session. Takes the options of bmc daemonize; comes back when the
	  program runs and its pidfile stands, or says what failed.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../libbb/cred.h"
#include "../libbb/daemonize.h"
#include "../libbb/env.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/opt.h"
#include "../libbb/pidfile.h"
#include "../libbb/text.h"
#include "applet.h"

#define TURN_MSEC 10000 /* how long a start waits for another start of the same pidfile */

enum { DONE = 0, FAILED = 1 }; /* exit statuses: the original's */

static bool append, verbose;
static const char *pidfile, *user;
static struct daemonize how;

static int take_environment(void *self, const char *text)
{
	(void)self;
	return env_set((char *)text);
}

#define OPTS(OPT) \
	OPT(1, "a", "", "", BOOL, &append, "append to -o and -e") \
	OPT(1, "c", "", "DIR", TEXT, &how.dir, "run in DIR, not /") \
	OPT(1, "e", "", "FILE", TEXT, &how.files[2], "stderr to FILE") \
	OPT(1, "o", "", "FILE", TEXT, &how.files[1], "stdout to FILE") \
	OPT(1, "E", "", "VAR=VALUE", CALL, take_environment, "set in environment") \
	OPT(1, "p", "", "FILE", TEXT, &pidfile, "its pid to FILE") \
	OPT(1, "l", "", "FILE", TEXT, &how.lock, "lock FILE while it runs") \
	OPT(1, "u", "", "USER", TEXT, &user, "run as USER") \
	OPT(1, "v", "", "", BOOL, &verbose, "say what is done")
OPT_LIST(opts, OPTS, NULL);
static const struct usage usage = { "[OPTION]... PROGRAM [ARGUMENT]...", &opts, FAILED, .permute = false };

static void become(void)
{
	static struct cred cred;

	if (cred_parse(&cred, user) < 0)
		err_name(FAILED, "user", user);
	how.cred = &cred;
	if (cred.name[0] && (env_put("USER", cred.name) < 0 || env_put("LOGNAME", cred.name) < 0 ||
			     env_put("HOME", cred.home) < 0))
		die(FAILED, "environment: %m");
}

static void check_program(const char *program)
{
	struct stat st;

	if (*program != '/')
		opt_wrong(&usage, "the program needs an absolute path: ", program);
	if (fd_stat(AT_FDCWD, program, &st, 0) < 0)
		die(FAILED, "%s: %m", program);
	if (!S_ISREG(st.st_mode))
		die(FAILED, "%s: not a regular file", program);
}

static int launch(char **argv)
{
	struct daemonize_failure failure;
	pid_t pid = daemonize(&how, argv, &failure);

	if (pid > 0) {
		if (verbose)
			warn("%s runs with pid %d", argv[0], pid);
		return DONE;
	}
	warn("%s %s: %s", failure.step, failure.thing, failure.why);
	return FAILED;
}

int daemonize_main(char **argv)
{
	struct pidfile held;
	int done;

	how.keep = KEEP_NONE;
	how.dir = "/";
	how.file_mode = 0666;
	how.open_as_user = true;
	argv = opt_parse(argv, &usage);
	if (!*argv)
		opt_wrong(&usage, "needs a program", "");
	check_program(*argv);
	how.program = *argv;
	how.truncate = !append;
	if (user)
		become();
	if (pidfile) {
		if (pidfile_hold(&held, pidfile, TURN_MSEC) < 0)
			die(FAILED, "pidfile %s: %m", pidfile);
		how.pidfile = &held;
	}
	done = launch(argv);
	if (pidfile)
		pidfile_release(&held);
	return done;
}
