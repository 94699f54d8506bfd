/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Numbers of goods and of what carries them.
 *
 * gtin8, gtin12, gtin13, gtin14, sscc: the GS1 General Specifications, section
 * 7.9, and GB 12904; weights 3 and 1 from the right.  A GTIN is checked at the
 * length that its type names, so nothing is padded.
 * hs: the Harmonized System, 2022 edition; six digits and up to four national
 * ones, which are not checked.
 * s10: the item identifier of UPU standard S10.
 * iso6346: the freight container code of ISO 6346.
 * imei: 3GPP TS 23.003 section 6 and annex B; an IMEISV has no check digit.
 * cas: the registry number of the Chemical Abstracts Service, whose hyphens
 * are part of it.
 */

#include "identifier_scheme.h"

#include <string.h>

#include "identifier_data.h"

static bool
gs1_check_is_right(const char *digits, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += identifier_value(digits[count - 1 - i]) *
		    (i % 2 == 1 ? 3 : 1);
	return sum % 10 == 0;
}

enum identifier_error
identifier_gtin(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	(void)data;
	(void)result;
	return gs1_check_is_right(text->at, text->length) ? IDENTIFIER_OK
							  : IDENTIFIER_CHECKSUM;
}

enum identifier_error
identifier_sscc(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	const char *at = text->at;
	size_t length = text->length;

	(void)data;
	if (length == 20 && memcmp(at, "00", 2) == 0) {
		at += 2;
		length -= 2;
	}
	if (length != 18)
		return IDENTIFIER_LENGTH;
	if (!gs1_check_is_right(at, length))
		return IDENTIFIER_CHECKSUM;
	identifier_set_normalized(result, at, length, "", 0);
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_hs(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	if (!identifier_hs_exists(data, text->at, 2) ||
	    !identifier_hs_exists(data, text->at, 4) ||
	    !identifier_hs_exists(data, text->at, 6))
		return IDENTIFIER_COMPONENT;
	identifier_add_text(result, "chapter", text->at, 2);
	identifier_add_text(result, "heading", text->at, 4);
	identifier_add_text(result, "subheading", text->at, 6);
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_s10(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	static const uint8_t weights[] = { 8, 6, 4, 2, 3, 5, 9, 7 };
	static const char checks[] = "50987654321"; /* 11 - sum mod 11 */
	const char *at = text->at;
	enum identifier_error error = identifier_match("@@999999999@@", at,
	    text->length);

	if (error != IDENTIFIER_OK)
		return error;
	if (identifier_country_find(data, at + 11) == NULL)
		return IDENTIFIER_COMPONENT;
	if (at[10] != checks[identifier_weighted(at + 2, weights, 8) % 11])
		return IDENTIFIER_CHECKSUM;
	identifier_add_text(result, "service", at, 2);
	identifier_add_text(result, "country", at + 11, 2);
	return IDENTIFIER_OK;
}

/* A is 10 and each letter one more, but no value is a multiple of 11. */
static unsigned
container_value(char c)
{
	unsigned value = identifier_value(c);

	if (value < 11)
		return value;
	return value + (value - 1) / 10;
}

enum identifier_error
identifier_iso6346(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	const char *at = text->at;
	enum identifier_error error = identifier_match("@@@@9999999", at,
	    text->length);
	unsigned sum = 0;

	(void)data;
	if (error != IDENTIFIER_OK)
		return error;
	if (strchr("UJZR", at[3]) == NULL)
		return IDENTIFIER_COMPONENT;
	for (size_t i = 0; i < 10; i++)
		sum += container_value(at[i]) << i;
	if (sum % 11 % 10 != identifier_value(at[10]))
		return IDENTIFIER_CHECKSUM;
	identifier_add_text(result, "owner", at, 3);
	identifier_add_text(result, "category", at + 3, 1);
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_imei(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	(void)data;
	if (text->length == 15 && !identifier_luhn(text->at, 15))
		return IDENTIFIER_CHECKSUM;
	if (text->length == 15)
		identifier_add_text(result, "kind", "imei", 4);
	else
		identifier_add_text(result, "kind", "imeisv", 6);
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_cas(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	const char *at = text->at;
	size_t first = text->length - 5; /* digits before the first hyphen */
	unsigned sum = 0, place = 1;

	(void)data;
	(void)result;
	if (text->length < 7 || text->length > 12 ||
	    !identifier_all_digits(at, first) ||
	    identifier_match("-99-9", at + first, 5) != IDENTIFIER_OK)
		return IDENTIFIER_FORMAT;
	for (size_t i = text->length - 2; i-- > 0;) {
		if (at[i] != '-')
			sum += identifier_value(at[i]) * place++;
	}
	if (sum % 10 != identifier_value(at[text->length - 1]))
		return IDENTIFIER_CHECKSUM;
	return IDENTIFIER_OK;
}
