/* SPDX-License-Identifier: 0BSD */
/* fd - descriptors: each is O_CLOEXEC, has one owner, and 0 1 2 are always taken */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config.h"
#include "fd.h"
#include "num.h"

#ifndef SYS_close_range
#define SYS_close_range 436 /* one number on all processors but alpha: include/uapi/asm-generic/unistd.h */
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

int fd_close(int fd)
{
	return syscall(SYS_close, fd);
}

ssize_t fd_get(int fd, void *buf, size_t size)
{
	return syscall(SYS_read, fd, buf, size);
}

int fd_poll(struct pollfd *fds, unsigned n, int msec)
{
#ifdef SYS_poll
	return syscall(SYS_poll, fds, n, msec);
#else
	return (poll)(fds, n, msec); /* processors born later have ppoll alone, and its struct timespec */
#endif
}

int fd_open(int at, const char *path, int flags, mode_t mode)
{
	return syscall(SYS_openat, at, path, flags | O_CLOEXEC | O_NOCTTY | O_LARGEFILE, mode);
}

int fd_stat(int at, const char *path, struct stat *st, int flags)
{
#if defined(__LP64__) && defined(SYS_newfstatat) && !defined(__mips__)
	return syscall(SYS_newfstatat, at, path, st, flags);
#else
	return fstatat(at, path, st, flags);
#endif
}

ssize_t fd_link(int at, const char *path, char *buf, size_t size)
{
	ssize_t n = syscall(SYS_readlinkat, at, path, buf, size - 1);

	if (n >= 0)
		buf[n] = '\0';
	return n;
}

int fd_control(int fd, int command, long arg)
{
#ifdef SYS_fcntl64
	return syscall(SYS_fcntl64, fd, command, arg);
#else
	return syscall(SYS_fcntl, fd, command, arg);
#endif
}

int fd_sane(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		if (fd_control(fd, F_GETFD, 0) >= 0)
			continue;
		/* lowest free number: fd itself, all below it being open by now */
		if (fd_open(AT_FDCWD, "/dev/null", fd ? O_RDONLY : O_WRONLY, 0) < 0 &&
		    fd_open(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, 0) < 0)
			return -1;
		fd_control(fd, F_SETFD, 0);
	}
	return 0;
}

int fd_move(int from, int to)
{
	if (from == to)
		return fd_control(to, F_SETFD, 0);
	if (dup2(from, to) < 0)
		return -1;
	close(from);
	return 0;
}

void fd_dir_start(struct fd_dir *d, int fd)
{
	d->fd = fd;
	d->at = d->len = 0;
}

/* struct linux_dirent64: ino 8, off 8, reclen 2, type 1, then the name (getdents64(2)) */
const char *fd_dir_next(struct fd_dir *d)
{
	unsigned short reclen;
	const char *name;

	if (d->at >= d->len) {
		errno = 0;
		d->at = 0;
		d->len = syscall(SYS_getdents64, d->fd, d->buf, sizeof(d->buf));
		if (d->len <= 0)
			return NULL;
	}
	memcpy(&reclen, d->buf + d->at + 16, sizeof(reclen));
	name = d->buf + d->at + 19;
	d->at += reclen;
	return name;
}

/* libc's setrlimit asks all threads first, which we do not have; prlimit64 is Linux 2.6.36, its struct one on all
   processors */
struct limit {
	unsigned long long soft, hard;
};

static int open_files(const struct limit *set, struct limit *get)
{
	return syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, set, get);
}

static void end(int fd, int flags)
{
	if (flags)
		fd_control(fd, F_SETFD, FD_CLOEXEC);
	else
		close(fd);
}

/* false: /proc/self/fd is not there */
static bool end_listed(int first, int flags)
{
	static APART struct fd_dir d;
	const char *name;
	unsigned n;
	int dir = fd_open(AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY, 0);

	if (dir < 0)
		return false;
	fd_dir_start(&d, dir);
	while ((name = fd_dir_next(&d)))
		if (!num_parse(name, INT_MAX, &n) && (int)n >= first && (int)n != dir)
			end(n, flags);
	close(dir);
	return true;
}

static void end_from(int first, int flags)
{
	struct limit limit;
	int fd, last = 65536;

	if (!syscall(SYS_close_range, first, ~0U, flags) || end_listed(first, flags))
		return;
	if (!open_files(NULL, &limit) && limit.soft < (unsigned)last)
		last = limit.soft;
	for (fd = first; fd < last; fd++)
		end(fd, flags);
}

void fd_close_on_exec(int first)
{
	end_from(first, CLOSE_RANGE_CLOEXEC);
}

void fd_close_from(int first)
{
	end_from(first, 0);
}

ssize_t fd_fill(int fd, void *buf, size_t size, int stop)
{
	unsigned char *end = buf;
	ssize_t n;

	while ((n = read(fd, end, (unsigned char *)buf + size - end)) > 0) {
		end += n;
		if (end[-1] <= stop)
			break;
	}
	return n < 0 ? n : (char *)end - (char *)buf;
}

ssize_t fd_read(int at, const char *path, char *buf, size_t size)
{
	int fd = fd_open(at, path, O_RDONLY | O_NONBLOCK, 0);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = fd_fill(fd, buf, size - 1, '\n');
	close(fd); /* what was only read closes without fault: errno is still read's */
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

int fd_write(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		size -= n;
	}
	return 0;
}

void fd_limit_up(void)
{
	struct limit limit;

	if (!open_files(NULL, &limit) && limit.soft < limit.hard) {
		limit.soft = limit.hard;
		open_files(&limit, NULL);
	}
}
