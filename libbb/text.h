/* SPDX-License-Identifier: 0BSD */
/* text - the few string functions that are smaller than libc's, which are made for long strings */
#ifndef LIBBB_TEXT_H
#define LIBBB_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* strlen(3), and whether n bytes are the same, or both texts end before (strncmp(3)): libc's read whole words. */
size_t text_len(const char *s);
bool text_same(const char *a, const char *b, size_t n);

/* How many bytes stand before the first that is one of stops, or before the end (strcspn). */
size_t text_until(const char *s, const char *stops);

/* s behind its blanks and tabs. */
const char *text_skip(const char *s);

/* Copies from, with its NUL, and gives back where that NUL stands (stpcpy). */
char *text_copy(char *to, const char *from);

/* What follows head, which s begins with, no matter the case of its letters; else NULL. */
const char *text_after(const char *s, const char *head);

/* Which of the names (each ended by a NUL, an empty one at the end) text begins with, as a word: no letter or _
   follows. What follows it; NULL: none, and EINVAL. */
const char *text_word(const char *names, const char *text, unsigned *which);

/* The file's name in a path: what follows the last slash. */
const char *text_base(const char *path);

/* No control character (127 does nothing to terminals, and those above it belong to UTF-8). */
static inline bool text_is_plain(char c)
{
	return (unsigned char)c >= ' ';
}

/* What an errno means (strerror(3) knows 130 of them, and is 1.2 KB more). "error 95" for those that have no
   business here; that text is good until the next call. */
const char *text_error(int error);

#endif
