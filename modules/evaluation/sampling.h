/* SPDX-License-Identifier: BSD-2-Clause */

/* Spot checks (抽查): how many, and which ones. */

#pragma once

#include "numbers.h"

/*
 * Cochran's sample size for a share p with the finite population correction:
 * n0 = z^2 p (1 - p) / e^2, n = n0 / (1 + (n0 - 1) / N), rounded up, at most
 * N.  z is 1.645, 1.96, 2.576 for 90, 95, 99 %.  Errors: bad_confidence,
 * bad_parameter.
 */
fault sample_size(double population, double confidence, double margin_percent,
    double p, int64_t *out);

/*
 * A draw that everybody can repeat who knows the published seed: ids are
 * ordered by the SHA-256 of "seed|id" and the first n taken.  Errors:
 * bad_sample_size (n below 0 or above the population), duplicate_ids,
 * internal.  selected_out: positions in ids.
 */
struct drawing {
	const char *seed;
	size_t seed_length;
	const char *const *ids;
	const size_t *lengths;
	size_t n_ids;
};

fault draw(const struct drawing *drawing, int64_t n,
    const struct memory *memory, size_t **selected_out);
