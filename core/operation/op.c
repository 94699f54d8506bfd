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

static void
set_busy(const struct ep_op *root, int64_t since_us)
{
	struct board_slot *slot = &root->host->board->slots[root->host->slot];

	if (since_us != 0)
		atomic_store_explicit(&slot->series, root->operation->series,
		    memory_order_relaxed);
	atomic_store_explicit(
	    &slot->busy_since_us, since_us, memory_order_release);
}

void
op_enter(struct ep_op *op)
{
	op->is_running = true;
	set_busy(op, clock_monotonic_us());
}

void
op_leave(struct ep_op *op)
{
	op->is_running = false;
	set_busy(op, 0);
}

int64_t
op_pause(struct ep_op *op)
{
	if (op->root->is_running)
		set_busy(op->root, 0);
	return clock_monotonic_us();
}

void
op_resume(struct ep_op *op, int64_t paused_at_us)
{
	int64_t now = clock_monotonic_us();

	op->root->waited_us += now - paused_at_us;
	if (op->root->is_running)
		set_busy(op->root, now);
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
