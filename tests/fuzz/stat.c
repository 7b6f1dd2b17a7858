/* SPDX-License-Identifier: 0BSD */
/* /proc/PID/stat, whose second field may hold whatever the process likes */
#include <errno.h>

#include "../../libbb/proc.h"
#include "fuzz.h"

FUZZ
{
	struct proc_stat s;
	char *open = strchr(text, '('), *close = NULL, *at;
	size_t i, len;
	int field;

	memset(&s, 0x55, sizeof(s));
	if (memchr(text, 0, size)) /* the kernel's has none */
		return;
	for (i = size; i-- > 0 && !close;)
		if (text[i] == ')')
			close = text + i;
	if (proc_stat_parse(text, size, &s) < 0)
		return;
	MUST(open && close && open < close);
	len = close - open - 1;
	if (len >= PROC_COMM)
		len = PROC_COMM - 1;
	MUST(memchr(s.comm, 0, PROC_COMM) && !strncmp(s.comm, open + 1, len));
	MUST(s.state == close[2]);
	at = close + 3;
	for (field = STAT_PPID; field < STAT_END; field++) {
		at += strspn(at, " \t");
		errno = 0;
		if (*at == '-')
			at++;
		if (*at < '0' || *at > '9')
			break;
		unsigned long long value = strtoull(at, &at, 10);
		if (errno)
			break;
		MUST(s.field[field] == value);
	}
}
