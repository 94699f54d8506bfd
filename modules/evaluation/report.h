/* SPDX-License-Identifier: BSD-2-Clause */

/* The report of an evaluation (评价报告) for people: a page that needs nothing
 * from elsewhere, or a table. */

#pragma once

#include "indicators.h"
#include "text.h"

/* An earlier evaluation. */
struct period {
	const char *name;
	double total;
};

struct report {
	const char *platform;
	bool is_chinese;
	const struct indicator_set *set;
	const struct measured *measured;
	const char **reasons; /* why not applicable, by indicator; or NULL */
	const struct grading *grading;
	const struct period *history; /* oldest first, this one not among
					 them */
	size_t n_history;
};

void report_html(const struct report *r, struct text *out);
void report_csv(const struct report *r, struct text *out);
