/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The board on which the processes of one host read of each other: made by the
 * supervisor before it forks, mapped at the same address everywhere, gone with
 * the last process.  Everything in it is a fixed-size table; a name takes a row
 * of its table for good.  Words are atomics; a process that dies in the
 * middle of anything leaves the tables whole.
 */

#pragma once

#include "core/base/err.h"

#include <stdatomic.h>
#include <sys/types.h>

#define BOARD_PROCESSES 66 /* workers, spare, builder */
#define BOARD_WORDS 1024
#define BOARD_SERIES 1024
#define BOARD_MODULES 128
#define BOARD_KEYS 4096
#define BOARD_NAME 96

/* Upper bounds of the latency histogram in microseconds; the last bucket
 * has none. */
#define BOARD_BUCKETS 15
extern const int64_t board_bucket_us[BOARD_BUCKETS - 1];

/* What a process says of itself; written by it, read by the supervisor. */
struct board_slot {
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
struct board_word {
	_Atomic uint32_t state; /* 0 free, 1 being named, 2 named */
	char name[BOARD_NAME];
	_Atomic int64_t value;
};

/* One operation's figures in one process. */
struct board_metric {
	_Atomic uint64_t count, errors, refusals, sum_us;
	_Atomic uint64_t buckets[BOARD_BUCKETS];
};

/* A module's figures in one process. */
struct board_usage {
	_Atomic uint64_t cpu_ns;
	_Atomic uint64_t memory; /* bytes its running operations hold */
	_Atomic uint64_t memory_peak;
};

struct board_name {
	_Atomic uint32_t state;
	char name[BOARD_NAME];
};

struct board_process {
	struct board_metric metrics[BOARD_SERIES];
	struct board_usage usage[BOARD_MODULES];
};

/* An idempotency key whose operation runs now. */
struct board_key {
	/* 42 bits of the hash above 22 of the process, since the kernel has
	 * no greater pid: one word, taken and buried whole.  0: free. */
	_Atomic uint64_t word;
};

struct board {
	uint32_t magic;
#define BOARD_MAGIC 0x5a4ed31c
	uint32_t workers;
	int64_t started_real_us;
	_Atomic uint64_t active_generation;
	_Atomic uint32_t want_build; /* a snapshot is behind its epoch */
	_Atomic uint32_t is_stopping;
	_Atomic uint64_t restarts; /* of workers, after they died */
	int supervisor_fd;         /* eventfd that wakes the supervisor */
	struct board_slot slots[BOARD_PROCESSES];
	struct board_name series[BOARD_SERIES];
	struct board_name modules[BOARD_MODULES];
	struct board_word words[BOARD_WORDS];
	struct board_key keys[BOARD_KEYS];
	struct board_process process[BOARD_PROCESSES];
};

/* A zeroed block with its eventfds for so many slots, plus extra bytes
 * behind it at *extra_out (page-aligned, for the store). */
ep_status board_new(unsigned slots, size_t extra, struct board **out,
    void **extra_out, struct err *err);

/* The row of a name, taken if it is new; -1 when the table is full or the
 * name too long. */
int board_series(struct board *s, const char *operation);
int board_module(struct board *s, const char *module);
struct board_word *board_word(struct board *s, const char *name);

/* Raises a word to value unless it is there or beyond. */
void board_raise(struct board_word *w, int64_t value);

/* Wake the supervisor, one process, or all that have a pid. */
void board_wake_supervisor(struct board *s);
void board_nudge(struct board *s, unsigned slot);
void board_nudge_all(struct board *s);

/* Empties an eventfd. */
void board_clear_nudge(int fd);

/* Running idempotency keys: take is false when the key runs already. */
bool board_key_take(struct board *s, uint64_t hash, pid_t pid);
void board_key_give(struct board *s, uint64_t hash, pid_t pid);

/* After the death of a process: nothing of it remains taken. */
void board_bury(struct board *s, pid_t pid);

/* Adds one answer to a process' figures. */
void board_count(struct board_metric *m, int http_status, int64_t duration_us);
