/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/supervise.h"

#include <limits.h>

#include "../../libbb/sig.h"
#include "alone.h"

/* the wait of that row, without chance: the middle of what it may be */
static unsigned wait_of(struct supervise *s, unsigned row)
{
	s->row = row;
	return supervise_wait(s, 128);
}

TEST(without_a_step_it_waits_twice_as_long_each_time_up_to_the_cap)
{
	struct supervise s = { .delay = 128, .cap = 1000 };

	CHECK(wait_of(&s, 1) == 128 && wait_of(&s, 2) == 256 && wait_of(&s, 3) == 512);
	CHECK(wait_of(&s, 4) == 1000 && wait_of(&s, 5) == 1000 && wait_of(&s, UINT_MAX) == 1000);
}

TEST(with_a_step_it_waits_so_much_longer)
{
	struct supervise s = { .delay = 80, .step = 40, .cap = 200 };

	CHECK(wait_of(&s, 1) == 80 && wait_of(&s, 2) == 120 && wait_of(&s, 4) == 200 && wait_of(&s, 5) == 200);
	s.step = INT_MAX;
	CHECK(wait_of(&s, UINT_MAX) == 200);
	s.cap = INT_MAX;
	CHECK(wait_of(&s, UINT_MAX) == INT_MAX - INT_MAX / 8 + INT_MAX / 4 / 2);
}

TEST(chance_makes_it_an_eighth_longer_or_shorter_and_no_more)
{
	struct supervise s = { .delay = 8000, .cap = INT_MAX, .row = 1 };
	unsigned random, wait, least = UINT_MAX, most = 0;

	for (random = 0; random < 100000; random += 7) {
		wait = supervise_wait(&s, random);
		least = wait < least ? wait : least;
		most = wait > most ? wait : most;
	}
	CHECK(least == 7000 && most >= 8980 && most <= 9000);
}

TEST(no_delay_is_none)
{
	struct supervise s = { .cap = 30000 };

	CHECK(wait_of(&s, 1) == 0 && wait_of(&s, 1000) == 0);
}

/* ---- run, in a process of its own ------------------------------------------------------------------------------- */

static struct supervise it;
static int starts, ends_with, told[SUPERVISE_GIVES_UP + 1];
static bool fails;

static pid_t start(void)
{
	pid_t pid;

	starts++;
	if (fails)
		return -1;
	pid = fork();
	if (!pid) {
		struct sig_set none = { { 0 } };

		sig_restore(&none);
		if (ends_with >= 0)
			_exit(ends_with);
		for (;;)
			pause();
	}
	return pid;
}

static void tell(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_RUNS && ends_with < 0 && starts == 1)
		kill(getpid(), SIGTERM); /* blocked: it comes once it is waited for */
}

static void run(void)
{
	struct sig_set before;

	sig_block_all(&before);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	it.start = start;
	it.tell = tell;
	it.cap = 1000;
	CHECK(!stop_parse(&it.stop, "TERM/5/KILL/5", SIGTERM));
	it.pid = start();
	supervise_run(&it);
	CHECK(it.pid == -1);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

TEST_ALONE(it_gives_up_after_so_many_bad_starts_in_a_row)
{
	ends_with = 3;
	it.max = 5;
	it.healthy = 60000;
	run();
	CHECK(starts == 6 && it.restarts == 5 && it.row == 5);
	CHECK(told[SUPERVISE_RUNS] == 6 && told[SUPERVISE_ENDED] == 5 && told[SUPERVISE_GIVES_UP] == 1);
	CHECK(WIFEXITED(it.died) && WEXITSTATUS(it.died) == 3);
}

TEST_ALONE(a_status_that_is_the_end_is_the_end)
{
	ends_with = 9;
	it.last[9] = true;
	run();
	CHECK(starts == 1 && told[SUPERVISE_DONE] == 1 && !told[SUPERVISE_ENDED] && !told[SUPERVISE_GIVES_UP]);
}

TEST_ALONE(TERM_ends_it_and_it_is_not_started_anew)
{
	ends_with = -1;
	run();
	CHECK(starts == 1 && !told[SUPERVISE_ENDED] && !told[SUPERVISE_GIVES_UP]);
	CHECK(WIFSIGNALED(it.died) && WTERMSIG(it.died) == SIGTERM);
}

static void tell_and_fail(enum supervise_event what)
{
	told[what]++;
	fails = true;
}

TEST_ALONE(starts_that_fail_count_as_bad_ones)
{
	struct sig_set before;

	sig_block_all(&before);
	it.start = start;
	it.tell = tell_and_fail;
	it.max = 4;
	it.healthy = 60000;
	it.cap = 1;
	CHECK(!stop_parse(&it.stop, "TERM/5/KILL/5", SIGTERM));
	it.pid = start();
	supervise_run(&it);
	CHECK(starts == 5 && told[SUPERVISE_FAILED] == 3 && told[SUPERVISE_ENDED] == 1 && told[SUPERVISE_GIVES_UP] == 1);
	CHECK(it.died == -1);
}

