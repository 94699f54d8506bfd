/* SPDX-License-Identifier: BSD-2-Clause */

/* Weights, prices and routes: inputs are read, worked out and answered. */

#include "local.h"
#include "match.h"
#include "rate.h"
#include "weight.h"

#include <string.h>

/* --------------------------------------------------------------- weights */

/* Numbers that do not fit become 0, which no length may be. */
const int64_t *
read_lengths(struct ep_op *op, const struct ep_node *list, size_t *n_out)
{
	uint32_t n = ep_node_count(list);
	int64_t *out = ep_alloc(op, (n + 1) * sizeof *out);

	for (uint32_t i = 0; i < n; i++)
		out[i] = ep_node_int(ep_node_at(list, i), 0);
	*n_out = n;
	return out;
}

ep_status
logistics_chargeable_weight(struct ep_op *op)
{
	const char *mode = ep_in_text(op, "mode");
	struct weighing how = { .divisor = ep_in_int(op, "divisor", 5000),
		.step_g = ep_in_int(op, "step_g", 500),
		.min_g = ep_in_int(op, "min_g", 0) };
	struct chargeable c;
	size_t n;
	const int64_t *dims = read_lengths(op,
	    ep_node_get(ep_input(op), "dims_mm"), &n);
	fault f;

	/* a mode that is none is told after the lengths and the weight */
	if (mode != NULL && !weighing_mode_read(mode, &how.mode))
		how.divisor = 0;
	f = weigh(dims, n, ep_in_int(op, "actual_g", 0), &how, &c);
	if (f != NULL)
		return refuse(op, f);
	return ep_reply(op, 200, EP_ARG("volumetric_g", c.volumetric_g),
	    EP_ARG("chargeable_g", c.chargeable_g),
	    EP_ARG("basis", c.is_volumetric ? "volumetric" : "actual"));
}

ep_status
logistics_girth(struct ep_op *op)
{
	struct ep_node *violations = ep_array(op);
	struct girth g;
	size_t n;
	const int64_t *dims = read_lengths(op,
	    ep_node_get(ep_input(op), "dims_mm"), &n);
	fault f = girth(dims, n, ep_in_int(op, "max_length_mm", -1),
	    ep_in_int(op, "max_girth_sum_mm", -1), &g);

	if (f != NULL)
		return refuse(op, f);
	if (g.is_too_long)
		EP_TRY(ep_append(op, violations, "length"));
	if (g.is_too_thick)
		EP_TRY(ep_append(op, violations, "length_plus_girth"));
	return ep_reply(op, 200, EP_ARG("length_mm", g.length_mm),
	    EP_ARG("length_plus_girth_mm", g.length_plus_girth_mm),
	    EP_ARG("violations", violations));
}

/* ---------------------------------------------------------------- prices */

int64_t
member_int(const struct ep_node *object, const char *name, int64_t fallback)
{
	return ep_node_int(ep_node_get(object, name), fallback);
}

/* What does not fit becomes -1, which no tariff may have. */
static void
read_tariff(struct ep_op *op, const struct ep_node *node,
    const struct ep_node *zone, struct tariff *out)
{
	const struct ep_node *list = ep_node_get(node, "surcharges");
	uint32_t n = ep_node_count(list);
	struct surcharge *surcharges = ep_alloc(op,
	    (n + 1) * sizeof *surcharges);

	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *s = ep_node_at(list, i);

		surcharges[i] = (struct surcharge){ ep_node_key(s),
			ep_node_int(s, -1) };
	}
	*out = (struct tariff){
		.first_minor = member_int(zone, "first_minor", -1),
		.step_minor = member_int(zone, "step_minor", -1),
		.first_g = member_int(node, "first_g", -1),
		.step_g = member_int(node, "step_g", -1),
		.max_g = member_int(node, "max_g", -1),
		.fuel_bp = ep_node_get(node, "fuel_bp") == NULL
		    ? 0
		    : member_int(node, "fuel_bp", -1),
		.insurance_bp = ep_node_get(node, "insurance_bp") == NULL
		    ? 0
		    : member_int(node, "insurance_bp", -1),
		.insurance_min_minor = ep_node_get(node,
					   "insurance_min_minor") == NULL
		    ? 0
		    : member_int(node, "insurance_min_minor", -1),
		.surcharges = surcharges,
		.n_surcharges = n,
	};
}

const char *const *
read_texts(struct ep_op *op, const struct ep_node *list, size_t *n_out)
{
	uint32_t n = ep_node_count(list);
	const char **out = ep_alloc(op, (n + 1) * sizeof *out);

	for (uint32_t i = 0; i < n; i++)
		out[i] = ep_node_text(ep_node_at(list, i), NULL);
	*n_out = n;
	return out;
}

ep_status
logistics_rate(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *node = ep_node_get(in, "tariff");
	const struct ep_node *zone = ep_node_get(ep_node_get(node, "zones"),
	    member_text(in, "zone"));
	const struct memory memory = operation_memory(op);
	struct ep_node *list = ep_array(op);
	struct asked asked;
	struct tariff t;
	struct price p;
	fault f;

	if (zone == NULL)
		return refuse(op, "zone_not_served");
	read_tariff(op, node, zone, &t);
	asked.ids = read_texts(op, ep_node_get(in, "surcharges"), &asked.n);
	f = rate(&t, ep_in_int(op, "chargeable_g", -1),
	    ep_in_int(op, "declared_minor", 0), &asked, &memory, &p);
	if (f != NULL)
		return refuse(op, f);
	for (size_t i = 0; i < p.n_surcharges; i++)
		EP_TRY(ep_append(op, list,
		    ep_object(op, EP_ARG("id", p.surcharges[i].id),
			EP_ARG("minor", p.surcharges[i].minor))));
	return ep_reply(op, 200, EP_ARG("freight", p.freight),
	    EP_ARG("fuel", p.fuel), EP_ARG("surcharges", list),
	    EP_ARG("insurance", p.insurance), EP_ARG("total", p.total));
}

/* ---------------------------------------------------------------- routes */

static bool
read_route(struct ep_op *op, const struct ep_node *node, struct route *out)
{
	const struct ep_node *status = ep_node_get(node, "status");

	*out = (struct route){ .id = member_text(node, "id"),
		.max_g = member_int(node, "max_g", 0),
		.days_max = member_int(node, "days_max", -1),
		.cost_minor = member_int(node, "cost_minor", -1),
		.co2_g = member_int(node, "co2_g", -1),
		.takes_battery = ep_node_bool(ep_node_get(node, "battery"),
		    false),
		.takes_dg = ep_node_bool(ep_node_get(node, "dg"), false),
		.is_ddp = ep_node_bool(ep_node_get(node, "ddp"), false),
		.is_active = status == NULL ||
		    strcmp(member_text(node, "status"), "active") == 0 };
	out->countries = read_texts(op, ep_node_get(node, "countries"),
	    &out->n_countries);
	return out->days_max >= 0 && out->cost_minor >= 0 && out->co2_g >= 0 &&
	    member_decimal(node, "on_time_pct", ON_TIME_PLACES,
		&out->on_time) &&
	    out->on_time >= 0;
}

static void
read_shipment(const struct ep_node *node, struct shipment *out)
{
	*out = (struct shipment){ .to = member_text(node, "to"),
		.weight_g = member_int(node, "weight_g", INT64_MAX),
		.deadline_days = member_int(node, "deadline_days", -1),
		.has_battery = ep_node_bool(ep_node_get(node, "battery"),
		    false),
		.is_dg = ep_node_bool(ep_node_get(node, "dg"), false),
		.wants_ddp = ep_node_bool(ep_node_get(node, "ddp"), false) };
}

void
read_weights(const struct ep_node *node, int64_t weights[CRITERIA])
{
	static const int64_t usual[CRITERIA] = { 40, 30, 20, 10 };

	for (int k = 0; k < CRITERIA; k++) {
		const struct ep_node *w = ep_node_get(node, criterion_names[k]);

		weights[k] = node == NULL ? usual[k]
		    : w == NULL           ? 0
					  : ep_node_int(w, -1);
	}
}

struct ep_node *
reasons_node(struct ep_op *op, unsigned reasons)
{
	struct ep_node *list = ep_array(op);

	for (int k = 0; k < REJECTIONS; k++)
		if ((reasons >> k & 1) != 0)
			(void)ep_append(op, list, rejection_names[k]);
	return list;
}

static ep_status
bad_route(struct ep_op *op, uint32_t i)
{
	return refuse_at(op, "bad_parameter",
	    ep_concat(op, "/options/", ep_format(op, (int64_t)i)),
	    "days_max, cost_minor, co2_g and on_time_pct, none below 0");
}

ep_status
logistics_match(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *wanted = ep_node_get(in, "shipment");
	const struct ep_node *options = ep_node_get(in, "options");
	const struct memory memory = operation_memory(op);
	uint32_t n = ep_node_count(options);
	struct route *routes = ep_alloc(op, (n + 1) * sizeof *routes);
	struct ep_node *ranking = ep_array(op), *rejected = ep_array(op);
	int64_t weights[CRITERIA];
	struct shipment s;
	struct match m;
	fault f;

	read_shipment(wanted, &s);
	for (uint32_t i = 0; i < n; i++)
		if (!read_route(op, ep_node_at(options, i), &routes[i]))
			return bad_route(op, i);
	read_weights(ep_node_get(in, "weights"), weights);
	f = match_routes(&s, routes, n, weights, &memory, &m);
	if (f != NULL)
		return refuse(op, f);
	for (size_t k = 0; k < m.n; k++)
		EP_TRY(ep_append(op, ranking,
		    ep_object(op, EP_ARG("id", routes[m.order[k]].id),
			EP_ARG("score",
			    hundredths_value(m.scores[m.order[k]])))));
	for (uint32_t i = 0; i < n; i++)
		if (m.reasons[i] != 0)
			EP_TRY(ep_append(op, rejected,
			    ep_object(op, EP_ARG("id", routes[i].id),
				EP_ARG("reasons",
				    reasons_node(op, m.reasons[i])))));
	return ep_reply(op, 200, EP_ARG("ranking", ranking),
	    EP_ARG("rejected", rejected));
}
