/* SPDX-License-Identifier: 0BSD */
/* KEY=VALUE texts, a line each, into an environment that has some already */
#include "../../libbb/env.h"
#include "fuzz.h"

extern char **environ;

FUZZ
{
	static char first[] = "A=1", second[] = "PATH=/bin:/usr/bin";
	char *some[] = { first, second, NULL };
	char *line, *equals, path[64], name[64];
	const char *value;
	size_t len;

	(void)size;
	env_clear();
	environ = some;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (env_set(line) < 0)
			continue;
		equals = strchr(line, '=');
		MUST(equals && equals > line);
		len = equals + 1 - line;
		if (len >= sizeof(name))
			continue;
		memcpy(name, line, len);
		name[len] = '\0';
		value = env_get(name);
		MUST(value && !strcmp(value, equals + 1));
	}
	env_path(text, path, sizeof(path));
	env_clear();
}
