/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The memory that all processes of one host share: made by the supervisor
 * before it forks, mapped at the same address everywhere, gone with the
 * last process.  Everything in it is a fixed-size table; a name takes a row
 * of its table for good.  Words are atomics; a process that dies in the
 * middle of anything leaves the tables whole.
 */

#pragma once

#include "core/base/err.h"

#include <stdatomic.h>
#include <sys/types.h>

#define SHARED_PROCESSES 66 /* workers, spare, builder */
#define SHARED_WORDS 1024
#define SHARED_SERIES 1024
#define SHARED_MODULES 128
#define SHARED_KEYS 4096
#define SHARED_NAME 96

/* Upper bounds of the latency histogram in microseconds; the last bucket
 * has none. */
#define SHARED_BUCKETS 15
extern const int64_t shared_bucket_us[SHARED_BUCKETS - 1];

/* What a process says of itself; written by it, read by the supervisor. */
struct shared_slot {
	_Atomic pid_t pid;
	_Atomic uint32_t state;
#define SLOT_FREE 0u
#define SLOT_STARTING 1u
#define SLOT_READY 2u
#define SLOT_DRAINING 3u
#define SLOT_FAILED 4u
	_Atomic uint64_t generation;
	_Atomic int64_t started_us;    /* monotonic */
	_Atomic int64_t busy_since_us; /* a handler runs since; 0: none */
	_Atomic int32_t series;        /* which operation that is; -1 */
	_Atomic uint64_t connections, requests, responses_5xx;
	char request_id[40]; /* of the operation that runs now */
	int nudge_fd;        /* eventfd: look at the shared words */
};

/* A named number: an epoch, a counter, the epoch a snapshot was built of. */
struct shared_word {
	_Atomic uint32_t state; /* 0 free, 1 being named, 2 named */
	char name[SHARED_NAME];
	_Atomic int64_t value;
};

/* One operation's figures in one process. */
struct shared_metric {
	_Atomic uint64_t count, errors, refusals, sum_us;
	_Atomic uint64_t buckets[SHARED_BUCKETS];
};

/* A module's figures in one process. */
struct shared_usage {
	_Atomic uint64_t cpu_ns;
	_Atomic uint64_t memory; /* bytes its running operations hold */
	_Atomic uint64_t memory_peak;
};

struct shared_name {
	_Atomic uint32_t state;
	char name[SHARED_NAME];
};

struct shared_process {
	struct shared_metric metrics[SHARED_SERIES];
	struct shared_usage usage[SHARED_MODULES];
};

/* An idempotency key whose operation runs now. */
struct shared_key {
	_Atomic uint64_t hash; /* 0: free */
	_Atomic pid_t pid;
};

struct shared {
	uint32_t magic;
#define SHARED_MAGIC 0x5a4ed31c
	uint32_t workers;
	int64_t started_real_us;
	_Atomic uint64_t active_generation;
	_Atomic uint32_t want_build; /* a snapshot is behind its epoch */
	_Atomic uint32_t is_stopping;
	_Atomic uint64_t restarts; /* of workers, after they died */
	int supervisor_fd;         /* eventfd that wakes the supervisor */
	struct shared_slot slots[SHARED_PROCESSES];
	struct shared_name series[SHARED_SERIES];
	struct shared_name modules[SHARED_MODULES];
	struct shared_word words[SHARED_WORDS];
	struct shared_key keys[SHARED_KEYS];
	struct shared_process process[SHARED_PROCESSES];
};

/* A zeroed block with its eventfds for so many slots, plus extra bytes
 * behind it at *extra_out (16-byte aligned, for the store). */
ep_status shared_new(unsigned slots, size_t extra, struct shared **out,
    void **extra_out, struct err *err);

/* The row of a name, taken if it is new; -1 when the table is full or the
 * name too long. */
int shared_series(struct shared *s, const char *operation);
int shared_module(struct shared *s, const char *module);
struct shared_word *shared_word(struct shared *s, const char *name);

/* Raises a word to value unless it is there or beyond. */
void shared_raise(struct shared_word *w, int64_t value);

/* Wake the supervisor, one process, or all that have a pid. */
void shared_wake_supervisor(struct shared *s);
void shared_nudge(struct shared *s, unsigned slot);
void shared_nudge_all(struct shared *s);

/* Empties an eventfd. */
void shared_clear_nudge(int fd);

/* Running idempotency keys: take is false when the key runs already. */
bool shared_key_take(struct shared *s, uint64_t hash, pid_t pid);
void shared_key_give(struct shared *s, uint64_t hash, pid_t pid);

/* After the death of a process: nothing of it remains taken. */
void shared_bury(struct shared *s, pid_t pid);

/* Adds one answer to a process' figures. */
void shared_count(struct shared_metric *m, int http_status,
    int64_t duration_us);
