/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Conditions of rules over facts:
 *
 *	{"all": [...]}, {"any": [...]}, {"not": ...},
 *	{"field": "a.b", "op": ..., "value": ...}
 *
 * with exists, missing, eq, ne, in, nin, gt, gte, lt, lte (numbers and
 * decimal texts, never booleans), hs_prefix (a text that begins with one of a
 * list), contains, contains_any, lacks, lacks_all (lists).  A field that is
 * missing makes all but missing false.
 */

#pragma once

#include <entrepot.h>

bool condition_holds(const struct ep_node *condition,
    const struct ep_node *facts);

/* Is it one?  Names of operators that are not known are faults of a rule. */
bool condition_is_good(const struct ep_node *condition);
