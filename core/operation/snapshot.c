/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/snapshot.h"

#include "core/base/clock.h"
#include "core/loop/fiber.h"
#include "core/operation/snapshot_path.h"
#include "core/operation/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct snapshot_map {
	void *bytes;
	size_t length;
	int64_t epoch;
	unsigned pins;
	bool is_outdated;
};

/* Fibers that wait for the builder; woken by the nudge. */
struct waiter {
	struct waiter *next;
	struct fiber *fiber;
};

static struct waiter *waiters;

static struct snapshot *
find(struct ep_op *op, const char *name)
{
	for (unsigned i = 0; i < op->instance->n_snapshots; i++)
		if (strcmp(op->instance->snapshots[i].name, name) == 0)
			return &op->instance->snapshots[i];
	return NULL;
}

const char *
snapshot_path(struct arena *a, const struct snapshot *s, int64_t epoch)
{
	return arena_format(a, "%s/snapshots/%s.%s.%lld.%.16s",
	    s->instance->host->state_folder, s->instance->name, s->name,
	    (long long)epoch, s->instance->image->file->sha256);
}

static void
map_drop(struct snapshot_map *m)
{
	if (m->pins > 0)
		return;
	(void)munmap(m->bytes, m->length);
	free(m);
}

static struct snapshot_map *
map_open(const char *path, int64_t epoch)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct snapshot_map *m;
	struct stat st;
	void *bytes = MAP_FAILED;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && st.st_size > 0)
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED,
		    fd, 0);
	(void)close(fd);
	if (bytes == MAP_FAILED)
		return NULL;
	m = calloc(1, sizeof *m);
	EP_ASSERT(m != NULL);
	m->bytes = bytes;
	m->length = (size_t)st.st_size;
	m->epoch = epoch;
	return m;
}

static void
want_build(struct host *host)
{
	atomic_store(&host->board->want_build, 1);
	board_wake_supervisor(host->board);
}

/* The newest map; an older one that is in use stays until it is not. */
static struct snapshot_map *
newest(struct ep_op *op, struct snapshot *s)
{
	struct snapshot_map *m;
	int64_t built, seen = 0;

	/* The builder may publish the next one, and remove this one, between
	 * the look at the board and the open.  One that somebody else has
	 * removed is built again. */
	do {
		built = seen;
		seen = atomic_load(s->built);
		if (seen == 0 || (s->map != NULL && s->map->epoch == seen - 1))
			return s->map;
		if (seen == built) {
			want_build(op->host);
			return s->map;
		}
		m = map_open(snapshot_path(op->arena, s, seen - 1), seen - 1);
	} while (m == NULL);
	if (s->map != NULL) {
		s->map->is_outdated = true;
		map_drop(s->map);
	}
	s->map = m;
	return m;
}

static void
unpin(void *arg)
{
	struct snapshot_pin *p = arg;

	p->map->pins--;
	if (p->map->is_outdated)
		map_drop(p->map);
}

static ep_status
pin(struct ep_op *op, struct snapshot *s, struct snapshot_map **map_out)
{
	struct ep_op *root = op->root;
	struct snapshot_pin *p;

	for (p = root->pins; p != NULL; p = p->next)
		if (p->snapshot == s) {
			*map_out = p->map;
			return EP_OK;
		}
	*map_out = newest(op, s);
	if (*map_out == NULL)
		return EP_UNAVAILABLE; /* the module may do without */
	p = arena_alloc(op->arena, sizeof *p);
	p->snapshot = s;
	p->map = *map_out;
	p->map->pins++;
	p->next = root->pins;
	root->pins = p;
	arena_defer(op->arena, unpin, p);
	return EP_OK;
}

ep_status
table_snapshot(struct ep_op *op, const char *name, const void **bytes_out,
    uint64_t *length_out)
{
	struct snapshot_map *m = NULL;
	struct snapshot *s;

	*bytes_out = NULL;
	*length_out = 0;
	EP_TRY(op_check(op));
	s = find(op, name);
	if (s == NULL)
		return op_fail(op, EP_INTERNAL, "unknown_snapshot",
		    "ep_snapshot: x-entrepot.snapshots does not name %s", name);
	EP_TRY(pin(op, s, &m));
	EP_ASSERT(m != NULL);
	*bytes_out = m->bytes;
	*length_out = m->length;
	return EP_OK;
}

static ep_status
wait_a_bit(struct ep_op *op)
{
	struct waiter w = { waiters, fiber_self() }, **at;
	int64_t paused = op_pause(op);
	ep_status st;

	waiters = &w;
	want_build(op->host);
	st = fiber_wait(op->deadline_us);
	for (at = &waiters; *at != &w; at = &(*at)->next)
		continue;
	*at = w.next;
	op_resume(op, paused);
	if (st == EP_TIMEOUT)
		return op_fail(op, EP_TIMEOUT, NULL,
		    "the deadline passed while data was being prepared");
	if (st == EP_CANCELLED)
		return op_fail(op, EP_CANCELLED, NULL,
		    "the host is going away; ask again");
	return EP_OK;
}

ep_status
table_snapshot_wait(struct ep_op *op, const char *name)
{
	struct snapshot *s;
	int64_t wanted;

	EP_TRY(op_check(op));
	s = find(op, name);
	if (s == NULL)
		return op_fail(op, EP_INTERNAL, "unknown_snapshot",
		    "ep_snapshot_wait: x-entrepot.snapshots does not name %s",
		    name);
	if (op->tx != NULL)
		return op_fail(op, EP_INTERNAL, "wait_in_transaction",
		    "ep_snapshot_wait: only an operation with "
		    "x-entrepot-tx: none may wait");
	if (op->host->is_builder)
		return EP_OK; /* it is built next */
	wanted = atomic_load(&s->epoch->value) + 1;
	while (atomic_load(s->built) < wanted || newest(op, s) == NULL)
		EP_TRY(wait_a_bit(op));
	return EP_OK;
}

void
snapshots_nudged(struct host *host)
{
	(void)host;
	for (struct waiter *w = waiters; w != NULL; w = w->next)
		fiber_wake(w->fiber);
}

ep_status
table_snapshot_write(struct ep_op *op, const void *bytes, uint64_t length)
{
	const char *at = bytes;
	int fd = op->lifecycle != NULL && op->lifecycle->snapshot_name != NULL
	    ? op->lifecycle->snapshot_fd
	    : -1;

	EP_TRY(op_check(op));
	if (fd < 0)
		return op_fail(op, EP_INTERNAL, "not_building",
		    "ep_snapshot_write: only within EP_BUILD");
	while (length > 0) {
		ssize_t n = write(fd, at, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return op_fail(op, EP_UNAVAILABLE, "disk",
			    "snapshot: %s", strerror(errno));
		at += n;
		length -= (uint64_t)n;
	}
	return EP_OK;
}

ep_status
table_data(struct ep_op *op, const char *name, const void **bytes_out,
    uint64_t *length_out)
{
	const struct module_data *d;

	EP_CHECK(op, OP_MAGIC);
	d = manifest_data(op->instance->manifest, name);
	*bytes_out = d != NULL ? d->bytes : NULL;
	*length_out = d != NULL ? d->length : 0;
	return d != NULL ? EP_OK : EP_NOT_FOUND;
}

ep_status
snapshots_open(struct instance *i, struct err *err)
{
	const struct manifest *m = i->manifest;
	struct board *board = i->host->board;

	i->n_snapshots = m->n_snapshots;
	i->snapshots = arena_array(i->arena, m->n_snapshots,
	    sizeof *i->snapshots);
	for (uint32_t n = 0; n < m->n_snapshots; n++) {
		struct snapshot *s = &i->snapshots[n];

		s->name = m->snapshots[n].name;
		s->instance = i;
		s->build = i->image->builders[n];
		s->epoch = board_word(board,
		    arena_format(i->arena, "epoch %s/%s", i->name,
			m->snapshots[n].epoch));
		s->built = board_version_built(board, i->version_row, n);
		if (s->build == NULL || s->epoch == NULL || s->built == NULL)
			return err_set(err, EP_REFUSED, "snapshot",
			    "module %s: snapshot %s: %s", i->name, s->name,
			    s->build == NULL
				? "no EP_BUILD of that name in EP_MODULE"
				: "the host has no room for it; a "
				  "version has at most 39 characters, a "
				  "module 16 snapshots");
	}
	return EP_OK;
}

void
snapshots_close(struct instance *i)
{
	for (unsigned n = 0; n < i->n_snapshots; n++)
		if (i->snapshots[n].map != NULL) {
			i->snapshots[n].map->is_outdated = true;
			map_drop(i->snapshots[n].map);
			i->snapshots[n].map = NULL;
		}
}

bool
snapshots_are_behind(const struct generation *g)
{
	for (unsigned i = 0; i < g->n_instances; i++)
		for (unsigned n = 0; n < g->instances[i]->n_snapshots; n++) {
			const struct snapshot *s =
			    &g->instances[i]->snapshots[n];

			if (atomic_load(s->built) <=
			    atomic_load(&s->epoch->value))
				return true;
		}
	return false;
}

void
snapshots_tidy(struct generation *g)
{
	for (unsigned i = 0; i < g->n_instances; i++)
		for (unsigned n = 0; n < g->instances[i]->n_snapshots; n++) {
			struct snapshot *s = &g->instances[i]->snapshots[n];

			if (s->map != NULL && s->map->pins == 0 &&
			    s->map->epoch + 1 != atomic_load(s->built)) {
				map_drop(s->map);
				s->map = NULL;
			}
		}
}
