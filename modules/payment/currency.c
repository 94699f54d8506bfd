/* SPDX-License-Identifier: BSD-2-Clause */

#include "currency.h"

#include <string.h>

fault
currencies_read(struct currencies *t, const char *csv, size_t length)
{
	const char *at = csv, *end = csv + length;

	t->n = 0;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((stop != NULL ? stop : end) - at);
		struct currency *c = &t->rows[t->n];

		/* AED,784,2,name: all but the name has a fixed width */
		if (n >= 4 && at[3] == ',') {
			if (t->n == CURRENCIES_MAX || n < 9 || at[7] != ',' ||
			    (at[8] != ',' && (at[8] < '0' || at[8] > '8')))
				return "bad_data";
			memcpy(c->code, at, 3);
			c->code[3] = '\0';
			c->units = at[8] == ',' ? -1 : at[8] - '0';
			t->n++;
		}
		at = stop != NULL ? stop + 1 : end;
	}
	return t->n > 0 ? NULL : "bad_data";
}

fault
currency_find(const struct currencies *t, const char *code,
    const struct currency **out)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->rows[i].code, code) == 0) {
			*out = &t->rows[i];
			return (*out)->units < 0 ? "no_minor_unit" : NULL;
		}
	return "unknown_currency";
}

fault
currency_to_minor(const struct currencies *t, const char *amount, size_t length,
    const char *code, enum rounding rounding, int64_t *out)
{
	const struct currency *c;
	struct decimal d;
	fault f;

	decimal_init(&d);
	f = decimal_read(&d, amount, length);
	if (f == NULL)
		f = currency_find(t, code, &c);
	if (f == NULL)
		f = decimal_to_minor(&d, (unsigned)c->units, rounding, out);
	decimal_fini(&d);
	return f;
}
