/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/pin.h"

struct parked {
	struct parked *next, **from;
	struct http_request *request;
};

struct generation *
host_generation(const struct host *host, uint64_t number)
{
	for (unsigned i = 0; i < BOARD_HELD; i++)
		if (host->held[i] != NULL && host->held[i]->number == number &&
		    host->held[i]->is_ready)
			return host->held[i];
	return NULL;
}

/* Written by this process alone, read by the supervisor. */
static void
show(const struct generation *g)
{
	if (g->row != NULL)
		atomic_store_explicit(&g->row->pins, g->pins,
		    memory_order_relaxed);
}

void
pin_take(struct generation *g)
{
	g->pins++;
	show(g);
}

void
pin_give(struct generation *g)
{
	struct host *h = g->host;

	EP_CHECK(g, GENERATION_MAGIC);
	EP_ASSERT(g->pins > 0);
	g->pins--;
	show(g);
	if (g->pins == 0 && g->unwanted_us != 0 && h->quiet != NULL)
		loop_later(h->loop, h->quiet, h->quiet_arg);
}

void
pin_run(struct pin *p)
{
	if (p->from == NULL)
		return;
	*p->from = p->next;
	if (p->next != NULL)
		p->next->from = p->from;
	p->from = NULL;
}

void
pin_end(struct pin *p)
{
	struct generation *g = p->generation;

	if (g == NULL)
		return;
	pin_run(p);
	p->generation = NULL;
	pin_give(g);
}

static void
end(void *arg)
{
	pin_end(arg);
}

struct pin *
pin_active(struct host *host, struct http_request *request)
{
	uint64_t number = atomic_load(&host->board->active_generation);
	struct generation *g = host->generation;
	struct pin *p;

	if (g == NULL || g->number != number)
		g = host_generation(host, number);
	if (g == NULL)
		return NULL;
	p = arena_alloc(request->arena, sizeof *p);
	p->generation = g;
	p->request = request;
	p->next = g->incoming;
	p->from = &g->incoming;
	if (p->next != NULL)
		p->next->from = &p->next;
	g->incoming = p;
	pin_take(g);
	arena_defer(request->arena, end, p);
	return p;
}

void
pin_refuse(struct generation *g)
{
	/* Each leaves the list with its memory. */
	while (g->incoming != NULL)
		http_refuse(g->incoming->request, 503,
		    "What this request was sent to has been replaced while "
		    "its body was coming. Send it again.");
}

/* ---------------------------------------------------------------- parked -- */

static void
leave(void *arg)
{
	struct parked *p = arg;

	if (p->from == NULL)
		return;
	*p->from = p->next;
	if (p->next != NULL)
		p->next->from = p->from;
	p->from = NULL;
}

void
pin_park(struct host *host, struct http_request *request)
{
	struct parked *p = arena_alloc(request->arena, sizeof *p);

	p->request = request;
	p->next = host->parked;
	p->from = &host->parked;
	if (p->next != NULL)
		p->next->from = &p->next;
	host->parked = p;
	arena_defer(request->arena, leave, p);
	request->hold = true;
}

void
pin_unpark(struct host *host)
{
	uint64_t number = atomic_load(&host->board->active_generation);

	while (host->parked != NULL && host_generation(host, number) != NULL) {
		struct parked *p = host->parked;

		leave(p);
		http_continue(p->request);
	}
}

unsigned
pin_parked(const struct host *host)
{
	unsigned n = 0;

	for (const struct parked *p = host->parked; p != NULL; p = p->next)
		n++;
	return n;
}
