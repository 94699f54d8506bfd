/* SPDX-License-Identifier: BSD-2-Clause */

#include "pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_MAGIC 0x7c1b04d3u

struct block {
	struct block *next;
	size_t size;
	alignas(max_align_t) char bytes[];
};

struct pool {
	uint32_t magic;
	struct block *head;
	size_t used;
	size_t block;
	size_t total;
};

static void
check(const struct pool *pool)
{
	if (pool == NULL || pool->magic != POOL_MAGIC)
		abort();
}

static struct block *
block_new(struct pool *pool, size_t size)
{
	struct block *b = malloc(sizeof(*b) + size);

	if (b == NULL)
		abort();
	b->size = size;
	b->next = pool->head;
	pool->head = b;
	pool->used = 0;
	pool->total += size;
	return b;
}

static void *
take(void *owner, size_t size)
{
	struct pool *pool = owner;
	const size_t mask = alignof(max_align_t) - 1;
	void *p;

	check(pool);
	if (size > SIZE_MAX / 2)
		abort();
	size = (size + mask) & ~mask;
	if (pool->head == NULL || pool->head->size - pool->used < size)
		block_new(pool, size > pool->block ? size : pool->block);
	p = pool->head->bytes + pool->used;
	pool->used += size;
	return memset(p, 0, size);
}

struct pool *
pool_new(size_t block)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		abort();
	pool->magic = POOL_MAGIC;
	pool->block = block;
	return pool;
}

void
pool_reset(struct pool *pool)
{
	struct block *keep = NULL;

	check(pool);
	while (pool->head != NULL) {
		struct block *b = pool->head;

		pool->head = b->next;
		if (keep == NULL && b->size == pool->block)
			keep = b;
		else {
			pool->total -= b->size;
			free(b);
		}
	}
	if (keep != NULL)
		keep->next = NULL;
	pool->head = keep;
	pool->used = 0;
}

size_t
pool_size(const struct pool *pool)
{
	check(pool);
	return pool->total;
}

void
pool_free(struct pool **poolp)
{
	struct pool *pool = *poolp;

	check(pool);
	pool_reset(pool);
	free(pool->head);
	pool->magic = 0;
	free(pool);
	*poolp = NULL;
}

struct memory
pool_memory(struct pool *pool)
{
	check(pool);
	return (struct memory){ .alloc = take, .owner = pool };
}
