/* SPDX-License-Identifier: 0BSD */
/* cred - whom to become: looked up before any chroot, applied after it */
#ifndef LIBBB_CRED_H
#define LIBBB_CRED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CRED_GROUPS 256

struct cred {
	const char *text;      /* as the user wrote it, for messages; NULL: nobody was asked for */
	bool set_uid, set_gid; /* which of the ids are meant */
	uid_t uid;
	gid_t gid, groups[CRED_GROUPS];
	int ngroups;
	char name[256], home[4096]; /* from passwd; empty where there is no entry */
};

/* "user", "user:group", "user:", ":group", also with numbers, from /etc/passwd and /etc/group (no NSS).
   A user without group gets the primary one and all that /etc/group gives; with group, that one as
   primary, and the user's others too (initgroups(3)). A number without an entry is taken as it is, its
   gid being the same number unless a group is given. ":group" alone is that group and no other.
   0; -1: EINVAL (empty, or a bad number), ENOENT (no such user or group), E2BIG (over CRED_GROUPS, or
   a file over 256 KiB). */
int cred_parse(struct cred *, const char *text);

/* Gives it another primary group, a name or a number; without a user, this one and no other. As cred_parse. */
int cred_group(struct cred *, const char *group);

/* One user or group name, or number, to its id. 0; -1 as above. */
int cred_uid(const char *text, uid_t *);
int cred_gid(const char *text, gid_t *);

/* setgroups, setgid, setuid, each on real, effective and saved id, then asks the kernel whether it is so.
   0; -1 and errno of the call that failed (EPERM when an id could be taken back). With keep_saved the
   saved uid stays as it is until exec, which overwrites it (execve(2)): for the one caller that has to
   clean up as root after a failed exec. */
int cred_become(const struct cred *, bool keep_saved);

/* After cred_become with keep_saved: the effective uid is root's again, if we were root. 0; -1: EPERM (we were not). */
int cred_regain(void);

/* Pure parser of one passwd or group line (name:x:number:rest, ended by a newline or NUL): its name matches len
   bytes at name, or its number is *number when name is NULL. The rest behind the number; NULL: another line, or
   malformed. */
const char *cred_line(const char *line, const char *name, size_t len, unsigned *number);

/* Is the user among the comma separated members at the end of a group line? */
bool cred_member(const char *members, const char *user);

#endif
