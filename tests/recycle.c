/* SPDX-License-Identifier: 0BSD */
/* recycle - who got the number of one that died is not hit: holds a tool before each of its system calls in turn, lets the
   target die there, puts a stranger under the same number, and goes on.

   recycle PROGRAM [FILE=@|session] TOOL [ARGUMENT]...

   PROGRAM is the target, started anew for each call; FILE=@ writes its pid into FILE first; session: the stranger is of
   our session and not of its own. Of a tool that forks the child is held from there on. Prints "HIT CALL" for each
   stranger that was hit: the call before which the target died, by number or "kill"; "HUNG" where the tool had not ended
   twenty seconds later. Last: "N calls, M hit, L hung".
   Exit status 0: measured; 1, and why: it cannot be measured here. Only in a pid namespace of one's own, as root
   (clone3's set_tid, Linux 5.5). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef PTRACE_GET_SYSCALL_INFO
#define PTRACE_GET_SYSCALL_INFO 0x420e
#endif
#define NUMBER 30000     /* the target's, and then the stranger's: not reached by counting up, and below any pid_max */
#define CALLS_MAX 100000 /* of one run */

/* linux/ptrace.h; PTRACE_GET_SYSCALL_INFO is Linux 5.3's */
struct info {
	uint8_t op, pad[3];
	uint32_t arch;
	uint64_t ip, sp, nr, args[6];
};

static void cannot(const char *what)
{
	printf("recycle: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* linux/sched.h, as of Linux 5.5 */
static pid_t fork_as(pid_t number)
{
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size;
	} args = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&number, .set_tid_size = 1 };
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid < 0)
		cannot("clone3");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* back when it has been executed */
static void start_target(char *program)
{
	char *argv[] = { program, NULL };
	int ends[2];
	char c;

	if (pipe2(ends, O_CLOEXEC) < 0)
		cannot("pipe");
	if (!fork_as(NUMBER)) {
		setsid();
		execv(program, argv);
		_exit(write(ends[1], "x", 1) != 1);
	}
	close(ends[1]);
	if (read(ends[0], &c, 1))
		cannot(program);
	close(ends[0]);
}

static int with_us;

static void start_stranger(void)
{
	if (fork_as(NUMBER))
		return;
	prctl(PR_SET_NAME, "stranger");
	if (!with_us)
		setsid();
	for (;;)
		pause();
}

/* it is ended and reaped: true, if it was still there */
static int end(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			cannot("wait");
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static pid_t start_tool(char **argv)
{
	int null, status;
	pid_t pid = fork();

	if (pid < 0)
		cannot("fork");
	if (!pid) {
		null = open("/dev/null", O_RDWR);
		dup2(null, 1);
		dup2(null, 2);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
		cannot(argv[0]);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
							   PTRACE_O_EXITKILL));
	return pid;
}

/* its child, which is stopped; it goes on by itself */
static pid_t follow(pid_t parent)
{
	unsigned long child;
	int status;

	if (ptrace(PTRACE_GETEVENTMSG, parent, NULL, (void *)&child) < 0 || waitpid(child, &status, __WALL) < 0 ||
	    ptrace(PTRACE_DETACH, parent, NULL, NULL) < 0)
		cannot("follow its child");
	return child;
}

static int hung;

static void on_alarm(int sig)
{
	(void)sig;
}

/* runs the tool, held before its call number at: that call's number; -1: it has ended before. Signals are passed on. */
static long run_held(char **argv, long at)
{
	struct info info = { 0 };
	pid_t pid = start_tool(argv);
	pid_t first = pid;
	long calls = 0, held = -1;
	int status, pass = 0;

	for (;;) {
		if (ptrace(held < 0 ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL, (void *)(long)pass) < 0)
			cannot("ptrace");
		if (waitpid(pid, &status, __WALL) < 0) { /* the alarm */
			end(pid);
			hung++;
			printf("HUNG\n");
			return held;
		}
		if (!WIFSTOPPED(status)) {
			alarm(0);
			if (pid != first)
				waitpid(first, &status, 0);
			return held;
		}
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_FORK << 8)) {
			pid = follow(pid);
			pass = 0;
			continue;
		}
		pass = WSTOPSIG(status);
		if (pass != (SIGTRAP | 0x80))
			continue;
		pass = 0;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info) < 0)
			cannot("PTRACE_GET_SYSCALL_INFO");
		if (info.op != 1 || ++calls != at) /* 1: about to enter it */
			continue;
		held = info.nr;
		alarm(20);
		end(NUMBER);
		start_stranger();
	}
}

static void write_pidfile(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file || fprintf(file, "%d\n", NUMBER) < 0 || fclose(file))
		cannot(path);
}

int main(int argc, char **argv)
{
	char *program = argv[1], *pidfile = NULL, *equals;
	long at, call, hit = 0;

	struct sigaction interrupt = { .sa_handler = on_alarm };

	if (argc < 3)
		return 1;
	sigaction(SIGALRM, &interrupt, NULL);
	argv += 2;
	with_us = !strcmp(argv[0], "session");
	argv += with_us;
	equals = strstr(argv[0], "=@");
	if (equals && !equals[2]) {
		pidfile = argv++[0];
		*equals = '\0';
	}
	for (at = 1; at < CALLS_MAX; at++) {
		start_target(program);
		if (pidfile)
			write_pidfile(pidfile);
		call = run_held(argv, at);
		if (call < 0) {
			end(NUMBER);
			break;
		}
		if (!end(NUMBER)) {
			if (call == SYS_kill)
				printf("HIT kill\n");
			else
				printf("HIT %ld\n", call);
			hit++;
		}
	}
	printf("%ld calls, %ld hit, %d hung\n", at - 1, hit, hung);
	return 0;
}
