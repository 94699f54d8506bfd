/* SPDX-License-Identifier: BSD-2-Clause */

/* The two clocks, in microseconds.  Deadlines and durations use the
 * monotonic one; what people read and what is stored uses the real one. */

#pragma once

#include <stdint.h>
#include <time.h>

static inline int64_t
clock_us_(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static inline int64_t
clock_monotonic_us(void)
{
	return clock_us_(CLOCK_MONOTONIC);
}

/* Since 1970-01-01T00:00:00Z. */
static inline int64_t
clock_real_us(void)
{
	return clock_us_(CLOCK_REALTIME);
}
