/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"
#include "core/base/number.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
errors_say_where_and_what_was_expected(void **state)
{
	static const struct row {
		const char *text, *words;
	} rows[] = {
		{ "", "line 1 column 1: expected a value" },
		{ "{\n \"a\": tru}", "line 2 column 7: expected a value" },
		{ "[1 2]", "line 1 column 4: expected ',' or ']'" },
		{ "{\"a\" 1}", "line 1 column 6: expected ':'" },
		{ "{\"a\":1,}", "line 1 column 8: expected '\"'" },
		{ "[\"a", "line 1 column 4: expected '\"' at the end" },
		{ "[01]", "line 1 column 3: a number must not begin with 0" },
		{ "1.", "line 1 column 3: expected a digit after" },
		{ "\"\\ud800\"", "line 1 column 8: expected the escape of" },
		{ "\"\\udc00\"", "line 1 column 8: a low surrogate" },
		{ "\"\\x\"", "line 1 column 3: expected one of" },
		{ "\"\xc0\xaf\"", "line 1 column 2: expected UTF-8" },
		{ "\"\xed\xa0\x80\"", "line 1 column 2: expected UTF-8" },
		{ "\"\xf4\x90\x80\x80\"", "line 1 column 2: expected UTF-8" },
		{ "1e999", "line 1 column 1: a number must be within" },
		{ "{\"a\":1,\"\\u0061\":2}",
		    "line 1 column 17: expected diff" },
		{ "1 x", "line 1 column 3: expected the end" },
		{ "[1}", "line 1 column 3: expected ',' or ']'" },
	};
	struct arena *a = arena_new(4096);
	const struct ep_node *n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err = { 0 };

		assert_int_equal(json_parse_copy(a, rows[i].text,
				     strlen(rows[i].text), &n, &err),
		    EP_INVALID);
		if (strncmp(err.text, rows[i].words, strlen(rows[i].words)) !=
		    0)
			fail_msg("%s: %s", rows[i].text, err.text);
	}
	arena_free(&a);
}

static void
depth_ends_at_the_limit(void **state)
{
	struct arena *a = arena_new(4096);
	const struct ep_node *n;
	struct err err = { 0 };
	char text[2 * JSON_DEPTH + 2];

	(void)state;
	memset(text, '[', JSON_DEPTH);
	memset(text + JSON_DEPTH, ']', JSON_DEPTH);
	assert_int_equal(json_parse_copy(a, text, (size_t)2 * JSON_DEPTH, &n,
			     &err),
	    EP_OK);
	memset(text, '[', JSON_DEPTH + 1);
	memset(text + JSON_DEPTH + 1, ']', JSON_DEPTH + 1);
	assert_int_equal(json_parse_copy(a, text, 2 * JSON_DEPTH + 2, &n, &err),
	    EP_INVALID);
	assert_non_null(strstr(err.text, "deeper than 64"));
	arena_free(&a);
}

static void
in_place_strings_lie_in_the_text(void **state)
{
	struct arena *a = arena_new(4096);
	char *text = arena_strdup(a, "{\"k\": \"v\\n\\u00e9\",\n \"n\": 12}");
	const struct ep_node *n, *v;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(json_parse(a, text, strlen(text), true, &n, &err),
	    EP_OK);
	v = node_get(n, "k");
	assert_string_equal(v->text, "v\n\xc3\xa9");
	assert_true(v->text > text && v->text < text + 20);
	v = node_get(n, "n");
	assert_string_equal(v->text, "12");
	assert_int_equal(v->line, 2);
	assert_int_equal(v->column, 7);
	arena_free(&a);
}

static void
documents_larger_than_the_stack_are_whole(void **state)
{
	struct arena *a = arena_new(4096);
	const struct ep_node *n;
	struct err err = { 0 };
	struct buf b = { 0 };
	uint32_t i;

	(void)state;
	for (i = 0; i < 10000; i++)
		buf_format(&b, "%s[%u,{\"x\":[%u]}]", i == 0 ? "[" : ",", i, i);
	buf_byte(&b, ']');
	assert_int_equal(json_parse_copy(a, buf_data(&b), buf_length(&b), &n,
			     &err),
	    EP_OK);
	for (i = 0; i < 10000; i++) {
		const struct ep_node *pair = node_at(n, i);

		assert_int_equal(node_int(node_at(pair, 0), -1), i);
		assert_int_equal(
		    node_int(node_at(node_get(node_at(pair, 1), "x"), 0), -1),
		    i);
	}
	buf_fini(&b);
	arena_free(&a);
}

static void
text_is_escaped_where_it_must_be(void **state)
{
	static const char in[] = "\"\\/\b\f\n\r\t\x01\x1f\x7f\xe2\x80\xa8\xff"
				 "\xf0\x9f\x98\x80\xf0\x9f";
	struct buf b = { 0 };

	(void)state;
	json_write_text(&b, in, sizeof in); /* with its NUL */
	buf_byte(&b, '\0');
	assert_string_equal(buf_data(&b),
	    "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xe2\x80\xa8"
	    "\xef\xbf\xbd\xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd\\u0000\"");
	buf_fini(&b);
}

static void
doubles_are_shortest_and_read_back(void **state)
{
	static const struct row {
		double d;
		const char *text;
	} rows[] = { { 0.1, "0.1" }, { 1e21, "1e21" }, { -0.0, "-0.0" },
		{ 5e-324, "5e-324" }, { 1e-7, "1e-7" }, { 100, "100" },
		{ 1.7976931348623157e308, "1.7976931348623157e308" },
		{ 0.30000000000000004, "0.30000000000000004" },
		{ 9007199254740993.0, "9007199254740992" } };

	char text[NUMBER_ROOM];
	uint64_t bits = 88172645463325252u;
	size_t i, n;
	double d;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		n = number_format(rows[i].d, text);
		assert_string_equal(text, rows[i].text);
		assert_int_equal(n, strlen(text));
	}
	for (i = 0; i < 100000; i++) {
		double again;
		uint64_t read;

		bits ^= bits << 13; /* xorshift64 (Marsaglia 2003) */
		bits ^= bits >> 7;
		bits ^= bits << 17;
		memcpy(&d, &bits, sizeof d);
		if (d - d != 0)
			continue; /* not finite */
		n = number_format(d, text);
		again = number_parse(text, n);
		memcpy(&read, &again, sizeof read);
		if (read != bits)
			fail_msg("%.17g is written %s", d, text);
	}
}

static void
numbers_do_not_follow_the_locale(void **state)
{
	struct arena *a = arena_new(4096);
	const struct ep_node *n;
	struct err err = { 0 };
	char text[NUMBER_ROOM];

	(void)state;
	if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) {
		print_message("locale de_DE.UTF-8 is not installed\n");
		arena_free(&a);
		skip();
	}
	assert_int_equal(json_parse_copy(a, "1234567890123456789012.5", 24, &n,
			     &err),
	    EP_OK);
	assert_true(n->u.real == 1234567890123456789012.5);
	(void)number_format(0.5, text);
	assert_string_equal(text, "0.5");
	(void)setlocale(LC_ALL, "C");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_say_where_and_what_was_expected),
		cmocka_unit_test(depth_ends_at_the_limit),
		cmocka_unit_test(in_place_strings_lie_in_the_text),
		cmocka_unit_test(documents_larger_than_the_stack_are_whole),
		cmocka_unit_test(text_is_escaped_where_it_must_be),
		cmocka_unit_test(doubles_are_shortest_and_read_back),
		cmocka_unit_test(numbers_do_not_follow_the_locale),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
