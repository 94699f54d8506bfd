/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/fault/store_load.h"

#include "core/base/clock.h"
#include "core/loop/fiber.h"
#include "core/loop/loop.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)

struct worker {
	struct load *load;
	struct loop *loop;
	struct store *store;
	struct store_statement *insert, *count, *look;
	unsigned number, running;
};

struct writer {
	struct worker *worker;
	unsigned number;
};

static void *
shared_memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	EP_ASSERT(p != MAP_FAILED);
	return p;
}

void
load_new(struct load *l, const char *path)
{
	memset(l, 0, sizeof *l);
	(void)snprintf(l->path, sizeof l->path, "%s", path);
	l->limit = UINT64_MAX;
	l->state = shared_memory(sizeof *l->state);
}

static void
must(ep_status st, struct err *err)
{
	if (st == EP_OK)
		return;
	(void)fprintf(stderr, "%s: %s\n", status_name(st), err->text);
	_exit(3);
}

void
load_boot(struct load *l)
{
	struct err err = { 0 };
	pid_t pid;
	int status = 0;

	if (l->shared != NULL) {
		store_shared_fini(l->shared);
		(void)munmap(l->shared, store_shared_size());
	}
	must(store_shared_init(shared_memory(store_shared_size()), &l->shared,
		 &err),
	    &err);
	pid = fork();
	if (pid == 0) {
		must(store_recover(l->path, &err), &err);
		_exit(0);
	}
	EP_ASSERT(waitpid(pid, &status, 0) == pid && status == 0);
}

pid_t
load_start_sync(struct load *l)
{
	pid_t pid = fork();
	struct err err = { 0 };

	if (pid == 0) {
		must(store_sync_run(l->path, l->shared, &err), &err);
		_exit(0);
	}
	return pid;
}

static const char table[] =
    "CREATE TABLE IF NOT EXISTS t (w INTEGER NOT NULL, f INTEGER NOT NULL,"
    " n INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (w, f, n)) STRICT;"
    "CREATE TABLE IF NOT EXISTS c (w INTEGER NOT NULL, f INTEGER NOT NULL,"
    " n INTEGER NOT NULL, PRIMARY KEY (w, f)) STRICT;";

/* Needs a running sync process. */
void
load_make_table(struct load *l)
{
	struct store_options o = { .path = l->path,
		.shared = l->shared,
		.worker = STORE_SLOT_MIGRATE };
	struct err err = { 0 };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct store *s;
		struct store_tx *tx;
		uint64_t point;

		must(store_open(&o, &s, &err), &err);
		must(store_begin(s, STORE_WRITE, 0, &tx, &err), &err);
		must(store_script(tx, table, &err), &err);
		must(store_commit(tx, &point, &err), &err);
		must(store_wait_synced(s, point,
			 clock_monotonic_us() + 10 * SECOND, &err),
		    &err);
		store_close(&s);
		_exit(0);
	}
	EP_ASSERT(waitpid(pid, &status, 0) == pid && status == 0);
}

static ep_status
write_one(struct writer *f, uint64_t n, struct arena *a, struct err *err)
{
	struct worker *w = f->worker;
	static char body[600];
	const struct ep_arg args[] = { EP_ARG("w", w->number),
		EP_ARG("f", f->number), EP_ARG("n", (int64_t)n),
		EP_ARG("body", ep_textn(body, sizeof body)) };
	int64_t until = clock_monotonic_us() + 10 * SECOND;
	struct store_tx *tx;
	uint64_t point;
	ep_status st;

	memset(body, 'x', sizeof body);
	EP_TRY(store_begin(w->store, STORE_WRITE, until, &tx, err));
	st = store_run(tx, w->insert, &(struct store_run_args){ args, 4, NULL },
	    a, NULL, err);
	if (st == EP_OK && !w->load->only_insert)
		st = store_run(tx, w->count,
		    &(struct store_run_args){ args, 2, NULL }, a, NULL, err);
	if (st == EP_CONFLICT) { /* an earlier life wrote it */
		err_clear(err);
		st = EP_OK;
	}
	if (st != EP_OK) {
		store_rollback(tx);
		return st;
	}
	EP_TRY(store_commit(tx, &point, err));
	return store_wait_synced(w->store, point, until, err);
}

/* What a reader was told is promised as well. */
static ep_status
read_one(struct writer *f, unsigned other, struct arena *a, struct err *err)
{
	struct worker *w = f->worker;
	const struct ep_arg args[] = { EP_ARG("w", other),
		EP_ARG("f", f->number) };
	int64_t until = clock_monotonic_us() + 10 * SECOND;
	const struct ep_rows *rows = NULL;
	struct store_tx *tx;
	uint64_t point, n;

	EP_TRY(store_begin(w->store, STORE_READ, until, &tx, err));
	must(store_run(tx, w->look, &(struct store_run_args){ args, 2, NULL },
		 a, &rows, err),
	    err);
	point = store_read_point(tx);
	store_rollback(tx);
	EP_TRY(store_wait_synced(w->store, point, until, err));
	n = (uint64_t)rows_int(rows, 0, 0);
	if (n > 0 && w->load->on_ack != NULL)
		w->load->on_ack(other, f->number, n);
	atomic_fetch_add(&w->load->state->seen, 1);
	return EP_OK;
}

static void
writer_main(void *arg)
{
	struct writer *f = arg;
	struct worker *w = f->worker;
	struct load *l = w->load;
	_Atomic uint64_t *acked = &l->state->acked[w->number][f->number];
	struct arena *a = arena_new(4096);
	struct err err = { 0 };

	while (atomic_load(&l->state->stop) == 0 &&
	    atomic_load(acked) < l->limit) {
		uint64_t n = atomic_load(acked) + 1;

		arena_reset(a);
		must(write_one(f, n, a, &err), &err);
		if (l->on_ack != NULL)
			l->on_ack(w->number, f->number, n);
		atomic_store(acked, n);
		if (n % 8 == 0 && !l->only_insert)
			must(read_one(f, (w->number + 1) % LOAD_WORKERS, a,
				 &err),
			    &err);
	}
	arena_free(&a);
	if (--w->running == 0)
		loop_stop(w->loop);
}

static void
worker_main(struct load *l, unsigned number)
{
	struct worker w = { .load = l,
		.number = number,
		.running = LOAD_FIBERS,
		.loop = loop_new(LOAD_FIBERS + 4) };
	struct store_options o = { .path = l->path,
		.shared = l->shared,
		.worker = number,
		.loop = w.loop };
	struct writer writers[LOAD_FIBERS];
	struct err err = { 0 };

	must(store_open(&o, &w.store, &err), &err);
	w.insert = store_statement_new(w.store,
	    "INSERT INTO t (w, f, n, body) VALUES ($w, $f, $n, $body)");
	w.count = store_statement_new(w.store,
	    "INSERT INTO c (w, f, n) VALUES ($w, $f, 1) ON CONFLICT (w, f) DO "
	    "UPDATE SET n = c.n + 1");
	w.look = store_statement_new(w.store,
	    "SELECT coalesce(max(n), 0) FROM t WHERE w = $w AND f = $f");
	for (unsigned i = 0; i < LOAD_FIBERS; i++) {
		writers[i] = (struct writer){ &w, i };
		EP_ASSERT(fiber_start(w.loop, writer_main, &writers[i]));
	}
	if (w.running > 0)
		loop_run(w.loop);
	store_close(&w.store);
	loop_free(&w.loop);
}

pid_t
load_start_worker(struct load *l, unsigned worker)
{
	pid_t pid = fork();

	if (pid == 0) {
		worker_main(l, worker);
		_exit(0);
	}
	return pid;
}

static int64_t
ask(sqlite3 *db, const char *text, unsigned w, unsigned f)
{
	sqlite3_stmt *s = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, text, -1, &s, NULL) == SQLITE_OK) {
		(void)sqlite3_bind_int64(s, 1, w);
		(void)sqlite3_bind_int64(s, 2, f);
		if (sqlite3_step(s) == SQLITE_ROW)
			n = sqlite3_column_int64(s, 0);
	}
	(void)sqlite3_finalize(s);
	return n;
}

static bool
is_whole(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	bool ok = sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s,
		      NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW &&
	    strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;

	(void)sqlite3_finalize(s);
	return ok;
}

void
load_verify(struct load *l, const char *path,
    uint64_t acked[LOAD_WORKERS][LOAD_FIBERS], struct load_result *r)
{
	sqlite3 *db = NULL;

	(void)l;
	memset(r, 0, sizeof *r);
	if (sqlite3_open(path, &db) != SQLITE_OK) {
		(void)sqlite3_close(db);
		return;
	}
	r->is_whole = is_whole(db);
	for (unsigned w = 0; w < LOAD_WORKERS; w++)
		for (unsigned f = 0; f < LOAD_FIBERS; f++) {
			int64_t rows = ask(db,
			    "SELECT count(*) FROM t WHERE w = ? AND f = ?", w,
			    f);
			int64_t last = ask(db,
			    "SELECT coalesce(max(n), 0) FROM t WHERE w = ? AND "
			    "f = ?",
			    w, f);
			int64_t counted = ask(db,
			    "SELECT coalesce(sum(n), 0) FROM c WHERE w = ? AND "
			    "f = ?",
			    w, f);

			r->rows += rows > 0 ? (uint64_t)rows : 0;
			r->acked += acked[w][f];
			if (last < 0 || (uint64_t)last < acked[w][f])
				r->lost++;
			r->doubled += counted > rows;
			r->torn += rows != last || counted < rows;
		}
	(void)sqlite3_close(db);
}
