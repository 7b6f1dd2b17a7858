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

TEST(the_clock_is_CLOCK_MONOTONIC_in_milliseconds)
{
	struct timespec t;
	long long before = clock_msec(), middle, after;

	CHECK(!clock_gettime(CLOCK_MONOTONIC, &t));
	after = clock_msec();
	middle = t.tv_sec * 1000LL + t.tv_nsec / 1000000;
	CHECK(before <= middle && middle <= after);
}

TEST(the_clock_of_boot_counts_sleep_too)
{
	struct timespec t;
	long long before = clock_boot(), middle, after;

	CHECK(!clock_gettime(CLOCK_BOOTTIME, &t));
	after = clock_boot();
	middle = t.tv_sec * 1000LL + t.tv_nsec / 1000000;
	CHECK(before <= middle && middle <= after);
	CHECK(after >= clock_msec());
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
