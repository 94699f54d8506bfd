/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/shared.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LINE 64 /* bytes of a cache line */

struct slot {
	_Alignas(LINE) _Atomic uint64_t number; /* 0: does not want the turn */
	_Atomic int32_t pid;                    /* 0: nobody is here */
	_Atomic uint32_t wants_sync;
	int eventfd;
};

/* Only sequentially consistent operations are used: each hand-shake is of
 * the form "I write mine, then read yours", on both sides. */
struct store_shared {
	uint32_t magic;
#define SHARED_MAGIC 0x54a3ed01
	_Atomic uint32_t failed, stop;
	_Alignas(LINE) _Atomic uint64_t numbers; /* the last one given out */
	_Atomic uint32_t holder;                 /* slot + 1; 0: free */
	_Alignas(LINE) _Atomic uint64_t started;
	_Atomic uint64_t finished;
	_Atomic uint32_t wal_frames;
	_Alignas(LINE) _Atomic uint32_t kick; /* futex of the sync process */
	_Atomic uint32_t asleep;              /* it sleeps on kick */
	_Alignas(LINE) _Atomic uint64_t synced;
	_Atomic uint64_t syncs, checkpoints;
	struct slot slots[STORE_SLOTS];
};

size_t
store_shared_size(void)
{
	return sizeof(struct store_shared);
}

ep_status
store_shared_init(void *mem, struct store_shared **shared_out, struct err *err)
{
	struct store_shared *s = mem;

	EP_ASSERT(mem != NULL && (uintptr_t)mem % LINE == 0);
	for (unsigned i = 0; i < STORE_SLOTS; i++)
		s->slots[i].eventfd = -1;
	s->magic = SHARED_MAGIC;
	for (unsigned i = 0; i < STORE_SLOTS; i++) {
		int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

		if (fd < 0) {
			int e = errno;

			store_shared_fini(s);
			return err_set(err, EP_UNAVAILABLE, "no_descriptors",
			    "store: eventfd: %s; raise the limit of open files",
			    strerror(e));
		}
		s->slots[i].eventfd = fd;
	}
	*shared_out = s;
	return EP_OK;
}

void
store_shared_fini(struct store_shared *s)
{
	EP_CHECK(s, SHARED_MAGIC);
	for (unsigned i = 0; i < STORE_SLOTS; i++)
		if (s->slots[i].eventfd >= 0)
			(void)close(s->slots[i].eventfd);
	s->magic = 0;
}

static struct slot *
slot_of(const struct store_shared *s, unsigned slot)
{
	EP_CHECK(s, SHARED_MAGIC);
	EP_ASSERT(slot < STORE_SLOTS);
	return (struct slot *)(uintptr_t)&s->slots[slot];
}

static void
signal_slot(struct store_shared *s, unsigned slot)
{
	uint64_t one = 1;

	/* Fails only when 2^64 - 1 signals are unread. */
	if (write(s->slots[slot].eventfd, &one, sizeof one) < 0)
		return;
}

static void
kick(struct store_shared *s)
{
	atomic_fetch_add(&s->kick, 1);
	if (atomic_load(&s->asleep) != 0)
		(void)syscall(SYS_futex, &s->kick, FUTEX_WAKE, INT_MAX, NULL,
		    NULL, 0);
}

/* ------------------------------------------------------------- the turn -- */

static unsigned
first_in_line(struct store_shared *s)
{
	uint64_t best = UINT64_MAX;
	unsigned first = STORE_SLOTS;

	for (unsigned i = 0; i < STORE_SLOTS; i++) {
		uint64_t n = atomic_load(&s->slots[i].number);

		if (n != 0 && n < best) {
			best = n;
			first = i;
		}
	}
	return first;
}

/* Gives a free turn to whoever is first.  Whoever makes the turn free and
 * whoever takes a number both come here afterwards, so that one of them sees
 * the other.  A slot that was cleared between our look and our giving (it
 * withdrew, or was buried) must not keep the turn: hence the second look. */
static void
turn_pass(struct store_shared *s, unsigned me)
{
	while (atomic_load(&s->holder) == 0) {
		unsigned first = first_in_line(s);
		uint32_t nobody = 0, given = first + 1;

		if (first == STORE_SLOTS)
			return;
		if (!atomic_compare_exchange_strong(&s->holder, &nobody, given))
			return;
		if (atomic_load(&s->slots[first].number) != 0) {
			if (first != me)
				signal_slot(s, first);
			return;
		}
		(void)atomic_compare_exchange_strong(&s->holder, &given, 0);
	}
}

void
shared_turn_ask(struct store_shared *s, unsigned slot)
{
	struct slot *own = slot_of(s, slot);

	EP_ASSERT(atomic_load(&own->number) == 0);
	atomic_store(&own->number, atomic_fetch_add(&s->numbers, 1) + 1);
	turn_pass(s, slot);
}

bool
shared_turn_held(const struct store_shared *s, unsigned slot)
{
	EP_CHECK(s, SHARED_MAGIC);
	return atomic_load(&s->holder) == slot + 1;
}

void
shared_turn_give(struct store_shared *s, unsigned slot)
{
	uint32_t mine = slot + 1;

	atomic_store(&slot_of(s, slot)->number, 0);
	(void)atomic_compare_exchange_strong(&s->holder, &mine, 0);
	turn_pass(s, slot);
}

bool
shared_turn_wanted(const struct store_shared *s, unsigned slot)
{
	EP_CHECK(s, SHARED_MAGIC);
	for (unsigned i = 0; i < STORE_SLOTS; i++)
		if (i != slot && atomic_load(&s->slots[i].number) != 0)
			return true;
	return false;
}

/* ------------------------------------------------------- life and death -- */

bool
shared_enter(struct store_shared *s, unsigned slot)
{
	int32_t nobody = 0;

	return atomic_compare_exchange_strong(&slot_of(s, slot)->pid, &nobody,
	    (int32_t)getpid());
}

void
shared_leave(struct store_shared *s, unsigned slot)
{
	EP_ASSERT(!shared_turn_held(s, slot));
	atomic_store(&slot_of(s, slot)->wants_sync, 0);
	atomic_store(&slot_of(s, slot)->pid, 0);
}

static void
bury_slot(struct store_shared *s, unsigned slot)
{
	struct slot *dead = &s->slots[slot];
	uint32_t its = slot + 1;

	/* Its commit may or may not be in the -wal: count it as done, so that
	 * a reader who saw it does not wait for ever.  It held the turn, so
	 * nobody else moves these counters now. */
	if (atomic_load(&s->holder) == its)
		atomic_store(&s->finished, atomic_load(&s->started));
	atomic_store(&dead->number, 0);
	(void)atomic_compare_exchange_strong(&s->holder, &its, 0);
	atomic_store(&dead->wants_sync, 0);
	atomic_store(&dead->pid, 0);
}

void
store_shared_bury(struct store_shared *s, pid_t pid)
{
	uint32_t holder;

	EP_CHECK(s, SHARED_MAGIC);
	for (unsigned i = 0; i < STORE_SLOTS; i++)
		if (atomic_load(&s->slots[i].pid) == (int32_t)pid)
			bury_slot(s, i);
	/* It may have died between giving the turn to somebody and telling
	 * them, or between giving it to a cleared slot and the second look. */
	holder = atomic_load(&s->holder);
	if (holder != 0) {
		if (atomic_load(&s->slots[holder - 1].number) == 0)
			(void)atomic_compare_exchange_strong(&s->holder,
			    &holder, 0);
		else
			signal_slot(s, holder - 1);
	}
	turn_pass(s, STORE_SLOTS);
	/* And between raising finished and the kick; or, the sync process,
	 * between publishing and the signals. */
	kick(s);
	for (unsigned i = 0; i < STORE_SLOTS; i++)
		if (atomic_load(&s->slots[i].pid) != 0)
			signal_slot(s, i);
}

int
shared_eventfd(const struct store_shared *s, unsigned slot)
{
	return slot_of(s, slot)->eventfd;
}

void
store_shared_stop(struct store_shared *s)
{
	EP_CHECK(s, SHARED_MAGIC);
	atomic_store(&s->stop, 1);
	kick(s);
}

bool
shared_stopping(const struct store_shared *s)
{
	EP_CHECK(s, SHARED_MAGIC);
	return atomic_load(&s->stop) != 0;
}

bool
store_shared_failed(const struct store_shared *s)
{
	EP_CHECK(s, SHARED_MAGIC);
	return atomic_load(&s->failed) != 0;
}

void
shared_fail(struct store_shared *s)
{
	EP_CHECK(s, SHARED_MAGIC);
	atomic_store(&s->failed, 1);
	for (unsigned i = 0; i < STORE_SLOTS; i++)
		if (atomic_load(&s->slots[i].pid) != 0)
			signal_slot(s, i);
	kick(s);
}

/* ------------------------------------------------------------- counters -- */

uint64_t
shared_commit_start(struct store_shared *s)
{
	EP_CHECK(s, SHARED_MAGIC);
	return atomic_fetch_add(&s->started, 1) + 1;
}

void
shared_commit_finish(struct store_shared *s, uint32_t wal_frames)
{
	if (wal_frames > 0)
		atomic_store(&s->wal_frames, wal_frames);
	atomic_store(&s->finished, atomic_load(&s->started));
	kick(s);
}

uint64_t
shared_started(const struct store_shared *s)
{
	EP_CHECK(s, SHARED_MAGIC);
	return atomic_load(&s->started);
}

uint64_t
shared_synced(const struct store_shared *s)
{
	EP_CHECK(s, SHARED_MAGIC);
	return atomic_load(&s->synced);
}

void
shared_sync_wanted(struct store_shared *s, unsigned slot)
{
	atomic_store(&slot_of(s, slot)->wants_sync, 1);
}

void
shared_wal_emptied(struct store_shared *s)
{
	atomic_store(&s->wal_frames, 0);
}

void
shared_checkpointed(struct store_shared *s)
{
	atomic_fetch_add(&s->checkpoints, 1);
}

uint64_t
shared_sync_wait(struct store_shared *s, int64_t timeout_us)
{
	uint32_t seen = atomic_load(&s->kick);
	struct timespec t = { .tv_sec = timeout_us / 1000000,
		.tv_nsec = timeout_us % 1000000 * 1000 };
	uint64_t finished = atomic_load(&s->finished);

	if (finished != atomic_load(&s->synced) || shared_stopping(s))
		return finished;
	atomic_store(&s->asleep, 1);
	if (atomic_load(&s->finished) == finished && !shared_stopping(s))
		(void)syscall(SYS_futex, &s->kick, FUTEX_WAIT, seen, &t, NULL,
		    0);
	atomic_store(&s->asleep, 0);
	return atomic_load(&s->finished);
}

void
shared_sync_publish(struct store_shared *s, uint64_t synced)
{
	atomic_store(&s->synced, synced);
	atomic_fetch_add(&s->syncs, 1);
	for (unsigned i = 0; i < STORE_SLOTS; i++)
		if (atomic_load(&s->slots[i].wants_sync) != 0 &&
		    atomic_exchange(&s->slots[i].wants_sync, 0) != 0)
			signal_slot(s, i);
}

void
store_shared_counts(const struct store_shared *s,
    struct store_counts *counts_out)
{
	EP_CHECK(s, SHARED_MAGIC);
	*counts_out = (struct store_counts){
		.synced = atomic_load(&s->synced),
		.finished = atomic_load(&s->finished),
		.started = atomic_load(&s->started),
		.syncs = atomic_load(&s->syncs),
		.checkpoints = atomic_load(&s->checkpoints),
		.wal_frames = atomic_load(&s->wal_frames),
	};
}
