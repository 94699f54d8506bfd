/* SPDX-License-Identifier: BSD-2-Clause */

/* What the board keeps of reloads: who asked, what came of it, how long each
 * step took, for the last BOARD_RELOADS of them. */

#pragma once

#include "core/base/err.h"

#include <stdatomic.h>

/* The steps of a reload, in order; times of each are kept. */
enum reload_phase {
	RELOAD_INSPECT, /* store, inspect, plan */
	RELOAD_PROBE,   /* migrate, first start and snapshots, in a child */
	RELOAD_WAIT,    /* for a generation that still drains */
	RELOAD_PREPARE, /* in every worker */
	RELOAD_COMMIT,
	RELOAD_DRAIN, /* the old one, until it has gone */
	RELOAD_PHASES
};

extern const char *const reload_phase_name[RELOAD_PHASES];

enum reload_result {
	RELOAD_RUNNING,
	RELOAD_DONE,      /* committed */
	RELOAD_UNCHANGED, /* nothing differs */
	RELOAD_REFUSED,   /* by inspection: nothing was touched */
	RELOAD_ABORTED,   /* a child or worker failed */
	RELOAD_PLANNED,   /* dry run */
	RELOAD_RESULTS
};

extern const char *const reload_result_name[RELOAD_RESULTS];

enum reload_kind {
	RELOAD_BOOT,
	RELOAD_ORDER,    /* entrepot reload */
	RELOAD_SIGNAL,   /* SIGHUP */
	RELOAD_ROLLBACK, /* of an earlier generation's document */
	RELOAD_KINDS
};

extern const char *const reload_kind_name[RELOAD_KINDS];

#define BOARD_RELOADS 32

/* One reload, written by the supervisor; a reader copies it and looks at
 * version before and after (odd: being written). */
struct board_reload {
	_Atomic uint32_t version;
	uint32_t kind, result, phase; /* where it is, or where it ended */
	uint64_t from, to;            /* generations; to 0: none was made */
	uint64_t source;              /* of a rollback: whose document */
	int64_t began_real_us, took_us;
	int64_t phase_us[RELOAD_PHASES];
	uint32_t uid;     /* who asked; UINT32_MAX: a signal or the start */
	int32_t worker;   /* that failed; -1: none, or a child */
	char reason[128]; /* why it was asked for, in the operator's words */
	char module[64];  /* that failed */
	char text[400];   /* what went wrong */
};

struct board;

/* A whole copy of a reload's record; false when it is not there (any
 * more). */
bool board_reload_read(struct board *s, uint64_t n, struct board_reload *out);

/* The supervisor's writes: between these two a record may change. */
struct board_reload *board_reload_begin(struct board *s, uint64_t n);
void board_reload_end(struct board_reload *r);
