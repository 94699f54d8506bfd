/* SPDX-License-Identifier: BSD-2-Clause */

/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above
 * U+10FFFF. */

#pragma once

#include <stddef.h>
#include <stdint.h>

static inline int
utf8_is_tail_(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Bytes of the sequence that begins at p, 1 to 4; 0 when it is not UTF-8 or
 * runs past the end. */
static inline size_t
utf8_length(const char *p, const char *end)
{
	const unsigned char *b = (const unsigned char *)p;
	size_t room = (size_t)(end - p);

	if (room == 0)
		return 0;
	if (b[0] < 0x80)
		return 1;
	if (b[0] < 0xc2 || b[0] > 0xf4 || room < 2 || !utf8_is_tail_(b[1]))
		return 0;
	if (b[0] < 0xe0)
		return 2;
	if (room < 3 || !utf8_is_tail_(b[2]))
		return 0;
	if (b[0] < 0xf0)
		return (b[0] == 0xe0 && b[1] < 0xa0) ||
			(b[0] == 0xed && b[1] > 0x9f)
		    ? 0
		    : 3;
	if (room < 4 || !utf8_is_tail_(b[3]))
		return 0;
	return (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f)
	    ? 0
	    : 4;
}

/* Writes one character (not a surrogate, at most U+10FFFF); returns how many
 * bytes it took. */
static inline size_t
utf8_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}
