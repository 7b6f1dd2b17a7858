/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/start.h"

#include "alone.h"

#if defined(__arm__) && __ARM_ARCH < 7
TEST(there_is_no_start_of_ours)
{
	SKIP("before ARMv7 musl's own is taken");
}
#else

#ifdef __GLIBC__ /* the sanitizers' libc has a thread already */
int __init_tp(void *thread);
int __init_tp(void *thread)
{
	(void)thread;
	return 0;
}
#endif

extern char **environ;

/* as the kernel lays them out: arguments, NULL, environment, NULL */
static char *words[] = { (char *)"name", (char *)"one", NULL, (char *)"A=1", (char *)"B=", NULL };

static int status;

static int check_what_it_got(int argc, char **argv)
{
	if (argc != 2 || argv != words || environ != words + 3)
		return 101;
	if (!getenv("B") || strcmp(getenv("A"), "1"))
		return 102;
	errno = 0;
	if (close(-1) != -1 || errno != EBADF)
		return 103;
	return status;
}

/* starts in a child, and gives back how it ended */
static int started(int argc)
{
	pid_t pid = fork();
	int how;

	CHECK(pid >= 0);
	if (!pid)
		start_main(check_what_it_got, argc, words);
	CHECK(waitpid(pid, &how, 0) == pid && WIFEXITED(how));
	return WEXITSTATUS(how);
}

TEST(main_gets_arguments_environment_and_errno_and_its_result_is_the_exit_status)
{
	CHECK(started(2) == 0);
	status = 42;
	CHECK(started(2) == 42);
	CHECK(started(1) == 101); /* (the check can fail) */
}
#endif
