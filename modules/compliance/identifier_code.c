/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Codes that a list decides.
 *
 * currency: ISO 4217 tables A.1, in currencies.csv.
 * country: ISO 3166-1, in countries.csv; reserved codes (UK, EU) are none.
 * e164: ITU-T E.164 with the assigned calling codes in e164_country_codes.csv.
 * The plus sign is demanded first, for without it a number says nothing of its
 * country; then length, calling code, and for two countries the shape: 86 by
 * the numbering plan of the ministry (mobile 1[3-9], fixed with area code, 10
 * for Beijing), 1 by the NANP.
 */

#include "identifier_scheme.h"

#include <string.h>

#include "identifier_data.h"

enum identifier_error
identifier_currency(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	const struct identifier_currency *currency =
	    identifier_currency_find(data, text->at);

	if (currency == NULL)
		return IDENTIFIER_COMPONENT;
	identifier_add_text(result, "numeric", currency->numeric, 3);
	if (currency->minor_unit < 0)
		identifier_add_null(result, "minor_unit");
	else
		identifier_add_int(result, "minor_unit", currency->minor_unit);
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_country(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	const struct identifier_country *country = identifier_country_find(data,
	    text->at);

	if (country == NULL)
		return IDENTIFIER_COMPONENT;
	identifier_add_text(result, "alpha3", country->alpha3, 3);
	identifier_add_text(result, "numeric", country->numeric, 3);
	return IDENTIFIER_OK;
}

/* The shortest calling code that the number begins with; 0 if there is none. */
static size_t
calling_code_length(const struct identifier_data *data, const char *digits)
{
	for (size_t count = 1; count <= 3; count++) {
		if (identifier_calling_code_exists(data, digits, count))
			return count;
	}
	return 0;
}

static bool
national_number_fits(const char *code, const char *national, size_t length)
{
	if (memcmp(code, "86", 2) == 0) {
		if (national[0] == '1' && national[1] == '0' && length == 10)
			return true;
		if (national[0] == '1')
			return national[1] >= '3' && length == 11;
		return national[0] >= '2' && length >= 9 && length <= 11;
	}
	if (code[0] == '1')
		return length == 10 && national[0] >= '2' && national[3] >= '2';
	return true;
}

enum identifier_error
identifier_e164(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	bool zeros = memcmp(text->at, "00", 2) == 0;
	const char *digits = text->at + (zeros ? 2 : 1);
	size_t count, code;

	if (!zeros && text->at[0] != '+')
		return IDENTIFIER_FORMAT;
	count = text->length - (zeros ? 2 : 1);
	if (count < 7 || count > 15)
		return IDENTIFIER_LENGTH;
	if (!identifier_all_digits(digits, count))
		return IDENTIFIER_FORMAT;
	code = calling_code_length(data, digits);
	if (code == 0)
		return IDENTIFIER_COMPONENT;
	if (count - code < 4)
		return IDENTIFIER_LENGTH;
	if (!national_number_fits(digits, digits + code, count - code))
		return IDENTIFIER_FORMAT;
	identifier_set_normalized(result, "+", 1, digits, count);
	identifier_add_text(result, "country_code", digits, code);
	identifier_add_text(result, "national", digits + code, count - code);
	return IDENTIFIER_OK;
}
