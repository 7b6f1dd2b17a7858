/* SPDX-License-Identifier: 0BSD */
/* who is meant, a blank line, /etc/passwd, a blank line, /etc/group */
#include <errno.h>
#include <sys/types.h>

#include "../../libbb/cred.h"
#include "../../libbb/fd.h"
#include "fuzz.h"

static const char *passwd, *groups;

/* the files are ours: cred's only way to them */
ssize_t fd_read(int at, const char *path, char *buf, size_t size)
{
	const char *text = strstr(path, "group") ? groups : passwd;
	size_t len = strlen(text);

	(void)at;
	if (len > size - 1)
		len = size - 1;
	memcpy(buf, text, len);
	buf[len] = '\0';
	return len;
}

static char *part(char **text)
{
	char *begin = *text, *end = strstr(begin, "\n\n");

	if (end)
		*end = '\0';
	*text = end ? end + 2 : begin + strlen(begin);
	return begin;
}

FUZZ
{
	static struct cred c;
	char *who = part(&text);
	uid_t uid;
	gid_t gid;

	(void)size;
	passwd = part(&text);
	groups = text;
	memset(&c, 0, sizeof(c));
	if (!cred_parse(&c, who))
		MUST(memchr(c.name, 0, sizeof(c.name)) && memchr(c.home, 0, sizeof(c.home)));
	cred_group(&c, who);
	if (!cred_uid(who, &uid))
		MUST(uid != (uid_t)-1);
	if (!cred_gid(who, &gid))
		MUST(gid != (gid_t)-1);
}
