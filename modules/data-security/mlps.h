/* SPDX-License-Identifier: BSD-2-Clause */

/* Gaps to multi-level protection (等级保护 2.0, GB/T 22239-2019): the control
 * points of a level and what of them is met. */

#pragma once

#include "table.h"

#define OPEN_MOST 10

enum mlps_status {
	MLPS_MET,
	MLPS_PARTIAL,
	MLPS_NOT_MET,
	MLPS_NOT_APPLICABLE,
	MLPS_UNASSESSED,
	MLPS_STATUSES
};

extern const char *const mlps_status_names[MLPS_STATUSES];

struct mlps_result {
	const char *id, *status;
};

struct mlps_gap {
	int64_t required, counts[MLPS_STATUSES];
	int64_t hundredths; /* of the score, half up */
	const char *open[OPEN_MOST];
	size_t n_open;
};

/* points: mlps_control_points.csv.  Refuses unsupported_level (2 and 3 are
 * known), unknown_control_point, bad_status. */
fault mlps_gap(const struct table *points, int64_t level,
    const struct mlps_result *results, size_t n, struct mlps_gap *out);
