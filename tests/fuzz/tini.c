/* SPDX-License-Identifier: 0BSD */
/* the words of tini, dumb-init and catatonit, a line each; or what -e or --rewrite is told */
#include "applet.h"

/* here its work begins */
#undef opt_parse
#define opt_parse(argv, usage) (permutes = false, ready(parsed(opt_parse(argv, usage))))
static char **ready(char **operands);

#include "../../applets/tini.c"

static void keep_all(void)
{
	OURS(KEEP_ROW)
	OPTS(KEEP_ROW)
	DUMB_OPTS(KEEP_ROW)
	CATATONIT_OPTS(KEEP_ROW)
	KEEP(as), KEEP(exits), KEEP(becomes);
}

static char **ready(char **operands)
{
	const char *level;
	unsigned i;

	MUST(parent_death >= 0 && parent_death < _NSIG && delay <= INT_MAX && grace <= INT_MAX);
	for (i = 0; i < COUNT(becomes); i++)
		MUST((unsigned char)(i + becomes[i]) < COUNT(becomes));
	level = environ[0] ? environ[0] : "";
	if (as == AS_TINI && !strncmp(level, "TINI_KILL_PROCESS_GROUP=", 24))
		MUST(group);
	if (as == AS_DUMB_INIT && !strcmp(level, "DUMB_INIT_SETSID=0"))
		MUST(single);
	if (as == AS_TINI && !strcmp(level, "TINI_VERBOSITY=3"))
		MUST(verbosity >= 2);
	if (*operands || only_pause)
		applet_acts();
	return operands;
}

/* "N" or "N:M" */
static void exit_status(char *text)
{
	char *colon = strchr(text, ':');
	unsigned long long from, to = 0;
	int got = take_exit(NULL, text);
	unsigned i, set = 0;
	bool good;

	if (colon)
		*colon = '\0';
	good = plain_number(text, 255, &from) && (!colon || plain_number(colon + 1, 255, &to));
	MUST((got == 0) == good);
	for (i = 0; i < 256; i++)
		set += exits[i] != 0;
	MUST(set == (good && from != to) && (!good || (unsigned char)(from + exits[from]) == to));
}

/* "FROM:TO", each of them a signal */
static void rewrite(char *text)
{
	char *colon = strchr(text, ':');
	int got = take_rewrite(NULL, text), from, to;
	unsigned i, set = 0;
	bool good = colon;

	if (colon)
		*colon = '\0';
	good = colon && (from = sig_parse(text)) > 0 && (to = sig_parse(colon + 1)) >= 0;
	if (strlen(text) > 16 && got < 0) /* zeros before a number, and no name is so long */
		good = false;
	MUST((got == 0) == good);
	for (i = 0; i < COUNT(becomes); i++)
		set += becomes[i] != 0;
	MUST(set == (good && from != to) && (!good || (unsigned char)(from + becomes[from]) == to));
}

FUZZ
{
	static const char *const called[] = { "tini", "docker-init", "dumb-init", "catatonit" };
	unsigned how = CHOOSE(6);

	as_they_were();
	if (how == 4)
		exit_status(text);
	else if (how == 5)
		rewrite(text);
	else
		applet_run(tini_main, called[how], FAILED, text);
}
