/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/service.h"

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/json.h"
#include "core/loop/fiber.h"
#include "core/operation/pin.h"

#include <ctype.h>
#include <string.h>

static const char ops_path[] = "/v1/ops/";

/* ------------------------------------------------------------- answering */

#define MAX_FIELDS 24
#define REPLY_COPIED ((size_t)64 * 1024) /* by http_reply(); see there */

static void
count(struct exchange *x, int status)
{
	struct board_slot *slot =
	    &x->service->host->board->slots[x->service->host->slot];

	atomic_store_explicit(&slot->requests,
	    atomic_load_explicit(&slot->requests, memory_order_relaxed) + 1,
	    memory_order_relaxed);
	if (status >= 500)
		atomic_store_explicit(&slot->responses_5xx,
		    atomic_load_explicit(&slot->responses_5xx,
			memory_order_relaxed) +
			1,
		    memory_order_relaxed);
}

static void
log_unfit(const struct exchange *x, const struct err *err)
{
	struct log_context about = { .request_id = x->request_id };
	struct ep_arg detail = { "detail", ep_text(err->text) };

	if (x->operation != NULL) {
		about.module = x->operation->instance->name;
		about.operation = x->operation->spec->id;
	}
	log_write(x->service->host->log, EP_ERROR, &about, "reply_unfit",
	    &detail, 1);
}

void
exchange_reply(struct exchange *x, struct http_reply *reply)
{
	struct http_field fields[MAX_FIELDS];
	struct err err = { 0 };
	size_t n = 0;

	for (; n < reply->field_count && n < MAX_FIELDS - 1; n++)
		fields[n] = reply->fields[n];
	fields[n].name = "X-Request-Id";
	fields[n++].value = x->request_id;
	reply->fields = fields;
	reply->field_count = n;
	count(x, reply->status);
	/* A client that reads slowly does not hold what made the answer. */
	if (x->pin != NULL)
		pin_end(x->pin);
	if (http_reply(x->http, reply, &err) == EP_OK)
		return;
	log_unfit(x, &err);
	http_reply_problem(x->http, 500,
	    "the answer's header is not fit for the wire");
}

static void
reply_node(struct exchange *x, struct http_reply *reply,
    const struct ep_node *node)
{
	struct buf *b = &x->service->reply;

	buf_clear(b, REPLY_COPIED);
	json_write(b, node);
	reply->body = buf_data(b);
	reply->length = buf_length(b);
	if (reply->length > REPLY_COPIED)
		reply->body = arena_copy(x->http->arena, reply->body,
		    reply->length);
	exchange_reply(x, reply);
}

/* x->err as an answer with this HTTP status (0: that of err). */
static void
problem(struct exchange *x, int status, const char *field, const char *value)
{
	struct arena *a = x->http->arena;
	struct http_field more = { field, value };
	struct http_reply reply = {
		.content_type = "application/problem+json"
	};
	struct ep_node *n = problem_new(a, &x->err,
	    arena_copy(a, x->http->path.text, x->http->path.length),
	    x->request_id);

	reply.status = status != 0 ? status : status_http(x->err.status);
	(void)node_set_int(a, n, "status", reply.status);
	(void)node_set_text(a, n, "title", http_reason(reply.status));
	if (field != NULL) {
		reply.fields = &more;
		reply.field_count = 1;
	}
	reply_node(x, &reply, n);
}

void
exchange_problem(struct exchange *x, int status)
{
	problem(x, status, NULL, NULL);
}

static void
reply_outcome(struct exchange *x, const struct op_outcome *o)
{
	struct http_field fields[MAX_FIELDS - 1];
	struct http_reply reply = { .status = o->code, .fields = fields };
	const struct op_field *f = o->fields;

	if (o->is_replay) {
		fields[reply.field_count].name = "Idempotent-Replayed";
		fields[reply.field_count++].value = "true";
	}
	for (; f != NULL && reply.field_count < MAX_FIELDS - 1; f = f->next) {
		fields[reply.field_count].name = f->name;
		fields[reply.field_count++].value = f->value;
	}
	if (o->node != NULL) {
		reply.content_type = o->code >= 400 ? "application/problem+json"
						    : "application/json";
		reply_node(x, &reply, o->node);
		return;
	}
	reply.content_type = o->media;
	reply.body = o->bytes;
	reply.length = o->length;
	exchange_reply(x, &reply);
}

/* --------------------------------------------------------------- routing */

/* The caller's id when it is fit for logs, else a new one. */
static const char *
request_id(struct http_request *h)
{
	const struct http_header *f = http_header_get(h, "x-request-id");
	char *id;

	if (f != NULL && f->value_length > 0 && f->value_length <= 39) {
		uint32_t i = 0;

		while (i < f->value_length &&
		    (isalnum((unsigned char)f->value[i]) ||
			strchr("._-", f->value[i]) != NULL))
			i++;
		if (i == f->value_length)
			return f->value;
	}
	id = arena_raw(h->arena, 37);
	id_new(id);
	return id;
}

static void
not_found(struct exchange *x)
{
	(void)err_set(&x->err, EP_NOT_FOUND, "no_such_path",
	    "path: no operation answers at %.*s; see /openapi.json",
	    (int)(x->http->path.length < 200 ? x->http->path.length : 200),
	    x->http->path.text);
	exchange_problem(x, 0);
}

static void
not_allowed(struct exchange *x, const char *allow)
{
	(void)err_set(&x->err, EP_INVALID, "method_not_allowed",
	    "method: %s is not offered here; allowed: %s", x->http->method_text,
	    allow);
	problem(x, 405, "Allow", allow);
}

static void
reply_options(struct exchange *x, const char *allow)
{
	struct http_field field = { "Allow", allow };
	struct http_reply reply = { .status = 204,
		.fields = &field,
		.field_count = 1 };

	exchange_reply(x, &reply);
}

static bool
is_ops(const struct http_request *h)
{
	return h->path.length > sizeof ops_path - 1 &&
	    memcmp(h->path.text, ops_path, sizeof ops_path - 1) == 0;
}

/* POST /v1/ops/<operation>. */
static bool
route_ops(struct exchange *x)
{
	struct http_request *h = x->http;
	const char *name = arena_copy(h->arena,
	    h->path.text + sizeof ops_path - 1,
	    h->path.length - (sizeof ops_path - 1));
	const struct operation *o = generation_find(x->generation, name);

	/* Internal ones are for modules and for the operator. */
	if (o == NULL ||
	    (o->spec->internal && x->service->origin != EP_FROM_CONTROL)) {
		(void)err_set(&x->err, EP_NOT_FOUND, "unknown_operation",
		    "operation: %.100s is not offered by any loaded module",
		    name);
		exchange_problem(x, 0);
		return false;
	}
	if (h->method == METHOD_OPTIONS) {
		reply_options(x, "POST, OPTIONS");
		return false;
	}
	if (h->method != METHOD_POST) {
		not_allowed(x, "POST, OPTIONS");
		return false;
	}
	x->operation = o;
	x->is_merged = true;
	return true;
}

/* The methods of the matched path; OPTIONS is answered everywhere. */
static const char *
allowed(struct exchange *x)
{
	return arena_format(x->http->arena, "%s, OPTIONS", x->match.allow);
}

static bool
route_declared(struct exchange *x)
{
	struct http_request *h = x->http;
	enum route_result found;

	found = router_find(x->generation->router, h->method_text, h->path.text,
	    h->path.length, &x->match);
	if (found == ROUTE_FOUND) {
		x->operation = x->match.target;
		if (!x->operation->spec->internal)
			return true;
		found = ROUTE_UNKNOWN;
	}
	if (found == ROUTE_UNKNOWN)
		not_found(x);
	else if (h->method == METHOD_OPTIONS)
		reply_options(x, allowed(x));
	else
		not_allowed(x, allowed(x));
	return false;
}

/* What the host itself answers, in whatever generation: true when it has,
 * or x->builtin will. */
static bool
route_own(struct exchange *x)
{
	struct http_request *h = x->http;
	bool is_other = false;

	if (h->path.length == 1 && h->path.text[0] == '*') {
		reply_options(x,
		    "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
		return true;
	}
	x->builtin = builtin_find(h, &is_other);
	if (x->builtin != NULL)
		return true;
	if (is_other && h->method == METHOD_OPTIONS)
		reply_options(x, "GET, HEAD, OPTIONS");
	else if (is_other)
		not_allowed(x, "GET, HEAD, OPTIONS");
	return is_other;
}

static void
on_head(struct http_request *h, void *arg)
{
	struct service *s = arg;
	struct exchange *x = arena_alloc(h->arena, sizeof *x);
	int status = 0;

	EP_CHECK(s, SERVICE_MAGIC);
	x->magic = EXCHANGE_MAGIC;
	x->service = s;
	x->http = h;
	x->request_id = request_id(h);
	h->data = x;
	if (route_own(x))
		return;
	x->pin = pin_active(s->host, h);
	if (x->pin == NULL) {
		pin_park(s->host, h);
		return;
	}
	x->generation = x->pin->generation;
	if (!(is_ops(h) ? route_ops(x) : route_declared(x)))
		return;
	if (request_check_media(x, &status) != EP_OK) {
		exchange_problem(x, status);
		return;
	}
	h->max_body = x->operation->max_body != 0
	    ? x->operation->max_body
	    : x->generation->limits.max_body;
	h->spool_above = 4u << 20;
}

/* --------------------------------------------------------------- running */

static const char *
header(const struct http_request *h, const char *name)
{
	const struct http_header *f = http_header_get(h, name);

	return f != NULL && f->value_length > 0 ? f->value : NULL;
}

/* 1 to 255 visible characters; the quotes of a structured field go. */
static ep_status
idempotency_key(struct exchange *x, struct op_request *q)
{
	const char *key = header(x->http, "idempotency-key");
	size_t length;

	if (key == NULL)
		return EP_OK;
	length = strlen(key);
	if (length >= 2 && key[0] == '"' && key[length - 1] == '"') {
		key = arena_copy(x->http->arena, key + 1, length - 2);
		length -= 2;
	}
	if (length < 1 || length > 255)
		return err_set(&x->err, EP_INVALID, "bad_idempotency_key",
		    "Idempotency-Key: %zu characters, expected 1 to 255",
		    length);
	for (size_t i = 0; i < length; i++)
		if (key[i] < 0x21 || key[i] > 0x7e)
			return err_set(&x->err, EP_INVALID,
			    "bad_idempotency_key",
			    "Idempotency-Key: expected visible ASCII "
			    "characters without blanks");
	q->idempotency_key = key;
	return EP_OK;
}

/* The first of the caller's languages that is neither "*" nor refused;
 * weights are taken as given in order, as almost everybody sends them. */
static const char *
language(struct exchange *x)
{
	const char *list = header(x->http, "accept-language");
	size_t n;

	if (list == NULL || list[0] == '*')
		return "en";
	n = strcspn(list, ",; \t");
	return n > 0 && n < 36 ? arena_copy(x->http->arena, list, n) : "en";
}

static void
run(void *arg)
{
	struct exchange *x = arg;
	struct http_request *h = x->http;
	struct op_request q = { .generation = x->generation,
		.operation = x->operation,
		.arena = h->arena,
		.origin = x->service->origin,
		.tenant = "default",
		.principal = "anonymous",
		.request_id = x->request_id,
		.traceparent = header(h, "traceparent"),
		.language = language(x),
		.began_us = h->received_us };
	const struct ep_op *op;

	fiber_tag(x->generation);
	if (request_input(x, &q) != EP_OK || idempotency_key(x, &q) != EP_OK) {
		exchange_problem(x, 0);
		return;
	}
	op = op_run(&q);
	reply_outcome(x, &op->outcome);
}

static void
run_builtin(void *arg)
{
	struct exchange *x = arg;
	struct http_reply reply = { .content_type = x->builtin->media };
	struct buf body = { 0 };

	reply.status = x->builtin->write(x, &body);
	reply.body = arena_copy(x->http->arena, buf_data(&body),
	    buf_length(&body));
	reply.length = buf_length(&body);
	reply.fields = x->fields;
	reply.field_count = x->n_fields;
	buf_fini(&body);
	exchange_reply(x, &reply);
}

static void
on_ready(struct http_request *h, void *arg)
{
	struct exchange *x = h->data;
	struct service *s = arg;

	EP_CHECK(x, EXCHANGE_MAGIC);
	if (x->builtin != NULL) {
		if (!fiber_start(s->host->loop, run_builtin, x))
			run_builtin(x);
		return;
	}
	pin_run(x->pin);
	arena_set_ceiling(h->arena, x->generation->limits.max_arena);
	if (fiber_start(s->host->loop, run, x))
		return;
	(void)err_set(&x->err, EP_UNAVAILABLE, "too_busy",
	    "the host runs as many operations as it may (limits.max_fibers)");
	problem(x, 0, "Retry-After", "1");
}

static void
on_problem(struct buf *body, int status, const char *detail, void *arg)
{
	(void)arg;
	buf_format(body,
	    "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,"
	    "\"detail\":",
	    http_reason(status), status);
	json_write_text(body, detail, strlen(detail));
	buf_format(body, ",\"error\":\"http_%d\"}", status);
}

const struct http_service service_callbacks = {
	.head = on_head,
	.ready = on_ready,
	.problem = on_problem,
};
