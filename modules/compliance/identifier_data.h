/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Look-ups in what identifier_data_new() has read.  Inputs are characters of
 * an identifier as found, so each look-up itself answers "no" for those that
 * cannot be a code.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct identifier_data;

struct identifier_country {
	char alpha2[3]; /* empty: no such country */
	char alpha3[4];
	char numeric[4];
	bool is_eu_member;
};

struct identifier_currency {
	char code[4];
	char numeric[4];
	int minor_unit; /* -1: has none (metals, test codes) */
};

enum {
	IDENTIFIER_IBAN_RUNS = 8
};

/* Count characters of one class: 'n' digits, 'a' letters, 'c' either. */
struct identifier_iban_run {
	uint8_t count;
	char class;
};

struct identifier_iban {
	uint8_t length; /* of the whole IBAN; 0: the country has none */
	uint8_t run_count;
	struct identifier_iban_run runs[IDENTIFIER_IBAN_RUNS];
};

/* By the first two, three, two characters of the text; NULL if unknown. */
const struct identifier_country *
identifier_country_find(const struct identifier_data *data, const char *alpha2);
const struct identifier_currency *
identifier_currency_find(const struct identifier_data *data, const char *code);
const struct identifier_iban *
identifier_iban_find(const struct identifier_data *data, const char *alpha2);

/* Is there a chapter (2 digits), heading (4) or subheading (6)? */
bool identifier_hs_exists(const struct identifier_data *data,
    const char *digits, size_t count);

/* Is this an assigned calling code of 1, 2 or 3 digits? */
bool identifier_calling_code_exists(const struct identifier_data *data,
    const char *digits, size_t count);

/* Are these two digits a prefix that the IRS assigns? */
bool identifier_ein_prefix_exists(const struct identifier_data *data,
    const char *digits);
