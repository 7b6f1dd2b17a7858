/* SPDX-License-Identifier: 0BSD */
/* clock - time that no one can set */
#include <limits.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* The call itself: libc's looks for a faster way first, which costs 1 KB, saves nothing to who asks twice, and needs
   what start_main leaves out. */
#if defined(SYS_clock_gettime32)
#define CLOCK_GETTIME SYS_clock_gettime32
#elif defined(SYS_clock_gettime)
#define CLOCK_GETTIME SYS_clock_gettime
#else
#define CLOCK_GETTIME SYS_clock_gettime64
#endif

static long long msec_of(int clock)
{
	struct clock_time t;

	syscall(CLOCK_GETTIME, clock, &t);
	return t.seconds * 1000LL + t.nanoseconds / 1000000;
}

long long clock_msec(void)
{
	return msec_of(CLOCK_MONOTONIC);
}

long long clock_boot(void)
{
	return msec_of(CLOCK_BOOTTIME);
}

long long clock_ago(const struct timespec *t)
{
	struct clock_time now;

	syscall(CLOCK_GETTIME, CLOCK_REALTIME, &now);
	return (int)((unsigned)now.seconds - (unsigned)t->tv_sec) * 1000LL + (now.nanoseconds - t->tv_nsec) / 1000000;
}

unsigned long clock_date(void)
{
	struct clock_time t;

	syscall(CLOCK_GETTIME, CLOCK_REALTIME, &t);
	return t.seconds;
}

int clock_left(long long then)
{
	long long left = then - clock_msec();

	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}
