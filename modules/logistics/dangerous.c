/* SPDX-License-Identifier: BSD-2-Clause */

#include "dangerous.h"

#include <string.h>

#define ROWS_MAX 500

const char *const carriage_names[CARRIAGES] = { "air", "air_cargo", "sea",
	"road", "post" };

fault
dangerous_read(struct dangerous_table *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->rows = c->memory->alloc(c->memory->owner,
	    ROWS_MAX * sizeof *t->rows);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != 13 || t->n == ROWS_MAX)
			return "dangerous_goods.csv: 13 columns, 500 rows";
		t->rows[t->n++] = (struct dangerous_goods){ cells[0], cells[1],
			cells[2], cells[3], cells[4],
			{ cells[5], cells[6], cells[7], cells[8], cells[9] },
			cells[10], cells[11], cells[12] };
	}
	return f;
}

bool
carriage_read(const char *name, enum carriage *out)
{
	for (int i = 0; i < CARRIAGES; i++)
		if (strcmp(name, carriage_names[i]) == 0) {
			*out = (enum carriage)i;
			return true;
		}
	*out = BY_ROAD;
	return strcmp(name, "rail") == 0;
}

bool
dangerous_answers(const struct dangerous_goods *g, const char *query)
{
	if (*query == '\0')
		return false;
	if (strcasecmp(query, g->un) == 0 || strcmp(query, g->un + 2) == 0)
		return true;
	return strcasestr(g->name_en, query) != NULL ||
	    strstr(g->name_zh, query) != NULL;
}
