/* SPDX-License-Identifier: 0BSD */
/* pgrep's words, a line each, also as pkill's and pidwait's; or a list, a newline, and what a process has to show for it */
#include "applet.h"

#include "../../applets/pgrep.c"

static void keep_all(void)
{
	OPTS(KEEP_ROW)
	PGREP_OPTS(KEEP_ROW)
	PKILL_OPTS(KEEP_ROW)
	KEEP(echo), KEEP(pattern), KEEP(usage), KEEP(match), KEEP(nwants), KEEP(asked), KEEP(is_regex), KEEP(ns);
	KEEP(matched), KEEP(lists);
}

/* whoever is asked for: never everybody */
int procs_find(struct procs *all, const struct match *m)
{
	MUST(!all->n && m == &match);
	MUST(pattern || asked || older != UINT_MAX || states || cgroups || env || ns_of || handled);
	MUST(!pattern || *pattern);
	MUST(nwants <= COUNT(wants) && !nwants == !asked && sig >= 0 && sig < _NSIG);
	MUST(!(KILLS || WAITS) || !(m->how & (MATCH_KTHREADS | MATCH_ZOMBIES | MATCH_INIT)));
	applet_acts();
}

/* a process is made of the text behind the list */
static const char *shown;
static size_t shown_size;

ssize_t proc_read(const struct proc *p, const char *path, char *buf, size_t size)
{
	(void)p, (void)path;
	MUST(shown_size < size);
	memcpy(buf, shown, shown_size);
	buf[shown_size] = '\0';
	return shown_size;
}

const char *proc_cgroup(const struct proc *p, char *buf, size_t size)
{
	proc_read(p, "cgroup", buf, size);
	return proc_parse_cgroup(buf);
}

static char *left;

/* the words between commas, as strsep has them, but an empty last one; NULL */
static const char *cut(void)
{
	const char *word = strsep(&left, ",");

	return word && !*word && !left ? NULL : word;
}

static void numbers(char *text)
{
	char *copy = strdup(text);
	const char *word;
	unsigned long long pid;
	unsigned n = 0;
	bool good = true, came;

	lists[PPID] = copy;
	came = COMES_BACK(take_list(PPID));
	left = text;
	while (good && (word = strsep(&left, ","))) {
		good = plain_number(word, INT_MAX, &pid) && n < COUNT(wants);
		MUST(!good || !came || (wants[n].of == PPID && wants[n].number == pid && is_wanted(PPID, pid)));
		n += good;
	}
	MUST(came == good && (!came || nwants == n));
	free(copy);
}

static void spaces(char *text)
{
	static const char *const all[] = { "ipc", "mnt", "net", "pid", "user", "uts" };
	const char *word;
	unsigned i, chosen = 0, given = 0;
	bool good = true, came;

	namespaces = text;
	ns_of = 3;
	came = COMES_BACK(take_namespaces());
	for (i = 0; i < COUNT(ns); i++)
		given |= (ns[i] != 0) << i;
	left = text;
	while (good && (word = strsep(&left, ","))) {
		for (i = 0; i < 6 && strcasecmp(word, all[i]); i++)
			;
		good = i < 6;
		chosen |= good << i;
	}
	MUST(came == good && (!came || given == chosen));
}

/* text is size bytes and may have NULs in it */
static void variables(char *list, const char *text, size_t size)
{
	const char *word, *var;
	int got;
	bool holds = false;

	env = list;
	shown = text;
	shown_size = size;
	got = env_holds(NULL);
	left = list;
	while ((word = cut()))
		for (var = text; var < text + size; var += strlen(var) + 1)
			holds |= strchr(word, '=') ? !strcmp(var, word) :
						     !strncmp(var, word, strlen(word)) && var[strlen(word)] == '=';
	MUST(got == holds);
}

static void cgroup(char *list, char *text)
{
	const char *word;
	char *path = strncmp(text, "0::", 3) ? strstr(text, "\n0::") : text, *newline;
	int got;
	bool holds = false;

	cgroups = list;
	shown = text;
	shown_size = strlen(text);
	got = cgroup_holds(NULL);
	if (!path) {
		MUST(got == -1);
		return;
	}
	path += *path == '\n' ? 4 : 3;
	newline = strchr(path, '\n');
	if (!newline) {
		MUST(got == -1);
		return;
	}
	*newline = '\0';
	left = list;
	while ((word = cut()))
		holds |= !strcmp(path, word);
	MUST(got == holds);
}

static void plain(char *words, const char *text, unsigned how)
{
	bool is;

	if (!*words)
		return;
	fold = how & 1;
	whole = how & 2;
	pattern = words;
	is = whole ? !(fold ? strcasecmp : strcmp)(text, words) : (fold ? strcasestr : strstr)(text, words) != NULL;
	MUST(plain_matches(text) == is);
}

FUZZ
{
	static const char *const called[] = { "pgrep", "pkill", "pidwait" };
	unsigned how = CHOOSE(16);
	char *behind;

	as_they_were();
	last_status = FATAL;
	progname = "pgrep";
	if (how < 8) {
		applet_run(pgrep_main, called[how % 3], FATAL, text);
		return;
	}
	behind = strchr(text, '\n');
	if (behind)
		*behind++ = '\0';
	else
		behind = text + strlen(text);
	switch (how) {
	case 8: numbers(text); break;
	case 9: spaces(text); break;
	case 10: variables(text, behind, text + size - behind); break;
	case 11: cgroup(text, behind); break;
	default: plain(text, behind, how);
	}
}
