/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * JSON numbers by their digits: comparing and dividing without rounding, so
 * that 0.3 is a multiple of 0.1 and 2^63 is larger than 2^63 - 1.
 */

#pragma once

#include "core/base/node.h"

/* digits * 10^exponent; digits has no zeros at either end. */
struct decimal {
	bool negative;
	uint32_t count;    /* significant digits; 0: the number is zero */
	int64_t exponent;  /* of the last significant digit */
	const char *first; /* within the text; a '.' may stand between */
	char own[32];      /* the text, when the node had none */
};

/* Reads an INT or REAL node; first may point into d: do not copy d. */
void decimal_read(struct decimal *d, const struct ep_node *n) EP_NONNULL;

bool decimal_is_integer(const struct decimal *d) EP_NONNULL;

/* Below, at or above zero, as a is less than, equal to or more than b. */
int decimal_compare(const struct decimal *a, const struct decimal *b)
    EP_NONNULL;

/* Is a an integral multiple of unit?  unit has at most DECIMAL_UNIT digits
 * and is not zero. */
#define DECIMAL_UNIT 18
bool decimal_is_multiple(const struct decimal *a, const struct decimal *unit)
    EP_NONNULL;

/* Equal numbers have equal hashes. */
uint64_t decimal_hash(const struct decimal *d, uint64_t seed) EP_NONNULL;
