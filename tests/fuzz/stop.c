/* SPDX-License-Identifier: 0BSD */
/* schedules of --retry */
#include <signal.h>

#include "../../libbb/sig.h"
#include "../../libbb/stop.h"
#include "fuzz.h"

FUZZ
{
	struct stop s;
	int i, waits = 0;

	(void)size;
	memset(&s, 0x55, sizeof(s));
	if (stop_parse(&s, text, SIGTERM) < 0)
		return;
	MUST(s.n > 0 && s.n <= STOP_STEPS && s.again >= -1 && s.again < s.n);
	for (i = 0; i < s.n; i++) {
		MUST(s.step[i].sig >= -1 && s.step[i].sig <= SIG_LAST);
		waits += i >= s.again && s.step[i].sig < 0;
	}
	MUST(s.again < 0 || waits); /* what goes on for ever waits, too */
}
