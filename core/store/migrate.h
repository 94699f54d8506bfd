/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Migrations of modules.  Each is numbered from 1 without gaps, applied
 * once, in its own transaction, and recorded in ep_migration with the
 * SHA-256 of its text; a text that changed after it was applied is refused.
 * Types are ep_text ep_int ep_bool ep_time ep_blob ep_json (JSON is stored
 * as text; the host writes it, so it is not checked again).  `finish`
 * migrations, which an older version of the module could not live with, run
 * only when asked for.
 */

#pragma once

#include "core/store/store.h"

struct store_migration {
	uint32_t number;
	bool finish;
	const char *name; /* as its file is called */
	const char *text;
};

/* Applies what is pending, in order; needs store_create_host_tables() and a
 * store (with or without a loop) that may write.  Waits until it is on disk.
 * Errors: EP_REFUSED "bad_migration", EP_CONFLICT "migration_changed" (with
 * both hashes), "migration_order" (a gap, or not ascending). */
ep_status store_migrate(struct store *store, const char *module,
    const struct store_migration *migrations, size_t n, bool finish,
    struct err *err);

/* Nothing but what sql_migration() allows gets past these; for the checker,
 * which runs migrations on a database of its own. */
#define SHA256_HEX 65
void migration_hash(const char *text, char out[SHA256_HEX]);
ep_status migration_execute(void *sqlite, const char *module,
    const struct store_migration *m, struct err *err);

/* Ascending, no gaps. */
ep_status migration_check_order(const struct store_migration *m, size_t n,
    struct err *err);
