/* SPDX-License-Identifier: BSD-2-Clause */

#include "rate.h"

#include <string.h>

#define BASIS_POINTS 10000

static bool
is_sound(const struct tariff *t)
{
	for (size_t i = 0; i < t->n_surcharges; i++)
		if (t->surcharges[i].minor < 0)
			return false;
	return t->first_minor >= 0 && t->step_minor >= 0 &&
	    t->per_kg_minor >= 0 && t->first_g >= 0 && t->step_g > 0 &&
	    t->max_g >= 0 && t->fuel_bp >= 0 && t->insurance_bp >= 0 &&
	    t->insurance_min_minor >= 0;
}

static const struct surcharge *
surcharge_find(const struct tariff *t, const char *id)
{
	for (size_t i = 0; i < t->n_surcharges; i++)
		if (strcmp(t->surcharges[i].id, id) == 0)
			return &t->surcharges[i];
	return NULL;
}

static wide
insurance(const struct tariff *t, int64_t declared_minor)
{
	wide minor;

	if (declared_minor <= 0)
		return 0;
	minor = wide_divide((wide)declared_minor * t->insurance_bp,
	    BASIS_POINTS);
	return minor > t->insurance_min_minor ? minor : t->insurance_min_minor;
}

fault
rate(const struct tariff *t, int64_t chargeable_g, int64_t declared_minor,
    const struct asked *asked, const struct memory *memory, struct price *out)
{
	wide freight = t->first_minor, total;

	if (!is_sound(t))
		return "bad_parameter";
	if (chargeable_g < 0)
		return "bad_weight";
	if (chargeable_g > t->max_g)
		return "overweight";
	if (chargeable_g > t->first_g)
		freight += wide_step((wide)chargeable_g - t->first_g,
			       t->step_g) /
		    t->step_g * t->step_minor;
	freight += wide_divide((wide)chargeable_g * t->per_kg_minor, 1000);
	out->surcharges = memory->alloc(memory->owner,
	    (asked->n + 1) * sizeof *out->surcharges);
	out->n_surcharges = asked->n;
	if (!wide_fits(freight, &out->freight) ||
	    !wide_fits(wide_divide(freight * t->fuel_bp, BASIS_POINTS),
		&out->fuel) ||
	    !wide_fits(insurance(t, declared_minor), &out->insurance))
		return "bad_parameter";
	total = (wide)out->freight + out->fuel + out->insurance;
	for (size_t i = 0; i < asked->n; i++) {
		const struct surcharge *s = surcharge_find(t, asked->ids[i]);

		if (s == NULL)
			return "unknown_surcharge";
		out->surcharges[i] = *s;
		total += s->minor;
	}
	return wide_fits(total, &out->total) ? NULL : "bad_parameter";
}
