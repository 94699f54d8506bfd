/* SPDX-License-Identifier: BSD-2-Clause */

#include "tax_order.h"

__extension__ typedef __int128 wide;

static bool
is_good(int64_t amount)
{
	return amount >= 0 && amount <= TAX_MOST;
}

law_fault
order_goods(struct tax_order *o, law_fault empty, int64_t *total_out)
{
	wide total = 0;

	if (o->n == 0)
		return empty;
	for (size_t i = 0; i < o->n; i++) {
		struct tax_line *x = &o->lines[i];
		wide goods = (wide)x->price * x->qty;

		if (x->qty <= 0 || !is_good(x->price) || goods > TAX_MOST)
			return "bad_line";
		x->goods = (int64_t)goods;
		total += goods;
	}
	if (total > TAX_MOST || !is_good(o->freight) || !is_good(o->insurance))
		return "bad_line";
	*total_out = (int64_t)total;
	return NULL;
}

void
order_apportion(struct tax_order *o, int64_t total)
{
	wide extra = (wide)o->freight + o->insurance, given = 0;

	for (size_t i = 0; i < o->n; i++) {
		wide share = extra * o->lines[i].goods / total;

		o->lines[i].dutiable = o->lines[i].goods + (int64_t)share;
		given += share;
	}
	for (; given < extra; given++) {
		size_t best = 0;
		wide most = -1;

		for (size_t i = 0; i < o->n; i++) {
			const struct tax_line *x = &o->lines[i];
			wide rest = extra * x->goods -
			    (wide)(x->dutiable - x->goods) * total;

			if (rest > most) {
				best = i;
				most = rest;
			}
		}
		o->lines[best].dutiable++;
	}
}

law_fault
tax_of(int64_t amount, const char *rate, int64_t *out)
{
	mpq_t r, a;
	law_fault f;

	mpq_init(r);
	mpq_init(a);
	f = rate_read(rate, r);
	if (f == NULL) {
		mpq_set_si(a, amount, 1);
		mpq_mul(r, r, a);
		f = fraction_round(r, out);
	}
	mpq_clear(r);
	mpq_clear(a);
	return f;
}
