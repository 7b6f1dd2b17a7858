/* SPDX-License-Identifier: 0BSD */
/* old - runs a program, and all that it starts, as on Linux 3.10: what came later is refused

   old ENOSYS PROGRAM [ARGUMENT]...  each system call that came after Linux 3.10 fails with ENOSYS, as it does there
   old EPERM PROGRAM [ARGUMENT]...   it fails with EPERM, as it does in containers whose seccomp profile is older than the
                                     call; but only for programs that are linked to a fixed address below 512 MiB, as ours
                                     is. All others are told ENOSYS: glibc takes EPERM for an answer, and neither ls nor
                                     a shell's test -x would work
   old NOSECCOMP PROGRAM [ARGUMENT]...  nothing is refused but to set a filter of system calls, as by a kernel that was built
                                     without: EINVAL
   old ask CALL [ARGUMENT]...        makes this system call (a number) with these numbers, -1 where there are none, and
                                     prints what came of it: "0" and above, or "ENOSYS", "EPERM", "EINVAL", "errno N"
   old first                         prints the lowest number of a call that is refused

   Refused are: all calls from sched_setattr (Linux 3.14) on, which was the next to be given a number after 3.10 on each
   processor here, so that all later ones have higher numbers; options of prctl(2) that are newer, and P_PIDFD for
   waitid(2) (Linux 5.4): EINVAL, from whichever old. What /proc has gained since then is still to be seen. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../libbb/filter.h"

#define FIRST SYS_sched_setattr
#ifdef __arm__
#define LAST 0xeffff /* behind it are arm's own, which are old */
#else
#define LAST 0xfffffffe /* -1 is a call that a tracer has taken back */
#endif
#define FIXED 0x20000000 /* libraries, and programs that are put anywhere, are put above */
#define PR_GET_TID_ADDRESS 40 /* the last option that Linux 3.10 knows, but one */
#define PR_SET_PTRACER 0x59616d61
#define P_PIDFD 3

static void cannot(const char *what)
{
	fprintf(stderr, "old: %s: %s\n", what, strerror(errno));
	exit(125);
}

/* who is not root has to promise first that no exec gives more rights */
static void set(struct filter_rule *rules, unsigned n)
{
	struct {
		unsigned short n;
		struct filter_rule *rules;
	} filter = { n, rules };

	if (prctl(PR_SET_SECCOMP, 2, &filter) < 0 &&
	    (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_SECCOMP, 2, &filter) < 0))
		cannot("seccomp");
}

static void lose_seccomp(void)
{
	struct filter_rule rules[] = {
		LOAD(arch),
		EQUAL(ARCH, 0, 6),
		LOAD(call),
		EQUAL(SYS_seccomp, 3, 0),
		EQUAL(SYS_prctl, 0, 3),
		LOAD_LOW(args[0]),
		EQUAL(PR_SET_SECCOMP, 0, 1),
		REFUSE(EINVAL),
		ALLOW,
	};

	set(rules, sizeof(rules) / sizeof(*rules));
}

static void become_old(int error)
{
	struct filter_rule rules[] = {
		LOAD(arch),
		EQUAL(ARCH, 1, 0),
		REFUSE(ENOSYS), /* another's numbers: there is no such machine */

		LOAD(call),
		EQUAL(SYS_prctl, 0, 5),
		LOAD_LOW(args[0]),
		ABOVE(PR_GET_TID_ADDRESS, 0, 2),
		EQUAL(PR_SET_PTRACER, 1, 0),
		REFUSE(EINVAL),
		ALLOW,

		EQUAL(SYS_waitid, 0, 4),
		LOAD_LOW(args[0]),
		EQUAL(P_PIDFD, 0, 1),
		REFUSE(EINVAL),
		ALLOW,

		ABOVE(FIRST - 1, 1, 0),
		ALLOW,
		ABOVE(LAST, 0, 1),
		ALLOW,

		LOAD_HIGH(ip),
		EQUAL(0, 0, 3),
		LOAD_LOW(ip),
		ABOVE(FIXED - 1, 1, 0),
		REFUSE(error),
		REFUSE(ENOSYS),
	};

	set(rules, sizeof(rules) / sizeof(*rules));
}

static void ask(char **numbers)
{
	long n[7], got;
	int i;

	for (i = 0; i < 7; i++)
		n[i] = *numbers ? strtol(*numbers++, NULL, 0) : -1;
	got = syscall(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
	if (got >= 0)
		printf("%ld\n", got);
	else if (errno == ENOSYS || errno == EPERM || errno == EINVAL)
		puts(errno == ENOSYS ? "ENOSYS" : errno == EPERM ? "EPERM" : "EINVAL");
	else
		printf("errno %d\n", errno);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "first"))
		return printf("%d\n", FIRST) < 0;
	if (argc < 3)
		return 125;
	if (!strcmp(argv[1], "ask")) {
		ask(argv + 2);
		return 0;
	}
	if (strcmp(argv[1], "ENOSYS") && strcmp(argv[1], "EPERM") && strcmp(argv[1], "NOSECCOMP"))
		return 125;
	if (!ARCH) {
		fprintf(stderr, "old: does not know this processor\n");
		return 125;
	}
	if (strcmp(argv[1], "NOSECCOMP"))
		become_old(strcmp(argv[1], "EPERM") ? ENOSYS : EPERM);
	else
		lose_seccomp();
	execvp(argv[2], argv + 2);
	cannot(argv[2]);
}
