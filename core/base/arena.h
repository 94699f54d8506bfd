/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Memory with one lifetime.  Take from the arena, never give back; the owner
 * resets or frees the whole.  Allocation does not fail: limits stand at the
 * edge (body size, JSON depth, rows), and past the ceiling the arena is
 * marked so that its owner can end what it is doing (arena_is_over); the
 * memory still comes.  A process without any memory left stops.
 */

#pragma once

#include "core/base/err.h"

#include <stdarg.h>

struct arena;

/* An empty arena.  The first block holds first_size bytes and is kept over
 * resets: choose it so that an ordinary life fits. */
struct arena *arena_new(size_t first_size);

/* Runs the cleanups, gives back all but the first block. */
void arena_reset(struct arena *a);

void arena_free(struct arena **ap);

/* Past so many bytes arena_is_over() is true; 0: no ceiling.  Survives a
 * reset. */
void arena_set_ceiling(struct arena *a, size_t bytes);
bool arena_is_over(const struct arena *a);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

/* Zeroed memory, aligned for any type, valid until the owner's reset. */
void *arena_alloc(struct arena *a, size_t size)
    __attribute__((returns_nonnull, malloc, alloc_size(2)));

/* Memory with whatever was there before; for buffers about to be filled. */
void *arena_raw(struct arena *a, size_t size)
    __attribute__((returns_nonnull, malloc, alloc_size(2)));

/* n elements of a size; a product too large for memory stops the process
 * as a bug. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* Copies; always terminated by a NUL beyond the n bytes. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_copy(struct arena *a, const void *bytes, size_t n);
char *arena_format(struct arena *a, const char *format, ...) EP_PRINTF(2, 3);
char *arena_vformat(struct arena *a, const char *format, va_list ap)
    EP_PRINTF(2, 0);

/* Run fn(arg) when the arena is reset or freed; the last added runs first. */
typedef void arena_cleanup_fn(void *arg);
void arena_defer(struct arena *a, arena_cleanup_fn *fn, void *arg);
