/* SPDX-License-Identifier: 0BSD */
/* cred - whom to become: looked up before any chroot, applied after it */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config.h"
#include "cred.h"
#include "fd.h"
#include "num.h"
#include "text.h"

#define FILE_MAX (256 * 1024)
#define ID_MAX (UINT_MAX - 1) /* (uid_t)-1 means "no change" to the kernel */

/* libc's wrappers run a signal broadcast over all threads first; we have one. On 32-bit processors that
   began with 16-bit ids the plain numbers still mean those. */
#ifdef SYS_setgroups32
#define SETGROUPS SYS_setgroups32
#define SETRESGID SYS_setresgid32
#define SETRESUID SYS_setresuid32
#else
#define SETGROUPS SYS_setgroups
#define SETRESGID SYS_setresgid
#define SETRESUID SYS_setresuid
#endif

/* The whole file, a NUL at its end, until the next call. A regular file comes with one read. NULL: errno of open, read;
   E2BIG: over 256 KiB, which is 5,000 users: half a file must not look like one without the other half. One that is
   not there has no line */
static const char *load(const char *path)
{
	static APART char text[FILE_MAX + 1];
	ssize_t n = fd_read(AT_FDCWD, path, text, sizeof(text));

	if (n < 0 && errno == ENOENT)
		return "";
	if (n == FILE_MAX)
		errno = E2BIG;
	return n < 0 || n == FILE_MAX ? NULL : text;
}

/* what follows the next colon of the line; NULL where there is none */
static const char *next_field(const char *p)
{
	p += text_until(p, ":\n");
	return *p == ':' ? p + 1 : NULL;
}

static const char *next_line(const char *p)
{
	p += text_until(p, "\n");
	return p + (*p == '\n');
}

const char *cred_line(const char *line, const char *name, size_t len, unsigned *number)
{
	const char *field = next_field(line);
	unsigned id;

	if (!field || (name && ((size_t)(field - line) != len + 1 || !text_same(line, name, len))))
		return NULL;
	field = next_field(field);
	if (!field || num_take(&field, ID_MAX, &id) < 0 || text_until(field, ":\n") || (!name && id != *number))
		return NULL;
	*number = id;
	return field + (*field == ':');
}

bool cred_member(const char *members, const char *user)
{
	size_t len = text_len(user), n;

	for (;; members += n + 1) {
		n = text_until(members, ",\n");
		if (n == len && text_same(members, user, len))
			return true;
		if (members[n] != ',')
			return false;
	}
}

/* A name, or a number, which needs no entry, to its id. 1: *line and *rest are of its entry; 0: a number without
   one; -1 */
static int look_up(const char *path, const char *text, size_t len, unsigned *id, const char **line, const char **rest)
{
	const char *end = text, *name = text;

	/* all digits is a number, never a name, as in dpkg; the largest means "no change" to the kernel */
	if (!num_take(&end, ID_MAX, id) && end == text + len)
		name = NULL;
	errno = EINVAL;
	if (!len || (name && *text >= '0' && *text <= '9' && end == text))
		return -1;
	*line = load(path);
	if (!*line)
		return -1;
	for (; **line; *line = next_line(*line)) {
		*rest = cred_line(*line, name, len, id);
		if (*rest)
			return 1;
	}
	errno = ENOENT;
	return name ? -1 : 0;
}

int cred_uid(const char *text, uid_t *uid)
{
	const char *line, *rest;

	return look_up("/etc/passwd", text, text_len(text), uid, &line, &rest) < 0 ? -1 : 0;
}

int cred_gid(const char *text, gid_t *gid)
{
	const char *line, *rest;

	return look_up("/etc/group", text, text_len(text), gid, &line, &rest) < 0 ? -1 : 0;
}

static int copy_field(char *to, size_t size, const char *from)
{
	size_t len = text_until(from, ":\n");

	if (len >= size)
		return num_fail(E2BIG);
	memcpy(to, from, len);
	to[len] = '\0';
	return 0;
}

/* rest of a passwd entry: gid:gecos:home:shell */
static int take_passwd(struct cred *c, const char *line, const char *rest)
{
	const char *home = next_field(rest);

	if (home)
		home = next_field(home);
	if (!home || num_take(&rest, ID_MAX, &c->gid) < 0 || *rest != ':')
		return num_fail(EINVAL);
	return copy_field(c->home, sizeof(c->home), home) < 0 ? -1 : copy_field(c->name, sizeof(c->name), line);
}

static int add_group(struct cred *c, gid_t gid)
{
	int i;

	for (i = 0; i < c->ngroups; i++)
		if (c->groups[i] == gid)
			return 0;
	if (c->ngroups == CRED_GROUPS)
		return num_fail(E2BIG);
	c->groups[c->ngroups++] = gid;
	return 0;
}

/* all groups that list the user: initgroups(3) */
static int add_memberships(struct cred *c)
{
	const char *line, *members;
	unsigned gid;

	if (!c->name[0])
		return 0;
	line = load("/etc/group");
	if (!line)
		return -1;
	for (; *line; line = next_line(line)) {
		members = cred_line(line, line, text_until(line, ":"), &gid);
		if (members && cred_member(members, c->name) && add_group(c, gid) < 0)
			return -1;
	}
	return 0;
}

static int take_user(struct cred *c, const char *text, size_t len)
{
	const char *line, *rest;
	int found = look_up("/etc/passwd", text, len, &c->uid, &line, &rest);

	if (found < 0)
		return -1;
	c->set_uid = c->set_gid = true;
	c->gid = c->uid;
	return found ? take_passwd(c, line, rest) : 0;
}

static int find_groups(struct cred *c)
{
	c->ngroups = 0;
	return add_group(c, c->gid) < 0 ? -1 : add_memberships(c);
}

int cred_group(struct cred *c, const char *group)
{
	if (cred_gid(group, &c->gid) < 0)
		return -1;
	c->set_gid = true;
	return find_groups(c);
}

int cred_parse(struct cred *c, const char *text)
{
	size_t len = text_until(text, ":");
	const char *group = text[len] ? text + len + 1 : text + len;

	c->text = text;
	c->set_uid = c->set_gid = false;
	c->name[0] = c->home[0] = '\0';
	if (len && take_user(c, text, len) < 0)
		return -1;
	if (!len || *group)
		return cred_group(c, group);
	return find_groups(c);
}

int cred_become(const struct cred *c, bool keep_saved)
{
	if (c->set_gid) {
		/* a caller who is not root and asks for what it already is gets it */
		if (syscall(SETGROUPS, (size_t)c->ngroups, c->groups) < 0 && (!getuid() || getegid() != c->gid))
			return -1;
		if (syscall(SETRESGID, c->gid, c->gid, c->gid) < 0)
			return -1;
	}
	if (!c->set_uid)
		return 0;
	if (syscall(SETRESUID, c->uid, c->uid, keep_saved ? (uid_t)-1 : c->uid) < 0)
		return -1;
	/* Is it so? A filter that answers 0 and does nothing has been seen; and root must not come back. */
	if (geteuid() == c->uid && (keep_saved || !c->uid || syscall(SETRESUID, -1, 0, -1) < 0))
		return 0;
	return num_fail(EPERM);
}

int cred_regain(void)
{
	return syscall(SETRESUID, -1, 0, -1);
}
