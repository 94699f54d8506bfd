/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whole numbers of up to 512 bits, not negative: enough to add fractions of
 * any amounts exactly.
 */

#pragma once

#include <stdint.h>

#define BIG_WORDS 16

struct big {
	uint32_t words[BIG_WORDS]; /* the least first */
};

struct big big_from(uint64_t x);

/* The carry beyond 512 bits is lost: callers know their sizes. */
struct big big_add(const struct big *a, const struct big *b);
struct big big_multiply(const struct big *a, uint64_t by);

/* Below, equal to or above 0, as a is below, equal to or above b. */
int big_compare(const struct big *a, const struct big *b);
