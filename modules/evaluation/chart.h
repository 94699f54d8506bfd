/* SPDX-License-Identifier: BSD-2-Clause */

/* Charts as SVG, for a page: the figures stand in a table beside them, so a
 * chart is a picture with a name. */

#pragma once

#include "text.h"

#include <stdbool.h>

struct chart_axis {
	const char *name;
	double value; /* 0 ... 100 */
	bool is_known;
};

/* A spider's web of at least three axes (雷达图). */
void chart_radar(struct text *out, const char *title,
    const struct chart_axis *axes, size_t n);

/* Values over time as a line (趋势图). */
void chart_trend(struct text *out, const char *title,
    const struct chart_axis *points, size_t n);
