/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/suite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>

/* Accepted by the suite, refused here on purpose: json.h, duplicate names. */
static const char *const refused[] = { "y_object_duplicated_key.json",
	"y_object_duplicated_key_and_value.json" };

static bool
is_refused_on_purpose(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (strcmp(refused[i], name) == 0)
			return true;
	return false;
}

static void
read_back_is_equal(struct arena *a, const struct ep_node *n, const char *name)
{
	const struct ep_node *again = NULL;
	struct buf b = { 0 };
	struct err err = { 0 };

	json_write(&b, n);
	if (json_parse_copy(a, buf_data(&b), buf_length(&b), &again, &err) !=
		EP_OK ||
	    !node_equal(n, again))
		fail_msg("%s: reads back differently: %s", name, err.text);
	buf_fini(&b);
}

static void
each_case_is_judged_as_the_suite_says(void **state)
{
	struct arena *a = arena_new(1 << 20);
	const struct ep_node *cases, *n, *c;
	unsigned accepted = 0, rejected = 0;
	uint32_t i;

	(void)state;
	cases = suite_read(a, "core/json_test_suite.json");
	for (i = 0; (c = node_at(cases, i)) != NULL; i++) {
		const char *name = node_text(node_get(c, "name"), "");
		const char *expect = node_text(node_get(c, "expect"), "");
		const struct ep_node *code = node_get(c, "bytes_base64");
		size_t size = (size_t)node_int(node_get(c, "size"), 0);
		char *text = arena_alloc(a, code->count + 4);
		struct err err = { 0 };
		bool is_good;

		(void)EVP_DecodeBlock((unsigned char *)text,
		    (const unsigned char *)code->text, (int)code->count);
		is_good = json_parse_copy(a, text, size, &n, &err) == EP_OK;
		if (is_good)
			read_back_is_equal(a, n, name);
		else
			assert_string_equal(err.code, "bad_json");
		accepted += is_good;
		rejected += !is_good;
		if (is_refused_on_purpose(name))
			assert_false(is_good);
		else if (strcmp(expect, "either") != 0 &&
		    is_good != (strcmp(expect, "accept") == 0))
			fail_msg("%s: suite says %s; %s", name, expect,
			    err.text);
	}
	print_message("json: %u accepted, %u rejected\n", accepted, rejected);
	assert_int_equal(accepted + rejected, 116);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_is_judged_as_the_suite_says),
	};

	return cmocka_run_group_tests_name("json_suite", tests, NULL, NULL);
}
