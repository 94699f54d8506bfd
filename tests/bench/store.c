/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Durable transactions a second: 16 writer fibers in each of 2 processes
 * whose replies wait for the shared sync, against one connection with
 * synchronous=FULL, one by one.  Usage: store [seconds]
 */

#include "tests/fault/store_load.h"

#include "core/base/clock.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const ends[] = { "", "-wal", "-shm" };

static void
clean(const char *path)
{
	char name[128];

	for (unsigned i = 0; i < 3; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
		(void)unlink(name);
	}
}

static double
measure_full(const char *path, double seconds)
{
	int64_t end = clock_monotonic_us() + (int64_t)(seconds * 1e6), n = 0;
	static char body[600];
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;

	memset(body, 'x', sizeof body);
	EP_ASSERT(sqlite3_open(path, &db) == SQLITE_OK);
	EP_ASSERT(sqlite3_exec(db,
		      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
		      "CREATE TABLE t (n INTEGER NOT NULL, body TEXT NOT NULL,"
		      " PRIMARY KEY (n)) STRICT",
		      NULL, NULL, NULL) == SQLITE_OK);
	EP_ASSERT(sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?, ?)", -1, &s,
		      NULL) == SQLITE_OK);
	for (; clock_monotonic_us() < end; n++) {
		(void)sqlite3_bind_int64(s, 1, n);
		(void)sqlite3_bind_text(s, 2, body, sizeof body, SQLITE_STATIC);
		EP_ASSERT(sqlite3_step(s) == SQLITE_DONE);
		(void)sqlite3_reset(s);
	}
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	clean(path);
	return (double)n / seconds;
}

static double
measure_shared(const char *path, double seconds)
{
	struct store_counts counts;
	struct load l;
	pid_t sync, workers[LOAD_WORKERS];
	uint64_t total = 0;

	load_new(&l, path);
	l.only_insert = true;
	load_boot(&l);
	sync = load_start_sync(&l);
	load_make_table(&l);
	for (unsigned i = 0; i < LOAD_WORKERS; i++)
		workers[i] = load_start_worker(&l, i);
	(void)usleep((useconds_t)(seconds * 1e6));
	for (unsigned w = 0; w < LOAD_WORKERS; w++)
		for (unsigned f = 0; f < LOAD_FIBERS; f++)
			total += atomic_load(&l.state->acked[w][f]);
	atomic_store(&l.state->stop, 1);
	for (unsigned i = 0; i < LOAD_WORKERS; i++)
		(void)waitpid(workers[i], NULL, 0);
	store_shared_stop(l.shared);
	(void)waitpid(sync, NULL, 0);
	store_shared_counts(l.shared, &counts);
	(void)printf("%.1f commits a sync, %llu checkpoints\n",
	    (double)counts.finished / (double)counts.syncs,
	    (unsigned long long)counts.checkpoints);
	clean(path);
	return (double)total / seconds;
}

int
main(int argc, char **argv)
{
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 2, full, shared;
	char directory[] = "/tmp/bench_store.XXXXXX", path[64];

	if (mkdtemp(directory) == NULL)
		return 1;
	(void)snprintf(path, sizeof path, "%s/t.db", directory);
	full = measure_full(path, seconds);
	shared = measure_shared(path, seconds);
	(void)rmdir(directory);
	(void)printf("FULL one by one: %.0f tx/s; %u fibers in %u processes: "
		     "%.0f tx/s; ratio %.1f\n",
	    full, LOAD_WORKERS * LOAD_FIBERS, LOAD_WORKERS, shared,
	    shared / full);
	return 0;
}
