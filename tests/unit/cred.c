/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/cred.h"

#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>

#include "alone.h"

/* ---- one line ---------------------------------------------------------------------------------------------- */

TEST(a_line_is_found_by_its_name)
{
	static const char line[] = "www:x:33:44:web:/var/www:/bin/sh\nnext:x:1:2:::\n";
	unsigned id = 7;

	CHECK(cred_line(line, "www", 3, &id) == line + 9);
	CHECK(id == 33);
	CHECK(!cred_line(line, "ww", 2, &id));
	CHECK(!cred_line(line, "wwww", 4, &id));
	CHECK(!cred_line(line, "WWW", 3, &id));
	CHECK(!cred_line(line, "next", 4, &id));
	CHECK(!cred_line(line, "", 0, &id));
	CHECK(cred_line(line, "www-data", 3, &id)); /* len bytes count */
}

TEST(a_line_is_found_by_its_number)
{
	unsigned id = 33;

	CHECK_TEXT(cred_line("www:x:33:44:", NULL, 0, &id), "44:");
	id = 44;
	CHECK(!cred_line("www:x:33:44:", NULL, 0, &id));
	CHECK(id == 44);
	id = 3;
	CHECK(!cred_line("www:x:33:44:", NULL, 0, &id));
	id = 0;
	CHECK_TEXT(cred_line("root:x:0:0:root:/root:/bin/sh", NULL, 0, &id), "0:root:/root:/bin/sh");
	CHECK_TEXT(cred_line("root:x:000:0:", NULL, 0, &id), "0:");
}

TEST(the_line_may_end_behind_the_number)
{
	unsigned id;
	const char *rest = cred_line("www:x:33", "www", 3, &id);

	CHECK(rest && !*rest && id == 33);
	rest = cred_line("www:x:33\nroot:x:0:", "www", 3, &id);
	CHECK(rest && *rest == '\n' && id == 33);
	rest = cred_line("www::33:", "www", 3, &id);
	CHECK(rest && !*rest && id == 33);
	rest = cred_line("www:x:4294967294:", "www", 3, &id);
	CHECK(rest && id == 4294967294u);
}

TEST(malformed_lines_are_nobody_s)
{
	/* clang-format off */
	static const char *const bad[] = {
		"", "\n", "www", "www\n", "www:", "www:x", "www:x\n", "www:x:", "www:x:\n", "www:x::44:",
		"www:x:abc:44:", "www:x:-1:44:", "www:x:+33:44:", "www:x: 33:44:", "www:x:33 :44:", "www:x:33x:44:",
		"www:x:0x21:44:", "www:x:4294967295:44:", "www:x:4294967296:44:", "www:x:4294967329:44:",
		"www:x:18446744073709551649:44:", "www:x:99999999999999999999999999999999999999999999999:44:",
		"www:x:3.3:44:", "www\n:x:33:44:", "www:x\n:33:44:", "www:x:\n33:44:", "\nwww:x:33:44:",
		" www:x:33:44:", "www :x:33:44:", "#www:x:33:44:", "+www:x:33:44:", "www;x;33;44",
	};
	/* clang-format on */
	unsigned i, id;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_ROW(bad[i], !cred_line(bad[i], "www", 3, &id));
}

TEST(malformed_lines_have_no_number)
{
	static const char *const bad[] = { "",		 "\n",	       "www",	     "www:x:",	    "www:x:4294967329:",
					   "www:x:33x:", "www:x:+33:", "www:x: 33:", "www\n:x:33:", "33",
					   "33:",	 "x:33",       ":33:" };
	unsigned i, id;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		id = 33;
		CHECK_ROW(bad[i], !cred_line(bad[i], NULL, 0, &id) && id == 33);
	}
}

TEST(no_text_reads_past_its_end_or_line)
{
	static const char some[] = "::::www0123456789\nx-";
	int i, j;

	for (i = 0; i < 200000; i++) {
		char *text = malloc(24);
		const char *rest;
		unsigned id = 3;

		for (j = 0; j < 23; j++)
			text[j] = some[dice() % (sizeof(some) - 1)];
		text[23] = '\0';
		rest = i % 2 ? cred_line(text, "www", 3, &id) : cred_line(text, NULL, 0, &id);
		CHECK_ROW(text, !rest || (rest > text && rest <= text + 23 && rest <= text + strcspn(text, "\n") &&
					  id != UINT_MAX));
		cred_member(text, "ww");
		free(text);
	}
}

TEST(a_member_stands_between_commas)
{
	CHECK(cred_member("a", "a"));
	CHECK(cred_member("a,b,c\n", "a"));
	CHECK(cred_member("a,b,c\n", "b"));
	CHECK(cred_member("a,b,c\n", "c"));
	CHECK(cred_member("a,b,c", "c"));
	CHECK(cred_member(",a", "a"));
	CHECK(cred_member("b,,a,", "a"));
}

TEST(who_is_no_member)
{
	CHECK(!cred_member("", "a"));
	CHECK(!cred_member("\n", "a"));
	CHECK(!cred_member("ab,ba,aa", "a"));
	CHECK(!cred_member("a", "ab"));
	CHECK(!cred_member("b\na\n", "a"));
	CHECK(!cred_member("b\ng:x:1:a\n", "a"));
	CHECK(!cred_member(" a", "a"));
	CHECK(!cred_member("a b", "a"));
	CHECK(!cred_member("A", "a"));
	CHECK(!cred_member("a,b", "a,b"));
}

/* ---- the files --------------------------------------------------------------------------------------------- */

static struct cred c;
static uid_t uid;
static gid_t gid;

static bool cover(const char *file, const char *text)
{
	char name[64];

	if (access(file, F_OK) < 0)
		return false;
	snprintf(name, sizeof(name), "cover-%s", strrchr(file, '/') + 1);
	put_text(name, text);
	return !mount(name, file, "", MS_BIND, NULL);
}

/* our own /etc/passwd and /etc/group, for this process alone. false: no rights to */
static bool with_files(const char *passwd, const char *group)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", "", MS_REC | MS_PRIVATE, NULL) < 0)
		return false;
	return cover("/etc/passwd", passwd) && cover("/etc/group", group);
}

#define WITH_FILES(passwd, group)                                                                                      \
	do {                                                                                                           \
		if (!with_files(passwd, group))                                                                        \
			SKIP("no mounts of our own");                                                                  \
	} while (0)

static bool has_group(gid_t id)
{
	int i;

	for (i = 0; i < c.ngroups; i++)
		if (c.groups[i] == id)
			return true;
	return false;
}

#define PASSWD                                                                                                         \
	"root:x:0:0:root:/root:/bin/sh\n"                                                                              \
	"www:x:33:44:web:/var/www:/bin/sh\n"                                                                           \
	"0day:x:55:56::/:\n"                                                                                           \
	"77:x:78:79::/:\n"                                                                                             \
	"bare:x:60:61::\n"
#define GROUP                                                                                                          \
	"root:x:0:\n"                                                                                                  \
	"web:x:44:\n"                                                                                                  \
	"audio:x:29:www,other\n"                                                                                       \
	"video:x:30:other\n"                                                                                           \
	"tape:x:31:other,www\n"                                                                                        \
	"dup:x:29:www\n"                                                                                               \
	"almost:x:32:wwww,ww,xwww\n"                                                                                   \
	"9lives:x:99:\n"

TEST_ALONE(a_user_has_his_ids_home_and_all_his_groups)
{
	WITH_FILES(PASSWD, GROUP);
	CHECK(!cred_parse(&c, "www"));
	CHECK_TEXT(c.text, "www");
	CHECK(c.set_uid && c.set_gid && c.uid == 33 && c.gid == 44);
	CHECK_TEXT(c.name, "www");
	CHECK_TEXT(c.home, "/var/www");
	CHECK(c.ngroups == 3);
	CHECK(has_group(44) && has_group(29) && has_group(31));
}

TEST_ALONE(a_colon_without_group_is_the_primary_one)
{
	WITH_FILES(PASSWD, GROUP);
	CHECK(!cred_parse(&c, "www:"));
	CHECK(c.uid == 33 && c.gid == 44 && c.ngroups == 3);
}

TEST_ALONE(a_group_given_is_the_primary_one_and_the_others_stay)
{
	WITH_FILES(PASSWD, GROUP);
	CHECK(!cred_parse(&c, "www:video"));
	CHECK(c.uid == 33 && c.gid == 30 && c.ngroups == 3);
	CHECK(has_group(30) && has_group(29) && has_group(31) && !has_group(44));
	CHECK(!cred_parse(&c, "www:500"));
	CHECK(c.gid == 500 && has_group(500) && has_group(29));
}

TEST_ALONE(a_group_alone_is_that_one_and_no_other)
{
	WITH_FILES(PASSWD, GROUP);
	CHECK(!cred_parse(&c, ":audio"));
	CHECK(!c.set_uid && c.set_gid && c.gid == 29 && c.ngroups == 1 && c.groups[0] == 29);
	CHECK(!c.name[0] && !c.home[0]);
	CHECK(!cred_parse(&c, ":500"));
	CHECK(!c.set_uid && c.gid == 500 && c.ngroups == 1);
}

TEST_ALONE(cred_group_gives_another_primary_group)
{
	WITH_FILES(PASSWD, GROUP);
	CHECK(!cred_parse(&c, "www"));
	CHECK(!cred_group(&c, "video"));
	CHECK(c.uid == 33 && c.gid == 30 && c.ngroups == 3 && has_group(30) && has_group(31));
	memset(&c, 0, sizeof(c));
	CHECK(!cred_group(&c, "video"));
	CHECK(!c.set_uid && c.set_gid && c.gid == 30 && c.ngroups == 1);
	CHECK_FAILS("none", cred_group(&c, "none"), ENOENT);
	CHECK_FAILS("", cred_group(&c, ""), EINVAL);
}

TEST_ALONE(a_number_with_an_entry_is_that_user)
{
	WITH_FILES(PASSWD, GROUP);
	CHECK(!cred_parse(&c, "33"));
	CHECK(c.uid == 33 && c.gid == 44 && c.ngroups == 3);
	CHECK_TEXT(c.name, "www");
	CHECK_TEXT(c.home, "/var/www");
}

TEST_ALONE(a_number_without_an_entry_is_taken_as_it_is)
{
	WITH_FILES(PASSWD, GROUP);
	CHECK(!cred_parse(&c, "12345"));
	CHECK(c.uid == 12345 && c.gid == 12345 && c.ngroups == 1 && c.groups[0] == 12345);
	CHECK(!c.name[0] && !c.home[0]);
	CHECK(!cred_parse(&c, "12345:29"));
	CHECK(c.uid == 12345 && c.gid == 29 && c.ngroups == 1 && c.groups[0] == 29);
	CHECK(!cred_parse(&c, "4294967294"));
	CHECK(c.uid == 4294967294u);
}

TEST_ALONE(all_digits_are_a_number_even_where_it_is_a_name)
{
	WITH_FILES(PASSWD, GROUP);
	CHECK(!cred_uid("77", &uid) && uid == 77);
	CHECK(!cred_uid("0day", &uid) && uid == 55);
	CHECK(!cred_gid("9lives", &gid) && gid == 99);
}

TEST_ALONE(a_user_or_group_that_is_not_there_is_ENOENT)
{
	/* clang-format off */
	static const char *const bad[] = {
		"nobody-here", "ww", "wwww", "WWW", "www ", " www", "www\n", "nobody-here:web", "www:nogroup-here",
		":nogroup-here", "12x", "-1", "+1", "0x21", "3.3", "www:root:x",
	};
	/* clang-format on */
	unsigned i;

	WITH_FILES(PASSWD, GROUP);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_FAILS(bad[i], cred_parse(&c, bad[i]), ENOENT);
	CHECK_FAILS("uid", cred_uid("nobody-here", &uid), ENOENT);
	CHECK_FAILS("gid", cred_gid("nobody-here", &gid), ENOENT);
}

TEST_ALONE(nothing_and_a_number_that_is_none_are_EINVAL)
{
	static const char *const bad[] = {
		"", ":", "4294967295", "4294967296", "99999999999999999999999", "099999999999999999", "www:4294967295", ":4294967295"
	};
	unsigned i;

	WITH_FILES(PASSWD, GROUP);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_FAILS(bad[i], cred_parse(&c, bad[i]), EINVAL);
	CHECK_FAILS("", cred_uid("", &uid), EINVAL);
	CHECK_FAILS("", cred_gid("", &gid), EINVAL);
	CHECK_FAILS("-1 as a number", cred_uid("4294967295", &uid), EINVAL);
}

TEST_ALONE(malformed_lines_around_do_not_hide_an_entry)
{
	WITH_FILES(
	    "\n\n::::\n:x:0:0:::\nwww\nwww:x\nwww:x:\nwww:x:abc:1:::\nwww:x:-1:1:::\nwww:x:4294967329:1:::\n+::::::\n"
	    "#www:x:1:1:::\n  www:x:2:2:::\nwww:x:33:44:web:/var/www:/bin/sh\nwww:x:0:0:second:/:\n",
	    "\n\ngarbage\n:::\naudio:x:29:www");
	CHECK(!cred_parse(&c, "www"));
	CHECK(c.uid == 33 && c.gid == 44 && c.ngroups == 2 && has_group(29));
	CHECK_TEXT(c.home, "/var/www");
}

TEST_ALONE(an_entry_whose_gid_is_none_makes_nobody)
{
	/* clang-format off */
	static const char *const bad[] = {
		"www:x:33\n", "www:x:33:\n", "www:x:33::::\n", "www:x:33:abc:::\n", "www:x:33:-1:::\n",
		"www:x:33:4294967295:::\n", "www:x:33:4294967296:::\n", "www:x:33:44x:::\n", "www:x:33: 44:::\n",
	};
	/* clang-format on */
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		WITH_FILES(bad[i], GROUP);
		CHECK_ROW(bad[i], cred_parse(&c, "www") < 0);
	}
}

TEST_ALONE(a_line_at_the_very_end_needs_no_newline)
{
	static char passwd[8300];
	size_t size;

	for (size = 4090; size <= 4103; size++) { /* around a page */
		memset(passwd, '#', sizeof(passwd));
		strcpy(passwd + size - 25, "\nwww:x:33:44::/var/www:sh");
		WITH_FILES(passwd, "audio:x:29:www");
		CHECK(strlen(passwd) == size);
		CHECK(!cred_parse(&c, "www"));
		CHECK(c.uid == 33 && c.gid == 44 && has_group(29));
	}
	for (size = 8190; size <= 8200; size++) {
		memset(passwd, '\n', sizeof(passwd));
		strcpy(passwd + size - 8, "www:x:33");
		WITH_FILES(passwd, "");
		CHECK(!cred_uid("www", &uid) && uid == 33);
	}
}

TEST_ALONE(the_last_of_four_thousand_users_is_found)
{
	static char passwd[800000], *p = passwd;
	int i;

	for (i = 0; i < 4000; i++)
		p += sprintf(p, "user%d:x:%d:%d:somebody:/home/user%d:/bin/sh\n", i, 10000 + i, 30000 + i, i);
	CHECK(p - passwd < 256 << 10);
	WITH_FILES(passwd, GROUP);
	CHECK(!cred_parse(&c, "user3999"));
	CHECK(c.uid == 13999 && c.gid == 33999);
	CHECK_TEXT(c.home, "/home/user3999");
	CHECK(!cred_parse(&c, "user0") && c.uid == 10000);
}

TEST_ALONE(a_file_over_256_KiB_is_E2BIG_and_never_half_read)
{
	static char passwd[270000];

	memset(passwd, '\n', (256 << 10) + 100);
	strcpy(passwd + (256 << 10) + 100, "www:x:33:44::/var/www:\n");
	memcpy(passwd, "www:x:0:0::/:\n", 14);
	WITH_FILES(passwd, GROUP);
	CHECK_FAILS("large", cred_parse(&c, "www"), E2BIG);
	CHECK_FAILS("large", cred_uid("none", &uid), E2BIG);
}

TEST_ALONE(without_the_files_numbers_still_work)
{
	WITH_FILES("", "");
	CHECK_FAILS("www", cred_parse(&c, "www"), ENOENT);
	CHECK_FAILS("root", cred_parse(&c, "root"), ENOENT);
	CHECK(!cred_parse(&c, "33:44"));
	CHECK(c.uid == 33 && c.gid == 44);
	if (mount("tmpfs", "/etc", "tmpfs", 0, NULL) < 0)
		SKIP("no tmpfs");
	CHECK_FAILS("www", cred_parse(&c, "www"), ENOENT);
	CHECK(!cred_parse(&c, "33"));
	CHECK(c.uid == 33 && c.gid == 33 && c.ngroups == 1);
}

TEST_ALONE(over_256_groups_is_E2BIG)
{
	static char group[20000], *p = group;
	int i;

	for (i = 1; i <= 255; i++)
		p += sprintf(p, "g%d:x:%d:a,www\n", i, 1000 + i);
	WITH_FILES(PASSWD, group);
	CHECK(!cred_parse(&c, "www"));
	CHECK(c.ngroups == CRED_GROUPS);
	sprintf(p, "one:x:5000:www\n");
	WITH_FILES(PASSWD, group);
	CHECK_FAILS("257", cred_parse(&c, "www"), E2BIG);
}

TEST_ALONE(names_and_homes_that_do_not_fit_are_refused)
{
	static char passwd[20000], name[300], home[8000];

	memset(name, 'n', 255);
	memset(home, 'h', 4095);
	sprintf(passwd, "%s:x:33:44::%s:\n", name, home);
	WITH_FILES(passwd, GROUP);
	CHECK(!cred_parse(&c, name));
	CHECK_TEXT(c.name, name);
	CHECK_TEXT(c.home, home);
	memset(home, 'h', 4096);
	sprintf(passwd, "www:x:33:44::%s:\n", home);
	WITH_FILES(passwd, GROUP);
	CHECK(cred_parse(&c, "www") < 0);
	memset(name, 'n', 256);
	sprintf(passwd, "%s:x:33:44::/:\n", name);
	WITH_FILES(passwd, GROUP);
	CHECK(cred_parse(&c, name) < 0);
}

TEST_ALONE(a_home_may_be_empty)
{
	WITH_FILES("a:x:1:2:::\nb:x:3:4::\nc:x:5:6::/c\n", "");
	CHECK(!cred_parse(&c, "a"));
	CHECK_TEXT(c.home, "");
	CHECK(!cred_parse(&c, "c"));
	CHECK_TEXT(c.home, "/c");
}

TEST_ALONE(a_second_use_leaves_nothing_of_the_first)
{
	WITH_FILES(PASSWD, GROUP);
	CHECK(!cred_parse(&c, "www"));
	CHECK(!cred_parse(&c, ":audio"));
	CHECK(!c.set_uid && !c.name[0] && !c.home[0] && c.ngroups == 1);
}

/* ---- becoming ---------------------------------------------------------------------------------------------- */

static bool ids_work(void)
{
	pid_t pid;
	int status;

	if (getuid())
		return false;
	pid = fork();
	if (!pid)
		_exit(setgid(12345) || setuid(12345));
	return waitpid(pid, &status, 0) == pid && !status;
}

#define NEED_IDS                                                                                                       \
	do {                                                                                                           \
		if (!ids_work())                                                                                       \
			SKIP("not root");                                                                              \
	} while (0)

TEST_ALONE(become_a_user_and_no_way_back)
{
	gid_t groups[16];

	NEED_IDS;
	memset(&c, 0, sizeof(c));
	c.set_uid = c.set_gid = true;
	c.uid = 1234;
	c.gid = 2345;
	c.ngroups = 2;
	c.groups[0] = 2345;
	c.groups[1] = 3456;
	CHECK(!cred_become(&c, false));
	CHECK_TEXT(status_of(0, "Uid:"), "1234\t1234\t1234\t1234");
	CHECK_TEXT(status_of(0, "Gid:"), "2345\t2345\t2345\t2345");
	CHECK(getgroups(16, groups) == 2 && groups[0] == 2345 && groups[1] == 3456);
	CHECK_TEXT(status_of(0, "CapEff:"), "0000000000000000");
	CHECK_TEXT(status_of(0, "CapPrm:"), "0000000000000000");
	CHECK(setuid(0) < 0);
	CHECK(seteuid(0) < 0);
	CHECK_FAILS("regain", cred_regain() < 0 || geteuid() ? (errno = EPERM, -1) : 0, EPERM);
}

TEST_ALONE(a_saved_uid_that_is_kept_can_be_regained)
{
	NEED_IDS;
	CHECK(!cred_parse(&c, "1234"));
	CHECK(!cred_become(&c, true));
	CHECK_TEXT(status_of(0, "Uid:"), "1234\t1234\t0\t1234");
	CHECK(!cred_regain());
	CHECK(geteuid() == 0);
}

TEST_ALONE(a_group_alone_leaves_the_uid)
{
	gid_t groups[16];

	NEED_IDS;
	CHECK(!cred_parse(&c, ":2345"));
	CHECK(!cred_become(&c, false));
	CHECK(getuid() == 0 && getgid() == 2345);
	CHECK(getgroups(16, groups) == 1 && groups[0] == 2345);
}

TEST_ALONE(nobody_asked_for_changes_nothing)
{
	static struct cred nobody;
	gid_t before = getgid();
	int groups = getgroups(0, NULL);

	CHECK(!cred_become(&nobody, false));
	CHECK(getgid() == before && getgroups(0, NULL) == groups);
}

TEST_ALONE(who_is_not_root_becomes_nobody_else)
{
	static struct cred other;

	NEED_IDS;
	CHECK(!cred_parse(&other, "1235"));
	CHECK(!cred_parse(&c, "1234"));
	CHECK(!cred_become(&c, false));
	CHECK_FAILS("other", cred_become(&other, false), EPERM);
	CHECK(getuid() == 1234);
	CHECK(!cred_parse(&other, "0"));
	CHECK_FAILS("root", cred_become(&other, false), EPERM);
	CHECK(!cred_parse(&other, ":0"));
	CHECK_FAILS("root's group", cred_become(&other, false), EPERM);
}

TEST_ALONE(who_is_not_root_becomes_himself)
{
	NEED_IDS;
	CHECK(!cred_parse(&c, "1234"));
	CHECK(!cred_become(&c, false));
	CHECK(!cred_become(&c, false));
	CHECK(getuid() == 1234 && getgid() == 1234);
}

TEST_ALONE(root_as_a_user_drops_the_caller_s_groups)
{
	gid_t groups[300], many[] = { 5, 6, 7 };

	NEED_IDS;
	WITH_FILES(PASSWD, GROUP);
	CHECK(!setgroups(3, many));
	CHECK(!cred_parse(&c, "root"));
	CHECK(!cred_become(&c, false));
	CHECK(getgroups(300, groups) == 1 && groups[0] == 0);
}

static bool ids_are(uid_t real, uid_t effective, uid_t saved)
{
	uid_t r, e, s;

	return !getresuid(&r, &e, &s) && r == real && e == effective && s == saved;
}

TEST_ALONE(all_three_ids_are_the_user_s_or_the_saved_one_is_kept)
{
	if (!ids_work())
		SKIP("not root");
	CHECK(!cred_parse(&c, "12345:12345") && !cred_become(&c, true));
	CHECK(ids_are(12345, 12345, 0));
	CHECK(!cred_regain());
	CHECK(ids_are(12345, 0, 0));
	CHECK(!cred_become(&c, false));
	CHECK(ids_are(12345, 12345, 12345));
	CHECK_FAILS("no way back", cred_regain(), EPERM);
}

/* the calls that libbb/cred.c makes: where there are two, those of 32-bit ids */
#ifdef SYS_setgroups32
#define SETGROUPS SYS_setgroups32
#define SETRESGID SYS_setresgid32
#define SETRESUID SYS_setresuid32
#else
#define SETGROUPS SYS_setgroups
#define SETRESGID SYS_setresgid
#define SETRESUID SYS_setresuid
#endif

static void fails(int call, int error, int told)
{
	if (!ids_work())
		SKIP("not root");
	CHECK(!cred_parse(&c, "12345:12345"));
	refuse(call, error);
	CHECK_FAILS("become", cred_become(&c, false), told);
}

TEST_ALONE(groups_that_cannot_be_set)
{
	fails(SETGROUPS, ENOMEM, ENOMEM);
}

TEST_ALONE(a_gid_that_cannot_be_set)
{
	fails(SETRESGID, EAGAIN, EAGAIN);
}

TEST_ALONE(a_uid_that_cannot_be_set)
{
	fails(SETRESUID, EAGAIN, EAGAIN);
}

TEST_ALONE(a_filter_that_says_yes_and_does_nothing_is_not_believed)
{
	fails(SETRESUID, 0, EPERM);
}

/* with the capabilities that such bits leave (SECBIT_NO_SETUID_FIXUP) */
TEST_ALONE(a_user_who_can_be_root_again_is_told)
{
	NEED_IDS;
	if (prctl(PR_SET_SECUREBITS, 1 << 2, 0, 0, 0) < 0)
		SKIP("no secure bits");
	CHECK(!cred_parse(&c, "12345:12345"));
	CHECK_FAILS("become", cred_become(&c, false), EPERM);
}

TEST_ALONE(a_list_of_groups_that_is_too_long_is_not_half_read)
{
	static char text[300000];

	memset(text, '#', sizeof(text) - 1);
	if (!with_files("user:x:12345:12345:::\n", text))
		SKIP("cannot mount here");
	CHECK_FAILS("user", cred_parse(&c, "user"), E2BIG);
}
