/* pgrep - find processes by what they are, print, signal or await them */
/* SPDX-License-Identifier: 0BSD */

/*config
config PGREP
	bool "pgrep (6888 bytes)"
	default y
	help
	  Prints the pids of all processes whose name holds a text, or that have
	  the parent, process group, session, user or group asked for. pidof
	  knows whole names only.

config PGREP_PKILL
	bool "pkill (568 bytes)"
	depends on PGREP
	default y
	help
	  Signals what pgrep would print. A process that took over the number of
	  one that died meanwhile is never hit, and neither are PID 1 and who
	  called it.

config PGREP_PIDWAIT
	bool "pidwait (160 bytes)"
	depends on PGREP
	default y
	help
	  Waits until all that pgrep would print have ended.

config PGREP_MORE
	bool "-A, -F, -H, -L, -O, -p, -r, -t, -w, --cgroup, --env, --ns (2784 bytes)"
	depends on PGREP
	default y
	help
	  What is asked less often: pidfiles, a process's age, state, terminal,
	  environment, cgroup, namespaces, threads, and whether it handles a
	  signal; and pkill's -q, which sends a value with the signal.
*/
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../libbb/cred.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/match.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/pidfile.h"
#include "../libbb/proc.h"
#include "../libbb/regex.h"
#include "../libbb/text.h"
#include "applet.h"

#define MORE ENABLED(CONFIG_PGREP_MORE)
#define REGEX ENABLED(CONFIG_REGEX)
#define KILLS (ENABLED(CONFIG_PGREP_PKILL) && progname[1] == 'k')
#define WAITS (ENABLED(CONFIG_PGREP_PIDWAIT) && progname[1] == 'i')

enum { FOUND = 0, NONE = 1, WRONG = 2, FATAL = 3 }; /* exit statuses */

/* what may be asked as a list: the numbers of the fields of stat are proc.h's */
enum { UID, EUID, GID, PID, PPID = STAT_PPID, PGRP, SESSION, TTY, LISTS };
#define IN_STATUS (1 << UID | 1 << EUID | 1 << GID)
#define IN_STAT (1 << PPID | 1 << PGRP | 1 << SESSION | 1 << TTY)

static const char *pattern, *lists[LISTS], *delimiter = "\n", *pidfile, *states, *cgroups, *env, *namespaces;
static bool full, fold, whole, count, newest, oldest, inverse, name_too, line_too, quiet, echo, locked;
static bool no_ancestors, handled, threads;
static int sig = SIGTERM;
static pid_t ns_of;
static unsigned older = UINT_MAX, value = UINT_MAX; /* none: no option can say that */

#define OPTS(OPT) \
	OPT(REGEX, "f", "full", "", BOOL, &full, "look in command lines") \
	OPT(1, "i", "ignore-case", "", BOOL, &fold, "letters in any case") \
	OPT(1, "x", "exact", "", BOOL, &whole, "PATTERN is all of it") \
	OPT(1, "c", "count", "", BOOL, &count, "print how many") \
	OPT(1, "n", "newest", "", BOOL, &newest, "the last started") \
	OPT(1, "o", "oldest", "", BOOL, &oldest, "the first started") \
	OPT(1, "P", "parent", "PIDS", TEXT, &lists[PPID], "children of these") \
	OPT(1, "g", "pgroup", "PGIDS", TEXT, &lists[PGRP], "process groups; 0: ours") \
	OPT(1, "s", "session", "SIDS", TEXT, &lists[SESSION], "sessions; 0: ours") \
	OPT(1, "u", "euid", "USERS", TEXT, &lists[EUID], "effective users") \
	OPT(1, "U", "uid", "USERS", TEXT, &lists[UID], "real users") \
	OPT(1, "G", "group", "GROUPS", TEXT, &lists[GID], "real groups") \
	OPT(MORE, "t", "terminal", "TTYS", TEXT, &lists[TTY], "terminals; -: none") \
	OPT(MORE, "p", "pid", "PIDS", TEXT, &lists[PID], "these") \
	OPT(MORE, "F", "pidfile", "FILE", TEXT, &pidfile, "whom FILE names") \
	OPT(MORE, "L", "logpidfile", "", BOOL, &locked, "FILE must be locked") \
	OPT(MORE, "O", "older", "SECONDS", NUMBER, &older, "at least so old") \
	OPT(MORE, "r", "runstates", "STATES", TEXT, &states, "R,S,D,Z,...") \
	OPT(MORE, "A", "ignore-ancestors", "", BOOL, &no_ancestors, "not our parents") \
	OPT(MORE, "H", "require-handler", "", BOOL, &handled, "who handle the signal") \
	OPT(MORE, "", "cgroup", "PATHS", TEXT, &cgroups, "of cgroup v2") \
	OPT(MORE, "", "env", "NAME[=VALUE],...", TEXT, &env, "in their environment") \
	OPT(MORE, "", "ns", "PID", PID, &ns_of, "in PID's namespaces") \
	OPT(MORE, "", "nslist", "NAMES", TEXT, &namespaces, "these of them") \
	OPT(1, "", "signal", "SIGNAL", SIGNAL, &sig, "TERM without it")
OPT_LIST(opts, OPTS, NULL);

#define PGREP_OPTS(OPT) \
	OPT(1, "d", "delimiter", "TEXT", TEXT, &delimiter, "between pids") \
	OPT(1, "l", "list-name", "", BOOL, &name_too, "names too") \
	OPT(1, "a", "list-full", "", BOOL, &line_too, "command lines too") \
	OPT(1, "v", "inverse", "", BOOL, &inverse, "all others") \
	OPT(1, "q", "quiet", "", BOOL, &quiet, "print nothing") \
	OPT(MORE, "w", "lightweight", "", BOOL, &threads, "threads, not processes")
OPT_LIST(pgrep_opts, PGREP_OPTS, &opts);

#define PIDWAIT_OPTS(OPT) \
	OPT(1, "e", "echo", "", BOOL, &echo, "tell who is hit") \
	OPT(1, "", "inverse", "", BOOL, &inverse, "all others")
OPT_LIST(pidwait_opts, PIDWAIT_OPTS, &opts);

#define PKILL_OPTS(OPT) \
	OPT(1, OPT_WORD, "", "SIGNAL", SIGNAL_WORD, &sig, "send SIGNAL, not TERM") \
	OPT(MORE, "q", "queue", "NUMBER", NUMBER, &value, "send this with it")
OPT_LIST(pkill_opts, PKILL_OPTS, &pidwait_opts);

static struct usage usage = { "[OPTION]... [PATTERN]", &pgrep_opts, WRONG, .permute = true, .abbreviate = true };
static struct match match = { .how = MATCH_INIT | MATCH_ANCESTORS | MATCH_KTHREADS | MATCH_ZOMBIES };
static struct procs found;
static unsigned matched;
static APART char buffer[2 << 20]; /* of a file of some process: 2 MiB is what an environment may have */

static _Noreturn void wrong(const char *what, const char *which)
{
	opt_wrong(&usage, what, which);
}

/* ---- lists ------------------------------------------------------------------------------------------------ */

static APART struct want {
	unsigned of, number;
} wants[4096];
static unsigned nwants, asked; /* asked: a bit for each list */

static void want(unsigned of, unsigned number)
{
	if (nwants == COUNT(wants))
		wrong("too many in a list", "");
	wants[nwants].of = of;
	wants[nwants++].number = number;
	asked |= 1 << of;
}

static bool is_wanted(unsigned of, unsigned number)
{
	bool is = !(asked >> of & 1);
	unsigned i;

	for (i = 0; i < nwants; i++)
		is |= wants[i].of == of && wants[i].number == number;
	return is;
}

/* as the kernel has it in stat, which is how the low half of st_rdev has it; 0: none */
static unsigned terminal(const char *name)
{
	struct stat st;

	if (!strcmp(name, "-") || !strcmp(name, "?"))
		return 0;
	if (fd_stat(fd_open(AT_FDCWD, "/dev", O_PATH, 0), name, &st, 0) < 0 || !S_ISCHR(st.st_mode))
		die(WRONG, "%s: no such terminal", name);
	return st.st_rdev;
}

static unsigned number_of(unsigned of, const char *word)
{
	unsigned n;

	if (MORE && of == TTY)
		return terminal(word);
	if (of == UID || of == EUID) {
		if (cred_uid(word, &n) < 0)
			err_name(WRONG, "user", word);
	} else if (of == GID) {
		if (cred_gid(word, &n) < 0)
			err_name(WRONG, "group", word);
	} else if (num_parse(word, INT_MAX, &n) < 0)
		wrong("not a number: ", word);
	if (!n && of == PGRP)
		return getpgrp();
	return !n && of == SESSION ? (unsigned)getsid(0) : n;
}

static void take_list(unsigned of)
{
	char *word = (char *)lists[of], *end, stop;

	do {
		end = word + text_until(word, ",");
		stop = *end;
		*end = '\0';
		want(of, number_of(of, word));
		word = end + 1;
	} while (stop);
}

/* the word of a list at *at, which moves behind it; NULL at its end */
static const char *next_word(const char **at, size_t *len)
{
	const char *word = *at;

	*len = text_until(word, ",");
	*at += *len + (word[*len] == ',');
	return *word ? word : NULL;
}

/* ---- the pattern ------------------------------------------------------------------------------------------ */

static APART struct regex regex;
static bool is_regex;

static bool plain_matches(const char *text)
{
	size_t len = text_len(pattern);

	for (; *text; text++)
		if (fold ? text_after(text, pattern) != NULL : text_same(text, pattern, len))
			return !whole || !text[len];
		else if (whole)
			break;
	return false;
}

/* most patterns have nothing of an expression, and are looked for more quickly so */
static bool text_matches(const char *text)
{
	return REGEX && is_regex ? regex_matches(&regex, text) : plain_matches(text);
}

/* The kernel keeps 15 bytes of a name. One that may have been cut matches as that, as it does elsewhere; or whole. */
static bool name_matches(const struct proc *p, const char *comm)
{
	const char *name;
	ssize_t len;

	if (text_matches(comm))
		return true;
	len = text_len(comm) == 15 ? proc_cmdline(p, buffer, 4096) : 0;
	name = len > 0 ? name_whole(buffer, buffer + len, comm) : NULL;
	return name && text_matches(name);
}

/* ---- the command line: the blanks are the NULs behind its strings, but for the last ------------------------------ */

static bool nul_before, empty;
static void (*into)(const char *text, size_t len);

static void add_piece(char *piece, size_t len)
{
	size_t i;

	empty = false;
	if (nul_before)
		into(" ", 1);
	nul_before = !piece[len - 1];
	len -= nul_before;
	for (i = 0; i < len; i++)
		if (!piece[i])
			piece[i] = ' ';
	into(piece, len);
}

/* kernel threads and zombies have none, but their names in brackets. 0; -1: it cannot be read */
static int give_line(const struct proc *p, const struct proc_stat *s, void (*to)(const char *, size_t))
{
	struct proc_stat own;

	into = to;
	nul_before = false;
	empty = true;
	if (proc_pour(p, "cmdline", add_piece) < 0)
		return -1;
	if (!empty)
		return 0;
	if (!s && proc_stat(p, &own) < 0)
		return -1;
	if (!s)
		s = &own;
	to("[", 1);
	to(s->comm, text_len(s->comm));
	to("] <defunct>", proc_ended(s->state) ? 11 : 1);
	return 0;
}

static void to_regex(const char *text, size_t len)
{
	regex_feed(&regex, text, len);
}

static int line_matches(const struct proc *p, const struct proc_stat *s)
{
	regex_start(&regex);
	return give_line(p, s, to_regex) < 0 ? -1 : regex_end(&regex);
}

/* a line is a process: nobody may begin one */
static void to_stdout(const char *text, size_t len)
{
	for (; len--; text++)
		say("%c", text_is_plain(*text) ? *text : '?');
}

/* ---- the rarer criteria: 1, 0, or -1: it cannot be told ---------------------------------------------------------- */

static int env_holds(const struct proc *p)
{
	const char *at = env, *word, *var;
	ssize_t size = proc_read(p, "environ", buffer, sizeof(buffer));
	size_t len;

	if (size < 0)
		return -1;
	while ((word = next_word(&at, &len)))
		for (var = buffer; var < buffer + size; var += text_len(var) + 1)
			if (text_same(var, word, len) && var[len] == (text_until(word, "=") < len ? '\0' : '='))
				return 1;
	return 0;
}

static int cgroup_holds(const struct proc *p)
{
	const char *at = cgroups, *word, *path = proc_cgroup(p, buffer, sizeof(buffer));
	size_t len;

	if (!path)
		return -1;
	while ((word = next_word(&at, &len)))
		if (text_same(path, word, len) && path[len] == '\n')
			return 1;
	return 0;
}

static const char ns_names[] = "ipc\0mnt\0net\0pid\0user\0uts\0";
static ino_t ns[6]; /* 0: not asked */

static int ns_inode(const struct proc *p, unsigned which, ino_t *ino)
{
	char path[3 + 5] = "ns/";
	const char *name = ns_names;
	struct stat st;

	for (; which; which--)
		name += text_len(name) + 1;
	text_copy(path + 3, name);
	if (proc_fstat(p, path, &st) < 0)
		return -1;
	*ino = st.st_ino;
	return 0;
}

static int ns_holds(const struct proc *p)
{
	unsigned i;
	ino_t its;

	for (i = 0; i < COUNT(ns); i++) {
		if (!ns[i])
			continue;
		if (ns_inode(p, i, &its) < 0)
			return -1;
		if (its != ns[i])
			return 0;
	}
	return 1;
}

static void take_namespaces(void)
{
	struct proc of = { .pid = ns_of, .dir = PROC_BY_NUMBER };
	const char *at = namespaces;
	unsigned i;

	for (; at; at = *at ? at + 1 : NULL) {
		at = text_word(ns_names, at, &i);
		if (!at || (*at && *at != ','))
			wrong("not a list of namespaces: ", namespaces);
		ns[i] = 1;
	}
	for (i = 0; i < COUNT(ns); i++)
		if ((!namespaces || ns[i]) && ns_inode(&of, i, &ns[i]) < 0)
			die(FATAL, "--ns %d: %m", ns_of);
	match.how |= MATCH_INNER;
}

static int more_holds(const struct proc *p)
{
	int does = ns_of ? ns_holds(p) : 1;

	if (does > 0 && cgroups)
		does = cgroup_holds(p);
	return does > 0 && env ? env_holds(p) : does;
}

/* ---- one process ------------------------------------------------------------------------------------------------- */

static bool stat_holds(const struct proc_stat *s)
{
	char state[] = { s->state, '\0' };
	unsigned of;

	for (of = PPID; of < LISTS; of++)
		if (!is_wanted(of, s->field[of]))
			return false;
	if (!MORE)
		return true;
	return (!states || states[text_until(states, state)]) &&
	       (older == UINT_MAX || proc_age(s) >= older * 1000LL);
}

static int status_holds(const struct proc *p)
{
	struct proc_status s;

	if (proc_status(p, &s) < 0)
		return -1;
	return is_wanted(UID, s.uid) && is_wanted(EUID, s.euid) && is_wanted(GID, s.gid) &&
	       (!MORE || !handled || (sig > 0 && sig <= 64 && s.caught >> (sig - 1) & 1));
}

/* s: NULL, or its stat. Read is only what is asked for, the cheapest first, and nothing behind the first "no". */
static int holds(const struct proc *p, const struct proc_stat *s)
{
	struct proc_stat own;
	int does = 1;

	if (MORE && !is_wanted(PID, p->pid))
		return 0;
	if (!s && (asked & IN_STAT || states || older != UINT_MAX)) {
		if (proc_stat(p, &own) < 0)
			return -1;
		s = &own;
	}
	if (s && !stat_holds(s))
		return 0;
	if (pattern && !full) {
		if (!s && proc_comm(p, own.comm) < 0)
			return -1;
		does = name_matches(p, s ? s->comm : own.comm);
	}
	if (does > 0 && (asked & IN_STATUS || handled))
		does = status_holds(p);
	if (REGEX && does > 0 && full)
		does = line_matches(p, s);
	return MORE && does > 0 ? more_holds(p) : does;
}

static void print(const struct proc *p, const struct proc_stat *s)
{
	say_as_is(matched > 1 ? delimiter : "");
	say("%d", p->pid);
	if (!line_too && !name_too)
		return;
	say(" ");
	if (!line_too || give_line(p, s, to_stdout) < 0)
		say("%s", s->comm);
}

static struct proc best; /* of -n or -o */
static APART struct proc_stat best_stat;

/* Of those that started at once the last is the newest, the first the oldest. */
static void keep_best(struct proc *p, const struct proc_stat *s)
{
	bool later = s->field[STAT_START] >= best_stat.field[STAT_START];

	if (matched > 1 && later != newest)
		return;
	if (matched > 1)
		proc_close(&best);
	best = *p;
	best_stat = *s;
	p->dir = -1;
}

/* All is done here that can be done at once, so that none need be held but whom we signal or wait for: is it to be? */
static bool meet(struct proc *p, const struct proc_stat *s)
{
	int does = holds(p, s);

	if (inverse ? does : does <= 0)
		return false;
	if (!s)
		return true;
	matched++;
	if (newest || oldest)
		keep_best(p, s);
	else if (KILLS || WAITS)
		return true;
	else if (!count && !quiet)
		print(p, s);
	return false;
}

static void meet_threads(const struct proc *p)
{
	static APART struct fd_dir d;
	struct proc thread = { .death = -1 };
	struct proc_stat s;
	const char *name;
	int tasks = fd_open(p->dir, "task", O_RDONLY | O_DIRECTORY, 0);

	fd_dir_start(&d, tasks);
	while ((name = fd_dir_next(&d))) {
		if (num_parse(name, INT_MAX, (unsigned *)&thread.pid) < 0)
			continue;
		thread.dir = fd_open(tasks, name, O_RDONLY | O_DIRECTORY, 0);
		proc_note(thread.dir);
		if (!proc_stat(&thread, &s))
			meet(&thread, &s);
		close(thread.dir);
	}
	close(tasks);
}

/* by number nothing can be said of threads: their names are their own */
static bool is_meant(struct proc *p, const struct proc_stat *s)
{
	if (!MORE || !threads)
		return meet(p, s);
	if (s)
		meet_threads(p);
	return !s;
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

/* Who locks it is alive: flock(2), or a lock of fcntl(2). */
static bool is_locked(const char *path)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = fd_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);

	return fd >= 0 && (flock(fd, LOCK_SH | LOCK_NB) < 0 ||
			   (!fd_control(fd, F_GETLK, (long)&lock) && lock.l_type != F_UNLCK));
}

static void take_pidfile(void)
{
	static struct pidfile_facts facts;
	const char *why = NULL;

	if (pidfile_read(pidfile, &facts) < 0)
		why = errno == EINVAL ? "no pid in it" : errno == EPERM ? "writable by everybody" : text_error(errno);
	else if (locked && !is_locked(pidfile))
		why = "not locked";
	else if (KILLS && facts.foreign && !pattern && !asked)
		why = "belongs to another user: add -u or a PATTERN";
	if (why)
		die(NONE, "pidfile %s: %s", pidfile, why);
	want(PID, facts.pid);
	if (*facts.identity)
		match.identity = facts.identity;
}

static void take_pattern(char **operands)
{
	pattern = operands[0];
	if (!pattern)
		return;
	if (operands[1])
		wrong("only one pattern can be provided: ", operands[1]);
	if (!*pattern)
		wrong("the pattern is empty", ""); /* an unset variable must not mean everybody */
	is_regex = pattern[text_until(pattern, "^$.[]()*+?{}|\\")];
	if (!REGEX && is_regex)
		wrong("regular expressions are not built in: ", pattern);
	if (REGEX && regex_parse(&regex, pattern, (fold ? REGEX_NOCASE : 0) | (whole ? REGEX_WHOLE : 0)) < 0)
		die(WRONG, "%s: %s", pattern, errno == E2BIG ? "expression too big" : "no regular expression");
}

static void take_criteria(void)
{
	unsigned of;

	for (of = 0; of < LISTS; of++)
		if (lists[of])
			take_list(of);
	if (MORE && pidfile)
		take_pidfile();
	if (!pattern && !asked && older == UINT_MAX && !states && !cgroups && !env && !ns_of && !handled)
		wrong("no matching criteria specified", "");
	if (newest + oldest + inverse > 1)
		wrong("-n, -o and -v exclude each other", "");
	if ((locked && !pidfile) || (namespaces && !ns_of))
		wrong("-L needs -F, and --nslist needs --ns", "");
	if (MORE && ns_of)
		take_namespaces();
	/* who is named by number is meant */
	if (KILLS || WAITS)
		match.how &= MATCH_INNER | (asked >> PID & 1 ? MATCH_ANCESTORS : 0);
	else if (no_ancestors)
		match.how &= ~MATCH_ANCESTORS;
}

static void tell(const struct proc *p, const char *before, const char *behind)
{
	say("%s%s%s (pid %d)\n", before, p->comm, behind, p->pid);
}

/* how many were signalled */
static unsigned signal_all(const struct procs *all)
{
	unsigned i, done = 0;

	for (i = 0; i < all->n; i++) {
		const struct proc *p = &all->v[i];

		if ((MORE && value != UINT_MAX ? proc_queue(p, sig, value) : proc_kill(p, sig)) < 0) {
			if (errno != ESRCH)
				warn("killing pid %d failed: %m", p->pid);
			continue;
		}
		done++;
		if (echo)
			tell(p, "", " killed");
	}
	return done;
}

static unsigned wait_all(struct procs *all)
{
	unsigned i, n = all->n;

	for (i = 0; echo && i < n; i++)
		tell(&all->v[i], "waiting for ", "");
	procs_wait(all, -1);
	return n;
}

int pgrep_main(char **argv)
{
	unsigned done;

	if (KILLS || WAITS)
		usage.opts = KILLS ? &pkill_opts : &pidwait_opts;
	take_pattern(opt_parse(argv, &usage));
	take_criteria();
	match.also = is_meant;
	if (procs_find(&found, &match) < 0)
		die(FATAL, "cannot look at all processes: %m");
	done = matched;
	if (matched && (newest || oldest)) {
		found.v = &best;
		found.n = matched = 1;
		if (!KILLS && !WAITS && !count && !quiet)
			print(&best, &best_stat);
	}
	if (KILLS)
		done = signal_all(&found);
	else if (WAITS)
		done = wait_all(&found);
	else if (matched && !count && !quiet)
		say("\n");
	if (count)
		say("%u\n", matched);
	if (!matched && procs_hidden(1))
		die(FATAL, "others' processes are hidden (hidepid)");
	return done ? FOUND : NONE;
}
