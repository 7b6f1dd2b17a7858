/* SPDX-License-Identifier: 0BSD */
/* net - where a server is to be reached, by numbers, and whether it is, in time */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "fd.h"
#include "net.h"
#include "num.h"
#include "text.h"

#define IPV6 ENABLED(CONFIG_PROBE_IPV6)
#define FULL_MSEC 10 /* between two tries at a socket whose queue is full, which poll does not tell of */

/* ---- addresses ------------------------------------------------------------------------------------------------ */

/* "127.0.0.1" */
static const char *take_4(const char *text, unsigned char to[4])
{
	const char *start;
	unsigned n;
	int i;

	for (i = 0; i < 4; i++, text++) {
		start = text;
		if (num_take(&text, 255, &n) < 0 || (*start == '0' && text > start + 1) || (i < 3 && *text != '.'))
			return NULL;
		to[i] = n;
	}
	return text - 1;
}

static unsigned hex(char c)
{
	unsigned digit = (c | 32) - 'a' + 10;

	return digit - 10 < 6 ? digit : (unsigned)(c - '0') < 10 ? (unsigned)(c - '0') : 16;
}

/* "::1" up to its bracket; to is zeroed */
static const char *take_6(const char *text, unsigned char to[16])
{
	int n = 0, gap = -1, digits, i;
	const char *start;
	unsigned group;

	if (*text == ':' && *++text != ':') /* one alone begins none */
		return NULL;
	while (*text != ']') {
		if (*text == ':') {
			if (gap >= 0)
				return NULL;
			gap = n;
			text++;
			continue;
		}
		start = text;
		group = 0;
		for (digits = 0; digits < 5 && hex(*text) < 16; digits++)
			group = group << 4 | hex(*text++);
		if (*text == '.' && n <= 12) {
			text = take_4(start, to + n);
			if (!text || *text != ']')
				return NULL;
			n += 4;
			break;
		}
		if (!digits || digits > 4 || n > 14 || (*text == ':' ? *++text == ']' : *text != ']'))
			return NULL;
		to[n++] = group >> 8;
		to[n++] = group;
	}
	if (gap < 0 ? n != 16 : n > 14)
		return NULL;
	for (i = 16; gap >= 0 && n > gap; to[n] = 0)
		to[--i] = to[--n];
	return text + 1;
}

const char *net_parse(const char *text, unsigned port, struct net_address *a)
{
	const char *rest = text_after(text, "localhost");
	unsigned char *to = (unsigned char *)&a->at.in.sin_addr;

	memset(a, 0, sizeof(*a));
	a->at.any.sa_family = AF_INET;
	a->len = sizeof(a->at.in);
	if (rest) {
		a->either = IPV6;
		to[0] = 127;
		to[3] = 1;
	} else if (IPV6 && *text == '[') {
		a->at.any.sa_family = AF_INET6;
		a->len = sizeof(a->at.in6);
		rest = take_6(text + 1, a->at.in6.sin6_addr.s6_addr);
	} else {
		rest = take_4(text, to);
	}
	if (rest && *rest == ':') {
		rest++;
		if (num_take(&rest, 65535, &port) < 0)
			port = 0;
	}
	to = (unsigned char *)&a->at.in.sin_port; /* it stands in one place in both */
	to[0] = port >> 8;
	to[1] = port;
	num_fail(EINVAL);
	return port ? rest : NULL;
}

int net_parse_path(const char *text, struct net_address *a)
{
	size_t len = text_len(text);

	if (!len)
		return num_fail(EINVAL);
	if (len >= sizeof(a->at.un.sun_path))
		return num_fail(ENAMETOOLONG);
	memset(a, 0, sizeof(*a));
	a->at.any.sa_family = AF_UNIX;
	text_copy(a->at.un.sun_path, text);
	a->len = offsetof(struct sockaddr_un, sun_path) + len;
	if (*text == '@')
		a->at.un.sun_path[0] = '\0';
	return 0;
}

/* ---- HTTP ----------------------------------------------------------------------------------------------------- */

int net_parse_url(const char *text, struct net_url *u)
{
	const char *p = text_after(text, "http://");

	u->host = p ? p : text;
	for (p = u->host; *p; p++)
		if ((unsigned char)*p <= ' ')
			return num_fail(EINVAL);
	u->host_len = text_until(u->host, "/?#");
	u->path = u->host + u->host_len;
	u->path += *u->path == '/';
	u->path_len = text_until(u->path, "#");
	return u->host_len ? 0 : num_fail(EINVAL);
}

int net_parse_answer(const char *text, size_t len)
{
	const char *end = text + len, *digits, *p;
	unsigned status;

	do {
		if (!text_same(text, "HTTP/1.", end - text < 7 ? end - text : 7))
			return num_fail(EINVAL);
		p = text; /* to the empty line */
		do {
			p += text_until(p, "\n");
			if (!*p++)
				return 0;
			p += *p == '\r';
		} while (*p != '\n');
		digits = text + 9;
		if (text[7] < '0' || text[8] != ' ' || *digits == '0' || num_take(&digits, 999, &status) < 0 ||
		    digits != text + 12 || (unsigned char)*digits > ' ')
			return num_fail(EINVAL);
		text = p + 1;
	} while (status < 200);
	return status;
}

int net_parse_list(const char *text, unsigned n)
{
	unsigned from, to;
	int is = 0;

	for (;; text++) {
		if (num_take(&text, 999, &from) < 0)
			return -1;
		to = from;
		if (*text == '-' && (text++, num_take(&text, 999, &to) < 0))
			return -1;
		is |= from <= n && n <= to;
		if (*text != ',')
			return *text ? num_fail(EINVAL) : is;
	}
}

/* ---- connections ---------------------------------------------------------------------------------------------- */

int net_wait(int fd, short events, long long then)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do
		n = poll(&p, 1, clock_left(then));
	while (n < 0 && errno == EINTR);
	return n > 0 ? 0 : n < 0 ? -1 : num_fail(ETIMEDOUT);
}

/* The kernel may choose for our end the very port that nobody listens to, and then we talk to ourselves (RFC 9293, 3.5,
   simultaneous open): who tries again and again meets it. */
static bool is_ours(int fd, const struct net_address *a)
{
	const char *its = (const char *)&a->at, *our;
	struct net_address own;
	socklen_t i;

	own.len = sizeof(own.at);
	if (a->at.any.sa_family == AF_UNIX || FD_SOCKET(getsockname, fd, &own.at.any, &own.len) < 0)
		return false;
	our = (const char *)&own.at;
	for (i = 0; i < a->len && our[i] == its[i]; i++)
		;
	return i == a->len;
}

/* asked again once poll has told that it is over, connect tells how */
static int finish(int fd, const struct net_address *a, long long then)
{
	while (FD_SOCKET(connect, fd, &a->at.any, a->len) < 0)
		if (errno == EAGAIN && clock_left(then))
			poll(NULL, 0, FULL_MSEC);
		else if (errno != EINPROGRESS && errno != EALREADY)
			return -1;
		else if (net_wait(fd, POLLOUT, then) < 0)
			return -1;
	return is_ours(fd, a) ? num_fail(ECONNREFUSED) : fd;
}

static int reach(const struct net_address *a, int type, long long then)
{
	int fd = FD_SOCKET(socket, a->at.any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error;

	if (fd < 0 || finish(fd, a, then) >= 0)
		return fd;
	error = errno;
	close(fd);
	return num_fail(error);
}

int net_connect(const struct net_address *a, int type, long long then)
{
	int fd = reach(a, type, then), error = errno;
	struct net_address other = { .len = sizeof(other.at.in6) };

	if (fd >= 0 || !IPV6 || !a->either)
		return fd;
	other.at.in6.sin6_family = AF_INET6;
	other.at.in6.sin6_port = a->at.in.sin_port;
	other.at.in6.sin6_addr.s6_addr[15] = 1;
	fd = reach(&other, type, then);
	return fd < 0 ? num_fail(error) : fd;
}
