/* SPDX-License-Identifier: 0BSD */
/* fault - makes one system call of a program fail, or ends the program there: for every call it makes, and its children make.

   fault list PROGRAM [ARGUMENT]...          runs it, and writes a line for each of its calls to the file $FAULT_LIST:
                                             "CALL N ERRNO...", it being the Nth of that number; the errnos are those that
                                             it is to be tried with, and "short" where it may take less than it is given
   fault ERRNO CALL N PROGRAM [ARGUMENT]...  the Nth CALL (0: each) fails with ERRNO; "short": it reads or writes one byte
                                             only; "kill": whoever makes it is killed before it
   fault numbers                             prints those of read and write

   $FAULT_DONE is a file that has a byte once that has happened: not each call is made in each run.
   $FAULT_KILLS are processes that are killed when the program first waits in poll: those it waits for.

   Exit status: the program's; 128 and the signal that ended it; 124: it had not ended ten seconds later, and was killed;
   125, and why: it cannot be done here.

   The calls are those of all processes that run the program's file; what they execute beside is let alone. They are held by
   a seccomp filter that asks us (seccomp_unotify(2), Linux 5.5; pidfd_getfd(2), Linux 5.6), so this is no processor's own
   matter. Who is still alive when the program has ended is answered by a child of ours. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* linux/filter.h and linux/seccomp.h, which musl's headers lack */
struct sock_filter {
	unsigned short code;
	unsigned char jt, jf;
	unsigned k;
};
struct sock_fprog {
	unsigned short len;
	struct sock_filter *filter;
};
struct seccomp_notif {
	unsigned long long id;
	unsigned pid, flags;
	struct {
		int nr;
		unsigned arch;
		unsigned long long ip, args[6];
	} data;
};
struct seccomp_notif_resp {
	unsigned long long id;
	long long val;
	int error;
	unsigned flags;
};
#define RET_USER_NOTIF 0x7fc00000
#define SET_MODE_FILTER 1
#define NEW_LISTENER (1 << 3)
#define NOTIF_RECV _IOWR('!', 0, struct seccomp_notif)
#define NOTIF_SEND _IOWR('!', 1, struct seccomp_notif_resp)
#define CONTINUE 1
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

#define LISTENER 3 /* the filter's descriptor, in the child */

enum { SHORT = -1, KILL = -2 };

static struct stat program;
static FILE *list;
static int done_fd = -1;
static long target, at; /* which call, and the how manieth of them; 0: all */
static int calls[600];	/* how many of each there were */
static int fault;
static int listener;

static void cannot(const char *what)
{
	fprintf(stderr, "fault: %s: %s\n", what, strerror(errno));
	exit(125);
}

/* ---- what a call may fail with ------------------------------------------------------------------------------ */

#define S(call) SYS_##call
static const struct row {
	long call;
	int errors[8];
} rows[] = {
#ifdef SYS_open
	{ S(open), { EMFILE, ENOMEM, EACCES, EIO, EINTR } },
#endif
	{ S(openat), { EMFILE, ENFILE, ENOMEM, EACCES, EIO, EINTR, ENOSPC } },
	{ S(read), { EIO, EINTR, ENOMEM, SHORT } },
	{ S(write), { EIO, ENOSPC, EINTR, EAGAIN, SHORT } },
	{ S(close), { EIO, ENOSPC } }, /* that of a file which was written */
	{ S(getdents64), { EIO, ENOMEM } },
#ifdef SYS_getdents
	{ S(getdents), { EIO, ENOMEM } },
#endif
#ifdef SYS_poll
	{ S(poll), { ENOMEM, EINTR } },
#endif
#ifdef SYS_fork
	{ S(fork), { EAGAIN, ENOMEM } },
#endif
#ifdef SYS_vfork
	{ S(vfork), { EAGAIN, ENOMEM } },
#endif
	{ S(clone), { EAGAIN, ENOMEM } },
	{ S(execve), { ENOENT, EACCES, ENOMEM, EIO, ETXTBSY, EPERM, EAGAIN } },
#ifdef SYS_newfstatat
	{ S(newfstatat), { ENOMEM, EACCES, EIO } },
#endif
#ifdef SYS_stat
	{ S(stat), { ENOMEM, EACCES, EIO } },
#endif
#ifdef SYS_lstat
	{ S(lstat), { ENOMEM, EACCES, EIO } },
#endif
#ifdef SYS_readlink
	{ S(readlink), { ENOMEM, EACCES, EIO } },
#endif
#ifdef SYS_unlink
	{ S(unlink), { EACCES, EIO, EROFS, EPERM, ENOMEM } },
#endif
#ifdef SYS_rename
	{ S(rename), { EACCES, EIO, ENOSPC, EROFS, ENOMEM } },
#endif
#ifdef SYS_fstat
	{ S(fstat), { ENOMEM, EIO } },
#endif
	{ S(statx), { ENOMEM, EACCES, EIO, ENOSYS } },
	{ S(readlinkat), { ENOMEM, EACCES, EIO } },
	{ S(faccessat), { ENOMEM, EACCES, EIO } },
	{ S(unlinkat), { EACCES, EIO, EROFS, EPERM, ENOMEM } },
	{ S(renameat2), { EACCES, EIO, ENOSPC, ENOSYS, EROFS, ENOMEM } },
#ifdef SYS_renameat
	{ S(renameat), { EACCES, EIO, ENOSPC, EROFS, ENOMEM } },
#endif
	{ S(fchmod), { EPERM, EIO, EROFS } },
	{ S(fsync), { EIO, ENOSPC } },
	{ S(fdatasync), { EIO, ENOSPC } },
	{ S(flock), { EINTR, ENOLCK } },
#ifdef SYS_dup2
	{ S(dup2), { EMFILE, EINTR, EBUSY } },
#endif
#ifdef SYS_access
	{ S(access), { ENOMEM, EACCES, EIO } },
#endif
	{ S(dup3), { EMFILE, EINTR, EBUSY } },
	{ S(pipe2), { EMFILE, ENFILE } },
	{ S(socket), { EMFILE, ENOMEM, EACCES } },
	{ S(bind), { EACCES, EADDRINUSE, ENOMEM } },
	{ S(setsockopt), { ENOMEM, ENOPROTOOPT } },
	{ S(recvmsg), { ENOMEM, EINTR } },
	{ S(connect), { EACCES, ECONNREFUSED, EINTR } },
	{ S(sendto), { ENOBUFS, ENOMEM, EINTR } },
#ifdef SYS_mmap
	{ S(mmap), { ENOMEM } },
#endif
#ifdef SYS_mmap2
	{ S(mmap2), { ENOMEM } },
#endif
	{ S(mremap), { ENOMEM } },
	{ S(kill), { EPERM } },
	{ 424, { EPERM, ENOSYS } },		    /* pidfd_send_signal */
	{ 434, { EMFILE, ENOMEM, ENOSYS, EPERM } }, /* pidfd_open */
	{ 436, { ENOSYS, EPERM } },		    /* close_range */
	{ S(wait4), { EINTR } },
	{ S(waitid), { EINTR } },
	{ S(rt_sigtimedwait), { EINTR, EAGAIN } },
	{ S(setpgid), { EPERM, EACCES } },
	{ S(chdir), { EACCES, EIO, ENOENT } },
	{ S(setsid), { EPERM } },
	{ S(fcntl), { EMFILE } }, /* that which takes a descriptor */
	{ S(prctl), { EINVAL } },
	{ S(setpriority), { EACCES } },
	{ S(prlimit64), { EPERM } },
	{ S(setgroups), { EPERM, ENOMEM } },
	{ S(setgid), { EPERM } },
	{ S(setuid), { EPERM, EAGAIN } },
	{ S(setresgid), { EPERM } },
	{ S(setresuid), { EPERM, EAGAIN } },
	{ S(capset), { EPERM } },
	{ S(chroot), { EPERM, EACCES, EIO } },
};

static const int *errors_of(long call)
{
	static const int none[1];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].call == call)
			return rows[i].errors;
	return none;
}

static void write_row(long call, bool fails)
{
	const int *e;

	fprintf(list, "%ld %d", call, calls[call]);
	for (e = errors_of(call); fails && *e; e++)
		if (*e == SHORT)
			fprintf(list, " short");
		else
			fprintf(list, " %d", *e);
	fprintf(list, "\n");
	fflush(list);
}

/* ---- the answers -------------------------------------------------------------------------------------------- */

static int pidfd_of(pid_t pid)
{
	return syscall(SYS_pidfd_open, pid, 0);
}

/* one byte of a read or write, in its place: 1, or what the call itself would give; LATER: it would wait */
#define LATER (-9999)
static long one_byte(const struct seccomp_notif *call)
{
	char c;
	struct iovec theirs = { (void *)(size_t)call->data.args[1], 1 }, ours = { &c, 1 };
	int pidfd = pidfd_of(call->pid), fd = syscall(SYS_pidfd_getfd, pidfd, (int)call->data.args[0], 0);
	struct pollfd ready = { .events = POLLIN };
	bool writes = call->data.nr == SYS_write;
	long n;

	ready.fd = fd;
	if (fd < 0 || (!writes && poll(&ready, 1, 0) <= 0))
		n = LATER; /* who would write it waits for us */
	else if (writes)
		n = process_vm_readv(call->pid, &ours, 1, &theirs, 1, 0) == 1 ? write(fd, &c, 1) : -EFAULT;
	else if ((n = read(fd, &c, 1)) == 1 && !at && c <= '\n' && lseek(fd, -1, SEEK_CUR) >= 0)
		n = LATER; /* no piece of a file ends where the whole may end (fd.h: "believed to be whole") */
	else if (n == 1)
		n = process_vm_writev(call->pid, &ours, 1, &theirs, 1, 0);
	close(fd);
	close(pidfd);
	return n;
}

static bool runs_program(pid_t pid)
{
	char path[40];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return !stat(path, &st) && st.st_dev == program.st_dev && st.st_ino == program.st_ino;
}

/* a regular file that it may only write? (It is not closed then; but nobody waits for its end.) */
static bool is_written(const struct seccomp_notif *call)
{
	int pidfd = pidfd_of(call->pid), fd = syscall(SYS_pidfd_getfd, pidfd, (int)call->data.args[0], 0);
	struct stat st;
	bool is = fd >= 0 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY && !fstat(fd, &st) && S_ISREG(st.st_mode);

	close(fd);
	close(pidfd);
	return is;
}

/* by what it is asked for: a descriptor is taken by this fcntl only; who does not wait is not interrupted */
static bool may_fail(const struct seccomp_notif *call)
{
	const unsigned long long *arg = call->data.args;

	switch (call->data.nr) {
	case SYS_close:
		return is_written(call);
	case SYS_fcntl:
		return arg[1] == F_DUPFD_CLOEXEC;
	case SYS_wait4:
		return !(arg[2] & WNOHANG);
	case SYS_waitid:
		return !(arg[3] & WNOHANG);
	default:
		return true;
	}
}

/* those who die are not to be dead before they are found, nor much later */
static void kill_awaited(long call)
{
	char *pids = getenv("FAULT_KILLS");
	long pid;

#ifdef SYS_poll
	if (call != SYS_poll && call != SYS_ppoll)
#else
	if (call != SYS_ppoll)
#endif
		return;
	while (pids && (pid = strtol(pids, &pids, 10)) > 0)
		kill(pid, SIGKILL);
	unsetenv("FAULT_KILLS");
}

static void happened(void)
{
	if (write(done_fd, "1", 1) < 0)
		_exit(125);
}

static void answer(const struct seccomp_notif *call, struct seccomp_notif_resp *reply)
{
	long n;

	reply->flags = CONTINUE;
	if (!runs_program(call->pid))
		return;
	if (call->data.nr < 0 || call->data.nr >= (int)(sizeof(calls) / sizeof(*calls)))
		return;
	calls[call->data.nr]++;
	kill_awaited(call->data.nr);
	if (list)
		write_row(call->data.nr, may_fail(call));
	if (call->data.nr != target || (at && calls[target] != at))
		return;
	if (fault == KILL) { /* and no answer, with which it might make the call yet */
		happened();
		kill(call->pid, SIGKILL);
		reply->id = 0;
		return;
	}
	n = fault == SHORT ? one_byte(call) : may_fail(call) ? -fault : LATER; /* another's may be the Nth this time */
	if (n == LATER)
		return;
	happened();
	reply->flags = 0;
	reply->error = n < 0 ? n : 0;
	reply->val = n < 0 ? 0 : n;
}

/* false: nobody is left who could ask, or the process of that pidfd has ended (-1: of none) */
static bool serve(int pidfd)
{
	struct pollfd asked[] = { { .fd = listener, .events = POLLIN }, { .fd = pidfd, .events = POLLIN } };
	struct seccomp_notif call;
	struct seccomp_notif_resp reply;

	if (poll(asked, 2, -1) < 0)
		return true;
	if (!(asked[0].revents & POLLIN))
		return false;
	memset(&call, 0, sizeof(call));
	if (ioctl(listener, NOTIF_RECV, &call) < 0)
		return true; /* it has died meanwhile */
	memset(&reply, 0, sizeof(reply));
	reply.id = call.id;
	answer(&call, &reply);
	if (reply.id)
		ioctl(listener, NOTIF_SEND, &reply);
	return true;
}

/* ---- the program -------------------------------------------------------------------------------------------- */

static void run(char **argv)
{
	struct sock_filter ask[] = { { 6, 0, 0, RET_USER_NOTIF } }; /* BPF_RET | BPF_K */
	struct sock_fprog filter = { 1, ask };
	int fd;

	for (fd = LISTENER; fd < 64; fd++)
		close(fd);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SET_MODE_FILTER, NEW_LISTENER, &filter) != LISTENER)
		_exit(125);
	execv(argv[0], argv);
	_exit(127);
}

/* what it inherited may have that number until then */
static bool is_listener(int fd)
{
	char path[40], name[64] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return readlink(path, name, sizeof(name) - 1) > 0 && strstr(name, "seccomp");
}

/* its listener, once it has one */
static void get_listener(pid_t pid)
{
	int pidfd = pidfd_of(pid), tries;

	for (tries = 0; tries < 100000; tries++) {
		listener = syscall(SYS_pidfd_getfd, pidfd, LISTENER, 0);
		if (listener >= 0 && is_listener(listener)) {
			close(pidfd);
			return;
		}
		close(listener);
		usleep(50);
	}
	cannot("pidfd_getfd");
}

static int status_of(int how)
{
	return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

static pid_t pid;

static void on_alarm(int sig)
{
	(void)sig;
	kill(pid, SIGKILL);
	_exit(124);
}

/* until it has ended: its exit status */
static int see_to_its_end(void)
{
	int how, running = pidfd_of(pid);

	alarm(10);
	while (serve(running))
		;
	waitpid(pid, &how, 0);
	alarm(0);
	close(running);
	return status_of(how);
}

static void open_files(bool listing)
{
	const char *variable = listing ? "FAULT_LIST" : "FAULT_DONE", *path = getenv(variable);

	if (listing && path)
		list = fopen(path, "w");
	else if (path)
		done_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (listing ? !list : done_fd < 0)
		cannot(variable);
}

int main(int argc, char **argv)
{
	bool listing = argc > 2 && !strcmp(argv[1], "list");
	int status;

	if (argc == 2 && !strcmp(argv[1], "numbers")) {
		printf("%d %d\n", SYS_read, SYS_write);
		return 0;
	}
	if (argc < 3 || (!listing && argc < 5))
		return 125;
	signal(SIGALRM, on_alarm);
	if (listing) {
		target = -1;
		argv += 2;
	} else {
		fault = !strcmp(argv[1], "short") ? SHORT : !strcmp(argv[1], "kill") ? KILL : atoi(argv[1]);
		target = atol(argv[2]);
		at = atol(argv[3]);
		argv += 4;
	}
	if (stat(argv[0], &program) < 0)
		cannot(argv[0]);
	open_files(listing);
	pid = fork();
	if (!pid)
		run(argv);
	get_listener(pid);
	status = see_to_its_end();
	if (!fork()) { /* for those that live on; no stream of ours is to be held open by it */
		close(0);
		close(1);
		close(2);
		while (serve(-1))
			;
		return 0;
	}
	return status;
}
