/* SPDX-License-Identifier: BSD-2-Clause */

#include "customs.h"

#include <stdlib.h>
#include <string.h>

#define REGIMES_MAX 100
#define FIELDS_MAX 400
#define HS6_LINE 7 /* six digits and the line's end */
#define PLACES 5   /* of customs' numbers */

/* ---------------------------------------------------------------- tables */

fault
regimes_read(struct customs_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->regimes = c->memory->alloc(c->memory->owner,
	    REGIMES_MAX * sizeof *t->regimes);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != 9 || t->n_regimes == REGIMES_MAX)
			return "customs_regimes.csv: 9 columns, 100 rows";
		t->regimes[t->n_regimes++] = (struct customs_regime){ cells[0],
			cells[1], cells[2], cells[3], cells[4], cells[5],
			cells[6] };
	}
	return f;
}

fault
fields_read(struct customs_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->fields = c->memory->alloc(c->memory->owner,
	    FIELDS_MAX * sizeof *t->fields);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != 9 || t->n_fields == FIELDS_MAX)
			return "customs_fields.csv: 9 columns, 400 rows";
		t->fields[t->n_fields++] = (struct customs_field){
			.regimes = cells[0],
			.is_of_item = strcmp(cells[1], "item") == 0,
			.name = cells[2],
			.need = cells[3],
			.type = cells[4],
			.from = cells[5],
			.to = cells[6],
			.name_en = cells[7],
			.name_zh = cells[8],
		};
	}
	return f;
}

fault
hs6_read(struct customs_tables *t, struct csv *c)
{
	t->hs6 = c->bytes;
	t->n_hs6 = c->length / HS6_LINE;
	for (size_t i = 0; i < t->n_hs6; i++) {
		const char *line = t->hs6 + i * HS6_LINE;

		if (line[HS6_LINE - 1] != '\n' ||
		    (i > 0 && memcmp(line - HS6_LINE, line, 6) >= 0))
			return "hs6_codes.csv: sorted lines of six digits";
	}
	return NULL;
}

/* Dates are YYYY-MM-DD: their order is that of their texts. */
static bool
is_in_force(const char *from, const char *to, const char *on)
{
	if (on == NULL)
		return *to == '\0';
	return strcmp(from, on) <= 0 && (*to == '\0' || strcmp(on, to) <= 0);
}

fault
regime_find(const struct customs_tables *t, const char *code,
    const char *direction, const char *on, const struct customs_regime **out)
{
	const struct customs_regime *found = NULL;
	size_t n = 0, n_code = 0;

	for (size_t i = 0; i < t->n_regimes; i++) {
		const struct customs_regime *r = &t->regimes[i];

		if (strcmp(r->regime, code) != 0)
			continue;
		n_code++;
		if (direction == NULL || strcmp(r->direction, direction) == 0) {
			found = r;
			n++;
		}
	}
	if (n_code == 0)
		return "unknown_regime";
	if (n != 1)
		return "bad_direction";
	if (!is_in_force(found->from, found->to, on))
		return "not_in_force";
	*out = found;
	return NULL;
}

/* ----------------------------------------------------------------- values */

static const struct element *
find(const struct declared *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->elements[i].name, name) == 0 &&
		    !d->elements[i].is_empty)
			return &d->elements[i];
	return NULL;
}

static bool
amount(const struct declared *d, const char *name, int64_t *out)
{
	const struct element *e = find(d, name);

	return e != NULL && e->text != NULL &&
	    decimal_read(e->text, strlen(e->text), PLACES, out) && *out >= 0;
}

/* YYYY-MM-DD or YYYYMMDD, a day that there is. */
static bool
is_date(const char *text)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	char digits[9];
	size_t n = 0;
	long year, month, day;

	if (strlen(text) != 8 &&
	    (strlen(text) != 10 || text[4] != '-' || text[7] != '-'))
		return false;
	for (const char *c = text; *c != '\0' && n < 8; c++)
		if (*c >= '0' && *c <= '9')
			digits[n++] = *c;
	if (n != 8)
		return false;
	digits[n] = '\0';
	day = strtol(digits + 6, NULL, 10);
	digits[6] = '\0';
	month = strtol(digits + 4, NULL, 10);
	digits[4] = '\0';
	year = strtol(digits, NULL, 10);
	if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 ||
	    (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

static bool
are_digits(const char *text, size_t n)
{
	return strlen(text) == n && strspn(text, "0123456789") == n;
}

/* Two letters that are a country, or the customs' own three digits. */
static bool
is_country(const struct customs_run *run, const char *text)
{
	return are_digits(text, 3) ||
	    country_find(run->countries, text) != NULL;
}

/* Three capitals (ISO 4217), or the customs' own three digits. */
static bool
is_currency(const char *text)
{
	return are_digits(text, 3) ||
	    (strlen(text) == 3 &&
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3);
}

/* The check digit of a citizen's number: GB 11643, ISO 7064 MOD 11-2. */
static bool
is_citizen(const char *text)
{
	static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10,
		5, 8, 4, 2 };
	int sum = 0;

	if (strlen(text) != 18 || strspn(text, "0123456789") < 17)
		return false;
	for (int i = 0; i < 17; i++)
		sum += (text[i] - '0') * weights[i];
	return "10X98765432"[sum % 11] == (text[17] == 'x' ? 'X' : text[17]);
}

/* Is there a code that begins so? */
static bool
is_known_hs(const struct customs_tables *t, const char *text)
{
	size_t length = strlen(text) < 6 ? strlen(text) : 6;
	size_t low = 0, n = t->n_hs6;

	while (n > 0) {
		size_t half = n / 2;

		if (memcmp(t->hs6 + (low + half) * HS6_LINE, text, length) <
		    0) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return low < t->n_hs6 &&
	    memcmp(t->hs6 + low * HS6_LINE, text, length) == 0;
}

static fault
check_hs(const struct customs_run *run, const char *text, size_t least)
{
	size_t n = strlen(text);

	if (n < least || n > 13 || n % 2 != 0 ||
	    strspn(text, "0123456789") != n)
		return "hs_code";
	return is_known_hs(run->tables, text) ? NULL : "unknown_hs_code";
}

static fault
check_number(const char *text, bool above_zero)
{
	int64_t x;

	if (!decimal_read(text, strlen(text), PLACES, &x) || x < 0)
		return "number";
	return above_zero && x == 0 ? "positive" : NULL;
}

/* Whole packages, or a quantity, weight or price. */
static fault
check_amount(const char *type, const char *text)
{
	if (strcmp(type, "count") == 0 &&
	    strspn(text, "0123456789") != strlen(text))
		return "number";
	return check_number(text, strcmp(type, "number") != 0);
}

static fault
check_type(const struct customs_run *run, const struct declared *d,
    const char *type, const struct element *e)
{
	const struct element *kind;

	if (strcmp(type, "list") == 0)
		return NULL;
	if (e->text == NULL)
		return "type";
	if (strcmp(type, "text") == 0)
		return NULL;
	if (strncmp(type, "hs", 2) == 0)
		return check_hs(run, e->text, strtoul(type + 2, NULL, 10));
	if (strcmp(type, "date") == 0)
		return is_date(e->text) ? NULL : "date";
	if (strcmp(type, "country") == 0)
		return is_country(run, e->text) ? NULL : "country";
	if (strcmp(type, "currency") == 0)
		return is_currency(e->text) ? NULL : "currency";
	if (strcmp(type, "id") != 0)
		return check_amount(type, e->text);
	kind = find(d, "buyerIdType");
	return kind == NULL || kind->text == NULL ||
		strcmp(kind->text, "1") != 0 || is_citizen(e->text)
	    ? NULL
	    : "id";
}

/* --------------------------------------------------------------- checking */

static void
note(struct customs_run *run, size_t item, const char *field, const char *code)
{
	if (run->n_errors == run->room)
		run->is_cut = true;
	else
		run->errors[run->n_errors++] = (struct customs_error){ item,
			field, code, NULL };
}

static void
note_field(struct customs_run *run, size_t item, const struct customs_field *f,
    const char *code)
{
	note(run, item, f->name, code);
	if (!run->is_cut)
		run->errors[run->n_errors - 1].about = f;
}

static bool
is_of_regime(const struct customs_field *f, const struct customs_regime *r)
{
	size_t n = strlen(r->regime);
	const char *at = f->regimes;

	while ((at = strstr(at, r->regime)) != NULL) {
		const char *direction = at + n + 1;

		if (at[n] == '/' && (at == f->regimes || at[-1] == ' ') &&
		    strncmp(direction, r->direction, strlen(r->direction)) == 0)
			return true;
		at++;
	}
	return false;
}

/* Conditions look at the declaration, for goods too. */
static bool
is_needed(const struct customs_field *f, const struct declared *header)
{
	const char *name, *value;
	const struct element *e = NULL;

	if (strncmp(f->need, "if:", 3) != 0)
		return true;
	name = f->need + 3;
	value = strchr(name, '=');
	for (size_t i = 0; i < header->n; i++) {
		size_t n = value != NULL ? (size_t)(value - name)
					 : strlen(name);

		if (strlen(header->elements[i].name) == n &&
		    strncmp(header->elements[i].name, name, n) == 0)
			e = &header->elements[i];
	}
	if (e == NULL || e->is_empty)
		return false;
	return value == NULL ||
	    (e->text != NULL && strcmp(e->text, value + 1) == 0);
}

static void
check_fields(struct customs_run *run, const struct declaration *d,
    const struct declared *part, size_t item)
{
	const struct customs_tables *t = run->tables;

	for (size_t i = 0; i < t->n_fields; i++) {
		const struct customs_field *f = &t->fields[i];
		const struct element *e;
		fault wrong;

		if (f->is_of_item != (item != CUSTOMS_HEADER) ||
		    !is_of_regime(f, run->regime) ||
		    !is_in_force(f->from, f->to, run->on))
			continue;
		e = find(part, f->name);
		if (e == NULL) {
			if (is_needed(f, &d->header))
				note_field(run, item, f, "missing");
			continue;
		}
		wrong = check_type(run, part, f->type, e);
		if (wrong != NULL)
			note_field(run, item, f, wrong);
	}
}

/* Price times quantity, to the hundredth. */
static void
check_total(struct customs_run *run, const struct declared *part, size_t item)
{
	int64_t qty, price, total;
	wide difference;

	if (!amount(part, "qty", &qty) || !amount(part, "price", &price) ||
	    !amount(part, "totalPrice", &total))
		return;
	difference = (wide)qty * price - (wide)total * 100000;
	if (difference < 0)
		difference = -difference;
	if (difference > (wide)1000 * 100000)
		note(run, item, "totalPrice", "total_mismatch");
}

void
customs_check(struct customs_run *run, const struct declaration *d)
{
	int64_t net, gross;

	check_fields(run, d, &d->header, CUSTOMS_HEADER);
	for (size_t i = 0; i < d->n_items; i++)
		check_fields(run, d, &d->items[i], i);
	if (amount(&d->header, "netWeight", &net) &&
	    amount(&d->header, "grossWeight", &gross) && net > gross)
		note(run, CUSTOMS_HEADER, "netWeight", "net_above_gross");
	for (size_t i = 0; i < d->n_items; i++)
		check_total(run, &d->items[i], i);
}
