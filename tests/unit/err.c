/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/err.h"

#include <limits.h>

#include "alone.h"

static char out[70000], err[70000];

static void drain(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size - 1 && (n = read(fd, text + len, size - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	close(fd);
}

/* what it says, in out and err; its exit status */
static int said(void (*run)(void))
{
	int o[2], e[2], status;
	pid_t pid;

	CHECK(!pipe2(o, O_CLOEXEC) && !pipe2(e, O_CLOEXEC));
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		dup2(o[1], 1);
		dup2(e[1], 2);
		progname = "test";
		run();
		_exit(say_failed() ? 99 : 0);
	}
	close(o[1]);
	close(e[1]);
	drain(o[0], out, sizeof(out));
	drain(e[0], err, sizeof(err));
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void formats(void)
{
	errno = ENOENT;
	say("%s|%c|%d|%d|%d|%u|%u|%%|%m\n", "text", 'c', 0, INT_MAX, INT_MIN, 0u, UINT_MAX);
	say("\n");
	say("%s%s\n", "", "%s %d");
}

TEST(say_knows_its_formats)
{
	CHECK(said(formats) == 0);
	CHECK_TEXT(out, "text|c|0|2147483647|-2147483648|0|4294967295|%|No such file or directory\n\n%s %d\n");
	CHECK_TEXT(err, "");
}

static void orders(void)
{
	say("%s\t%s\n", "a\33[2Jb", "c\nd\te");
	say_as_is("\n\1");
	say("%c", '\n');
	warn("%s", "\rx\303\244\nkill: \a");
}

TEST(texts_of_others_give_the_terminal_no_orders_and_begin_no_line)
{
	CHECK(said(orders) == 0);
	CHECK_TEXT(out, "a?[2Jb\tc?d?e\n\n\1\n");
	CHECK_TEXT(err, "test: ?x\303\244?kill: ?\n");
}

static void in_parts(void)
{
	say("a");
	say("b%s", "c");
	say("\n");
	say("no newline");
}

TEST(parts_are_put_together_and_the_last_goes_out_at_the_end)
{
	CHECK(said(in_parts) == 0);
	CHECK_TEXT(out, "abc\nno newline");
}

static void long_text(void)
{
	static char text[50001];

	memset(text, 'x', 50000);
	say("%s\n", text);
	warn("%s", text);
}

TEST(text_of_any_length_passes)
{
	CHECK(said(long_text) == 0);
	CHECK(strlen(out) == 50001 && out[0] == 'x' && out[50000] == '\n');
	CHECK(strlen(err) == 50007 && !strncmp(err, "test: x", 7) && err[50006] == '\n');
}

static void warns(void)
{
	errno = EACCES;
	warn("%s: %m", "file");
	if (errno != EACCES)
		_exit(50);
	say("%s", "x");
	if (errno != EACCES)
		_exit(51);
}

TEST(warn_is_one_line_on_stderr_and_errno_survives)
{
	CHECK(said(warns) == 0);
	CHECK_TEXT(err, "test: file: Permission denied\n");
	CHECK_TEXT(out, "x");
}

static void dies(void)
{
	say("before\n");
	say("half");
	errno = EPERM;
	die(42, "%s %d: %m", "pid", -7);
}

TEST(die_warns_and_ends_with_the_status)
{
	CHECK(said(dies) == 42);
	CHECK_TEXT(err, "test: pid -7: Operation not permitted\n");
	CHECK(!strncmp(out, "before\n", 7));
}

static void one_stream(void)
{
	dup2(1, 2);
	say("one ");
	warn("two");
	say("three\n");
}

TEST(what_was_said_before_a_warning_comes_before_it)
{
	CHECK(said(one_stream) == 0);
	CHECK_TEXT(out, "one test: two\nthree\n");
}

static void to_full(void)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	dup2(fd, 1);
	say("lost\n");
	if (!say_failed() || errno != ENOSPC)
		_exit(50);
	dup2(2, 1);
	say("kept\n");
	_exit(say_failed() ? 42 : 51); /* it stays known */
}

TEST(what_stdout_refused_is_known_to_the_end)
{
	CHECK(said(to_full) == 42);
	CHECK_TEXT(err, "kept\n");
}

static void to_nobody(void)
{
	close(2);
	warn("lost");
	say("kept\n");
}

TEST(a_warning_that_is_lost_is_no_failure_of_stdout)
{
	CHECK(said(to_nobody) == 0);
	CHECK_TEXT(out, "kept\n");
}

static void not_flushed(void)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	say("no newline");
	dup2(fd, 1);
	_exit(say_failed() && errno == ENOSPC ? 42 : 50);
}

TEST(say_failed_sends_what_is_left_first)
{
	CHECK(said(not_flushed) == 42);
}

static void numbers(void)
{
	say("%u %u %u %d %d", 9u, 10u, 11u, 9, -10);
}

TEST(numbers_have_no_digit_too_many)
{
	CHECK(said(numbers) == 0);
	CHECK_TEXT(out, "9 10 11 9 -10");
}

static void a_line_and_a_half(void)
{
	say("line\n");
	say("half");
	_exit(0);
}

TEST(a_line_goes_out_at_once_and_what_is_none_waits)
{
	CHECK(said(a_line_and_a_half) == 0);
	CHECK_TEXT(out, "line\n");
}

static void with_streams_closed(void)
{
	close(1);
	close(2);
	errno = ENOENT;
	say("lost\n");
	if (errno != ENOENT)
		_exit(50);
	warn("lost");
	_exit(errno == ENOENT ? 42 : 51);
}

TEST(errno_survives_a_stream_that_takes_nothing)
{
	CHECK(said(with_streams_closed) == 42);
}

TEST(no_write_is_longer_than_the_buffer)
{
	static char text[3000];
	int p[2];
	pid_t pid;

	memset(text, 'x', sizeof(text) - 1);
	CHECK(!pipe2(p, O_CLOEXEC | O_DIRECT)); /* each write is read by itself */
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		dup2(p[1], 1);
		say("%s\n", text);
		_exit(0);
	}
	CHECK(read(p[0], text, sizeof(text)) == 1024);
	CHECK(read(p[0], text, sizeof(text)) == 1024);
	CHECK(read(p[0], text, sizeof(text)) == 2999 + 1 - 2048);
	end(pid);
	close(p[0]);
	close(p[1]);
}

static void clean_up(void)
{
	say("cleaned up\n");
}

static void dies_cleanly(void)
{
	err_clean_up = clean_up;
	die(7, "bad");
}

TEST(what_is_to_be_cleaned_up_is_at_the_end)
{
	CHECK(said(dies_cleanly) == 7);
	CHECK_TEXT(out, "cleaned up\n");
	CHECK_TEXT(err, "test: bad\n");
}

static void no_such_name(void)
{
	errno = ENOENT;
	err_name(4, "user", "nobody at all");
}

static void no_name_to_be_had(void)
{
	errno = EACCES;
	err_name(5, "group", "wheel");
}

TEST(err_name_tells_a_name_that_is_not_there_from_a_list_that_is_not)
{
	CHECK(said(no_such_name) == 4);
	CHECK_TEXT(err, "test: user 'nobody at all': not found: no such user or group\n");
	CHECK(said(no_name_to_be_had) == 5);
	CHECK_TEXT(err, "test: group 'wheel': Permission denied\n");
}
