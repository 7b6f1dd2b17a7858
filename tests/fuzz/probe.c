/* SPDX-License-Identifier: 0BSD */
/* the words of probe, a line each */
#include <limits.h>
#include <poll.h>

#include "applet.h"

#include "../../libbb/net.h"

/* here its work begins: what it would connect to, or send, is known */
#define net_connect(a, type, then) acts(a, type)
#undef poll
#define poll(fds, n, msec) (applet_acts(), 0)
#undef FD_SOCKET
#define FD_SOCKET(call, fd, what, ...) (applet_acts(), (void)(what), 0)
static int acts(const struct net_address *, int type);

#include "../../applets/probe.c"

static void keep_all(void)
{
	OPTS(KEEP_ROW)
	KEEP(end), KEEP(last), KEEP(wanted);
}

static int acts(const struct net_address *a, int type)
{
	char *head, *line;

	MUST(timeout <= INT_MAX && patience <= INT_MAX && newer <= INT_MAX);
	MUST(type == SOCK_STREAM || type == SOCK_DGRAM);
	MUST(a->len <= sizeof(a->at) && a->len > 2);
	MUST(net_parse_list(wanted, 200) >= 0);
	/* a request is three lines of head that nobody else has written */
	head = !strncmp(buffer, "GET /", 5) ? strstr(buffer, " HTTP/1.1\r\nHost: ") : NULL;
	if (head) {
		line = strstr(head + 2, "\r\n");
		line = line ? strstr(line + 2, "\r\n") : NULL;
		MUST(line && !strcmp(line, "\r\nUser-Agent: initbox-probe\r\nConnection: close\r\n\r\n"));
		MUST(!memchr(buffer + 4, ' ', head - buffer - 4));
	}
	applet_acts();
}

int procs_find(struct procs *set, const struct match *m)
{
	(void)set;
	MUST(m->pid > 0 || (m->nnames == 1 && *m->names->text));
	applet_acts();
}

FUZZ
{
	(void)size;
	*buffer = '\0';
	applet_run(probe_main, "probe", NOT_WELL, text);
}
