/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Inside of the SQLite driver: what its files share.  Nobody else includes
 * this.
 */

#pragma once

#include "core/loop/fiber.h"
#include "core/loop/loop.h"
#include "core/store/store.h"

#include <sqlite3.h>
#include <sys/queue.h>

/* One connection; its prepared statements by statement number. */
struct connection {
	sqlite3 *db;
	sqlite3_stmt **prepared;
	size_t n_prepared;
	struct store_tx *tx; /* using it now */
	int64_t deadline_us; /* of the running statement; 0: none */
	uint32_t wal_frames; /* after its last commit */
	SLIST_ENTRY(connection) idle;
};

struct waiter {
	struct fiber *fiber;
	bool granted;
	struct connection *connection; /* for a reader */
	uint64_t point;                /* for one who waits for the sync */
	TAILQ_ENTRY(waiter) link;
};

TAILQ_HEAD(waiters, waiter);

struct store {
	uint32_t magic;
#define STORE_MAGIC 0x5707e001
	struct store_options options;
	char *path;
	struct loop_watch *watch;
	struct connection *writer;
	struct connection *readers; /* max_readers of them, opened late */
	unsigned n_readers, n_open;
	SLIST_HEAD(, connection) idle;
	struct waiters writing, reading, syncing;
	bool writer_busy; /* a transaction of ours has the turn */
	bool turn_asked;  /* our slot has a number */
	unsigned burst;   /* transactions in this holding of the turn */
	struct store_statement **statements;
	size_t n_statements;
};

struct store_tx {
	uint32_t magic;
#define STORE_TX_MAGIC 0x5707e0a2
	enum store_mode mode;
	struct store *store;
	struct connection *connection;
	struct loop_timer timer;
	int64_t deadline_us, ends_us;
	unsigned depth; /* of savepoints */
	bool wrote, expired;
	bool lost; /* SQLite itself has rolled back */
};

struct store_statement {
	uint32_t magic;
#define STORE_STATEMENT_MAGIC 0x5707e0b3
	struct store *store;
	char *text;
	size_t number;
};

/* Maps a result of SQLite to a status and words; db may be NULL. */
ep_status sqlite_error(struct store *store, sqlite3 *db, int rc,
    struct err *err);

/* Opens and sets up; *db_out is closed by the caller. */
ep_status sqlite_open(const char *path, int flags, sqlite3 **db_out,
    struct err *err);

/* Every setting a connection to the file needs, whoever opens it. */
ep_status sqlite_set_up(sqlite3 *db, struct err *err);

ep_status sqlite_connection_new(struct store *store, struct connection *c,
    bool writes, struct err *err);
void sqlite_connection_close(struct connection *c);
ep_status connection_exec(struct store *store, struct connection *c,
    const char *text, struct err *err);

/* Turns and waits (sqlite_turn.c). */

/* Moves the turn on as far as it goes without waiting: asks for it when a
 * fiber wants it, grants it to the first, gives it back when nobody does.
 * With other processes waiting a turn ends after some transactions. */
void turn_advance(struct store *s);

/* Lets those go whose point is on disk, or all once the store has failed. */
void sync_advance(struct store *s);

void turn_on_eventfd(void *store);
void waiter_wake(struct waiter *w);

/* Until granted; on any other outcome the waiter is off its list. */
ep_status wait_granted(struct store *s, struct waiters *list, struct waiter *w,
    int64_t deadline_us);

/* May the transaction be used?  Also sets the clock of its statement. */
ep_status tx_check(struct store_tx *tx, struct err *err);
