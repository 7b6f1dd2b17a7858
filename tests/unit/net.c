/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/net.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "../../libbb/clock.h"
#include "unit.h"

/* ---- addresses ------------------------------------------------------------------------------------------------ */

/* text as the numbers of an address and a port, or "no" */
static const char *parsed(const char *text, unsigned port)
{
	static char told[256];
	char numbers[INET6_ADDRSTRLEN];
	struct net_address a;
	const char *rest;

	errno = 0;
	rest = net_parse(text, port, &a);
	if (!rest)
		return errno == EINVAL ? "no" : "no, and another errno";
	if (a.at.any.sa_family == AF_INET6)
		inet_ntop(AF_INET6, &a.at.in6.sin6_addr, numbers, sizeof(numbers));
	else
		inet_ntop(AF_INET, &a.at.in.sin_addr, numbers, sizeof(numbers));
	if (a.len != (a.at.any.sa_family == AF_INET6 ? sizeof(a.at.in6) : sizeof(a.at.in)))
		return "a wrong length";
	snprintf(told, sizeof(told), "%s %d%s%s%s", numbers, ntohs(a.at.in.sin_port), a.either ? " or ::1" : "",
		 *rest ? " then " : "", rest);
	return told;
}

TEST(an_address_of_ipv4_and_a_port)
{
	CHECK_TEXT(parsed("127.0.0.1:80", 0), "127.0.0.1 80");
	CHECK_TEXT(parsed("0.0.0.0:1", 0), "0.0.0.0 1");
	CHECK_TEXT(parsed("255.10.99.100:65535", 0), "255.10.99.100 65535");
	CHECK_TEXT(parsed("1.2.3.4:0080", 0), "1.2.3.4 80");
}

TEST(localhost_in_any_case_is_either)
{
	CHECK_TEXT(parsed("localhost:7", 0), "127.0.0.1 7 or ::1");
	CHECK_TEXT(parsed("LocalHost", 80), "127.0.0.1 80 or ::1");
	CHECK_TEXT(parsed("localhos:7", 0), "no");
}

TEST(where_a_port_must_be_told_one_without_is_none)
{
	CHECK_TEXT(parsed("127.0.0.1", 0), "no");
	CHECK_TEXT(parsed("[::1]", 0), "no");
	CHECK_TEXT(parsed("localhost", 0), "no");
	CHECK_TEXT(parsed("127.0.0.1/x", 80), "127.0.0.1 80 then /x");
	CHECK_TEXT(parsed("127.0.0.1:81/x", 80), "127.0.0.1 81 then /x");
}

TEST(a_port_is_1_to_65535_in_digits)
{
	CHECK_TEXT(parsed("127.0.0.1:0", 80), "no");
	CHECK_TEXT(parsed("127.0.0.1:65536", 80), "no");
	CHECK_TEXT(parsed("127.0.0.1:99999999999999999999", 80), "no");
	CHECK_TEXT(parsed("127.0.0.1:", 80), "no");
	CHECK_TEXT(parsed("127.0.0.1:-1", 80), "no");
	CHECK_TEXT(parsed("127.0.0.1:http", 80), "no");
}

TEST(numbers_that_could_be_read_in_another_way_are_none)
{
	CHECK_TEXT(parsed("127.1:80", 0), "no");
	CHECK_TEXT(parsed("2130706433:80", 0), "no");
	CHECK_TEXT(parsed("0x7f.0.0.1:80", 0), "no");
	CHECK_TEXT(parsed("127.0.0.01:80", 0), "no");
	CHECK_TEXT(parsed("010.0.0.1:80", 0), "no");
	CHECK_TEXT(parsed("127.0.0.256:80", 0), "no");
	CHECK_TEXT(parsed("127.0.0.1.1:80", 0), "no");
	CHECK_TEXT(parsed("127..0.1:80", 0), "no");
	CHECK_TEXT(parsed("", 80), "no");
	CHECK_TEXT(parsed(":80", 0), "no");
	CHECK_TEXT(parsed("example.com:80", 0), "no");
}

TEST(an_address_of_ipv6_stands_in_brackets)
{
	CHECK_TEXT(parsed("[::1]:80", 0), "::1 80");
	CHECK_TEXT(parsed("[::]:80", 0), ":: 80");
	CHECK_TEXT(parsed("[2001:db8::8:800:200C:417A]:443", 0), "2001:db8::8:800:200c:417a 443");
	CHECK_TEXT(parsed("[1:2:3:4:5:6:7:8]:1", 0), "1:2:3:4:5:6:7:8 1");
	CHECK_TEXT(parsed("[1::]:1", 0), "1:: 1");
	CHECK_TEXT(parsed("[1:2:3:4:5:6:7::]:1", 0), "1:2:3:4:5:6:7:0 1");
	CHECK_TEXT(parsed("[::2:3:4:5:6:7:8]:1", 0), "0:2:3:4:5:6:7:8 1");
	CHECK_TEXT(parsed("[1:2::7:8]", 80), "1:2::7:8 80");
	CHECK_TEXT(parsed("[ffff:FFFF:0000:0001::]:1", 0), "ffff:ffff:0:1:: 1");
}

TEST(an_address_of_ipv6_may_end_as_one_of_ipv4)
{
	CHECK_TEXT(parsed("[::ffff:127.0.0.1]:80", 0), "::ffff:127.0.0.1 80");
	CHECK_TEXT(parsed("[1:2:3:4:5:6:1.2.3.4]:80", 0), "1:2:3:4:5:6:102:304 80");
	CHECK_TEXT(parsed("[64:ff9b::192.0.2.33]:80", 0), "64:ff9b::c000:221 80");
	CHECK_TEXT(parsed("[1:2:3:4:5:6:7:1.2.3.4]:80", 0), "no");
	CHECK_TEXT(parsed("[::1.2.3]:80", 0), "no");
	CHECK_TEXT(parsed("[::1.2.3.4:5]:80", 0), "no");
	CHECK_TEXT(parsed("[::1.2.3.256]:80", 0), "no");
}

TEST(what_is_no_address_of_ipv6_is_none)
{
	static const char *const wrong[] = { "[", "[]", "[:]", "[:::]", "[1]", "[:1]", "[1:]", "[::1", "::1", "[::1::]", "[1::2::3]",
		"[1:::2]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7:8::]", "[::1:2:3:4:5:6:7:8]", "[12345::]",
		"[g::]", "[::1%lo]", "[::1%25lo]", "[1:2:3:4:5:6:7:8:]", "[:1:2:3:4:5:6:7:8]", "[::1 ]", "[/::]", "[:@:1]" };
	char text[64];
	unsigned i;

	for (i = 0; i < COUNT(wrong); i++) {
		snprintf(text, sizeof(text), "%s:80", wrong[i]);
		CHECK_TEXT(parsed(text, 0), "no");
		CHECK_TEXT(parsed(wrong[i], 80), "no");
	}
}

TEST(a_path_is_the_address_of_a_socket)
{
	struct net_address a;
	char longest[108], *end = longest + sizeof(longest) - 1;

	CHECK(!net_parse_path("/run/x", &a) && a.at.un.sun_family == AF_UNIX);
	CHECK_TEXT(a.at.un.sun_path, "/run/x");
	CHECK(!net_parse_path("@x", &a) && !memcmp(a.at.un.sun_path, "\0x\0", 3));
	CHECK(a.len == offsetof(struct sockaddr_un, sun_path) + 2);
	CHECK(net_parse_path("", &a) < 0 && errno == EINVAL);
	memset(longest, 'x', sizeof(longest));
	*end = '\0';
	CHECK(!net_parse_path(longest, &a));
	CHECK(a.len == sizeof(a.at.un) - 1);
	CHECK_TEXT(a.at.un.sun_path, longest);
	{
		char longer[109];

		memset(longer, 'x', sizeof(longer));
		longer[108] = '\0';
		CHECK(net_parse_path(longer, &a) < 0 && errno == ENAMETOOLONG);
	}
}

/* ---- HTTP ----------------------------------------------------------------------------------------------------- */

/* "HOST PATH", or "no" */
static const char *url(const char *text)
{
	static char told[128];
	struct net_url u;

	if (net_parse_url(text, &u) < 0)
		return errno == EINVAL ? "no" : "no, and another errno";
	snprintf(told, sizeof(told), "%.*s %.*s", (int)u.host_len, u.host, (int)u.path_len, u.path);
	return told;
}

TEST(a_url_is_a_host_and_a_path)
{
	CHECK_TEXT(url("http://1.2.3.4:80/a/b?c=d/e"), "1.2.3.4:80 a/b?c=d/e");
	CHECK_TEXT(url("HTTP://[::1]/"), "[::1] ");
	CHECK_TEXT(url("http://x"), "x ");
	CHECK_TEXT(url("http://x?q"), "x ?q");
	CHECK_TEXT(url("http://x//y"), "x /y");
	CHECK_TEXT(url("localhost:8080/health"), "localhost:8080 health");
}

TEST(the_fragment_is_not_the_servers)
{
	CHECK_TEXT(url("http://x/y#z?w/v"), "x y");
	CHECK_TEXT(url("http://x#/y"), "x ");
}

TEST(a_url_without_a_host_or_with_what_ends_a_line_is_none)
{
	CHECK_TEXT(url(""), "no");
	CHECK_TEXT(url("http://"), "no");
	CHECK_TEXT(url("http:///x"), "no");
	CHECK_TEXT(url("/x"), "no");
	CHECK_TEXT(url("http://x/ y"), "no");
	CHECK_TEXT(url("http://x/\r\nHost: y"), "no");
	CHECK_TEXT(url("http://x/#\t"), "no");
	CHECK_TEXT(url("http://x/\xc3\xa9"), "x \xc3\xa9");
}

static int answer(const char *text)
{
	return net_parse_answer(text, strlen(text));
}

TEST(the_status_of_an_answer_is_told_when_its_head_is_there)
{
	static const char text[] = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
	char part[sizeof(text)];
	size_t len;

	for (len = 0; len < sizeof(text) - 1; len++) {
		memcpy(part, text, len);
		part[len] = '\0';
		CHECK(!net_parse_answer(part, len));
	}
	CHECK(answer(text) == 200);
	CHECK(answer("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\n\n") == 200);
}

TEST(an_answer_may_have_no_reason_no_returns_and_be_of_1_0)
{
	CHECK(answer("HTTP/1.0 404\n\n") == 404);
	CHECK(answer("HTTP/1.1 599 \n\r\n") == 599);
	CHECK(answer("HTTP/1.1 999 \r\n\n") == 999);
}

TEST(interim_answers_are_passed_over)
{
	CHECK(!answer("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"));
	CHECK(answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: x\r\n\r\nHTTP/1.1 301 x\r\n\r\n") == 301);
	CHECK(answer("HTTP/1.1 100 Continue\r\n\r\nwhat") < 0);
}

TEST(what_is_no_answer_is_so_at_once)
{
	static const char *const wrong[] = { "x", "SSH-2.0-x\r\n", "HTTP/2", "http/1.1 200 OK\r\n\r\n", " HTTP/1.1 200 OK\r\n\r\n", "\r\n" };
	unsigned i;

	for (i = 0; i < COUNT(wrong); i++)
		CHECK(answer(wrong[i]) < 0 && errno == EINVAL);
	CHECK(net_parse_answer("H\0TTP/1.1 200 OK\r\n\r\n", 20) < 0);
}

TEST(a_status_is_three_digits_from_100_on)
{
	static const char *const wrong[] = { "", " ", " 20 OK", " 2000", " 099 x", " 20x", "  200", " -200", " 200x", "x 200", "\t200",
		"1 200", " 200\xff" };
	char text[64];
	unsigned i;

	for (i = 0; i < COUNT(wrong); i++) {
		snprintf(text, sizeof(text), "HTTP/1.1%s\r\n\r\n", wrong[i]);
		CHECK(answer(text) < 0 && errno == EINVAL);
	}
	CHECK(answer("HTTP/1.\n\n200 x\n\n") < 0);
	CHECK(answer("HTTP/1.\n 200 x\n\n") < 0);
}

TEST(a_head_with_a_NUL_in_it_never_ends)
{
	CHECK(!net_parse_answer("HTTP/1.1 200 OK\r\n\0\r\n\r\n", 22));
}

TEST(a_list_of_numbers_and_ranges)
{
	CHECK(net_parse_list("200", 200) == 1);
	CHECK(net_parse_list("200", 201) == 0);
	CHECK(net_parse_list("200-299,304,401-403", 299) == 1);
	CHECK(net_parse_list("200-299,304,401-403", 304) == 1);
	CHECK(net_parse_list("200-299,304,401-403", 402) == 1);
	CHECK(net_parse_list("200-299,304,401-403", 300) == 0);
	CHECK(net_parse_list("200-299,304,401-403", 404) == 0);
	CHECK(net_parse_list("300-200", 250) == 0);
}

TEST(what_is_no_list_is_none_whatever_stands_before)
{
	static const char *const wrong[] = { "", ",", "200,", ",200", "200-", "-200", "200-299-300", "200;300", "200 300", "x", "1000",
		"200-1000", "0x1" };
	unsigned i;

	for (i = 0; i < COUNT(wrong); i++) {
		errno = 0;
		CHECK(net_parse_list(wrong[i], 200) < 0 && errno == (strstr(wrong[i], "1000") ? ERANGE : EINVAL));
	}
}

/* ---- connections ---------------------------------------------------------------------------------------------- */

/* a listener at 127.0.0.1, or at a path, whose queue holds so many; its address */
static int listener(struct net_address *a, const char *path, int type, int queue)
{
	socklen_t len;
	int fd;

	CHECK(path ? !net_parse_path(path, a) : net_parse("127.0.0.1:1", 0, a) != NULL);
	if (!path)
		a->at.in.sin_port = 0;
	fd = socket(a->at.any.sa_family, type, 0);
	CHECK(fd >= 0 && !bind(fd, &a->at.any, a->len));
	CHECK(type == SOCK_DGRAM || !listen(fd, queue));
	len = sizeof(a->at.in);
	CHECK(path || !getsockname(fd, &a->at.any, &len));
	return fd;
}

TEST(who_listens_is_connected_to_until_he_does_not)
{
	struct net_address a;
	int server = listener(&a, NULL, SOCK_STREAM, 5), fd = net_connect(&a, SOCK_STREAM, clock_msec() + 1000);

	CHECK(fd >= 0 && accept(server, NULL, NULL) >= 0);
	CHECK(!net_wait(fd, POLLOUT, clock_msec() + 1000));
	close(fd);
	close(server);
	CHECK(net_connect(&a, SOCK_STREAM, clock_msec() + 1000) < 0 && errno == ECONNREFUSED);
}

TEST(a_path_is_connected_to_and_one_without_a_listener_refuses)
{
	struct net_address a;
	int server = listener(&a, "socket", SOCK_STREAM, 5), fd = net_connect(&a, SOCK_STREAM, clock_msec() + 1000);

	CHECK(fd >= 0);
	CHECK(net_connect(&a, SOCK_DGRAM, clock_msec() + 1000) < 0 && errno == EPROTOTYPE);
	close(server);
	CHECK(net_connect(&a, SOCK_STREAM, clock_msec() + 1000) < 0 && errno == ECONNREFUSED);
	unlink("socket");
	CHECK(net_connect(&a, SOCK_STREAM, clock_msec() + 1000) < 0 && errno == ENOENT);
}

TEST(a_path_whose_queue_is_full_is_waited_for_in_vain_until_then)
{
	struct net_address a;
	int server = listener(&a, "full", SOCK_STREAM, 0);
	long long before;

	CHECK(net_connect(&a, SOCK_STREAM, clock_msec() + 1000) >= 0);
	before = clock_msec();
	CHECK(net_connect(&a, SOCK_STREAM, before + 100) < 0 && errno == EAGAIN);
	CHECK(clock_msec() - before >= 100);
	close(server);
}

TEST(a_path_whose_queue_is_full_is_connected_to_when_it_is_not)
{
	struct net_address a;
	int server = listener(&a, "freed", SOCK_STREAM, 0);
	pid_t other;

	CHECK(net_connect(&a, SOCK_STREAM, clock_msec() + 1000) >= 0);
	other = fork();
	if (!other) {
		poll(NULL, 0, 50);
		_exit(accept(server, NULL, NULL) < 0);
	}
	CHECK(net_connect(&a, SOCK_STREAM, clock_msec() + 5000) >= 0);
	CHECK(waitpid(other, NULL, 0) == other);
	close(server);
}

TEST(localhost_is_the_other_where_nobody_is_at_the_first)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t len = sizeof(six);
	int server = socket(AF_INET6, SOCK_STREAM, 0);
	struct net_address a;
	char text[32];

	if (server < 0 || bind(server, (void *)&six, len) < 0)
		return; /* no IPv6 here */
	CHECK(!listen(server, 5) && !getsockname(server, (void *)&six, &len));
	snprintf(text, sizeof(text), "localhost:%d", ntohs(six.sin6_port));
	CHECK(net_parse(text, 0, &a));
	CHECK(net_connect(&a, SOCK_STREAM, clock_msec() + 1000) >= 0);
	close(server);
	CHECK(net_connect(&a, SOCK_STREAM, clock_msec() + 1000) < 0 && errno == ECONNREFUSED);
}

TEST(no_descriptor_is_left_of_those_that_failed)
{
	struct net_address a;
	int first = dup(0), i;

	close(first);
	CHECK(net_parse("localhost:1", 0, &a));
	for (i = 0; i < 10; i++)
		CHECK(net_connect(&a, SOCK_STREAM, clock_msec() + 1000) < 0);
	CHECK(dup(0) == first);
}

TEST(a_wait_ends_with_the_event_or_in_time)
{
	int ends[2];
	long long before = clock_msec();

	CHECK(!pipe(ends));
	CHECK(net_wait(ends[0], POLLIN, before + 50) < 0 && errno == ETIMEDOUT);
	CHECK(clock_msec() - before >= 50);
	CHECK(write(ends[1], "x", 1) == 1);
	CHECK(!net_wait(ends[0], POLLIN, clock_msec() + 5000));
	CHECK(!net_wait(ends[0], POLLIN, 0));
}

static void nothing(int sig)
{
	(void)sig;
}

TEST(a_wait_goes_on_after_a_signal)
{
	struct sigaction action = { .sa_handler = nothing };
	long long before = clock_msec();
	int ends[2];

	CHECK(!pipe(ends) && !sigaction(SIGALRM, &action, NULL));
	alarm(1);
	CHECK(net_wait(ends[0], POLLIN, before + 1200) < 0 && errno == ETIMEDOUT);
	CHECK(clock_msec() - before >= 1200);
}
