/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/board/versions.h"

#include "core/board/board.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SPINS 64
#define NAPS 200 /* of a millisecond each: a dead holder is buried by then */

static bool
lock(struct board *s, unsigned slot)
{
	struct timespec nap = { 0, 1000000 };

	for (int i = 0; i < SPINS + NAPS; i++) {
		uint32_t nobody = 0;

		if (atomic_compare_exchange_strong(&s->versions_holder, &nobody,
			slot + 1))
			return true;
		if (i < SPINS)
			(void)sched_yield();
		else
			(void)nanosleep(&nap, NULL);
	}
	return false;
}

static void
unlock(struct board *s)
{
	atomic_store(&s->versions_holder, 0);
}

static bool
is_free(const struct board_version *v)
{
	return v->module[0] == '\0';
}

static bool
is_held(struct board *s, int row)
{
	for (unsigned p = 0; p < BOARD_PROCESSES; p++)
		if (atomic_load(&s->process[p].versions[row].holds) != 0)
			return true;
	return false;
}

static int
find(struct board *s, const struct board_version *wanted)
{
	for (int i = 0; i < BOARD_VERSIONS; i++) {
		const struct board_version *v = &s->versions[i];

		if (strcmp(v->module, wanted->module) == 0 &&
		    strcmp(v->hash, wanted->hash) == 0 &&
		    strcmp(v->version, wanted->version) == 0)
			return i;
	}
	return -1;
}

/* The row that nobody holds and that was held longest ago, of one module or
 * (NULL) of all; *n_out: rows of it. */
static int
oldest(struct board *s, const char *module, int *n_out)
{
	int found = -1, n = 0;

	for (int i = 0; i < BOARD_VERSIONS; i++) {
		struct board_version *v = &s->versions[i];

		if (is_free(v) ||
		    (module != NULL && strcmp(v->module, module) != 0))
			continue;
		n++;
		if ((found < 0 ||
			atomic_load(&v->stamp) <
			    atomic_load(&s->versions[found].stamp)) &&
		    !is_held(s, i))
			found = i;
	}
	*n_out = n;
	return found;
}

static int
choose(struct board *s, const char *module)
{
	int n, row = oldest(s, module, &n);

	if (row >= 0 && n > BOARD_VERSIONS_KEPT)
		return row;
	for (int i = 0; i < BOARD_VERSIONS; i++)
		if (is_free(&s->versions[i]))
			return i;
	return row >= 0 ? row : oldest(s, NULL, &n);
}

/* Nobody holds the row, so nobody counts in it. */
static void
name(struct board *s, int row, const struct board_version *wanted)
{
	struct board_version *v = &s->versions[row];

	(void)atomic_fetch_add(&v->change, 1);
	atomic_thread_fence(memory_order_release);
	memcpy(v->module, wanted->module, sizeof v->module);
	memcpy(v->version, wanted->version, sizeof v->version);
	memcpy(v->hash, wanted->hash, sizeof v->hash);
	for (unsigned n = 0; n < BOARD_SNAPSHOTS; n++)
		atomic_store(&v->built[n], 0);
	for (unsigned p = 0; p < BOARD_PROCESSES; p++) {
		struct board_version_use *u = &s->process[p].versions[row];

		atomic_store(&u->count, 0);
		atomic_store(&u->errors, 0);
		atomic_store(&u->refusals, 0);
		atomic_store(&u->cpu_ns, 0);
		atomic_store(&u->memory_peak, 0);
	}
	(void)atomic_fetch_add(&v->change, 1);
}

int
board_version_hold(struct board *s, unsigned slot, const char *module,
    const char *version, const char *sha256)
{
	struct board_version wanted;
	int row;

	memset(&wanted, 0, sizeof wanted);
	if (strlen(module) >= sizeof wanted.module ||
	    strlen(version) >= sizeof wanted.version || !lock(s, slot))
		return -1;
	(void)snprintf(wanted.module, sizeof wanted.module, "%s", module);
	(void)snprintf(wanted.version, sizeof wanted.version, "%s", version);
	(void)snprintf(wanted.hash, sizeof wanted.hash, "%.*s", BOARD_HASH,
	    sha256);
	row = find(s, &wanted);
	if (row < 0) {
		row = choose(s, module);
		if (row >= 0)
			name(s, row, &wanted);
	}
	if (row >= 0) {
		(void)atomic_fetch_add(&s->process[slot].versions[row].holds,
		    1);
		atomic_store(&s->versions[row].stamp, ++s->versions_stamp);
	}
	unlock(s);
	return row;
}

void
board_version_release(struct board *s, unsigned slot, int row)
{
	if (row >= 0)
		(void)atomic_fetch_sub(&s->process[slot].versions[row].holds,
		    1);
}

_Atomic int64_t *
board_version_built(struct board *s, int row, unsigned n)
{
	return row < 0 || n >= BOARD_SNAPSHOTS ? NULL
					       : &s->versions[row].built[n];
}

struct board_version_use *
board_version_use(struct board *s, unsigned slot, int row)
{
	return row < 0 ? NULL : &s->process[slot].versions[row];
}

static void
add(_Atomic uint64_t *word, uint64_t by)
{
	atomic_store_explicit(word,
	    atomic_load_explicit(word, memory_order_relaxed) + by,
	    memory_order_relaxed);
}

void
board_version_count(struct board_version_use *u, int http_status,
    int64_t busy_us, uint64_t bytes)
{
	add(&u->count, 1);
	if (http_status >= 500)
		add(&u->errors, 1);
	else if (http_status >= 400)
		add(&u->refusals, 1);
	if (busy_us > 0)
		add(&u->cpu_ns, (uint64_t)busy_us * 1000);
	if (bytes > atomic_load_explicit(&u->memory_peak, memory_order_relaxed))
		atomic_store_explicit(&u->memory_peak, bytes,
		    memory_order_relaxed);
}

static void
sum(struct board *s, int row, struct board_version_total *out)
{
	for (unsigned p = 0; p < BOARD_PROCESSES; p++) {
		struct board_version_use *u = &s->process[p].versions[row];
		uint64_t peak = atomic_load(&u->memory_peak);

		out->holds += atomic_load(&u->holds);
		out->count += atomic_load(&u->count);
		out->errors += atomic_load(&u->errors);
		out->refusals += atomic_load(&u->refusals);
		out->cpu_ns += atomic_load(&u->cpu_ns);
		if (peak > out->memory_peak)
			out->memory_peak = peak;
	}
}

bool
board_version_read(struct board *s, int row, struct board_version_total *out)
{
	struct board_version *v = &s->versions[row];
	uint32_t before = atomic_load(&v->change);

	memset(out, 0, sizeof *out);
	if (before % 2 != 0)
		return false;
	memcpy(out->module, v->module, sizeof out->module);
	memcpy(out->version, v->version, sizeof out->version);
	memcpy(out->hash, v->hash, sizeof out->hash);
	sum(s, row, out);
	atomic_thread_fence(memory_order_acquire);
	return atomic_load(&v->change) == before && out->module[0] != '\0';
}

void
board_versions_bury(struct board *s, unsigned slot)
{
	for (int i = 0; i < BOARD_VERSIONS; i++)
		atomic_store(&s->process[slot].versions[i].holds, 0);
	if (atomic_load(&s->versions_holder) != slot + 1)
		return;
	/* It died while it named a row: that one is free again. */
	for (int i = 0; i < BOARD_VERSIONS; i++) {
		struct board_version *v = &s->versions[i];

		if (atomic_load(&v->change) % 2 == 0)
			continue;
		memset(v->module, 0, sizeof v->module);
		(void)atomic_fetch_add(&v->change, 1);
	}
	unlock(s);
}
