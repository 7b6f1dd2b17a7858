/* SPDX-License-Identifier: 0BSD */
/* coverage - linked into what make coverage runs: its counters are a file's pages, which all its processes share

   gcc's own way, to write them at exit, loses those of a process that is killed, execs, calls _exit, is chrooted, or
   may not write. Pages need no end: what is counted is in the file. With COVERAGE_DUMP=1 the program does nothing but
   write them as gcc would have. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern char coverage_start[], coverage_end[]; /* whole pages: coverage.ld */
void __gcov_dump(void);
void __wrap___gcov_exit(void);

/* at an ordinary exit (-Wl,--wrap=__gcov_exit): nothing, or each would count all that was counted before it again */
void __wrap___gcov_exit(void)
{
}

/* behind gcc's own constructors, and before those that count. If there is no file, counting is in vain, and no fault */
__attribute__((constructor(101), no_profile_instrument_function)) static void share_counters(void)
{
	size_t size = coverage_end - coverage_start; /* cppcheck-suppress comparePointers ; one object, of the linker's */
	int fd = open(COVERAGE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	if (mmap(coverage_start, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		_exit(99);
	close(fd);
	if (!getenv("COVERAGE_DUMP"))
		return;
	__gcov_dump();
	_exit(0);
}
