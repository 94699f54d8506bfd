/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/migrate.h"

#include "core/base/clock.h"
#include "core/store/sqlite.h"
#include "core/store/sqltext.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

void
migration_hash(const char *text, char out[SHA256_HEX])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	EP_ASSERT(EVP_Digest(text, strlen(text), digest, &length, EVP_sha256(),
		      NULL) == 1 &&
	    length == 32);
	for (unsigned i = 0; i < length; i++)
		(void)snprintf(out + 2 * (size_t)i, 3, "%02x", digest[i]);
}

ep_status
migration_check_order(const struct store_migration *m, size_t n,
    struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (m[i].number != i + 1)
			return err_set(err, EP_CONFLICT, "migration_order",
			    "%s: number %u; migrations count from 1 without "
			    "gaps, so %zu was expected",
			    m[i].name, (unsigned)m[i].number, i + 1);
	return EP_OK;
}

/* The second line behind sql_migration(): SQLite's own view of what a text
 * is about.  ALTER TABLE and CREATE work on the schema table by themselves;
 * a text cannot name it. */
static int
authorize(void *arg, int action, const char *a, const char *b,
    const char *database, const char *trigger)
{
	const char *prefix = arg;

	(void)b;
	(void)trigger;
	if (database != NULL && strcmp(database, "main") != 0)
		return SQLITE_DENY;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_FUNCTION:
	case SQLITE_REINDEX:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_CREATE_TABLE:
	case SQLITE_CREATE_INDEX:
	case SQLITE_CREATE_VIEW:
		return strncasecmp(a, prefix, strlen(prefix)) == 0 ||
			strncmp(a, "sqlite_autoindex_", 17) == 0
		    ? SQLITE_OK
		    : SQLITE_DENY;
	case SQLITE_ALTER_TABLE:
		a = b;
		break;
	case SQLITE_READ:
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
		break;
	default:
		return SQLITE_DENY;
	}
	return strncasecmp(a, prefix, strlen(prefix)) == 0 ||
		strcmp(a, "sqlite_master") == 0
	    ? SQLITE_OK
	    : SQLITE_DENY;
}

ep_status
migration_execute(void *sqlite, const char *module,
    const struct store_migration *m, struct err *err)
{
	sqlite3 *db = sqlite;
	struct buf text = { 0 };
	char prefix[80];
	ep_status st = sql_migration(module, m->text, &text, err);
	int rc;

	if (st == EP_OK) {
		buf_byte(&text, '\0');
		sql_prefix(module, prefix, sizeof prefix);
		(void)sqlite3_set_authorizer(db, authorize, prefix);
		rc = sqlite3_exec(db, buf_data(&text), NULL, NULL, NULL);
		(void)sqlite3_set_authorizer(db, NULL, NULL);
		if (rc != SQLITE_OK)
			st = err_set(err, EP_REFUSED, "bad_migration", "%s",
			    sqlite3_errmsg(db));
	}
	if (st != EP_OK)
		err_prefix(err, "%s", m->name);
	buf_fini(&text);
	return st;
}

/* Is it there already, and the same? */
static ep_status
look_up(struct store_tx *tx, struct store_statement *q, const char *module,
    const struct store_migration *m, bool *applied_out, struct err *err)
{
	const struct ep_arg args[] = { EP_ARG("module", module),
		EP_ARG("number", m->number) };
	struct arena *a = arena_new(1024);
	const struct ep_rows *rows = NULL;
	char hash[SHA256_HEX];
	ep_status st;

	migration_hash(m->text, hash);
	st = store_run(tx, q, &(struct store_run_args){ args, 2, NULL }, a,
	    &rows, err);
	*applied_out = st == EP_OK && rows_count(rows) > 0;
	if (*applied_out && strcmp(rows_text(rows, 0, 0, NULL), hash) != 0)
		st = err_set(err, EP_CONFLICT, "migration_changed",
		    "%s: was applied as %.16s…, is now %.16s…; put it back and "
		    "write the change as a new migration",
		    m->name, rows_text(rows, 0, 0, NULL), hash);
	arena_free(&a);
	return st;
}

static ep_status
record(struct store_tx *tx, struct store_statement *q, const char *module,
    const struct store_migration *m, struct err *err)
{
	char hash[SHA256_HEX];
	const struct ep_arg args[] = { EP_ARG("module", module),
		EP_ARG("number", m->number), EP_ARG("name", m->name),
		EP_ARG("hash", ep_textn(hash, SHA256_HEX - 1)),
		EP_ARG("at", clock_real_us()) };
	struct arena *a = arena_new(256);
	ep_status st;

	migration_hash(m->text, hash);
	st = store_run(tx, q, &(struct store_run_args){ args, 5, NULL }, a,
	    NULL, err);
	arena_free(&a);
	return st;
}

struct migrating {
	struct store *store;
	struct store_statement *find, *add;
	const char *module;
	bool finish;
	uint64_t point;
};

static ep_status
apply(struct migrating *g, const struct store_migration *m, struct err *err)
{
	struct store_tx *tx = NULL;
	bool applied = false;
	ep_status st;

	EP_TRY(store_begin(g->store, STORE_WRITE,
	    clock_monotonic_us() + 30000000, &tx, err));
	st = look_up(tx, g->find, g->module, m, &applied, err);
	if (st == EP_OK && !applied && (!m->finish || g->finish)) {
		tx->wrote = true;
		st = migration_execute(tx->connection->db, g->module, m, err);
		if (st == EP_OK)
			st = record(tx, g->add, g->module, m, err);
		if (st == EP_OK)
			return store_commit(tx, &g->point, err);
	}
	store_rollback(tx);
	return st;
}

ep_status
store_migrate(struct store *store, const char *module,
    const struct store_migration *migrations, size_t n, bool finish,
    struct err *err)
{
	struct migrating g = { .store = store,
		.module = module,
		.finish = finish };
	ep_status st = migration_check_order(migrations, n, err);

	if (st != EP_OK)
		return st;
	g.find = store_statement_new(store,
	    "SELECT sha256 FROM ep_migration WHERE module = $module AND "
	    "number = $number");
	g.add = store_statement_new(store,
	    "INSERT INTO ep_migration (module, number, name, sha256, at) "
	    "VALUES ($module, $number, $name, $hash, $at)");
	for (size_t i = 0; st == EP_OK && i < n; i++)
		st = apply(&g, &migrations[i], err);
	store_statement_free(&g.find);
	store_statement_free(&g.add);
	if (st != EP_OK)
		return st;
	return store_wait_synced(store, g.point,
	    clock_monotonic_us() + 30000000, err);
}
