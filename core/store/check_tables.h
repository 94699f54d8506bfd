/* SPDX-License-Identifier: BSD-2-Clause */

/* The tables and views a module's migrations make, and the rules about
 * tenants that each must keep. */

#pragma once

#include "core/base/arena.h"

#include <sqlite3.h>

struct table {
	const char *name, *sql; /* sql: how it was created */
	const char *columns;    /* "tenant TEXT, id TEXT …", for the twin */
	bool is_view, has_tenant;
	struct table *next;
};

struct tables {
	struct table *first;
};

/* Errors: EP_REFUSED "bad_table". */
ep_status tables_read(struct tables *all, sqlite3 *db,
    const char *const *shared, struct arena *a, struct err *err);

/* Makes them all in the twin: those with a tenant virtual. */
ep_status tables_twin(const struct tables *all, sqlite3 *twin, struct err *err);

const struct table *tables_find(const struct tables *all, const char *name);
