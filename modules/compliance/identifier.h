/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Identifiers and check digits: is this text a well-formed number of that
 * scheme, what is its normal form, and what does it tell?
 *
 * A check is pure: no clock, no network, no allocation, and its time grows
 * with the length of the value only.  Tests run in the order charset, length,
 * format, component, checksum, unless a scheme's own comment says otherwise,
 * and the first failure is the answer.  Facts that change (countries, the
 * tariff, currencies, calling codes) come from data files, read once into
 * struct identifier_data; the schemes themselves are tables and functions in
 * identifier_*.c, each with its public source.
 *
 * Values are personal data more often than not: nothing here keeps, prints or
 * logs them.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

/* One data file, as text in memory; the name is that of the file on disk. */
struct identifier_file {
	const char *name;
	const char *text;
	size_t length;
};

struct identifier_data;

/*
 * Read the data files into look-up tables.  Needed are countries.csv,
 * currencies.csv, e164_country_codes.csv, hs6.csv, iban.csv and
 * us_ein_prefixes.txt, in any order; others are passed over.  The texts are
 * not needed afterwards.
 *
 * Returns NULL and sets *data_out, or returns the words that say which line of
 * which file is bad and what was expected there.  Both live in the memory.
 */
const char *identifier_data_new(const struct memory *memory,
    const struct identifier_file *files, size_t count,
    struct identifier_data **data_out);

enum identifier_error {
	IDENTIFIER_OK = 0,
	IDENTIFIER_UNKNOWN_TYPE, /* no such scheme: the value was not looked at
				  */
	IDENTIFIER_EMPTY,        /* missing, not a text, or only blanks */
	IDENTIFIER_CHARSET,      /* a character the scheme never uses */
	IDENTIFIER_LENGTH,
	IDENTIFIER_FORMAT,    /* right characters in wrong places */
	IDENTIFIER_COMPONENT, /* unknown country, region, date, prefix, chapter
			       */
	IDENTIFIER_CHECKSUM
};

/* The word for the wire, "unknown_type" or "charset"; "" for IDENTIFIER_OK. */
const char *identifier_error_name(enum identifier_error error);

enum {
	IDENTIFIER_NORMALIZED_MAX = 96,
	IDENTIFIER_DETAIL_MAX = 8,
	IDENTIFIER_DETAIL_TEXT_MAX = 48,
	IDENTIFIER_FIELD_MAX = 5
};

enum identifier_kind {
	IDENTIFIER_TEXT,
	IDENTIFIER_INT,
	IDENTIFIER_BOOL,
	IDENTIFIER_NULL
};

/* Something a valid number tells: one more member of the answer. */
struct identifier_detail {
	const char *name; /* a constant */
	enum identifier_kind kind;
	int number; /* of an INT, or 0 and 1 of a BOOL */
	size_t length;
	char text[IDENTIFIER_DETAIL_TEXT_MAX]; /* of a TEXT, ends with a NUL */
};

/*
 * The answer.  Only what the counts cover is set.  All texts are plain ASCII
 * without quotes, and the only control character is the line feed between the
 * two lines of a passport.
 */
struct identifier_result {
	enum identifier_error error;
	bool valid;                                 /* error == IDENTIFIER_OK */
	size_t normalized_length;                   /* 0 unless valid */
	char normalized[IDENTIFIER_NORMALIZED_MAX]; /* ends with a NUL */
	size_t detail_count;                        /* 0 unless valid */
	struct identifier_detail details[IDENTIFIER_DETAIL_MAX];
	size_t field_count; /* mrz_td3 and checksum only, else 0 */
	const char *fields[IDENTIFIER_FIELD_MAX]; /* what failed, constants */
};

/*
 * Check a value of a type.  Neither needs to end with a NUL and both may hold
 * any bytes.  value is NULL when the member was missing or of another JSON
 * type: the answer is then IDENTIFIER_EMPTY.  An unknown type is answered
 * before the value is looked at.
 */
void identifier_check(const struct identifier_data *data, const char *type,
    size_t type_length, const char *value, size_t length,
    struct identifier_result *result_out);

/* The name of scheme number index, in the order of the table; NULL behind the
 * last.  For listings and for tests over all schemes. */
const char *identifier_scheme_name(size_t index);
