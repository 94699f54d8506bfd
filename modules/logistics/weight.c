/* SPDX-License-Identifier: BSD-2-Clause */

#include "weight.h"

#include <string.h>

bool
weighing_mode_read(const char *name, enum weighing_mode *out)
{
	*out = strcmp(name, "double") == 0 ? WEIGH_DOUBLE : WEIGH_MAX;
	return *out == WEIGH_DOUBLE || strcmp(name, "max") == 0;
}

static bool
are_lengths(const int64_t *dims_mm, size_t n)
{
	if (n != 3)
		return false;
	for (size_t i = 0; i < n; i++)
		if (dims_mm[i] <= 0)
			return false;
	return true;
}

fault
weigh(const int64_t *dims_mm, size_t n_dims, int64_t actual_g,
    const struct weighing *how, struct chargeable *out)
{
	wide volume, heavy;

	if (!are_lengths(dims_mm, n_dims) ||
	    __builtin_mul_overflow((wide)dims_mm[0] * dims_mm[1],
		(wide)dims_mm[2], &volume))
		return "bad_dimensions";
	if (actual_g <= 0)
		return "bad_weight";
	if (how->divisor <= 0 || how->step_g <= 0 || how->min_g < 0)
		return "bad_parameter";
	/* mm3 / (cm3/kg) is g: the two factors of 1000 cancel */
	if (!wide_fits(wide_step(volume, how->divisor) / how->divisor,
		&out->volumetric_g))
		return "bad_dimensions";
	out->is_volumetric = out->volumetric_g > actual_g &&
	    (how->mode == WEIGH_MAX || out->volumetric_g > (wide)actual_g * 2);
	heavy = out->is_volumetric ? out->volumetric_g : actual_g;
	if (heavy < how->min_g)
		heavy = how->min_g;
	if (!wide_fits(wide_step(heavy, how->step_g), &out->chargeable_g))
		return "bad_parameter";
	return NULL;
}

fault
girth(const int64_t *dims_mm, size_t n_dims, int64_t max_length_mm,
    int64_t max_sum_mm, struct girth *out)
{
	wide sum = 0;

	if (!are_lengths(dims_mm, n_dims))
		return "bad_dimensions";
	if (max_length_mm < 0 || max_sum_mm < 0)
		return "bad_parameter";
	out->length_mm = 0;
	for (size_t i = 0; i < n_dims; i++) {
		if (dims_mm[i] > out->length_mm)
			out->length_mm = dims_mm[i];
		sum += (wide)dims_mm[i] * 2;
	}
	if (!wide_fits(sum - out->length_mm, &out->length_plus_girth_mm))
		return "bad_dimensions";
	out->is_too_long = out->length_mm > max_length_mm;
	out->is_too_thick = out->length_plus_girth_mm > max_sum_mm;
	return NULL;
}
