/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Stock of an overseas warehouse (海外仓库存), counted from its operations,
 * and how well it works (运营指标); after GB/T 43291-2023.
 */

#pragma once

#include "numbers.h"

enum stock_cell {
	CELL_ASN, /* announced */
	CELL_RECEIVED,
	CELL_AVAILABLE,
	CELL_RESERVED,
	CELL_PICKED,
	CELL_DAMAGED,
	CELL_QUARANTINE,
	CELL_SHIPPED,
	CELLS
};

extern const char *const cell_names[CELLS];

struct stock {
	const char *sku;
	size_t place; /* in the input */
	int64_t cells[CELLS];
};

struct stock_operation {
	const char *op, *sku;
	int64_t qty; /* -1 when it is no whole number */
	bool allows_over;
};

/* Sorts stocks by sku for stock_apply(); of equal ones the first counts. */
void stock_sort(struct stock *stocks, size_t n);

/*
 * Applies one operation.  A refusal changes nothing: unknown_sku, bad_qty
 * (above 0, for count at least 0; or a sum beyond 63 bits), unknown_op,
 * over_receipt, return_exceeds_shipped, insufficient_CELL.
 */
fault stock_apply(struct stock *stocks, size_t n,
    const struct stock_operation *o);

/* What is divided by what. */
struct kpi {
	const char *name, *numerator, *denominator;
	const char *target; /* good practice, our own; NULL: none */
	bool at_most;       /* the target is an upper bound */
};

#define KPIS 8

extern const struct kpi warehouse_kpis[KPIS];

/* In hundredths of a per cent, a half up; false when of is 0. */
bool kpi_percent(int64_t part, int64_t of, int64_t *hundredths_out);
