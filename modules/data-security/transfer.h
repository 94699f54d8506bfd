/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * May personal information leave, and by which path: China's Provisions on
 * promoting and regulating cross-border data flows (促进和规范数据跨境流动规定,
 * CAC Order 16) and GDPR Chapter V.  The rules are rows of data/.
 */

#pragma once

#include "table.h"

struct transfer_tables {
	struct table cn_rules, cn_purposes, countries, adequacy, derogations;
};

struct transfer_cn {
	int64_t persons, sensitive_persons; /* since 1 January, not exempt */
	const char *purpose;
	bool is_ciio, is_important, is_collected_abroad, is_domestic_added,
	    has_negative_list, is_listed, has_personal, is_emergency;
};

struct transfer_path {
	const char *path, *basis, *source;
};

/* Does a row of cn_rules apply? */
bool transfer_cn_applies(const struct transfer_tables *t, size_t row,
    int64_t day, const struct transfer_cn *x);

/* The first row that applies that day.  Refuses bad_count, no_rule. */
fault transfer_cn(const struct transfer_tables *t, int64_t day,
    const struct transfer_cn *x, struct transfer_path *out);

struct transfer_gdpr {
	const char *to;         /* ISO 3166-1 alpha-2 */
	const char *derogation; /* or "" */
	bool is_dpf_certified, is_commercial, has_bcr, has_scc, has_tia,
	    is_repetitive;
};

struct transfer_mechanism {
	const char *mechanism, *basis;
	bool needs_tia; /* and is allowed only with it */
};

/* Refuses unknown_country. */
fault transfer_gdpr(const struct transfer_tables *t, int64_t day,
    const struct transfer_gdpr *x, struct transfer_mechanism *out);
