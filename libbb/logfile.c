/* SPDX-License-Identifier: 0BSD */
/* logfile - a file of lines that stays as small as it is told to, and does not mind what becomes of its name */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* rename */
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config.h"
#include "fd.h"
#include "log.h"
#include "logfile.h"
#include "num.h"
#include "text.h"

#ifndef FALLOC_FL_KEEP_SIZE
#define FALLOC_FL_KEEP_SIZE 1
#endif

#define MODE 0640

static APART char waiting[8192];
static size_t used;
static int file = -1;
static struct stat opened; /* which file that is; its size is kept up to date */
static unsigned lost;      /* lines dropped since the last that was written; the first that waits tells of them */

bool logfile_waits(void)
{
	return used;
}

void logfile_close(void)
{
	close(file);
	file = -1;
}

/* PATH.SUFFIX, in one of two places */
static const char *beside(const struct logfile *f, const char *suffix, int place)
{
	static APART char names[2][LOGFILE_PATH + NUM_TEXT];

	text_copy(text_copy(text_copy(names[place], f->path), "."), suffix);
	return names[place];
}

/* Two files at most are there at once, the younger with half of the other's lines. */
static unsigned largest(const struct logfile *f)
{
	return f->ring ? f->size / 3 * 2 : f->size;
}

/* Space for all that it may become is taken from the others now, where the file system can (Linux 2.6.23; tmpfs
   3.5). */
static void reserve(const struct logfile *f)
{
	if (f->ring)
		fallocate(file, FALLOC_FL_KEEP_SIZE, 0, largest(f));
}

/* Is it one that we write? Then it is the one: 0 */
static int adopt(int fd)
{
	struct stat st;
	int error;
	char last;

	if (fd < 0)
		return -1;
	error = fd_stat(fd, "", &st, AT_EMPTY_PATH) < 0 ? errno :
		!S_ISREG(st.st_mode)			? EINVAL :
		st.st_nlink != 1			? EMLINK :
							  0;
	if (error) {
		close(fd);
		return num_fail(error);
	}
	logfile_close();
	file = fd;
	opened = st;
	/* what a machine that lost its power, or who was killed, has left of a line, stays alone */
	if (st.st_size && pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n')
		opened.st_size += write(fd, "\n", 1) == 1;
	return 0;
}

int logfile_open(const struct logfile *f)
{
	const int flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;

	if (text_len(f->path) > LOGFILE_PATH)
		return num_fail(ENAMETOOLONG);
	if (adopt(fd_open(AT_FDCWD, f->path, flags, MODE)) < 0)
		return -1;
	reserve(f);
	return 0;
}

/* Is the open file still the one of that name, or can that be opened? */
static bool is_ready(const struct logfile *f)
{
	struct stat st;

	if (file >= 0 && !fd_stat(AT_FDCWD, f->path, &st, AT_SYMLINK_NOFOLLOW) && st.st_ino == opened.st_ino &&
	    st.st_dev == opened.st_dev) {
		opened.st_size = st.st_size;
		return true;
	}
	logfile_close();
	return !logfile_open(f);
}

static void empty(void)
{
	if (!ftruncate(file, 0))
		opened.st_size = 0;
}

static void rotate(const struct logfile *f)
{
	char digits[NUM_TEXT];
	const char *to, *from;
	unsigned n;

	if (!f->keep) {
		empty();
		return;
	}
	for (n = f->keep; n; n--) {
		to = beside(f, num_text(digits, n), n & 1);
		from = n > 1 ? beside(f, num_text(digits, n - 1), ~n & 1) : f->path;
		if (rename(from, to) < 0 && errno != ENOENT) /* what it holds is not to be overwritten */
			return;
	}
	logfile_close();
	logfile_open(f);
}

/* what follows the first newline behind half of the file: all of it is written to fd */
static int copy_half(const struct logfile *f, int fd)
{
	static APART char copy[4096];
	off_t at = opened.st_size - largest(f) / 2;
	const char *from;
	bool whole = false;
	ssize_t n;

	while ((n = pread(file, copy, sizeof(copy), at)) > 0) {
		at += n;
		for (from = copy; n && !whole; n--)
			whole = *from++ == '\n';
		if (fd_write(fd, from, n) < 0)
			return -1;
	}
	return n;
}

static void shorten(const struct logfile *f)
{
	const char *name = beside(f, "new", 0);
	int fd;

	unlinkat(AT_FDCWD, name, 0); /* left by one who was killed right here */
	fd = fd_open(AT_FDCWD, name, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, MODE);
	if (fd >= 0 && !copy_half(f, fd) && !rename(name, f->path) && !adopt(fd)) {
		reserve(f);
		return;
	}
	/* no space for both: the youngest lines are what a ring is for */
	unlinkat(AT_FDCWD, name, 0);
	close(fd);
	empty();
}

/* how many of these bytes are whole lines: none, if the only one tells of lost ones */
static size_t whole_lines(const char *text, size_t size)
{
	size_t least = lost && text == waiting ? text_until(text, "\n") + 1 : 0;

	while (size > least && text[size - 1] != '\n')
		size--;
	return size > least ? size : 0;
}

/* and the file may still have */
static size_t fitting(const struct logfile *f, const char *text, size_t size)
{
	size_t most = largest(f);

	if (!most || opened.st_size + size <= most)
		return size;
	return opened.st_size < (off_t)most ? whole_lines(text, most - opened.st_size) : 0;
}

/* how many bytes of whole lines were written; what was of half a line is taken back */
static size_t write_lines(const char *text, size_t size)
{
	size_t done = 0, whole;
	ssize_t n;

	while (done < size && (n = write(file, text + done, size - done)) > 0)
		done += n;
	whole = done < size ? whole_lines(text, done) : done;
	opened.st_size += whole;
	if (whole < done)
		ftruncate(file, opened.st_size);
	return whole;
}

void logfile_flush(const struct logfile *f)
{
	size_t at = 0, n;
	bool room = false;

	while (at < used && (at || is_ready(f))) {
		n = fitting(f, waiting + at, used - at);
		if (n) {
			n = write_lines(waiting + at, n);
			if (!n)
				break;
			at += n;
			lost = 0;
			room = false;
			continue;
		}
		if (room) /* was to have been made */
			break;
		if (f->ring)
			shorten(f);
		else
			rotate(f);
		room = true;
	}
	if (at < used && !at && lost) /* the line that tells of the lost does not count */
		lost--;
	for (; at < used; at++)
		lost += waiting[at] == '\n';
	used = 0;
}

static void put(const char *head, const char *line, size_t len, const char *more)
{
	char *to = text_copy(waiting + used, head);

	memcpy(to, line, len);
	used = text_copy(text_copy(to + len, more), "\n") - waiting;
}

static void put_lost(const char *head)
{
	char line[LOG_DROPPED], *end = log_dropped(line, lost, " lines");

	if (!used && lost)
		put(head, line, end - line, "");
}

void logfile_add(const struct logfile *f, const char *head, const char *line, size_t len, bool more)
{
	if (used + text_len(head) + len + sizeof("...\n") > sizeof(waiting))
		logfile_flush(f);
	put_lost(head);
	put(head, line, len, more ? "..." : "");
}

void logfile_end(const struct logfile *f, const char *head)
{
	put_lost(head);
	logfile_flush(f);
}
