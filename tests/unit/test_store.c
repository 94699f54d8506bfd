/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/loop/fiber.h"
#include "core/loop/loop.h"
#include "core/store/store.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)

struct world {
	char directory[64], path[80];
	struct store_shared *shared;
	struct loop *loop;
	struct store *store;
	struct arena *arena;
	struct err err;
	pid_t sync;
	int result, running;
};

static pid_t
start_sync(struct world *w)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct err err = { 0 };

		_exit(store_sync_run(w->path, w->shared, &err) != EP_OK);
	}
	return pid;
}

static struct store_options
options(struct world *w)
{
	return (struct store_options){ .path = w->path,
		.shared = w->shared,
		.loop = w->loop,
		.max_readers = 2,
		.max_rows = 100,
		.max_tx_ms = 300,
		.max_result_bytes = 10000 };
}

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct store_options o;
	void *mem = mmap(NULL, store_shared_size(), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)snprintf(w->directory, sizeof w->directory,
	    "/tmp/test_store.XXXXXX");
	assert_non_null(mkdtemp(w->directory));
	(void)snprintf(w->path, sizeof w->path, "%s/t.db", w->directory);
	assert_int_equal(store_recover(w->path, &w->err), EP_OK);
	assert_int_equal(store_shared_init(mem, &w->shared, &w->err), EP_OK);
	w->sync = start_sync(w);
	w->loop = loop_new(64);
	w->arena = arena_new(4096);
	o = options(w);
	assert_int_equal(store_open(&o, &w->store, &w->err), EP_OK);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	char name[128];
	int status;

	store_close(&w->store);
	loop_free(&w->loop);
	store_shared_stop(w->shared);
	assert_int_equal(waitpid(w->sync, &status, 0), w->sync);
	store_shared_fini(w->shared);
	(void)munmap(w->shared, store_shared_size());
	arena_free(&w->arena);
	for (const char *const *s =
		 (const char *const[]){ "", "-wal", "-shm", "-failed", NULL };
	     *s != NULL; s++) {
		(void)snprintf(name, sizeof name, "%s%s", w->path, *s);
		(void)unlink(name);
	}
	(void)rmdir(w->directory);
	free(w);
	return 0;
}

/* ------------------------------------------------ running on a fiber -- */

struct story {
	struct world *w;
	void (*tell)(struct world *);
};

static void
story_main(void *arg)
{
	struct story *s = arg;

	s->tell(s->w);
	if (--s->w->running == 0)
		loop_stop(s->w->loop);
}

static void
play(struct world *w, void (*tell)(struct world *), int n)
{
	struct story s = { w, tell };

	w->running = n;
	for (int i = 0; i < n; i++)
		assert_true(fiber_start(w->loop, story_main, &s));
	if (w->running > 0)
		loop_run(w->loop);
	assert_int_equal(w->running, 0);
}

static struct store_tx *
begin(struct world *w, enum store_mode mode)
{
	struct store_tx *tx = NULL;

	err_clear(&w->err);
	assert_int_equal(store_begin(w->store, mode,
			     clock_monotonic_us() + 10 * SECOND, &tx, &w->err),
	    EP_OK);
	return tx;
}

static uint64_t
commit(struct world *w, struct store_tx *tx)
{
	uint64_t point = 0;

	assert_int_equal(store_commit(tx, &point, &w->err), EP_OK);
	assert_int_equal(store_wait_synced(w->store, point,
			     clock_monotonic_us() + 10 * SECOND, &w->err),
	    EP_OK);
	return point;
}

static ep_status
sql(struct world *w, struct store_tx *tx, const char *text,
    const struct ep_arg *args, uint32_t n)
{
	struct store_statement *q = store_statement_new(w->store, text);
	struct store_run_args a = { args, n, "acme" };
	const struct ep_rows *rows = NULL;
	ep_status st;

	err_clear(&w->err);
	st = store_run(tx, q, &a, w->arena, &rows, &w->err);
	w->result = st == EP_OK && rows_count(rows) > 0
	    ? (int)rows_int(rows, 0, 0)
	    : -1;
	store_statement_free(&q);
	return st;
}

#define SQL(w, tx, text, ...)                                    \
	sql(w, tx, text, (const struct ep_arg[]){ __VA_ARGS__ }, \
	    sizeof((const struct ep_arg[]){ __VA_ARGS__ }) /     \
		sizeof(struct ep_arg))
#define SQL0(w, tx, text) sql(w, tx, text, NULL, 0)

static void
make_table(struct world *w)
{
	struct store_tx *tx = begin(w, STORE_WRITE);

	assert_int_equal(store_script(tx,
			     "CREATE TABLE t (tenant TEXT NOT NULL,"
			     " id INTEGER NOT NULL, x TEXT CHECK (x <> 'bad'),"
			     " up INTEGER, PRIMARY KEY (tenant, id),"
			     " FOREIGN KEY (tenant, up) REFERENCES t) STRICT",
			     &w->err),
	    EP_OK);
	(void)commit(w, tx);
}

#define INSERT "INSERT INTO t (tenant, id, x) VALUES ($tenant, $id, $x)"

/* --------------------------------------------------------------- stories -- */

static void
tell_commit(struct world *w)
{
	struct store_tx *tx;

	make_table(w);
	tx = begin(w, STORE_WRITE);
	assert_int_equal(SQL(w, tx, INSERT, EP_ARG("id", 1),
			     EP_ARG("x", "one")),
	    EP_OK);
	(void)commit(w, tx);
	tx = begin(w, STORE_WRITE);
	assert_int_equal(SQL(w, tx, INSERT, EP_ARG("id", 2),
			     EP_ARG("x", ep_null())),
	    EP_OK);
	store_rollback(tx);
	tx = begin(w, STORE_READ);
	assert_int_equal(SQL0(w, tx,
			     "SELECT count(*) FROM t WHERE tenant = $tenant"),
	    EP_OK);
	assert_int_equal(w->result, 1);
	(void)commit(w, tx);
}

static void
commits_stay_and_rollbacks_do_not(void **state)
{
	play(*state, tell_commit, 1);
}

static void
expect(struct world *w, ep_status got, ep_status status, const char *code)
{
	assert_int_equal(got, status);
	assert_string_equal(w->err.code, code);
}

static void
tell_errors(struct world *w)
{
	struct store_tx *tx;
	char nul[] = { 'a', 0, 'b' };

	make_table(w);
	tx = begin(w, STORE_WRITE);
	assert_int_equal(SQL(w, tx, INSERT, EP_ARG("id", 1), EP_ARG("x", "a")),
	    EP_OK);
	expect(w, SQL(w, tx, INSERT, EP_ARG("id", 1), EP_ARG("x", "a")),
	    EP_CONFLICT, "duplicate");
	expect(w, SQL(w, tx, INSERT, EP_ARG("id", 2), EP_ARG("x", "bad")),
	    EP_REFUSED, "check_failed");
	expect(w, SQL(w, tx, INSERT, EP_ARG("id", ep_null()), EP_ARG("x", "a")),
	    EP_REFUSED, "missing_value");
	expect(w, SQL(w, tx, INSERT, EP_ARG("id", "no"), EP_ARG("x", "a")),
	    EP_REFUSED, "wrong_type");
	expect(w,
	    SQL(w, tx, INSERT, EP_ARG("id", 2), EP_ARG("x", ep_textn(nul, 3))),
	    EP_REFUSED, "nul_in_text");
	expect(w,
	    SQL0(w, tx,
		"INSERT INTO t (tenant, id, up)"
		" VALUES ($tenant, 5, 99)"),
	    EP_REFUSED, "missing_reference");
	expect(w, SQL(w, tx, INSERT, EP_ARG("id", 2)), EP_INTERNAL,
	    "bad_statement");
	assert_non_null(strstr(w->err.text, "$x"));
	expect(w,
	    SQL(w, tx, INSERT, EP_ARG("id", 2), EP_ARG("x", "a"),
		EP_ARG("y", 1)),
	    EP_INTERNAL, "bad_statement");
	assert_non_null(strstr(w->err.text, "$y"));
	expect(w, SQL(w, tx, "SELECT $tenant", EP_ARG("tenant", "other")),
	    EP_INTERNAL, "bad_statement");
	expect(w, SQL0(w, tx, "SELECT 1; SELECT 2"), EP_INTERNAL,
	    "bad_statement");
	(void)commit(w, tx);
	tx = begin(w, STORE_READ);
	expect(w, SQL0(w, tx, "DELETE FROM t"), EP_INTERNAL, "bad_statement");
	store_rollback(tx);
}

static void
each_trouble_has_its_status_and_code(void **state)
{
	play(*state, tell_errors, 1);
}

#define COUNT_TO                                                    \
	"WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 " \
	"FROM c WHERE i < $n) SELECT i, 'xxxxxxxxxxxxxxxxxxxx' || " \
	"hex(zeroblob($wide)) FROM c"

static void
tell_limits(struct world *w)
{
	struct store_tx *tx = begin(w, STORE_READ);

	assert_int_equal(SQL(w, tx, COUNT_TO, EP_ARG("n", 100),
			     EP_ARG("wide", 1)),
	    EP_OK);
	expect(w, SQL(w, tx, COUNT_TO, EP_ARG("n", 101), EP_ARG("wide", 1)),
	    EP_TOO_LARGE, "too_many_rows");
	expect(w, SQL(w, tx, COUNT_TO, EP_ARG("n", 2), EP_ARG("wide", 6000)),
	    EP_TOO_LARGE, "result_too_large");
	store_rollback(tx);
	assert_int_equal(store_begin(w->store, STORE_READ,
			     clock_monotonic_us() + 30000, &tx, &w->err),
	    EP_OK);
	assert_int_equal(SQL(w, tx,
			     "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL "
			     "SELECT i + 1 FROM c WHERE i < $n) "
			     "SELECT max(i) FROM c",
			     EP_ARG("n", 1000000000)),
	    EP_TIMEOUT);
	store_rollback(tx);
}

static void
answers_and_statements_are_bounded(void **state)
{
	play(*state, tell_limits, 1);
}

static void
tell_too_long(struct world *w)
{
	struct store_tx *tx = begin(w, STORE_WRITE), *other;

	(void)fiber_wait(clock_monotonic_us() + SECOND / 2);
	other = begin(w, STORE_WRITE); /* the turn was given on */
	store_rollback(other);
	expect(w, SQL0(w, tx, "SELECT 1"), EP_TIMEOUT, "tx_too_long");
	store_rollback(tx);
}

static void
a_transaction_that_stays_open_loses_its_turn(void **state)
{
	play(*state, tell_too_long, 1);
}

static void
tell_savepoints(struct world *w)
{
	struct store_tx *tx;

	make_table(w);
	tx = begin(w, STORE_WRITE);
	assert_int_equal(SQL(w, tx, INSERT, EP_ARG("id", 1), EP_ARG("x", "a")),
	    EP_OK);
	assert_int_equal(store_savepoint(tx, &w->err), EP_OK);
	assert_int_equal(SQL(w, tx, INSERT, EP_ARG("id", 2), EP_ARG("x", "a")),
	    EP_OK);
	assert_int_equal(store_savepoint(tx, &w->err), EP_OK);
	assert_int_equal(SQL(w, tx, INSERT, EP_ARG("id", 3), EP_ARG("x", "a")),
	    EP_OK);
	assert_int_equal(store_release(tx, &w->err), EP_OK);
	assert_int_equal(store_undo(tx, &w->err), EP_OK);
	assert_int_equal(SQL0(w, tx, "SELECT count(*) FROM t"), EP_OK);
	assert_int_equal(w->result, 1);
	(void)commit(w, tx);
}

static void
savepoints_nest(void **state)
{
	play(*state, tell_savepoints, 1);
}

static int order[32], n_order;

static void
tell_turns(struct world *w)
{
	static int next;
	int me = next++;
	struct store_tx *tx = begin(w, STORE_WRITE);

	order[n_order++] = me;
	(void)fiber_wait(clock_monotonic_us() + 2000);
	(void)commit(w, tx);
}

static void
fibers_write_in_the_order_of_asking(void **state)
{
	play(*state, tell_turns, 8);
	assert_int_equal(n_order, 8);
	for (int i = 0; i < 8; i++)
		assert_int_equal(order[i], i);
}

static int most, now_open;

static void
tell_pool(struct world *w)
{
	struct store_tx *tx = begin(w, STORE_READ);

	if (++now_open > most)
		most = now_open;
	assert_int_equal(SQL0(w, tx, "SELECT 1"), EP_OK);
	(void)fiber_wait(clock_monotonic_us() + 2000);
	now_open--;
	store_rollback(tx);
}

static void
readers_share_a_pool_and_wait_for_it(void **state)
{
	play(*state, tell_pool, 10);
	assert_int_equal(most, 2);
}

static void
tell_snapshot(struct world *w)
{
	struct store_tx *reader, *writer;
	uint64_t before, after;

	make_table(w);
	reader = begin(w, STORE_READ);
	assert_int_equal(SQL0(w, reader, "SELECT count(*) FROM t"), EP_OK);
	before = store_read_point(reader);
	writer = begin(w, STORE_WRITE);
	assert_int_equal(SQL(w, writer, INSERT, EP_ARG("id", 1),
			     EP_ARG("x", "a")),
	    EP_OK);
	after = commit(w, writer);
	assert_true(after > before);
	assert_int_equal(SQL0(w, reader, "SELECT count(*) FROM t"), EP_OK);
	assert_int_equal(w->result, 0);
	store_rollback(reader);
}

static void
a_reader_keeps_its_snapshot(void **state)
{
	play(*state, tell_snapshot, 1);
}

static void
tell_failed(struct world *w)
{
	struct store_tx *tx = begin(w, STORE_WRITE);
	uint64_t point;

	assert_int_equal(store_script(tx, "CREATE TABLE a (b) STRICT", &w->err),
	    EP_INTERNAL); /* STRICT wants a type */
	err_clear(&w->err);
	assert_int_equal(store_script(tx, "CREATE TABLE a (b)", &w->err),
	    EP_OK);
	shared_fail(w->shared);
	expect(w, store_commit(tx, &point, &w->err), EP_UNAVAILABLE,
	    "store_failed");
	err_clear(&w->err);
	expect(w, store_begin(w->store, STORE_WRITE, 0, &tx, &w->err),
	    EP_UNAVAILABLE, "store_failed");
	err_clear(&w->err);
	expect(w,
	    store_wait_synced(w->store, 1000, clock_monotonic_us() + SECOND,
		&w->err),
	    EP_UNAVAILABLE, "store_failed");
}

static void
nothing_is_written_after_a_failed_sync(void **state)
{
	struct world *w = *state;
	char mark[128];
	int status;

	play(w, tell_failed, 1);
	assert_int_equal(waitpid(w->sync, &status, 0), w->sync);
	assert_int_equal(WEXITSTATUS(status), 1);
	(void)snprintf(mark, sizeof mark, "%s-failed", w->path);
	assert_int_equal(access(mark, F_OK), 0);
	w->sync = fork();
	if (w->sync == 0) {
		struct err err = { 0 };

		_exit(store_recover(w->path, &err) != EP_OK);
	}
	assert_int_equal(waitpid(w->sync, &status, 0), w->sync);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_not_equal(access(mark, F_OK), 0);
	w->sync = fork();
	if (w->sync == 0)
		_exit(0);
}

static void
a_dead_holder_is_buried(void **state)
{
	struct world *w = *state;
	struct store_counts counts;
	pid_t pid = fork();

	if (pid == 0) {
		_exit(!shared_enter(w->shared, 7) ||
		    (shared_turn_ask(w->shared, 7),
			!shared_turn_held(w->shared, 7)) ||
		    shared_commit_start(w->shared) == 0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(shared_turn_held(w->shared, 7));
	store_shared_bury(w->shared, pid);
	assert_false(shared_turn_held(w->shared, 7));
	store_shared_counts(w->shared, &counts);
	assert_true(counts.finished == counts.started);
	play(w, tell_commit, 1);
}

static void
host_tables_are_made_once(void **state)
{
	struct world *w = *state;
	struct store_options o = options(w);
	struct store *s = NULL;

	o.loop = NULL;
	o.worker = STORE_SLOT_MIGRATE;
	assert_int_equal(store_open(&o, &s, &w->err), EP_OK);
	assert_int_equal(store_create_host_tables(s, &w->err), EP_OK);
	assert_int_equal(store_create_host_tables(s, &w->err), EP_OK);
	store_close(&s);
}

static void
a_slot_has_one_owner(void **state)
{
	struct world *w = *state;
	struct store_options o = options(w);
	struct store *s = NULL;

	expect(w, store_open(&o, &s, &w->err), EP_CONFLICT, "slot_in_use");
	assert_null(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(commits_stay_and_rollbacks_do_not),
		TEST(each_trouble_has_its_status_and_code),
		TEST(answers_and_statements_are_bounded),
		TEST(a_transaction_that_stays_open_loses_its_turn),
		TEST(savepoints_nest),
		TEST(fibers_write_in_the_order_of_asking),
		TEST(readers_share_a_pool_and_wait_for_it),
		TEST(a_reader_keeps_its_snapshot),
		TEST(nothing_is_written_after_a_failed_sync),
		TEST(a_dead_holder_is_buried),
		TEST(host_tables_are_made_once),
		TEST(a_slot_has_one_owner),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
