/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What all rules here share: where memory comes from, refusals, and exact
 * arithmetic.  Money is whole minor units, weight whole grams, length whole
 * millimetres; nothing here is a double.
 */

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

/* Products of amounts, before they are checked to fit. */
__extension__ typedef __int128 wide;

/* Does it fit?  Then *out is it. */
bool wide_fits(wide x, int64_t *out);

/* numerator / denominator, a half away from zero; denominator > 0. */
wide wide_divide(wide numerator, wide denominator);

/* The least multiple of step that is not below x; x >= 0, step > 0. */
wide wide_step(wide x, wide step);

/* A decimal text such as "-12.50" in units of 10^-places.  False when it is
 * none, has more digits behind the point that are not 0, or does not fit. */
bool decimal_read(const char *text, size_t length, int places, int64_t *out);

/* A copy that ends in a NUL. */
char *text_copy(const struct memory *memory, const char *text, size_t length);
