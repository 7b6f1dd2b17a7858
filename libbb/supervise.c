/* SPDX-License-Identifier: 0BSD */
/* supervise - keep a program running: when it is started anew, how soon, and when no more */
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "match.h"
#include "proc.h"
#include "sig.h"
#include "stop.h"
#include "supervise.h"

#define BLIND_MSEC 5000 /* from TERM to KILL, where nobody can be looked at */

static long long began;   /* when it was started */
static long long restart; /* when it is started anew; 0: not */
static long long check;   /* when its health is looked at next, or the look has lasted too long */
static long long silent;  /* when it has said nothing for too long */
static pid_t looker;      /* who looks; 0: nobody */
static bool no_answer;    /* who looks has been killed, and how he ends tells nothing */
static bool over;         /* it is not started anew */
static pid_t session;     /* in which it was started, and all that it starts, unless they leave it */

unsigned supervise_wait(const struct supervise *s, unsigned random)
{
	unsigned long long wait = s->delay;
	unsigned n;

	if (s->step)
		wait += (unsigned long long)s->step * (s->row - 1);
	else
		for (n = 1; n < s->row && wait < s->cap; n++)
			wait *= 2;
	if (wait > s->cap)
		wait = s->cap;
	return wait - wait / 8 + wait / 4 * (random % 256) / 256;
}

/* when something is due */
static int time_left(void)
{
	const long long *const all[] = { &restart, &check, &silent };
	int least = INT_MAX, left;
	unsigned i;

	for (i = 0; i < COUNT(all); i++) {
		left = *all[i] ? clock_left(*all[i]) : INT_MAX;
		if (left < least)
			least = left;
	}
	return least == INT_MAX ? -1 : least;
}

static bool is_due(long long then)
{
	return then && !clock_left(then);
}

static void set_watches(const struct supervise *s)
{
	long long now = clock_msec();

	check = s->check ? now + (s->first_check ? s->first_check : s->check) : 0;
	silent = s->watchdog ? now + s->watchdog : 0;
}

/* which number tells that one belongs to it */
static int field(const struct supervise *s)
{
	return s->with == WITH_GROUP ? STAT_PGRP : STAT_SESSION;
}

/* it runs, and there is a new pid */
static void has_begun(struct supervise *s)
{
	struct proc_stat stat;
	struct proc p;

	began = clock_msec();
	set_watches(s);
	session = 0;
	if (s->with && !proc_open(&p, s->pid)) {
		if (!proc_stat(&p, &stat))
			session = stat.field[field(s)];
		proc_close(&p);
	}
	s->tell(SUPERVISE_RUNS);
}

/* ---- the end of it ------------------------------------------------------------------------------------------- */

static struct supervise *whose; /* for belongs */

/* a child of ours, and not it */
static bool is_beside(const struct supervise *s, pid_t pid)
{
	return pid == looker || pid == s->aside;
}

/* one that was left: of its group or session, or, with the tree, our child */
static bool belongs(struct proc *p, const struct proc_stat *stat)
{
	if (!stat) /* it is not held yet */
		return true;
	return !is_beside(whose, p->pid) && (whose->with == WITH_TREE || (pid_t)stat->field[field(whose)] == session);
}

/* it cannot be held: no /proc, no descriptors. It is our child, and so its number is its own */
static void stop_blindly(pid_t pid)
{
	long long end = clock_msec() + BLIND_MSEC;
	siginfo_t info;

	proc_kill_child(pid, SIGTERM);
	do {
		sig_wait(1UL << (SIGCHLD - 1), clock_left(end));
		info.si_pid = 0;
		syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT, NULL);
	} while (!info.si_pid && clock_left(end));
	proc_kill_child(pid, SIGKILL);
}

static void run_schedule(struct supervise *s, const struct match *m)
{
	struct procs set = { 0 };
	struct stop_result result;

	if (procs_find(&set, m) >= 0)
		stop_run(&s->stop, m, &set, NULL, &result);
	else if (m->pid)
		stop_blindly(m->pid);
	procs_free(&set);
}

void supervise_stop(struct supervise *s)
{
	const struct match it = { .pid = s->pid, .with = s->with };
	const struct match members = { .cgroup = s->cgroup };
	struct match left = { .also = belongs };

	if (s->pid > 0)
		run_schedule(s, &it);
	whose = s;
	if (s->with == WITH_TREE) {
		left.ppid = getpid();
		left.with = WITH_TREE;
	}
	if (s->with && (session || left.ppid))
		run_schedule(s, &left);
	if (s->cgroup)
		run_schedule(s, &members);
}

/* ---- what has happened ---------------------------------------------------------------------------------------- */

/* the eldest of those that it left to us; 0: there is none */
static pid_t heir(const struct supervise *s)
{
	const struct match ours = { .ppid = getpid() };
	unsigned long long eldest = ULLONG_MAX;
	struct procs set = { 0 };
	struct proc_stat stat;
	pid_t pid = 0;
	unsigned i;

	procs_find(&set, &ours);
	for (i = 0; i < set.n; i++)
		if (!is_beside(s, set.v[i].pid) && !proc_stat(&set.v[i], &stat) && stat.field[STAT_START] < eldest) {
			eldest = stat.field[STAT_START];
			pid = set.v[i].pid;
		}
	procs_free(&set);
	return pid;
}

/* again, later, or no more */
static void plan(struct supervise *s, enum supervise_event why)
{
	long long now = clock_msec();

	check = silent = 0;
	if (over)
		return;
	if (now - began >= s->healthy)
		s->row = 0;
	if (s->max && s->row >= s->max) {
		over = true;
		s->tell(SUPERVISE_GIVES_UP);
		return;
	}
	s->row++;
	s->wait = supervise_wait(s, now ^ getpid() * 7);
	restart = now + s->wait;
	s->tell(why);
}

/* what is found out now is not asked any more: it is sick, or it has ended, and the next may be well */
static void end_look(void)
{
	if (looker)
		proc_kill_child(looker, SIGKILL);
	no_answer = true;
}

static void has_ended(struct supervise *s, int how)
{
	pid_t next = how || over ? 0 : heir(s);

	end_look();
	s->died = how;
	s->pid = next ? next : -1;
	if (next) {
		has_begun(s);
		return;
	}
	if (WIFEXITED(how) && s->last[WEXITSTATUS(how)] && !over) {
		over = true;
		s->tell(SUPERVISE_DONE);
	}
	if (s->with || s->cgroup)
		supervise_stop(s); /* what it left would be in the way of the next */
	plan(s, SUPERVISE_ENDED);
}

static void stop_sick(struct supervise *s)
{
	end_look();
	s->tell(SUPERVISE_SICK);
	supervise_stop(s);
	/* it lives on where the schedule has no KILL: then once more */
	set_watches(s);
}

static void has_looked(struct supervise *s, int how)
{
	looker = 0;
	if (!check || no_answer)
		return;
	check = clock_msec() + s->check;
	if (how)
		stop_sick(s);
}

/* all that have died: orphans of the program are our children too */
static void bury(struct supervise *s)
{
	pid_t dead;
	int how;

	while ((dead = waitpid(-1, &how, WNOHANG)) > 0)
		if (dead == s->pid)
			has_ended(s, how);
		else if (dead == looker)
			has_looked(s, how);
}

static void start_anew(struct supervise *s)
{
	s->restarts++;
	s->pid = s->start();
	if (s->pid > 0) {
		has_begun(s);
	} else {
		s->died = -1;
		began = clock_msec();
		plan(s, SUPERVISE_FAILED);
	}
}

static void see_to_what_is_due(struct supervise *s)
{
	if (is_due(restart)) {
		restart = 0;
		start_anew(s);
	} else if (is_due(silent) || (is_due(check) && looker && !no_answer)) {
		stop_sick(s);
	} else if (is_due(check)) {
		check = clock_msec() + s->check;
		no_answer = false;
		looker = s->look();
		if (looker < 0)
			looker = 0; /* it cannot be asked now: that does not make it sick */
	}
}

static void obey(struct supervise *s, int sig)
{
	switch (sig) {
	case SIGTERM:
	case SIGINT:
	case SIGQUIT:
		over = true;
		restart = check = silent = 0;
		supervise_stop(s);
		break;
	case SIGHUP:
	case SIGUSR1:
	case SIGUSR2:
	case SIGWINCH:
		if (s->pid > 0)
			proc_kill_child(s->pid, sig);
		break;
	case SIGIO:
		if (s->heard && s->heard() && silent)
			silent = clock_msec() + s->watchdog;
	}
}

void supervise_run(struct supervise *s)
{
	siginfo_t info;

	over = false;
	has_begun(s);
	/* The dead are buried right before each wait: a start discards a SIGCHLD that is pending (sigaction(2)). */
	while (bury(s), !over || s->pid > 0) {
		obey(s, sig_take(&info, time_left()));
		if (!over)
			see_to_what_is_due(s);
	}
}
