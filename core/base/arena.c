/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define GAP 16 /* so that running over an allocation meets poison */
#else
#define POISON(p, n) (void)0
#define UNPOISON(p, n) (void)0
#define GAP 0
#endif

struct block {
	struct block *next;
	size_t size;
	alignas(max_align_t) char bytes[];
};

struct cleanup {
	struct cleanup *next;
	arena_cleanup_fn *fn;
	void *arg;
};

struct arena {
	uint32_t magic;
#define ARENA_MAGIC 0x4a7e0a11
	struct block *first, *last;
	char *at, *end;
	struct cleanup *cleanups;
	size_t used, ceiling;
};

static struct block *
block_new(size_t size)
{
	struct block *b = malloc(sizeof *b + size);

	if (b == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	b->next = NULL;
	b->size = size;
	POISON(b->bytes, size);
	return b;
}

static void
enter(struct arena *a, struct block *b)
{
	a->last = b;
	a->at = b->bytes;
	a->end = b->bytes + b->size;
}

static void
grow(struct arena *a, size_t size)
{
	size_t want = a->last->size * 2;
	struct block *b;

	if (want > (size_t)1 << 20)
		want = (size_t)1 << 20;
	if (want < size)
		want = size;
	b = block_new(want);
	a->last->next = b;
	enter(a, b);
}

static size_t
round_up(size_t n)
{
	const size_t unit = alignof(max_align_t);

	return (n + unit - 1) & ~(unit - 1);
}

struct arena *
arena_new(size_t first_size)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	a->magic = ARENA_MAGIC;
	a->first = block_new(round_up(first_size < 256 ? 256 : first_size));
	enter(a, a->first);
	return a;
}

void
arena_reset(struct arena *a)
{
	struct block *b, *next;
	struct cleanup *c;

	EP_CHECK(a, ARENA_MAGIC);
	while ((c = a->cleanups) != NULL) {
		a->cleanups = c->next; /* fn may defer more */
		c->fn(c->arg);
	}
	for (b = a->first->next; b != NULL; b = next) {
		next = b->next;
		UNPOISON(b->bytes, b->size);
		free(b);
	}
	a->first->next = NULL;
	POISON(a->first->bytes, a->first->size);
	enter(a, a->first);
	a->used = 0;
}

void
arena_free(struct arena **ap)
{
	struct arena *a = *ap;

	arena_reset(a);
	UNPOISON(a->first->bytes, a->first->size);
	free(a->first);
	a->magic = 0;
	free(a);
	*ap = NULL;
}

void
arena_set_ceiling(struct arena *a, size_t bytes)
{
	EP_CHECK(a, ARENA_MAGIC);
	a->ceiling = bytes;
}

bool
arena_is_over(const struct arena *a)
{
	return a->ceiling != 0 && a->used > a->ceiling;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

void *
arena_raw(struct arena *a, size_t size)
{
	size_t step = round_up(size) + GAP;
	void *p;

	EP_CHECK(a, ARENA_MAGIC);
	EP_ASSERT(size <= SIZE_MAX / 4);
	if (step == 0)
		step = alignof(max_align_t);
	if ((size_t)(a->end - a->at) < step)
		grow(a, step);
	p = a->at;
	a->at += step;
	a->used += step;
	UNPOISON(p, size);
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return memset(arena_raw(a, size), 0, size);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	EP_ASSERT(!__builtin_mul_overflow(n, size, &bytes));
	return arena_alloc(a, bytes);
}

char *
arena_copy(struct arena *a, const void *bytes, size_t n)
{
	char *p = arena_raw(a, n + 1);

	if (n > 0)
		memcpy(p, bytes, n);
	p[n] = '\0';
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_copy(a, s, strlen(s));
}

char *
arena_vformat(struct arena *a, const char *format, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	EP_ASSERT(n >= 0);
	p = arena_raw(a, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, format, ap);
	return p;
}

char *
arena_format(struct arena *a, const char *format, ...)
{
	va_list ap;
	char *p;

	va_start(ap, format);
	p = arena_vformat(a, format, ap);
	va_end(ap);
	return p;
}

void
arena_defer(struct arena *a, arena_cleanup_fn *fn, void *arg)
{
	struct cleanup *c = arena_alloc(a, sizeof *c);

	c->fn = fn;
	c->arg = arg;
	c->next = a->cleanups;
	a->cleanups = c;
}
