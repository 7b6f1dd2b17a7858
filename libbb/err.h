/* SPDX-License-Identifier: 0BSD */
/* err - what the user is told, and how a process ends */
#ifndef LIBBB_ERR_H
#define LIBBB_ERR_H

#include <stdbool.h>

#include "config.h"

extern const char *progname; /* the applet's name; the dispatcher sets it once */

/* Formats know %s %c %d %u %m (text of errno) and %%, nothing else, no width. Text of any length passes;
   in that of %s control characters become '?', as it may be another's: a process chooses its own name. */

/* On stdout; goes out with each call whose format ends in a newline, or when 1 KiB is full. */
void say(const char *format, ...) LIKE_PRINTF(1, 2);

/* The text as it is, as part of a line. */
void say_as_is(const char *text);

/* One line "progname: text" on stderr. errno survives. */
void warn(const char *format, ...) LIKE_PRINTF(1, 2);

/* What die, and opt.h's end of a wrong call, do before they end the process: to leave nothing half-done.
   May be NULL. */
extern void (*err_clean_up)(void);
_Noreturn void err_end(int status);

/* warn, then that, then _exit(status). */
_Noreturn void die(int status, const char *format, ...) LIKE_PRINTF(2, 3);

/* die for a name of a user or a group that was looked up in vain: "user 'x': not found". */
_Noreturn void err_name(int status, const char *kind, const char *name);

/* Did stdout refuse any of what say was given? Then errno tells why, and exit 0 would be a lie. */
bool say_failed(void);

#endif
