/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where a parcel is, folded from its events (轨迹归集).  Codes are those of
 * UPU EMSEVT (messages between posts) and our own GEN; which state a code
 * means and how far on a state is are tables.
 */

#pragma once

#include "csv.h"

#define TRACK_EXCEPTION (-1) /* rank of states that do not move the parcel */

struct track_state {
	const char *name, *name_en, *name_zh;
	const char *status; /* of the unified twelve; see carrier.h */
	int rank;
	bool is_final;
};

struct track_code {
	const char *source, *code, *name_en, *name_zh;
	const struct track_state *state;
};

struct track_tables {
	struct track_state *states;
	size_t n_states;
	struct track_code *codes;
	size_t n_codes;
};

/* Reads one of the tables of data/ and adds to *t; the states come first.
 * What is wrong in it, or NULL. */
fault track_read_states(struct track_tables *t, struct csv *c);
fault track_read_codes(struct track_tables *t, struct csv *c);

const struct track_state *track_state_find(const struct track_tables *t,
    const char *name);

struct track_event {
	const char *source, *code;
	const char *place;              /* NULL when not told */
	int64_t at;                     /* seconds since 1970 UTC */
	size_t arrival;                 /* its place in the input */
	const struct track_code *known; /* set by track() */
};

/* What is odd about an event: after_final or backward. */
struct track_anomaly {
	const struct track_event *event;
	const char *problem;
};

struct track {
	const struct track_state *state;
	size_t duplicates;
	const char **unknown; /* codes, in the order of arrival */
	size_t n_unknown;
	const struct track_event **exceptions;
	size_t n_exceptions;
	struct track_anomaly *anomalies;
	size_t n_anomalies;
	bool has_events;     /* any that is known */
	int64_t first, last; /* of the known ones */
	int64_t finished;    /* when the final state was reached */
};

/*
 * Drops exact repeats, sets unknown codes aside, sorts by time (arrival on
 * ties) and folds: after a final state all is after_final; exceptions never
 * move; RETURNING is always believed, and then only a final state is; else a
 * state of equal or higher rank is, and a lower one is backward.  Sorts
 * events in place.
 */
void track_fold(const struct track_tables *t, struct track_event *events,
    size_t n, const struct memory *memory, struct track *out);
