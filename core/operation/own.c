/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/own.h"

#include "core/base/clock.h"
#include "core/base/id.h"

#include <stdlib.h>
#include <string.h>

struct host_statements {
	struct store_statement *audit, *epoch_bump, *epoch_list;
	struct store_statement *find, *keep, *drop, *sweep;
};

void
own_open(struct host *host)
{
	struct host_statements *s = calloc(1, sizeof *s);
	struct store *store = host->store;

	EP_ASSERT(s != NULL);
	s->audit = store_statement_new(store,
	    "INSERT INTO ep_audit (id, at, tenant, principal, operation, "
	    "request_id, entity, entity_id, before, after) VALUES ($id, $at, "
	    "$tenant, $principal, $operation, $request_id, $entity, "
	    "$entity_id, $before, $after)");
	s->epoch_bump = store_statement_new(store,
	    "INSERT INTO ep_epoch (name, value) VALUES ($name, 1) ON "
	    "CONFLICT (name) DO UPDATE SET value = ep_epoch.value + 1 "
	    "RETURNING value");
	s->epoch_list = store_statement_new(store,
	    "SELECT name, value FROM ep_epoch");
	s->find = store_statement_new(store,
	    "SELECT fingerprint, status, media_type, headers, body, until, "
	    "state FROM ep_idempotency WHERE tenant = $tenant AND principal "
	    "= $principal AND operation = $operation AND key = $key AND until "
	    "> $now");
	s->keep = store_statement_new(store,
	    "INSERT INTO ep_idempotency (tenant, principal, operation, key, "
	    "fingerprint, state, until, status, media_type, headers, body) "
	    "VALUES ($tenant, $principal, $operation, $key, $fingerprint, "
	    "$state, $until, $status, $media_type, $headers, $body) ON "
	    "CONFLICT (tenant, principal, operation, key) DO UPDATE SET "
	    "fingerprint = excluded.fingerprint, state = excluded.state, "
	    "until = excluded.until, status = excluded.status, media_type = "
	    "excluded.media_type, headers = excluded.headers, body = "
	    "excluded.body");
	s->drop = store_statement_new(store,
	    "DELETE FROM ep_idempotency WHERE tenant = $tenant AND principal "
	    "= $principal AND operation = $operation AND key = $key");
	/* A few at a time, so that no request pays for a day's worth. */
	s->sweep = store_statement_new(store,
	    "DELETE FROM ep_idempotency WHERE (tenant, principal, operation, "
	    "key) IN (SELECT tenant, principal, operation, key FROM "
	    "ep_idempotency WHERE until <= $now ORDER BY until LIMIT 10)");
	host->own = s;
}

void
own_close(struct host *host)
{
	free(host->own);
	host->own = NULL;
}

ep_status
own_prepare(struct host *host, struct err *err)
{
	return store_create_host_tables(host->store, err);
}

ep_status
own_epochs_load(struct host *host, struct err *err)
{
	struct store_run_args none = { 0 };
	const struct ep_rows *rows = NULL;
	struct store_tx *tx;
	struct arena *a;
	ep_status st;

	EP_TRY(store_begin(host->store, STORE_READ, 0, &tx, err));
	a = arena_new(4096);
	st = store_run(tx, host->own->epoch_list, &none, a, &rows, err);
	for (uint32_t i = 0; st == EP_OK && i < rows_count(rows); i++) {
		struct board_word *w = board_word(host->board,
		    rows_text(rows, i, 0, NULL));

		if (w != NULL)
			board_raise(&w->value, rows_int(rows, i, 1));
	}
	store_rollback(tx);
	arena_free(&a);
	return st;
}

static ep_status
run(struct ep_op *op, struct store_tx *tx, struct store_statement *s,
    const struct store_run_args *args, const struct ep_rows **rows_out)
{
	return store_run(tx, s, args, op->arena, rows_out, &op->err);
}

ep_status
own_audit(struct ep_op *op, struct store_tx *tx, const struct own_audit *row)
{
	char id[ID_ROOM] = "";
	struct ep_arg args[] = {
		{ "id", ep_null() },
		{ "at", ep_int(op->now_us) },
		{ "principal", ep_text(op->principal) },
		{ "operation", ep_text(op->operation->spec->id) },
		{ "request_id", ep_text(op->request_id) },
		{ "entity", ep_text(row->entity) },
		{ "entity_id", ep_text(row->id) },
		{ "before", ep_json(row->before) },
		{ "after", ep_json(row->after) },
	};
	struct store_run_args q = { args, sizeof args / sizeof args[0],
		op->tenant };

	id_new(id);
	args[0].value = ep_text(id);
	return run(op, tx, op->host->own->audit, &q, NULL);
}

ep_status
own_epoch_bump(struct ep_op *op, struct store_tx *tx, const char *name,
    int64_t *value_out)
{
	struct ep_arg arg = { "name", ep_text(name) };
	struct store_run_args q = { &arg, 1, NULL };
	const struct ep_rows *rows = NULL;

	EP_TRY(run(op, tx, op->host->own->epoch_bump, &q, &rows));
	*value_out = rows_int(rows, 0, 0);
	return EP_OK;
}

#define KEY_ARGS(op)                                             \
	{ "principal", ep_text((op)->principal) },               \
	    { "operation", ep_text((op)->operation->spec->id) }, \
	{                                                        \
		"key", ep_text((op)->idempotency_key)            \
	}

ep_status
own_answer_find(struct ep_op *op, struct store_tx *tx,
    struct own_answer *answer_out)
{
	struct ep_arg args[] = { KEY_ARGS(op), { "now", ep_int(op->now_us) } };
	struct store_run_args q = { args, 4, op->tenant };
	const struct ep_rows *rows = NULL;

	memset(answer_out, 0, sizeof *answer_out);
	EP_TRY(run(op, tx, op->host->own->find, &q, &rows));
	if (rows_count(rows) == 0)
		return EP_OK;
	answer_out->is_found = true;
	answer_out->fingerprint = rows_text(rows, 0, 0, NULL);
	answer_out->code = (int)rows_int(rows, 0, 1);
	answer_out->media = rows_text(rows, 0, 2, NULL);
	answer_out->fields = rows_text(rows, 0, 3, NULL);
	answer_out->has_body = rows_type(rows, 0, 4) != EP_T_NULL;
	answer_out->body = rows_text(rows, 0, 4, &answer_out->length);
	answer_out->lease_us = rows_int(rows, 0, 5);
	answer_out->is_running = strcmp(rows_text(rows, 0, 6, NULL),
				     "running") == 0;
	return EP_OK;
}

static int64_t
until(const struct ep_op *op, const struct own_answer *answer)
{
	if (answer->is_running)
		return answer->lease_us;
	return op->now_us + (int64_t)OWN_KEY_HOURS * 3600 * 1000000;
}

ep_status
own_answer_keep(struct ep_op *op, struct store_tx *tx,
    const struct own_answer *answer)
{
	struct ep_arg args[] = {
		KEY_ARGS(op),
		{ "fingerprint", ep_text(answer->fingerprint) },
		{ "state", ep_text(answer->is_running ? "running" : "done") },
		{ "until", ep_int(until(op, answer)) },
		{ "status",
		    answer->is_running ? ep_null() : ep_int(answer->code) },
		{ "media_type", ep_text(answer->media) },
		{ "headers", ep_text(answer->fields) },
		{ "body",
		    answer->has_body
			? ep_blob(answer->body != NULL ? answer->body : "",
			      answer->length)
			: ep_null() },
	};
	struct store_run_args q = { args, sizeof args / sizeof args[0],
		op->tenant };

	return run(op, tx, op->host->own->keep, &q, NULL);
}

ep_status
own_answer_drop(struct ep_op *op, struct store_tx *tx)
{
	struct ep_arg args[] = { KEY_ARGS(op) };
	struct store_run_args q = { args, 3, op->tenant };

	return run(op, tx, op->host->own->drop, &q, NULL);
}

ep_status
own_answer_sweep(struct ep_op *op, struct store_tx *tx)
{
	struct ep_arg arg = { "now", ep_int(op->now_us) };
	struct store_run_args q = { &arg, 1, NULL };

	return run(op, tx, op->host->own->sweep, &q, NULL);
}
