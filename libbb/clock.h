/* SPDX-License-Identifier: 0BSD */
/* clock - time that no one can set */
#ifndef LIBBB_CLOCK_H
#define LIBBB_CLOCK_H

#include <sys/syscall.h>
#include <time.h>

/* What the kernel's calls take whose name does not end in time64 or 64: longs, as seconds since boot fit in 32 bits.
   riscv32, born with 64-bit time, has none of these calls, and the others' struct. (libc's timespec is neither's.) */
#if defined(SYS_clock_gettime32) || defined(SYS_clock_gettime)
typedef long clock_long;
#else
typedef long long clock_long;
#endif
struct clock_time { clock_long seconds, nanoseconds; };

/* Milliseconds of CLOCK_MONOTONIC: for differences only, and not moved by who sets the date. */
long long clock_msec(void);

/* The same since boot, sleep included (CLOCK_BOOTTIME): what the kernel counts the age of a process by. */
long long clock_boot(void);

/* How many milliseconds ago that was by the clock on the wall, which can be set; below 0: it is yet to come. Up to 68
   years, also where the kernel's seconds end in 2038. */
long long clock_ago(const struct timespec *);

/* Seconds since 1970, as the date is set (CLOCK_REALTIME); where a long has 32 bits up to 2106. */
unsigned long clock_date(void);

/* What is left until then, 0 when it is past: an argument for poll. */
int clock_left(long long then);

#endif
