/* SPDX-License-Identifier: 0BSD */
/* a pidfile's text: one positive number, and nothing that could be taken for more */
#include "../../libbb/pidfile.h"
#include "fuzz.h"

FUZZ
{
	struct pidfile_facts f;
	char *digits = text + strspn(text, " \t"), *end;
	unsigned long long value;
	pid_t pid = pidfile_parse(text, &f);

	(void)size;
	value = strtoull(digits, &end, 10);
	if (*digits < '0' || *digits > '9' || !value || value > PID_MAX || (*end && !strchr(" \t\r\n", *end))) {
		MUST(pid == -1);
		return;
	}
	end += strcspn(end, "\n");
	if (pid > 0)
		MUST((unsigned)pid == value && f.pid == pid && strlen(f.identity) < sizeof(f.identity));
	else
		MUST(value != 0);
	if (pid > 0 && f.identity[0])
		MUST(*end == '\n' && !strncmp(end + 1, f.identity, strlen(f.identity)));
}
