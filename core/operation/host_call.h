/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What modules may ask the host by ep_call(), without a declaration:
 *
 * host.openapi	the merged contract of all modules
 * host.modules	{generation, modules: [{name, version, title, indicators,
 *		operations}]}
 * host.figures	{uptime_s, operations: [{operation, count, errors,
 *		refusals, p95_ms}], count, errors, refusals, p95_ms} of the
 *		whole life of the host; p95_ms is the upper bound of the
 *		histogram's bucket that has the 95th of a hundred (nearest
 *		rank), null when nothing was called or it is the last bucket
 */

#pragma once

#include "core/operation/op.h"

/* Is it the host's?  Then *st_out is the outcome: EP_OK and *out in the
 * operation's arena, or the operation has failed: EP_NOT_FOUND. */
bool host_call(struct ep_op *op, const char *name, const struct ep_node **out,
    ep_status *st_out);
