/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/num.h"

#include <limits.h>

#include "../../libbb/config.h"
#include "alone.h"

#define NOT_NUMBERS                                                                                                    \
	"", " ", " 1", "1 ", "\t1", "1\n", "+1", "-1", "-0", "1.", "1.0", "a", "1a", "1 2", "1,2", "--", "\xb2", "\xff"

TEST(num_parse_takes_digits)
{
	unsigned n;

	CHECK(!num_parse("0", 0, &n) && n == 0);
	CHECK(!num_parse("7", 9, &n) && n == 7);
	CHECK(!num_parse("4194304", 4194304, &n) && n == 4194304);
	CHECK(!num_parse("4294967295", UINT_MAX, &n) && n == UINT_MAX);
	CHECK(!num_parse("00000000000000000000000000000012", 12, &n) && n == 12);
}

TEST(num_parse_over_max_is_ERANGE)
{
	unsigned n;

	CHECK_FAILS("1", num_parse("1", 0, &n), ERANGE);
	CHECK_FAILS("4194305", num_parse("4194305", 4194304, &n), ERANGE);
	CHECK_FAILS("2^32", num_parse("4294967296", UINT_MAX, &n), ERANGE);
	CHECK_FAILS("2^32+1", num_parse("4294967297", UINT_MAX, &n), ERANGE);
	CHECK_FAILS("2^64", num_parse("18446744073709551616", UINT_MAX, &n), ERANGE);
	CHECK_FAILS("2^64+1", num_parse("18446744073709551617", 4194304, &n), ERANGE);
	CHECK_FAILS("long", num_parse("99999999999999999999999999999999999999999999999999", UINT_MAX, &n), ERANGE);
}

TEST(num_parse_takes_nothing_else)
{
	static const char *const bad[] = { NOT_NUMBERS, "0x1", "1e3", "12abc" };
	unsigned i, n;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_FAILS(bad[i], num_parse(bad[i], UINT_MAX, &n), EINVAL);
}

TEST(num_parse_leaves_the_number_alone_when_it_fails)
{
	unsigned n = 77;

	CHECK(num_parse("12x", 100, &n) < 0 && n == 77);
	CHECK(num_parse("101", 100, &n) < 0 && n == 77);
	CHECK(num_parse("", 100, &n) < 0 && n == 77);
}

TEST(num_parse_of_num_text_gives_the_number_back)
{
	char buf[NUM_TEXT];
	unsigned i, n;

	for (i = 0; i < 100000; i++) {
		unsigned was = dice() >> (dice() % 32);

		CHECK(!num_parse(num_text(buf, was), UINT_MAX, &n) && n == was);
		CHECK(was == 0 || num_parse(num_text(buf, was), was - 1, &n) < 0);
	}
}

TEST(num_text_stands_at_the_end_of_its_buffer)
{
	char buf[NUM_TEXT], expected[16];
	unsigned i;

	CHECK_TEXT(num_text(buf, 0), "0");
	CHECK_TEXT(num_text(buf, UINT_MAX), "4294967295");
	for (i = 1; i; i = i > UINT_MAX / 10 ? 0 : i * 10) {
		snprintf(expected, sizeof(expected), "%u", i);
		CHECK_TEXT(num_text(buf, i), expected);
		CHECK(num_text(buf, i) + strlen(expected) == buf + NUM_TEXT - 1);
		snprintf(expected, sizeof(expected), "%u", i - 1);
		CHECK_TEXT(num_text(buf, i - 1), expected);
	}
}

TEST(num_take_moves_behind_the_digits)
{
	static const struct {
		const char *text, *rest;
		unsigned n;
	} rows[] = {
		{ "12", "", 12 }, { "12:34", ":34", 12 }, { "0x1", "x1", 0 },
		{ "0-", "-", 0 }, { "0007 8", " 8", 7 },  { "4294967295a", "a", UINT_MAX },
	};
	unsigned i, n;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *p = rows[i].text;

		CHECK_ROW(rows[i].text, !num_take(&p, UINT_MAX, &n) && n == rows[i].n && !strcmp(p, rows[i].rest));
	}
}

TEST(num_take_of_no_digit_is_EINVAL_and_of_too_many_ERANGE)
{
	static const char *const none[] = { "", "a", " 1", "-1", "+1", ":1", "/", ":", "\xb2" };
	const char *p;
	unsigned i, n;

	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		p = none[i];
		CHECK_FAILS(none[i], num_take(&p, UINT_MAX, &n), EINVAL);
		CHECK_ROW(none[i], p == none[i]);
	}
	p = "4294967296";
	CHECK_FAILS(p, num_take(&p, UINT_MAX, &n), ERANGE);
	p = "10:";
	CHECK_FAILS(p, num_take(&p, 9, &n), ERANGE);
	p = "99999999999999999999999999999999999";
	CHECK_FAILS(p, num_take(&p, UINT_MAX, &n), ERANGE);
}

TEST(num_octal_takes_octal_digits)
{
	static const struct {
		const char *text;
		unsigned n;
	} rows[] = {
		{ "0", 0 },	 { "7", 7 },	   { "10", 8 },
		{ "22", 022 },	 { "022", 022 },   { "0022", 022 },
		{ "777", 0777 }, { "0777", 0777 }, { "00000000000000000000000777", 0777 },
		{ "0x12", 022 }, { "0x1ff", 0777 },
	};
	unsigned i, n;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		CHECK_ROW(rows[i].text, !num_octal(rows[i].text, 0777, &n) && n == rows[i].n);
}

TEST(num_octal_refuses_what_is_not_octal)
{
	static const char *const bad[] = { NOT_NUMBERS, "8", "9", "08", "18", "0x", "x1", "0o1", "u=rwx", "0x1>", "0x:", "0xA" };
	unsigned i, n;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_FAILS(bad[i], num_octal(bad[i], UINT_MAX, &n), EINVAL);
}

TEST(num_octal_over_max_is_ERANGE)
{
	unsigned n;

	CHECK_FAILS("1000", num_octal("1000", 0777, &n), ERANGE);
	CHECK_FAILS("2^64", num_octal("2000000000000000000000", UINT_MAX, &n), ERANGE);
}

TEST(num_octal_gives_every_mode_back)
{
	char text[16];
	unsigned i, n;

	for (i = 0; i <= 07777; i++) {
		snprintf(text, sizeof(text), "%o", i);
		CHECK_ROW(text, !num_octal(text, 07777, &n) && n == i);
	}
}

TEST(num_msec_takes_seconds_and_units)
{
	/* clang-format off */
	static const struct {
		const char *text;
		unsigned msec;
	} rows[] = {
		{ "0", 0 }, { "5", 5000 }, { "05", 5000 }, { "2.5", 2500 }, { "0.001", 1 }, { "0.0009", 0 },
		{ "1.2345", 1234 }, { "1.9999", 1999 }, { "1.05", 1050 }, { "100ms", 100 }, { "0ms", 0 },
		{ "3s", 3000 }, { "2m", 120000 }, { "1.5m", 90000 }, { "0.5s", 500 }, { "1.5ms", 1 },
		{ "0.001m", 60 }, { "2147483", 2147483000 }, { "2147483.647", INT_MAX },
		{ "2147483647ms", INT_MAX }, { "35791m", 2147460000 },
		{ "0.00000000000000000000000000000000001", 0 },
	};
	/* clang-format on */
	unsigned i, n;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		CHECK_ROW(rows[i].text, !num_msec(rows[i].text, &n) && n == rows[i].msec);
}

TEST(num_msec_takes_openrcs_units_with_its_supervisor)
{
	static const struct {
		const char *text;
		unsigned msec;
	} rows[] = { { "3sec", 3000 }, { "2min", 120000 }, { "1h", 3600000 }, { "2hour", 7200000 }, { "0.5h", 1800000 } };
	static const char *const bad[] = { "3se", "3secs", "2mi", "2mins", "1ho", "1hr", "1hours", "1hs", "5msec", "5mins" };
	unsigned i, n;

	if (!ENABLED(CONFIG_SUPERVISE_DAEMON))
		SKIP("it is off");
	for (i = 0; i < COUNT(rows); i++)
		CHECK_ROW(rows[i].text, !num_msec(rows[i].text, &n) && n == rows[i].msec);
	for (i = 0; i < COUNT(bad); i++)
		CHECK_FAILS(bad[i], num_msec(bad[i], &n), EINVAL);
}
TEST(num_msec_over_24_days_is_ERANGE)
{
	/* clang-format off */
	static const char *const far[] = {
		"2147484", "2147483.648", "2147483648ms", "35792m", "4294967295", "4294967295m", "4294967296",
		"99999999999", "18446744073709551616", "99999999999999999999999999s",
	};
	/* clang-format on */
	unsigned i, n;

	for (i = 0; i < sizeof(far) / sizeof(*far); i++)
		CHECK_FAILS(far[i], num_msec(far[i], &n), ERANGE);
}

TEST(num_msec_takes_no_other_text)
{
	static const char *const bad[] = { "",	  " ",	  " 5",	  "5 ",	   "-5",  "+5",	     ".",   ".5",
					   "5.",  "5.s",  "1..5", "1.5.5", "1,5", "s",	     "ms",  "m",
					   "5ho",  "5d",	  "5M",	  "5S",	   "5MS", "5 s",     "5sm", "5mm",
					   "5ss", "5mss", "0x5",  "1e3",   "5\n", "forever", "TERM" };
	unsigned i, n;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_FAILS(bad[i], num_msec(bad[i], &n), EINVAL);
}

TEST(num_msec_agrees_with_itself_in_all_units)
{
	unsigned i, a, b;
	char text[32];

	for (i = 0; i < 50000; i++) {
		unsigned msec = dice() % ((unsigned)INT_MAX + 1);

		snprintf(text, sizeof(text), "%ums", msec);
		CHECK_ROW(text, !num_msec(text, &a) && a == msec);
		snprintf(text, sizeof(text), "%u.%03u", msec / 1000, msec % 1000);
		CHECK_ROW(text, !num_msec(text, &b) && b == msec);
		snprintf(text, sizeof(text), "%u.%03us", msec / 1000, msec % 1000);
		CHECK_ROW(text, !num_msec(text, &b) && b == msec);
	}
}

TEST(num_octal_takes_all_digits_of_a_hexadecimal_number)
{
	unsigned n;

	CHECK(!num_octal("0xa", UINT_MAX, &n) && n == 10);
	CHECK(!num_octal("0xf09a", UINT_MAX, &n) && n == 0xf09a);
	CHECK_FAILS("0xg", num_octal("0xg", UINT_MAX, &n), EINVAL);
	CHECK_FAILS("0xA", num_octal("0x`", UINT_MAX, &n), EINVAL);
}

TEST(a_colon_is_no_digit_of_a_fraction)
{
	unsigned n;

	CHECK_FAILS("1.:", num_msec("1.:", &n), EINVAL);
	CHECK_FAILS("1.5:", num_msec("1.5:", &n), EINVAL);
	CHECK_FAILS("1./", num_msec("1./", &n), EINVAL);
}

TEST(num_text_needs_no_clean_buffer)
{
	char buf[NUM_TEXT];

	memset(buf, '7', sizeof(buf));
	CHECK_TEXT(num_text(buf, 12), "12");
}

TEST(a_time_in_seconds_is_exact_to_the_last_that_fits)
{
	unsigned n;

	CHECK(!num_msec("2147483.647", &n) && n == INT_MAX);
	CHECK(!num_msec("2147483", &n) && n == 2147483000);
	CHECK_FAILS("over", num_msec("2147483.648", &n), ERANGE);
}
