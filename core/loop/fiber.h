/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Fibers: stacks of their own (256 KiB above a guard) on which an operation
 * runs as straight-line code.  One thread, so nothing here needs a lock.  A
 * fiber runs until it waits or ends; then the loop goes on.  A suspended
 * fiber is never dropped: at shutdown fiber_cancel() makes its wait return
 * EP_CANCELLED, and it is resumed until it returns.
 */

#pragma once

#include "core/base/err.h"

struct fiber;
struct loop;

typedef void fiber_fn(void *arg);

/* Runs fn(arg) on a fiber at once, until it first waits; then returns.
 * False when max_fibers run already: nothing was started. */
bool fiber_start(struct loop *loop, fiber_fn *fn, void *arg);

/* The running fiber; NULL on the loop's own stack. */
struct fiber *fiber_self(void);

/* Suspend the running fiber until fiber_wake(), the deadline (microseconds
 * of clock_monotonic_us(); 0: none) or a cancellation.  EP_OK, EP_TIMEOUT or
 * EP_CANCELLED.  A wake that came before the wait is not lost: the wait then
 * returns at once.  After a time-out the waker must not use the fiber: take
 * it off your list after every return. */
ep_status fiber_wait(int64_t deadline_us);

/* Lets the loop have a turn.  EP_CANCELLED at once when cancelled. */
ep_status fiber_yield(void);

/* Let a waiting fiber go on, from the top of the loop, in order of wakes.
 * Safe to call from the fiber's own stack or another fiber; not from
 * another thread (see loop_post). */
void fiber_wake(struct fiber *f);

/* Every wait of this fiber, now and later, ends with EP_CANCELLED. */
void fiber_cancel(struct fiber *f);
void fiber_cancel_all(struct loop *loop);

/* What the running fiber works for; fiber_cancel_tagged() finds it by that. */
void fiber_tag(const void *tag);
void fiber_cancel_tagged(struct loop *loop, const void *tag);

/* How many run or wait. */
unsigned fiber_count(const struct loop *loop);

/* Free bytes left on the running fiber's stack; for depth limits. */
size_t fiber_stack_left(void);

/* Does the address lie in the guard of a fiber's stack?  Async-signal-safe:
 * tells an overflow from other faults. */
bool fiber_is_guard(const void *address);
