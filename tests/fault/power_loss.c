/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Power loss, simulated.  A run of writers is recorded: every write, sync
 * and acknowledgement, in order.  Then the files are rebuilt at random
 * instants from what had been synced by then, and from a random part of what
 * had not, torn at sectors and in any order, as a disk may leave it.  The
 * database must open whole and hold everything acknowledged.
 *
 * The functions of the C library through which SQLite and the sync process
 * write are taken over here, in the program itself.  A second run, in which
 * the sync of the -wal does nothing, must lose something, or the harness
 * itself is blind.  Usage: power_loss [cuts [seed]]
 */

#include "tests/fault/store_load.h"

#include "core/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECTOR 512u
#define FILES 2u
#define DATABASE 0
#define WAL 1
#define SYNCS 64u

enum event_kind {
	WRITE,
	SYNC_BEGIN,
	SYNC_END,
	TRUNCATE,
	ACK
};

struct event {
	uint32_t kind, file;
	uint64_t offset, length; /* sync: its id; ack: who, number */
};

/* ------------------------------------------------------------- recording -- */

static int log_fd = -1;
static bool skips_sync;
static char database[96], wal[100];

static int
which(int fd)
{
	char name[64], target[256];
	ssize_t n;

	if (log_fd < 0)
		return -1;
	(void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	n = readlink(name, target, sizeof target - 1);
	if (n < 0)
		return -1;
	target[n] = '\0';
	if (strcmp(target, database) == 0)
		return DATABASE;
	return strcmp(target, wal) == 0 ? WAL : -1;
}

static void
put(struct event e, const void *bytes)
{
	struct iovec v[2] = { { &e, sizeof e },
		{ (void *)(uintptr_t)bytes, e.kind == WRITE ? e.length : 0 } };

	if (log_fd >= 0 && writev(log_fd, v, 2) < 0)
		abort();
}

EP_EXPORT ssize_t
pwrite64(int fd, const void *buf, size_t n, off64_t offset)
{
	ssize_t done = syscall(SYS_pwrite64, fd, buf, n, offset);
	int file = which(fd);

	if (file >= 0 && done > 0)
		put((struct event){ WRITE, (uint32_t)file, (uint64_t)offset,
			(uint64_t)done },
		    buf);
	return done;
}

EP_EXPORT ssize_t
pwrite(int fd, const void *buf, size_t n, off_t offset)
{
	return pwrite64(fd, buf, n, offset);
}

static int
record_sync(int fd)
{
	static _Atomic uint32_t last;
	int file = which(fd), rc;
	uint64_t id = ((uint64_t)getpid() << 32) |
	    (atomic_fetch_add(&last, 1) + 1);

	if (skips_sync && file == WAL)
		return 0;
	if (file >= 0)
		put((struct event){ SYNC_BEGIN, (uint32_t)file, id, 0 }, NULL);
	rc = (int)syscall(SYS_fdatasync, fd);
	if (file >= 0 && rc == 0)
		put((struct event){ SYNC_END, (uint32_t)file, id, 0 }, NULL);
	return rc;
}

EP_EXPORT int
fdatasync(int fildes)
{
	return record_sync(fildes);
}

EP_EXPORT int
fsync(int fd)
{
	return record_sync(fd);
}

EP_EXPORT int
ftruncate64(int fd, off64_t length)
{
	int file = which(fd), rc = (int)syscall(SYS_ftruncate, fd, length);

	if (file >= 0 && rc == 0)
		put((struct event){ TRUNCATE, (uint32_t)file, (uint64_t)length,
			0 },
		    NULL);
	return rc;
}

EP_EXPORT int
ftruncate(int fd, off_t length)
{
	return ftruncate64(fd, length);
}

static void
record_ack(unsigned worker, unsigned fiber, uint64_t number)
{
	put((struct event){ ACK, 0, (uint64_t)worker << 32 | fiber, number },
	    NULL);
}

/* --------------------------------------------------------------- the run -- */

static int
wait_for(pid_t pid)
{
	int status = -1;

	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1;
}

static int
record_run(const char *log, uint64_t limit)
{
	struct load l;
	pid_t sync, workers[LOAD_WORKERS];
	int failed = 0;

	log_fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
	    0600);
	if (log_fd < 0)
		return 1;
	load_new(&l, database);
	l.on_ack = record_ack;
	l.limit = limit;
	load_boot(&l);
	sync = load_start_sync(&l);
	load_make_table(&l);
	for (unsigned i = 0; i < LOAD_WORKERS; i++)
		workers[i] = load_start_worker(&l, i);
	for (unsigned i = 0; i < LOAD_WORKERS; i++)
		failed |= wait_for(workers[i]);
	store_shared_stop(l.shared);
	failed |= wait_for(sync);
	(void)close(log_fd);
	log_fd = -1;
	return failed;
}

/* ------------------------------------------------------------ rebuilding -- */

static uint64_t seed;

static uint32_t
next_random(void)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33);
}

struct image {
	char *bytes;
	size_t length, capacity;
};

struct pending {
	size_t at; /* of its event in the log */
	const struct event *e;
};

struct rebuild {
	const char *log;
	size_t length;
	struct image disk[FILES];
	struct pending *pending[FILES];
	size_t n_pending[FILES];

	struct {
		uint64_t id;
		size_t at;
	} syncs[SYNCS];

	uint64_t acked[LOAD_WORKERS][LOAD_FIBERS];
};

static void
image_put(struct image *m, uint64_t offset, const char *bytes, size_t n)
{
	if (m->bytes == NULL || offset + n > m->capacity) {
		size_t more = (offset + n) * 2 + SECTOR;

		m->bytes = realloc(m->bytes, more);
		EP_ASSERT(m->bytes != NULL);
		memset(m->bytes + m->capacity, 0, more - m->capacity);
		m->capacity = more;
	}
	if (n > 0)
		memcpy(m->bytes + offset, bytes, n);
	if (offset + n > m->length)
		m->length = offset + n;
}

static void
sync_done(struct rebuild *r, const struct event *e)
{
	size_t begun = 0, kept = 0;
	struct pending *p = r->pending[e->file];

	for (unsigned i = 0; i < SYNCS; i++)
		if (r->syncs[i].id == e->offset) {
			begun = r->syncs[i].at;
			r->syncs[i].id = 0;
		}
	for (size_t i = 0; i < r->n_pending[e->file]; i++)
		if (p[i].at < begun)
			image_put(&r->disk[e->file], p[i].e->offset,
			    (const char *)(p[i].e + 1), p[i].e->length);
		else
			p[kept++] = p[i];
	r->n_pending[e->file] = kept;
}

static void
sync_begun(struct rebuild *r, const struct event *e, size_t at)
{
	for (unsigned i = 0; i < SYNCS; i++)
		if (r->syncs[i].id == 0) {
			r->syncs[i].id = e->offset;
			r->syncs[i].at = at;
			return;
		}
	abort();
}

static void
acknowledged(struct rebuild *r, const struct event *e)
{
	uint64_t *n = &r->acked[e->offset >> 32][e->offset & 0xffffffff];

	if (e->length > *n)
		*n = e->length;
}

/* Replays one event; returns where the next begins. */
static size_t
replay(struct rebuild *r, size_t at)
{
	const struct event *e = (const struct event *)(const void *)(r->log +
	    at);
	struct image *m = &r->disk[e->file];

	switch (e->kind) {
	case WRITE:
		r->pending[e->file] = reallocarray(r->pending[e->file],
		    r->n_pending[e->file] + 1, sizeof(struct pending));
		EP_ASSERT(r->pending[e->file] != NULL);
		r->pending[e->file][r->n_pending[e->file]++] =
		    (struct pending){ at, e };
		return at + sizeof *e + e->length;
	case SYNC_BEGIN:
		sync_begun(r, e, at);
		break;
	case SYNC_END:
		sync_done(r, e);
		break;
	case TRUNCATE:
		if (e->offset < m->length) {
			memset(m->bytes + e->offset, 0, m->length - e->offset);
			m->length = e->offset;
		}
		break;
	default:
		acknowledged(r, e);
	}
	return at + sizeof *e;
}

/* Some sectors of some unsynced writes, in any order. */
static void
tear(const struct rebuild *r, unsigned file, unsigned percent, struct image *m)
{
	size_t n = r->n_pending[file];

	for (size_t k = 0; k < n; k++) {
		const struct event *e =
		    r->pending[file][percent == 0 ? k : next_random() % n].e;
		const char *bytes = (const char *)(e + 1);

		if (next_random() % 100 >= percent)
			continue;
		for (size_t at = 0; at < e->length; at += SECTOR)
			if (next_random() % 10 != 0)
				image_put(m, e->offset + at, bytes + at,
				    e->length - at < SECTOR ? e->length - at
							    : SECTOR);
	}
}

static void
write_image(const struct image *m, const char *path)
{
	FILE *f = fopen(path, "w");

	EP_ASSERT(f != NULL);
	EP_ASSERT(fwrite(m->bytes, 1, m->length, f) == m->length);
	EP_ASSERT(fclose(f) == 0);
}

static void
cut(struct rebuild *r, const char *path, struct load_result *result_out)
{
	unsigned percent = next_random() % 4 == 0 ? 0 : next_random() % 100;
	char name[128];

	for (unsigned file = 0; file < FILES; file++) {
		struct image m = { NULL, 0, 0 };

		image_put(&m, 0, r->disk[file].bytes, r->disk[file].length);
		tear(r, file, percent, &m);
		(void)snprintf(name, sizeof name, "%s%s", path,
		    file == WAL ? "-wal" : "");
		write_image(&m, name);
		free(m.bytes);
	}
	(void)snprintf(name, sizeof name, "%s-shm", path);
	(void)unlink(name);
	load_verify(NULL, path, r->acked, result_out);
}

struct outcome {
	unsigned cuts, losing, broken;
	uint64_t acked;
};

/* One pass over the log with `cuts` stops at about equal distances. */
static void
cut_all(struct rebuild *r, unsigned cuts, const char *path, struct outcome *o)
{
	size_t at = 0, step = r->length / (cuts + 1), next = step * 2 / 3;

	image_put(&r->disk[DATABASE], 0, "", 0);
	image_put(&r->disk[WAL], 0, "", 0);
	while (at < r->length) {
		struct load_result result;

		at = replay(r, at);
		if (at < next || r->acked[0][0] == 0)
			continue;
		next = at + step / 2 + next_random() % (step + 1);
		cut(r, path, &result);
		o->cuts++;
		o->losing += result.lost > 0;
		o->broken += !result.is_whole || result.torn > 0 ||
		    result.doubled > 0;
		o->acked = result.acked;
	}
}

static void
rebuild(const char *log, unsigned cuts, const char *path, struct outcome *o)
{
	int fd = open(log, O_RDONLY | O_CLOEXEC);
	off_t length = lseek(fd, 0, SEEK_END);
	struct rebuild r = { .length = (size_t)length };
	void *map;

	EP_ASSERT(fd >= 0 && length > 0);
	map = mmap(NULL, (size_t)length, PROT_READ, MAP_PRIVATE, fd, 0);
	EP_ASSERT(map != MAP_FAILED);
	r.log = map;
	cut_all(&r, cuts, path, o);
	for (unsigned i = 0; i < FILES; i++) {
		free(r.disk[i].bytes);
		free(r.pending[i]);
	}
	(void)munmap(map, (size_t)length);
	(void)close(fd);
}

static void
clean(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-failed" };
	char name[128];

	for (unsigned i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
		(void)unlink(name);
	}
}

static int
trial(const char *directory, const char *what, unsigned cuts, uint64_t limit,
    struct outcome *o)
{
	char log[96], path[96];

	memset(o, 0, sizeof *o);
	(void)snprintf(database, sizeof database, "%s/t.db", directory);
	(void)snprintf(wal, sizeof wal, "%s-wal", database);
	(void)snprintf(log, sizeof log, "%s/log", directory);
	(void)snprintf(path, sizeof path, "%s/cut.db", directory);
	if (record_run(log, limit) != 0) {
		(void)fprintf(stderr, "%s: the run itself failed\n", what);
		return 1;
	}
	rebuild(log, cuts, path, o);
	(void)printf("%s: cuts %u, with acknowledged writes lost %u, broken or "
		     "torn %u, acknowledged at the last %llu\n",
	    what, o->cuts, o->losing, o->broken, (unsigned long long)o->acked);
	clean(database);
	clean(path);
	(void)unlink(log);
	return 0;
}

int
main(int argc, char **argv)
{
	unsigned cuts = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 100;
	char directory[] = "/tmp/power_loss.XXXXXX";
	struct outcome real, control;
	int failed;

	seed = argc > 2 ? strtoull(argv[2], NULL, 10)
			: (uint64_t)clock_real_us();
	(void)printf("seed %llu\n", (unsigned long long)seed);
	(void)fflush(stdout);
	if (mkdtemp(directory) == NULL)
		return 1;
	failed = trial(directory, "synced", cuts, 200, &real);
	skips_sync = true;
	failed |= trial(directory, "control without sync", cuts / 4 + 2, 100,
	    &control);
	(void)rmdir(directory);
	return failed || real.losing > 0 || real.broken > 0 ||
	    real.cuts < cuts / 2 || control.losing == 0;
}
