/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The gate for request heads.  Two readers must agree: llhttp in strict mode
 * and the checks here, which know what llhttp lets pass (RFC 9112, sections
 * 2.2, 3, 5 and 6; RFC 9110, sections 7.2 and 10.1.1).
 */

#pragma once

#include "core/http/http.h"

#include <sys/types.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* What a byte may be part of. */
#define CHAR_TOKEN 1u  /* RFC 9110, section 5.6.2 */
#define CHAR_VALUE 2u  /* of a field: anything but control characters */
#define CHAR_HOST 4u   /* a name or an IPv4 address */
#define CHAR_TARGET 8u /* printable ASCII, no blank, no "#" */
extern const uint8_t char_class[256];

static inline bool
char_is(char c, unsigned class)
{
	return (char_class[(unsigned char)c] & class) != 0;
}

/* Index of the first control character (below the blank, or DEL) at or behind
 * i, or n. */
static inline size_t
head_control(const char *p, size_t i, size_t n)
{
#if defined(__SSE2__)
	for (; i + 16 <= n; i += 16) {
		__m128i x = _mm_loadu_si128(
		    (const __m128i *)(const void *)(p + i));
		__m128i low = _mm_min_epu8(x, _mm_set1_epi8(0x1f));
		int found = _mm_movemask_epi8(
		    _mm_or_si128(_mm_cmpeq_epi8(x, low),
			_mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f))));

		if (found != 0)
			return i + (size_t)__builtin_ctz((unsigned)found);
	}
#endif
	while (i < n && (unsigned char)p[i] >= 0x20 && p[i] != 0x7f)
		i++;
	return i;
}

/* Looks for the end of a head that begins at p.  Returns its length with the
 * empty line; 0: more must come; -1: these bytes cannot become a head (bare
 * CR or LF, a folded line, a control character).  *scanned starts at 0 and is
 * kept between calls over the same, growing bytes. */
ssize_t head_scan(const char *p, size_t n, size_t *scanned);

/* What the head says beyond what http_request tells. */
struct head_facts {
	int64_t length; /* as http_request.announced */
	bool keep_alive;
	bool expects_continue;
	const char *detail; /* words, after a failure */
};

/* Reads a whole head of n bytes, which it changes (NULs, lower case), into
 * the request, whose header array has room for max_headers.  Returns 0 or the
 * status of the refusal, after which framing cannot be trusted. */
int head_parse(struct http_request *r, struct http_header *headers, char *head,
    size_t n, const struct http_limits *limits, struct head_facts *facts);
