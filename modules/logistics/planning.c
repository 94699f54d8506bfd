/* SPDX-License-Identifier: BSD-2-Clause */

/* Plans: the request and the rate sheets are read, plans made and explained. */

#include "local.h"
#include "plan.h"

#include <string.h>

#define SHEETS_MAX 20
#define PLANS_TOLD 20

/* All rows of all sheets. */
struct book {
	struct sheet_row *rows;
	size_t n;
	struct sheet sheets[SHEETS_MAX];
	size_t n_sheets;
};

/* ----------------------------------------------------------------- reading */

static ep_status
bad_sheet(struct ep_op *op, const char *name, const struct sheet *s)
{
	const struct sheet_error *e = &s->errors[0];

	if (s->n_errors == 0)
		return ep_fail(op, EP_REFUSED, "no_rows",
		    EP_ARG("sheet", name));
	return ep_fail(op, EP_REFUSED, "bad_sheet_row", EP_ARG("sheet", name),
	    EP_ARG("line", (int64_t)e->line), EP_ARG("column", e->column),
	    EP_ARG("why", e->code));
}

static ep_status
add_sheet(struct ep_op *op, struct book *b, const char *name, const char *csv,
    uint32_t length)
{
	const struct memory memory = operation_memory(op);
	struct sheet *s = &b->sheets[b->n_sheets];

	if (b->n_sheets == SHEETS_MAX)
		return refuse(op, "too_many_sheets");
	sheet_read(csv, length, &memory, s);
	if (s->n_errors > 0 || s->n_rows == 0)
		return bad_sheet(op, name, s);
	for (size_t i = 0; i < s->n_rows; i++)
		s->rows[i].sheet = name;
	b->n_sheets++;
	b->n += s->n_rows;
	return EP_OK;
}

EP_SQL(all_tariffs,
    "SELECT name, sheet FROM logistics_tariff WHERE tenant = $tenant"
    " ORDER BY name LIMIT $rows");

/* Those that are kept, when the caller names and brings none. */
static ep_status
add_kept(struct ep_op *op, struct book *b)
{
	const struct ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, all_tariffs, EP_ARG("rows", SHEETS_MAX + 1)));
	for (uint32_t i = 0; i < ep_row_count(rows); i++) {
		uint32_t length = 0;
		const char *csv = ep_row_bytes(rows, i, 1, &length);

		EP_TRY(add_sheet(op, b, ep_row_text(rows, i, 0), csv, length));
	}
	return EP_OK;
}

static ep_status
read_book(struct ep_op *op, struct book *b)
{
	const struct ep_node *sheets = ep_node_get(ep_input(op), "sheets");
	const struct ep_node *names = ep_node_get(ep_input(op), "tariffs");
	size_t n = 0;

	for (uint32_t i = 0; i < ep_node_count(sheets); i++) {
		uint32_t length = 0;
		const char *csv = ep_node_text(ep_node_at(sheets, i), &length);

		EP_TRY(add_sheet(op, b,
		    ep_concat(op, "sheets/", ep_format(op, (int64_t)i)), csv,
		    length));
	}
	for (uint32_t i = 0; i < ep_node_count(names); i++) {
		const char *name = ep_node_text(ep_node_at(names, i), NULL);
		const char *csv;
		uint32_t length;

		EP_TRY(tariff_load(op, name, &csv, &length));
		EP_TRY(add_sheet(op, b, name, csv, length));
	}
	if (sheets == NULL && names == NULL)
		EP_TRY(add_kept(op, b));
	b->rows = ep_alloc(op, (b->n + 1) * sizeof *b->rows);
	for (size_t i = 0; i < b->n_sheets; i++)
		for (size_t k = 0; k < b->sheets[i].n_rows; k++)
			b->rows[n++] = b->sheets[i].rows[k];
	for (size_t i = 0; i < n; i++)
		b->rows[i].tariff.surcharges = b->rows[i].surcharges;
	return EP_OK;
}

static void
read_request(struct ep_op *op, struct plan_request *out)
{
	const struct ep_node *s = ep_node_get(ep_input(op), "shipment");
	const struct ep_node *list = ep_node_get(s, "parcels");
	uint32_t n = ep_node_count(list);
	struct parcel *parcels = ep_alloc(op, (n + 1) * sizeof *parcels);

	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *p = ep_node_at(list, i);

		parcels[i].dims_mm = read_lengths(op, ep_node_get(p, "dims_mm"),
		    &parcels[i].n_dims);
		parcels[i].actual_g = member_int(p, "actual_g", 0);
	}
	*out = (struct plan_request){ .to = member_text(s, "to"),
		.postcode = ep_node_text(ep_node_get(s, "postcode"), NULL),
		.currency = ep_node_text(ep_node_get(s, "currency"), NULL),
		.on = ep_node_text(ep_node_get(s, "on"), NULL),
		.parcels = parcels,
		.n_parcels = n,
		.declared_minor = member_int(s, "declared_minor", 0),
		.deadline_days = member_int(s, "deadline_days", -1),
		.has_battery = ep_node_bool(ep_node_get(s, "battery"), false),
		.is_dg = ep_node_bool(ep_node_get(s, "dg"), false),
		.wants_ddp = ep_node_bool(ep_node_get(s, "ddp"), false) };
	out->surcharges.ids = read_texts(op, ep_node_get(s, "surcharges"),
	    &out->surcharges.n);
}

/* --------------------------------------------------------------- explaining */

/* For people: what a plan is best and worst at. */
static const struct {
	const char *best_en, *best_zh, *worst_en, *worst_zh;
} words[CRITERIA] = {
	{ "cheapest", "费用最低", "dearest", "费用最高" },
	{ "fastest", "时效最快", "slowest", "时效最慢" },
	{ "most often in time", "准时率最高", "least often in time",
	    "准时率最低" },
	{ "least carbon", "碳排放最低", "most carbon", "碳排放最高" },
};

/* What a plan is by one criterion; NULL when it is neither end of it. */
static const char *
word_for(const struct plans *p, size_t i, enum criterion by, bool chinese)
{
	int64_t x = route_value(&p->routes[i], by);
	int64_t low = p->match.least[by], high = p->match.most[by];
	int64_t best = by == BY_RELIABILITY ? high : low;

	if (low == high || (x != low && x != high))
		return NULL;
	if (x == best)
		return chinese ? words[by].best_zh : words[by].best_en;
	return chinese ? words[by].worst_zh : words[by].worst_en;
}

static const char *
because(struct ep_op *op, const struct plans *p, size_t i)
{
	bool chinese = is_chinese(op);
	const char *out = NULL;

	for (int k = 0; k < CRITERIA; k++) {
		const char *word = word_for(p, i, (enum criterion)k, chinese);

		if (word != NULL && out != NULL)
			out = ep_concat(op, out, chinese ? "，" : ", ", word);
		else if (word != NULL)
			out = word;
	}
	if (out != NULL)
		return out;
	if (p->match.n == 1)
		return chinese ? "唯一可行方案" : "the only one that fits";
	return chinese ? "各项居中" : "in the middle throughout";
}

static struct ep_node *
criteria_node(struct ep_op *op, const struct plans *p, size_t i,
    const int64_t weights[CRITERIA])
{
	struct ep_node *list = ep_array(op);

	for (int k = 0; k < CRITERIA; k++) {
		int64_t value = route_value(&p->routes[i], (enum criterion)k);
		int64_t points = match_points(&p->match, &p->routes[i], weights,
		    (enum criterion)k);
		struct ep_value shown = k == BY_RELIABILITY
		    ? ep_real((double)value / 1e9)
		    : ep_int(value);

		(void)ep_append(op, list,
		    ep_object(op, EP_ARG("criterion", criterion_names[k]),
			EP_ARG("value", shown), EP_ARG("weight", weights[k]),
			EP_ARG("points", hundredths_value(points))));
	}
	return list;
}

static struct ep_node *
price_node(struct ep_op *op, const struct price *p)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < p->n_surcharges; i++)
		(void)ep_append(op, list,
		    ep_object(op, EP_ARG("id", p->surcharges[i].id),
			EP_ARG("minor", p->surcharges[i].minor)));
	return ep_object(op, EP_ARG("freight", p->freight),
	    EP_ARG("fuel", p->fuel), EP_ARG("surcharges", list),
	    EP_ARG("insurance", p->insurance), EP_ARG("total", p->total));
}

static struct ep_node *
plan_node(struct ep_op *op, const struct plans *p, size_t i,
    const int64_t weights[CRITERIA])
{
	const struct plan *plan = &p->all[i];
	const struct sheet_row *row = plan->row;

	return ep_object(op, EP_ARG("service", row->service),
	    EP_ARG("carrier", row->carrier), EP_ARG("zone", row->zone),
	    EP_ARG("sheet", row->sheet), EP_ARG("line", (int64_t)row->line),
	    EP_ARG("currency", row->currency),
	    EP_ARG("chargeable_g", plan->chargeable_g),
	    EP_ARG("price", price_node(op, &plan->price)),
	    EP_ARG("days_min", row->days_min),
	    EP_ARG("days_max", row->days_max),
	    EP_ARG("co2_g", p->routes[i].co2_g),
	    EP_ARG("score", hundredths_value(p->match.scores[i])),
	    EP_ARG("criteria", criteria_node(op, p, i, weights)),
	    EP_ARG("because", because(op, p, i)));
}

static struct ep_node *
rejected_node(struct ep_op *op, const struct plan *plan)
{
	struct ep_node *reasons = reasons_node(op, plan->reasons);

	for (int k = REJECTIONS; k < PLAN_REJECTIONS; k++)
		if ((plan->reasons >> k & 1) != 0)
			(void)ep_append(op, reasons,
			    plan_rejection_names[k - REJECTIONS]);
	return ep_object(op, EP_ARG("service", plan->row->service),
	    EP_ARG("sheet", plan->row->sheet), EP_ARG("reasons", reasons));
}

ep_status
logistics_plan(struct ep_op *op)
{
	const struct memory memory = operation_memory(op);
	struct book *book = ep_alloc(op, sizeof *book);
	struct ep_node *list = ep_array(op), *rejected = ep_array(op);
	int64_t weights[CRITERIA];
	size_t limit, n_rejected = 0;
	struct plan_request q;
	struct plans p;
	fault f;

	EP_TRY(read_book(op, book));
	read_request(op, &q);
	read_weights(ep_node_get(ep_input(op), "weights"), weights);
	f = plans_make(&q, book->rows, book->n, weights, &memory, &p);
	if (f != NULL)
		return refuse(op, f);
	limit = (size_t)ep_in_int(op, "limit", PLANS_TOLD);
	for (size_t k = 0; k < p.match.n && k < limit; k++)
		EP_TRY(ep_append(op, list,
		    plan_node(op, &p, p.match.order[k], weights)));
	for (size_t i = 0; i < p.n && n_rejected < limit; i++)
		if (p.all[i].reasons != 0) {
			EP_TRY(ep_append(op, rejected,
			    rejected_node(op, &p.all[i])));
			n_rejected++;
		}
	return ep_reply(op, 200, EP_ARG("plans", list),
	    EP_ARG("rejected", rejected),
	    EP_ARG("total_plans", (int64_t)p.match.n),
	    EP_ARG("total_rejected", (int64_t)(p.n - p.match.n)));
}
