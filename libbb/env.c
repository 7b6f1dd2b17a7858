/* SPDX-License-Identifier: 0BSD */
/* env - the environment of the program to start, without a heap */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env.h"
#include "fd.h"
#include "text.h"

#define ENVIRONMENT_MAX 4096

extern char **environ;
static char texts[4096];
static size_t used;

/* the kernel's array has no room behind it; one of ours takes its place */
static int append(char *key_value)
{
	static char *own[ENVIRONMENT_MAX];
	unsigned n;

	for (n = 0; environ[n]; n++)
		if (n + 2 == ENVIRONMENT_MAX) {
			errno = E2BIG;
			return -1;
		}
	if (environ != own)
		memcpy(own, environ, n * sizeof(*own));
	own[n] = key_value;
	own[n + 1] = NULL;
	environ = own;
	return 0;
}

int env_set(char *key_value)
{
	size_t len = text_until(key_value, "=");
	char **e;

	if (!len || !key_value[len++]) {
		errno = EINVAL;
		return -1;
	}
	for (e = environ; *e; e++)
		if (!strncmp(*e, key_value, len)) {
			*e = key_value;
			return 0;
		}
	return append(key_value);
}

int env_put(const char *key, const char *value)
{
	size_t k = strlen(key), v = strlen(value);
	char *text = texts + used;

	if (k + v + 2 > sizeof(texts) - used) {
		errno = E2BIG;
		return -1;
	}
	memcpy(text, key, k);
	text[k] = '=';
	memcpy(text + k + 1, value, v + 1);
	used += k + v + 2;
	return env_set(text);
}

void env_clear(void)
{
	static char *none[1];

	environ = none;
}

/* a regular file that may be executed: a directory may be "executed" too */
static int executable(const char *path)
{
	struct stat st;

	if (fd_stat(AT_FDCWD, path, &st, 0) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EACCES;
		return -1;
	}
	return access(path, X_OK);
}

const char *env_get(const char *key)
{
	size_t len = strlen(key);
	char **e;

	for (e = environ; *e; e++)
		if (!strncmp(*e, key, len))
			return *e + len;
	return NULL;
}

int env_path(const char *name, char *buf, size_t size)
{
	bool slash = name[text_until(name, "/")];
	const char *path = slash ? "" : env_get("PATH=");
	int error = ENOENT;
	size_t len;

	if (!path)
		path = "/usr/sbin:/usr/bin:/sbin:/bin";
	do {
		len = text_until(path, ":");
		if (len + strlen(name) + 2 > size) {
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(buf, path, len);
		text_copy(text_copy(buf + len, "/") - !len, name);
		if (slash || !executable(buf))
			return 0;
		if (errno == EACCES)
			error = EACCES;
		path += len;
	} while (*path++);
	errno = error;
	return -1;
}
