/* SPDX-License-Identifier: 0BSD */
/* killall's words, a line each; or an age */
#include "applet.h"

#include "../../applets/killall.c"

static void keep_all(void)
{
	OPTS(KEEP_ROW)
	KEEP(by_uid), KEEP(every_space), KEEP(uid), KEEP(older), KEEP(younger), KEEP(space), KEEP(hit), KEEP(refused);
}

/* whoever is asked for: never everybody */
int procs_find(struct procs *all, const struct match *m)
{
	unsigned i;

	MUST(!all->n && (m->nnames || by_uid || context));
	MUST(m->nnames <= NAMES_MAX && sig >= 0 && sig < _NSIG && older >= 0 && younger >= 0);
	for (i = 0; i < m->nnames; i++)
		MUST(m->names[i].text[0] && m->names[i].len == strlen(m->names[i].text) && !m->names[i].regex == !regexp);
	applet_acts();
}

static void age(const char *text)
{
	static const char units[] = "smhdwMy";
	static const long long times[] = { 1000, 60, 60, 24, 7, 4, 12 }; /* of the one before; a year is 48 weeks */
	size_t digits = strspn(text, "0123456789");
	char number[16] = "";
	unsigned long long value = 0;
	long long msec = -1, each = 1;
	const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
	int i, got = take_age(text, &msec);
	bool good = digits && unit && !text[digits + 1];

	while (digits > 10 && *text == '0')
		text++, digits--;
	if (digits > 10)
		good = false;
	if (good) {
		memcpy(number, text, digits);
		good = plain_number(number, INT_MAX, &value) && value;
	}
	MUST((got == 0) == good);
	for (i = 0; good && i <= unit - units; i++)
		each *= times[i];
	MUST(!good || msec == (long long)value * each);
}

FUZZ
{
	if (CHOOSE(4))
		applet_run(killall_main, "killall", FAILED, text);
	else
		age(text);
}
