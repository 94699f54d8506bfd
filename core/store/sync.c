/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The sync process: two threads.  One syncs the -wal and publishes how far;
 * it touches nothing but its own descriptor of that file, for life, since
 * closing any descriptor of the database would drop the process' locks on
 * it.  The other owns the one connection of the process and checkpoints.
 */

#include "core/store/sqlite.h"

#include "core/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRAMES_CHECKPOINT 1000u /* 4 MiB of pages: begin to check-point */
#define FRAMES_TOO_LONG 16000u  /* 64 MiB: wait for readers as well */
#define READERS_MS 1000         /* so long */
#define IDLE_US 1000000

struct sync {
	const char *path;
	struct store_shared *shared;
	sqlite3 *db;
	char *wal;
	int fd;
	ino_t inode;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t due;
	bool is_due, stop;
};

/* --------------------------------------------------------- checkpoints -- */

static ep_status
checkpoint(struct sync *y, int mode, bool *whole_out)
{
	int frames = 0, moved = 0;
	int rc = sqlite3_wal_checkpoint_v2(y->db, NULL, mode, &frames, &moved);

	*whole_out = rc == SQLITE_OK && frames == moved;
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL: /* the rest stays in the -wal */
		return EP_OK;
	default:
		shared_fail(y->shared);
		return EP_UNAVAILABLE;
	}
}

static bool
turn_wait(struct sync *y)
{
	struct pollfd p = { .events = POLLIN,
		.fd = shared_eventfd(y->shared, STORE_SLOT_SYNC) };
	uint64_t count;

	shared_turn_ask(y->shared, STORE_SLOT_SYNC);
	while (!shared_turn_held(y->shared, STORE_SLOT_SYNC)) {
		if (shared_stopping(y->shared)) {
			shared_turn_give(y->shared, STORE_SLOT_SYNC);
			return false;
		}
		if (poll(&p, 1, 100) > 0 &&
		    read(p.fd, &count, sizeof count) < 0 && errno != EAGAIN)
			return false;
	}
	return true;
}

/* Most of the work goes on beside the writers.  The rest is done holding the
 * turn, so that no frame is left and the next commit starts the -wal again
 * from its beginning; without that a busy -wal only grows. */
static void
shorten(struct sync *y)
{
	struct store_counts counts;
	bool whole = false;

	if (store_shared_failed(y->shared) ||
	    checkpoint(y, SQLITE_CHECKPOINT_PASSIVE, &whole) != EP_OK)
		return;
	store_shared_counts(y->shared, &counts);
	if (!turn_wait(y))
		return;
	if (counts.wal_frames > FRAMES_TOO_LONG) {
		(void)sqlite3_busy_timeout(y->db, READERS_MS);
		(void)checkpoint(y, SQLITE_CHECKPOINT_RESTART, &whole);
		(void)sqlite3_busy_timeout(y->db, 0);
	} else {
		(void)checkpoint(y, SQLITE_CHECKPOINT_PASSIVE, &whole);
	}
	if (whole)
		shared_wal_emptied(y->shared);
	shared_turn_give(y->shared, STORE_SLOT_SYNC);
	shared_checkpointed(y->shared);
}

static void *
checkpoint_main(void *arg)
{
	struct sync *y = arg;

	(void)pthread_mutex_lock(&y->lock);
	while (!y->stop) {
		if (!y->is_due)
			(void)pthread_cond_wait(&y->due, &y->lock);
		if (y->stop || !y->is_due)
			continue;
		y->is_due = false;
		(void)pthread_mutex_unlock(&y->lock);
		shorten(y);
		(void)pthread_mutex_lock(&y->lock);
	}
	(void)pthread_mutex_unlock(&y->lock);
	return NULL;
}

static void
checkpoint_ask(struct sync *y, bool stop)
{
	(void)pthread_mutex_lock(&y->lock);
	y->is_due = true;
	y->stop = stop;
	(void)pthread_cond_signal(&y->due);
	(void)pthread_mutex_unlock(&y->lock);
}

/* ---------------------------------------------------------------- syncs -- */

static ep_status
sync_directory(const char *path, struct err *err)
{
	char *copy = strdup(path);
	int fd, rc = -1, e;

	if (copy == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		rc = fsync(fd);
	e = errno;
	if (fd >= 0)
		(void)close(fd);
	free(copy);
	if (rc != 0)
		return err_set(err, EP_UNAVAILABLE, "store_failed",
		    "store: sync of the directory of %s: %s", path,
		    strerror(e));
	return EP_OK;
}

static ep_status
wal_open(struct sync *y, struct err *err)
{
	struct stat st;

	if (y->fd >= 0)
		(void)close(y->fd);
	y->fd = open(y->wal, O_RDWR | O_CLOEXEC);
	if (y->fd < 0 || fstat(y->fd, &st) != 0)
		return err_set(err, EP_UNAVAILABLE, "store_failed",
		    "store: %s: %s", y->wal, strerror(errno));
	y->inode = st.st_ino;
	return sync_directory(y->path, err);
}

/* After a failed sync the kernel takes the pages for clean, so trying again
 * would prove nothing: a mark tells the next start to copy the files. */
static void
mark_failed(const char *path)
{
	char name[4096];
	int fd;

	(void)snprintf(name, sizeof name, "%s-failed", path);
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)close(fd);
}

static ep_status
sync_once(struct sync *y, uint64_t finished, struct err *err)
{
	struct store_counts counts;
	struct stat st;

	if (stat(y->wal, &st) != 0 || st.st_ino != y->inode)
		EP_TRY(wal_open(y, err));
	if (fdatasync(y->fd) != 0)
		return err_set(err, EP_UNAVAILABLE, "store_failed",
		    "store: sync of %s: %s", y->wal, strerror(errno));
	shared_sync_publish(y->shared, finished);
	store_shared_counts(y->shared, &counts);
	if (counts.wal_frames >= FRAMES_CHECKPOINT)
		checkpoint_ask(y, false);
	return EP_OK;
}

/* Quiet for a while: a short -wal makes the next start quick. */
static void
when_idle(struct sync *y, uint64_t finished, uint64_t *idle_seen)
{
	struct store_counts counts;

	store_shared_counts(y->shared, &counts);
	if (*idle_seen == finished && counts.wal_frames > 0)
		checkpoint_ask(y, false);
	*idle_seen = finished;
}

static ep_status
sync_loop(struct sync *y, struct err *err)
{
	uint64_t synced = shared_synced(y->shared), idle_seen = 0;

	for (;;) {
		uint64_t finished = shared_sync_wait(y->shared, IDLE_US);

		if (store_shared_failed(y->shared))
			return err_set(err, EP_UNAVAILABLE, "store_failed",
			    "store: a checkpoint or a commit failed");
		if (finished != synced)
			EP_TRY(sync_once(y, finished, err));
		else if (shared_stopping(y->shared))
			return EP_OK;
		else
			when_idle(y, finished, &idle_seen);
		synced = finished;
	}
}

/* Opening reads, which makes SQLite create the -wal. */
static ep_status
start(struct sync *y, struct err *err)
{
	EP_TRY(sqlite_open(y->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	    &y->db, err));
	EP_TRY(wal_open(y, err));
	if (pthread_create(&y->thread, NULL, checkpoint_main, y) != 0)
		return err_set(err, EP_UNAVAILABLE, "no_threads",
		    "store: no thread for checkpoints");
	return EP_OK;
}

ep_status
store_sync_run(const char *path, struct store_shared *shared, struct err *err)
{
	struct sync y = { .path = path,
		.shared = shared,
		.fd = -1,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.due = PTHREAD_COND_INITIALIZER };
	ep_status st;

	if (!shared_enter(shared, STORE_SLOT_SYNC))
		return err_set(err, EP_CONFLICT, "slot_in_use",
		    "store: another sync process runs");
	if (asprintf(&y.wal, "%s-wal", path) < 0)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	st = start(&y, err);
	if (st == EP_OK) {
		st = sync_loop(&y, err);
		if (st != EP_OK) {
			mark_failed(path);
			shared_fail(shared);
		}
		checkpoint_ask(&y, true);
		(void)pthread_join(y.thread, NULL);
	}
	(void)sqlite3_close(y.db);
	if (y.fd >= 0)
		(void)close(y.fd);
	free(y.wal);
	shared_leave(shared, STORE_SLOT_SYNC);
	return st;
}
