/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/notify.h"

#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "../../libbb/proc.h" /* so that it runs without pidfds too */
#include "alone.h"

static int parse(const char *text, struct notify_message *m)
{
	static char copy[8192];

	strcpy(copy, text);
	return notify_parse(copy, strlen(text), m);
}

TEST(each_key_is_understood)
{
	struct notify_message m;

	CHECK(!parse("READY=1\nSTATUS=all is well\nMAINPID=4711\nERRNO=2\nEXTEND_TIMEOUT_USEC=1500000\n", &m));
	CHECK(m.ready && m.number[NOTIFY_EXTEND] == 1500000 && m.number[NOTIFY_MAINPID] == 4711 && m.number[NOTIFY_ERRNO] == 2);
	CHECK_TEXT(m.status, "all is well");
	CHECK(!parse("RELOADING=1\nSTOPPING=1\nWATCHDOG=1", &m));
	CHECK(!m.ready && !m.status && !m.number[NOTIFY_EXTEND]);
	CHECK(!parse("STATUS=", &m));
	CHECK_TEXT(m.status, "");
	CHECK(!parse("EXTEND_TIMEOUT_USEC=18446744073709551615", &m));
	CHECK(m.number[NOTIFY_EXTEND] == INT_MAX);
	CHECK(!parse("STATUS=a=b\nSTATUS=c", &m));
	CHECK_TEXT(m.status, "c");
}

TEST(other_keys_and_values_are_skipped)
{
	static const char *const rows[] = { "", "\n", "\n\n\n", "=", "READY", "READY=", "READY=0", "READY=11", "READY=1 ",
		" READY=1", "ready=1", "XREADY=1", "READY=1\r", "STATUS", "MAINPID", "MAINPIDS=x", "ERRNO2=x", "FDSTORE=1",
		"BUSERROR=org.x", "WATCHDOG_USEC=x", "WATCHDOG=triggers", "X_READY=1\nBARRIER=1", "errno=2" };
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct notify_message m;

		CHECK_ROW(rows[i], !parse(rows[i], &m));
		CHECK_ROW(rows[i], !m.ready && !m.status && !m.number[NOTIFY_EXTEND] &&
			  !m.number[NOTIFY_ERRNO] && !m.number[NOTIFY_MAINPID]);
	}
}

TEST(an_ill_formed_number_is_EINVAL)
{
	static const char *const keys[] = { "ERRNO=", "MAINPID=", "EXTEND_TIMEOUT_USEC=" };
	static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "1s", "0x1", "abc", "1.5" };
	struct notify_message m;
	char text[64];
	unsigned i, j;

	for (i = 0; i < 3; i++)
		for (j = 0; j < sizeof(bad) / sizeof(*bad); j++) {
			snprintf(text, sizeof(text), "READY=1\n%s%s\n", keys[i], bad[j]);
			CHECK_FAILS(text, parse(text, &m), EINVAL);
		}
	CHECK_FAILS("pid", parse("MAINPID=2147483648", &m), ERANGE);
	CHECK_FAILS("errno", parse("ERRNO=99999999999999999999999999", &m), ERANGE);
	CHECK(!parse("MAINPID=2147483647", &m) && m.number[NOTIFY_MAINPID] == 2147483647);
}

TEST(a_NUL_ends_a_line_and_the_last_one_needs_no_end)
{
	struct notify_message m;
	char text[] = "STATUS=a\0READY=1\0\0MAINPID=5";

	CHECK(!notify_parse(text, sizeof(text) - 1, &m));
	CHECK(m.ready && m.number[NOTIFY_MAINPID] == 5);
	CHECK_TEXT(m.status, "a");
}

TEST(any_text_is_parsed_within_its_bounds)
{
	static const char *const words[] = { "READY=1", "ERRNO=", "MAINPID=", "EXTEND_TIMEOUT_USEC=", "STATUS=", "\n", "\n",
		"1", "99999", "=", "WATCHDOG=trigger" };
	int i;

	for (i = 0; i < 50000; i++) {
		size_t len = 0, size = dice() % 64;
		char *text = malloc(size + 1); /* no byte more: it is for the sanitizer */
		struct notify_message m;

		while (len < size) {
			const char *word = words[dice() % (sizeof(words) / sizeof(*words))];

			if (dice() % 4 == 0)
				text[len++] = dice();
			for (; *word && len < size; word++)
				text[len++] = *word;
		}
		if (!notify_parse(text, size, &m)) {
			CHECK(m.number[NOTIFY_ERRNO] <= INT_MAX && m.number[NOTIFY_MAINPID] <= INT_MAX);
			CHECK(!m.status || (m.status >= text && m.status + strlen(m.status) <= text + size));
		}
		free(text);
	}
}

/* ---- who waits ---- */

static struct notify n;
static struct notify_told told;
static long long took;

static void begin(void)
{
	memset(&n, 0, sizeof(n));
	CHECK(!prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
	CHECK(!notify_listen(&n));
}

static enum notify_result wait_for(pid_t pid, unsigned msec)
{
	long long before = msec_now();
	enum notify_result result = notify_wait(&n, pid, getuid(), msec, &told);

	took = msec_now() - before;
	notify_close(&n);
	return result;
}

/* as sd_notify(3) does, with a descriptor if there is one to pass */
static void tell_with(const void *text, size_t len, int pass)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct iovec part = { (void *)text, len };
	struct msghdr m = { .msg_name = &to, .msg_iov = &part, .msg_iovlen = 1 };
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } control;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (!name || fd < 0)
		_exit(90);
	memcpy(to.sun_path + 1, name + 1, strlen(name) - 1);
	m.msg_namelen = offsetof(struct sockaddr_un, sun_path) + strlen(name);
	if (pass >= 0) {
		memset(&control, 0, sizeof(control));
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.head), &pass, sizeof(pass));
	}
	if (sendmsg(fd, &m, MSG_NOSIGNAL) < 0)
		_exit(91);
	close(fd);
}

static void tell(const char *text)
{
	tell_with(text, strlen(text), -1);
}

/* the daemon of a test: DAEMON { what it does; } */
static pid_t daemon_fork(void)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}
#define DAEMON(pid) if (!((pid) = daemon_fork()))

TEST_ALONE(the_socket_is_abstract_and_close_on_exec_and_named_in_the_environment)
{
	struct notify second = { .socket = 0 };
	char head[64];
	int on = 0;
	socklen_t size = sizeof(on);

	begin();
	snprintf(head, sizeof(head), "@initbox.%d.", getpid());
	CHECK(getenv("NOTIFY_SOCKET") && !strncmp(getenv("NOTIFY_SOCKET"), head, strlen(head)));
	CHECK(fcntl(n.socket, F_GETFD) == FD_CLOEXEC);
	CHECK(!getsockopt(n.socket, SOL_SOCKET, SO_PASSCRED, &on, &size) && on);
	CHECK(!notify_listen(&second)); /* has a name of its own */
	CHECK(strcmp(n.variable, second.variable));
	notify_close(&second);
	notify_close(&n);
	notify_close(&n);
}

TEST_ALONE(READY_is_heard_at_once)
{
	pid_t pid;

	begin();
	DAEMON(pid) {
		tell("STATUS=warm\033ing\tup\nX=y\n");
		tell("READY=1");
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
	CHECK(took < 2000 && told.pid == pid);
	CHECK_TEXT(told.status, "warm?ing?up");
	CHECK(!kill(pid, 0));
	end(pid);
}

TEST_ALONE(without_a_word_it_is_a_timeout_and_the_daemon_lives)
{
	pid_t pid = sleeper();

	begin();
	CHECK(wait_for(pid, 150) == NOTIFY_TIMEOUT);
	CHECK(took >= 150 && took < 1000);
	CHECK(!kill(pid, 0));
	begin();
	CHECK(wait_for(pid, 0) == NOTIFY_TIMEOUT);
	CHECK(took < 100);
	end(pid);
}

TEST_ALONE(its_death_is_told_at_once_and_how)
{
	pid_t pid;

	begin();
	DAEMON(pid) {
		tell("STATUS=no disk");
		_exit(7);
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_DIED);
	CHECK(took < 1000 && WIFEXITED(told.how) && WEXITSTATUS(told.how) == 7);
	CHECK_TEXT(told.status, "no disk");
	begin();
	DAEMON(pid)
		raise(SIGKILL);
	CHECK(wait_for(pid, 10000) == NOTIFY_DIED);
	CHECK(took < 1000 && WIFSIGNALED(told.how) && WTERMSIG(told.how) == SIGKILL);
	begin();
	DAEMON(pid)
		_exit(0);
	CHECK(waitpid(pid, NULL, 0) == pid);
	CHECK(wait_for(pid, 10000) == NOTIFY_DIED); /* somebody else has reaped it */
	CHECK(took < 1000 && told.how == -1);
}

TEST_ALONE(READY_counts_though_the_daemon_ended_right_after_it)
{
	siginfo_t info;
	pid_t pid;

	begin();
	DAEMON(pid) {
		tell("READY=1");
		_exit(0);
	}
	CHECK(!waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
}

TEST_ALONE(the_last_of_several_words_of_a_dead_daemon_counts)
{
	siginfo_t info;
	pid_t pid;

	begin();
	DAEMON(pid) {
		tell("STATUS=almost");
		tell("STATUS=there");
		tell("READY=1");
		_exit(0);
	}
	CHECK(!waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
	CHECK_TEXT(told.status, "there");
}

TEST_ALONE(ERRNO_and_ill_formed_numbers_are_failures)
{
	pid_t pid;

	begin();
	DAEMON(pid) {
		tell("ERRNO=13\nREADY=1\nSTATUS=port 80");
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_FAILED);
	CHECK(told.error == 13 && took < 1000);
	CHECK_TEXT(told.status, "port 80");
	end(pid);
	begin();
	DAEMON(pid) {
		tell("ERRNO=0");
		tell("READY=1\nERRNO=x");
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_FAILED);
	CHECK(told.error == EINVAL);
	end(pid);
}

TEST_ALONE(EXTEND_TIMEOUT_USEC_is_in_microseconds_from_now)
{
	pid_t pid;

	begin();
	DAEMON(pid) {
		tell("EXTEND_TIMEOUT_USEC=5000000");
		usleep(400000);
		tell("READY=1");
		sleep_on();
	}
	CHECK(wait_for(pid, 200) == NOTIFY_READY);
	CHECK(took >= 350 && took < 3000);
	end(pid);
	begin();
	DAEMON(pid) {
		tell("EXTEND_TIMEOUT_USEC=200000");
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_TIMEOUT);
	CHECK(took >= 190 && took < 2000);
	end(pid);
}

TEST_ALONE(a_double_fork_is_followed_by_MAINPID)
{
	int how = 0, tries = 0;
	pid_t pid;

	begin();
	DAEMON(pid) {
		int gone[2];
		char c;

		if (pipe2(gone, O_CLOEXEC) || fork()) {
			usleep(100000);
			_exit(0);
		}
		close(gone[1]);
		snprintf(unit_why, sizeof(unit_why), "MAINPID=%d", getpid());
		setsid();
		tell(unit_why);
		if (read(gone[0], &c, 1)) /* until our parent is gone */
			_exit(1);
		tell("READY=1");
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
	CHECK(told.pid != pid && told.pid > 0);
	kill(told.pid, SIGKILL);
	while (waitpid(told.pid, &how, 0) < 0 && errno == ECHILD && tries++ < 1000)
		usleep(1000); /* its parent closes its files a moment before it is dead */
	CHECK(WIFSIGNALED(how)); /* it is our child now */
}

TEST_ALONE(the_death_of_MAINPID_is_what_counts_then)
{
	pid_t pid;

	begin();
	DAEMON(pid) { /* it lives on; its child is not ours */
		pid_t child = fork();

		if (!child) {
			usleep(150000);
			_exit(3);
		}
		snprintf(unit_why, sizeof(unit_why), "MAINPID=%d", child);
		tell(unit_why);
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_DIED);
	CHECK(told.pid != pid && told.how == -1 && took < 2000);
	end(pid);
}

TEST_ALONE(a_MAINPID_that_is_not_below_us_is_not_believed)
{
	pid_t pid;

	begin();
	DAEMON(pid) {
		tell("MAINPID=0");
		tell("MAINPID=1");
		snprintf(unit_why, sizeof(unit_why), "MAINPID=%d", getppid());
		tell(unit_why);
		tell("MAINPID=2147483647");
		tell("READY=1");
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
	CHECK(told.pid == pid);
	end(pid);
}

TEST_ALONE(a_stranger_is_not_heard)
{
	pid_t us = getpid(), pid = sleeper(), below;

	begin();
	tell("READY=1\nSTATUS=we are not our daemon");
	CHECK(wait_for(pid, 100) == NOTIFY_TIMEOUT);
	CHECK_TEXT(told.status, "");
	/* the one who waits has a sibling; it is below us, and above nobody */
	below = fork();
	if (!below) {
		pid_t daemon = sleeper();

		memset(&n, 0, sizeof(n));
		if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) || notify_listen(&n))
			_exit(2);
		put_text("name", getenv("NOTIFY_SOCKET"));
		_exit(wait_for(daemon, 600) == NOTIFY_TIMEOUT && !*told.status ? 0 : 3);
	}
	while (!get("name") || !*get("name"))
		usleep(10000);
	usleep(50000);
	CHECK(getpid() == us);
	setenv("NOTIFY_SOCKET", get("name"), 1);
	tell("READY=1\nSTATUS=a stranger");
	CHECK(waitpid(below, &told.how, 0) == below && !told.how);
	unlink("name");
	end(pid);
}

TEST_ALONE(the_daemon_s_children_of_another_uid_are_not_heard_but_itself_is)
{
	pid_t pid;

	if (getuid())
		SKIP("not root");
	begin();
	DAEMON(pid) {
		int ends[2];
		char c;

		if (pipe2(ends, O_CLOEXEC))
			_exit(8);
		if (!fork()) {
			if (setgid(12345) || setuid(12345))
				_exit(0);
			prctl(PR_SET_PDEATHSIG, SIGKILL); /* setuid clears it */
			tell("STATUS=a user's script");
			if (write(ends[1], "x", 1) < 0)
				_exit(1);
			sleep_on();
		}
		close(ends[1]);
		if (read(ends[0], &c, 1) != 1)
			_exit(9);
		if (setgid(12346) || setuid(12346))
			_exit(9);
		tell("READY=1");
		sleep_on();
	}
	switch (wait_for(pid, 10000)) {
	case NOTIFY_READY:
		CHECK_TEXT(told.status, "");
		break;
	default:
		CHECK(WEXITSTATUS(told.how) == 9);
		SKIP("no such id here");
	}
	end(pid);
}

TEST_ALONE(its_children_of_the_uid_that_it_was_started_with_are_heard)
{
	pid_t pid;

	if (getuid())
		SKIP("not root");
	begin();
	DAEMON(pid) {
		if (setgid(12345) || setuid(12345))
			_exit(9);
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* setuid clears it */
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			tell("READY=1");
		}
		sleep_on();
	}
	if (notify_wait(&n, pid, 12345, 10000, &told) != NOTIFY_READY) {
		CHECK(WEXITSTATUS(told.how) == 9);
		SKIP("no such id here");
	}
	notify_close(&n);
	end(pid);
}

/* ---- a watchdog ---- */

static bool signal_comes(int msec)
{
	const struct timespec time = { msec / 1000, msec % 1000 * 1000000 };
	sigset_t io;

	sigemptyset(&io);
	sigaddset(&io, SIGIO);
	return sigtimedwait(&io, NULL, &time) == SIGIO;
}

TEST_ALONE(who_watches_is_signalled_by_each_word_and_told_whether_it_was_that_it_lives)
{
	int ends[2];
	sigset_t io;
	pid_t pid;
	char c;

	sigemptyset(&io);
	sigaddset(&io, SIGIO);
	CHECK(!sigprocmask(SIG_BLOCK, &io, NULL));
	begin();
	CHECK(!notify_watch(&n));
	CHECK(!pipe2(ends, O_CLOEXEC));
	DAEMON(pid) {
		tell("STATUS=well");
		while (read(ends[0], &c, 1) == 1)
			tell(c == 'w' ? "WATCHDOG=1" : "READY=1");
		_exit(0);
	}
	CHECK(signal_comes(5000) && !notify_heard(&n, pid));
	CHECK(!signal_comes(50) && !notify_heard(&n, pid));
	CHECK(write(ends[1], "w", 1) == 1);
	CHECK(signal_comes(5000) && notify_heard(&n, pid));
	CHECK(!notify_heard(&n, pid)); /* once told is told */
	CHECK(write(ends[1], "r", 1) == 1);
	CHECK(signal_comes(5000) && !notify_heard(&n, pid));
	tell("WATCHDOG=1"); /* we are not it, and not below it */
	CHECK(signal_comes(5000) && !notify_heard(&n, pid));
	notify_close(&n);
	end(pid);
}

TEST(a_watch_without_a_socket_is_EBADF)
{
	n.socket = 1000;
	CHECK_FAILS("watch", notify_watch(&n), EBADF);
}

TEST_ALONE(a_child_that_tells_and_goes_is_heard)
{
	pid_t pid;

	begin();
	DAEMON(pid) {
		if (!fork()) {
			tell("READY=1");
			_exit(0);
		}
		wait(NULL);
		sleep_on();
	}
	usleep(100000);
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
	end(pid);
}

TEST_ALONE(a_datagram_of_4096_bytes_is_heard_and_a_longer_one_is_not)
{
	static char text[5000];
	pid_t pid;

	begin();
	memset(text, 'x', sizeof(text));
	DAEMON(pid) {
		memcpy(text, "STATUS=too long\n", 16);
		tell_with(text, 4097, -1);
		memcpy(text, "STATUS=whole   \n", 16);
		memcpy(text + 4096 - 8, "\nREADY=1", 8);
		tell_with("", 0, -1);
		tell_with(text, 4096, -1);
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
	CHECK_TEXT(told.status, "whole   ");
	end(pid);
}

TEST_ALONE(a_long_status_is_cut)
{
	static char text[2000];
	pid_t pid;

	begin();
	DAEMON(pid) {
		memset(text, 'x', sizeof(text));
		memcpy(text, "READY=1\nSTATUS=", 15);
		tell_with(text, sizeof(text), -1);
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
	CHECK(strlen(told.status) == sizeof(told.status) - 1);
	end(pid);
}

static int open_files(void)
{
	int i, count = 0;

	for (i = 0; i < 256; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

TEST_ALONE(descriptors_that_are_passed_or_used_do_not_stay)
{
	int before = open_files(), i, ends[2];
	char c;
	pid_t pid;

	begin();
	CHECK(!pipe2(ends, O_CLOEXEC));
	DAEMON(pid) {
		for (i = 0; i < 40; i++)
			tell_with("BARRIER=1", 9, ends[1]);
		tell_with("READY=1", 7, ends[1]);
		close(ends[1]);
		sleep_on();
	}
	close(ends[1]);
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
	CHECK(read(ends[0], &c, 1) == 0); /* sd_notify_barrier(3) sees that they are closed */
	close(ends[0]);
	CHECK(open_files() == before);
	end(pid);
}

TEST_ALONE(a_flood_does_not_hold_it_beyond_its_time)
{
	pid_t pid;

	begin();
	DAEMON(pid)
		for (;;)
			tell("STATUS=busy\nMAINPID=1");
	CHECK(wait_for(pid, 200) == NOTIFY_TIMEOUT);
	CHECK(took >= 200 && took < 1000);
	CHECK_TEXT(told.status, "busy");
	end(pid);
}

/* ---- the pipe ---- */

static void begin_pipe(void)
{
	memset(&n, 0, sizeof(n));
	CHECK(!prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
	CHECK(!notify_pipe(&n));
	CHECK(fcntl(n.pipe, F_GETFD) == FD_CLOEXEC && fcntl(n.give, F_GETFD) == FD_CLOEXEC);
}

static void print(const char *text)
{
	if (write(n.give, text, strlen(text)) < 0)
		_exit(90);
}

TEST_ALONE(a_newline_on_the_pipe_is_ready)
{
	pid_t pid;

	begin_pipe();
	DAEMON(pid) {
		print("up");
		usleep(50000);
		print("and running\nmore");
		close(n.give);
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_READY);
	CHECK(took >= 40 && took < 2000);
	end(pid);
}

TEST_ALONE(a_pipe_closed_without_one_is_a_failure_at_once)
{
	pid_t pid;

	begin_pipe();
	DAEMON(pid) {
		print("nearly");
		close(n.give);
		sleep_on();
	}
	CHECK(wait_for(pid, 10000) == NOTIFY_CLOSED);
	CHECK(took < 1000 && !kill(pid, 0));
	end(pid);
}

TEST_ALONE(a_death_that_closes_the_pipe_is_a_death)
{
	pid_t pid;
	int i;

	for (i = 0; i < 50; i++) {
		begin_pipe();
		DAEMON(pid)
			_exit(5);
		CHECK(wait_for(pid, 10000) == NOTIFY_DIED);
		CHECK(took < 1000 && WEXITSTATUS(told.how) == 5);
	}
}

TEST_ALONE(a_pipe_without_a_word_is_a_timeout)
{
	pid_t pid;

	begin_pipe();
	DAEMON(pid)
		sleep_on();
	CHECK(wait_for(pid, 150) == NOTIFY_TIMEOUT);
	CHECK(took >= 150 && took < 1000);
	end(pid);
}

TEST_ALONE(a_socket_that_cannot_be_had)
{
	refuse(SYS_socket, EMFILE);
	CHECK_FAILS("socket", notify_listen(&n), EMFILE);
}

TEST_ALONE(a_name_that_cannot_be_had)
{
	refuse(SYS_bind, EADDRINUSE);
	CHECK_FAILS("bind", notify_listen(&n), EADDRINUSE);
	CHECK(!getenv("NOTIFY_SOCKET"));
}

TEST_ALONE(senders_that_cannot_be_told)
{
	refuse(SYS_setsockopt, EPERM);
	CHECK_FAILS("setsockopt", notify_listen(&n), EPERM);
	CHECK(!getenv("NOTIFY_SOCKET"));
}

TEST_ALONE(a_pipe_that_cannot_be_had)
{
	refuse(SYS_pipe2, ENFILE);
	CHECK_FAILS("pipe", notify_pipe(&n), ENFILE);
}

TEST(the_end_of_a_wait_for_a_newline_leaves_nothing_open)
{
	int free = dup(0);

	close(free);
	CHECK(!notify_pipe(&n));
	CHECK(n.pipe >= free && n.give >= free);
	notify_end_pipe(&n);
	CHECK(!n.pipe && !n.give && dup(0) == free);
	close(free);
}
