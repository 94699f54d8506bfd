/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include "modules/logistics/track.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct track_tables tables;
static struct track t;

static int
load(void **state)
{
	struct csv c;

	(void)state;
	logistics_table("tracking_states.csv", &c);
	assert_null(track_read_states(&tables, &c));
	logistics_table("tracking_events.csv", &c);
	assert_null(track_read_codes(&tables, &c));
	return 0;
}

/* "EMA@0 EMC@5 ...", in this order of arrival; GEN codes are spelt GEN:X. */
static void
fold(const char *text)
{
	static struct track_event events[64];
	static char bytes[1024];
	size_t n = 0;
	char *save = NULL;

	memset(events, 0, sizeof events);
	(void)strncpy(bytes, text, sizeof bytes - 1);
	for (char *word = strtok_r(bytes, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		char *at = strchr(word, '@'), *colon = strchr(word, ':');

		*at++ = '\0';
		events[n].source = colon != NULL ? "GEN" : "UPU";
		events[n].code = colon != NULL ? colon + 1 : word;
		events[n].at = strtoll(at, NULL, 10);
		events[n].arrival = n;
		n++;
	}
	track_fold(&tables, events, n, &logistics_memory, &t);
}

static void
events_are_folded_by_time_not_arrival(void **state)
{
	(void)state;
	fold("EMI@90 EMA@10 EMG@50");
	assert_string_equal(t.state->name, "DELIVERED");
	assert_int_equal(t.n_anomalies, 0);
	assert_int_equal(t.first, 10);
	assert_int_equal(t.finished, 90);
	/* at one time the order of arrival counts */
	fold("EMC@10 EMA@10");
	assert_string_equal(t.state->name, "IN_TRANSIT");
	assert_int_equal(t.n_anomalies, 1);
	assert_string_equal(t.anomalies[0].problem, "backward");
}

static void
equal_ranks_are_accepted(void **state)
{
	(void)state;
	fold("EDG@1 EDH@2");
	assert_string_equal(t.state->name, "PICKUP_READY");
	assert_int_equal(t.n_anomalies, 0);
	fold("EMD@1 EMC@2");
	assert_string_equal(t.state->name, "IMPORT_HUB");
	assert_int_equal(t.n_anomalies, 1);
}

static void
exceptions_move_nothing(void **state)
{
	(void)state;
	fold("EDG@1 EMH@2 EMH@2 EMH@3");
	assert_string_equal(t.state->name, "OUT_FOR_DELIVERY");
	assert_int_equal(t.n_exceptions, 2);
	assert_int_equal(t.duplicates, 1);
	fold("EMI@1 EMH@2");
	assert_int_equal(t.n_exceptions, 0);
	assert_string_equal(t.anomalies[0].problem, "after_final");
}

static void
only_an_end_ends_the_way_back(void **state)
{
	(void)state;
	fold("EDG@1 GEN:RETURN_STARTED@2 EMC@3 EMG@4 EMH@5");
	assert_string_equal(t.state->name, "RETURNING");
	assert_int_equal(t.n_anomalies, 0);
	assert_int_equal(t.n_exceptions, 1);
	fold("EMA@1 EXX@2 GEN:RETURN_STARTED@3 GEN:RETURNED@9");
	assert_string_equal(t.state->name, "RETURNED");
	assert_int_equal(t.finished, 9);
}

static void
unknown_codes_are_set_aside(void **state)
{
	(void)state;
	fold("XYZ@5 EMA@1 XYZ@5 GEN:EMA@2 ABC@9");
	assert_int_equal(t.duplicates, 1);
	assert_int_equal(t.n_unknown, 3);
	assert_string_equal(t.unknown[0], "XYZ");
	assert_string_equal(t.unknown[1], "EMA");
	assert_string_equal(t.unknown[2], "ABC");
	assert_int_equal(t.last, 1);
	fold("XYZ@5");
	assert_false(t.has_events);
	assert_string_equal(t.state->name, "CREATED");
}

static void
each_code_has_its_state_and_status(void **state)
{
	static const char *const statuses[] = { "pending", "picked_up",
		"in_transit", "out_for_delivery", "ready_for_pickup",
		"delivered", "on_hold", "delivery_failed", "return_to_sender" };

	(void)state;
	assert_int_equal(tables.n_codes, 44);
	for (size_t i = 0; i < tables.n_states; i++) {
		const struct track_state *s = &tables.states[i];
		bool is_known = false;

		for (size_t k = 0; k < sizeof statuses / sizeof *statuses; k++)
			is_known |= strcmp(s->status, statuses[k]) == 0;
		assert_true(is_known);
		assert_int_equal(s->rank == TRACK_EXCEPTION,
		    strncmp(s->name, "EXCEPTION_", 10) == 0);
		assert_int_equal(s->is_final, s->rank == 100);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_folded_by_time_not_arrival),
		cmocka_unit_test(equal_ranks_are_accepted),
		cmocka_unit_test(exceptions_move_nothing),
		cmocka_unit_test(only_an_end_ends_the_way_back),
		cmocka_unit_test(unknown_codes_are_set_aside),
		cmocka_unit_test(each_code_has_its_state_and_status),
	};

	return cmocka_run_group_tests_name("track", tests, load,
	    logistics_free);
}
