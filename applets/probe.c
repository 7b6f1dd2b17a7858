/* probe - is a server well? Of health checks, for images without a shell */
/* SPDX-License-Identifier: 0BSD */

/*config
config PROBE
	bool "probe (4656 bytes)"
	default y
	help
	  Exits with 0 when a server is well: it takes connections at a TCP port
	  or the path of a socket, or a file is there, and was touched lately.
	  For the health checks of Docker, Kubernetes and supervise-daemon, and
	  for scripts that wait until it is.

config PROBE_IPV6
	bool "IPv6 (512 bytes)"
	depends on PROBE
	default y
	help
	  Addresses as [::1], and localhost is ::1 too.

config PROBE_HTTP
	bool "http: the status of an answer (1408 bytes)"
	depends on PROBE
	default y
	help
	  Asks for a URL, through TCP or the path of a socket, and looks at the
	  status of what is answered. No TLS.

config PROBE_PROCESS
	bool "pidfile and process (288 bytes)"
	depends on PROBE
	default y
	help
	  Whether a pidfile's process lives, and whether a program runs.

config PROBE_READY
	bool "ready: a program tells that it is (384 bytes)"
	depends on PROBE
	default y
	help
	  Makes the socket of NOTIFY_SOCKET, and waits for READY=1.
*/
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "../libbb/clock.h"
#include "../libbb/err.h"
#include "../libbb/fd.h"
#include "../libbb/match.h"
#include "../libbb/net.h"
#include "../libbb/notify.h"
#include "../libbb/num.h"
#include "../libbb/opt.h"
#include "../libbb/pidfile.h"
#include "../libbb/text.h"
#include "applet.h"

#define HTTP ENABLED(CONFIG_PROBE_HTTP)
#define PROCESS ENABLED(CONFIG_PROBE_PROCESS)
#define READY ENABLED(CONFIG_PROBE_READY)

/* exit statuses; a wrong call is no other, as 2 is Docker's own */
enum { WELL = 0, NOT_WELL = 1 };

#define PAUSE_MSEC 100 /* between two tries */

static bool quiet;
static unsigned timeout = 1000, patience, newer; /* in ms */
static const char *through, *host, *wanted = "200-399";
static long long end, last; /* of this try, of all; clock_msec */

OPT_TAKER take_wanted;

static int take_wanted(void *self, const char *text)
{
	(void)self;
	wanted = text;
	return net_parse_list(text, 0);
}

#define OPTS(OPT) \
	OPT(1, "t", "timeout", "TIME", MSEC, &timeout, "at most so long; 1s") \
	OPT(1, "w", "wait", "TIME", MSEC, &patience, "try again for so long") \
	OPT(1, "n", "newer", "TIME", MSEC, &newer, "file: touched within TIME") \
	OPT(HTTP, "s", "status", "N[-M],...", CALL, take_wanted, "http: well are these; 200-399") \
	OPT(HTTP, "H", "host", "NAME", TEXT, &host, "http: the Host, if not URL's") \
	OPT(HTTP, "u", "unix", "PATH", TEXT, &through, "http: through this socket") \
	OPT(1, "q", "quiet", "", BOOL, &quiet, "say nothing")
OPT_LIST(opts, OPTS, NULL);
static const struct usage usage = { "[OPTION]... {tcp|unix|http|pidfile|process|file|ready} WHAT...", &opts, NOT_WELL,
				    .permute = true };

static APART char buffer[32768]; /* what is asked, and what is answered: the head must be no longer */

/* a name would need a resolver */
static _Noreturn void no_address(const char *what)
{
	opt_wrong(&usage, "no address in numbers: ", what);
}

/* Each of these looks at one thing once, and says what is wrong with it; NULL: nothing. */

static const char *why(void)
{
	return text_error(errno);
}

/* ---- sockets -------------------------------------------------------------------------------------------------- */

static const char *reach(const struct net_address *a, int type)
{
	int fd = net_connect(a, type, end);

	if (fd < 0)
		return why();
	close(fd);
	return NULL;
}

static const char *look_tcp(const char *where)
{
	struct net_address a;
	const char *rest = net_parse(where, 0, &a);

	if (!rest || *rest)
		no_address(where);
	return reach(&a, SOCK_STREAM);
}

static const char *look_unix(const char *path)
{
	struct net_address a;
	const char *reason;

	if (net_parse_path(path, &a) < 0)
		return why();
	reason = reach(&a, SOCK_STREAM);
	return reason && errno == EPROTOTYPE ? reach(&a, SOCK_DGRAM) : reason;
}

/* what stands in buffer, so many bytes */
static const char *ask(int fd, size_t len)
{
	const char *p = buffer;
	ssize_t n;

	for (; len; p += n, len -= n) {
		if (net_wait(fd, POLLOUT, end) < 0)
			return why();
		n = FD_SOCKET(sendto, fd, p, len, MSG_NOSIGNAL, NULL, 0);
		if (n < 0)
			return why();
	}
	return NULL;
}

static const char *hear(int fd)
{
	char digits[NUM_TEXT];
	size_t len = 0;
	int status;
	ssize_t n;

	*buffer = '\0';
	while (!(status = net_parse_answer(buffer, len))) {
		if (net_wait(fd, POLLIN, end) < 0)
			return why();
		n = read(fd, buffer + len, sizeof(buffer) - 1 - len);
		if (n < 0)
			return why();
		len += n;
		buffer[len] = '\0';
		if (!n)
			break;
	}
	if (status <= 0)
		return "no HTTP answer";
	if (net_parse_list(wanted, status) > 0)
		return NULL;
	text_copy(text_copy(buffer, "status "), num_text(digits, status));
	return buffer;
}

static char *put(char *to, const char *from, size_t len)
{
	memcpy(to, from, len);
	return to + len;
}

/* HTTP/1.1, as some proxies do not speak to who comes with 1.0 */
static size_t compose(const char *url, const struct net_url *u)
{
	struct net_url named;
	char *to;

	if (net_parse_url(host ? host : url, &named) < 0 || u->path_len + named.host_len > sizeof(buffer) - 100)
		no_address(host ? host : url);
	to = put(text_copy(buffer, "GET /"), u->path, u->path_len);
	to = put(text_copy(to, " HTTP/1.1\r\nHost: "), named.host, named.host_len);
	return text_copy(to, "\r\nUser-Agent: initbox-probe\r\nConnection: close\r\n\r\n") - buffer;
}

static const char *look_http(const char *url)
{
	const char *reason;
	struct net_address a;
	struct net_url u;
	size_t len;
	int fd;

	if (net_parse_url(url, &u) < 0 ||
	    (through ? net_parse_path(through, &a) < 0 : net_parse(u.host, 80, &a) != u.host + u.host_len))
		no_address(url);
	len = compose(url, &u);
	fd = net_connect(&a, SOCK_STREAM, end);
	if (fd < 0)
		return why();
	reason = ask(fd, len);
	if (!reason)
		reason = hear(fd);
	close(fd);
	return reason;
}

/* ---- processes, files ----------------------------------------------------------------------------------------- */

static const char *search(const struct match *m, pid_t pid)
{
	struct procs found = { 0 };
	int n = procs_find(&found, m);

	procs_free(&found);
	return n > 0 ? NULL : n < 0 ? why() : procs_hidden(pid) ? "hidden (hidepid)" : "not running";
}

static const char *look_pidfile(const char *path)
{
	struct pidfile_facts f;
	struct match m = { .pid = pidfile_read(path, &f) };

	if (m.pid < 0)
		return why();
	if (ENABLED(CONFIG_START_STOP_DAEMON_IDENTITY) && *f.identity)
		m.identity = f.identity;
	return search(&m, m.pid);
}

static const char *look_process(const char *name)
{
	static APART struct name n;
	struct match m = { .names = &n, .nnames = 1, .how = MATCH_INIT | MATCH_ANCESTORS };

	return name_word(&n, name) < 0 ? why() : search(&m, 1);
}

/* A clock that was set back makes a file as young as one that is touched; for no longer than that is not believed. */
static const char *look_file(const char *path)
{
	struct stat st;
	long long age;

	if (fd_stat(AT_FDCWD, path, &st, 0) < 0)
		return why();
	age = newer ? clock_ago(&st.st_mtim) : 0;
	return age > (long long)newer ? "too old" : age < -(long long)newer ? "in the future" : NULL;
}

/* ---- readiness ------------------------------------------------------------------------------------------------ */

/* a socket that nobody listens to: one of us was killed */
static bool is_left(const struct net_address *a)
{
	struct stat st;

	return !fd_stat(AT_FDCWD, a->at.un.sun_path, &st, AT_SYMLINK_NOFOLLOW) && S_ISSOCK(st.st_mode) &&
	       net_connect(a, SOCK_DGRAM, end) < 0 && errno == ECONNREFUSED;
}

static const char *await(int fd)
{
	struct notify_message m;
	ssize_t n;

	for (;;) {
		if (net_wait(fd, POLLIN, last) < 0)
			return why();
		n = FD_SOCKET(recvfrom, fd, buffer, sizeof(buffer) - 1, MSG_TRUNC | MSG_DONTWAIT, NULL, NULL);
		if (n < 0 || (size_t)n >= sizeof(buffer))
			continue;
		if (notify_parse(buffer, n, &m) < 0)
			return why();
		if (m.number[NOTIFY_ERRNO])
			return text_error(m.number[NOTIFY_ERRNO]);
		if (m.ready)
			return NULL;
	}
}

static const char *look_ready(const char *path)
{
	const char *reason;
	struct net_address a;
	int fd;

	if (net_parse_path(path, &a) < 0)
		return why();
	if (is_left(&a))
		unlinkat(AT_FDCWD, a.at.un.sun_path, 0);
	fd = FD_SOCKET(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || FD_SOCKET(bind, fd, &a.at.any, a.len) < 0)
		return why();
	reason = await(fd);
	unlinkat(AT_FDCWD, a.at.un.sun_path, 0); /* (of an abstract name that is empty) */
	close(fd);
	return reason;
}

/* ---- ---------------------------------------------------------------------------------------------------------- */

typedef const char *looker(const char *what);

static looker *find(const char *kind)
{
	static const char names[] = "tcp\0unix\0http\0pidfile\0process\0file\0ready\0";
	static looker *const looks[] = { look_tcp, look_unix, HTTP ? look_http : NULL, PROCESS ? look_pidfile : NULL,
				       PROCESS ? look_process : NULL, look_file, READY ? look_ready : NULL };
	unsigned which;
	const char *rest = text_word(names, kind, &which);

	if (!rest || *rest || !looks[which])
		opt_wrong(&usage, "unknown kind ", kind);
	return looks[which];
}

static const char *try(looker *look, const char *what)
{
	const char *reason;

	for (;;) {
		end = clock_msec() + timeout;
		if (end > last)
			end = last;
		reason = look(what);
		if (!reason || !patience || clock_left(last) <= PAUSE_MSEC)
			return reason;
		poll(NULL, 0, PAUSE_MSEC);
	}
}

int probe_main(char **argv)
{
	const char *reason;
	char **word;

	argv = opt_parse(argv, &usage);
	last = clock_msec() + (patience ? patience : timeout);
	word = argv;
	do
		if (!*word || !word[1])
			opt_wrong(&usage, "needs a kind and a thing", "");
	while (find(*word), *(word += 2));
	do {
		reason = try(find(argv[0]), argv[1]);
		if (reason) {
			if (!quiet)
				warn("%s %s: %s", argv[0], argv[1], reason);
			return NOT_WELL;
		}
	} while (*(argv += 2));
	return WELL;
}
