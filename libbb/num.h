/* SPDX-License-Identifier: 0BSD */
/* num - text to numbers, strictly, and back */
#ifndef LIBBB_NUM_H
#define LIBBB_NUM_H

#define NUM_TEXT 12 /* bytes that num_text may need for any unsigned and its NUL */

/* The decimal digits at *text, which moves behind them, into *n. 0; -1: EINVAL (none), ERANGE (over max). */
int num_take(const char **text, unsigned max, unsigned *n);

/* Decimal digits and nothing else, 0..max, into *n. 0; -1: EINVAL (not a number), ERANGE (over max). */
int num_parse(const char *text, unsigned max, unsigned *n);

/* The same in base 8, a leading 0 being one digit more, or behind "0x" in base 16. For modes and umasks. */
int num_octal(const char *text, unsigned max, unsigned *n);

/* A duration into milliseconds: "5" and "2.5" are seconds, "100ms" "3s" "2m" carry their unit; digits
   behind the third after the point are dropped; with supervise-daemon also "3sec" "2min" "1h" "1hour".
   0; -1: EINVAL, ERANGE (over INT_MAX ms, 24 days). */
int num_msec(const char *text, unsigned *msec);

/* n in decimal at the end of buf (NUM_TEXT bytes); the address of its first digit. */
char *num_text(char buf[NUM_TEXT], unsigned n);

/* errno = error; -1: how a function ends that fails by itself. One for all rooms, for its size: this is the lowest. */
int num_fail(int error);

#endif
