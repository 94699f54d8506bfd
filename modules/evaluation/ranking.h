/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Putting objects in order.  TOPSIS: C.-L. Hwang and K. Yoon, Multiple
 * Attribute Decision Making, 1981: vector normalisation, Euclidean distances
 * to the best and the worst that occur.
 */

#pragma once

#include "weights.h"

struct topsis {
	double *closeness; /* by row, 0 ... 1 */
	size_t *order;     /* rows, the best first; equal ones by id */
};

/* Errors: bad_shape (also ids that are not one a row), bad_weights (none
 * positive, or a negative one).  ids NULL: A1, A2, ... by row. */
fault topsis_run(const struct criteria *c, const double *weights,
    size_t n_weights, const char *const *ids, const struct memory *memory,
    struct topsis *out);

/*
 * How far one weight can move, the others keeping their proportions, before
 * the order changes: shares of the whole between 0 and 1, found to 0.001.
 */
struct stability {
	double weight, from, to;
};

struct stability *topsis_stability(const struct criteria *c,
    const double *weights, const struct topsis *of,
    const struct memory *memory);

/* Competition ranks (1, 2, 2, 4) by score, the greatest first; equal ones in
 * the order of their ids.  order_out[k] is the k-th object, ranks_out[k] its
 * rank. */
struct scored {
	const char *id;
	double score;
};

void rank_scores(const struct scored *objects, size_t n,
    const struct memory *memory, size_t **order_out, size_t **ranks_out);
