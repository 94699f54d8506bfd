/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a carrier weighs: chargeable weight (计费重) and size limits.  Express
 * carriers divide cubic centimetres by 5000 for kilograms, air lines by 6000
 * (IATA Resolution 502), special lines by 8000.
 */

#pragma once

#include "numbers.h"

enum weighing_mode {
	WEIGH_MAX,   /* the larger of actual and volumetric */
	WEIGH_DOUBLE /* 抛货: volumetric only beyond twice the actual */
};

struct weighing {
	int64_t divisor, step_g, min_g;
	enum weighing_mode mode;
};

struct chargeable {
	int64_t volumetric_g, chargeable_g;
	bool is_volumetric; /* it was used and exceeds the actual weight */
};

/* A mode by its name; false when there is none of that name. */
bool weighing_mode_read(const char *name, enum weighing_mode *out);

/* bad_dimensions unless three lengths above 0, bad_weight unless actual_g is
 * above 0, bad_parameter unless divisor and step_g are above 0 and min_g is
 * not below. */
fault weigh(const int64_t *dims_mm, size_t n_dims, int64_t actual_g,
    const struct weighing *how, struct chargeable *out);

struct girth {
	int64_t length_mm, length_plus_girth_mm;
	bool is_too_long, is_too_thick; /* strictly above its limit */
};

/* Longest side, and longest plus twice the other two; bad_dimensions as
 * above, bad_parameter for limits below 0. */
fault girth(const int64_t *dims_mm, size_t n_dims, int64_t max_length_mm,
    int64_t max_sum_mm, struct girth *out);
