/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include "modules/logistics/carrier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct carrier_tables tables;
static struct track_tables posts;

static int
load(void **state)
{
	struct csv c;

	(void)state;
	logistics_table("tracking_states.csv", &c);
	assert_null(track_read_states(&posts, &c));
	logistics_table("tracking_events.csv", &c);
	assert_null(track_read_codes(&posts, &c));
	logistics_table("carriers.csv", &c);
	assert_null(carriers_read(&tables, &c));
	logistics_table("exception_reasons.csv", &c);
	assert_null(reasons_read(&tables, &c));
	logistics_table("carrier_codes.csv", &c);
	assert_null(codes_read(&tables, &c));
	logistics_table("carrier_words.csv", &c);
	assert_null(words_read(&tables, &c));
	return 0;
}

static struct normal_event
normal(const char *carrier, const char *code, const char *description)
{
	const struct carrier_event event = { carrier, code, description };
	struct normal_event out;

	event_normalise(&tables, &posts, &event, &logistics_memory, &out);
	return out;
}

static bool
is_status(const char *status)
{
	static const char *const all[] = { "pending", "picked_up", "in_transit",
		"out_for_delivery", "ready_for_pickup", "delivered", "on_hold",
		"delivery_delayed", "delivery_failed", "return_to_sender",
		"cancelled", "unknown" };

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (strcmp(status, all[i]) == 0)
			return true;
	return false;
}

static bool
is_reason(const char *reason)
{
	for (size_t i = 0; i < tables.n_reasons; i++)
		if (strcmp(tables.reasons[i].reason, reason) == 0)
			return true;
	return *reason == '\0';
}

static void
tables_use_known_words_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < tables.n_codes; i++) {
		assert_true(is_status(tables.codes[i].status));
		assert_true(is_reason(tables.codes[i].reason));
		if (strcmp(tables.codes[i].carrier, "*") != 0)
			assert_non_null(carrier_find(&tables,
			    tables.codes[i].carrier, &logistics_memory));
	}
	for (size_t i = 0; i < tables.n_words; i++) {
		assert_true(is_status(tables.words[i].status));
		assert_true(is_reason(tables.words[i].reason));
	}
	for (size_t i = 0; i < tables.n_reasons; i++)
		assert_true(is_status(tables.reasons[i].status));
}

/* A phrase behind a shorter one that is part of it would never be found. */
static void
no_phrase_stands_in_the_shadow_of_another(void **state)
{
	(void)state;
	for (size_t i = 0; i < tables.n_words; i++) {
		const struct carrier_word *w = &tables.words[i];
		struct normal_event e = normal("nobody", "Q0Q", w->phrase);

		assert_string_equal(e.status, w->status);
	}
}

static void
a_carrier_has_many_spellings(void **state)
{
	static const char *const names[] = { "canadapost", "Canada Post",
		"CANADA_POST", "canada-post" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_string_equal(
		    carrier_find(&tables, names[i], &logistics_memory)->id,
		    "canadapost");
	assert_null(carrier_find(&tables, "post ca", &logistics_memory));
	assert_null(carrier_find(&tables, "", &logistics_memory));
}

static void
zeros_before_a_number_say_nothing(void **state)
{
	(void)state;
	assert_string_equal(normal("hermes", "0", NULL).status, "pending");
	assert_string_equal(normal("hermes", "0000", NULL).status, "pending");
	assert_string_equal(normal("canadapost", "00174", NULL).status,
	    "out_for_delivery");
}

static void
the_carrier_comes_before_the_words(void **state)
{
	struct normal_event e = normal("ups", "F4", "not delivered");

	(void)state;
	assert_string_equal(e.status, "delivered");
	assert_string_equal(e.by, "carrier_code");
	e = normal("ups", "Q9Q", "not delivered");
	assert_string_equal(e.status, "delivery_failed");
	assert_string_equal(e.by, "description");
	e = normal("gen", "DAMAGED", NULL);
	assert_string_equal(e.state->name, "EXCEPTION_DAMAGED");
	e = normal("ups", "emi", NULL);
	assert_string_equal(e.status, "unknown");
	e = normal("bpost", "emi", NULL);
	assert_string_equal(e.by, "postal_code");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_use_known_words_only),
		cmocka_unit_test(no_phrase_stands_in_the_shadow_of_another),
		cmocka_unit_test(a_carrier_has_many_spellings),
		cmocka_unit_test(zeros_before_a_number_say_nothing),
		cmocka_unit_test(the_carrier_comes_before_the_words),
	};

	return cmocka_run_group_tests_name("carrier", tests, load,
	    logistics_free);
}
