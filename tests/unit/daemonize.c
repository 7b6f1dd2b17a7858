/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/daemonize.h"

#include <dirent.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>

#include "../../libbb/text.h"
#include "alone.h"

extern char **environ;

static struct daemonize d;
static struct daemonize_failure f;
static char dir[PATH_MAX], program[PATH_MAX + 16];
static char *argv[] = { (char *)"sleepy", (char *)"word", NULL };

/* a program that sleeps, in a directory of the test's own */
static void prepare(enum keep keep)
{
	char template[] = "daemonize-XXXXXX";

	CHECK(mkdtemp(template) && !chdir(template) && getcwd(dir, sizeof(dir)));
	CHECK(!chmod(".", 0755));
	snprintf(program, sizeof(program), "%s/sleepy", dir);
	copy_self(program);
	setenv("UNIT_SLEEPS", "alone", 1);
	memset(&d, 0, sizeof(d));
	memset(&f, 0, sizeof(f));
	d.keep = keep;
	d.program = program;
}

static const char *here(const char *file)
{
	static char path[4][PATH_MAX + 64];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[0]), "%s/%s", dir, file);
	return path[turn];
}

static const char *link_of(pid_t pid, const char *file)
{
	static char to[PATH_MAX];
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	n = readlink(path, to, sizeof(to) - 1);
	to[n < 0 ? 0 : n] = '\0';
	return to;
}

/* the field of /proc/PID/stat behind the name: 1 is the state */
static long field(pid_t pid, int n)
{
	char path[64];
	const char *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	p = strrchr(get(path), ')') + 1;
	while (n-- > 1)
		p = strchr(p + 1, ' ');
	return atol(p);
}

static int fds_of(pid_t pid)
{
	char path[64];
	DIR *fds;
	int n = -2;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	fds = opendir(path);
	while (fds && readdir(fds))
		n++;
	if (fds)
		closedir(fds);
	return n;
}

/* Exec closes descriptors one by one, and that of the pipe which tells of it is not the last; the arguments are put in
   place later still, and a dynamic loader opens files of its own. So what a daemon has is waited for, a second at most. */
#define SOON(expression)                                                                                               \
	do {                                                                                                           \
		int soon_tries = 1000;                                                                                 \
                                                                                                                       \
		for (; !(expression); usleep(1000))                                                                    \
			CHECK_ROW(#expression, soon_tries-- > 0);                                                      \
	} while (0)

static bool exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

/* nothing of ours runs any more, and nobody is to be waited for */
static bool nothing_runs(void)
{
	return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

#define STARTED(pid) CHECK_ROW(f.why ? f.why : "", (pid) > 0)

TEST_ALONE(it_comes_back_when_the_program_runs)
{
	char path[64];
	int i;

	prepare(KEEP_NONE);
	for (i = 0; i < 50; i++) {
		pid_t pid = daemonize(&d, argv, &f);

		STARTED(pid);
		CHECK_TEXT(link_of(pid, "exe"), program);
		snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
		SOON(!strcmp(get(path), "sleepy"));
		CHECK(field(pid, 2) == getpid());
		end(pid);
	}
	CHECK(nothing_runs());
}

TEST_ALONE(it_is_a_member_of_a_session_without_terminal_and_not_its_leader)
{
	pid_t pid;

	prepare(KEEP_NONE);
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK(field(pid, 4) != pid && field(pid, 4) != getsid(0)); /* session */
	CHECK(field(pid, 3) != pid && field(pid, 3) != getpgrp());
	CHECK(field(pid, 5) == 0);	  /* tty_nr */
	CHECK(getsid(field(pid, 4)) < 0); /* the leader is gone */
	end(pid);
}

TEST_ALONE(it_has_dev_null_and_no_other_descriptor)
{
	pid_t pid;
	int fd;

	prepare(KEEP_NONE);
	for (fd = 3; fd < 300; fd += 7)
		dup2(0, fd);
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	SOON(fds_of(pid) == 3);
	CHECK_TEXT(link_of(pid, "fd/0"), "/dev/null");
	CHECK_TEXT(link_of(pid, "fd/1"), "/dev/null");
	CHECK_TEXT(link_of(pid, "fd/2"), "/dev/null");
	CHECK(fcntl(3, F_GETFD) == 0); /* ours are as they were */
	end(pid);
}

TEST_ALONE(descriptors_that_it_is_to_have_stay)
{
	pid_t pid;
	int fd;

	prepare(KEEP_NONE);
	for (fd = 3; fd < 10; fd++)
		dup2(0, fd);
	d.listen_files = 2;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	SOON(fds_of(pid) == 5);
	end(pid);
}

TEST_ALONE(a_descriptor_is_passed_under_another_number_or_kept)
{
	struct stat want, st;
	char path[64];
	pid_t pid;
	int fd;

	prepare(KEEP_NONE);
	for (fd = 3; fd < 12; fd++)
		dup2(0, fd);
	fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	CHECK(fd > 5 && !fstat(fd, &want));
	d.pass[0] = (struct daemonize_pass){ .from = fd, .to = 5 };
	d.pass[1] = (struct daemonize_pass){ .from = 11, .to = 11 };
	d.npass = 2;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	SOON(fds_of(pid) == 5);
	snprintf(path, sizeof(path), "/proc/%d/fd/5", pid);
	CHECK(!stat(path, &st) && st.st_rdev == want.st_rdev);
	CHECK(*link_of(pid, "fd/11"));
	end(pid);
}

TEST_ALONE(keep_files_leaves_them_all)
{
	pid_t pid;

	prepare(KEEP_NONE);
	dup2(0, 99);
	d.keep_files = true;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK(*link_of(pid, "fd/99"));
	end(pid);
}

TEST_ALONE(signals_are_at_their_default_and_none_is_blocked)
{
	sigset_t set;
	pid_t pid;

	prepare(KEEP_NONE);
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(status_of(pid, "SigBlk:"), "0000000000000000");
	CHECK_TEXT(status_of(pid, "SigIgn:"), "0000000000000000");
	CHECK(strcmp(status_of(0, "SigBlk:"), "0000000000000000")); /* ours are as they were */
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	end(pid);
}

TEST_ALONE(keep_signals_leaves_them)
{
	sigset_t set;
	pid_t pid;

	prepare(KEEP_NONE);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_SETMASK, &set, NULL);
	d.keep_signals = true;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(status_of(pid, "SigBlk:"), "0000000000000800");
	CHECK_TEXT(status_of(pid, "SigIgn:"), "0000000000000001");
	end(pid);
}

TEST_ALONE(the_caller_s_signals_are_as_they_were)
{
	sigset_t set, after;
	pid_t pid;

	prepare(KEEP_NONE);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_SETMASK, &set, NULL);
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	sigprocmask(SIG_SETMASK, NULL, &after);
	CHECK(sigismember(&after, SIGUSR2) && !sigismember(&after, SIGTERM));
	end(pid);
	d.program = "/no/such";
	CHECK(daemonize(&d, argv, &f) < 0);
	sigprocmask(SIG_SETMASK, NULL, &after);
	CHECK(sigismember(&after, SIGUSR2) && !sigismember(&after, SIGTERM));
}

static int nicer(const char **thing)
{
	(void)thing;
	return setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 3);
}

static int refuses(const char **thing)
{
	*thing = "this";
	errno = EBUSY;
	return -1;
}

TEST_ALONE(directory_umask_and_nice_are_as_told)
{
	pid_t pid;

	prepare(KEEP_NONE);
	umask(022);
	d.dir = "/proc";
	d.set_umask = true;
	d.umask = 0137;
	d.as_root = nicer;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(link_of(pid, "cwd"), "/proc");
	CHECK_TEXT(status_of(pid, "Umask:"), "0137");
	CHECK(getpriority(PRIO_PROCESS, pid) == getpriority(PRIO_PROCESS, 0) + 3);
	end(pid);
	CHECK(umask(022) == 022); /* ours */
}

TEST_ALONE(without_a_word_directory_umask_and_nice_stay)
{
	pid_t pid;

	prepare(KEEP_NONE);
	umask(027);
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(link_of(pid, "cwd"), dir);
	CHECK_TEXT(status_of(pid, "Umask:"), "0027");
	CHECK(getpriority(PRIO_PROCESS, pid) == getpriority(PRIO_PROCESS, 0));
	end(pid);
}

TEST_ALONE(its_streams_are_the_files_asked_for)
{
	pid_t pid;

	prepare(KEEP_NONE);
	put_text("in", "input\n");
	put_text("out", "before\n");
	d.files[0] = "in";
	d.files[1] = "out";
	d.files[2] = "err";
	d.file_mode = 0640;
	d.append = true;
	umask(022);
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(link_of(pid, "fd/0"), here("in"));
	CHECK_TEXT(link_of(pid, "fd/1"), here("out"));
	CHECK_TEXT(link_of(pid, "fd/2"), here("err"));
	CHECK_TEXT(get("out"), "before\n"); /* it is appended to */
	SOON(fds_of(pid) == 3);
	end(pid);
	d.append = false;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(get("out"), "");
	end(pid);
}

TEST_ALONE(one_name_twice_is_one_file_with_one_offset)
{
	char path[64];
	pid_t pid;

	prepare(KEEP_NONE);
	d.files[1] = d.files[2] = "both";
	d.file_mode = 0666;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(link_of(pid, "fd/1"), here("both"));
	CHECK_TEXT(link_of(pid, "fd/2"), here("both"));
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/2", pid);
	CHECK(strstr(get(path), "pos:\t0"));
	end(pid);
}

TEST_ALONE(the_pidfile_names_the_program_before_it_runs)
{
	struct pidfile p;
	pid_t pid;
	int i;

	prepare(KEEP_NONE);
	for (i = 0; i < 20; i++) {
		CHECK(!pidfile_hold(&p, "pid", 1000));
		d.pidfile = &p;
		pid = daemonize(&d, argv, &f);
		STARTED(pid);
		CHECK(atoi(get("pid")) == pid);
		pidfile_release(&p);
		end(pid);
	}
}

/* ---- what fails, is told by its step, and leaves nothing ---------------------------------------------------- */

static struct pidfile held;

static bool fails(const char *step, const char *thing, int error)
{
	pid_t pid;

	CHECK(!pidfile_hold(&held, "pid", 1000));
	d.pidfile = &held;
	pid = daemonize(&d, argv, &f);
	pidfile_release(&held);
	d.pidfile = NULL;
	CHECK(pid == -1);
	CHECK_TEXT(f.step, step);
	CHECK_TEXT(f.thing, thing);
	CHECK_TEXT(f.why, text_error(error));
	CHECK(!exists("pid"));
	CHECK(nothing_runs());
	return true;
}

TEST_ALONE(a_program_that_is_missing)
{
	prepare(KEEP_NONE);
	d.program = "/no/such";
	CHECK(fails("exec", "/no/such", ENOENT));
}

TEST_ALONE(a_program_that_may_not_be_executed)
{
	prepare(KEEP_NONE);
	put_text("plain", "#!/bin/sh\n");
	d.program = here("plain");
	CHECK(fails("exec", d.program, EACCES));
}

TEST_ALONE(a_program_that_is_none)
{
	prepare(KEEP_NONE);
	put_text("data", "\1\2\3\4 no program");
	CHECK(!chmod("data", 0755));
	d.program = here("data");
	CHECK(fails("exec", d.program, ENOEXEC));
	d.program = dir;
	CHECK(fails("exec", dir, EACCES));
}

TEST_ALONE(a_script_without_its_interpreter)
{
	prepare(KEEP_NONE);
	put_text("script", "#!/no/such/shell\n");
	CHECK(!chmod("script", 0755));
	d.program = here("script");
	CHECK(fails("find interpreter of", d.program, ENOENT));
}

TEST_ALONE(a_directory_that_is_missing)
{
	prepare(KEEP_NONE);
	d.dir = "/no/such";
	CHECK(fails("chdir", "/no/such", ENOENT));
	d.dir = program;
	CHECK(fails("chdir", program, ENOTDIR));
}

TEST_ALONE(a_root_that_is_missing)
{
	if (getuid())
		SKIP("not root");
	prepare(KEEP_NONE);
	d.root = "/no/such";
	CHECK(fails("chroot", "/no/such", ENOENT));
}

TEST_ALONE(files_that_cannot_be_opened)
{
	prepare(KEEP_NONE);
	d.files[0] = "/no/in";
	CHECK(fails("open", "/no/in", ENOENT));
	d.files[0] = NULL;
	d.files[1] = "/no/out";
	CHECK(fails("open", "/no/out", ENOENT));
	d.files[1] = NULL;
	d.files[2] = dir;
	CHECK(fails("open", dir, EISDIR));
	d.open_as_user = true;
	d.files[2] = "/no/err";
	CHECK(fails("open", "/no/err", ENOENT));
	CHECK(!mkfifo("fifo", 0600));
	d.files[2] = "fifo";
	CHECK(fails("open", "fifo", ENXIO));
}

TEST_ALONE(what_else_is_to_be_done_and_fails)
{
	prepare(KEEP_NONE);
	d.as_root = refuses;
	CHECK(fails("set", "this", EBUSY));
	d.as_root = NULL;
	d.as_user = refuses;
	CHECK(fails("set", "this", EBUSY));
}

/* which were done, and with which user id: root's is "r0" */
static int order;

static int as_root(const char **thing)
{
	(void)thing;
	return -(write(order, getuid() ? "r" : "r0", getuid() ? 1 : 2) < 0);
}

static int as_user(const char **thing)
{
	(void)thing;
	return -(write(order, getuid() == 12345 ? "u" : "u0", getuid() == 12345 ? 1 : 2) < 0);
}

TEST_ALONE(what_root_may_is_done_before_setuid_and_what_the_user_may_after_it)
{
	static struct cred cred;
	pid_t pid;

	if (getuid())
		SKIP("not root");
	prepare(KEEP_NONE);
	CHECK(!cred_parse(&cred, "12345"));
	d.cred = &cred;
	d.as_root = as_root;
	d.as_user = as_user;
	order = open("order", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(get("order"), "r0u");
	end(pid);
}

TEST_ALONE(a_lock_that_another_holds_or_that_is_none)
{
	pid_t pid;
	int other;

	prepare(KEEP_NONE);
	other = open("lock", O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
	d.lock = "/no/lock";
	CHECK(fails("lock", "/no/lock", ENOENT));
	CHECK(!flock(other, LOCK_EX));
	d.lock = "lock";
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK_TEXT(f.step, "lock");
	CHECK_TEXT(f.thing, "lock");
	CHECK_TEXT(f.why, "held by another process");
	CHECK(nothing_runs());
	close(other);
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	end(pid);
}

/* before its exec */
static int dies(const char **thing)
{
	(void)thing;
	return syscall(SYS_kill, syscall(SYS_getpid), SIGKILL); /* raise(3) takes the number of who forked */
}

TEST_ALONE(one_that_is_killed_before_it_runs_was_not_started)
{
	prepare(KEEP_NONE);
	d.as_user = dies;
	errno = 0;
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK_TEXT(f.step, "start");
	CHECK_TEXT(f.why, "killed by a signal at once");
	CHECK(nothing_runs());
}

TEST_ALONE(a_user_that_we_may_not_become)
{
	static struct cred cred;

	if (getuid())
		SKIP("not root");
	prepare(KEEP_NONE);
	CHECK(!chmod(".", 0777));
	CHECK(!cred_parse(&cred, "54321"));
	cred.text = "somebody";
	d.cred = &cred;
	if (setgid(12345) || setuid(12345))
		SKIP("no such id here");
	CHECK(fails("become user", "somebody", EPERM));
}

TEST_ALONE(a_pidfile_that_cannot_be_written)
{
	struct rlimit none = { 0, 0 };
	pid_t pid;

	prepare(KEEP_NONE);
	signal(SIGXFSZ, SIG_IGN);
	CHECK(!pidfile_hold(&held, "pid", 1000));
	CHECK(!setrlimit(RLIMIT_FSIZE, &none));
	d.pidfile = &held;
	pid = daemonize(&d, argv, &f);
	pidfile_release(&held);
	CHECK(pid == -1);
	CHECK_TEXT(f.step, "pidfile");
	CHECK_TEXT(f.thing, "pid");
	CHECK_TEXT(f.why, text_error(EFBIG));
	CHECK(!exists("pid") && nothing_runs());
}

TEST_ALONE(no_process_to_be_had)
{
	struct rlimit none = { 0, 0 };

	if (getuid())
		SKIP("not root");
	prepare(KEEP_NONE);
	CHECK(!chmod(".", 0777));
	if (setgid(12345) || setuid(12345) || setrlimit(RLIMIT_NPROC, &none))
		SKIP("no such id here");
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK_TEXT(f.thing, program);
	CHECK_TEXT(f.why, text_error(EAGAIN));
	CHECK(nothing_runs());
}

TEST_ALONE(a_program_that_ends_at_once_did_run)
{
	pid_t pid;
	int i, status;

	prepare(KEEP_NONE);
	d.program = "/bin/true";
	for (i = 0; i < 50; i++) {
		pid = daemonize(&d, argv, &f);
		STARTED(pid);
		CHECK(waitpid(pid, &status, 0) == pid || errno == ECHILD);
	}
}

TEST_ALONE(nothing_leaks_in_a_hundred_starts)
{
	int i, before, after;

	prepare(KEEP_NONE);
	before = dup(0);
	close(before);
	for (i = 0; i < 100; i++) {
		pid_t pid;

		d.program = i % 2 ? program : "/no/such";
		pid = daemonize(&d, argv, &f);
		CHECK((pid > 0) == i % 2);
		if (pid > 0)
			end(pid);
	}
	after = dup(0);
	close(after);
	CHECK(after == before);
	CHECK(nothing_runs());
}

TEST_ALONE(as_a_user_with_his_groups)
{
	static char *words[] = { (char *)"sleep", (char *)"100", NULL };
	static struct cred cred;
	pid_t pid;

	if (getuid())
		SKIP("not root");
	prepare(KEEP_NONE);
	CHECK(!cred_parse(&cred, "1234:2345"));
	cred.groups[cred.ngroups++] = 3456;
	d.cred = &cred;
	d.program = "/bin/sleep";
	pid = daemonize(&d, words, &f);
	STARTED(pid);
	CHECK_TEXT(status_of(pid, "Uid:"), "1234\t1234\t1234\t1234");
	CHECK_TEXT(status_of(pid, "Gid:"), "2345\t2345\t2345\t2345");
	CHECK(!strncmp(status_of(pid, "Groups:"), "2345 3456", 9));
	CHECK_TEXT(status_of(pid, "CapEff:"), "0000000000000000");
	end(pid);
}

TEST_ALONE(files_opened_with_the_user_s_rights)
{
	static struct cred cred;

	if (getuid())
		SKIP("not root");
	prepare(KEEP_NONE);
	put_text("secret", "");
	CHECK(!chmod("secret", 0600));
	CHECK(!cred_parse(&cred, "1234"));
	d.cred = &cred;
	d.files[1] = "secret";
	d.open_as_user = true;
	CHECK(fails("open", "secret", EACCES));
}

/* ---- a start within a start, and a logger ------------------------------------------------------------------- */

static struct daemonize inner;
static struct daemonize_failure inner_failure;
static const char *as_file; /* what instead leaves when it comes to its end */

static const char *start_inner(void)
{
	pid_t pid = daemonize(&inner, argv, &inner_failure);

	if (pid < 0)
		return inner_failure.step;
	daemonize_started();
	put_text(as_file, status_of(0, "SigBlk:"));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return NULL;
}

static void prepare_inner(void)
{
	prepare(KEEP_NONE);
	as_file = strdup(here("after"));
	inner = d;
	d.instead = start_inner;
	d.keep_signals = true;
	d.program = "what starts it";
}

TEST_ALONE(instead_has_started_when_its_own_start_has)
{
	struct pidfile outer_file, inner_file;
	int status;
	pid_t pid;

	prepare_inner();
	d.lock = inner.lock = "lock"; /* which they share */
	CHECK(!pidfile_hold(&outer_file, "outer", 0) && !pidfile_hold(&inner_file, "inner", 0));
	d.pidfile = &outer_file;
	inner.pidfile = &inner_file;
	pid = daemonize(&d, NULL, &f);
	STARTED(pid);
	CHECK(exists("inner") && atoi(get("outer")) == pid && atoi(get("inner")) != pid);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(!strncmp(get("after"), "fffffff", 7)); /* all signals are blocked in it */
	CHECK(nothing_runs());
}

TEST_ALONE(instead_whose_start_fails_has_failed_with_its_step)
{
	int i;

	prepare_inner();
	for (i = 0; i < 20; i++) {
		inner.program = "/no/such";
		CHECK(fails("exec", "/no/such", ENOENT));
		inner.program = program;
		inner.dir = "/no/dir";
		CHECK(fails("chdir", "/no/dir", ENOENT));
		inner.dir = NULL;
	}
	CHECK(!exists("after"));
}

static int ends[2];

static int log_by(const char *command)
{
	const struct logger l = { .command = command };

	return daemonize_logger(&l, NULL, ends, &f);
}

TEST_ALONE(a_logger_is_a_command_that_reads_until_nobody_writes)
{
	char here[256], command[600];

	prepare(KEEP_NONE);
	CHECK(getcwd(here, sizeof(here)));
	snprintf(command, sizeof(command), "cat > %s/log; mv %s/log %s/done", here, here, here);
	CHECK_ROW(f.why ? f.why : "", !log_by(command));
	CHECK(ends[0] > 2 && ends[1] == ends[0] && fcntl(ends[0], F_GETFD) == FD_CLOEXEC);
	CHECK(write(ends[0], "line\n", 5) == 5);
	close(ends[0]);
	SOON(exists("done"));
	CHECK_TEXT(get("done"), "line\n");
	while (wait(NULL) > 0)
		;
}

TEST_ALONE(a_logger_without_a_descriptor_to_be_had)
{
	struct rlimit few = { 3, 3 };

	prepare(KEEP_NONE);
	CHECK(!setrlimit(RLIMIT_NOFILE, &few));
	CHECK(log_by("cat") == -1);
	CHECK(f.step && f.thing && f.why);
}

/* ---- in this very process ----------------------------------------------------------------------------------- */

TEST_ALONE(KEEP_SELF_becomes_the_program)
{
	struct pidfile p;
	int i;
	pid_t pid;

	prepare(KEEP_SELF);
	CHECK(!pidfile_hold(&p, "pid", 0));
	pidfile_release(&p);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (pidfile_hold(&p, "pid", 0) < 0)
			_exit(9);
		d.pidfile = &p;
		dup2(0, 99);
		signal(SIGHUP, SIG_IGN);
		daemonize(&d, argv, &f);
		_exit(8);
	}
	for (i = 0; i < 500 && (!exists("pid") || strcmp(link_of(pid, "exe"), program)); i++)
		usleep(10000);
	CHECK_TEXT(link_of(pid, "exe"), program);
	CHECK(atoi(get("pid")) == pid);
	CHECK(!exists(".pid.lock"));
	CHECK(field(pid, 4) == getsid(0)); /* the session stays */
	SOON(fds_of(pid) == 3);
	CHECK_TEXT(status_of(pid, "SigIgn:"), "0000000000000000");
	end(pid);
}

TEST_ALONE(KEEP_SELF_that_fails_takes_the_pidfile_back_and_tells)
{
	struct pidfile p;

	prepare(KEEP_SELF);
	CHECK(!pidfile_hold(&p, "pid", 0));
	d.pidfile = &p;
	d.program = "/no/such";
	d.files[2] = "err";
	d.file_mode = 0666;
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK_TEXT(f.step, "exec");
	CHECK_TEXT(f.thing, "/no/such");
	CHECK_TEXT(f.why, text_error(ENOENT));
	CHECK(!exists("pid"));
	pidfile_release(&p);
	CHECK(!exists(".pid.lock"));
	CHECK(strcmp(link_of(getpid(), "fd/2"), here("err"))); /* stderr is the old one */
}

TEST_ALONE(KEEP_SELF_as_a_user_that_fails_cleans_up_as_root)
{
	static struct cred cred;
	struct pidfile p;

	if (getuid())
		SKIP("not root");
	prepare(KEEP_SELF);
	CHECK(!cred_parse(&cred, "1234"));
	CHECK(!pidfile_hold(&p, "pid", 0));
	d.pidfile = &p;
	d.cred = &cred;
	d.program = "/no/such";
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK_TEXT(f.step, "exec");
	CHECK(!exists("pid"));
	pidfile_release(&p);
}

TEST_ALONE(a_descriptor_that_is_not_there_cannot_be_passed)
{
	prepare(KEEP_NONE);
	daemonize_pass(&d, 999, 5);
	CHECK(fails("pass on", "open files", EBADF));
}

#ifdef SYS_dup2
TEST_ALONE(streams_that_cannot_be_put_in_place)
{
	prepare(KEEP_NONE);
	refuse(SYS_dup2, EMFILE);
	CHECK(fails("pass on", "open files", EMFILE));
}
#endif

TEST_ALONE(a_pidfile_may_tell_which_process_of_which_boot_it_is)
{
	char expected[256];
	struct pidfile p;
	pid_t pid;

	prepare(KEEP_NONE);
	CHECK(!pidfile_hold(&p, "pid", 1000));
	d.pidfile = &p;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	snprintf(expected, sizeof(expected), "%d\n", pid);
	CHECK_TEXT(get("pid"), expected);
	end(pid);
	d.identify = true;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	snprintf(expected, sizeof(expected), "%d\n%ld %s", pid, field(pid, 20), get("/proc/sys/kernel/random/boot_id"));
	CHECK_TEXT(get("pid"), expected);
	pidfile_release(&p);
	end(pid);
}

TEST_ALONE(a_start_that_gets_no_pipe)
{
	prepare(KEEP_NONE);
	refuse(SYS_pipe2, ENFILE);
	CHECK(fails("fork for", program, ENFILE));
}

TEST_ALONE(a_start_that_gets_no_process)
{
	prepare(KEEP_NONE);
	refuse(SYS_clone, EAGAIN);
	CHECK(fails("fork for", program, EAGAIN));
}

#ifdef SYS_fork
TEST_ALONE(a_start_that_gets_no_second_process)
{
	int before;

	prepare(KEEP_NONE);
	CHECK(!pidfile_hold(&held, "pid", 1000));
	before = open_now();
	refuse(SYS_fork, EAGAIN);
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK_TEXT(f.step, "fork for");
	CHECK_TEXT(f.why, text_error(EAGAIN));
	CHECK(open_now() == before && nothing_runs());
}
#endif

TEST_ALONE(a_logger_runs_in_the_root_directory)
{
	char children[64];
	pid_t pid;

	prepare(KEEP_NONE);
	CHECK_ROW(f.why ? f.why : "", !log_by("exec sleep 100"));
	snprintf(children, sizeof(children), "/proc/self/task/%d/children", getpid());
	pid = atoi(get(children));
	CHECK_TEXT(link_of(pid, "cwd"), "/");
	end(pid);
	close(ends[0]);
}

static int limits_files(const char **what)
{
	struct rlimit few = { 4, 4 };

	*what = "limit";
	return setrlimit(RLIMIT_NOFILE, &few);
}

TEST_ALONE(a_limit_of_files_below_what_is_passed)
{
	prepare(KEEP_NONE);
	d.as_root = limits_files;
	daemonize_pass(&d, 0, 5);
	CHECK(fails("pass on", "open files", EBADF));
}

TEST_ALONE(below_another_root_the_program_is_found_there)
{
	pid_t pid;

#ifdef __SANITIZE_ADDRESS__
	SKIP("this program needs libraries, which are not there");
#endif
	if (getuid())
		SKIP("not root");
	prepare(KEEP_NONE);
	CHECK(!mkdir("root", 0755));
	copy_self("root/lower");
	d.root = here("root");
	d.program = "/lower";
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(link_of(pid, "root"), here("root"));
	CHECK_TEXT(link_of(pid, "cwd"), here("root"));
	end(pid);
}

TEST_ALONE(one_s_new_number_may_be_where_another_is_kept)
{
	char to[2][64];
	pid_t pid;

	prepare(KEEP_NONE);
	put_text("three", "3");
	put_text("four", "4");
	daemonize_pass(&d, open("four", O_RDONLY | O_CLOEXEC), 4);
	daemonize_pass(&d, open("three", O_RDONLY | O_CLOEXEC), 3);
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	SOON(fds_of(pid) == 5);
	snprintf(to[0], sizeof(to[0]), "%s", strrchr(link_of(pid, "fd/3"), '/'));
	snprintf(to[1], sizeof(to[1]), "%s", strrchr(link_of(pid, "fd/4"), '/'));
	CHECK_TEXT(to[0], "/three");
	CHECK_TEXT(to[1], "/four");
	end(pid);
}

/* ---- files, locks, and what may not be done ------------------------------------------------------------------ */

/* as open(2) has them */
static int flags_of(pid_t pid, int fd)
{
	const char *flags;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
	flags = strstr(get(path), "flags:");
	return flags ? (int)strtol(flags + 6, NULL, 8) & (O_ACCMODE | O_APPEND | O_NONBLOCK) : -1;
}

TEST_ALONE(each_stream_is_its_file_or_dev_null_and_files_are_opened_for_one_thing)
{
	static const char *const asked[][3] = {
		{ "in", NULL, NULL },  { NULL, "out", NULL },  { NULL, NULL, "err" },
		{ "in", "out", NULL }, { NULL, "out", "err" }, { "in", "in", "out" },
	};
	char fd_file[16];
	unsigned i;
	pid_t pid;
	int fd;

	prepare(KEEP_NONE);
	put_text("in", "");
	d.file_mode = 0600;
	for (i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		memcpy(d.files, asked[i], sizeof(d.files));
		pid = daemonize(&d, argv, &f);
		STARTED(pid);
		for (fd = 0; fd < 3; fd++) {
			snprintf(fd_file, sizeof(fd_file), "fd/%d", fd);
			CHECK_TEXT(link_of(pid, fd_file), asked[i][fd] ? here(asked[i][fd]) : "/dev/null");
			CHECK(flags_of(pid, fd) == (!asked[i][fd] ? O_RDWR : fd ? O_WRONLY : O_RDONLY));
		}
		end(pid);
	}
}

TEST_ALONE(what_is_appended_to_is_and_a_new_file_has_the_mode_asked_for)
{
	struct stat st;
	pid_t pid;

	prepare(KEEP_NONE);
	umask(022);
	d.files[1] = "out";
	d.append = true;
	d.file_mode = 0646;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK(flags_of(pid, 1) == (O_WRONLY | O_APPEND));
	CHECK(!stat("out", &st) && (st.st_mode & 07777) == 0644);
	end(pid);
}

TEST_ALONE(files_opened_late_are_named_as_the_caller_sees_them)
{
	pid_t pid;

	prepare(KEEP_NONE);
	d.files[1] = "out";
	d.file_mode = 0600;
	d.open_as_user = true;
	d.dir = "/";
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(link_of(pid, "fd/1"), here("out"));
	CHECK_TEXT(link_of(pid, "cwd"), "/");
	end(pid);
}

TEST_ALONE(KEEP_SELF_leaves_the_streams_that_have_no_file)
{
	static char before[2][PATH_MAX];
	pid_t pid;

	prepare(KEEP_SELF);
	CHECK(dup2(open("zero", O_RDWR | O_CREAT | O_CLOEXEC, 0600), 0) == 0);
	CHECK(dup2(open("two", O_RDWR | O_CREAT | O_CLOEXEC, 0600), 2) == 2);
	snprintf(before[0], PATH_MAX, "%s", link_of(getpid(), "fd/0"));
	snprintf(before[1], PATH_MAX, "%s", link_of(getpid(), "fd/2"));
	d.files[1] = "out";
	d.file_mode = 0600;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		daemonize(&d, argv, &f);
		_exit(8);
	}
	SOON(!strcmp(link_of(pid, "exe"), program));
	CHECK_TEXT(link_of(pid, "fd/0"), before[0]);
	CHECK_TEXT(link_of(pid, "fd/1"), here("out"));
	CHECK_TEXT(link_of(pid, "fd/2"), before[1]);
	end(pid);
}

TEST_ALONE(KEEP_SELF_that_fails_has_its_stderr_though_the_first_number_is_passed)
{
	prepare(KEEP_SELF);
	CHECK(dup2(open("two", O_RDWR | O_CREAT | O_CLOEXEC, 0600), 2) == 2);
	put_text("three", "");
	d.program = "/no/such";
	d.files[2] = "err";
	d.file_mode = 0600;
	daemonize_pass(&d, open("three", O_RDONLY | O_CLOEXEC), 3);
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK_TEXT(link_of(getpid(), "fd/2"), here("two"));
	CHECK_TEXT(link_of(getpid(), "fd/3"), here("three"));
}

TEST_ALONE(KEEP_SELF_that_fails_leaves_the_signals_as_they_were)
{
	sigset_t set, after;

	prepare(KEEP_SELF);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_SETMASK, &set, NULL);
	d.program = "/no/such";
	CHECK(daemonize(&d, argv, &f) == -1);
	sigprocmask(SIG_SETMASK, NULL, &after);
	CHECK(sigismember(&after, SIGUSR2) && !sigismember(&after, SIGTERM));
}

TEST_ALONE(the_lock_is_held_as_long_as_the_program_lives)
{
	struct stat st;
	pid_t pid;
	int lock_file;

	prepare(KEEP_NONE);
	umask(0);
	d.lock = "lock";
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	lock_file = open("lock", O_RDONLY | O_CLOEXEC);
	CHECK(!fstat(lock_file, &st) && (st.st_mode & 07777) == 0600);
	CHECK_FAILS("", flock(lock_file, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	end(pid);
	CHECK(!flock(lock_file, LOCK_EX | LOCK_NB));
}

TEST_ALONE(a_lock_is_not_looked_for_behind_a_link)
{
	prepare(KEEP_NONE);
	CHECK(!symlink("elsewhere", "lock"));
	d.lock = "lock";
	CHECK(fails("lock", "lock", ELOOP));
	CHECK(!exists("elsewhere"));
}

static int would_block(const char **thing)
{
	*thing = "this";
	errno = EWOULDBLOCK;
	return -1;
}

TEST_ALONE(only_a_lock_is_held_by_another_process)
{
	prepare(KEEP_NONE);
	d.as_root = would_block;
	CHECK(fails("set", "this", EWOULDBLOCK));
}

TEST_ALONE(the_pidfile_s_lock_stays_with_the_caller)
{
	pid_t pid;

	prepare(KEEP_NONE);
	CHECK(!pidfile_hold(&held, "pid", 1000));
	d.pidfile = &held;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK(exists(".pid.lock"));
	pidfile_release(&held);
	CHECK(!exists(".pid.lock") && atoi(get("pid")) == pid);
	end(pid);
}

TEST_ALONE(a_program_is_confined_as_asked_for)
{
	static struct confine c = { .no_admin_calls = true };
	pid_t pid;

	prepare(KEEP_NONE);
	if (confine_forgo(&c))
		SKIP("not on this kernel");
	d.confine = &c;
	pid = daemonize(&d, argv, &f);
	STARTED(pid);
	CHECK_TEXT(status_of(pid, "NoNewPrivs:"), "1");
	end(pid);
	CHECK(!confine_add(&c, "/no/such"));
	if (confine_forgo(&c))
		SKIP("not on this kernel");
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK_TEXT(f.thing, "/no/such");
	CHECK_TEXT(f.why, text_error(ENOENT));
	CHECK(nothing_runs());
}

TEST_ALONE(one_of_whom_nothing_can_be_heard_is_ended)
{
	prepare(KEEP_NONE);
	refuse(SYS_read, EBADF);
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK_TEXT(f.step, "start");
	CHECK_TEXT(f.thing, program);
	CHECK_TEXT(f.why, text_error(EIO));
	CHECK(nothing_runs());
}

static const char *wait_for_TERM(void)
{
	sigset_t term;
	int sig;

	alarm(20);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	daemonize_started();
	sigwait(&term, &sig);
	put_text(as_file, "TERM");
	return NULL;
}

TEST_ALONE(instead_of_whom_nothing_can_be_heard_may_take_its_program_along)
{
	struct stat st;

	prepare_inner();
	d.instead = wait_for_TERM;
	refuse(SYS_read, EBADF);
	CHECK(daemonize(&d, argv, &f) == -1);
	CHECK(!stat("after", &st) && st.st_size == 4 && nothing_runs());
}

/* ---- loggers, further */

TEST_ALONE(a_logger_of_two_pipes_reads_both)
{
	static char path[PATH_MAX];
	struct logger l = { .two = true };
	int before;

	prepare(KEEP_NONE);
	snprintf(path, sizeof(path), "%s/log", dir);
	l.file.path = path;
	before = open_now();
	CHECK_ROW(f.why ? f.why : "", !daemonize_logger(&l, NULL, ends, &f));
	CHECK(open_now() == before + 2 && ends[0] != ends[1]);
	CHECK(fcntl(ends[0], F_GETFD) == FD_CLOEXEC && fcntl(ends[1], F_GETFD) == FD_CLOEXEC);
	CHECK(write(ends[0], "one\n", 4) == 4);
	SOON(exists("log") && strstr(get("log"), "one\n"));
	CHECK(write(ends[1], "two\n", 4) == 4);
	SOON(strstr(get("log"), "two\n"));
	close(ends[0]);
	close(ends[1]);
	while (wait(NULL) > 0)
		;
	CHECK_TEXT(get("log"), "one\ntwo\n");
}

TEST_ALONE(a_logger_of_one_pipe_leaves_one_descriptor)
{
	int before;

	prepare(KEEP_NONE);
	before = open_now();
	CHECK_ROW(f.why ? f.why : "", !log_by("cat > /dev/null"));
	CHECK(open_now() == before + 1);
	close(ends[0]);
	while (wait(NULL) > 0)
		;
}

TEST_ALONE(a_logger_that_cannot_open_its_file_is_not_started)
{
	const struct logger l = { .file.path = "/no/such/log" };

	prepare(KEEP_NONE);
	CHECK(daemonize_logger(&l, NULL, ends, &f) == -1);
	CHECK_TEXT(f.step, "open");
	CHECK_TEXT(f.thing, "/no/such/log");
	CHECK_TEXT(f.why, text_error(ENOENT));
	CHECK(nothing_runs());
}

TEST_ALONE(a_logger_s_command_is_run_as_the_user_asked_for)
{
	const struct logger l = { .command = "exec sleep 100" };
	static struct cred cred;
	char children[64];
	pid_t pid;

	if (getuid())
		SKIP("not root");
	prepare(KEEP_NONE);
	CHECK(!cred_parse(&cred, "1234"));
	CHECK_ROW(f.why ? f.why : "", !daemonize_logger(&l, &cred, ends, &f));
	snprintf(children, sizeof(children), "/proc/self/task/%d/children", getpid());
	pid = atoi(get(children));
	CHECK_TEXT(status_of(pid, "Uid:"), "1234\t1234\t1234\t1234");
	end(pid);
	close(ends[0]);
}
