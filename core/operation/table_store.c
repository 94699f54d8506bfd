/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/id.h"
#include "core/base/json.h"
#include "core/operation/own.h"
#include "core/operation/table.h"

#include <string.h>

/* Statements outside a transaction exist only in start, stop and health,
 * where each is a snapshot of its own. */
static bool
is_alone(const struct ep_op *op)
{
	return op->origin == EP_FROM_HOST && op->tx == NULL;
}

static ep_status
run_alone(struct ep_op *op, struct store_statement *statement,
    const struct store_run_args *run, const struct ep_rows **rows_out)
{
	struct store_tx *tx;

	EP_TRY(store_begin(op->host->store, STORE_READ, op->deadline_us, &tx,
	    &op->err));
	(void)store_run(tx, statement, run, op->arena, rows_out, &op->err);
	store_rollback(tx);
	return op->err.status;
}

ep_status
table_sql(struct ep_op *op, const struct ep_rows **rows_out,
    const char *statement, const struct ep_arg *args, uint32_t n)
{
	struct store_run_args run = { args, n, op->tenant };
	struct store_statement *s;
	struct store_tx *tx;
	int index;

	if (rows_out != NULL)
		*rows_out = NULL;
	EP_TRY(op_check(op));
	index = image_statement(op->instance->image, statement);
	if (index < 0)
		return op_fail(op, EP_INTERNAL, "not_a_statement",
		    "ep_sql: the pointer is no EP_SQL of this module");
	s = op->instance->statements[index];
	if (is_alone(op) && op->host->store != NULL)
		return run_alone(op, s, &run, rows_out);
	EP_TRY(op_transaction(op, &tx));
	(void)store_run(tx, s, &run, op->arena, rows_out, &op->err);
	return op->err.status;
}

ep_status
table_lock(struct ep_op *op, const char *const *keys, uint32_t n)
{
	struct store_tx *tx;

	(void)keys;
	EP_TRY(op_check(op));
	if (op->tx == NULL || !op->tx->is_write)
		return op_fail(op, EP_INTERNAL, "lock_outside_write",
		    "ep_lock: only an operation with x-entrepot-tx: write may "
		    "lock");
	if (n == 0)
		return op_fail(op, EP_INTERNAL, "lock_without_key",
		    "ep_lock: name at least one key");
	/* The one write turn of the embedded store is the lock. */
	return op_transaction(op, &tx);
}

ep_status
table_audit(struct ep_op *op, const char *entity, const char *id,
    const struct ep_node *before, const struct ep_node *after)
{
	struct own_audit row = { entity, id, before, after };
	struct store_tx *tx;

	EP_TRY(op_check(op));
	if (op->tx == NULL || !op->tx->is_write)
		return op_fail(op, EP_INTERNAL, "audit_outside_write",
		    "ep_audit: only an operation with x-entrepot-tx: write "
		    "may audit");
	if (entity == NULL || id == NULL)
		return op_fail(op, EP_INTERNAL, "audit_without_id",
		    "ep_audit: entity and id must be given");
	EP_TRY(op_transaction(op, &tx));
	return own_audit(op, tx, &row);
}

static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

/* Names of words are "kind module/name"; they are shown in /metrics, so only
 * plain characters are taken. */
static struct board_word *
word(struct ep_op *op, const char *kind, const char *name)
{
	if (name == NULL || strspn(name, plain) != strlen(name))
		return NULL;
	return board_word(op->host->board,
	    arena_format(op->arena, "%s %s/%s", kind, op->instance->name,
		name));
}

int64_t
table_epoch(struct ep_op *op, const char *name)
{
	struct board_word *w;

	EP_CHECK(op, OP_MAGIC);
	w = word(op, "epoch", name);
	return w != NULL ? atomic_load(&w->value) : 0;
}

ep_status
table_epoch_bump(struct ep_op *op, const char *name)
{
	struct op_effect effect = { .kind = EFFECT_EPOCH };
	struct store_tx *tx;

	EP_TRY(op_check(op));
	if (op->tx == NULL || !op->tx->is_write)
		return op_fail(op, EP_INTERNAL, "bump_outside_write",
		    "ep_epoch_bump: only an operation with x-entrepot-tx: "
		    "write may bump");
	effect.word = word(op, "epoch", name);
	if (effect.word == NULL)
		return op_fail(op, EP_INTERNAL, "too_many_words",
		    "ep_epoch_bump: %s: expected letters, digits, '_', '.' "
		    "and '-', and room for another epoch",
		    name);
	EP_TRY(op_transaction(op, &tx));
	EP_TRY(own_epoch_bump(op, tx, effect.word->name, &effect.value));
	op_effect(op, &effect);
	return EP_OK;
}

int64_t
table_counter_add(struct ep_op *op, const char *name, int64_t by)
{
	struct op_effect effect = { .kind = EFFECT_COUNTER, .value = by };

	EP_CHECK(op, OP_MAGIC);
	effect.word = word(op, "counter", name);
	if (effect.word == NULL)
		return 0;
	op_effect(op, &effect);
	return atomic_load(&effect.word->value);
}

ep_status
table_on_commit(struct ep_op *op, ep_work *fn, void *arg)
{
	struct op_effect effect = { .kind = EFFECT_CALL, .fn = fn, .arg = arg };

	EP_TRY(op_check(op));
	op_effect(op, &effect);
	return EP_OK;
}
