/* SPDX-License-Identifier: 0BSD */
/* a priority of syslog; and lines out of what a program prints */
#include "../../libbb/log.h"
#include "fuzz.h"

FUZZ
{
	struct log l;
	bool end = CHOOSE(2);
	size_t cut, len, lines = 0;

	memset(&l, 0, sizeof(l));
	if (!log_parse_priority(&l, text))
		MUST(l.asked && l.priority >= 0 && l.priority < 1024);
	while (size) {
		cut = log_cut(text, size, end, &len);
		if (!cut) {
			MUST(!end && size <= LOG_LINE);
			break;
		}
		MUST(cut <= size && len <= cut && cut - len <= 1 && len <= LOG_LINE);
		text += cut;
		size -= cut;
		MUST(++lines < 1 << 20);
	}
}
