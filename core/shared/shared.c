/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/shared/shared.h"

#include "core/base/clock.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

const int64_t shared_bucket_us[SHARED_BUCKETS - 1] = { 500, 1000, 2500, 5000,
	10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000,
	10000000 };

enum {
	NAME_FREE,
	NAME_TAKEN,
	NAME_SET
};

ep_status
shared_new(unsigned slots, size_t extra, struct shared **out, void **extra_out,
    struct err *err)
{
	size_t head = (sizeof(struct shared) + 63) & ~(size_t)63;
	struct shared *s;

	if (slots > SHARED_PROCESSES)
		return err_set(err, EP_INVALID, "too_many_workers",
		    "workers: %u processes are wanted, at most %d fit", slots,
		    SHARED_PROCESSES);
	s = mmap(NULL, head + extra, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (s == MAP_FAILED)
		return err_set(err, EP_UNAVAILABLE, "no_memory",
		    "shared memory of %zu bytes: %s", head + extra,
		    strerror(errno));
	s->magic = SHARED_MAGIC;
	s->started_real_us = clock_real_us();
	s->supervisor_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->supervisor_fd < 0)
		return err_set(err, EP_UNAVAILABLE, "no_descriptor",
		    "eventfd: %s", strerror(errno));
	for (unsigned i = 0; i < SHARED_PROCESSES; i++) {
		s->slots[i].nudge_fd = -1;
		atomic_init(&s->slots[i].series, -1);
	}
	for (unsigned i = 0; i < slots; i++) {
		s->slots[i].nudge_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (s->slots[i].nudge_fd < 0)
			return err_set(err, EP_UNAVAILABLE, "no_descriptor",
			    "eventfd: %s", strerror(errno));
	}
	*out = s;
	*extra_out = (char *)s + head;
	return EP_OK;
}

/* Is the row this name, or does it become so?  A row that somebody is
 * naming right now is waited for: a few instructions, unless its process
 * died there; then it stays unusable and is passed over. */
static bool
claim(_Atomic uint32_t *state, char *place, const char *name)
{
	uint32_t seen = NAME_FREE;

	if (atomic_load_explicit(state, memory_order_acquire) == NAME_FREE &&
	    atomic_compare_exchange_strong(state, &seen, NAME_TAKEN)) {
		(void)snprintf(place, SHARED_NAME, "%s", name);
		atomic_store_explicit(state, NAME_SET, memory_order_release);
		return true;
	}
	for (int i = 0; i < 1000; i++) {
		if (atomic_load_explicit(state, memory_order_acquire) ==
		    NAME_SET)
			return strcmp(place, name) == 0;
		(void)sched_yield();
	}
	return false;
}

static int
find(struct shared_name *table, int size, const char *name)
{
	if (strlen(name) >= SHARED_NAME)
		return -1;
	for (int i = 0; i < size; i++)
		if (claim(&table[i].state, table[i].name, name))
			return i;
	return -1;
}

int
shared_series(struct shared *s, const char *operation)
{
	return find(s->series, SHARED_SERIES, operation);
}

int
shared_module(struct shared *s, const char *module)
{
	return find(s->modules, SHARED_MODULES, module);
}

struct shared_word *
shared_word(struct shared *s, const char *name)
{
	if (strlen(name) >= SHARED_NAME)
		return NULL;
	for (int i = 0; i < SHARED_WORDS; i++) {
		struct shared_word *w = &s->words[i];

		if (claim(&w->state, w->name, name))
			return w;
	}
	return NULL;
}

void
shared_raise(struct shared_word *w, int64_t value)
{
	int64_t seen = atomic_load(&w->value);

	while (seen < value &&
	    !atomic_compare_exchange_weak(&w->value, &seen, value))
		continue;
}

static void
ring(int fd)
{
	uint64_t one = 1;

	/* EAGAIN: the counter is full, so the other side will wake anyhow. */
	while (fd >= 0 && write(fd, &one, sizeof one) < 0 && errno == EINTR)
		continue;
}

void
shared_wake_supervisor(struct shared *s)
{
	ring(s->supervisor_fd);
}

void
shared_nudge(struct shared *s, unsigned slot)
{
	ring(s->slots[slot].nudge_fd);
}

void
shared_nudge_all(struct shared *s)
{
	for (unsigned i = 0; i < SHARED_PROCESSES; i++)
		if (atomic_load(&s->slots[i].pid) != 0)
			shared_nudge(s, i);
}

void
shared_clear_nudge(int fd)
{
	uint64_t n;

	while (read(fd, &n, sizeof n) < 0 && errno == EINTR)
		continue;
}

/* Linear probing without deletion marks: a lookup reads at most PROBES
 * rows, so freeing one never hides another. */
#define PROBES 32

bool
shared_key_take(struct shared *s, uint64_t hash, pid_t pid)
{
	uint64_t key = hash != 0 ? hash : 1;

	for (unsigned i = 0; i < PROBES; i++)
		if (atomic_load(&s->keys[(key + i) % SHARED_KEYS].hash) == key)
			return false;
	for (unsigned i = 0; i < PROBES; i++) {
		struct shared_key *k = &s->keys[(key + i) % SHARED_KEYS];
		uint64_t seen = 0;

		if (atomic_compare_exchange_strong(&k->hash, &seen, key)) {
			atomic_store(&k->pid, pid);
			return true;
		}
		if (seen == key)
			return false;
	}
	return true; /* the table is a hint: the store has the last word */
}

void
shared_key_give(struct shared *s, uint64_t hash, pid_t pid)
{
	uint64_t key = hash != 0 ? hash : 1;

	for (unsigned i = 0; i < PROBES; i++) {
		struct shared_key *k = &s->keys[(key + i) % SHARED_KEYS];

		if (atomic_load(&k->hash) == key &&
		    atomic_load(&k->pid) == pid) {
			atomic_store(&k->pid, 0);
			atomic_store(&k->hash, 0);
		}
	}
}

void
shared_bury(struct shared *s, pid_t pid)
{
	for (unsigned i = 0; i < SHARED_KEYS; i++) {
		struct shared_key *k = &s->keys[i];

		if (atomic_load(&k->pid) == pid) {
			atomic_store(&k->pid, 0);
			atomic_store(&k->hash, 0);
		}
	}
	for (unsigned i = 0; i < SHARED_PROCESSES; i++) {
		struct shared_slot *slot = &s->slots[i];

		if (atomic_load(&slot->pid) != pid)
			continue;
		for (unsigned m = 0; m < SHARED_MODULES; m++)
			atomic_store(&s->process[i].usage[m].memory, 0);
		atomic_store(&slot->busy_since_us, 0);
		atomic_store(&slot->series, -1);
		atomic_store(&slot->state, SLOT_FREE);
		atomic_store(&slot->connections, 0);
		atomic_store(&slot->pid, 0);
	}
}

/* Only the process itself writes its figures: a plain addition will do. */
static void
add(_Atomic uint64_t *word, uint64_t by)
{
	atomic_store_explicit(word,
	    atomic_load_explicit(word, memory_order_relaxed) + by,
	    memory_order_relaxed);
}

void
shared_count(struct shared_metric *m, int http_status, int64_t duration_us)
{
	unsigned i = 0;

	while (i < SHARED_BUCKETS - 1 && duration_us > shared_bucket_us[i])
		i++;
	add(&m->buckets[i], 1);
	add(&m->count, 1);
	add(&m->sum_us, (uint64_t)duration_us);
	if (http_status >= 500)
		add(&m->errors, 1);
	else if (http_status >= 400)
		add(&m->refusals, 1);
}
