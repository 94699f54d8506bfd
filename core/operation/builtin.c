/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/operation/metrics.h"
#include "core/operation/page.h"
#include "core/operation/service.h"

#include <string.h>

static int
livez(struct exchange *x, struct buf *body)
{
	(void)x;
	buf_text(body, "{\"status\":\"ok\"}");
	return 200;
}

static int
readyz(struct exchange *x, struct buf *body)
{
	struct host *host = x->service->host;
	bool has_failed = x->service->store_shared != NULL &&
	    store_shared_failed(x->service->store_shared);

	if (host->is_ready && !host->is_draining && !has_failed) {
		buf_text(body, "{\"status\":\"ready\"}");
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

static const char *
slot_state(uint32_t state)
{
	static const char *const names[] = { "free", "starting", "ready",
		"draining", "failed" };

	return state < sizeof names / sizeof names[0] ? names[state] : "?";
}

static struct ep_node *
workers(struct arena *a, struct board *board)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (unsigned i = 0; i < board->workers; i++) {
		struct board_slot *s = &board->slots[i];
		struct ep_node *w = node_new(a, EP_T_OBJECT);
		int64_t started = atomic_load(&s->started_us);

		(void)node_set_int(a, w, "worker", i);
		(void)node_set_int(a, w, "pid", atomic_load(&s->pid));
		(void)node_set_text(a, w, "state",
		    slot_state(atomic_load(&s->state)));
		(void)node_set_int(a, w, "generation",
		    (int64_t)atomic_load(&s->generation));
		(void)node_set_int(a, w, "uptime_s",
		    started == 0 ? 0
				 : (clock_monotonic_us() - started) / 1000000);
		(void)node_set_int(a, w, "connections",
		    (int64_t)atomic_load(&s->connections));
		(void)node_set_int(a, w, "requests",
		    (int64_t)atomic_load(&s->requests));
		(void)node_append(a, list, w);
	}
	return list;
}

static struct ep_node *
modules(struct arena *a, const struct generation *g)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (unsigned i = 0; g != NULL && i < g->n_instances; i++) {
		const struct instance *in = g->instances[i];
		struct ep_node *m = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, m, "module", in->name);
		(void)node_set_text(a, m, "version", in->manifest->version);
		(void)node_set_text(a, m, "sha256", in->image->file->sha256);
		(void)node_set_text(a, m, "state", "active");
		(void)node_set_text(a, m, "signature", "unsigned");
		(void)node_set_int(a, m, "operations",
		    in->manifest->n_operations);
		(void)node_append(a, list, m);
	}
	return list;
}

static int
status(struct exchange *x, struct buf *body)
{
	static const char *const modes[] = { "production", "development",
		"test" };
	struct host *host = x->service->host;
	struct arena *a = x->http->arena;
	struct ep_node *n = node_new(a, EP_T_OBJECT);
	struct store_counts c = { 0 };
	struct ep_node *store = node_new(a, EP_T_OBJECT);

	(void)node_set_text(a, n, "version", host->version);
	(void)node_set_text(a, n, "mode", modes[host->mode]);
	(void)node_set_int(a, n, "generation",
	    host->generation != NULL ? (int64_t)host->generation->number : 0);
	(void)node_set_bool(a, n, "ready", host->is_ready);
	(void)node_set_int(a, n, "uptime_s",
	    (clock_real_us() - host->board->started_real_us) / 1000000);
	(void)node_set_int(a, n, "worker_restarts",
	    (int64_t)atomic_load(&host->board->restarts));
	(void)node_set(a, n, "workers", workers(a, host->board));
	(void)node_set(a, n, "modules", modules(a, host->generation));
	if (x->service->store_shared != NULL)
		store_shared_counts(x->service->store_shared, &c);
	(void)node_set_text(a, store, "kind", "sqlite");
	(void)node_set_bool(a, store, "failed",
	    x->service->store_shared != NULL &&
		store_shared_failed(x->service->store_shared));
	(void)node_set_int(a, store, "commits", (int64_t)c.finished);
	(void)node_set_int(a, store, "synced", (int64_t)c.synced);
	(void)node_set_int(a, store, "syncs", (int64_t)c.syncs);
	(void)node_set(a, n, "store", store);
	json_write(body, n);
	return 200;
}

static const struct builtin builtins[] = {
	{ METHOD_GET, "/", "text/html; charset=utf-8", page_write },
	{ METHOD_GET, "/entrepot.css", "text/css; charset=utf-8",
	    page_write_css },
	{ METHOD_GET, "/entrepot.js", "text/javascript; charset=utf-8",
	    page_write_js },
	{ METHOD_GET, "/entrepot.svg", "image/svg+xml", page_write_icon },
	{ METHOD_GET, "/livez", "application/json", livez },
	{ METHOD_GET, "/readyz", "application/json", readyz },
	{ METHOD_GET, "/metrics",
	    "application/openmetrics-text; version=1.0.0; charset=utf-8",
	    metrics },
	{ METHOD_GET, "/openapi.json", "application/json", openapi },
	{ METHOD_GET, "/v1/host/status", "application/json", status },
};

const struct builtin *
builtin_find(const struct http_request *request, bool *other_method_out)
{
	for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++) {
		const struct builtin *b = &builtins[i];

		if (strlen(b->path) != request->path.length ||
		    memcmp(b->path, request->path.text, request->path.length) !=
			0)
			continue;
		if (b->method == request->method ||
		    request->method == METHOD_HEAD)
			return b;
		*other_method_out = true;
	}
	return NULL;
}
