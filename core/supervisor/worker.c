/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/http/http.h"
#include "core/loop/fiber.h"
#include "core/operation/generation.h"
#include "core/operation/service.h"
#include "core/operation/snapshot.h"
#include "core/supervisor/held.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOUSEKEEPING_US 1000000
#define CANCEL_US 200000
#define HEAD_MAX 65535 /* bytes of a head that the server can take */
#define QUIET_US 10000 /* between looks whether the last fiber has ended */

struct worker {
	struct process process;
	const struct process_setup *setup;
	struct held held;
	struct service clients, operators;
	struct http_server *client_server, *operator_server;
	struct event *on_term;
	struct loop_watch *nudge;
	struct loop_timer timer, cancel, quiet;
	const struct generation *http_of; /* whose limits the servers have */
	unsigned draining;                /* servers that are not done */
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

	held_stop_all(&w->held);
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

/* What waits near the end is told so, with time to answer; again and again,
 * since what came in meanwhile may begin to wait. */
static void
cancel_waits(void *arg)
{
	struct worker *w = arg;
	struct loop *loop = w->process.host.loop;

	fiber_cancel_all(loop);
	loop_timer_set(loop, &w->cancel, clock_monotonic_us() + CANCEL_US,
	    cancel_waits, w);
}

static void
drain(void *arg)
{
	struct worker *w = arg;
	struct host *h = &w->process.host;
	int64_t left_us = w->setup->plan->drain_timeout_ms * 1000;
	int64_t now = clock_monotonic_us();

	if (h->is_draining)
		return;
	h->is_draining = true;
	atomic_store(&slot(w)->is_listening, 0);
	atomic_store(&slot(w)->state, SLOT_DRAINING);
	held_halt(&w->held);
	if (w->client_server == NULL) {
		/* begin() is waiting for something: it ends now. */
		fiber_cancel_all(h->loop);
		return;
	}
	loop_timer_set(h->loop, &w->cancel, now + left_us * 8 / 10,
	    cancel_waits, w);
	w->draining = 2;
	http_server_drain(w->client_server, now + left_us * 9 / 10, drained, w);
	http_server_drain(w->operator_server, now + left_us * 9 / 10, drained,
	    w);
}

static void
on_term(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	drain(arg);
}

/* --------------------------------------------------------------- serving */

static int
milliseconds(const struct ep_node *limits, const char *name, int fallback)
{
	return (int)node_int(node_get(limits, name), fallback);
}

static void
http_limits(const struct worker *w, const struct generation *g,
    struct http_limits *l)
{
	const struct ep_node *c = node_get(g->config, "limits");

	*l = http_limits_default;
	l->max_head_bytes = (size_t)node_int(node_get(c, "max_header_bytes"),
	    (int64_t)l->max_head_bytes);
	if (l->max_head_bytes > HEAD_MAX)
		l->max_head_bytes = HEAD_MAX;
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
servers_open(struct worker *w)
{
	struct host *h = &w->process.host;
	struct http_service callbacks = service_callbacks;

	w->clients.magic = w->operators.magic = SERVICE_MAGIC;
	w->clients.host = w->operators.host = h;
	w->clients.store_shared = w->operators.store_shared =
	    w->process.store_shared;
	w->clients.origin = EP_FROM_HTTP;
	w->operators.origin = EP_FROM_CONTROL;
	callbacks.arg = &w->clients;
	w->client_server = http_server_new(h->loop, NULL, &callbacks);
	w->clients.server = w->client_server;
	callbacks.arg = &w->operators;
	w->operator_server = http_server_new(h->loop, NULL, &callbacks);
	w->operators.server = w->operator_server;
}

static void
accept_from(struct worker *w)
{
	for (unsigned i = 0; i < w->setup->n_listen; i++)
		http_server_listen_fd(w->client_server,
		    w->setup->listen_fds[i]);
	http_server_listen_fd(w->operator_server, w->setup->control_fd);
}

/* The supervisor sets candidate, then looks who listens; we say that we
 * listen, then look what is candidate: one of the two sees the other, so no
 * process takes requests for a generation that it lacks. */
static void
listen_or_not(struct worker *w)
{
	struct board_slot *s = slot(w);
	bool is_wanted = atomic_load(&s->listen_wanted) != 0;

	if (is_wanted == (atomic_load(&s->is_listening) != 0))
		return;
	if (!is_wanted) {
		http_server_unlisten(w->client_server);
		http_server_unlisten(w->operator_server);
		atomic_store(&s->is_listening, 0);
	} else if (held_is_complete(&w->held)) {
		atomic_store(&s->is_listening, 1);
		if (!held_is_complete(&w->held)) {
			atomic_store(&s->is_listening, 0);
			loop_later(w->process.host.loop, held_look, &w->held);
			return;
		}
		accept_from(w);
	} else {
		return;
	}
	board_wake_supervisor(w->setup->board);
}

static void
housekeeping(void *arg)
{
	struct worker *w = arg;
	struct host *h = &w->process.host;
	int64_t now = clock_monotonic_us();

	atomic_store(&slot(w)->connections,
	    http_server_statistics(w->client_server)->open);
	for (unsigned i = 0; i < BOARD_HELD; i++)
		if (h->held[i] != NULL)
			snapshots_tidy(h->held[i]);
	if (h->is_draining)
		return;
	held_look(&w->held);
	loop_timer_set(h->loop, &w->timer, now + HOUSEKEEPING_US, housekeeping,
	    w);
}

static void
first_ready(struct worker *w)
{
	struct host *h = &w->process.host;

	h->is_ready = true;
	atomic_store(&slot(w)->state, SLOT_READY);
	/* Whoever moved an epoch may have died before he could say so. */
	if (snapshots_are_behind(h->generation))
		atomic_store(&h->board->want_build, 1);
	board_wake_supervisor(h->board);
	loop_timer_set(h->loop, &w->timer,
	    clock_monotonic_us() + HOUSEKEEPING_US, housekeeping, w);
}

/* What is held, or wanted, has changed. */
static void
on_change(void *arg)
{
	struct worker *w = arg;
	struct host *h = &w->process.host;
	struct http_limits limits;

	if (h->generation == NULL || h->is_draining)
		return;
	if (w->http_of != h->generation) {
		http_limits(w, h->generation, &limits);
		http_server_set_limits(w->client_server, &limits);
		http_server_set_limits(w->operator_server, &limits);
		w->http_of = h->generation;
	}
	if (!h->is_ready)
		first_ready(w);
	listen_or_not(w);
}

/* The active generation cannot be had here. */
static void
on_broken(void *arg)
{
	struct worker *w = arg;

	log_failure(w, "start_failed", &w->held.err);
	w->exit_code = EXIT_BROKEN;
	loop_later(w->process.host.loop, drain, w);
}

static void
on_nudge(void *arg)
{
	struct worker *w = arg;

	board_clear_nudge(slot(w)->nudge_fd);
	snapshots_nudged(&w->process.host);
	if (w->client_server != NULL)
		held_look(&w->held);
}

static void
begin(void *arg)
{
	struct worker *w = arg;
	struct host *h = &w->process.host;
	struct err err = { 0 };

	if (process_begin(&w->process, &err) != EP_OK || h->is_draining) {
		if (!h->is_draining) {
			log_failure(w, "start_failed", &err);
			w->exit_code = EXIT_BROKEN;
		}
		loop_stop(h->loop);
		return;
	}
	servers_open(w);
	loop_later(h->loop, held_look, &w->held);
}

static void
worker_init(struct worker *w, const struct process_setup *setup)
{
	w->setup = setup;
	w->exit_code = EXIT_GOOD;
	w->held.process = &w->process;
	w->held.setup = setup;
	w->held.is_well = true;
	w->held.changed = on_change;
	w->held.broken = on_broken;
	w->held.arg = w;
}

static void
worker_close(struct worker *w)
{
	struct loop *loop = w->process.host.loop;

	loop_timer_clear(loop, &w->timer);
	loop_timer_clear(loop, &w->cancel);
	loop_timer_clear(loop, &w->quiet);
	if (w->client_server != NULL) {
		http_server_free(&w->client_server);
		http_server_free(&w->operator_server);
	}
	loop_unwatch(&w->nudge);
	event_free(w->on_term);
	process_close(&w->process);
	buf_fini(&w->clients.reply);
	buf_fini(&w->operators.reply);
}

int
worker_main(const struct process_setup *setup)
{
	struct worker *w = calloc(1, sizeof *w);
	struct host *h = &w->process.host;
	struct err err = { 0 };
	int code;

	EP_ASSERT(w != NULL);
	worker_init(w, setup);
	if (process_open(&w->process, setup, &err) != EP_OK) {
		log_failure(w, "worker_failed", &err);
		return EXIT_BROKEN;
	}
	h->quiet = held_look;
	h->quiet_arg = &w->held;
	w->on_term = evsignal_new(loop_base(h->loop), SIGTERM, on_term, w);
	EP_ASSERT(w->on_term != NULL && event_add(w->on_term, NULL) == 0);
	w->nudge = loop_watch(h->loop, slot(w)->nudge_fd, on_nudge, w);
	EP_ASSERT(fiber_start(h->loop, begin, w));
	loop_run(h->loop);
	worker_close(w);
	code = w->exit_code;
	free(w);
	return code;
}
