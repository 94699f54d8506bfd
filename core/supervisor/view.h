/* SPDX-License-Identifier: BSD-2-Clause */

/* What decide() sees: taken from the board and from the children that ended
 * (children.c, reload.c), without a pointer into either. */

#pragma once

#include "core/board/board.h"

/* How a process of the slot ended, in the view that follows. */
struct view_death {
	bool is_new;
	bool was_asked;  /* by ACTION_RETIRE or ACTION_KILL, or stopping */
	bool is_stalled; /* killed since it held its loop too long */
	bool is_foreign; /* killed by somebody else: kill -9, out of memory */
	bool was_ready;
	bool ran_handler; /* of an operation, at that moment */
	int64_t lived_us;
	enum board_phase phase; /* its breadcrumb */
	uint64_t phase_of;
};

struct view_slot {
	bool is_alive, is_listening, is_draining;
	uint32_t retained;
	enum board_phase phase;
	uint64_t phase_of;

	struct {
		uint64_t number; /* 0: free */
		uint32_t state;  /* HELD_… */
	} held[BOARD_HELD];

	struct view_death death;
};

/* A child that has an answer to give. */
enum view_child {
	VIEW_NONE,
	VIEW_RUNNING,
	VIEW_GOOD,      /* ended well */
	VIEW_UNCHANGED, /* the inspector: nothing differs */
	VIEW_PLANNED,   /* the inspector: a dry run is done */
	VIEW_REFUSED,   /* the inspector: faults, or needs a restart */
	VIEW_BROKEN     /* crashed, or failed for reasons of its own */
};

struct decide_limits {
	int64_t drain_us, prepare_us;
};

struct view {
	int64_t now_us;
	bool has_order; /* one waits to be taken */
	bool is_building;
	enum view_child inspector, probe;
	uint64_t generation; /* what the inspector made, when VIEW_GOOD */
	struct decide_limits limits;  /* of that generation */
	enum board_phase probe_phase; /* breadcrumb of the probe */
	int32_t probe_module;
	struct view_slot slots[BOARD_PROCESSES];
};

/* Does the slot hold this generation in this state? */
bool view_holds(const struct view_slot *slot, uint64_t number, uint32_t state);
