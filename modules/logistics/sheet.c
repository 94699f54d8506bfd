/* SPDX-License-Identifier: BSD-2-Clause */

#include "sheet.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define SURCHARGE "surcharge:"

enum cell_kind {
	CELL_TEXT,
	CELL_NEEDED, /* text that must be there */
	CELL_WORDS,
	CELL_INT,
	CELL_YES,
	CELL_DATE,
	CELL_PERCENT,
	CELL_MODE,
	CELL_STATUS
};

#define AT(member) offsetof(struct sheet_row, member)

/* What may stand in a sheet; usual is what an empty cell means. */
static const struct sheet_column {
	const char *name;
	enum cell_kind kind;
	size_t at;
	bool is_needed;
	int64_t usual, least;
} columns[] = {
	{ "service", CELL_NEEDED, AT(service), true, 0, 0 },
	{ "countries", CELL_WORDS, AT(countries), true, 0, 0 },
	{ "currency", CELL_NEEDED, AT(currency), true, 0, 0 },
	{ "max_g", CELL_INT, AT(tariff.max_g), true, -1, 1 },
	{ "days_max", CELL_INT, AT(days_max), true, -1, 0 },
	{ "first_g", CELL_INT, AT(tariff.first_g), false, 0, 0 },
	{ "first_minor", CELL_INT, AT(tariff.first_minor), false, 0, 0 },
	{ "step_g", CELL_INT, AT(tariff.step_g), false, 1, 1 },
	{ "step_minor", CELL_INT, AT(tariff.step_minor), false, 0, 0 },
	{ "per_kg_minor", CELL_INT, AT(tariff.per_kg_minor), false, 0, 0 },
	{ "from_g", CELL_INT, AT(from_g), false, -1, 0 },
	{ "carrier", CELL_TEXT, AT(carrier), false, 0, 0 },
	{ "zone", CELL_TEXT, AT(zone), false, 0, 0 },
	{ "postcodes", CELL_WORDS, AT(postcodes), false, 0, 0 },
	{ "divisor", CELL_INT, AT(weighing.divisor), false, 5000, 1 },
	{ "round_g", CELL_INT, AT(weighing.step_g), false, 1, 1 },
	{ "min_g", CELL_INT, AT(weighing.min_g), false, 0, 0 },
	{ "mode", CELL_MODE, AT(weighing.mode), false, 0, 0 },
	{ "fuel_bp", CELL_INT, AT(tariff.fuel_bp), false, 0, 0 },
	{ "insurance_bp", CELL_INT, AT(tariff.insurance_bp), false, 0, 0 },
	{ "insurance_min_minor", CELL_INT, AT(tariff.insurance_min_minor),
	    false, 0, 0 },
	{ "max_length_mm", CELL_INT, AT(max_length_mm), false, 0, 1 },
	{ "max_girth_sum_mm", CELL_INT, AT(max_girth_sum_mm), false, 0, 1 },
	{ "days_min", CELL_INT, AT(days_min), false, 0, 0 },
	{ "on_time_pct", CELL_PERCENT, AT(on_time), false, 0, 0 },
	{ "co2_g_per_kg", CELL_INT, AT(co2_g_per_kg), false, 0, 0 },
	{ "battery", CELL_YES, AT(takes_battery), false, 0, 0 },
	{ "dg", CELL_YES, AT(takes_dg), false, 0, 0 },
	{ "ddp", CELL_YES, AT(is_ddp), false, 0, 0 },
	{ "status", CELL_STATUS, AT(is_active), false, 0, 0 },
	{ "valid_from", CELL_DATE, AT(from), false, 0, 0 },
	{ "valid_to", CELL_DATE, AT(to), false, 0, 0 },
};

#define COLUMNS (sizeof columns / sizeof columns[0])

struct reading {
	struct sheet *sheet;
	const struct memory *memory;
	struct csv csv;
	const char *header[CSV_CELLS];
	size_t n_header;
	bool is_odd; /* the row has an error */
};

static void
note(struct reading *r, const char *column, const char *code)
{
	struct sheet *s = r->sheet;

	r->is_odd = true;
	if (s->n_errors == SHEET_ERRORS)
		s->is_cut = true;
	else
		s->errors[s->n_errors++] = (struct sheet_error){ r->csv.line,
			column, code };
}

/* ------------------------------------------------------------------ cells */

static fault
read_words(const struct memory *memory, const char *text,
    const char *const **out, size_t *n_out)
{
	static const char marks[] = " ,;|";
	size_t n = 0, room = strlen(text) / 2 + 1;
	const char **words = memory->alloc(memory->owner, room * sizeof *words);

	text += strspn(text, marks);
	while (*text != '\0') {
		size_t length = strcspn(text, marks);

		words[n++] = text_copy(memory, text, length);
		text += length;
		text += strspn(text, marks);
	}
	*out = words;
	*n_out = n;
	return NULL;
}

static bool
is_date(const char *text)
{
	static const char shape[] = "dddd-dd-dd";

	if (strlen(text) != sizeof shape - 1)
		return false;
	for (size_t i = 0; shape[i] != '\0'; i++)
		if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9'
				    : text[i] != shape[i])
			return false;
	return strncmp(text + 5, "01", 2) >= 0 &&
	    strncmp(text + 5, "12", 2) <= 0 && strcmp(text + 8, "01") >= 0 &&
	    strcmp(text + 8, "31") <= 0;
}

static fault
read_yes(const char *text, bool *out)
{
	*out = strcmp(text, "yes") == 0 || strcmp(text, "1") == 0 ||
	    strcmp(text, "true") == 0;
	if (*out || *text == '\0' || strcmp(text, "no") == 0 ||
	    strcmp(text, "0") == 0 || strcmp(text, "false") == 0)
		return NULL;
	return "yes_no";
}

static fault
read_int(const struct sheet_column *c, const char *text, int64_t *out)
{
	*out = c->usual;
	if (*text == '\0')
		return c->is_needed ? "missing" : NULL;
	if (!decimal_read(text, strlen(text), 0, out) || *out < c->least)
		return "number";
	return NULL;
}

/* What a spreadsheet would take for a formula is no name of anything. */
static fault
read_text(const char *text, bool is_needed, const char **out)
{
	*out = text;
	if (*text == '\0')
		return is_needed ? "missing" : NULL;
	return strchr("=+-@\t\r", *text) != NULL ? "formula" : NULL;
}

static fault
read_percent(const char *text, int64_t *out)
{
	*out = 0;
	if (*text == '\0')
		return NULL;
	if (!decimal_read(text, strlen(text), 9, out) || *out < 0 ||
	    *out > INT64_C(100000000000))
		return "number";
	return NULL;
}

static fault
read_cell(struct reading *r, const struct sheet_column *c, const char *text,
    struct sheet_row *row)
{
	void *to = (char *)row + c->at;

	switch (c->kind) {
	case CELL_INT:
		return read_int(c, text, to);
	case CELL_YES:
		return read_yes(text, to);
	case CELL_PERCENT:
		return read_percent(text, to);
	case CELL_DATE:
		*(const char **)to = text;
		return *text == '\0' || is_date(text) ? NULL : "date";
	case CELL_MODE:
		return *text == '\0' || weighing_mode_read(text, to) ? NULL
								     : "mode";
	case CELL_STATUS:
		row->is_active = *text == '\0' || strcmp(text, "active") == 0;
		return NULL;
	case CELL_WORDS:
		if (c->at == AT(postcodes))
			return read_words(r->memory, text, &row->postcodes,
			    &row->n_postcodes);
		return read_words(r->memory, text, &row->countries,
		    &row->n_countries);
	default:
		return read_text(text, c->kind == CELL_NEEDED, to);
	}
}

/* ------------------------------------------------------------------- rows */

static void
read_surcharges(struct reading *r, const char *const *cells,
    struct sheet_row *row)
{
	static const struct sheet_column amount = { SURCHARGE, CELL_INT, 0,
		false, 0, 0 };

	row->tariff.n_surcharges = 0;
	for (size_t i = 0; i < r->n_header; i++) {
		struct surcharge *s =
		    &row->surcharges[row->tariff.n_surcharges];
		fault f;

		if (strncmp(r->header[i], SURCHARGE, sizeof SURCHARGE - 1) !=
			0 ||
		    *cells[i] == '\0')
			continue;
		s->id = r->header[i] + sizeof SURCHARGE - 1;
		f = read_int(&amount, cells[i], &s->minor);
		if (f == NULL &&
		    row->tariff.n_surcharges + 1 == SHEET_SURCHARGES)
			f = "too_many_surcharges";
		if (f != NULL)
			note(r, r->header[i], f);
		else
			row->tariff.n_surcharges++;
	}
}

static void
check_row(struct reading *r, const struct sheet_row *row)
{
	for (size_t i = 0; i < row->n_countries; i++)
		if (strlen(row->countries[i]) != 2 ||
		    strspn(row->countries[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") !=
			2)
			note(r, "countries", "country");
	if (row->n_countries == 0)
		note(r, "countries", "missing");
	if (*row->currency != '\0' &&
	    (strlen(row->currency) != 3 ||
		strspn(row->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3))
		note(r, "currency", "currency");
	if (row->tariff.max_g > 0 && row->from_g >= row->tariff.max_g)
		note(r, "from_g", "number");
	if (row->days_max >= 0 && row->days_min > row->days_max)
		note(r, "days_min", "number");
}

static void
read_row(struct reading *r, const char *const *cells, size_t n)
{
	struct sheet_row *row = &r->sheet->rows[r->sheet->n_rows];

	*row = (struct sheet_row){ .line = r->csv.line };
	r->is_odd = false;
	if (n != r->n_header) {
		note(r, "", "cells");
		return;
	}
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t at = csv_column(r->header, r->n_header, columns[i].name);
		fault f = read_cell(r, &columns[i], at < n ? cells[at] : "",
		    row);

		if (f != NULL)
			note(r, columns[i].name, f);
	}
	read_surcharges(r, cells, row);
	check_row(r, row);
	if (!r->is_odd)
		r->sheet->n_rows++;
}

/* Which columns there are; false when the sheet cannot be read by them. */
static bool
read_header(struct reading *r)
{
	fault f = csv_row(&r->csv, r->header, &r->n_header);

	r->is_odd = false;
	if (f != NULL)
		note(r, "", f);
	for (size_t i = 0; i < r->n_header; i++) {
		size_t k = 0;

		while (
		    k < COLUMNS && strcmp(columns[k].name, r->header[i]) != 0)
			k++;
		if (k == COLUMNS &&
		    strncmp(r->header[i], SURCHARGE, sizeof SURCHARGE - 1) != 0)
			note(r, r->header[i], "unknown_column");
		if (csv_column(r->header, i, r->header[i]) < i)
			note(r, r->header[i], "column_twice");
	}
	for (size_t i = 0; i < COLUMNS; i++)
		if (columns[i].is_needed &&
		    csv_column(r->header, r->n_header, columns[i].name) ==
			r->n_header)
			note(r, columns[i].name, "missing");
	return !r->is_odd;
}

/* No more rows than line feeds. */
static size_t
room_for(const char *csv, size_t length)
{
	size_t n = 2;

	for (size_t i = 0; i < length && n < SHEET_ROWS; i++)
		n += csv[i] == '\n';
	return n;
}

void
sheet_read(const char *csv, size_t length, const struct memory *memory,
    struct sheet *out)
{
	struct reading r = { .sheet = out, .memory = memory };
	const char *cells[CSV_CELLS];
	size_t n;

	memset(out, 0, sizeof *out);
	csv_open(&r.csv, csv, length, memory);
	if (length > 0 && memchr(csv, '\0', length) != NULL) {
		note(&r, "", "bad_byte");
		return;
	}
	if (!read_header(&r))
		return;
	out->rows = memory->alloc(memory->owner,
	    room_for(csv, length) * sizeof *out->rows);
	for (;;) {
		fault f = csv_row(&r.csv, cells, &n);

		if (f == NULL && n > 0 && out->n_rows + 1 >= SHEET_ROWS)
			f = "too_many_rows";
		if (f != NULL)
			note(&r, "", f);
		if (f != NULL || n == 0)
			break;
		read_row(&r, cells, n);
	}
	for (size_t i = 0; i < out->n_rows; i++)
		out->rows[i].tariff.surcharges = out->rows[i].surcharges;
}
