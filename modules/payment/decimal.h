/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Exact decimals: amounts as texts and minor units, rates, products of both.
 * Money never meets a float here; a value is rounded once, at the end, in a
 * way that is named.
 */

#pragma once

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A refusal: an error code of messages/, or NULL when it went well. */
typedef const char *fault;

#define DECIMAL_DIGITS 64 /* of a text that is read */

/* Its value is digits / 10^scale. */
struct decimal {
	mpz_t digits;
	unsigned scale;
};

enum rounding {
	ROUND_EXACT,   /* refuses what does not fit */
	ROUND_HALF_UP, /* half away from zero */
	ROUND_HALF_EVEN,
	ROUND_DOWN, /* to zero */
	ROUND_UP,   /* away from zero */
	ROUND_CEILING,
	ROUND_FLOOR
};

void decimal_init(struct decimal *d);
void decimal_fini(struct decimal *d);

/* "exact", "half_up" and so on; false when it is none. */
bool rounding_read(const char *name, enum rounding *out);

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?, at most DECIMAL_DIGITS characters; else
 * bad_decimal. */
fault decimal_read(struct decimal *d, const char *text, size_t length);

void decimal_from_minor(struct decimal *d, int64_t minor, unsigned units);

void decimal_multiply(struct decimal *a, const struct decimal *by);
void decimal_add(struct decimal *a, const struct decimal *other);

/* -1, 0 or 1. */
int decimal_sign(const struct decimal *d);

/* In units of 10^-units, rounded.  Refuses too_many_decimals (ROUND_EXACT)
 * and amount_out_of_range (beyond 64 bits). */
fault decimal_to_minor(const struct decimal *d, unsigned units,
    enum rounding rounding, int64_t *out);

/* Without exponent; digits behind the point as many as the scale has, or
 * without trailing zeros.  out has room for size bytes; false when that is
 * too little. */
bool decimal_write(const struct decimal *d, bool is_short, char *out,
    size_t size);
