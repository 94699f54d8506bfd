/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Law as data: numbers with the days on which they hold
 * (data/import_law.csv), and the rules of entry into the United States
 * (data/us_entry_rules.csv).
 */

#pragma once

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A refusal: an error code of messages/, or NULL when it went well. */
typedef const char *law_fault;

#define LAW_ROWS 64
#define LAW_TEXT 40

struct law_row {
	char name[LAW_TEXT], value[LAW_TEXT];
	char from[11], to[11]; /* YYYY-MM-DD, both inclusive; to "": open */
};

struct us_rule {
	char id[LAW_TEXT], origins[LAW_TEXT]; /* "*": all; else codes */
	char from[11], to[11];
	bool is_suspended; /* no de minimis */
};

struct law {
	struct law_row rows[LAW_ROWS];
	struct us_rule us[LAW_ROWS];
	size_t n_rows, n_us;
};

/* Each refuses bad_data. */
law_fault law_read(struct law *l, const char *csv, size_t length);
law_fault law_read_us(struct law *l, const char *csv, size_t length);

/* A whole number that holds on a day; false when none does. */
bool law_number(const struct law *l, const char *name, const char *day,
    int64_t *out);

/* The same as an exact fraction, initialised by the caller. */
bool law_fraction(const struct law *l, const char *name, const char *day,
    mpq_t out);

/* The rule for an origin on a day, the one that began last; or NULL. */
const struct us_rule *law_us_rule(const struct law *l, const char *origin,
    const char *day);

/* A decimal of at most 40 characters, not below 0; refuses bad_rate. */
law_fault rate_read(const char *text, mpq_t out);

/* A half up; q is not below 0.  Refuses amount_out_of_range. */
law_fault fraction_round(const mpq_t q, int64_t *out);
