/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/opt.h"

#include <limits.h>

#include "../../libbb/err.h"
#include "alone.h"

static bool all, both;
static int loud, sig;
static pid_t pid;
static unsigned count, mask = -1, msec;
static const char *file, *tag = "unset";
static char words[256];

static int take_word(void *self, const char *text)
{
	if (!strcmp(text, "bad"))
		return -1;
	if (text[0] < 'A' || text[0] > 'Z')
		return 1;
	(void)self;
	snprintf(words, sizeof(words), "%s", text);
	return 0;
}

static int take_tag(void *self, const char *text)
{
	(void)self;
	tag = text ? text : "none";
	return 0;
}

#define MORE(OPT) \
	OPT(1, "m", "mask", "MASK", NUMBER, &mask, "a mask") \
	OPT(0, "x", "off", "", BOOL, &all, "of a feature that is off") \
	OPT(1, "b", "both", "", BOOL, &both, "both")
OPT_LIST(more, MORE, NULL);

#define ROWS(OPT) \
	OPT(1, "a", "all", "", BOOL, &all, "all of them") \
	OPT(1, "f", "file", "FILE", TEXT, &file, "a file") \
	OPT(1, "l", "loud", "", COUNT, &loud, "more") \
	OPT(1, "t", "tag", "[TAG]", CALL, take_tag, "with a tag") \
	OPT(1, "", "count", "N", NUMBER, &count, "no letter") \
	OPT(1, "p", "", "PID", PID, &pid, "no name") \
	OPT(1, "s", "signal", "SIGNAL", SIGNAL, &sig, "a signal") \
	OPT(1, "w", "wait", "TIME", MSEC, &msec, "a time") \
	OPT(1, "n", "nothing", "", NOTHING, NULL, "")
OPT_LIST(rows, ROWS, &more);

static struct usage usage = { "[OPTION]... [WORD]...", &rows, 5, .permute = true };
static char *argv[32];

/* parses the words, and gives back the operands in one text */
static const char *parse(const char *line)
{
	static char copy[512], operands[512];
	char **left, *p;
	int n = 1;

	argv[0] = (char *)"test";
	snprintf(copy, sizeof(copy), "%s", line);
	for (p = strtok(copy, " "); p; p = strtok(NULL, " "))
		argv[n++] = !strcmp(p, "''") ? (char *)"" : p;
	argv[n] = NULL;
	operands[0] = '\0';
	for (left = opt_parse(argv, &usage); *left; left++)
		snprintf(operands + strlen(operands), 100, "%s%s", operands[0] ? " " : "", *left);
	return operands;
}

static void drain(int fd, char *text)
{
	ssize_t n, len = 0;

	while (len < 4095 && (n = read(fd, text + len, 4095 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(fd);
}

/* what happens to a call that ends the process */
static int ends(const char *line, char *out, char *err)
{
	int o[2], e[2], status;
	pid_t child;

	if (pipe(o) || pipe(e))
		return -1;
	child = fork();
	if (!child) {
		dup2(o[1], 1);
		dup2(e[1], 2);
		close(o[0]);
		close(e[0]);
		parse(line);
		_exit(77);
	}
	close(o[1]);
	close(e[1]);
	drain(o[0], out);
	drain(e[0], err);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char out[4096], err[4096];

TEST_ALONE(letters_one_by_one)
{
	CHECK_TEXT(parse("-a -f x -l -l rest"), "rest");
	CHECK(all && loud == 2 && !both);
	CHECK_TEXT(file, "x");
}

TEST_ALONE(letters_in_one_word)
{
	CHECK_TEXT(parse("-allb"), "");
	CHECK(all && both && loud == 2);
}

TEST_ALONE(the_text_of_a_letter_joined_or_apart)
{
	CHECK_TEXT(parse("-fx y"), "y");
	CHECK_TEXT(file, "x");
	CHECK_TEXT(parse("-f x y"), "y");
	CHECK_TEXT(file, "x");
	CHECK_TEXT(parse("-lafx y"), "y");
	CHECK(all && loud == 1);
	CHECK_TEXT(file, "x");
	CHECK_TEXT(parse("-laf -a y"), "y");
	CHECK_TEXT(file, "-a");
	CHECK_TEXT(parse("-f -- y"), "y");
	CHECK_TEXT(file, "--");
	CHECK_TEXT(parse("-f=x"), "");
	CHECK_TEXT(file, "=x");
	CHECK_TEXT(parse("-f '' y"), "y");
	CHECK_TEXT(file, "");
}

TEST_ALONE(long_names)
{
	CHECK_TEXT(parse("--all --file x --file=y z --both"), "z");
	CHECK(all && both);
	CHECK_TEXT(file, "y");
	CHECK_TEXT(parse("--file="), "");
	CHECK_TEXT(file, "");
	CHECK_TEXT(parse("--file=a=b"), "");
	CHECK_TEXT(file, "a=b");
	CHECK_TEXT(parse("--file --all"), "");
	CHECK_TEXT(file, "--all");
}

TEST_ALONE(a_text_that_may_be_left_out_stands_behind_an_equals_sign)
{
	CHECK_TEXT(parse("--tag x"), "x");
	CHECK_TEXT(tag, "none");
	CHECK_TEXT(parse("--tag=x y"), "y");
	CHECK_TEXT(tag, "x");
	CHECK_TEXT(parse("-t x"), "x");
	CHECK_TEXT(tag, "none");
	CHECK_TEXT(parse("-ta"), "");
	CHECK(all);
}

TEST_ALONE(options_among_the_operands)
{
	CHECK_TEXT(parse("x -a y -l z"), "x y z");
	CHECK(all && loud == 1);
}

TEST_ALONE(without_permute_the_first_operand_ends_the_options)
{
	usage.permute = false;
	CHECK_TEXT(parse("-l x -a y -l z -- --help"), "x -a y -l z -- --help");
	CHECK(!all && loud == 1);
}

TEST_ALONE(two_dashes_end_the_options)
{
	CHECK_TEXT(parse("-l x -- -a -- y"), "x -a -- y");
	CHECK(!all && loud == 1);
	CHECK_TEXT(parse("--"), "");
	CHECK_TEXT(parse("-- --"), "--");
	usage.permute = false;
	CHECK_TEXT(parse("-l -- -a"), "-a");
}

TEST_ALONE(a_dash_alone_and_an_empty_word_are_operands)
{
	CHECK_TEXT(parse("- -a x"), "- x");
	CHECK(all);
	usage.permute = false;
	CHECK_TEXT(parse("- -l"), "- -l");
	CHECK(!loud);
	usage.permute = true;
	argv[1] = (char *)"";
	argv[2] = NULL;
	CHECK(opt_parse(argv, &usage) == argv + 1 && argv[1] && !*argv[1] && !argv[2]);
}

TEST_ALONE(no_words_at_all)
{
	char *none[] = { (char *)"test", NULL };

	CHECK(opt_parse(none, &usage) == none + 1 && !none[1]);
}

TEST_ALONE(names_may_be_cut_where_the_usage_says_so)
{
	usage.abbreviate = true;
	CHECK_TEXT(parse("--al --fi x --sig=9 --m 22"), "");
	CHECK(all && sig == 9 && mask == 22);
	CHECK_TEXT(file, "x");
	usage.abbreviate = false;
	CHECK(ends("--al", out, err) == 5);
}

#define WITH_WORD(OPT) \
	OPT(1, OPT_WORD, "", "WORD", CALL, take_word, "a word")
OPT_LIST(with_word, WITH_WORD, &rows);

TEST_ALONE(a_word_row_is_offered_each_word_whole)
{
	usage.opts = &with_word;
	CHECK_TEXT(parse("-KILL x"), "x");
	CHECK_TEXT(words, "KILL");
	CHECK_TEXT(parse("-al x -HUP"), "x");
	CHECK(all && loud == 1);
	CHECK_TEXT(words, "HUP");
	CHECK_TEXT(parse("-- -USR1"), "-USR1");
	CHECK_TEXT(words, "HUP");
}

TEST_ALONE(the_numbers_of_kinds)
{
	CHECK_TEXT(parse("--count 0"), "");
	CHECK(count == 0);
	parse("--count=2147483647 -p 1 -m 0 -w 1.5");
	CHECK(count == INT_MAX && pid == 1 && mask == 0 && msec == 1500);
	parse("-p 4194304 -m 777 -s rtmin+1 -w 100ms");
	CHECK(pid == 4194304 && mask == 777 && msec == 100 && sig > 32);
	parse("-s 0 -n");
	CHECK(sig == 0);
}

TEST(kinds_refuse_what_is_none)
{
	static const char *const bad[] = {
		"--count 2147483648", "--count -1", "--count=", "--count 1x", "-m x", "-m ''", "-m -1", "-p 0",
		"-p -1", "-p 4194305", "-p +5", "-p 4294967297", "-p ''", "-s 129", "-s NOPE", "-s ''", "-w x", "-w -1",
		"-w ''",
	};
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_ROW(bad[i], ends(bad[i], out, err) == 5 && strstr(err, " is no "));
}

TEST(wrong_calls_end_with_one_line_and_the_usage_s_status)
{
	static const struct {
		const char *line, *says;
	} bad[] = {
		{ "-z", "-z" },	       { "-az", "-z" },	      { "--nope", "--nope" }, { "--nope=1", "--nope" },
		{ "-f", "f" },	       { "-af", "f" },	      { "--file", "file" },   { "--all=1", "all" },
		{ "-m 9x", "9x" },     { "-m -1", "-1" }, { "--count x", "x" },   { "-p 0", "0" },
		{ "-s NOPE", "NOPE" }, { "-w 1x", "1x" },     { "-x", "-x" },	      { "--off", "--off" },
		{ "--=1", "--=1" },    { "--=", "--=" },      { "--", NULL },
	};
	unsigned i;

	for (i = 0; bad[i].says; i++) {
		CHECK_ROW(bad[i].line, ends(bad[i].line, out, err) == 5);
		CHECK_ROW(bad[i].line, !out[0] && strstr(err, bad[i].says) && err[strlen(err) - 1] == '\n');
	}
}

TEST(control_bytes_are_not_options)
{
	CHECK(ends("-\1", out, err) == 5);
	CHECK(ends("-\2", out, err) == 5);
	CHECK(ends("-\xff", out, err) == 5);
	CHECK(ends("-a\2", out, err) == 5);
}

TEST(help_goes_to_stdout_and_tells_each_row_that_has_a_text)
{
	CHECK(ends("--help", out, err) == 0);
	CHECK(!err[0]);
	CHECK(strstr(out, "[OPTION]... [WORD]..."));
#ifdef CONFIG_OPT_HELP
	CHECK(strstr(out, "-a, --all "));
	CHECK(strstr(out, "-f, --file FILE "));
	CHECK(strstr(out, "--count N "));
	CHECK(strstr(out, "-p PID "));
	CHECK(strstr(out, "--tag[=TAG]") || strstr(out, "--tag[TAG]"));
	CHECK(strstr(out, "-m, --mask MASK "));
	CHECK(!strstr(out, "off") && !strstr(out, "nothing"));
#endif
}

TEST(version_goes_to_stdout)
{
	CHECK(ends("--version", out, err) == 0);
	CHECK(!err[0] && strstr(out, INITBOX_VERSION));
}

TEST(help_behind_two_dashes_is_a_word)
{
	CHECK(ends("-- --help", out, err) == 77);
}

static bool sure, surely;

#define LIKE(OPT) \
	OPT(1, "", "surely", "", BOOL, &surely, "a") \
	OPT(1, "", "sure", "", BOOL, &sure, "b")
OPT_LIST(like, LIKE, NULL);

TEST(an_exact_name_wins_over_a_longer_one)
{
	static struct usage u = { "", &like, 5, .permute = true, .abbreviate = true };
	char *words_of[] = { (char *)"test", (char *)"--sure", NULL };

	opt_parse(words_of, &u);
	CHECK(sure && !surely);
}

TEST(a_name_that_is_cut_too_short_is_wrong)
{
	usage.abbreviate = true;
	CHECK(ends("--a", out, err) == 77);
	CHECK(ends("--n", out, err) == 77);
	CHECK(ends("--", out, err) == 77);
	usage.abbreviate = false;
}

TEST(any_words_are_taken_or_refused_and_never_more_read)
{
	static const char *const some[] = { "-",  "--", "-a",	  "-f",	     "-fx", "--file", "--file=",
					    "-l", "x",	"''",	  "-m",	     "7",   "--tag",  "--tag=1",
					    "-t", "-z", "--nope", "--count", "-w",  "1s" };
	int i, j;

	for (i = 0; i < 300; i++) {
		char line[256] = "";
		int status;

		for (j = dice() % 6; j >= 0; j--)
			snprintf(line + strlen(line), 32, "%s ", some[dice() % (sizeof(some) / sizeof(*some))]);
		status = ends(line, out, err);
		CHECK_ROW(line, status == 5 || status == 77);
		CHECK_ROW(line, status == 77 ? !err[0] : err[0]);
	}
}

/* ---- rows of all shapes --------------------------------------------------------------------------------------- */

static unsigned char with;

#define LATER(OPT) \
	OPT(1, "", "", "", EXACT, NULL, "") \
	OPT(1, "", "allow", "", BOOL, &both, "not to be cut")
OPT_LIST(later, LATER, NULL);

#define SHAPES(OPT) \
	OPT(1, "a", "also", "", BOOL, &all, "two of them") \
	OPT(1, "A", "also-this", "", SET_2, &with, "a longer name") \
	OPT(1, "", "also-that", "", SET_3, &with, "no letter") \
	OPT(1, "f", "", "FILE", TEXT, &file, "no name") \
	OPT(1, "t", "tag", "[TAG]", CALL, take_tag, "may be left out") \
	OPT(1, "", "a-name-of-many-letters", "FILE", TEXT, &file, "too long a row") \
	OPT(1, "-", "", "SIGNAL", SIGNAL_WORD, &sig, "send SIGNAL") \
	OPT(1, "h", "", "", HELP, NULL, "this") \
	OPT(1, "V", "", "", VERSION, NULL, "which") \
	OPT(1, "q", "quiet", "", NOTHING, NULL, "")
OPT_LIST(shapes, SHAPES, &later);

static void use_shapes(bool abbreviate)
{
	usage.opts = &shapes;
	usage.abbreviate = abbreviate;
}

TEST_ALONE(the_texts_of_help_stand_in_a_column)
{
	use_shapes(false);
	CHECK(ends("--help", out, err) == 0);
	CHECK_TEXT(out, "Usage: initbox [OPTION]... [WORD]...\n"
			"  -a, --also                two of them\n"
			"  -A, --also-this           a longer name\n"
			"      --also-that           no letter\n"
			"  -f FILE                   no name\n"
			"  -t, --tag[TAG]            may be left out\n"
			"      --a-name-of-many-letters FILE too long a row\n"
			"  -SIGNAL                   send SIGNAL\n"
			"  -h                        this\n"
			"  -V                        which\n"
			"      --allow               not to be cut\n");
}

TEST_ALONE(letters_may_be_help_and_version_too)
{
	use_shapes(false);
	CHECK(ends("-h", out, err) == 0 && strstr(out, "Usage: ") && !*err);
	CHECK(ends("-V", out, err) == 0 && strstr(out, "(initbox)") && !*err);
	CHECK(ends("-q", out, err) == 77 && !*out && !*err);
}

TEST_ALONE(a_value_is_set_by_its_row)
{
	use_shapes(false);
	with = 0;
	parse("-A");
	CHECK(with == 2);
	parse("--also-that");
	CHECK(with == 3);
}

TEST_ALONE(what_is_cut_must_be_one_row_s)
{
	use_shapes(true);
	all = false;
	parse("--also");
	CHECK(all);
	parse("--also-tha");
	CHECK(with == 3);
	CHECK(ends("--al", out, err) == 5 && strstr(err, "ambiguous option --al"));
	CHECK(ends("--also-t", out, err) == 5 && strstr(err, "ambiguous option --also-t"));
	CHECK(ends("--allo", out, err) == 5 && strstr(err, "unknown option --allo"));
	both = false;
	parse("--allow");
	CHECK(both);
}

TEST_ALONE(a_word_is_a_signal_or_letters)
{
	use_shapes(false);
	parse("-INT");
	CHECK(sig == SIGINT);
	parse("-9");
	CHECK(sig == 9);
	all = false;
	with = 0;
	parse("-aA");
	CHECK(all && with == 2 && sig == 9);
	CHECK(ends("-SIGNO", out, err) == 5 && strstr(err, "SIGNO"));
}

/* what opt_signals says of these words */
static int signals(const char *one, const char *two)
{
	char *list[] = { (char *)one, (char *)two, NULL };
	int o[2], e[2], status;
	pid_t child;

	CHECK(!pipe(o) && !pipe(e));
	child = fork();
	if (!child) {
		dup2(o[1], 1);
		dup2(e[1], 2);
		_exit(opt_signals(&usage, list) || say_failed() ? 99 : 0);
	}
	close(o[1]);
	close(e[1]);
	drain(o[0], out);
	drain(e[0], err);
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

TEST(the_list_of_signals_is_one_line_in_their_order)
{
	CHECK(signals(NULL, NULL) == 0);
	CHECK(!strncmp(out, "HUP INT QUIT ILL TRAP ABRT ", 27));
	CHECK(strstr(out, " SYS") && strstr(out, " PWR") && strchr(out, '\n') == out + strlen(out) - 1);
}

TEST(a_word_of_the_list_is_turned_over)
{
	CHECK(signals("15", "HUP") == 0);
	CHECK_TEXT(out, "TERM\n1\n");
	CHECK(signals("0", "EXIT") == 0);
	CHECK_TEXT(out, "EXIT\n0\n");
	CHECK(signals("137", "255") == 0); /* as an exit status */
	CHECK_TEXT(out, "KILL\n127\n");
	CHECK(signals("256", NULL) == 5 && strstr(err, "256: unknown signal; "));
	CHECK(signals("HUP", "NOPE") == 5 && strstr(err, "NOPE: unknown signal; "));
}
