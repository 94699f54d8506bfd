/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/base/json.h"

#include <math.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct ep_node *
parse(struct arena *a, const char *text)
{
	const struct ep_node *n = NULL;
	struct err err = { 0 };

	if (json_parse_copy(a, text, strlen(text), &n, &err) != EP_OK)
		fail_msg("%s: %s", text, err.text);
	return n;
}

static void
members_are_found_in_small_and_large_objects(void **state)
{
	struct arena *a = arena_new(4096);
	struct ep_node *o = node_new(a, EP_T_OBJECT);
	char name[16];
	int64_t i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof name, "n%d", (int)i);
		assert_null(node_get(o, name));
		(void)node_set_int(a, o, name, i);
		assert_int_equal(node_int(node_get(o, name), -1), i);
	}
	for (i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof name, "n%d", (int)i);
		assert_int_equal(node_int(node_get(o, name), -1), i);
		assert_string_equal(node_at(o, (uint32_t)i)->key, name);
	}
	assert_null(node_get(o, "n5000"));
	assert_null(node_at(o, 5000));
	(void)node_set_bool(a, o, "n17", true);
	assert_int_equal(o->count, 5000);
	assert_true(node_bool(node_get(o, "n17"), false));
	arena_free(&a);
}

static void
large_objects_take_linear_time(void **state)
{
	struct arena *a = arena_new(1 << 20);
	const struct ep_node *n = NULL;
	struct err err = { 0 };
	struct buf b = { 0 };
	int64_t start, i, sum = 0;

	(void)state;
	for (i = 0; i < 200000; i++)
		buf_format(&b, "%s\"k%d\":%d", i == 0 ? "{" : ",", (int)i,
		    (int)i);
	buf_byte(&b, '}');
	start = clock_monotonic_us();
	assert_int_equal(json_parse_copy(a, buf_data(&b), buf_length(&b), &n,
			     &err),
	    EP_OK);
	for (i = 0; i < 200000; i++) {
		char name[16];

		(void)snprintf(name, sizeof name, "k%d", (int)i);
		sum += node_int(node_get(n, name), 0);
	}
	assert_int_equal(sum, (int64_t)199999 * 100000);
	/* Quadratic work would be 2 × 10^10 comparisons. */
	assert_true(clock_monotonic_us() - start < INT64_C(10000000));
	buf_fini(&b);
	arena_free(&a);
}

static void
a_copied_container_does_not_see_later_changes(void **state)
{
	struct arena *a = arena_new(4096);
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	struct ep_node *o = node_new(a, EP_T_OBJECT);
	struct buf b = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		(void)node_set_int(a, o, "i", i);
		(void)node_append(a, list, o);
	}
	(void)node_set(a, o, "list", list);
	(void)node_set(a, o, "self", o);
	(void)node_append(a, list, list);
	json_write(&b, o);
	json_write(&b, list);
	buf_byte(&b, '\0');
	assert_string_equal(buf_data(&b),
	    "{\"i\":2,\"list\":[{\"i\":0},{\"i\":1},{\"i\":2}],"
	    "\"self\":{\"i\":2,\"list\":[{\"i\":0},{\"i\":1},{\"i\":2}]}}"
	    "[{\"i\":0},{\"i\":1},{\"i\":2},[{\"i\":0},{\"i\":1},{\"i\":2}]]");
	buf_fini(&b);
	arena_free(&a);
}

static void
equality_is_by_value(void **state)
{
	static const struct row {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{ "1", "1.0", true },
		{ "-0", "0", true },
		{ "[1,2]", "[2,1]", false },
		{ "{\"a\":1,\"b\":[2]}", "{\"b\":[2e0],\"a\":1}", true },
		{ "{\"a\":1}", "{\"a\":1,\"b\":1}", false },
		{ "{\"a\":null}", "{\"b\":null}", false },
		{ "9223372036854775807", "9223372036854775808", false },
		{ "9007199254740993", "9007199254740992.0", false },
		{ "1e2", "100.00", true },
		{ "100000000000000000001", "100000000000000000000", false },
		{ "100000000000000000000", "1.0e+20", true },
		{ "0.0", "-0e5", true },
		{ "12.50", "0.125e2", true },
		{ "true", "1", false },
		{ "\"a\"", "\"\\u0061\"", true },
		{ "\"a\\u0000b\"", "\"a\\u0000c\"", false },
	};
	struct arena *a = arena_new(4096);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct ep_node *x = parse(a, rows[i].a);
		const struct ep_node *y = parse(a, rows[i].b);

		if (node_equal(x, y) != rows[i].equal ||
		    node_equal(y, x) != rows[i].equal)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
	arena_free(&a);
}

static void
numbers_convert_only_without_loss(void **state)
{
	struct arena *a = arena_new(4096);

	(void)state;
	assert_int_equal(node_int(parse(a, "1e3"), -1), 1000);
	assert_int_equal(node_int(parse(a, "1.5"), -1), -1);
	assert_int_equal(node_int(parse(a, "9223372036854775808"), -1), -1);
	assert_int_equal(node_int(parse(a, "-9223372036854775808"), -1),
	    INT64_MIN);
	assert_int_equal(node_int(parse(a, "true"), -1), 1);
	assert_int_equal(node_int(NULL, -1), -1);
	assert_true(node_real(parse(a, "3"), 0) == 3.0);
	assert_string_equal(node_type_name(parse(a, "9e0")), "number");
	assert_string_equal(node_type_name(NULL), "null");
	arena_free(&a);
}

static void
values_become_nodes(void **state)
{
	struct arena *a = arena_new(4096);
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	const struct ep_value values[] = { ep_null(), ep_bool(true), ep_int(-7),
		ep_real(0.5), ep_real(INFINITY), ep_real(NAN),
		ep_textn("abc", 2), ep_blob("", 0), ep_blob("f", 1),
		ep_blob("fo", 2), ep_blob("foo", 3), ep_blob("foob", 4),
		ep_json(parse(a, "{\"x\":[]}")) };
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof values / sizeof values[0]; i++)
		(void)node_append(a, list, node_from_value(a, values + i));
	json_write(&b, node_copy(a, list));
	buf_byte(&b, '\0');
	assert_string_equal(buf_data(&b),
	    "[null,true,-7,0.5,null,null,\"ab\",\"\",\"Zg==\",\"Zm8=\","
	    "\"Zm9v\",\"Zm9vYg==\",{\"x\":[]}]");
	buf_fini(&b);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found_in_small_and_large_objects),
		cmocka_unit_test(large_objects_take_linear_time),
		cmocka_unit_test(a_copied_container_does_not_see_later_changes),
		cmocka_unit_test(equality_is_by_value),
		cmocka_unit_test(numbers_convert_only_without_loss),
		cmocka_unit_test(values_become_nodes),
	};

	return cmocka_run_group_tests_name("node", tests, NULL, NULL);
}
