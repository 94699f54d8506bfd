/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The event loop of one process, over libevent's raw events (level-
 * triggered, no locks).  Time is clock_monotonic_us(), read once a turn.
 */

#pragma once

#include "core/base/err.h"

struct event_base;
struct loop;

/* max_fibers: beyond it fiber_start() declines. */
struct loop *loop_new(unsigned max_fibers);
void loop_set_max_fibers(struct loop *loop, unsigned max_fibers);
void loop_free(struct loop **lp); /* no fiber may be left */

/* Runs until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* For code that registers events itself. */
struct event_base *loop_base(struct loop *loop);

/* Microseconds of the monotonic clock at the beginning of this turn. */
int64_t loop_now_us(const struct loop *loop);

/* Calls fn(arg) once, from the top of the loop, soon; never from within. */
typedef void loop_fn(void *arg);
void loop_later(struct loop *loop, loop_fn *fn, void *arg);

/* A timer is owned by the caller, zeroed before first use; setting it again
 * moves it; it may be set or cleared from its own fn.  It must be cleared
 * before its memory goes. */
struct loop_timer {
	size_t place; /* in the loop's heap, from 1; 0: not set */
	int64_t at_us;
	loop_fn *fn;
	void *arg;
};

void loop_timer_set(struct loop *loop, struct loop_timer *t, int64_t at_us,
    loop_fn *fn, void *arg);
void loop_timer_clear(struct loop *loop, struct loop_timer *t);

/* Call fn(arg) each time the descriptor is readable, until loop_unwatch().
 * Returns a handle.  fd stays the caller's. */
struct loop_watch;
struct loop_watch *loop_watch(struct loop *loop, int fd, loop_fn *fn,
    void *arg);
void loop_unwatch(struct loop_watch **wp);

/* From any thread of this process: fn(arg) on the loop, soon. */
void loop_post(struct loop *loop, loop_fn *fn, void *arg);

/* Runs work(arg) on a thread of a small pool and waits for it on the calling
 * fiber.  Not cut short by a deadline: the memory belongs to the work. */
ep_status loop_offload(struct loop *loop, ep_work *work, void *arg);
