/* SPDX-License-Identifier: 0BSD */
/* clock - time that no one can set */
#include <limits.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* The call itself: libc's looks for a faster way first, which costs 1 KB and saves nothing to who asks twice. The
   kernel's struct is two longs; seconds since boot fit in 32 bits. */
#ifdef SYS_clock_gettime32
#define CLOCK_GETTIME SYS_clock_gettime32
#elif defined(SYS_clock_gettime)
#define CLOCK_GETTIME SYS_clock_gettime
#endif

long long clock_msec(void)
{
#ifdef CLOCK_GETTIME
	struct { long tv_sec, tv_nsec; } t;

	syscall(CLOCK_GETTIME, CLOCK_MONOTONIC, &t);
#else /* riscv32: born with 64-bit time */
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
#endif
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int clock_left(long long then)
{
	long long left = then - clock_msec();

	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}
