/* SPDX-License-Identifier: 0BSD */
/* clock - time that no one can set */
#ifndef LIBBB_CLOCK_H
#define LIBBB_CLOCK_H

/* Milliseconds of CLOCK_MONOTONIC: for differences only, and not moved by who sets the date. */
long long clock_msec(void);

/* What is left until then, 0 when it is past: an argument for poll. */
int clock_left(long long then);

#endif
