/* SPDX-License-Identifier: BSD-2-Clause */

/* Fees taken from an amount, and the rest divided among several (分账):
 * nothing is lost or made, the parts always add up to the total. */

#pragma once

#include "decimal.h"

struct fee {
	int64_t fixed_minor, bp;      /* bp: hundredths of a percent of all */
	int64_t min_minor, max_minor; /* max_minor INT64_MAX: none */
	int64_t minor;                /* the result */
};

struct share {
	int64_t weight;
	int64_t minor; /* the result */
};

/*
 * fee = fixed + total x bp / 10000 (half up), then at least min, then at most
 * max.  The rest goes by largest remainder, ties to the first.  Refuses
 * non_positive_amount, fees_exceed_total, bad_shares (none, one below 0, all
 * 0), in this order.
 */
fault split_amount(int64_t total, struct fee *fees, size_t n_fees,
    struct share *shares, size_t n_shares);
