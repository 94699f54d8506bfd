/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/sqlite.h"

#include "core/base/clock.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_BETWEEN_CLOCKS 2000 /* virtual machine steps; about 20 us */
#define OPENING_MS 5000           /* another process recovers the -wal */
#define BUSY_MS 50                /* only recovery makes us wait */

static void *
check_memory(void *p)
{
	if (p == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	return p;
}

static const struct constraint_row {
	int rc;
	ep_status status;
	const char *code;
} constraint_rows[] = {
	{ SQLITE_CONSTRAINT_UNIQUE, EP_CONFLICT, "duplicate" },
	{ SQLITE_CONSTRAINT_PRIMARYKEY, EP_CONFLICT, "duplicate" },
	{ SQLITE_CONSTRAINT_ROWID, EP_CONFLICT, "duplicate" },
	{ SQLITE_CONSTRAINT_CHECK, EP_REFUSED, "check_failed" },
	{ SQLITE_CONSTRAINT_NOTNULL, EP_REFUSED, "missing_value" },
	{ SQLITE_CONSTRAINT_FOREIGNKEY, EP_REFUSED, "missing_reference" },
	{ SQLITE_CONSTRAINT_DATATYPE, EP_REFUSED, "wrong_type" },
};

static ep_status
constraint_error(int rc, const char *words, struct err *err)
{
	for (size_t i = 0;
	     i < sizeof constraint_rows / sizeof constraint_rows[0]; i++)
		if (constraint_rows[i].rc == rc)
			return err_set(err, constraint_rows[i].status,
			    constraint_rows[i].code, "store: %s", words);
	return err_set(err, EP_REFUSED, "constraint", "store: %s", words);
}

ep_status
sqlite_error(struct store *store, sqlite3 *db, int rc, struct err *err)
{
	int extended = db != NULL ? sqlite3_extended_errcode(db) : rc;
	const char *words = db != NULL ? sqlite3_errmsg(db)
				       : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		return constraint_error(extended, words, err);
	case SQLITE_MISMATCH:
		return err_set(err, EP_REFUSED, "wrong_type", "store: %s",
		    words);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, EP_AGAIN, NULL, "store: %s", words);
	case SQLITE_INTERRUPT:
		return err_set(err, EP_TIMEOUT, NULL,
		    "store: statement ran past its deadline");
	case SQLITE_TOOBIG:
		return err_set(err, EP_TOO_LARGE, NULL, "store: %s", words);
	case SQLITE_FULL:
		return err_set(err, EP_UNAVAILABLE, "disk_full",
		    "store: disk is full; free space, then try again");
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return err_set(err, EP_UNAVAILABLE, "store_unavailable",
		    "store: %s", words);
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		/* The first two want memory or room, not another disk. */
		if (store != NULL && extended != SQLITE_IOERR_NOMEM &&
		    extended != SQLITE_IOERR_SHMSIZE)
			shared_fail(store->options.shared);
		return err_set(err, EP_UNAVAILABLE, "store_failed",
		    "store: %s (%d); restart once the disk is well", words,
		    extended);
	default:
		return err_set(err, EP_INTERNAL, "bad_statement",
		    "store: %s (%d)", words, extended);
	}
}

ep_status
sqlite_set_up(sqlite3 *db, struct err *err)
{
	static const char pragmas[] = "PRAGMA journal_mode=WAL;"
				      "PRAGMA synchronous=NORMAL;"
				      "PRAGMA wal_autocheckpoint=0;"
				      "PRAGMA foreign_keys=ON;"
				      "PRAGMA trusted_schema=OFF;"
				      "PRAGMA mmap_size=0;"
				      "PRAGMA temp_store=MEMORY;"
				      "PRAGMA cache_size=-8192;"
				      "PRAGMA journal_size_limit=67108864;"
				      "SELECT count(*) FROM sqlite_schema;";
	int on = 1, rc;

	(void)sqlite3_extended_result_codes(db, 1);
	(void)sqlite3_busy_timeout(db, OPENING_MS);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0,
	    NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	rc = sqlite3_exec(db, pragmas, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return sqlite_error(NULL, db, rc, err);
	(void)sqlite3_busy_timeout(db, BUSY_MS);
	(void)sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	return EP_OK;
}

ep_status
sqlite_open(const char *path, int flags, sqlite3 **db_out, struct err *err)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(path, &db,
	    flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	ep_status st = EP_OK;

	if (rc != SQLITE_OK)
		st = err_set(err, EP_UNAVAILABLE, "store_unavailable",
		    "store: %s: %s", path, sqlite3_errstr(rc));
	else
		st = sqlite_set_up(db, err);
	if (st != EP_OK) {
		(void)sqlite3_close(db);
		return st;
	}
	*db_out = db;
	return EP_OK;
}

/* --------------------------------------------------------- connections -- */

static int
on_progress(void *arg)
{
	const struct connection *c = arg;

	return c->deadline_us != 0 && clock_monotonic_us() > c->deadline_us;
}

static int
on_wal(void *arg, sqlite3 *db, const char *name, int frames)
{
	struct connection *c = arg;

	(void)db;
	(void)name;
	c->wal_frames = (uint32_t)frames;
	return SQLITE_OK;
}

ep_status
sqlite_connection_new(struct store *store, struct connection *c, bool writes,
    struct err *err)
{
	ep_status st = sqlite_open(store->path,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &c->db, err);

	if (st != EP_OK)
		return st;
	sqlite3_progress_handler(c->db, STEPS_BETWEEN_CLOCKS, on_progress, c);
	if (writes)
		(void)sqlite3_wal_hook(c->db, on_wal, c);
	else if (sqlite3_exec(c->db, "PRAGMA query_only=ON", NULL, NULL,
		     NULL) != SQLITE_OK)
		st = sqlite_error(store, c->db, SQLITE_ERROR, err);
	return st;
}

void
sqlite_connection_close(struct connection *c)
{
	for (size_t i = 0; i < c->n_prepared; i++)
		(void)sqlite3_finalize(c->prepared[i]);
	free(c->prepared);
	if (c->db != NULL)
		EP_ASSERT(sqlite3_close(c->db) == SQLITE_OK);
	memset(c, 0, sizeof *c);
}

ep_status
connection_exec(struct store *store, struct connection *c, const char *text,
    struct err *err)
{
	int rc = sqlite3_exec(c->db, text, NULL, NULL, NULL);

	return rc == SQLITE_OK ? EP_OK : sqlite_error(store, c->db, rc, err);
}

/* -------------------------------------------------------- open and close -- */

static void
defaults(struct store_options *o)
{
	if (o->max_readers == 0)
		o->max_readers = 8;
	if (o->max_rows == 0)
		o->max_rows = 10000;
	if (o->max_tx_ms == 0)
		o->max_tx_ms = 5000;
	if (o->max_result_bytes == 0)
		o->max_result_bytes = (size_t)8 << 20;
}

ep_status
store_open(const struct store_options *options, struct store **store_out,
    struct err *err)
{
	struct store *s = check_memory(calloc(1, sizeof *s));
	ep_status st = EP_OK;

	s->magic = STORE_MAGIC;
	s->options = *options;
	defaults(&s->options);
	s->path = check_memory(strdup(options->path));
	s->options.path = s->path;
	TAILQ_INIT(&s->writing);
	TAILQ_INIT(&s->reading);
	TAILQ_INIT(&s->syncing);
	SLIST_INIT(&s->idle);
	s->writer = check_memory(calloc(1, sizeof *s->writer));
	s->readers = check_memory(
	    calloc(s->options.max_readers, sizeof *s->readers));
	s->n_readers = s->options.max_readers;
	if (!shared_enter(options->shared, options->worker)) {
		free(s->writer);
		free(s->readers);
		free(s->path);
		free(s);
		return err_set(err, EP_CONFLICT, "slot_in_use",
		    "store: slot %u belongs to another process",
		    options->worker);
	}
	st = sqlite_connection_new(s, s->writer, true, err);
	if (st == EP_OK && s->options.loop != NULL)
		s->watch = loop_watch(s->options.loop,
		    shared_eventfd(options->shared, options->worker),
		    turn_on_eventfd, s);
	if (st != EP_OK) {
		store_close(&s);
		return st;
	}
	*store_out = s;
	return EP_OK;
}

void
store_set_limits(struct store *s, uint32_t max_rows, uint32_t max_tx_ms,
    size_t max_result_bytes)
{
	EP_CHECK(s, STORE_MAGIC);
	s->options.max_rows = max_rows;
	s->options.max_tx_ms = max_tx_ms;
	s->options.max_result_bytes = max_result_bytes;
	defaults(&s->options);
}

void
store_close(struct store **sp)
{
	struct store *s = *sp;

	EP_CHECK(s, STORE_MAGIC);
	EP_ASSERT(!s->writer_busy && TAILQ_EMPTY(&s->writing) &&
	    TAILQ_EMPTY(&s->reading) && TAILQ_EMPTY(&s->syncing));
	if (s->watch != NULL)
		loop_unwatch(&s->watch);
	for (unsigned i = 0; i < s->n_open; i++) {
		EP_ASSERT(s->readers[i].tx == NULL);
		sqlite_connection_close(&s->readers[i]);
	}
	sqlite_connection_close(s->writer);
	for (size_t i = 0; i < s->n_statements; i++)
		if (s->statements[i] != NULL) {
			free(s->statements[i]->text);
			free(s->statements[i]);
		}
	if (s->turn_asked)
		shared_turn_give(s->options.shared, s->options.worker);
	shared_leave(s->options.shared, s->options.worker);
	free(s->statements);
	free(s->readers);
	free(s->writer);
	free(s->path);
	s->magic = 0;
	free(s);
	*sp = NULL;
}
