/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Judges a module's SQL before any of its code runs: statements are prepared
 * on databases in memory, made from its migrations; nothing is executed.
 * What is not understood is refused.  README.md tells the rules and how
 * tenancy is proven.
 */

#pragma once

#include "core/store/migrate.h"

struct store_check;

#define STORE_VERDICT_TABLES 16u

struct store_verdict {
	bool writes;
	bool uses_tenant;  /* reads or writes a table that has a tenant */
	bool scans_all;    /* no WHERE, LIMIT or key bounds what it reads */
	bool across;       /* not confined to one tenant */
	uint32_t n_tables; /* tables and views touched */
	const char *tables[STORE_VERDICT_TABLES]; /* the check's memory */
};

/* Applies the migrations, finish ones too, to databases in memory and
 * judges the tables: `tenant` is the first column and first in the primary
 * key, NOT NULL, in every UNIQUE and foreign key; a table without it must be
 * in shared (NULL-terminated; NULL: none).  Errors: EP_REFUSED
 * "bad_migration", "bad_table"; EP_CONFLICT "migration_order". */
ep_status store_check_new(const char *module,
    const struct store_migration *migrations, size_t n,
    const char *const *shared, struct store_check **check_out, struct err *err);

/* The i-th table or view that the migrations make, NULL behind the last;
 * columns_out: "tenant TEXT, id TEXT", the check's memory as the name. */
const char *store_check_table(const struct store_check *check, uint32_t i,
    const char **columns_out);

void store_check_free(struct store_check **cp);

/* where ("shop.c:12") begins the words of an error.  may_cross: the
 * operation is declared and authorised to look across tenants, so tenancy is
 * only reported.  Errors: EP_REFUSED "bad_sql". */
ep_status store_check_statement(struct store_check *check, const char *where,
    const char *text, bool may_cross, struct store_verdict *verdict_out,
    struct err *err);
