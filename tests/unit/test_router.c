/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/operation/query.h"
#include "core/operation/router.h"

static const char *const routes[][2] = {
	{ "GET", "/" },
	{ "GET", "/v1/hello/{name}" },
	{ "POST", "/v1/hello/{name}" },
	{ "GET", "/v1/hello/world" },
	{ "GET", "/v1/{module}/about" },
	{ "DELETE", "/v1/lists/{list}/entries/{entry}" },
	{ "POST", "/v1/lists/{id}/import" },
};

static struct arena *arena;
static struct router *router;
static struct route_match match;

static int
begin(void **state)
{
	struct err err = { 0 };

	(void)state;
	arena = arena_new(16384);
	router = router_new(arena);
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		if (router_add(router, routes[i][0], routes[i][1],
			(void *)(uintptr_t)(i + 1), &err) != EP_OK)
			return -1;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static enum route_result
find(const char *method, const char *path)
{
	return router_find(router, method, path, strlen(path), &match);
}

static void
expect(const char *method, const char *path, uintptr_t target)
{
	assert_int_equal(find(method, path), ROUTE_FOUND);
	assert_int_equal((uintptr_t)match.target, target);
}

static void
a_path_leads_to_its_target_with_parameters(void **state)
{
	size_t before = arena_used(arena);

	(void)state;
	expect("GET", "/", 1);
	expect("POST", "/v1/hello/Ann", 3);
	assert_string_equal(match.template, "/v1/hello/{name}");
	assert_int_equal(match.n_parameters, 1);
	assert_string_equal(match.parameters[0].name, "name");
	assert_memory_equal(match.parameters[0].raw, "Ann", 3);
	expect("DELETE", "/v1/lists/un/entries/a%2Fb", 6);
	assert_int_equal(match.n_parameters, 2);
	assert_string_equal(match.parameters[1].name, "entry");
	assert_int_equal(match.parameters[1].length, 5);
	expect("POST", "/v1/lists/un/import", 7);
	assert_string_equal(match.parameters[0].name, "id");
	assert_int_equal(arena_used(arena), before);
}

static void
a_fixed_segment_beats_a_parameter_and_gives_way(void **state)
{
	(void)state;
	expect("GET", "/v1/hello/world", 4);
	expect("GET", "/v1/hello/worlds", 2);
	expect("GET", "/v1/lists/about", 5);
	assert_int_equal(match.n_parameters, 1);
	assert_memory_equal(match.parameters[0].raw, "lists", 5);
}

static void
another_method_is_not_allowed_and_told_which_are(void **state)
{
	(void)state;
	assert_int_equal(find("PUT", "/v1/hello/Ann"), ROUTE_NOT_ALLOWED);
	assert_string_equal(match.allow, "GET, POST, HEAD");
	expect("HEAD", "/v1/hello/Ann", 2);
	assert_int_equal(find("HEAD", "/v1/lists/un/import"),
	    ROUTE_NOT_ALLOWED);
	assert_int_equal(find("get", "/"), ROUTE_NOT_ALLOWED);
}

static void
crooked_paths_lead_nowhere(void **state)
{
	static const char *const paths[] = { "", "v1", "/v1", "/v1/hello",
		"/v1/hello/", "/v1/hello/Ann/", "//v1/hello/Ann",
		"/v1//hello/Ann", "/v1/hello/..", "/v1/hello/.",
		"/v1/hello/%2e%2E", "/v1/hello/.%2e", "/v1/hello/%2e",
		"/v1/h%65llo/Ann", "/V1/hello/Ann" };

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		if (find("GET", paths[i]) != ROUTE_UNKNOWN)
			fail_msg("%s", paths[i]);
	assert_int_equal(find("GET", "*"), ROUTE_UNKNOWN);
	assert_int_equal(find("GET", "/v1/hello/..."), ROUTE_FOUND);
}

static void
routes_that_collide_are_refused_and_both_named(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(router_add(router, "GET", "/v1/hello/{name}", router,
			     &err),
	    EP_CONFLICT);
	assert_non_null(strstr(err.text, "GET '/v1/hello/{name}'"));
	err_clear(&err);
	assert_int_equal(router_add(router, "PUT", "/v1/hello/{who}", router,
			     &err),
	    EP_CONFLICT);
	assert_non_null(strstr(err.text, "'/v1/hello/{name}' and "));
	assert_non_null(strstr(err.text, "'/v1/hello/{who}'"));
}

static void
templates_that_no_path_can_meet_are_refused(void **state)
{
	static const char *const templates[] = { "", "v1", "/v1/", "/v1//x",
		"/v1/..", "/a b", "/{}", "/{a}{b}", "/x-{a}", "/{a}/{a}",
		"/%41", "/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}", "/{a/b}" };

	(void)state;
	for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++) {
		struct err err = { 0 };

		if (router_add(router, "GET", templates[i], router, &err) !=
		    EP_INVALID)
			fail_msg("%s", templates[i]);
	}
}

static void
percent_signs_are_decoded_once_and_strictly(void **state)
{
	static const char *const good[][2] = { { "a%2Fb", "a/b" },
		{ "%E6%B8%AF", "港" }, { "a+b", "a+b" }, { "%2541", "%41" },
		{ "", "" } };
	static const char *const bad[] = { "%", "%4", "%zz", "a%00", "%C3",
		"%C0%AF", "%ED%A0%80", "a%4" };
	char out[64];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct err err = { 0 };

		assert_int_equal(percent_decode(good[i][0], strlen(good[i][0]),
				     out, &n, &err),
		    EP_OK);
		assert_string_equal(out, good[i][1]);
		assert_int_equal(n, strlen(out));
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct err err = { 0 };

		if (percent_decode(bad[i], strlen(bad[i]), out, &n, &err) !=
		    EP_INVALID)
			fail_msg("%s", bad[i]);
	}
}

static void
a_query_keeps_order_and_duplicates(void **state)
{
	static const char text[] = "b=x+y&a=1&&a=%26&flag&=v";
	struct err err = { 0 };
	struct query q;

	(void)state;
	assert_int_equal(query_parse(arena, text, strlen(text), 16, &q, &err),
	    EP_OK);
	assert_int_equal(q.count, 5);
	assert_string_equal(q.pairs[0].value, "x y");
	assert_string_equal(q.pairs[1].value, "1");
	assert_string_equal(q.pairs[2].name, "a");
	assert_string_equal(q.pairs[2].value, "&");
	assert_string_equal(q.pairs[3].name, "flag");
	assert_string_equal(q.pairs[3].value, "");
	assert_string_equal(q.pairs[4].name, "");
	assert_int_equal(query_parse(arena, text, strlen(text), 4, &q, &err),
	    EP_TOO_LARGE);
	err_clear(&err);
	assert_int_equal(query_parse(arena, "a=%f", 4, 4, &q, &err),
	    EP_INVALID);
	err_clear(&err);
	assert_int_equal(query_parse(arena, NULL, 0, 4, &q, &err), EP_OK);
	assert_int_equal(q.count, 0);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		T(a_path_leads_to_its_target_with_parameters),
		T(a_fixed_segment_beats_a_parameter_and_gives_way),
		T(another_method_is_not_allowed_and_told_which_are),
		T(crooked_paths_lead_nowhere),
		T(routes_that_collide_are_refused_and_both_named),
		T(templates_that_no_path_can_meet_are_refused),
		T(percent_signs_are_decoded_once_and_strictly),
		T(a_query_keeps_order_and_duplicates),
	};

	return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
