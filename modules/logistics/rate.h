/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The price of a parcel by a tariff of first weight and steps (首重续重).
 * All amounts are minor units of the tariff's currency.
 */

#pragma once

#include "numbers.h"

/* One line of a price: what is charged and how much. */
struct surcharge {
	const char *id;
	int64_t minor;
};

struct tariff {
	int64_t first_minor, step_minor; /* of the zone */
	int64_t per_kg_minor;            /* by the gram, beside the steps */
	int64_t first_g, step_g, max_g;
	int64_t fuel_bp;      /* of freight, in 1/100 per cent */
	int64_t insurance_bp; /* of the declared value */
	int64_t insurance_min_minor;
	const struct surcharge *surcharges;
	size_t n_surcharges;
};

struct price {
	int64_t freight, fuel, insurance, total;
	struct surcharge *surcharges; /* as asked for */
	size_t n_surcharges;
};

/* Ids of surcharges that a shipment needs. */
struct asked {
	const char *const *ids;
	size_t n;
};

/*
 * Freight is first_minor up to first_g, then step_minor for each step_g begun,
 * and per_kg_minor by weight, a half up;
 * fuel is on freight only; insurance only on a declared value above 0, and
 * then at least its minimum.  Refuses
 * overweight, unknown_surcharge; bad_weight below 0; bad_parameter for
 * amounts of the tariff below 0, a step of 0, and sums beyond 63 bits.
 */
fault rate(const struct tariff *t, int64_t chargeable_g, int64_t declared_minor,
    const struct asked *asked, const struct memory *memory, struct price *out);
