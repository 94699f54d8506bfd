/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The world that test_decide.c puts around the supervisor's decisions: a
 * clock that jumps, workers that prepare, fail, wait, hang, crash, are killed
 * and keep requests for ever, an inspector and a probe that do the same, and
 * somebody who asks for reloads.  What only the moment of an action can tell
 * (who is ready at a commit, who is blamed) is looked at here.
 */

#pragma once

#include "core/supervisor/decide.h"

#define MS 1000
#define STALL_US (5000 * MS)
#define DRAIN_US (2000 * MS)
#define PREPARE_US (3000 * MS)
#define ALLOWED_US (DRAIN_US + DECIDE_GRACE_US)
#define GENERATIONS 512

enum fate {
	FATE_GOOD,
	FATE_FAIL,
	FATE_WAIT,
	FATE_HANG,
	FATE_CRASH
};

struct row {
	uint64_t number;
	uint32_t state;
	int64_t until;       /* preparing or stopping ends then */
	int64_t unwanted_us; /* since when; 0: it is wanted */
	unsigned pins;
	bool is_endless; /* one of the pins is never given back */
};

struct worker {
	bool is_alive, listen_wanted, is_listening, accepts, is_draining;
	bool is_termed, is_killed, is_asked, is_stubborn, was_ready, has_died;
	int64_t born_us, boots_us, hangs_us; /* hangs_us: 0 when it does not */
	uint32_t retained;
	enum board_phase phase;
	uint64_t phase_of;
	struct row rows[BOARD_HELD];
	struct view_death death;
};

struct job {
	enum view_child state, outcome;
	int64_t until;
	bool hangs;
};

struct world {
	struct decision d;
	struct view v;
	struct actions actions;
	struct worker workers[BOARD_PROCESSES];
	struct job inspector, probe;
	int64_t now;
	uint32_t seed;
	bool is_quiet, has_order, is_building;
	uint64_t active, candidate, made; /* made: the highest number so far */
	uint64_t before;                  /* active as the order began */
	enum fate fates[GENERATIONS];
	unsigned victims[GENERATIONS]; /* the slot that the fate meets */
	unsigned begun, ended, done, aborted;
	char broken[160]; /* the first promise that was not kept */
};

/* All is to be spawned; without: enum decide_rule. */
void world_init(struct world *w, uint32_t seed, unsigned without);

/* Some milliseconds in which anything may happen. */
void world_step(struct world *w);

/* What the supervisor sees of it, in w->v. */
void world_look(struct world *w);

/* Does what decide() said. */
void world_act(struct world *w, const struct action *a);

uint32_t world_under(struct world *w, uint32_t n);

/* Of that number, READY here. */
bool world_holds(const struct worker *p, uint64_t number);

/* Notes the first promise that was not kept. */
void world_broken(struct world *w, const char *promise, unsigned slot);
