/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * From the words of a query to the listed names that deserve a full score.
 */

#pragma once

#include "index.h"
#include "index_file.h"

struct candidate {
	uint32_t name;
	float share; /* of the smaller name's weight that was found */
};

/* Room for one query; names_seen is all zero between calls. */
struct finder {
	const struct index *index;
	const struct memory *memory;
	float *found;      /* a sum for each listed name */
	uint8_t *last;     /* the query word that found it last, plus 1 */
	float *best;       /* what that word added */
	uint32_t *touched; /* names with a sum */
	size_t touched_count;
};

void finder_init(struct finder *finder, const struct index *index,
    const struct memory *memory);

/*
 * Candidates for one reading, the most promising first, at most limit of
 * them; found names that share less than cutoff are left out.
 */
size_t finder_run(struct finder *finder, const struct name *query, float cutoff,
    struct candidate *candidates_out, size_t limit);

/* Records of the snapshot. */
const void *index_section(const struct index *index, enum section section);

/* A listed name as the scorer wants it; tokens has NAME_TOKENS places. */
void index_name(const struct index *index, uint32_t i, struct token *tokens,
    struct name *name_out);
