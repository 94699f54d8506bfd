/* SPDX-License-Identifier: BSD-2-Clause */

/* Duty, tax and customs modes: inputs are read, worked out and answered. */

#include "local.h"
#include "tax.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *
text_of(const struct ep_node *object, const char *name)
{
	const char *text = ep_node_text(ep_node_get(object, name), NULL);

	return text != NULL ? text : "";
}

static int64_t
int_of(const struct ep_node *object, const char *name)
{
	return ep_node_int(ep_node_get(object, name), 0);
}

/* The day that was asked for, or today (UTC). */
static const char *
day_of(struct ep_op *op)
{
	const char *given = text_of(ep_input(op), "date");
	time_t now = (time_t)(ep_now(op) / 1000000);
	char *out = ep_alloc(op, 16);
	struct tm tm;

	if (*given != '\0')
		return given;
	(void)gmtime_r(&now, &tm);
	(void)strftime(out, 16, "%Y-%m-%d", &tm);
	return out;
}

static struct tax_order
read_order(struct ep_op *op, const char *list_name, const char *price)
{
	const struct ep_node *list = ep_node_get(ep_input(op), list_name);
	struct tax_order o = { .day = day_of(op), .n = ep_node_count(list) };

	o.lines = ep_alloc(op, (o.n + 1) * sizeof *o.lines);
	for (uint32_t i = 0; i < o.n; i++) {
		const struct ep_node *x = ep_node_at(list, i);

		o.lines[i] = (struct tax_line){ .price = int_of(x, price),
			.qty = int_of(x, "qty"),
			.duty_rate = text_of(x, "duty_rate"),
			.consumption_rate = text_of(x, "consumption_rate"),
			.vat_rate = text_of(x, "vat_rate"),
			.hs = text_of(x, "hs"),
			.tier = text_of(x, "tier"),
			.is_excise = ep_node_bool(ep_node_get(x, "excise"),
			    false) };
	}
	return o;
}

static ep_status
refuse(struct ep_op *op, law_fault f)
{
	return ep_fail(op, EP_REFUSED, f);
}

/* ------------------------------------------------------------------ China */

static struct ep_node *
lines_node(struct ep_op *op, const struct tax_order *o)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < o->n; i++)
		if (ep_append(op, list,
			ep_object(op,
			    EP_ARG("dutiable_fen", o->lines[i].dutiable),
			    EP_ARG("duty_fen", o->lines[i].duty),
			    EP_ARG("consumption_fen", o->lines[i].consumption),
			    EP_ARG("vat_fen", o->lines[i].vat))) != EP_OK)
			break; /* the operation has failed */
	return list;
}

ep_status
compliance_cn_import_tax(struct ep_op *op)
{
	struct tax_order o = read_order(op, "lines", "unit_price_fen");
	struct cn_answer a;
	law_fault f;

	o.freight = ep_in_int(op, "freight_fen", 0);
	o.insurance = ep_in_int(op, "insurance_fen", 0);
	f = tax_cn(compliance_state(op)->law, &o,
	    ep_in_int(op, "annual_used_fen", 0), &a);
	if (f != NULL)
		return refuse(op, f);
	if (a.reason != NULL)
		return ep_reply(op, 200, EP_ARG("channel", a.channel),
		    EP_ARG("reason", a.reason),
		    EP_ARG("dutiable_fen", a.dutiable));
	return ep_reply(op, 200, EP_ARG("channel", a.channel),
	    EP_ARG("mode", a.mode), EP_ARG("dutiable_fen", a.dutiable),
	    EP_ARG("duty_fen", a.duty),
	    EP_ARG("consumption_fen", a.consumption), EP_ARG("vat_fen", a.vat),
	    EP_ARG("tax_fen", a.duty + a.consumption + a.vat),
	    EP_ARG("lines", lines_node(op, &o)),
	    EP_ARG("annual_after_fen", a.annual_after));
}

ep_status
compliance_parcel_tax(struct ep_op *op)
{
	struct tax_order o = read_order(op, "items", "value_fen");
	struct parcel_answer a;
	law_fault f = tax_parcel(compliance_state(op)->law, &o,
	    text_of(ep_input(op), "origin"), &a);

	if (f != NULL)
		return refuse(op, f);
	if (a.is_refused)
		return ep_reply(op, 200, EP_ARG("result", "refuse"),
		    EP_ARG("reason", "over_value_limit"),
		    EP_ARG("limit_fen", a.limit), EP_ARG("total_fen", a.total));
	return ep_reply(op, 200, EP_ARG("result", "release"),
	    EP_ARG("total_fen", a.total), EP_ARG("computed_tax_fen", a.tax),
	    EP_ARG("exempt", a.is_exempt), EP_ARG("payable_fen", a.payable));
}

/* -------------------------------------------------------------- elsewhere */

ep_status
compliance_eu_import(struct ep_op *op)
{
	struct tax_order o = read_order(op, "lines", "value_cents");
	struct import_answer a;
	const char *where;
	law_fault f;

	o.freight = ep_in_int(op, "freight_cents", 0);
	o.insurance = ep_in_int(op, "insurance_cents", 0);
	o.vat_rate = text_of(ep_input(op), "vat_rate");
	f = tax_eu(compliance_state(op)->law, &o, ep_in_bool(op, "ioss", false),
	    &a);
	if (f != NULL)
		return refuse(op, f);
	where = a.at_checkout ? "checkout" : "import";
	if (a.reason != NULL)
		return ep_reply(op, 200, EP_ARG("scheme", a.scheme),
		    EP_ARG("reason", a.reason), EP_ARG("ioss_allowed", false));
	if (a.is_standard)
		return ep_reply(op, 200, EP_ARG("scheme", a.scheme),
		    EP_ARG("duty_cents", a.duty), EP_ARG("vat_cents", a.vat),
		    EP_ARG("ioss_allowed", false),
		    EP_ARG("collected_at", where));
	return ep_reply(op, 200, EP_ARG("scheme", a.scheme),
	    EP_ARG("vat_cents", a.vat), EP_ARG("duty_cents", a.duty),
	    EP_ARG("duty_items", a.duty_items), EP_ARG("collected_at", where));
}

ep_status
compliance_uk_import(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	struct tax_line line = { .price = ep_in_int(op, "value_pence", 0),
		.qty = 1,
		.duty_rate = text_of(in, "duty_rate"),
		.is_excise = ep_in_bool(op, "excise", false) };
	struct tax_order o = { .day = day_of(op),
		.lines = &line,
		.n = 1,
		.freight = ep_in_int(op, "freight_pence", 0),
		.insurance = ep_in_int(op, "insurance_pence", 0),
		.vat_rate = text_of(in, "vat_rate") };
	struct import_answer a;
	law_fault f = tax_uk(compliance_state(op)->law, &o, &a);

	return f != NULL
	    ? refuse(op, f)
	    : ep_reply(op, 200, EP_ARG("scheme", a.scheme),
		  EP_ARG("duty_pence", a.duty), EP_ARG("vat_pence", a.vat));
}

ep_status
compliance_us_entry(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	struct us_answer a;
	law_fault f = tax_us(compliance_state(op)->law, day_of(op),
	    ep_in_int(op, "value_cents", 0), text_of(in, "origin"),
	    text_of(in, "channel"), &a);

	return f != NULL ? refuse(op, f)
			 : ep_reply(op, 200, EP_ARG("rule_id", a.rule_id),
			       EP_ARG("de_minimis", a.is_de_minimis),
			       EP_ARG("entry", a.entry));
}

ep_status
compliance_landed_cost(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const char *basis = text_of(in, "basis");
	struct landed x = { .is_cif = strcmp(basis, "CIF") == 0,
		.vat_includes_duty = ep_in_bool(op, "vat_includes_duty", true),
		.goods = ep_in_int(op, "goods_minor", 0),
		.freight = ep_in_int(op, "freight_minor", 0),
		.insurance = ep_in_int(op, "insurance_minor", 0),
		.duty_threshold = ep_in_int(op, "duty_threshold_minor", 0),
		.vat_threshold = ep_in_int(op, "vat_threshold_minor", 0),
		.duty_rate = text_of(in, "duty_rate"),
		.vat_rate = text_of(in, "vat_rate") };
	law_fault f = x.is_cif || strcmp(basis, "FOB") == 0 ? tax_landed(&x)
							    : "bad_basis";

	return f != NULL
	    ? refuse(op, f)
	    : ep_reply(op, 200, EP_ARG("customs_value", x.customs_value),
		  EP_ARG("duty", x.duty), EP_ARG("vat_base", x.vat_base),
		  EP_ARG("vat", x.vat), EP_ARG("landed", x.total));
}

ep_status
compliance_supervision_code(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	struct supervision s = { text_of(in, "direction"), text_of(in, "trade"),
		text_of(in, "flow"), ep_in_bool(op, "zone", false),
		ep_in_bool(op, "pilot_city", true) };
	const char *code, *reason;
	law_fault f = supervision_code(&s, &code, &reason);

	if (f != NULL)
		return refuse(op, f);
	if (code == NULL)
		return ep_reply(op, 200, EP_ARG("code", ep_null()),
		    EP_ARG("reason", reason));
	return ep_reply(op, 200, EP_ARG("code", code));
}
