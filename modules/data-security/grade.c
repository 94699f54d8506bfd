/* SPDX-License-Identifier: BSD-2-Clause */

#include "grade.h"

#include <string.h>

static const char *const level_names[] = { "general", "important", "core" };
static const char *const degree_names[] = { "none", "general", "serious",
	"extremely_serious" };

static int
place_in(const char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* *level_out: -1 when the impact is none. */
static fault
judge(const struct table *levels, int64_t day, struct impact *x, int *level_out,
    int *degree_out)
{
	size_t row = table_find(levels, 0, day, "object", x->object);

	*level_out = -1;
	if (row == TABLE_NONE)
		return "unknown_object";
	*degree_out = place_in(degree_names, 4, x->degree);
	if (*degree_out < 0)
		return "unknown_degree";
	if (*degree_out == 0)
		return NULL;
	while (row != TABLE_NONE &&
	    strcmp(table_cell(levels, row, "degree"), x->degree) != 0)
		row = table_find(levels, row + 1, day, "object", x->object);
	if (row == TABLE_NONE)
		return "unknown_degree";
	x->level = table_cell(levels, row, "level");
	*level_out = place_in(level_names, 3, x->level);
	return *level_out < 0 ? "unknown_degree" : NULL;
}

static void
of_persons(const struct table *scale, int64_t day, const struct personal *p,
    struct grade *out)
{
	int least = p->is_sensitive ? 3 : 2;

	out->personal_class = p->is_sensitive ? "sensitive_personal"
					      : "personal";
	for (size_t i = 0; i < scale->n_rows; i++)
		if (table_holds(scale, i, day) &&
		    p->persons >= table_number(scale, i, "persons_least"))
			out->is_large_scale = true;
	if (out->sublevel > 0 && out->sublevel < least)
		out->sublevel = least;
}

fault
grade_data(const struct grade_tables *t, int64_t day, struct impact *impacts,
    size_t n, const struct personal *p, struct grade *out)
{
	int worst_level = 0, worst_degree = 0;

	memset(out, 0, sizeof *out);
	if (n == 0)
		return "no_impact";
	for (size_t i = 0; i < n; i++) {
		int level = 0, degree = 0;
		fault f = judge(&t->levels, day, impacts + i, &level, &degree);

		if (f != NULL)
			return f;
		if (level > worst_level)
			worst_level = level;
		if (degree > worst_degree)
			worst_degree = degree;
	}
	if (p->is_there && p->persons < 0)
		return "bad_count";
	out->level = level_names[worst_level];
	out->sublevel = worst_level == 0 ? worst_degree + 1 : 0;
	if (p->is_there)
		of_persons(&t->scale, day, p, out);
	return NULL;
}
