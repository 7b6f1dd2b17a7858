/* SPDX-License-Identifier: 0BSD */
/* pidfile - a number that others trust */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h> /* renameat */
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "config.h"
#include "fd.h"
#include "num.h"
#include "pidfile.h"
#include "text.h"

#define LOCK ENABLED(CONFIG_PIDFILE_LOCK)
/* who signals what a pidfile names; probe only looks */
#define SIGNALS (ENABLED(CONFIG_START_STOP_DAEMON) || ENABLED(CONFIG_DAEMONIZE))
#define TURN_MSEC 5 /* between two looks at a lock that somebody else holds */

/* "12345 01234567-89ab-cdef-0123-456789abcdef" */
static bool is_identity(const char *line, size_t len)
{
	size_t i, start = text_until(line, " ");

	for (i = 0; i < len; i++)
		if (text_until(line + i, "0123456789abcdef- "))
			return false;
	return start && len == start + 1 + 36;
}

pid_t pidfile_parse(const char *text, struct pidfile_facts *f)
{
	unsigned pid;
	size_t len;

	f->identity[0] = '\0';
	text = text_skip(text);
	if (num_take(&text, PID_MAX, &pid) < 0 || !pid || text_until(text, " \t\r\n"))
		return num_fail(EINVAL);
	f->pid = pid;
	if (ENABLED(CONFIG_START_STOP_DAEMON_IDENTITY) && *text == '\n') {
		len = text_until(++text, "\n");
		if (len < sizeof(f->identity) && is_identity(text, len)) {
			memcpy(f->identity, text, len);
			f->identity[len] = '\0';
		}
	}
	return pid;
}

/* 0, or why what is there must not be believed */
static int distrust(const struct stat *st)
{
	if (S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3)) /* /dev/null: "never matches" to dpkg's users */
		return ENOENT;
	if (S_ISDIR(st->st_mode))
		return EISDIR;
	if (!S_ISREG(st->st_mode))
		return ENXIO;
	return st->st_mode & S_IWOTH ? EPERM : 0;
}

static pid_t read_at(int dir, const char *path, int flags, struct pidfile_facts *f)
{
	int error, fd = fd_open(dir, path, O_RDONLY | O_NONBLOCK | flags, 0);
	char text[128]; /* a pid is seven digits, an identity 57; the blanks before are bounded too */
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return -1;
	st.st_mode = 0; /* what cannot be told is not believed */
	fd_stat(fd, "", &st, AT_EMPTY_PATH);
	n = fd_fill(fd, text, sizeof(text) - 1, '\n');
	close(fd);
	error = distrust(&st);
	if (error)
		return num_fail(error);
	if (n < 0)
		return -1;
	f->foreign = SIGNALS && ((st.st_uid && st.st_uid != getuid()) || (st.st_gid && st.st_gid != getgid()));
	text[n] = '\0';
	if (n == sizeof(text) - 1) /* a word that ends here may be a cut one */
		text[n - 1] = '-';
	return text_len(text) < (size_t)n ? num_fail(EINVAL) : pidfile_parse(text, f);
}

pid_t pidfile_read(const char *path, struct pidfile_facts *f)
{
	return read_at(AT_FDCWD, path, 0, f);
}

/* ".NAME.SUFFIX" into name[NAME_MAX + 1] */
static int beside(char *name, const struct pidfile *p, const char *suffix)
{
	if (text_len(p->base) > NAME_MAX - sizeof(".lock")) /* the longest suffix */
		return num_fail(ENAMETOOLONG);
	name[0] = '.';
	text_copy(text_copy(name + 1, p->base), suffix);
	return 0;
}

static int open_directory(struct pidfile *p)
{
	char dir[PATH_MAX];
	size_t len;

	p->base = text_base(p->path);
	if (!*p->base)
		return num_fail(*p->path ? EISDIR : ENOENT);
	len = p->base - p->path;
	if (len + 1 >= sizeof(dir))
		return num_fail(ENAMETOOLONG);
	memcpy(dir, p->path, len);
	text_copy(dir + len, "."); /* "/run/." or "." */
	return fd_open(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY, 0);
}

/* is the name still that of the file that we locked? Who had it before us may have taken it away */
static bool still_there(int dir, const char *name, int fd)
{
	struct stat a, b;

	return !fd_stat(fd, "", &a, AT_EMPTY_PATH) && !fd_stat(dir, name, &b, AT_SYMLINK_NOFOLLOW) &&
	       a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

static int take_lock(const struct pidfile *p, unsigned msec)
{
	char name[NAME_MAX + 1];
	int error, fd;

	if (beside(name, p, ".lock") < 0)
		return -1;
	for (;; msec -= TURN_MSEC) {
		fd = fd_open(p->dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600);
		if (fd < 0)
			return -1;
		error = flock(fd, LOCK_EX | LOCK_NB) < 0 ? errno : 0;
		if (!error && still_there(p->dir, name, fd))
			return fd;
		close(fd);
		if (error && error != EWOULDBLOCK) { /* there are no locks here: nobody has one */
			unlinkat(p->dir, name, 0);
			return num_fail(error);
		}
		if (msec < TURN_MSEC)
			return num_fail(ETIMEDOUT);
		poll(NULL, 0, TURN_MSEC);
	}
}

int pidfile_hold(struct pidfile *p, const char *path, unsigned msec)
{
	p->path = path;
	p->dir = open_directory(p);
	p->lock = p->dir < 0 || !LOCK ? -1 : take_lock(p, msec);
	return p->dir < 0 || (LOCK && p->lock < 0) ? -1 : 0;
}

void pidfile_unlock(const struct pidfile *p)
{
	char name[NAME_MAX + 1];

	if (LOCK && !beside(name, p, ".lock"))
		unlinkat(p->dir, name, 0);
}

void pidfile_release(const struct pidfile *p)
{
	pidfile_unlock(p);
	close(p->lock);
	close(p->dir);
}

int pidfile_write(const struct pidfile *p, pid_t pid, const char *identity)
{
	char name[NAME_MAX + 1], digits[NUM_TEXT], text[NUM_TEXT + PIDFILE_MORE];
	char *end = text_copy(text, num_text(digits, pid));
	struct stat st;
	int error, fd;
	bool done;

	if (beside(name, p, ".new") < 0)
		return -1;
	if (!fd_stat(p->dir, p->base, &st, AT_SYMLINK_NOFOLLOW) && !S_ISLNK(st.st_mode)) {
		error = distrust(&st); /* a device, fifo or directory is not to be replaced by a file */
		if (error && error != EPERM)
			return error == ENOENT ? 0 : num_fail(error); /* /dev/null takes everything */
	}
	unlinkat(p->dir, name, 0); /* left by one who was killed right here: the lock is ours now */
	fd = fd_open(p->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
	if (fd < 0)
		return -1;
	end = text_copy(end, "\n");
	if (ENABLED(CONFIG_START_STOP_DAEMON_IDENTITY) && identity)
		end = text_copy(text_copy(end, identity), "\n");
	done = !syscall(SYS_fchmod, fd, 0644) && !fd_write(fd, text, end - text);
	if (close(fd) < 0 || !done || renameat(p->dir, name, p->dir, p->base) < 0) {
		unlinkat(p->dir, name, 0); /* it is ours and there, so errno stays */
		return -1;
	}
	return 0;
}

static int remove_at(int dir, const char *name, pid_t pid)
{
	struct pidfile_facts f;
	pid_t named = read_at(dir, name, O_NOFOLLOW, &f);

	if (named < 0)
		return -1;
	if (named != pid)
		return num_fail(ESRCH);
	return unlinkat(dir, name, 0);
}

int pidfile_remove(const struct pidfile *p, pid_t pid)
{
	char name[NAME_MAX + 1];

	if (!beside(name, p, ".new")) /* of one who was killed as it wrote it */
		unlinkat(p->dir, name, 0);
	return remove_at(p->dir, p->base, pid);
}

int pidfile_unlink(const char *path, pid_t pid)
{
	return remove_at(AT_FDCWD, path, pid);
}
