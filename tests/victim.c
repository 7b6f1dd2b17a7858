/* SPDX-License-Identifier: 0BSD */
/* victim - a program to be started, found and signalled: does what its words say, in their order, then sleeps

   ignore SIG        from here on (SIG is a number)     say TEXT     a line on stdout
   exit-on SIG N     exit with status N when it comes   cry TEXT     a line on stderr
   log FILE          "got SIG" into FILE for HUP, INT,  name NAME    what /proc/PID/comm tells
                     USR1, USR2 and TERM, and live on   fork         go on in a child: the parent exits with 0
   state FILE        what holds of this process         child        a child that sleeps, and is never waited for
   pid FILE          its pid, once it has come so far   zombie       a child that exits, and is never waited for
   wait MS           for so long                        exit N       with that status
   linger MS         so long it takes exit-on to exit   many N       N times child
   threads N         N more threads                     ready FD     a line on that descriptor
   notify TEXT       TEXT to $NOTIFY_SOCKET
   orphans N         N times a child that leaves a child behind, which ends at once
   only-child        when our parent has no other child, not even a dead one; exits with 92 when that takes five seconds
   hop               goes on in a child, and in a child of that, for ever: its pid is never for long the same
   breed             forks children for ever that live for a millisecond
   Files appear whole (written beside, then renamed). "-" is stdout, of log and state. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int status_of[65], log_fd = -1, linger;
static const char *called;

static void on_signal(int sig)
{
	char text[] = "got 00\n";

	if (status_of[sig] >= 0) {
		poll(NULL, 0, linger);
		_exit(status_of[sig]);
	}
	text[4] += sig / 10;
	text[5] += sig % 10;
	if (write(log_fd, text, sizeof(text) - 1) < 0)
		_exit(99);
}

static void handle(int sig)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigaction(sig, &action, NULL);
}

static int is_stdout(const char *file)
{
	return !strcmp(file, "-");
}

static void do_log(char **w)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGTERM };
	unsigned i;

	log_fd = is_stdout(w[1]) ? 1 : open(w[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		handle(signals[i]);
}

static FILE *begin(const char *file)
{
	char beside[4096];
	FILE *f;

	snprintf(beside, sizeof(beside), "%s.new", file);
	f = is_stdout(file) ? fdopen(dup(1), "w") : fopen(beside, "we");
	if (!f) {
		perror(beside);
		exit(98);
	}
	return f;
}

static void end(FILE *f, const char *file)
{
	char beside[4096];

	snprintf(beside, sizeof(beside), "%s.new", file);
	fclose(f);
	if (!is_stdout(file) && rename(beside, file) < 0)
		exit(97);
}

static void write_fds(FILE *f, int but)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char to[4096];
		ssize_t n = readlinkat(dirfd(d), e->d_name, to, sizeof(to) - 1);

		if (n < 0 || atoi(e->d_name) == but || atoi(e->d_name) == dirfd(d))
			continue;
		to[n] = '\0';
		fprintf(f, "fd%s=%s\n", e->d_name, to);
	}
}

/* SigBlk, SigIgn, Uid, Groups, ... as they stand there, a tab for a = */
static void write_status(FILE *f)
{
	static const char *const keys[] = { "Uid:",    "Gid:",	  "Groups:", "SigBlk:", "SigIgn:",
					    "SigCgt:", "CapPrm:", "CapEff:", "CapBnd:", "NoNewPrivs:" };
	FILE *status = fopen("/proc/self/status", "re");
	char line[4096];
	unsigned i;

	while (status && fgets(line, sizeof(line), status))
		for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			if (!strncmp(line, keys[i], strlen(keys[i]))) {
				line[strlen(keys[i]) - 1] = '=';
				memmove(line + strlen(keys[i]), line + strlen(keys[i]) + 1,
					strlen(line + strlen(keys[i])));
				fputs(line, f);
			}
	if (status)
		fclose(status);
}

static void do_state(char **w)
{
	FILE *f = begin(w[1]);
	char cwd[4096], root[4096] = "";
	mode_t mask = umask(0);
	int tty = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	ssize_t n = readlink("/proc/self/root", root, sizeof(root) - 1);

	umask(mask);
	fprintf(f, "argv0=%s\npid=%d\nppid=%d\npgid=%d\nsid=%d\ntty=%s\n", called, getpid(), getppid(), getpgrp(),
		getsid(0), tty < 0 ? "none" : "yes");
	fprintf(f, "cwd=%s\nroot=%s\numask=%03o\nnice=%d\n", getcwd(cwd, sizeof(cwd)) ? cwd : "?", n < 0 ? "?" : root,
		mask, getpriority(PRIO_PROCESS, 0));
	if (tty >= 0)
		close(tty);
	write_status(f);
	write_fds(f, fileno(f));
	end(f, w[1]);
}

static void do_wait(char **w)
{
	int ms = atoi(w[1]);
	struct timespec left = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&left, &left) < 0)
		;
}

static void do_ignore(char **w)
{
	signal(atoi(w[1]), SIG_IGN);
}

static void do_exit_on(char **w)
{
	status_of[atoi(w[1])] = atoi(w[2]);
	handle(atoi(w[1]));
}

static void do_pid(char **w)
{
	FILE *f = begin(w[1]);

	fprintf(f, "%d\n", getpid());
	end(f, w[1]);
}

static void do_fork(char **w)
{
	(void)w;
	if (fork())
		_exit(0);
}

static void do_zombie(char **w)
{
	(void)w;
	if (!fork())
		_exit(0);
}

static void do_child(char **w)
{
	(void)w;
	if (!fork())
		for (;;)
			pause();
}

static void do_many(char **w)
{
	int n;

	for (n = atoi(w[1]); n > 0; n--)
		do_child(w);
}

/* whoever adopts it has it to reap */
static void do_orphans(char **w)
{
	int n;
	pid_t pid;

	for (n = atoi(w[1]); n > 0; n--) {
		pid = fork();
		if (!pid) {
			fork();
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			_exit(91);
	}
}

static void do_only_child(char **w)
{
	char path[64], children[64];
	int fd, tries = 500;
	ssize_t n;

	(void)w;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", getppid(), getppid());
	for (; tries > 0; tries--) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = read(fd, children, sizeof(children) - 1);
		close(fd);
		children[n > 0 ? n : 0] = '\0';
		if (atoi(children) == getpid() && !strchr(strchr(children, ' ') + 1, ' '))
			return;
		poll(NULL, 0, 10);
	}
	_exit(92);
}

static void *sleep_on(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

static void do_threads(char **w)
{
	int n = atoi(w[1]);
	pthread_t thread;

	while (n-- && !pthread_create(&thread, NULL, sleep_on, NULL))
		;
}

static void do_hop(char **w)
{
	(void)w;
	for (;;)
		if (fork() > 0)
			_exit(0);
}

static void do_breed(char **w)
{
	(void)w;
	signal(SIGCHLD, SIG_IGN);
	for (;;)
		if (!fork()) {
			poll(NULL, 0, 1);
			_exit(0);
		}
}

static void do_linger(char **w)
{
	linger = atoi(w[1]);
}

static void do_name(char **w)
{
	prctl(PR_SET_NAME, w[1]);
}

static void do_say(char **w)
{
	dprintf(1, "%s\n", w[1]);
}

static void do_cry(char **w)
{
	dprintf(2, "%s\n", w[1]);
}

static void do_ready(char **w)
{
	dprintf(atoi(w[1]), "\n");
}

static void do_notify(char **w)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (!name || strlen(name) >= sizeof(to.sun_path))
		_exit(94);
	memcpy(to.sun_path + 1, name + 1, strlen(name + 1)); /* abstract: "@..." */
	if (sendto(fd, w[1], strlen(w[1]), 0, (void *)&to, offsetof(struct sockaddr_un, sun_path) + strlen(name)) < 0)
		_exit(93);
	close(fd);
}

static void do_exit(char **w)
{
	_exit(atoi(w[1]));
}

static const struct verb {
	const char *name;
	int words; /* that follow it */
	void (*act)(char **w);
} verbs[] = {
	{ "ignore", 1, do_ignore },
	{ "exit-on", 2, do_exit_on },
	{ "log", 1, do_log },
	{ "state", 1, do_state },
	{ "pid", 1, do_pid },
	{ "wait", 1, do_wait },
	{ "linger", 1, do_linger },
	{ "say", 1, do_say },
	{ "cry", 1, do_cry },
	{ "name", 1, do_name },
	{ "fork", 0, do_fork },
	{ "child", 0, do_child },
	{ "many", 1, do_many },
	{ "ready", 1, do_ready },
	{ "notify", 1, do_notify },
	{ "threads", 1, do_threads },
	{ "zombie", 0, do_zombie },
	{ "orphans", 1, do_orphans },
	{ "only-child", 0, do_only_child },
	{ "hop", 0, do_hop },
	{ "breed", 0, do_breed },
	{ "exit", 1, do_exit },
};

/* what w[0] says, done; the word after it */
static char **obey(char **w)
{
	unsigned i;
	int n;

	for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(verbs[i].name, w[0]))
			continue;
		for (n = 1; n <= verbs[i].words; n++)
			if (!w[n])
				_exit(95);
		verbs[i].act(w);
		return w + 1 + verbs[i].words;
	}
	dprintf(2, "victim: what is '%s'?\n", w[0]);
	_exit(96);
}

int main(int argc, char **argv)
{
	char **w = argv + 1;

	(void)argc;
	called = argv[0];
	memset(status_of, -1, sizeof(status_of));
	while (*w)
		w = obey(w);
	for (;;)
		pause();
}
