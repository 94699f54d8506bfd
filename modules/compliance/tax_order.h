/* SPDX-License-Identifier: BSD-2-Clause */

/* What the taxes share: checking an order, dividing its freight. */

#pragma once

#include "tax.h"

/* goods of each line, and their sum.  Refuses empty_order (as empty), and
 * bad_line. */
law_fault order_goods(struct tax_order *o, law_fault empty, int64_t *total_out);

/* dutiable = goods and their share of freight and insurance, by largest
 * remainder, ties to the first. */
void order_apportion(struct tax_order *o, int64_t total);

/* amount x rate, rounded.  Refuses bad_rate. */
law_fault tax_of(int64_t amount, const char *rate, int64_t *out);
