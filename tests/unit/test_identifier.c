/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/identifier_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
unknown_types_are_refused_before_the_value_is_read(void **state)
{
	(void)state;
	assert_error("ean13", "", "unknown_type");
	assert_error("", "1", "unknown_type");
	assert_error("USCC", "1", "unknown_type");
	assert_error("gtin1", "1", "unknown_type");
	identifier_check(fixture_data(), "gtin8\0", 6, NULL, 0,
	    &fixture_result);
	assert_int_equal(fixture_result.error, IDENTIFIER_UNKNOWN_TYPE);
}

static void
missing_and_blank_values_are_empty_in_each_scheme(void **state)
{
	const char *name;

	(void)state;
	for (size_t i = 0; (name = identifier_scheme_name(i)) != NULL; i++) {
		identifier_check(fixture_data(), name, strlen(name), NULL, 0,
		    &fixture_result);
		assert_int_equal(fixture_result.error, IDENTIFIER_EMPTY);
		assert_error(name, "", "empty");
		assert_error(name, " \t\r\n ", "empty");
	}
}

static void
credit_codes_hold_department_division_and_check(void **state)
{
	(void)state;
	assert_normal("uscc", "91330100-ma2cf7k852", "91330100MA2CF7K852");
	assert_valid("uscc", "92340621MA2UK0J08Q");
	assert_error("uscc", "B1330100MA2CF7K852", "component");
	assert_error("uscc", "91160100MA2CF7K852", "component");
	assert_error("uscc", "91A30100MA2CF7K852", "component");
	assert_error("uscc", "91100000MA2CF7K852", "checksum");
	assert_error("uscc", "91330100MA2CF7K85", "length");
	assert_error("uscc", "9", "length");
	assert_error("uscc", "9133O100MA2CF7K852", "charset");
	assert_error("uscc", "91330100MA2CF7K85", "length");
}

static void
credit_codes_with_an_odd_organisation_code_stay_valid(void **state)
{
	static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	char code[] = "91330100MA2CF7K862";
	size_t valid = 0;

	(void)state;
	for (size_t i = 0; i < 31; i++) {
		code[17] = set[i];
		if (*fixture_error("uscc", code) != '\0')
			continue;
		valid++;
		assert_string_equal(fixture_result.details[0].name,
		    "org_code_ok");
		assert_int_equal(fixture_result.details[0].kind,
		    IDENTIFIER_BOOL);
		assert_int_equal(fixture_result.details[0].number, 0);
	}
	assert_int_equal(valid, 1);
}

static void
resident_numbers_need_a_province_and_a_day_that_was(void **state)
{
	(void)state;
	assert_normal("cn_resident_id", "11010519491231002x",
	    "11010519491231002X");
	assert_string_equal(fixture_detail("birth"), "1949-12-31");
	assert_error("cn_resident_id", "11010519491231X02X", "format");
	assert_error("cn_resident_id", "160105194912310021", "component");
	assert_error("cn_resident_id", "110105187912310020", "component");
	assert_error("cn_resident_id", "110105202701010020", "component");
	assert_error("cn_resident_id", "110105190002290020", "component");
	assert_error("cn_resident_id", "110105194900310020", "component");
	assert_error("cn_resident_id", "110105194913310020", "component");
	assert_error("cn_resident_id", "110105194912000020", "component");
	assert_error("cn_resident_id", "110105200002290020", "checksum");
	assert_error("cn_resident_id", "500105200002290021", "checksum");
	assert_error("cn_resident_id", "830105202612310020", "checksum");
	assert_error("cn_resident_id", "1101051949123100", "length");
}

static void
provinces_are_those_of_gb_2260_and_the_permits(void **state)
{
	char number[] = "xx01968A7B";
	size_t known = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		number[0] = (char)('0' + i / 10);
		number[1] = (char)('0' + i % 10);
		known += *fixture_error("cn_customs_reg", number) == '\0';
	}
	assert_int_equal(known, 5 + 3 + 7 + 6 + 5 + 5 + 1 + 3);
	assert_valid("cn_customs_reg", "5001968A7B");
	assert_error("cn_customs_reg", "3A01968A7B", "component");
	assert_error("cn_customs_reg", "33-1968A7B", "charset");
	assert_normal("cn_customs_reg", "3301 968a 7b", "3301968A7B");
}

/* The number of last digits, of ten, that make the value valid. */
static unsigned
right_last_digits(const char *type, const char *value)
{
	char text[64];
	size_t last = strlen(value) - 1;
	unsigned right = 0;

	memcpy(text, value, last + 2);
	for (int digit = 0; digit <= 9; digit++) {
		text[last] = (char)('0' + digit);
		right += *fixture_error(type, text) == '\0';
	}
	return right;
}

static void
one_last_digit_of_ten_is_right(void **state)
{
	static const char *const samples[][2] = { { "gtin8", "0000000?" },
		{ "gtin12", "03600029145?" }, { "gtin13", "690123456789?" },
		{ "gtin14", "1061414100041?" },
		{ "sscc", "10614141000415234?" }, { "iso6346", "CSQU305438?" },
		{ "iso6346", "ZZZZ999999?" }, { "imei", "49015420323751?" },
		{ "pan", "411111111111111?" }, { "vat_eu", "DE13669597?" },
		{ "vat_eu", "ATU1022300?" }, { "vat_eu", "IT0607596001?" },
		{ "cas", "7732-18-?" } };

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		assert_int_equal(right_last_digits(samples[i][0],
				     samples[i][1]),
		    1);
}

static void
trade_units_are_checked_at_the_length_of_their_type(void **state)
{
	(void)state;
	assert_normal("gtin13", "690-1234 567892", "6901234567892");
	assert_error("gtin14", "6901234567892", "length");
	assert_error("gtin8", "9638507A4", "charset");
	assert_error("gtin12", "036.000291452", "charset");
	assert_normal("sscc", "(00) 1 0614141 000415234 9",
	    "106141410004152349");
	assert_error("sscc", "1061414100041523490", "length");
	assert_error("sscc", "0010614141000415234A", "charset");
}

static void
tariff_codes_exist_down_to_the_subheading(void **state)
{
	(void)state;
	assert_normal("hs", "8517.13.00-90", "8517130090");
	assert_string_equal(fixture_detail("heading"), "8517");
	assert_error("hs", "980000", "component");
	assert_error("hs", "000000", "component");
	assert_error("hs", "010100", "component");
	assert_error("hs", "8517130", "length");
	assert_error("hs", "851713/", "charset");
}

static void
postal_items_have_a_country_that_iso_3166_knows(void **state)
{
	(void)state;
	assert_normal("s10", "rr 473 124 829 cn", "RR473124829CN");
	assert_error("s10", "RR47312482ACN", "format");
	assert_error("s10", "RR4731248290N", "format");
	assert_error("s10", "RR473124829UK", "component");
	assert_error("s10", "RR473124829C", "length");
	assert_error("s10", "RR473124829C<", "charset");
	assert_valid("s10", "RR000000005CN"); /* 11 becomes 5 */
	assert_valid("s10", "RR700000000CN"); /* 10 becomes 0 */
}

static void
containers_have_an_owner_and_a_category(void **state)
{
	(void)state;
	assert_normal("iso6346", "tcnu 720079-4", "TCNU7200794");
	assert_string_equal(fixture_detail("owner"), "TCN");
	assert_error("iso6346", "CSQ13054383", "format");
	assert_error("iso6346", "CSQU305438A", "format");
	assert_error("iso6346", "CSQX3054383", "component");
}

static void
equipment_identities_of_sixteen_digits_have_no_check(void **state)
{
	(void)state;
	assert_normal("imei", "35-209900-176148-23", "3520990017614823");
	assert_string_equal(fixture_detail("kind"), "imeisv");
	assert_normal("imei", "35/209900/176148/1", "352099001761481");
	assert_error("imei", "35209900176148A", "charset");
}

static void
chemicals_keep_their_hyphens(void **state)
{
	(void)state;
	assert_normal("cas", " 7732-18-5\n", "7732-18-5");
	assert_valid("cas", "12040295-03-0" + 1);
	assert_error("cas", "12040295-03-0", "format");
	assert_error("cas", "7-18-5", "format");
	assert_error("cas", "7732-185", "format");
	assert_error("cas", "-", "format");
	assert_error("cas", "77-2-18-5", "format");
	assert_error("cas", "7732 18 5", "charset");
}

static void
codes_are_trimmed_only(void **state)
{
	(void)state;
	assert_normal("currency", " xau ", "XAU");
	assert_string_equal(fixture_result.details[1].name, "minor_unit");
	assert_int_equal(fixture_result.details[1].kind, IDENTIFIER_NULL);
	assert_normal("currency", "bhd", "BHD");
	assert_int_equal(fixture_result.details[1].number, 3);
	assert_error("currency", "C N Y", "charset");
	assert_error("currency", "CNYY", "length");
	assert_error("currency", "AAA", "component");
	assert_error("currency", "ZZZ", "component");
	assert_normal("country", "\tcn\n", "CN");
	assert_error("country", "EU", "component");
	assert_error("country", "C-N", "charset");
	assert_error("country", "CHN", "length");
}

static void
telephone_numbers_begin_with_a_plus_and_a_calling_code(void **state)
{
	(void)state;
	assert_normal("e164", "+86 (571) 8888-8888", "+8657188888888");
	assert_normal("e164", "+86 10 6552.9988", "+861065529988");
	assert_normal("e164", "+7 495 1234567", "+74951234567");
	assert_string_equal(fixture_detail("country_code"), "7");
	assert_valid("e164", "+3581234");
	assert_error("e164", "+", "length");
	assert_error("e164", "-", "format");
	assert_error("e164", "00", "length");
	assert_error("e164", "+123456", "length");
	assert_error("e164", "+86+38001380", "format");
	assert_error("e164", "+8613800138x", "charset");
	assert_error("e164", "+861280013800", "format");
	assert_error("e164", "+861065529", "format");
	assert_error("e164", "+11125552368", "format");
	assert_error("e164", "+12121552368", "format");
	assert_error("e164", "+1212555236", "format");
	assert_error("e164", "+2101234567", "component");
	assert_error("e164", "0131234567", "format");
}

#define NAMES "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<"
#define FIGURES "C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4"

static void
passports_have_two_lines(void **state)
{
	(void)state;
	assert_normal("mrz_td3",
	    "  p<d<<mustermann<<erika<<<<<<<<<<<<<<<<<<<<<< \r\n\t" FIGURES
	    "\n",
	    NAMES "\n" FIGURES);
	assert_string_equal(fixture_detail("issuer"), "D");
	assert_string_equal(fixture_detail("nationality"), "D");
	assert_string_equal(fixture_detail("surname"), "MUSTERMANN");
	assert_string_equal(fixture_detail("given"), "ERIKA");
	assert_error("mrz_td3", NAMES FIGURES, "format");
	assert_error("mrz_td3", NAMES "\n\n" FIGURES, "format");
	assert_error("mrz_td3", NAMES "\n" FIGURES "\n" FIGURES, "format");
	assert_error("mrz_td3", NAMES "<\n" FIGURES, "length");
	assert_error("mrz_td3", NAMES "\n<" FIGURES, "length");
	assert_error("mrz_td3", NAMES "\n" FIGURES "-", "charset");
	assert_error("mrz_td3", "V" NAMES "\n" FIGURES, "length");
}

static void
passports_name_each_field_that_was_misread(void **state)
{
	(void)state;
	assert_error("mrz_td3",
	    NAMES "\nC01X00T470D<<6408120F2702280<<<<<<<<<<<<<<19", "checksum");
	assert_int_equal(fixture_result.field_count, 5);
	assert_string_equal(fixture_result.fields[0], "document_number");
	assert_string_equal(fixture_result.fields[1], "birth_date");
	assert_string_equal(fixture_result.fields[2], "expiry_date");
	assert_string_equal(fixture_result.fields[3], "optional");
	assert_string_equal(fixture_result.fields[4], "composite");
	assert_normal("mrz_td3",
	    NAMES "\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<04",
	    NAMES "\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<04");
	assert_int_equal(fixture_result.field_count, 0);
}

static void
passports_without_a_given_name_have_an_empty_one(void **state)
{
	(void)state;
	assert_string_equal(
	    fixture_error("mrz_td3",
		"P<IDNSUHARTO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n" FIGURES),
	    "");
	assert_string_equal(fixture_detail("surname"), "SUHARTO");
	assert_string_equal(fixture_detail("given"), "");
	assert_string_equal(
	    fixture_error("mrz_td3",
		"P<UTOABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM\n" FIGURES),
	    "");
	assert_string_equal(fixture_detail("surname"),
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM");
}

static void
bytes_outside_ascii_are_never_accepted(void **state)
{
	static const char *const values[] = { "１２３４５６７８",
		"\xe2\x80\x8f"
		"96385074",
		"96385074\xe2\x80\x8e", "\xed\xa0\x80", "\xff\xfe",
		"\xc2\xa0"
		"CN",
		"\x7f", "\x01",
		"\xef\xbb\xbf"
		"CNY" };
	const char *name;

	(void)state;
	for (size_t i = 0; (name = identifier_scheme_name(i)) != NULL; i++) {
		bool lines = strcmp(name, "mrz_td3") == 0;

		for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++)
			assert_error(name, values[v],
			    lines ? "format" : "charset");
		identifier_check(fixture_data(), name, strlen(name),
		    "96\0\n385074", 10, &fixture_result);
		assert_int_equal(fixture_result.error, IDENTIFIER_CHARSET);
	}
	identifier_check(fixture_data(), "gtin8", 5, "96385074\0", 9,
	    &fixture_result);
	assert_int_equal(fixture_result.error, IDENTIFIER_CHARSET);
}

static void
a_megabyte_is_read_and_refused(void **state)
{
	static const char fillers[] = "1A<-+ .(/\n";
	static const char gtin[8] = { '9', '6', '3', '8', '5', '0', '7', '4' };
	size_t size = (size_t)1 << 20;
	char *value = malloc(size);
	const char *name;

	(void)state;
	assert_non_null(value);
	for (size_t f = 0; fillers[f] != '\0'; f++) {
		memset(value, fillers[f], size);
		for (size_t i = 0; (name = identifier_scheme_name(i)) != NULL;
		     i++) {
			identifier_check(fixture_data(), name, strlen(name),
			    value, size, &fixture_result);
			assert_false(fixture_result.valid);
			assert_int_equal(fixture_result.detail_count, 0);
			if (fillers[f] == ' ' || fillers[f] == '\n')
				assert_int_equal(fixture_result.error,
				    IDENTIFIER_EMPTY);
		}
	}
	memset(value, '1', size);
	value[size - 1] = 'x';
	identifier_check(fixture_data(), "gtin8", 5, value, size,
	    &fixture_result);
	assert_int_equal(fixture_result.error, IDENTIFIER_CHARSET);
	memset(value, ' ', size);
	memcpy(value + size / 2, gtin, sizeof(gtin));
	identifier_check(fixture_data(), "gtin8", 5, value, size,
	    &fixture_result);
	assert_true(fixture_result.valid);
	free(value);
}

/* Each in memory of just its size, so that a sanitizer sees one byte more. */
static void
each_beginning_of_each_golden_value_is_survived(void **state)
{
	size_t length, tried = 0;
	char *text = fixture_read("tests/data/golden/identifiers.csv", &length);
	char *field[6];
	const char *name;

	(void)state;
	while (fixture_row(&text, field, 6) == 6) {
		for (size_t n = 1; n <= strlen(field[1]); n++) {
			char *value = malloc(n);

			assert_non_null(value);
			memcpy(value, field[1], n);
			for (size_t i = 0;
			     (name = identifier_scheme_name(i)) != NULL; i++) {
				identifier_check(fixture_data(), name,
				    strlen(name), value, n, &fixture_result);
				assert_int_equal(fixture_result.valid,
				    fixture_result.normalized_length > 0);
				tried++;
			}
			free(value);
		}
	}
	assert_true(tried > 50000);
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
		cmocka_unit_test(
		    unknown_types_are_refused_before_the_value_is_read),
		cmocka_unit_test(
		    missing_and_blank_values_are_empty_in_each_scheme),
		cmocka_unit_test(
		    credit_codes_hold_department_division_and_check),
		cmocka_unit_test(
		    credit_codes_with_an_odd_organisation_code_stay_valid),
		cmocka_unit_test(
		    resident_numbers_need_a_province_and_a_day_that_was),
		cmocka_unit_test(
		    provinces_are_those_of_gb_2260_and_the_permits),
		cmocka_unit_test(one_last_digit_of_ten_is_right),
		cmocka_unit_test(
		    trade_units_are_checked_at_the_length_of_their_type),
		cmocka_unit_test(tariff_codes_exist_down_to_the_subheading),
		cmocka_unit_test(
		    postal_items_have_a_country_that_iso_3166_knows),
		cmocka_unit_test(containers_have_an_owner_and_a_category),
		cmocka_unit_test(
		    equipment_identities_of_sixteen_digits_have_no_check),
		cmocka_unit_test(chemicals_keep_their_hyphens),
		cmocka_unit_test(codes_are_trimmed_only),
		cmocka_unit_test(
		    telephone_numbers_begin_with_a_plus_and_a_calling_code),
		cmocka_unit_test(passports_have_two_lines),
		cmocka_unit_test(passports_name_each_field_that_was_misread),
		cmocka_unit_test(
		    passports_without_a_given_name_have_an_empty_one),
		cmocka_unit_test(bytes_outside_ascii_are_never_accepted),
		cmocka_unit_test(a_megabyte_is_read_and_refused),
		cmocka_unit_test(
		    each_beginning_of_each_golden_value_is_survived),
	};

	return cmocka_run_group_tests_name("identifier", tests, NULL, teardown);
}
