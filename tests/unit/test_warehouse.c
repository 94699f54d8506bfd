/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include "modules/logistics/warehouse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
	SKUS = 3
};

static struct stock stocks[SKUS];

static void
empty(void)
{
	static const char *const names[SKUS] = { "B", "A", "B" };

	memset(stocks, 0, sizeof stocks);
	for (size_t i = 0; i < SKUS; i++) {
		stocks[i].sku = names[i];
		stocks[i].place = i;
	}
	stock_sort(stocks, SKUS);
}

static fault
apply(const char *op, const char *sku, int64_t qty)
{
	const struct stock_operation o = { op, sku, qty, false };

	return stock_apply(stocks, SKUS, &o);
}

static void
refusals_come_in_order(void **state)
{
	(void)state;
	empty();
	assert_string_equal(apply("teleport", "Z", 0), "unknown_sku");
	assert_string_equal(apply("teleport", "A", 0), "bad_qty");
	assert_string_equal(apply("teleport", "A", 1), "unknown_op");
	assert_string_equal(apply("count", "A", -1), "bad_qty");
	assert_null(apply("count", "A", 0));
	assert_string_equal(apply("asn", "", 1), "unknown_sku");
}

static void
more_may_come_than_was_announced(void **state)
{
	const struct stock_operation over = { "receive", "A", 7, true };

	(void)state;
	empty();
	assert_null(apply("asn", "A", 5));
	assert_string_equal(apply("receive", "A", 6), "over_receipt");
	assert_null(stock_apply(stocks, SKUS, &over));
	assert_int_equal(stocks[0].cells[CELL_ASN], 0);
	assert_int_equal(stocks[0].cells[CELL_RECEIVED], 7);
}

static void
no_cell_wraps_around(void **state)
{
	(void)state;
	empty();
	assert_null(apply("asn", "A", INT64_MAX));
	assert_string_equal(apply("asn", "A", 1), "bad_qty");
	assert_null(apply("count", "A", INT64_MAX));
	assert_null(apply("receive", "A", 1));
	assert_string_equal(apply("putaway", "A", 1), "bad_qty");
	assert_int_equal(stocks[0].cells[CELL_RECEIVED], 1);
}

/* Whatever is done, no cell is below 0, a refusal changes nothing, and what
 * only moves adds up to as much as before. */
static void
goods_are_neither_made_nor_lost(void **state)
{
	static const char *const ops[] = { "putaway", "qc_fail", "reserve",
		"release", "pick", "ship", "unpick", "damage", "return",
		"restock", "scrap", "dispose", "asn", "receive" };
	uint32_t seed = 20261124;
	int refused = 0;

	(void)state;
	empty();
	for (int i = 0; i < 20000; i++) {
		struct stock before = stocks[0];
		int64_t sum = 0;
		size_t op;
		fault f;

		seed = seed * 1664525 + 1013904223;
		op = (seed >> 8) % 14;
		f = apply(ops[op], "A", 1 + (seed >> 20) % 20);
		for (int k = 0; k < CELLS; k++) {
			assert_true(stocks[0].cells[k] >= 0);
			sum += stocks[0].cells[k] - before.cells[k];
		}
		if (f != NULL) {
			assert_memory_equal(&before, &stocks[0], sizeof before);
			refused++;
		} else if (op < 11 || op == 13) {
			assert_int_equal(sum, 0);
		}
	}
	assert_in_range(refused, 1000, 19000);
}

static void
shares_are_rounded_half_up(void **state)
{
	int64_t h;

	(void)state;
	assert_true(kpi_percent(1, 8, &h));
	assert_int_equal(h, 1250);
	assert_true(kpi_percent(1, 16000, &h)); /* 0.00625 % */
	assert_int_equal(h, 1);
	assert_true(kpi_percent(1, 20001, &h)); /* 0.0049998 % */
	assert_int_equal(h, 0);
	assert_true(kpi_percent(1, 20000, &h)); /* 0.005 % */
	assert_int_equal(h, 1);
	assert_false(kpi_percent(0, 0, &h));
	assert_false(kpi_percent(INT64_MAX, 1, &h));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_come_in_order),
		cmocka_unit_test(more_may_come_than_was_announced),
		cmocka_unit_test(no_cell_wraps_around),
		cmocka_unit_test(goods_are_neither_made_nor_lost),
		cmocka_unit_test(shares_are_rounded_half_up),
	};

	return cmocka_run_group_tests_name("warehouse", tests, NULL, NULL);
}
