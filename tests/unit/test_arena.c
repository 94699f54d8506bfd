/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/arena.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
append(void *arg)
{
	char **p = arg;

	*(*p)++ = 'x';
}

static void
reset_runs_each_cleanup_once(void **state)
{
	struct arena *a = arena_new(64);
	char seen[4] = "", *end = seen;

	(void)state;
	arena_defer(a, append, &end);
	arena_defer(a, append, &end);
	arena_reset(a);
	arena_free(&a);
	assert_string_equal(seen, "xx");
	assert_null(a);
}

static void
memory_is_zeroed_aligned_and_apart(void **state)
{
	struct arena *a = arena_new(0);
	char *before = NULL;
	size_t i, k;

	(void)state;
	for (i = 0; i < 3000; i++) {
		char *p = arena_alloc(a, i % 97);

		assert_int_equal((uintptr_t)p % 16, 0);
		for (k = 0; k < i % 97; k++)
			assert_int_equal(p[k], 0);
		memset(p, 0x5a, i % 97);
		assert_ptr_not_equal(p, before);
		before = p;
	}
	arena_free(&a);
}

static void
ceiling_marks_and_reset_clears(void **state)
{
	struct arena *a = arena_new(64);

	(void)state;
	arena_set_ceiling(a, 1000);
	(void)arena_alloc(a, 500);
	assert_false(arena_is_over(a));
	(void)arena_alloc(a, 600);
	assert_true(arena_is_over(a));
	arena_reset(a);
	assert_false(arena_is_over(a));
	assert_int_equal(arena_used(a), 0);
	arena_free(&a);
}

static void
copies_end_in_nul(void **state)
{
	struct arena *a = arena_new(64);
	char *copy = arena_copy(a, "a\0bc", 3);

	(void)state;
	assert_memory_equal(copy, "a\0b", 4);
	assert_string_equal(arena_format(a, "%d-%s", 7, "x"), "7-x");
	assert_string_equal(arena_strdup(a, ""), "");
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reset_runs_each_cleanup_once),
		cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(ceiling_marks_and_reset_clears),
		cmocka_unit_test(copies_end_in_nul),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
