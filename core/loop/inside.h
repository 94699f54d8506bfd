/* SPDX-License-Identifier: BSD-2-Clause */

/* What loop.c, fiber.c and offload.c share; nobody else includes it. */

#pragma once

#include "core/loop/fiber.h"
#include "core/loop/loop.h"

#include <pthread.h>
#include <sys/queue.h>

struct event;

struct job {
	loop_fn *fn;
	void *arg;
};

struct posted {
	struct posted *next;
	loop_fn *fn;
	void *arg;
};

TAILQ_HEAD(fiber_list, fiber);

struct loop {
	uint32_t magic;
#define LOOP_MAGIC 0x10095a3d
	bool stop;
	struct event_base *base;

	struct loop_timer **heap;
	size_t n_heap, heap_size;
	int64_t armed_us; /* when timer_event will fire; 0: not set */
	struct event *timer_event;

	struct job *later, *later_other;
	size_t n_later, later_size, later_other_size;
	struct event *later_event;

	pthread_mutex_t post_lock;
	struct posted *posted, **posted_last;
	int post_fd;
	struct loop_watch *post_watch;

	struct fiber_list live, pool;
	bool has_lists;
	unsigned n_fibers, n_pool, max_fibers;

	struct offload *offload;
};

/* A wait that neither time nor cancellation ends, only fiber_wake(). */
void fiber_wait_always(void);

void fiber_pool_free(struct loop *l);
void offload_stop(struct loop *l);
