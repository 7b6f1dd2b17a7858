/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/confine.h"

#include <limits.h>
#include <sched.h>

#include "alone.h"

static const char *thing;

/* linux/landlock.h: what version of it is there; and one number on all processors but mips */
static long landlock(void)
{
#ifdef SYS_landlock_create_ruleset
	return syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1);
#else
	return -1;
#endif
}

/* what a call failed with; 0: it did not */
static int error_of(long result)
{
	return result < 0 ? errno : 0;
}

TEST(nothing_asked_for_changes_nothing)
{
	struct confine none = { 0 };

	CHECK(!confine(&none, &thing));
	CHECK(!confine_forgo(&none));
	CHECK_TEXT(status_of(0, "NoNewPrivs:"), "0");
}

TEST(a_path_is_not_empty_and_there_is_an_end_to_them)
{
	struct confine c = { 0 };
	int i;

	CHECK_FAILS("", confine_add(&c, ""), EINVAL);
	for (i = 0; i < CONFINE_PATHS_MAX; i++)
		CHECK(!confine_add(&c, "/"));
	CHECK_FAILS("one more", confine_add(&c, "/"), E2BIG);
	CHECK(c.nwritable == CONFINE_PATHS_MAX);
}

/* ---- Landlock ---------------------------------------------------------------------------------------------- */

/* in/ and out/, a file in each, and only the first may be written to */
static bool only_in(void)
{
	struct confine c = { 0 };

	if (landlock() < 0)
		return false;
	CHECK(!mkdir("in", 0755) || errno == EEXIST);
	CHECK(!mkdir("out", 0755) || errno == EEXIST);
	put_text("in/file", "in");
	put_text("out/file", "out");
	unlink("out/new"), unlink("in/new"), unlink("in/link"), rmdir("in/dir");
	CHECK(!confine_add(&c, "in"));
	CHECK(!confine_forgo(&c) && c.nwritable == 1);
	CHECK(!confine(&c, &thing));
	return true;
}

TEST_ALONE(below_a_writable_directory_all_can_be_done)
{
	if (!only_in())
		SKIP("no Landlock");
	put_text("in/file", "other");
	put_text("in/new", "new");
	CHECK(!symlink("new", "in/link") && !unlink("in/link"));
	CHECK(!mkdir("in/dir", 0755));
	CHECK(!mkfifo("in/link", 0644) && !unlink("in/link"));
	if (landlock() >= 2)
		CHECK(!rename("in/new", "in/dir/new") && !link("in/dir/new", "in/link") && !unlink("in/dir/new"));
	CHECK(!rmdir("in/dir") || landlock() < 2);
	CHECK(!truncate("in/file", 0));
}

TEST_ALONE(elsewhere_nothing_is_written_made_removed_or_moved)
{
	int open_before;

	CHECK(!mkdir("out", 0755) || errno == EEXIST);
	put_text("out/file", "out");
	open_before = open("out/file", O_WRONLY | O_APPEND | O_CLOEXEC);
	if (!only_in())
		SKIP("no Landlock");
	CHECK(error_of(open("out/file", O_WRONLY)) == EACCES);
	CHECK(error_of(open("out/file", O_RDWR)) == EACCES);
	CHECK(error_of(open("out/new", O_RDONLY | O_CREAT, 0644)) == EACCES);
	CHECK(error_of(open("in/../out/new", O_WRONLY | O_CREAT, 0644)) == EACCES);
	CHECK(error_of(unlink("out/file")) == EACCES);
	CHECK(error_of(rename("out/file", "in/stolen")) == EACCES || errno == EXDEV);
	CHECK(error_of(rename("in/file", "out/file")) == EACCES || errno == EXDEV);
	CHECK(error_of(link("in/file", "out/new")) == EACCES || errno == EXDEV);
	CHECK(error_of(symlink("x", "out/new")) == EACCES);
	CHECK(error_of(mkdir("out/new", 0755)) == EACCES);
	CHECK(error_of(mkfifo("out/new", 0644)) == EACCES);
	CHECK(error_of(rmdir("out")) == EACCES);
	if (landlock() >= 3)
		CHECK(error_of(truncate("out/file", 0)) == EACCES);
	/* what is open stays so, and all can be read */
	CHECK(write(open_before, "+", 1) == 1);
	CHECK_TEXT(get("out/file"), "out+");
}

TEST_ALONE(children_are_held_too_and_get_no_rights_back)
{
	int status;
	pid_t pid;

	if (!only_in())
		SKIP("no Landlock");
	pid = fork();
	if (!pid)
		_exit(error_of(open("out/file", O_WRONLY)));
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == EACCES);
	CHECK_TEXT(status_of(0, "NoNewPrivs:"), "1");
}

TEST_ALONE(devices_that_hold_nothing_can_be_written_to)
{
	if (!only_in())
		SKIP("no Landlock");
	CHECK(open("/dev/null", O_WRONLY) >= 0);
	CHECK(open("/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0644) >= 0);
	CHECK(open("/dev/full", O_RDWR) >= 0);
}

TEST_ALONE(a_device_that_is_a_link_to_something_else_cannot)
{
	struct confine c = { 0 };

	if (landlock() < 0 || !empty_root())
		SKIP("no Landlock, or not root");
	CHECK(!mkdir("/dev", 0755) || errno == EEXIST);
	put_text("/secret", "secret");
	CHECK(!symlink("/secret", "/dev/null") || errno == EEXIST);
	put_text("/mine", "");
	CHECK(!confine_add(&c, "/mine"));
	CHECK(!confine(&c, &thing));
	CHECK(error_of(open("/dev/null", O_WRONLY)) == EACCES);
	CHECK(open("/mine", O_WRONLY) >= 0);
	unlink("/dev/null");
}

TEST_ALONE(a_file_can_be_what_is_writable)
{
	struct confine c = { 0 };

	if (landlock() < 0)
		SKIP("no Landlock");
	put_text("one", "1");
	put_text("two", "2");
	CHECK(!confine_add(&c, "one"));
	CHECK(!confine(&c, &thing));
	put_text("one", "other");
	CHECK(error_of(open("two", O_WRONLY)) == EACCES);
	CHECK(error_of(unlink("one")) == EACCES);
}

TEST_ALONE(a_path_that_is_not_there_is_named_and_nothing_is_confined)
{
	struct confine c = { 0 };

	if (landlock() < 0)
		SKIP("no Landlock");
	CHECK(!confine_add(&c, "/") && !confine_add(&c, "no/such"));
	CHECK_TEXT(confine(&c, &thing), "let it write to");
	CHECK(errno == ENOENT);
	CHECK_TEXT(thing, "no/such");
	put_text("new", "new");
}

/* ---- seccomp ----------------------------------------------------------------------------------------------- */

static bool no_admin_calls(void)
{
	struct confine c = { .no_admin_calls = true };

	if (confine_forgo(&c))
		return false;
	CHECK(!confine(&c, &thing));
	return true;
}

#define ROW(call)                                                                                                      \
	{                                                                                                              \
#call, SYS_##call                                                                                      \
	}
static const struct {
	const char *name;
	int number;
} calls[] = {
	ROW(mount),
	ROW(umount2),
	ROW(pivot_root),
	ROW(swapon),
	ROW(swapoff),
	ROW(reboot),
	ROW(kexec_load),
	ROW(init_module),
	ROW(finit_module),
	ROW(delete_module),
	ROW(ptrace),
	ROW(process_vm_readv),
	ROW(process_vm_writev),
	ROW(bpf),
	ROW(perf_event_open),
	ROW(setns),
	ROW(unshare),
	ROW(open_by_handle_at),
	ROW(acct),
	ROW(quotactl),
	ROW(adjtimex),
	ROW(clock_adjtime),
	ROW(add_key),
	ROW(request_key),
	ROW(keyctl),
	ROW(userfaultfd),
#ifdef SYS_settimeofday
	ROW(settimeofday),
	ROW(clock_settime),
#endif
#ifdef SYS_clock_settime64
	ROW(clock_settime64),
	ROW(settimeofday_time32),
	ROW(clock_settime32),
#endif
#ifdef SYS_kexec_file_load
	ROW(kexec_file_load),
#endif
#ifdef SYS_iopl
	ROW(iopl),
	ROW(ioperm),
#endif
#ifdef SYS_mount_setattr
	ROW(open_tree),
	ROW(move_mount),
	ROW(fsopen),
	ROW(fsconfig),
	ROW(fsmount),
	ROW(fspick),
	ROW(mount_setattr),
	ROW(pidfd_getfd),
#endif
};

/* with what no call takes: nothing is done */
static int try(int number)
{
	return error_of(syscall(number, -1L, -1L, -1L, -1L, -1L, -1L));
}

TEST_ALONE(each_call_that_administers_is_not_permitted)
{
	unsigned i, differ = 0;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		differ += try(calls[i].number) != EPERM;
	CHECK(differ > 5);
	if (!no_admin_calls())
		SKIP("no seccomp");
	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		CHECK_ROW(calls[i].name, try(calls[i].number) == EPERM);
}

TEST_ALONE(other_calls_are_as_they_were)
{
	int status;
	pid_t pid;

	if (!no_admin_calls())
		SKIP("no seccomp");
	put_text("file", "text");
	CHECK_TEXT(get("file"), "text");
	pid = fork();
	CHECK(pid >= 0);
	if (!pid)
		_exit(7);
	CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7);
	CHECK(try(SYS_close) == EBADF);
}

TEST_ALONE(no_namespace_is_made_by_clone_either)
{
#ifdef __s390x__
#define CLONE(flags) syscall(SYS_clone, 0L, (long)(flags), 0L, 0L, 0L)
#else
#define CLONE(flags) syscall(SYS_clone, (long)(flags), 0L, 0L, 0L, 0L)
#endif
	static const unsigned flags[] = {
		CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, 0x02000000,
	};
	unsigned i;

	if (!no_admin_calls())
		SKIP("no seccomp");
	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		long pid = CLONE(flags[i] | SIGCHLD);

		if (!pid)
			_exit(0);
		CHECK(error_of(pid) == EPERM);
	}
#ifdef SYS_clone3
	CHECK(try(SYS_clone3) == ENOSYS);
#endif
}

TEST_ALONE(calls_by_the_numbers_of_another_processor_are_none)
{
#ifdef __x86_64__
	int result = 20; /* i386's getpid, and x32's */

	if (!no_admin_calls())
		SKIP("no seccomp");
	__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
	CHECK(result == -ENOSYS);
	CHECK(try(0x40000000 | SYS_getpid) == ENOSYS);
#else
	SKIP("a processor with numbers of one kind, or not known here how to use the other");
#endif
}

/* ---- kernels without --------------------------------------------------------------------------------------- */

TEST_ALONE(without_landlock_it_is_said_and_forgone_when_asked)
{
#ifdef SYS_landlock_create_ruleset
	struct confine c = { .no_admin_calls = false };

	refuse(SYS_landlock_create_ruleset, EOPNOTSUPP);
	CHECK(!confine_add(&c, "/"));
	CHECK_TEXT(confine(&c, &thing), "set");
	CHECK(errno == EOPNOTSUPP);
	CHECK_TEXT(thing, "Landlock");
	CHECK_TEXT(confine_forgo(&c), "Landlock");
	CHECK(errno == EOPNOTSUPP);
	CHECK(!confine_forgo(&c));
	CHECK(!confine(&c, &thing));
#endif
}

TEST_ALONE(without_seccomp_it_is_said_and_forgone_when_asked)
{
	struct confine c = { .no_admin_calls = true };

	refuse(SYS_prctl, EINVAL);
	CHECK_TEXT(confine(&c, &thing), "set");
	CHECK_TEXT(thing, "no_new_privs");
	CHECK_TEXT(confine_forgo(&c), "seccomp");
	CHECK(errno == ENOSYS);
	CHECK(!confine_forgo(&c));
	CHECK(!confine(&c, &thing));
}
