/* SPDX-License-Identifier: BSD-2-Clause */

/* Grading a platform: from values of indicators to total and grade. */

#include "local.h"

static ep_status
unknown(struct ep_op *op, const char *where, const char *id)
{
	(void)ep_fail_at(op, ep_concat(op, "/", where, "/", id), "known",
	    "an id of evaluation.indicators");
	return ep_fail(op, EP_REFUSED, "unknown_indicator", EP_ARG("id", id));
}

static ep_status
read_values(struct ep_op *op, const struct indicator_set *set,
    struct measured *out)
{
	const struct ep_node *values = ep_node_get(ep_input(op), "values");

	for (uint32_t i = 0; i < ep_node_count(values); i++) {
		const struct ep_node *v = ep_node_at(values, i);
		const struct indicator *x = indicator_find(set, ep_node_key(v));

		if (x == NULL)
			return unknown(op, "values", ep_node_key(v));
		if (ep_node_type(v) == EP_T_NULL)
			continue;
		out[x - set->indicators].value = ep_node_real(v, 0);
		out[x - set->indicators].is_known = true;
	}
	return EP_OK;
}

static ep_status
read_exceptions(struct ep_op *op, const struct indicator_set *set,
    struct measured *out)
{
	const struct ep_node *not = ep_node_get(ep_input(op), "not_applicable");

	for (uint32_t i = 0; i < ep_node_count(not ); i++) {
		const char *id = ep_node_key(ep_node_at(not, i));
		const struct indicator *x = indicator_find(set, id);

		if (x == NULL)
			return unknown(op, "not_applicable", id);
		if (out[x - set->indicators].is_known)
			return ep_fail(op, EP_REFUSED,
			    "not_applicable_with_value", EP_ARG("id", id));
		out[x - set->indicators].is_applicable = false;
	}
	return EP_OK;
}

/* Automatic indicators that nobody gave or excepted, as they are now. */
static ep_status
read_live(struct ep_op *op, const struct indicator_set *set,
    struct measured *out)
{
	struct live *live = ep_alloc(op, INDICATORS_MAX * sizeof *live);

	EP_TRY(live_read(op, set, live));
	for (size_t i = 0; i < set->n; i++)
		if (live[i].has_value && !out[i].is_known &&
		    out[i].is_applicable) {
			out[i].value = live[i].value;
			out[i].is_known = true;
		}
	return EP_OK;
}

ep_status
measured_read(struct ep_op *op, const struct indicator_set *set,
    struct measured *out, bool *is_vetoed_out)
{
	const struct ep_node *vetoes = ep_node_get(ep_input(op), "vetoes");

	for (size_t i = 0; i < set->n; i++)
		out[i] = (struct measured){ .is_applicable = true };
	EP_TRY(read_values(op, set, out));
	EP_TRY(read_exceptions(op, set, out));
	if (ep_in_bool(op, "live", false))
		EP_TRY(read_live(op, set, out));
	*is_vetoed_out = ep_node_count(vetoes) > 0;
	for (uint32_t i = 0; i < ep_node_count(vetoes); i++) {
		const char *code = ep_node_text(ep_node_at(vetoes, i), NULL);

		if (!is_veto(code))
			return ep_fail(op, EP_REFUSED, "unknown_veto",
			    EP_ARG("veto", code));
	}
	return EP_OK;
}

struct ep_node *
grading_node(struct ep_op *op, const struct indicator_set *set,
    const struct grading *g)
{
	struct ep_node *dimensions = ep_object(op);

	for (size_t d = 0; d < set->n_dimensions; d++)
		(void)ep_set(op, dimensions,
		    ep_named(set->dimensions[d].id,
			g->has_dimension[d] ? ep_real(g->dimensions[d])
					    : ep_null()));
	return ep_object(op, EP_ARG("total", g->total),
	    EP_ARG("dimensions", dimensions), EP_ARG("grade", g->grade),
	    EP_ARG("missing_count", (int64_t)g->missing),
	    EP_ARG("vetoed", g->is_vetoed));
}

ep_status
evaluation_evaluate(struct ep_op *op)
{
	const struct evaluation_state *state = ep_state(op);
	struct measured *measured = ep_alloc(op,
	    INDICATORS_MAX * sizeof *measured);
	struct grading *g = ep_alloc(op, sizeof *g);
	bool is_vetoed;

	EP_TRY(measured_read(op, &state->set, measured, &is_vetoed));
	grade(&state->set, measured, is_vetoed, g);
	return ep_reply_node(op, 200, grading_node(op, &state->set, g));
}

static const struct ep_node *
indicator_node(struct ep_op *op, const struct indicator *x,
    const struct dimension *d)
{
	return ep_object(op, EP_ARG("id", x->id), EP_ARG("dimension", d->id),
	    EP_ARG("dimension_zh", d->name_zh),
	    EP_ARG("dimension_en", d->name_en), EP_ARG("name_zh", x->name_zh),
	    EP_ARG("name_en", x->name_en), EP_ARG("formula", x->formula),
	    EP_ARG("unit", x->unit),
	    EP_ARG("source", x->is_auto ? "auto" : "evidence"),
	    EP_ARG("scoring", x->scoring == COST ? "cost" : "benefit"),
	    EP_ARG("floor", x->floor), EP_ARG("target", x->target),
	    EP_ARG("weight", x->weight));
}

ep_status
evaluation_indicators(struct ep_op *op)
{
	const struct evaluation_state *state = ep_state(op);
	const struct indicator_set *set = &state->set;
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < set->n; i++) {
		const struct indicator *x = &set->indicators[i];

		EP_TRY(ep_append(op, list,
		    indicator_node(op, x, &set->dimensions[x->dimension])));
	}
	return ep_reply(op, 200, EP_ARG("indicators", list));
}
