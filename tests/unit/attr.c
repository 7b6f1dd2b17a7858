/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/attr.h"

#include <limits.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "alone.h"

static const char *thing;

/* one parser, its good texts with what they mean, its bad ones with their errno */
struct bad {
	const char *text;
	int error;
};
#define CHECK_BAD(parser, rows)                                                                                        \
	do {                                                                                                           \
		unsigned row;                                                                                          \
		for (row = 0; row < sizeof(rows) / sizeof(*(rows)); row++)                                             \
			CHECK_FAILS((rows)[row].text, parser(&(struct attr){ 0 }, (rows)[row].text),                   \
				    (rows)[row].error);                                                                \
	} while (0)

TEST(nothing_asked_for_changes_nothing)
{
	static const struct attr none;

	CHECK(!attr_as_root(&none, &thing));
	CHECK(!attr_as_user(&none, &thing));
}

/* ---- nice, oom --------------------------------------------------------------------------------------------- */

static const struct bad not_signed[] = {
	{ "", EINVAL },	     { "-", EINVAL },	       { "+", EINVAL },
	{ "--5", EINVAL },   { "+-5", EINVAL },	       { " 5", EINVAL },
	{ "5 ", EINVAL },    { "5x", EINVAL },	       { "x", EINVAL },
	{ "0x5", EINVAL },   { "1.0", EINVAL },	       { "1001", ERANGE },
	{ "-1001", ERANGE }, { "4294967297", ERANGE }, { "18446744073709551617", ERANGE },
};

TEST(signed_numbers_are_strict)
{
	static const struct {
		const char *text;
		int n;
	} rows[] = {
		{ "0", 0 },   { "-0", 0 },	{ "5", 5 },	    { "+5", 5 },
		{ "-5", -5 }, { "1000", 1000 }, { "-1000", -1000 }, { "010", 10 },
	};
	struct attr a = { 0 };
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		CHECK_ROW(rows[i].text, !attr_nice(&a, rows[i].text) && a.nice == rows[i].n);
		CHECK_ROW(rows[i].text, !attr_nice_absolute(&a, rows[i].text) && a.nice == rows[i].n);
		CHECK_ROW(rows[i].text, !attr_oom(&a, rows[i].text) && a.oom == rows[i].n);
	}
	CHECK_BAD(attr_nice, not_signed);
	CHECK_BAD(attr_nice_absolute, not_signed);
	CHECK_BAD(attr_oom, not_signed);
}

TEST_ALONE(nice_adds_to_the_level)
{
	struct attr a = { 0 };
	int was = getpriority(PRIO_PROCESS, 0);

	CHECK(!attr_nice(&a, "3"));
	CHECK(!attr_as_root(&a, &thing) && getpriority(PRIO_PROCESS, 0) == was + 3);
	CHECK(!attr_as_root(&a, &thing) && getpriority(PRIO_PROCESS, 0) == was + 6);
	CHECK(!attr_nice(&a, "1000"));
	CHECK(!attr_as_root(&a, &thing) && getpriority(PRIO_PROCESS, 0) == 19);
	if (getuid())
		SKIP("not root");
	CHECK(!attr_nice(&a, "-24"));
	CHECK(!attr_as_root(&a, &thing) && getpriority(PRIO_PROCESS, 0) == -5);
}

TEST_ALONE(a_level_that_we_may_not_have_is_told)
{
	struct attr a = { 0 };
	struct rlimit none = { 0, 0 };

	CHECK(!setrlimit(RLIMIT_NICE, &none) && (getuid() || !setuid(12345)));
	CHECK(!attr_nice_absolute(&a, "-5"));
	CHECK_FAILS("-5", attr_as_root(&a, &thing), EACCES);
	CHECK_TEXT(thing, "nice level");
}

TEST_ALONE(nice_absolute_is_the_level)
{
	struct attr a = { 0 };

	CHECK(!attr_nice_absolute(&a, "11"));
	CHECK(!attr_as_root(&a, &thing) && getpriority(PRIO_PROCESS, 0) == 11);
	CHECK(!attr_as_root(&a, &thing) && getpriority(PRIO_PROCESS, 0) == 11);
}

TEST_ALONE(the_last_of_nice_and_nice_absolute_counts)
{
	struct attr a = { 0 };

	CHECK(!setpriority(PRIO_PROCESS, 0, 3));
	CHECK(!attr_nice(&a, "2") && !attr_nice_absolute(&a, "4"));
	CHECK(!attr_as_root(&a, &thing) && getpriority(PRIO_PROCESS, 0) == 4);
	CHECK(!attr_nice(&a, "2"));
	CHECK(!attr_as_root(&a, &thing) && getpriority(PRIO_PROCESS, 0) == 6);
}

TEST_ALONE(a_session_s_group_gets_the_absolute_level_if_asked_for)
{
	struct attr a = { 0 };

	if (getuid() || access("/proc/self/autogroup", W_OK))
		SKIP("not root, or no autogroups");
	setsid();
	CHECK(!attr_nice_absolute(&a, "7"));
	CHECK(!attr_as_root(&a, &thing));
	if (!strstr(get("/proc/self/autogroup"), "/autogroup-"))
		SKIP("no autogroups");
	CHECK(strstr(get("/proc/self/autogroup"), " nice 0\n"));
	a.autogroup = true;
	CHECK(!attr_as_root(&a, &thing));
	CHECK(strstr(get("/proc/self/autogroup"), " nice 7\n"));
	CHECK(!attr_nice_absolute(&a, "-3"));
	CHECK(!attr_as_root(&a, &thing));
	CHECK(strstr(get("/proc/self/autogroup"), " nice -3\n"));
}

TEST_ALONE(oom_score_is_set)
{
	struct attr a = { 0 };

	CHECK(!attr_oom(&a, "1000"));
	CHECK(!attr_as_root(&a, &thing));
	CHECK_TEXT(get("/proc/self/oom_score_adj"), "1000\n");
	CHECK(!attr_oom(&a, "+321"));
	if (!attr_as_root(&a, &thing))
		CHECK_TEXT(get("/proc/self/oom_score_adj"), "321\n");
	CHECK_TEXT(thing, "oom score");
}

/* needs CAP_SYS_RESOURCE, which a container's root may lack */
TEST_ALONE(a_lower_oom_score_is_set_or_refused)
{
	struct attr a = { 0 };

	CHECK(!attr_oom(&a, "-1000"));
	if (!attr_as_root(&a, &thing))
		CHECK_TEXT(get("/proc/self/oom_score_adj"), "-1000\n");
	else
		CHECK_ROW(thing, errno == EACCES && !strcmp(thing, "oom score"));
}

/* ---- scheduler, io ----------------------------------------------------------------------------------------- */

TEST(sched_is_dpkg_s)
{
	static const struct {
		const char *text;
		int policy;
		unsigned priority;
	} rows[] = {
		{ "other", 0, 0 }, { "other:0", 0, 0 }, { "other:5", 0, 0 }, { "fifo:1", 1, 1 }, { "fifo:99", 1, 99 },
		{ "rr:5", 2, 5 },  { "batch", 3, 0 },	{ "idle", 5, 0 },    { "idle:0", 5, 0 }, { "RR:7", 2, 7 },
		{ "0", 0, 0 },	   { "1:10", 1, 10 },	{ "5", 5, 0 },
	};
	static const struct bad bad[] = {
		{ "", EINVAL },	      { ":", EINVAL },	       { ":5", EINVAL },     { "fifo", ERANGE },
		{ "rr", ERANGE },     { "fifo:0", ERANGE },    { "1", ERANGE },	     { "fifo:100", ERANGE },
		{ "fifo:", EINVAL },  { "fifo:-1", EINVAL },   { "fifo:x", EINVAL }, { "fifo 5", EINVAL },
		{ "fifo,5", EINVAL }, { "fifo-5", EINVAL },    { "fif", EINVAL },    { "fifox", EINVAL },
		{ "rr5", EINVAL },    { "otherwise", EINVAL }, { "8", ERANGE },	     { "-1", EINVAL },
		{ "0x1", EINVAL },    { "idle:0:0", EINVAL },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct attr a = { .priority = 9 };

		CHECK_ROW(rows[i].text, !attr_sched(&a, rows[i].text));
		CHECK_ROW(rows[i].text, a.policy == rows[i].policy && a.priority == rows[i].priority);
	}
	CHECK_BAD(attr_sched, bad);
}

TEST(scheduler_and_its_priority_come_in_any_order)
{
	static const struct bad bad[] = { { "", EINVAL }, { "100", ERANGE }, { "-1", EINVAL }, { "1x", EINVAL } };
	struct attr a = { 0 };

	CHECK(!attr_scheduler_priority(&a, "10") && !attr_scheduler(&a, "fifo"));
	CHECK(a.policy == 1 && a.priority == 10);
	memset(&a, 0, sizeof(a));
	CHECK(!attr_scheduler(&a, "rr") && a.policy == 2 && !a.priority);
	CHECK(!attr_scheduler_priority(&a, "99") && a.priority == 99);
	CHECK_BAD(attr_scheduler_priority, bad);
}

static int priority_now(void)
{
	int priority = -1;

	return syscall(SYS_sched_getparam, 0, &priority) < 0 ? -1 : priority;
}

TEST_ALONE(schedulers_are_set)
{
	static const struct {
		int (*parse)(void *, const char *);
		const char *text;
		int policy, priority;
	} rows[] = {
		{ attr_sched, "batch", 3, 0 },	 { attr_sched, "other", 0, 0 },	    { attr_sched, "fifo:10", 1, 10 },
		{ attr_sched, "rr:5", 2, 5 },	 { attr_scheduler, "fifo", 1, 1 },  { attr_scheduler, "2", 2, 1 },
		{ attr_sched, "other:5", 0, 0 }, { attr_scheduler, "other", 0, 0 }, { attr_sched, "idle", 5, 0 },
	};
	unsigned i;

	if (getuid())
		SKIP("not root");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct attr a = { 0 };

		CHECK_ROW(rows[i].text, !rows[i].parse(&a, rows[i].text));
		CHECK_ROW(rows[i].text, !attr_as_root(&a, &thing));
		CHECK_ROW(rows[i].text, syscall(SYS_sched_getscheduler, 0) == rows[i].policy);
		CHECK_ROW(rows[i].text, priority_now() == rows[i].priority);
	}
}

TEST_ALONE(a_policy_and_a_priority_that_do_not_fit_are_refused)
{
	struct attr a = { 0 };

	CHECK(!attr_scheduler(&a, "batch") && !attr_scheduler_priority(&a, "5"));
	CHECK_FAILS("batch 5", attr_as_root(&a, &thing), EINVAL);
	CHECK_TEXT(thing, "scheduler");
	a.priority = 0;
	CHECK(!attr_scheduler(&a, "4"));
	CHECK_FAILS("4", attr_as_root(&a, &thing), EINVAL);
}

TEST(iosched_is_dpkg_s_and_OpenRC_s)
{
	static const struct {
		const char *text;
		unsigned io;
	} rows[] = {
		{ "real-time", 1 << 13 | 4 },
		{ "real-time:0", 1 << 13 },
		{ "best-effort:7", 2 << 13 | 7 },
		{ "best-effort", 2 << 13 | 4 },
		{ "idle", 3 << 13 | 7 },
		{ "idle:3", 3 << 13 | 7 },
		{ "none", 0 },
		{ "Idle", 3 << 13 | 7 },
		{ "0", 0 },
		{ "0:5", 0 },
		{ "1", 1 << 13 },
		{ "2", 2 << 13 },
		{ "2:6", 2 << 13 | 6 },
		{ "3", 3 << 13 | 7 },
		{ "3:1", 3 << 13 | 7 },
	};
	static const struct bad bad[] = {
		{ "", EINVAL },
		{ "4", ERANGE },
		{ "-1", EINVAL },
		{ "best", EINVAL },
		{ "best-effort:8", ERANGE },
		{ "idle:8", ERANGE },
		{ "best-effort:", EINVAL },
		{ "best-effort-1", EINVAL },
		{ "realtime", EINVAL },
		{ "2:", EINVAL },
		{ "2,3", EINVAL },
		{ "idle ", EINVAL },
		{ ":4", EINVAL },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct attr a = { .io = 12345 };

		CHECK_ROW(rows[i].text, !attr_iosched(&a, rows[i].text) && a.io == rows[i].io);
	}
	CHECK_BAD(attr_iosched, bad);
}

TEST_ALONE(io_priorities_are_set)
{
	static const char *const texts[] = { "best-effort:6", "idle", "2:1" };
	unsigned i;

	if (syscall(SYS_ioprio_get, 1, 0) < 0)
		SKIP("no io priorities");
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct attr a = { 0 };

		CHECK_ROW(texts[i], !attr_iosched(&a, texts[i]));
		CHECK_ROW(texts[i], !attr_as_root(&a, &thing));
		CHECK_ROW(texts[i], (unsigned)syscall(SYS_ioprio_get, 1, 0) == a.io);
	}
}

TEST_ALONE(an_io_priority_that_cannot_be_set_is_told)
{
	struct attr a = { 0 };

	CHECK(!attr_iosched(&a, "idle"));
	refuse(SYS_ioprio_set, EPERM);
	CHECK_FAILS("idle", attr_as_root(&a, &thing), EPERM);
	CHECK_TEXT(thing, "io priority");
}

/* ---- limits ------------------------------------------------------------------------------------------------ */

TEST(limits_are_both_or_one)
{
	static const struct {
		const char *text;
		unsigned long long soft, hard;
	} rows[] = {
		{ "nofile=1024:4096", 1024, 4096 },
		{ "nofile=1024", 1024, 1024 },
		{ "nofile=1024:", 1024, ATTR_LIMIT_KEEP },
		{ "nofile=:4096", ATTR_LIMIT_KEEP, 4096 },
		{ "nofile=unlimited", ULLONG_MAX, ULLONG_MAX },
		{ "nofile=0:unlimited", 0, ULLONG_MAX },
		{ "NOFILE=Unlimited:", ULLONG_MAX, ATTR_LIMIT_KEEP },
		{ "nofile=:unlimited", ATTR_LIMIT_KEEP, ULLONG_MAX },
		{ "nofile=8589934592", 8589934592, 8589934592 },
		{ "nofile=1000000000000000000:010", 1000000000000000000, 10 },
	};
	unsigned i, n;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct attr a = { 0 }, before;

		CHECK_ROW(rows[i].text, !attr_limit(&a, rows[i].text));
		before = a;
		for (n = 0; n < ATTR_LIMITS_MAX && !a.limit[n].text;)
			n++;
		CHECK(n < ATTR_LIMITS_MAX);
		CHECK_ROW(rows[i].text, a.limit[n].text == rows[i].text);
		CHECK_ROW(rows[i].text, a.limit[n].value[0] == rows[i].soft && a.limit[n].value[1] == rows[i].hard);
		before.limit[n].text = NULL;
		for (n = 0; n < ATTR_LIMITS_MAX; n++)
			CHECK(!before.limit[n].text);
	}
}

TEST(other_limits_are_refused)
{
	static const struct bad bad[] = {
		{ "", EINVAL },
		{ "nofile", EINVAL },
		{ "nofile=", EINVAL },
		{ "nofile=:", EINVAL },
		{ "=5", EINVAL },
		{ "nofile:5", EINVAL },
		{ "nofiles=5", EINVAL },
		{ "nofil=5", EINVAL },
		{ "nofile=5:6:", EINVAL },
		{ "nofile=5:6:7", EINVAL },
		{ "nofile=::5", EINVAL },
		{ "nofile=-1", EINVAL },
		{ "nofile=5k", EINVAL },
		{ "nofile=x", EINVAL },
		{ "nofile= 5", EINVAL },
		{ "nofile=5 ", EINVAL },
		{ "nofile=0x5", EINVAL },
		{ "nofile=unlimitedx", EINVAL },
		{ "nofile=unlim", EINVAL },
		{ "RLIMIT_NOFILE=5", EINVAL },
		{ "nofile=18446744073709551616", ERANGE },
		{ "nofile=99999999999999999999999999", ERANGE },
		{ "nofile=5:99999999999999999999999999", ERANGE },
		{ "nofile-5=1", EINVAL },
	};

	CHECK_BAD(attr_limit, bad);
}

TEST_ALONE(each_limit_is_set)
{
	static const struct {
		const char *text;
		int resource;
		unsigned long long soft;
	} rows[] = {
		{ "as=4000000000:", RLIMIT_AS, 4000000000 },
		{ "core=1:", RLIMIT_CORE, 1 },
		{ "cpu=1000:", RLIMIT_CPU, 1000 },
		{ "data=3000000000:", RLIMIT_DATA, 3000000000 },
		{ "fsize=12345678901:", RLIMIT_FSIZE, 12345678901 },
		{ "locks=5:", RLIMIT_LOCKS, 5 },
		{ "memlock=4096:", RLIMIT_MEMLOCK, 4096 },
		{ "msgqueue=7:", RLIMIT_MSGQUEUE, 7 },
		{ "nice=0:", RLIMIT_NICE, 0 },
		{ "nofile=100:", RLIMIT_NOFILE, 100 },
		{ "nproc=60:", RLIMIT_NPROC, 60 },
		{ "rss=9999:", RLIMIT_RSS, 9999 },
		{ "rtprio=0:", RLIMIT_RTPRIO, 0 },
		{ "rttime=77:", RLIMIT_RTTIME, 77 },
		{ "sigpending=11:", RLIMIT_SIGPENDING, 11 },
		{ "stack=1048576:", RLIMIT_STACK, 1048576 },
	};
	struct rlimit before[16], now;
	struct attr a = { 0 };
	unsigned i;

	for (i = 0; i < 16; i++) {
		CHECK(!getrlimit(rows[i].resource, &before[i]));
		CHECK_ROW(rows[i].text, !attr_limit(&a, rows[i].text));
	}
	CHECK_ROW(thing, !attr_as_root(&a, &thing));
	for (i = 0; i < 16; i++) {
		CHECK(!getrlimit(rows[i].resource, &now));
		CHECK_ROW(rows[i].text, now.rlim_cur == rows[i].soft && now.rlim_max == before[i].rlim_max);
	}
}

TEST_ALONE(a_limit_that_is_not_asked_for_stays)
{
	struct rlimit before[RLIM_NLIMITS], now;
	struct attr a = { 0 };
	int i;

	for (i = 0; i < RLIM_NLIMITS; i++)
		CHECK(!getrlimit(i, &before[i]));
	CHECK(!attr_limit(&a, "core=1:") && !attr_as_root(&a, &thing));
	for (i = 0; i < RLIM_NLIMITS; i++) {
		CHECK(!getrlimit(i, &now) && now.rlim_max == before[i].rlim_max);
		CHECK(now.rlim_cur == (i == RLIMIT_CORE ? 1 : before[i].rlim_cur));
	}
}

TEST_ALONE(limits_that_do_not_fit_are_told_as_they_were_written)
{
	struct attr a = { 0 };
	struct rlimit now;

	CHECK(!attr_limit(&a, "nofile=64:128") && !attr_limit(&a, "core=0"));
	CHECK(!attr_as_root(&a, &thing));
	CHECK(!getrlimit(RLIMIT_NOFILE, &now) && now.rlim_cur == 64 && now.rlim_max == 128);
	CHECK(!attr_limit(&a, "nofile=:32"));
	CHECK_FAILS("hard below soft", attr_as_root(&a, &thing), EINVAL);
	CHECK_TEXT(thing, "nofile=:32");
	CHECK(!attr_limit(&a, "nofile=20:10"));
	CHECK_FAILS("hard below soft", attr_as_root(&a, &thing), EINVAL);
	CHECK(!attr_limit(&a, "nofile=99999999999")); /* over fs.nr_open, or not root: nobody may */
	CHECK_FAILS("too many", attr_as_root(&a, &thing), EPERM);
	CHECK_TEXT(thing, "nofile=99999999999");
	CHECK(!attr_limit(&a, "nofile=50"));
	CHECK(!attr_as_root(&a, &thing));
	CHECK(!getrlimit(RLIMIT_NOFILE, &now) && now.rlim_cur == 50 && now.rlim_max == 50);
}

/* ---- capabilities ------------------------------------------------------------------------------------------ */

#define CAP(n) (1ULL << (n))

TEST(capabilities_are_an_IAB_text)
{
	static const struct {
		const char *text;
		unsigned long long inheritable, ambient, dropped;
	} rows[] = {
		{ "", 0, 0, 0 },
		{ "cap_chown", CAP(0), 0, 0 },
		{ "cap_net_bind_service", CAP(10), 0, 0 },
		{ "%cap_kill", CAP(5), 0, 0 },
		{ "^cap_kill", CAP(5), CAP(5), 0 },
		{ "!cap_kill", 0, 0, CAP(5) },
		{ "!%cap_kill", CAP(5), 0, CAP(5) },
		{ "%!cap_kill", CAP(5), 0, CAP(5) },
		{ "!^cap_kill", CAP(5), CAP(5), CAP(5) },
		{ "^%cap_kill", CAP(5), CAP(5), 0 },
		{ "!!cap_kill", 0, 0, CAP(5) },
		{ "CAP_SYS_ADMIN,^Cap_Bpf", CAP(21) | CAP(39), CAP(39), 0 },
		{ "cap_chown,!cap_chown", CAP(0), 0, CAP(0) },
		{ "cap_chown,", CAP(0), 0, 0 },
		{ "40,^0,!63", CAP(40) | 1, 1, CAP(63) },
		{ "cap_checkpoint_restore", CAP(40), 0, 0 },
		{ "cap_net_admin,cap_net_raw,cap_net_broadcast", CAP(11) | CAP(12) | CAP(13), 0, 0 },
		{ "!cap_sys_module,!cap_sys_rawio,^cap_setuid", CAP(7), CAP(7), CAP(16) | CAP(17) },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct attr a = { .caps = { 1, 2, 3 } };

		CHECK_ROW(rows[i].text, !attr_caps(&a, rows[i].text));
		CHECK_ROW(rows[i].text, a.caps[CAPS_INHERITABLE] == rows[i].inheritable);
		CHECK_ROW(rows[i].text, a.caps[CAPS_AMBIENT] == rows[i].ambient);
		CHECK_ROW(rows[i].text, a.caps[CAPS_DROPPED] == rows[i].dropped);
	}
}

TEST(every_capability_has_its_number)
{
	static const char names[][24] = { "chown",
					  "dac_override",
					  "dac_read_search",
					  "fowner",
					  "fsetid",
					  "kill",
					  "setgid",
					  "setuid",
					  "setpcap",
					  "linux_immutable",
					  "net_bind_service",
					  "net_broadcast",
					  "net_admin",
					  "net_raw",
					  "ipc_lock",
					  "ipc_owner",
					  "sys_module",
					  "sys_rawio",
					  "sys_chroot",
					  "sys_ptrace",
					  "sys_pacct",
					  "sys_admin",
					  "sys_boot",
					  "sys_nice",
					  "sys_resource",
					  "sys_time",
					  "sys_tty_config",
					  "mknod",
					  "lease",
					  "audit_write",
					  "audit_control",
					  "setfcap",
					  "mac_override",
					  "mac_admin",
					  "syslog",
					  "wake_alarm",
					  "block_suspend",
					  "audit_read",
					  "perfmon",
					  "bpf",
					  "checkpoint_restore" };
	char text[32];
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct attr a = { 0 };

		snprintf(text, sizeof(text), "cap_%s", names[i]);
		CHECK_ROW(text, !attr_caps(&a, text) && a.caps[CAPS_INHERITABLE] == CAP(i));
	}
}

TEST(other_capabilities_are_refused)
{
	static const struct bad bad[] = {
		{ "kill", EINVAL },
		{ "cap_", EINVAL },
		{ "cap_5", EINVAL },
		{ "cap_kil", EINVAL },
		{ "cap_kills", EINVAL },
		{ "cap_kill ", EINVAL },
		{ " cap_kill", EINVAL },
		{ ",cap_kill", EINVAL },
		{ "cap_kill,,cap_chown", EINVAL },
		{ "!", EINVAL },
		{ "cap_kill,!", EINVAL },
		{ "cap_kill!", EINVAL },
		{ "cap_kill=ep", EINVAL },
		{ "cap_kill+ep", EINVAL },
		{ "64", ERANGE },
		{ "99999999999", ERANGE },
		{ "5x", EINVAL },
		{ "-cap_kill", EINVAL },
		{ "cap_kill;cap_chown", EINVAL },
		{ "all", EINVAL },
	};

	CHECK_BAD(attr_caps, bad);
}

TEST(secure_bits_are_a_number)
{
	static const struct {
		const char *text;
		unsigned bits;
	} rows[] = {
		{ "0", 0 }, { "5", 5 }, { "47", 47 }, { "0x2f", 0x2f }, { "057", 057 }, { "0xffffffff", UINT_MAX },
	};
	static const struct bad bad[] = {
		{ "", EINVAL },	   { "x", EINVAL },	 { "0x", EINVAL },
		{ "08", EINVAL },  { "0xg", EINVAL },	 { "5x", EINVAL },
		{ "-1", EINVAL },  { "noroot", EINVAL }, { "9999999999999999999999", ERANGE },
		{ "1,2", EINVAL }, { " 1", EINVAL },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct attr a = { .secbits = 99 };

		CHECK_ROW(rows[i].text, !attr_secbits(&a, rows[i].text) && a.secbits == rows[i].bits);
	}
	CHECK_BAD(attr_secbits, bad);
}

static unsigned long long set_of(const char *key)
{
	return strtoull(status_of(0, key), NULL, 16);
}

/* root who may set capabilities, and has those that the tests give */
#define NEED_CAPS                                                                                                      \
	do {                                                                                                           \
		if (getuid() || ~set_of("CapEff:") & (CAP(5) | CAP(7) | CAP(8) | CAP(10)))                             \
			SKIP("not root");                                                                              \
	} while (0)

TEST_ALONE(capabilities_survive_setuid)
{
	struct attr a = { 0 };
	unsigned long long bounding = set_of("CapBnd:");

	NEED_CAPS;
	CHECK(!attr_caps(&a, "^cap_net_bind_service,cap_kill,!cap_sys_chroot,!%cap_setuid"));
	CHECK_ROW(thing, !attr_as_root(&a, &thing));
	CHECK(set_of("CapInh:") == (CAP(10) | CAP(5) | CAP(7)));
	CHECK(set_of("CapBnd:") == (bounding & ~CAP(18) & ~CAP(7)));
	CHECK(!setgid(12345) && !setuid(12345));
	CHECK(set_of("CapEff:") == 0);
	CHECK_ROW(thing, !attr_as_user(&a, &thing));
	CHECK(set_of("CapAmb:") == CAP(10));
	CHECK(set_of("CapInh:") == (CAP(10) | CAP(5) | CAP(7)));
	CHECK(setuid(0) < 0);
}

/* this very program again, as whoever it is now: its own line of status */
static const char *status_after_exec(const char *key)
{
	static char path[] = "/proc/self/exe", *argv[] = { path, NULL };
	static char copy[256];
	pid_t pid = executed(path, argv);

	snprintf(copy, sizeof(copy), "%s", status_of(pid, key));
	end(pid);
	return copy;
}

TEST_ALONE(exec_leaves_a_user_the_ambient_ones_only)
{
	struct attr a = { .no_new_privs = true };

	NEED_CAPS;
	CHECK(!attr_caps(&a, "^cap_net_bind_service,^cap_kill,cap_setuid"));
	CHECK_ROW(thing, !attr_as_root(&a, &thing));
	CHECK(!setgid(12345) && !setuid(12345));
	CHECK_ROW(thing, !attr_as_user(&a, &thing));
	CHECK(strtoull(status_after_exec("CapEff:"), NULL, 16) == (CAP(10) | CAP(5)));
	CHECK(strtoull(status_after_exec("CapPrm:"), NULL, 16) == (CAP(10) | CAP(5)));
	CHECK(strtoull(status_after_exec("CapInh:"), NULL, 16) == (CAP(10) | CAP(5) | CAP(7)));
	CHECK_TEXT(status_after_exec("NoNewPrivs:"), "1");
}

TEST_ALONE(inherited_ambient_capabilities_are_taken_away)
{
	struct attr a = { 0 };

	NEED_CAPS;
	CHECK(!attr_caps(&a, "^cap_kill,^cap_net_bind_service"));
	CHECK(!attr_as_root(&a, &thing) && !attr_as_user(&a, &thing));
	CHECK(set_of("CapAmb:") == (CAP(5) | CAP(10)));
	CHECK(!attr_caps(&a, "^cap_kill,cap_net_bind_service"));
	CHECK(!attr_as_root(&a, &thing) && !attr_as_user(&a, &thing));
	CHECK(set_of("CapAmb:") == CAP(5) && set_of("CapInh:") == (CAP(5) | CAP(10)));
	CHECK(!attr_caps(&a, ""));
	CHECK(!attr_as_root(&a, &thing) && !attr_as_user(&a, &thing));
	CHECK(set_of("CapAmb:") == 0 && set_of("CapInh:") == 0);
}

TEST_ALONE(capabilities_that_the_kernel_does_not_know_are_refused)
{
	struct attr a = { 0 };

	NEED_CAPS;
	CHECK(!attr_caps(&a, "63"));
	CHECK_FAILS("inheritable", attr_as_root(&a, &thing), EINVAL);
	CHECK_TEXT(thing, "capabilities");
	CHECK(!attr_caps(&a, "!63"));
	CHECK_FAILS("dropped", attr_as_root(&a, &thing), EINVAL);
}

TEST_ALONE(who_is_not_root_gets_no_capabilities)
{
	struct attr a = { 0 };

	NEED_CAPS;
	CHECK(!setgid(12345) && !setuid(12345));
	CHECK(!attr_caps(&a, "^cap_kill"));
	CHECK_FAILS("inheritable", attr_as_root(&a, &thing), EPERM);
	CHECK_FAILS("ambient", attr_as_user(&a, &thing), EPERM);
	CHECK_TEXT(thing, "ambient capabilities");
	CHECK(!attr_caps(&a, "!cap_kill"));
	CHECK_FAILS("dropped", attr_as_root(&a, &thing), EPERM);
	memset(&a, 0, sizeof(a));
	CHECK(!attr_secbits(&a, "1"));
	CHECK_FAILS("secure bits", attr_as_user(&a, &thing), EPERM);
	CHECK_TEXT(thing, "secure bits");
}

TEST_ALONE(capabilities_that_cannot_be_kept_are_told)
{
	struct attr a = { 0 };

	CHECK(!attr_caps(&a, "^cap_kill"));
	refuse(SYS_prctl, EPERM);
	thing = NULL;
	CHECK_FAILS("keep", attr_as_root(&a, &thing), EPERM);
	CHECK_TEXT(thing, "capabilities");
}

TEST_ALONE(secure_bits_are_set_after_setuid)
{
	struct attr a = { 0 };

	NEED_CAPS;
	CHECK(!attr_secbits(&a, "7"));
	CHECK_ROW(thing, !attr_as_root(&a, &thing));
	CHECK(!setgid(12345) && !setuid(12345));
	CHECK_ROW(thing, !attr_as_user(&a, &thing));
	CHECK(prctl(PR_GET_SECUREBITS) == 7);
	CHECK(strtoull(status_after_exec("CapEff:"), NULL, 16) == 0);
	CHECK(strtoull(status_after_exec("CapPrm:"), NULL, 16) == 0);
}

TEST_ALONE(noroot_leaves_root_the_ambient_ones_only)
{
	struct attr a = { 0 };

	NEED_CAPS;
	CHECK(!attr_secbits(&a, "1") && !attr_caps(&a, "^cap_kill"));
	CHECK_ROW(thing, !attr_as_root(&a, &thing));
	CHECK_ROW(thing, !attr_as_user(&a, &thing));
	CHECK(strtoull(status_after_exec("CapEff:"), NULL, 16) == CAP(5));
}

TEST_ALONE(no_new_privs_needs_nobody_s_leave)
{
	struct attr a = { .no_new_privs = true };

	CHECK(!attr_as_root(&a, &thing));
	CHECK_TEXT(status_of(0, "NoNewPrivs:"), "0");
	CHECK(!attr_as_user(&a, &thing));
	CHECK_TEXT(status_of(0, "NoNewPrivs:"), "1");
}

TEST_ALONE(a_low_limit_of_files_is_in_nobody_s_way)
{
	struct attr a = { 0 };

	CHECK(!attr_limit(&a, "nofile=0") && !attr_oom(&a, "1000"));
	CHECK_ROW(thing, !attr_as_root(&a, &thing));
	CHECK_FAILS("open", open("/dev/null", O_RDONLY), EMFILE);
}

TEST_ALONE(secure_bits_that_cannot_be_looked_up)
{
	struct attr a = { 0 };

	CHECK(!attr_secbits(&a, "1"));
	refuse(SYS_capget, EPERM);
	CHECK_FAILS("capget", attr_as_user(&a, &thing), EPERM);
	CHECK_TEXT(thing, "secure bits");
}
