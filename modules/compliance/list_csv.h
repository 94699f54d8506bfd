/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Comma separated values as RFC 4180 has them: quoted fields with doubled
 * quotes and line ends inside, records that end in CR, LF or both.  A stray
 * quote inside an unquoted field is taken as it stands, as published lists
 * have them; a quoted field that never ends is refused.
 */

#pragma once

#include <stddef.h>

#define CSV_FIELDS 64

struct csv {
	const char *at, *end;
	size_t line; /* where the record began, from 1 */
	size_t next_line;
	char *room; /* fields of the record, unquoted */
	size_t room_size;
	const char *fields[CSV_FIELDS]; /* NUL-terminated */
	size_t lengths[CSV_FIELDS];
	size_t count;
	const char *fault; /* words when csv_next() returned -1 */
};

/* Reads from text, which must outlive the reader; skips a byte order mark. */
void csv_init(struct csv *csv, const char *text, size_t len);
void csv_fini(struct csv *csv);

/* The next record that is not empty: 1; 0 at the end; -1 for a fault. */
int csv_next(struct csv *csv);

/* Field i, or "" when the record is shorter. */
const char *csv_field(const struct csv *csv, size_t i);
