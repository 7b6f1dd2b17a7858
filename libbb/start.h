/* SPDX-License-Identifier: 0BSD */
/* start - from the kernel to main, without what only other programs need */
#ifndef LIBBB_START_H
#define LIBBB_START_H

/* Stands in for musl's __libc_start_main (the Makefile's linker flag names it so, where the compiler's libc is musl and
   SMALL is not empty): environ, a thread for errno, then main, whose result is the exit status. Not done: the auxiliary
   vector (getauxval, the vdso), a secure start's check of 0, 1 and 2 (fd_sane does it), thread-local variables and
   constructors of ours (there are none), atexit. argv is the kernel's: the environment follows its NULL. */
_Noreturn void start_main(int (*run)(int argc, char **argv), int argc, char **argv);

#endif
