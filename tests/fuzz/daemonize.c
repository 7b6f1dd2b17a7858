/* SPDX-License-Identifier: 0BSD */
/* daemonize's words, a line each */
#include "applet.h"

#include "../../applets/program.c"
#include "../../applets/daemonize.c"

static void keep_all(void)
{
	OPTS(KEEP_ROW)
	LOG_OPTS(KEEP_ROW)
	CONFINE_OPTS(KEEP_ROW)
	KEEP(mask), KEEP(how), KEEP(super), KEEP(logger_asked), KEEP(words), KEEP(program_confined);
}

int pidfile_hold(struct pidfile *p, const char *path, unsigned msec)
{
	(void)p, (void)msec;
	return missing(path);
}
void pidfile_release(const struct pidfile *p) { (void)p; }

int daemonize_logger(const struct logger *l, const struct cred *c, int ends[2], struct daemonize_failure *f)
{
	(void)c, (void)f;
	MUST(!l->command && !l->two && l->syslog.priority >= 0 && l->syslog.priority < 1024);
	MUST(l->syslog.tag || (l->file.path && *l->file.path == '/'));
	MUST(!l->file.ring || l->file.size);
	ends[0] = ends[1] = 9;
	return 0;
}

const char *confine_forgo(struct confine *c) { (void)c; return NULL; }

pid_t daemonize(const struct daemonize *d, char **argv, struct daemonize_failure *f)
{
	(void)f;
	MUST(how.program == argv[0] && how.program[0] == '/' && !strpbrk(how.program, "@?"));
	MUST(d == (restart ? &super : &how) && (!user || how.cred) && mask <= 3);
	MUST(!restart || delay != NOT_TOLD);
	applet_acts();
}

FUZZ
{
	(void)size;
	applet_run(daemonize_main, "daemonize", FAILED, text);
}
