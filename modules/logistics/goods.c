/* SPDX-License-Identifier: BSD-2-Clause */

/* Terms and goods: inputs are read, worked out and answered. */

#include "local.h"

#include <string.h>

ep_status
logistics_incoterms(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	struct incoterm_answer a;
	struct ep_node *answer;
	fault f = incoterms_ask(&state->incoterms, member_text(in, "rule"),
	    member_text(in, "mode"), member_text(in, "item"), &a);

	if (f != NULL)
		return refuse(op, f);
	answer = ep_object(op, EP_ARG("responsible", a.responsible),
	    EP_ARG("risk_transfer", a.rule->risk_transfer));
	if (a.has_cover) {
		EP_TRY(ep_set(op, answer, EP_ARG("cover", a.rule->cover)));
		EP_TRY(ep_set(op, answer, EP_ARG("min_pct", a.rule->min_pct)));
	}
	return ep_reply_node(op, 200, answer);
}

/* --------------------------------------------------------------- lithium */

static bool
read_kind(const struct ep_node *in, struct lithium_goods *out)
{
	const char *kind = member_text(in, "kind");

	out->is_metal = strcmp(kind, "metal") == 0;
	return out->is_metal || strcmp(kind, "ion") == 0;
}

static bool
read_packing(const struct ep_node *in, struct lithium_goods *out)
{
	static const char *const names[] = { "alone", "with", "in" };

	for (int i = 0; i < 3; i++)
		if (strcmp(member_text(in, "packing"), names[i]) == 0) {
			out->packing = (enum lithium_packing)i;
			return true;
		}
	return false;
}

static bool
read_mode(const struct ep_node *in, struct lithium_goods *out)
{
	const char *mode = member_text(in, "mode");

	out->by_air = *mode == '\0' || strcmp(mode, "air") == 0;
	return out->by_air || is_transport_mode(mode);
}

/* Absent is -1; a number that is there is at least the least. */
static bool
read_number(const struct ep_node *in, const char *name, int64_t least,
    int64_t *out)
{
	const struct ep_node *n = ep_node_get(in, name);

	*out = ep_node_type(n) == EP_T_NULL ? -1 : ep_node_int(n, -1);
	return ep_node_type(n) == EP_T_NULL || *out >= least;
}

/* Per cent, decimals rounded up: 30.5 is above 30. */
static bool
read_charge(const struct ep_node *in, int64_t *out)
{
	const struct ep_node *n = ep_node_get(in, "soc_pct");
	int64_t millionths;

	*out = -1;
	if (ep_node_type(n) == EP_T_NULL)
		return true;
	if (!member_decimal(in, "soc_pct", 6, &millionths) || millionths < 0)
		return false;
	*out = millionths / 1000000 + (millionths % 1000000 > 0);
	return true;
}

static bool
read_content(const struct ep_node *in, struct lithium_goods *out)
{
	const char *name = out->is_metal ? "li_g" : "wh";

	out->has_content = ep_node_type(ep_node_get(in, name)) != EP_T_NULL;
	return !out->has_content ||
	    (member_decimal(in, name, LITHIUM_PLACES, &out->content) &&
		out->content >= 0);
}

ep_status
logistics_lithium(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	struct lithium_goods goods = { .on = ep_in_text(op, "on") };
	struct lithium_rule r;
	struct ep_node *answer;
	fault f = "bad_input";

	if (read_kind(in, &goods) && read_packing(in, &goods) &&
	    read_mode(in, &goods) &&
	    read_number(in, "cells", 1, &goods.cells) &&
	    read_number(in, "batteries", 1, &goods.batteries) &&
	    read_charge(in, &goods.charge_pct) && read_content(in, &goods))
		f = lithium_classify(&state->lithium, &goods, &r);
	if (f != NULL)
		return refuse(op, f);
	answer = ep_object(op, EP_ARG("un", r.un),
	    EP_ARG("packing_instruction", r.instruction),
	    EP_ARG("section", r.section), EP_ARG("allowed", r.allowed));
	if (!r.allowed) {
		EP_TRY(ep_set(op, answer, EP_ARG("reason", r.reason)));
		return ep_reply_node(op, 200, answer);
	}
	EP_TRY(ep_set(op, answer,
	    EP_ARG("cargo_aircraft_only", r.cargo_aircraft_only)));
	EP_TRY(ep_set(op, answer, EP_ARG("lithium_mark", r.lithium_mark)));
	EP_TRY(ep_set(op, answer, EP_ARG("class9_label", r.class9_label)));
	return ep_reply_node(op, 200, answer);
}

/* --------------------------------------------------------- dangerous goods */

static struct ep_node *
goods_node(struct ep_op *op, const struct dangerous_goods *g, enum carriage by)
{
	bool chinese = is_chinese(op);
	const char *note = chinese ? g->note_zh : g->note_en;
	struct ep_node *all = ep_object(op), *out;

	for (int i = 0; i < CARRIAGES; i++)
		(void)ep_set(op, all,
		    ep_named(carriage_names[i], ep_text(g->taken[i])));
	out = ep_object(op, EP_ARG("un", g->un),
	    EP_ARG("name", chinese ? g->name_zh : g->name_en),
	    EP_ARG("class", g->class),
	    EP_ARG("packing_group",
		*g->packing_group != '\0' ? ep_text(g->packing_group)
					  : ep_null()),
	    EP_ARG("taken", g->taken[by]), EP_ARG("modes", all),
	    EP_ARG("certainty", g->certainty));
	if (*note != '\0')
		(void)ep_set(op, out, EP_ARG("note", note));
	return out;
}

ep_status
logistics_dangerous_goods(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const char *query = member_text(ep_input(op), "query");
	const char *mode = ep_in_text(op, "mode");
	struct ep_node *list = ep_array(op);
	enum carriage by = BY_AIR;

	if (mode != NULL && !carriage_read(mode, &by))
		return refuse_at(op, "bad_carriage", "/mode",
		    "air, air_cargo, sea, road, rail or post");
	for (size_t i = 0; i < state->dangerous.n; i++)
		if (dangerous_answers(&state->dangerous.rows[i], query))
			EP_TRY(ep_append(op, list,
			    goods_node(op, &state->dangerous.rows[i], by)));
	return ep_reply(op, 200, EP_ARG("goods", list));
}
