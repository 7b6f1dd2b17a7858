/* SPDX-License-Identifier: 0BSD */
/* /proc/PID/status */
#include "../../libbb/proc.h"
#include "fuzz.h"

FUZZ
{
	struct proc_status s;

	(void)size;
	memset(&s, 0, sizeof(s));
	if (proc_status_parse(text, &s) < 0)
		return;
	MUST(strstr(text, "Tgid:") && strstr(text, "Uid:"));
	MUST(s.inner == false || strstr(text, "NSpid:"));
}
