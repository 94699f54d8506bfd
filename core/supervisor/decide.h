/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the supervisor does next, apart from processes and clocks: a function
 * of what it has decided so far and of what is to be seen now, giving a list
 * of actions.  Whoever carries them out calls decide() again when anything
 * has happened, and a few times a second anyway; no answer to an action is
 * waited for, the next view tells.  tests/unit/test_decide.c drives it with
 * workers of its own.
 *
 * Workers: so many slots listen, the rest are spares.  When one that listens
 * dies, a spare that is ready takes its place at once and the dead slot is
 * tried again as the new spare, ever more slowly while it cannot start.  One
 * that keeps too many images, or a generation that nobody wants, past its
 * time is replaced first and then told to drain.
 *
 * A reload: inspect, probe, wait for a place (active and one that drains at
 * most, before a candidate comes), prepare in every worker, commit, drain.
 * Whatever fails before the commit withdraws the candidate; nothing else has
 * changed by then.  The commit is made only when every slot that listens, or
 * is wanted to, says READY of the candidate, in a view taken after the
 * candidate was made known.
 */

#pragma once

#include "core/supervisor/view.h"

#define DECIDE_GRACE_US 5000000 /* beyond a time-out, before force is used */
/* Generations that leave; never more than all slots can hold. */
#define DECIDE_GONE (BOARD_PROCESSES * BOARD_HELD + 8)
#define DECIDE_RETAINED 32 /* images a worker may fail to unload */
#define DECIDE_INSPECT_US 60000000
#define DECIDE_PROBE_US 600000000 /* migrations and snapshots */
#define DECIDE_REPORT_US 1000000  /* the asker waits so long for the drain */
#define DECIDE_ACTIONS (4 * BOARD_PROCESSES + DECIDE_GONE + 16)

/* --------------------------------------------------------------- actions */

enum action_kind {
	ACTION_SPAWN,   /* a worker in the slot */
	ACTION_LISTEN,  /* the slot's listen_wanted becomes 1 */
	ACTION_SILENCE, /* and 0 */
	ACTION_RETIRE,  /* SIGTERM */
	ACTION_KILL,
	ACTION_INSPECT, /* takes the order: its inspector starts */
	ACTION_STOP_INSPECTOR,
	ACTION_STOP_BUILDER,
	ACTION_PROBE,
	ACTION_STOP_PROBE,
	ACTION_CANDIDATE, /* number; 0: withdrawn */
	ACTION_COMMIT,    /* number is active from now on */
	ACTION_PROGRESS,  /* phase, waiting */
	ACTION_END,       /* the order's last answer: result, why, slot */
	ACTION_GONE       /* no process holds number any more */
};

/* Why a reload ended as it did; who carries it out has the words. */
enum decide_why {
	WHY_NONE,
	WHY_INSPECTOR_BROKE,
	WHY_INSPECTOR_SLOW,
	WHY_PROBE_FAILED,
	WHY_PROBE_SLOW,
	WHY_NO_PLACE,      /* slot holds too many generations */
	WHY_WORKER_FAILED, /* the slot's failure says it */
	WHY_WORKER_DIED,   /* in the candidate's code */
	WHY_WORKER_STALLED,
	WHY_WORKER_SLOW, /* past the time-out */
	WHY_STOPPING
};

struct action {
	enum action_kind kind;
	unsigned slot; /* BOARD_PROCESSES: none */
	uint64_t number;
	enum reload_phase phase;
	unsigned waiting; /* processes */
	enum reload_result result;
	enum decide_why why;
};

struct actions {
	unsigned n;
	struct action list[DECIDE_ACTIONS];
};

/* ----------------------------------------------------------------- state */

struct decide_slot {
	bool listens;  /* as told to the slot */
	bool was_lost; /* died while it listened, and is not back */
	unsigned failures;
	int64_t respawn_at_us;
	bool is_leaving; /* retired: it ends by itself, or is killed */
	int64_t left_at_us;
	unsigned heir; /* listens first, then this one leaves; or none */
};

struct decide_gone {
	uint64_t number; /* 0: free */
	int64_t since_us;
	bool was_active; /* requests may be pinned */
};

/* Rules that can be switched off, for the test that a test would notice. */
enum decide_rule {
	RULE_SPARES = 1,   /* a wanted listener that is not one yet counts */
	RULE_PREPARED = 2, /* listeners prepare before the commit */
	RULE_PLACE = 4,    /* wait until there is a free place */
	RULE_WITHDRAW = 8, /* a failure withdraws the candidate */
	RULE_REPLACE = 16, /* a spare listens for one that died */
	RULE_HEIR = 32,    /* who leaves is replaced before */
	RULE_OVERDUE = 64  /* what is not wanted has a time to go */
};

struct decision {
	uint32_t magic;
#define DECISION_MAGIC 0xdec1de01
	unsigned workers, n_slots; /* that listen; of workers and spares */
	uint64_t active, candidate;
	struct decide_limits limits;
	struct decide_slot slots[BOARD_PROCESSES];
	struct decide_gone gone[DECIDE_GONE];

	/* the reload that runs */
	bool is_running;
	enum reload_phase phase;
	int64_t phase_since_us;
	unsigned waiting; /* as told last */
	bool is_stopped;  /* its child was told to end */
	uint64_t number, from;
	struct decide_limits next;
	enum board_phase probe_phase;
	int32_t probe_module;
	int64_t probe_since_us;

	unsigned without; /* enum decide_rule */
};

/* Everything is still to be spawned; the first workers slots listen. */
void decide_init(struct decision *d, unsigned workers, unsigned spares,
    uint64_t active, const struct decide_limits *limits);

/* out is emptied first.  Actions are to be carried out in their order. */
void decide(struct decision *d, const struct view *v, struct actions *out);

/* The host stops: the running reload ends (before its commit: without a
 * trace), and decide() is not called again. */
void decide_stop(struct decision *d, struct actions *out);

/* decide_slots.c: what decide() does of workers, before it goes on with the
 * reload. */
void decide_slots(struct decision *d, const struct view *v,
    struct actions *out);

/* The generation's entry among those that leave, or a free one. */
struct decide_gone *decide_gone(struct decision *d, uint64_t number);

struct action *decide_add(struct actions *out, enum action_kind kind,
    unsigned slot);
