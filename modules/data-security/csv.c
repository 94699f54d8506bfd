/* SPDX-License-Identifier: BSD-2-Clause */

#include "csv.h"

#include <string.h>

void
csv_open(struct csv *c, const void *bytes, size_t length,
    const struct memory *memory)
{
	static const char mark[] = "\357\273\277";

	*c = (struct csv){ .bytes = bytes,
		.length = length,
		.next_line = 1,
		.memory = memory };
	if (length >= 3 && memcmp(bytes, mark, 3) == 0)
		c->at = 3;
}

static bool
is_end_of_line(const struct csv *c, size_t i)
{
	return i >= c->length || c->bytes[i] == '\n' ||
	    (c->bytes[i] == '\r' &&
		(i + 1 == c->length || c->bytes[i + 1] == '\n'));
}

/* Behind the line's end at c->at. */
static void
pass_end(struct csv *c)
{
	if (c->at < c->length && c->bytes[c->at] == '\r')
		c->at++;
	if (c->at < c->length)
		c->at++;
	c->next_line++;
}

static void
pass_blank(struct csv *c)
{
	while (c->at < c->length) {
		if (c->bytes[c->at] == '#')
			while (!is_end_of_line(c, c->at))
				c->at++;
		if (!is_end_of_line(c, c->at))
			return;
		pass_end(c);
	}
}

static fault
plain(struct csv *c, const char **cell_out)
{
	size_t from = c->at;

	while (!is_end_of_line(c, c->at) && c->bytes[c->at] != ',') {
		if (c->bytes[c->at] == '\0')
			return "bad_byte";
		c->at++;
	}
	*cell_out = text_copy(c->memory, c->bytes + from, c->at - from);
	return NULL;
}

static fault
quoted(struct csv *c, const char **cell_out)
{
	size_t from = ++c->at, n = 0, i;
	char *out;

	for (i = from;; i++, n++) {
		if (i >= c->length)
			return "bad_quote";
		if (c->bytes[i] == '\0')
			return "bad_byte";
		if (c->bytes[i] == '\n')
			c->next_line++;
		if (c->bytes[i] != '"')
			continue;
		if (i + 1 >= c->length || c->bytes[i + 1] != '"')
			break;
		i++;
	}
	c->at = i + 1;
	if (!is_end_of_line(c, c->at) && c->bytes[c->at] != ',')
		return "bad_quote";
	out = c->memory->alloc(c->memory->owner, n + 1);
	for (size_t k = 0; k < n; k++) {
		out[k] = c->bytes[from++];
		if (out[k] == '"')
			from++;
	}
	*cell_out = out;
	return NULL;
}

fault
csv_row(struct csv *c, const char *cells[CSV_CELLS], size_t *n_out)
{
	*n_out = 0;
	pass_blank(c);
	c->line = c->next_line;
	if (c->at >= c->length)
		return NULL;
	for (;;) {
		fault f;

		if (*n_out == CSV_CELLS)
			return "too_many_cells";
		f = c->at < c->length && c->bytes[c->at] == '"'
		    ? quoted(c, &cells[*n_out])
		    : plain(c, &cells[*n_out]);
		if (f != NULL)
			return f;
		++*n_out;
		if (is_end_of_line(c, c->at))
			break;
		c->at++;
	}
	pass_end(c);
	return NULL;
}

size_t
csv_column(const char *const *header, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(header[i], name) != 0)
		i++;
	return i;
}
