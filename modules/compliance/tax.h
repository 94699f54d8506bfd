/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Duty and tax on what crosses a border: an advice with its figures, never
 * an assessment.  Amounts are whole minor units, rates exact decimals; each
 * tax is rounded once, a half up.
 */

#pragma once

#include "law.h"

#define TAX_LINES 5000
#define TAX_MOST INT64_C(1000000000000000) /* of any amount that is given */

struct tax_line {
	int64_t price, qty;
	const char *duty_rate, *consumption_rate, *vat_rate, *hs, *tier;
	bool is_excise;

	int64_t goods, dutiable, duty, consumption, vat; /* results */
};

struct tax_order {
	const char *day;
	struct tax_line *lines;
	size_t n;
	int64_t freight, insurance;
	const char *vat_rate; /* of the order, in the EU and the UK */
};

/* ------------------------------------------------------------------ China */

struct cn_answer {
	const char *channel, *reason, *mode; /* NULL: not said */
	int64_t dutiable, duty, consumption, vat, annual_after;
};

/* Retail import over e-commerce (跨境电商综合税), 财关税〔2018〕49号.
 * Refuses empty_order, bad_line, zero_value, bad_rate, rule_not_in_force. */
law_fault tax_cn(const struct law *l, struct tax_order *o, int64_t annual_used,
    struct cn_answer *out);

struct parcel_answer {
	bool is_refused, is_exempt;
	int64_t limit, total, tax, payable;
};

/* Personal articles by post (行邮税).  Refuses empty_parcel, bad_line,
 * bad_tier, rule_not_in_force. */
law_fault tax_parcel(const struct law *l, struct tax_order *o,
    const char *origin, struct parcel_answer *out);

/* -------------------------------------------------------------- elsewhere */

struct import_answer {
	const char *scheme, *reason; /* reason: of an excise, else NULL */
	int64_t duty, vat, duty_items;
	bool is_standard, at_checkout;
};

/* Refuses empty_order, bad_line, zero_value, rule_not_in_force, bad_rate. */
law_fault tax_eu(const struct law *l, struct tax_order *o, bool is_ioss,
    struct import_answer *out);

/* One line.  Refuses rule_not_in_force, bad_line, zero_value, bad_rate. */
law_fault tax_uk(const struct law *l, struct tax_order *o,
    struct import_answer *out);

struct us_answer {
	const char *rule_id, *entry;
	bool is_de_minimis;
};

/* Refuses zero_value, bad_channel, rule_not_in_force. */
law_fault tax_us(const struct law *l, const char *day, int64_t value,
    const char *origin, const char *channel, struct us_answer *out);

struct landed {
	bool is_cif, vat_includes_duty;
	int64_t goods, freight, insurance, duty_threshold, vat_threshold;
	const char *duty_rate, *vat_rate;

	int64_t customs_value, duty, vat_base, vat, total; /* results */
};

/* Duty and tax of any destination by its own figures.  Refuses bad_line,
 * bad_rate. */
law_fault tax_landed(struct landed *x);

/* The customs' supervision mode (海关监管方式代码) of a flow of goods;
 * *code_out NULL with a reason when there is none.  Refuses bad_direction. */
struct supervision {
	const char *direction, *trade, *flow;
	bool is_zone, is_pilot_city;
};

law_fault supervision_code(const struct supervision *s, const char **code_out,
    const char **reason_out);
