/* SPDX-License-Identifier: BSD-2-Clause */

#include "tax_order.h"

#include <stdio.h>
#include <string.h>

/* Consumption tax and VAT of a line on its value and duty:
 *   ct = base / (1 - c) x c,  vat = (base + ct) x v
 * both times the share that is levied; ct stays exact within vat. */
static law_fault
tax_line(struct tax_line *x, const mpq_t share)
{
	mpq_t base, c, v, one;
	law_fault f;

	mpq_init(base);
	mpq_init(c);
	mpq_init(v);
	mpq_init(one);
	f = rate_read(x->consumption_rate, c);
	if (f == NULL)
		f = rate_read(x->vat_rate, v);
	mpq_set_ui(one, 1, 1);
	if (f == NULL && mpq_cmp(c, one) >= 0)
		f = "bad_rate";
	if (f == NULL) {
		mpq_set_si(base, x->dutiable + x->duty, 1);
		mpq_sub(one, one, c);
		mpq_div(c, c, one);
		mpq_mul(c, c, base); /* the consumption tax */
		mpq_add(base, base, c);
		mpq_mul(v, v, base);
		mpq_mul(v, v, share);
		mpq_mul(c, c, share);
		f = fraction_round(c, &x->consumption);
	}
	if (f == NULL)
		f = fraction_round(v, &x->vat);
	mpq_clear(base);
	mpq_clear(c);
	mpq_clear(v);
	mpq_clear(one);
	return f;
}

static law_fault
tax_lines(const struct law *l, struct tax_order *o, bool is_full,
    struct cn_answer *out)
{
	mpq_t share;
	law_fault f = NULL;

	mpq_init(share);
	mpq_set_ui(share, 1, 1);
	if (!is_full && !law_fraction(l, "cn_composite_share", o->day, share))
		f = "rule_not_in_force";
	for (size_t i = 0; i < o->n && f == NULL; i++) {
		struct tax_line *x = &o->lines[i];

		/* the rate of duty is 0 within the limit */
		f = tax_of(is_full ? x->dutiable : 0, x->duty_rate, &x->duty);
		if (f == NULL)
			f = tax_line(x, share);
		out->duty += x->duty;
		out->consumption += x->consumption;
		out->vat += x->vat;
	}
	mpq_clear(share);
	return f;
}

law_fault
tax_cn(const struct law *l, struct tax_order *o, int64_t annual_used,
    struct cn_answer *out)
{
	int64_t goods = 0, single, annual;
	bool is_over;
	law_fault f = order_goods(o, "empty_order", &goods);

	*out = (struct cn_answer){ .channel = "general_trade" };
	if (f != NULL)
		return f;
	if (goods == 0)
		return "zero_value";
	if (!law_number(l, "cn_single_limit_fen", o->day, &single) ||
	    !law_number(l, "cn_annual_limit_fen", o->day, &annual))
		return "rule_not_in_force";
	order_apportion(o, goods);
	out->dutiable = goods + o->freight + o->insurance;
	if (out->dutiable > annual - annual_used) {
		out->reason = "annual_limit_exceeded";
		return NULL;
	}
	is_over = out->dutiable > single;
	if (is_over && (o->n != 1 || o->lines[0].qty != 1)) {
		out->reason = "single_limit_exceeded";
		return NULL;
	}
	out->channel = "cross_border_retail";
	out->mode = is_over ? "full_rate" : "composite_70";
	out->annual_after = annual_used + out->dutiable;
	return tax_lines(l, o, is_over, out);
}

/* ---------------------------------------------------------------- parcels */

static bool
is_near(const char *origin)
{
	return strcmp(origin, "HK") == 0 || strcmp(origin, "MO") == 0 ||
	    strcmp(origin, "TW") == 0;
}

static law_fault
tax_items(const struct law *l, struct tax_order *o, int64_t *out)
{
	char name[LAW_TEXT];
	mpq_t rate, amount;
	law_fault f = NULL;

	mpq_init(rate);
	mpq_init(amount);
	for (size_t i = 0; i < o->n && f == NULL; i++) {
		struct tax_line *x = &o->lines[i];

		(void)snprintf(name, sizeof name, "cn_parcel_tier_%.8s",
		    x->tier);
		if (!law_fraction(l, name, o->day, rate)) {
			f = "bad_tier";
			break;
		}
		mpq_set_si(amount, x->goods, 1);
		mpq_mul(rate, rate, amount);
		f = fraction_round(rate, &x->vat);
		*out += x->vat;
	}
	mpq_clear(rate);
	mpq_clear(amount);
	return f;
}

law_fault
tax_parcel(const struct law *l, struct tax_order *o, const char *origin,
    struct parcel_answer *out)
{
	int64_t exempt, pieces = 0;
	law_fault f;

	*out = (struct parcel_answer){ 0 };
	f = order_goods(o, "empty_parcel", &out->total);
	if (f != NULL)
		return f;
	if (!law_number(l,
		is_near(origin) ? "cn_parcel_limit_near_fen"
				: "cn_parcel_limit_fen",
		o->day, &out->limit) ||
	    !law_number(l, "cn_parcel_exempt_fen", o->day, &exempt))
		return "rule_not_in_force";
	for (size_t i = 0; i < o->n && pieces < 2; i++)
		pieces += o->lines[i].qty;
	if (out->total > out->limit && pieces > 1) {
		out->is_refused = true;
		return NULL;
	}
	f = tax_items(l, o, &out->tax);
	out->is_exempt = out->tax <= exempt;
	out->payable = out->is_exempt ? 0 : out->tax;
	return f;
}
