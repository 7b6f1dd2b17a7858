/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/proc.h"
#include "../../libbb/clock.h"
#include "../../libbb/config.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "alone.h"

/* ---- the parsers ------------------------------------------------------------------------------------------- */

#define REST " S 10 20 30 34816 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 987654 2000000 300 18446744073709551615 1 1 0 0\n"

static struct proc_stat s;
static struct proc_status t;

static int parse(const char *text)
{
	memset(&s, 0x5a, sizeof(s));
	return proc_stat_parse(text, strlen(text), &s);
}

static bool rest_is_right(void)
{
	return s.state == 'S' && s.field[STAT_PPID] == 10 && s.field[STAT_PGRP] == 20 && s.field[STAT_SESSION] == 30 &&
	       s.field[STAT_FLAGS] == 4194560 && s.field[STAT_START] == 987654;
}

TEST(a_plain_stat_line)
{
	CHECK(!parse("123 (sleep)" REST));
	CHECK_TEXT(s.comm, "sleep");
	CHECK(rest_is_right());
}

TEST(comm_may_hold_anything)
{
	/* clang-format off */
	static const char *const names[] = {
		"", " ", "(", ")", ") ", "a b", ") S 1 1", ") R 1", ") R 1 1 1 1 1 1 1", "()", "((", "))",
		")))) Z 0", "a\nb", "\n", "x) Z 1\n1 (y", "Uid:\t0", "\\", "\xff\xfe", "0123456789abcde", "a(b)c",
		")\n(", "%s%n",
	};
	/* clang-format on */
	char text[512];
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(text, sizeof(text), "123 (%s)" REST, names[i]);
		CHECK_ROW(names[i], !parse(text));
		CHECK_TEXT(s.comm, names[i]);
		CHECK_ROW(names[i], rest_is_right());
	}
}

TEST(a_long_comm_is_cut_and_never_overflows)
{
	char text[512], name[200];
	unsigned len;

	for (len = 0; len < 190; len++) {
		memset(name, 'k', len);
		name[len] = '\0';
		snprintf(text, sizeof(text), "123 (%s)" REST, name);
		CHECK(!parse(text));
		name[63] = '\0';
		CHECK_TEXT(s.comm, name);
		CHECK(rest_is_right());
	}
}

TEST(every_random_comm_comes_back)
{
	static const char some[] = "() SZ01\n\t-a";
	char text[512], name[16];
	int i, j;

	for (i = 0; i < 100000; i++) {
		int len = dice() % 16;

		for (j = 0; j < len; j++)
			name[j] = some[dice() % (sizeof(some) - 1)];
		name[len] = '\0';
		snprintf(text, sizeof(text), "123 (%s)" REST, name);
		CHECK_ROW(name, !parse(text));
		CHECK_ROW(name, !strcmp(s.comm, name) && rest_is_right());
	}
}

TEST(a_line_that_is_none_is_EINVAL)
{
	/* clang-format off */
	static const char *const bad[] = {
		"", "\n", "123", "123 sleep S 1 2", "123 (sleep S 1 2", "123 sleep) S 1 2", "123 )sleep( S 1 2",
		"123 (sleep)", "123 (sleep) ", "(", ")", ")(",
	};
	/* clang-format on */
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_FAILS(bad[i], parse(bad[i]), EINVAL);
}

/* in a block of just their size: a byte too far is found by a sanitizer */
TEST(a_line_cut_anywhere_is_read_to_its_end_only)
{
	static const char whole[] = "123 (a) b)" REST;
	size_t len;

	for (len = 0; len < sizeof(whole); len++) {
		char *cut = malloc(len + 1);

		memcpy(cut, whole, len);
		cut[len] = '\0';
		if (!proc_stat_parse(cut, len, &s))
			CHECK_ROW(cut, s.state == 'S' || s.state == 'b');
		free(cut);
	}
}

TEST(huge_numbers_do_no_harm)
{
	CHECK(!parse(
	    "1 (x) S 4294967295 -1 -1 99999999999999999999999999 -1 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 "
	    "18446744073709551615 0\n"));
	CHECK(s.field[STAT_START] == 18446744073709551615ULL);
}

#define HEAD                                                                                                           \
	"Name:\tsleep\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t12\nNgid:\t0\nPid:\t12\nPPid:\t34\nTracerPid:\t0\n"
#define UIDS "Uid:\t1000\t1001\t1002\t1003\nGid:\t5\t6\t7\t8\nFDSize:\t64\nGroups:\t1 2 \n"

TEST(a_plain_status)
{
	CHECK(!proc_status_parse(HEAD UIDS "NStgid:\t12\nNSpid:\t12\nNSpgid:\t12\n", &t));
	CHECK(t.tgid == 12 && t.uid == 1000 && t.euid == 1001 && !t.inner);
}

TEST(a_process_of_an_inner_namespace_has_two_numbers)
{
	CHECK(!proc_status_parse(HEAD UIDS "NStgid:\t12\t1\nNSpid:\t12\t1\nNSpgid:\t12\t1\n", &t));
	CHECK(t.inner);
	CHECK(!proc_status_parse(HEAD UIDS "NSpid:\t12\t3\t1\n", &t) && t.inner);
	CHECK(!proc_status_parse(HEAD UIDS "NSpid:\t12\nNSpgid:\t12\t7\n", &t) && !t.inner);
	CHECK(!proc_status_parse(HEAD UIDS, &t) && !t.inner); /* before Linux 4.1 */
}

TEST(the_group_and_the_handlers_of_a_status)
{
	CHECK(!proc_status_parse(HEAD UIDS "SigIgn:\t0000000000000001\nSigCgt:\t80000000fF004002\n", &t));
	CHECK(t.gid == 5 && t.caught == 0x80000000ff004002ULL);
	CHECK(!proc_status_parse(HEAD UIDS, &t) && !t.caught);
}

TEST(a_name_cannot_forge_a_line)
{
	/* the kernel writes \n for a newline in a name */
	CHECK(!proc_status_parse("Name:\tUid:\\n\nState:\tS\nTgid:\t1\nPPid:\t1\n" UIDS, &t) && t.uid == 1000);
	CHECK(!proc_status_parse("Name:\tUid: 0 0 0\nState:\tS\nTgid:\t1\nPPid:\t1\n" UIDS, &t) && t.uid == 1000);
	CHECK(!proc_status_parse("Name:\tNSpid:\t1\t2\nState:\tS\nTgid:\t1\nPPid:\t1\n" UIDS, &t) && !t.inner);
}

TEST(a_status_without_uids_is_EINVAL)
{
	CHECK_FAILS("empty", proc_status_parse("", &t), EINVAL);
	CHECK_FAILS("head", proc_status_parse(HEAD, &t), EINVAL);
	CHECK_FAILS("other keys", proc_status_parse("XUid:\t1\t1\nEUid:\t2\n", &t), EINVAL);
	CHECK_FAILS("no Tgid", proc_status_parse("Name:\tx\n" UIDS, &t), EINVAL);
	CHECK_FAILS("no newline", proc_status_parse("Name:\tx Uid:\t1\t1\t1", &t), EINVAL);
}

TEST(a_status_cut_anywhere_is_read_to_its_end_only)
{
	static const char whole[] = HEAD UIDS "NSpid:\t12\t1\n";
	size_t len;

	for (len = 0; len < sizeof(whole); len++) {
		char *cut = malloc(len + 1);

		memcpy(cut, whole, len);
		cut[len] = '\0';
		proc_status_parse(cut, &t);
		free(cut);
	}
}

TEST(the_place_in_cgroup_v2_is_the_line_of_number_0)
{
	static const struct {
		const char *text, *place;
	} rows[] = {
		{ "0::/a/b\n", "/a/b\n" },
		{ "12:cpu,cpuacct:/x\n1:name=systemd:/y\n0::/z\n", "/z\n" },
		{ "10::/x\n0::/y\n1::/z\n", "/y\n1::/z\n" },
		{ "0::\n", "\n" },
		{ "0::/cut", NULL },
		{ "1:name=systemd:/0::/y\n", NULL },
		{ "0:", NULL },
		{ "\n", NULL },
		{ "", NULL },
	};
	const char *place;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		place = proc_parse_cgroup(rows[i].text);
		CHECK_ROW(rows[i].text, !place == !rows[i].place && (!place || !strcmp(place, rows[i].place)));
	}
}

TEST(the_states_of_who_has_ended)
{
	int state;

	for (state = 1; state < 128; state++)
		CHECK(proc_ended(state) == (state == 'Z' || state == 'X' || state == 'x'));
}

/* ---- processes --------------------------------------------------------------------------------------------- */

static struct proc p;

TEST(a_living_process_can_be_held_read_and_signalled)
{
	pid_t pid = sleeper();
	char buf[64];

	CHECK(!proc_open(&p, pid));
	CHECK(p.pid == pid && p.dir >= 0 && p.death == -1 && !p.names);
	CHECK(fcntl(p.dir, F_GETFD) == FD_CLOEXEC);
	CHECK(!proc_stat(&p, &s));
	CHECK(s.field[STAT_PPID] == (unsigned)getpid() && s.field[STAT_START] > 0 &&
	      !(s.field[STAT_FLAGS] & PROC_KTHREAD));
	CHECK(!proc_status(&p, &t));
	CHECK(t.uid == getuid() && t.euid == geteuid() && !t.inner);
	CHECK(proc_read(&p, "comm", buf, sizeof(buf)) > 0);
	CHECK(!proc_dead(&p));
	CHECK(!proc_kill(&p, 0));
	CHECK(!proc_kill(&p, SIGTERM));
	CHECK(waitpid(pid, NULL, 0) == pid);
	CHECK(proc_dead(&p));
	proc_close(&p);
}

TEST(its_age_is_that_of_the_process_and_not_of_its_program)
{
	long long before = clock_msec(), took;
	pid_t pid = sleeper();

	CHECK(!proc_open(&p, pid));
	poll(NULL, 0, 60);
	CHECK(!proc_stat(&p, &s));
	took = clock_msec() - before;
	CHECK(proc_age(&s) >= 50 && proc_age(&s) <= took + 30); /* the kernel counts in ticks of 10 ms */
	proc_close(&p);
	end(pid);
}

TEST(its_name_is_read_whole_whatever_is_in_it)
{
	static const char *const names[] = { "x", "fifteen-bytes-x", "a b", "new\nline", "\n", ") R 1" };
	char comm[PROC_COMM];
	unsigned i;
	pid_t pid;

	for (i = 0; i < COUNT(names); i++) {
		char *argv[] = { (char *)"any", NULL };

		copy_self(names[i]);
		pid = executed(names[i], argv);
		CHECK(!proc_open(&p, pid));
		CHECK_ROW(names[i], !proc_comm(&p, comm) && !strcmp(comm, names[i]));
		end(pid);
		CHECK_FAILS(names[i], proc_comm(&p, comm), ESRCH);
		proc_close(&p);
	}
}

TEST(a_zombie_is_dead_and_can_be_read)
{
	pid_t pid = zombie();

	CHECK(!proc_open(&p, pid));
	CHECK(proc_dead(&p));
	CHECK(!proc_stat(&p, &s) && s.state == 'Z');
	proc_close(&p);
	end(pid);
}

TEST(who_is_gone_is_ESRCH)
{
	pid_t pid = sleeper();
	char buf[64];

	CHECK(!proc_open(&p, pid));
	end(pid);
	CHECK(proc_dead(&p));
	CHECK_FAILS("read", proc_read(&p, "comm", buf, sizeof(buf)), ESRCH);
	CHECK_FAILS("stat", proc_stat(&p, &s), ESRCH);
	CHECK_FAILS("status", proc_status(&p, &t), ESRCH);
	CHECK_FAILS("kill", proc_kill(&p, SIGTERM), ESRCH);
	CHECK_FAILS("kill 0", proc_kill(&p, 0), ESRCH);
	proc_close(&p);
	CHECK_FAILS("open", proc_open(&p, pid), ESRCH);
	CHECK_FAILS("open", proc_open(&p, 4194304), ESRCH);
	CHECK_FAILS("open", proc_open(&p, 2147483647), ESRCH);
}

static char poured[16384];
static size_t poured_len;

static void pour(char *piece, size_t len)
{
	CHECK(poured_len + len <= sizeof(poured));
	memcpy(poured + poured_len, piece, len);
	poured_len += len;
	memset(piece, 'x', len);
}

TEST(a_file_longer_than_a_piece_is_poured_whole)
{
	char argument[10001], *argv[] = { argument, (char *)"end", NULL };
	pid_t pid;

	memset(argument, 'a', 10000);
	argument[10000] = '\0';
	argument[4096] = 'b';
	copy_self("mouse");
	pid = executed("mouse", argv);
	poured_len = 0;
	CHECK(!proc_open(&p, pid) && !proc_pour(&p, "cmdline", pour));
	CHECK(poured_len == 10005 && !memcmp(poured, argument, 10001) && !strcmp(poured + 10001, "end"));
	CHECK_FAILS("no file", proc_pour(&p, "nosuch", pour), ENOENT);
	CHECK(poured_len == 10005);
	end(pid);
	CHECK(proc_pour(&p, "cmdline", pour) < 0);
	CHECK(poured_len == 10005);
	proc_close(&p);
}

TEST_ALONE(a_value_goes_with_a_signal)
{
	siginfo_t info;
	sigset_t usr1;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	CHECK(!proc_open(&p, getpid()) && !proc_queue(&p, SIGUSR1, 42));
	CHECK(sigwaitinfo(&usr1, &info) == SIGUSR1);
	CHECK(info.si_code == SI_QUEUE && info.si_value.sival_int == 42 && info.si_pid == getpid());
	CHECK_FAILS("129", proc_queue(&p, 129, 42), EINVAL);
}

TEST(a_signal_that_is_none_is_EINVAL)
{
	pid_t pid = sleeper();

	CHECK(!proc_open(&p, pid));
	CHECK_FAILS("129", proc_kill(&p, 129), EINVAL);
	CHECK_FAILS("-1", proc_kill(&p, -1), EINVAL);
	CHECK(!proc_dead(&p));
	end(pid);
	proc_close(&p);
}

TEST_ALONE(another_user_s_process_is_EPERM)
{
	if (getuid())
		SKIP("not root");
	CHECK(!proc_open(&p, getppid()));
	if (setgid(12345) || setuid(12345))
		SKIP("no such id here");
	CHECK_FAILS("kill", proc_kill(&p, 0), EPERM);
	CHECK(!proc_dead(&p));
}

TEST(all_are_signalled_at_once_but_PID_1_and_ourselves)
{
	pid_t a = sleeper(), b = sleeper(), all;
	int status;

	if (getpid() != 1)
		SKIP("not PID 1 of a namespace: it would be everybody");
	all = proc_fork();
	if (!all)
		_exit(proc_kill_all(SIGUSR1) < 0 ? 1 : 7);
	CHECK(waitpid(all, &status, 0) == all && WIFEXITED(status) && WEXITSTATUS(status) == 7);
	CHECK(waitpid(a, &status, 0) == a && WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
	CHECK(waitpid(b, &status, 0) == b && WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
	CHECK_FAILS("nobody", proc_kill_all(SIGUSR1), ESRCH);
}

TEST(the_fd_of_proc_poll_turns_readable_at_the_death)
{
	pid_t pid = sleeper();
	struct pollfd death = { .events = POLLIN };

	CHECK(!proc_open(&p, pid));
	death.fd = proc_poll(&p);
	if (death.fd < 0 && errno == ENOSYS) {
		end(pid);
		SKIP("no pidfds");
	}
	CHECK(death.fd >= 0 && p.death == death.fd && proc_poll(&p) == death.fd);
	CHECK(fcntl(death.fd, F_GETFD) == FD_CLOEXEC);
	CHECK(poll(&death, 1, 0) == 0);
	CHECK(!proc_kill(&p, SIGTERM));
	CHECK(poll(&death, 1, 5000) == 1); /* a zombie still */
	CHECK(proc_dead(&p));
	end(pid);
	proc_close(&p);
	CHECK(fcntl(death.fd, F_GETFD) < 0);
}

TEST(proc_poll_of_who_is_gone_is_ESRCH)
{
	pid_t pid = sleeper();

	CHECK(!proc_open(&p, pid));
	end(pid);
	errno = 0;
	CHECK(proc_poll(&p) == -1);
	CHECK(errno == ESRCH || errno == ENOSYS);
	CHECK(p.death == -1);
	proc_close(&p);
}

/* the number goes to another process: the one that we hold is not it */
static pid_t same_number(pid_t wanted)
{
	char text[16];
	int i, fd;
	pid_t pid;

	for (i = 0; i < 20; i++) {
		fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
		snprintf(text, sizeof(text), "%d", wanted - 1);
		if (fd < 0 || write(fd, text, strlen(text)) < 0)
			return 0;
		close(fd);
		pid = sleeper();
		if (pid == wanted)
			return pid;
		end(pid);
	}
	return 0;
}

TEST(who_got_the_number_of_one_that_is_gone_is_not_hit)
{
	pid_t pid = sleeper(), other;

	CHECK(!proc_open(&p, pid));
	end(pid);
	other = same_number(pid);
	if (!other) {
		proc_close(&p);
		SKIP("cannot choose numbers here");
	}
	CHECK_FAILS("kill", proc_kill(&p, SIGKILL), ESRCH);
	CHECK(proc_dead(&p));
	CHECK_FAILS("stat", proc_stat(&p, &s), ESRCH);
	CHECK(proc_poll(&p) < 0 && (errno == ESRCH || errno == ENOSYS));
	usleep(2000);
	CHECK(waitpid(other, NULL, WNOHANG) == 0);
	end(other);
	proc_close(&p);
}

TEST_ALONE(without_a_free_descriptor_it_is_EMFILE)
{
	struct rlimit none = { 3, 3 };
	int fd;

	for (fd = 3; fd < 100; fd++)
		close(fd);
	CHECK(!setrlimit(RLIMIT_NOFILE, &none));
	CHECK_FAILS("open", proc_open(&p, getpid()), EMFILE);
}

/* names that a process gave itself, as the kernel shows them */
TEST(hostile_names_of_living_processes)
{
	static const char *const names[] = {
		") R 1", "a b", "((", "))))", "\n", "x) Z 1\n1 (y", "Uid:\t0\t0", "\xff", "fifteen-bytes-x", ""
	};
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		int ready[2];
		char c;
		pid_t pid;

		CHECK(!pipe(ready));
		pid = fork();
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			prctl(PR_SET_NAME, names[i]);
			if (write(ready[1], "x", 1) < 0)
				_exit(1);
			for (;;)
				pause();
		}
		CHECK(read(ready[0], &c, 1) == 1);
		close(ready[0]);
		close(ready[1]);
		CHECK(!proc_open(&p, pid));
		CHECK_ROW(names[i], !proc_stat(&p, &s) && !proc_status(&p, &t));
		CHECK_TEXT(s.comm, names[i]);
		CHECK_ROW(names[i],
			  s.field[STAT_PPID] == (unsigned)getpid() && !proc_ended(s.state) && t.uid == getuid());
		end(pid);
		proc_close(&p);
	}
}

TEST(nothing_leaks)
{
	pid_t pid = sleeper();
	int i, before = dup(0), after;

	close(before);
	for (i = 0; i < 500; i++) {
		CHECK(!proc_open(&p, pid));
		proc_poll(&p);
		proc_dead(&p);
		proc_close(&p);
		CHECK(proc_open(&p, 4194304) < 0);
	}
	after = dup(0);
	close(after);
	CHECK(after == before);
	end(pid);
}

TEST_ALONE(the_value_s_sender_is_told_by_his_id)
{
	siginfo_t info;
	sigset_t usr1;

	if (setgid(12345) || setuid(12345))
		SKIP("not root");
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	CHECK(!proc_open(&p, getpid()) && !proc_queue(&p, SIGUSR1, 42));
	CHECK(sigwaitinfo(&usr1, &info) == SIGUSR1 && info.si_uid == 12345);
}

TEST(what_was_in_the_struct_before_does_not_matter)
{
	memset(&p, 0xff, sizeof(p));
	CHECK(!proc_open(&p, getpid()));
	CHECK(!p.names && p.death == -1 && p.pid == getpid());
	proc_close(&p);
}

TEST(fstat_is_of_what_its_link_leads_to)
{
	struct stat st, own;

	CHECK(!proc_open(&p, getpid()));
	CHECK(!proc_fstat(&p, "exe", &st) && S_ISREG(st.st_mode));
	CHECK(!stat("/proc/self/exe", &own) && own.st_ino == st.st_ino && own.st_dev == st.st_dev);
	CHECK_FAILS("none", proc_fstat(&p, "none", &st), ENOENT);
	proc_close(&p);
}

/* what hides a process is told, but for what is usual: that it is gone, or, to who is not root, not his to look at */
static int unseen(int result, int error)
{
	proc_unseen = 0;
	errno = error;
	CHECK(proc_note(result) == result && errno == error);
	return proc_unseen;
}

TEST(errors_that_hide_a_process_are_noted)
{
	CHECK(unseen(0, EMFILE) == 0 && unseen(7, EMFILE) == 0);
	CHECK(unseen(-1, ENOENT) == 0 && unseen(-1, ESRCH) == 0 && unseen(-1, ENOTDIR) == 0);
	CHECK(unseen(-1, EMFILE) == EMFILE && unseen(-1, ENOMEM) == ENOMEM);
	if (!geteuid())
		CHECK(unseen(-1, EACCES) == EACCES && unseen(-1, EPERM) == EPERM);
	proc_unseen = 0;
}

TEST_ALONE(what_a_user_may_not_see_is_not_noted)
{
	if (setgid(12345) || setuid(12345))
		SKIP("not root");
	CHECK(unseen(-1, EACCES) == (ENABLED(CONFIG_HIDEPID) ? 0 : EACCES));
	CHECK(unseen(-1, EPERM) == (ENABLED(CONFIG_HIDEPID) ? 0 : EPERM));
	CHECK(unseen(-1, EMFILE) == EMFILE);
}

TEST(its_identity_is_its_start_and_the_boot)
{
	char text[PROC_IDENTITY], expected[PROC_IDENTITY + 64];
	pid_t pid = sleeper();

	memset(text, '#', sizeof(text));
	CHECK(!proc_open(&p, pid) && !proc_stat(&p, &s) && !proc_identity(&p, text));
	snprintf(expected, sizeof(expected), "%llu %s", s.field[STAT_START], get("/proc/sys/kernel/random/boot_id"));
	expected[strlen(expected) - 1] = '\0';
	CHECK_TEXT(text, expected);
	end(pid);
	CHECK_FAILS("gone", proc_identity(&p, text), ESRCH);
	proc_close(&p);
}

/* a piece is a page: here the first ends where a string does, and in the second test the last does */
TEST(a_file_of_whole_pieces_is_poured_whole)
{
	char argument[2 * 4096], *argv[] = { argument, (char *)"end", NULL };
	int ends, before = open_now();
	pid_t pid;

	copy_self("mouse");
	for (ends = 0; ends < 2; ends++) {
		memset(argument, 'a', sizeof(argument));
		argument[4096 - 1 - 4 * ends] = '\0';
		pid = executed("mouse", argv);
		poured_len = 0;
		CHECK(!proc_open(&p, pid) && !proc_pour(&p, "cmdline", pour));
		CHECK(poured_len == 4096u + 4 - 4 * ends);
		CHECK_TEXT(poured + 4096 - 4 * ends, "end");
		end(pid);
		proc_close(&p);
	}
	CHECK(open_now() == before);
}

static void signalled_by_number(int error)
{
	pid_t pid = sleeper(), gone = zombie();
	int status;

	refuse(SYS_pidfd_send_signal, error);
	CHECK(!proc_open(&p, gone));
	CHECK(!proc_kill(&p, 0)); /* a zombie still has its number */
	end(gone);
	CHECK_FAILS("gone", proc_kill(&p, 0), ESRCH);
	proc_close(&p);
	CHECK(!proc_open(&p, pid) && !proc_kill(&p, SIGUSR1));
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
}

TEST_ALONE(a_kernel_without_pidfds_is_told_a_number)
{
	signalled_by_number(ENOSYS);
}

TEST_ALONE(where_pidfds_are_forbidden_too)
{
	signalled_by_number(EPERM);
}

TEST_ALONE(and_where_they_are_no_directories)
{
	signalled_by_number(EINVAL);
}

TEST_ALONE(what_else_a_pidfd_says_is_believed)
{
	if (!proc_pidfd_wanted())
		SKIP("no pidfds");
	CHECK(!proc_open(&p, getpid()));
	refuse(SYS_pidfd_send_signal, EAGAIN);
	CHECK_FAILS("kill", proc_kill(&p, 0), EAGAIN);
}

TEST_ALONE(a_value_goes_with_a_signal_by_number)
{
	siginfo_t info;
	sigset_t usr1;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	refuse(SYS_pidfd_send_signal, ENOSYS);
	CHECK(!proc_open(&p, getpid()) && !proc_queue(&p, SIGUSR1, 42));
	CHECK(sigwaitinfo(&usr1, &info) == SIGUSR1 && info.si_code == SI_QUEUE && info.si_value.sival_int == 42);
}

/* without /proc the number is held by a pidfd */
static void without_proc(bool send)
{
	pid_t pid = sleeper(), dead = zombie();
	struct pollfd death = { .events = POLLIN };
	int status;

	if (!proc_pidfd_wanted() || syscall(SYS_pidfd_open, getpid(), 0) < 0)
		SKIP("no pidfds");
	if (!empty_root())
		SKIP("not root");
	if (!send)
		refuse(SYS_pidfd_send_signal, ENOSYS);
	CHECK(!proc_open(&p, dead));
	CHECK(proc_dead(&p));
	if (!send)
		CHECK_FAILS("a zombie", proc_kill(&p, 0), ESRCH);
	proc_close(&p);
	end(dead);
	CHECK_FAILS("gone", proc_open(&p, dead), ESRCH);
	CHECK(!proc_open(&p, pid));
	CHECK(p.dir >= 0 && !proc_dead(&p));
	CHECK_FAILS("stat", proc_stat(&p, &s), ENOTDIR);
	death.fd = proc_poll(&p);
	CHECK(death.fd >= 0 && poll(&death, 1, 0) == 0);
	CHECK(!proc_kill(&p, SIGUSR1));
	CHECK(poll(&death, 1, 5000) == 1 && proc_dead(&p));
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
	CHECK_FAILS("gone", proc_kill(&p, 0), ESRCH);
}

TEST_ALONE(without_proc_a_pidfd_holds_it)
{
	without_proc(true);
}

TEST_ALONE(without_proc_and_pidfd_send_signal_its_number_does)
{
	without_proc(false);
}
