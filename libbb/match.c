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
#define CMDLINE_MAX 4096
#define USUAL ENABLED(CONFIG_START_STOP_DAEMON_USUAL)
#define IDENTITY ENABLED(CONFIG_START_STOP_DAEMON_IDENTITY)
#define CRED ENABLED(CONFIG_START_STOP_DAEMON_CRED)
#define PIDOF_MORE ENABLED(CONFIG_PIDOF_MORE)
#define BY_COMM (USUAL || ENABLED(CONFIG_KILLALL) || ENABLED(CONFIG_PROBE_PROCESS)) /* else pidof alone has names */
/* who ask more than that */
#define FINDERS (REGEX || ENABLED(CONFIG_KILLALL_MORE) || ENABLED(CONFIG_KILLALL5) || ENABLED(CONFIG_PGREP))
#define PIDOF_ALL ENABLED(CONFIG_PIDOF_ALL)
#define KTHREADS (ENABLED(CONFIG_PGREP) || PIDOF_ALL)
#define FOLD ENABLED(CONFIG_KILLALL_MORE)
#define REGEX (ENABLED(CONFIG_KILLALL) && ENABLED(CONFIG_REGEX))
#define WITH (ENABLED(CONFIG_START_STOP_DAEMON_TREE) || ENABLED(CONFIG_KILLALL_MORE))
#define CGROUP ENABLED(CONFIG_START_STOP_DAEMON_TREE)
#define FILES ENABLED(CONFIG_MATCH_FILES)

/* ---- names ---------------------------------------------------------------------------------------------- */

int name_plain(struct name *n, const char *text)
{
	memset(n, 0, sizeof(*n));
	n->text = text;
	n->len = text_len(text);
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

int name_word(struct name *n, const char *text)
{
	if (text_base(text) == text)
		return name_plain(n, text);
	return name_path(n, text) < 0 && FILES && errno != ENOENT ? -1 : 0;
}

int name_words(struct name names[NAMES_MAX], char **words, bool plain, unsigned *n)
{
	for (; words[*n]; ++*n) {
		if (*n == NAMES_MAX)
			return num_fail(E2BIG);
		if ((plain ? name_plain(&names[*n], words[*n]) : name_word(&names[*n], words[*n])) < 0)
			return -1;
	}
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
	len = fd_link(AT_FDCWD, link, buf, PATH_MAX);
	close(fd);
	return len < 0 ? n->text : buf;
}

/* ---- one process, seen through its pin ------------------------------------------------------------------- */

/* what is asked of a candidate, read once. The strings of the command line are ended by a NUL each */
struct view {
	const struct proc *p;
	const char *comm; /* NULL: not known yet */
	char own[PROC_COMM];
	ssize_t len;
	char args[CMDLINE_MAX];
};

static const char *next_arg(const struct view *v, const char *arg)
{
	arg += text_len(arg) + 1;
	return arg < v->args + v->len ? arg : NULL;
}

static bool is_file(const struct stat *st, dev_t dev, ino_t ino)
{
	return st->st_dev == dev && st->st_ino == ino;
}

static bool same_root(const struct proc *p)
{
	struct stat ours, its;

	return fd_stat(AT_FDCWD, "/", &ours, 0) < 0 || proc_fstat(p, "root/", &its) < 0 ||
	       is_file(&its, ours.st_dev, ours.st_ino);
}

/* comm is cut to 15 bytes: does it fit the name so far? */
static bool comm_fits(const char *comm, const char *name)
{
	return text_same(comm, name, COMM_MAX);
}

/* is this the name, or would it be if it were not cut? */
static bool is_called(const struct name *n, const char *name)
{
	const char *rest;

	if (REGEX && n->regex)
		return regex_matches(n->regex, name);
	if (!FOLD || !n->fold)
		return !strcmp(name, n->text);
	rest = text_after(name, n->text);
	return rest && !*rest;
}

static bool may_be_called(const struct name *n, const char *cut)
{
	if (REGEX && n->regex)
		return true;
	return FOLD && n->fold ? text_after(n->text, cut) != NULL : comm_fits(cut, n->text);
}

/* A full comm may be a cut one. The string of the command line that continues it tells the whole name: the
   path of the program, or of the script that an interpreter runs. */
static bool comm_is(const struct match *m, const struct view *v, const struct name *n)
{
	const char *arg;

	if (!v->comm)
		return false;
	if (text_len(v->comm) < COMM_MAX)
		return is_called(n, v->comm);
	if (!may_be_called(n, v->comm))
		return false;
	if (v->p->dir == PROC_BY_NUMBER || (n->len == COMM_MAX && m->how & MATCH_COMM))
		return true;
	for (arg = v->args; arg; arg = next_arg(v, arg))
		if (text_same(text_base(arg), v->comm, COMM_MAX))
			return is_called(n, text_base(arg));
	return !(m->how & MATCH_EXACT) && (!REGEX || !n->regex || is_called(n, v->comm));
}

/* (in comm_is this would be two calls, and 64 bytes where it is all there is) */
const char *name_whole(const char *args, const char *end, const char *comm)
{
	for (; args < end; args += text_len(args) + 1)
		if (text_same(text_base(args), comm, COMM_MAX))
			return text_base(args);
	return NULL;
}

/* a zombie has no other name */
static bool by_comm_too(const struct match *m, const struct view *v)
{
	return m->how & MATCH_OR_COMM || (m->how & MATCH_ZOMBIES && !v->len);
}

/* argv[0] as pidof sees it: a login shell's dash does not count; "title: worker" is a name changed at run time, and
   a script's name an argument: texts that a process may choose, so the kernel's name (unless it is not known yet)
   must agree */
static bool argv_is(const struct match *m, const struct view *v, const struct name *n)
{
	const char *arg = v->args + (*v->args == '-'), *base = text_base(arg);
	bool agrees = !v->comm || comm_fits(v->comm, n->text);

	if (!strcmp(base, n->text) || !strcmp(arg, n->text))
		return true;
	if (PIDOF_ALL && by_comm_too(m, v) && v->comm && !strcmp(v->comm, n->text))
		return true;
	if (arg[text_until(arg, " ")])
		return agrees && text_same(base, n->text, n->len);
	if (!PIDOF_MORE || !(m->how & MATCH_SCRIPTS))
		return false;
	do
		arg = next_arg(v, arg);
	while (arg && *arg == '-');
	return arg && agrees && !strcmp(text_base(arg), n->text);
}

/* one file under several names (busybox): the name by which it was called counts */
static bool called_by(const struct view *v, const struct name *n, const char *real_path)
{
	const char *as = text_base(n->text);

	return !strcmp(as, text_base(real_path)) || comm_fits(v->comm, as) || !strcmp(as, text_base(v->args));
}

/* the script is argv[1], or argv[2] behind the interpreter's own option (execve(2)) */
static bool runs_script(const struct view *v, const struct name *n)
{
	const char *arg = v->args;
	struct stat st;
	int i;

	for (i = 0; i < 2 && (arg = next_arg(v, arg)); i++)
		if (!strcmp(arg, n->text) ||
		    (*arg == '/' && !fd_stat(AT_FDCWD, arg, &st, 0) && is_file(&st, n->dev, n->ino)))
			return true;
	return false;
}

/* The program's file has no name any more: an upgrade put another in its place. The link's text still tells the
   old name; it is a text of the process's own mount namespace, so its root must be ours. */
static bool was_at(const struct proc *p, const struct name *n, const char *real_path)
{
	static const char deleted[] = " (deleted)";
	char link[PATH_MAX + sizeof(deleted)];
	ssize_t len = fd_link(p->dir, "exe", link, sizeof(link));
	char *tail = link + len - (sizeof(deleted) - 1);

	if (tail < link || strcmp(tail, deleted))
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

/* how a process's exe link and a name's file go together */
enum exe { EXE_OTHER, EXE_HIDDEN, EXE_FILE, EXE_SHELL, EXE_GONE };

/* One call. No file has the numbers 0, 0 of a name without one; unlinked files may be what it was before an upgrade */
static enum exe exe_of(const struct proc *p, const struct name *n)
{
	struct stat st;

	if (proc_fstat(p, "exe", &st) < 0) /* kernel threads and zombies have none */
		return FILES && errno != ENOENT && errno != ESRCH ? EXE_HIDDEN : EXE_OTHER;
	if (is_file(&st, n->dev, n->ino))
		return EXE_FILE;
	if (FILES && is_file(&st, n->shell_dev, n->shell_ino))
		return EXE_SHELL;
	return FILES && !st.st_nlink ? EXE_GONE : EXE_OTHER;
}

static bool exec_is(const struct view *v, const struct name *n)
{
	char buf[PATH_MAX];
	const char *path;
	enum exe exe = exe_of(v->p, n);

	if (!FILES || exe == EXE_OTHER || v->p->dir == PROC_BY_NUMBER)
		return exe;
	if (exe == EXE_HIDDEN)
		return claims(v, n);
	if (exe == EXE_SHELL)
		return runs_script(v, n);
	path = real(n, buf);
	return exe == EXE_FILE ? called_by(v, n, path) : was_at(v->p, n, path);
}

static bool name_is(const struct match *m, const struct view *v, const struct name *n)
{
	return n->path ? exec_is(v, n) : !BY_COMM || m->how & MATCH_ARGV ? argv_is(m, v, n) : comm_is(m, v, n);
}

/* ---- one process against all criteria -------------------------------------------------------------------- */

/* One that is not held: only what its names are looked for in, one file. */
static void view_fill(struct view *v, const struct match *m, bool held)
{
	if (BY_COMM && !held && !(m->how & MATCH_ARGV)) {
		v->comm = proc_comm(v->p, v->own) < 0 ? NULL : v->own;
		return;
	}
	v->len = proc_cmdline(v->p, v->args, sizeof(v->args));
	if (v->len <= 0)
		v->args[v->len = 0] = '\0';
	if (PIDOF_ALL && !held && by_comm_too(m, v))
		v->comm = proc_comm(v->p, v->own) < 0 ? NULL : v->own;
}

static bool names_match(const struct match *m, struct proc *p, const char *comm)
{
	static APART struct view v;
	bool held = p->dir != PROC_BY_NUMBER, filled = held;
	unsigned i;

	if (FINDERS && !m->exec && !m->nnames)
		return true; /* no need of its command line: reading that can hang with who waits for a dead server */
	v.p = p;
	v.comm = comm;
	if (held)
		view_fill(&v, m, true);
	if (m->exec && !exec_is(&v, m->exec))
		return false;
	p->names = 0;
	for (i = 0; i < m->nnames; i++) {
		if (!filled && !m->names[i].path)
			view_fill(&v, m, !(filled = true));
		if (name_is(m, &v, &m->names[i]))
			p->names |= 1ULL << i;
	}
	return !m->nnames || p->names;
}

/* its stat; who goes with whom is kept */
static int ask_stat(struct proc *p, struct proc_stat *s)
{
	if (proc_stat(p, s) < 0)
		return -1;
	p->pgrp = s->field[STAT_PGRP];
	p->session = s->field[STAT_SESSION];
	if (FINDERS) {
		memcpy(p->comm, s->comm, sizeof(p->comm) - 1);
		p->comm[sizeof(p->comm) - 1] = '\0';
	}
	return 0;
}

static bool is_child(const struct match *m, const struct proc_stat *s)
{
	return !USUAL || !m->ppid || s->field[STAT_PPID] == (unsigned)m->ppid;
}

static bool status_matches(const struct match *m, const struct proc *p)
{
	struct proc_status s;

	/* by number a container's process may be meant, but not a thread, which has one too */
	return !proc_status(p, &s) && (m->pid ? s.tgid == p->pid : !s.inner || (FINDERS && m->how & MATCH_INNER)) &&
	       (!CRED || !m->by_uid || s.euid == m->uid);
}

static bool identity_matches(const struct match *m, const struct proc *p)
{
	char its[PROC_IDENTITY];

	return !IDENTITY || !m->identity || (!proc_note(proc_identity(p, its)) && !strcmp(its, m->identity));
}

/* ourselves up to PID 1 */
static bool is_ancestor(pid_t pid)
{
	struct proc up = { .pid = getppid(), .dir = PROC_BY_NUMBER };
	struct proc_stat s;

	while (up.pid > 1 && up.pid != pid)
		up.pid = proc_stat(&up, &s) < 0 ? 0 : s.field[STAT_PPID];
	return up.pid == pid;
}

/* may a search by other than number find it, for all that it is to us? */
static bool is_open_to(const struct match *m, pid_t pid)
{
	return m->pid || m->how & MATCH_ANCESTORS || !is_ancestor(pid);
}

bool match_anybody(const struct match *m)
{
	return !m->ppid && !m->exec && !m->nnames && !m->by_uid && !(FINDERS && m->also);
}

int match_test(const struct match *m, struct proc *p)
{
	struct proc_stat s;

	if (ask_stat(p, &s) < 0) {
		if (errno != ENOTDIR)
			return -1;
		if (proc_dead(p))
			return 0;
		if (match_anybody(m) && !(IDENTITY && m->identity))
			return 1;
		errno = proc_unseen = ENOENT; /* no /proc: nothing but the number can be told */
		return -1;
	}
	return !(m->pid && m->pid != p->pid) && !(proc_ended(s.state) && !(m->how & MATCH_ZOMBIES)) &&
	       !(s.field[STAT_FLAGS] & PROC_KTHREAD && !(KTHREADS && m->how & MATCH_KTHREADS)) &&
	       is_child(m, &s) && identity_matches(m, p) &&
	       names_match(m, p, s.comm) && status_matches(m, p) &&
	       (!PIDOF_MORE || !(m->how & MATCH_SAME_ROOT) || same_root(p)) &&
	       is_open_to(m, p->pid) && (!FINDERS || !m->also || m->also(p, &s));
}

/* ---- the scan --------------------------------------------------------------------------------------------- */

/* The cheap look at one that is not held. It may say yes wrongly, as the number may change hands: who passes is held,
   and asked everything again. */
static bool look(const struct match *m, struct proc *p)
{
	struct proc_stat s;

	if (m->exec)
		return exe_of(p, m->exec);
	if (m->nnames)
		return names_match(m, p, NULL);
	if (USUAL && m->ppid)
		return !proc_stat(p, &s) && is_child(m, &s);
	return (!CRED || !m->by_uid || status_matches(m, p)) && (!FINDERS || !m->also || m->also(p, NULL));
}

int match_omit(struct match *m, const char *list)
{
	static APART pid_t omitted[OMIT_MAX];
	const char *caller;
	unsigned pid;
	int done = 0;

	m->omit = omitted;
	do {
		pid = getppid();
		caller = text_after(list, "%PPID");
		if (caller)
			list = caller;
		if ((!caller && num_take(&list, INT_MAX, &pid) < 0) || text_until(list, ",;:"))
			done = num_fail(EINVAL);
		else if (m->nomit == OMIT_MAX)
			return num_fail(E2BIG);
		else
			omitted[m->nomit++] = pid;
		list += text_until(list, ",;:");
	} while (*list++);
	return done;
}

static pid_t self; /* getpid is a system call, and a scan asks for each process */

static bool spared(const struct match *m, pid_t pid)
{
	unsigned i;

	if ((CGROUP && pid == self) || (pid == 1 && !(m->how & MATCH_INIT)))
		return true;
	for (i = 0; (PIDOF_MORE || FINDERS) && i < m->nomit; i++)
		if (m->omit[i] == pid)
			return true;
	return false;
}

static void drop(struct procs *set, unsigned i)
{
	proc_close(&set->v[i]);
	for (set->n--; i < set->n; i++)
		set->v[i] = set->v[i + 1];
}


/* the number that all who go with it have */
static pid_t kind(const struct match *m, const struct proc *p)
{
	return m->with == WITH_GROUP ? p->pgrp : p->session;
}

/* a new one that goes with one of those that are held? */
static bool goes_with(const struct procs *kin, const struct match *m, struct proc *p)
{
	struct proc_stat s;
	bool goes = false;
	unsigned i;

	if (ask_stat(p, &s) < 0 || proc_ended(s.state))
		return false;
	p->names = 0;
	for (i = 0; i < kin->n; i++) {
		const struct proc *k = &kin->v[i];

		if (k->pid == p->pid)
			return false;
		if (m->with == WITH_TREE ? s.field[STAT_PPID] == (unsigned)k->pid : kind(m, p) == kind(m, k)) {
			p->names |= k->names;
			goes = true;
		}
	}
	return goes && is_open_to(m, p->pid);
}

/* kin: NULL, or those whose relatives are looked for */
static bool is_meant(const struct procs *kin, const struct match *m, struct proc *p)
{
	if (WITH && kin)
		return goes_with(kin, m, p);
	if (p->dir == PROC_BY_NUMBER)
		return look(m, p);
	return match_test(m, p) > 0;
}

/* holds the process if it is meant, and can be */
static void add(struct procs *set, const struct procs *kin, const struct match *m, pid_t pid)
{
	struct proc p, *v;

	if (proc_open(&p, pid) < 0)
		return;
	if (is_meant(kin, m, &p)) {
		v = mem_more(set->v, sizeof(*v), set->n, &set->room);
		if (v) {
			set->v = v;
			v[set->n++] = p;
			return;
		}
		proc_note(-1);
	}
	proc_close(&p);
}

/* each pid in /proc, once */
static void scan(struct procs *set, const struct procs *kin, const struct match *m)
{
	static APART struct fd_dir d;
	bool saw_us = false;
	const char *name;
	struct proc p;
	unsigned pid;
	int proc = fd_open(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY, 0);

	if (proc < 0)
		proc_unseen = errno;
	fd_dir_start(&d, proc);
	while (!proc_unseen && (name = fd_dir_next(&d))) {
		if (num_parse(name, INT_MAX, &pid) < 0)
			continue;
		if ((pid_t)pid == self) {
			saw_us = true;
			continue;
		}
		p.pid = pid;
		p.dir = PROC_BY_NUMBER;
		if (!spared(m, pid) && is_meant(kin, m, &p))
			add(set, kin, m, pid);
	}
	if (!proc_unseen) /* an empty directory is no /proc, another pid namespace's not ours; hidepid shows us us */
		proc_unseen = errno || saw_us ? errno : ENOENT;
	close(proc);
}

bool procs_hidden(pid_t pid)
{
	struct proc p = { .pid = pid, .dir = PROC_BY_NUMBER };
	char comm[PROC_COMM];

	return ENABLED(CONFIG_HIDEPID) && proc_comm(&p, comm) < 0 && getpgid(pid) >= 0;
}

static int answer(const struct procs *set)
{
	return proc_unseen ? num_fail(proc_unseen) : (int)set->n;
}

int procs_widen(struct procs *set, const struct match *m)
{
	struct proc us = { .pgrp = getpgrp(), .session = getsid(0) };
	unsigned i, before;

	if (!m->with)
		return 0;
	proc_unseen = 0;
	for (i = 0; m->with != WITH_TREE && i < set->n; i++)
		if (kind(m, &set->v[i]) == kind(m, &us))
			return num_fail(EDEADLK);
	do { /* a child with a lower number than its parent is found the next time round */
		before = set->n;
		if (before)
			scan(set, set, m);
	} while (m->with == WITH_TREE && set->n > before);
	return answer(set);
}

/* cgroup.procs, whole. NULL: errno; EMFILE: too long, so more than could be held */
static const char *list_members(int cgroup)
{
	static APART char text[1 << 20];
	int fd = fd_open(cgroup, "cgroup.procs", O_RDONLY, 0);
	ssize_t len;

	if (fd < 0)
		return NULL;
	len = fd_fill(fd, text, sizeof(text), -1);
	close(fd);
	if (len == sizeof(text))
		errno = EMFILE;
	if (len < 0 || len == sizeof(text))
		return NULL;
	text[len] = '\0';
	return text;
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
static void find_members(struct procs *set, const struct match *m)
{
	const char *text = list_members(m->cgroup), *p = text;
	unsigned n, i;

	for (; p && !num_take(&p, INT_MAX, &n); p++)
		if (n && !spared(m, n))
			add(set, NULL, m, n);
	text = text ? list_members(m->cgroup) : NULL;
	for (i = set->n; text && i-- > 0;)
		if (!lists(text, set->v[i].pid))
			drop(set, i);
	if (!text)
		proc_unseen = errno;
}

int procs_find(struct procs *set, const struct match *m)
{
	self = getpid();
	proc_unseen = 0;
	fd_limit_up();
	if (CGROUP && m->cgroup)
		find_members(set, m);
	else if (!m->pid)
		scan(set, NULL, m);
	else if (m->pid != self)
		add(set, NULL, m, m->pid);
	if (WITH && !proc_unseen && procs_widen(set, m) < 0)
		return -1;
	return answer(set);
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

void procs_keep(struct procs *set, bool (*keep)(struct proc *))
{
	unsigned i;

	for (i = 0; i < set->n;)
		if (keep(&set->v[i]))
			i++;
		else
			drop(set, i);
}

void procs_free(struct procs *set)
{
	while (set->n)
		drop(set, set->n - 1);
	mem_free(set->v, sizeof(*set->v), set->room);
	set->v = NULL;
	set->room = 0;
}
