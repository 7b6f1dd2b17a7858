/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/env.h"

#include <limits.h>

#include "alone.h"

extern char **environ;

static int in_environ(const char *text)
{
	char **e;
	int n = 0;

	for (e = environ; *e; e++)
		n += !strcmp(*e, text);
	return n;
}

static unsigned size_of_environ(void)
{
	unsigned n = 0;

	while (environ[n])
		n++;
	return n;
}

TEST_ALONE(a_new_variable_is_added)
{
	static char text[] = "UNIT_NEW=1 2";
	unsigned before = size_of_environ();

	CHECK(!env_set(text));
	CHECK(size_of_environ() == before + 1);
	CHECK_TEXT(getenv("UNIT_NEW"), "1 2");
	CHECK(in_environ("UNIT_NEW=1 2") == 1);
}

TEST_ALONE(a_variable_is_replaced_in_its_place)
{
	static char one[] = "UNIT_A=1", two[] = "UNIT_A=", three[] = "UNIT_A=a=b=c";
	unsigned n;

	CHECK(!env_set(one));
	n = size_of_environ();
	CHECK(!env_set(two));
	CHECK_TEXT(getenv("UNIT_A"), "");
	CHECK(!env_set(three));
	CHECK_TEXT(getenv("UNIT_A"), "a=b=c");
	CHECK(size_of_environ() == n);
}

TEST_ALONE(a_longer_or_shorter_key_is_another)
{
	static char a[] = "UNIT_KEY=1", b[] = "UNIT_KEY_LONG=2", c[] = "UNIT_K=3";

	CHECK(!env_set(a) && !env_set(b) && !env_set(c));
	CHECK_TEXT(getenv("UNIT_KEY"), "1");
	CHECK_TEXT(getenv("UNIT_KEY_LONG"), "2");
	CHECK_TEXT(getenv("UNIT_K"), "3");
}

TEST_ALONE(the_text_is_kept_and_not_copied)
{
	static char text[] = "UNIT_KEPT=1";

	CHECK(!env_set(text));
	text[10] = '2';
	CHECK_TEXT(getenv("UNIT_KEPT"), "2");
}

TEST_ALONE(without_a_key_or_an_equals_sign_it_is_EINVAL)
{
	static char none[] = "", no_key[] = "=1", no_equals[] = "UNIT", only[] = "=";
	unsigned before = size_of_environ();

	CHECK_FAILS("''", env_set(none), EINVAL);
	CHECK_FAILS("=1", env_set(no_key), EINVAL);
	CHECK_FAILS("UNIT", env_set(no_equals), EINVAL);
	CHECK_FAILS("=", env_set(only), EINVAL);
	CHECK(size_of_environ() == before);
}

TEST_ALONE(as_many_as_4095_variables_fit_and_no_more)
{
	static char text[4095][16], more[] = "MORE=1";
	static char *none[] = { NULL };
	unsigned i;

	environ = none;
	for (i = 0; i < 4095; i++) {
		snprintf(text[i], sizeof(text[i]), "V%u=%u", i, i * 3);
		CHECK(!env_set(text[i]));
	}
	CHECK(size_of_environ() == 4095);
	CHECK_FAILS("4096", env_set(more), E2BIG);
	CHECK(size_of_environ() == 4095);
	CHECK(!env_set(text[7]));
	for (i = 0; i < 4095; i += 37) {
		char key[16], value[16];

		snprintf(key, sizeof(key), "V%u", i);
		snprintf(value, sizeof(value), "%u", i * 3);
		CHECK_TEXT(getenv(key), value);
	}
}

TEST_ALONE(env_put_copies_both_texts)
{
	char key[] = "UNIT_PUT", value[] = "v=1";

	CHECK(!env_put(key, value));
	key[0] = value[0] = 'x';
	CHECK_TEXT(getenv("UNIT_PUT"), "v=1");
	CHECK(!env_put("UNIT_PUT", ""));
	CHECK_TEXT(getenv("UNIT_PUT"), "");
	CHECK(in_environ("UNIT_PUT=") == 1);
}

TEST_ALONE(env_put_takes_4_KiB_in_all_and_no_byte_more)
{
	static char value[5000];
	unsigned n;

	memset(value, 'v', 4096 - 4);
	CHECK_FAILS("A=...", env_put("AAA", value), E2BIG); /* 3 + 1 + 4092 + 1 */
	value[4096 - 5] = '\0';
	CHECK(!env_put("AAA", value));
	CHECK_TEXT(getenv("AAA"), value);
	n = size_of_environ();
	CHECK_FAILS("full", env_put("B", ""), E2BIG);
	CHECK(size_of_environ() == n);
}

TEST_ALONE(what_env_put_copied_stands_beside_what_it_copies_later)
{
	CHECK(!env_put("UNIT_A", "1") && !env_put("UNIT_B", "") && !env_put("UNIT_C", "3"));
	CHECK_TEXT(getenv("UNIT_A"), "1");
	CHECK_TEXT(getenv("UNIT_B"), "");
	CHECK_TEXT(getenv("UNIT_C"), "3");
}

TEST_ALONE(a_variable_that_was_cleared_does_not_come_back)
{
	static char a[] = "UNIT_A=1", b[] = "UNIT_B=2", c[] = "UNIT_C=3";

	CHECK(!env_set(a) && !env_set(b) && !env_set(c));
	env_clear();
	CHECK(!env_set(a) && size_of_environ() == 1);
}

TEST_ALONE(env_get_and_env_clear)
{
	setenv("UNIT_GET", "a=b", 1);
	CHECK_TEXT(env_get("UNIT_GET="), "a=b");
	CHECK(!env_get("UNIT_GE="));
	CHECK(!env_get("UNIT_GET_MORE="));
	env_clear();
	CHECK(size_of_environ() == 0);
	CHECK(!env_get("UNIT_GET="));
	CHECK(!env_put("UNIT_AFTER", "1"));
	CHECK(size_of_environ() == 1);
}

/* ---- PATH -------------------------------------------------------------------------------------------------- */

static void make(const char *path, mode_t mode)
{
	put_text(path, "#!/bin/sh\n");
	CHECK_ROW(path, !chmod(path, mode));
}

static char buf[PATH_MAX];

static void directories(void)
{
	static char dir[PATH_MAX], path[2 * PATH_MAX];
	char template[] = "env-XXXXXX";

	CHECK(mkdtemp(template) && !chdir(template) && getcwd(dir, sizeof(dir)));
	CHECK(!mkdir("one", 0755) && !mkdir("two", 0755) && !mkdir("two/dir", 0755));
	snprintf(path, sizeof(path), "%s/one:%s/none:%s/two", dir, dir, dir);
	setenv("PATH", path, 1);
}

TEST_ALONE(the_first_program_in_PATH_is_found)
{
	directories();
	make("one/a", 0755);
	make("two/a", 0755);
	make("two/b", 0755);
	CHECK(!env_path("a", buf, sizeof(buf)));
	CHECK(strstr(buf, "/one/a"));
	CHECK(!env_path("b", buf, sizeof(buf)));
	CHECK(strstr(buf, "/two/b"));
}

TEST_ALONE(what_cannot_be_executed_is_passed_over)
{
	directories();
	make("one/a", 0644);
	make("two/a", 0755);
	CHECK(!mkdir("one/dir2", 0755));
	make("two/dir2", 0755);
	CHECK(!env_path("a", buf, sizeof(buf)));
	CHECK(strstr(buf, "/two/a"));
	CHECK(!env_path("dir2", buf, sizeof(buf)));
	CHECK(strstr(buf, "/two/dir2"));
}

TEST_ALONE(only_a_regular_file_can_be_executed)
{
	directories();
	make("one/a", 0755);
	make("two/a", 0644);
	CHECK(!env_executable("one/a"));
	CHECK_FAILS("not executable", env_executable("two/a"), EACCES);
	CHECK_FAILS("a directory", env_executable("two/dir"), EACCES);
	CHECK_FAILS("none", env_executable("one/none"), ENOENT);
}

TEST_ALONE(there_but_not_executable_is_EACCES_and_nowhere_is_ENOENT)
{
	directories();
	make("one/a", 0644);
	CHECK_FAILS("not executable", env_path("a", buf, sizeof(buf)), EACCES);
	CHECK_FAILS("a directory", env_path("dir", buf, sizeof(buf)), EACCES);
	CHECK_FAILS("none", env_path("none", buf, sizeof(buf)), ENOENT);
	CHECK(!symlink("nowhere", "one/dangling"));
	CHECK_FAILS("dangling", env_path("dangling", buf, sizeof(buf)), ENOENT);
}

TEST_ALONE(a_name_with_a_slash_is_taken_as_it_is)
{
	directories();
	CHECK(!env_path("./a", buf, sizeof(buf)));
	CHECK_TEXT(buf, "./a");
	CHECK(!env_path("/no/such", buf, sizeof(buf)));
	CHECK_TEXT(buf, "/no/such");
	CHECK(!env_path("one/", buf, sizeof(buf)));
	CHECK_TEXT(buf, "one/");
}

TEST_ALONE(the_end_of_a_part_of_PATH_is_no_part_of_it)
{
	directories();
	make("one/a", 0755);
	setenv("PATH", "/none/one:/none/xone", 1);
	CHECK_FAILS("one", env_path("a", buf, sizeof(buf)), ENOENT);
}

TEST_ALONE(an_empty_part_of_PATH_is_here)
{
	directories();
	make("here", 0755);
	setenv("PATH", "/none::/none2", 1);
	CHECK(!env_path("here", buf, sizeof(buf)));
	CHECK(!access(buf, X_OK));
	setenv("PATH", "/none:", 1);
	CHECK(!env_path("here", buf, sizeof(buf)));
	setenv("PATH", "", 1);
	CHECK(!env_path("here", buf, sizeof(buf)));
}

TEST_ALONE(without_PATH_the_usual_places_are_searched)
{
	unsetenv("PATH");
	CHECK(!env_path("sh", buf, sizeof(buf)));
	CHECK(!strcmp(buf, "/usr/bin/sh") || !strcmp(buf, "/bin/sh"));
}

TEST_ALONE(what_does_not_fit_is_ENAMETOOLONG_and_never_written)
{
	char small[16];

	memset(small, '#', sizeof(small));
	setenv("PATH", "/bin", 1);
	CHECK(!env_path("sh", small, 8));
	CHECK_TEXT(small, "/bin/sh");
	CHECK(small[8] == '#');
	memset(small, '#', sizeof(small));
	CHECK(env_path("sh", small, 7) < 0 && errno == ENAMETOOLONG);
	CHECK(small[7] == '#');
	memset(small, '#', sizeof(small));
	CHECK(!env_path("/bin/sh", small, 8) || errno == ENAMETOOLONG);
	CHECK(small[8] == '#');
	CHECK(env_path("/bin/sh", small, 7) < 0 && errno == ENAMETOOLONG);
	CHECK(env_path("", small, 1) < 0);
}

TEST_ALONE(an_empty_name_is_nowhere)
{
	directories();
	CHECK(env_path("", buf, sizeof(buf)) < 0);
}
