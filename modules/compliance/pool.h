/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A block pool on the heap: the memory of work that runs on a thread of its
 * own or in a test, where no arena of the host exists.  Take from it, never
 * give back; the owner empties or frees the whole.
 */

#pragma once

#include "memory.h"

struct pool;

/* A pool that asks the system for blocks of at least `block` bytes. */
struct pool *pool_new(size_t block);

/* Forget all that was taken; one block is kept for reuse. */
void pool_reset(struct pool *pool);

/* Bytes taken from the system at present. */
size_t pool_size(const struct pool *pool);

void pool_free(struct pool **poolp);

/* The pool seen as a source of memory; valid as long as the pool. */
struct memory pool_memory(struct pool *pool);
