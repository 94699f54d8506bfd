/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Snapshots: large read-only data that a module's EP_BUILD writes into a
 * file, once for each value of the epoch it hangs on, in a builder process;
 * every worker maps the newest one.  Files are
 * STATE/snapshots/MODULE.NAME.EPOCH.HASH (HASH: of the module's file), kept
 * over restarts; the board says which epoch is the newest built.
 */

#pragma once

#include "core/operation/op.h"

struct snapshot_map;

/* One declared snapshot of an instance. */
struct snapshot {
	const char *name;
	ep_handler *build;        /* NULL: the module has none */
	struct board_word *epoch; /* what it should be of */
	_Atomic int64_t *built;   /* what the newest file is of, plus one */
	struct snapshot_map *map; /* the newest one mapped here, or NULL */
	struct instance *instance;
};

/* A map that an operation uses until it ends. */
struct snapshot_pin {
	struct snapshot_pin *next;
	struct snapshot *snapshot;
	struct snapshot_map *map;
};

/* Fills instance->snapshots from its manifest and descriptor. */
ep_status snapshots_open(struct instance *instance, struct err *err);
void snapshots_close(struct instance *instance);

/* Gives up maps that are outdated and unused. */
void snapshots_tidy(struct generation *g);

/* In the builder: builds everything that is behind its epoch, publishes it,
 * removes files of earlier epochs.  On a fiber. */
ep_status snapshots_build(struct generation *g, struct err *err);

/* In the builder: removes the files of builds (SHA-256 of a module's file)
 * that are not among these n. */
void snapshots_sweep(const char *state_folder, const char *const *builds,
    unsigned n);

/* Is anything behind? */
bool snapshots_are_behind(const struct generation *g);

/* A nudge came: whoever waits for a snapshot looks again. */
void snapshots_nudged(struct host *host);
