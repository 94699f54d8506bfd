/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the processes of one store share: whose turn it is to write, and how
 * far commits have got.  Lies in MAP_SHARED memory that the supervisor made
 * before it forked; holds no pointers; survives the death of any process at
 * any instruction, provided the supervisor buries the dead.
 *
 * The turn.  Each process has a slot.  Who wants the turn takes a number
 * (one more than any before) into its slot; who gives the turn away gives it
 * to the smallest number.  A dead process is skipped by clearing its slot,
 * so no list is ever half-changed.
 *
 * The counters.  Holding the turn, a committer makes started one more,
 * commits, and sets finished = started.  The sync process loads finished,
 * syncs, and publishes what it loaded as synced.  Whoever saw a commit loads
 * started afterwards and waits for synced to reach it.
 */

#pragma once

#include "core/base/err.h"

#include <sys/types.h>

#define STORE_SLOTS 32u
#define STORE_SLOT_SYNC (STORE_SLOTS - 1u)    /* the sync process */
#define STORE_SLOT_MIGRATE (STORE_SLOTS - 2u) /* short-lived tools */

struct store_shared;

size_t store_shared_size(void);

/* In the supervisor, before any fork: mem is zeroed, shared, page-aligned
 * and so large.  Makes one eventfd a slot, inherited by every process.
 * Errors: EP_UNAVAILABLE. */
ep_status store_shared_init(void *mem, struct store_shared **shared_out,
    struct err *err);

/* Closes the descriptors; the memory is the caller's. */
void store_shared_fini(struct store_shared *s);

/* The supervisor says that this process has died: takes its slots, gives its
 * turn on.  Call it for every child, before its successor is forked. */
void store_shared_bury(struct store_shared *s, pid_t pid);

/* Ends store_sync_run() after a last sync. */
void store_shared_stop(struct store_shared *s);

/* A sync failed: commits and waits answer "store_failed" from now on. */
bool store_shared_failed(const struct store_shared *s);

struct store_counts {
	uint64_t started, finished, synced; /* commits */
	uint64_t syncs, checkpoints;
	uint32_t wal_frames; /* pages in the -wal since its last reset */
};

/* For metrics and tests. */
void store_shared_counts(const struct store_shared *s,
    struct store_counts *counts_out);

/* ------------------------------------------------- for the driver -- */

/* Take and leave a slot.  False: another process, alive or unburied, has
 * it. */
bool shared_enter(struct store_shared *s, unsigned slot);
void shared_leave(struct store_shared *s, unsigned slot);

/* Readable when the turn came or synced advanced while waited for; read it
 * empty. */
int shared_eventfd(const struct store_shared *s, unsigned slot);

/* Ask for the turn (once, until given back); is it ours; give it back or
 * withdraw; does another process ask. */
void shared_turn_ask(struct store_shared *s, unsigned slot);
bool shared_turn_held(const struct store_shared *s, unsigned slot);
void shared_turn_give(struct store_shared *s, unsigned slot);
bool shared_turn_wanted(const struct store_shared *s, unsigned slot);

/* Around COMMIT, holding the turn.  start returns the point. */
uint64_t shared_commit_start(struct store_shared *s);
void shared_commit_finish(struct store_shared *s, uint32_t wal_frames);

uint64_t shared_started(const struct store_shared *s);
uint64_t shared_synced(const struct store_shared *s);

/* Say, before looking at synced for the last time, that this slot wants its
 * eventfd signalled at the next advance; cleared by the signal. */
void shared_sync_wanted(struct store_shared *s, unsigned slot);

/* A checkpoint has emptied the -wal, holding the turn. */
void shared_wal_emptied(struct store_shared *s);
void shared_checkpointed(struct store_shared *s);

void shared_fail(struct store_shared *s);

/* The sync process: sleeps until finished != synced, stop or the time-out;
 * returns finished. */
uint64_t shared_sync_wait(struct store_shared *s, int64_t timeout_us);
void shared_sync_publish(struct store_shared *s, uint64_t synced);
bool shared_stopping(const struct store_shared *s);
