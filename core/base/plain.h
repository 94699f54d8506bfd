/* SPDX-License-Identifier: BSD-2-Clause */

/* Plain text within a JSON string: printable ASCII but the quote and the
 * backslash.  It stands for itself, so it is looked at in whole words. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static inline bool
plain_is(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 &&
	    c != '"' && c != '\\';
}

/* A bit set at the top of each byte that is not plain; behind the first such
 * byte (the lowest) also other bits may be. */
static inline uint64_t
plain_stops8_(const char *s)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t x;

	memcpy(&x, s, 8);
	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		x = __builtin_bswap64(x);
	return ((x - ones * 0x20) | ((x ^ ones * '"') - ones) |
		   ((x ^ ones * '\\') - ones) | x) &
	    ones * 0x80;
}

/* Are all of the four to eight bytes plain? */
static inline bool
plain_is_short_(const char *s, const char *end)
{
	char both[8]; /* they overlap */

	memcpy(both, s, 4);
	memcpy(both + 4, end - 4, 4);
	return plain_stops8_(both) == 0;
}

#if defined(__SSE2__)
/* A bit for each byte that is not plain. */
static inline unsigned
plain_stops16_(const char *s)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)s);
	/* as signed bytes, what is above ASCII is below the blank */
	__m128i stop = _mm_or_si128(_mm_cmplt_epi8(x, _mm_set1_epi8(0x20)),
	    _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
		_mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))));

	return (unsigned)_mm_movemask_epi8(stop);
}
#endif

/* The first byte at or behind s that is not plain, or end; nothing at or
 * behind end is looked at. */
static inline const char *
plain_end(const char *s, const char *end)
{
	uint64_t stops;

#if defined(__SSE2__)
	for (; end - s >= 16; s += 16) {
		unsigned bits = plain_stops16_(s);

		if (bits != 0)
			return s + __builtin_ctz(bits);
	}
#endif
	for (; end - s >= 8; s += 8) {
		stops = plain_stops8_(s);
		if (stops != 0)
			return s + __builtin_ctzll(stops) / 8;
	}
	while (s < end && plain_is(*s))
		s++;
	return s;
}
