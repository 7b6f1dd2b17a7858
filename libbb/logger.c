/* SPDX-License-Identifier: 0BSD */
/* logger - two processes that do what is to be done with what a program prints */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "fd.h"
#include "log.h"
#include "logfile.h"
#include "logger.h"
#include "num.h"
#include "proc.h"
#include "sig.h"
#include "text.h"

#define FILES ENABLED(CONFIG_LOG_FILE)
#define MORE ENABLED(CONFIG_LOG_MORE)
#define COMMAND ENABLED(CONFIG_START_STOP_DAEMON_LOG)

#define FIRST_DELAY 100  /* ms from the younger's death to the next */
#define LAST_DELAY 5000
#define HEALTHY 10000    /* who has lived so long was well */
#define PREFIX_MAX 100
#define KEEP_MAX 999     /* each is renamed when a file is full */
#define LONG_TIME 1000000 /* ms, in which 1 byte per second pays for the longest line */
#define SHELL "/bin/sh"

#define RING_SIZE 65536  /* unless told */

extern char **environ;

struct logger logger_asked;
static const struct logger *l;
static APART char texts[2][4096]; /* of each pipe: what is not yet a whole line, and is at most one */
static size_t held[2];
static struct pollfd ends[3]; /* of the pipes; signals */

static void watch_pipes(void)
{
	ends[1].fd = l->two ? 1 : -1;
	ends[0].fd = 0;
	ends[0].events = ends[1].events = ends[2].events = POLLIN;
}

int logger_take_file(void *self, const char *path)
{
	(void)self;
	logger_asked.file.path = path;
	logger_asked.file.ring = false;
	return *path == '/' ? 0 : -1;
}

int logger_take_ring(void *self, const char *path)
{
	if (logger_take_file(self, path) < 0)
		return -1;
	logger_asked.file.ring = true;
	if (!logger_asked.file.size)
		logger_asked.file.size = RING_SIZE;
	return 0;
}

int logger_take_size(void *self, const char *text)
{
	(void)self;
	return log_parse_size(text, &logger_asked.file.size);
}

int logger_take_keep(void *self, const char *text)
{
	(void)self;
	return num_parse(text, KEEP_MAX, &logger_asked.file.keep);
}

int logger_take_stamp(void *self, const char *text)
{
	const char *end;
	unsigned which;

	(void)self;
	end = text_word("utc\0uptime\0", text, &which);
	if (!end || *end)
		return -1;
	logger_asked.stamp = LOG_UTC + which;
	return 0;
}

bool logger_wanted(void)
{
	const struct log *to = &logger_asked.syslog;

	return to->asked || to->kernel || to->tag || (FILES && logger_asked.file.path);
}

void logger_name(const char *name)
{
	struct log *to = &logger_asked.syslog;

	logger_asked.name = name;
	if ((to->asked || to->kernel) && !to->tag)
		to->tag = name;
}

/* ---- the younger */

static long long due; /* when what waits is to be written */
static unsigned dropped; /* bytes that were over the rate since the last line that was not */

/* what stands before a line in the file */
static const char *head(void)
{
	static char before[LOGFILE_HEAD];
	char *to = before;

	if (!MORE)
		return before;
	if (l->stamp)
		to = log_stamp(to, l->stamp, l->stamp == LOG_UTC ? clock_date() : (unsigned long long)clock_boot());
	log_copy(to, l->prefix, PREFIX_MAX);
	return before;
}

static void send_line(int pipe, const char *line, size_t len, bool more)
{
	if (FILES && l->file.path) {
		if (!logfile_waits())
			due = clock_msec() + l->flush;
		logfile_add(&l->file, head(), line, len, more);
	}
	if (l->syslog.tag)
		log_send(&l->syslog, pipe ? l->error_priority : l->syslog.priority, line, len, more);
}

static void tell_dropped(int pipe)
{
	char line[LOG_DROPPED], *end = log_dropped(line, dropped, " bytes");

	if (dropped)
		send_line(pipe, line, end - line, false);
	dropped = 0;
}

/* A bucket of one second's bytes, which fills with time. A line passes when there is something in it, and may leave
   less than nothing: one longer than the bucket would never pass otherwise. */
static long long bucket; /* 1000 times */

static bool is_within_rate(void)
{
	static long long then;
	long long now = clock_msec(), full = l->rate * 1000LL, time = now - then;

	bucket += (time < LONG_TIME ? time : LONG_TIME) * l->rate;
	if (bucket > full)
		bucket = full;
	then = now;
	return bucket > 0;
}

/* a line, or a piece of one, whose other pieces go the way of the first */
static void take_line(int pipe, const char *line, size_t len, bool more)
{
	static bool inside[2], passes[2];

	if (MORE && l->rate) {
		if (!inside[pipe])
			passes[pipe] = is_within_rate();
		inside[pipe] = more;
		if (!passes[pipe]) {
			dropped += len + 1;
			return;
		}
		bucket -= (len + 1) * 1000LL;
		tell_dropped(pipe);
	}
	send_line(pipe, line, len, more);
}

/* all whole lines; the rest then stands at the beginning */
static void take_lines(int pipe, size_t size, bool end)
{
	char *from = texts[pipe];
	size_t at = 0, left = 0, len, n;

	while ((n = log_cut(from + at, size - at, end, &len))) {
		if (len)
			take_line(pipe, from + at, len, n == len && at + n < size);
		at += n;
	}
	while (at < size)
		from[left++] = from[at++];
	held[pipe] = left;
}

/* false: its end */
static bool hear(int pipe)
{
	ssize_t n = read(pipe, texts[pipe] + held[pipe], sizeof(texts[pipe]) - held[pipe]);

	take_lines(pipe, held[pipe] + (n > 0 ? n : 0), n <= 0);
	return n > 0;
}

static void obey(int signals)
{
	signed char info[128]; /* struct signalfd_siginfo: its first four bytes are the number, and it fits in one */

	if (!FILES || read(signals, info, sizeof(info)) <= 0 || !l->file.path)
		return;
	logfile_flush(&l->file);
	if (info[0] != SIGHUP && info[3] != SIGHUP) /* whichever end it has */
		return;
	logfile_close();
	logfile_open(&l->file); /* else it is tried again with the next line */
}

static int open_signals(void)
{
	struct sig_set set = { { 1UL << (SIGHUP - 1) | 1UL << (SIGTERM - 1) } };

	return syscall(SYS_signalfd4, -1, &set, _NSIG / 8, O_CLOEXEC | O_NONBLOCK);
}

static _Noreturn void work(void)
{
	int pipe;

	watch_pipes();
	ends[2].fd = open_signals();
	while (ends[0].fd >= 0 || ends[1].fd >= 0) {
		if (poll(ends, 3, logfile_waits() ? clock_left(due) : -1) < 0)
			break; /* the elder has another for the rest */
		for (pipe = 0; pipe < 2; pipe++)
			if (ends[pipe].revents && !hear(pipe))
				ends[pipe].fd = -1;
		if (ends[2].revents)
			obey(ends[2].fd);
		if (FILES && logfile_waits() && !clock_left(due))
			logfile_flush(&l->file);
	}
	tell_dropped(0);
	if (FILES && l->file.path)
		logfile_end(&l->file, head());
	if (l->syslog.tag)
		log_end(&l->syslog);
	_exit(0);
}

/* ---- the elder */

static _Noreturn void run_command(void)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)l->command, NULL };

	sig_default_all();
	sig_unblock_all();
	syscall(SYS_execve, SHELL, argv, environ);
	_exit(127);
}

/* which of the pipes have no more writers, and nothing to read; all: there is nothing more to do. With patience (ms)
   what comes meanwhile is read, and forgotten. */
static bool is_over(int patience)
{
	long long then = clock_msec() + patience;
	int pipe;

	watch_pipes();
	do {
		poll(ends, 2, clock_left(then));
		for (pipe = 0; pipe < 2; pipe++) {
			if (ends[pipe].revents & POLLIN && patience)
				read(pipe, texts[pipe], sizeof(texts[pipe]));
			else if (ends[pipe].revents & POLLHUP && !(ends[pipe].revents & POLLIN))
				ends[pipe].fd = -1;
		}
	} while (clock_left(then) && (ends[0].fd >= 0 || ends[1].fd >= 0));
	return ends[0].fd < 0 && ends[1].fd < 0;
}

/* for some time: then the younger lives again, or all is over */
static void wait_for_next(unsigned delay)
{
	if (is_over(delay == LAST_DELAY ? delay : 0))
		_exit(0);
	if (delay < LAST_DELAY)
		sig_wait(0, delay);
}

static void take_name(void)
{
	char name[16];

	log_copy(text_copy(name, "log-"), l->name, 11);
	syscall(SYS_prctl, PR_SET_NAME, name);
}

const char *logger_check(const struct logger *logger)
{
	if (COMMAND && logger->command)
		return access(SHELL, X_OK) < 0 ? "exec" : NULL;
	if (!FILES || !logger->file.path)
		return NULL;
	if (logfile_open(&logger->file) < 0)
		return "open";
	logfile_close();
	return NULL;
}

void logger_run(const struct logger *logger)
{
	unsigned delay = FIRST_DELAY;
	struct sig_set before;
	long long since;
	pid_t younger;

	l = logger;
	syscall(SYS_setsid);
	syscall(SYS_chdir, "/");
	/* who waits for the end of our output, or for a lock on a file that we inherited, must not wait for us */
	fd_close_from(l->command ? 3 : 1 + l->two);
	fd_sane();
	sig_block_all(&before);
	take_name();
	for (;;) {
		since = clock_msec();
		younger = proc_fork();
		if (!younger) {
			if (COMMAND && l->command)
				run_command();
			work();
		}
		if (younger > 0)
			waitpid(younger, NULL, 0);
		if (clock_msec() - since > HEALTHY)
			delay = FIRST_DELAY;
		wait_for_next(delay);
		delay = delay * 2 > LAST_DELAY ? LAST_DELAY : delay * 2;
	}
}
