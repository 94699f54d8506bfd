/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include "modules/logistics/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NEEDED "service,countries,currency,max_g,days_max"

static struct sheet sheet;
static struct plans plans;
static const int64_t box[] = { 100, 100, 100 }; /* 200 g by 5000 */
static const int64_t usual[CRITERIA] = { 40, 30, 20, 10 };

static void
read_text(const char *csv)
{
	sheet_read(csv, strlen(csv), &logistics_memory, &sheet);
	for (size_t i = 0; i < sheet.n_rows; i++)
		sheet.rows[i].sheet = "s";
}

static struct plan_request
request(const struct parcel *parcels, size_t n)
{
	return (struct plan_request){ .to = "US",
		.parcels = parcels,
		.n_parcels = n,
		.deadline_days = -1 };
}

static fault
make(const struct plan_request *q)
{
	return plans_make(q, sheet.rows, sheet.n_rows, usual, &logistics_memory,
	    &plans);
}

static void
faults_are_told_by_line_and_column(void **state)
{
	static const struct {
		const char *row, *column, *code;
	} cases[] = {
		{ ",US,CNY,1,1,,,", "service", "missing" },
		{ "=a,US,CNY,1,1,,,", "service", "formula" },
		{ "+a,US,CNY,1,1,,,", "service", "formula" },
		{ "a,,CNY,1,1,,,", "countries", "missing" },
		{ "a,USA,CNY,1,1,,,", "countries", "country" },
		{ "a,us,CNY,1,1,,,", "countries", "country" },
		{ "a,US,yuan,1,1,,,", "currency", "currency" },
		{ "a,US,CNY,,1,,,", "max_g", "missing" },
		{ "a,US,CNY,0,1,,,", "max_g", "number" },
		{ "a,US,CNY,1.5,1,,,", "max_g", "number" },
		{ "a,US,CNY,1,-1,,,", "days_max", "number" },
		{ "a,US,CNY,1,1,maybe,,", "battery", "yes_no" },
		{ "a,US,CNY,1,1,,2026-13-01,", "valid_from", "date" },
		{ "a,US,CNY,1,1,,,x", "surcharge:far", "number" },
		{ "a,US,CNY,1,1,,", "", "cells" },
		{ "a,US,CNY,1,1,\"no,,", "", "bad_quote" },
	};

	char csv[400];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		(void)stpcpy(stpcpy(stpcpy(csv,
					NEEDED ",battery,valid_from,"
					       "surcharge:far\n"),
				 cases[i].row),
		    "\n");
		read_text(csv);
		assert_int_equal(sheet.n_rows, 0);
		assert_int_equal(sheet.n_errors, 1);
		assert_int_equal(sheet.errors[0].line, 2);
		assert_string_equal(sheet.errors[0].column, cases[i].column);
		assert_string_equal(sheet.errors[0].code, cases[i].code);
	}
}

static void
headers_are_known_once_and_complete(void **state)
{
	(void)state;
	read_text("service,price\n");
	assert_int_equal(sheet.n_errors, 5);
	assert_string_equal(sheet.errors[0].code, "unknown_column");
	assert_string_equal(sheet.errors[1].code, "missing");
	read_text(NEEDED ",zone,zone\n");
	assert_int_equal(sheet.n_errors, 1);
	assert_string_equal(sheet.errors[0].code, "column_twice");
	read_text("");
	assert_int_equal(sheet.n_errors, 5);
	sheet_read("a\0b", 3, &logistics_memory, &sheet);
	assert_string_equal(sheet.errors[0].code, "bad_byte");
}

static void
empty_cells_mean_the_usual(void **state)
{
	const struct sheet_row *r;

	(void)state;
	read_text(NEEDED ",divisor,mode,ddp,on_time_pct,surcharge:x\n"
			 "a,US DE|FR,CNY,1000,9,,double,yes,93.25,70\n");
	assert_int_equal(sheet.n_errors, 0);
	r = &sheet.rows[0];
	assert_int_equal(r->n_countries, 3);
	assert_string_equal(r->countries[2], "FR");
	assert_int_equal(r->weighing.divisor, 5000);
	assert_int_equal(r->weighing.mode, WEIGH_DOUBLE);
	assert_true(r->is_ddp && r->is_active && !r->takes_battery);
	assert_int_equal(r->on_time, INT64_C(93250000000));
	assert_int_equal(r->tariff.n_surcharges, 1);
	assert_string_equal(r->tariff.surcharges[0].id, "x");
	assert_int_equal(r->tariff.step_g, 1);
	assert_int_equal(r->from_g, -1);
}

static void
brackets_begin_above_and_end_at_their_weights(void **state)
{
	const struct parcel light = { box, 3, 500 }, heavy = { box, 3, 501 };
	struct plan_request q = request(&light, 1);

	(void)state;
	read_text(NEEDED ",from_g,first_g,first_minor\n"
			 "a,US,CNY,500,9,0,500,100\n"
			 "a,US,CNY,1000,9,500,1000,150\n");
	assert_null(make(&q));
	assert_int_equal(plans.n, 1);
	assert_int_equal(plans.all[0].reasons, 0);
	assert_int_equal(plans.all[0].price.total, 100);
	q.parcels = &heavy;
	assert_null(make(&q));
	assert_int_equal(plans.all[0].price.total, 150);
}

static void
the_nearest_postcode_counts_then_the_price(void **state)
{
	const struct parcel one = { box, 3, 500 };
	struct plan_request q = request(&one, 1);

	(void)state;
	read_text(NEEDED ",first_g,first_minor,postcodes,zone\n"
			 "a,US,CNY,500,9,500,100,,all\n"
			 "a,US,CNY,500,9,500,300,9,west\n"
			 "a,US,CNY,500,9,500,200,902 903,city\n"
			 "b,US,CNY,500,9,500,100,1,east\n");
	q.postcode = "90210";
	assert_null(make(&q));
	assert_int_equal(plans.n, 1);
	assert_string_equal(plans.all[0].row->zone, "city");
	q.postcode = "91000";
	assert_null(make(&q));
	assert_string_equal(plans.all[0].row->zone, "west");
	q.postcode = NULL;
	assert_null(make(&q));
	assert_string_equal(plans.all[0].row->zone, "all");
}

static void
parcels_add_up_and_the_value_counts_once(void **state)
{
	const struct parcel two[] = { { box, 3, 400 }, { box, 3, 600 } };
	struct plan_request q = request(two, 2);
	const char *const ids[] = { "x" };

	(void)state;
	read_text(NEEDED ",first_g,first_minor,insurance_bp,surcharge:x\n"
			 "a,US,CNY,1000,9,1000,100,100,7\n");
	q.declared_minor = 10000;
	q.surcharges = (struct asked){ ids, 1 };
	assert_null(make(&q));
	assert_int_equal(plans.all[0].chargeable_g, 1000);
	assert_int_equal(plans.all[0].price.freight, 200);
	assert_int_equal(plans.all[0].price.insurance, 100);
	assert_int_equal(plans.all[0].price.surcharges[0].minor, 14);
	assert_int_equal(plans.all[0].price.total, 314);
}

static void
each_objection_is_told(void **state)
{
	const struct parcel one = { box, 3, 900 };
	struct plan_request q = request(&one, 1);
	const char *const ids[] = { "x" };
	unsigned all = 1u << REJECT_WEIGHT | 1u << REJECT_BATTERY |
	    1u << REJECT_DG | 1u << REJECT_DEADLINE | 1u << REJECT_DDP |
	    1u << REJECT_INACTIVE | 1u << PLAN_CURRENCY | 1u << PLAN_SIZE |
	    1u << PLAN_DATE;

	(void)state;
	read_text(NEEDED ",status,max_length_mm,valid_to\n"
			 "a,US,CNY,500,9,paused,99,2026-01-01\n"
			 "b,DE,CNY,1000,9,,,\n"
			 "c,US,CNY,1000,1,,,2026-11-24\n");
	q.currency = "EUR";
	q.on = "2026-11-24";
	q.deadline_days = 8;
	q.has_battery = q.is_dg = q.wants_ddp = true;
	assert_null(make(&q));
	assert_int_equal(plans.all[0].reasons, all);
	assert_true((plans.all[1].reasons >> REJECT_COUNTRY & 1) != 0);
	q = request(&one, 1);
	q.on = "2026-11-24";
	q.surcharges = (struct asked){ ids, 1 };
	assert_null(make(&q));
	assert_int_equal(plans.all[2].reasons, 1u << PLAN_SURCHARGE);
	q.surcharges.n = 0;
	assert_null(make(&q));
	assert_int_equal(plans.all[2].reasons, 0);
	assert_int_equal(plans.match.n, 1);
	q.on = "2026-11-25";
	assert_null(make(&q));
	assert_int_equal(plans.match.n, 0);
}

static void
costs_compare_in_one_currency(void **state)
{
	const struct parcel one = { box, 3, 500 };
	struct plan_request q = request(&one, 1);

	(void)state;
	read_text(NEEDED ",first_g,first_minor\n"
			 "a,US,CNY,500,9,500,100\n"
			 "b,US,EUR,500,9,500,1\n");
	assert_null(make(&q));
	assert_string_equal(plans.currency, "CNY");
	assert_int_equal(plans.match.n, 1);
	assert_int_equal(plans.all[1].reasons, 1u << PLAN_CURRENCY);
	q.currency = "EUR";
	assert_null(make(&q));
	assert_int_equal(plans.all[0].reasons, 1u << PLAN_CURRENCY);
	assert_int_equal(plans.all[1].reasons, 0);
}

static void
what_is_no_parcel_is_refused(void **state)
{
	const struct parcel flat = { box, 2, 1 }, light = { box, 3, 0 };
	struct plan_request q = request(&flat, 1);

	(void)state;
	read_text(NEEDED "\n");
	assert_string_equal(make(&q), "bad_dimensions");
	q.parcels = &light;
	assert_string_equal(make(&q), "bad_weight");
	q.n_parcels = 0;
	assert_string_equal(make(&q), "bad_parameter");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_are_told_by_line_and_column),
		cmocka_unit_test(headers_are_known_once_and_complete),
		cmocka_unit_test(empty_cells_mean_the_usual),
		cmocka_unit_test(brackets_begin_above_and_end_at_their_weights),
		cmocka_unit_test(the_nearest_postcode_counts_then_the_price),
		cmocka_unit_test(parcels_add_up_and_the_value_counts_once),
		cmocka_unit_test(each_objection_is_told),
		cmocka_unit_test(costs_compare_in_one_currency),
		cmocka_unit_test(what_is_no_parcel_is_refused),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, logistics_free);
}
