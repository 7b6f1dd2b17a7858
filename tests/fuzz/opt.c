/* SPDX-License-Identifier: 0BSD */
/* words, a line each, for rows of every kind: who ends the process does not end us */
#include <setjmp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../libbb/err.h"
#include "../../libbb/opt.h"
#include "../../libbb/sig.h"
#include "fuzz.h"

static jmp_buf end;
static bool armed;

/* in place of libc's */
void _exit(int status)
{
	if (armed)
		longjmp(end, 1);
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}

static bool flag;
static unsigned char two, three;
static int times, sig;
static const char *told;
static unsigned number, msec;
static pid_t pid;

static int take(void *self, const char *text)
{
	MUST(!self && text);
	return *text == 'x' ? -1 : 0;
}

#define ROWS(OPT) \
	OPT(1, OPT_WORD, "", "SIGNAL", SIGNAL_WORD, &sig, "") \
	OPT(1, "b", "bool", "", BOOL, &flag, "") \
	OPT(1, "2", "two", "", SET_2, &two, "") \
	OPT(1, "3", "three", "", SET_3, &three, "") \
	OPT(1, "n", "nothing", "", NOTHING, NULL, "") \
	OPT(1, "v", "verbose", "", COUNT, &times, "tell more") \
	OPT(1, "t", "text", "TEXT", TEXT, &told, "a text") \
	OPT(1, "o", "optional", "[TEXT]", TEXT, &told, "perhaps a text") \
	OPT(1, "N", "number", "N", NUMBER, &number, "") \
	OPT(1, "p", "pid", "PID", PID, &pid, "") \
	OPT(1, "s", "signal", "SIGNAL", SIGNAL, &sig, "") \
	OPT(1, "m", "msec", "TIME", MSEC, &msec, "") \
	OPT(1, "h", "help", "", HELP, NULL, "") \
	OPT(1, "V", "", "", VERSION, NULL, "") \
	OPT(1, "", "", "", EXACT, NULL, "") \
	OPT(1, "c", "call", "TEXT", CALL, take, "")
OPT_LIST(rows, ROWS, NULL);

FUZZ
{
	static char name[] = "fuzz";
	struct usage u = { "[OPTION]... WORD...", &rows, 3, NULL, .permute = false };
	unsigned how = CHOOSE(4);
	char *argv[64], **operands, *word;
	int n = 1, i, left;

	(void)size;
	u.permute = how & 1;
	u.abbreviate = how & 2;
	argv[0] = name;
	for (word = strtok(text, "\n"); word && n < 62; word = strtok(NULL, "\n"))
		argv[n++] = word;
	argv[n] = NULL;
	progname = name;
	pid = 0;
	sig = 0;
	armed = true;
	if (setjmp(end)) {
		armed = false;
		return;
	}
	operands = opt_parse(argv, &u);
	MUST(operands > argv && operands <= argv + n);
	for (left = 0; operands[left]; left++)
		;
	for (i = 0; i < left; i++)
		MUST(strlen(operands[i]) < 1 << 20);
	MUST(pid >= 0 && sig >= 0 && sig <= SIG_LAST);
	opt_signals(&u, operands);
	armed = false;
}
