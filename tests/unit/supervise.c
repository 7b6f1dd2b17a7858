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

/* a child that has all signals at their default, and ends with us if it is to */
static pid_t child_of(bool with_us)
{
	struct sig_set none = { { 0 } };
	pid_t pid = fork();

	if (!pid) {
		sig_restore(&none);
		prctl(PR_SET_PDEATHSIG, with_us ? SIGKILL : 0);
	}
	return pid;
}

static pid_t start(void)
{
	pid_t pid;

	starts++;
	if (fails)
		return -1;
	pid = child_of(false);
	if (!pid) {
		if (ends_with >= 0)
			_exit(ends_with);
		sleep_on();
	}
	return pid;
}

static void tell(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_RUNS && ends_with < 0 && starts == 1)
		kill(getpid(), SIGTERM); /* blocked: it comes once it is waited for */
}

static void keep(pid_t (*how)(void), void (*say)(enum supervise_event))
{
	struct sig_set before;

	sig_block_all(&before);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	it.start = how;
	it.tell = say;
	it.cap = 1000;
	CHECK(!stop_parse(&it.stop, "TERM/5/KILL/5", SIGTERM));
	it.pid = how();
	supervise_run(&it);
}

static void run(void)
{
	keep(start, tell);
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

/* ---- what is followed, and what is looked at */

static long long ended;

static void supervise_it(pid_t (*how)(void), void (*say)(enum supervise_event))
{
	keep(how, say);
	ended = msec_now();
	while (waitpid(-1, NULL, 0) > 0)
		;
	CHECK(msec_now() - ended < 5000); /* nobody is left who would end by himself */
}

/* goes into the background: the first of its two is it from then on */
static pid_t first;

static pid_t start_into_background(void)
{
	int ends[2];
	pid_t pid;

	starts++;
	CHECK(!pipe2(ends, O_CLOEXEC));
	pid = child_of(true);
	if (!pid) {
		first = child_of(false);
		if (!first)
			sleep_on();
		usleep(30000); /* more than a tick of its start time */
		if (!child_of(false))
			sleep_on();
		if (write(ends[1], &first, sizeof(first)) < 0)
			_exit(9);
		_exit(0);
	}
	CHECK(read(ends[0], &first, sizeof(first)) == sizeof(first));
	return pid;
}

static void tell_of_the_heir(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_RUNS && told[what] == 2 && it.pid == first)
		kill(it.pid, SIGUSR1);
	if (what == SUPERVISE_ENDED)
		kill(getpid(), SIGTERM);
}

TEST_ALONE(who_goes_into_the_background_is_followed_and_it_is_the_eldest_it_left)
{
	it.healthy = 60000;
	it.with = WITH_TREE;
	supervise_it(start_into_background, tell_of_the_heir);
	CHECK(starts == 1 && told[SUPERVISE_RUNS] == 2 && told[SUPERVISE_ENDED] == 1);
	CHECK(WIFSIGNALED(it.died) && WTERMSIG(it.died) == SIGUSR1);
}

/* leaves one of its session behind, which does not end by itself */
static pid_t start_and_leave(void)
{
	int ends[2];
	pid_t pid;

	starts++;
	CHECK(!pipe2(ends, O_CLOEXEC));
	pid = child_of(false);
	if (!pid) {
		setsid();
		first = child_of(false);
		if (!first)
			sleep_on();
		if (write(ends[1], &first, sizeof(first)) < 0)
			_exit(9);
		close(ends[1]);
		usleep(20000); /* until it has been looked up */
		_exit(3);
	}
	CHECK(read(ends[0], &first, sizeof(first)) == sizeof(first));
	return pid;
}

TEST_ALONE(of_a_group_session_or_tree_who_was_left_is_ended_before_the_next_start)
{
	static const unsigned char how[] = { WITH_GROUP, WITH_SESSION, WITH_TREE };
	unsigned i;

	for (i = 0; i < sizeof(how); i++) {
		starts = 0;
		it = (struct supervise){ .with = how[i], .max = 1, .healthy = 60000 };
		supervise_it(start_and_leave, tell); /* comes back when nobody is left */
		CHECK(starts == 2 && WEXITSTATUS(it.died) == 3);
	}
}

static int looks, sick_at;
static long long asked, answered;

/* cannot look, finds it well, well, and sick */
static pid_t look(void)
{
	pid_t pid;

	asked = msec_now();
	if (++looks == 1)
		return -1;
	pid = child_of(true);
	if (!pid)
		_exit(looks == 4);
	return pid;
}

static pid_t start_sleeper(void)
{
	pid_t pid = child_of(true);

	starts++;
	if (!pid)
		sleep_on();
	return pid;
}

static void tell_of_the_sick(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_SICK) {
		sick_at = looks;
		answered = msec_now();
	}
	if (what == SUPERVISE_ENDED)
		kill(getpid(), SIGTERM);
}

TEST_ALONE(who_is_not_well_is_stopped_and_who_cannot_be_looked_at_is_not_sick)
{
	long long begun = msec_now();

	it.check = 40;
	it.first_check = 100;
	it.healthy = 60000;
	it.look = look;
	supervise_it(start_sleeper, tell_of_the_sick);
	CHECK(looks == 4 && sick_at == 4 && told[SUPERVISE_SICK] == 1 && told[SUPERVISE_ENDED] == 1);
	CHECK(answered - begun >= 100 + 3 * 40);
	CHECK(WIFSIGNALED(it.died) && WTERMSIG(it.died) == SIGTERM);
}

static pid_t look_for_ever(void)
{
	pid_t pid;

	looks++;
	asked = msec_now();
	pid = child_of(true);
	if (!pid)
		sleep_on();
	return pid;
}

TEST_ALONE(a_look_that_does_not_end_in_its_time_is_one_that_failed)
{
	it.check = 100;
	it.healthy = 60000;
	it.look = look_for_ever;
	supervise_it(start_sleeper, tell_of_the_sick);
	CHECK(looks == 1 && told[SUPERVISE_SICK] == 1 && told[SUPERVISE_ENDED] == 1);
	CHECK(answered - asked >= 50 && answered - asked < 2000); /* its time has begun a little earlier */
}

static int words;

static bool hears(void)
{
	asked = msec_now();
	return ++words <= 3;
}

static pid_t start_talker(void)
{
	pid_t us = getpid(), pid = child_of(true);
	int i;

	starts++;
	if (!pid) {
		for (i = 0; i < 3; i++) {
			usleep(150000);
			kill(us, SIGIO);
		}
		sleep_on();
	}
	return pid;
}

TEST_ALONE(who_tells_that_he_lives_does_and_who_is_silent_is_stopped)
{
	it.watchdog = 400;
	it.healthy = 60000;
	it.heard = hears;
	supervise_it(start_talker, tell_of_the_sick);
	CHECK(words == 3 && told[SUPERVISE_SICK] == 1 && told[SUPERVISE_ENDED] == 1);
	CHECK(answered - asked >= 400 && answered - asked < 3000);
}

TEST_ALONE(who_cannot_be_held_is_stopped_by_the_number_of_our_child)
{
	it.check = 50;
	it.healthy = 60000;
	it.look = look_for_ever;
	looks = 0;
	refuse(SYS_openat, EMFILE);
	supervise_it(start_sleeper, tell_of_the_sick);
	CHECK(told[SUPERVISE_SICK] == 1 && told[SUPERVISE_ENDED] == 1);
	CHECK(ended - answered < 3000); /* its end is seen, not waited for */
	CHECK(WIFSIGNALED(it.died) && WTERMSIG(it.died) == SIGTERM);
}

static void tell_and_fail(enum supervise_event what)
{
	told[what]++;
	fails = true;
}

TEST_ALONE(starts_that_fail_count_as_bad_ones)
{
	it.max = 4;
	it.healthy = 60000;
	keep(start, tell_and_fail);
	CHECK(starts == 5 && told[SUPERVISE_FAILED] == 3 && told[SUPERVISE_ENDED] == 1 && told[SUPERVISE_GIVES_UP] == 1);
	CHECK(it.died == -1);
}

