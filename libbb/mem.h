/* SPDX-License-Identifier: 0BSD */
/* mem - arrays that grow without a heap */
#ifndef LIBBB_MEM_H
#define LIBBB_MEM_H

#include <stddef.h>

/* Room for one more: an array (NULL at first) of *room elements of size bytes, of which n are in use, is
   grown by mmap or mremap when full, to twice its size. Its address, which may be new; NULL: ENOMEM, and
   the old one still stands. New elements are zero. */
void *mem_more(void *array, size_t size, unsigned n, unsigned *room);

/* Gives it back. */
void mem_free(void *array, size_t size, unsigned room);

#endif
