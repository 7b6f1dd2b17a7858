/* SPDX-License-Identifier: 0BSD */
/* mem - arrays that grow without a heap */
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mem.h"

/* libc's mmap checks what cannot go wrong here, in 200 bytes; s390 has an argument struct of its own */
static void *map(size_t size)
{
#if defined(SYS_mmap2)
	return (void *)syscall(SYS_mmap2, NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#elif !defined(__s390x__)
	return (void *)syscall(SYS_mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#else
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
}

void *mem_more(void *array, size_t size, unsigned n, unsigned *room)
{
	unsigned more = *room ? *room * 2 : 4096 / size + 1;
	void *grown;

	if (n < *room)
		return array;
	if (array) /* libc's mremap waits for other threads */
		grown = (void *)syscall(SYS_mremap, array, *room * size, more * size, MREMAP_MAYMOVE, NULL);
	else
		grown = map(more * size);
	if (grown == MAP_FAILED)
		return NULL;
	*room = more;
	return grown;
}

void mem_free(void *array, size_t size, unsigned room)
{
	if (array)
		syscall(SYS_munmap, array, room * size); /* libc's waits for other threads */
}
