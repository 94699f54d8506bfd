/* SPDX-License-Identifier: BSD-2-Clause */

#include "law.h"

#include <stdlib.h>
#include <string.h>

#define CELLS 8

struct line {
	char cells[CELLS][LAW_TEXT];
	size_t n;
};

/* The cells of a line without quotes; a cell that is too long is cut, which
 * only a source's text can be. */
static void
take_apart(const char *at, const char *end, struct line *out)
{
	out->n = 0;
	while (out->n < CELLS) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const char *stop = comma != NULL ? comma : end;
		size_t n = (size_t)(stop - at);

		n = n < LAW_TEXT - 1 ? n : LAW_TEXT - 1;
		memcpy(out->cells[out->n], at, n);
		out->cells[out->n++][n] = '\0';
		if (comma == NULL)
			return;
		at = comma + 1;
	}
}

/* Moves to the next line behind the header; false at the end. */
static bool
next_line(const char **at, const char *end, struct line *out)
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));

	if (stop == NULL || stop + 1 >= end)
		return false;
	*at = stop + 1;
	stop = memchr(*at, '\n', (size_t)(end - *at));
	take_apart(*at, stop != NULL ? stop : end, out);
	return true;
}

static bool
is_day(const char *text, bool may_be_open)
{
	return strlen(text) == 10 || (may_be_open && *text == '\0');
}

law_fault
law_read(struct law *l, const char *csv, size_t length)
{
	const char *at = csv;
	struct line line;

	while (next_line(&at, csv + length, &line)) {
		struct law_row *r = &l->rows[l->n_rows];

		if (line.n < 4 || l->n_rows == LAW_ROWS ||
		    !is_day(line.cells[1], false) ||
		    !is_day(line.cells[2], true))
			return "bad_data";
		memcpy(r->name, line.cells[0], LAW_TEXT);
		memcpy(r->from, line.cells[1], sizeof r->from);
		memcpy(r->to, line.cells[2], sizeof r->to);
		memcpy(r->value, line.cells[3], LAW_TEXT);
		l->n_rows++;
	}
	return l->n_rows > 0 ? NULL : "bad_data";
}

law_fault
law_read_us(struct law *l, const char *csv, size_t length)
{
	const char *at = csv;
	struct line line;

	while (next_line(&at, csv + length, &line)) {
		struct us_rule *r = &l->us[l->n_us];

		if (line.n < 5 || l->n_us == LAW_ROWS ||
		    !is_day(line.cells[1], false) ||
		    !is_day(line.cells[2], true))
			return "bad_data";
		memcpy(r->id, line.cells[0], LAW_TEXT);
		memcpy(r->from, line.cells[1], sizeof r->from);
		memcpy(r->to, line.cells[2], sizeof r->to);
		memcpy(r->origins, line.cells[3], LAW_TEXT);
		r->is_suspended = strcmp(line.cells[4], "yes") == 0;
		l->n_us++;
	}
	return l->n_us > 0 ? NULL : "bad_data";
}

/* Days as texts compare as they follow each other. */
static bool
holds(const char *from, const char *to, const char *day)
{
	return strcmp(day, from) >= 0 && (*to == '\0' || strcmp(day, to) <= 0);
}

static const struct law_row *
find(const struct law *l, const char *name, const char *day)
{
	for (size_t i = 0; i < l->n_rows; i++)
		if (strcmp(l->rows[i].name, name) == 0 &&
		    holds(l->rows[i].from, l->rows[i].to, day))
			return &l->rows[i];
	return NULL;
}

bool
law_number(const struct law *l, const char *name, const char *day, int64_t *out)
{
	const struct law_row *r = find(l, name, day);

	if (r != NULL)
		*out = strtoll(r->value, NULL, 10);
	return r != NULL;
}

bool
law_fraction(const struct law *l, const char *name, const char *day, mpq_t out)
{
	const struct law_row *r = find(l, name, day);

	return r != NULL && rate_read(r->value, out) == NULL;
}

static bool
has_origin(const char *origins, const char *origin)
{
	size_t n = strlen(origin);

	if (strcmp(origins, "*") == 0)
		return true;
	for (const char *p = origins; (p = strstr(p, origin)) != NULL; p += n)
		if ((p == origins || p[-1] == ' ') &&
		    (p[n] == '\0' || p[n] == ' '))
			return n > 0;
	return false;
}

const struct us_rule *
law_us_rule(const struct law *l, const char *origin, const char *day)
{
	const struct us_rule *found = NULL;

	for (size_t i = 0; i < l->n_us; i++) {
		const struct us_rule *r = &l->us[i];

		if (holds(r->from, r->to, day) &&
		    has_origin(r->origins, origin) &&
		    (found == NULL || strcmp(r->from, found->from) > 0))
			found = r;
	}
	return found;
}

law_fault
rate_read(const char *text, mpq_t out)
{
	char digits[LAW_TEXT + 1];
	size_t whole = strspn(text, "0123456789"), part = 0;
	size_t n = strlen(text);

	if (n > LAW_TEXT || whole == 0)
		return "bad_rate";
	memcpy(digits, text, whole);
	if (text[whole] == '.') {
		part = strspn(text + whole + 1, "0123456789");
		if (part == 0)
			return "bad_rate";
		memcpy(digits + whole, text + whole + 1, part);
	}
	if (whole + part + (part > 0) != n)
		return "bad_rate";
	digits[whole + part] = '\0';
	(void)mpz_set_str(mpq_numref(out), digits, 10);
	mpz_ui_pow_ui(mpq_denref(out), 10, part);
	mpq_canonicalize(out);
	return NULL;
}

law_fault
fraction_round(const mpq_t q, int64_t *out)
{
	mpz_t twice, value;
	law_fault f = NULL;

	mpz_init(twice);
	mpz_init(value);
	mpz_mul_2exp(value, mpq_numref(q), 1);
	mpz_add(value, value, mpq_denref(q));
	mpz_mul_2exp(twice, mpq_denref(q), 1);
	mpz_fdiv_q(value, value, twice);
	if (mpz_fits_slong_p(value))
		*out = mpz_get_si(value);
	else
		f = "amount_out_of_range";
	mpz_clear(twice);
	mpz_clear(value);
	return f;
}
