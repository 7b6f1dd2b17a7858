/* SPDX-License-Identifier: 0BSD */
/* a datagram to NOTIFY_SOCKET: from anybody */
#include <limits.h>

#include "../../libbb/notify.h"
#include "fuzz.h"

FUZZ
{
	struct notify_message m;
	char *copy = malloc(size + 1);
	size_t i;

	memcpy(copy, text, size + 1);
	memset(&m, 0x55, sizeof(m));
	if (!notify_parse(text, size, &m)) {
		for (i = 0; i < NOTIFY_NUMBERS; i++)
			MUST(m.number[i] <= INT_MAX);
		MUST(!m.status || (m.status >= text && m.status <= text + size && memchr(m.status, 0, text + size + 1 - m.status)));
		MUST(!m.ready || memmem(copy, size, "READY=1", 7));
	}
	free(copy);
}
