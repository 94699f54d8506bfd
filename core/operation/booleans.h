/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * C's comparisons are ints, so EP_ARG("valid", a == b) crosses the border as
 * 0 or 1.  Where the contract says boolean, such an integer becomes one; the
 * contract's schema is what tells, in every mode.
 */

#pragma once

#include "core/base/node.h"

/* Can a value of this schema hold a boolean anywhere?  Asked once, when the
 * operation is compiled. */
bool booleans_are_in(const struct ep_node *document,
    const struct ep_node *schema);

/* Changes the node in its place. */
void booleans_mend(const struct ep_node *document, const struct ep_node *schema,
    struct ep_node *node);
