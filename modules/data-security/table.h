/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The tables of data/: what the law says, as rows.  Columns are found by
 * name; a row holds from its effective_from to its effective_to, both
 * inclusive, an empty one is open.
 */

#pragma once

#include "csv.h"

#define TABLE_NONE SIZE_MAX

struct table {
	const char **header;
	const char ***rows;
	size_t n_columns, n_rows;
};

/* Reads all of it.  needed: names of columns with blanks between.  Refuses
 * missing_column, short_row, bad_day, and what csv_row() does. */
fault table_read(struct table *t, struct csv *c, const char *needed);

/* A cell; "" when there is no such column. */
const char *table_cell(const struct table *t, size_t row, const char *column);

/* A cell as a whole number; 0 when it is none. */
int64_t table_number(const struct table *t, size_t row, const char *column);

/* Is the row in force that day (since 1970-01-01)? */
bool table_holds(const struct table *t, size_t row, int64_t day);

/* The first row in force at or behind from whose column is the value;
 * TABLE_NONE without one. */
size_t table_find(const struct table *t, size_t from, int64_t day,
    const char *column, const char *value);

/* Is the word among those of the cell, which have blanks between? */
bool table_has_word(const struct table *t, size_t row, const char *column,
    const char *word);
