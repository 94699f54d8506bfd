/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The generations of one worker, kept as the board wants them: what is wanted
 * (active, candidate, previous) and not here is prepared, what is here and
 * neither wanted nor pinned is stopped and unloaded.  Level-triggered: a
 * look at any time does the right thing, a nudge that is lost or comes twice
 * does no harm.  One piece of work at a time, on a fiber of its own begun
 * from the top of the loop.
 */

#pragma once

#include "core/supervisor/process.h"

struct held {
	struct process *process;
	const struct process_setup *setup;
	/* Something is ready, active or gone that was not before. */
	loop_fn *changed;
	/* The active generation could not be prepared: err has the words. */
	loop_fn *broken;
	void *arg;

	struct fiber *fiber; /* that works; NULL: none does */

	enum held_work {
		WORK_NONE,
		WORK_PREPARE,
		WORK_DISCARD, /* what was not prepared to its end */
		WORK_STOP,
		WORK_HEALTH
	} work;

	unsigned row;    /* it works on */
	uint64_t number; /* that is, of this generation */
	struct err err;  /* of the last preparation */
	bool is_stopping;
	int64_t health_us; /* monotonic, of the next round; 0: at once */
	bool is_well;      /* all said so in the last one */
	struct loop_timer timer;
};

/* Looks what is to be done and begins it; from the top of the loop;
 * arg: the struct held. */
void held_look(void *arg);

/* Is everything that the board wants ready here? */
bool held_is_complete(const struct held *h);

/* Nothing is begun any more and what runs is cancelled. */
void held_halt(struct held *h);

/* At the end, on a fiber, with nothing pinned: stops and unloads all. */
void held_stop_all(struct held *h);
