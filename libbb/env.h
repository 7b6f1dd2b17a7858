/* SPDX-License-Identifier: 0BSD */
/* env - the environment of the program to start, without a heap */
#ifndef LIBBB_ENV_H
#define LIBBB_ENV_H

#include <stddef.h>

/* Adds "KEY=VALUE" to environ, or replaces KEY. The text is kept, not copied: it must live on.
   0; -1: EINVAL (no KEY or no "="), E2BIG (over 4,095 in all). */
int env_set(char *key_value);

/* The same from two texts, which are copied. -1 also: E2BIG (over 4 KiB for all such texts together). */
int env_put(const char *key, const char *value);

/* The value of key, which ends in "="; NULL: it is not set. (getenv(3), smaller) */
const char *env_get(const char *key);

/* Nothing is left of it. */
void env_clear(void);

/* Is the path a regular file that we may execute? (A directory may be "executed" too.) 0; -1: errno of access(2) and
   stat(2), EACCES for what is no regular file. */
int env_executable(const char *path);

/* Where PATH (or /usr/sbin:/usr/bin:/sbin:/bin without one) has the program name, into buf. A name with a slash
   is taken as it is. 0; -1: ENOENT, EACCES (there, not executable), ENAMETOOLONG. */
int env_path(const char *name, char *buf, size_t size);

#endif
