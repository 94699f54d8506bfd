/* SPDX-License-Identifier: BSD-2-Clause */

#include "parcel_number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FORMATS_MAX 200
#define COUNTRIES_MAX 300

/* ---------------------------------------------------------------- tables */

/* "luhn 0 10 10" */
static bool
read_check(const struct memory *memory, const char *text,
    struct number_format *out)
{
	size_t n = strcspn(text, " ");
	char *end;

	out->rule = text_copy(memory, text, n);
	if (*text == '\0')
		return true;
	out->from = strtoul(text + n, &end, 10);
	out->length = strtoul(end, &end, 10);
	out->at = strtoul(end, &end, 10);
	return *end == '\0' && out->length > 0 && out->from < NUMBER_MAX &&
	    out->length < NUMBER_MAX - out->from && out->at < NUMBER_MAX;
}

fault
formats_read(struct number_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->formats = c->memory->alloc(c->memory->owner,
	    FORMATS_MAX * sizeof *t->formats);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		struct number_format *k = &t->formats[t->n_formats];

		if (n != 4 || t->n_formats == FORMATS_MAX)
			return "tracking_formats.csv: 4 columns, 200 rows";
		k->carrier = cells[0];
		k->name = cells[1];
		k->pattern = cells[2];
		if (!read_check(c->memory, cells[3], k))
			return "tracking_formats.csv: check: rule and 3 numbers";
		t->n_formats++;
	}
	return f;
}

fault
countries_read(struct number_tables *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->countries = c->memory->alloc(c->memory->owner,
	    COUNTRIES_MAX * sizeof *t->countries);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != 3 || t->n_countries == COUNTRIES_MAX)
			return "countries.csv: 3 columns, 300 rows";
		t->countries[t->n_countries++] = (struct country){ cells[0],
			cells[1], cells[2] };
	}
	return f;
}

const struct country *
country_find(const struct number_tables *t, const char *code)
{
	for (size_t i = 0; i < t->n_countries; i++)
		if (strcmp(t->countries[i].code, code) == 0)
			return &t->countries[i];
	return NULL;
}

bool
number_clean(const char *text, char out[NUMBER_MAX + 1])
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == ' ' || c == '-')
			continue;
		if (n == NUMBER_MAX || c >= 0x80 || isalnum(c) == 0)
			return false;
		out[n++] = (char)toupper(c);
	}
	out[n] = '\0';
	return n > 0;
}

/* --------------------------------------------------------------- patterns */

static bool
is_of(char kind, char c)
{
	if (kind == 'd')
		return isdigit((unsigned char)c) != 0;
	if (kind == 'a')
		return isupper((unsigned char)c) != 0;
	return isalnum((unsigned char)c) != 0;
}

/* Behind a word of the pattern and the spaces after it. */
static const char *
next_word(const char *pattern)
{
	pattern += strcspn(pattern, " ");
	return pattern + strspn(pattern, " ");
}

/* How many characters one of the words "A|B|C" covers; 0 when none. */
static size_t
literal(const char *words, const char *text)
{
	while (*words != '\0' && *words != ' ') {
		size_t n = strcspn(words, "| ");

		if (strncmp(words, text, n) == 0)
			return n;
		words += n + (words[n] == '|' ? 1 : 0);
	}
	return 0;
}

/* A range stands last, so that nothing has to be tried twice.  Adds to
 * *fixed_out how many characters are told literally. */
static bool
fits(const char *pattern, const char *text, int *fixed_out)
{
	for (; *pattern != '\0'; pattern = next_word(pattern)) {
		size_t least, most, n = 0;
		char *end;

		if (*pattern == '=') {
			n = literal(pattern + 1, text);
			if (n == 0)
				return false;
			*fixed_out += (int)n;
			text += n;
			continue;
		}
		least = most = strtoul(pattern + 1, &end, 10);
		if (*end == '-')
			most = strtoul(end + 1, NULL, 10);
		while (n < most && text[n] != '\0' && is_of(*pattern, text[n]))
			n++;
		if (n < least)
			return false;
		text += n;
	}
	return *text == '\0';
}

/* ----------------------------------------------------------------- checks */

/* Letters count as in UPS numbers: A is 2, H is 9, I is 0. */
static int
digit(char c)
{
	return c <= '9' ? c - '0' : (c - 'A' + 2) % 10;
}

/* "mod10/1/2": weights of the even and the odd places, from 0. */
static bool
mod10(const struct number_format *f, const char *number)
{
	int weights[2] = { f->rule[6] - '0', f->rule[8] - '0' }, sum = 0;

	for (size_t i = 0; i < f->length; i++)
		sum += digit(number[f->from + i]) * weights[i % 2];
	return (10 - sum % 10) % 10 == digit(number[f->at]);
}

static bool
luhn(const struct number_format *f, const char *number)
{
	int sum = 0;

	for (size_t i = 0; i < f->length; i++) {
		int d = digit(number[f->from + f->length - 1 - i]);

		if (i % 2 == 0)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return (10 - sum % 10) % 10 == digit(number[f->at]);
}

static bool
mod7(const struct number_format *f, const char *number)
{
	int rest = 0;

	for (size_t i = 0; i < f->length; i++)
		rest = (rest * 10 + digit(number[f->from + i])) % 7;
	return rest == digit(number[f->at]);
}

/* UPU S10-12: weights 8 6 4 2 3 5 9 7, modulo 11. */
static bool
s10(const struct number_format *f, const char *number)
{
	static const int weights[] = { 8, 6, 4, 2, 3, 5, 9, 7 };
	int sum = 0, check;

	for (size_t i = 0; i < f->length && i < 8; i++)
		sum += digit(number[f->from + i]) * weights[i];
	check = 11 - sum % 11;
	if (check == 10)
		check = 0;
	else if (check == 11)
		check = 5;
	return check == digit(number[f->at]);
}

/* "weighted/317...": a weight of each place; modulo 11, then 10. */
static bool
weighted(const struct number_format *f, const char *number)
{
	int sum = 0;

	for (size_t i = 0; i < f->length; i++)
		sum += digit(number[f->from + i]) * (f->rule[9 + i] - '0');
	return sum % 11 % 10 == digit(number[f->at]);
}

/* ISO/IEC 7064 MOD 37,36. */
static bool
mod37_36(const struct number_format *f, const char *number)
{
	static const char all[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	int product = 36;

	for (size_t i = 0; i < f->length; i++) {
		product += (int)(strchr(all, number[f->from + i]) - all);
		product = product % 36 == 0 ? 36 : product % 36;
		product = product * 2 % 37;
	}
	return (product + (int)(strchr(all, number[f->at]) - all)) % 36 == 1;
}

static const struct {
	const char *rule; /* begins with */
	bool (*holds)(const struct number_format *f, const char *number);
} rules[] = {
	{ "mod10/", mod10 },
	{ "luhn", luhn },
	{ "mod7", mod7 },
	{ "s10", s10 },
	{ "weighted/", weighted },
	{ "mod37_36", mod37_36 },
};

static bool
is_checked(const struct number_format *f, const char *number)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (strncmp(f->rule, rules[i].rule, strlen(rules[i].rule)) == 0)
			return rules[i].holds(f, number);
	return false;
}

/* --------------------------------------------------------------- guessing */

static int
by_weight(const void *a, const void *b)
{
	const struct number_guess *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->format > y->format) - (x->format < y->format);
}

/* A right check character is worth more than any prefix, a wrong one takes
 * that much away. */
static void
set_weight(struct number_guess *g, int fixed)
{
	g->weight = fixed * 10;
	if (g->has_check)
		g->weight += g->is_valid ? 100 : -100;
}

size_t
number_guess(const struct number_tables *t, const char *number,
    struct number_guess *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_formats && n < room; i++) {
		const struct number_format *f = &t->formats[i];
		struct number_guess *g = &out[n];
		int fixed = 0;

		if (!fits(f->pattern, number, &fixed))
			continue;
		*g = (struct number_guess){ f, *f->rule != '\0', true, NULL,
			0 };
		if (g->has_check)
			g->is_valid = is_checked(f, number);
		if (strcmp(f->rule, "s10") == 0) {
			g->country = country_find(t,
			    number + strlen(number) - 2);
			g->is_valid = g->is_valid && g->country != NULL;
			fixed = g->country != NULL ? 2 : 0;
		}
		set_weight(g, fixed);
		n++;
	}
	qsort(out, n, sizeof *out, by_weight);
	return n;
}
