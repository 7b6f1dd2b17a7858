/* SPDX-License-Identifier: 0BSD */
/* start - from the kernel to main, without what only other programs need */
#include <stddef.h>
#include <unistd.h>

#include "start.h"

/* Older than ARMv7, musl learns how to reach the thread from the auxiliary vector: there is no start_main, which the
   Makefile finds out, and takes musl's own. */
#if !defined(__arm__) || __ARM_ARCH >= 7

/* musl's own, and in no header (src/env/__init_tls.c, musl 1.2): makes this memory, zeroed, the one thread. Its struct
   pthread (src/internal/pthread_impl.h) has some 200 bytes on a 64-bit processor. */
int __init_tp(void *thread);

extern char **environ;

__attribute__((used)) _Noreturn void start_main(int (*run)(int argc, char **argv), int argc, char **argv)
{
	static size_t thread[128] __attribute__((aligned(64)));

	environ = argv + argc + 1;
	__init_tp(thread);
	_exit(run(argc, argv));
}

#endif
