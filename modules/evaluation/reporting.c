/* SPDX-License-Identifier: BSD-2-Clause */

/* The report as an operation. */

#include "local.h"
#include "report.h"

#include <string.h>

static void
read_reasons(struct ep_op *op, struct report *r)
{
	const struct ep_node *not = ep_node_get(ep_input(op), "not_applicable");

	r->reasons = ep_alloc(op, INDICATORS_MAX * sizeof *r->reasons);
	for (size_t i = 0; i < r->set->n; i++)
		r->reasons[i] = ep_node_text(ep_node_get(not,
						 r->set->indicators[i].id),
		    NULL);
}

static void
read_history(struct ep_op *op, struct report *r)
{
	const struct ep_node *list = ep_node_get(ep_input(op), "history");
	uint32_t n = ep_node_count(list);
	struct period *periods = ep_alloc(op, (n + 1) * sizeof *periods);

	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *p = ep_node_at(list, i);

		periods[i].name = ep_node_text(ep_node_get(p, "period"), NULL);
		periods[i].total = ep_node_real(ep_node_get(p, "total"), 0);
	}
	r->history = periods;
	r->n_history = n;
}

static const struct ep_node *
row_node(struct ep_op *op, const struct report *r, size_t i)
{
	const struct indicator *x = &r->set->indicators[i];
	const struct measured *m = &r->measured[i];
	struct ep_node *row = ep_object(op, EP_ARG("id", x->id),
	    EP_ARG("name", r->is_chinese ? x->name_zh : x->name_en),
	    EP_ARG("unit", x->unit), EP_ARG("weight", x->weight),
	    EP_ARG("value", m->is_known ? ep_real(m->value) : ep_null()),
	    EP_ARG("score",
		m->is_applicable ? ep_real(r->grading->scores[i]) : ep_null()));

	if (!m->is_applicable)
		(void)ep_set(op, row, EP_ARG("not_applicable", r->reasons[i]));
	return row;
}

static ep_status
reply_json(struct ep_op *op, const struct report *r)
{
	struct ep_node *answer = grading_node(op, r->set, r->grading);
	struct ep_node *rows = ep_array(op);

	for (size_t i = 0; i < r->set->n; i++)
		EP_TRY(ep_append(op, rows, row_node(op, r, i)));
	EP_TRY(ep_set(op, answer, EP_ARG("platform", r->platform)));
	EP_TRY(ep_set(op, answer, EP_ARG("indicators", rows)));
	return ep_reply_node(op, 200, answer);
}

ep_status
evaluation_report(struct ep_op *op)
{
	const struct evaluation_state *state = ep_state(op);
	const struct memory memory = operation_memory(op);
	const char *format = ep_in_text(op, "format");
	struct measured *measured = ep_alloc(op,
	    INDICATORS_MAX * sizeof *measured);
	struct grading *g = ep_alloc(op, sizeof *g);
	struct report r = { .platform = ep_in_text(op, "platform"),
		.is_chinese = strncmp(ep_language(op), "zh", 2) == 0,
		.set = &state->set,
		.measured = measured,
		.grading = g };
	struct text out = { .memory = &memory };
	bool is_vetoed;

	EP_TRY(measured_read(op, &state->set, measured, &is_vetoed));
	grade(&state->set, measured, is_vetoed, g);
	read_reasons(op, &r);
	read_history(op, &r);
	if (format != NULL && strcmp(format, "html") == 0) {
		report_html(&r, &out);
		return ep_reply_bytes(op, 200, "text/html", out.bytes,
		    out.length);
	}
	if (format != NULL && strcmp(format, "csv") == 0) {
		report_csv(&r, &out);
		return ep_reply_bytes(op, 200, "text/csv", out.bytes,
		    out.length);
	}
	return reply_json(op, &r);
}
