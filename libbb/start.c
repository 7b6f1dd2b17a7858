/* SPDX-License-Identifier: 0BSD */
/* start - from the kernel to main, without what only other programs need */
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config.h"
#include "start.h"

/* musl's own, and in no header (src/env/__init_tls.c, musl 1.2): makes this memory, zeroed, the one thread. Its struct
   pthread (src/internal/pthread_impl.h) has some 200 bytes on a 64-bit processor. */
int __init_tp(void *thread);

/* musl's, too (src/env/__stack_chk_fail.c): puts the number that is to be behind arrays where the compiler looks,
   in the thread or in __stack_chk_guard; it is made of these random bytes */
void __init_ssp(void *entropy);

/* the linker's: our ELF header, which the program headers follow */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

extern char **environ;

/* what the kernel says of this: the auxiliary vector begins behind the environment (getauxval(3)). 0: nothing */
static size_t auxiliary(char **environment, size_t type)
{
	const size_t *pair;

	while (*environment++)
		continue;
	for (pair = (const size_t *)environment; *pair != AT_NULL; pair += 2)
		if (*pair == type)
			return pair[1];
	return 0;
}

int start_relro(void)
{
	const ElfW(Ehdr) *elf = (const void *)__ehdr_start;
	const ElfW(Phdr) *segment = (const void *)(__ehdr_start + elf->e_phoff), *end = segment + elf->e_phnum;
	size_t page = auxiliary(environ, AT_PAGESZ), from, to;

	while (segment < end && segment->p_type != PT_GNU_RELRO)
		segment++;
	if (segment == end)
		return 0;
	/* the linker ends it with a page of the largest size there may be; what is left of a page stays as it is */
	from = (size_t)__ehdr_start + segment->p_vaddr;
	to = (from + segment->p_memsz) & -page;
	from &= -page;
	return syscall(SYS_mprotect, from, to - from, PROT_READ); /* libc's would ask libc for the size of a page */
}

#if START_MAIN
__attribute__((used)) _Noreturn void start_main(int (*run)(int argc, char **argv), int argc, char **argv)
{
	static size_t thread[128] __attribute__((aligned(64)));

	environ = argv + argc + 1;
	__init_tp(thread);
	/* (we never return: what is behind our own arrays is not looked at) */
	if (ENABLED(CONFIG_BUILD_STACK_PROTECTOR))
		__init_ssp((void *)auxiliary(environ, AT_RANDOM));
	_exit(run(argc, argv));
}
#endif
