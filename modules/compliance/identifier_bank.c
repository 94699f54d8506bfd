/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Numbers of accounts, banks, firms and cards.
 *
 * iban: ISO 13616-1; the countries, their lengths and the structure of the
 * account number are those of the IBAN registry of SWIFT, in iban.csv.  Check
 * by ISO 7064 MOD 97-10.
 * bic: ISO 9362; the country XK is in use without being in ISO 3166.
 * lei: ISO 17442, check by ISO 7064 MOD 97-10.
 * pan: ISO/IEC 7812-1 with the issuer ranges that the card schemes publish.
 * Whoever stores one keeps the first six and the last four digits only
 * (PCI DSS 3.4).
 */

#include "identifier_scheme.h"

#include <string.h>

#include "identifier_data.h"

#define LENGTH(n) (1U << (n))

enum {
	LENGTHS_14_19 = LENGTH(20) - LENGTH(14),
	LENGTHS_16_19 = LENGTH(20) - LENGTH(16)
};

/* Where two ranges hold a number, the later one wins. */
static const struct card_range {
	const char *brand;
	unsigned lowest, highest; /* of the first digits */
	unsigned digits;
	unsigned lengths;
} card_ranges[] = {
	{ "amex", 34, 34, 2, LENGTH(15) },
	{ "amex", 37, 37, 2, LENGTH(15) },
	{ "diners", 300, 305, 3, LENGTHS_14_19 },
	{ "diners", 36, 36, 2, LENGTHS_14_19 },
	{ "diners", 38, 39, 2, LENGTHS_14_19 },
	{ "jcb", 3528, 3589, 4, LENGTHS_16_19 },
	{ "visa", 4, 4, 1, LENGTH(13) | LENGTH(16) | LENGTH(19) },
	{ "mastercard", 51, 55, 2, LENGTH(16) },
	{ "mastercard", 2221, 2720, 4, LENGTH(16) },
	{ "unionpay", 62, 62, 2, LENGTHS_16_19 },
	{ "unionpay", 81, 81, 2, LENGTHS_16_19 },
	{ "discover", 6011, 6011, 4, LENGTHS_16_19 },
	{ "discover", 644, 649, 3, LENGTHS_16_19 },
	{ "discover", 65, 65, 2, LENGTHS_16_19 },
};

static bool
bban_fits(const struct identifier_iban *iban, const char *bban)
{
	for (size_t r = 0; r < iban->run_count; r++) {
		const struct identifier_iban_run *run = &iban->runs[r];

		for (size_t i = 0; i < run->count; i++, bban++) {
			bool digit = *bban <= '9';

			if ((run->class == 'n' && !digit) ||
			    (run->class == 'a' && digit))
				return false;
		}
	}
	return true;
}

enum identifier_error
identifier_iban(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	const char *at = text->at;
	const struct identifier_iban *iban = identifier_iban_find(data, at);
	unsigned rest;

	if (iban == NULL)
		return IDENTIFIER_COMPONENT;
	if (text->length != iban->length)
		return IDENTIFIER_LENGTH;
	if (!identifier_all_digits(at + 2, 2) || !bban_fits(iban, at + 4))
		return IDENTIFIER_FORMAT;
	rest = identifier_mod97(0, at + 4, text->length - 4);
	if (identifier_mod97(rest, at, 4) != 1)
		return IDENTIFIER_CHECKSUM;
	identifier_add_text(result, "country", at, 2);
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_bic(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	const char *at = text->at;
	bool has_branch = text->length == 11;

	if (identifier_match("@@@@", at, 4) != IDENTIFIER_OK)
		return IDENTIFIER_FORMAT;
	if (identifier_country_find(data, at + 4) == NULL &&
	    memcmp(at + 4, "XK", 2) != 0)
		return IDENTIFIER_COMPONENT;
	identifier_add_text(result, "country", at + 4, 2);
	identifier_add_text(result, "branch", has_branch ? at + 8 : "XXX", 3);
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_lei(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	(void)data;
	(void)result;
	if (!identifier_all_digits(text->at + 18, 2))
		return IDENTIFIER_FORMAT;
	if (identifier_mod97(0, text->at, 20) != 1)
		return IDENTIFIER_CHECKSUM;
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_pan(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	const struct card_range *found = NULL;
	const char *brand = "unknown";

	(void)data;
	for (size_t i = 0; i < sizeof(card_ranges) / sizeof(card_ranges[0]);
	     i++) {
		const struct card_range *range = &card_ranges[i];
		unsigned first = identifier_number(text->at, range->digits);

		if (first >= range->lowest && first <= range->highest)
			found = range;
	}
	if (found != NULL && (found->lengths & LENGTH(text->length)) == 0)
		return IDENTIFIER_LENGTH;
	if (!identifier_luhn(text->at, text->length))
		return IDENTIFIER_CHECKSUM;
	if (found != NULL)
		brand = found->brand;
	identifier_add_text(result, "brand", brand, strlen(brand));
	return IDENTIFIER_OK;
}
