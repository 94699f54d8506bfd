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

ep_status
logistics_warehouse_kpi(struct ep_op *op)
{
	struct ep_node *answer = ep_object(op);

	if (ep_in_int(op, "inventory_accurate", 0) >
		ep_in_int(op, "inventory_lines", 0) ||
	    ep_in_int(op, "orders_on_time", 0) >
		ep_in_int(op, "orders_shipped", 0))
		return refuse(op, "numerator_exceeds_denominator");
	for (int i = 0; i < KPIS; i++) {
		const struct kpi *k = &warehouse_kpis[i];
		int64_t part = ep_in_int(op, k->numerator, 0);
		int64_t of = ep_in_int(op, k->denominator, 0);
		struct ep_value shown = ep_null();
		int64_t percent;

		if (part < 0)
			return negative(op, k->numerator);
		if (of < 0)
			return negative(op, k->denominator);
		if (kpi_percent(part, of, &percent))
			shown = hundredths_value(percent);
		EP_TRY(ep_set(op, answer, ep_named(k->name, shown)));
	}
	return ep_reply_node(op, 200, answer);
}
