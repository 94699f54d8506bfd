/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A table on a terminal: columns as wide as their widest cell, wide
 * characters counted as such, colours only where somebody looks.  What a
 * cell says may come from anywhere: control characters and what is not UTF-8
 * become "?".
 */

#pragma once

#include "core/base/arena.h"
#include "core/base/buf.h"

#include <stdio.h>

enum paint {
	PAINT_NONE,
	PAINT_GOOD,
	PAINT_WARN,
	PAINT_BAD,
	PAINT_HEAD
};

/* A column; the last row has heading NULL. */
struct table_column {
	const char *heading;
	bool is_number; /* stands right */
};

struct table;

/* columns must outlive the table; all else is the arena's. */
struct table *table_new(struct arena *a, const struct table_column *columns);

/* The next cell, rows by rows. */
void table_add(struct table *t, const char *format, ...) EP_PRINTF(2, 3);

/* A cell in a colour. */
void table_paint(struct table *t, enum paint paint, const char *text);

/* Appends the whole; nothing after the last word of a line. */
void table_write(const struct table *t, bool has_colours, struct buf *b);

/* The same to a stream; says what when there is no row. */
void table_print(const struct table *t, FILE *to, const char *when_empty);

/* Text fit for a terminal: see above; newlines become blanks. */
const char *table_clean(struct arena *a, const char *text);

/* Is there a terminal, and does nobody forbid colours (NO_COLOR,
 * TERM=dumb)? */
bool paint_is_on(FILE *to);

/* Around a text; "" for none and without colours. */
const char *paint_begin(enum paint paint, bool has_colours);
const char *paint_end(enum paint paint, bool has_colours);
