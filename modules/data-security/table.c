/* SPDX-License-Identifier: BSD-2-Clause */

#include "table.h"

#include "day.h"

#include <stdlib.h>
#include <string.h>

static bool
has_columns(const struct table *t, const char *needed)
{
	char name[64];

	while (*needed != '\0') {
		size_t n = strcspn(needed, " ");

		if (n >= sizeof name)
			return false;
		memcpy(name, needed, n);
		name[n] = '\0';
		if (csv_column(t->header, t->n_columns, name) == t->n_columns)
			return false;
		needed += n;
		needed += *needed == ' ';
	}
	return true;
}

static bool
days_are_good(const struct table *t, size_t row)
{
	static const char *const columns[] = { "effective_from",
		"effective_to" };
	int64_t day;

	for (size_t i = 0; i < 2; i++) {
		const char *cell = table_cell(t, row, columns[i]);

		if (*cell != '\0' && !day_read(cell, strlen(cell), &day))
			return false;
	}
	return true;
}

static void
grow(struct table *t, const struct memory *memory, size_t *room)
{
	const char ***rows;

	if (t->n_rows < *room)
		return;
	*room = *room == 0 ? 64 : 2 * *room;
	rows = memory->alloc(memory->owner, *room * sizeof *rows);
	if (t->n_rows > 0)
		memcpy(rows, t->rows, t->n_rows * sizeof *rows);
	t->rows = rows;
}

static const char **
keep(const struct memory *memory, const char *const *cells, size_t n)
{
	const char **row = memory->alloc(memory->owner, (n + 1) * sizeof *row);

	memcpy(row, cells, n * sizeof *row);
	return row;
}

fault
table_read(struct table *t, struct csv *c, const char *needed)
{
	const char *cells[CSV_CELLS];
	size_t n, room = 0;
	fault f = csv_row(c, cells, &n);

	if (f != NULL)
		return f;
	t->header = keep(c->memory, cells, n);
	t->n_columns = n;
	if (!has_columns(t, needed))
		return "missing_column";
	for (;;) {
		f = csv_row(c, cells, &n);
		if (f != NULL || n == 0)
			return f;
		if (n != t->n_columns)
			return "short_row";
		grow(t, c->memory, &room);
		t->rows[t->n_rows++] = keep(c->memory, cells, n);
		if (!days_are_good(t, t->n_rows - 1))
			return "bad_day";
	}
}

const char *
table_cell(const struct table *t, size_t row, const char *column)
{
	size_t i = csv_column(t->header, t->n_columns, column);

	return i < t->n_columns ? t->rows[row][i] : "";
}

int64_t
table_number(const struct table *t, size_t row, const char *column)
{
	return strtoll(table_cell(t, row, column), NULL, 10);
}

bool
table_holds(const struct table *t, size_t row, int64_t day)
{
	const char *from = table_cell(t, row, "effective_from");
	const char *to = table_cell(t, row, "effective_to");
	int64_t first = INT64_MIN, last = INT64_MAX;

	(void)day_read(from, strlen(from), &first);
	(void)day_read(to, strlen(to), &last);
	return first <= day && day <= last;
}

size_t
table_find(const struct table *t, size_t from, int64_t day, const char *column,
    const char *value)
{
	for (size_t i = from; i < t->n_rows; i++)
		if (strcmp(table_cell(t, i, column), value) == 0 &&
		    table_holds(t, i, day))
			return i;
	return TABLE_NONE;
}

bool
table_has_word(const struct table *t, size_t row, const char *column,
    const char *word)
{
	const char *p = table_cell(t, row, column);
	size_t length = strlen(word);

	while (*p != '\0') {
		size_t n = strcspn(p, " ");

		if (n == length && memcmp(p, word, n) == 0)
			return true;
		p += n;
		p += *p == ' ';
	}
	return false;
}
