/* SPDX-License-Identifier: BSD-2-Clause */

/* The currencies of ISO 4217 and how many digits their minor units have. */

#pragma once

#include "decimal.h"

#define CURRENCIES_MAX 256

struct currency {
	char code[4];
	int units; /* digits behind the point; -1: there is no minor unit */
};

struct currencies {
	struct currency rows[CURRENCIES_MAX];
	size_t n;
};

/* data/currencies.csv (code,numeric,minor_unit,name).  Refuses bad_data. */
fault currencies_read(struct currencies *t, const char *csv, size_t length);

/* Refuses unknown_currency and no_minor_unit (XAU, XDR …). */
fault currency_find(const struct currencies *t, const char *code,
    const struct currency **out);

/* An amount as text in minor units.  Refuses, in this order, bad_decimal,
 * what currency_find() refuses, and what decimal_to_minor() refuses. */
fault currency_to_minor(const struct currencies *t, const char *amount,
    size_t length, const char *code, enum rounding rounding, int64_t *out);
