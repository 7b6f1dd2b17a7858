/* SPDX-License-Identifier: 0BSD */
/* addresses and ports, URLs, answers of HTTP, lists of its statuses: against libc's, and against a second reading */
#include <arpa/inet.h>
#include <strings.h>

#include "../../libbb/net.h"
#include "fuzz.h"


/* what inet_pton reads of it: but that ours begins no number with a 0 that has more behind it, and theirs neither */
static void address(char *text)
{
	struct net_address a;
	const char *rest = net_parse(text, 80, &a);
	char *end = text + strcspn(text, "]"), was;
	unsigned char theirs[16];
	int read;

	if (!strncasecmp(text, "localhost", 9)) {
		MUST(!rest || a.either);
		return;
	}
	if (*text != '[')
		end = text + strspn(text, "0123456789.");
	was = *end;
	*end = '\0';
	read = *text == '[' ? was && inet_pton(AF_INET6, text + 1, theirs) : inet_pton(AF_INET, text, theirs);
	*end = was;
	if (!rest)
		return;
	MUST(a.at.in.sin_port != 0 && rest > text);
	if (a.at.any.sa_family == AF_INET6) {
		MUST(read == 1 && !memcmp(theirs, &a.at.in6.sin6_addr, 16));
		return;
	}
	MUST(a.at.any.sa_family == AF_INET);
	if (rest >= end) /* else a fifth number: who calls finds it behind the address */
		MUST(read == 1 && !memcmp(theirs, &a.at.in.sin_addr, 4));
}

/* and all that inet_pton reads is read here, but for a zone */
static void whole(const char *text)
{
	struct net_address a;
	unsigned char theirs[16];
	char *bracketed = malloc(strlen(text) + 3);

	sprintf(bracketed, "[%s]", text);
	if (inet_pton(AF_INET6, text, theirs) == 1)
		MUST(net_parse(bracketed, 80, &a) == bracketed + strlen(bracketed) && !memcmp(&a.at.in6.sin6_addr, theirs, 16));
	if (inet_pton(AF_INET, text, theirs) == 1)
		MUST(net_parse(text, 80, &a) == text + strlen(text) && !memcmp(&a.at.in.sin_addr, theirs, 4));
	free(bracketed);
}

static void url(const char *text)
{
	struct net_url u;
	size_t i;

	if (net_parse_url(text, &u) < 0)
		return;
	MUST(u.host_len && u.host >= text && u.path >= u.host + u.host_len && u.path + u.path_len <= text + strlen(text));
	MUST(!memchr(u.host, '/', u.host_len) && !memchr(u.path, '#', u.path_len));
	for (i = 0; text[i]; i++)
		MUST((unsigned char)text[i] > ' ' || text + i < u.host);
}

/* whatever its pieces are, what it comes to is the same: it is not known too early */
static void answer(char *text, size_t size)
{
	int status = net_parse_answer(text, size), before = 0;
	size_t len;

	MUST(status == -1 || status == 0 || (status >= 200 && status <= 999));
	for (len = 0; len <= size && !before && len < 512; len++) {
		char was = text[len];

		text[len] = '\0';
		before = net_parse_answer(text, len);
		text[len] = was;
	}
	MUST(!before || before == status);
	MUST(status <= 0 || strstr(text, "\n\n") || strstr(text, "\n\r\n"));
}

static void list(const char *text)
{
	int is[1000], n, good = net_parse_list(text, 1000) >= 0;

	for (n = 0; n < 1000; n++) {
		is[n] = net_parse_list(text, n);
		MUST((is[n] >= 0) == good);
	}
	if (good && !strpbrk(text, ",-"))
		MUST(is[atoi(text)] == 1);
	MUST(!good || !strpbrk(text, " +x.") );
}

FUZZ
{
	struct net_address a;

	switch (CHOOSE(6)) {
	case 0: address(text); break;
	case 1: whole(text); break;
	case 2: url(text); break;
	case 3: answer(text, size); break;
	case 4: list(text); break;
	default:
		if (!net_parse_path(text, &a))
			MUST(strlen(text) < 108 && a.len == 2 + strlen(text));
	}
}
