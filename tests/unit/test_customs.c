/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include "modules/logistics/customs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct customs_tables tables;
static struct number_tables numbers;
static struct customs_error errors[200];

static int
load(void **state)
{
	struct csv c;

	(void)state;
	logistics_table("customs_regimes.csv", &c);
	assert_null(regimes_read(&tables, &c));
	logistics_table("customs_fields.csv", &c);
	assert_null(fields_read(&tables, &c));
	logistics_table("hs6_codes.csv", &c);
	assert_null(hs6_read(&tables, &c));
	logistics_table("countries.csv", &c);
	assert_null(countries_read(&numbers, &c));
	return 0;
}

static struct customs_run
run_of(const char *regime, const char *direction, const char *on)
{
	struct customs_run run = { .tables = &tables,
		.countries = &numbers,
		.on = on,
		.errors = errors,
		.room = sizeof errors / sizeof errors[0] };

	assert_null(regime_find(&tables, regime, direction, on, &run.regime));
	return run;
}

static const char *
error_of(const struct customs_run *run, const char *field)
{
	for (size_t i = 0; i < run->n_errors; i++)
		if (strcmp(run->errors[i].field, field) == 0)
			return run->errors[i].code;
	return "";
}

/* The error of one header element of that value in a 9610 import. */
static const char *
judged(const char *field, const char *value)
{
	static struct customs_run run;
	const struct element elements[] = { { field, value, false },
		{ "buyerIdType", "1", false } };
	const struct declaration d = { { elements, 2 }, NULL, 0 };

	run = run_of("9610", "import", NULL);
	customs_check(&run, &d);
	return error_of(&run, field);
}

static void
regimes_are_found_by_code_direction_and_day(void **state)
{
	const struct customs_regime *r;

	(void)state;
	assert_null(regime_find(&tables, "9810", NULL, NULL, &r));
	assert_string_equal(r->direction, "export");
	assert_string_equal(regime_find(&tables, "9610", NULL, NULL, &r),
	    "bad_direction");
	assert_string_equal(regime_find(&tables, "9810", "import", NULL, &r),
	    "bad_direction");
	assert_string_equal(regime_find(&tables, "96", NULL, NULL, &r),
	    "unknown_regime");
	assert_string_equal(regime_find(&tables, "9810", NULL, "2020-06-30",
				&r),
	    "not_in_force");
	assert_null(regime_find(&tables, "9810", NULL, "2020-07-01", &r));
}

static void
a_filing_is_asked_for_while_it_was_due(void **state)
{
	const struct declaration d = { { NULL, 0 }, NULL, 0 };
	struct customs_run run = run_of("9810", NULL, "2024-12-14");

	(void)state;
	customs_check(&run, &d);
	assert_string_equal(error_of(&run, "warehouseFilingNo"), "missing");
	run = run_of("9810", NULL, "2024-12-15");
	customs_check(&run, &d);
	assert_string_equal(error_of(&run, "warehouseFilingNo"), "");
	assert_string_equal(error_of(&run, "warehouseName"), "missing");
	run = run_of("9810", NULL, NULL);
	customs_check(&run, &d);
	assert_string_equal(error_of(&run, "warehouseFilingNo"), "");
}

static void
values_are_of_their_type(void **state)
{
	static const struct {
		const char *field, *value, *code;
	} cases[] = {
		{ "ieDate", "2024-02-29", "" },
		{ "ieDate", "20240229", "" },
		{ "ieDate", "2023-02-29", "date" },
		{ "ieDate", "2026-13-01", "date" },
		{ "ieDate", "2026/01/01", "date" },
		{ "country", "CN", "" },
		{ "country", "142", "" },
		{ "country", "XX", "country" },
		{ "currency", "CNY", "" },
		{ "currency", "142", "" },
		{ "currency", "yuan", "currency" },
		{ "packNo", "3", "" },
		{ "packNo", "0", "positive" },
		{ "packNo", "1.5", "number" },
		{ "grossWeight", "0", "positive" },
		{ "grossWeight", "0.00001", "" },
		{ "grossWeight", "-1", "number" },
		{ "freight", "0", "" },
		{ "freight", "ten", "number" },
		{ "buyerIdNumber", "11010519491231002X", "" },
		{ "buyerIdNumber", "11010519491231002x", "" },
		{ "buyerIdNumber", "110105194912310021", "id" },
		{ "buyerIdNumber", "1101051949123100X2", "id" },
		{ "ebpCode", "x", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(judged(cases[i].field, cases[i].value),
		    cases[i].code);
}

static void
goods_have_codes_that_there_are(void **state)
{
	static const struct {
		const char *direction, *hs, *code;
	} cases[] = {
		{ "export", "6109", "" },
		{ "export", "610910", "" },
		{ "export", "9999", "unknown_hs_code" },
		{ "export", "610", "hs_code" },
		{ "export", "61091", "hs_code" },
		{ "import", "6109100010", "" },
		{ "import", "610910", "hs_code" },
		{ "import", "6109990000", "unknown_hs_code" },
		{ "import", "61091000AB", "hs_code" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct element e = { "hsCode", cases[i].hs, false };
		const struct declared item = { &e, 1 };
		const struct declaration d = { { NULL, 0 }, &item, 1 };
		struct customs_run run = run_of("9610", cases[i].direction,
		    NULL);

		customs_check(&run, &d);
		assert_string_equal(error_of(&run, "hsCode"), cases[i].code);
	}
}

static void
figures_fit_together(void **state)
{
	const struct element header[] = { { "netWeight", "2.1", false },
		{ "grossWeight", "2", false } };
	const struct element close[] = { { "qty", "3", false },
		{ "price", "0.335", false }, { "totalPrice", "1.01", false } };
	const struct element off[] = { { "qty", "3", false },
		{ "price", "0.335", false }, { "totalPrice", "1.02", false } };
	const struct declared items[] = { { close, 3 }, { off, 3 } };
	const struct declaration d = { { header, 2 }, items, 2 };
	struct customs_run run = run_of("9610", "export", NULL);

	(void)state;
	customs_check(&run, &d);
	assert_string_equal(error_of(&run, "netWeight"), "net_above_gross");
	assert_string_equal(error_of(&run, "totalPrice"), "total_mismatch");
	assert_int_equal(run.errors[run.n_errors - 1].item, 1);
	assert_string_equal(run.errors[run.n_errors - 2].field, "netWeight");
}

static void
conditions_hold_for_those_that_meet_them(void **state)
{
	const struct element gift[] = { { "category", "gift", false } };
	const struct element sale[] = { { "category", "sale", false },
		{ "licence", "true", false } };
	const struct declared item = { NULL, 0 };
	struct declaration d = { { gift, 1 }, &item, 1 };
	struct customs_run run = run_of("CN23", NULL, NULL);

	(void)state;
	customs_check(&run, &d);
	assert_string_equal(error_of(&run, "hsCode"), "");
	assert_string_equal(error_of(&run, "licenceNo"), "");
	d.header = (struct declared){ sale, 2 };
	run = run_of("CN23", NULL, NULL);
	customs_check(&run, &d);
	assert_string_equal(error_of(&run, "hsCode"), "missing");
	assert_string_equal(error_of(&run, "licenceNo"), "missing");
}

static void
more_errors_than_room_are_said_to_be(void **state)
{
	const struct declaration d = { { NULL, 0 }, NULL, 0 };
	struct customs_run run = run_of("9610", "import", NULL);

	(void)state;
	run.room = 3;
	customs_check(&run, &d);
	assert_true(run.is_cut);
	assert_int_equal(run.n_errors, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regimes_are_found_by_code_direction_and_day),
		cmocka_unit_test(a_filing_is_asked_for_while_it_was_due),
		cmocka_unit_test(values_are_of_their_type),
		cmocka_unit_test(goods_have_codes_that_there_are),
		cmocka_unit_test(figures_fit_together),
		cmocka_unit_test(conditions_hold_for_those_that_meet_them),
		cmocka_unit_test(more_errors_than_room_are_said_to_be),
	};

	return cmocka_run_group_tests_name("customs", tests, load,
	    logistics_free);
}
