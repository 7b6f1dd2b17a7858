/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/mem.h"

#include <sys/resource.h>

#include "alone.h"

TEST(an_array_grows_from_NULL_and_keeps_what_it_has)
{
	unsigned n, i, room = 0, *v = NULL;

	for (n = 0; n < 300000; n++) {
		v = mem_more(v, sizeof(*v), n, &room);
		CHECK(v);
		CHECK(n < room);
		v[n] = n * 7;
	}
	for (i = 0; i < n; i++)
		CHECK(v[i] == i * 7);
	mem_free(v, sizeof(*v), room);
}

TEST(new_elements_are_zero)
{
	unsigned n, i, was, room = 0;
	struct {
		char c[24];
	} *v = NULL;

	for (n = 0; n < 20000; n++) {
		was = room;
		v = mem_more(v, sizeof(*v), n, &room);
		CHECK(v);
		for (i = was; i < room; i++)
			CHECK(!v[i].c[0] && !v[i].c[23]);
		memset(v + n, 0xff, sizeof(*v));
	}
	mem_free(v, sizeof(*v), room);
}

TEST(every_size_of_element_has_room)
{
	size_t size;

	for (size = 1; size < 20000; size = size * 3 / 2 + 1) {
		unsigned n, room = 0;
		char *v = NULL;

		for (n = 0; n < 40; n++) {
			v = mem_more(v, size, n, &room);
			CHECK(v);
			CHECK(room > n);
			memset(v + n * size, n + 1, size);
		}
		for (n = 0; n < 40; n++)
			CHECK(v[n * size] == (char)(n + 1) && v[(n + 1) * size - 1] == (char)(n + 1));
		mem_free(v, size, room);
	}
}

TEST(an_array_with_room_stays_where_it_is)
{
	unsigned room = 0, was;
	char *v = mem_more(NULL, 1, 0, &room);

	CHECK(v);
	was = room;
	CHECK(mem_more(v, 1, 0, &room) == v && room == was);
	CHECK(mem_more(v, 1, room - 1, &room) == v && room == was);
	v = mem_more(v, 1, room, &room);
	CHECK(v);
	CHECK(room >= 2 * was);
	mem_free(v, 1, room);
}

TEST_ALONE(without_memory_it_is_NULL_and_ENOMEM_and_the_old_array_stands)
{
	struct rlimit limit = { 64 << 20, 64 << 20 };
	unsigned room = 0, was, n = 0;
	char *v = NULL, *more;

	CHECK(!setrlimit(RLIMIT_AS, &limit));
	for (;;) {
		was = room;
		errno = 0;
		more = mem_more(v, 4096, n, &room);
		if (!more)
			break;
		v = more;
		v[(size_t)n * 4096] = 1;
		n = room;
		v[((size_t)n - 1) * 4096] = 2;
		CHECK(n < 1 << 20);
	}
	CHECK(errno == ENOMEM);
	if (!v)
		SKIP("a limit on memory means nothing to a sanitizer");
	CHECK(room == was);
	CHECK(v[0] == 1 && v[((size_t)room - 1) * 4096] == 2);
}

TEST(free_of_nothing_does_nothing)
{
	mem_free(NULL, 8, 0);
}

TEST_ALONE(what_is_freed_can_be_had_again)
{
	struct rlimit limit = { 64 << 20, 64 << 20 };
	unsigned i, room;
	char *v;

	CHECK(!setrlimit(RLIMIT_AS, &limit));
	for (i = 0; i < 200; i++) {
		room = 0;
		v = mem_more(NULL, 1 << 20, 0, &room);
		if (!v && !i)
			SKIP("a limit on memory means nothing to a sanitizer");
		CHECK(v);
		mem_free(v, 1 << 20, room);
	}
}
