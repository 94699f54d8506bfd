/* SPDX-License-Identifier: BSD-2-Clause */

#include "warehouse.h"

#include <stdlib.h>
#include <string.h>

const char *const cell_names[CELLS] = { "asn", "received", "available",
	"reserved", "picked", "damaged", "quarantine", "shipped" };

#define NOWHERE CELLS

/* What moves from one cell to another. */
static const struct movement {
	const char *op;
	enum stock_cell from, to;
	const char *refusal;
} movements[] = {
	{ "asn", NOWHERE, CELL_ASN, NULL },
	{ "putaway", CELL_RECEIVED, CELL_AVAILABLE, "insufficient_received" },
	{ "qc_fail", CELL_RECEIVED, CELL_QUARANTINE, "insufficient_received" },
	{ "reserve", CELL_AVAILABLE, CELL_RESERVED, "insufficient_available" },
	{ "release", CELL_RESERVED, CELL_AVAILABLE, "insufficient_reserved" },
	{ "pick", CELL_RESERVED, CELL_PICKED, "insufficient_reserved" },
	{ "ship", CELL_PICKED, CELL_SHIPPED, "insufficient_picked" },
	{ "unpick", CELL_PICKED, CELL_AVAILABLE, "insufficient_picked" },
	{ "damage", CELL_AVAILABLE, CELL_DAMAGED, "insufficient_available" },
	{ "dispose", CELL_DAMAGED, NOWHERE, "insufficient_damaged" },
	{ "return", CELL_SHIPPED, CELL_QUARANTINE, "return_exceeds_shipped" },
	{ "restock", CELL_QUARANTINE, CELL_AVAILABLE,
	    "insufficient_quarantine" },
	{ "scrap", CELL_QUARANTINE, CELL_DAMAGED, "insufficient_quarantine" },
};

const struct kpi warehouse_kpis[KPIS] = {
	{ "inventory_accuracy_pct", "inventory_accurate", "inventory_lines",
	    "99.9", false },
	{ "on_time_shipping_pct", "orders_on_time", "orders_shipped", "99.5",
	    false },
	{ "order_accuracy_pct", "orders_correct", "orders_shipped", "99.8",
	    false },
	{ "inbound_timeliness_pct", "inbound_on_time", "inbound_batches", "95",
	    false },
	{ "fulfilment_pct", "orders_shipped", "orders_total", NULL, false },
	{ "damage_pct", "damaged_orders", "orders_shipped", "0.1", true },
	{ "loss_value_pct", "value_lost_minor", "value_total_minor", "0.05",
	    true },
	{ "return_timeliness_pct", "returns_on_time", "returns", "95", false },
};

static int
by_sku(const void *a, const void *b)
{
	const struct stock *x = a, *y = b;
	int order = strcmp(x->sku, y->sku);

	return order != 0 ? order
			  : (x->place > y->place) - (x->place < y->place);
}

void
stock_sort(struct stock *stocks, size_t n)
{
	if (n > 1)
		qsort(stocks, n, sizeof *stocks, by_sku);
}

static struct stock *
stock_find(struct stock *stocks, size_t n, const char *sku)
{
	size_t low = 0;

	while (n > 0) {
		size_t half = n / 2;

		if (strcmp(stocks[low + half].sku, sku) < 0) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return &stocks[low];
}

static fault
move(struct stock *s, const struct movement *m, int64_t qty)
{
	if (m->from != NOWHERE && s->cells[m->from] < qty)
		return m->refusal;
	if (m->to != NOWHERE && s->cells[m->to] > INT64_MAX - qty)
		return "bad_qty";
	if (m->from != NOWHERE)
		s->cells[m->from] -= qty;
	if (m->to != NOWHERE)
		s->cells[m->to] += qty;
	return NULL;
}

static fault
receive(struct stock *s, const struct stock_operation *o)
{
	if (o->qty > s->cells[CELL_ASN] && !o->allows_over)
		return "over_receipt";
	if (s->cells[CELL_RECEIVED] > INT64_MAX - o->qty)
		return "bad_qty";
	s->cells[CELL_RECEIVED] += o->qty;
	s->cells[CELL_ASN] -= o->qty < s->cells[CELL_ASN] ? o->qty
							  : s->cells[CELL_ASN];
	return NULL;
}

fault
stock_apply(struct stock *stocks, size_t n, const struct stock_operation *o)
{
	bool is_count = strcmp(o->op, "count") == 0;
	size_t at = (size_t)(stock_find(stocks, n, o->sku) - stocks);

	if (at == n || strcmp(stocks[at].sku, o->sku) != 0)
		return "unknown_sku";
	if (o->qty < (is_count ? 0 : 1))
		return "bad_qty";
	if (is_count) {
		stocks[at].cells[CELL_AVAILABLE] = o->qty;
		return NULL;
	}
	if (strcmp(o->op, "receive") == 0)
		return receive(&stocks[at], o);
	for (size_t i = 0; i < sizeof movements / sizeof movements[0]; i++)
		if (strcmp(o->op, movements[i].op) == 0)
			return move(&stocks[at], &movements[i], o->qty);
	return "unknown_op";
}

bool
kpi_percent(int64_t part, int64_t of, int64_t *hundredths_out)
{
	return of > 0 &&
	    wide_fits(wide_divide((wide)part * 10000, of), hundredths_out);
}
