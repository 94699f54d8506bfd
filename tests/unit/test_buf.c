/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/buf.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
bytes_come_out_as_they_went_in(void **state)
{
	struct buf b = { 0 };
	uint32_t in = 1, out = 1, i, held = 0, step;
	const char *front;

	(void)state;
	for (i = 0; i < 20000; i++) {
		char c = (char)(in = in * 1664525 + 1013904223);

		buf_append(&b, &c, 1);
		held++;
		step = i % 7 == 0 ? held / 2 : 0;
		for (; step > 0; step--, held--) {
			out = out * 1664525 + 1013904223;
			front = buf_data(&b);
			assert_non_null(front);
			if (front != NULL)
				assert_int_equal(*front, (char)out);
			buf_consume(&b, 1);
		}
	}
	assert_int_equal(buf_length(&b), held);
	buf_fini(&b);
}

static void
decimals_are_exact_at_the_ends(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_decimal(&b, INT64_MIN);
	buf_byte(&b, ' ');
	buf_decimal(&b, INT64_MAX);
	buf_byte(&b, ' ');
	buf_decimal(&b, 0);
	buf_byte(&b, '\0');
	assert_string_equal(buf_data(&b),
	    "-9223372036854775808 9223372036854775807 0");
	buf_fini(&b);
}

static void
format_grows_as_far_as_needed(void **state)
{
	struct buf b = { 0 };
	char text[3000];

	(void)state;
	memset(text, 'y', sizeof text);
	text[sizeof text - 1] = '\0';
	buf_format(&b, "%s|%d", text, 5);
	assert_int_equal(buf_length(&b), sizeof text + 1);
	assert_memory_equal(buf_data(&b) + sizeof text - 1, "|5", 2);
	buf_clear(&b, 100);
	assert_int_equal(b.capacity, 0);
	buf_text(&b, "again");
	buf_clear(&b, 10000);
	assert_true(b.capacity > 0);
	assert_int_equal(buf_length(&b), 0);
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_come_out_as_they_went_in),
		cmocka_unit_test(decimals_are_exact_at_the_ends),
		cmocka_unit_test(format_grows_as_far_as_needed),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
