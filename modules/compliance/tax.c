/* SPDX-License-Identifier: BSD-2-Clause */

#include "tax_order.h"

#include <string.h>

/* --------------------------------------------------------- European Union */

/* Distinct subheadings: the first six digits of the commodity code. */
static int64_t
subheadings(const struct tax_order *o)
{
	int64_t n = 0;

	for (size_t i = 0; i < o->n; i++) {
		size_t k = 0;

		while (k < i && strncmp(o->lines[k].hs, o->lines[i].hs, 6) != 0)
			k++;
		n += k == i;
	}
	return n;
}

static law_fault
eu_standard(struct tax_order *o, int64_t goods, struct import_answer *out)
{
	int64_t base = goods + o->freight + o->insurance;

	out->scheme = "standard_import";
	out->is_standard = true;
	order_apportion(o, goods);
	for (size_t i = 0; i < o->n; i++) {
		struct tax_line *x = &o->lines[i];
		law_fault f = tax_of(x->dutiable, x->duty_rate, &x->duty);

		if (f != NULL)
			return f;
		out->duty += x->duty;
	}
	return tax_of(base + out->duty, o->vat_rate, &out->vat);
}

law_fault
tax_eu(const struct law *l, struct tax_order *o, bool is_ioss,
    struct import_answer *out)
{
	int64_t goods = 0, low, flat;
	law_fault f = order_goods(o, "empty_order", &goods);

	*out = (struct import_answer){ 0 };
	if (f != NULL)
		return f;
	if (goods == 0)
		return "zero_value";
	if (!law_number(l, "eu_low_value_cents", o->day, &low))
		return "rule_not_in_force";
	if (goods > low)
		return eu_standard(o, goods, out);
	for (size_t i = 0; i < o->n; i++)
		if (o->lines[i].is_excise) {
			out->scheme = "standard_import";
			out->reason = "excise_goods";
			return NULL;
		}
	out->scheme = is_ioss ? "ioss" : "special_arrangement";
	out->at_checkout = is_ioss;
	if (is_ioss && law_number(l, "eu_flat_duty_cents", o->day, &flat)) {
		out->duty_items = subheadings(o);
		out->duty = out->duty_items * flat;
	}
	return tax_of(goods + o->freight + o->insurance, o->vat_rate,
	    &out->vat);
}

/* --------------------------------------------------------- United Kingdom */

law_fault
tax_uk(const struct law *l, struct tax_order *o, struct import_answer *out)
{
	int64_t goods = 0, low, rules, base;
	law_fault f;

	*out = (struct import_answer){ 0 };
	if (!law_number(l, "uk_rules", o->day, &rules))
		return "rule_not_in_force";
	f = order_goods(o, "empty_order", &goods);
	if (f != NULL)
		return f;
	if (goods == 0)
		return "zero_value";
	base = goods + o->freight + o->insurance;
	if (law_number(l, "uk_low_value_pence", o->day, &low) && goods <= low &&
	    !o->lines[0].is_excise) {
		out->scheme = "point_of_sale_vat";
		return tax_of(base, o->vat_rate, &out->vat);
	}
	out->scheme = "standard_import";
	f = tax_of(base, o->lines[0].duty_rate, &out->duty);
	return f != NULL ? f : tax_of(base + out->duty, o->vat_rate, &out->vat);
}

/* ---------------------------------------------------------- United States */

law_fault
tax_us(const struct law *l, const char *day, int64_t value, const char *origin,
    const char *channel, struct us_answer *out)
{
	bool is_postal = strcmp(channel, "postal") == 0;
	const struct us_rule *rule = law_us_rule(l, origin, day);
	int64_t most, informal;

	if (value <= 0)
		return "zero_value";
	if (!is_postal && strcmp(channel, "express") != 0)
		return "bad_channel";
	if (rule == NULL || !law_number(l, "us_de_minimis_cents", day, &most) ||
	    !law_number(l, "us_informal_cents", day, &informal))
		return "rule_not_in_force";
	out->rule_id = rule->id;
	out->is_de_minimis = !rule->is_suspended && value <= most;
	if (out->is_de_minimis)
		out->entry = "de_minimis_86";
	else if (value > informal)
		out->entry = "formal_01";
	else
		out->entry = is_postal && rule->is_suspended ? "postal_duty"
							     : "informal_11";
	return NULL;
}

/* ------------------------------------------------------- any destination */

law_fault
tax_landed(struct landed *x)
{
	struct tax_line line = { .price = x->goods, .qty = 1 };
	struct tax_order o = { .lines = &line,
		.n = 1,
		.freight = x->freight,
		.insurance = x->insurance };
	int64_t goods, whole;
	law_fault f = order_goods(&o, "bad_line", &goods);

	if (f != NULL)
		return f;
	whole = goods + x->freight + x->insurance;
	x->customs_value = x->is_cif ? whole : goods;
	f = tax_of(goods > x->duty_threshold ? x->customs_value : 0,
	    x->duty_rate, &x->duty);
	x->vat_base = whole + (x->vat_includes_duty ? x->duty : 0);
	if (f == NULL)
		f = tax_of(goods > x->vat_threshold ? x->vat_base : 0,
		    x->vat_rate, &x->vat);
	x->total = whole + x->duty + x->vat;
	return f;
}

/* ------------------------------------------------------- supervision mode */

law_fault
supervision_code(const struct supervision *s, const char **code_out,
    const char **reason_out)
{
	/* direction "" and trade "" stand for each */
	static const struct {
		const char *direction, *trade, *flow, *code;
	} rows[] = {
		{ "", "b2c", "direct_mail", "9610" },
		{ "export", "b2b", "direct", "9710" },
		{ "export", "b2b", "overseas_warehouse", "9810" },
		{ "export", "b2c", "overseas_warehouse", "9810" },
		{ "", "b2b", "general", "0110" },
	};

	bool is_import = strcmp(s->direction, "import") == 0;

	*code_out = *reason_out = NULL;
	if (!is_import && strcmp(s->direction, "export") != 0)
		return "bad_direction";
	if (strcmp(s->trade, "b2c") == 0 && strcmp(s->flow, "bonded") == 0) {
		if (!s->is_zone)
			*reason_out = "bonded_flow_requires_special_customs_"
				      "zone";
		else
			*code_out = is_import && !s->is_pilot_city ? "1239"
								   : "1210";
		return NULL;
	}
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if ((*rows[i].direction == '\0' ||
			strcmp(rows[i].direction, s->direction) == 0) &&
		    strcmp(rows[i].trade, s->trade) == 0 &&
		    strcmp(rows[i].flow, s->flow) == 0)
			*code_out = rows[i].code;
	if (*code_out == NULL)
		*reason_out = "no_matching_supervision_mode";
	return NULL;
}
