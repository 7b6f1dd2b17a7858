/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/text.h"

#include "../../libbb/config.h"
#include "alone.h"

TEST(text_until_counts_up_to_the_first_stop)
{
	CHECK(text_until("abc:def", ":") == 3);
	CHECK(text_until("abc:def", ";:") == 3);
	CHECK(text_until("abc;d:ef", ":;") == 3);
	CHECK(text_until(":", ":") == 0);
}

TEST(text_until_without_a_stop_is_the_length)
{
	CHECK(text_until("", ":") == 0);
	CHECK(text_until("abc", "") == 3);
	CHECK(text_until("abc", "xyz") == 3);
}

TEST(text_until_is_strcspn)
{
	char s[20], stops[5];
	int i, j;

	for (i = 0; i < 20000; i++) {
		for (j = 0; j < 19; j++)
			s[j] = dice() % 6 ? 'a' + dice() % 8 : '\0';
		for (j = 0; j < 4; j++)
			stops[j] = dice() % 4 ? 'a' + dice() % 8 : '\0';
		s[19] = stops[4] = '\0';
		CHECK(text_until(s, stops) == strcspn(s, stops));
	}
}

TEST(text_until_takes_bytes_over_127)
{
	CHECK(text_until("ab\xff"
			 "c",
			 "\xff") == 2);
	CHECK(text_until("\x80", "\xff") == 1);
}

TEST(text_skip_passes_blanks_and_tabs_only)
{
	CHECK_TEXT(text_skip(""), "");
	CHECK_TEXT(text_skip("x"), "x");
	CHECK_TEXT(text_skip(" \t \tx y"), "x y");
	CHECK_TEXT(text_skip(" \nx"), "\nx");
	CHECK_TEXT(text_skip("   "), "");
}

TEST(text_copy_gives_the_new_end)
{
	char buf[16] = "xxxxxxxxxxxxxxx";

	CHECK(text_copy(buf, "abc") == buf + 3);
	CHECK_TEXT(buf, "abc");
	CHECK(buf[4] == 'x');
	CHECK(text_copy(text_copy(buf, "/proc/"), "12") == buf + 8);
	CHECK_TEXT(buf, "/proc/12");
	CHECK(text_copy(buf, "") == buf);
	CHECK_TEXT(buf, "");
}

TEST(text_after_gives_what_follows_in_any_case)
{
	CHECK_TEXT(text_after("SIGTERM", "SIG"), "TERM");
	CHECK_TEXT(text_after("sigterm", "SIG"), "term");
	CHECK_TEXT(text_after("SiGterm", "sIg"), "term");
	CHECK_TEXT(text_after("SIG", "SIG"), "");
	CHECK_TEXT(text_after("anything", ""), "anything");
	CHECK_TEXT(text_after("", ""), "");
}

TEST(text_after_of_another_head_is_NULL)
{
	CHECK(!text_after("TERM", "SIG"));
	CHECK(!text_after("SI", "SIG"));
	CHECK(!text_after("", "S"));
	CHECK(!text_after(" SIG", "SIG"));
}

TEST(text_after_folds_letters_and_nothing_else)
{
	int a, b;

	for (a = 1; a < 256; a++)
		for (b = 1; b < 256; b++) {
			char x[] = { a, 0 }, y[] = { b, 0 };
			bool letter = (a | 32) >= 'a' && (a | 32) <= 'z' && a < 128;

			CHECK(!!text_after(x, y) == (a == b || (letter && (a ^ b) == 32)));
		}
}

TEST(text_base_is_what_follows_the_last_slash)
{
	CHECK_TEXT(text_base("/usr/sbin/lighttpd"), "lighttpd");
	CHECK_TEXT(text_base("lighttpd"), "lighttpd");
	CHECK_TEXT(text_base("./a"), "a");
	CHECK_TEXT(text_base("a//b"), "b");
	CHECK_TEXT(text_base("a/"), "");
	CHECK_TEXT(text_base("/"), "");
	CHECK_TEXT(text_base(""), "");
}

TEST(text_error_tells_what_an_errno_means)
{
	CHECK_TEXT(text_error(ENOENT), "No such file or directory");
	CHECK_TEXT(text_error(EACCES), "Permission denied");
	CHECK_TEXT(text_error(EPERM), "Operation not permitted");
	CHECK_TEXT(text_error(EEXIST), "File exists");
	CHECK_TEXT(text_error(ENOTDIR), "Not a directory");
	CHECK_TEXT(text_error(EISDIR), "Is a directory");
	CHECK_TEXT(text_error(ENOEXEC), "Exec format error");
	CHECK_TEXT(text_error(ENOSPC), "No space left on device");
	CHECK_TEXT(text_error(EROFS), "Read-only file system");
	CHECK_TEXT(text_error(ESRCH), "No such process");
	CHECK(strlen(text_error(EMFILE)) > 8 && strlen(text_error(ETXTBSY)) > 8 && strlen(text_error(ELOOP)) > 8);
	CHECK(strlen(text_error(ENAMETOOLONG)) > 8 && strlen(text_error(ETIMEDOUT)) > 8 &&
	      strlen(text_error(ENXIO)) > 8);
}

TEST(text_error_tells_of_sockets_where_probe_is)
{
	bool there = ENABLED(CONFIG_PROBE);

	CHECK_TEXT(text_error(EOPNOTSUPP), "Not supported");
	CHECK_TEXT(there ? text_error(ECONNREFUSED) : "Connection refused", "Connection refused");
	CHECK_TEXT(there ? text_error(ENETUNREACH) : "Network unreachable", "Network unreachable");
	CHECK_TEXT(there ? text_error(EADDRNOTAVAIL) : "Address not available", "Address not available");
}

TEST(text_error_of_any_number_is_a_text)
{
	int error;

	for (error = -5; error < 200; error++)
		CHECK(text_error(error)[0]);
	CHECK(strstr(text_error(9999), "9999"));
	CHECK(text_error(2147483647)[0] && text_error(-2147483647 - 1)[0]);
}

TEST(text_word_finds_a_name_that_is_not_the_beginning_of_a_longer_one)
{
	static const char names[] = "nice\0io\0iot\0no_file\0";
	const char *text = "io:3";
	unsigned n = 99;

	CHECK(text_word(names, text, &n) == text + 2 && n == 1);
	CHECK(*text_word(names, "IOT", &n) == '\0' && n == 2);
	CHECK(!strcmp(text_word(names, "nice=5", &n), "=5") && n == 0);
	errno = 0;
	CHECK(!text_word(names, "no", &n) && errno == EINVAL);
	CHECK(!text_word(names, "nice_", &n) && !text_word(names, "nicer", &n) && !text_word(names, "", &n));
}

TEST(text_len_is_strlen)
{
	CHECK(text_len("") == 0 && text_len("a") == 1 && text_len("\xff\x01 b") == 4);
}

TEST(text_same_is_whether_strncmp_is_0)
{
	static const char *const words[] = { "", "a", "ab", "abc", "abd", "b", "xbc", "aXc" };
	unsigned i, j, n;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		for (j = 0; j < sizeof(words) / sizeof(*words); j++)
			for (n = 0; n < 6; n++)
				CHECK_ROW(words[i], text_same(words[i], words[j], n) == !strncmp(words[i], words[j], n));
}

TEST(text_same_looks_at_no_byte_behind_an_end)
{
	static const char a[] = "ab\0x", b[] = "ab\0y";

	CHECK(text_same(a, b, 4) && text_same(a + 3, b + 3, 0));
}

TEST(a_word_ends_before_any_byte_lower_than_a_letter)
{
	unsigned n;

	CHECK(text_word("io\0", "io@", &n) && !text_word("io\0", "ioA", &n));
}

TEST(text_error_knows_the_last_of_each_list)
{
	char text[16];

	CHECK_TEXT(text_error(ERANGE), "Out of range");
	CHECK_TEXT(text_error(ENAMETOOLONG), "Name too long");
	CHECK_TEXT(text_error(EOPNOTSUPP), "Not supported");
	CHECK_TEXT(text_error(0), "error 0");
	snprintf(text, sizeof(text), "error %d", EOPNOTSUPP + 1);
	CHECK_TEXT(text_error(EOPNOTSUPP + 1), text);
	CHECK_TEXT(text_error(2147483647), "error 2147483647");
}
