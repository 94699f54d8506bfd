/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "modules/compliance/tax_order.h"
#include "tests/unit/suite.h"

#include <string.h>

static struct law law;

static int
read_law(void **state)
{
	static const char numbers[] =
	    "name,effective_from,effective_to,value,source,certainty\n"
	    "cn_single_limit_fen,2016-04-08,2018-12-31,200000,x,certain\n"
	    "cn_single_limit_fen,2019-01-01,,500000,x,certain\n"
	    "cn_annual_limit_fen,2016-04-08,,2600000,x,certain\n"
	    "cn_composite_share,2016-04-08,,0.70,x,certain\n"
	    "us_de_minimis_cents,2016-03-10,,80000,x,certain\n"
	    "us_informal_cents,2000-01-01,,250000,x,certain\n";
	static const char us[] =
	    "rule_id,effective_from,effective_to,origins,suspended\n"
	    "OLD,2000-01-01,2025-08-28,*,no\n"
	    "CN,2025-05-02,2025-08-28,CN HK,yes\n";

	(void)state;
	return law_read(&law, numbers, strlen(numbers)) != NULL ||
	    law_read_us(&law, us, strlen(us)) != NULL;
}

static struct tax_line
line(int64_t price, int64_t qty)
{
	return (struct tax_line){ .price = price,
		.qty = qty,
		.duty_rate = "0.1",
		.consumption_rate = "0",
		.vat_rate = "0.13" };
}

/* The same order before and after the day on which a limit was raised. */
static void
law_holds_on_its_days(void **state)
{
	struct tax_line one[2] = { line(150000, 1), line(150000, 1) };
	struct tax_order o = { .day = "2018-12-31", .lines = one, .n = 2 };
	struct cn_answer a;

	(void)state;
	assert_null(tax_cn(&law, &o, 0, &a));
	assert_string_equal(a.reason, "single_limit_exceeded");
	o.day = "2019-01-01";
	assert_null(tax_cn(&law, &o, 0, &a));
	assert_null(a.reason);
	assert_string_equal(a.mode, "composite_70");
	o.day = "2016-04-07";
	assert_string_equal(tax_cn(&law, &o, 0, &a), "rule_not_in_force");
}

/* Nothing of the freight is lost or made; nobody gets more than one unit
 * beyond his share. */
static void
freight_is_divided_to_the_unit(void **state)
{
	uint32_t seed = suite_seed();

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct tax_line lines[8];
		struct tax_order o = { .lines = lines,
			.n = 1 + suite_random(&seed) % 8,
			.freight = suite_random(&seed) % 100000,
			.insurance = suite_random(&seed) % 1000 };
		int64_t total, sum = 0;

		for (size_t k = 0; k < o.n; k++)
			lines[k] = line(1 + suite_random(&seed) % 99999,
			    1 + suite_random(&seed) % 9);
		assert_null(order_goods(&o, "empty", &total));
		order_apportion(&o, total);
		for (size_t k = 0; k < o.n; k++) {
			int64_t share = lines[k].dutiable - lines[k].goods;
			int64_t whole = (o.freight + o.insurance) *
			    lines[k].goods / total;

			assert_true(share == whole || share == whole + 1);
			sum += share;
		}
		assert_true(sum == o.freight + o.insurance);
	}
}

static void
rates_are_decimals(void **state)
{
	static const char *const bad[] = { "", ".1", "1.", "-0.1", "1e-2",
		"0x1", "0.1 ", "1,3",
		"0.11111111111111111111111111111111111111111" };
	int64_t out;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_string_equal(tax_of(100, bad[i], &out), "bad_rate");
	assert_null(tax_of(5, "0.1", &out));
	assert_int_equal(out, 1); /* a half up */
	assert_null(tax_of(4, "0.1", &out));
	assert_int_equal(out, 0);
	assert_string_equal(tax_of(TAX_MOST, "99999", &out),
	    "amount_out_of_range");
}

static void
the_later_rule_comes_first(void **state)
{
	struct us_answer a;

	(void)state;
	assert_null(tax_us(&law, "2025-05-02", 100, "HK", "express", &a));
	assert_string_equal(a.rule_id, "CN");
	assert_string_equal(a.entry, "informal_11");
	assert_null(tax_us(&law, "2025-05-02", 100, "H", "express", &a));
	assert_string_equal(a.rule_id, "OLD");
	assert_string_equal(tax_us(&law, "2025-08-29", 100, "HK", "postal", &a),
	    "rule_not_in_force");
}

static void
amounts_beyond_reason(void **state)
{
	struct tax_line x = line(INT64_MAX, INT64_MAX);
	struct tax_order o = { .day = "2026-01-01", .lines = &x, .n = 1 };
	struct cn_answer a;

	(void)state;
	assert_string_equal(tax_cn(&law, &o, 0, &a), "bad_line");
	x = line(100, 1);
	o.freight = -1;
	assert_string_equal(tax_cn(&law, &o, 0, &a), "bad_line");
	o.freight = 0;
	x.consumption_rate = "1";
	assert_string_equal(tax_cn(&law, &o, 0, &a), "bad_rate");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(law_holds_on_its_days),
		cmocka_unit_test(freight_is_divided_to_the_unit),
		cmocka_unit_test(rates_are_decimals),
		cmocka_unit_test(the_later_rule_comes_first),
		cmocka_unit_test(amounts_beyond_reason),
	};

	return cmocka_run_group_tests(tests, read_law, NULL);
}
