/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include "modules/logistics/big.h"
#include "modules/logistics/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const everywhere[] = { "US", "DE" };
static const int64_t usual[CRITERIA] = { 40, 30, 20, 10 };
static struct match m;

static struct route
route(const char *id, int64_t cost, int64_t days, int64_t on_time, int64_t co2)
{
	return (struct route){ .id = id,
		.countries = everywhere,
		.n_countries = 2,
		.max_g = 1000,
		.cost_minor = cost,
		.days_max = days,
		.on_time = on_time,
		.co2_g = co2,
		.is_active = true };
}

static void
match(const struct route *routes, size_t n, const int64_t weights[CRITERIA])
{
	const struct shipment any = { .to = "US",
		.weight_g = 1000,
		.deadline_days = -1 };

	assert_null(
	    match_routes(&any, routes, n, weights, &logistics_memory, &m));
}

static void
every_reason_is_told(void **state)
{
	const struct shipment s = { "JP", 1001, 4, true, true, true };
	struct route r = route("r", 1, 5, 1, 1);

	(void)state;
	r.is_active = false;
	assert_null(match_routes(&s, &r, 1, usual, &logistics_memory, &m));
	assert_int_equal(m.n, 0);
	assert_int_equal(m.reasons[0], (1u << REJECTIONS) - 1);
}

static void
limits_are_inclusive(void **state)
{
	const struct shipment s = { "US", 1000, 5, false, false, false };
	struct route r = route("r", 1, 5, 1, 1);

	(void)state;
	assert_null(match_routes(&s, &r, 1, usual, &logistics_memory, &m));
	assert_int_equal(m.n, 1);
	assert_int_equal(m.scores[0], 10000);
}

static void
ties_go_to_the_cheaper_then_to_the_id(void **state)
{
	const struct route routes[] = { route("b", 10, 1, 0, 0),
		route("a", 10, 1, 0, 0), route("c", 5, 2, 0, 0) };
	const int64_t none_of_time[CRITERIA] = { 0, 0, 1, 1 };

	(void)state;
	match(routes, 3, none_of_time);
	assert_int_equal(m.scores[0], 10000);
	assert_int_equal(m.order[0], 2);
	assert_int_equal(m.order[1], 1);
	assert_int_equal(m.order[2], 0);
}

static void
halves_of_a_hundredth_go_up(void **state)
{
	/* the middle one is 1/20000 of the way: 0.005 points */
	const struct route routes[] = { route("a", 0, 1, 0, 0),
		route("b", 19999, 1, 0, 0), route("c", 20000, 1, 0, 0),
		route("d", 20001, 1, 0, 0) };
	const int64_t cost_only[CRITERIA] = { 1, 0, 0, 0 };

	(void)state;
	match(routes, 3, cost_only);
	assert_int_equal(m.scores[1], 1);
	match(routes, 4, cost_only);
	assert_int_equal(m.scores[2], 0);
	assert_int_equal(m.scores[1], 1);
}

static void
the_largest_amounts_are_exact(void **state)
{
	const struct route routes[] = {
		route("a", 0, 0, INT64_MAX, 0),
		route("b", INT64_MAX, INT64_MAX, 0, INT64_MAX),
		route("c", INT64_MAX / 2, INT64_MAX / 2, INT64_MAX / 2,
		    INT64_MAX / 2),
	};
	const int64_t large[CRITERIA] = { INT64_MAX / 4, INT64_MAX / 4,
		INT64_MAX / 4, INT64_MAX / 4 };

	(void)state;
	match(routes, 3, large);
	assert_int_equal(m.scores[0], 10000);
	assert_int_equal(m.scores[1], 0);
	assert_int_equal(m.scores[2], 5000);
	assert_int_equal(match_points(&m, &routes[0], large, BY_TIME), 2500);
}

static void
weights_are_shares_of_something(void **state)
{
	const struct route r = route("r", 1, 1, 1, 1);
	const struct shipment s = { "US", 1, -1, false, false, false };
	const int64_t none[CRITERIA] = { 0, 0, 0, 0 };
	const int64_t negative[CRITERIA] = { 2, -1, 0, 0 };

	(void)state;
	assert_string_equal(match_routes(&s, &r, 1, none, &logistics_memory,
				&m),
	    "bad_weights");
	assert_string_equal(match_routes(&s, &r, 1, negative, &logistics_memory,
				&m),
	    "bad_weights");
}

static void
big_numbers_carry(void **state)
{
	struct big x = big_from(UINT64_MAX), y;

	(void)state;
	y = big_multiply(&x, UINT64_MAX); /* 2^128 - 2^65 + 1 */
	assert_int_equal(y.words[0], 1);
	assert_int_equal(y.words[1], 0);
	assert_int_equal(y.words[2], 0xfffffffe);
	assert_int_equal(y.words[3], 0xffffffff);
	assert_int_equal(y.words[4], 0);
	y = big_add(&x, &x);
	assert_int_equal(y.words[0], 0xfffffffe);
	assert_int_equal(y.words[2], 1);
	assert_int_equal(big_compare(&y, &x), 1);
	assert_int_equal(big_compare(&x, &y), -1);
	assert_int_equal(big_compare(&x, &x), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_is_told),
		cmocka_unit_test(limits_are_inclusive),
		cmocka_unit_test(ties_go_to_the_cheaper_then_to_the_id),
		cmocka_unit_test(halves_of_a_hundredth_go_up),
		cmocka_unit_test(the_largest_amounts_are_exact),
		cmocka_unit_test(weights_are_shares_of_something),
		cmocka_unit_test(big_numbers_carry),
	};

	return cmocka_run_group_tests_name("routes", tests, NULL,
	    logistics_free);
}
