/* SPDX-License-Identifier: BSD-2-Clause */

#include "lifecycle.h"

#include <string.h>

#define ROWS_MAX 200

fault
lifecycles_read(struct lifecycles *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->rows = c->memory->alloc(c->memory->owner,
	    ROWS_MAX * sizeof *t->rows);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		if (n != 4 || t->n == ROWS_MAX)
			return "transitions.csv: 4 columns, 200 rows";
		t->rows[t->n++] = (struct transition){ cells[0], cells[1],
			cells[2], cells[3] };
	}
	return f;
}

bool
lifecycle_has(const struct lifecycles *t, const char *machine,
    const char *state)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->rows[i].machine, machine) == 0 &&
		    (state == NULL || strcmp(t->rows[i].from, state) == 0 ||
			strcmp(t->rows[i].to, state) == 0))
			return true;
	return false;
}

const struct transition *
lifecycle_find(const struct lifecycles *t, const char *machine,
    const char *from, const char *to)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->rows[i].machine, machine) == 0 &&
		    strcmp(t->rows[i].from, from) == 0 &&
		    strcmp(t->rows[i].to, to) == 0)
			return &t->rows[i];
	return NULL;
}

int64_t
message_retry_after(int64_t tries)
{
	static const int64_t waits[] = { 60, 300, 1800 };

	if (tries < 1 || tries > (int64_t)(sizeof waits / sizeof waits[0]))
		return -1;
	return waits[tries - 1];
}
