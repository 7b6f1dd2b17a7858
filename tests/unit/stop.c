/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/stop.h"

#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>

#include "alone.h"

static struct stop st;

/* the schedule as text: "15 1000 9 1000", "again 0" at its end */
static const char *schedule(const char *text, int sig)
{
	static char line[2048];
	int i;

	memset(&st, 0x5a, sizeof(st));
	if (stop_parse(&st, text, sig) < 0)
		return errno == EINVAL ? "EINVAL" : errno == E2BIG ? "E2BIG" : "?";
	line[0] = '\0';
	for (i = 0; i < st.n; i++)
		snprintf(line + strlen(line), 32, st.step[i].sig < 0 ? "%s%ums" : "%sSIG%u", i ? " " : "",
			 st.step[i].sig < 0 ? st.step[i].msec : (unsigned)st.step[i].sig);
	if (st.again >= 0)
		snprintf(line + strlen(line), 32, " again %d", st.again);
	return line;
}

#define SCHEDULE(text, expected)                                                                                       \
	do {                                                                                                           \
		const char *is = schedule(text, SIGTERM);                                                              \
		CHECK_ROW(text, !strcmp(is, expected));                                                                \
	} while (0)

TEST(a_duration_alone_is_signal_wait_KILL_wait)
{
	SCHEDULE("5", "SIG15 5000ms SIG9 5000ms");
	SCHEDULE("0", "SIG15 0ms SIG9 0ms");
	SCHEDULE("2.5", "SIG15 2500ms SIG9 2500ms");
	SCHEDULE("100ms", "SIG15 100ms SIG9 100ms");
	SCHEDULE("1m", "SIG15 60000ms SIG9 60000ms");
	CHECK_TEXT(schedule("5", SIGHUP), "SIG1 5000ms SIG9 5000ms");
	CHECK_TEXT(schedule("5", 0), "SIG0 5000ms SIG9 5000ms");
}

TEST(a_list_is_taken_in_its_order)
{
	SCHEDULE("TERM/5/KILL/5", "SIG15 5000ms SIG9 5000ms");
	CHECK_TEXT(schedule("TERM/5/KILL/5", SIGHUP), "SIG15 5000ms SIG9 5000ms");
	SCHEDULE("TERM/0", "SIG15 0ms");
	SCHEDULE("0/30/KILL/5", "0ms 30000ms SIG9 5000ms");
	SCHEDULE("1/TERM", "1000ms SIG15");
	SCHEDULE("15/1", "15000ms 1000ms");
	SCHEDULE("HUP/USR1/TERM/1", "SIG1 SIG10 SIG15 1000ms");
}

TEST(signals_in_all_their_spellings)
{
	SCHEDULE("SIGTERM/1", "SIG15 1000ms");
	SCHEDULE("-SIGTERM/1", "SIG15 1000ms");
	SCHEDULE("-TERM/1", "SIG15 1000ms");
	SCHEDULE("term/1", "SIG15 1000ms");
	SCHEDULE("WINCH/1", "SIG28 1000ms");
	SCHEDULE("-9/1", "SIG9 1000ms");
	SCHEDULE("-0/1", "SIG0 1000ms");
	SCHEDULE("9/1", "9000ms 1000ms"); /* a number without a dash is a time */
	SCHEDULE("TERM/1s", "SIG15 1000ms");
	SCHEDULE("TERM/1.5/kill/10ms", "SIG15 1500ms SIG9 10ms");
	CHECK(!strncmp(schedule("RTMIN/1", SIGTERM), "SIG3", 4));
	CHECK(!strncmp(schedule("rtmin+2/1", SIGTERM), "SIG3", 4));
}

TEST(forever_goes_back_to_where_it_stands)
{
	SCHEDULE("TERM/forever/1", "SIG15 1000ms again 1");
	SCHEDULE("forever/TERM/1", "SIG15 1000ms again 0");
	SCHEDULE("TERM/5/forever/KILL/1", "SIG15 5000ms SIG9 1000ms again 2");
}

/* clang-format off */
static const char *const no_schedules[] = {
	"", "/", "//", "/1", "1/", "TERM/1/", "TERM//1", "/TERM/1", "KILL", "TERM", "-TERM", "forever", "-1", "-9",
	"+5", "TERM/forever", "forever/TERM", "TERM/1/forever", "forever/forever/1", "TERM/forever/1/forever/1",
	"TERM/forever/0", "forever/TERM/0/0ms", "NULL/1", "XYZ/1", "TERM/1,5", "TERM/99999999999", "TERM/1x",
	"TERM/-", "--TERM/1", "TERM/ 1", " TERM/1", "TERM /1", "5 ", " 5", "5s5", "1.2.3", "TERM/5/KILL/x",
	"-65/1", "RTMIN+99/1", "FOREVER/TERM/1", "TERM/0000000000000000000000000000000001", "TERM\n/1",
};
/* clang-format on */

TEST(what_is_no_schedule_is_EINVAL)
{
	unsigned i;

	for (i = 0; i < sizeof(no_schedules) / sizeof(*no_schedules); i++)
		SCHEDULE(no_schedules[i], "EINVAL");
}

TEST(of_32_steps_all_are_kept_and_of_33_none)
{
	char text[512] = "TERM";
	int i;

	for (i = 1; i < STOP_STEPS; i++)
		strcat(text, i % 2 ? "/1" : "/TERM");
	CHECK(strcmp(schedule(text, SIGTERM), "E2BIG"));
	CHECK(st.n == STOP_STEPS && st.step[0].sig == SIGTERM && st.step[STOP_STEPS - 1].msec == 1000);
	strcat(text, "/1");
	CHECK_TEXT(schedule(text, SIGTERM), "E2BIG");
	strcat(text, "/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1");
	CHECK_TEXT(schedule(text, SIGTERM), "E2BIG");
}

TEST(every_text_is_a_schedule_or_an_error)
{
	static const char *const some[] = { "TERM", "KILL",    "9", "-9", "0", "5",  "/",  "/",
					    "/",    "forever", "x", "-",  ".", "ms", "1.5" };
	int i, j, k;

	for (i = 0; i < 50000; i++) {
		char text[128] = "";

		for (j = dice() % 9; j >= 0; j--)
			strcat(text, some[dice() % (sizeof(some) / sizeof(*some))]);
		if (stop_parse(&st, text, SIGTERM) < 0) {
			CHECK_ROW(text, errno == EINVAL);
			continue;
		}
		CHECK_ROW(text, st.n >= 1 && st.n <= STOP_STEPS && st.again < st.n && st.again >= -1);
		for (k = 0; k < st.n; k++)
			CHECK_ROW(text, st.step[k].sig >= -1 && st.step[k].sig <= 64);
	}
}

/* ---- runs -------------------------------------------------------------------------------------------------- */

static long long started;
static struct stop_result result;
static struct procs set;
static int told_of[65], told_errors;

static void told(const struct proc *p, int sig, int error)
{
	(void)p;
	told_of[sig]++;
	told_errors += !!error;
}

static long long took(void)
{
	return msec_now() - started;
}

static int run(const char *text, const struct match *m)
{
	int done;

	memset(told_of, 0, sizeof(told_of));
	told_errors = 0;
	memset(&set, 0, sizeof(set));
	memset(&st, 0, sizeof(st));
	CHECK_ROW(text, !stop_parse(&st, text, SIGTERM));
	started = msec_now();
	CHECK_ROW(text, procs_find(&set, m) >= 0);
	done = stop_run(&st, m, &set, told, &result);
	return done;
}

/* a child that does not mind sig, or that dies msec after it */
static pid_t deaf(int sig)
{
	int ready[2];
	char c;
	pid_t pid;

	CHECK(!pipe(ready));
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(sig, SIG_IGN);
		if (write(ready[1], "x", 1) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	CHECK(read(ready[0], &c, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void dies_later(int sig)
{
	(void)sig;
	usleep(80000); /* NOLINT(bugprone-signal-handler,cert-sig30-c): usleep is nanosleep(2), which is safe there */
	_exit(0);
}

TEST(who_obeys_is_gone_at_once_and_a_zombie_counts_as_gone)
{
	struct match m = { .pid = sleeper() };

	CHECK(!run("TERM/5/KILL/5", &m));
	CHECK(result.signalled == 1 && !result.refused && !result.left);
	CHECK(told_of[SIGTERM] == 1 && !told_of[SIGKILL]);
	CHECK(took() < 1000);
	procs_free(&set);
	CHECK(WTERMSIG(end(m.pid)) == SIGTERM);
}

TEST(who_does_not_obey_gets_the_harder_signal)
{
	struct match m = { .pid = deaf(SIGTERM) };

	CHECK(!run("TERM/50ms/KILL/5", &m));
	CHECK(result.signalled == 2 && !result.left);
	CHECK(told_of[SIGTERM] == 1 && told_of[SIGKILL] == 1);
	CHECK(took() >= 50 && took() < 2000);
	procs_free(&set);
	CHECK(WTERMSIG(end(m.pid)) == SIGKILL);
}

TEST(a_schedule_of_no_time_still_sees_the_death)
{
	struct match m = { .pid = deaf(SIGTERM) };

	CHECK(!run("0", &m));
	CHECK(result.signalled == 2 && !result.left);
	procs_free(&set);
	end(m.pid);
	m.pid = sleeper();
	CHECK(!run("1ms/TERM", &m));
	CHECK(result.signalled == 1 && !result.left);
	procs_free(&set);
	end(m.pid);
}

TEST(who_outlives_the_schedule_is_left)
{
	struct match m = { .pid = deaf(SIGTERM) };

	CHECK(!run("TERM/30ms", &m));
	CHECK(result.signalled == 1 && result.left == 1 && set.n == 1 && set.v[0].pid == m.pid);
	CHECK(took() >= 30 && took() < 2000);
	procs_free(&set);
	end(m.pid);
}

TEST(a_schedule_that_begins_with_a_wait_signals_after_it)
{
	struct match m = { .pid = sleeper() };

	CHECK(!run("40ms/TERM/5", &m));
	CHECK(result.signalled == 1 && !result.left && took() >= 40 && took() < 2000);
	procs_free(&set);
	end(m.pid);
}

TEST(waits_only_signal_nobody)
{
	struct match m = { .pid = sleeper() };

	CHECK(!run("10ms/10ms", &m));
	CHECK(!result.signalled && result.left == 1 && took() >= 20 && took() < STOP_GRACE);
	procs_free(&set);
	CHECK(WTERMSIG(end(m.pid)) == SIGKILL);
}

TEST(forever_repeats_until_it_is_gone)
{
	struct match m = { .pid = deaf(SIGHUP) };
	pid_t other = fork();

	if (!other) {
		usleep(100000);
		kill(m.pid, SIGKILL);
		_exit(0);
	}
	CHECK(!run("forever/HUP/20ms", &m));
	CHECK(result.signalled >= 3 && !result.left && told_of[SIGHUP] == (int)result.signalled);
	procs_free(&set);
	end(m.pid);
	end(other);
}

TEST(who_takes_his_time_is_waited_for_and_no_longer)
{
	int ready[2];
	char c;
	struct match m = { 0 };

	CHECK(!pipe(ready));
	m.pid = fork();
	if (!m.pid) {
		signal(SIGTERM, dies_later);
		if (write(ready[1], "x", 1) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	CHECK(read(ready[0], &c, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	CHECK(!run("TERM/20/KILL/20", &m));
	CHECK(result.signalled == 1 && !result.left);
	CHECK(took() >= 75 && took() < 1000);
	procs_free(&set);
	CHECK(end(m.pid) == 0);
}

TEST(nobody_to_stop_is_no_error)
{
	struct match m = { .pid = sleeper() };

	end(m.pid);
	CHECK(!run("TERM/5", &m));
	CHECK(!result.signalled && !result.left && !result.refused && took() < 1000);
	procs_free(&set);
	m.pid = zombie();
	CHECK(!run("TERM/5", &m));
	CHECK(!result.signalled && !result.left && took() < 1000);
	procs_free(&set);
	end(m.pid);
}

TEST(a_signal_alone_is_one_step_and_no_wait)
{
	struct match m = { .pid = sleeper() };

	memset(&st, 0, sizeof(st));
	memset(&set, 0, sizeof(set));
	memset(told_of, 0, sizeof(told_of));
	st.n = 1;
	st.again = -1;
	st.step[0].sig = 0;
	started = msec_now();
	CHECK(procs_find(&set, &m) == 1);
	CHECK(!stop_run(&st, &m, &set, told, &result));
	CHECK(took() < STOP_GRACE);
	CHECK(result.signalled == 1 && result.left == 1 && told_of[0] == 1);
	procs_free(&set);
	end(m.pid);
}

static int ticks;

static void count_tick(void)
{
	ticks++;
}

TEST(each_second_of_a_wait_is_told)
{
	struct match m = { .pid = deaf(SIGTERM) };

	memset(&set, 0, sizeof(set));
	memset(&st, 0, sizeof(st));
	CHECK(!stop_parse(&st, "TERM/1.2/KILL/5", SIGTERM));
	st.tick = count_tick;
	ticks = 0;
	CHECK(procs_find(&set, &m) == 1);
	CHECK(!stop_run(&st, &m, &set, NULL, &result));
	CHECK(ticks == 1 && !result.left);
	procs_free(&set);
	end(m.pid);
}

TEST(children_of_one_parent_are_found_anew_at_each_step)
{
	struct match m = { .ppid = getpid() };
	pid_t a, b;

	a = sleeper();
	b = deaf(SIGTERM);
	CHECK(!run("TERM/30ms/KILL/5", &m));
	CHECK(result.signalled == 3 && !result.left);
	CHECK(told_of[SIGTERM] == 2 && told_of[SIGKILL] == 1);
	procs_free(&set);
	CHECK(WTERMSIG(end(a)) == SIGTERM && WTERMSIG(end(b)) == SIGKILL);
}

TEST_ALONE(who_may_not_be_signalled_is_refused_and_not_waited_for)
{
	struct match m = { .pid = getppid() };

	if (getuid() || setgid(12345) || setuid(12345))
		SKIP("not root");
	CHECK(!run("TERM/5/KILL/5", &m));
	CHECK(!result.signalled && result.refused == 1 && told_errors == 1);
	CHECK(took() < 1000);
}

TEST(who_outlives_a_schedule_of_signals_gets_a_moment_of_grace)
{
	struct match m = { .pid = deaf(SIGTERM) };

	CHECK(!run("TERM/10ms", &m));
	CHECK(result.left == 1 && took() >= 10 + STOP_GRACE);
	procs_free(&set);
	end(m.pid);
}

static pid_t born;

static void bear(const struct proc *dead, int sig, int error)
{
	told(dead, sig, error);
	if (!born)
		born = deaf(SIGTERM);
}

/* run, but told by another */
static int run_telling(const char *text, const struct match *m, procs_told *tell)
{
	memset(told_of, 0, sizeof(told_of));
	memset(&set, 0, sizeof(set));
	CHECK_ROW(text, !stop_parse(&st, text, SIGTERM));
	st.tick = NULL;
	CHECK_ROW(text, procs_find(&set, m) >= 0);
	started = msec_now();
	return stop_run(&st, m, &set, tell, &result);
}

TEST(who_was_born_meanwhile_is_waited_for_too)
{
	struct match m = { .ppid = getpid() };
	pid_t first = sleeper();

	CHECK(!run_telling("TERM/80ms/KILL/5", &m, bear));
	CHECK(took() >= 80);
	CHECK(result.signalled == 2 && !result.left && told_of[SIGTERM] == 1 && told_of[SIGKILL] == 1);
	procs_free(&set);
	CHECK(WTERMSIG(end(first)) == SIGTERM && WTERMSIG(end(born)) == SIGKILL);
}

static void take_descriptors(const struct proc *p, int sig, int error)
{
	told(p, sig, error);
	refuse(SYS_openat, ENFILE);
}

TEST_ALONE(who_cannot_be_looked_for_again_is_an_error)
{
	struct match m = { .ppid = getpid() };
	pid_t first = sleeper();

	CHECK_FAILS("scan", run_telling("TERM/50ms/KILL/5", &m, take_descriptors), ENFILE);
	CHECK(!result.left && took() < 2000);
	end(first);
}

/* cgroup.procs of a group that we are not in; -1: none to be had here */
static int elsewhere(void)
{
	mkdir("mnt", 0755);
	mount("none", "mnt", "cgroup2", 0, NULL);
	mkdir("mnt/unit.stop", 0755);
	return open("mnt/unit.stop/cgroup.procs", O_WRONLY | O_CLOEXEC);
}

static void give_back(int place)
{
	close(place);
	rmdir("mnt/unit.stop");
	umount2("mnt", MNT_DETACH);
}

static int place = -1; /* where who is stopped is put */

/* a directory with the files of a control group; what its cgroup.kill got when these were stopped */
static const char *killed(const char *text, struct match *m)
{
	char members[32];
	pid_t pid = sleeper();
	int before;

	CHECK(place < 0 || dprintf(place, "%d", pid) > 0);
	mkdir("group", 0755);
	snprintf(members, sizeof(members), "%d\n", pid);
	put_text("group/cgroup.procs", members);
	put_text("group/cgroup.kill", "-");
	m->cgroup = open("group", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m->pid)
		m->pid = pid;
	before = open_now();
	CHECK(!run_telling(text, m, told));
	CHECK(result.signalled == 1 && !result.left);
	procs_free(&set);
	CHECK(open_now() == before);
	close(m->cgroup);
	end(pid);
	return get("group/cgroup.kill");
}

TEST(a_control_group_that_we_are_in_is_killed_one_by_one)
{
	struct match m = { 0 };

	CHECK_TEXT(killed("KILL/5", &m), "-");
}

TEST(and_so_is_one_that_we_are_below_but_not_one_with_a_name_that_begins_so)
{
	static const struct {
		const char *ours, *got;
	} rows[] = { { "mnt/unit.stop", "-" }, { "mnt/unit.stop/below", "-" }, { "mnt/unit.stopper", "1" } };
	struct match m = { 0 };
	char procs[64];
	int how, ours;
	unsigned i;
	pid_t pid;

	place = elsewhere();
	if (place < 0)
		SKIP("no cgroup v2");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		CHECK(!mkdir(rows[i].ours, 0755) || errno == EEXIST);
		snprintf(procs, sizeof(procs), "%s/cgroup.procs", rows[i].ours);
		ours = open(procs, O_WRONLY | O_CLOEXEC);
		pid = fork();
		if (!pid)
			_exit(write(ours, "0", 1) == 1 && !strcmp(killed("KILL/5", &m), rows[i].got) ? 0 : 3);
		close(ours);
		CHECK_ROW(rows[i].ours, waitpid(pid, &how, 0) == pid && !how);
	}
	while (i-- > 1)
		rmdir(rows[i].ours);
	give_back(place);
	place = -1;
}

TEST(a_whole_control_group_is_killed_at_once_and_only_by_KILL)
{
	struct match m = { 0 }, one = { .pid = 1 }, some = { .ppid = getpid() };

	place = elsewhere();
	if (place < 0)
		SKIP("no cgroup v2");
	CHECK_TEXT(killed("KILL/5", &m), "1");
	CHECK_TEXT(killed("TERM/5", &m), "-");
	CHECK_TEXT(killed("KILL/5", &one), "-");
	CHECK_TEXT(killed("KILL/5", &some), "-");
	give_back(place);
	place = -1;
}

TEST(a_control_group_without_cgroup_kill_is_killed_one_by_one)
{
	struct match m = { 0 };
	pid_t pid = sleeper();
	char members[32];

	mkdir("old", 0755);
	snprintf(members, sizeof(members), "%d\n", pid);
	put_text("old/cgroup.procs", members);
	m.cgroup = open("old", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(!run_telling("KILL/5", &m, told));
	CHECK(result.signalled == 1 && !result.left);
	CHECK(access("old/cgroup.kill", F_OK) < 0 && fcntl(0, F_GETFD) >= 0);
	procs_free(&set);
	close(m.cgroup);
	CHECK(WTERMSIG(end(pid)) == SIGKILL);
}

TEST(an_item_of_a_schedule_has_19_characters)
{
	SCHEDULE("TERM/0000000000000000001", "SIG15 1000ms");
	SCHEDULE("TERM/00000000000000000001", "EINVAL");
}
