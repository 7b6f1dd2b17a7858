/* SPDX-License-Identifier: 0BSD */
/* notify - a daemon tells when it is ready: NOTIFY_SOCKET as sd_notify(3) has it, or a newline as s6 has it */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "env.h"
#include "fd.h"
#include "notify.h"
#include "num.h"
#include "text.h"

#define VARIABLE "NOTIFY_SOCKET="
#define TEXT_MAX 4096   /* systemd's limit too */
#define LINEAGE_MAX 256 /* generations between a sender and us */
#define WATCHDOG ENABLED(CONFIG_SUPERVISE_DAEMON)
#define HEAR_MSEC 100   /* who tells without a pause is not listened to for longer */
#define TICK_MSEC 20    /* between two looks at a daemon whose death does not wake us */
#define DEATH_MSEC 100  /* a dying process closes its files first, and is dead a moment later */

/* the value in a line of this key ("KEY="); NULL: of another. Unlike text_after, a key in small letters is another */
static const char *value(const char *line, const char *key)
{
	size_t len = text_len(key);

	return text_same(line, key, len) ? line + len : NULL;
}

static int parse_line(const char *line, struct notify_message *m)
{
	static const char keys[NOTIFY_NUMBERS][21] = { "ERRNO=", "MAINPID=", "EXTEND_TIMEOUT_USEC=" };
	const char *text = value(line, "READY=1");
	unsigned i;

	m->ready |= text && !*text;
	if (WATCHDOG) {
		text = value(line, "WATCHDOG=1");
		m->alive |= text && !*text;
	}
	if ((text = value(line, "STATUS=")))
		m->status = text;
	for (i = 0; i < NOTIFY_NUMBERS; i++)
		if ((text = value(line, keys[i]))) {
			m->number[i] = INT_MAX; /* a time beyond that is that */
			/* cppcheck-suppress arrayIndexThenCheck ; i is within the array by the loop */
			if (num_parse(text, INT_MAX, &m->number[i]) < 0 && (i < NOTIFY_EXTEND || errno != ERANGE))
				return -1;
		}
	return 0;
}

int notify_parse(char *text, size_t len, struct notify_message *m)
{
	char *end = text + len;

	*end = '\0';
	memset(m, 0, sizeof(*m));
	for (; text < end; text++) {
		char *line = text;

		text += text_until(text, "\n");
		*text = '\0';
		if (parse_line(line, m) < 0)
			return -1;
	}
	return 0;
}

int notify_listen(struct notify *n)
{
	struct sockaddr_un address;
	char digits[NUM_TEXT], *name = n->variable + sizeof(VARIABLE) - 1, *end;
	/* another in each pid namespace: where the kernel has put our stack, and when */
	unsigned random = clock_msec() + (size_t)&address + (size_t)n;
	int on = 1, fd = FD_SOCKET(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	n->socket = fd;
	end = text_copy(n->variable, VARIABLE "@initbox.");
	end = text_copy(end, num_text(digits, getpid()));
	end = text_copy(text_copy(end, "."), num_text(digits, random));
	address.sun_family = AF_UNIX;
	text_copy(address.sun_path, name);
	address.sun_path[0] = '\0'; /* abstract: unix(7) */
	if (FD_SOCKET(setsockopt, fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ||
	    FD_SOCKET(bind, fd, (const void *)&address, offsetof(struct sockaddr_un, sun_path) + (end - name)) < 0)
		return -1;
	return env_set(n->variable);
}

int notify_pipe(struct notify *n)
{
	int ends[2];

	if (syscall(SYS_pipe2, ends, O_CLOEXEC) < 0)
		return -1;
	n->pipe = ends[0];
	n->give = ends[1];
	return 0;
}

/* 0 and 1 and 2 are always taken by others (fd_sane) */
static void drop(int *fd)
{
	if (*fd)
		close(*fd);
	*fd = 0;
}

/* for poll, which skips -1 */
static int present(int fd)
{
	return fd ? fd : -1;
}

void notify_end_pipe(struct notify *n)
{
	drop(&n->pipe);
	drop(&n->give);
	n->closed = false;
}

void notify_close(struct notify *n)
{
	drop(&n->socket);
	notify_end_pipe(n);
}

/* 0: of the first in our pid namespace; -1: it is gone */
static pid_t parent_of(pid_t pid)
{
	struct proc_stat s;
	struct proc p;
	int told;

	if (proc_open(&p, pid) < 0)
		return -1;
	told = proc_stat(&p, &s);
	proc_close(&p);
	return told < 0 ? -1 : (pid_t)s.field[STAT_PPID];
}

/* Does it descend from us, or is it gone? As we are a subreaper, all that the daemon forks does, however often its
   parents die. */
static bool descends(pid_t pid)
{
	pid_t at = pid;
	int i;

	for (i = 0; i < LINEAGE_MAX && at; i++) {
		pid_t parent = parent_of(at);

		if (parent == getpid() || (parent < 0 && at == pid))
			return true;
		at = parent < 0 ? pid : parent; /* one between has just died: the line is another now */
	}
	return false;
}

/* The kernel tells who has sent it: nobody but root can lie about that. A daemon may have changed its uid, so for it
   that is not asked; a sender who is gone is judged by the uid alone (systemd-notify(1) does not stay). */
static bool trusted(const struct notify *n, const struct cmsghdr *c)
{
	struct ucred from;

	if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
		return false;
	memcpy(&from, CMSG_DATA(c), sizeof(from));
	if (from.pid == n->told.pid)
		return true;
	if (from.uid && from.uid != n->uid && from.uid != getuid())
		return false;
	return from.pid > 0 && descends(from.pid);
}

static void watch(struct notify *n, const struct proc *p)
{
	n->watched = *p;
	n->told.pid = p->pid;
	n->told.how = -1;
	proc_poll(&n->watched);
}

static void follow(struct notify *n, pid_t pid)
{
	struct proc p;

	if (pid == n->told.pid || proc_open(&p, pid) < 0)
		return;
	/* held first, then asked by number: if it is not dead after that, the number was its own */
	if (descends(pid) && !proc_dead(&p)) {
		proc_close(&n->watched);
		watch(n, &p);
	} else {
		proc_close(&p);
	}
}

/* it is made for a terminal, and was written by somebody who may not write there */
static void keep_status(struct notify_told *told, const char *text)
{
	unsigned i;

	for (i = 0; i < sizeof(told->status) - 1 && text[i]; i++)
		told->status[i] = (unsigned char)text[i] < ' ' || text[i] == 127 ? '?' : text[i];
	told->status[i] = '\0';
}

static enum notify_result heed(struct notify *n, char *text, size_t len)
{
	struct notify_message m;

	if (notify_parse(text, len, &m) < 0)
		m.number[NOTIFY_ERRNO] = EINVAL;
	if (m.status)
		keep_status(&n->told, m.status);
	if (WATCHDOG)
		n->alive |= m.alive;
	n->told.error = m.number[NOTIFY_ERRNO];
	if (n->told.error)
		return NOTIFY_FAILED;
	if (m.number[NOTIFY_MAINPID])
		follow(n, m.number[NOTIFY_MAINPID]);
	if (m.number[NOTIFY_EXTEND])
		n->end = clock_msec() + m.number[NOTIFY_EXTEND] / 1000;
	return m.ready; /* NOTIFY_READY, or NOTIFY_NOTHING */
}

/* all that came, but not for ever: who tells without a pause must not hold us */
static enum notify_result hear_socket(struct notify *n)
{
	/* room for the sender's name and nothing else: descriptors that he passes are closed by the kernel */
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	enum notify_result result = NOTIFY_NOTHING;
	char text[TEXT_MAX + 1];

	do {
		struct iovec part = { .iov_base = text, .iov_len = TEXT_MAX };
		struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
		ssize_t len;

		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
		len = FD_SOCKET(recvmsg, present(n->socket), &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (len < 0)
			break;
		if (!(m.msg_flags & MSG_TRUNC) && m.msg_controllen && trusted(n, &control.head))
			result = heed(n, text, len);
	} while (!result && clock_left(n->end));
	return result;
}

static enum notify_result hear_pipe(struct notify *n)
{
	char text[64];
	ssize_t len = read(n->pipe, text, sizeof(text));

	if (!len) {
		drop(&n->pipe);
		n->closed = true;
		if (clock_left(n->end) > DEATH_MSEC)
			n->end = clock_msec() + DEATH_MSEC;
	}
	while (len > 0)
		if (text[--len] == '\n')
			return NOTIFY_READY;
	return NOTIFY_NOTHING;
}

static bool died(struct notify *n)
{
	pid_t done = waitpid(n->told.pid, &n->told.how, WNOHANG);

	if (done < 0) /* it is not our child, or no more */
		return n->watched.dir < 0 || proc_dead(&n->watched);
	return done;
}

/* waits once, and looks at everything */
static enum notify_result look(struct notify *n)
{
	struct pollfd fds[] = { { .fd = present(n->socket), .events = POLLIN },
				{ .fd = present(n->pipe), .events = POLLIN },
				{ .fd = n->watched.death, .events = POLLIN } };
	enum notify_result result;
	int msec = clock_left(n->end);
	pid_t pid = n->told.pid;
	bool dead;

	if (n->watched.death < 0 && msec > TICK_MSEC)
		msec = TICK_MSEC;
	poll(fds, COUNT(fds), msec);
	dead = died(n) || fds[2].revents; /* asked before the messages are heard: the last are those of the dead */
	result = hear_socket(n);
	if (!result && fds[1].revents)
		result = hear_pipe(n);
	if (!result && dead && pid == n->told.pid)
		return NOTIFY_DIED;
	if (!result && !clock_left(n->end))
		return n->closed ? NOTIFY_CLOSED : NOTIFY_TIMEOUT;
	return result;
}

int notify_watch(struct notify *n)
{
	if (fd_control(n->socket, F_SETOWN, getpid()) < 0)
		return -1;
	return fd_control(n->socket, F_SETFL, O_ASYNC);
}

bool notify_heard(struct notify *n, pid_t daemon)
{
	n->told.pid = daemon;
	n->end = clock_msec() + HEAR_MSEC;
	n->alive = false;
	while (hear_socket(n) && clock_left(n->end))
		;
	return n->alive;
}

enum notify_result notify_wait(struct notify *n, pid_t daemon, uid_t uid, unsigned msec, struct notify_told *told)
{
	enum notify_result result;
	struct proc p;

	n->uid = uid;
	n->end = clock_msec() + msec;
	drop(&n->give);
	proc_open(&p, daemon); /* dir stays -1 where that fails: then waitpid alone tells */
	watch(n, &p);
	do
		result = look(n);
	while (!result);
	proc_close(&n->watched);
	*told = n->told;
	return result;
}
