/* SPDX-License-Identifier: 0BSD */
/* a name, a newline, a process's own name, a newline, and its command line: by each of the rules of match.c */
#include "../../libbb/match.c"
#include "fuzz.h"

FUZZ
{
	static struct match m;
	static struct view v;
	struct proc p = { .dir = -1, .death = -1 };
	char *comm = strchr(text, '\n'), *args = comm ? strchr(comm + 1, '\n') : NULL;
	struct name n = { 0 };
	const char *whole;
	unsigned how;

	if (!args)
		return;
	*comm++ = '\0';
	*args++ = '\0';
	if (name_plain(&n, text) < 0 || strlen(comm) > 15)
		return;
	v.p = &p;
	v.comm = comm;
	v.len = size - (args - text);
	if (v.len > CMDLINE_MAX - 1)
		v.len = CMDLINE_MAX - 1;
	memcpy(v.args, args, v.len);
	v.args[v.len] = '\0';
	for (how = 0; how < 8; how++) {
		m.how = (how & 1 ? MATCH_EXACT : 0) | (how & 2 ? MATCH_SCRIPTS : 0) | (how & 4 ? MATCH_OR_COMM : 0);
		if (comm_is(&m, &v, &n))
			MUST(!strncmp(comm, n.text, strlen(comm)));
		argv_is(&m, &v, &n);
	}
	runs_script(&v, &n);
	whole = name_whole(v.args, v.args + v.len, comm);
	MUST(!whole || (whole >= v.args && whole <= v.args + v.len && !strncmp(whole, comm, strlen(comm))));
	m.nomit = 0;
	match_omit(&m, text);
}
