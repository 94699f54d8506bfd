/* SPDX-License-Identifier: BSD-2-Clause */

/* Bytes as lower-case hexadecimal digits, and back. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Writes 2n digits and a NUL. */
static inline void
hex_encode(const void *bytes, size_t n, char *out)
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *b = bytes;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digit[b[i] >> 4];
		out[2 * i + 1] = digit[b[i] & 15];
	}
	out[2 * n] = '\0';
}

static inline int
hex_digit_(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads 2n digits of either case into n bytes; false: one of them is none,
 * and out holds part of them. */
static inline bool
hex_decode(const char *digits, size_t n, void *out)
{
	unsigned char *b = out;
	int high, low;

	for (; n > 0; n--, digits += 2) {
		high = hex_digit_(digits[0]);
		low = high < 0 ? -1 : hex_digit_(digits[1]);
		if (low < 0)
			return false;
		*b++ = (unsigned char)(high << 4 | low);
	}
	return true;
}
