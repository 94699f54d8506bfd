/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Figures of each version of a module, of all processes: a table on the
 * board.  A row is one (module, version, hash).  Whoever makes an instance of
 * that version holds the row; figures stay after the last holder has gone, so
 * that two builds can be compared.
 *
 * The table does not grow with the builds that come and go: a row that nobody
 * holds is given to another version once BOARD_VERSIONS_KEPT newer ones of its
 * module came, or when no row is free.  Then its figures begin at zero, and
 * what it was is no longer shown.  What was built of its snapshots is forgotten
 * as well.
 *
 * Naming a row needs the one lock of the table, which names its holder, so
 * that a death in the middle is mended by board_versions_bury().  Counting
 * needs none: a process writes its own figures only.
 */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define BOARD_VERSIONS 256
#define BOARD_VERSIONS_KEPT 16
#define BOARD_SNAPSHOTS 16 /* of one module */
#define BOARD_HASH 12      /* digits of the file's SHA-256 that are kept */

struct board;

/* What a row is; changed under the lock only. */
struct board_version {
	_Atomic uint32_t change; /* odd: being named; a reader looks twice */
	_Atomic uint64_t stamp;  /* grows with each hold, over all rows */
	char module[64];         /* "": the row is free */
	char version[40];
	char hash[BOARD_HASH + 1];
	/* Of each of its snapshots the epoch that was built last, plus one;
	 * 0: none.  Anybody who holds the row raises it. */
	_Atomic int64_t built[BOARD_SNAPSHOTS];
};

/* Its figures in one process, written by that process. */
struct board_version_use {
	_Atomic uint32_t holds; /* instances there are now */
	_Atomic uint64_t count, errors, refusals;
	_Atomic uint64_t cpu_ns, memory_peak;
};

/* A row with the figures of all processes added up. */
struct board_version_total {
	char module[64];
	char version[40];
	char hash[BOARD_HASH + 1];
	uint32_t holds; /* instances in all processes */
	uint64_t count, errors, refusals;
	uint64_t cpu_ns;
	uint64_t memory_peak; /* the greatest of them */
};

/* An instance of that version is made in this process: its row, or -1 when
 * it has to go uncounted (every row is held, or a name too long).  Waits for
 * other processes at most some milliseconds. */
int board_version_hold(struct board *s, unsigned slot, const char *module,
    const char *version, const char *sha256);

/* It has gone, and nothing of it counts any more.  row -1: nothing. */
void board_version_release(struct board *s, unsigned slot, int row);

/* What was built of its snapshot n, see board_version.built; valid while the
 * row is held.  NULL for row -1 and beyond BOARD_SNAPSHOTS. */
_Atomic int64_t *board_version_built(struct board *s, int row, unsigned n);

/* Where this process counts; NULL for row -1. */
struct board_version_use *board_version_use(struct board *s, unsigned slot,
    int row);

/* One answer of the module: its status, the time that its handlers held the
 * process, the bytes of its request. */
void board_version_count(struct board_version_use *u, int http_status,
    int64_t busy_us, uint64_t bytes);

/* False for a free row and for one that is being named. */
bool board_version_read(struct board *s, int row,
    struct board_version_total *out);

/* After the death of the process in that slot: it holds nothing. */
void board_versions_bury(struct board *s, unsigned slot);
