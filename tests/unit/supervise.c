/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/supervise.h"

#include <limits.h>
#include <sys/resource.h>

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
	CHECK(least == 7000 && most >= 8980 && most < 9000);
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
static const char *schedule = "TERM/5/KILL/5";

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
	if (!it.cap)
		it.cap = 1000;
	CHECK(!stop_parse(&it.stop, schedule, SIGTERM));
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

/* a child who has a word for us so many times, after so many ms each, and lives on */
static pid_t child_who_talks(int times, int msec)
{
	pid_t us = getpid(), pid = child_of(true);

	if (!pid) {
		while (times--) {
			usleep(msec * 1000);
			kill(us, SIGIO);
		}
		sleep_on();
	}
	return pid;
}

static pid_t start_talker(void)
{
	starts++;
	return child_who_talks(3, 150);
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
	CHECK(starts == 5 && told[SUPERVISE_FAILED] == 3 && told[SUPERVISE_ENDED] == 1 &&
	      told[SUPERVISE_GIVES_UP] == 1);
	CHECK(it.died == -1);
}

/* ---- signals, and who is beside it ---------------------------------------------------------------------------- */

/* a child in whom all signals stay blocked: the first that comes is his status, after so many ms */
static pid_t child_who_is_told(int nap)
{
	pid_t pid = fork();
	sigset_t all;
	int sig;

	if (pid)
		return pid;
	alarm(20);
	sigfillset(&all);
	sigwait(&all, &sig);
	usleep(nap * 1000);
	_exit(sig);
}

static pid_t start_listener(void)
{
	starts++;
	return child_who_is_told(0);
}

static const int passed[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH };
static unsigned came;

static void tell_and_pass(enum supervise_event what)
{
	if (what == SUPERVISE_RUNS)
		kill(getpid(), came < 4 ? passed[came] : SIGTERM);
	else if (what == SUPERVISE_ENDED && WIFEXITED(it.died) && WEXITSTATUS(it.died) == passed[came])
		came++;
}

TEST_ALONE(four_signals_are_passed_on_and_nobody_hears_a_word_in_them)
{
	it.heard = hears;
	keep(start_listener, tell_and_pass);
	CHECK(came == 4 && starts == 5 && !words);
}

/* a child of the supervisor's own */
static void tell_with_one_beside(enum supervise_event what)
{
	told[what]++;
	if (what != SUPERVISE_RUNS || it.aside)
		return;
	it.aside = child_of(true);
	if (!it.aside)
		sleep_on();
}

static bool the_one_beside_lives(void)
{
	bool lives = waitpid(it.aside, NULL, WNOHANG) == 0;

	end(it.aside);
	return lives;
}

TEST_ALONE(who_leaves_nobody_has_ended_and_who_is_beside_him_is_none_of_his)
{
	it.with = WITH_TREE;
	it.max = 1;
	it.healthy = 60000;
	keep(start, tell_with_one_beside);
	CHECK(starts == 2 && told[SUPERVISE_RUNS] == 2 && told[SUPERVISE_ENDED] == 1 && told[SUPERVISE_GIVES_UP] == 1);
	CHECK(the_one_beside_lives());
}

static void tell_and_signal_in_the_wait(enum supervise_event what)
{
	tell_with_one_beside(what);
	if (what == SUPERVISE_ENDED) {
		kill(getpid(), SIGHUP); /* is taken before the other */
		kill(getpid(), SIGTERM);
	}
}

TEST_ALONE(between_two_starts_a_signal_meets_nobody_and_TERM_ends_the_wait)
{
	long long begun = msec_now();

	ends_with = 3;
	it.delay = 60000;
	it.cap = 60000;
	it.healthy = 60000;
	keep(start, tell_and_signal_in_the_wait);
	CHECK(starts == 1 && it.pid == -1 && the_one_beside_lives());
	CHECK(msec_now() - begun < 30000);
}

static pid_t start_one_who_leaves_another_at_TERM(void)
{
	pid_t pid;

	starts++;
	pid = child_of(true);
	if (!pid) {
		sigset_t term;
		int sig;

		sigemptyset(&term);
		sigaddset(&term, SIGTERM);
		sigprocmask(SIG_BLOCK, &term, NULL);
		kill(getppid(), SIGTERM);
		if (!child_of(false))
			sleep_on();
		sigwait(&term, &sig);
		_exit(0);
	}
	return pid;
}

TEST_ALONE(whom_it_leaves_once_TERM_has_come_is_not_followed)
{
	keep(start_one_who_leaves_another_at_TERM, tell);
	CHECK(starts == 1 && told[SUPERVISE_RUNS] == 1 && it.pid == -1 && it.died == 0);
	CHECK(!waitpid(-1, NULL, WNOHANG)); /* it lives */
}

static void tell_at_the_first(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_RUNS && told[what] == 1)
		kill(getpid(), SIGTERM);
}

TEST_ALONE(a_status_that_is_the_end_is_not_told_once_TERM_has_come)
{
	it.last[SIGTERM] = true;
	keep(start_listener, tell_at_the_first);
	CHECK(WIFEXITED(it.died) && WEXITSTATUS(it.died) == SIGTERM && !told[SUPERVISE_DONE]);
}

static pid_t start_one_to_be_killed(void)
{
	pid_t pid = child_of(true);

	starts++;
	if (!pid)
		sleep_on();
	kill(pid, SIGKILL);
	return pid;
}

TEST_ALONE(a_signal_is_no_status)
{
	it.last[0] = true;
	it.max = 1;
	it.healthy = 60000;
	keep(start_one_to_be_killed, tell);
	CHECK(starts == 2 && told[SUPERVISE_ENDED] == 1 && told[SUPERVISE_GIVES_UP] == 1 && !told[SUPERVISE_DONE]);
}

/* ---- how long it waits, and what is in a row ------------------------------------------------------------------ */

static void tell_and_look_at_the_clock(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_ENDED)
		ended = msec_now();
	if (what == SUPERVISE_RUNS && ended)
		CHECK(msec_now() - ended >= (told[what] == 2 ? 87 : 175));
}

TEST_ALONE(a_start_waits_its_time_and_the_next_one_twice_as_long)
{
	ends_with = 3;
	it.delay = 100;
	it.max = 2;
	it.healthy = 60000;
	keep(start, tell_and_look_at_the_clock);
	CHECK(starts == 3);
}

static int begins[2];

static pid_t start_one_who_lives_a_little(void)
{
	pid_t pid = child_of(true);
	char c;

	starts++;
	if (!pid) {
		if (read(begins[0], &c, 1) < 0)
			_exit(9);
		usleep(60000);
		_exit(3);
	}
	return pid;
}

static void tell_him_to_begin(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_RUNS && write(begins[1], "x", 1) < 0)
		_exit(9);
	if (what == SUPERVISE_ENDED && told[what] == 3)
		kill(getpid(), SIGTERM);
}

TEST_ALONE(who_lived_long_enough_begins_the_row_anew)
{
	CHECK(!pipe2(begins, O_CLOEXEC));
	it.max = 1;
	it.healthy = 50;
	keep(start_one_who_lives_a_little, tell_him_to_begin);
	CHECK(starts == 3 && it.row == 1 && !told[SUPERVISE_GIVES_UP]);
}

static void tell_fail_and_end(enum supervise_event what)
{
	tell_and_fail(what);
	if (told[SUPERVISE_FAILED] == 50)
		kill(getpid(), SIGTERM);
}

TEST_ALONE(a_start_that_fails_has_not_lived_since_the_one_before)
{
	ends_with = 3;
	it.max = 1;
	it.healthy = 500;
	it.delay = 600;
	keep(start, tell_fail_and_end);
	CHECK(starts == 2 && !told[SUPERVISE_FAILED] && told[SUPERVISE_GIVES_UP] == 1);
}

TEST_ALONE(with_no_time_to_live_each_has_lived_long_enough)
{
	ends_with = 3;
	it.max = 1;
	keep(start, tell_fail_and_end);
	CHECK(told[SUPERVISE_FAILED] == 50 && !told[SUPERVISE_GIVES_UP]);
}

/* ---- what it costs --------------------------------------------------------------------------------------------- */

/* our processor's time, in ms: who does not sleep while half a second goes by needs far more than 60 */
static long worked;

static long work(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000L +
	       (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1000;
}

static pid_t start_nap(void)
{
	pid_t pid = child_of(true);

	if (!pid) {
		usleep(600000);
		_exit(3);
	}
	return pid;
}

static void tell_what_it_worked(enum supervise_event what)
{
	worked = work() - worked;
	if (what == SUPERVISE_ENDED)
		kill(getpid(), SIGTERM);
}

TEST_ALONE(it_sleeps_while_nothing_happens)
{
	keep(start_nap, tell_what_it_worked);
	CHECK(worked < 60);
}

static pid_t start_one_slow_to_end(void)
{
	kill(getpid(), SIGTERM);
	return child_who_is_told(600);
}

static void tell_nothing(enum supervise_event what)
{
	told[what]++;
}

TEST_ALONE(who_lives_on_after_TERM_is_waited_for_asleep_and_is_sent_nothing_else)
{
	schedule = "CONT/0";
	it.check = 50;
	it.watchdog = 50;
	worked = work();
	keep(start_one_slow_to_end, tell_nothing);
	CHECK(WIFEXITED(it.died) && WEXITSTATUS(it.died) == SIGCONT && !told[SUPERVISE_SICK]);
	CHECK(work() - worked < 60);
}

/* another child ends meanwhile */
static void tell_beside_a_short_life(enum supervise_event what)
{
	if (what == SUPERVISE_RUNS && !child_of(true)) {
		usleep(100000);
		_exit(0);
	}
}

TEST_ALONE(who_cannot_be_held_has_time_to_end)
{
	refuse(SYS_openat, EMFILE);
	keep(start_one_slow_to_end, tell_beside_a_short_life);
	CHECK(WIFEXITED(it.died) && WEXITSTATUS(it.died) == SIGTERM);
}

TEST_ALONE(who_cannot_be_held_is_waited_for_asleep)
{
	worked = work();
	refuse(SYS_openat, EMFILE);
	keep(start_one_slow_to_end, tell_nothing);
	CHECK(work() - worked < 60);
}

/* in him all signals stay blocked */
static pid_t start_deaf(void)
{
	pid_t pid = fork();

	starts++;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sleep_on();
	}
	return pid;
}

static pid_t start_deaf_and_end(void)
{
	kill(getpid(), SIGTERM);
	return start_deaf();
}

TEST_ALONE(who_cannot_be_held_and_does_not_end_is_killed)
{
	refuse(SYS_openat, EMFILE);
	keep(start_deaf_and_end, tell_nothing);
	CHECK(WIFSIGNALED(it.died) && WTERMSIG(it.died) == SIGKILL);
}

TEST_ALONE(it_keeps_no_descriptor)
{
	int before = open_now();

	it.with = WITH_TREE;
	it.max = 3;
	it.healthy = 60000;
	keep(start, tell_with_one_beside); /* who is looked at each time */
	CHECK(starts == 4 && open_now() == before && the_one_beside_lives());
}

/* ---- who goes with it ------------------------------------------------------------------------------------------ */

static volatile pid_t *left; /* whom it left: the test's memory, and the program's */

static int leads[2];

static void prepare_leaving(void)
{
	it = (struct supervise){ .healthy = 60000 };
	starts = 0;
	CHECK(!pipe2(begins, O_CLOEXEC) && !pipe2(leads, O_CLOEXEC));
	left = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(left != MAP_FAILED);
}

/* it leads a session, and goes on once it has been looked up */
static pid_t start_one_to_begin(void)
{
	pid_t pid = child_of(true);
	char c;

	starts++;
	if (!pid) {
		setsid();
		if (write(leads[1], "x", 1) < 0 || read(begins[0], &c, 1) < 0)
			_exit(9);
	} else {
		CHECK(read(leads[0], &c, 1) == 1);
	}
	return pid;
}

static int how_left[2]; /* how they ended; -1: not */

static void tell_who_is_left(enum supervise_event what)
{
	int i;

	if (what == SUPERVISE_RUNS && write(begins[1], "x", 1) < 0)
		_exit(9);
	if (what != SUPERVISE_ENDED)
		return;
	for (i = 0; i < 2; i++)
		if (left[i] && !waitpid(left[i], &how_left[i], WNOHANG)) {
			how_left[i] = -1;
			end(left[i]);
		}
	kill(getpid(), SIGTERM);
}

/* one in its group, and one in a group of his own */
static pid_t start_and_leave_two(void)
{
	pid_t child, pid = start_one_to_begin();
	int i;

	if (pid)
		return pid;
	for (i = 0; i < 2; i++) {
		child = child_of(false);
		if (!child)
			sleep_on();
		if (i)
			setpgid(child, 0);
		left[i] = child;
	}
	_exit(3);
}

TEST_ALONE(of_a_group_who_is_in_another_of_its_session_stays)
{
	prepare_leaving();
	it.with = WITH_GROUP;
	keep(start_and_leave_two, tell_who_is_left);
	CHECK(WIFSIGNALED(how_left[0]) && WTERMSIG(how_left[0]) == SIGTERM && how_left[1] == -1);
}

TEST_ALONE(of_a_session_who_is_in_another_group_is_ended)
{
	prepare_leaving();
	it.with = WITH_SESSION;
	keep(start_and_leave_two, tell_who_is_left);
	CHECK(WIFSIGNALED(how_left[0]) && WTERMSIG(how_left[0]) == SIGTERM);
	CHECK(WIFSIGNALED(how_left[1]) && WTERMSIG(how_left[1]) == SIGTERM);
}

/* each in a session of his own, the second a child of the first */
static pid_t start_and_leave_a_tree(void)
{
	pid_t child, pid = start_one_to_begin();

	if (pid)
		return pid;
	child = child_of(false);
	if (!child) {
		struct sig_set before;

		setsid();
		sig_block_all(&before);
		child = child_who_is_told(0);
		sig_restore(&before);
		left[1] = child;
		sleep_on();
	}
	left[0] = child;
	while (!left[1])
		usleep(1000);
	_exit(3);
}

TEST_ALONE(of_a_tree_all_are_told_at_once_whatever_their_session)
{
	prepare_leaving();
	it.with = WITH_TREE;
	keep(start_and_leave_a_tree, tell_who_is_left);
	CHECK(WIFSIGNALED(how_left[0]) && WTERMSIG(how_left[0]) == SIGTERM);
	CHECK(WIFEXITED(how_left[1]) && WEXITSTATUS(how_left[1]) == SIGTERM);
}

/* one who left all but its cgroup */
static pid_t start_and_leave_a_member(void)
{
	pid_t child, pid = start_one_to_begin();
	char text[16];

	if (pid)
		return pid;
	child = child_of(false);
	if (!child) {
		setsid();
		sleep_on();
	}
	left[0] = child;
	snprintf(text, sizeof(text), "%d\n", child);
	put_text("group/cgroup.procs", text);
	_exit(3);
}

TEST_ALONE(who_is_left_in_its_cgroup_is_ended)
{
	prepare_leaving();
	CHECK(!mkdir("group", 0755));
	put_text("group/cgroup.procs", "");
	it.cgroup = open("group", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(it.cgroup > 0);
	keep(start_and_leave_a_member, tell_who_is_left);
	CHECK(WIFSIGNALED(how_left[0]) && WTERMSIG(how_left[0]) == SIGTERM);
}

/* as old as each other, to the tick of their start times */
static pid_t start_and_leave_five(void)
{
	pid_t child, pid = start_one_to_begin();
	int i;

	if (pid)
		return pid;
	for (i = 0; i < 5; i++) {
		child = child_of(false);
		if (!child)
			sleep_on();
		left[i] = child;
	}
	_exit(0);
}

static void tell_and_end_the_heir(enum supervise_event what)
{
	tell_with_one_beside(what); /* who is younger than it, and older than who is left */
	if (what != SUPERVISE_RUNS)
		return;
	first = it.pid;
	if (told[what] == 2)
		kill(getpid(), SIGTERM);
	else if (write(begins[1], "x", 1) < 0)
		_exit(9);
}

TEST_ALONE(of_the_equally_old_the_first_is_followed)
{
	prepare_leaving();
	it.with = WITH_TREE;
	keep(start_and_leave_five, tell_and_end_the_heir);
	CHECK(starts == 1 && told[SUPERVISE_RUNS] == 2 && first == left[0]);
	CHECK(the_one_beside_lives());
}

/* ---- looks, and words ------------------------------------------------------------------------------------------ */

static bool looked_before = true;

static void tell_of_the_deaf(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_SICK) {
		looked_before &= looks == told[what] && asked - answered >= it.check + STOP_GRACE;
		answered = msec_now();
		if (told[what] == 3)
			kill(it.pid, SIGKILL);
	}
	if (what == SUPERVISE_ENDED)
		kill(getpid(), SIGTERM);
}

TEST_ALONE(who_lives_on_though_he_is_sick_is_looked_at_once_more)
{
	int before = open_now();

	schedule = "TERM/0";
	it.check = 200;
	it.healthy = 60000;
	it.look = look_for_ever;
	supervise_it(start_deaf, tell_of_the_deaf);
	CHECK(told[SUPERVISE_SICK] == 3 && looked_before && WTERMSIG(it.died) == SIGKILL);
	CHECK(open_now() == before);
}

/* takes a while, and finds it well; the second ends the test */
static pid_t look_slowly(void)
{
	pid_t pid;

	asked = msec_now();
	if (++looks == 2)
		kill(getpid(), SIGTERM);
	pid = child_of(true);
	if (!pid) {
		usleep(150000);
		*(volatile long long *)left = msec_now();
		_exit(0);
	}
	return pid;
}

TEST_ALONE(from_the_end_of_a_look_to_the_next_its_time_goes_by)
{
	prepare_leaving();
	it.check = 1000;
	it.first_check = 1;
	it.look = look_slowly;
	supervise_it(start_sleeper, tell_of_the_sick);
	CHECK(looks == 2 && !told[SUPERVISE_SICK]);
	CHECK(asked - *(volatile long long *)left >= 1000);
}

static pid_t look_until_TERM(void)
{
	kill(getpid(), SIGTERM);
	return look_for_ever();
}

TEST_ALONE(who_looks_when_it_ends_is_ended_too)
{
	it.check = 20000;
	it.first_check = 1;
	it.look = look_until_TERM;
	supervise_it(start_sleeper, tell_of_the_sick);
	CHECK(looks == 1 && !told[SUPERVISE_SICK]);
}

/* the first does not end; at each the program ends */
static pid_t look_and_let_it_end(void)
{
	pid_t pid;

	looks++;
	pid = child_of(true);
	if (!pid) {
		if (looks == 1)
			sleep_on();
		_exit(0);
	}
	if (write(begins[1], "x", 1) < 0)
		_exit(9);
	return pid;
}

static pid_t start_one_to_end(void)
{
	pid_t pid = start_one_to_begin();

	if (!pid)
		_exit(3);
	return pid;
}

TEST_ALONE(a_look_at_one_that_has_ended_tells_nothing_of_the_next)
{
	prepare_leaving();
	it.check = 20000;
	it.first_check = 1;
	it.max = 1;
	it.look = look_and_let_it_end;
	supervise_it(start_one_to_end, tell_nothing);
	CHECK(starts == 2 && looks == 2 && !told[SUPERVISE_SICK] && told[SUPERVISE_GIVES_UP] == 1);
}

static int looks_then;

static void tell_of_looks_in_the_wait(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_ENDED)
		looks_then = looks;
	if (what == SUPERVISE_RUNS && told[what] == 2) {
		looks_then -= looks;
		kill(getpid(), SIGTERM);
	}
}

static pid_t look_well(void)
{
	pid_t pid = child_of(true);

	looks++;
	if (!pid)
		_exit(0);
	return pid;
}

TEST_ALONE(who_does_not_run_is_not_looked_at_and_not_sick)
{
	ends_with = 3;
	it.check = 50;
	it.watchdog = 200;
	it.delay = 500;
	it.healthy = 60000;
	it.look = look_well;
	keep(start, tell_of_looks_in_the_wait);
	CHECK(told[SUPERVISE_ENDED] && told[SUPERVISE_RUNS] == 2 && !looks_then && !told[SUPERVISE_SICK]);
}

static bool hears_nothing(void)
{
	words++;
	return false;
}

static pid_t start_babbler(void)
{
	return child_who_talks(40, 100);
}

TEST_ALONE(who_talks_and_does_not_say_that_he_lives_is_silent)
{
	it.watchdog = 300;
	it.healthy = 60000;
	it.heard = hears_nothing;
	supervise_it(start_babbler, tell_of_the_sick);
	CHECK(told[SUPERVISE_SICK] == 1 && words && words < 40);
}

static void tell_a_word(enum supervise_event what)
{
	told[what]++;
	if (what == SUPERVISE_RUNS) {
		kill(getpid(), SIGIO);
		if (!it.heard)
			kill(getpid(), SIGTERM);
	}
}

static bool hears_the_last(void)
{
	words++;
	kill(it.pid, SIGUSR1);
	return true;
}

TEST_ALONE(without_a_watchdog_a_word_is_heard_and_silence_is_no_sickness)
{
	it.max = 1;
	it.healthy = 60000;
	it.heard = hears_the_last;
	keep(start_sleeper, tell_a_word);
	CHECK(words == 2 && starts == 2 && !told[SUPERVISE_SICK] && WTERMSIG(it.died) == SIGUSR1);
}

TEST_ALONE(without_an_ear_a_word_is_nothing)
{
	keep(start_sleeper, tell_a_word);
	CHECK(starts == 1 && !told[SUPERVISE_SICK] && WTERMSIG(it.died) == SIGTERM);
}
