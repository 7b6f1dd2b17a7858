/* SPDX-License-Identifier: 0BSD */
/* sig - signals by name, and as a program should find them */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "num.h"
#include "sig.h"
#include "text.h"

/* numbers differ from processor to processor (mips, sparc, alpha): names carry the libc's.
   Where two names share a number, the first is the one that is shown. */
#ifdef SIGSTKFLT
#define STKFLT(NAME) NAME(STKFLT)
#else
#define STKFLT(NAME)
#endif
#ifdef SIGEMT /* mips */
#define EMT(NAME) NAME(EMT)
#else
#define EMT(NAME)
#endif
#define SIGEXIT 0
#undef SIGCLD /* not in every libc */
#define SIGCLD SIGCHLD
#define FEW(NAME) /* what daemons are sent */ \
	NAME(HUP) NAME(INT) NAME(QUIT) NAME(KILL) NAME(USR1) NAME(USR2) NAME(TERM) NAME(CONT) NAME(STOP)
#define ALL(NAME) FEW(NAME) \
	NAME(ILL) NAME(TRAP) NAME(ABRT) NAME(BUS) NAME(FPE) NAME(SEGV) NAME(PIPE) NAME(ALRM) STKFLT(NAME) EMT(NAME) \
	NAME(CHLD) NAME(TSTP) NAME(TTIN) NAME(TTOU) NAME(URG) NAME(XCPU) NAME(XFSZ) NAME(VTALRM) NAME(PROF) \
	NAME(WINCH) NAME(POLL) NAME(PWR) NAME(SYS) NAME(IO) NAME(IOT) NAME(CLD) NAME(EXIT)
#define TEXT(name) #name "\0"
#define NUMBER(name) SIG##name,
static const char all_names[] = ALL(TEXT), few_names[] = FEW(TEXT);
static const unsigned char all_numbers[] = { ALL(NUMBER) }, few_numbers[] = { FEW(NUMBER) };

/* what is not linked is dropped */
#define NAMED ENABLED(CONFIG_SIGNAL_NAMES)
#define names (NAMED ? all_names : few_names)
#define numbers (NAMED ? all_numbers : few_numbers)
#define NNUMBERS (NAMED ? COUNT(all_numbers) : COUNT(few_numbers))

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
	unsigned n;
	int sig;

	if (!num_parse(text, SIG_LAST, &n))
		return n;
	rest = text_after(text, "SIG");
	if (rest)
		text = rest;
	sig = NAMED ? parse_realtime(text) : -1;
	if (sig >= 0)
		return sig;
	rest = text_word(names, text, &n);
	return rest && !*rest ? numbers[n] : -1; /* what has more behind it was no number: EINVAL */
}

const char *sig_name(int sig)
{
	const char *name = names;
	unsigned i;

	for (i = 0; i < NNUMBERS; name += text_len(name) + 1, i++)
		if (numbers[i] == sig)
			return name;
	return NULL;
}

const char *sig_text(int sig, char buf[SIG_TEXT])
{
	const char *name = sig_name(sig);

	return name ? name : num_text(buf, sig);
}

/* The kernel's struct differs from processor to processor, but all of them are SIG_DFL when all zero;
   libc's sigaction() refuses the two or three signals that it keeps for threads, and is 2 KB. */
void sig_exchange(int sig, const struct sig_action *new, struct sig_action *old)
{
	static struct sig_action zero; /* not const: then it takes no place in the file */

	syscall(SYS_rt_sigaction, sig, new ? new : &zero, old, _NSIG / 8);
}

void sig_default(int sig)
{
	sig_exchange(sig, NULL, NULL);
}

void sig_default_all(void)
{
	int sig;

	for (sig = 1; sig <= SIG_LAST; sig++)
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

#ifdef SYS_rt_sigtimedwait
#define SIGTIMEDWAIT SYS_rt_sigtimedwait
#else
#define SIGTIMEDWAIT SYS_rt_sigtimedwait_time64
#endif

static int take(const struct sig_set *set, siginfo_t *info, int msec)
{
	struct clock_time t = { msec / 1000, msec % 1000 * 1000000 };

	return syscall(SIGTIMEDWAIT, set, info, msec < 0 ? NULL : &t, _NSIG / 8);
}

int sig_wait(unsigned long signals, int msec)
{
	static struct sig_set set;

	set.bits[0] = signals;
	return take(&set, NULL, msec);
}

int sig_take(siginfo_t *info, int msec)
{
	struct sig_set all;

	memset(&all, 0xff, sizeof(all));
	return take(&all, info, msec);
}
