/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * kill -9 at random instants of a worker, of the sync process, and of all:
 * nothing that was acknowledged is lost, nothing is doubled, the database is
 * whole.  Usage: store_kill [rounds [seed]]
 */

#include "tests/fault/store_load.h"

#include "core/base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SYNC LOAD_WORKERS
#define CHILDREN (LOAD_WORKERS + 1u)

static uint64_t seed;

static uint32_t
next_random(void)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33);
}

static void
start(struct load *l, pid_t *pids, unsigned i)
{
	pids[i] = i == SYNC ? load_start_sync(l) : load_start_worker(l, i);
}

static void
end(struct load *l, pid_t *pids, unsigned i)
{
	int status;

	(void)kill(pids[i], SIGKILL);
	(void)waitpid(pids[i], &status, 0);
	if (!WIFSIGNALED(status)) {
		(void)fprintf(stderr, "child %u ended by itself: %x\n", i,
		    (unsigned)status);
		exit(1);
	}
	store_shared_bury(l->shared, pids[i]);
}

static void
one_round(struct load *l, pid_t *pids, unsigned counts[3])
{
	unsigned kind = next_random() % 4;

	(void)usleep(20000 + next_random() % 100000);
	if (kind == 3) {
		for (unsigned i = 0; i < CHILDREN; i++)
			end(l, pids, i);
		load_boot(l);
		for (unsigned i = CHILDREN; i-- > 0;)
			start(l, pids, i);
		counts[2]++;
		return;
	}
	if (kind == SYNC)
		counts[1]++;
	else
		counts[0]++;
	end(l, pids, kind);
	start(l, pids, kind);
}

static void
finish(struct load *l, const pid_t *pids, unsigned rounds)
{
	int status;

	atomic_store(&l->state->stop, 1);
	for (unsigned i = 0; i < LOAD_WORKERS; i++)
		if (waitpid(pids[i], &status, 0) != pids[i] || status != 0)
			exit(1);
	store_shared_stop(l->shared);
	if (waitpid(pids[SYNC], &status, 0) != pids[SYNC] || status != 0)
		exit(1);
	(void)rounds;
}

int
main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 40;
	char directory[] = "/tmp/store_kill.XXXXXX", path[64], command[96];
	uint64_t acked[LOAD_WORKERS][LOAD_FIBERS];
	unsigned counts[3] = { 0 };
	pid_t pids[CHILDREN];
	struct load_result r;
	struct load l;

	seed = argc > 2 ? strtoull(argv[2], NULL, 10)
			: (uint64_t)clock_real_us();
	(void)printf("seed %llu\n", (unsigned long long)seed);
	(void)fflush(stdout);
	if (mkdtemp(directory) == NULL)
		return 1;
	(void)snprintf(path, sizeof path, "%s/t.db", directory);
	load_new(&l, path);
	load_boot(&l);
	start(&l, pids, SYNC);
	load_make_table(&l);
	for (unsigned i = 0; i < LOAD_WORKERS; i++)
		start(&l, pids, i);
	for (unsigned i = 0; i < rounds; i++)
		one_round(&l, pids, counts);
	finish(&l, pids, rounds);
	for (unsigned w = 0; w < LOAD_WORKERS; w++)
		for (unsigned f = 0; f < LOAD_FIBERS; f++)
			acked[w][f] = atomic_load(&l.state->acked[w][f]);
	load_verify(&l, path, acked, &r);
	(void)printf("killed: worker %u, sync %u, all %u; rows %llu, "
		     "acknowledged %llu, lost %llu, doubled %llu, torn %llu, "
		     "integrity %s\n",
	    counts[0], counts[1], counts[2], (unsigned long long)r.rows,
	    (unsigned long long)r.acked, (unsigned long long)r.lost,
	    (unsigned long long)r.doubled, (unsigned long long)r.torn,
	    r.is_whole ? "ok" : "BROKEN");
	for (const char *const *s =
		 (const char *const[]){ "", "-wal", "-shm", NULL };
	     *s != NULL; s++) {
		(void)snprintf(command, sizeof command, "%s%s", path, *s);
		(void)unlink(command);
	}
	(void)rmdir(directory);
	return r.lost + r.doubled + r.torn > 0 || !r.is_whole || r.acked == 0;
}
