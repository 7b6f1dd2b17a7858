/* SPDX-License-Identifier: 0BSD */
/* fd - descriptors: each is O_CLOEXEC, has one owner, and 0 1 2 are always taken */
#ifndef LIBBB_FD_H
#define LIBBB_FD_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Fills a missing 0, 1 or 2, so that no file opened later becomes somebody's stdout by accident. The
   stand-in refuses what the stream is for (reads on 0, writes on 1 and 2: EBADF), so that a message that
   nobody can get is still known to be lost. 0; -1 and errno of open. */
int fd_sane(void);

/* openat(2), always with O_CLOEXEC and O_NOCTTY. */
int fd_open(int at, const char *path, int flags, mode_t);

/* close(2), read(2), poll(2) and write(2) themselves: libc's first see whether another thread wants to cancel us, in
   400 bytes. */
int fd_close(int fd);
ssize_t fd_get(int fd, void *buf, size_t size);
int fd_poll(struct pollfd *, unsigned n, int msec);
#define close(fd) fd_close(fd)
#define read(fd, buf, size) fd_get(fd, buf, size)
#define poll(fds, n, msec) fd_poll(fds, n, msec)
#define write(fd, data, size) syscall(SYS_write, fd, data, size)

/* fstatat(2). Where the kernel's struct is libc's own, its call is made straight: libc's way is 700 bytes. */
int fd_stat(int at, const char *path, struct stat *, int flags);

/* readlinkat(2), its text ended by a NUL: its length, at most size - 1. -1 and errno. */
ssize_t fd_link(int at, const char *path, char *buf, size_t size);

/* fcntl(2) of the kernel, whose argument is a number or an address: libc's tells them apart, in 400 bytes. */
int fd_control(int fd, int command, long arg);

/* A call of sockets without libc's way round for kernels before 2.6.27. Where they once had one number, those of their
   own came with Linux 4.3; and where long has 32 bits libc knows which struct timeval the kernel has. */
#if defined(SYS_socketcall) || !defined(__LP64__)
#define FD_SOCKET(name, ...) name(__VA_ARGS__)
#else
#define FD_SOCKET(name, ...) syscall(SYS_##name, __VA_ARGS__)
#endif

/* An exact copy as number to, the old one closed; inherited through exec. 0; -1 and errno of dup2. */
int fd_move(int from, int to);

/* Marks every descriptor from first on close-on-exec: gone when the program runs, still there to tell of an
   exec that failed. close_range(2) with that flag needs Linux 5.11; before that (ENOSYS, EINVAL) or where a
   filter forbids it (EPERM), what /proc/self/fd lists; without that, all up to RLIMIT_NOFILE. */
void fd_close_on_exec(int first);

/* Closes them now: for a process that does not exec. Linux 5.9, else the same two ways. */
void fd_close_from(int first);

/* A whole small file, its end marked by a NUL: how many bytes it has, at most size - 1. What ends in a newline or a
   NUL is believed to be whole, so that a /proc file costs three calls. -1 and errno of openat or read. */
ssize_t fd_read(int at, const char *path, char *buf, size_t size);

/* So many bytes, or what there is before the end: how many. What ends in a byte of at most stop is believed to be whole
   (-1: nothing is). -1 and errno of read. */
ssize_t fd_fill(int fd, void *buf, size_t size, int stop);

/* All of it, through short writes and EINTR. 0; -1 and errno of write. */
int fd_write(int fd, const void *data, size_t size);

/* The soft limit of open files up to the hard one: a scan may have to hold many. */
void fd_limit_up(void);

/* Entries of an open directory one by one, with getdents64 (libc's readdir needs a heap). */
struct fd_dir {
	int fd, at, len;
	char buf[16384] __attribute__((aligned(8)));
};
void fd_dir_start(struct fd_dir *, int fd);
/* The next name; NULL at the end (errno 0) or after an error (errno of getdents64). */
const char *fd_dir_next(struct fd_dir *);

#endif
