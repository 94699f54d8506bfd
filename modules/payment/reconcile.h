/* SPDX-License-Identifier: BSD-2-Clause */

/* Reconciliation (对账): what the books say against what a statement says. */

#pragma once

#include "decimal.h"

struct movement {
	const char *ref, *currency;
	int64_t amount_minor, day; /* day: since 1970-01-01 */
	bool is_used;
};

struct reconciled {
	const char *ref, *status;
	int64_t difference_minor; /* statement - internal */
	bool has_difference;
};

struct reconciliation {
	const struct movement *internal;
	struct movement *lines;
	size_t n_internal, n_lines;
	int64_t window_days, tolerance_minor;
};

/*
 * For each internal item in order the first line of its ref that is not used
 * yet: missing_in_statement, currency_mismatch, amount_mismatch (beyond the
 * tolerance), date_out_of_window (more days apart), matched.  Then the lines
 * that are left: duplicate_in_statement when the books know the ref, else
 * missing_in_internal.  out has room for all of both.
 */
size_t reconcile(const struct reconciliation *r, struct reconciled *out);
