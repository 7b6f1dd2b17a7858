/* SPDX-License-Identifier: 0BSD */
/* sig - signals by name, and as a program should find them */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config.h"
#include "num.h"
#include "sig.h"
#include "text.h"

/* numbers differ from processor to processor (mips, sparc, alpha): names carry the libc's.
   Where two names share a number, the first is the one that is shown. */
static const struct {
	char name[7];
	unsigned char sig;
} names[] = {
	{ "HUP", SIGHUP },
	{ "INT", SIGINT },
	{ "QUIT", SIGQUIT },
	{ "ILL", SIGILL },
	{ "TRAP", SIGTRAP },
	{ "ABRT", SIGABRT },
	{ "BUS", SIGBUS },
	{ "FPE", SIGFPE },
	{ "KILL", SIGKILL },
	{ "USR1", SIGUSR1 },
	{ "SEGV", SIGSEGV },
	{ "USR2", SIGUSR2 },
	{ "PIPE", SIGPIPE },
	{ "ALRM", SIGALRM },
	{ "TERM", SIGTERM },
#ifdef SIGSTKFLT
	{ "STKFLT", SIGSTKFLT },
#endif
	{ "CHLD", SIGCHLD },
	{ "CONT", SIGCONT },
	{ "STOP", SIGSTOP },
	{ "TSTP", SIGTSTP },
	{ "TTIN", SIGTTIN },
	{ "TTOU", SIGTTOU },
	{ "URG", SIGURG },
	{ "XCPU", SIGXCPU },
	{ "XFSZ", SIGXFSZ },
	{ "VTALRM", SIGVTALRM },
	{ "PROF", SIGPROF },
	{ "WINCH", SIGWINCH },
	{ "POLL", SIGPOLL },
	{ "PWR", SIGPWR },
	{ "SYS", SIGSYS },
	{ "IO", SIGIO },
	{ "IOT", SIGABRT },
	{ "CLD", SIGCHLD },
	{ "EXIT", 0 },
};

static int parse_realtime(const char *text)
{
	unsigned n = 0, max = SIGRTMAX - SIGRTMIN;
	const char *up = text_after(text, "RTMIN"), *rest = up ? up : text_after(text, "RTMAX");

	if (!rest || (*rest && (*rest != (up ? '+' : '-') || num_parse(rest + 1, max, &n) < 0)))
		return -1;
	return up ? SIGRTMIN + (int)n : SIGRTMAX - (int)n;
}

int sig_parse(const char *text)
{
	const char *rest;
	unsigned i, n;
	int sig;

	if (!num_parse(text, _NSIG - 1, &n))
		return n;
	rest = text_after(text, "SIG");
	if (rest)
		text = rest;
	for (i = 0; i < COUNT(names); i++) {
		rest = text_after(text, names[i].name);
		if (rest && !*rest)
			return names[i].sig;
	}
	sig = parse_realtime(text);
	if (sig < 0)
		errno = EINVAL;
	return sig;
}

const char *sig_name(int sig)
{
	unsigned i;

	for (i = 0; i < COUNT(names); i++)
		if (names[i].sig == sig)
			return names[i].name;
	return NULL;
}

const char *sig_text(int sig, char buf[SIG_TEXT])
{
	const char *name = sig_name(sig);

	return name ? name : num_text(buf, sig);
}

/* The kernel's struct differs from processor to processor, but all of them are SIG_DFL when all zero;
   libc's sigaction() refuses the two or three signals that it keeps for threads, and is 2 KB. */
void sig_default(int sig)
{
	static char zero[64];

	syscall(SYS_rt_sigaction, sig, zero, NULL, _NSIG / 8);
}

void sig_default_all(void)
{
	int sig;

	for (sig = 1; sig < _NSIG; sig++)
		sig_default(sig);
}

/* libc's own block spares its thread signals; the kernel's call takes them all */
void sig_block_all(struct sig_set *old)
{
	struct sig_set all;

	memset(&all, 0xff, sizeof(all));
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, old, _NSIG / 8);
}

void sig_restore(const struct sig_set *old)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, old, NULL, _NSIG / 8);
}

void sig_unblock_all(void)
{
	static struct sig_set none;

	sig_restore(&none);
}
