/* SPDX-License-Identifier: 0BSD */
/* nice levels, policies, priorities, oom scores, limits, capabilities, secure bits */
#include "../../libbb/attr.h"
#include "fuzz.h"

FUZZ
{
	static int (*const parsers[])(void *, const char *) = { attr_nice, attr_nice_absolute, attr_sched, attr_scheduler,
		attr_scheduler_priority, attr_iosched, attr_oom, attr_limit, attr_caps, attr_secbits };
	struct attr a;
	unsigned which = CHOOSE(10), i, n = 0;

	memset(&a, 0, sizeof(a));
	if (parsers[which](&a, text) < 0)
		return;
	for (i = 0; i < ATTR_STEPS; i++)
		n += a.apply[i] != NULL;
	MUST(n);
	MUST(a.oom >= -1000 && a.oom <= 1000 && a.nice >= -1000 && a.nice <= 1000);
}
