/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What stands between HTTP and the pipeline: routes a request, reads its
 * parameters, body and identifying fields, runs the operation on a fiber and
 * sends its outcome.  The host's own paths (/livez, /readyz, /metrics,
 * /openapi.json, /v1/ops/…, /v1/host/…, the page at /) are rows of a table in
 * builtin.c.
 */

#pragma once

#include "core/http/http.h"
#include "core/operation/run.h"

struct service {
	uint32_t magic;
#define SERVICE_MAGIC 0x5e2f1cea
	struct host *host;
	uint32_t origin; /* EP_FROM_HTTP or EP_FROM_CONTROL */
	struct store_shared *store_shared;
	struct http_server *server; /* for its figures */
	struct buf reply;           /* the answer that is being written */
};

/* The callbacks for http_server_new(); arg is a struct service. */
extern const struct http_service service_callbacks;

/* One request on its way; in the request's arena, at request->data. */
struct exchange {
	uint32_t magic;
#define EXCHANGE_MAGIC 0xe8c4a96e
	struct service *service;
	struct http_request *http;
	const struct builtin *builtin;
	struct pin *pin;               /* NULL for builtins */
	struct generation *generation; /* of the pin */
	const struct operation *operation;
	struct route_match match;
	bool is_merged; /* /v1/ops/…: the body is the whole input */
	const char *request_id;
	const struct http_field *fields; /* a builtin's own */
	size_t n_fields;
	struct err err;
};

/* A path of the host's own. */
struct builtin {
	enum http_method method;
	const char *path;
	const char *media;
	const char *asked; /* for those whose Accept names this; NULL: all */
	/* Writes the body; returns the status.  May set x->fields.  Runs on a
	 * fiber while there is one left, else on the loop's own stack. */
	int (*write)(struct exchange *x, struct buf *body);
};

/* The row of a path, NULL: none.  *allow_out: the path exists, with another
 * method. */
const struct builtin *builtin_find(const struct http_request *request,
    bool *other_method_out);

/* Answers. */
void exchange_reply(struct exchange *x, struct http_reply *reply);
void exchange_problem(struct exchange *x, int status);

/* request.c: path, query and header parameters and the body as one input
 * object. */
ep_status request_input(struct exchange *x, struct op_request *q);

/* request.c: Content-Type and Accept. */
ep_status request_check_media(struct exchange *x, int *status_out);
