/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The pipeline around a handler: input validated, idempotency looked up,
 * transaction opened when first needed, handler run (again after a
 * collision, and once more in development mode), answer validated in
 * development mode, commit, effects, durability.  Runs on a fiber.
 */

#pragma once

#include "core/operation/op.h"

/* Who asks, and with what; everything lives as long as the arena. */
struct op_request {
	struct generation *generation; /* stays as long as the call */
	const struct operation *operation;
	struct arena *arena;
	uint32_t origin;
	const char *tenant, *principal, *language, *request_id, *traceparent;
	const char *idempotency_key; /* NULL: none */
	const struct op_field *headers;
	const struct ep_node *input; /* members as one object; checked here */
	int64_t deadline_us;         /* monotonic; 0: the operation's own */
	int64_t began_us;            /* monotonic; 0: now */
};

/* Runs it to its outcome, which is always set afterwards: an answer or a
 * problem document.  The op is in the arena. */
struct ep_op *op_run(const struct op_request *request);

/* A call by the host, see op.h; the status is what it returned, words in
 * err. */
ep_status op_run_lifecycle(const struct lifecycle_call *call, struct err *err);

/* problem.c: the failure of op as its outcome (RFC 9457). */
void problem_outcome(struct ep_op *op);

/* A problem document for what failed outside of any operation. */
struct ep_node *problem_new(struct arena *a, const struct err *err,
    const char *instance, const char *request_id);

/* input.c: checks the members of op->input against the parameters' schemas
 * and the body's. */
ep_status input_check(struct ep_op *op);

/* input.c: integers that stand for booleans become such; outside of
 * production mode the answer is held against its contract. */
ep_status answer_check(struct ep_op *op);

/* call.c */
ep_status call_joined(struct ep_op *parent, const struct operation *callee,
    const struct ep_node *in, const struct ep_node **out);
