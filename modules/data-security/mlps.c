/* SPDX-License-Identifier: BSD-2-Clause */

#include "mlps.h"

#include <string.h>

const char *const mlps_status_names[MLPS_STATUSES] = { "met", "partial",
	"not_met", "not_applicable", "unassessed" };

/* The status that was given; MLPS_STATUSES when it is none. */
static enum mlps_status
status_of(const char *word)
{
	unsigned i = 0;

	while (i < MLPS_UNASSESSED && strcmp(mlps_status_names[i], word) != 0)
		i++;
	return i < MLPS_UNASSESSED ? (enum mlps_status)i : MLPS_STATUSES;
}

/* Points of the other level are known, and passed over. */
static fault
check(const struct table *points, const struct mlps_result *r)
{
	if (table_find(points, 0, 0, "id", r->id) == TABLE_NONE)
		return "unknown_control_point";
	return status_of(r->status) == MLPS_STATUSES ? "bad_status" : NULL;
}

static enum mlps_status
look_up(const struct mlps_result *results, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(results[i].id, id) == 0)
			return status_of(results[i].status);
	return MLPS_UNASSESSED;
}

fault
mlps_gap(const struct table *points, int64_t level,
    const struct mlps_result *results, size_t n, struct mlps_gap *out)
{
	const char *column = level == 2 ? "level2" : "level3";
	int64_t half, applicable;

	memset(out, 0, sizeof *out);
	if (level != 2 && level != 3)
		return "unsupported_level";
	for (size_t i = 0; i < n; i++) {
		fault f = check(points, results + i);

		if (f != NULL)
			return f;
	}
	for (size_t i = 0; i < points->n_rows; i++) {
		const char *id = table_cell(points, i, "id");
		enum mlps_status s;

		if (table_number(points, i, column) != 1)
			continue;
		s = look_up(results, n, id);
		out->required++;
		out->counts[s]++;
		if (s != MLPS_MET && s != MLPS_NOT_APPLICABLE &&
		    out->n_open < OPEN_MOST)
			out->open[out->n_open++] = id;
	}
	applicable = out->required - out->counts[MLPS_NOT_APPLICABLE];
	half = 2 * out->counts[MLPS_MET] + out->counts[MLPS_PARTIAL];
	if (applicable > 0)
		out->hundredths = (10000 * half + applicable) /
		    (2 * applicable);
	return NULL;
}
