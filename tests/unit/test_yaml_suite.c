/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/yaml.h"
#include "tests/unit/suite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* Valid YAML that is refused, and why. */
static const struct refusal {
	const char *reason, *cases;
} refusals[] = {
	{ "more than one document", " 6ZKB 9DXL KSS4 L383 PUW8 RZT7 " },
	{ "a name that is not text",
	    " 2JQS 4FJ6 CFD4 FH7J FRK4 LX3P M2N8 M5DY NHX8 NKF9 PW8X Q9WF S3PD"
	    " SBG9 UKK6 " },
	{ "a tag beyond the core schema", " 6WLZ 9WXW C4HZ J7PZ UGM3 Z67P " },
	{ "an unknown directive or YAML 1.3", " 2LFX 6LVF BEC7 " },
	{ "text that begins with ? wants quotes", " 652Z " },
	{ "libyaml does not read it",
	    " 4ABK 4MUZ#1 6CA3 8XYN 96NN A2M4 DK3J DK95 DK95#3 DK95#4 HWV9"
	    " Q5MG UT92 W4TN " },
};

static const struct refusal *
find_refusal(const char *id)
{
	char word[16];
	size_t i;

	(void)snprintf(word, sizeof word, " %s ", id);
	for (i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		if (strstr(refusals[i].cases, word) != NULL)
			return refusals + i;
	return NULL;
}

/* The value the suite expects; where it gives none (a whole of nothing), the
 * tree says whether a text or a null was meant. */
static const struct ep_node *
expected(struct arena *a, const struct ep_node *c)
{
	const char *json = node_text(node_get(c, "json"), "");
	const char *tree = node_text(node_get(c, "tree"), "");
	const struct ep_node *n = NULL;
	struct err err = { 0 };

	if (strstr(tree, "=VAL |\n") != NULL ||
	    strstr(tree, "=VAL <!> :\n") != NULL)
		return node_new_text(a, "", 0);
	if (json[0] == '\0')
		return node_new(a, EP_T_NULL);
	if (json_parse_copy(a, json, strlen(json), &n, &err) != EP_OK)
		fail_msg("the case itself: %s", err.text);
	return n;
}

static void
each_document_is_refused_or_read_as_expected(void **state)
{
	unsigned counts[sizeof refusals / sizeof refusals[0]] = { 0 };
	unsigned accepted = 0, invalid = 0, by_design = 0, i;
	struct arena *a = arena_new(1 << 20);
	const struct ep_node *cases, *c;

	(void)state;
	cases = suite_read(a, "core/yaml_test_suite.json");
	for (i = 0; (c = node_at(cases, i)) != NULL; i++) {
		const char *id = node_text(node_get(c, "id"), "");
		const struct ep_node *yaml = node_get(c, "yaml"), *n = NULL;
		const struct refusal *why = find_refusal(id);
		struct err err = { 0 };
		ep_status status = yaml_parse(a, id, yaml->text, yaml->count,
		    &n, &err);

		if (status != EP_OK) {
			assert_string_equal(err.code, "bad_yaml");
			assert_memory_equal(err.text, id, strlen(id));
		}
		if (node_bool(node_get(c, "fail"), false)) {
			if (status == EP_OK)
				fail_msg("%s: invalid, and accepted", id);
			invalid++;
		} else if (why != NULL) {
			if (status == EP_OK)
				fail_msg("%s: is on the list of refusals", id);
			counts[why - refusals]++;
			by_design++;
		} else {
			if (status != EP_OK)
				fail_msg("%s: refused: %s", id, err.text);
			if (!node_equal(n, expected(a, c)))
				fail_msg("%s: read as something else", id);
			accepted++;
		}
	}
	print_message("yaml: %u equal, %u invalid refused, %u refused by "
		      "design\n",
	    accepted, invalid, by_design);
	for (i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
		print_message("  %u %s:%s\n", counts[i], refusals[i].reason,
		    refusals[i].cases);
	assert_int_equal(accepted + invalid + by_design, 177);
	assert_int_equal(invalid, 45);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_document_is_refused_or_read_as_expected),
	};

	return cmocka_run_group_tests_name("yaml_suite", tests, NULL, NULL);
}
