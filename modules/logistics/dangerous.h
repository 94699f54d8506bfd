/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Dangerous goods (危险品) that online trade meets: class, and whether a mode
 * takes them.  A table after the UN Model Regulations, the ICAO Technical
 * Instructions and the UPU Convention (article 19); it is no transport
 * document and lists no quantities.
 */

#pragma once

#include "csv.h"

enum carriage {
	BY_AIR, /* on passenger aircraft */
	BY_AIR_CARGO,
	BY_SEA,
	BY_ROAD,
	BY_POST,
	CARRIAGES
};

extern const char *const carriage_names[CARRIAGES];

struct dangerous_goods {
	const char *un, *name_en, *name_zh, *class, *packing_group;
	const char *taken[CARRIAGES]; /* yes, no, limited, or free of rules */
	const char *note_en, *note_zh, *certainty;
};

struct dangerous_table {
	struct dangerous_goods *rows;
	size_t n;
};

/* Reads dangerous_goods.csv.  What is wrong in it, or NULL. */
fault dangerous_read(struct dangerous_table *t, struct csv *c);

/* false when there is no mode of that name; rail is as road. */
bool carriage_read(const char *name, enum carriage *out);

/* Does the row answer to this, a UN number with or without its letters, or
 * words of a name in whatever case? */
bool dangerous_answers(const struct dangerous_goods *g, const char *query);
