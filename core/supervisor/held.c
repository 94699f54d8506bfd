/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/held.h"

#include "core/base/clock.h"
#include "core/loop/fiber.h"
#include "core/operation/generation.h"
#include "core/operation/health.h"
#include "core/operation/pin.h"
#include "core/operation/snapshot.h"

#define RETRY_US 10000   /* when no fiber is free */
#define CANCEL_US 200000 /* between rounds past the drain's time */

static struct host *
host_of(const struct held *h)
{
	return &h->process->host;
}

static struct board_slot *
slot_of(const struct held *h)
{
	return &h->setup->board->slots[h->setup->slot];
}

/* The order matters: whatever becomes active was candidate before, and what
 * was active becomes previous before it is active no more. */
static void
wanted(const struct held *h, uint64_t out[3])
{
	const struct board *b = h->setup->board;

	out[1] = atomic_load(&b->candidate);
	out[0] = atomic_load(&b->active_generation);
	out[2] = atomic_load(&b->previous);
}

static bool
is_wanted(const struct held *h, uint64_t number)
{
	uint64_t all[3];

	wanted(h, all);
	return number != 0 &&
	    (number == all[0] || number == all[1] || number == all[2]);
}

static int
row_of(const struct held *h, uint64_t number)
{
	for (int i = 0; i < BOARD_HELD; i++)
		if (atomic_load(&slot_of(h)->held[i].number) == number)
			return i;
	return -1;
}

bool
held_is_complete(const struct held *h)
{
	uint64_t all[3];

	wanted(h, all);
	for (int i = 0; i < 3; i++)
		if (all[i] != 0 && host_generation(host_of(h), all[i]) == NULL)
			return false;
	return true;
}

/* ------------------------------------------------------------------ work -- */

static void
row_free(struct held *h, unsigned row)
{
	struct board_held *r = &slot_of(h)->held[row];

	atomic_store(&r->pins, 0);
	atomic_store(&r->number, 0);
	board_wake_supervisor(h->setup->board);
}

static void
log_failure(struct held *h)
{
	struct ep_arg fields[] = { { "error", ep_text(h->err.code) },
		{ "detail", ep_text(h->err.text) },
		{ "generation", ep_int((int64_t)h->number) } };

	log_write(host_of(h)->log, EP_ERROR, NULL, "prepare_failed", fields, 3);
}

/* Nothing of it is left here. */
static void
tell_failed(struct held *h)
{
	bool is_active = h->number ==
	    atomic_load(&h->setup->board->active_generation);

	if (h->is_stopping || !is_wanted(h, h->number)) {
		row_free(h, h->row);
		return;
	}
	log_failure(h);
	atomic_store(&slot_of(h)->held[h->row].state, HELD_FAILED);
	board_wake_supervisor(h->setup->board);
	if (is_active)
		h->broken(h->arg);
}

static void
prepare(struct held *h)
{
	struct host *host = host_of(h);
	struct board_held *row = &slot_of(h)->held[h->row];
	int64_t began = clock_monotonic_us();
	struct generation *g = NULL;

	err_clear(&h->err);
	if (process_load(h->process, h->number, &g, &h->err) != EP_OK) {
		tell_failed(h);
		return;
	}
	g->row = row;
	host->held[h->row] = g;
	if (generation_prepare(g, host->generation, &h->err) != EP_OK)
		return; /* the next look discards it */
	g->is_ready = true;
	atomic_store(&row->prepared_us, clock_monotonic_us() - began);
	atomic_store(&row->state, HELD_READY);
	board_wake_supervisor(h->setup->board);
}

/* Files of a build that ends are for the builder to remove. */
static bool
leaves_snapshots(const struct generation *g)
{
	for (unsigned n = 0; n < g->n_instances; n++)
		if (g->instances[n]->references == 1 &&
		    g->instances[n]->n_snapshots > 0)
			return true;
	return false;
}

/* One builder is enough: the last process that has it asks for it. */
static bool
is_last(const struct held *h, uint64_t number)
{
	const struct board *b = h->setup->board;

	for (unsigned s = 0; s < b->workers + b->spares; s++)
		for (unsigned r = 0; r < BOARD_HELD; r++)
			if (atomic_load(&b->slots[s].held[r].number) == number)
				return false;
	return true;
}

static void
want_build(struct held *h)
{
	atomic_store(&h->setup->board->want_build, 1);
	board_wake_supervisor(h->setup->board);
}

static void
end(struct held *h)
{
	generation_stop(host_of(h)->held[h->row]);
	generation_free(&host_of(h)->held[h->row]);
}

static void
stop(struct held *h)
{
	bool leaves = leaves_snapshots(host_of(h)->held[h->row]);

	end(h);
	row_free(h, h->row);
	if (leaves && is_last(h, h->number))
		want_build(h);
}

static void
work(void *arg)
{
	struct held *h = arg;

	h->fiber = fiber_self();
	switch (h->work) {
	case WORK_PREPARE:
		prepare(h);
		break;
	case WORK_DISCARD:
		end(h);
		tell_failed(h);
		break;
	case WORK_STOP:
		stop(h);
		break;
	case WORK_HEALTH:
		h->is_well = health_check(host_of(h)->generation);
		h->health_us = clock_monotonic_us() +
		    (h->is_well ? HEALTH_US : HEALTH_AGAIN_US);
		break;
	case WORK_NONE:
		break;
	}
	h->fiber = NULL;
	h->work = WORK_NONE;
	loop_later(host_of(h)->loop, held_look, h);
}

/* ------------------------------------------------------------ what is due --
 */

/* Something that is not wanted and of which nothing runs. */
static bool
choose_end(struct held *h)
{
	struct host *host = host_of(h);

	for (unsigned i = 0; i < BOARD_HELD; i++) {
		struct generation *g = host->held[i];

		if (g == NULL || g->pins > 0)
			continue;
		if (g->is_ready &&
		    (g == host->generation || g->unwanted_us == 0))
			continue;
		h->work = g->is_ready ? WORK_STOP : WORK_DISCARD;
		h->row = i;
		h->number = g->number;
		if (g->is_ready)
			atomic_store(&g->row->state, HELD_STOPPING);
		g->is_ready = false;
		return true;
	}
	return false;
}

static bool
choose_prepare(struct held *h)
{
	uint64_t all[3];
	int row;

	wanted(h, all);
	for (int i = 0; i < 3; i++) {
		if (all[i] == 0 || row_of(h, all[i]) >= 0)
			continue;
		row = row_of(h, 0);
		if (row < 0)
			return false; /* the supervisor waits for a drain */
		h->work = WORK_PREPARE;
		h->row = (unsigned)row;
		h->number = all[i];
		atomic_store(&slot_of(h)->held[row].state, HELD_PREPARING);
		atomic_store(&slot_of(h)->held[row].number, all[i]);
		return true;
	}
	return false;
}

static bool
choose(struct held *h)
{
	if (choose_end(h) || choose_prepare(h))
		return true;
	if (host_of(h)->generation == NULL ||
	    clock_monotonic_us() < h->health_us)
		return false;
	h->work = WORK_HEALTH;
	return true;
}

static void
activate(struct held *h)
{
	struct host *host = host_of(h);
	struct generation *g = host_generation(host,
	    atomic_load(&h->setup->board->active_generation));

	if (g == NULL || g == host->generation)
		return;
	/* Preparing has asked the new ones; who was unwell may be gone. */
	if (host->generation == NULL)
		h->health_us = clock_monotonic_us() + HEALTH_US;
	else if (!h->is_well)
		h->health_us = 0;
	host->generation = g;
	host->mode = g->mode;
	process_apply(h->process, g);
	atomic_store(&slot_of(h)->generation, g->number);
	if (snapshots_are_behind(g))
		want_build(h);
}

/* Rows of failures that nobody wants any more; and how long what is not
 * wanted has been so. */
static void
mark(struct held *h)
{
	int64_t now = clock_monotonic_us();

	for (unsigned i = 0; i < BOARD_HELD; i++) {
		struct board_held *row = &slot_of(h)->held[i];
		struct generation *g = host_of(h)->held[i];
		uint64_t number = atomic_load(&row->number);

		if (number == 0)
			continue;
		if (atomic_load(&row->state) == HELD_FAILED &&
		    !is_wanted(h, number))
			row_free(h, i);
		else if (g != NULL && is_wanted(h, number))
			g->unwanted_us = 0;
		else if (g != NULL && g->unwanted_us == 0)
			g->unwanted_us = now;
	}
}

/* What still waits when the time to drain is over is told so, with time to
 * answer; also what begins to wait later. */
static void
cancel_late(struct held *h)
{
	struct host *host = host_of(h);
	int64_t now = clock_monotonic_us();
	bool is_pinned = false;

	for (unsigned i = 0; i < BOARD_HELD; i++) {
		struct generation *g = host->held[i];

		if (g == NULL || g->unwanted_us == 0 || g->pins == 0 ||
		    g == host->generation)
			continue;
		is_pinned = true;
		if (now - g->unwanted_us < process_drain_us(h->process))
			continue;
		fiber_cancel_tagged(host->loop, g);
		pin_refuse(g);
	}
	if (is_pinned)
		loop_timer_set(host->loop, &h->timer, now + CANCEL_US,
		    held_look, h);
}

void
held_look(void *arg)
{
	struct held *h = arg;
	struct host *host = host_of(h);

	if (h->is_stopping)
		return;
	mark(h);
	activate(h);
	cancel_late(h);
	if (h->work == WORK_NONE && choose(h)) {
		if (!fiber_start(host->loop, work, h)) {
			/* Undone: the choice is made again. */
			if (h->work == WORK_PREPARE)
				row_free(h, h->row);
			if (h->work == WORK_STOP)
				host->held[h->row]->is_ready = true;
			h->work = WORK_NONE;
			loop_timer_set(host->loop, &h->timer,
			    clock_monotonic_us() + RETRY_US, held_look, h);
		}
	} else if ((h->work == WORK_PREPARE && !is_wanted(h, h->number)) ||
	    (h->work == WORK_HEALTH && !held_is_complete(h))) {
		fiber_cancel(h->fiber);
	}
	if (!h->is_stopping)
		h->changed(h->arg);
	pin_unpark(host);
}

void
held_halt(struct held *h)
{
	h->is_stopping = true;
	loop_timer_clear(host_of(h)->loop, &h->timer);
	if (h->fiber != NULL && h->work != WORK_STOP && h->work != WORK_DISCARD)
		fiber_cancel(h->fiber);
}

void
held_stop_all(struct held *h)
{
	for (h->row = 0; h->row < BOARD_HELD; h->row++)
		if (host_of(h)->held[h->row] != NULL) {
			end(h);
			row_free(h, h->row);
		}
	host_of(h)->generation = NULL;
}
