/* SPDX-License-Identifier: BSD-2-Clause */

/* Customs data: declarations are read, checked and answered. */

#include "local.h"

#include <string.h>

#define ERRORS_MAX 1000

static const char *
text_of(const struct ep_node *n)
{
	if (ep_node_type(n) == EP_T_BOOL)
		return ep_node_bool(n, false) ? "true" : "false";
	return ep_node_text(n, NULL);
}

struct element *
read_elements(struct ep_op *op, const struct ep_node *object, size_t *n_out)
{
	uint32_t n = ep_node_count(object);
	struct element *out = ep_alloc(op, (n + 1) * sizeof *out);

	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *e = ep_node_at(object, i);
		uint32_t type = ep_node_type(e);

		out[i].name = ep_node_key(e);
		out[i].text = text_of(e);
		if (type == EP_T_ARRAY || type == EP_T_OBJECT)
			out[i].is_empty = ep_node_count(e) == 0;
		else
			out[i].is_empty = out[i].text == NULL ||
			    *out[i].text == '\0';
	}
	*n_out = n;
	return out;
}

static struct declared
read_part(struct ep_op *op, const struct ep_node *object)
{
	struct declared out;

	out.elements = read_elements(op, object, &out.n);
	return out;
}

static struct declaration
read_declaration(struct ep_op *op, const struct ep_node *node)
{
	const struct ep_node *list = ep_node_get(node, "items");
	uint32_t n = ep_node_count(list);
	struct declared *items = ep_alloc(op, (n + 1) * sizeof *items);

	for (uint32_t i = 0; i < n; i++)
		items[i] = read_part(op, ep_node_at(list, i));
	return (struct declaration){ read_part(op, node), items, n };
}

static struct ep_node *
error_node(struct ep_op *op, const struct customs_error *e)
{
	bool chinese = is_chinese(op);
	const char *field = e->field;
	struct ep_node *out;

	if (e->item != CUSTOMS_HEADER)
		field = ep_concat(op, "items/", ep_format(op, (int64_t)e->item),
		    "/", field);
	out = ep_object(op, EP_ARG("field", field), EP_ARG("code", e->code));
	if (e->about != NULL)
		(void)ep_set(op, out,
		    EP_ARG("name",
			chinese ? e->about->name_zh : e->about->name_en));
	return out;
}

/* The messages that the regime needs, by the names of the customs. */
static struct ep_node *
messages_node(struct ep_op *op, const struct customs_regime *r)
{
	struct ep_node *list = ep_array(op);
	const char *words = r->messages;

	while (*words != '\0') {
		size_t n = strcspn(words, " ");

		(void)ep_append(op, list, ep_textn(words, (uint32_t)n));
		words += n + strspn(words + n, " ");
	}
	return list;
}

ep_status
logistics_customs_check(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	struct declaration d = read_declaration(op,
	    ep_node_get(in, "declaration"));
	struct customs_run run = { .tables = &state->customs,
		.countries = &state->numbers,
		.on = ep_in_text(op, "on"),
		.errors = ep_alloc(op, ERRORS_MAX * sizeof *run.errors),
		.room = ERRORS_MAX };
	struct ep_node *errors = ep_array(op);
	fault f = regime_find(&state->customs, member_text(in, "regime"),
	    ep_in_text(op, "direction"), run.on, &run.regime);

	if (f != NULL)
		return refuse(op, f);
	customs_check(&run, &d);
	for (size_t i = 0; i < run.n_errors; i++)
		EP_TRY(ep_append(op, errors, error_node(op, &run.errors[i])));
	return ep_reply(op, 200, EP_ARG("complete", run.n_errors == 0),
	    EP_ARG("regime", run.regime->regime),
	    EP_ARG("direction", run.regime->direction),
	    EP_ARG("errors", errors), EP_ARG("more_errors", run.is_cut),
	    EP_ARG("messages", messages_node(op, run.regime)));
}

/* ------------------------------------------------------------- the rules */

static struct ep_node *
regime_node(struct ep_op *op, const struct customs_regime *r)
{
	struct ep_node *out = ep_object(op, EP_ARG("regime", r->regime),
	    EP_ARG("direction", r->direction), EP_ARG("name_en", r->name_en),
	    EP_ARG("name_zh", r->name_zh), EP_ARG("effective_from", r->from),
	    EP_ARG("messages", messages_node(op, r)));

	(void)ep_set(op, out,
	    EP_ARG("effective_to",
		*r->to != '\0' ? ep_text(r->to) : ep_null()));
	return out;
}

ep_status
logistics_customs_regimes(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < state->customs.n_regimes; i++)
		EP_TRY(ep_append(op, list,
		    regime_node(op, &state->customs.regimes[i])));
	return ep_reply(op, 200, EP_ARG("regimes", list));
}
