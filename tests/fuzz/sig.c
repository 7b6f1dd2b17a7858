/* SPDX-License-Identifier: 0BSD */
/* names and numbers of signals: what is shown is read again as the same */
#include <signal.h>

#include "../../libbb/sig.h"
#include "fuzz.h"

FUZZ
{
	char buf[SIG_TEXT];
	int sig = sig_parse(text);

	(void)size;
	if (sig < 0)
		return;
	MUST(sig <= SIG_LAST);
	MUST(sig_parse(sig_text(sig, buf)) == sig);
}
