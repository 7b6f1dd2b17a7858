/* SPDX-License-Identifier: 0BSD */
/* bench - what tests/bench.sh measures with
 *
 *   bench late FILE          a daemon that takes 10 ms to end after TERM, and writes into FILE when it did
 *   bench lag FILE CMD...    runs CMD, which stops it: how many microseconds after the daemon's end it was back
 *   bench once PROGRAM       fork, setsid, fork, exec by hand, and back when exec is done
 *   bench start N CMD... [, CMD...]...  N times each CMD in its turn until it is back, and all that it left ended again:
 *                            the median of each in microseconds
 *   bench crowd N CMD...     runs CMD beside N idle processes
 *   bench read FILE          reads /proc/PID/FILE of every process, and no more: the shortest loop that a search can be
 *   bench cpu N CMD... [, CMD...]...  N times each CMD in its turn, silenced: the median of its user and system time in
 *                            microseconds
 *   bench time N CMD... [, CMD...]...  N times each CMD in its turn until it has ended: the median of each in nanoseconds
 *   bench bare CMD...        fork, exec, wait: what an init cannot do without
 *   bench nothing            ends
 *   bench leave N HOW        as the program of an init: N orphans, "one" at a time, or as "many" as come; "CPU BEFORE AFTER": the
 *                            init's processor time for them in nanoseconds, its own memory before and after in KiB
 *   bench own PID            that memory: what is dirty and nobody else's of anonymous pages
 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS 16

static volatile sig_atomic_t termed;

static void on_term(int sig)
{
	(void)sig;
	termed = 1;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int late(const char *file)
{
	struct timespec ten = { 0, 10000000 };
	sigset_t term, none;
	long long end;
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	sigemptyset(&none);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	signal(SIGTERM, on_term);
	while (!termed)
		sigsuspend(&none);
	nanosleep(&ten, NULL);
	end = now();
	if (write(fd, &end, sizeof(end)) != sizeof(end))
		return 1;
	return 0;
}

static int run(char **argv)
{
	int how;
	pid_t pid = vfork();

	if (!pid) {
		if (*argv)
			execvp(*argv, argv);
		_exit(127);
	}
	waitpid(pid, &how, 0);
	return how;
}

static int lag(const char *file, char **argv)
{
	long long end, back;
	int fd, how = run(argv);

	back = now();
	fd = open(file, O_RDONLY);
	if (how || read(fd, &end, sizeof(end)) != sizeof(end))
		return 1;
	printf("%lld\n", (back - end) / 1000);
	return 0;
}

static int compare(const void *a, const void *b)
{
	long long x = *(const long long *)a, y = *(const long long *)b;

	return x < y ? -1 : x > y;
}

static void by_hand(const char *program)
{
	int ends[2];
	char byte;

	if (pipe2(ends, O_CLOEXEC) < 0)
		exit(1);
	if (!fork()) {
		setsid();
		if (fork())
			_exit(0);
		execl(program, program, "60", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	wait(NULL);
	if (read(ends[0], &byte, 1)) /* its end: exec is done */
		exit(1);
	close(ends[0]);
}

/* all that was started is our child by now */
static void end_all(void)
{
	char text[64] = "";
	int fd = open("/proc/thread-self/children", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0 || atoi(text) <= 1)
		exit(1);
	close(fd);
	kill(atoi(text), SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static int once(char **argv, long long *time)
{
	long long start = now();

	if (run(argv))
		return -1;
	*time = now() - start;
	end_all();
	return 0;
}

static int cpu(char **argv, long long *time)
{
	struct rusage used;
	int null;
	pid_t pid = fork();

	if (!pid) {
		null = open("/dev/null", O_RDWR);
		dup2(null, 1);
		dup2(null, 2);
		if (*argv)
			execvp(*argv, argv);
		_exit(127);
	}
	if (wait4(pid, &null, 0, &used) < 0 || !WIFEXITED(null) || WEXITSTATUS(null) > 1)
		return -1;
	*time = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000LL +
		(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000LL;
	return 0;
}

static int read_all(const char *file)
{
	static char entries[65536];
	struct { unsigned long long ino, off; unsigned short len; unsigned char type; char name[]; } *e;
	char path[300], text[64];
	int fd, proc = open("/proc", O_RDONLY | O_DIRECTORY);
	long n, at;

	while ((n = syscall(SYS_getdents64, proc, entries, sizeof(entries))) > 0)
		for (at = 0; at < n; at += e->len) {
			e = (void *)(entries + at);
			if (e->name[0] < '1' || e->name[0] > '9')
				continue;
			strcpy(stpcpy(stpcpy(path, e->name), "/"), file);
			fd = openat(proc, path, O_RDONLY);
			if (fd < 0 || read(fd, text, sizeof(text)) < 0)
				continue;
			close(fd);
		}
	return n < 0;
}

/* ---- an init, seen by its program ---------------------------------------------------------------------------- */

static long long number_in(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		exit(1);
	close(fd);
	return atoll(text);
}

/* (pages of a file that is not on the disk yet count as dirty, too) */
static long own(pid_t pid)
{
	char line[512];
	long dirty = 0, anonymous, n = 0;
	FILE *f;

	snprintf(line, sizeof(line), "/proc/%d/smaps", pid);
	f = fopen(line, "re");
	if (!f)
		exit(1);
	while (fgets(line, sizeof(line), f))
		if (!sscanf(line, "Private_Dirty: %ld", &dirty) && sscanf(line, "Anonymous: %ld", &anonymous) == 1)
			n += dirty < anonymous ? dirty : anonymous;
	fclose(f);
	return n;
}

static void orphan(int until_reaped)
{
	int ends[2];
	pid_t child, grandchild = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		exit(1);
	child = fork();
	if (!child) {
		grandchild = fork();
		if (grandchild && write(ends[1], &grandchild, sizeof(grandchild)) < 0)
			_exit(1);
		_exit(0);
	}
	if (child < 0 || read(ends[0], &grandchild, sizeof(grandchild)) < 0 || waitpid(child, NULL, 0) != child)
		exit(1);
	close(ends[0]);
	close(ends[1]);
	while (until_reaped && !kill(grandchild, 0))
		sched_yield();
}

/* with "one" each is reaped before the next comes: a wake-up for each */
static int leave(int n, const char *how)
{
	char stat[64], children[64], text[64];
	pid_t init = getppid();
	long before = own(init);
	long long spent;
	int fd, len;

	snprintf(stat, sizeof(stat), "/proc/%d/schedstat", init);
	snprintf(children, sizeof(children), "/proc/%d/task/%d/children", init, init);
	spent = number_in(stat);
	while (n--)
		orphan(!strcmp(how, "one"));
	do {
		usleep(1000);
		fd = open(children, O_RDONLY | O_CLOEXEC);
		len = read(fd, text, sizeof(text));
		close(fd);
	} while (len <= 0 || memchr(text, ' ', len) != text + len - 1);
	usleep(10000);
	printf("%lld %ld %ld\n", number_in(stat) - spent, before, own(init));
	return 0;
}

static int to_its_end(char **argv, long long *time)
{
	long long start = now();

	if (run(argv))
		return -1;
	*time = (now() - start) * 1000;
	return 0;
}

static int bare(char **argv)
{
	int how;
	pid_t pid = fork();

	if (!pid) {
		execv(*argv, argv);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &how, 0) < 0 || how;
}

static int crowd(int n, char **argv)
{
	while (n--)
		switch (fork()) {
		case 0:
			for (;;)
				pause();
		case -1:
			return 1;
		}
	if (*argv)
		execvp(*argv, argv);
	return 127;
}

/* in turn, so that what else the machine does meets all of them */
static int medians(int n, char **argv, int (*once_more)(char **argv, long long *time))
{
	static long long *times[COMMANDS];
	char **command[COMMANDS];
	int i, k, commands = 1;

	command[0] = argv;
	for (; *argv; argv++)
		if (!strcmp(*argv, ",") && commands < COMMANDS) {
			*argv = NULL;
			command[commands++] = argv + 1;
		}
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (k = 0; k < commands; k++)
		if (!(times[k] = calloc(n, sizeof(*times[k]))))
			return 1;
	for (i = 0; i < n; i++)
		for (k = 0; k < commands; k++)
			if (once_more(command[k], &times[k][i]) < 0)
				return 1;
	for (k = 0; k < commands; k++) {
		qsort(times[k], n, sizeof(*times[k]), compare);
		printf("%lld\n", times[k][n / 2] / 1000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "late"))
		return late(argv[2]);
	if (argc > 3 && !strcmp(argv[1], "lag"))
		return lag(argv[2], argv + 3);
	if (argc == 3 && !strcmp(argv[1], "once"))
		return by_hand(argv[2]), 0;
	if (argc > 3 && !strcmp(argv[1], "start"))
		return medians(atoi(argv[2]), argv + 3, once);
	if (argc > 3 && !strcmp(argv[1], "cpu"))
		return medians(atoi(argv[2]), argv + 3, cpu);
	if (argc > 3 && !strcmp(argv[1], "time"))
		return medians(atoi(argv[2]), argv + 3, to_its_end);
	if (argc > 2 && !strcmp(argv[1], "bare"))
		return bare(argv + 2);
	if (argc == 2 && !strcmp(argv[1], "nothing"))
		return 0;
	if (argc == 4 && !strcmp(argv[1], "leave"))
		return leave(atoi(argv[2]), argv[3]);
	if (argc == 3 && !strcmp(argv[1], "own"))
		return printf("%ld\n", own(atoi(argv[2]))) < 0;
	if (argc == 3 && !strcmp(argv[1], "read"))
		return read_all(argv[2]);
	if (argc > 3 && !strcmp(argv[1], "crowd"))
		return crowd(atoi(argv[2]), argv + 3);
	fputs("usage: see the head of bench.c\n", stderr);
	return 2;
}
