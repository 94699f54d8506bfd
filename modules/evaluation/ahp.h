/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The analytic hierarchy process (层次分析法): weights from a table of
 * pairwise comparisons, and how consistent these are.  T. L. Saaty, The
 * Analytic Hierarchy Process, 1980; random indices up to 15 from the same
 * school (RI of n = 1 ... 15).
 */

#pragma once

#include "numbers.h"

#include <stdbool.h>

#define AHP_MAX 15

struct ahp {
	size_t n;
	double weights[AHP_MAX];
	double lambda_max, ci, cr;
	bool consistent; /* cr < 0.10 */
};

/* "3", "0.25" or "1/3"; false when it is no such number. */
bool ahp_number(const char *text, size_t length, double *out);

/* Is t a table of comparisons?  Codes in the order of their tests:
 * bad_size (1 to 15), not_square, then by rows diagonal_not_one,
 * non_positive, not_reciprocal (a_ij a_ji differs from 1 by over 1e-6). */
fault ahp_check(const struct table *t);

/* method: "eigen" (power iteration), "geometric" (means of rows) or "column"
 * (means of normalised columns); else bad_method. */
fault ahp_weights(const struct table *t, const char *method, struct ahp *out);
