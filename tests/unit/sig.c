/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/sig.h"

#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#include "alone.h"

TEST(each_signal_has_a_name_that_names_it)
{
	char text[32];
	int sig;

	for (sig = 1; sig < 32; sig++) {
		const char *name = sig_name(sig);
		char *p;

		snprintf(text, sizeof(text), "%d", sig);
#ifndef SIGSTKFLT
		if (!name)
			continue;
#endif
		CHECK_ROW(text, name);
		CHECK_ROW(name, sig_parse(name) == sig);
		CHECK_ROW(name, sig_parse(text) == sig);
		snprintf(text, sizeof(text), "SIG%s", name);
		CHECK_ROW(text, sig_parse(text) == sig);
		for (p = text; *p; p++)
			*p |= *p >= 'A' && *p <= 'Z' ? 32 : 0;
		CHECK_ROW(text, sig_parse(text) == sig);
		CHECK_ROW(text, sig_parse(text + 3) == sig);
		text[0] = 'S';
		text[4] ^= 32;
		CHECK_ROW(text, sig_parse(text) == sig);
	}
}

TEST(names_carry_the_numbers_of_libc)
{
	static const struct {
		const char *text;
		int sig;
	} rows[] = {
		{ "HUP", SIGHUP },   { "INT", SIGINT },	  { "QUIT", SIGQUIT },	 { "KILL", SIGKILL },
		{ "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "TERM", SIGTERM },	 { "CHLD", SIGCHLD },
		{ "CLD", SIGCHLD },  { "CONT", SIGCONT }, { "STOP", SIGSTOP },	 { "TSTP", SIGTSTP },
		{ "POLL", SIGPOLL }, { "IO", SIGIO },	  { "IOT", SIGABRT },	 { "ABRT", SIGABRT },
		{ "PWR", SIGPWR },   { "SYS", SIGSYS },	  { "WINCH", SIGWINCH }, { "VTALRM", SIGVTALRM },
		{ "0", 0 },	     { "EXIT", 0 },	  { "sigexit", 0 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		CHECK_ROW(rows[i].text, sig_parse(rows[i].text) == rows[i].sig);
}

TEST(of_two_names_the_usual_one_is_shown)
{
	CHECK_TEXT(sig_name(SIGABRT), "ABRT");
	CHECK_TEXT(sig_name(SIGCHLD), "CHLD");
	CHECK_TEXT(sig_name(SIGPOLL), "POLL");
}

TEST(a_number_is_0_to_the_kernel_s_last)
{
	char text[16];
	int sig;

	for (sig = 0; sig <= SIG_LAST; sig++) {
		snprintf(text, sizeof(text), "%d", sig);
		CHECK_ROW(text, sig_parse(text) == sig);
	}
	snprintf(text, sizeof(text), "%d", SIG_LAST + 1);
	CHECK_FAILS(text, sig_parse(text), EINVAL);
	CHECK_FAILS("4294967311", sig_parse("4294967311"), EINVAL);
	CHECK_FAILS("2^64+15", sig_parse("18446744073709551631"), EINVAL);
}

TEST(real_time_signals_count_from_libc_s_ends)
{
	char text[32];
	int n, span = SIGRTMAX - SIGRTMIN;

	CHECK(sig_parse("RTMIN") == SIGRTMIN);
	CHECK(sig_parse("sigrtmax") == SIGRTMAX);
	for (n = 0; n <= span; n++) {
		snprintf(text, sizeof(text), "RTMIN+%d", n);
		CHECK_ROW(text, sig_parse(text) == SIGRTMIN + n);
		snprintf(text, sizeof(text), "SIGrtmax-%d", n);
		CHECK_ROW(text, sig_parse(text) == SIGRTMAX - n);
	}
	snprintf(text, sizeof(text), "RTMIN+%d", span + 1);
	CHECK_FAILS(text, sig_parse(text), EINVAL);
	snprintf(text, sizeof(text), "RTMAX-%d", span + 1);
	CHECK_FAILS(text, sig_parse(text), EINVAL);
}

TEST(what_is_no_signal_is_EINVAL)
{
	static const char *const bad[] = { "",	     " ",      "SIG",	   "sig",      "-",	     "TER",
					   "TERMX",  "TERM ",  " TERM",	   "XTERM",    "SIGSIGTERM", "SIG15",
					   "-15",    "+15",    "15 ",	   " 15",      "15x",	     "0x9",
					   "9.0",    "-TERM",  "--TERM",   "RTMIN-1",  "RTMAX+1",    "RTMIN+",
					   "RTMAX-", "RTMIN1", "RTMIN+ 1", "RTMIN+1x", "RTMIN++1",   "RTMIN+-1",
					   "RT",     "RTM",    "TERM\n",   "TERM,INT", "NULL",	     "\xff" };
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_FAILS(bad[i], sig_parse(bad[i]), EINVAL);
}

TEST(a_real_time_signal_has_no_name_and_is_told_by_number)
{
	char buf[SIG_TEXT], expected[16];
	int sig;

	for (sig = 32; sig <= SIG_LAST; sig++) {
		CHECK(!sig_name(sig));
		snprintf(expected, sizeof(expected), "%d", sig);
		CHECK_TEXT(sig_text(sig, buf), expected);
	}
	CHECK(!sig_name(-1));
	CHECK(!sig_name(1000));
	CHECK(!sig_name(SIGTERM + 256));
	CHECK_TEXT(sig_text(SIGTERM, buf), "TERM");
}

static void ignore_all(void)
{
	static const struct {
		void (*handler)(int);
		unsigned long more[7];
	} ignore = { SIG_IGN, { 0 } };
	int sig;

	for (sig = 1; sig <= SIG_LAST; sig++)
		syscall(SYS_rt_sigaction, sig, &ignore, NULL, _NSIG / 8);
}

TEST_ALONE(sig_default_all_resets_all_signals_even_libc_s_own)
{
	ignore_all();
	CHECK_TEXT(status_of(0, "SigIgn:"), "fffffffffffbfeff");
	sig_default_all();
	CHECK_TEXT(status_of(0, "SigIgn:"), "0000000000000000");
}

TEST_ALONE(sig_default_resets_one)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	sig_default(SIGCHLD);
	CHECK_TEXT(status_of(0, "SigIgn:"), "0000000000000001");
}

/* how many milliseconds sig_wait takes when none comes */
static int waited(int msec)
{
	struct timespec before, after;

	CHECK(!clock_gettime(CLOCK_MONOTONIC, &before));
	CHECK_FAILS("none comes", sig_wait(1UL << (SIGTERM - 1), msec), EAGAIN);
	CHECK(!clock_gettime(CLOCK_MONOTONIC, &after));
	return (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
}

TEST_ALONE(sig_wait_waits_as_long_as_it_was_told)
{
	struct sig_set old;
	int second;

	sig_block_all(&old);
	CHECK(waited(20) >= 20);
	second = waited(1000);
	CHECK(second >= 1000 && second < 1900);
}

TEST_ALONE(sig_default_ends_a_handler_too)
{
	ignore_all();
	sig_default_all();
	signal(SIGUSR1, _exit);
	sig_default(SIGUSR1);
	CHECK_TEXT(status_of(0, "SigCgt:"), "0000000000000000");
}

TEST_ALONE(sig_block_all_blocks_all_and_sig_restore_gives_back_what_was)
{
	struct sig_set old, older;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sig_block_all(&old);
	CHECK_TEXT(status_of(0, "SigBlk:"), "fffffffffffbfeff");
	sig_block_all(&older);
	sig_restore(&old);
	CHECK_TEXT(status_of(0, "SigBlk:"), "0000000000000801");
	sig_restore(&older);
	CHECK_TEXT(status_of(0, "SigBlk:"), "fffffffffffbfeff");
	sig_unblock_all();
	CHECK_TEXT(status_of(0, "SigBlk:"), "0000000000000000");
}

TEST(a_blocked_signal_arrives_after_sig_restore)
{
	struct sig_set old;
	pid_t pid = fork();
	int status;

	if (!pid) {
		sig_block_all(&old);
		kill(getpid(), SIGTERM);
		sig_restore(&old);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

TEST_ALONE(sig_wait_takes_a_pending_signal_of_those_asked_for)
{
	const unsigned long both = 1UL << (SIGTERM - 1) | 1UL << (SIGCHLD - 1);
	struct sig_set old;

	sig_block_all(&old);
	kill(getpid(), SIGHUP);
	kill(getpid(), SIGTERM);
	kill(getpid(), SIGCHLD); /* at its default, which is nothing */
	CHECK(sig_wait(both, -1) == SIGTERM);
	CHECK(sig_wait(both, 0) == SIGCHLD);
	CHECK_FAILS("none is left", sig_wait(both, 0), EAGAIN);
	CHECK_FAILS("none comes", sig_wait(both, 20), EAGAIN);
	CHECK(sig_wait(1UL << (SIGHUP - 1), 5000) == SIGHUP);
}
