/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/screening_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef DATA
#define DATA "modules/compliance/data"
#endif

static struct bed bed;

static struct match_result
match(const char *a, const char *b, const char *schema)
{
	struct match_result r;

	pool_reset(bed.pool);
	bed_match(&bed, a, b, schema, &r);
	return r;
}

#define IS(a, b, schema, d) \
	assert_int_equal(match(a, b, schema).decision, MATCH_##d)

static void
order_and_typing_errors_do_not_hide_a_person(void **state)
{
	(void)state;
	assert_true(
	    match("PUTIN, Vladimir", "Vladimir Putin", "Person").score >= 1.0f);
	IS("Vladimr Putin", "Vladimir Putin", "Person", MATCH);
	IS("AlisherUsmanov", "Alisher Usmanov", "Person", MATCH);
}

static void
a_different_family_name_is_another_person(void **state)
{
	(void)state;
	IS("Viktor Vekselberg", "Boris Vekselberg", "Person", CLEAR);
	IS("Ahmad al-Raymi", "Ahmad al-Hamzi", "Person", CLEAR);
}

static void
numbers_decide_between_funds_and_ships(void **state)
{
	(void)state;
	IS("Harbour Fund 1", "Harbour Fund 1", "Company", MATCH);
	IS("Harbour Fund 1", "Harbour Fund 2", "Company", CLEAR);
	IS("Snow Storm 1", "Snow Storm 2", "Vessel", CLEAR);
}

static void
another_legal_form_asks_for_review(void **state)
{
	(void)state;
	IS("Nordwind Werke AG", "Nordwind Werke GmbH", "Company", REVIEW);
	IS("Nordwind Werke Ltd", "Nordwind Werke Limited", "Company", MATCH);
}

static void
short_names_and_initials_are_understood(void **state)
{
	(void)state;
	IS("Ted Doe", "Theodore Doe", "Person", MATCH);
	IS("J. Robert Miller", "James Robert Miller", "Person", MATCH);
}

static void
shares_of_features_add_up_to_the_score(void **state)
{
	static const char *const pairs[][2] = {
		{ "Muhammad bin Salman", "Mohammed Salman al Saud" },
		{ "Eric A. Wendt", "Josh A. Wendt" },
		{ "Sergejs Lavrovs", "Sergey Viktorovich LAVROV" },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct match_result r = match(pairs[i][0], pairs[i][1],
		    "Person");
		float sum = 0;

		for (k = 0; k < r.feature_count; k++)
			sum += r.features[k].score;
		assert_true(sum - r.score < 0.0001f && r.score - sum < 0.0001f);
		assert_true(r.feature_count > 0);
	}
}

static struct match_result
with_births(const char *a, const char *b)
{
	struct name na[NAME_READINGS], nb[NAME_READINGS];
	struct birth_date da, db;
	struct party p = { .type = PARTY_INDIVIDUAL,
		.names = na,
		.births = &da,
		.birth_count = 1 };
	struct party q = { .type = PARTY_INDIVIDUAL,
		.names = nb,
		.births = &db,
		.birth_count = 1 };
	struct match_result r;

	p.name_count = name_read(&bed.reader, "Ann Bee", 7, VIEW_PERSON,
	    &bed.memory, na);
	q.name_count = name_read(&bed.reader, "Ann Bee", 7, VIEW_PERSON,
	    &bed.memory, nb);
	assert_true(birth_date_read(a, strlen(a), &da));
	assert_true(birth_date_read(b, strlen(b), &db));
	match_parties(&match_defaults, &p, &q, &bed.memory, &r);
	return r;
}

static void
a_birth_date_lowers_only_when_it_contradicts(void **state)
{
	(void)state;
	assert_true(with_births("1960-01-31", "31 Jan 1960").score >= 1.0f);
	assert_true(with_births("1960", "circa 1961").score >= 1.0f);
	assert_true(with_births("1960-03-04", "1960-04-03").score >= 1.0f);
	assert_true(with_births("1960", "1961").score < 1.0f);
	assert_true(with_births("1960", "1975").score <
	    with_births("1960", "1961").score);
}

static void
impossible_dates_are_none(void **state)
{
	struct birth_date d;

	(void)state;
	assert_false(birth_date_read("soon", 4, &d));
	assert_false(birth_date_read("", 0, &d));
	assert_false(birth_date_read("12", 2, &d));
}

static void
an_equal_identifier_decides_alone(void **state)
{
	struct identifier a = { "bic", "COBADEFF" }, b = { "bic", "" };
	struct party p = { .identifiers = &a, .identifier_count = 1 };
	struct party q = { .identifiers = &b, .identifier_count = 1 };
	struct match_result r;
	char value[32];

	(void)state;
	identifier_normalise("cobadeff-xxx", 12, value, sizeof(value));
	b.value = value;
	match_parties(&match_defaults, &p, &q, &bed.memory, &r);
	assert_int_equal(r.decision, MATCH_MATCH);
	assert_string_equal(r.features[0].name, "identifier");
}

static int
open_bed(void **state)
{
	(void)state;
	bed_open(&bed, DATA);
	return 0;
}

static int
close_bed(void **state)
{
	(void)state;
	bed_close(&bed);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_and_typing_errors_do_not_hide_a_person),
		cmocka_unit_test(a_different_family_name_is_another_person),
		cmocka_unit_test(numbers_decide_between_funds_and_ships),
		cmocka_unit_test(another_legal_form_asks_for_review),
		cmocka_unit_test(short_names_and_initials_are_understood),
		cmocka_unit_test(shares_of_features_add_up_to_the_score),
		cmocka_unit_test(a_birth_date_lowers_only_when_it_contradicts),
		cmocka_unit_test(impossible_dates_are_none),
		cmocka_unit_test(an_equal_identifier_decides_alone),
	};

	return cmocka_run_group_tests_name("match", tests, open_bed, close_bed);
}
