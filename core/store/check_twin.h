/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The twin of a module's database: each table with a tenant is a virtual
 * table that agrees to no plan but one with a usable equality on column 0,
 * the tenant.  So whatever SQLite prepares there has such an equality on
 * every path to every table; the trace then shows with what it is compared.
 */

#pragma once

#include "core/base/err.h"

#include <sqlite3.h>

/* Registers the module ep_twin; complaint (of size bytes) gets words when a
 * plan is refused. */
void twin_register(sqlite3 *db, char *complaint);
#define TWIN_COMPLAINT 200

/* Judges the program of an EXPLAINed statement: each search of a twin table
 * and each row written to one must take its tenant from $tenant.  Unknown
 * instructions refuse.  Errors: EP_REFUSED "bad_sql". */
ep_status trace_check(sqlite3 *twin, const char *text, struct err *err);
