/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "modules/payment/decimal.h"
#include "modules/payment/split.h"
#include "tests/unit/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static fault
convert(const char *text, unsigned units, enum rounding rounding, int64_t *out)
{
	struct decimal d;
	fault f;

	decimal_init(&d);
	f = decimal_read(&d, text, strlen(text));
	if (f == NULL)
		f = decimal_to_minor(&d, units, rounding, out);
	decimal_fini(&d);
	return f;
}

/* The seven ways, on both sides of zero and at the half. */
static void
each_rounding(void **state)
{
	static const struct {
		const char *text;
		int64_t want[7]; /* by enum rounding; INT64_MIN: refused */
	} rows[] = {
		{ "2.5", { INT64_MIN, 3, 2, 2, 3, 3, 2 } },
		{ "3.5", { INT64_MIN, 4, 4, 3, 4, 4, 3 } },
		{ "-2.5", { INT64_MIN, -3, -2, -2, -3, -2, -3 } },
		{ "2.4", { INT64_MIN, 2, 2, 2, 3, 3, 2 } },
		{ "-2.6", { INT64_MIN, -3, -3, -2, -3, -2, -3 } },
		{ "2.0", { 2, 2, 2, 2, 2, 2, 2 } },
		{ "-0.5", { INT64_MIN, -1, 0, 0, -1, 0, -1 } },
		{ "0.5000000001", { INT64_MIN, 1, 1, 0, 1, 1, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int r = 0; r < 7; r++) {
			int64_t got = INT64_MIN;
			fault f = convert(rows[i].text, 0, (enum rounding)r,
			    &got);

			if (rows[i].want[r] == INT64_MIN)
				assert_string_equal(f, "too_many_decimals");
			else
				assert_null(f);
			if (f == NULL && got != rows[i].want[r])
				fail_msg("%s by %d: %" PRId64, rows[i].text, r,
				    got);
		}
}

static void
texts_that_are_none(void **state)
{
	static const char *const bad[] = { "", "-", ".", "1.", ".5", "01",
		"1e3", "+1", " 1", "1 ", "1,000", "1.2.3", "--1", "0x1", "NaN",
		"\xef\xbc\x91",
		"10000000000000000000000000000000000000000000000000000000000000"
		"000" };
	int64_t out;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_string_equal(convert(bad[i], 2, ROUND_EXACT, &out),
		    "bad_decimal");
	assert_string_equal(convert("92233720368547758.08", 2, ROUND_EXACT,
				&out),
	    "amount_out_of_range");
	assert_null(convert("-92233720368547758.08", 2, ROUND_EXACT, &out));
	assert_true(out == INT64_MIN);
	assert_null(convert("1.230", 2, ROUND_EXACT, &out));
	assert_int_equal(out, 123);
}

/* What is written is read as the same again. */
static void
there_and_back(void **state)
{
	uint32_t seed = suite_seed();

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = (uint64_t)suite_random(&seed) << 32;
		unsigned units = suite_random(&seed) % 5;
		int64_t minor, back;
		struct decimal d;
		char text[64];

		bits |= suite_random(&seed);
		minor = (int64_t)(bits >> suite_random(&seed) % 64);
		if (suite_random(&seed) % 2 == 0 && minor != INT64_MIN)
			minor = -minor;
		decimal_init(&d);
		decimal_from_minor(&d, minor, units);
		assert_true(decimal_write(&d, false, text, sizeof text));
		decimal_fini(&d);
		if (convert(text, units, ROUND_EXACT, &back) != NULL ||
		    back != minor)
			fail_msg("%" PRId64 " with %u: %s", minor, units, text);
	}
}

static void
short_texts_lose_zeros_only(void **state)
{
	static const char *const rows[][2] = { { "7.1640", "7.164" },
		{ "100", "100" }, { "1.000", "1" }, { "0.050", "0.05" },
		{ "-0.10", "-0.1" }, { "0.0", "0" } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct decimal d;
		char text[32];

		decimal_init(&d);
		assert_null(decimal_read(&d, rows[i][0], strlen(rows[i][0])));
		assert_true(decimal_write(&d, true, text, sizeof text));
		assert_string_equal(text, rows[i][1]);
		decimal_fini(&d);
	}
}

/* Nothing is lost or made, nobody is more than one unit off his share. */
static void
splits_add_up(void **state)
{
	uint32_t seed = suite_seed();

	(void)state;
	for (int i = 0; i < 5000; i++) {
		size_t n_fees = suite_random(&seed) % 3;
		size_t n = 1 + suite_random(&seed) % 9;
		int64_t total = 1 + suite_random(&seed), sum = 0, weights = 0;
		struct fee fees[3];
		struct share shares[9];
		int64_t rest;

		for (size_t k = 0; k < n_fees; k++)
			fees[k] = (struct fee){ suite_random(&seed) % 100,
				suite_random(&seed) % 1000, 0, INT64_MAX, 0 };
		for (size_t k = 0; k < n; k++) {
			shares[k].weight = suite_random(&seed) % 1000;
			weights += shares[k].weight;
		}
		if (split_amount(total, fees, n_fees, shares, n) != NULL)
			continue;
		rest = total;
		for (size_t k = 0; k < n_fees; k++)
			rest -= fees[k].minor;
		for (size_t k = 0; k < n; k++) {
			__extension__ __int128 off = (__int128)shares[k].minor *
				weights -
			    (__int128)rest * shares[k].weight;

			assert_true(off > -(__int128)weights &&
			    off < (__int128)weights);
			sum += shares[k].minor;
		}
		assert_true(sum == rest);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rounding),
		cmocka_unit_test(texts_that_are_none),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(short_texts_lose_zeros_only),
		cmocka_unit_test(splits_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
