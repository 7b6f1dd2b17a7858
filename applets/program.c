/* program - what all applets share that start somebody's program */
/* SPDX-License-Identifier: 0BSD */
#include <stdbool.h>

#include "../libbb/err.h"
#include "program.h"

#define FILES ENABLED(CONFIG_LOG_FILE)
#define MORE ENABLED(CONFIG_LOG_MORE)
#define LANDLOCK ENABLED(CONFIG_LANDLOCK)
#define SECCOMP ENABLED(CONFIG_SECCOMP)

struct confine program_confined APART;
static bool if_possible;

OPT_TAKER take_writable;

#define CONFINE_OPTS(OPT) \
	OPT(LANDLOCK, "", "writable", "PATH", CALL, take_writable, "write there only") \
	OPT(SECCOMP, "", "no-admin-calls", "", BOOL, &program_confined.no_admin_calls, "no mount, reboot ...") \
	OPT(1, "", "confine-if-possible", "", BOOL, &if_possible, "else start without")
OPT_SHARED_LIST(program_confine_opts, CONFINE_OPTS, NULL);

#define LOG_OPTS(OPT) \
	OPT(1, "", "kmsg", "", BOOL, &logger_asked.syslog.kernel, "output to kernel's log") \
	OPT(FILES, "", "log-file", "FILE", CALL, logger_take_file, "output to FILE") \
	OPT(FILES, "", "log-ring", "FILE", CALL, logger_take_ring, "as a ring") \
	OPT(FILES, "", "log-size", "BYTES", CALL, logger_take_size, "at most (k, M)") \
	OPT(FILES, "", "log-keep", "N", CALL, logger_take_keep, "N old ones") \
	OPT(FILES, "", "log-flush", "TIME", MSEC, &logger_asked.flush, "write so seldom") \
	OPT(MORE, "", "log-prefix", "TEXT", TEXT, &logger_asked.prefix, "before each line") \
	OPT(MORE, "", "log-stamp", "utc|uptime", CALL, logger_take_stamp, "and the time") \
	OPT(MORE, "", "log-rate", "BYTES", NUMBER, &logger_asked.rate, "per second")
OPT_SHARED_LIST(program_log_opts, LOG_OPTS, PROGRAM_CONFINE_OPTS);

static int take_writable(void *self, const char *text)
{
	(void)self;
	return confine_add(&program_confined, text);
}

const char *program_wrong_log(void)
{
	const struct logger *l = &logger_asked;

	if (FILES && !l->file.path &&
	    (l->file.size || l->file.keep != LOGGER_KEEP || l->flush || l->prefix || l->stamp))
		return "--log-size, -keep, -flush, -prefix and -stamp need --log-file or --log-ring";
	if (MORE && l->rate && !logger_wanted())
		return "--log-rate needs a log";
	return NULL;
}

void program_confine(struct daemonize *how)
{
	const char *lacking;

	how->confine = &program_confined;
	while (if_possible && (lacking = confine_forgo(&program_confined)))
		warn("%s starts without %s: %m", how->program, lacking);
}

void program_failed(const struct daemonize_failure *failure)
{
	warn("%s %s: %s", failure->step, failure->thing, failure->why);
}
