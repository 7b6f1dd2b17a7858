/* SPDX-License-Identifier: 0BSD */
/* start-stop-daemon's words, a line each, also by OpenRC's letters, and supervise-daemon's; or what some of its options
   are told */
#include "applet.h"

#include "../../applets/program.c"
#include "../../applets/start-stop-daemon.c"
#include "../../applets/supervise-daemon.c"

static void keep_all(void)
{
	OPTS(KEEP_ROW)
	LOG_OPTS(KEEP_ROW)
	CONFINE_OPTS(KEEP_ROW)
	OPENRC_OPTS(KEEP_ROW)
	SUPERVISE_OPTS(KEEP_ROW)
	KEEP(ssd), KEEP(keeper), KEEP(super), KEEP(program_confined), KEEP(state), KEEP(held), KEEP(words);
	KEEP(attr), KEEP(ssd_usage), KEEP(status), KEEP(list_pids), KEEP(signal_given), KEEP(sig);
	KEEP(openrc), KEEP(ready_fd), KEEP(alive_msec), KEEP(logger_asked), KEEP(there);
	KEEP(environment), KEEP(nenvironment), KEEP(chuid), KEEP(user), KEEP(meant);
}

static void check(void)
{
	MUST(ssd.start + ssd.stop + status == 1);
	MUST(sig >= 0 && sig < _NSIG && ssd.how.umask <= 0777 && ready_fd >= -1 && ready_fd < 1024);
	MUST(nenvironment <= ENVIRONMENT_MAX && !(quiet && verbose) && !(ssd.pidfile && ssd.match.pid && !there));
	MUST(!ssd.make_pidfile || ssd.pidfile);
}

/* whoever is asked for: never everybody, and PID 1 by more than a pidfile */
int procs_find(struct procs *all, const struct match *m)
{
	bool more = m->exec || m->names || m->by_uid || m->ppid || m->cgroup;

	if (m != &ssd.match) { /* what a supervisor left */
		MUST(ssd.supervisor && m->pid > 0 && m->identity[0]);
		return 0;
	}
	check();
	MUST(!all->n && (more || m->pid > 0));
	MUST(!ssd.pidfile || m->pid != 1 || more);
	MUST(!m->names || m->names->text[0]);
	if (ssd.start && all == &meant && m->nnames <= 1 && !ssd.match.identity)
		return 0;
	applet_acts();
}

int pidfile_hold(struct pidfile *p, const char *path, unsigned msec)
{
	(void)p, (void)msec;
	return missing(path);
}
void pidfile_release(const struct pidfile *p) { (void)p; }
int pidfile_unlink(const char *path, pid_t pid) { MUST(path && pid > 0); return 0; }
int unlinkat(int at, const char *path, int flags) { MUST(at == AT_FDCWD && path == ssd.pidfile && !flags && openrc); return 0; }
unsigned procs_wait(struct procs *all, int msec) { (void)msec; return all->n; }
bool procs_hidden(pid_t pid) { (void)pid; return false; }
int notify_listen(struct notify *n) { (void)n; return 0; }
int notify_pipe(struct notify *n) { (void)n; return 0; }

int daemonize_logger(const struct logger *l, const struct cred *c, int ends[2], struct daemonize_failure *f)
{
	(void)c, (void)f;
	MUST(l->command || l->syslog.tag || (l->file.path && *l->file.path == '/'));
	MUST(!l->syslog.tag || *l->syslog.tag);
	MUST(!l->file.ring || l->file.size);
	ends[0] = ends[1] = 9;
	return 0;
}

pid_t daemonize(const struct daemonize *d, char **argv, struct daemonize_failure *f)
{
	unsigned i;

	(void)f;
	check();
	MUST(ssd.start && !test && d == (ssd.supervisor ? &super : &ssd.how) && argv[0] && ssd.how.npass <= (int)COUNT(ssd.how.pass));
	MUST(ssd.how.program[0] == '/' && (!chuid || ssd.how.cred) && d->keep == (ssd.background ? KEEP_NONE : KEEP_SELF));
	MUST(!ssd.supervisor || (super.instead && super.pidfile == &held && keeper.stop.n > 0 && !health == !keeper.check));
	for (i = 0; i < ATTR_STEPS; i++)
		MUST(!attr.apply[i] || (ssd.how.as_root && ssd.how.as_user));
	applet_acts();
}

const char *confine_forgo(struct confine *c) { (void)c; return NULL; }

/* "0,64,100-110" */
static void statuses(char *text)
{
	bool is[SUPERVISE_STATUSES] = { false }, good = true;
	unsigned long long from, to, i;
	int got = take_last(NULL, text);
	char *item, *dash;

	while (good && (item = strsep(&text, ","))) {
		dash = strchr(item, '-');
		if (dash)
			*dash++ = '\0';
		good = plain_number(item, 255, &from);
		to = from;
		good = good && (!dash || plain_number(dash, 255, &to));
		for (i = from; good && i <= to; i++)
			is[i] = true;
	}
	MUST((got == 0) == good);
	MUST(!good || !memcmp(is, keeper.last, sizeof(is)));
}

static void takers(char *text, unsigned which)
{
	unsigned long long value;
	char *equals = strchr(text, '=');

	switch (which) {
	case 0:
		MUST((take_descriptor(NULL, text) == 0) == plain_number(text, 1023, &value));
		MUST(!plain_number(text, 1023, &value) || ready_fd == (int)value);
		break;
	case 1:
		MUST((take_environment(NULL, text) == 0) == (equals && equals != text));
		MUST(nenvironment == (equals && equals != text));
		break;
	case 2: /* OpenRC's plain number is in ms */
		if (plain_number(text, INT_MAX, &value))
			MUST(!take_milliseconds(NULL, text) && alive_msec == value);
		else
			MUST((take_milliseconds(NULL, text) == 0) == (num_msec(text, &alive_msec) == 0));
		break;
	case 3:
		openrc = true;
		MUST((take_signal(NULL, text) == 0) == (!strcmp(text, "NULL") || sig_parse(text) >= 0));
		MUST(strcmp(text, "NULL") || sig == 0);
		break;
	case 4:
		statuses(text);
		break;
	default:
		MUST((take_notify(NULL, text) == 0) == (!strcmp(text, "socket:ready") ||
			(!strncasecmp(text, "fd:", 3) && plain_number(text + 3, 1023, &value))));
	}
}

FUZZ
{
	static const char *const called[] = { "start-stop-daemon", "openrc-start-stop-daemon", "supervise-daemon" };
	unsigned how_to = CHOOSE(18);

	as_they_were();
	if (how_to < 6)
		takers(text, how_to);
	else
		applet_run(how_to % 3 == 2 ? supervise_daemon_main : start_stop_daemon_main, called[how_to % 3], UNKNOWN, text);
}
