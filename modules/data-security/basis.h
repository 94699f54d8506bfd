/* SPDX-License-Identifier: BSD-2-Clause */

/* Is there a lawful basis for processing (个人信息处理的合法性基础), and what
 * is missing: PIPL Arts. 13, 23, 29, 31, 39, 55; GDPR Arts. 6, 9, 35. */

#pragma once

#include "table.h"

struct processing {
	const char *law, *basis;
	bool is_sensitive, is_minor, has_separate_consent, has_guardian_consent,
	    goes_abroad, goes_to_others, is_withdrawn, is_explicit;
};

#define MISSING_MOST 3

struct basis_answer {
	bool must_stop, needs_assessment;
	const char *missing[MISSING_MOST];
	size_t n_missing;
};

/* bases: lawful_bases.csv.  Refuses unknown_law, unknown_basis. */
fault basis_check(const struct table *bases, int64_t day,
    const struct processing *p, struct basis_answer *out);
