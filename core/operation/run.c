/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/run.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/operation/own.h"

#include "core/loop/fiber.h"

#include <string.h>
#include <unistd.h>

#define ATTEMPTS 8         /* runs of one handler after collisions */
#define LEASE_US 300000000 /* a running key counts for five minutes */
#define LATE_US 5000000    /* for writing an outcome past the deadline */

/* What the pipeline knows beyond the op. */
struct run {
	struct ep_op *op;
	struct op_tx tx;
	bool has_key, is_taken, is_replayed;
	uint64_t key_hash;
	const char *fingerprint;
};

/* A step of a job is one transaction as any other write; that it is not
 * joined to a caller's is seen to by call.c. */
static bool
is_write(const struct ep_op *op)
{
	return op->operation->spec->tx == TX_WRITE ||
	    op->operation->spec->tx == TX_STEP;
}

static bool
has_transaction(const struct ep_op *op)
{
	return op->operation->spec->tx != TX_NONE;
}

static void
undo(struct ep_op *op)
{
	if (op->tx != NULL && op->tx->tx != NULL) {
		store_rollback(op->tx->tx);
		op->tx->tx = NULL;
	}
}

static void
attempt_begin(struct ep_op *op)
{
	err_clear(&op->err);
	err_clear(&op->callee_err);
	memset(&op->outcome, 0, sizeof op->outcome);
	op->fail_members = NULL;
	op->fail_places = NULL;
	op->first_effect = NULL;
	op->last_effect = &op->first_effect;
	if (op->tx != NULL)
		op->tx->is_used = false;
}

/* Runs the handler once.  Afterwards the status is EP_OK and an answer is
 * set, or it is the failure and stands in op->err. */
static ep_status
handler_run(struct ep_op *op)
{
	ep_status st;

	op->is_running = true;
	op_show(op->host, op);
	st = op_handle(op);
	op_show(op->host, NULL);
	op->is_running = false;
	return st == EP_OK ? answer_check(op) : st;
}

/* ----------------------------------------------------------- idempotency */

static void
key_prepare(struct run *r)
{
	struct ep_op *op = r->op;
	struct buf b = { 0 };
	char hex[65];

	r->has_key = op->idempotency_key != NULL &&
	    op->operation->spec->idempotent &&
	    op->operation->spec->tx != TX_READ && op->host->store != NULL;
	if (!r->has_key)
		return;
	json_write(&b, op->input);
	sha256_bytes(buf_data(&b), buf_length(&b), hex);
	r->fingerprint = arena_strdup(op->arena, hex);
	buf_clear(&b, SIZE_MAX);
	buf_format(&b, "%s %s %s %s", op->tenant, op->principal,
	    op->operation->spec->id, op->idempotency_key);
	sha256_bytes(buf_data(&b), buf_length(&b), hex);
	buf_fini(&b);
	for (int i = 0; i < 16; i++)
		r->key_hash = r->key_hash << 4 |
		    (uint64_t)(hex[i] <= '9' ? hex[i] - '0'
					     : hex[i] - 'a' + 10);
	r->is_taken = board_key_take(op->host->board, r->key_hash, getpid());
	if (!r->is_taken)
		(void)op_fail(op, EP_CONFLICT, "in_progress",
		    "Idempotency-Key: the first request with this key is "
		    "still running; ask again in a moment");
}

static void
key_end(struct run *r)
{
	if (r->is_taken)
		board_key_give(r->op->host->board, r->key_hash, getpid());
	r->is_taken = false;
}

static ep_status
replay(struct ep_op *op, const struct own_answer *kept)
{
	const struct ep_node *fields = NULL;
	struct err ignored = { 0 };

	if (!kept->has_body)
		return op_fail(op, EP_CONFLICT, "answer_not_kept",
		    "Idempotency-Key: done before with status %d, but the "
		    "answer was larger than %d bytes and is not kept",
		    kept->code, OWN_BODY_MAX);
	op->outcome.is_set = true;
	op->outcome.is_replay = true;
	op->outcome.code = kept->code;
	op->outcome.media = kept->media;
	op->outcome.bytes = kept->body;
	op->outcome.length = kept->length;
	if (kept->fields != NULL)
		(void)json_parse_copy(op->arena, kept->fields,
		    strlen(kept->fields), &fields, &ignored);
	for (uint32_t i = 0; fields != NULL && i + 1 < fields->count; i += 2) {
		struct op_field *f = arena_alloc(op->arena, sizeof *f);

		f->name = node_text(node_at(fields, i), "");
		f->value = node_text(node_at(fields, i + 1), "");
		f->next = op->outcome.fields;
		op->outcome.fields = f;
		op->outcome.n_fields++;
	}
	return EP_OK;
}

/* Was this key answered before?  Then the outcome is set and the transaction
 * has nothing more to do. */
static ep_status
key_look_up(struct run *r, struct store_tx *tx)
{
	struct ep_op *op = r->op;
	struct own_answer kept;

	EP_TRY(own_answer_find(op, tx, &kept));
	if (!kept.is_found)
		return EP_OK;
	if (strcmp(kept.fingerprint, r->fingerprint) != 0)
		return op_fail(op, EP_REFUSED, "idempotency_key_reused",
		    "Idempotency-Key: used before with another input; take a "
		    "new key for a new request");
	if (kept.is_running) {
		if (kept.lease_us > op->now_us)
			return op_fail(op, EP_CONFLICT, "in_progress",
			    "Idempotency-Key: the first request with this key "
			    "has no outcome yet; ask again later");
		return EP_OK;
	}
	r->is_replayed = true;
	return replay(op, &kept);
}

static ep_status
key_keep(struct run *r, struct store_tx *tx)
{
	struct ep_op *op = r->op;
	struct own_answer kept = { .fingerprint = r->fingerprint,
		.code = op->outcome.code,
		.media = op->outcome.media };
	struct buf body = { 0 }, fields = { 0 };
	ep_status st;

	if (op->outcome.media == NULL && op->outcome.node != NULL) {
		json_write(&body, op->outcome.node);
		kept.body = buf_data(&body);
		kept.length = (uint32_t)buf_length(&body);
		kept.media = "application/json";
	} else {
		kept.body = op->outcome.bytes;
		kept.length = (uint32_t)op->outcome.length;
	}
	kept.has_body = kept.length <= OWN_BODY_MAX;
	/* Name, value, name, value: a name may occur twice. */
	buf_byte(&fields, '[');
	for (const struct op_field *f = op->outcome.fields; f != NULL;
	     f = f->next) {
		if (f != op->outcome.fields)
			buf_byte(&fields, ',');
		json_write_text(&fields, f->name, strlen(f->name));
		buf_byte(&fields, ',');
		json_write_text(&fields, f->value, strlen(f->value));
	}
	buf_append(&fields, "]", 2);
	kept.fields = buf_data(&fields);
	st = own_answer_keep(op, tx, &kept);
	if (st == EP_OK)
		st = own_answer_sweep(op, tx);
	buf_fini(&body);
	buf_fini(&fields);
	return st;
}

/* ----------------------------------------------------------- transaction */

static void
effects_apply(struct ep_op *op)
{
	bool is_bumped = false;

	for (struct op_effect *e = op->first_effect; e != NULL; e = e->next) {
		switch (e->kind) {
		case EFFECT_CALL:
			e->fn(e->arg);
			break;
		case EFFECT_EPOCH:
			board_raise(&e->word->value, e->value);
			is_bumped = true;
			break;
		case EFFECT_COUNTER:
			(void)atomic_fetch_add(&e->word->value, e->value);
			break;
		}
	}
	op->first_effect = NULL;
	op->last_effect = &op->first_effect;
	if (is_bumped) {
		atomic_store(&op->host->board->want_build, 1);
		board_wake_supervisor(op->host->board);
	}
}

static ep_status
finish_write(struct ep_op *op)
{
	ep_status st;

	st = store_commit(op->tx->tx, &op->tx->point, &op->err);
	op->tx->tx = NULL;
	return st;
}

static void
finish_read(struct ep_op *op)
{
	op->tx->point = store_read_point(op->tx->tx);
	store_rollback(op->tx->tx);
	op->tx->tx = NULL;
}

/* What the handler did becomes lasting: the key's row beside it. */
static ep_status
attempt_end(struct run *r)
{
	struct ep_op *op = r->op;
	struct store_tx *tx;

	if (r->has_key) {
		EP_TRY(op_transaction(op, &tx));
		EP_TRY(key_keep(r, tx));
	}
	if (op->tx->tx == NULL)
		return EP_OK;
	if (op->tx->is_write)
		return finish_write(op);
	finish_read(op);
	return EP_OK;
}

static ep_status
attempt_begin_with_key(struct run *r)
{
	struct store_tx *tx;

	EP_TRY(op_transaction(r->op, &tx));
	EP_TRY(key_look_up(r, tx));
	if (r->is_replayed)
		finish_read(r->op);
	return EP_OK;
}

/* One attempt of an operation that has a transaction.  EP_AGAIN asks for
 * another one. */
static ep_status
attempt(struct run *r, bool is_trial)
{
	struct ep_op *op = r->op;

	attempt_begin(op);
	if (r->has_key)
		EP_TRY(attempt_begin_with_key(r));
	if (r->is_replayed)
		return EP_OK;
	EP_TRY(handler_run(op));
	if (!is_trial && op->outcome.code < 400)
		return attempt_end(r);
	undo(op);
	return EP_OK;
}

/* After a collision: a little later, each time more, with this process' own
 * bit of difference. */
static void
back_off(struct ep_op *op, int n)
{
	int64_t us = ((int64_t)1 << n) * 500 + (int64_t)op->host->slot * 97;
	int64_t at = op_pause(op);

	(void)fiber_wait(clock_monotonic_us() + us);
	op_resume(op, at);
}

/* Everything again after a first run that went well and was undone, so that
 * nobody meets the first re-run of his handler in production. */
static bool
wants_again(const struct run *r, ep_status st)
{
	const struct ep_op *op = r->op;

	return st == EP_OK && !r->is_replayed && op->outcome.code < 400 &&
	    op->tx->is_used;
}

static ep_status
run_with_transaction(struct run *r)
{
	struct ep_op *op = r->op;
	ep_status st = EP_AGAIN;

	if (op->generation->mode != MODE_PRODUCTION && is_write(op)) {
		st = attempt(r, true);
		if (st != EP_OK)
			undo(op);
		if (st != EP_AGAIN && !wants_again(r, st))
			return st;
	}
	for (int n = 0; n < ATTEMPTS; n++) {
		st = attempt(r, false);
		if (st == EP_OK)
			break;
		undo(op);
		if (st != EP_AGAIN)
			break;
		back_off(op, n);
	}
	return st;
}

/* A `none` operation with a key: the row is committed before and
 * after, each in a transaction of its own. */
static ep_status
key_row(struct run *r, int64_t deadline_us,
    ep_status (*change)(struct run *, struct store_tx *))
{
	struct ep_op *op = r->op;
	struct store_tx *tx;
	uint64_t point;
	ep_status st;

	EP_TRY(store_begin(op->host->store, STORE_WRITE, deadline_us, &tx,
	    &op->err));
	st = change(r, tx);
	if (st != EP_OK) {
		store_rollback(tx);
		return st;
	}
	EP_TRY(store_commit(tx, &point, &op->err));
	return store_wait_synced(op->host->store, point, deadline_us, &op->err);
}

/* What was done must be noted, and a row of what failed must go, though the
 * time of the operation may be over. */
static int64_t
late(const struct ep_op *op)
{
	int64_t least = clock_monotonic_us() + LATE_US;

	return op->deadline_us > least ? op->deadline_us : least;
}

static ep_status
key_announce(struct run *r, struct store_tx *tx)
{
	struct own_answer running = { .fingerprint = r->fingerprint,
		.is_running = true,
		.lease_us = r->op->now_us + LEASE_US };

	EP_TRY(key_look_up(r, tx));
	if (r->is_replayed)
		return EP_OK;
	return own_answer_keep(r->op, tx, &running);
}

static ep_status
key_forget(struct run *r, struct store_tx *tx)
{
	return own_answer_drop(r->op, tx);
}

static ep_status
run_without_transaction(struct run *r)
{
	struct ep_op *op = r->op;
	struct err failure;
	ep_status st;

	attempt_begin(op);
	if (r->has_key) {
		EP_TRY(key_row(r, op->deadline_us, key_announce));
		if (r->is_replayed)
			return EP_OK;
	}
	st = handler_run(op);
	if (!r->has_key)
		return st;
	if (st == EP_OK && op->outcome.code < 400)
		return key_row(r, late(op), key_keep);
	failure = op->err;
	err_clear(&op->err);
	(void)key_row(r, late(op), key_forget);
	op->err = failure;
	return st;
}

/* -------------------------------------------------------------- the whole */

static void
account(struct ep_op *op)
{
	struct board_usage *usage = op->instance->usage;
	int64_t took = clock_monotonic_us() - op->began_us;
	int64_t busy = took - op->waited_us;
	uint64_t used = arena_used(op->arena);

	if (op->operation->metric != NULL)
		board_count(op->operation->metric, op->outcome.code, took);
	if (op->instance->version_use != NULL)
		board_version_count(op->instance->version_use, op->outcome.code,
		    busy, used);
	if (usage == NULL)
		return;
	if (busy > 0)
		atomic_store_explicit(&usage->cpu_ns,
		    atomic_load_explicit(&usage->cpu_ns, memory_order_relaxed) +
			(uint64_t)busy * 1000,
		    memory_order_relaxed);
	if (used >
	    atomic_load_explicit(&usage->memory_peak, memory_order_relaxed))
		atomic_store_explicit(&usage->memory_peak, used,
		    memory_order_relaxed);
	if (busy > op->generation->limits.slow_us) {
		struct log_context about = { .module = op->instance->name,
			.request_id = op->request_id,
			.operation = op->operation->spec->id };
		struct ep_arg took_ms = { "held_ms", ep_int(busy / 1000) };

		log_write(op->host->log, EP_WARN, &about, "slow", &took_ms, 1);
	}
}

static struct ep_op *
op_new(const struct op_request *q)
{
	struct ep_op *op = arena_alloc(q->arena, sizeof *op);

	op->magic = OP_MAGIC;
	op->host = q->generation->host;
	op->generation = q->generation;
	op->operation = q->operation;
	op->instance = q->operation->instance;
	op->root = op;
	op->origin = q->origin;
	op->arena = q->arena;
	op->tenant = q->tenant;
	op->principal = q->principal;
	op->language = q->language;
	op->request_id = q->request_id;
	op->traceparent = q->traceparent;
	op->idempotency_key = q->idempotency_key;
	op->headers = q->headers;
	op->input = q->input;
	op->now_us = clock_real_us();
	op->began_us = q->began_us != 0 ? q->began_us : clock_monotonic_us();
	op->deadline_us = op->began_us +
	    (q->operation->deadline_us != 0
		    ? q->operation->deadline_us
		    : q->generation->limits.deadline_us);
	if (q->deadline_us != 0 && q->deadline_us < op->deadline_us)
		op->deadline_us = q->deadline_us;
	op->last_effect = &op->first_effect;
	return op;
}

static ep_status
run_checked(struct run *r)
{
	struct ep_op *op = r->op;
	int64_t at;
	ep_status st;

	EP_TRY(input_check(op));
	key_prepare(r);
	EP_TRY(op->err.status);
	if (has_transaction(op)) {
		r->tx.is_write = is_write(op);
		op->tx = &r->tx;
		st = run_with_transaction(r);
	} else {
		st = run_without_transaction(r);
	}
	EP_TRY(st);
	if (op->outcome.code < 400)
		effects_apply(op);
	if (r->tx.point != 0) {
		at = op_pause(op);
		st = store_wait_synced(op->host->store, r->tx.point,
		    op->deadline_us, &op->err);
		op_resume(op, at);
	}
	return st;
}

struct ep_op *
op_run(const struct op_request *request)
{
	struct run r = { .op = op_new(request) };
	struct ep_op *op = r.op;

	if (run_checked(&r) != EP_OK)
		problem_outcome(op);
	op->tx = NULL;
	key_end(&r);
	account(op);
	return op;
}

/* The supervisor sees it as it sees a handler, but for the operation, of
 * which there is none. */
static ep_status
lifecycle_run(struct ep_op *op, ep_handler *fn)
{
	ep_status st;

	op->is_running = true;
	op_show(op->host, op);
	st = fn(op);
	op_show(op->host, NULL);
	op->is_running = false;
	if (op_check(op) == EP_OK && st != EP_OK)
		(void)op_fail(op, st, NULL, "it ended with %s",
		    status_name(st));
	return op->err.status;
}

ep_status
op_run_lifecycle(const struct lifecycle_call *call, struct err *err)
{
	struct instance *instance = call->instance;
	struct arena *arena = call->arena;
	struct op_request q = { .generation = call->generation,
		.operation = instance->lifecycle,
		.arena = arena,
		.origin = EP_FROM_HOST,
		.tenant = "default",
		.principal = arena_format(arena, "module:%s", instance->name),
		.language = "en",
		.request_id = "",
		.deadline_us = call->deadline_us,
		.input = node_new(arena, EP_T_OBJECT) };
	struct ep_op *op = op_new(&q);
	struct op_tx tx = { 0 };

	if (call->snapshot_name != NULL)
		op->tx = &tx; /* EP_BUILD reads one snapshot of the store */
	op->lifecycle = call;
	(void)lifecycle_run(op, call->fn);
	if (tx.tx != NULL) {
		tx.point = store_read_point(tx.tx);
		store_rollback(tx.tx);
		/* A snapshot outlives a power cut: what it was made of must,
		 * too. */
		if (op->err.status == EP_OK)
			(void)store_wait_synced(op->host->store, tx.point,
			    op->deadline_us, &op->err);
	}
	*err = op->err;
	return err->status;
}
