/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a carrier's event means (轨迹状态归一): one of twelve statuses, and for
 * an exception its reason.  All of it is tables; what no table knows is
 * "unknown", never a guess at random.
 *
 * Found in this order: the carrier's own code; a post's EMSEVT code; a code
 * that carriers share; words of the code; words of the description.
 */

#pragma once

#include "track.h"

struct carrier_code {
	const char *carrier, *code;  /* folded; the carrier "*" is all */
	const char *status, *reason; /* "" when there is none */
};

struct carrier_word {
	const char *phrase; /* folded */
	const char *status, *reason;
};

struct carrier {
	const char *id, *name;
	const char *names; /* folded, each between spaces */
	bool is_post;
};

struct exception_reason {
	const char *reason, *status, *name_en, *name_zh;
};

struct carrier_tables {
	struct carrier *carriers;
	size_t n_carriers;
	struct carrier_code *codes; /* sorted */
	size_t n_codes;
	struct carrier_word *words;
	size_t n_words;
	struct exception_reason *reasons;
	size_t n_reasons;
};

/* Read carriers.csv, exception_reasons.csv, carrier_codes.csv (after the
 * reasons) and carrier_words.csv.  What is wrong in it, or NULL. */
fault carriers_read(struct carrier_tables *t, struct csv *c);
fault reasons_read(struct carrier_tables *t, struct csv *c);
fault codes_read(struct carrier_tables *t, struct csv *c);
fault words_read(struct carrier_tables *t, struct csv *c);

/* By its id or another name, whatever its case and marks; NULL when none. */
const struct carrier *carrier_find(const struct carrier_tables *t,
    const char *name, const struct memory *memory);

struct carrier_event {
	const char *carrier, *code;
	const char *description; /* NULL when not told */
};

struct normal_event {
	const char *status;
	const char *reason; /* "" when there is none */
	const char *by;     /* carrier_code, postal_code, shared_code,
			     * code_words, description or none */
	const struct track_state *state; /* of a post's code, else NULL */
};

void event_normalise(const struct carrier_tables *t,
    const struct track_tables *posts, const struct carrier_event *event,
    const struct memory *memory, struct normal_event *out);
