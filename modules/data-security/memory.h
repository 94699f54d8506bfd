/* SPDX-License-Identifier: BSD-2-Clause */

/* What all rules here share: where memory comes from, refusals, texts. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed memory that lives as long as its owner; never NULL. */
struct memory {
	void *(*alloc)(void *owner, size_t size);
	void *owner;
};

/* A refusal: an error code of messages/, or NULL when it went well. */
typedef const char *fault;

/* A text or bytes, not ended by a NUL. */
struct span {
	const uint8_t *bytes;
	size_t length;
};

/* A copy that ends in a NUL. */
char *text_copy(const struct memory *memory, const char *text, size_t length);

/* Hexadecimal digits of either case, read and written (lower case).  False
 * when there is another character or an odd number of them. */
bool hex_read(const struct memory *memory, const char *text, size_t length,
    struct span *out);
char *hex_write(const struct memory *memory, const uint8_t *bytes,
    size_t length);
