/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/width.h"
#include "core/cli/table.h"

#include <string.h>

static const struct table_column columns[] = { { "NAME", false }, { "N", true },
	{ "WORDS", false }, { NULL, false } };

static void
expect(struct table *t, bool has_colours, const char *wanted)
{
	struct buf b = { 0 };

	table_write(t, has_colours, &b);
	buf_byte(&b, '\0');
	assert_string_equal(buf_data(&b), wanted);
	buf_fini(&b);
}

static void
widths(void **state)
{
	(void)state;
	assert_int_equal(width_of(""), 0);
	assert_int_equal(width_of("abc"), 3);
	assert_int_equal(width_of("\xe6\xb7\xb1\xe5\x9c\xb3"), 4);
	assert_int_equal(width_of("\xef\xbc\xa1"), 2);     /* full-width A */
	assert_int_equal(width_of("\xef\xbd\xb1"), 1);     /* half-width kana */
	assert_int_equal(width_of("e\xcc\x81"), 1);        /* combining acute */
	assert_int_equal(width_of("\xc3\xa9"), 1);         /* e acute */
	assert_int_equal(width_of("\xed\x95\x9c"), 2);     /* hangul */
	assert_int_equal(width_of("\xf0\x9f\x9a\xa2"), 2); /* a ship */
	assert_int_equal(width_of("\xff\xfe"), 2);         /* not UTF-8 */
	assert_int_equal(width_of("\xf0\xa0\x80\x80"), 2); /* plane 2 */
	assert_int_equal(width_cut("\xe6\xb7\xb1\xe5\x9c\xb3", 3), 3);
	assert_int_equal(width_cut("\xe6\xb7\xb1\xe5\x9c\xb3", 4), 6);
	assert_int_equal(width_cut("abc", 2), 2);
	assert_int_equal(width_cut("abc", 9), 3);
}

static void
columns_align(void **state)
{
	struct arena *a = arena_new(4096);
	struct table *t = table_new(a, columns);

	(void)state;
	table_add(t, "ascii");
	table_add(t, "%d", 7);
	table_add(t, "one");
	table_add(t, "\xe6\xb7\xb1\xe5\x9c\xb3\xe6\xb8\xaf");
	table_add(t, "%d", 1234);
	table_add(t, "two");
	table_add(t, "x");
	table_add(t, "%s", "");
	table_add(t, "%s", "");
	expect(t, false,
	    "NAME       N  WORDS\n"
	    "ascii      7  one\n"
	    "\xe6\xb7\xb1\xe5\x9c\xb3\xe6\xb8\xaf  1234  two\n"
	    "x\n");
	arena_free(&a);
}

static void
colours_do_not_move_columns(void **state)
{
	struct arena *a = arena_new(4096);
	struct table *t = table_new(a, columns);

	(void)state;
	table_paint(t, PAINT_BAD, "red");
	table_paint(t, PAINT_NONE, "1");
	table_paint(t, PAINT_GOOD, "fine");
	expect(t, false, "NAME  N  WORDS\nred   1  fine\n");
	expect(t, true,
	    "\033[1mNAME\033[0m  \033[1mN\033[0m  \033[1mWORDS\033[0m\n"
	    "\033[31mred\033[0m   1  \033[32mfine\033[0m\n");
	arena_free(&a);
}

static void
terminals_are_safe(void **state)
{
	struct arena *a = arena_new(4096);

	(void)state;
	assert_string_equal(table_clean(a, "a\033[2Jb\rc"), "a?[2Jb?c");
	assert_string_equal(table_clean(a, "two\nlines\tx"), "two lines x");
	assert_string_equal(table_clean(a,
				"\xc2\x9b"
				"2J"),
	    "??2J");
	assert_string_equal(table_clean(a, "\xff\xc3\xa9"), "?\xc3\xa9");
	arena_free(&a);
}

static void
many_rows(void **state)
{
	struct arena *a = arena_new(4096);
	struct table *t = table_new(a, columns);
	struct buf b = { 0 };
	size_t lines = 0;

	(void)state;
	for (int i = 0; i < 500; i++) {
		table_add(t, "row %d", i);
		table_add(t, "%d", i);
		table_add(t, "end");
	}
	table_write(t, false, &b);
	for (size_t i = 0; i < buf_length(&b); i++)
		lines += buf_data(&b)[i] == '\n';
	assert_int_equal(lines, 501);
	buf_fini(&b);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths),
		cmocka_unit_test(columns_align),
		cmocka_unit_test(colours_do_not_move_columns),
		cmocka_unit_test(terminals_are_safe),
		cmocka_unit_test(many_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
