/* SPDX-License-Identifier: 0BSD */
/* net - where a server is to be reached, by numbers, and whether it is, in time */
#ifndef LIBBB_NET_H
#define LIBBB_NET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "config.h"

struct net_address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	} at;
	socklen_t len;
	bool either; /* "localhost": 127.0.0.1, or else ::1 */
};

/* Pure: HOST:PORT at the head of text. HOST is 127.0.0.1, each number without a 0 before it (which some read in base
   8), or [::1] as RFC 4291 has it without a zone (and with CONFIG_PROBE_IPV6 only), or localhost: no name is looked up.
   port: what it is where none is told, 0: it must be. What follows it; NULL: EINVAL. */
const char *net_parse(const char *text, unsigned port, struct net_address *);

/* Pure: the path of a socket, or, with @ before it, an abstract name (unix(7)). 0; -1: EINVAL (empty), ENAMETOOLONG. */
int net_parse_path(const char *text, struct net_address *);

struct net_url {
	const char *host, *path; /* in the text, not ended; host with its port, path without the first slash */
	size_t host_len, path_len;
};

/* Pure: "http://", which may be left out, HOST[:PORT], and what follows its slash, or question mark, up to a #. No byte
   of it is a blank, or below. 0; -1: EINVAL. */
int net_parse_url(const char *text, struct net_url *);

/* Pure: the status of an HTTP answer of which len bytes are there (and a NUL): 200..999, of the first head that is no
   interim one, 1xx (RFC 9112), once that is there in full. 0: it is not yet; -1: EINVAL: it is no such answer. */
int net_parse_answer(const char *text, size_t len);

/* Pure: is n in the list "200-299,304"? 1; 0; -1: EINVAL, ERANGE (over 999): no list. */
int net_parse_list(const char *text, unsigned n);

/* Waits until fd has one of these poll(2) events, or then (clock_msec) is past. 0; -1: ETIMEDOUT, errno of poll. */
int net_wait(int fd, short events, long long then);

/* Connects a non-blocking socket of this type until then. Its descriptor; -1: ETIMEDOUT, errno of socket and connect;
   ECONNREFUSED also where it has reached nobody but itself, as a port from which a connection may start can. A path
   whose queue is full is tried again. */
int net_connect(const struct net_address *, int type, long long then);

#endif
