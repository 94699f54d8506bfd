/* SPDX-License-Identifier: BSD-2-Clause */

#include "split.h"

__extension__ typedef __int128 wide;

/* Half up: away from zero, as amounts are not below it. */
static wide
part_of(wide total, wide bp)
{
	wide twice = 2 * total * bp + 10000;

	return twice >= 0 ? twice / 20000 : -((-twice + 19999) / 20000);
}

static wide
fee_of(const struct fee *f, int64_t total)
{
	wide fee = f->fixed_minor + part_of(total, f->bp);

	if (fee < f->min_minor)
		fee = f->min_minor;
	if (fee > f->max_minor)
		fee = f->max_minor;
	return fee;
}

/* One unit to each of those with the largest remainders. */
static void
give_rest(struct share *shares, size_t n, wide rest, wide weights, wide left)
{
	while (left > 0) {
		size_t best = n;
		wide most = -1;

		for (size_t i = 0; i < n; i++) {
			wide whole = rest * shares[i].weight;
			wide remainder = whole - shares[i].minor * weights;

			if (remainder > most && remainder > 0) {
				best = i;
				most = remainder;
			}
		}
		shares[best].minor++;
		left--;
	}
}

fault
split_amount(int64_t total, struct fee *fees, size_t n_fees,
    struct share *shares, size_t n_shares)
{
	wide taken = 0, weights = 0, given = 0;

	if (total <= 0)
		return "non_positive_amount";
	for (size_t i = 0; i < n_fees; i++) {
		wide fee = fee_of(&fees[i], total);

		taken += fee;
		if (fee < 0 || taken > total)
			return "fees_exceed_total";
		fees[i].minor = (int64_t)fee;
	}
	for (size_t i = 0; i < n_shares; i++) {
		if (shares[i].weight < 0)
			return "bad_shares";
		weights += shares[i].weight;
	}
	if (weights == 0)
		return "bad_shares";
	for (size_t i = 0; i < n_shares; i++) {
		shares[i].minor = (int64_t)((total - taken) * shares[i].weight /
		    weights);
		given += shares[i].minor;
	}
	give_rest(shares, n_shares, total - taken, weights,
	    total - taken - given);
	return NULL;
}
