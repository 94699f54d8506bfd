/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include "modules/logistics/parcel_number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct number_tables tables;

static int
load(void **state)
{
	struct csv c;

	(void)state;
	logistics_table("countries.csv", &c);
	assert_null(countries_read(&tables, &c));
	logistics_table("tracking_formats.csv", &c);
	assert_null(formats_read(&tables, &c));
	return 0;
}

static bool
is_valid(const char *carrier, const char *text)
{
	struct number_guess guesses[16];
	char number[NUMBER_MAX + 1];
	size_t n;

	assert_true(number_clean(text, number));
	n = number_guess(&tables, number, guesses, 16);
	for (size_t i = 0; i < n; i++)
		if (strcmp(guesses[i].format->carrier, carrier) == 0 &&
		    guesses[i].is_valid)
			return true;
	return false;
}

/* Each number with one digit changed is refused, by rules that promise it:
 * MOD 10 with the weights 1 and 2 does not. */
static void
wrong_digits_are_found(void **state)
{
	static const struct {
		const char *carrier, *number;
		size_t from, to;
	} cases[] = {
		{ "s10", "RB123456771GB", 2, 11 },
		{ "old_dominion", "07209562763", 1, 11 },
		{ "usps", "9405803699300124287899", 2, 22 },
		{ "dhl_express", "3821724944", 9, 10 },
		{ "gs1", "000123450000000027", 2, 18 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char number[NUMBER_MAX + 1];

		assert_true(is_valid(cases[i].carrier, cases[i].number));
		memcpy(number, cases[i].number, strlen(cases[i].number) + 1);
		for (size_t at = cases[i].from; at < cases[i].to; at++)
			for (char d = '0'; d <= '9'; d++) {
				char was = number[at];

				number[at] = d;
				assert_int_equal(is_valid(cases[i].carrier,
						     number),
				    d == was);
				number[at] = was;
			}
	}
}

static void
remainders_of_s10_have_their_digits(void **state)
{
	(void)state;
	/* remainder 0 is 5, remainder 1 is 0 */
	assert_true(is_valid("s10", "RA000000005CN"));
	assert_true(is_valid("s10", "RA000000080CN"));
	assert_false(is_valid("s10", "RA000000080XX"));
}

static void
letters_count_in_their_alphabet(void **state)
{
	(void)state;
	assert_true(is_valid("dpd", "0998 0000 0200 34D"));
	assert_false(is_valid("dpd", "0998 0000 0200 34E"));
	assert_true(is_valid("ontrac", "C11121552953069"));
	assert_false(is_valid("ontrac", "D11121552953069"));
}

static void
shapes_must_fit_to_the_end(void **state)
{
	(void)state;
	assert_true(is_valid("yunexpress", "YT2229521272164447"));
	assert_false(is_valid("yunexpress", "YT22295212721644470"));
	assert_false(is_valid("yunexpress", "YT222952127216444A"));
	assert_true(is_valid("4px", "4PX3000291278888CN"));
	assert_false(is_valid("4px", "4PX3000291278888US"));
	assert_true(is_valid("dhl_ecommerce", "GM9E44608A27984866BA2D"));
	assert_false(is_valid("dhl_ecommerce", "GM123456789"));
}

static void
numbers_are_letters_and_digits(void **state)
{
	char number[NUMBER_MAX + 1], text[NUMBER_MAX + 2];

	(void)state;
	assert_true(number_clean(" rb-12 ", number));
	assert_string_equal(number, "RB12");
	assert_false(number_clean("", number));
	assert_false(number_clean(" - ", number));
	assert_false(number_clean("A_B", number));
	assert_false(number_clean("\303\244", number));
	memset(text, '1', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_false(number_clean(text, number));
	text[NUMBER_MAX] = '\0';
	assert_true(number_clean(text, number));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_digits_are_found),
		cmocka_unit_test(remainders_of_s10_have_their_digits),
		cmocka_unit_test(letters_count_in_their_alphabet),
		cmocka_unit_test(shapes_must_fit_to_the_end),
		cmocka_unit_test(numbers_are_letters_and_digits),
	};

	return cmocka_run_group_tests_name("parcel_number", tests, load,
	    logistics_free);
}
