/* SPDX-License-Identifier: 0BSD */
/* env - the environment of the program to start, without a heap */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "env.h"
#include "fd.h"
#include "num.h"
#include "text.h"

#define ENVIRONMENT_MAX 4096

extern char **environ;
static APART char texts[4096];
static size_t used;

/* where in environ the key, "KEY=" in len bytes, is set; the end of it */
static char **find(const char *key, size_t len)
{
	char **e;

	for (e = environ; *e && !text_same(*e, key, len); e++)
		;
	return e;
}

int env_set(char *key_value)
{
	static APART char *own[ENVIRONMENT_MAX]; /* the kernel's array has no room behind it */
	size_t len = text_until(key_value, "="), n;
	char **e;

	errno = EINVAL;
	if (!len || !key_value[len])
		return -1;
	e = find(key_value, len + 1);
	if (!*e) {
		n = e - environ;
		errno = E2BIG;
		if (n + 2 > ENVIRONMENT_MAX)
			return -1;
		if (environ != own)
			memcpy(own, environ, n * sizeof(*own));
		environ = own;
		e = own + n;
		e[1] = NULL;
	}
	*e = key_value;
	return 0;
}

int env_put(const char *key, const char *value)
{
	char *text = texts + used;

	if (text_len(key) + text_len(value) + 2 > sizeof(texts) - used)
		return num_fail(E2BIG);
	used = text_copy(text_copy(text_copy(text, key), "="), value) + 1 - texts;
	return env_set(text);
}

void env_clear(void)
{
	static char *none[1];

	environ = none;
}

int env_executable(const char *path)
{
	struct stat st;

	if (fd_stat(AT_FDCWD, path, &st, 0) < 0)
		return -1;
	if (!S_ISREG(st.st_mode))
		return num_fail(EACCES);
	return access(path, X_OK);
}

const char *env_get(const char *key)
{
	size_t len = text_len(key);
	char **e = find(key, len);

	return *e ? *e + len : NULL;
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
		if (len + text_len(name) + 2 > size)
			return num_fail(ENAMETOOLONG);
		memcpy(buf, path, len);
		text_copy(text_copy(buf + len, "/") - !len, name);
		if (slash || !env_executable(buf))
			return 0;
		if (errno == EACCES)
			error = EACCES;
		path += len;
	} while (*path++);
	return num_fail(error);
}
