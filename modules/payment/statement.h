/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A bank's statement as comma-separated values (RFC 4180): an optional byte
 * order mark, quotes only where a field begins, rows that end in CR, LF or
 * CRLF, empty lines dropped.  The columns date, ref, amount and currency are
 * found by their names, in any order; others are passed over.
 */

#pragma once

#include "currency.h"

#define STATEMENT_COLUMNS 64

struct statement_row {
	size_t line; /* of rows, the header being 1 */
	const char *date, *ref, *currency;
	int64_t amount_minor;
	fault fault; /* of a row that is not good: column_count, date, ref, or
		      * what currency_to_minor() refuses */
};

/* Called for each row of data; its texts live in the buffer. */
typedef void statement_row_fn(const struct statement_row *row, void *arg);

/*
 * The text is taken apart in place; text[length] must be writable too.
 * Refuses unterminated_quote, empty (no
 * rows), missing_column (*column_out names it), too_many_columns.
 */
fault statement_read(const struct currencies *t, char *text, size_t length,
    const char **column_out, statement_row_fn *each, void *arg);
