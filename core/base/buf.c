/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
grow(struct buf *b, size_t n)
{
	size_t want = b->capacity < 512 ? 512 : b->capacity;
	char *bytes;

	EP_ASSERT(n <= SIZE_MAX / 4);
	while (want < b->end + n)
		want *= 2;
	bytes = realloc(b->bytes, want);
	if (bytes == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	b->bytes = bytes;
	b->capacity = want;
}

char *
buf_grow_(struct buf *b, size_t n)
{
	if (b->bytes != NULL && b->start > 0 && b->start >= buf_length(b)) {
		memmove(b->bytes, b->bytes + b->start, buf_length(b));
		b->end -= b->start;
		b->start = 0;
	}
	if (b->capacity - b->end < n || b->bytes == NULL)
		grow(b, n);
	return b->bytes + b->end;
}

void
buf_append(struct buf *b, const void *bytes, size_t n)
{
	if (n == 0)
		return;
	memcpy(buf_reserve(b, n), bytes, n);
	b->end += n;
}

void
buf_text(struct buf *b, const char *s)
{
	buf_append(b, s, strlen(s));
}

void
buf_byte(struct buf *b, char c)
{
	*buf_reserve(b, 1) = c;
	b->end++;
}

void
buf_format(struct buf *b, const char *format, ...)
{
	va_list ap;
	size_t room;
	int n;

	(void)buf_reserve(b, 128);
	room = b->capacity - b->end;
	va_start(ap, format);
	n = vsnprintf(b->bytes + b->end, room, format, ap);
	va_end(ap);
	EP_ASSERT(n >= 0);
	if ((size_t)n >= room) {
		(void)buf_reserve(b, (size_t)n + 1);
		va_start(ap, format);
		n = vsnprintf(b->bytes + b->end, (size_t)n + 1, format, ap);
		va_end(ap);
	}
	b->end += (size_t)n;
}

void
buf_decimal(struct buf *b, int64_t number)
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char digits[20];
	char *p = digits + sizeof digits;

	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		buf_byte(b, '-');
	buf_append(b, p, (size_t)(digits + sizeof digits - p));
}

void
buf_consume(struct buf *b, size_t n)
{
	EP_ASSERT(n <= buf_length(b));
	b->start += n;
	if (b->start == b->end)
		b->start = b->end = 0;
}

void
buf_clear(struct buf *b, size_t keep)
{
	if (b->capacity > keep)
		buf_fini(b);
	b->start = b->end = 0;
}

void
buf_fini(struct buf *b)
{
	free(b->bytes);
	memset(b, 0, sizeof *b);
}
