/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/loop/loop.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

static struct loop *loop;
static int order[64];
static size_t n_order;

static int
begin(void **state)
{
	(void)state;
	loop = loop_new(4);
	n_order = 0;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	loop_free(&loop);
	return 0;
}

static void
note(void *arg)
{
	order[n_order++] = *(int *)arg;
}

static void
stop(void *arg)
{
	(void)arg;
	loop_stop(loop);
}

/* Whatever the order in which they were set, timers come by time. */
static void
timers_run_in_order(void **state)
{
	enum {
		N = 50
	};
	struct loop_timer timers[N] = { 0 }, last = { 0 };
	int64_t now = clock_monotonic_us();
	int numbers[N];

	(void)state;
	for (int i = 0; i < N; i++) {
		int at = i * 37 % N;

		numbers[i] = at;
		loop_timer_set(loop, &timers[i], now + at * 100, note,
		    &numbers[i]);
	}
	loop_timer_set(loop, &last, now + N * 100, stop, NULL);
	loop_run(loop);
	assert_int_equal(n_order, N);
	for (int i = 0; i < N; i++)
		assert_int_equal(order[i], i);
	for (int i = 0; i < N; i++)
		assert_int_equal(timers[i].place, 0);
}

static void
timers_are_moved_and_cleared(void **state)
{
	struct loop_timer a = { 0 }, b = { 0 }, c = { 0 }, last = { 0 };
	int64_t now = clock_monotonic_us();
	int one = 1, two = 2, three = 3;

	(void)state;
	loop_timer_set(loop, &a, now + 1000, note, &one);
	loop_timer_set(loop, &b, now + 2000, note, &two);
	loop_timer_set(loop, &c, now + 1500, note, &three);
	loop_timer_set(loop, &a, now + 3000, note, &one);
	loop_timer_clear(loop, &c);
	loop_timer_clear(loop, &c);
	loop_timer_set(loop, &last, now + 4000, stop, NULL);
	loop_run(loop);
	assert_int_equal(n_order, 2);
	assert_int_equal(order[0], 2);
	assert_int_equal(order[1], 1);
	assert_true(clock_monotonic_us() >= now + 4000);
}

static struct loop_timer again;

static void
set_again(void *arg)
{
	note(arg);
	if (n_order == 3)
		loop_stop(loop);
	else
		loop_timer_set(loop, &again, clock_monotonic_us() + 100,
		    set_again, arg);
}

static void
a_timer_may_set_itself(void **state)
{
	int one = 1;

	(void)state;
	loop_timer_set(loop, &again, clock_monotonic_us(), set_again, &one);
	loop_run(loop);
	assert_int_equal(n_order, 3);
	assert_int_equal(again.place, 0);
}

static int first = 1, second = 2;

static void
later_once_more(void *arg)
{
	note(arg);
	loop_later(loop, note, &second);
	loop_later(loop, stop, NULL);
}

/* In order, never from within, and more than the first allocation holds. */
static void
later_runs_later(void **state)
{
	(void)state;
	loop_later(loop, later_once_more, &first);
	assert_int_equal(n_order, 0);
	loop_run(loop);
	assert_int_equal(n_order, 2);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[1], 2);
}

static void
a_stop_before_the_run_counts_once(void **state)
{
	(void)state;
	loop_stop(loop);
	loop_run(loop);
	loop_later(loop, later_once_more, &first);
	loop_run(loop);
	assert_int_equal(n_order, 2);
}

static int event_fd;

static void
readable(void *arg)
{
	uint64_t n;

	note(arg);
	assert_int_equal(read(event_fd, &n, sizeof n), sizeof n);
	loop_stop(loop);
}

static void
a_watch_sees_every_byte(void **state)
{
	struct loop_watch *w;
	uint64_t one = 1;

	(void)state;
	event_fd = eventfd(0, EFD_NONBLOCK);
	assert_true(event_fd >= 0);
	w = loop_watch(loop, event_fd, readable, &first);
	for (size_t i = 1; i <= 3; i++) {
		assert_int_equal(write(event_fd, &one, sizeof one), sizeof one);
		loop_run(loop);
		assert_int_equal(n_order, i);
	}
	loop_unwatch(&w);
	assert_null(w);
	loop_unwatch(&w);
	(void)close(event_fd);
}

#define POSTS 1000

static int posted;

static void
count(void *arg)
{
	(void)arg;
	if (++posted == 2 * POSTS)
		loop_stop(loop);
}

static void *
post_many(void *arg)
{
	for (int i = 0; i < POSTS; i++)
		loop_post(loop, count, arg);
	return NULL;
}

static void
posts_of_threads_all_arrive(void **state)
{
	pthread_t threads[2];

	(void)state;
	posted = 0;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, post_many,
				     NULL),
		    0);
	loop_run(loop);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(posted, 2 * POSTS);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(timers_run_in_order),
		TEST(timers_are_moved_and_cleared),
		TEST(a_timer_may_set_itself),
		TEST(later_runs_later),
		TEST(a_stop_before_the_run_counts_once),
		TEST(a_watch_sees_every_byte),
		TEST(posts_of_threads_all_arrive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
