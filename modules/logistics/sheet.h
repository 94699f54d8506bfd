/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Rate sheets (运价表) as carriers send them: one row for each service, zone
 * and bracket of weight, columns by name in any order.  data/README.md lists
 * the columns.
 */

#pragma once

#include "csv.h"
#include "rate.h"
#include "weight.h"

#define SHEET_SURCHARGES 16

struct sheet_row {
	const char *sheet; /* whose row it is; set by the caller */
	const char *service, *carrier, *zone, *currency;
	const char *const *countries;
	size_t n_countries;
	const char *const *postcodes; /* beginnings; none: all */
	size_t n_postcodes;
	int64_t from_g; /* the bracket begins above it */
	struct weighing weighing;
	struct tariff tariff; /* its max_g ends the bracket */
	struct surcharge surcharges[SHEET_SURCHARGES];
	int64_t max_length_mm, max_girth_sum_mm; /* 0: any */
	int64_t days_min, days_max, co2_g_per_kg;
	int64_t on_time; /* per cent, in units of 10^-9 */
	bool takes_battery, takes_dg, is_ddp, is_active;
	const char *from, *to; /* dates, both inclusive; "": open */
	size_t line;
};

/* missing, number, yes_no, date, currency, country, formula, unknown_column,
 * column_twice, cells, or what csv_row() refuses. */
struct sheet_error {
	size_t line;
	const char *column, *code;
};

#define SHEET_ERRORS 100

struct sheet {
	struct sheet_row *rows; /* those without an error */
	size_t n_rows;
	struct sheet_error errors[SHEET_ERRORS];
	size_t n_errors;
	bool is_cut; /* there were more errors */
};

#define SHEET_ROWS 20000

/* Reads all rows, at most SHEET_ROWS (too_many_rows).  What it finds wrong
 * is in the sheet. */
void sheet_read(const char *csv, size_t length, const struct memory *memory,
    struct sheet *out);
