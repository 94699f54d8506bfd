/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Rows of a data file, one after the other, without copying: fields are views
 * into the text.  The dialect is RFC 4180 with line feeds; a quoted field
 * loses its outer quotes, and a doubled quote within stays doubled, because no
 * field that the code looks at may hold one.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	IDENTIFIER_CSV_FIELDS = 12
};

struct identifier_csv_field {
	const char *at;
	size_t length;
};

struct identifier_csv {
	const char *next;
	const char *end;
	size_t line; /* of the row just read, the first is 1 */
	size_t lines_read;
	size_t field_count; /* more than IDENTIFIER_CSV_FIELDS are counted, not
			       kept */
	struct identifier_csv_field fields[IDENTIFIER_CSV_FIELDS];
};

void identifier_csv_start(struct identifier_csv *csv, const char *text,
    size_t length);

/* Read the next row; false behind the last.  Blank lines are passed over. */
bool identifier_csv_next(struct identifier_csv *csv);

/* Is the row just read exactly this text, apart from quoting? */
bool identifier_csv_is(const struct identifier_csv *csv,
    const char *comma_separated);
