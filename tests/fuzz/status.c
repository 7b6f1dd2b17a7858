/* SPDX-License-Identifier: 0BSD */
/* /proc/PID/status: each field is that of the first line that begins so */
#include "../../libbb/proc.h"
#include "fuzz.h"

/* what stands behind KEY in that line, as words; how many. NULL: no such line */
static const char *line_of(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL)
		if (!strncmp(text, key, len))
			return text + len;
	return NULL;
}

/* the decimal number at *text, which moves behind it; where it is one that the kernel would write: else false */
static bool take(const char **text, unsigned long long *value, int base)
{
	size_t blank = strspn(*text, "\t "), digits = strspn(*text + blank, base == 10 ? "0123456789" : "0123456789abcdef");
	char *behind;

	if (!blank || !digits || digits > 16 || !strncmp(*text + blank, "0x", 2))
		return false;
	*value = strtoull(*text + blank, &behind, base);
	digits -= behind - (*text + blank);
	*text = behind;
	return !digits;
}

FUZZ
{
	struct proc_status s;
	const char *tgid = line_of(text, "Tgid:"), *uid = line_of(text, "Uid:"), *inner = line_of(text, "NSpid:"), *gid, *caught;
	unsigned long long value;
	int got;

	(void)size;
	memset(&s, 0x55, sizeof(s));
	got = proc_status_parse(text, &s);
	MUST((got == 0) == (tgid && *tgid && uid && *uid));
	if (got)
		return;
	if (inner && take(&inner, &value, 10))
		MUST(s.inner == (*inner == '\t'));
	if (!inner)
		MUST(!s.inner);
	if (take(&uid, &value, 10)) {
		MUST(s.uid == (uid_t)value);
		if (take(&uid, &value, 10))
			MUST(s.euid == (uid_t)value);
	}
	if (!take(&tgid, &value, 10))
		return;
	MUST(s.tgid == (pid_t)value);
	gid = line_of(tgid, "Gid:"); /* stand behind it, in all kernels */
	caught = line_of(tgid, "SigCgt:");
	if (gid && take(&gid, &value, 10))
		MUST(s.gid == (gid_t)value);
	if (!caught)
		MUST(!s.caught);
	else if (take(&caught, &value, 16) && (*caught == '\n' || !*caught))
		MUST(s.caught == value);
}
