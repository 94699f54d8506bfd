/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"
#include "core/base/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct row {
	const char *yaml, *result;
};

static void
errors_say_file_place_and_cure(void **state)
{
	static const struct row rows[] = {
		{ "a: 1\nb: 2\na: 3\n", "f:3:4: name \"a\" occurs twice" },
		{ "<<: {a: 1}", "f:1:1: merge keys (<<) are not supported" },
		{ "200: ok", "f:1:1: a name must be text; put it in quotes" },
		{ "a: *x", "f:1:4: alias *x has no anchor" },
		{ "&x [*x]", "f:1:5: alias *x stands inside" },
		{ "a: !!binary x", "f:1:4: tag tag:yaml.org,2002:binary" },
		{ "a: !thing x", "f:1:4: tag !thing is not supported" },
		{ "a: !!int x", "f:1:4: \"x\" is not what its tag" },
		{ "a: .inf", "f:1:4: .inf is a number beyond" },
		{ "a: -.nan", "f:1:4: -.nan is a number beyond" },
		{ "a: 0x8000000000000000", "f:1:4: 0x8000000000000000 is" },
		{ "a\n---\nb", "f:2:1: a second document begins" },
		{ "a: b\n\tc: d", "f:2:1: found a tab" },
		{ "a: \xff", "f:1:4: invalid leading UTF-8 octet" },
		{ "a: 'x'#y", "f:1:4: a comment needs a blank" },
	};
	struct arena *a = arena_new(4096);
	const struct ep_node *n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err = { 0 };

		if (yaml_parse(a, "f", rows[i].yaml, strlen(rows[i].yaml), &n,
			&err) != EP_INVALID)
			fail_msg("accepted: %s", rows[i].yaml);
		assert_string_equal(err.code, "bad_yaml");
		if (strncmp(err.text, rows[i].result, strlen(rows[i].result)) !=
		    0)
			fail_msg("%s: %s", rows[i].yaml, err.text);
	}
	arena_free(&a);
}

static void
scalars_follow_the_core_schema(void **state)
{
	static const struct row rows[] = {
		{ "", "null" },
		{ "~", "null" },
		{ "True", "true" },
		{ "tRUE", "\"tRUE\"" },
		{ "no", "\"no\"" },
		{ "on", "\"on\"" },
		{ "012", "\"012\"" },
		{ "0", "0" },
		{ "-0", "-0" },
		{ "+12", "12" },
		{ "0o17", "15" },
		{ "0x1F", "31" },
		{ "0xG", "\"0xG\"" },
		{ "1_000", "\"1_000\"" },
		{ "1.50", "1.50" },
		{ ".5", "0.5" },
		{ "5.", "5" },
		{ "1e3", "1e3" },
		{ "1e", "\"1e\"" },
		{ ".", "\".\"" },
		{ "-", "[null]" },
		{ "9223372036854775808", "9223372036854775808" },
		{ "-9223372036854775808", "-9223372036854775808" },
		{ "'1'", "\"1\"" },
		{ "!!str 1", "\"1\"" },
		{ "!!float 1", "1" },
		{ "12:30:45", "\"12:30:45\"" },
		{ "2001-12-14", "\"2001-12-14\"" },
		{ "1.2.3", "\"1.2.3\"" },
		{ "|\n  a\n  b\n", "\"a\\nb\\n\"" },
		{ "{a: &x [1, 2], b: *x}", "{\"a\":[1,2],\"b\":[1,2]}" },
		{ "\xef\xbb\xbf"
		  "a: b",
		    "{\"a\":\"b\"}" },
	};
	struct arena *a = arena_new(4096);
	const struct ep_node *n;
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err = { 0 };
		ep_status status = yaml_parse(a, "f", rows[i].yaml,
		    strlen(rows[i].yaml), &n, &err);

		if ((status == EP_OK) != (rows[i].result != NULL))
			fail_msg("%s: %s", rows[i].yaml, err.text);
		if (status != EP_OK)
			continue;
		json_write(&b, n);
		buf_byte(&b, '\0');
		assert_string_equal(buf_data(&b), rows[i].result);
		buf_clear(&b, SIZE_MAX);
	}
	buf_fini(&b);
	arena_free(&a);
}

static void
aliases_cannot_grow_a_small_file(void **state)
{
	struct arena *a = arena_new(4096);
	const struct ep_node *n;
	struct err err = { 0 };
	struct buf b = { 0 };
	int i;

	(void)state;
	buf_text(&b, "- &a0 [x, x, x, x, x, x, x, x, x]\n");
	for (i = 1; i < 12; i++)
		buf_format(&b, "- &a%d [*a%d, *a%d, *a%d, *a%d, *a%d]\n", i,
		    i - 1, i - 1, i - 1, i - 1, i - 1);
	assert_int_equal(yaml_parse(a, "f", buf_data(&b), buf_length(&b), &n,
			     &err),
	    EP_INVALID);
	assert_non_null(strstr(err.text, "aliases repeat more than 10000"));
	assert_true(arena_used(a) < 1 << 20);
	buf_fini(&b);
	arena_free(&a);
}

static void
depth_ends_at_the_limit(void **state)
{
	struct arena *a = arena_new(4096);
	const struct ep_node *n;
	struct err err = { 0 };
	char text[2 * (YAML_DEPTH + 1)];

	(void)state;
	memset(text, '[', YAML_DEPTH);
	memset(text + YAML_DEPTH, ']', YAML_DEPTH);
	assert_int_equal(yaml_parse(a, "f", text, (size_t)2 * YAML_DEPTH, &n,
			     &err),
	    EP_OK);
	memset(text, '[', YAML_DEPTH + 1);
	memset(text + YAML_DEPTH + 1, ']', YAML_DEPTH + 1);
	assert_int_equal(yaml_parse(a, "f", text, sizeof text, &n, &err),
	    EP_INVALID);
	assert_non_null(strstr(err.text, "deeper than 64"));
	arena_free(&a);
}

static void
nodes_know_their_place(void **state)
{
	static const char text[] = "a:\n  b: [1,\n    two]\n";
	struct arena *a = arena_new(4096);
	const struct ep_node *n, *two;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(yaml_parse(a, "f", text, sizeof text - 1, &n, &err),
	    EP_OK);
	two = node_at(node_get(node_get(n, "a"), "b"), 1);
	assert_string_equal(node_text(two, ""), "two");
	assert_int_equal(two->line, 3);
	assert_int_equal(two->column, 5);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_say_file_place_and_cure),
		cmocka_unit_test(scalars_follow_the_core_schema),
		cmocka_unit_test(aliases_cannot_grow_a_small_file),
		cmocka_unit_test(depth_ends_at_the_limit),
		cmocka_unit_test(nodes_know_their_place),
	};

	return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
