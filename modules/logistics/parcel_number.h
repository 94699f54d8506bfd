/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Tracking numbers (运单号): which carriers could have given one, and whether
 * its check character is right.  Formats are a table.  A number that no
 * format knows may still be right: carriers make up their own.
 */

#pragma once

#include "csv.h"

#define NUMBER_MAX 64 /* characters, without spaces and dashes */

struct number_format {
	const char *carrier, *name;
	const char *pattern;
	const char *rule; /* of the check character, "" when there is none */
	size_t from, length, at;
};

/* Where posts are; the last two letters of an S10 number. */
struct country {
	const char *code, *name_en, *name_zh;
};

struct number_tables {
	struct number_format *formats;
	size_t n_formats;
	struct country *countries;
	size_t n_countries;
};

/* Read tracking_formats.csv and countries.csv.  What is wrong, or NULL. */
fault formats_read(struct number_tables *t, struct csv *c);
fault countries_read(struct number_tables *t, struct csv *c);

const struct country *country_find(const struct number_tables *t,
    const char *code);

/* Upper case, without spaces and dashes.  False when nothing is left, too
 * much is, or there are other marks than letters and digits. */
bool number_clean(const char *text, char out[NUMBER_MAX + 1]);

struct number_guess {
	const struct number_format *format;
	bool has_check,
	    is_valid; /* valid without a check: the shape is right */
	const struct country *country; /* of an S10 number */
	int weight;                    /* the heavier the surer */
};

/* Formats that the number has the shape of, the surest first; at most room
 * of them.  Returns how many. */
size_t number_guess(const struct number_tables *t, const char *number,
    struct number_guess *out, size_t room);
