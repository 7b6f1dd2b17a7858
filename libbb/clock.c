/* SPDX-License-Identifier: 0BSD */
/* clock - time that no one can set */
#include <limits.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* The call itself: libc's looks for a faster way first, which costs 1 KB, saves nothing to who asks twice, and needs
   what start_main leaves out. The kernel's struct is two longs; seconds since boot fit in 32 bits. riscv32 was born
   with 64-bit time. */
#ifdef SYS_clock_gettime32
#define CLOCK_GETTIME SYS_clock_gettime32
typedef long kernel_time;
#elif defined(SYS_clock_gettime)
#define CLOCK_GETTIME SYS_clock_gettime
typedef long kernel_time;
#else
#define CLOCK_GETTIME SYS_clock_gettime64
typedef long long kernel_time;
#endif

long long clock_msec(void)
{
	struct { kernel_time tv_sec, tv_nsec; } t;

	syscall(CLOCK_GETTIME, CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int clock_left(long long then)
{
	long long left = then - clock_msec();

	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}
