/* SPDX-License-Identifier: 0BSD */
/* nice levels, policies, priorities, oom scores, limits, capabilities, secure bits: against libc's and the kernel's
   own numbers, and parsers that do it in another way */
#include <linux/capability.h>
#include <sched.h>
#include <strings.h>

#include "../../libbb/attr.c"
#include "fuzz.h"

static struct attr a;

static bool number(const char *text, unsigned long long max, unsigned long long *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno && *value <= max;
}

/* a sign or none, and up to 1000 */
static bool is_signed(const char *text, int *value)
{
	unsigned long long n;

	if (!number(text + (*text == '-' || *text == '+'), 1000, &n))
		return false;
	*value = strtol(text, NULL, 10);
	return true;
}

static void nice_level(char *text)
{
	int n;
	bool good = is_signed(text, &n), relative = strlen(text) & 1;

	MUST(((relative ? attr_nice : attr_nice_absolute)(&a, text) == 0) == good);
	MUST(!good || (a.nice == n && a.relative == relative && a.apply[ATTR_NICE] == apply_nice));
}

static void oom(char *text)
{
	int n;
	bool good = is_signed(text, &n);

	MUST((attr_oom(&a, text) == 0) == good);
	MUST(!good || (a.oom == n && a.apply[ATTR_OOM] == apply_oom));
}

/* NAME or NUMBER, and perhaps ":" PRIORITY. The number; -1 */
static int class_of(char *text, const char *const *names, unsigned max, unsigned long long *priority, unsigned most)
{
	char *colon = strchr(text, ':');
	unsigned long long n;
	unsigned i;

	if (colon) {
		*colon = '\0';
		if (!number(colon + 1, most, priority))
			return -1;
	}
	for (i = 0; names[i]; i++)
		if (!strcasecmp(names[i], text))
			return i;
	return number(text, max, &n) ? (int)n : -1;
}

static void policy(char *text)
{
	static const char *const names[] = { "other", "fifo", "rr", "batch", "\1", "idle", NULL };
	unsigned long long priority = 0;
	bool dpkg = strlen(text) & 1;
	int got = (dpkg ? attr_sched : attr_scheduler)(&a, text), is = class_of(text, names, 7, &priority, 99);
	bool timely = is == SCHED_FIFO || is == SCHED_RR;

	MUST(SCHED_OTHER == 0 && SCHED_BATCH == 3 && SCHED_IDLE == 5);
	if (dpkg && timely && !priority)
		is = -1;
	if (dpkg && !timely)
		priority = 0;
	MUST((got == 0) == (is >= 0));
	MUST(got || (a.policy == is && a.priority == priority && a.apply[ATTR_SCHED] == apply_sched));
}

static void policy_priority(char *text)
{
	unsigned long long n;
	bool good = number(text, 99, &n);

	MUST((attr_scheduler_priority(&a, text) == 0) == good);
	MUST(!good || a.priority == n);
}

static void io(char *text)
{
	static const char *const names[] = { "none", "real-time", "best-effort", "idle", NULL };
	unsigned long long priority = *text >= 'A' ? 4 : 0;
	int got = attr_iosched(&a, text), is = class_of(text, names, 3, &priority, 7);

	MUST((got == 0) == (is >= 0));
	if (is == 0)
		priority = 0;
	if (is == 3)
		priority = 7;
	MUST(got || (a.io == ((unsigned)is << 13) + priority && a.apply[ATTR_IO] == apply_io));
}

/* up to ten times 2^59 and a little; text is cut */
static bool side_of(const char *text, unsigned long long *value)
{
	unsigned __int128 n = 0;

	*value = ULLONG_MAX;
	if (!strcasecmp(text, "unlimited"))
		return true;
	if (!*text || text[strspn(text, "0123456789")])
		return false;
	for (; *text; text++) {
		if (n >= 1ULL << 59)
			return false;
		n = n * 10 + *text - '0';
	}
	*value = n;
	return true;
}

static void limit(char *text)
{
	static const struct { const char *name; int resource; } all[] = {
		{ "as", RLIMIT_AS }, { "core", RLIMIT_CORE }, { "cpu", RLIMIT_CPU }, { "data", RLIMIT_DATA },
		{ "fsize", RLIMIT_FSIZE }, { "locks", RLIMIT_LOCKS }, { "memlock", RLIMIT_MEMLOCK },
		{ "msgqueue", RLIMIT_MSGQUEUE }, { "nice", RLIMIT_NICE }, { "nofile", RLIMIT_NOFILE },
		{ "nproc", RLIMIT_NPROC }, { "rss", RLIMIT_RSS }, { "rtprio", RLIMIT_RTPRIO },
		{ "rttime", RLIMIT_RTTIME }, { "sigpending", RLIMIT_SIGPENDING }, { "stack", RLIMIT_STACK },
	};
	unsigned long long value[2] = { ATTR_LIMIT_KEEP, ATTR_LIMIT_KEEP };
	int got = attr_limit(&a, text);
	char *soft = strchr(text, '='), *hard = soft ? strchr(soft, ':') : NULL;
	bool good = soft;
	unsigned i, n = 0;

	if (hard)
		*hard++ = '\0';
	if (soft)
		*soft++ = '\0';
	for (i = 0; i < 16 && strcasecmp(all[i].name, text); i++)
		;
	good = good && i < 16 && (hard && !*soft ? *hard : side_of(soft, &value[0]));
	if (good && !hard)
		value[1] = value[0];
	else if (good && *hard)
		good = side_of(hard, &value[1]);
	MUST((got == 0) == good);
	for (n = 0; n < 16; n++)
		MUST(!a.limit[n].text == !(good && limit_numbers[n] == all[i].resource));
	for (n = 0; good && n < 16; n++)
		if (a.limit[n].text)
			MUST(a.limit[n].text == text && !memcmp(a.limit[n].value, value, sizeof(value)));
}

#define CAPS(C) \
	C(CHOWN) C(DAC_OVERRIDE) C(DAC_READ_SEARCH) C(FOWNER) C(FSETID) C(KILL) C(SETGID) C(SETUID) C(SETPCAP) \
	C(LINUX_IMMUTABLE) C(NET_BIND_SERVICE) C(NET_BROADCAST) C(NET_ADMIN) C(NET_RAW) C(IPC_LOCK) C(IPC_OWNER) \
	C(SYS_MODULE) C(SYS_RAWIO) C(SYS_CHROOT) C(SYS_PTRACE) C(SYS_PACCT) C(SYS_ADMIN) C(SYS_BOOT) C(SYS_NICE) \
	C(SYS_RESOURCE) C(SYS_TIME) C(SYS_TTY_CONFIG) C(MKNOD) C(LEASE) C(AUDIT_WRITE) C(AUDIT_CONTROL) C(SETFCAP) \
	C(MAC_OVERRIDE) C(MAC_ADMIN) C(SYSLOG) C(WAKE_ALARM) C(BLOCK_SUSPEND) C(AUDIT_READ) C(PERFMON) C(BPF) \
	C(CHECKPOINT_RESTORE)

static bool cap_of(const char *text, unsigned long long *n)
{
#define CAP(name) { "CAP_" #name, CAP_##name },
	static const struct { const char *name; int number; } all[] = { CAPS(CAP) };
	unsigned i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcasecmp(all[i].name, text)) {
			*n = all[i].number;
			return true;
		}
	return number(text, 63, n);
}

static void caps(char *text)
{
	int got = attr_caps(&a, text);
	unsigned long long sets[CAPS_SETS] = { 0 }, n;
	bool good = true;
	char *item;

	while (good && (item = strsep(&text, ","))) {
		size_t signs = strspn(item, "!^%");
		const char *end = item + signs;

		if (!*item && !text) /* nothing, or nothing behind the last comma */
			break;
		good = cap_of(end, &n);
		if (!good)
			break;
		sets[CAPS_INHERITABLE] |= (unsigned long long)(!signs || memchr(item, '^', signs) || memchr(item, '%', signs)) << n;
		sets[CAPS_AMBIENT] |= (unsigned long long)(memchr(item, '^', signs) != NULL) << n;
		sets[CAPS_DROPPED] |= (unsigned long long)(memchr(item, '!', signs) != NULL) << n;
	}
	MUST((got == 0) == good);
	MUST(!good || !memcmp(a.caps, sets, sizeof(sets)));
	MUST(!good || (a.apply[ATTR_KEEP_CAPS] && a.apply[ATTR_CAPS] && a.apply[ATTR_AMBIENT]));
}

static void bits(char *text)
{
	int got = attr_secbits(&a, text);
	const char *digits = *text == '0' ? "01234567" : "0123456789";
	bool hex = !strncmp(text, "0x", 2);
	unsigned long long value;

	if (hex)
		digits = "0123456789abcdef";
	errno = 0;
	value = strtoull(text, NULL, 0);
	MUST((got == 0) == (text[hex * 2] && !text[hex * 2 + strspn(text + hex * 2, digits)] && !errno && value <= UINT_MAX));
	MUST(got || a.secbits == value);
}

FUZZ
{
	static void (*const looks[])(char *) = { nice_level, oom, policy, policy_priority, io, limit, caps, bits };
	unsigned which = CHOOSE(8);

	(void)size;
	memset(&a, 0, sizeof(a));
	looks[which](text);
}
