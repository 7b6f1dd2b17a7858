/* SPDX-License-Identifier: 0BSD */
/* start - from the kernel to main, without what only other programs need */
#ifndef LIBBB_START_H
#define LIBBB_START_H

/* On an arm before ARMv7 musl finds out how to reach the thread from the auxiliary vector: that is left to it. */
#if defined(__arm__) && __ARM_ARCH < 7
#define START_MAIN 0
#else
#define START_MAIN 1
#endif

/* Stands in for musl's __libc_start_main (the Makefile's linker flag names it so, where the compiler's libc is musl and
   SMALL is not empty): environ, a thread for errno, with BUILD_STACK_PROTECTOR its number (AT_RANDOM, Linux 2.6.29),
   then main, whose result is the exit status; rcrt1.o has relocated the program before. Not done: the rest of the
   auxiliary vector (getauxval, the vdso; libc does not know the size of a page), a secure start's check of 0, 1 and 2
   (fd_sane does it), thread-local variables and constructors of ours (there are none), atexit. argv is the kernel's:
   the environment follows its NULL. */
_Noreturn void start_main(int (*run)(int argc, char **argv), int argc, char **argv);

/* Makes read-only what only relocation had to write (PT_GNU_RELRO), which musl does for dynamic programs alone. environ
   must still be the kernel's. 0, also when there is nothing of the kind; -1 and errno. */
int start_relro(void);

#endif
