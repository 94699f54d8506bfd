/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "modules/payment/currency.h"

#include <stdlib.h>
#include <string.h>

static struct currencies table;

/* In memory that ends where the text does, so that a reader that goes on is
 * caught. */
static fault
read_exactly(const char *text)
{
	size_t n = strlen(text);
	char *copy = malloc(n);
	fault f;

	assert_non_null(copy);
	memcpy(copy, text, n);
	f = currencies_read(&table, copy, n);
	free(copy);
	return f;
}

static void
rows_are_found_by_code(void **state)
{
	const struct currency *c;

	(void)state;
	assert_null(read_exactly("code,numeric,minor_unit,name\n"
				 "EUR,978,2,Euro\nXAU,959,,Gold\nJPY,392,0,"));
	assert_int_equal(table.n, 3);
	assert_null(currency_find(&table, "JPY", &c));
	assert_int_equal(c->units, 0);
	assert_string_equal(currency_find(&table, "XAU", &c), "no_minor_unit");
	assert_string_equal(currency_find(&table, "EU", &c),
	    "unknown_currency");
}

static void
rows_cut_short_are_refused(void **state)
{
	static const char *const bad[] = { "EUR,978,", "EUR,978,\nJPY,392,0,Y",
		"EUR,978,x,Euro", "EUR,978,-,Euro", "EUR,9782,Euro", "EUR,",
		"code,numeric,minor_unit,name\n", "," };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		fault f = read_exactly(bad[i]);

		if (f == NULL)
			fail_msg("taken: %s", bad[i]);
		assert_string_equal(f, "bad_data");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_by_code),
		cmocka_unit_test(rows_cut_short_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
