/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/board/board.h"

#include "core/base/clock.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

const int64_t board_bucket_us[BOARD_BUCKETS - 1] = { 500, 1000, 2500, 5000,
	10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000,
	10000000 };

enum {
	NAME_FREE,
	NAME_TAKEN,
	NAME_SET
};

ep_status
board_new(unsigned slots, size_t extra, struct board **out, void **extra_out,
    struct err *err)
{
	size_t head = (sizeof(struct board) + 4095) & ~(size_t)4095;
	struct board *s;

	if (slots > BOARD_PROCESSES)
		return err_set(err, EP_INVALID, "too_many_workers",
		    "workers: %u processes are wanted, at most %d fit", slots,
		    BOARD_PROCESSES);
	s = mmap(NULL, head + extra, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (s == MAP_FAILED)
		return err_set(err, EP_UNAVAILABLE, "no_memory",
		    "shared memory of %zu bytes: %s", head + extra,
		    strerror(errno));
	s->magic = BOARD_MAGIC;
	s->started_real_us = clock_real_us();
	s->supervisor_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->supervisor_fd < 0)
		return err_set(err, EP_UNAVAILABLE, "no_descriptor",
		    "eventfd: %s", strerror(errno));
	for (unsigned i = 0; i < BOARD_PROCESSES; i++) {
		s->slots[i].nudge_fd = -1;
		atomic_init(&s->slots[i].series, -1);
		atomic_init(&s->slots[i].phase_module, -1);
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
		(void)snprintf(place, BOARD_NAME, "%s", name);
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
find(struct board_name *table, int size, const char *name)
{
	if (strlen(name) >= BOARD_NAME)
		return -1;
	for (int i = 0; i < size; i++)
		if (claim(&table[i].state, table[i].name, name))
			return i;
	return -1;
}

int
board_series(struct board *s, const char *operation)
{
	return find(s->series, BOARD_SERIES, operation);
}

int
board_module(struct board *s, const char *module)
{
	return find(s->modules, BOARD_MODULES, module);
}

struct board_word *
board_word(struct board *s, const char *name)
{
	if (strlen(name) >= BOARD_NAME)
		return NULL;
	for (int i = 0; i < BOARD_WORDS; i++) {
		struct board_word *w = &s->words[i];

		if (claim(&w->state, w->name, name))
			return w;
	}
	return NULL;
}

void
board_raise(_Atomic int64_t *word, int64_t value)
{
	int64_t seen = atomic_load(word);

	while (
	    seen < value && !atomic_compare_exchange_weak(word, &seen, value))
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
board_wake_supervisor(struct board *s)
{
	ring(s->supervisor_fd);
}

void
board_nudge(struct board *s, unsigned slot)
{
	ring(s->slots[slot].nudge_fd);
}

void
board_nudge_all(struct board *s)
{
	for (unsigned i = 0; i < BOARD_PROCESSES; i++)
		if (atomic_load(&s->slots[i].pid) != 0)
			board_nudge(s, i);
}

void
board_clear_nudge(int fd)
{
	uint64_t n;

	while (read(fd, &n, sizeof n) < 0 && errno == EINTR)
		continue;
}

/* Linear probing without deletion marks: a lookup reads at most PROBES
 * rows, so freeing one never hides another. */
#define PROBES 32

#define PID_BITS 22

static uint64_t
key_word(uint64_t hash, pid_t pid)
{
	return (hash & ~(((uint64_t)1 << PID_BITS) - 1)) | (uint64_t)pid;
}

static struct board_key *
key_at(struct board *s, uint64_t hash, unsigned i)
{
	return &s->keys[((hash >> PID_BITS) + i) % BOARD_KEYS];
}

static bool
is_same_key(uint64_t word, uint64_t hash)
{
	return word != 0 && word >> PID_BITS == hash >> PID_BITS;
}

bool
board_key_take(struct board *s, uint64_t hash, pid_t pid)
{
	for (unsigned i = 0; i < PROBES; i++)
		if (is_same_key(atomic_load(&key_at(s, hash, i)->word), hash))
			return false;
	for (unsigned i = 0; i < PROBES; i++) {
		uint64_t seen = 0;

		if (atomic_compare_exchange_strong(&key_at(s, hash, i)->word,
			&seen, key_word(hash, pid)))
			return true;
		if (is_same_key(seen, hash))
			return false;
	}
	return true; /* the table is a hint: the store has the last word */
}

void
board_key_give(struct board *s, uint64_t hash, pid_t pid)
{
	for (unsigned i = 0; i < PROBES; i++) {
		uint64_t seen = key_word(hash, pid);

		(void)atomic_compare_exchange_strong(&key_at(s, hash, i)->word,
		    &seen, 0);
	}
}

/* A process' words of itself end with it; what is wanted of the slot, its
 * counts and its eventfd stay. */
static void
slot_clear(struct board_slot *slot)
{
	atomic_store(&slot->is_listening, 0);
	for (unsigned i = 0; i < BOARD_HELD; i++) {
		atomic_store(&slot->held[i].number, 0);
		atomic_store(&slot->held[i].state, 0);
		atomic_store(&slot->held[i].pins, 0);
	}
	atomic_store(&slot->failure.generation, 0);
	atomic_store(&slot->phase, PHASE_NONE);
	atomic_store(&slot->phase_of, 0);
	atomic_store(&slot->phase_module, -1);
	atomic_store(&slot->images, 0);
	atomic_store(&slot->retained, 0);
	atomic_store(&slot->busy_since_us, 0);
	atomic_store(&slot->series, -1);
	atomic_store(&slot->state, SLOT_FREE);
	atomic_store(&slot->connections, 0);
	atomic_store(&slot->pid, 0);
}

void
board_bury(struct board *s, pid_t pid)
{
	for (unsigned i = 0; i < BOARD_KEYS; i++) {
		uint64_t word = atomic_load(&s->keys[i].word);

		if ((word & (((uint64_t)1 << PID_BITS) - 1)) == (uint64_t)pid)
			atomic_store(&s->keys[i].word, 0);
	}
	for (unsigned i = 0; i < BOARD_PROCESSES; i++) {
		if (atomic_load(&s->slots[i].pid) != pid)
			continue;
		for (unsigned m = 0; m < BOARD_MODULES; m++) {
			atomic_store(&s->process[i].usage[m].memory, 0);
			atomic_store(&s->process[i].usage[m].unhealthy, 0);
		}
		board_versions_bury(s, i);
		slot_clear(&s->slots[i]);
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
board_count(struct board_metric *m, int http_status, int64_t duration_us)
{
	unsigned i = 0;

	while (i < BOARD_BUCKETS - 1 && duration_us > board_bucket_us[i])
		i++;
	add(&m->buckets[i], 1);
	add(&m->count, 1);
	add(&m->sum_us, (uint64_t)duration_us);
	if (http_status >= 500)
		add(&m->errors, 1);
	else if (http_status >= 400)
		add(&m->refusals, 1);
}

const char *const board_phase_name[] = { "", "load", "start", "restore",
	"health", "stop" };
