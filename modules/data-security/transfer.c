/* SPDX-License-Identifier: BSD-2-Clause */

#include "transfer.h"

#include <string.h>

/* The words of column "when" in transfer_cn_rules.csv. */
bool
transfer_cn_applies(const struct transfer_tables *t, size_t row, int64_t day,
    const struct transfer_cn *x)
{
	const struct table *rules = &t->cn_rules;
	const char *when = table_cell(rules, row, "when");
	const char *group = table_cell(rules, row, "purposes");

	if (strcmp(when, "important_data") == 0)
		return x->is_important;
	if (strcmp(when, "no_personal") == 0)
		return !x->has_personal;
	if (strcmp(when, "collected_abroad") == 0)
		return x->is_collected_abroad && !x->is_domestic_added;
	if (strcmp(when, "purpose") == 0)
		for (size_t i = 0; i < t->cn_purposes.n_rows; i++)
			if (table_holds(&t->cn_purposes, i, day) &&
			    strcmp(table_cell(&t->cn_purposes, i, "purpose"),
				x->purpose) == 0 &&
			    strcmp(table_cell(&t->cn_purposes, i, "group"),
				group) == 0)
				return true;
	if (strcmp(when, "emergency") == 0)
		return x->is_emergency;
	if (strcmp(when, "not_in_negative_list") == 0)
		return x->has_negative_list && !x->is_listed;
	if (strcmp(when, "ciio") == 0)
		return x->is_ciio;
	if (strcmp(when, "count") == 0)
		return x->persons >=
		    table_number(rules, row, "persons_least") ||
		    x->sensitive_persons >=
		    table_number(rules, row, "sensitive_least");
	return strcmp(when, "else") == 0;
}

fault
transfer_cn(const struct transfer_tables *t, int64_t day,
    const struct transfer_cn *x, struct transfer_path *out)
{
	const struct table *rules = &t->cn_rules;

	if (x->persons < 0 || x->sensitive_persons < 0)
		return "bad_count";
	for (size_t i = 0; i < rules->n_rows; i++)
		if (table_holds(rules, i, day) &&
		    transfer_cn_applies(t, i, day, x)) {
			out->path = table_cell(rules, i, "path");
			out->basis = table_cell(rules, i, "basis");
			out->source = table_cell(rules, i, "source");
			return NULL;
		}
	return "no_rule";
}

static bool
is_adequate(const struct transfer_tables *t, int64_t day,
    const struct transfer_gdpr *x)
{
	size_t row = table_find(&t->adequacy, 0, day, "country", x->to);
	const char *when = row != TABLE_NONE
	    ? table_cell(&t->adequacy, row, "when")
	    : "";

	if (row == TABLE_NONE)
		return false;
	if (strcmp(when, "dpf_certified") == 0)
		return x->is_dpf_certified;
	return strcmp(when, "commercial") == 0 ? x->is_commercial : true;
}

static void
by_derogation(const struct transfer_tables *t, int64_t day,
    const struct transfer_gdpr *x, struct transfer_mechanism *out)
{
	size_t row = table_find(&t->derogations, 0, day, "derogation",
	    x->derogation);

	if (row == TABLE_NONE)
		return;
	if (x->is_repetitive &&
	    table_number(&t->derogations, row, "only_occasional") == 1) {
		out->basis = "Recital 111: derogation only for occasional "
			     "transfers";
		return;
	}
	out->mechanism = "derogation";
	out->basis = table_cell(&t->derogations, row, "basis");
}

fault
transfer_gdpr(const struct transfer_tables *t, int64_t day,
    const struct transfer_gdpr *x, struct transfer_mechanism *out)
{
	size_t row = table_find(&t->countries, 0, day, "alpha2", x->to);

	if (row == TABLE_NONE)
		return "unknown_country";
	*out = (struct transfer_mechanism){ "refuse", "Art.44", false };
	if (table_number(&t->countries, row, "eea") == 1)
		*out = (struct transfer_mechanism){ "none_needed", "intra_EEA",
			false };
	else if (is_adequate(t, day, x))
		*out = (struct transfer_mechanism){ "adequacy", "Art.45",
			false };
	else if (x->has_bcr)
		*out = (struct transfer_mechanism){ "bcr", "Art.47", true };
	else if (x->has_scc)
		*out = (struct transfer_mechanism){ "scc", "Art.46(2)(c)",
			true };
	else
		by_derogation(t, day, x, out);
	return NULL;
}
