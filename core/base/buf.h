/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Bytes that grow at the end and are consumed at the front; on the heap, so
 * that one buffer serves many requests.  A zeroed struct is an empty buffer.
 */

#pragma once

#include "core/base/err.h"

#include <stdarg.h>

struct buf {
	char *bytes;     /* NULL when never used */
	size_t start;    /* first byte that was not consumed */
	size_t end;      /* behind the last byte */
	size_t capacity; /* bytes allocated */
};

static inline size_t
buf_length(const struct buf *b)
{
	return b->end - b->start;
}

/* The unconsumed bytes; not terminated.  Valid until the next call that
 * adds. */
static inline char *
buf_data(const struct buf *b)
{
	return b->bytes == NULL ? NULL : b->bytes + b->start;
}

char *buf_grow_(struct buf *b, size_t n) EP_NONNULL
    __attribute__((returns_nonnull));

/* Room for n more bytes at the end; returns where they begin.  The caller
 * writes up to n there and tells by buf_added(). */
static inline char *
buf_reserve(struct buf *b, size_t n)
{
	if (b->capacity - b->end >= n && b->bytes != NULL)
		return b->bytes + b->end;
	return buf_grow_(b, n);
}

static inline void
buf_added(struct buf *b, size_t n)
{
	EP_ASSERT(b->capacity - b->end >= n);
	b->end += n;
}

void buf_append(struct buf *b, const void *bytes, size_t n);
void buf_text(struct buf *b, const char *s) EP_NONNULL;
void buf_byte(struct buf *b, char c) EP_NONNULL;
void buf_format(struct buf *b, const char *format, ...) EP_PRINTF(2, 3);
void buf_decimal(struct buf *b, int64_t number) EP_NONNULL;

/* Drops n bytes at the front. */
void buf_consume(struct buf *b, size_t n) EP_NONNULL;

/* Empties; keeps the memory unless it is above keep bytes. */
void buf_clear(struct buf *b, size_t keep) EP_NONNULL;

/* Gives the memory back; the buffer is empty and may be used again. */
void buf_fini(struct buf *b) EP_NONNULL;
