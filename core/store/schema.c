/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/store.h"

/* Times are microseconds since 1970, ids UUIDv7 as text, key a digest; all
 * rows but those of ep_migration belong to a tenant. */
static const char host_tables[] =
    "CREATE TABLE IF NOT EXISTS ep_migration ("
    "module TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,"
    "sha256 TEXT NOT NULL, at INTEGER NOT NULL,"
    "PRIMARY KEY (module, number)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE IF NOT EXISTS ep_idempotency ("
    "tenant TEXT NOT NULL, principal TEXT NOT NULL, operation TEXT NOT NULL,"
    "key TEXT NOT NULL, fingerprint TEXT NOT NULL,"
    "state TEXT NOT NULL CHECK (state IN ('running', 'done')),"
    "until INTEGER NOT NULL," /* end of the lease, or of keeping */
    "status INTEGER, media_type TEXT, headers TEXT, body BLOB,"
    "PRIMARY KEY (tenant, principal, operation, key)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS ep_idempotency_until"
    " ON ep_idempotency (until);"

    "CREATE TABLE IF NOT EXISTS ep_epoch ("
    "name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE IF NOT EXISTS ep_audit ("
    "tenant TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,"
    "principal TEXT NOT NULL, operation TEXT NOT NULL,"
    "request_id TEXT NOT NULL, entity TEXT NOT NULL,"
    "entity_id TEXT NOT NULL, before TEXT, after TEXT,"
    "PRIMARY KEY (tenant, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS ep_audit_entity"
    " ON ep_audit (tenant, entity, entity_id, at);";

ep_status
store_create_host_tables(struct store *store, struct err *err)
{
	struct store_tx *tx = NULL;
	uint64_t point = 0;
	ep_status st;

	EP_TRY(store_begin(store, STORE_WRITE, 0, &tx, err));
	st = store_script(tx, host_tables, err);
	if (st != EP_OK) {
		store_rollback(tx);
		return st;
	}
	EP_TRY(store_commit(tx, &point, err));
	return store_wait_synced(store, point, 0, err);
}
