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

/* live.c: an indicator as it is read now. */
struct live {
	bool has_value;
	double value;
	const char *source; /* "host", or the module's name */
	const char *reason; /* why there is no value */
};

/* live.c: by position in the set; what is not automatic has neither value
 * nor reason. */
ep_status live_read(struct ep_op *op, const struct indicator_set *set,
    struct live *out);

/* The operations. */
ep_handler evaluation_live_values;                     /* live.c */
ep_handler evaluation_evaluate, evaluation_indicators; /* measure.c */
ep_handler evaluation_report;                          /* reporting.c */
