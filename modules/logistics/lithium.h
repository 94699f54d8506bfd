/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How lithium cells and batteries (锂电池) are declared: UN number, packing
 * instruction and section, marks.  Limits are a table with dates.  After the
 * UN Model Regulations, special provision 188, and the packing instructions
 * 965 to 970 of the ICAO Technical Instructions (IATA DGR 66 and 67).
 */

#pragma once

#include "csv.h"

#define LITHIUM_PLACES 12 /* energies and contents, in units of 10^-12 */

struct lithium_limit {
	bool is_metal, is_battery; /* else ion, cell */
	int64_t limit;             /* Wh or g, in units of 10^-12 */
	int64_t charge_pct;        /* by air and alone, for ion */
	const char *from, *to;     /* dates, both inclusive; "": open */
};

struct lithium_limits {
	struct lithium_limit *rows;
	size_t n;
};

/* Reads lithium_limits.csv.  What is wrong in it, or NULL. */
fault lithium_limits_read(struct lithium_limits *t, struct csv *c);

enum lithium_packing {
	PACKED_ALONE,
	PACKED_WITH, /* equipment, in one package */
	PACKED_IN    /* equipment */
};

/* Counts and the state of charge are -1 when not told. */
struct lithium_goods {
	bool is_metal;
	enum lithium_packing packing;
	bool by_air;
	bool has_content;
	int64_t content; /* Wh or g, in units of 10^-12 */
	int64_t cells, batteries, charge_pct;
	const char
	    *on; /* the date whose limits hold; NULL: those without end */
};

struct lithium_rule {
	const char *un;
	int64_t instruction;
	const char *section; /* NULL when it may not fly */
	bool allowed, cargo_aircraft_only, lithium_mark, class9_label;
	const char *reason; /* when not allowed */
};

/* Refuses wh_required, lithium_content_required, no_limit_in_force. */
fault lithium_classify(const struct lithium_limits *t,
    const struct lithium_goods *goods, struct lithium_rule *out);
