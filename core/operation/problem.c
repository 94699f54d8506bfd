/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/http/http.h"
#include "core/operation/run.h"

#include <stdio.h>
#include <string.h>

static struct ep_node *
document(struct arena *a, const struct err *err, int http, const char *instance,
    const char *request_id)
{
	struct ep_node *n = node_new(a, EP_T_OBJECT);

	(void)node_set_text(a, n, "type",
	    arena_format(a, "urn:entrepot:problem:%s", err->code));
	(void)node_set_text(a, n, "title", http_reason(http));
	(void)node_set_int(a, n, "status", http);
	(void)node_set_text(a, n, "detail", err->text);
	if (instance != NULL)
		(void)node_set_text(a, n, "instance", instance);
	(void)node_set_text(a, n, "error", err->code);
	if (request_id != NULL && request_id[0] != '\0')
		(void)node_set_text(a, n, "request_id", request_id);
	return n;
}

struct ep_node *
problem_new(struct arena *a, const struct err *err, const char *instance,
    const char *request_id)
{
	return document(a, err, status_http(err->status), instance, request_id);
}

/* In production the caller learns that we failed, and under which request
 * id; the words stand in the log. */
static void
conceal(struct ep_op *op, struct err *shown)
{
	struct log_context about = { .module = op->instance->name,
		.request_id = op->request_id,
		.operation = op->operation->spec->id,
		.tenant = op->tenant };
	struct ep_arg fields[] = { { "error", ep_text(shown->code) },
		{ "detail", ep_text(shown->text) } };

	log_write(op->host->log, EP_ERROR, &about, "failed", fields, 2);
	if (op->generation->mode != MODE_PRODUCTION)
		return;
	(void)snprintf(shown->text, sizeof shown->text,
	    "the host could not do this; the log has the reason under the "
	    "request id");
}

void
problem_outcome(struct ep_op *op)
{
	struct arena *a = op->arena;
	struct err shown = op->err;
	struct ep_node *n;
	int http;

	if (shown.status == EP_OK)
		(void)err_set(&shown, EP_INTERNAL, NULL, "no outcome");
	http = status_http(shown.status);
	if (http == 500)
		conceal(op, &shown);
	n = document(a, &shown, http,
	    arena_format(a, "/v1/ops/%s", op->operation->spec->id),
	    op->request_id);
	for (uint32_t i = 0;
	     op->fail_members != NULL && i < op->fail_members->count; i++) {
		const struct ep_node *m = node_at(op->fail_members, i);

		if (node_get(n, m->key) == NULL)
			(void)node_set(a, n, m->key, m);
	}
	if (op->fail_places != NULL)
		(void)node_set(a, n, "errors", op->fail_places);
	memset(&op->outcome, 0, sizeof op->outcome);
	op->outcome.is_set = true;
	op->outcome.code = http;
	op->outcome.node = n;
	if (status_is_retryable(shown.status) ||
	    strcmp(shown.code, "in_progress") == 0) {
		struct op_field *f = arena_alloc(a, sizeof *f);

		f->name = "Retry-After";
		f->value = "1";
		op->outcome.fields = f;
		op->outcome.n_fields = 1;
	}
}
