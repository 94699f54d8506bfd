/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Work for the fault harnesses: processes whose fibers insert numbered rows
 * and count them in the same transaction, and write down, in memory that
 * outlives them, the last number whose durability was promised.
 */

#pragma once

#include "core/store/store.h"

#include <stdatomic.h>

#define LOAD_WORKERS 2u
#define LOAD_FIBERS 8u

struct load {
	char path[128];
	struct store_shared *shared;
	void (*on_ack)(unsigned worker, unsigned fiber, uint64_t number);
	uint64_t limit; /* numbers a fiber writes at most */

	/* In shared memory: */
	struct load_state {
		_Atomic uint32_t stop;
		_Atomic uint64_t acked[LOAD_WORKERS][LOAD_FIBERS];
		_Atomic uint64_t seen; /* acknowledged reads */
	} * state;
};

struct load_result {
	uint64_t rows, acked, lost, doubled, torn;
	bool is_whole; /* integrity_check */
};

void load_new(struct load *l, const char *path);

/* New shared memory for the store, as after a start of everything. */
void load_boot(struct load *l);
void load_make_table(struct load *l);

pid_t load_start_sync(struct load *l);
pid_t load_start_worker(struct load *l, unsigned worker);

/* Reads the database as it is now on its own. */
void load_verify(struct load *l, const char *path,
    uint64_t acked[LOAD_WORKERS][LOAD_FIBERS], struct load_result *result_out);
