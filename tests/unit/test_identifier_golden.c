/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/identifier_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
	COLUMNS = 6,
	GOLDEN_ROWS = 240,
	PEER_ROWS = 184
};

static void
print_detail(FILE *out, const struct identifier_detail *detail)
{
	(void)fprintf(out, "\"%s\": ", detail->name);
	switch (detail->kind) {
	case IDENTIFIER_TEXT:
		assert_int_equal(strlen(detail->text), detail->length);
		(void)fprintf(out, "\"%s\"", detail->text);
		return;
	case IDENTIFIER_INT:
		(void)fprintf(out, "%d", detail->number);
		return;
	case IDENTIFIER_BOOL:
		(void)fputs(detail->number != 0 ? "true" : "false", out);
		return;
	default:
		(void)fputs("null", out);
	}
}

/* As the column detail_json writes it. */
static void
print_details(char *to, size_t size, const struct identifier_result *result)
{
	FILE *out = fmemopen(to, size, "w");

	assert_non_null(out);
	(void)fputc('{', out);
	for (size_t i = 0; i < result->detail_count; i++) {
		(void)fputs(i == 0 ? "" : ", ", out);
		print_detail(out, &result->details[i]);
	}
	if (result->field_count > 0)
		(void)fputs("\"fields\": [", out);
	for (size_t i = 0; i < result->field_count; i++)
		(void)fprintf(out, "%s\"%s\"", i == 0 ? "" : ", ",
		    result->fields[i]);
	if (result->field_count > 0)
		(void)fputc(']', out);
	(void)fputc('}', out);
	(void)fclose(out);
}

/* The table writes a line feed as a backslash and an n. */
static void
unescape(char *text)
{
	char *at = strstr(text, "\\n");

	if (at == NULL)
		return;
	*at = '\n';
	memmove(at + 1, at + 2, strlen(at + 2) + 1);
}

static bool
row_is_answered(char *const *field)
{
	struct identifier_result result;
	char details[512] = "";

	unescape(field[1]);
	unescape(field[4]);
	identifier_check(fixture_data(), field[0], strlen(field[0]), field[1],
	    strlen(field[1]), &result);
	print_details(details, sizeof(details), &result);
	if (result.valid == (field[2][0] == '1') &&
	    strcmp(identifier_error_name(result.error), field[3]) == 0 &&
	    strcmp(result.normalized, field[4]) == 0 &&
	    strcmp(details, field[5]) == 0)
		return true;
	print_error("%s '%s': we say %d '%s' '%s' %s\n", field[0], field[1],
	    result.valid, identifier_error_name(result.error),
	    result.normalized, details);
	return false;
}

static void
each_golden_case_is_answered_to_the_letter(void **state)
{
	size_t length, rows = 0, wrong = 0;
	char *text = fixture_read("tests/data/golden/identifiers.csv", &length);
	char *field[COLUMNS];

	(void)state;
	assert_int_equal(fixture_row(&text, field, COLUMNS), COLUMNS);
	while (fixture_row(&text, field, COLUMNS) == COLUMNS) {
		wrong += !row_is_answered(field);
		rows++;
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(rows, GOLDEN_ROWS);
}

/*
 * Where we answer otherwise than python-stdnum, and why.
 *
 * Other members of the EU: their numbers are tested for shape alone, so a
 * wrong check digit inside (CZ) is not seen.  National checks inside an IBAN
 * (ES, ME) are no part of ISO 13616.  A module for one country's IBAN refuses
 * all others (GR), the module for Spanish firms refuses the numbers of natural
 * persons (M): here both are well-formed.  Short forms that it pads (NL) and
 * shapes withdrawn long ago (IE with a letter second) are not what VIES takes.
 * Monaco's French numbers hold no SIREN of the Luhn kind (FR..000).  Its
 * "vatin" takes numbers of other systems (the one-stop shop, XI, MX, BR) and
 * commas between the digits.
 */
static const struct exception {
	const char *type;
	const char *value;
	bool valid; /* our answer */
} exceptions[] = {
	{ "vat_eu", "CZ25123890", true },
	{ "vat_eu", "ESM-1234567-L", true },
	{ "vat_eu", "FR88000053537", false },
	{ "vat_eu", "IE8D79739I", false },
	{ "vat_eu", "NL4495445B01", false },
	{ "vat_eu", "EU191849184", false },
	{ "vat_eu", "XI 432525179", false },
	{ "vat_eu", "MX MXDE 111111 GR2", false },
	{ "vat_eu", "DE136,695 976", false },
	{ "vat_eu", "BR16.727.230/0001-97", false },
	{ "iban", "GR1601101050000010547023795", true },
	{ "iban", "ES2121000418450200051331", true },
	{ "iban", "ES89 3183 1500 9500 0121 0562", true },
	{ "iban", "ME52510000000006234132", true },
};

static bool
verdict_expected(char *const *field)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]);
	     i++) {
		const struct exception *it = &exceptions[i];

		if (strcmp(it->type, field[0]) == 0 &&
		    strcmp(it->value, field[1]) == 0) {
			assert_int_not_equal(it->valid, field[2][0] == '1');
			return it->valid;
		}
	}
	return field[2][0] == '1';
}

static void
verdicts_are_those_of_python_stdnum_but_for_argued_exceptions(void **state)
{
	size_t length, rows = 0, different = 0;
	char *text = fixture_read("tests/data/peers/stdnum_identifiers.csv",
	    &length);
	char *field[COLUMNS];

	(void)state;
	assert_int_equal(fixture_row(&text, field, COLUMNS), 4);
	while (fixture_row(&text, field, COLUMNS) == 4) {
		struct identifier_result result;

		identifier_check(fixture_data(), field[0], strlen(field[0]),
		    field[1], strlen(field[1]), &result);
		if (result.valid != verdict_expected(field)) {
			print_error("%s '%s' (%s): we say %d %s\n", field[0],
			    field[1], field[3], result.valid,
			    identifier_error_name(result.error));
			different++;
		}
		rows++;
	}
	assert_int_equal(different, 0);
	assert_int_equal(rows, PEER_ROWS);
}

static int
teardown(void **state)
{
	(void)state;
	fixture_free();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_golden_case_is_answered_to_the_letter),
		cmocka_unit_test(
		    verdicts_are_those_of_python_stdnum_but_for_argued_exceptions),
	};

	return cmocka_run_group_tests_name("identifier golden", tests, NULL,
	    teardown);
}
