/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Numbers of traders and taxpayers.
 *
 * eori: Commission Implementing Regulation (EU) 2015/2447, annex 12-01: the
 * ISO 3166 code of a member state (Greece is GR here) or GB or XI, and up to
 * fifteen characters.  The members are those of countries.csv.
 * vat_gb: HMRC VAT notice 700, and its two check-digit series (modulus 97, and
 * the same with 55 added, which leaves 42).
 * us_ein: the nine digits of the IRS with the prefixes that it has published;
 * there is no check digit.
 */

#include "identifier_scheme.h"

#include <string.h>

#include "identifier_data.h"

enum identifier_error
identifier_eori(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	const char *at = text->at;
	const struct identifier_country *country = identifier_country_find(data,
	    at);
	bool british = memcmp(at, "GB", 2) == 0 || memcmp(at, "XI", 2) == 0;

	if (!british && (country == NULL || !country->is_eu_member))
		return IDENTIFIER_COMPONENT;
	if (british && !identifier_all_digits(at + 2, text->length - 2))
		return IDENTIFIER_FORMAT;
	if (british && text->length != 14 && text->length != 17)
		return IDENTIFIER_LENGTH;
	identifier_add_text(result, "country", at, 2);
	return IDENTIFIER_OK;
}

static enum identifier_error
vat_gb_government(const char *body, size_t length)
{
	unsigned number;

	if (length != 5)
		return IDENTIFIER_LENGTH;
	number = identifier_number(body + 2, 3);
	if ((body[0] == 'G') != (number < 500))
		return IDENTIFIER_COMPONENT;
	return IDENTIFIER_OK;
}

static enum identifier_error
vat_gb_trader(const char *body, size_t length)
{
	static const uint8_t weights[] = { 8, 7, 6, 5, 4, 3, 2, 10, 1 };
	unsigned rest;

	if (length != 9 && length != 12)
		return IDENTIFIER_LENGTH;
	rest = identifier_weighted(body, weights, 9) % 97;
	return rest == 0 || rest == 42 ? IDENTIFIER_OK : IDENTIFIER_CHECKSUM;
}

enum identifier_error
identifier_vat_gb(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	bool has_prefix = memcmp(text->at, "GB", 2) == 0 ||
	    memcmp(text->at, "XI", 2) == 0;
	const char *prefix = has_prefix ? text->at : "GB";
	const char *body = text->at + (has_prefix ? 2 : 0);
	size_t length = text->length - (has_prefix ? 2 : 0);
	bool government = memcmp(body, "GD", 2) == 0 ||
	    memcmp(body, "HA", 2) == 0;
	const char *kind = length == 9 ? "standard" : "branch";
	enum identifier_error error;

	(void)data;
	if (text->letters != (has_prefix ? 2U : 0U) + (government ? 2U : 0U))
		return IDENTIFIER_CHARSET;
	if (government) {
		kind = "government";
		error = vat_gb_government(body, length);
	} else {
		error = vat_gb_trader(body, length);
	}
	if (error != IDENTIFIER_OK)
		return error;
	identifier_set_normalized(result, prefix, 2, body, length);
	identifier_add_text(result, "kind", kind, strlen(kind));
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_us_ein(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	char written[10];

	if (!identifier_ein_prefix_exists(data, text->at))
		return IDENTIFIER_COMPONENT;
	memcpy(written, text->at, 2);
	written[2] = '-';
	memcpy(written + 3, text->at + 2, 7);
	identifier_set_normalized(result, written, sizeof(written), "", 0);
	return IDENTIFIER_OK;
}
