/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/op.h"

#include "core/base/clock.h"

#include <stdarg.h>
#include <stdio.h>

ep_status
op_fail(struct ep_op *op, ep_status status, const char *code,
    const char *format, ...)
{
	char words[sizeof op->err.text];
	va_list ap;

	EP_CHECK(op, OP_MAGIC);
	va_start(ap, format);
	(void)vsnprintf(words, sizeof words, format, ap);
	va_end(ap);
	return err_set(&op->err, status, code, "%s", words);
}

ep_status
op_check(struct ep_op *op)
{
	EP_CHECK(op, OP_MAGIC);
	if (arena_is_over(op->arena))
		return op_fail(op, EP_LIMIT, "memory_limit",
		    "operation: it used more memory than one may "
		    "(limits.max_arena)");
	return op->err.status;
}

ep_status
op_handle(struct ep_op *op)
{
	ep_status st = op->operation->run(op);

	EP_TRY(op_check(op));
	if (st != EP_OK && st == op->callee_err.status)
		return op_fail(op, st, op->callee_err.code, "%s",
		    op->callee_err.text);
	if (st != EP_OK)
		return op_fail(op,
		    st > EP_OK && st < EP_STATUS_COUNT ? st : EP_INTERNAL, NULL,
		    "the operation ended with %s", status_name(st));
	if (!op->outcome.is_set)
		return op_fail(op, EP_INTERNAL, "no_reply",
		    "the handler returned EP_OK without a reply");
	return EP_OK;
}

void
op_show(struct host *host, const struct ep_op *op)
{
	struct board_slot *slot = &host->board->slots[host->slot];

	if (op != NULL)
		atomic_store_explicit(&slot->series, op->operation->series,
		    memory_order_relaxed);
	atomic_store_explicit(&slot->busy_since_us,
	    op != NULL ? clock_monotonic_us() : 0, memory_order_release);
}

int64_t
op_pause(struct ep_op *op)
{
	if (op->root->is_running)
		op_show(op->host, NULL);
	return clock_monotonic_us();
}

void
op_resume(struct ep_op *op, int64_t paused_at_us)
{
	op->root->waited_us += clock_monotonic_us() - paused_at_us;
	if (op->root->is_running)
		op_show(op->host, op);
}

ep_status
op_transaction(struct ep_op *op, struct store_tx **tx_out)
{
	struct op_tx *t = op->tx;
	int64_t at;
	ep_status st;

	*tx_out = NULL;
	if (t == NULL)
		return op_fail(op, EP_INTERNAL, "no_transaction",
		    "ep_sql: an operation with x-entrepot-tx: none or step "
		    "has no SQL of its own; call another operation for it");
	if (op->host->store == NULL)
		return op_fail(op, EP_UNAVAILABLE, "no_store",
		    "ep_sql: this process has no store");
	if (t->tx == NULL) {
		at = op_pause(op);
		st = store_begin(op->host->store,
		    t->is_write ? STORE_WRITE : STORE_READ, op->deadline_us,
		    &t->tx, &op->err);
		op_resume(op, at);
		if (st != EP_OK)
			return st;
		t->is_used = true;
	}
	*tx_out = t->tx;
	return EP_OK;
}

void
op_effect(struct ep_op *op, const struct op_effect *effect)
{
	struct ep_op *root = op->root;
	struct op_effect *e = arena_alloc(root->arena, sizeof *e);

	*e = *effect;
	e->next = NULL;
	*root->last_effect = e;
	root->last_effect = &e->next;
}
