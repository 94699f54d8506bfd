/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Comma-separated values (RFC 4180), for the module's own tables.  Quotes,
 * CRLF and a byte order mark are understood; empty lines and lines that begin
 * with # are passed over.
 */

#pragma once

#include "memory.h"

#define CSV_CELLS 16

struct csv {
	const char *bytes;
	size_t length, at;
	size_t line;      /* of the last row read, from 1 */
	size_t next_line; /* of what follows it */
	const struct memory *memory;
};

/* The bytes must outlive the reader; what it gives out does not need them. */
void csv_open(struct csv *c, const void *bytes, size_t length,
    const struct memory *memory);

/*
 * The cells of the next row, without their quotes.  *n_out is 0 at the end.
 * Refuses too_many_cells (CSV_CELLS), bad_quote (text behind a closing quote,
 * or none that closes), bad_byte (a NUL); reading cannot go on then.
 */
fault csv_row(struct csv *c, const char *cells[CSV_CELLS], size_t *n_out);

/* Where a column stands in the header row, or n when nowhere. */
size_t csv_column(const char *const *header, size_t n, const char *name);
