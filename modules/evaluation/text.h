/* SPDX-License-Identifier: BSD-2-Clause */

/* A text that grows in the memory of an answer. */

#pragma once

#include "numbers.h"

struct text {
	const struct memory *memory;
	char *bytes;
	size_t length, room;
};

void text_add(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* For HTML, in elements and in quoted attributes. */
void text_add_html(struct text *t, const char *s);

/* As a cell of CSV (RFC 4180).  A cell that a spreadsheet would take for a
 * formula gets an apostrophe before it. */
void text_add_csv(struct text *t, const char *s);
