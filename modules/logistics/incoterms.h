/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Who does what under an Incoterms 2020 rule (国际贸易术语): a table of the
 * eleven rules.
 */

#pragma once

#include "csv.h"

struct incoterm {
	const char *rule;
	bool is_sea_only;
	const char *risk_transfer;
	const char *const *answers; /* seller, buyer or none; by item */
	const char *cover;          /* ICC(A), ICC(C) or "" */
	int64_t min_pct;
};

struct incoterms {
	const char **items;
	size_t n_items;
	struct incoterm *rules;
	size_t n_rules;
};

/* Reads incoterms_2020.csv.  What is wrong in it, or NULL. */
fault incoterms_read(struct incoterms *t, struct csv *c);

struct incoterm_answer {
	const struct incoterm *rule;
	const char *responsible;
	bool has_cover; /* the item is insurance, and the rule owes it */
};

/* Refuses unknown_rule, bad_mode, rule_for_sea_only, unknown_item, in that
 * order. */
fault incoterms_ask(const struct incoterms *t, const char *rule,
    const char *mode, const char *item, struct incoterm_answer *out);

/* air, road, rail, multimodal or sea? */
bool is_transport_mode(const char *mode);
