/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/logistics_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct csv reader;
static const char *cells[CSV_CELLS];
static size_t n_cells;

static void
open_text(const char *text)
{
	csv_open(&reader, text, strlen(text), &logistics_memory);
}

static fault
next(void)
{
	return csv_row(&reader, cells, &n_cells);
}

static void
rows_end_in_any_way(void **state)
{
	(void)state;
	open_text("\357\273\277a,b\r\n\n# no row\r\nc,\n,d");
	assert_null(next());
	assert_int_equal(n_cells, 2);
	assert_string_equal(cells[0], "a");
	assert_string_equal(cells[1], "b");
	assert_null(next());
	assert_int_equal(reader.line, 4);
	assert_string_equal(cells[0], "c");
	assert_string_equal(cells[1], "");
	assert_null(next());
	assert_string_equal(cells[0], "");
	assert_string_equal(cells[1], "d");
	assert_null(next());
	assert_int_equal(n_cells, 0);
	assert_null(next());
	assert_int_equal(n_cells, 0);
}

static void
quotes_hold_anything(void **state)
{
	(void)state;
	open_text("\"a,\"\"b\"\"\nc\",\"\"\nx,y\n");
	assert_null(next());
	assert_int_equal(n_cells, 2);
	assert_string_equal(cells[0], "a,\"b\"\nc");
	assert_string_equal(cells[1], "");
	assert_null(next());
	assert_int_equal(reader.line, 3);
	assert_string_equal(cells[1], "y");
}

static void
what_is_no_table_is_refused(void **state)
{
	char many[2 * CSV_CELLS + 2];

	(void)state;
	open_text("\"a");
	assert_string_equal(next(), "bad_quote");
	open_text("\"a\"b,c");
	assert_string_equal(next(), "bad_quote");
	csv_open(&reader, "a\0b", 3, &logistics_memory);
	assert_string_equal(next(), "bad_byte");
	csv_open(&reader, "\"a\0b\"", 5, &logistics_memory);
	assert_string_equal(next(), "bad_byte");
	memset(many, ',', sizeof many - 1);
	many[sizeof many - 1] = '\0';
	open_text(many);
	assert_string_equal(next(), "too_many_cells");
	many[CSV_CELLS - 1] = '\0';
	open_text(many);
	assert_null(next());
	assert_int_equal(n_cells, CSV_CELLS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_end_in_any_way),
		cmocka_unit_test(quotes_hold_anything),
		cmocka_unit_test(what_is_no_table_is_refused),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, logistics_free);
}
