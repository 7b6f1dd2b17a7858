/* SPDX-License-Identifier: 0BSD */
/* alone - tests in a process of their own, rows of a table, and processes to look at */
#ifndef ALONE_H
#define ALONE_H

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "unit.h"

/* the reason of a failure may be cut: it is long when it holds a path */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wformat-truncation"
#endif

/* TEST_ALONE(a_sentence): as TEST, in a child: it may change ids, limits, signals, environment */
#define TEST_ALONE(sentence)                                                                                           \
	static void alone_##sentence(void);                                                                            \
	TEST(sentence)                                                                                                 \
	{                                                                                                              \
		alone(alone_##sentence);                                                                               \
	}                                                                                                              \
	static void alone_##sentence(void)

/* as CHECK, and tells the row of a table that it is about */
#define CHECK_ROW(row, expression)                                                                                     \
	do {                                                                                                           \
		if (!(expression)) {                                                                                   \
			snprintf(unit_why, sizeof(unit_why), "%s:%d: '%s': %s (errno %d)", __FILE__, __LINE__, (row),  \
				 #expression, errno);                                                                  \
			longjmp(unit_out, 1);                                                                          \
		}                                                                                                      \
	} while (0)

/* fails as it should: -1 and that errno */
#define CHECK_FAILS(row, expression, error)                                                                            \
	do {                                                                                                           \
		errno = 0;                                                                                             \
		CHECK_ROW(row, (expression) == -1);                                                                    \
		CHECK_ROW(row, errno == (error));                                                                      \
	} while (0)

/* what the machine or our rights do not allow to test is said, and passes */
#define SKIP(why)                                                                                                      \
	do {                                                                                                           \
		printf("# skipped: %s\n", (why));                                                                      \
		fflush(stdout);                                                                                        \
		return;                                                                                                \
	} while (0)

__attribute__((unused)) static void alone(void (*run)(void))
{
	/* memory of both, as a test may do with descriptors what it likes */
	char *why = mmap(NULL, sizeof(unit_why), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t pid;

	CHECK(why != MAP_FAILED);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		bool held = unit_run(run);

		if (!held)
			memcpy(why, unit_why, sizeof(unit_why));
		_exit(!held);
	}
	while (waitpid(pid, &status, 0) < 0)
		CHECK(errno == EINTR);
	memcpy(unit_why, why, sizeof(unit_why));
	munmap(why, sizeof(unit_why));
	if (*unit_why)
		longjmp(unit_out, 1);
	CHECK(WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == 0);
}

__attribute__((unused)) static long long msec_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* not for ever: whoever is left behind by a test that failed must not hold up the rest */
__attribute__((unused)) static _Noreturn void sleep_on(void)
{
	alarm(20);
	for (;;)
		pause();
}

/* one number after the other, the same in every run */
__attribute__((unused)) static unsigned dice(void)
{
	static unsigned long long seed = 88172645463325252ULL;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed >> 16;
}

__attribute__((unused)) static void put(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	CHECK_ROW(path, fd >= 0);
	CHECK_ROW(path, write(fd, data, len) == (ssize_t)len);
	close(fd);
}

__attribute__((unused)) static void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

/* a whole file as text, in one of two buffers that take turns */
__attribute__((unused)) static const char *get(const char *path)
{
	static char text[2][8192];
	static int turn;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text[turn ^= 1], sizeof(text[0]) - 1);

	close(fd);
	if (n < 0)
		return NULL;
	text[turn][n] = '\0';
	return text[turn];
}

__attribute__((unused)) static bool under_valgrind(void)
{
	const char *under = getenv("UNDER");

	return under && !strcmp(under, "valgrind");
}

/* From here on this call fails so, in this process and those that it makes. (linux/filter.h and linux/seccomp.h, which
   musl's headers lack: if the call's number is this one, the error, else the call) */
__attribute__((unused)) static void refuse(int call, int error)
{
	struct {
		unsigned short code;
		unsigned char so, else_so;
		unsigned value;
	} steps[] = {
		{ 0x20, 0, 0, 0 },
		{ 0x15, 0, 1, call },
		{ 0x06, 0, 0, 0x00050000 | error },
		{ 0x06, 0, 0, 0x7fff0000 },
	};
	struct {
		unsigned short length;
		void *steps;
	} filter = { 4, steps };

	CHECK(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	if (!under_valgrind() && !prctl(PR_SET_SECCOMP, 2, &filter, 0, 0))
		return;
	printf("# skipped: no filter of system calls here\n"); /* an emulator; or whose own calls it would be for */
	fflush(stdout);
	_exit(0); /* this is the child of TEST_ALONE */
}

/* a root without /dev and /proc; false: we may not */
__attribute__((unused)) static bool empty_root(void)
{
	return (!mkdir("empty", 0755) || errno == EEXIST) && !chroot("empty") && !chdir("/");
}

/* how many descriptors are open */
__attribute__((unused)) static int open_now(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* what /proc/PID/status has behind KEY (with its colon); pid 0: ourselves */
__attribute__((unused)) static const char *status_of(pid_t pid, const char *key)
{
	static char value[256];
	char path[64];
	const char *text, *p;
	size_t n;

	snprintf(path, sizeof(path), pid ? "/proc/%d/status" : "/proc/self/status", pid);
	text = get(path);
	p = text ? strstr(text, key) : NULL;
	if (!p)
		return "(none)";
	p += strlen(key);
	p += strspn(p, " \t");
	n = strcspn(p, "\n");
	snprintf(value, sizeof(value), "%.*s", (int)n, p);
	return value;
}

/* a child that sleeps until a signal ends it, and dies with us */
__attribute__((unused)) static pid_t sleeper(void)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

/* The same, but it has been executed: with this argv, from a copy of this program called file (whose name comm
   becomes). A copy sees the variable, and sleeps. Comes back when it has been executed. */
__attribute__((constructor)) static void sleep_if_told(void)
{
	const char *how = getenv("UNIT_SLEEPS");

	if (!how)
		return;
	if (strcmp(how, "alone")) /* a daemon's parent ends before it */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

__attribute__((unused)) static void copy_self(const char *file)
{
	static char buf[65536];
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	ssize_t n;

	CHECK_ROW(file, from >= 0 && to >= 0);
	while ((n = read(from, buf, sizeof(buf))) > 0)
		CHECK_ROW(file, write(to, buf, n) == n);
	close(from);
	close(to);
}

__attribute__((unused)) static pid_t executed(const char *file, char *const argv[])
{
	static char *env[] = { (char *)"UNIT_SLEEPS=1", NULL };
	int wait[2];
	char c;
	pid_t pid;

	CHECK(!pipe2(wait, O_CLOEXEC));
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		execve(file, argv, env);
		if (write(wait[1], "x", 1) < 0)
			_exit(2);
		_exit(1);
	}
	close(wait[1]);
	CHECK_ROW(file, read(wait[0], &c, 1) == 0);
	close(wait[0]);
	return pid;
}

/* ends a child of ours and reaps it */
__attribute__((unused)) static int end(pid_t pid)
{
	int status = 0;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* dies now, and is not reaped */
__attribute__((unused)) static pid_t zombie(void)
{
	pid_t pid = fork();
	siginfo_t info;

	CHECK(pid >= 0);
	if (!pid)
		_exit(0);
	CHECK(!waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
	return pid;
}

#endif
