/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/loop/fiber.h"
#include "core/loop/loop.h"

#include <string.h>
#include <unistd.h>

#define MAX 4

static struct loop *loop;
static int order[16];
static size_t n_order;

static int
begin(void **state)
{
	(void)state;
	loop = loop_new(MAX);
	n_order = 0;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	assert_int_equal(fiber_count(loop), 0);
	loop_free(&loop);
	return 0;
}

/* What one fiber is to do, and what became of it. */
struct task {
	struct fiber *self;
	int number;
	int64_t deadline_us;
	ep_status status, second;
	bool ended;
};

static void
ended(struct task *t)
{
	order[n_order++] = t->number;
	t->ended = true;
	if (fiber_count(loop) == 1)
		loop_stop(loop);
}

static void
wait_once(void *arg)
{
	struct task *t = arg;

	t->self = fiber_self();
	t->status = fiber_wait(t->deadline_us);
	ended(t);
}

static void
wait_twice(void *arg)
{
	struct task *t = arg;

	t->self = fiber_self();
	t->status = fiber_wait(0);
	t->second = fiber_wait(t->deadline_us);
	ended(t);
}

static void
a_fiber_runs_until_it_waits(void **state)
{
	struct task t = { .number = 1 };

	(void)state;
	assert_null(fiber_self());
	assert_true(fiber_start(loop, wait_once, &t));
	assert_non_null(t.self);
	assert_null(fiber_self());
	assert_false(t.ended);
	assert_int_equal(fiber_count(loop), 1);
	fiber_wake(t.self);
	assert_false(t.ended); /* from the top of the loop, not from here */
	loop_run(loop);
	assert_true(t.ended);
	assert_int_equal(t.status, EP_OK);
}

static void
wakes_are_served_in_order(void **state)
{
	struct task t[3] = { { .number = 1 }, { .number = 2 },
		{ .number = 3 } };

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(fiber_start(loop, wait_once, &t[i]));
	fiber_wake(t[2].self);
	fiber_wake(t[0].self);
	fiber_wake(t[2].self); /* twice is once */
	fiber_wake(t[1].self);
	loop_run(loop);
	assert_int_equal(n_order, 3);
	assert_int_equal(order[0], 3);
	assert_int_equal(order[1], 1);
	assert_int_equal(order[2], 2);
}

static void
wake_self(void *arg)
{
	struct task *t = arg;

	fiber_wake(fiber_self());
	t->status = fiber_wait(0);
	t->second = fiber_wait(clock_monotonic_us() + 2000);
	ended(t);
}

static void
a_wake_before_the_wait_counts_once(void **state)
{
	struct task t = { .number = 1 };

	(void)state;
	assert_true(fiber_start(loop, wake_self, &t));
	loop_run(loop);
	assert_int_equal(t.status, EP_OK);
	assert_int_equal(t.second, EP_TIMEOUT);
}

static void
a_deadline_ends_the_wait(void **state)
{
	int64_t now = clock_monotonic_us();
	struct task t[3] = { { .number = 1, .deadline_us = now + 9000 },
		{ .number = 2, .deadline_us = now + 3000 },
		{ .number = 3, .deadline_us = now - 1 } };

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(fiber_start(loop, wait_once, &t[i]));
	loop_run(loop);
	assert_true(clock_monotonic_us() >= now + 9000);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(t[i].status, EP_TIMEOUT);
		assert_int_equal(order[i], 3 - i);
	}
}

/* The timer of a wait that was ended by a wake must not end the next. */
static void
a_deadline_is_of_one_wait(void **state)
{
	int64_t now = clock_monotonic_us();
	struct task t = { .number = 1, .deadline_us = now + 6000 };

	(void)state;
	assert_true(fiber_start(loop, wait_twice, &t));
	fiber_wake(t.self);
	loop_run(loop);
	assert_int_equal(t.status, EP_OK);
	assert_int_equal(t.second, EP_TIMEOUT);
	assert_true(clock_monotonic_us() >= now + 6000);
}

static void
a_cancelled_fiber_waits_no_more(void **state)
{
	struct task t[2] = { { .number = 1 }, { .number = 2 } };

	(void)state;
	assert_true(fiber_start(loop, wait_twice, &t[0]));
	assert_true(fiber_start(loop, wait_twice, &t[1]));
	fiber_cancel_all(loop);
	loop_run(loop);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(t[i].status, EP_CANCELLED);
		assert_int_equal(t[i].second, EP_CANCELLED);
	}
}

/* The stack of a cancelled fiber is used again: for one that is not. */
static void
a_used_stack_remembers_nothing(void **state)
{
	struct task a = { .number = 1 }, b = { .number = 2 };

	(void)state;
	assert_true(fiber_start(loop, wait_once, &a));
	fiber_cancel(a.self);
	loop_run(loop);
	assert_true(fiber_start(loop, wait_once, &b));
	assert_ptr_equal(a.self, b.self);
	fiber_wake(b.self);
	loop_run(loop);
	assert_int_equal(b.status, EP_OK);
}

static void
no_more_than_the_limit(void **state)
{
	struct task t[MAX + 1];

	(void)state;
	memset(t, 0, sizeof t);
	for (int i = 0; i < MAX; i++)
		assert_true(fiber_start(loop, wait_once, &t[i]));
	assert_false(fiber_start(loop, wait_once, &t[MAX]));
	assert_null(t[MAX].self);
	fiber_cancel_all(loop);
	loop_run(loop);
	assert_int_equal(n_order, MAX);
	assert_true(fiber_start(loop, wait_once, &t[MAX]));
	fiber_wake(t[MAX].self);
	loop_run(loop);
	assert_true(t[MAX].ended);
}

struct work {
	struct task task;
	pid_t loop_thread, thread;
};

static void
work(void *arg)
{
	struct work *w = arg;

	(void)usleep(5000);
	w->thread = gettid();
}

static void
offload(void *arg)
{
	struct work *w = arg;

	w->task.self = fiber_self();
	w->task.status = loop_offload(loop, work, w);
	w->task.second = fiber_wait(clock_monotonic_us() + 1000);
	ended(&w->task);
}

static void
offloaded_work_has_a_thread(void **state)
{
	struct work w[MAX];

	(void)state;
	memset(w, 0, sizeof w);
	for (int i = 0; i < MAX; i++) {
		w[i].loop_thread = gettid();
		assert_true(fiber_start(loop, offload, &w[i]));
		assert_false(w[i].task.ended);
	}
	loop_run(loop);
	for (int i = 0; i < MAX; i++) {
		assert_int_equal(w[i].task.status, EP_OK);
		assert_int_equal(w[i].task.second, EP_TIMEOUT);
		assert_int_not_equal(w[i].thread, 0);
		assert_int_not_equal(w[i].thread, w[i].loop_thread);
	}
}

/* The memory is the thread's until it has ended. */
static void
offloaded_work_is_not_cut_short(void **state)
{
	struct work w;

	(void)state;
	memset(&w, 0, sizeof w);
	assert_true(fiber_start(loop, offload, &w));
	fiber_cancel(w.task.self);
	fiber_wake(w.task.self);
	loop_run(loop);
	assert_int_not_equal(w.thread, 0);
	assert_int_equal(w.task.status, EP_OK);
	assert_int_equal(w.task.second, EP_CANCELLED);
}

static void
use_stack(void *arg)
{
	volatile char room[128 << 10];
	/* As a number: the compiler need not know that we leave room. */
	uintptr_t base = (uintptr_t)room;
	size_t *left = arg;

	room[0] = 1;
	room[sizeof room - 1] = 1;
	left[0] = fiber_stack_left();
	left[1] = fiber_is_guard((const void *)(base - left[0] - 4096));
	left[2] = fiber_is_guard(__builtin_frame_address(0));
}

static void
the_stack_has_its_size_and_guard(void **state)
{
	size_t left[3] = { 0, 0, 1 };

	(void)state;
	assert_true(fiber_start(loop, use_stack, left));
	assert_in_range(left[0], 64 << 10, 256 << 10);
	assert_int_equal(left[1], 1);
	assert_int_equal(left[2], 0);
	assert_false(fiber_is_guard(left));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_fiber_runs_until_it_waits),
		TEST(wakes_are_served_in_order),
		TEST(a_wake_before_the_wait_counts_once),
		TEST(a_deadline_ends_the_wait),
		TEST(a_deadline_is_of_one_wait),
		TEST(a_cancelled_fiber_waits_no_more),
		TEST(a_used_stack_remembers_nothing),
		TEST(no_more_than_the_limit),
		TEST(offloaded_work_has_a_thread),
		TEST(offloaded_work_is_not_cut_short),
		TEST(the_stack_has_its_size_and_guard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
