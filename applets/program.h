/* SPDX-License-Identifier: 0BSD */
/* program - what all applets share that start somebody's program: how it logs, what it may no longer do */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "../libbb/confine.h"
#include "../libbb/daemonize.h"
#include "../libbb/logger.h"
#include "../libbb/opt.h"

/* What an applet's own rows end with (OPT_LIST's last): those of logs, into logger_asked, where it has them, and those
   of confinement. */
#define PROGRAM_OPTS(logs) ((logs) ? &program_log_opts : PROGRAM_CONFINE_OPTS)
#define PROGRAM_CONFINE_OPTS (ENABLED(CONFIG_CONFINE) ? &program_confine_opts : NULL)
extern const struct opt_list program_log_opts, program_confine_opts;

/* what was asked of the latter */
extern struct confine program_confined;

/* What is wrong with the options of logs: those of one that there is not. NULL: nothing. */
const char *program_wrong_log(void);

/* Has the program, whose name is known, confined so. What this kernel lacks is left out, with a warning, where that was
   asked for. */
void program_confine(struct daemonize *);

/* Says what failed. */
void program_failed(const struct daemonize_failure *);

#endif
