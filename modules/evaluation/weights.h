/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Objective weights (客观赋权): how much a criterion tells objects apart.
 * Columns are first brought to 0 ... 1 between their least and greatest
 * value, those of COST turned round.
 *
 * entropy: C. E. Shannon's entropy of each column's shares, weight by 1 - e.
 * critic: D. Diakoulaki et al., Computers & Operations Research 22 (1995):
 * deviation times the sum of (1 - correlation with the others).
 * deviation: standard deviation of each column (n - 1).
 */

#pragma once

#include "numbers.h"

#include <stdbool.h>

struct weights {
	double *weights;
	double *entropy; /* of entropy only, else NULL */
};

/* Each row as long as directions; else bad_shape, after too_few_rows (< 2).
 * no_variation: every column is constant.  is_square: all rows have
 * t->columns cells. */
struct criteria {
	struct table table;
	bool is_even; /* all rows have as many cells as there are columns */
	const enum direction *directions;
	size_t n_directions;
};

fault weights_entropy(const struct criteria *c, const struct memory *memory,
    struct weights *out);
fault weights_critic(const struct criteria *c, const struct memory *memory,
    struct weights *out);
fault weights_deviation(const struct criteria *c, const struct memory *memory,
    struct weights *out);
