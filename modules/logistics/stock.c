/* SPDX-License-Identifier: BSD-2-Clause */

/* Overseas warehouses: inputs are read, worked out and answered. */

#include "local.h"
#include "warehouse.h"

#include <string.h>

/* Only a JSON integer is a quantity; all else is -1. */
static int64_t
quantity(const struct ep_node *n)
{
	return ep_node_type(n) == EP_T_INT ? ep_node_int(n, -1) : -1;
}

static struct ep_node *
stock_node(struct ep_op *op, const struct stock *stocks, size_t n)
{
	struct ep_node *all = ep_object(op);

	for (size_t i = 0; i < n; i++) {
		struct ep_node *one = ep_object(op);

		for (int k = 0; k < CELLS; k++)
			(void)ep_set(op, one,
			    ep_named(cell_names[k],
				ep_int(stocks[i].cells[k])));
		(void)ep_set(op, all, ep_named(stocks[i].sku, ep_json(one)));
	}
	return all;
}

/* Of equal ones, which stand beside each other, one stays. */
static size_t
drop_twins(struct stock *stocks, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 ||
		    strcmp(stocks[kept - 1].sku, stocks[i].sku) != 0)
			stocks[kept++] = stocks[i];
	return kept;
}

ep_status
logistics_warehouse(struct ep_op *op)
{
	const struct ep_node *in = ep_input(op);
	const struct ep_node *skus = ep_node_get(in, "skus");
	const struct ep_node *ops = ep_node_get(in, "ops");
	size_t n = ep_node_count(skus);
	struct stock *stocks = ep_alloc(op, (n + 1) * sizeof *stocks);
	struct ep_node *log = ep_array(op);

	for (size_t i = 0; i < n; i++) {
		stocks[i].sku = ep_node_text(ep_node_at(skus, (uint32_t)i),
		    NULL);
		stocks[i].place = i;
	}
	stock_sort(stocks, n);
	n = drop_twins(stocks, n);
	for (uint32_t i = 0; i < ep_node_count(ops); i++) {
		const struct ep_node *o = ep_node_at(ops, i);
		const struct stock_operation one = { member_text(o, "op"),
			member_text(o, "sku"), quantity(ep_node_get(o, "qty")),
			ep_node_bool(ep_node_get(o, "allow_over"), false) };
		fault f = stock_apply(stocks, n, &one);

		EP_TRY(ep_append(op, log, f != NULL ? f : "ok"));
	}
	return ep_reply(op, 200, EP_ARG("stock", stock_node(op, stocks, n)),
	    EP_ARG("log", log));
}

/* ------------------------------------------------------------- indicators */

static ep_status
negative(struct ep_op *op, const char *name)
{
	return refuse_at(op, "bad_parameter", ep_concat(op, "/", name),
	    "a whole number, not below 0");
}

/* Against good practice; a target has at most two decimals. */
static ep_status
assess(struct ep_op *op, const struct kpi *k, const int64_t *percent,
    struct ep_node *list)
{
	int64_t target;
	struct ep_value met = ep_null();

	if (k->target == NULL ||
	    !decimal_read(k->target, strlen(k->target), 2, &target))
		return EP_OK;
	if (percent != NULL)
		met = ep_bool(
		    k->at_most ? *percent <= target : *percent >= target);
	return ep_append(op, list,
	    ep_object(op, EP_ARG("indicator", k->name),
		EP_ARG("target", k->target),
		EP_ARG("bound", k->at_most ? "at_most" : "at_least"),
		EP_ARG("met", met)));
}

/* Its numbers, none of them below 0. */
static ep_status
read_kpi(struct ep_op *op, const struct kpi *k, int64_t *part, int64_t *of)
{
	*part = ep_in_int(op, k->numerator, 0);
	*of = ep_in_int(op, k->denominator, 0);
	if (*part < 0)
		return negative(op, k->numerator);
	return *of < 0 ? negative(op, k->denominator) : EP_OK;
}

static bool
is_exceeded(struct ep_op *op, const char *part, const char *of)
{
	return ep_in_int(op, part, 0) > ep_in_int(op, of, 0);
}

static ep_status
set_kpi(struct ep_op *op, const struct kpi *k, struct ep_node *answer,
    struct ep_node *assessment)
{
	int64_t part, of, percent;
	bool is_known;

	EP_TRY(read_kpi(op, k, &part, &of));
	is_known = kpi_percent(part, of, &percent);
	EP_TRY(ep_set(op, answer,
	    ep_named(k->name,
		is_known ? hundredths_value(percent) : ep_null())));
	return assess(op, k, is_known ? &percent : NULL, assessment);
}

ep_status
logistics_warehouse_kpi(struct ep_op *op)
{
	struct ep_node *answer = ep_object(op), *assessment = ep_array(op);

	if (is_exceeded(op, "inventory_accurate", "inventory_lines") ||
	    is_exceeded(op, "orders_on_time", "orders_shipped"))
		return refuse(op, "numerator_exceeds_denominator");
	for (int i = 0; i < KPIS; i++)
		EP_TRY(set_kpi(op, &warehouse_kpis[i], answer, assessment));
	if (ep_in_bool(op, "assess", false))
		EP_TRY(ep_set(op, answer, EP_ARG("assessment", assessment)));
	return ep_reply_node(op, 200, answer);
}
