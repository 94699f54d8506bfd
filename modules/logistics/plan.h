/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Plans for a shipment out of rate sheets (物流方案): each row that serves the
 * place is weighed and priced for all parcels, then the services compete by
 * match.h.  Of a service with several rows that fit, the one with the longest
 * beginning of the postcode counts, then the cheapest.
 */

#pragma once

#include "match.h"
#include "sheet.h"

struct parcel {
	const int64_t *dims_mm;
	size_t n_dims;
	int64_t actual_g;
};

struct plan_request {
	const char *to;       /* country */
	const char *postcode; /* NULL: not told */
	const char *currency; /* NULL: that of the first row that fits */
	const char *on;       /* NULL: rows without end */
	const struct parcel *parcels;
	size_t n_parcels;
	int64_t declared_minor, deadline_days;
	bool has_battery, is_dg, wants_ddp;
	struct asked surcharges;
};

/* Beside those of match.h, why a service is no plan. */
enum plan_rejection {
	PLAN_CURRENCY = REJECTIONS,
	PLAN_SIZE,
	PLAN_SURCHARGE,
	PLAN_DATE,
	PLAN_PRICE, /* beyond what can be counted */
	PLAN_REJECTIONS
};

extern const char *const plan_rejection_names[PLAN_REJECTIONS - REJECTIONS];

struct plan {
	const struct sheet_row *row;
	int64_t chargeable_g; /* of all parcels */
	struct price price;   /* of all parcels */
	unsigned reasons;     /* 0: it may be offered */
};

struct plans {
	struct plan *all;     /* one for each service of each sheet */
	struct route *routes; /* as compared, beside them */
	size_t n;
	const char *currency;
	struct match match;
};

/* Refuses bad_dimensions, bad_weight, bad_weights, bad_parameter. */
fault plans_make(const struct plan_request *q, const struct sheet_row *rows,
    size_t n_rows, const int64_t weights[CRITERIA], const struct memory *memory,
    struct plans *out);
