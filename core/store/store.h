/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The store: transactions over one database.  Written for two drivers, so
 * whatever speaks to the database (begin, run, commit, savepoints, wait) may
 * suspend the calling fiber; none of it blocks the loop for longer than one
 * statement runs.  A store opened without a loop waits by blocking instead
 * (migrations, tests).
 *
 * The order of a life is: store_recover() and store_shared_init() in the
 * supervisor, store_sync_run() in a process of its own, store_open() in each
 * worker.  See core/store/README.md for why a reply waits for store_wait_
 * synced() and not for a disk of its own.
 */

#pragma once

#include "core/base/arena.h"
#include "core/store/rows.h"
#include "core/store/shared.h"

struct loop;
struct store;
struct store_tx;
struct store_statement;

struct store_options {
	const char *path;            /* of the database file */
	struct store_shared *shared; /* see shared.h */
	struct loop *loop;           /* NULL: block instead of suspending */
	unsigned worker;             /* slot in shared; one process each */
	unsigned max_readers;        /* read connections; 0: 8 */
	uint32_t max_rows;           /* of one answer; 0: 10,000 */
	uint32_t max_tx_ms;          /* life of a transaction; 0: 5,000 */
	size_t max_result_bytes;     /* of one answer; 0: 8 MiB */
	bool read_only;              /* STORE_WRITE is refused */
};

enum store_mode {
	STORE_READ,
	STORE_WRITE
};

/* Opens the database, creating it when it is not there.  The texts are
 * copied; shared and loop must outlive the store.  Errors: EP_UNAVAILABLE
 * "store_unavailable", EP_CONFLICT "slot_in_use" (the process that had this
 * slot has not been buried). */
ep_status store_open(const struct store_options *options,
    struct store **store_out, struct err *err);

/* Other limits from now on; 0: the default of that one. */
void store_set_limits(struct store *s, uint32_t max_rows, uint32_t max_tx_ms,
    size_t max_result_bytes);

/* No transaction may be open.  Statements die with the store. */
void store_close(struct store **sp);

/* ------------------------------------------------------- statements -- */

/* One SQL statement with named parameters ($name); text is copied.  It is
 * prepared on each connection when first run there, so a text that does not
 * fit the schema fails at store_run() (store_check_* finds it at load). */
struct store_statement *store_statement_new(struct store *store,
    const char *text);

/* Not while a transaction is running it. */
void store_statement_free(struct store_statement **sp);

/* ----------------------------------------------------- transactions -- */

/* Begins.  STORE_WRITE waits for its turn: first among the fibers of this
 * process, then among processes, in order of asking; then holds the only
 * write transaction there is, until commit or rollback.  STORE_READ takes a
 * connection from the pool; its snapshot is made by the first statement.
 * deadline_us (monotonic; 0: none) bounds waiting here and each statement
 * later.  After max_tx_ms the transaction is undone and its turn given on,
 * whatever the fiber is doing; store_run() then answers EP_TIMEOUT "tx_too_
 * long".  Errors: EP_TIMEOUT, EP_CANCELLED, EP_UNAVAILABLE "store_failed"
 * (a sync failed: nothing is written until a restart), "store_read_only". */
ep_status store_begin(struct store *store, enum store_mode mode,
    int64_t deadline_us, struct store_tx **tx_out, struct err *err);

struct store_run_args {
	const struct ep_arg *args;
	uint32_t n;
	const char *tenant; /* bound to $tenant; NULL: none may be asked */
};

/*
 * Runs a statement to its end.  Each $name of the text needs an argument of
 * that name, and each argument a $name; $tenant is bound by the host alone.
 * An EP_T_NODE is stored as JSON text.  The rows (NULL: not wanted) are
 * copied into the arena.  Errors:
 *   EP_CONFLICT "duplicate"          a unique or primary key exists
 *   EP_REFUSED "check_failed", "missing_value", "missing_reference",
 *       "wrong_type", "nul_in_text"  another constraint
 *   EP_AGAIN                         a collision; run the handler again
 *   EP_TIMEOUT                       deadline, "tx_too_long"
 *   EP_TOO_LARGE "too_many_rows", "result_too_large"
 *   EP_UNAVAILABLE "disk_full", "store_failed"
 *   EP_INTERNAL "bad_statement"      text, names or mode do not fit
 * After EP_CONFLICT and EP_REFUSED the statement has had no effect and the
 * transaction goes on under SQLite, but not under PostgreSQL: callers that
 * want to go on set a savepoint first.
 */
ep_status store_run(struct store_tx *tx, struct store_statement *statement,
    const struct store_run_args *args, struct arena *arena,
    const struct ep_rows **rows_out, struct err *err);

/* Savepoints nest: each is released (kept) or undone, the last one first. */
ep_status store_savepoint(struct store_tx *tx, struct err *err);
ep_status store_release(struct store_tx *tx, struct err *err);
ep_status store_undo(struct store_tx *tx, struct err *err);

/* Ends the transaction and frees tx, whatever is returned.  *point_out is
 * what store_wait_synced() must reach before anybody is told.  On an error
 * the transaction has had no effect, except EP_UNAVAILABLE "outcome_unknown"
 * (it may have). */
ep_status store_commit(struct store_tx *tx, uint64_t *point_out,
    struct err *err);

/* Ends the transaction without effect and frees tx. */
void store_rollback(struct store_tx *tx);

/* What store_wait_synced() must reach before the reader's answer, which may
 * show commits of others, is told to anybody.  After the first statement. */
uint64_t store_read_point(const struct store_tx *tx);

/* Waits until everything up to point is on disk.  Costs one load when it
 * already is.  Errors: EP_TIMEOUT, EP_CANCELLED, EP_UNAVAILABLE
 * "store_failed": the outcome of the transaction is then unknown. */
ep_status store_wait_synced(struct store *store, uint64_t point,
    int64_t deadline_us, struct err *err);

/* ------------------------------------------------------- the host's -- */

/* Runs the host's own text of many statements inside a write transaction;
 * never anything that a module wrote. */
ep_status store_script(struct store_tx *tx, const char *text, struct err *err);

/* Creates the host's tables where they are not there yet:
 *   ep_migration    which migrations of which module were applied
 *   ep_idempotency  answers by Idempotency-Key
 *   ep_audit        who did what to which entity
 * Their columns are in schema.c. */
ep_status store_create_host_tables(struct store *store, struct err *err);

/* ------------------------------------------- files and sync process -- */

/* Before any process opens the database: creates it; whatever an earlier life
 * left in the page cache is brought to disk; after a failed sync (marked by a
 * file PATH-failed) database and -wal are copied to new files, synced and
 * renamed over the old, since pages that failed once count as clean.  Must not
 * run in a process that has the database open. */
ep_status store_recover(const char *path, struct err *err);

/* The body of the sync process: makes finished commits durable, tells the
 * workers, keeps the -wal short.  Returns after store_shared_stop(), when
 * everything is on disk, or with EP_UNAVAILABLE after a failed sync (shared
 * is then marked failed).  Dies?  Bury it and start another. */
ep_status store_sync_run(const char *path, struct store_shared *shared,
    struct err *err);
