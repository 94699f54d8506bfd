/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/identifier_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "modules/compliance/identifier_data.h"

#define COUNTRIES \
	"alpha2,alpha3,numeric,name_en,name_zh,currency,dial,eu_member\n"
#define CURRENCIES "code,numeric,minor_unit,name\n"
#define CALLING "calling_code,regions\n"
#define HS "hscode,level,section,parent,description\n"
#define IBAN "country,length,bban_structure,name\n"

/* The words about the shipped files with one replaced; NULL if all is well. */
static const char *
words_with(const char *name, const char *text)
{
	struct identifier_file files[FIXTURE_FILES];
	struct identifier_data *data = NULL;
	const char *words;

	fixture_files(files);
	for (size_t i = 0; i < FIXTURE_FILES; i++) {
		if (strcmp(files[i].name, name) == 0) {
			files[i].text = text;
			files[i].length = strlen(text);
		}
	}
	words = identifier_data_new(&fixture_memory, files, FIXTURE_FILES,
	    &data);
	assert_int_equal(words == NULL, data != NULL);
	return words;
}

static void
the_shipped_files_are_read(void **state)
{
	const struct identifier_data *data = fixture_data();

	(void)state;
	assert_string_equal(identifier_country_find(data, "CN")->alpha3, "CHN");
	assert_true(identifier_country_find(data, "HR")->is_eu_member);
	assert_false(identifier_country_find(data, "GB")->is_eu_member);
	assert_null(identifier_country_find(data, "UK"));
	assert_null(identifier_country_find(data, "\xff\xff"));
	assert_string_equal(identifier_currency_find(data, "AED")->numeric,
	    "784");
	assert_string_equal(identifier_currency_find(data, "ZWG")->numeric,
	    "924");
	assert_int_equal(identifier_currency_find(data, "XAU")->minor_unit, -1);
	assert_null(identifier_currency_find(data, "DEM"));
	assert_int_equal(identifier_iban_find(data, "MT")->length, 31);
	assert_null(identifier_iban_find(data, "CN"));
	assert_true(identifier_hs_exists(data, "970690", 6));
	assert_false(identifier_hs_exists(data, "77", 2));
	assert_false(identifier_hs_exists(data, "0A", 2));
	assert_false(identifier_hs_exists(data, "01012", 5));
	assert_true(identifier_calling_code_exists(data, "1", 1));
	assert_false(identifier_calling_code_exists(data, "999", 3));
	assert_false(identifier_calling_code_exists(data, "8613", 4));
	assert_true(identifier_ein_prefix_exists(data, "99"));
	assert_false(identifier_ein_prefix_exists(data, "00"));
}

static void
a_missing_or_empty_file_is_named(void **state)
{
	struct identifier_data *data = NULL;

	(void)state;
	assert_string_equal(identifier_data_new(&fixture_memory, NULL, 0,
				&data),
	    "countries.csv: missing or empty, expected among the data files "
	    "of the module");
	assert_string_equal(words_with("hs6.csv", ""),
	    "hs6.csv: missing or empty, expected rows of data");
	assert_string_equal(words_with("hs6.csv", HS),
	    "hs6.csv: missing or empty, expected rows of data");
}

static void
a_bad_row_is_named_by_its_line_and_what_was_expected(void **state)
{
	static const char *const rows[][3] = {
		{ "countries.csv", "alpha2,alpha3\n",
		    "countries.csv line 1: expected alpha2,alpha3,numeric,"
		    "name_en,name_zh,currency,dial,eu_member" },
		{ "countries.csv", COUNTRIES "CN,CHN,156,China\n",
		    "countries.csv line 2: expected 8 fields" },
		{ "countries.csv", COUNTRIES "cn,CHN,156,,,,,0\n",
		    "countries.csv line 2: expected alpha2: two capital "
		    "letters" },
		{ "countries.csv",
		    COUNTRIES "CN,CHN,156,\"a\nb\",,\"X,Y\",,0\n\n"
			      "DE,DEU,276,,,,,2\n",
		    "countries.csv line 5: expected eu_member: 0 or 1" },
		{ "countries.csv",
		    COUNTRIES "CN,CHN,156,,,,,0\nCN,CHN,156,,,,,0\n",
		    "countries.csv line 3: expected alpha2: a country that no "
		    "earlier line has" },
		{ "currencies.csv", CURRENCIES "USD,840,2,\nCNY,156,2,\n",
		    "currencies.csv line 3: expected code: behind the code of "
		    "the line before" },
		{ "currencies.csv", CURRENCIES "USD,840,22,\n",
		    "currencies.csv line 2: expected minor_unit: one digit or "
		    "nothing" },
		{ "e164_country_codes.csv", CALLING "1234,US\n",
		    "e164_country_codes.csv line 2: expected calling_code: one "
		    "to three digits" },
		{ "hs6.csv", HS "010,3,I,01,\"a\"\n",
		    "hs6.csv line 2: expected level: 2, 4 or 6" },
		{ "hs6.csv", HS "0101,6,I,01,a\n",
		    "hs6.csv line 2: expected hscode: as many digits as its "
		    "level says" },
		{ "iban.csv", IBAN "DE,22,8n11n,Germany\n",
		    "iban.csv line 2: expected bban_structure: up to 8 runs "
		    "such as 4n or 12c that make the length less 4" },
		{ "iban.csv", IBAN "DE,35,31n,Germany\n",
		    "iban.csv line 2: expected length: 05 to 34" },
		{ "iban.csv", IBAN "DE,22,18,Germany\n",
		    "iban.csv line 2: expected bban_structure: up to 8 runs "
		    "such as 4n or 12c that make the length less 4" },
		{ "us_ein_prefixes.txt", "01\n2\n",
		    "us_ein_prefixes.txt line 2: expected two digits" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *words = words_with(rows[i][0], rows[i][1]);

		assert_non_null(words);
		assert_string_equal(words, rows[i][2]);
	}
}

static void
carriage_returns_and_a_missing_last_line_feed_are_no_matter(void **state)
{
	(void)state;
	assert_null(words_with("us_ein_prefixes.txt", "01\r\n02"));
	assert_null(words_with("currencies.csv",
	    "code,numeric,minor_unit,name\r\n\"CNY\",156,2,a \"\"b\r\n"));
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
		cmocka_unit_test(the_shipped_files_are_read),
		cmocka_unit_test(a_missing_or_empty_file_is_named),
		cmocka_unit_test(
		    a_bad_row_is_named_by_its_line_and_what_was_expected),
		cmocka_unit_test(
		    carriage_returns_and_a_missing_last_line_feed_are_no_matter),
	};

	return cmocka_run_group_tests_name("identifier data", tests, NULL,
	    teardown);
}
