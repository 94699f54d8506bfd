/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"
#include "core/operation/health.h"
#include "core/operation/metrics.h"
#include "core/operation/page.h"
#include "core/operation/service.h"
#include "core/operation/status.h"

#include <string.h>

static int
livez(struct exchange *x, struct buf *body)
{
	(void)x;
	buf_text(body, "{\"status\":\"ok\"}");
	return 200;
}

/* Amber: it serves, and a module says that it is not well. */
static void
ready(struct exchange *x, struct buf *body)
{
	struct board *board = x->service->host->board;
	struct arena *a = x->http->arena;
	struct ep_node *n = node_new(a, EP_T_OBJECT);
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	char words[BOARD_WORDS_ROOM];
	const char *module;
	unsigned row = 0;

	while (health_next(board, &row, &module, words)) {
		struct ep_node *m = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, m, "module", module);
		(void)node_set_text(a, m, "detail", words);
		(void)node_append(a, list, m);
	}
	(void)node_set_text(a, n, "status",
	    list->count > 0 ? "degraded" : "ready");
	if (list->count > 0)
		(void)node_set(a, n, "modules", list);
	json_write(body, n);
}

static int
readyz(struct exchange *x, struct buf *body)
{
	struct host *host = x->service->host;
	bool has_failed = x->service->store_shared != NULL &&
	    store_shared_failed(x->service->store_shared);

	if (host->is_ready && !host->is_draining && !has_failed) {
		ready(x, body);
		return 200;
	}
	buf_format(body, "{\"status\":\"%s\"}",
	    has_failed              ? "store_failed"
		: host->is_draining ? "draining"
				    : "starting");
	return 503;
}

static int
metrics(struct exchange *x, struct buf *body)
{
	struct store_counts counts;

	if (x->service->store_shared == NULL) {
		metrics_write(body, x->service->host, NULL);
		return 200;
	}
	store_shared_counts(x->service->store_shared, &counts);
	metrics_write(body, x->service->host, &counts);
	return 200;
}

static int
older_metrics(struct exchange *x, struct buf *body)
{
	struct buf b = { 0 };
	int status = metrics(x, &b);

	metrics_text(body, buf_data(&b), buf_length(&b));
	buf_fini(&b);
	return status;
}

static int
openapi(struct exchange *x, struct buf *body)
{
	const struct generation *g = x->service->host->generation;

	if (g == NULL) {
		buf_text(body, "{}");
		return 503;
	}
	buf_append(body, g->openapi, g->openapi_length);
	return 200;
}

static int
status(struct exchange *x, struct buf *body)
{
	status_write(body, x->http->arena, x->service->host,
	    x->service->store_shared);
	return 200;
}

#define HTML "text/html; charset=utf-8"
#define JSON "application/json"
#define OPENMETRICS "application/openmetrics-text"

static const struct builtin builtins[] = {
	{ METHOD_GET, "/", HTML, NULL, page_write },
	{ METHOD_GET, "/entrepot.css", "text/css; charset=utf-8", NULL,
	    page_write_css },
	{ METHOD_GET, "/entrepot.js", "text/javascript; charset=utf-8", NULL,
	    page_write_js },
	{ METHOD_GET, "/entrepot.svg", "image/svg+xml", NULL, page_write_icon },
	{ METHOD_GET, "/livez", JSON, NULL, livez },
	{ METHOD_GET, "/readyz", JSON, NULL, readyz },
	{ METHOD_GET, "/metrics", OPENMETRICS "; version=1.0.0; charset=utf-8",
	    OPENMETRICS, metrics },
	{ METHOD_GET, "/metrics", "text/plain; version=0.0.4; charset=utf-8",
	    NULL, older_metrics },
	{ METHOD_GET, "/openapi.json", JSON, NULL, openapi },
	{ METHOD_GET, "/v1/host/status", JSON, NULL, status },
};

/* Is this row for a client who accepts what he says? */
static bool
is_asked(const struct http_request *request, const struct builtin *b)
{
	const struct http_header *h;

	if (b->asked == NULL)
		return true;
	h = http_header_get(request, "accept");
	return h != NULL && strcasestr(h->value, b->asked) != NULL;
}

const struct builtin *
builtin_find(const struct http_request *request, bool *other_method_out)
{
	for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++) {
		const struct builtin *b = &builtins[i];

		if (strlen(b->path) != request->path.length ||
		    memcmp(b->path, request->path.text, request->path.length) !=
			0 ||
		    !is_asked(request, b))
			continue;
		if (b->method == request->method ||
		    request->method == METHOD_HEAD)
			return b;
		*other_method_out = true;
	}
	return NULL;
}
