/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/regex.h"

#include <ctype.h>
#include <regex.h>
#include <time.h>

#include "alone.h"

#define CASE REGEX_NOCASE
#define FULL REGEX_WHOLE

struct fact {
	const char *pattern, *text;
	bool match;
	int how;
};

static struct regex regex;

static void check_facts(const struct fact *facts, unsigned n)
{
	char row[256];
	unsigned i;

	for (i = 0; i < n; i++) {
		snprintf(row, sizeof(row), "%.90s' and '%.90s", facts[i].pattern, facts[i].text);
		CHECK_ROW(row, !regex_parse(&regex, facts[i].pattern, facts[i].how));
		CHECK_ROW(row, regex_matches(&regex, facts[i].text) == facts[i].match);
	}
}

#define FACTS(...)                                                                                                     \
	do {                                                                                                           \
		static const struct fact facts[] = { __VA_ARGS__ };                                                    \
		check_facts(facts, sizeof(facts) / sizeof(*facts));                                                    \
	} while (0)

static bool matches(const char *pattern, int how, const char *text)
{
	CHECK_ROW(pattern, !regex_parse(&regex, pattern, how));
	return regex_matches(&regex, text);
}

/* seconds of processor time */
static double spent(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static char *repeated(char *to, const char *text, unsigned n)
{
	char *p = to;

	while (n--)
		p = stpcpy(p, text);
	return to;
}

/* clang-format off */
TEST(a_byte_matches_itself_anywhere_in_the_text)
{
	FACTS({ "a", "a", true }, { "a", "xax", true }, { "a", "", false }, { "a", "A", false }, { "ab", "aab", true },
	      { "ab", "a b", false }, { "\xff", "a\xff", true }, { "\xff", "\xfe", false }, { "\n", "a\nb", true },
	      { "ssh", "sshd", true }, { "sshd", "ssh", false }, { "aab", "aaab", true }, { "}", "}", true },
	      { "a,b-c:d=e", "a,b-c:d=e", true }, { "]", "]", true }, { "a]", "a]", true }, { "a}", "a}", true });
}

TEST(the_empty_pattern_matches_everything)
{
	FACTS({ "", "", true }, { "", "abc", true }, { "", "", true, FULL }, { "", "a", false, FULL },
	      { "()", "", true }, { "()", "x", true }, { "a()b", "ab", true }, { "()", "x", false, FULL });
}

TEST(a_dot_is_any_byte)
{
	FACTS({ ".", "", false }, { ".", "a", true }, { ".", "\n", true }, { ".", "\x80", true }, { ".", "\xff", true },
	      { "a.c", "abc", true }, { "a.c", "a\nc", true }, { "a.c", "ac", false }, { "...", "ab", false });
}

TEST(anchors_are_the_ends_of_the_text_only)
{
	FACTS({ "^a", "ab", true }, { "^a", "ba", false }, { "a$", "ba", true }, { "a$", "ab", false }, { "^$", "", true },
	      { "^$", "a", false }, { "^a$", "a", true }, { "^a$", "aa", false }, { "^", "", true }, { "$", "x", true },
	      { "^a", "b\na", false }, { "a$", "a\nb", false }, { "^^a", "a", true }, { "a$$", "a", true },
	      { "a^b", "a^b", false }, { "a$b", "a$b", false }, { "a\\^b", "a^b", true }, { "a\\$b", "a$b", true },
	      { "(^a)", "ab", true }, { "(^a)", "ba", false }, { "(a$)", "ba", true }, { "(a$)b", "ab", false },
	      { "(^|x)a", "a", true }, { "(^|x)a", "bxa", true }, { "(^|x)a", "ba", false }, { "a($|x)", "ba", true },
	      { "a($|x)", "axb", true }, { "a($|x)", "ab", false }, { "x*^a", "a", true }, { "x*^a", "xa", false },
	      { "a$x*", "a", true }, { "a$x*", "ax", false }, { "a|^b", "cb", false }, { "a|^b", "bc", true },
	      { "(^)*a", "ba", true }, { "(^)+a", "ba", false }, { "(^a|b)+$", "abb", true }, { "(^a|b)+$", "ba", false },
	      { "^.$", "\n", true }, { ".^", "\n", false }, { "$.", "\n", false }, { "^a|b$", "ab", true });
}

TEST(repetitions_repeat_what_is_before_them)
{
	FACTS({ "^a*$", "", true }, { "^a*$", "aaaa", true }, { "^a*$", "ab", false }, { "^a+$", "", false },
	      { "^a+$", "a", true }, { "^a+$", "aaaa", true }, { "^a?$", "", true }, { "^a?$", "a", true },
	      { "^a?$", "aa", false }, { "^ab*$", "a", true }, { "^ab*$", "abbb", true }, { "^ab*$", "abab", false },
	      { "^(ab)*$", "abab", true }, { "^(ab)*$", "aba", false }, { "^(ab)+c$", "ababc", true },
	      { "^[ab]+$", "abba", true }, { "^.*$", "", true }, { "^.+$", "", false }, { "^\\.*$", "...", true },
	      { "^a**$", "aa", true }, { "^a*+$", "", true }, { "^a+*$", "", true }, { "^a?+$", "aaa", true },
	      { "^a+?$", "", true }, { "^a*b*c*$", "abbc", true }, { "^a*b*c*$", "acb", false }, { "^)*$", "))", true });
}

TEST(a_repetition_of_what_may_be_empty_ends)
{
	FACTS({ "^(a*)*$", "", true }, { "^(a*)*$", "aaa", true }, { "^(a*)*$", "b", false }, { "^(a*)+$", "", true },
	      { "^(a*)+$", "aa", true }, { "^(a|b*)+$", "", true }, { "^(a|b*)+$", "abba", true },
	      { "^(a|b*)+$", "abc", false }, { "^(a|b*|)+$", "ba", true }, { "^()*$", "", true }, { "^()*$", "a", false },
	      { "^()+$", "", true }, { "(()*)*", "", true }, { "^((a?)*b?)*$", "aabab", true }, { "((^)*)*a", "a", true },
	      { "^(|a)*$", "aaa", true }, { "^(|a)+$", "", true }, { "^(|a){3}$", "aa", true }, { "^(|a){3}$", "aaaa", false },
	      { "(\\b)*a", "xa", true }, { "(\\b)+a", "xa", false }, { "^((((a*)*)*)*)*$", "aaaaaaaaaaaaaaaaaaaab", false });
}

TEST(intervals_count)
{
	FACTS({ "^a{2}$", "a", false }, { "^a{2}$", "aa", true }, { "^a{2}$", "aaa", false }, { "^a{2,}$", "a", false },
	      { "^a{2,}$", "aa", true }, { "^a{2,}$", "aaaaa", true }, { "^a{1,3}$", "", false }, { "^a{1,3}$", "a", true },
	      { "^a{1,3}$", "aaa", true }, { "^a{1,3}$", "aaaa", false }, { "^a{0,2}$", "", true }, { "^a{0,2}$", "aa", true },
	      { "^a{0,2}$", "aaa", false }, { "^a{,2}$", "", true }, { "^a{,2}$", "aa", true }, { "^a{,2}$", "aaa", false },
	      { "^a{,}$", "", true }, { "^a{,}$", "aaaa", true }, { "^a{0,}$", "aaaa", true }, { "^a{0}$", "", true },
	      { "^a{0}$", "a", false }, { "^a{0,0}b$", "b", true }, { "^xa{0}*y$", "xy", true }, { "^a{1}$", "a", true },
	      { "^a{1,1}$", "aa", false }, { "^a{02}$", "aa", true }, { "^(ab){2}$", "abab", true },
	      { "^(ab){2}$", "ab", false }, { "^(a|bc){2,3}$", "abca", true }, { "^(a|bc){2,3}$", "bcbcbcbc", false },
	      { "^a{2}{3}$", "aaaaaa", true }, { "^a{2}{3}$", "aaaaa", false }, { "^(a{2}b){2}$", "aabaab", true },
	      { "^(a{1,2}){2}$", "aaaa", true }, { "^(a{1,2}){2}$", "aaaaa", false }, { "^(a+){2}$", "a", false },
	      { "^(a*){2,}$", "", true }, { "^[a-c]{3}$", "abc", true }, { "a\\{2}", "a{2}", true }, { "^(a|b){0}$", "", true },
	      { "^x(a|b){0}y$", "xy", true }, { "^(x|(a|b){0}|y)$", "y", true }, { "^(x|(a|b){0}|y)$", "a", false });
}

TEST(an_alternative_is_one_of_them)
{
	FACTS({ "a|b", "b", true }, { "a|b", "c", false }, { "ab|cd", "cd", true }, { "ab|cd", "ad", false },
	      { "^ab|cd$", "abx", true }, { "^ab|cd$", "xcd", true }, { "^ab|cd$", "xabcdx", false },
	      { "^(ab|cd)$", "cd", true }, { "^(ab|cd)$", "abcd", false }, { "^(a|b|c|d)$", "c", true },
	      { "^(a|b|c|d)$", "d", true }, { "^(a|b|c|d)$", "e", false }, { "^(a|(b|c)|d)e$", "ce", true },
	      { "^(a|(b|c)|d)e$", "de", true }, { "^(a|(b|c)|d)e$", "bce", false }, { "^((a|b)|c|(d|e))$", "e", true },
	      { "^(a|b)*c|d$", "ababcx", true }, { "^(ab|a)(bc|c)$", "abc", true }, { "^(a|ab)(c|bcd)$", "abcd", true },
	      { "^(foo|bar)baz?$", "barba", true }, { "^x(a|b+|c*)y$", "xy", true }, { "^x(a|b+|c*)y$", "xbby", true });
}

TEST(an_alternative_may_be_empty)
{
	FACTS({ "a|", "b", true }, { "|a", "b", true }, { "|", "", true }, { "^(a|)$", "", true }, { "^(a|)$", "a", true },
	      { "^(a|)$", "b", false }, { "^(|a)b$", "b", true }, { "^(|a)b$", "ab", true }, { "^(|)$", "", true },
	      { "^a(||)b$", "ab", true }, { "^(a||b)$", "", true }, { "a||b", "x", true }, { "a|", "b", false, FULL });
}

TEST(a_set_is_one_of_its_bytes)
{
	FACTS({ "^[abc]$", "b", true }, { "^[abc]$", "d", false }, { "^[abc]$", "", false }, { "^[a-c]$", "b", true },
	      { "^[a-c]$", "d", false }, { "^[a-a]$", "a", true }, { "^[^abc]$", "d", true }, { "^[^abc]$", "b", false },
	      { "^[^a-c]$", "\n", true }, { "^[^a-c]$", "", false }, { "^[]]$", "]", true }, { "^[]a]$", "a", true },
	      { "^[^]]$", "]", false }, { "^[^]a]$", "b", true }, { "^[a-]$", "-", true }, { "^[-a]$", "-", true },
	      { "^[^-a]$", "-", false }, { "^[%--]$", "-", true }, { "^[%--]$", "&", true }, { "^[--/]$", ".", true },
	      { "^[---]$", "-", true }, { "^[+---]$", ",", true }, { "^[]-a]$", "^", true }, { "^[a^]$", "^", true },
	      { "^[\\]$", "\\", true }, { "^[\\n]$", "n", true }, { "^[.*+?{}()|$^]$", "$", true }, { "^[[]$", "[", true },
	      { "^[a[]$", "[", true }, { "^[a-cx-z5]$", "y", true }, { "^[a-cx-z5]$", "5", true }, { "^[a-cx-z5]$", "d", false },
	      { "^[\x80-\xff]$", "\xc0", true }, { "^[\x80-\xff]$", "a", false }, { "^[^\x80]$", "\xff", true },
	      { "^[!-\xff]$", "\xff", true }, { "^[a-c][^a-c][a-c]$", "axb", true }, { "^[[a]]$", "[]", true },
	      { "^[a-c-]$", "-", true }, { "[ab]{2}c", "xbac", true }, { "^([ab]|[cd])+$", "adbc", true });
}

TEST(a_symbol_in_a_set_is_its_byte)
{
	FACTS({ "^[[.a.]]$", "a", true }, { "^[[.a.]]$", ".", false }, { "^[[.-.]-0]$", ".", true }, { "^[[.].]]$", "]", true },
	      { "^[[...]]$", ".", true }, { "^[[=a=]b]$", "b", true }, { "^[[=a=]b]$", "=", false }, { "^[[===]]$", "=", true },
	      { "^[a-[.c.]]$", "b", true }, { "^[[.a.]-[.c.]x]$", "x", true }, { "^[^[.-.]]$", "-", false },
	      { "^[[.A.]]$", "a", true, CASE }, { "^[[.a.]-c]$", "d", false }, { "^[[=a=]-]$", "-", true });
}
/* clang-format on */

/* what <ctype.h> says in the C locale */
TEST(a_class_is_what_ctype_says)
{
	static const char *const names[] = { "alnum", "alpha", "blank", "cntrl", "digit", "graph",
					     "lower", "print", "punct", "space", "upper", "xdigit" };
	static int (*const is[])(int) = { isalnum, isalpha, isblank, iscntrl, isdigit, isgraph,
					  islower, isprint, ispunct, isspace, isupper, isxdigit };
	char pattern[32], outside[32], text[2] = "";
	unsigned i, c;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (c = 1; c < 256; c++) {
			text[0] = c;
			snprintf(pattern, sizeof(pattern), "^[[:%s:]]$", names[i]);
			snprintf(outside, sizeof(outside), "^[^[:%s:]]$", names[i]);
			CHECK_ROW(pattern, matches(pattern, 0, text) == !!is[i](c));
			CHECK_ROW(outside, matches(outside, 0, text) == !is[i](c));
		}
}

/* clang-format off */
TEST(classes_stand_among_other_members)
{
	FACTS({ "^[[:digit:]a-c_]$", "7", true }, { "^[[:digit:]a-c_]$", "b", true }, { "^[[:digit:]a-c_]$", "_", true },
	      { "^[[:digit:]a-c_]$", "d", false }, { "^[_[:digit:]]$", "_", true }, { "^[[:alpha:]-]$", "-", true },
	      { "^[-[:alpha:]]$", "-", true }, { "^[[:alpha:][:digit:]]+$", "a1", true }, { "^[^[:alpha:][:digit:]]$", "_", true },
	      { "^[^[:alpha:][:digit:]]$", "1", false }, { "[[:upper:]]", "a", false }, { "^[:alpha:]$", "l", true },
	      { "^[:alpha:]$", "b", false });
}

TEST(a_backslash_takes_the_meaning_away)
{
	FACTS({ "\\.", "a", false }, { "\\.", ".", true }, { "a\\*", "a*", true }, { "a\\*", "aa", false },
	      { "\\(a\\)", "(a)", true }, { "\\[a]", "[a]", true }, { "a\\|b", "a|b", true }, { "a\\|b", "a", false },
	      { "\\\\", "\\", true }, { "\\a", "a", true }, { "\\/", "/", true }, { "\\-", "-", true }, { "\\0", "0", true },
	      { "\\:", ":", true },
	      { "a\\+", "a+", true }, { "a\\?", "a?", true }, { "\\{1}", "{1}", true }, { "\\n", "n", true },
	      { "\\n", "\n", false }, { "\\d", "1", false }, { "^\\.+$", "...", true }, { "\\\xff", "\xff", true });
}

TEST(words_and_blanks_as_GNU_writes_them)
{
	FACTS({ "^\\w+$", "aZ09_", true }, { "\\w", "-", false }, { "\\w", "\xe4", false }, { "^\\W$", "-", true },
	      { "^\\W$", "_", false }, { "^\\W$", "\xe4", true }, { "^\\s+$", " \t\n\v\f\r", true }, { "\\s", "a", false },
	      { "^\\S+$", "a-1", true }, { "\\S", " \t", false }, { "^\\w*\\W\\w{2}$", "ab cd", true },
	      { "\\bcat\\b", "a cat!", true }, { "\\bcat\\b", "concat", false }, { "\\bcat\\b", "cats", false },
	      { "\\bcat\\b", "cat", true }, { "\\Bcat", "concat", true }, { "\\Bcat", "cat", false }, { "\\B", "", true },
	      { "\\b", "", false }, { "\\b", "--", false }, { "\\b", "-a", true }, { "^\\B-", "-", true }, { "-\\B$", "-", true },
	      { "\\B", "a", false }, { "\\B", "ab", true }, { "a\\Bb", "ab", true }, { "a\\bb", "ab", false },
	      { "\\<cat", "a cat", true }, { "\\<cat", "concat", false }, { "cat\\>", "concat", true }, { "cat\\>", "cats", false },
	      { "\\>cat", "cat", false }, { "cat\\<", "cat", false }, { "a\\>-\\<b", "a-b", true }, { "\\<", "--", false },
	      { "\\`a", "ab", true }, { "\\`a", "ba", false }, { "a\\'", "ba", true }, { "a\\'", "ab", false },
	      { "\\`\\'", "", true }, { "(\\<|-)b", "a-b", true }, { "(\\bx|y)+\\b", "xyy", true }, { "\\b\\<\\ba", "-a", true },
	      { "\\w\\b|\\d", "a", true }, { "(a\\b|b)*c", "abc", true }, { "^(a\\b|b)*c", "abc", false });
}

/* glibc 2.36 loses the places in copies of groups, takes a line's start for the text's, and does not end with the last */
TEST(places_hold_in_every_copy)
{
	FACTS({ "(.\\>){2}", ".b", false }, { "(.\\>){2}", "a", false }, { "(\\<b){2}b$", "bbb", false },
	      { "(^b){1,2}\\b", "bb", false }, { "(^b){1,2}\\b", "b", true }, { "(ab*\\'){2}", "aba", false },
	      { "(\\b.){3}", "a-b", true }, { "(\\b.){3}", "ab-", false }, { "\n^", "a\n", false }, { "$\n", "\n", false },
	      { "(()?{0,1}|){0,1}{1,2}+{1,2}+", "", true, FULL }, { "(()?{0,1}|){0,1}{1,2}+{1,2}+", "a", false, FULL });
}

TEST(case_is_folded_when_told)
{
	FACTS({ "abc", "aBC", true, CASE }, { "ABC", "abc", true, CASE }, { "abc", "abd", false, CASE },
	      { "[a-c]", "B", true, CASE }, { "[A-C]", "b", true, CASE }, { "^[^a]$", "A", false, CASE },
	      { "^[^A]$", "a", false, CASE }, { "^[^a-c]$", "B", false, CASE }, { "^[^a-c]$", "D", true, CASE },
	      { "[[:upper:]]", "a", true, CASE }, { "[[:lower:]]", "A", true, CASE }, { "[^[:lower:]]", "A", false, CASE },
	      { "[^[:upper:]]", "a", false, CASE }, { "[[:xdigit:]]", "f", true, CASE }, { "\\x", "X", true, CASE },
	      { "\\w", "A", true, CASE }, { "^\\W$", "a", false, CASE }, { "_", "\x7f", false, CASE }, { "@", "`", false, CASE },
	      { "[[]", "{", false, CASE }, { "[A-z]", "_", false, CASE }, { "\xe4", "\xc4", false, CASE }, { "k{2}", "kK", true, CASE },
	      { "[[:punct:]]", "`", true, CASE }, { "[[:punct:]]", "a", false, CASE }, { "^SSH", "sshd", true, CASE },
	      { "sshd", "SSHD", true, CASE | FULL }, { "ssh", "SSHD", false, CASE | FULL });
}

TEST(the_whole_text_must_match_when_told)
{
	FACTS({ "a", "a", true, FULL }, { "a", "ab", false, FULL }, { "a", "ba", false, FULL }, { "a|b", "b", true, FULL },
	      { "a|b", "ab", false, FULL }, { "a|b", "bx", false, FULL }, { "a|b", "xa", false, FULL }, { "ab|a", "ab", true, FULL },
	      { "a|ab", "ab", true, FULL }, { "a*", "aaa", true, FULL }, { "a*", "aab", false, FULL }, { "^a$", "a", true, FULL },
	      { "a$|b", "bc", false, FULL }, { ".*", "anything\n", true, FULL }, { "a\\b", "a", true, FULL },
	      { "a", "", false, FULL }, { "x|", "", true, FULL }, { "a)", "a)", true, FULL }, { "a.*|b", "axx", true, FULL });
}

TEST(what_is_no_expression_is_EINVAL)
{
	static const char *const bad[] = {
		"(", "(a", "a(", "((a)", "(a|", "a|(", "[", "[a", "[^", "[]", "[^]", "[]a", "[a-", "[a-b", "a[", "\\", "a\\", "(\\",
		"*", "*a", "+", "?", "(*a)", "(+)", "a|*", "a|+b", "|*", "(|?)", "^*", "^+", "$*", "$?", "a$*", "\\b*", "\\<+", "\\B?",
		"\\`*", "\\'*", "^{1}", "{", "{1}", "{a", "{,}", "a|{1}", "({1})", "a{", "a{1", "a{1,", "a{1,2", "a{}", "a{a}", "a{1a}",
		"a{1,a}", "a{1,2,3}", "a{ 1}", "a{1 }", "a{-1}", "a{2,1}", "a{,,}", "a{1,}}{", "[b-a]", "[a-c-e]", "[a--]",
		"[[:alpha:]-z]", "[a-[:alpha:]]", "[[:foo:]]", "[[:alpha]]", "[[:alpha:", "[[:alpha:]", "[[:ALPHA:]]", "[[:alphas:]]",
		"[[:alph:]]", "[[::]]", "[[:", "[[.", "[[.a", "[[.a.", "[[.a.]", "[[.ab.]]", "[[..]]", "[[.space.]]", "[[=",
		"[[=a", "[[=a=", "[[=a=]", "[[=ab=]]", "[[==]]", "\\1", "(a)\\1", "(a)\\9", "[z-\x01]", "[\xff-a]",
	};
	/* clang-format on */
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK_FAILS(bad[i], regex_parse(&regex, bad[i], 0), EINVAL);
		CHECK_FAILS(bad[i], regex_parse(&regex, bad[i], REGEX_NOCASE | REGEX_WHOLE), EINVAL);
	}
	CHECK_FAILS("[Z-a]", regex_parse(&regex, "[Z-a]", REGEX_NOCASE), EINVAL);
	CHECK(matches("[Z-a]", 0, "_"));
}

TEST(what_is_too_long_for_the_room_is_E2BIG)
{
	static const char *const big[] = { "a{256}",
					   "a{1,256}",
					   "a{256,}",
					   "a{99999999999999}",
					   "a{255}{255}",
					   "((a{255}){255}){255}",
					   "(a{200}b{200}){3}",
					   "(ab){255}{3}",
					   "((((a*){9}){9}){9}){9}" };
	static char pattern[REGEX_STEPS * 4];
	unsigned i;

	for (i = 0; i < sizeof(big) / sizeof(*big); i++)
		CHECK_FAILS(big[i], regex_parse(&regex, big[i], 0), E2BIG);
	/* one step is MATCH's, and one tells that the room is full */
	repeated(pattern, "a", REGEX_STEPS - 2);
	CHECK(matches(pattern, REGEX_WHOLE, pattern));
	CHECK_FAILS("one more", regex_parse(&regex, strcat(pattern, "a"), 0), E2BIG);
	repeated(pattern + 1, "*", 600);
	CHECK_FAILS("stars", regex_parse(&regex, pattern, 0), E2BIG);
	CHECK_FAILS("bars", regex_parse(&regex, repeated(pattern, "|", 600), 0), E2BIG);
	CHECK_FAILS("sets", regex_parse(&regex, repeated(pattern, "[^[:punct:]]", 300), 0), E2BIG);
}

TEST(groups_stand_in_each_other_up_to_the_limit)
{
	static char pattern[1024];
	unsigned n;

	for (n = REGEX_DEPTH - 1; n <= REGEX_DEPTH + 1; n++) {
		repeated(pattern, "(", n);
		strcat(pattern, "a|b");
		repeated(pattern + strlen(pattern), ")*", n);
		if (n > REGEX_DEPTH) {
			CHECK_FAILS(pattern, regex_parse(&regex, pattern, 0), E2BIG);
			continue;
		}
		CHECK(matches(pattern, REGEX_WHOLE, "abbabaabbaba"));
		CHECK(!matches(pattern, REGEX_WHOLE, "abbabaabbabac"));
	}
	repeated(pattern, "(a)", 300); /* one behind the other there may be more */
	CHECK(!regex_parse(&regex, pattern, 0));
}

TEST(a_regex_may_be_parsed_and_used_again)
{
	unsigned i;

	for (i = 0; i < 3; i++) {
		CHECK(matches("^(a|b)*c$", 0, "abac") && regex_matches(&regex, "c") && !regex_matches(&regex, "abad"));
		CHECK_FAILS("[", regex_parse(&regex, "[", 0), EINVAL);
		CHECK_FAILS("long", regex_parse(&regex, "a{255}{255}", 0), E2BIG);
		CHECK(matches("x", 0, "x") && !regex_matches(&regex, "y") && regex_matches(&regex, "yx"));
	}
}

static bool fed(const char *text, size_t len, const size_t *cuts)
{
	size_t from = 0;

	regex_start(&regex);
	for (; *cuts < len; from = *cuts++)
		regex_feed(&regex, text + from, *cuts - from);
	regex_feed(&regex, text + from, len - from);
	return regex_end(&regex);
}

TEST(a_text_in_pieces_is_the_same_text)
{
	static const char *const patterns[] = { "^abc def$", "c\\b",	 "\\bd",	"c\\B",	     "\\<def\\>",
						"abc$",	     "^a.*f$",	 "(c|d) (d|e)", "b c",	     "$",
						"^",	     "def|abcd", "\\Be",	"c\\> \\<d", "[^ ]{3} .{3}",
						"",	     "\\Bf$" };
	static const char text[] = "abc def";
	size_t len = sizeof(text) - 1, a, b;
	unsigned i, how;

	for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		for (how = 0; how < 4; how++) {
			bool answer = matches(patterns[i], how, text);

			for (a = 0; a <= len; a++)
				for (b = a; b <= len; b++) {
					const size_t cuts[] = { a, b, len };

					CHECK_ROW(patterns[i], fed(text, len, cuts) == answer);
				}
		}
}

TEST(nothing_fed_is_the_empty_text)
{
	CHECK(!regex_parse(&regex, "^$", 0));
	regex_start(&regex);
	CHECK(regex_end(&regex));
	regex_start(&regex);
	regex_feed(&regex, "", 0);
	regex_feed(&regex, "x", 0);
	CHECK(regex_end(&regex));
	regex_start(&regex);
	regex_feed(&regex, "x", 1);
	CHECK(!regex_end(&regex));
}

/* 1 MiB of a, then what is behind it */
static bool long_text(const char *behind)
{
	char piece[4096];
	unsigned i;

	memset(piece, 'a', sizeof(piece));
	regex_start(&regex);
	for (i = 0; i < 256; i++)
		regex_feed(&regex, piece, sizeof(piece));
	regex_feed(&regex, behind, strlen(behind));
	return regex_end(&regex);
}

TEST(a_MiB_is_matched_to_its_end)
{
	CHECK(!regex_parse(&regex, "^a*b$", 0));
	CHECK(long_text("b") && !long_text("c") && !long_text("") && !long_text("bb"));
	CHECK(!regex_parse(&regex, "(a|aa)+$", 0));
	CHECK(long_text("") && !long_text("b"));
	CHECK(!regex_parse(&regex, "a{100}bc\\b", 0));
	CHECK(long_text("bc d") && !long_text("bcd"));
}

/* The sanitizers make it slow; these took more than the age of the world if places were tried one by one. */
TEST(no_pattern_takes_long)
{
	/* clang-format off */
	static const char *const patterns[] = {
		"(a*)*b", "(a|aa)+$", "(a|a)*b", "((a*)*)*b", "(a+)+b", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)b", "(a?){100}a{100}b",
		"(a|b|ab)*bc", "(a*a*a*a*a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "((a{0,5}){0,5}){0,5}b", "(^|a|a*|$)*b",
	};
	/* clang-format on */
	static char text[20001];
	double start = spent();
	unsigned i;

	memset(text, 'a', sizeof(text) - 1);
	for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
		CHECK_ROW(patterns[i], matches(patterns[i], 0, text) == (i == 1));
	CHECK(spent() - start < 20);
}

TEST(as_many_copies_as_there_may_be)
{
	static char text[257];

	repeated(text, "x", 256);
	CHECK(matches("x{255}", 0, text) && !matches("x{255}", REGEX_WHOLE, text));
	CHECK(matches("[a-z]{1,255}", REGEX_WHOLE, text + 1) && !matches("[a-z]{1,255}", REGEX_WHOLE, text));
	CHECK(matches("(x|y){255}", REGEX_WHOLE, text + 1) && !regex_matches(&regex, text + 2));
	CHECK(matches("x{255,}", REGEX_WHOLE, text) && !regex_matches(&regex, text + 2));
}

TEST(what_is_fed_after_the_answer_costs_nothing)
{
	static char text[1 << 20];
	double start = spent();
	unsigned i;

	memset(text, 'a', sizeof(text));
	CHECK(!regex_parse(&regex, "a", 0));
	regex_start(&regex);
	for (i = 0; i < 100000; i++)
		regex_feed(&regex, text, sizeof(text));
	CHECK(regex_end(&regex));
	CHECK(!regex_parse(&regex, "b.*", REGEX_WHOLE));
	regex_start(&regex);
	for (i = 0; i < 100000; i++)
		regex_feed(&regex, text, sizeof(text));
	CHECK(!regex_end(&regex));
	CHECK(spent() - start < 5);
}

TEST(ten_thousand_names_take_no_time)
{
	double start = spent();
	unsigned i;

	CHECK(!regex_parse(&regex, "^(ssh|dropbear|(lighttpd|nginx).*worker)d?$", 0));
	for (i = 0; i < 10000; i++)
		CHECK(!regex_matches(&regex, "kworker/u16:3-e"));
	CHECK(spent() - start < 2);
}

/* musl 1.2.3 miscounts intervals in groups: "((a{1,2}.)*b{2})?c" */
#ifdef __GLIBC__
#define REPEATS 10
#else
#define REPEATS 7
#endif

static char *random_expression(char *p, unsigned depth)
{
	static const char *const atoms[] = { "a", "b", "c", ".", "[ab]", "[^a]", "[b-c]" };
	static const char *const repeats[] = { "", "", "", "", "*", "+", "?", "{2}", "{1,2}", "{2,}" };
	unsigned n = 1 + dice() % 3;

	while (n--) {
		if (depth && dice() % 3 == 0) {
			*p++ = '(';
			p = random_expression(p, depth - 1);
			*p++ = ')';
		} else {
			p = stpcpy(p, atoms[dice() % (sizeof(atoms) / sizeof(*atoms))]);
		}
		p = stpcpy(p, repeats[dice() % REPEATS]);
		if (n && dice() % 4 == 0)
			*p++ = '|';
	}
	*p = '\0';
	return p;
}

TEST(the_answers_are_those_of_libc)
{
	char pattern[512], whole[516], text[10];
	regex_t theirs;
	unsigned i, j, k;

	for (i = 0; i < 3000; i++) {
		bool all = dice() % 2;

		random_expression(pattern, 2);
		snprintf(whole, sizeof(whole), all ? "^(%s)$" : "%s", pattern);
		CHECK_ROW(pattern, !regcomp(&theirs, whole, REG_EXTENDED | REG_NOSUB));
		CHECK_ROW(pattern, !regex_parse(&regex, pattern, all ? REGEX_WHOLE : 0));
		for (j = 0; j < 10; j++) {
			for (k = 0; k < dice() % 9; k++)
				text[k] = 'a' + dice() % 3;
			text[k] = '\0';
			CHECK_ROW(pattern, regex_matches(&regex, text) == !regexec(&theirs, text, 0, NULL, 0));
		}
		regfree(&theirs);
	}
}
