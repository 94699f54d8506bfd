/* SPDX-License-Identifier: BSD-2-Clause */

#include "memory.h"

#include <string.h>

char *
text_copy(const struct memory *memory, const char *text, size_t length)
{
	char *out = memory->alloc(memory->owner, length + 1);

	memcpy(out, text, length);
	return out;
}

/* -1 when it is no digit. */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
hex_read(const struct memory *memory, const char *text, size_t length,
    struct span *out)
{
	uint8_t *bytes;

	if (length % 2 != 0)
		return false;
	bytes = memory->alloc(memory->owner, length / 2 + 1);
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i / 2] = (uint8_t)(high * 16 + low);
	}
	*out = (struct span){ bytes, length / 2 };
	return true;
}

char *
hex_write(const struct memory *memory, const uint8_t *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	char *out = memory->alloc(memory->owner, 2 * length + 1);

	for (size_t i = 0; i < length; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	return out;
}
