/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which ways of sending suit a shipment, and which is best (撮合物流方案).
 * What cannot carry it is rejected with every reason; the rest is scored by
 * weighted min-max over cost, time, reliability and carbon, exactly.
 */

#pragma once

#include "numbers.h"

enum criterion {
	BY_COST,
	BY_TIME,
	BY_RELIABILITY,
	BY_CARBON,
	CRITERIA
};

#define ON_TIME_PLACES 9 /* on_time_pct is kept in units of 10^-9 */

struct route {
	const char *id;
	const char *const *countries;
	size_t n_countries;
	int64_t max_g, days_max, cost_minor, co2_g;
	int64_t on_time; /* per cent, in units of 10^-ON_TIME_PLACES */
	bool takes_battery, takes_dg, is_ddp, is_active;
};

struct shipment {
	const char *to; /* country */
	int64_t weight_g;
	int64_t deadline_days; /* below 0: none */
	bool has_battery, is_dg, wants_ddp;
};

/* Why a route was rejected: bits, in the order they are told. */
enum rejection {
	REJECT_COUNTRY,
	REJECT_WEIGHT,
	REJECT_BATTERY,
	REJECT_DG,
	REJECT_DEADLINE,
	REJECT_DDP,
	REJECT_INACTIVE,
	REJECTIONS
};

extern const char *const rejection_names[REJECTIONS];
extern const char *const criterion_names[CRITERIA];

struct match {
	size_t *order; /* of the routes that suit, the best first */
	size_t n;
	int64_t *scores;   /* by route, in hundredths, 0 to 10000 */
	unsigned *reasons; /* by route, 1 << rejection; 0: it suits */
	int64_t least[CRITERIA], most[CRITERIA]; /* of those that suit */
};

/* The criterion's value of a route. */
int64_t route_value(const struct route *r, enum criterion by);

/*
 * Score = sum(weight * share) / sum(weight) * 100, a half away from zero at
 * two decimals, where the share is 1 for the best value, 0 for the worst, 1
 * for all when they are equal.  Order: score, cheaper, id.  bad_weights when
 * one is negative or none is above 0.
 */
fault match_routes(const struct shipment *s, const struct route *routes,
    size_t n, const int64_t weights[CRITERIA], const struct memory *memory,
    struct match *out);

/* Points, in hundredths, that one criterion gave a route that suits. */
int64_t match_points(const struct match *m, const struct route *r,
    const int64_t weights[CRITERIA], enum criterion by);
