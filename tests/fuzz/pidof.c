/* SPDX-License-Identifier: 0BSD */
/* pidof's words, a line each; or the list of its -o; or a name */
#include "applet.h"

#include "../../applets/pidof.c"

static void keep_all(void)
{
	OPTS(KEEP_ROW)
	KEEP(match), KEEP(any);
}

int procs_find(struct procs *all, const struct match *m)
{
	unsigned i;

	MUST(!all->n && m->nnames && m->nnames <= NAMES_MAX && m->nomit <= OMIT_MAX);
	for (i = 0; i < m->nnames; i++)
		MUST(m->names[i].text[0] && m->names[i].len == strlen(m->names[i].text));
	applet_acts();
}

/* the file that a path names, and of a script its interpreter's: as far as words of letters go */
static void path(const char *text)
{
	struct name n;
	struct stat st;
	const char *line = strchr(text, '#'), *shell;
	char word[256] = "";
	int got = name_path(&n, text);

	MUST((got == 0) == (*text && !missing(text)));
	MUST(n.text == text && n.len == strlen(text) && n.exists == (got == 0));
	if (got < 0)
		return;
	stat_of(text, &st);
	MUST(n.path && n.ino == st.st_ino && n.dev == st.st_dev);
	MUST(!n.script || (line && line[1] == '!'));
	if (!line || line[1] != '!' || strlen(line) > 200)
		return;
	/* "#!" PATH [BLANK ...], where PATH is no env */
	shell = line + 2 + strspn(line + 2, " \t");
	memcpy(word, shell, strcspn(shell, " \t\n"));
	if (*word != '/' || !strcmp(basename(word), "env") || strpbrk(word, "@?"))
		return;
	MUST(n.script && n.shell_ino == 1 + strlen(word));
}

static char *none[1];

FUZZ
{
	switch (CHOOSE(4)) {
	case 0:
		as_they_were();
		omitted(&match, text);
		break;
	case 1:
		as_they_were();
		environ = none;
		if (!strstr(text, "tty"))
			path(text);
		break;
	default:
		applet_run(pidof_main, "pidof", NONE, text);
	}
}
