/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Numbers of the People's Republic of China.
 *
 * uscc: the unified social credit code of GB 32100-2015.  Eighteen characters
 * of a set of 31; the registering department, the kind, the administrative
 * division, the organisation code of GB 11714 and a check character with
 * weights 3^i mod 31.  Older bodies got a code whose inner organisation code
 * does not satisfy GB 11714, so that is told and never held against it.
 *
 * cn_resident_id: the citizen identification number of GB 11643-1999, check
 * character by ISO 7064 MOD 11-2.
 *
 * cn_customs_reg: the ten characters that customs give to a registered
 * declarant; the first four are a division.  There is no check digit.
 */

#include "identifier_scheme.h"

#include <string.h>

enum {
	BIRTH_YEAR_MIN = 1880,
	BIRTH_YEAR_MAX = 2026
};

static const char base31[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

bool
identifier_cn_province(const char *digits)
{
	/* By the first digit, one bit for each second digit: 11-15, 21-23,
	 * 31-37, 41-46, 50-54, 61-65, 71, 81-83. */
	static const uint8_t members[] = { 0x00, 0x3e, 0x0e, 0xfe, 0x7e, 0x1f,
		0x3e, 0x02, 0x0e, 0x00 };

	if (!identifier_all_digits(digits, 2))
		return false;
	return (members[identifier_value(digits[0])] >>
		       identifier_value(digits[1]) &
		   1) != 0;
}

static bool
organisation_code_is_right(const char *code)
{
	static const uint8_t weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	static const char checks[] = "0X987654321"; /* 11 - sum mod 11 */

	return code[8] == checks[identifier_weighted(code, weights, 8) % 11];
}

enum identifier_error
identifier_uscc(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	static const uint8_t weights[] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29,
		25, 13, 8, 24, 10, 30, 28 };
	const char *at = text->at;
	unsigned sum = 0;

	(void)data;
	if (strchr("123456789ANY", at[0]) == NULL ||
	    !identifier_all_digits(at + 2, 6) ||
	    (!identifier_cn_province(at + 2) && memcmp(at + 2, "10", 2) != 0))
		return IDENTIFIER_COMPONENT;
	for (size_t i = 0; i < 17; i++)
		sum += (unsigned)(strchr(base31, at[i]) - base31) * weights[i];
	if (at[17] != base31[(31 - sum % 31) % 31])
		return IDENTIFIER_CHECKSUM;
	identifier_add_bool(result, "org_code_ok",
	    organisation_code_is_right(at + 8));
	return IDENTIFIER_OK;
}

static bool
birth_date_is_possible(const char *yyyymmdd)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	unsigned year = identifier_number(yyyymmdd, 4);
	unsigned month = identifier_number(yyyymmdd + 4, 2);
	unsigned day = identifier_number(yyyymmdd + 6, 2);
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (year < BIRTH_YEAR_MIN || year > BIRTH_YEAR_MAX || month < 1 ||
	    month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

enum identifier_error
identifier_cn_resident_id(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	static const uint8_t weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9,
		10, 5, 8, 4, 2 };
	const char *at = text->at;
	char birth[10] = { at[6], at[7], at[8], at[9], '-', at[10], at[11], '-',
		at[12], at[13] };

	(void)data;
	if (!identifier_all_digits(at, 17))
		return IDENTIFIER_FORMAT;
	if (!identifier_cn_province(at) || !birth_date_is_possible(at + 6))
		return IDENTIFIER_COMPONENT;
	if (at[17] != "10X98765432"[identifier_weighted(at, weights, 17) % 11])
		return IDENTIFIER_CHECKSUM;
	identifier_add_text(result, "birth", birth, sizeof(birth));
	identifier_add_text(result, "sex",
	    identifier_value(at[16]) % 2 == 1 ? "M" : "F", 1);
	return IDENTIFIER_OK;
}

enum identifier_error
identifier_cn_customs_reg(const struct identifier_data *data,
    const struct identifier_text *text, struct identifier_result *result)
{
	(void)data;
	(void)result;
	if (!identifier_all_digits(text->at, 4) ||
	    !identifier_cn_province(text->at))
		return IDENTIFIER_COMPONENT;
	return IDENTIFIER_OK;
}
