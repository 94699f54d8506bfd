/* SPDX-License-Identifier: BSD-2-Clause */

/* ep_call: one operation from within another. */

#include "core/loop/fiber.h"
#include "core/operation/host_call.h"
#include "core/operation/run.h"
#include "core/operation/table.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 16
#define STACK_RESERVE 65536 /* a callee needs at least so much stack */

static bool
is_required(const struct instance *caller, const char *module)
{
	const char *const *r = caller->manifest->requires;

	if (strcmp(caller->name, module) == 0)
		return true;
	for (; r != NULL && *r != NULL; r++)
		if (strcmp(*r, module) == 0)
			return true;
	return false;
}

/* Offered to whoever evaluates the platform. */
static bool
is_indicator(const struct operation *callee)
{
	const struct ep_node *all = callee->instance->manifest->indicators;

	for (uint32_t i = 0; all != NULL && i < all->count; i++)
		if (strcmp(node_text(node_at(all, i), ""), callee->spec->id) ==
		    0)
			return true;
	return false;
}

static ep_status
callee_find(struct ep_op *op, const char *name,
    const struct operation **callee_out)
{
	const struct operation *callee;

	callee = generation_find(op->generation, name);
	if (callee == NULL)
		return op_fail(op, EP_NOT_FOUND, "unknown_operation",
		    "ep_call: no loaded module has the operation %s", name);
	if (!is_required(op->instance, callee->instance->name) &&
	    !is_indicator(callee))
		return op_fail(op, EP_INTERNAL, "undeclared_call",
		    "ep_call: %s belongs to module %s; list it under "
		    "x-entrepot.requires of %s",
		    name, callee->instance->name, op->instance->name);
	if (op->depth + 1 >= DEPTH_MAX || fiber_stack_left() < STACK_RESERVE)
		return op_fail(op, EP_INTERNAL, "call_too_deep",
		    "ep_call: %s would be call number %u within calls", name,
		    op->depth + 1);
	*callee_out = callee;
	return EP_OK;
}

/* May the callee run within the caller's transaction? */
static ep_status
joins_check(struct ep_op *op, const struct operation *callee)
{
	if (callee->spec->tx == TX_NONE || callee->spec->tx == TX_STEP)
		return op_fail(op, EP_INTERNAL, "call_would_wait",
		    "ep_call: %s is a `%s` operation and cannot be called "
		    "from within a transaction",
		    callee->spec->id, manifest_tx_name(callee->spec->tx));
	if (callee->spec->tx == TX_WRITE && !op->tx->is_write)
		return op_fail(op, EP_INTERNAL, "write_in_read",
		    "ep_call: %s writes and cannot be called from the `read` "
		    "operation %s",
		    callee->spec->id, op->operation->spec->id);
	return EP_OK;
}

static struct ep_op *
child_new(struct ep_op *parent, const struct operation *callee,
    const struct ep_node *in)
{
	struct ep_op *op = arena_alloc(parent->arena, sizeof *op);

	*op = *parent;
	op->operation = callee;
	op->instance = callee->instance;
	op->depth = parent->depth + 1;
	op->origin = EP_FROM_CALL;
	op->lifecycle = NULL;
	op->headers = NULL;
	op->input = in;
	op->idempotency_key = NULL;
	err_clear(&op->err);
	err_clear(&op->callee_err);
	op->fail_members = op->fail_places = NULL;
	memset(&op->outcome, 0, sizeof op->outcome);
	return op;
}

/* Undoes what the callee did: to the savepoint, or, where the transaction
 * began only within it, altogether. */
static ep_status
callee_undo(struct ep_op *parent, bool had_transaction)
{
	struct op_tx *t = parent->tx;

	if (t->tx == NULL)
		return EP_OK;
	if (had_transaction)
		return store_undo(t->tx, &parent->err);
	store_rollback(t->tx);
	t->tx = NULL;
	return EP_OK;
}

static ep_status
callee_run(struct ep_op *op)
{
	EP_TRY(input_check(op));
	EP_TRY(op_handle(op));
	return answer_check(op);
}

static const struct ep_node *
answer(const struct ep_op *op)
{
	return op->outcome.node;
}

/* The status of an answer that is a problem without a failed call: the
 * handler replied with a code of 400 or above. */
static ep_status
status_of_code(int code)
{
	for (ep_status s = EP_INVALID; s < EP_STATUS_COUNT; s++)
		if (status_http(s) == code)
			return s;
	return code >= 500 ? EP_INTERNAL : EP_REFUSED;
}

ep_status
call_joined(struct ep_op *parent, const struct operation *callee,
    const struct ep_node *in, const struct ep_node **out)
{
	struct ep_op *op = child_new(parent, callee, in);
	struct op_effect **tail = parent->root->last_effect;
	bool had_transaction = parent->tx->tx != NULL;
	ep_status st;

	if (had_transaction)
		EP_TRY(store_savepoint(parent->tx->tx, &parent->err));
	st = callee_run(op);
	if (st == EP_OK && op->outcome.code < 400) {
		if (had_transaction)
			EP_TRY(store_release(parent->tx->tx, &parent->err));
		*out = answer(op);
		return EP_OK;
	}
	*tail = NULL;
	parent->root->last_effect = tail;
	/* The whole transaction is run again: nothing to undo here, and a
	 * failure to do so must not hide that. */
	if (st == EP_AGAIN)
		return op_fail(parent, EP_AGAIN, NULL, "%s", op->err.text);
	EP_TRY(callee_undo(parent, had_transaction));
	if (st != EP_OK)
		problem_outcome(op);
	else
		st = status_of_code(op->outcome.code);
	parent->callee_err = op->err;
	*out = answer(op);
	return st;
}

/* From an operation without a transaction: the callee has its own, complete
 * with its commit, and its own memory, so that many calls in a row cost no
 * more than one.  Only its answer stays. */
static ep_status
call_apart(struct ep_op *parent, const struct operation *callee,
    const struct ep_node *in, const struct ep_node **out)
{
	struct op_request q = { .generation = parent->generation,
		.operation = callee,
		.arena = arena_new(16384),
		.origin = EP_FROM_CALL,
		.tenant = parent->tenant,
		.principal = parent->principal,
		.language = parent->language,
		.request_id = parent->request_id,
		.traceparent = parent->traceparent,
		.input = in,
		.deadline_us = parent->deadline_us };
	int64_t at = op_pause(parent);
	struct ep_op *op;
	ep_status st = EP_OK;

	arena_set_ceiling(q.arena, parent->generation->limits.max_arena);
	op = op_run(&q);
	op_resume(parent, at);
	if (answer(op) != NULL)
		*out = node_copy(parent->arena, answer(op));
	if (op->outcome.code >= 400) {
		parent->callee_err = op->err;
		st = op->err.status != EP_OK ? op->err.status
					     : status_of_code(op->outcome.code);
	}
	arena_free(&q.arena);
	return st;
}

ep_status
table_call(struct ep_op *op, const char *operation, const struct ep_node *in,
    const struct ep_node **out)
{
	const struct operation *callee = NULL;
	const struct ep_node *ignored;
	ep_status st;

	if (out == NULL)
		out = &ignored;
	*out = NULL;
	EP_TRY(op_check(op));
	if (host_call(op, operation, out, &st))
		return st;
	EP_TRY(callee_find(op, operation, &callee));
	if (in == NULL)
		in = node_new(op->arena, EP_T_OBJECT);
	EP_ASSERT(callee != NULL);
	if (op->tx == NULL)
		return call_apart(op, callee, in, out);
	EP_TRY(joins_check(op, callee));
	return call_joined(op, callee, in, out);
}
