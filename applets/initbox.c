/* initbox - the box itself: finds the applet by the name it was called by */
/* SPDX-License-Identifier: 0BSD */

/*config
config INITBOX_INSTALL
	bool "initbox --install (680 bytes)"
	default y
	help
	  initbox --install [-s] [DIR] makes the links to itself at run time, for
	  an image that is put together without make install.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../libbb/config.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/opt.h"
#include "../libbb/start.h"
#include "../libbb/text.h"
#include "applet.h"

/* exit statuses of the box; else they are the applet's */
enum { DONE = 0, FAILED = 1, UNKNOWN = 127 };

static const struct applet {
	const char *path; /* where its link goes; the last word is its name */
	int (*main)(char **argv);
} applets[] = {
#define X(symbol, name, dir, id) IF_ENABLED(CONFIG_##symbol, { "/" dir "/" name, id##_main }, )
#include "applets.h"
#undef X
	{ NULL, NULL },
};

static const char names[] = ""
#define X(symbol, name, dir, id) IF_ENABLED(CONFIG_##symbol, " " name)
#include "applets.h"
#undef X
	;

static int list(char **args)
{
	bool full = args[-1][6]; /* --list-full */
	const struct applet *a;

	for (a = applets; a->path; a++)
		say("%s\n", full ? a->path + 1 : text_base(a->path));
	return DONE;
}

static int version(char **args)
{
	(void)args;
	say("initbox %s\n", INITBOX_VERSION);
	return DONE;
}

static int help(char **args)
{
	(void)args;
	say("Usage: initbox APPLET [ARGUMENT]...\n");
	if (ENABLED(CONFIG_OPT_HELP))
		say("  --list          the applets\n"
		    "  --list-full     their links below /\n"
		    "%s"
		    "  --version, --help\n",
		    ENABLED(CONFIG_INITBOX_INSTALL) ?
			    "  --install [-s] [DIR]  links (-s: symbolic), all in DIR\n" :
			    "");
	say("Applets:%s\n", names);
	return DONE;
}

/* the directories on the way to path that are missing */
static int make_dirs(char *path)
{
	char *slash = path;

	while (*(slash += 1 + text_until(slash + 1, "/"))) {
		*slash = '\0';
		if (syscall(SYS_mkdirat, AT_FDCWD, path, 0755) < 0 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

static bool same_file(const char *a, const char *b)
{
	struct stat as, bs;

	return !fd_stat(AT_FDCWD, a, &as, 0) && !fd_stat(AT_FDCWD, b, &bs, 0) && as.st_dev == bs.st_dev &&
	       as.st_ino == bs.st_ino;
}

/* A link to us that is there already is as good as a new one; anything else is left alone. */
static int make_link(const char *self, char *path, bool symbolic)
{
	if (make_dirs(path) < 0)
		return -1;
	if (same_file(self, path))
		return 0;
	return symbolic ? syscall(SYS_symlinkat, self, AT_FDCWD, path) :
			  syscall(SYS_linkat, AT_FDCWD, self, AT_FDCWD, path, 0);
}

/* [-s] [DIR] */
static int install(char **args)
{
	static APART char self[PATH_MAX], path[PATH_MAX + NAME_MAX];
	bool symbolic = *args && !strcmp(*args, "-s");
	const char *dir = *(args += symbolic);
	const struct applet *a;
	int status = DONE;

	if (dir && (*dir == '-' || !*dir || text_len(dir) >= PATH_MAX || args[1]))
		die(FAILED, "usage: initbox --install [-s] [DIR]");
	/* by its path, which may be gone: a link must not point to nothing */
	if (fd_link(AT_FDCWD, "/proc/self/exe", self, sizeof(self)) < 0 || access(self, X_OK) < 0)
		die(FAILED, "/proc/self/exe: %m");
	for (a = applets; a->path; a++) {
		text_copy(text_copy(path, dir ? dir : ""), dir ? text_base(a->path) - 1 : a->path);
		if (make_link(self, path, symbolic) < 0) {
			warn("%s: %m", path);
			status = FAILED;
		}
	}
	return status;
}

static const struct word {
	const char *text;
	int (*run)(char **args);
} words[] = {
	{ "--list", list },
	{ "--list-full", list },
	{ ENABLED(CONFIG_INITBOX_INSTALL) ? "--install" : "", ENABLED(CONFIG_INITBOX_INSTALL) ? install : NULL },
	{ "--version", version },
	{ "--help", help },
};

static const struct applet *find(const char *name)
{
	const struct applet *a;

	for (a = applets; a->path; a++)
		if (!strcmp(text_base(a->path), name))
			return a;
	return NULL;
}

/* argv[0] is the applet's name */
static int run_applet(char **argv)
{
	const struct applet *a = find(argv[0]);

	if (!a) {
		warn("unknown applet '%s'; there are:%s", argv[0], names);
		return UNKNOWN;
	}
	progname = argv[0];
	return a->main(argv);
}

static const struct usage usage = { .status = FAILED };

/* argv[0] is initbox */
static int run_box(char **argv)
{
	const struct word *w;

	if (!argv[0] || !argv[1]) {
		warn("needs an APPLET; there are:%s", names);
		return FAILED;
	}
	if (*argv[1] != '-')
		return run_applet(argv + 1);
	for (w = words; w < words + COUNT(words); w++)
		if (!strcmp(w->text, argv[1]))
			return w->run(argv + 2);
	opt_wrong(&usage, "unknown option ", argv[1]);
}

int main(int argc, char **argv)
{
	int status;

	if (ENABLED(CONFIG_BUILD_RELRO) && start_relro() < 0)
		die(FAILED, "relro: %m");
	if (fd_sane() < 0)
		die(FAILED, "/dev/null: %m");
	if (ENABLED(CONFIG_REFUSE_SETUID) && (getuid() != geteuid() || getgid() != getegid()))
		die(FAILED, "must not be set-uid or set-gid");
	if (argc)
		argv[0] = (char *)text_base(argv[0]);
	/* "initbox-1.0" and "initbox.unstripped" are the box too, and so is no name at all */
	if (!argc || !*argv[0] || text_same(argv[0], "initbox", sizeof("initbox") - 1))
		status = run_box(argv);
	else
		status = run_applet(argv);
	if (say_failed()) {
		warn("write error: %m");
		status = status ? status : FAILED;
	}
	_exit(status);
}
