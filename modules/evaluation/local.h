/* SPDX-License-Identifier: BSD-2-Clause */

/* What the files share that know the host. */

#pragma once

#include "indicators.h"
#include "weights.h"

#include <entrepot.h>

/* The instance: the indicators as data/ has them. */
struct evaluation_state {
	struct indicator_set set;
};

/* evaluation.c: memory of the operation. */
struct memory operation_memory(struct ep_op *op);

/* evaluation.c: ends the operation with a refusal of this module's. */
ep_status refuse(struct ep_op *op, fault code);

/* evaluation.c: an array of numbers, to six decimals. */
struct ep_node *shown_numbers(struct ep_op *op, const double *numbers,
    size_t n);

/* measure.c: values, not_applicable and vetoes of the input against the set.
 * Fails the operation with unknown_indicator, unknown_veto or
 * not_applicable_with_value. */
ep_status measured_read(struct ep_op *op, const struct indicator_set *set,
    struct measured *out, bool *is_vetoed_out);

/* measure.c: what grade() found, as the answer of evaluation.evaluate. */
struct ep_node *grading_node(struct ep_op *op, const struct indicator_set *set,
    const struct grading *g);

/* The operations. */
ep_handler evaluation_evaluate, evaluation_indicators; /* measure.c */
ep_handler evaluation_report;                          /* reporting.c */
