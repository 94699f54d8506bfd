/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/table.h"

#include "core/base/utf8.h"
#include "core/base/width.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GAP 2 /* between columns */

struct cell {
	const char *text;
	unsigned width;
	enum paint paint;
};

struct table {
	struct arena *arena;
	const struct table_column *columns;
	unsigned n_columns;
	struct cell *cells;
	size_t n_cells, room;
};

bool
paint_is_on(FILE *to)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return (no == NULL || *no == '\0') &&
	    (term == NULL || strcmp(term, "dumb") != 0) &&
	    isatty(fileno(to)) == 1;
}

const char *
paint_begin(enum paint paint, bool has_colours)
{
	static const char *const sequences[] = { "", "\033[32m", "\033[33m",
		"\033[31m", "\033[1m" };

	return has_colours ? sequences[paint] : "";
}

const char *
paint_end(enum paint paint, bool has_colours)
{
	return has_colours && paint != PAINT_NONE ? "\033[0m" : "";
}

const char *
table_clean(struct arena *a, const char *text)
{
	size_t n = strlen(text);
	char *out = arena_copy(a, text, n);
	char *p = out, *end = out + n;

	while (p < end) {
		size_t length = utf8_length(p, end);
		unsigned char c = (unsigned char)*p;

		if (c == '\n' || c == '\t')
			*p = ' ';
		else if (length == 0 || c < 0x20 || c == 0x7f)
			*p = '?';
		else if (length == 2 && c == 0xc2 &&
		    (unsigned char)p[1] < 0xa0) /* C1 controls */
			memset(p, '?', 2);
		p += length > 0 ? length : 1;
	}
	return out;
}

struct table *
table_new(struct arena *a, const struct table_column *columns)
{
	struct table *t = arena_alloc(a, sizeof *t);

	t->arena = a;
	t->columns = columns;
	while (columns[t->n_columns].heading != NULL)
		t->n_columns++;
	return t;
}

static void
put(struct table *t, enum paint paint, const char *text)
{
	struct cell *c;

	if (t->n_cells == t->room) {
		size_t room = t->room > 0 ? t->room * 2 : 64;
		struct cell *cells = arena_array(t->arena, room, sizeof *cells);

		if (t->n_cells > 0)
			memcpy(cells, t->cells, t->n_cells * sizeof *cells);
		t->cells = cells;
		t->room = room;
	}
	c = &t->cells[t->n_cells++];
	c->text = table_clean(t->arena, text);
	c->width = width_of(c->text);
	c->paint = paint;
}

void
table_add(struct table *t, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	put(t, PAINT_NONE, arena_vformat(t->arena, format, ap));
	va_end(ap);
}

void
table_paint(struct table *t, enum paint paint, const char *text)
{
	put(t, paint, text);
}

static void
blanks(struct buf *b, unsigned n)
{
	while (n-- > 0)
		buf_byte(b, ' ');
}

/* One row; blanks are owed until something follows them. */
static void
row(struct buf *b, const struct table *t, const struct cell *cells,
    const unsigned *widths, bool has_colours)
{
	unsigned owed = 0;

	for (unsigned i = 0; i < t->n_columns; i++) {
		const struct cell *c = &cells[i];
		unsigned pad = widths[i] - c->width;

		if (t->columns[i].is_number)
			owed += pad;
		if (c->width > 0) {
			blanks(b, owed);
			owed = 0;
			buf_text(b, paint_begin(c->paint, has_colours));
			buf_text(b, c->text);
			buf_text(b, paint_end(c->paint, has_colours));
		}
		if (!t->columns[i].is_number)
			owed += pad;
		owed += GAP;
	}
	buf_byte(b, '\n');
}

void
table_write(const struct table *t, bool has_colours, struct buf *b)
{
	unsigned *widths = arena_array(t->arena, t->n_columns + 1,
	    sizeof *widths);
	struct cell *head = arena_array(t->arena, t->n_columns + 1,
	    sizeof *head);

	EP_ASSERT(t->n_cells % t->n_columns == 0);
	for (unsigned i = 0; i < t->n_columns; i++) {
		head[i].text = t->columns[i].heading;
		head[i].width = widths[i] = width_of(head[i].text);
		head[i].paint = PAINT_HEAD;
	}
	for (size_t i = 0; i < t->n_cells; i++)
		if (t->cells[i].width > widths[i % t->n_columns])
			widths[i % t->n_columns] = t->cells[i].width;
	row(b, t, head, widths, has_colours);
	for (size_t i = 0; i < t->n_cells; i += t->n_columns)
		row(b, t, &t->cells[i], widths, has_colours);
}

void
table_print(const struct table *t, FILE *to, const char *when_empty)
{
	struct buf b = { 0 };

	if (t->n_cells == 0) {
		(void)fprintf(to, "%s\n", when_empty);
		return;
	}
	table_write(t, paint_is_on(to), &b);
	(void)fwrite(buf_data(&b), 1, buf_length(&b), to);
	buf_fini(&b);
}
