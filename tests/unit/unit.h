/* SPDX-License-Identifier: 0BSD */
/* unit - what a test of a libbb room is written with: TEST(a_sentence) { CHECK(what holds); }

   A file is one room's: the room's header, "unit.h", then TESTs; main is here. It prints a line of TAP for each TEST,
   and below a "not ok" which CHECK failed. A test ends at its first failed CHECK. The current directory is an empty
   one, made for this run and removed after it. */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct unit {
	const char *name;
	void (*run)(void);
	struct unit *next;
};
static struct unit *unit_first, **unit_last = &unit_first;
static jmp_buf unit_out;
static char unit_why[512];

#define TEST(sentence)                                                                                       \
	static void test_##sentence(void);                                                                   \
	__attribute__((constructor)) static void add_##sentence(void)                                        \
	{                                                                                                    \
		static struct unit unit = { #sentence, test_##sentence, NULL };                              \
		*unit_last = &unit;                                                                          \
		unit_last = &unit.next;                                                                      \
	}                                                                                                    \
	static void test_##sentence(void)

/* errno, as it stands then, is told too */
#define CHECK(expression)                                                                                    \
	do {                                                                                                 \
		if (!(expression))                                                                           \
			unit_fail(__FILE__, __LINE__, #expression);                                          \
	} while (0)

#define CHECK_TEXT(text, expected)                                                                           \
	do {                                                                                                 \
		const char *unit_text = (text), *unit_expected = (expected);                                 \
		if (!unit_text || strcmp(unit_text, unit_expected)) {                                        \
			snprintf(unit_why, sizeof(unit_why), "%s:%d: %s is \"%s\", not \"%s\"", __FILE__,    \
				 __LINE__, #text, unit_text ? unit_text : "(null)", unit_expected);          \
			longjmp(unit_out, 1);                                                                \
		}                                                                                            \
	} while (0)

__attribute__((noreturn)) static inline void unit_fail(const char *file, int line, const char *expression)
{
	snprintf(unit_why, sizeof(unit_why), "%s:%d: %s (errno %d)", file, line, expression, errno);
	longjmp(unit_out, 1);
}

/* true: it held */
static bool unit_run(void (*run)(void))
{
	if (setjmp(unit_out))
		return false;
	errno = 0;
	run();
	return true;
}

/* glibc's posix_spawn, GNU make's for one, leaves the two signals that libc keeps for itself ignored in its children;
   sigaction(2) alone may set them. All zero is SIG_DFL with no flags, wherever its fields are */
static void unit_clean_signals(void)
{
	char action[64] = "";

	syscall(SYS_rt_sigaction, 32, action, NULL, 8);
	syscall(SYS_rt_sigaction, 33, action, NULL, 8);
}

int main(void)
{
	struct unit *u;
	int n = 0, failed = 0;

	unit_clean_signals();
	for (u = unit_first; u; u = u->next) {
		bool held = unit_run(u->run);
		char *p, name[256];

		snprintf(name, sizeof(name), "%s", u->name);
		for (p = name; *p; p++)
			*p = *p == '_' ? ' ' : *p;
		printf("%sok %d %s\n", held ? "" : "not ", ++n, name);
		if (!held)
			printf("# %s\n", unit_why);
		failed += !held;
		fflush(stdout);
	}
	printf("1..%d\n", n);
	return failed || !n;
}

#endif
