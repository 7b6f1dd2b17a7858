/* SPDX-License-Identifier: 0BSD */
/* stop - a signal, a wait, a harder signal: --retry, killall -w, shutdown */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "fd.h"
#include "num.h"
#include "sig.h"
#include "stop.h"
#include "text.h"

#define ITEM_MAX 20
#define TICK_MSEC 1000
#define RETRY ENABLED(CONFIG_START_STOP_DAEMON_RETRY) /* without it a schedule is one signal */
#define TREE ENABLED(CONFIG_START_STOP_DAEMON_TREE)

static int append(struct stop *s, int sig, unsigned msec)
{
	if (s->n == STOP_STEPS)
		return num_fail(E2BIG);
	s->step[s->n].sig = sig;
	s->step[s->n++].msec = msec;
	return 0;
}

static int parse_item(struct stop *s, const char *item)
{
	unsigned msec;
	int sig;

	if (!strcmp(item, "forever")) {
		if (s->again >= 0)
			return num_fail(EINVAL);
		s->again = s->n;
		return 0;
	}
	if (*item >= '0' && *item <= '9') /* "9" is nine seconds, "-9" a signal */
		return num_msec(item, &msec) < 0 ? num_fail(EINVAL) : append(s, -1, msec);
	sig = sig_parse(item + (*item == '-'));
	return sig < 0 ? num_fail(EINVAL) : append(s, sig, 0);
}

/* the part that is repeated must take time, or it would burn the processor */
static bool takes_time(const struct stop *s)
{
	int i;

	for (i = s->again; i < s->n; i++)
		if (s->step[i].sig < 0 && s->step[i].msec)
			return true;
	return false;
}

int stop_parse(struct stop *s, const char *text, int sig)
{
	char item[ITEM_MAX];
	size_t len;

	s->n = 0;
	s->again = -1;
	do {
		len = text_until(text, "/");
		if (!len || len >= sizeof(item))
			return num_fail(EINVAL);
		memcpy(item, text, len);
		item[len] = '\0';
		if (parse_item(s, item) < 0)
			return -1;
		text += len;
	} while (*text++);
	if (s->n == 1 && s->again < 0) { /* one duration T: SIG/T/KILL/T */
		if (s->step[0].sig >= 0)
			return num_fail(EINVAL);
		s->n = 4;
		s->step[3] = s->step[1] = s->step[0];
		s->step[0] = (struct stop_step){ .sig = sig };
		s->step[2] = (struct stop_step){ .sig = SIGKILL };
	}
	return s->again >= 0 && !takes_time(s) ? num_fail(EINVAL) : 0;
}

/* who is meant by now */
static int refresh(const struct match *m, struct procs *set)
{
	if (m->pid) /* held since the first look; but what goes with it may have grown */
		return TREE && procs_widen(set, m) < 0 ? -1 : (int)set->n;
	procs_free(set);
	return procs_find(set, m);
}

/* until nobody is left, or msec are over. A scan is repeated when those it found are dead: they may have had
   children meanwhile */
static int wait_for(const struct stop *s, const struct match *m, struct procs *set, unsigned msec)
{
	long long end = clock_msec() + msec;
	int left, slice;

	for (;;) {
		slice = clock_left(end);
		left = procs_wait(set, s->tick && slice > TICK_MSEC ? TICK_MSEC : slice);
		if (!left)
			left = refresh(m, set);
		if (left <= 0 || !clock_left(end))
			return left;
		if (s->tick)
			s->tick();
	}
}

/* Are we in this member's group, or below it? cgroup.kill would end us too. Not known: yes */
static bool among_us(const struct proc *member)
{
	char its[1024], ours[1024];
	const char *group = proc_cgroup(member, its, sizeof(its)), *place = NULL;
	struct proc self;
	size_t len;

	if (!proc_open(&self, getpid())) {
		place = proc_cgroup(&self, ours, sizeof(ours));
		proc_close(&self);
	}
	if (!group || !place)
		return true;
	len = text_until(group, "\n");
	return len == 1 || (text_same(place, group, len) && (place[len] == '/' || place[len] == '\n'));
}

/* All members at once, and below, before any of them can fork (cgroup.kill, Linux 5.14). Without it they are signalled
   one by one, and looked for again until there is none. */
static void kill_cgroup(int cgroup)
{
	int fd = fd_open(cgroup, "cgroup.kill", O_WRONLY, 0);

	if (fd < 0)
		return;
	fd_write(fd, "1", 1);
	close(fd);
}

static int run_step(const struct stop *s, int i, const struct match *m, struct procs *set, procs_told *told,
		    struct stop_result *r)
{
	const struct stop_step *step = &s->step[i];
	bool at_once;
	unsigned got;
	int left;

	if (RETRY && step->sig < 0)
		return wait_for(s, m, set, step->msec);
	if (RETRY && r->signalled && (left = refresh(m, set)) <= 0)
		return left;
	/* not only some of them */
	at_once = TREE && step->sig == SIGKILL && m->cgroup && !m->pid && match_anybody(m) && !among_us(set->v);
	got = procs_kill(set, step->sig, told);
	if (at_once)
		kill_cgroup(m->cgroup);
	if (!r->signalled)
		r->refused = set->refused;
	r->signalled += got;
	return set->n;
}

int stop_run(const struct stop *s, const struct match *m, struct procs *set, procs_told *told,
	     struct stop_result *r)
{
	int i, left;

	memset(r, 0, sizeof(*r));
	left = set->n;
	for (i = 0; left > 0 && i < s->n; i++) {
		left = run_step(s, i, m, set, told, r);
		if (RETRY && i + 1 == s->n && s->again >= 0)
			i = s->again - 1;
	}
	if (RETRY && left > 0 && s->n > 1 && r->signalled)
		left = wait_for(s, m, set, STOP_GRACE);
	r->left = left > 0 ? left : 0;
	return left < 0 ? -1 : 0;
}
