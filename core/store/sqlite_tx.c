/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/sqlite.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <stdlib.h>

static ep_status
wait_error(ep_status st, const char *what, struct err *err)
{
	return err_set(err, st, NULL, "store: %s: %s", what,
	    st == EP_TIMEOUT ? "deadline passed" : "host is going away");
}

static ep_status
failed_error(struct err *err)
{
	return err_set(err, EP_UNAVAILABLE, "store_failed",
	    "store: a sync failed, so nothing more is written; restart once "
	    "the disk is well");
}

/* ------------------------------------------------------------- begin -- */

static ep_status
take_writer(struct store *s, int64_t deadline_us, struct connection **c_out,
    struct err *err)
{
	struct waiter w = { .fiber = fiber_self() };
	ep_status st;

	TAILQ_INSERT_TAIL(&s->writing, &w, link);
	turn_advance(s);
	st = wait_granted(s, &s->writing, &w, deadline_us);
	if (st != EP_OK) {
		turn_advance(s);
		return wait_error(st, "waiting for the turn to write", err);
	}
	*c_out = s->writer;
	return EP_OK;
}

static void
give_writer(struct store *s)
{
	s->writer_busy = false;
	turn_advance(s);
}

static ep_status
take_reader(struct store *s, int64_t deadline_us, struct connection **c_out,
    struct err *err)
{
	struct connection *c = SLIST_FIRST(&s->idle);
	struct waiter w = { .fiber = fiber_self() };
	ep_status st;

	if (c != NULL) {
		SLIST_REMOVE_HEAD(&s->idle, idle);
		*c_out = c;
		return EP_OK;
	}
	if (s->n_open < s->n_readers) {
		c = &s->readers[s->n_open];
		st = sqlite_connection_new(s, c, false, err);
		if (st != EP_OK) {
			sqlite_connection_close(c);
			return st;
		}
		s->n_open++;
		*c_out = c;
		return EP_OK;
	}
	if (s->options.loop == NULL)
		return err_set(err, EP_LIMIT, NULL,
		    "store: all %u read connections are in use", s->n_readers);
	TAILQ_INSERT_TAIL(&s->reading, &w, link);
	st = wait_granted(s, &s->reading, &w, deadline_us);
	if (st != EP_OK)
		return wait_error(st, "waiting for a connection", err);
	*c_out = w.connection;
	return EP_OK;
}

static void
give_reader(struct store *s, struct connection *c)
{
	struct waiter *w = TAILQ_FIRST(&s->reading);

	if (w == NULL) {
		SLIST_INSERT_HEAD(&s->idle, c, idle);
		return;
	}
	TAILQ_REMOVE(&s->reading, w, link);
	w->connection = c;
	w->granted = true;
	waiter_wake(w);
}

/* Undoes whatever is open and gives the connection on. */
static void
abandon(struct store_tx *tx)
{
	struct connection *c = tx->connection;

	if (c == NULL)
		return;
	tx->connection = NULL;
	c->tx = NULL;
	c->deadline_us = 0;
	if (sqlite3_get_autocommit(c->db) == 0)
		(void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
	if (tx->mode == STORE_WRITE)
		give_writer(tx->store);
	else
		give_reader(tx->store, c);
}

/* From the loop, so no statement of it is running. */
static void
on_too_long(void *arg)
{
	struct store_tx *tx = arg;

	EP_CHECK(tx, STORE_TX_MAGIC);
	tx->expired = true;
	abandon(tx);
}

static void
tx_free(struct store_tx *tx)
{
	if (tx->store->options.loop != NULL)
		loop_timer_clear(tx->store->options.loop, &tx->timer);
	abandon(tx);
	tx->magic = 0;
	free(tx);
}

static ep_status
begin_refused(struct store *s, enum store_mode mode, struct err *err)
{
	EP_ASSERT(s->options.loop == NULL || fiber_self() != NULL);
	if (mode == STORE_WRITE && s->options.read_only)
		return err_set(err, EP_UNAVAILABLE, "store_read_only",
		    "store: opened for reading only");
	if (mode == STORE_WRITE && store_shared_failed(s->options.shared))
		return failed_error(err);
	return EP_OK;
}

ep_status
store_begin(struct store *s, enum store_mode mode, int64_t deadline_us,
    struct store_tx **tx_out, struct err *err)
{
	struct connection *c = NULL;
	struct store_tx *tx;
	ep_status st;

	EP_CHECK(s, STORE_MAGIC);
	EP_TRY(begin_refused(s, mode, err));
	if (mode == STORE_WRITE)
		st = take_writer(s, deadline_us, &c, err);
	else
		st = take_reader(s, deadline_us, &c, err);
	if (st != EP_OK)
		return st;
	tx = calloc(1, sizeof *tx);
	if (tx == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	tx->magic = STORE_TX_MAGIC;
	tx->mode = mode;
	tx->store = s;
	EP_ASSERT(c != NULL);
	tx->connection = c;
	tx->deadline_us = deadline_us;
	tx->ends_us = clock_monotonic_us() +
	    (int64_t)s->options.max_tx_ms * 1000;
	c->tx = tx;
	st = connection_exec(s, c,
	    mode == STORE_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", err);
	if (st != EP_OK) {
		tx_free(tx);
		return st;
	}
	if (s->options.loop != NULL)
		loop_timer_set(s->options.loop, &tx->timer, tx->ends_us,
		    on_too_long, tx);
	*tx_out = tx;
	return EP_OK;
}

/* --------------------------------------------------------- savepoints -- */

ep_status
tx_check(struct store_tx *tx, struct err *err)
{
	int64_t now = clock_monotonic_us();

	EP_CHECK(tx, STORE_TX_MAGIC);
	if (tx->expired || now > tx->ends_us)
		return err_set(err, EP_TIMEOUT, "tx_too_long",
		    "store: transaction was open longer than %u ms",
		    (unsigned)tx->store->options.max_tx_ms);
	if (tx->deadline_us != 0 && now > tx->deadline_us)
		return err_set(err, EP_TIMEOUT, NULL, "store: deadline passed");
	if (tx->lost || sqlite3_get_autocommit(tx->connection->db) != 0) {
		tx->lost = true;
		return err_set(err, EP_AGAIN, NULL,
		    "store: the database has undone the transaction");
	}
	tx->connection->deadline_us = tx->deadline_us != 0 &&
		tx->deadline_us < tx->ends_us
	    ? tx->deadline_us
	    : tx->ends_us;
	return EP_OK;
}

static ep_status
savepoint(struct store_tx *tx, const char *format, struct err *err)
{
	char text[64];

	EP_TRY(tx_check(tx, err));
	(void)snprintf(text, sizeof text, "%s ep_%u", format, tx->depth);
	return connection_exec(tx->store, tx->connection, text, err);
}

ep_status
store_savepoint(struct store_tx *tx, struct err *err)
{
	ep_status st;

	tx->depth++;
	st = savepoint(tx, "SAVEPOINT", err);
	if (st != EP_OK)
		tx->depth--;
	return st;
}

ep_status
store_release(struct store_tx *tx, struct err *err)
{
	ep_status st;

	EP_ASSERT(tx->depth > 0);
	st = savepoint(tx, "RELEASE", err);
	tx->depth--;
	return st;
}

ep_status
store_undo(struct store_tx *tx, struct err *err)
{
	ep_status st;

	EP_ASSERT(tx->depth > 0);
	st = savepoint(tx, "ROLLBACK TO", err);
	if (st == EP_OK)
		st = savepoint(tx, "RELEASE", err);
	tx->depth--;
	return st;
}

/* -------------------------------------------------------------- the end -- */

static ep_status
commit_write(struct store_tx *tx, uint64_t *point_out, struct err *err)
{
	struct store_shared *shared = tx->store->options.shared;
	struct connection *c = tx->connection;
	uint32_t frames = 0;
	ep_status st;

	if (store_shared_failed(shared))
		return failed_error(err);
	c->wal_frames = 0;
	*point_out = shared_commit_start(shared);
	st = connection_exec(tx->store, c, "COMMIT", err);
	frames = c->wal_frames;
	shared_commit_finish(shared, frames);
	return st;
}

ep_status
store_commit(struct store_tx *tx, uint64_t *point_out, struct err *err)
{
	ep_status st = tx_check(tx, err);

	*point_out = 0;
	if (st == EP_OK) {
		tx->connection->deadline_us = 0;
		if (tx->wrote) {
			st = commit_write(tx, point_out, err);
		} else {
			*point_out = store_read_point(tx);
			st = connection_exec(tx->store, tx->connection,
			    "COMMIT", err);
		}
	}
	tx_free(tx);
	return st;
}

void
store_rollback(struct store_tx *tx)
{
	EP_CHECK(tx, STORE_TX_MAGIC);
	tx_free(tx);
}

uint64_t
store_read_point(const struct store_tx *tx)
{
	EP_CHECK(tx, STORE_TX_MAGIC);
	return shared_started(tx->store->options.shared);
}

ep_status
store_wait_synced(struct store *s, uint64_t point, int64_t deadline_us,
    struct err *err)
{
	struct waiter w = { .point = point };
	ep_status st;

	EP_CHECK(s, STORE_MAGIC);
	if (shared_synced(s->options.shared) >= point)
		return EP_OK;
	w.fiber = fiber_self();
	EP_ASSERT(s->options.loop == NULL || w.fiber != NULL);
	TAILQ_INSERT_TAIL(&s->syncing, &w, link);
	sync_advance(s);
	st = wait_granted(s, &s->syncing, &w, deadline_us);
	if (st != EP_OK)
		return wait_error(st, "waiting for the disk", err);
	if (shared_synced(s->options.shared) < point)
		return failed_error(err);
	return EP_OK;
}

ep_status
store_script(struct store_tx *tx, const char *text, struct err *err)
{
	EP_TRY(tx_check(tx, err));
	EP_ASSERT(tx->mode == STORE_WRITE);
	tx->wrote = true;
	return connection_exec(tx->store, tx->connection, text, err);
}
