/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/identifier_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
accounts_fit_the_registry_of_their_country(void **state)
{
	(void)state;
	assert_normal("iban", "de89 3704-0044 0532 0130 00",
	    "DE89370400440532013000");
	assert_error("iban", "DE8", "length");
	assert_error("iban", "US64SVBKUS6S3300958879", "component");
	assert_error("iban", "1289370400440532013000", "component");
	assert_error("iban", "DE8937040044053201300", "length");
	assert_error("iban", "DEA9370400440532013000", "format");
	assert_error("iban", "NL91123404171643000", "length");
	assert_error("iban", "NL91ABN10417164300", "format");
	assert_error("iban", "NL91ABNAO417164300", "format");
	assert_error("iban", "DE89.370400440532013000", "charset");
	assert_error("iban", "DE893704004405320130003704004405320", "length");
}

static void
banks_have_four_letters_and_a_country(void **state)
{
	(void)state;
	assert_normal("bic", " NCBV XK PR ", "NCBVXKPR");
	assert_string_equal(fixture_detail("branch"), "XXX");
	assert_error("bic", "DEU1DEFF", "format");
	assert_error("bic", "DEUT12FF", "component");
	assert_error("bic", "DEUTUKFF", "component");
	assert_error("bic", "DEUTDEFF5", "length");
	assert_error("bic", "DEUT-DEFF", "charset");
}

static void
entities_end_in_two_check_digits(void **state)
{
	(void)state;
	assert_normal("lei", "5493 001kjtiigc8y1r12", "5493001KJTIIGC8Y1R12");
	assert_error("lei", "5493-001KJTIIGC8Y1R12", "charset");
	assert_error("lei", "5493001KJTIIGC8Y1R1A", "format");
	assert_error("lei", "5493001KJTIIGC8Y1R121", "length");
}

static void
cards_are_named_by_their_range_and_its_lengths(void **state)
{
	static const char *const cards[][2] = { { "378282246310005", "amex" },
		{ "30569309025904", "diners" }, { "36227206271667", "diners" },
		{ "3530111333300000", "jcb" }, { "4222222222222", "visa" },
		{ "5555555555554444", "mastercard" },
		{ "2720992593319364", "mastercard" },
		{ "8171999927660000", "unionpay" },
		{ "6011000990139424", "discover" },
		{ "6445644564456445", "discover" },
		{ "5019717010103742", "unknown" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		assert_valid("pan", cards[i][0]);
		assert_string_equal(fixture_detail("brand"), cards[i][1]);
	}
	assert_error("pan", "3782822463100050", "length");
	assert_error("pan", "41111111111111", "length");
	assert_error("pan", "41111111111", "length");
	assert_error("pan", "5555555555554445", "checksum");
}

static void
traders_belong_to_a_member_state_or_to_britain(void **state)
{
	(void)state;
	assert_valid("eori", "GR1");
	assert_valid("eori", "XI123456789000");
	assert_valid("eori", "GB123456789000000");
	assert_valid("eori", "DE123456789012345");
	assert_error("eori", "CH1234567", "component");
	assert_error("eori", "EL123456789", "component");
	assert_error("eori", "DE", "length");
	assert_error("eori", "DE1234567890123456", "length");
	assert_error("eori", "GB12345678900A", "format");
	assert_error("eori", "XI1234567890000", "length");
	assert_error("eori", "DE-1234567", "charset");
}

static void
vat_numbers_of_each_member_with_a_check_are_checked(void **state)
{
	static const char *const pairs[][2] = { { "ATU13585627",
						    "ATU13585626" },
		{ "BE0428759497", "BE0428759498" },
		{ "DE136695976", "DE136695967" },
		{ "DK13585628", "DK13585629" },
		{ "EL094259216", "EL094259217" },
		{ "ES54362315K", "ES54362315L" },
		{ "ESX2482300W", "ESY2482300W" },
		{ "ESK5436231C", "ESK5436231B" },
		{ "ESJ99216582", "ESJ99216583" },
		{ "FI20774740", "FI20774741" },
		{ "FR40303265045", "FR41303265045" },
		{ "FRK7399859412", "FRK7399859413" },
		{ "HU12892312", "HU12892313" }, { "IE6433435F", "IE6433435E" },
		{ "IE6433435OA", "IE6433435OB" },
		{ "IT00743110157", "IT00743110158" },
		{ "LU15027442", "LU15027443" },
		{ "NL004495445B01", "NL004495446B01" },
		{ "NL123456789B13", "NL123456789B14" },
		{ "PL8567346215", "PL8567346216" },
		{ "PT501964843", "PT501964842" },
		{ "SE123456789701", "SE123456789101" } };

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		assert_valid("vat_eu", pairs[i][0]);
		assert_memory_equal(fixture_detail("country"), pairs[i][0], 2);
		assert_error("vat_eu", pairs[i][1], "checksum");
	}
}

static void
vat_numbers_test_prefix_then_length_then_shape(void **state)
{
	(void)state;
	assert_normal("vat_eu", "gr 094.259-216", "EL094259216");
	assert_string_equal(fixture_detail("country"), "EL");
	assert_error("vat_eu", "GB980780684", "component");
	assert_error("vat_eu", "XI980780684", "component");
	assert_error("vat_eu", "D", "component");
	assert_error("vat_eu", "DE", "length");
	assert_error("vat_eu", "DE1366959766", "length");
	assert_error("vat_eu", "DE036695976", "format");
	assert_error("vat_eu", "DK03585628", "format");
	assert_error("vat_eu", "PT001964843", "format");
	assert_error("vat_eu", "BE2428759497", "format");
	assert_error("vat_eu", "AT113585627", "format");
	assert_error("vat_eu", "IE6433435X", "format");
	assert_error("vat_eu", "IE6433435OJ", "format");
	assert_error("vat_eu", "ES123456789", "format");
	assert_error("vat_eu", "ESI58378431", "format");
	assert_error("vat_eu", "NL004495445A01", "format");
	assert_error("vat_eu", "SE123456789702", "format");
	assert_error("vat_eu", "DE136695976/", "charset");
}

static void
vat_numbers_of_other_members_are_tested_for_shape(void **state)
{
	(void)state;
	assert_valid("vat_eu", "CY10259033P");
	assert_valid("vat_eu", "RO18547290");
	assert_valid("vat_eu", "LT119511515");
	assert_error("vat_eu", "CY102590334", "format");
	assert_error("vat_eu", "HR3339200596", "length");
	assert_error("vat_eu", "RO1", "length");
}

static void
vat_numbers_hold_what_their_check_does_not_see(void **state)
{
	(void)state;
	assert_error("vat_eu", "IT00000000000", "checksum");
	assert_error("vat_eu", "IT12345672000", "checksum");
	assert_error("vat_eu", "NL000000000B01", "checksum");
	assert_error("vat_eu", "NL004495445B00", "checksum");
	assert_valid("vat_eu", "ESB58378431");
	assert_error("vat_eu", "ESB5837843A", "checksum");
	assert_error("vat_eu", "ESQ58378431", "checksum");
	assert_valid("vat_eu", "ESQ5837843A");
	assert_valid("vat_eu", "ESJ9921658B");
}

static void
british_numbers_are_of_three_kinds(void **state)
{
	(void)state;
	assert_normal("vat_gb", "980.7806-84", "GB980780684");
	assert_normal("vat_gb", "xi980780684", "XI980780684");
	assert_normal("vat_gb", "GD001", "GBGD001");
	assert_normal("vat_gb", "GBHA999", "GBHA999");
	assert_error("vat_gb", "GBHA499", "component");
	assert_error("vat_gb", "GBGD50", "length");
	assert_error("vat_gb", "GBGD5O0", "charset");
	assert_error("vat_gb", "GB", "length");
	assert_error("vat_gb", "DE136695976", "charset");
	assert_error("vat_gb", "GB434031494A01", "charset");
	assert_error("vat_gb", "GB434031495001", "checksum");
}

static void
employer_numbers_are_written_with_a_hyphen(void **state)
{
	(void)state;
	assert_normal("us_ein", "123456789", "12-3456789");
	assert_normal("us_ein", " 1-2 34567-89", "12-3456789");
	assert_error("us_ein", "17-1234567", "component");
	assert_error("us_ein", "1234567890", "length");
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
		cmocka_unit_test(accounts_fit_the_registry_of_their_country),
		cmocka_unit_test(banks_have_four_letters_and_a_country),
		cmocka_unit_test(entities_end_in_two_check_digits),
		cmocka_unit_test(
		    cards_are_named_by_their_range_and_its_lengths),
		cmocka_unit_test(
		    traders_belong_to_a_member_state_or_to_britain),
		cmocka_unit_test(
		    vat_numbers_of_each_member_with_a_check_are_checked),
		cmocka_unit_test(
		    vat_numbers_test_prefix_then_length_then_shape),
		cmocka_unit_test(
		    vat_numbers_of_other_members_are_tested_for_shape),
		cmocka_unit_test(
		    vat_numbers_hold_what_their_check_does_not_see),
		cmocka_unit_test(british_numbers_are_of_three_kinds),
		cmocka_unit_test(employer_numbers_are_written_with_a_hyphen),
	};

	return cmocka_run_group_tests_name("identifier accounts and taxpayers",
	    tests, NULL, teardown);
}
