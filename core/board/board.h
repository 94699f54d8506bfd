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
#include "core/board/reload.h"
#include "core/board/versions.h"

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

/* At most so many generations live in one process: active, candidate and one
 * that drains, and a row for one that failed. */
#define BOARD_HELD 4

/* One generation in one process; written by that process. */
struct board_held {
	_Atomic uint64_t number; /* 0: the row is free */
	_Atomic uint32_t state;
#define HELD_PREPARING 1u /* load, start, restore, health */
#define HELD_READY 2u     /* a request may begin in it */
#define HELD_FAILED 3u    /* see board_slot.failure; nothing of it is left */
#define HELD_STOPPING 4u  /* no longer wanted, nothing pinned: going */
	_Atomic uint32_t pins;       /* requests that began in it and run */
	_Atomic int64_t prepared_us; /* how long preparing took */
};

/* Where a process stands while it prepares a generation: the breadcrumb that
 * names the module when it crashes or hangs there. */
enum board_phase {
	PHASE_NONE,
	PHASE_LOAD,
	PHASE_START,
	PHASE_RESTORE,
	PHASE_HEALTH,
	PHASE_STOP
};

extern const char *const board_phase_name[];

/* Why a generation was not prepared; whole before the row says
 * HELD_FAILED. */
struct board_failure {
	_Atomic uint64_t generation;
	uint32_t phase; /* enum board_phase */
	char module[64];
	char code[48];
	char text[320];
};

/* What a process says of itself; written by it, read by the supervisor,
 * save listen_wanted, which the supervisor writes. */
struct board_slot {
	_Atomic pid_t pid;
	_Atomic uint32_t listen_wanted; /* accept connections */
	_Atomic uint32_t is_listening;
	struct board_held held[BOARD_HELD];
	struct board_failure failure;
	_Atomic uint32_t phase;       /* enum board_phase, of what follows */
	_Atomic uint64_t phase_of;    /* the generation */
	_Atomic int32_t phase_module; /* row of modules; -1 */
	_Atomic uint32_t images;      /* of modules, mapped now */
	_Atomic uint32_t retained;    /* images that would not leave */
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

/* A named number: an epoch, a counter. */
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
	_Atomic uint32_t unhealthy; /* its EP_HEALTH says no, in these: */
#define BOARD_WORDS_ROOM 164
	char words[BOARD_WORDS_ROOM];
};

struct board_name {
	_Atomic uint32_t state;
	char name[BOARD_NAME];
};

struct board_process {
	struct board_metric metrics[BOARD_SERIES];
	struct board_usage usage[BOARD_MODULES];
	struct board_version_use versions[BOARD_VERSIONS];
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
	uint32_t workers; /* that listen; the next slots are spares */
	uint32_t spares;
	int64_t started_real_us;
	/* A process holds these; a request begins in the active one, read
	 * once when its head is complete.  The supervisor sets candidate
	 * before, and active after, every listening process has it READY.
	 * previous: kept for going back at once; 0 until there is a window. */
	_Atomic uint64_t active_generation, candidate, previous;
	_Atomic uint64_t unhealthy;  /* modules that said so, all processes */
	_Atomic uint32_t want_build; /* a snapshot is behind its epoch */
	_Atomic uint32_t is_stopping;
	_Atomic uint64_t restarts; /* of workers, after they died */
	_Atomic uint64_t reload_results[RELOAD_RESULTS]; /* counts */
	_Atomic uint64_t n_reloads; /* ever; the newest is n_reloads - 1 */
	struct board_reload reloads[BOARD_RELOADS]; /* n % BOARD_RELOADS */
	int supervisor_fd; /* eventfd that wakes the supervisor */
	struct board_slot slots[BOARD_PROCESSES];
	struct board_name series[BOARD_SERIES];
	struct board_name modules[BOARD_MODULES];
	struct board_word words[BOARD_WORDS];
	struct board_key keys[BOARD_KEYS];
	_Atomic uint32_t versions_holder; /* slot + 1 of the lock's; 0 */
	uint64_t versions_stamp;          /* under the lock */
	struct board_version versions[BOARD_VERSIONS];
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
void board_raise(_Atomic int64_t *word, int64_t value);

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
