/* SPDX-License-Identifier: BSD-2-Clause */

/* Values of indicators whose source is "auto", read from the running host and
 * from the modules that declare them (x-entrepot.indicators). */

#include "local.h"

#include <string.h>

/* What the host itself knows: I202 and I203 of the set. */
static bool
of_host(const struct ep_node *figures, const char *id, struct live *out)
{
	double count = ep_node_real(ep_node_get(figures, "count"), 0);
	double errors = ep_node_real(ep_node_get(figures, "errors"), 0);
	const struct ep_node *p95 = ep_node_get(figures, "p95_ms");

	if (strcmp(id, "I202") == 0) {
		out->has_value = count > 0;
		out->value = count > 0 ? (count - errors) * 100 / count : 0;
	} else if (strcmp(id, "I203") == 0) {
		out->has_value = ep_node_type(p95) == EP_T_REAL ||
		    ep_node_type(p95) == EP_T_INT;
		out->value = ep_node_real(p95, 0);
	} else {
		return false;
	}
	out->source = "host";
	if (!out->has_value)
		out->reason = "no_calls";
	return true;
}

/* The module and operation that measure it; NULL: none does. */
static const char *
operation_of(const struct ep_node *modules, const char *id,
    const char **module_out)
{
	for (uint32_t i = 0; i < ep_node_count(modules); i++) {
		const struct ep_node *m = ep_node_at(modules, i);
		const char *operation =
		    ep_node_text(ep_node_get(ep_node_get(m, "indicators"), id),
			NULL);

		if (operation != NULL) {
			*module_out = ep_node_text(ep_node_get(m, "name"),
			    NULL);
			return operation;
		}
	}
	return NULL;
}

/* A module that fails costs its indicator, not the evaluation. */
static void
of_module(struct ep_op *op, const struct ep_node *modules, const char *id,
    struct live *out)
{
	const char *operation = operation_of(modules, id, &out->source);
	const struct ep_node *answer, *value;
	uint32_t type;

	if (operation == NULL) {
		out->reason = "no_module";
		return;
	}
	if (ep_call(op, operation, NULL, &answer) != EP_OK) {
		out->reason = ep_node_text(ep_node_get(answer, "error"), NULL);
		if (out->reason == NULL)
			out->reason = "failed";
		return;
	}
	value = ep_node_get(answer, "value");
	type = ep_node_type(value);
	out->has_value = type == EP_T_REAL || type == EP_T_INT;
	out->value = ep_node_real(value, 0);
	if (out->has_value)
		return;
	out->reason = ep_node_text(ep_node_get(answer, "reason"), NULL);
	if (out->reason == NULL)
		out->reason = "no_value";
}

ep_status
live_read(struct ep_op *op, const struct indicator_set *set, struct live *out)
{
	const struct ep_node *figures, *host, *modules;

	EP_TRY(ep_call(op, "host.figures", NULL, &figures));
	EP_TRY(ep_call(op, "host.modules", NULL, &host));
	modules = ep_node_get(host, "modules");
	for (size_t i = 0; i < set->n; i++) {
		const struct indicator *x = &set->indicators[i];

		out[i] = (struct live){ .value = 0 };
		if (x->is_auto && !of_host(figures, x->id, out + i))
			of_module(op, modules, x->id, out + i);
	}
	return EP_OK;
}

ep_status
evaluation_live_values(struct ep_op *op)
{
	const struct evaluation_state *state = ep_state(op);
	const struct indicator_set *set = &state->set;
	struct live *live = ep_alloc(op, INDICATORS_MAX * sizeof *live);
	struct ep_node *values = ep_array(op), *missing = ep_array(op);

	EP_TRY(live_read(op, set, live));
	for (size_t i = 0; i < set->n; i++) {
		const struct indicator *x = &set->indicators[i];

		if (live[i].has_value)
			EP_TRY(ep_append(op, values,
			    ep_object(op, EP_ARG("id", x->id),
				EP_ARG("value", live[i].value),
				EP_ARG("unit", x->unit),
				EP_ARG("score",
				    indicator_score(x, live[i].value)),
				EP_ARG("source", live[i].source))));
		else if (x->is_auto)
			EP_TRY(ep_append(op, missing,
			    ep_object(op, EP_ARG("id", x->id),
				EP_ARG("reason", live[i].reason))));
	}
	return ep_reply(op, 200, EP_ARG("values", values),
	    EP_ARG("unavailable", missing));
}
