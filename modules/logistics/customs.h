/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Are the data of a customs declaration complete (报关数据完整性)?  What each
 * regime (9610, 1210, 9710, 9810 ...) needs is a table with dates; the names
 * are those of the customs' cross-border messages, and of CN23 and H7.  A
 * complete declaration is not an accepted one.
 */

#pragma once

#include "message.h"
#include "parcel_number.h"

struct customs_regime {
	const char *regime, *direction, *name_en, *name_zh;
	const char *from, *to; /* dates, both inclusive; "": open */
	const char *messages;  /* with spaces between */
};

struct customs_field {
	const char *regimes; /* "9610/export ..." */
	bool is_of_item;
	const char *name;
	const char *need; /* mandatory, if:FIELD or if:FIELD=VALUE */
	const char *type;
	const char *from, *to;
	const char *name_en, *name_zh;
};

struct customs_tables {
	struct customs_regime *regimes;
	size_t n_regimes;
	struct customs_field *fields;
	size_t n_fields;
	const char *hs6; /* sorted lines of six digits */
	size_t n_hs6;
};

/* Read customs_regimes.csv, customs_fields.csv and hs6_codes.csv, whose
 * bytes must outlive the table.  What is wrong in it, or NULL. */
fault regimes_read(struct customs_tables *t, struct csv *c);
fault fields_read(struct customs_tables *t, struct csv *c);
fault hs6_read(struct customs_tables *t, struct csv *c);

/*
 * The regime of that code; direction may be NULL when there is only one.
 * Refuses unknown_regime, bad_direction, and not_in_force on that day (NULL:
 * today's rules).
 */
fault regime_find(const struct customs_tables *t, const char *code,
    const char *direction, const char *on, const struct customs_regime **out);

/* Members of the declaration, or of one of its goods. */
struct declared {
	const struct element *elements;
	size_t n;
};

struct declaration {
	struct declared header;
	const struct declared *items;
	size_t n_items;
};

/* What is wrong: missing, number, date, country, currency, hs_code,
 * unknown_hs_code, id, net_above_gross, total_mismatch. */
struct customs_error {
	size_t item; /* from 0; CUSTOMS_HEADER for the declaration's own */
	const char *field, *code;
	const struct customs_field *about; /* NULL for what must fit together */
};

#define CUSTOMS_HEADER SIZE_MAX

struct customs_run {
	const struct customs_tables *tables;
	const struct number_tables *countries;
	const struct customs_regime *regime;
	const char *on; /* NULL: today's rules */
	struct customs_error *errors;
	size_t n_errors, room;
	bool is_cut; /* there were more errors than room */
};

/* Checks all fields of the regime, then what must fit together. */
void customs_check(struct customs_run *run, const struct declaration *d);
