/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/json.h"
#include "core/schema/schema.h"

static struct arena *arena;
static struct schema_errors errors;

static int
begin(void **state)
{
	(void)state;
	arena = arena_new(65536);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static const struct ep_node *
json(const char *text)
{
	const struct ep_node *n = NULL;
	struct err err = { 0 };

	if (json_parse_copy(arena, text, strlen(text), &n, &err) != EP_OK)
		fail_msg("%s in %s", err.text, text);
	return n;
}

static struct schema *
compiled(const char *text)
{
	const struct ep_node *n = json(text);
	struct schema *s = NULL;
	struct err err = { 0 };

	if (schema_compile(arena, n, n, "s.json", &s, &err) != EP_OK)
		fail_msg("%s", err.text);
	return s;
}

static ep_status
validate(const char *schema, const char *value)
{
	return schema_validate(compiled(schema), json(value), arena, &errors);
}

static void
refused(const char *schema, const char *words)
{
	const struct ep_node *n = json(schema);
	struct schema *s = NULL;
	struct err err = { 0 };

	assert_int_equal(schema_compile(arena, n, n, "s.json", &s, &err),
	    EP_INVALID);
	if (strstr(err.text, words) == NULL)
		fail_msg("'%s' lacks '%s'", err.text, words);
}

static char *
read_all(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = arena_raw(arena, 1 << 20);
	size_t n;

	if (f == NULL)
		fail_msg("%s is missing", path);
	n = fread(text, 1, (1 << 20) - 1, f);
	(void)fclose(f);
	text[n] = '\0';
	return text;
}

static const char *
data_folder(void)
{
	const char *top = getenv("srcdir");

	return arena_format(arena, "%s/tests/data/core",
	    top != NULL ? top : ".");
}

static void
the_standard_suite_is_answered(void **state)
{
	const struct ep_node *all = json(read_all(
	    arena_format(arena, "%s/json_schema_2020_12.json", data_folder())));
	unsigned right = 0, outside = 0, wrong = 0;

	(void)state;
	for (uint32_t i = 0; i < all->count; i++) {
		const struct ep_node *c = all->u.items + i;
		const struct ep_node *s = node_get(c, "schema");
		const struct ep_node *tests = node_get(c, "tests");
		struct schema *schema;
		struct err err = { 0 };

		if (schema_compile(arena, s, s, "s", &schema, &err) != EP_OK) {
			outside += tests->count;
			continue;
		}
		for (uint32_t k = 0; k < tests->count; k++) {
			const struct ep_node *t = tests->u.items + k;
			bool is_valid = schema_validate(schema,
					    node_get(t, "data"), arena,
					    &errors) == EP_OK;

			if (is_valid == node_bool(node_get(t, "valid"), false))
				right++;
			else if (++wrong)
				print_message("wrong: %s: %s\n",
				    node_text(node_get(c, "description"), ""),
				    node_text(node_get(t, "description"), ""));
		}
	}
	print_message("%u right, %u outside the subset\n", right, outside);
	assert_int_equal(wrong, 0);
	assert_true(right >= 290);
}

static void
an_unknown_keyword_is_refused_with_place_and_suggestion(void **state)
{
	(void)state;
	refused("{\"type\": \"string\",\n \"maxLenght\": 3}",
	    "s.json:2:15: unknown keyword 'maxLenght'; did you mean "
	    "'maxLength'?");
	refused("{\"unevaluatedProperties\": false}", "outside the supported");
	refused("{\"$id\": \"a\"}", "outside the supported");
	refused("{\"$ref\": \"other.json\"}", "within this document");
	refused("{\"$ref\": \"#/$defs/a\"}", "nothing stands at");
	refused("{\"type\": \"sting\"}", "did you mean 'string'?");
	refused("{\"pattern\": \"(\"}", "pattern '('");
	refused("{\"x-entrepot-error\": {\"status\": 500, \"error\": \"e\"}}",
	    "expected {status");
	refused("{\"$defs\": {\"a\": {\"typ\": 1}}}", "unknown keyword");
	(void)compiled("{\"x-note\": 1}");
}

static void
a_schema_that_applies_itself_forever_is_refused(void **state)
{
	(void)state;
	refused("{\"$ref\": \"#\"}", "without end");
	refused("{\"allOf\": [{\"anyOf\": [{\"$ref\": \"#\"}]}]}",
	    "without end");
	(void)compiled("{\"properties\": {\"a\": {\"$ref\": \"#\"}}}");
}

static void
a_wrong_type_is_bad_type_and_a_broken_rule_invalid_input(void **state)
{
	static const char s[] = "{\"properties\": {\"a\": {\"type\": "
				"\"integer\", \"maximum\": 3}}}";

	(void)state;
	assert_int_equal(validate(s, "{\"a\": \"1\"}"), EP_INVALID);
	assert_string_equal(errors.code, "bad_type");
	assert_int_equal(errors.http, 400);
	assert_int_equal(validate(s, "{\"a\": 4}"), EP_REFUSED);
	assert_string_equal(errors.code, "invalid_input");
	assert_int_equal(errors.http, 422);
	assert_string_equal(errors.items[0].pointer, "/a");
	assert_string_equal(errors.items[0].rule, "maximum");
	assert_string_equal(errors.items[0].expected, "at most 3");
	assert_string_equal(errors.items[0].got, "4");
}

static void
all_faults_are_told_with_escaped_pointers(void **state)
{
	(void)state;
	assert_int_equal(
	    validate("{\"required\": [\"x\"], \"properties\": {\"a/b\": "
		     "{\"items\": {\"maxLength\": 1}}}, "
		     "\"additionalProperties\": false}",
		"{\"a/b\": [\"x\", \"yy\"], \"c~\": 1}"),
	    EP_REFUSED);
	assert_int_equal(errors.count, 3);
	assert_string_equal(errors.items[0].pointer, "/a~1b/1");
	assert_string_equal(errors.items[1].pointer, "/c~0");
	assert_string_equal(errors.items[2].pointer, "/x");
	assert_string_equal(errors.items[2].rule, "required");
}

static void
x_entrepot_error_overrides_status_and_code(void **state)
{
	static const char s[] =
	    "{\"properties\": {\"n\": {\"type\": \"integer\", "
	    "\"x-entrepot-error\": {\"status\": 409, \"error\": \"odd\"}}}, "
	    "\"required\": [\"m\"]}";

	(void)state;
	assert_int_equal(validate(s, "{\"n\": \"1\"}"), EP_CONFLICT);
	assert_string_equal(errors.code, "odd");
	assert_int_equal(errors.count, 2);
	assert_int_equal(validate(s, "{\"n\": 1}"), EP_REFUSED);
	assert_string_equal(errors.code, "invalid_input");
}

static void
a_classified_value_is_not_told(void **state)
{
	(void)state;
	assert_int_equal(
	    validate("{\"x-entrepot-class\": \"personal\", "
		     "\"properties\": {\"a\": {\"maxLength\": 1}}}",
		"{\"a\": \"secret\"}"),
	    EP_REFUSED);
	assert_null(errors.items[0].got);
	assert_int_equal(validate("{\"maxLength\": 1}",
			     "\"a text that is longer than what anybody wants "
			     "to read\""),
	    EP_REFUSED);
	assert_true(strlen(errors.items[0].got) < 50);
}

static void
numbers_are_compared_by_their_digits(void **state)
{
	static const char *const good[][2] = {
		{ "{\"multipleOf\": 0.01}", "19.99" },
		{ "{\"multipleOf\": 0.0001}", "0.0075" },
		{ "{\"multipleOf\": 3}", "3e2" },
		{ "{\"multipleOf\": 0.5}", "1e308" },
		{ "{\"type\": \"integer\"}", "1.0" },
		{ "{\"type\": \"integer\"}", "1200e-2" },
		{ "{\"type\": \"integer\"}", "123456789012345678901234567890" },
		{ "{\"maximum\": 9007199254740993}", "9007199254740993.0" },
		{ "{\"exclusiveMinimum\": -0.5}", "-0.499999999999999999999" },
	};
	static const char *const bad[][2] = {
		{ "{\"multipleOf\": 0.01}", "19.999" },
		{ "{\"multipleOf\": 7}", "1e300" },
		{ "{\"type\": \"integer\"}", "12345678901234567890.5" },
		{ "{\"maximum\": 9007199254740993}", "9007199254740993.5" },
		{ "{\"maximum\": 9223372036854775807}", "9223372036854775808" },
		{ "{\"minimum\": 1200.50}", "1200.49" },
		{ "{\"exclusiveMinimum\": -0.5}", "-0.50" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (validate(good[i][0], good[i][1]) != EP_OK)
			fail_msg("%s refuses %s", good[i][0], good[i][1]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (validate(bad[i][0], bad[i][1]) == EP_OK)
			fail_msg("%s admits %s", bad[i][0], bad[i][1]);
}

static void
formats_are_checked(void **state)
{
	static const struct {
		const char *format, *good, *bad;
	} rows[] = {
		{ "date", "2024-02-29", "2023-02-29" },
		{ "date-time", "1998-12-31T23:59:60Z", "1998-12-31T23:58:60Z" },
		{ "date-time", "1990-12-31T15:59:50.123-08:00",
		    "1990-02-31T15:59:59.123-08:00" },
		{ "time", "08:30:06+00:20", "08:30:06 PST" },
		{ "duration", "P4DT12H30M5S", "PT1D" },
		{ "duration", "P4W", "P1YT" },
		{ "email", "joe.bloggs@example.com", ".test@example.com" },
		{ "email", "\\\"joe bloggs\\\"@example.com", "2962" },
		{ "uri", "http://foo.bar/?q=Test%20URL#x", "//foo.bar/?baz" },
		{ "uri", "urn:oasis:names", "http:// shouldfail.com" },
		{ "uri", "ldap://[2001:db8::7]/c=GB", "http://a:b/" },
		{ "uri-reference", "#fragment", "\\\\\\\\WINDOWS\\\\s" },
		{ "uuid", "2EB8AA08-aa98-11ea-b4aa-73b441d16380",
		    "2eb8-aa08-aa98-11ea-b4aa73b44-1d16380" },
		{ "ipv4", "192.168.0.1", "256.0.0.1" },
		{ "ipv6", "::abef", "12345::" },
		{ "hostname", "xn--4gbwdl.xn--wgbh1c", "-a-host-name" },
		{ "json-pointer", "/foo/bar~0/baz~1/%a", "/foo/bar~" },
		{ "regex", "([abc])+\\\\s+$", "^(abc]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *s = arena_format(arena, "{\"format\": \"%s\"}",
		    rows[i].format);

		if (validate(s, arena_format(arena, "\"%s\"", rows[i].good)))
			fail_msg("%s refuses %s", s, rows[i].good);
		if (!validate(s, arena_format(arena, "\"%s\"", rows[i].bad)))
			fail_msg("%s admits %s", s, rows[i].bad);
	}
}

static void
many_elements_are_compared_in_linear_time(void **state)
{
	struct ep_node *array = node_new(arena, EP_T_ARRAY);
	struct schema *s = compiled("{\"uniqueItems\": true}");

	(void)state;
	for (int i = 0; i < 100000; i++)
		(void)node_append(arena, array, node_new_int(arena, i));
	assert_int_equal(schema_validate(s, array, arena, &errors), EP_OK);
	(void)node_append(arena, array, json("4711.0"));
	assert_int_equal(schema_validate(s, array, arena, &errors), EP_REFUSED);
	assert_string_equal(errors.items[0].rule, "uniqueItems");
	assert_int_equal(validate("{\"uniqueItems\": true}",
			     "[1,2,3,4,5,6,7,8,9,10,11,12,13,{\"a\":1,\"b\":2},"
			     "{\"b\":2,\"a\":1.0}]"),
	    EP_REFUSED);
}

static void
alternatives_that_multiply_come_to_an_end(void **state)
{
	static const char s[] =
	    "{\"$defs\": {\"t\": {\"anyOf\": [{\"properties\": {\"a\": "
	    "{\"$ref\": \"#/$defs/t\"}}, \"required\": [\"x\"]}, "
	    "{\"properties\": {\"a\": {\"$ref\": \"#/$defs/t\"}}, "
	    "\"required\": [\"x\"]}]}}, \"$ref\": \"#/$defs/t\"}";
	char text[400] = "";
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 50; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "{\"a\":");
	text[n++] = '1';
	memset(text + n, '}', 50);
	assert_int_not_equal(validate(s, text), EP_OK);
}

static void
an_alternative_left_by_its_type_tells_its_own_faults(void **state)
{
	(void)state;
	assert_int_equal(
	    validate("{\"anyOf\": [{\"type\": \"null\"}, {\"type\": "
		     "\"string\", \"maxLength\": 1}]}",
		"\"ab\""),
	    EP_REFUSED);
	assert_string_equal(errors.items[0].rule, "maxLength");
	assert_int_equal(
	    validate("{\"anyOf\": [{\"type\": \"null\"}, {\"type\": "
		     "\"string\"}]}",
		"1"),
	    EP_INVALID);
	assert_string_equal(errors.items[0].expected, "string or null");
}

static void
a_costly_pattern_is_given_up(void **state)
{
	(void)state;
	assert_int_equal(validate("{\"pattern\": \"^(a+)+$\"}",
			     "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\""),
	    EP_REFUSED);
}

static void
lengths_count_code_points(void **state)
{
	(void)state;
	assert_int_equal(validate("{\"maxLength\": 2}", "\"港口\""), EP_OK);
	assert_int_equal(validate("{\"maxLength\": 1}", "\"港口\""),
	    EP_REFUSED);
	assert_int_equal(validate("{\"pattern\": \"^.$\"}", "\"港\""), EP_OK);
}

static void
defaults_fill_what_is_absent_at_every_depth(void **state)
{
	struct schema *s = compiled(
	    "{\"properties\": {\"a\": {\"default\": 1}, \"o\": {\"default\": "
	    "{}, \"properties\": {\"b\": {\"default\": \"x\"}}}, \"l\": "
	    "{\"items\": {\"$ref\": \"#/$defs/e\"}}}, \"$defs\": {\"e\": "
	    "{\"properties\": {\"c\": {\"default\": true}}}}}");
	const struct ep_node *given = json("{\"a\": 2, \"l\": [{}]}");
	const struct ep_node *n = schema_defaults(s, arena, given);

	(void)state;
	assert_true(node_equal(n,
	    json("{\"a\": 2, \"l\": [{\"c\": true}], \"o\": {\"b\": "
		 "\"x\"}}")));
	assert_true(node_equal(given, json("{\"a\": 2, \"l\": [{}]}")));
}

static void
a_parameter_becomes_what_its_schema_asks_for(void **state)
{
	static const struct {
		const char *schema, *text, *value;
	} rows[] = {
		{ "{\"type\": \"integer\"}", "12", "12" },
		{ "{\"type\": \"integer\"}", "0x12", "\"0x12\"" },
		{ "{\"type\": \"integer\"}", " 12", "\" 12\"" },
		{ "{\"type\": \"number\"}", "1.50", "1.5" },
		{ "{\"type\": \"boolean\"}", "true", "true" },
		{ "{\"type\": \"string\"}", "12", "\"12\"" },
		{ "{}", "12", "\"12\"" },
		{ "{\"type\": [\"null\", \"integer\"]}", "", "null" },
		{ "{\"type\": \"array\", \"items\": {\"type\": \"integer\"}}",
		    "1,2,x", "[1, 2, \"x\"]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct schema_text t = { rows[i].text, strlen(rows[i].text) };
		const struct ep_node *n =
		    schema_coerce(compiled(rows[i].schema), arena, &t, 1, true);

		if (!node_equal(n, json(rows[i].value)))
			fail_msg("%s of %s", rows[i].text, rows[i].schema);
	}
}

static void
a_valid_value_takes_no_memory(void **state)
{
	struct schema *s = compiled(
	    "{\"type\": \"object\", \"required\": [\"a\", \"b\"], "
	    "\"properties\": {\"a\": {\"type\": \"string\", "
	    "\"pattern\": \"^x\"}, \"b\": {\"anyOf\": [{\"type\": "
	    "\"null\"}, {\"minimum\": 1.5}]}}}");
	const struct ep_node *v = json("{\"b\": 2, \"a\": \"xy\"}");
	size_t before = arena_used(arena);

	(void)state;
	assert_int_equal(schema_validate(s, v, arena, &errors), EP_OK);
	assert_int_equal(arena_used(arena), before);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(the_standard_suite_is_answered),
		T(an_unknown_keyword_is_refused_with_place_and_suggestion),
		T(a_schema_that_applies_itself_forever_is_refused),
		T(a_wrong_type_is_bad_type_and_a_broken_rule_invalid_input),
		T(all_faults_are_told_with_escaped_pointers),
		T(x_entrepot_error_overrides_status_and_code),
		T(a_classified_value_is_not_told),
		T(numbers_are_compared_by_their_digits),
		T(formats_are_checked),
		T(many_elements_are_compared_in_linear_time),
		T(alternatives_that_multiply_come_to_an_end),
		T(an_alternative_left_by_its_type_tells_its_own_faults),
		T(a_costly_pattern_is_given_up),
		T(lengths_count_code_points),
		T(defaults_fill_what_is_absent_at_every_depth),
		T(a_parameter_becomes_what_its_schema_asks_for),
		T(a_valid_value_takes_no_memory),
	};

	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
