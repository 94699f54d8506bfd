/* SPDX-License-Identifier: BSD-2-Clause */

#include "reconcile.h"

#include <string.h>

__extension__ typedef __int128 wide;

static wide
distance(int64_t a, int64_t b)
{
	return a > b ? (wide)a - b : (wide)b - a;
}

static struct reconciled
compare(const struct reconciliation *r, const struct movement *ours,
    const struct movement *theirs)
{
	struct reconciled out = { .ref = ours->ref, .status = "matched" };

	if (theirs == NULL) {
		out.status = "missing_in_statement";
	} else if (strcmp(ours->currency, theirs->currency) != 0) {
		out.status = "currency_mismatch";
	} else if (distance(ours->amount_minor, theirs->amount_minor) >
	    r->tolerance_minor) {
		out.status = "amount_mismatch";
		out.has_difference =
		    !__builtin_sub_overflow(theirs->amount_minor,
			ours->amount_minor, &out.difference_minor);
	} else if (distance(ours->day, theirs->day) > r->window_days) {
		out.status = "date_out_of_window";
	}
	return out;
}

static bool
is_known(const struct reconciliation *r, const char *ref)
{
	for (size_t i = 0; i < r->n_internal; i++)
		if (strcmp(r->internal[i].ref, ref) == 0)
			return true;
	return false;
}

size_t
reconcile(const struct reconciliation *r, struct reconciled *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_internal; i++) {
		struct movement *found = NULL;

		for (size_t k = 0; k < r->n_lines && found == NULL; k++)
			if (!r->lines[k].is_used &&
			    strcmp(r->lines[k].ref, r->internal[i].ref) == 0)
				found = &r->lines[k];
		if (found != NULL)
			found->is_used = true;
		out[n++] = compare(r, &r->internal[i], found);
	}
	for (size_t k = 0; k < r->n_lines; k++)
		if (!r->lines[k].is_used)
			out[n++] = (struct reconciled){ r->lines[k].ref,
				is_known(r, r->lines[k].ref)
				    ? "duplicate_in_statement"
				    : "missing_in_internal",
				0, false };
	return n;
}
