/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include "modules/logistics/rate.h"
#include "modules/logistics/weight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct surcharge extras[] = { { "remote", 3500 }, { "battery", 800 } };

static const struct tariff usual = { .first_minor = 5200,
	.step_minor = 1800,
	.first_g = 500,
	.step_g = 500,
	.max_g = 30000,
	.fuel_bp = 1275,
	.insurance_bp = 50,
	.insurance_min_minor = 100,
	.surcharges = extras,
	.n_surcharges = 2 };

static struct price price;

static fault
rated(const struct tariff *t, int64_t grams, int64_t declared)
{
	static const struct asked none = { NULL, 0 };

	return rate(t, grams, declared, &none, &logistics_memory, &price);
}

static void
decimals_are_exact_or_refused(void **state)
{
	static const struct {
		const char *text;
		int places;
		bool is_one;
		int64_t units;
	} cases[] = {
		{ "12.50", 2, true, 1250 },
		{ "-0.01", 2, true, -1 },
		{ "7", 2, true, 700 },
		{ "1.230", 2, true, 123 },
		{ "1.231", 2, false, 0 },
		{ "9223372036854775807", 0, true, INT64_MAX },
		{ "9223372036854775808", 0, false, 0 },
		{ "92233720368547758.08", 2, false, 0 },
		{ "", 2, false, 0 },
		{ "-", 2, false, 0 },
		{ ".5", 2, false, 0 },
		{ "5.", 2, false, 0 },
		{ "1e3", 2, false, 0 },
		{ "+1", 2, false, 0 },
		{ " 1", 2, false, 0 },
		{ "1.2.3", 2, false, 0 },
		{ "1,2", 2, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t units = 0;

		assert_int_equal(decimal_read(cases[i].text,
				     strlen(cases[i].text), cases[i].places,
				     &units),
		    cases[i].is_one);
		if (cases[i].is_one)
			assert_int_equal(units, cases[i].units);
	}
}

static void
halves_are_rounded_away_from_zero(void **state)
{
	(void)state;
	assert_true(wide_divide(5, 2) == 3);
	assert_true(wide_divide(-5, 2) == -3);
	assert_true(wide_divide(4, 3) == 1);
	assert_true(wide_divide(5, 3) == 2);
	assert_true(wide_divide(0, 7) == 0);
	assert_true(wide_step(0, 500) == 0);
	assert_true(wide_step(1, 500) == 500);
	assert_true(wide_step(500, 500) == 500);
}

static void
steps_are_begun_not_shared(void **state)
{
	(void)state;
	assert_null(rated(&usual, 500, 0));
	assert_int_equal(price.freight, 5200);
	assert_int_equal(price.fuel, 663);
	assert_int_equal(price.total, 5863);
	assert_null(rated(&usual, 501, 0));
	assert_int_equal(price.freight, 7000);
	assert_null(rated(&usual, 1000, 0));
	assert_int_equal(price.freight, 7000);
	assert_null(rated(&usual, 1001, 0));
	assert_int_equal(price.freight, 8800);
	assert_null(rated(&usual, 30000, 0));
	assert_string_equal(rated(&usual, 30001, 0), "overweight");
	assert_string_equal(rated(&usual, -1, 0), "bad_weight");
}

static void
insurance_has_a_floor_and_a_reason(void **state)
{
	(void)state;
	assert_null(rated(&usual, 1, 0));
	assert_int_equal(price.insurance, 0);
	assert_null(rated(&usual, 1, 1));
	assert_int_equal(price.insurance, 100);
	assert_null(rated(&usual, 1, 20100));
	assert_int_equal(price.insurance, 101); /* 100.5 */
	assert_null(rated(&usual, 1, -5));
	assert_int_equal(price.insurance, 0);
}

static void
surcharges_are_known_or_refused(void **state)
{
	const char *const good[] = { "battery", "remote" };
	const char *const bad[] = { "battery", "gift" };
	struct asked asked = { good, 2 };

	(void)state;
	assert_null(rate(&usual, 1, 0, &asked, &logistics_memory, &price));
	assert_int_equal(price.n_surcharges, 2);
	assert_string_equal(price.surcharges[0].id, "battery");
	assert_int_equal(price.total, 5863 + 4300);
	asked.ids = bad;
	assert_string_equal(rate(&usual, 1, 0, &asked, &logistics_memory,
				&price),
	    "unknown_surcharge");
	assert_string_equal(rate(&usual, 30001, 0, &asked, &logistics_memory,
				&price),
	    "overweight");
}

static void
no_sum_wraps_around(void **state)
{
	struct tariff t = usual;

	(void)state;
	t.max_g = INT64_MAX;
	t.step_minor = INT64_MAX;
	t.step_g = 1;
	assert_string_equal(rated(&t, INT64_MAX, 0), "bad_parameter");
	t = usual;
	t.insurance_bp = INT64_MAX;
	assert_string_equal(rated(&t, 1, INT64_MAX), "bad_parameter");
	t = usual;
	t.step_g = 0;
	assert_string_equal(rated(&t, 1, 0), "bad_parameter");
	t = usual;
	t.first_minor = -1;
	assert_string_equal(rated(&t, 1, 0), "bad_parameter");
}

static void
price_by_weight_is_rounded_once(void **state)
{
	const struct tariff t = { .per_kg_minor = 5800,
		.first_minor = 2200,
		.step_g = 1,
		.max_g = 2000,
		.first_g = 2000 };

	(void)state;
	assert_null(rated(&t, 333, 0));
	assert_int_equal(price.freight, 2200 + 1931); /* 1931.4 */
}

static void
large_parcels_are_told(void **state)
{
	const int64_t box[] = { 400, 600, 300 }, two[] = { 1, 2 };
	const int64_t huge[] = { INT64_MAX, INT64_MAX, INT64_MAX };
	struct weighing how = { 5000, 500, 0, WEIGH_DOUBLE };
	struct chargeable c;
	struct girth g;

	(void)state;
	assert_null(girth(box, 3, 600, 2000, &g));
	assert_int_equal(g.length_plus_girth_mm, 2000);
	assert_false(g.is_too_long || g.is_too_thick);
	assert_null(girth(box, 3, 599, 1999, &g));
	assert_true(g.is_too_long && g.is_too_thick);
	assert_string_equal(girth(two, 2, 1, 1, &g), "bad_dimensions");
	assert_string_equal(girth(huge, 3, 1, 1, &g), "bad_dimensions");
	assert_string_equal(weigh(huge, 3, 1, &how, &c), "bad_dimensions");
	/* 14.4 kg by volume: counted only beyond twice the actual weight */
	assert_null(weigh(box, 3, 7200, &how, &c));
	assert_false(c.is_volumetric);
	assert_int_equal(c.chargeable_g, 7500);
	assert_null(weigh(box, 3, 7199, &how, &c));
	assert_true(c.is_volumetric);
	assert_int_equal(c.chargeable_g, 14500);
	how.mode = WEIGH_MAX;
	assert_null(weigh(box, 3, 14400, &how, &c));
	assert_false(c.is_volumetric);
	how.min_g = 20001;
	assert_null(weigh(box, 3, 1, &how, &c));
	assert_int_equal(c.chargeable_g, 20500);
	assert_string_equal(weigh(box, 3, 0, &how, &c), "bad_weight");
	how.divisor = 0;
	assert_string_equal(weigh(box, 3, 1, &how, &c), "bad_parameter");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_are_exact_or_refused),
		cmocka_unit_test(halves_are_rounded_away_from_zero),
		cmocka_unit_test(steps_are_begun_not_shared),
		cmocka_unit_test(insurance_has_a_floor_and_a_reason),
		cmocka_unit_test(surcharges_are_known_or_refused),
		cmocka_unit_test(no_sum_wraps_around),
		cmocka_unit_test(price_by_weight_is_rounded_once),
		cmocka_unit_test(large_parcels_are_told),
	};

	return cmocka_run_group_tests_name("rate", tests, NULL, logistics_free);
}
