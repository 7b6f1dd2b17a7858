/* SPDX-License-Identifier: 0BSD */
/* sig - signals by name, and as a program should find them */
#ifndef LIBBB_SIG_H
#define LIBBB_SIG_H

#include <signal.h>

#define SIG_LAST (_NSIG / 8 * 8) /* the kernel's last: 64, and on mips 128, where _NSIG is that and not one more */
#define SIG_TEXT 12 /* bytes that sig_text may need: "RTMIN+29" */

/* "TERM", "SIGTERM", "term", "15", "RTMIN", "RTMIN+3", "RTMAX-1" to the number, 0..SIG_LAST ("0" and
   "EXIT" are 0); -1: no such signal (EINVAL). Real-time numbers are libc's SIGRTMIN and SIGRTMAX. Without
   CONFIG_SIGNAL_NAMES: numbers, and HUP INT QUIT KILL USR1 USR2 TERM CONT STOP. */
int sig_parse(const char *text);

/* The name without SIG, such as "TERM"; NULL where there is none (real-time signals, odd numbers). */
const char *sig_name(int sig);

/* The name, or the number in decimal in buf. */
const char *sig_text(int sig, char buf[SIG_TEXT]);

/* Every signal at its default, those that libc keeps for itself too. An ignored signal is inherited
   through exec (execve(2)): a daemon started with HUP or CHLD ignored would never know why. */
void sig_default_all(void);
void sig_default(int sig);

/* What is done at a signal, as the kernel has it: becomes new (NULL: the default), and what it was goes into old, if
   that is not NULL. */
struct sig_action { unsigned long words[8]; };
void sig_exchange(int sig, const struct sig_action *new, struct sig_action *old);

/* Blocks all signals (a start is not to be torn in half by one), and gives back what was. The saved set
   is the caller's to keep. */
struct sig_set { unsigned long bits[_NSIG / 8 / sizeof(long)]; };
void sig_block_all(struct sig_set *old);
void sig_restore(const struct sig_set *old);
void sig_unblock_all(void);

/* Takes one of those signals, which are blocked, as soon as it is pending: bit n - 1 stands for signal n, up to 31. Its
   number; -1: EAGAIN (msec are over; -1: for ever), EINTR. */
int sig_wait(unsigned long signals, int msec);

/* The same of any signal that is blocked, and what the kernel tells of it. */
int sig_take(siginfo_t *, int msec);

#endif
