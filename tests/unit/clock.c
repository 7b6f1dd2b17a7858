/* SPDX-License-Identifier: 0BSD */
#include "../../libbb/clock.h"

#include <limits.h>
#include <poll.h>
#include <time.h>

#include "alone.h"

TEST(the_clock_never_goes_back)
{
	long long before = clock_msec(), now;
	int i;

	for (i = 0; i < 20000; i++, before = now) {
		now = clock_msec();
		CHECK(now >= before);
	}
}

/* does ours tell the time of that one? */
static bool tells(long long (*ours)(void), clockid_t clock)
{
	struct timespec t;
	long long before = ours(), middle, after;

	CHECK(!clock_gettime(clock, &t));
	after = ours();
	middle = t.tv_sec * 1000LL + t.tv_nsec / 1000000;
	return before <= middle && middle <= after;
}

TEST(the_clock_is_CLOCK_MONOTONIC_in_milliseconds)
{
	int i;

	for (i = 0; i < 20000; i++)
		CHECK(tells(clock_msec, CLOCK_MONOTONIC));
}

TEST(the_clock_of_boot_counts_sleep_too)
{
	long long monotonic = clock_msec();

	CHECK(tells(clock_boot, CLOCK_BOOTTIME));
	CHECK(clock_boot() >= monotonic);
}

TEST(what_was_is_so_many_milliseconds_ago_by_the_wall_clock)
{
	struct timespec t;
	long long ago;

	CHECK(!clock_gettime(CLOCK_REALTIME, &t));
	ago = clock_ago(&t);
	CHECK(ago >= 0 && ago < 2000);
	t.tv_sec -= 100;
	ago = clock_ago(&t);
	CHECK(ago >= 100000 && ago < 102000);
	t.tv_sec += 200;
	ago = clock_ago(&t);
	CHECK(ago > -100001 && ago <= -98000);
}

TEST(what_was_half_a_second_before_the_last_is_told_in_milliseconds)
{
	struct timespec t;
	long long ago;

	CHECK(!clock_gettime(CLOCK_REALTIME, &t));
	t.tv_nsec -= 500000000;
	if (t.tv_nsec < 0) {
		t.tv_nsec += 1000000000;
		t.tv_sec--;
	}
	ago = clock_ago(&t);
	CHECK(ago >= 500 && ago < 900);
}

TEST(the_clock_measures_a_wait)
{
	long long before = clock_msec(), took;

	poll(NULL, 0, 30);
	took = clock_msec() - before;
	CHECK(took >= 29 && took < 2000);
}

TEST(what_is_left_counts_down_to_0_and_not_below)
{
	long long now = clock_msec();
	int left = clock_left(now + 1000);

	CHECK(left <= 1000 && left > 0);
	CHECK(clock_left(now) == 0);
	CHECK(clock_left(now - 1) == 0);
	CHECK(clock_left(0) == 0);
	CHECK(clock_left(-1) == 0);
}

TEST(what_is_left_is_an_argument_for_poll_however_far_away)
{
	CHECK(clock_left(clock_msec() + INT_MAX + 100000LL) == INT_MAX);
	CHECK(clock_left(LLONG_MAX) == INT_MAX);
}
