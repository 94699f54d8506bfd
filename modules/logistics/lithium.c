/* SPDX-License-Identifier: BSD-2-Clause */

#include "lithium.h"

#include <stdlib.h>
#include <string.h>

#define LIMITS_MAX 64

fault
lithium_limits_read(struct lithium_limits *t, struct csv *c)
{
	const char *cells[CSV_CELLS];
	size_t n;
	fault f = csv_row(c, cells, &n);

	t->rows = c->memory->alloc(c->memory->owner,
	    LIMITS_MAX * sizeof *t->rows);
	while (f == NULL && (f = csv_row(c, cells, &n)) == NULL && n > 0) {
		struct lithium_limit *l = &t->rows[t->n];

		if (n != 9 || t->n == LIMITS_MAX ||
		    !decimal_read(cells[2], strlen(cells[2]), LITHIUM_PLACES,
			&l->limit))
			return "lithium_limits.csv: 9 columns, a limit";
		l->is_metal = strcmp(cells[0], "metal") == 0;
		l->is_battery = strcmp(cells[1], "battery") == 0;
		l->charge_pct = strtol(cells[4], NULL, 10);
		l->from = cells[5];
		l->to = cells[6];
		t->n++;
	}
	return f;
}

/* Dates are YYYY-MM-DD, so that their order is that of their texts. */
static bool
is_in_force(const struct lithium_limit *l, const char *on)
{
	if (on == NULL)
		return *l->to == '\0';
	return strcmp(l->from, on) <= 0 &&
	    (*l->to == '\0' || strcmp(on, l->to) <= 0);
}

static const struct lithium_limit *
limit_find(const struct lithium_limits *t, const struct lithium_goods *goods)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].is_metal == goods->is_metal &&
		    t->rows[i].is_battery == (goods->batteries >= 0) &&
		    is_in_force(&t->rows[i], goods->on))
			return &t->rows[i];
	return NULL;
}

/* In equipment, few are not marked. */
static bool
are_few(const struct lithium_goods *goods)
{
	return goods->packing == PACKED_IN &&
	    ((goods->batteries >= 0 && goods->batteries <= 2) ||
		(goods->cells >= 0 && goods->cells <= 4));
}

fault
lithium_classify(const struct lithium_limits *t,
    const struct lithium_goods *goods, struct lithium_rule *out)
{
	const struct lithium_limit *l = limit_find(t, goods);
	bool is_alone = goods->packing == PACKED_ALONE;
	bool is_small;

	if (!goods->has_content)
		return goods->is_metal ? "lithium_content_required"
				       : "wh_required";
	if (l == NULL)
		return "no_limit_in_force";
	*out = (struct lithium_rule){ .instruction = (goods->is_metal ? 968
								      : 965) +
		    (int64_t)goods->packing };
	if (goods->is_metal)
		out->un = is_alone ? "UN3090" : "UN3091";
	else
		out->un = is_alone ? "UN3480" : "UN3481";
	if (goods->by_air && is_alone && !goods->is_metal &&
	    (goods->charge_pct < 0 || goods->charge_pct > l->charge_pct)) {
		out->reason = "state_of_charge_over_30";
		return NULL;
	}
	is_small = goods->content <= l->limit;
	out->allowed = true;
	if (goods->by_air && is_alone) {
		out->section = is_small ? "IB" : "IA";
		out->cargo_aircraft_only = true;
		out->class9_label = true;
		out->lithium_mark = is_small;
		return NULL;
	}
	out->section = is_small ? "II" : "I";
	out->class9_label = !is_small;
	out->lithium_mark = is_small && !are_few(goods);
	return NULL;
}
