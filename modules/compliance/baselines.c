/* SPDX-License-Identifier: BSD-2-Clause */

/* The baseline matcher's operations. */

#include "baseline.h"
#include "json_data.h"
#include "local.h"

#include <string.h>

static double
real_of(const struct ep_node *object, const char *name, double otherwise)
{
	const struct ep_node *n = ep_node_get(object, name);

	return ep_node_type(n) == EP_T_INT ? (double)ep_node_int(n, 0)
					   : ep_node_real(n, otherwise);
}

static void
read_name(struct ep_op *op, const char *member, const struct memory *memory,
    struct baseline_name *out)
{
	const struct ep_node *n = ep_node_get(ep_input(op), member);
	uint32_t length = 0;
	const char *text = ep_node_text(n, &length);

	baseline_read(text, text != NULL ? length : 0, memory, out);
}

ep_status
compliance_name_score(struct ep_op *op)
{
	const struct memory memory = operation_memory(op);
	struct baseline_name a, b;
	double score;

	read_name(op, "a", &memory, &a);
	read_name(op, "b", &memory, &b);
	score = baseline_score(&a, &b, &memory);
	return ep_reply(op, 200, EP_ARG("score", baseline_round(score, 6)),
	    EP_ARG("a_norm", baseline_text(&a, &memory)),
	    EP_ARG("b_norm", baseline_text(&b, &memory)));
}

static struct ep_node *
hit_node(struct ep_op *op, const struct baseline_hit *h)
{
	return ep_object(op, EP_ARG("ent_num", h->row->ent_num),
	    EP_ARG("score", h->score), EP_ARG("matched", h->row->matched),
	    EP_ARG("kind", h->row->kind));
}

ep_status
compliance_screen_name(struct ep_op *op)
{
	const struct baseline_list *list = &compliance_state(op)->baseline;
	const struct memory memory = operation_memory(op);
	const struct ep_node *in = ep_input(op);
	struct baseline_query q = { .type = json_text(in, "type"),
		.country = json_text(in, "country"),
		.birth_year = ep_node_int(ep_node_get(in, "birth_year"), 0),
		.review_at = real_of(in, "review_at", 85) };
	struct baseline_hit *hits = ep_alloc(op, (list->n + 1) * sizeof *hits);
	struct ep_node *nodes = ep_array(op);
	const char *decision;
	size_t n;

	read_name(op, "name", &memory, &q.name);
	if (q.name.n == 0)
		return ep_fail(op, EP_REFUSED, "empty_name");
	n = baseline_screen(list, &q, &memory, hits);
	for (size_t i = 0; i < n; i++)
		EP_TRY(ep_append(op, nodes, hit_node(op, &hits[i])));
	decision = n == 0 ? "clear" : "review";
	if (n > 0 && hits[0].score >= real_of(in, "match_at", 95))
		decision = "match";
	return ep_reply(op, 200, EP_ARG("decision", decision),
	    EP_ARG("hits", nodes));
}
