/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the schemes share, and the list of them: the table in identifier.c
 * names each, the files identifier_*.c hold them by family.
 *
 * The table row normalises (which characters vanish, which may stay), tests
 * the character set and, where it is fixed, the length.  The scheme's function
 * then tests the rest, writes details and may replace the normal form.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identifier.h"

/* Classes of bytes.  A small letter is in the classes of its capital; what is
 * not ASCII, NUL and the other control characters are in none. */
enum {
	IDENTIFIER_BLANK = 1 << 0, /* space, tab, line feed and their kin */
	IDENTIFIER_HYPHEN = 1 << 1,
	IDENTIFIER_DOT = 1 << 2,
	IDENTIFIER_BRACKET = 1 << 3, /* ( and ) */
	IDENTIFIER_SLASH = 1 << 4,
	IDENTIFIER_PLUS = 1 << 5,
	IDENTIFIER_ANGLE = 1 << 6, /* < */
	IDENTIFIER_DIGIT = 1 << 7,
	IDENTIFIER_LETTER = 1 << 8,
	IDENTIFIER_LETTER_X = 1 << 9,
	IDENTIFIER_BASE31 = 1 << 10, /* digits and letters but I O S V Z */
	IDENTIFIER_ALNUM = IDENTIFIER_DIGIT | IDENTIFIER_LETTER
};

enum {
	IDENTIFIER_TEXT_MAX = 64
};

/* A value after normalisation.  The length may be larger than what is kept;
 * at[] ends with a NUL and at least four bytes of it are always set. */
struct identifier_text {
	size_t length;
	size_t letters; /* how many of all are A to Z */
	char at[IDENTIFIER_TEXT_MAX + 4];
};

/* Take the blanks off both ends. */
void identifier_trim(const char **value, size_t *length);

/*
 * Trim, drop the bytes of the removed classes, make ASCII letters capital, and
 * keep what fits.  Returns EMPTY if only blanks were there, CHARSET if a byte
 * is neither in the removed nor in the allowed classes.
 */
enum identifier_error identifier_text_read(const char *value, size_t length,
    unsigned removed, unsigned allowed, struct identifier_text *text_out);

/*
 * Compare with patterns parted by '|'.  In a pattern: 9 any digit, d digit but
 * 0, b 0 or 1, @ any letter, * letter or digit, w letter A to W, i letter A to
 * I, n letter of a Spanish natural person (K L M X Y Z), c letter of a Spanish
 * entity, and each other character itself.  LENGTH if no pattern is as long as
 * the text, FORMAT if none of those fits.
 */
enum identifier_error identifier_match(const char *patterns, const char *text,
    size_t length);

/* Arithmetic over texts that are known to be digits (or capital letters). */

/* 0 to 9, and A=10 to Z=35. */
unsigned identifier_value(char c);

bool identifier_all_digits(const char *text, size_t length);

unsigned identifier_number(const char *digits, size_t count);

/* The sum of value times weight. */
unsigned identifier_weighted(const char *text, const uint8_t *weights,
    size_t count);

/* Double every second digit from the right, add the digits of the products;
 * a multiple of ten.  ISO/IEC 7812-1 annex B. */
bool identifier_luhn(const char *digits, size_t count);

/* The number that the text is when letters are written as 10 to 35, modulo 97.
 * ISO 7064 MOD 97-10.  Begin with 0, or with the result of the text before. */
unsigned identifier_mod97(unsigned begin, const char *text, size_t length);

/* ISO 7064 MOD 11,10: the last digit is the check digit. */
bool identifier_mod11_10(const char *digits, size_t count);

/* Two digits of a region of China, GB/T 2260, and 81 to 83 as GB 11643 numbers
 * of residence permits use them. */
bool identifier_cn_province(const char *digits);

/* Add a detail to the answer. */
void identifier_add_text(struct identifier_result *result, const char *name,
    const char *text, size_t length);
void identifier_add_int(struct identifier_result *result, const char *name,
    int number);
void identifier_add_bool(struct identifier_result *result, const char *name,
    bool value);
void identifier_add_null(struct identifier_result *result, const char *name);

/* Set the normal form as one or two pieces; the text itself if never called. */
void identifier_set_normalized(struct identifier_result *result,
    const char *first, size_t first_length, const char *second,
    size_t second_length);

typedef enum identifier_error identifier_scheme_fn(const struct identifier_data
						       *data,
    const struct identifier_text *text, struct identifier_result *result);

/* identifier_cn.c */
identifier_scheme_fn identifier_uscc;
identifier_scheme_fn identifier_cn_resident_id;
identifier_scheme_fn identifier_cn_customs_reg;
/* identifier_trade.c */
identifier_scheme_fn identifier_gtin;
identifier_scheme_fn identifier_sscc;
identifier_scheme_fn identifier_hs;
identifier_scheme_fn identifier_s10;
identifier_scheme_fn identifier_iso6346;
identifier_scheme_fn identifier_imei;
identifier_scheme_fn identifier_cas;
/* identifier_bank.c */
identifier_scheme_fn identifier_iban;
identifier_scheme_fn identifier_bic;
identifier_scheme_fn identifier_lei;
identifier_scheme_fn identifier_pan;
/* identifier_tax.c */
identifier_scheme_fn identifier_eori;
identifier_scheme_fn identifier_vat_gb;
identifier_scheme_fn identifier_us_ein;
/* identifier_vat_eu.c */
identifier_scheme_fn identifier_vat_eu;
/* identifier_code.c */
identifier_scheme_fn identifier_currency;
identifier_scheme_fn identifier_country;
identifier_scheme_fn identifier_e164;

/* identifier_mrz.c: it reads the value itself, as its lines are trimmed. */
enum identifier_error identifier_mrz_td3(const char *value, size_t length,
    struct identifier_result *result);
