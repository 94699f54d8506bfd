/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Levels of data (数据分级): GB/T 43697-2024, clause 6.5, by the object that a
 * leak would hurt and how much.
 */

#pragma once

#include "table.h"

struct impact {
	const char *object, *degree;
	const char *level; /* out; NULL: none, it is passed over */
};

struct grade {
	const char *level;          /* core, important, general */
	int sublevel;               /* of general, from 1; else 0 */
	const char *personal_class; /* NULL: none */
	bool is_large_scale;
};

struct personal {
	bool is_there, is_sensitive;
	int64_t persons;
};

/* data_levels.csv, personal_scale.csv */
struct grade_tables {
	struct table levels, scale;
};

/* day: whose rules.  Refuses no_impact, unknown_object, unknown_degree,
 * bad_count. */
fault grade_data(const struct grade_tables *t, int64_t day,
    struct impact *impacts, size_t n, const struct personal *p,
    struct grade *out);
