/* SPDX-License-Identifier: BSD-2-Clause */

#include "basis.h"

#include <string.h>

static void
lacks(struct basis_answer *a, const char *what)
{
	a->missing[a->n_missing++] = what;
}

/* china: the rules of PIPL, else those of GDPR. */
static void
judge(const struct processing *p, bool china, bool is_consent,
    struct basis_answer *out)
{
	bool is_special = p->is_sensitive ||
	    (china && (p->goes_abroad || p->goes_to_others));

	out->needs_assessment = is_special;
	if (china) {
		if (p->is_minor && !p->has_guardian_consent)
			lacks(out, "guardian_consent");
		if (is_consent && is_special && !p->has_separate_consent)
			lacks(out, "separate_consent");
	} else if (p->is_sensitive && !(is_consent && p->is_explicit) &&
	    strcmp(p->basis, "vital_interests") != 0) {
		lacks(out, "article_9_condition");
	}
}

fault
basis_check(const struct table *bases, int64_t day, const struct processing *p,
    struct basis_answer *out)
{
	size_t row = table_find(bases, 0, day, "law", p->law);
	bool is_consent = strcmp(p->basis, "consent") == 0;

	memset(out, 0, sizeof *out);
	if (row == TABLE_NONE)
		return "unknown_law";
	while (row != TABLE_NONE &&
	    strcmp(table_cell(bases, row, "basis"), p->basis) != 0)
		row = table_find(bases, row + 1, day, "law", p->law);
	if (row == TABLE_NONE)
		return "unknown_basis";
	if (is_consent && p->is_withdrawn) {
		lacks(out, "consent");
		out->must_stop = true;
		return NULL;
	}
	judge(p, strcmp(p->law, "PIPL") == 0, is_consent, out);
	return NULL;
}
