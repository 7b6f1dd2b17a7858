/* SPDX-License-Identifier: 0BSD */
/* match - which processes are meant, and holding them */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "env.h"
#include "fd.h"
#include "match.h"
#include "mem.h"
#include "num.h"
#include "text.h"

#define COMM_MAX 15         /* TASK_COMM_LEN less its NUL */
#define ANCESTORS_MAX 256
#define CMDLINE_MAX 4096
#define TREE ENABLED(CONFIG_START_STOP_DAEMON_TREE)
#define FILES ENABLED(CONFIG_MATCH_FILES)

/* ---- names ---------------------------------------------------------------------------------------------- */

int name_plain(struct name *n, const char *text)
{
	memset(n, 0, sizeof(*n));
	n->text = text;
	n->len = strlen(text);
	errno = EINVAL;
	return n->len ? 0 : -1;
}

/* the word at text, ended by a NUL; what follows */
static char *word(char **text)
{
	char *start = (char *)text_skip(*text), *end = start + text_until(start, " \t\n");

	*text = *end ? end + 1 : end;
	*end = '\0';
	return start;
}

/* "#!/bin/sh -e" or "#!/usr/bin/env python3": the file that will run it */
static void find_shell(struct name *n)
{
	char line[256], path[PATH_MAX], *rest = line + 2, *shell;
	struct stat st;

	if (fd_read(AT_FDCWD, n->text, line, sizeof(line)) < 2 || line[0] != '#' || line[1] != '!')
		return;
	shell = word(&rest);
	if (!strcmp(text_base(shell), "env"))
		shell = word(&rest);
	if (env_path(shell, path, sizeof(path)) < 0 || fd_stat(AT_FDCWD, path, &st, 0) < 0)
		return;
	n->script = true;
	n->shell_dev = st.st_dev;
	n->shell_ino = st.st_ino;
}

int name_path(struct name *n, const char *text)
{
	struct stat st;

	if (name_plain(n, text) < 0)
		return -1;
	n->path = true;
	if (fd_stat(AT_FDCWD, text, &st, 0) < 0)
		return -1;
	n->exists = true;
	n->dev = st.st_dev;
	n->ino = st.st_ino;
	if (FILES && S_ISREG(st.st_mode))
		find_shell(n);
	return 0;
}

/* the name's file without symlinks, as the kernel would show it in a /proc link: text of at most PATH_MAX */
static const char *real(const struct name *n, char buf[PATH_MAX])
{
	char link[14 + NUM_TEXT], digits[NUM_TEXT];
	int fd = fd_open(AT_FDCWD, n->text, O_PATH, 0);
	ssize_t len;

	if (fd < 0)
		return n->text;
	text_copy(text_copy(link, "/proc/self/fd/"), num_text(digits, fd));
	len = readlinkat(AT_FDCWD, link, buf, PATH_MAX - 1);
	close(fd);
	if (len < 0)
		return n->text;
	buf[len] = '\0';
	return buf;
}

/* ---- one process, seen through its pin ------------------------------------------------------------------- */

/* what is asked of a candidate, read once. The strings of the command line are ended by a NUL each */
struct view {
	const struct proc *p;
	const char *comm;
	ssize_t len;
	char args[CMDLINE_MAX];
};

static const char *next_arg(const struct view *v, const char *arg)
{
	arg += strlen(arg) + 1;
	return arg < v->args + v->len ? arg : NULL;
}

static bool same_root(const struct proc *p)
{
	struct stat ours, its;

	return fd_stat(AT_FDCWD, "/", &ours, 0) < 0 || fd_stat(p->dir, "root/", &its, 0) < 0 ||
	       (ours.st_dev == its.st_dev && ours.st_ino == its.st_ino);
}

/* comm is cut to 15 bytes: does it fit the name so far? */
static bool comm_fits(const char *comm, const struct name *n)
{
	return !strncmp(comm, n->text, COMM_MAX) && strlen(comm) == (n->len < COMM_MAX ? n->len : COMM_MAX);
}

/* A full comm may be a cut one. The string of the command line that continues it tells the whole name: the
   path of the program, or of the script that an interpreter runs. */
static bool comm_is(const struct match *m, const struct view *v, const struct name *n)
{
	const char *arg;

	if (!comm_fits(v->comm, n))
		return false;
	if (n->len < COMM_MAX || (n->len == COMM_MAX && m->how & MATCH_COMM))
		return true;
	for (arg = v->args; arg; arg = next_arg(v, arg))
		if (!strncmp(text_base(arg), v->comm, COMM_MAX))
			return !strcmp(text_base(arg), n->text);
	return !(m->how & MATCH_EXACT);
}

/* argv[0] as pidof sees it: a login shell's dash does not count; "title: worker" is a name changed at run time, and
   a script's name an argument: texts that a process may choose, so the kernel's name (unless it is not known yet)
   must agree */
static bool argv_is(const struct match *m, const struct view *v, const struct name *n)
{
	const char *arg = v->args + (*v->args == '-'), *base = text_base(arg);
	bool agrees = !v->comm || comm_fits(v->comm, n);

	if (!v->len)
		return false;
	if (!strcmp(base, n->text) || !strcmp(arg, n->text))
		return true;
	if (arg[text_until(arg, " ")])
		return agrees && !strncmp(base, n->text, n->len);
	if (!(m->how & MATCH_SCRIPTS))
		return false;
	do
		arg = next_arg(v, arg);
	while (arg && *arg == '-');
	return arg && agrees && !strcmp(text_base(arg), n->text);
}

/* one file under several names (busybox): the name by which it was called counts */
static bool called_by(const struct view *v, const struct name *n, const char *real_path)
{
	struct name as;

	name_plain(&as, text_base(n->text));
	return !strcmp(as.text, text_base(real_path)) || comm_fits(v->comm, &as) ||
	       !strcmp(text_base(v->args), as.text);
}

/* the script is argv[1], or argv[2] behind the interpreter's own option (execve(2)) */
static bool runs_script(const struct view *v, const struct name *n)
{
	const char *arg = v->args;
	struct stat st;
	int i;

	for (i = 0; i < 2 && (arg = next_arg(v, arg)); i++)
		if (!strcmp(arg, n->text) ||
		    (*arg == '/' && !fd_stat(AT_FDCWD, arg, &st, 0) && st.st_dev == n->dev && st.st_ino == n->ino))
			return true;
	return false;
}

/* The program's file has no name any more: an upgrade put another in its place. The link's text still tells the
   old name; it is a text of the process's own mount namespace, so its root must be ours. */
static bool was_at(const struct proc *p, const struct name *n, const char *real_path)
{
	static const char deleted[] = " (deleted)";
	char link[PATH_MAX + sizeof(deleted)];
	ssize_t len = readlinkat(p->dir, "exe", link, sizeof(link) - 1);
	char *tail = link + len - (sizeof(deleted) - 1);

	if (tail < link || memcmp(tail, deleted, sizeof(deleted) - 1))
		return false;
	*tail = '\0';
	return (!strcmp(link, n->text) || !strcmp(link, real_path)) && same_root(p);
}

/* another user's process: its link is not for us to see. argv[0] is, and is believed of root and ourselves only */
static bool claims(const struct view *v, const struct name *n)
{
	struct proc_status s;

	return !strcmp(v->args, n->text) && !proc_status(v->p, &s) && (!s.euid || s.euid == geteuid());
}

static bool exec_is(const struct view *v, const struct name *n)
{
	char buf[PATH_MAX];
	struct stat exe;

	if (fd_stat(v->p->dir, "exe", &exe, 0) < 0)
		return FILES && (errno == EACCES || errno == EPERM) && claims(v, n);
	if (n->exists && exe.st_dev == n->dev && exe.st_ino == n->ino)
		return !FILES || called_by(v, n, real(n, buf));
	if (FILES && n->script && exe.st_dev == n->shell_dev && exe.st_ino == n->shell_ino)
		return runs_script(v, n);
	return FILES && !exe.st_nlink && was_at(v->p, n, real(n, buf));
}

static bool name_is(const struct match *m, const struct view *v, const struct name *n)
{
	return n->path ? exec_is(v, n) : m->how & MATCH_ARGV ? argv_is(m, v, n) : comm_is(m, v, n);
}

/* ---- one process against all criteria -------------------------------------------------------------------- */

static bool names_match(const struct match *m, struct proc *p, const char *comm)
{
	static struct view v;
	unsigned i;

	v.p = p;
	v.comm = comm;
	v.len = proc_read(p, "cmdline", v.args, sizeof(v.args));
	if (v.len <= 0)
		v.args[v.len = 0] = '\0';
	if (m->exec && !exec_is(&v, m->exec))
		return false;
	p->names = 0;
	for (i = 0; i < m->nnames; i++)
		if (name_is(m, &v, &m->names[i]))
			p->names |= 1ULL << i;
	return !m->nnames || p->names;
}

static bool is_child(const struct match *m, const struct proc_stat *s)
{
	return !m->ppid || s->field[STAT_PPID] == (unsigned)m->ppid;
}

static bool status_matches(const struct match *m, const struct proc *p)
{
	struct proc_status s;

	/* by number a container's process may be meant, but not a thread, which has one too */
	return !proc_status(p, &s) && (m->pid ? s.tgid == p->pid : !s.inner) && (!m->by_uid || s.euid == m->uid);
}

static bool identity_matches(const struct match *m, const struct proc *p)
{
	char its[PROC_IDENTITY];

	return !m->identity || (!proc_identity(p, its) && !strcmp(its, m->identity));
}

int match_test(const struct match *m, struct proc *p)
{
	struct proc_stat s;

	if (proc_stat(p, &s) < 0) {
		if (errno != ENOTDIR)
			return -1;
		errno = ENOENT; /* no /proc: nothing but the number can be told */
		return m->ppid || m->exec || m->nnames || m->by_uid ? -1 : !proc_dead(p);
	}
	p->pgrp = s.field[STAT_PGRP];
	p->session = s.field[STAT_SESSION];
	return !(m->pid && m->pid != p->pid) && !(proc_ended(s.state) && !(m->how & MATCH_ZOMBIES)) && !(s.field[STAT_FLAGS] & PROC_KTHREAD) &&
	       is_child(m, &s) && identity_matches(m, p) && names_match(m, p, s.comm) && status_matches(m, p) &&
	       (!(m->how & MATCH_SAME_ROOT) || same_root(p));
}

/* ---- the scan --------------------------------------------------------------------------------------------- */

/* "PID/FILE" below /proc */
static const char *file_of(char buf[NUM_TEXT + 8], const char *pid, const char *file)
{
	text_copy(text_copy(text_copy(buf, pid), "/"), file);
	return buf;
}

/* may this process run the name's file? One call. Unlinked files may be what it was before an upgrade */
static bool look_exec(int proc, const char *pid, const struct name *n)
{
	char file[NUM_TEXT + 8];
	struct stat st;

	if (fd_stat(proc, file_of(file, pid, "exe"), &st, 0) < 0)
		return FILES && (errno == EACCES || errno == EPERM);
	return (FILES && !st.st_nlink) || (n->exists && st.st_dev == n->dev && st.st_ino == n->ino) ||
	       (n->script && st.st_dev == n->shell_dev && st.st_ino == n->shell_ino);
}

static bool look_names(const struct match *m, int proc, const char *pid)
{
	static struct view v; /* args: comm or cmdline */
	char file[NUM_TEXT + 8];
	unsigned i;

	v.len = 0;
	for (i = 0; i < m->nnames; i++) {
		const struct name *n = &m->names[i];

		if (!n->path && !v.len) { /* read once for all names */
			v.len = fd_read(proc, file_of(file, pid, m->how & MATCH_ARGV ? "cmdline" : "comm"), v.args,
					sizeof(v.args));
			if (v.len > 0 && v.args[v.len - 1] == '\n')
				v.args[v.len - 1] = '\0';
		}
		if (n->path ? look_exec(proc, pid, n)
			    : v.len > 0 && (m->how & MATCH_ARGV ? argv_is(m, &v, n) : comm_fits(v.args, n)))
			return true;
	}
	return false;
}

static bool look_stat(const struct match *m, int proc, const char *pid)
{
	char file[NUM_TEXT + 8], text[2048];
	struct proc_status status;
	struct proc_stat stat;
	ssize_t len = fd_read(proc, file_of(file, pid, m->ppid ? "stat" : "status"), text, sizeof(text));

	if (len < 0)
		return false;
	if (m->ppid)
		return !proc_stat_parse(text, len, &stat) && is_child(m, &stat);
	return !proc_status_parse(text, &status) && status.euid == m->uid;
}

/* The cheap look by number. It may say yes wrongly, as the number may change hands: who passes is held, and
   asked everything again. */
static bool look(const struct match *m, int proc, const char *pid)
{
	if (m->exec)
		return look_exec(proc, pid, m->exec);
	if (m->nnames)
		return look_names(m, proc, pid);
	if (m->ppid || m->by_uid)
		return look_stat(m, proc, pid);
	return true;
}

/* ourselves up to PID 1, once */
static bool is_ancestor(pid_t pid)
{
	static pid_t chain[ANCESTORS_MAX];
	static unsigned n;
	struct proc_stat s;
	struct proc p;
	unsigned i;

	if (!n) {
		for (chain[n++] = getppid(); n < ANCESTORS_MAX && chain[n - 1] > 1; n++) {
			if (proc_open(&p, chain[n - 1]) < 0)
				break;
			chain[n] = proc_stat(&p, &s) < 0 ? 0 : s.field[STAT_PPID];
			proc_close(&p);
		}
	}
	for (i = 0; i < n; i++)
		if (chain[i] == pid)
			return true;
	return false;
}

static pid_t self; /* getpid is a system call, and a scan asks for each process */

static bool spared(const struct match *m, pid_t pid)
{
	unsigned i;

	if (pid == self || (pid == 1 && !(m->how & MATCH_INIT)))
		return true;
	for (i = 0; i < m->nomit; i++)
		if (m->omit[i] == pid)
			return true;
	return false;
}

static void drop(struct procs *set, unsigned i)
{
	proc_close(&set->v[i]);
	memmove(set->v + i, set->v + i + 1, (--set->n - i) * sizeof(*set->v));
}

/* the set takes it. 0; -1, and it is let go */
static int keep(struct procs *set, struct proc *p)
{
	struct proc *v = mem_more(set->v, sizeof(*v), set->n, &set->room);

	if (!v) {
		proc_close(p);
		return -1;
	}
	set->v = v;
	v[set->n++] = *p;
	return 0;
}

/* without a descriptor there is no look, and no answer */
static int no_descriptor(void)
{
	return errno == EMFILE || errno == ENFILE ? -1 : 0;
}

/* holds the process if it matches. 0; -1: the set cannot take it */
static int add(struct procs *set, const struct match *m, pid_t pid)
{
	struct proc p;
	bool meant;
	int failed;

	if (proc_open(&p, pid) < 0)
		return no_descriptor();
	errno = 0;
	meant = match_test(m, &p) > 0 && (m->pid || m->how & MATCH_ANCESTORS || !is_ancestor(pid));
	failed = no_descriptor(); /* some file of it could not be read */
	if (meant && !failed)
		return keep(set, &p);
	proc_close(&p);
	return failed;
}

/* each pid in /proc, once: 0, or -1 as visit has it */
static int scan(struct procs *set, const struct match *m,
		int (*visit)(struct procs *, const struct match *, int proc, const char *name, pid_t))
{
	static struct fd_dir d;
	bool saw_us = false;
	const char *name;
	unsigned pid;
	int error, proc = fd_open(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY, 0);

	if (proc < 0)
		return -1;
	fd_dir_start(&d, proc);
	while ((name = fd_dir_next(&d))) {
		if (num_parse(name, INT_MAX, &pid) < 0)
			continue;
		saw_us |= (pid_t)pid == self;
		if (!spared(m, pid) && visit(set, m, proc, name, pid) < 0)
			break;
	}
	error = errno;
	close(proc);
	errno = error || saw_us ? error : ENOENT; /* an empty directory is no /proc; hidepid shows us ourselves */
	return errno ? -1 : 0;
}

static int visit_match(struct procs *set, const struct match *m, int proc, const char *name, pid_t pid)
{
	errno = 0;
	return look(m, proc, name) ? add(set, m, pid) : no_descriptor();
}

/* of those that are held, does it go with one? */
static bool goes_with(const struct procs *set, const struct match *m, const struct proc_stat *s)
{
	unsigned i;

	for (i = 0; i < set->n; i++) {
		const struct proc *p = &set->v[i];

		if ((m->with == WITH_GROUP && s->field[STAT_PGRP] == (unsigned)p->pgrp) ||
		    (m->with == WITH_SESSION && s->field[STAT_SESSION] == (unsigned)p->session) ||
		    (m->with == WITH_TREE && s->field[STAT_PPID] == (unsigned)p->pid))
			return true;
	}
	return false;
}

static int visit_relative(struct procs *set, const struct match *m, int proc, const char *name, pid_t pid)
{
	char file[NUM_TEXT + 8], text[1024];
	struct proc_stat s;
	struct proc p;
	unsigned i;
	ssize_t len;

	for (i = 0; i < set->n; i++)
		if (set->v[i].pid == pid)
			return 0;
	len = fd_read(proc, file_of(file, name, "stat"), text, sizeof(text));
	if (len < 0)
		return no_descriptor();
	if (proc_stat_parse(text, len, &s) < 0 || !goes_with(set, m, &s))
		return 0;
	if (proc_open(&p, pid) < 0)
		return no_descriptor();
	if (proc_stat(&p, &s) < 0 || proc_ended(s.state) || !goes_with(set, m, &s)) {
		proc_close(&p);
		return 0;
	}
	p.names = 1; /* of the first name */
	p.pgrp = s.field[STAT_PGRP];
	p.session = s.field[STAT_SESSION];
	return keep(set, &p);
}

int procs_widen(struct procs *set, const struct match *m)
{
	unsigned i, before;

	for (i = 0; i < set->n; i++)
		if ((m->with == WITH_GROUP && set->v[i].pgrp == getpgrp()) ||
		    (m->with == WITH_SESSION && set->v[i].session == getsid(0))) {
			errno = EPERM;
			return -1;
		}
	do { /* a child with a lower number than its parent is found the next time round */
		before = set->n;
		if (m->with && before && scan(set, m, visit_relative) < 0)
			return -1;
	} while (m->with == WITH_TREE && set->n > before);
	return 0;
}

/* cgroup.procs, whole, for munmap; NULL: errno */
static char *list_members(int cgroup, unsigned *room)
{
	int fd = fd_open(cgroup, "cgroup.procs", O_RDONLY, 0);
	char *text = NULL, *more;
	unsigned len = 0;
	ssize_t n = 1;

	*room = 0;
	if (fd < 0)
		return NULL;
	while (n > 0 && (more = mem_more(text, 1, *room, room))) { /* twice the room is room enough for a read */
		text = more;
		while (n > 0 && len + 1 < *room)
			if ((n = read(fd, text + len, *room - 1 - len)) > 0)
				len += n;
	}
	close(fd);
	return n ? NULL : text;
}

static bool lists(const char *text, pid_t pid)
{
	unsigned n;

	while (!num_take(&text, INT_MAX, &n) && n != (unsigned)pid)
		text++;
	return *text;
}

/* Members are held first, and believed if the list still has them: a number that changed hands in between does
   not belong to one any more. */
static int find_members(struct procs *set, const struct match *m)
{
	unsigned room, n, i;
	char *text = list_members(m->cgroup, &room);
	const char *p = text;

	if (!text)
		return -1;
	for (; !num_take(&p, INT_MAX, &n); p++)
		if (n && !spared(m, n) && add(set, m, n) < 0)
			return -1;
	mem_free(text, 1, room);
	text = list_members(m->cgroup, &room);
	for (i = set->n; text && i-- > 0;)
		if (!lists(text, set->v[i].pid))
			drop(set, i);
	mem_free(text, 1, room);
	return text ? 0 : -1;
}

int procs_find(struct procs *set, const struct match *m)
{
	int done;

	self = getpid();
	fd_limit_up();
	if (TREE && m->cgroup)
		done = find_members(set, m);
	else if (m->pid)
		done = m->pid == self ? 0 : add(set, m, m->pid);
	else
		done = scan(set, m, visit_match);
	return done < 0 || (TREE && procs_widen(set, m) < 0) ? -1 : (int)set->n;
}

/* ---- the set ---------------------------------------------------------------------------------------------- */

unsigned procs_kill(struct procs *set, int sig, procs_told *told)
{
	unsigned i;

	set->refused = 0;
	for (i = 0; i < set->n;) {
		struct proc *p = &set->v[i];
		int error = proc_kill(p, sig) < 0 ? errno : 0;

		if (told && error != ESRCH)
			told(p, sig, error);
		set->refused += error && error != ESRCH;
		if (error)
			drop(set, i);
		else
			i++;
	}
	return set->n;
}

static void drop_dead(struct procs *set)
{
	unsigned i;

	for (i = set->n; i-- > 0;)
		if (proc_dead(&set->v[i]))
			drop(set, i);
}

/* All of them are waited for, so it may be one after the other: the last one first, whose place is free then. */
unsigned procs_wait(struct procs *set, int msec)
{
	long long start = clock_msec();

	while (set->n) {
		struct proc *p = &set->v[set->n - 1];
		struct pollfd death = { .events = POLLIN };
		int left = msec < 0 ? -1 : clock_left(start + msec);

		if (proc_dead(p)) {
			drop(set, set->n - 1);
			continue;
		}
		if (!left)
			break;
		death.fd = proc_poll(p);
		if (death.fd < 0) { /* no pidfds here: look again soon, or after a second less often */
			int nap = clock_msec() - start < 1000 ? 10 : 100;

			left = left >= 0 && left < nap ? left : nap;
		}
		poll(&death, 1, left); /* passes over a negative fd */
	}
	drop_dead(set);
	return set->n;
}

void procs_free(struct procs *set)
{
	while (set->n)
		drop(set, set->n - 1);
	mem_free(set->v, sizeof(*set->v), set->room);
	set->v = NULL;
	set->room = 0;
}
