/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/http/http.h"
#include "core/loop/fiber.h"
#include "core/operation/generation.h"
#include "core/operation/service.h"
#include "core/operation/snapshot.h"
#include "core/supervisor/process.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOUSEKEEPING_US 1000000
#define QUIET_US 10000 /* between looks whether the last fiber has ended */

struct worker {
	struct process process;
	const struct process_setup *setup;
	struct service clients, operators;
	struct http_server *client_server, *operator_server;
	struct event *on_term;
	struct loop_watch *nudge;
	struct loop_timer timer, quiet;
	unsigned draining; /* servers that are not done */
	int exit_code;
};

static struct board_slot *
slot(struct worker *w)
{
	return &w->setup->board->slots[w->setup->slot];
}

static void
log_failure(struct worker *w, const char *event, const struct err *err)
{
	struct ep_arg fields[] = { { "error", ep_text(err->code) },
		{ "detail", ep_text(err->text) } };

	if (w->process.host.log != NULL)
		log_write(w->process.host.log, EP_ERROR, NULL, event, fields,
		    2);
}

/* ------------------------------------------------------------- stopping */

static void
stop_modules(void *arg)
{
	struct worker *w = arg;

	if (w->process.host.generation != NULL)
		generation_stop(w->process.host.generation);
	loop_stop(w->process.host.loop);
}

/* Operations whose client has gone still run; one that never ends meets the
 * supervisor's deadline. */
static void
stop_when_quiet(void *arg)
{
	struct worker *w = arg;
	struct loop *loop = w->process.host.loop;

	if (fiber_count(loop) > 0)
		loop_timer_set(loop, &w->quiet, clock_monotonic_us() + QUIET_US,
		    stop_when_quiet, w);
	else if (!fiber_start(loop, stop_modules, w))
		loop_stop(loop);
}

static void
drained(void *arg)
{
	struct worker *w = arg;

	if (--w->draining == 0)
		stop_when_quiet(w);
}

static void
cancel_waits(void *arg)
{
	struct worker *w = arg;

	fiber_cancel_all(w->process.host.loop);
}

static void
drain(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;
	int64_t left_us = w->setup->plan->drain_timeout_ms * 1000;
	int64_t now = clock_monotonic_us();

	(void)fd;
	(void)what;
	if (w->process.host.is_draining)
		return;
	w->process.host.is_draining = true;
	atomic_store(&slot(w)->state, SLOT_DRAINING);
	if (w->client_server == NULL) {
		/* start() is waiting for something: it ends now. */
		fiber_cancel_all(w->process.host.loop);
		return;
	}
	/* What still waits near the end is told so, with time to answer. */
	loop_timer_set(w->process.host.loop, &w->timer, now + left_us * 8 / 10,
	    cancel_waits, w);
	w->draining = 2;
	http_server_drain(w->client_server, now + left_us * 9 / 10, drained, w);
	http_server_drain(w->operator_server, now + left_us * 9 / 10, drained,
	    w);
}

/* ------------------------------------------------------------- starting */

static const struct ep_node *
config(const struct worker *w)
{
	return node_get(w->process.document, "config");
}

static int
milliseconds(const struct ep_node *limits, const char *name, int fallback)
{
	return (int)node_int(node_get(limits, name), fallback);
}

static void
http_limits(const struct worker *w, struct http_limits *l)
{
	const struct ep_node *c = node_get(config(w), "limits");

	*l = http_limits_default;
	l->max_head_bytes = (size_t)node_int(node_get(c, "max_header_bytes"),
	    (int64_t)l->max_head_bytes);
	l->max_headers = (unsigned)node_int(node_get(c, "max_headers"),
	    l->max_headers);
	l->max_target = (size_t)node_int(node_get(c, "max_target"),
	    (int64_t)l->max_target);
	l->max_body = (size_t)node_int(node_get(c, "max_body"),
	    (int64_t)l->max_body);
	l->header_timeout_ms = milliseconds(c, "header_timeout_ms",
	    l->header_timeout_ms);
	l->body_window_ms = milliseconds(c, "body_timeout_ms",
	    l->body_window_ms);
	l->idle_timeout_ms = milliseconds(c, "idle_timeout_ms",
	    l->idle_timeout_ms);
	l->write_timeout_ms = milliseconds(c, "write_timeout_ms",
	    l->write_timeout_ms);
	l->min_body_rate = (size_t)node_int(node_get(c, "min_body_rate"),
	    (int64_t)l->min_body_rate);
	l->max_connections = (unsigned)node_int(node_get(c, "max_connections"),
	    l->max_connections);
	l->spool_dir = w->setup->plan->state;
}

static void
serve(struct worker *w)
{
	struct host *h = &w->process.host;
	struct http_limits limits;
	struct http_service callbacks = service_callbacks;

	http_limits(w, &limits);
	w->clients.magic = w->operators.magic = SERVICE_MAGIC;
	w->clients.host = w->operators.host = h;
	w->clients.store_shared = w->operators.store_shared =
	    w->process.store_shared;
	w->clients.origin = EP_FROM_HTTP;
	w->operators.origin = EP_FROM_CONTROL;
	callbacks.arg = &w->clients;
	w->client_server = http_server_new(h->loop, &limits, &callbacks);
	w->clients.server = w->client_server;
	callbacks.arg = &w->operators;
	w->operator_server = http_server_new(h->loop, &limits, &callbacks);
	w->operators.server = w->operator_server;
	for (unsigned i = 0; i < w->setup->n_listen; i++)
		http_server_listen_fd(w->client_server,
		    w->setup->listen_fds[i]);
	http_server_listen_fd(w->operator_server, w->setup->control_fd);
}

static void
housekeeping(void *arg)
{
	struct worker *w = arg;
	struct host *h = &w->process.host;

	atomic_store(&slot(w)->connections,
	    http_server_statistics(w->client_server)->open);
	snapshots_tidy(h->generation);
	if (!h->is_draining)
		loop_timer_set(h->loop, &w->timer,
		    clock_monotonic_us() + HOUSEKEEPING_US, housekeeping, w);
}

static void
on_nudge(void *arg)
{
	struct worker *w = arg;

	board_clear_nudge(slot(w)->nudge_fd);
	snapshots_nudged(&w->process.host);
}

static void
start(void *arg)
{
	struct worker *w = arg;
	struct host *h = &w->process.host;
	struct err err = { 0 };

	if (process_prepare(&w->process, false, &err) != EP_OK ||
	    generation_start(h->generation, &err) != EP_OK ||
	    generation_health(h->generation, &err) != EP_OK) {
		if (!h->is_draining) {
			log_failure(w, "start_failed", &err);
			w->exit_code = EXIT_BROKEN;
		}
		generation_stop(h->generation);
		loop_stop(h->loop);
		return;
	}
	if (h->is_draining) {
		stop_modules(w);
		return;
	}
	h->is_ready = true;
	serve(w);
	housekeeping(w);
	atomic_store(&slot(w)->state, SLOT_READY);
	/* Whoever moved an epoch may have died before he could say so. */
	if (snapshots_are_behind(h->generation))
		atomic_store(&h->board->want_build, 1);
	board_wake_supervisor(h->board);
}

int
worker_main(const struct process_setup *setup)
{
	struct worker *w = calloc(1, sizeof *w);
	struct host *h = &w->process.host;
	struct err err = { 0 };

	EP_ASSERT(w != NULL);
	w->setup = setup;
	w->exit_code = EXIT_GOOD;
	if (process_open(&w->process, setup, &err) != EP_OK) {
		log_failure(w, "worker_failed", &err);
		return EXIT_BROKEN;
	}
	w->on_term = evsignal_new(loop_base(h->loop), SIGTERM, drain, w);
	EP_ASSERT(w->on_term != NULL && event_add(w->on_term, NULL) == 0);
	w->nudge = loop_watch(h->loop, slot(w)->nudge_fd, on_nudge, w);
	EP_ASSERT(fiber_start(h->loop, start, w));
	loop_run(h->loop);
	loop_timer_clear(h->loop, &w->timer);
	loop_timer_clear(h->loop, &w->quiet);
	if (w->client_server != NULL) {
		http_server_free(&w->client_server);
		http_server_free(&w->operator_server);
	}
	loop_unwatch(&w->nudge);
	event_free(w->on_term);
	process_close(&w->process);
	buf_fini(&w->clients.reply);
	buf_fini(&w->operators.reply);
	{
		int code = w->exit_code;

		free(w);
		return code;
	}
}
