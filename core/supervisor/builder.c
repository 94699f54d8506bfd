/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The builder: a short-lived process that runs what must not hold a worker.
 * At boot, and for each generation before a worker prepares it, it brings
 * the tables up to date, starts every module once, so that what a first
 * start creates is there for all, builds snapshots and asks whether the new
 * ones are well, so that what fails everywhere fails here; later it builds
 * those that are behind their epoch.
 */

#include "core/loop/fiber.h"
#include "core/operation/generation.h"
#include "core/operation/pin.h"
#include "core/operation/snapshot.h"
#include "core/supervisor/process.h"
#include "core/supervisor/sweep.h"

#include <stdlib.h>

struct builder {
	struct process process;
	bool is_boot;
	unsigned n_held; /* of host.held */
	struct err err;
};

/* The tables must be there before anything reads them. */
static ep_status
begin(struct builder *b)
{
	struct process *p = &b->process;

	if (b->is_boot)
		EP_TRY(process_migrate_all(p, p->host.generation, &b->err));
	return process_begin(p, &b->err);
}

/* A generation that is tried before any worker prepares it; at a start of
 * the host there is no other to go on with. */
static bool
is_probe(const struct builder *b, uint64_t number)
{
	uint64_t active = atomic_load(
	    &b->process.host.board->active_generation);

	return b->is_boot && active != 0 && number != active;
}

/* Loaded, started, its snapshots built; it stays until the process ends, so
 * that another one shares what does not differ. */
static ep_status
build(struct builder *b, uint64_t number)
{
	struct host *h = &b->process.host;
	struct generation **g = &h->held[b->n_held];

	if (b->n_held == BOARD_HELD)
		return EP_OK;
	EP_TRY(process_load(&b->process, number, g, &b->err));
	b->n_held++;
	if (h->generation == NULL) {
		h->generation = *g;
		process_apply(&b->process, *g);
		if (begin(b) != EP_OK)
			return generation_failed(h, number, PHASE_NONE, "",
			    &b->err);
	}
	EP_TRY(generation_prepare(*g, NULL, &b->err));
	(*g)->is_ready = true;
	if (snapshots_build(*g, &b->err) != EP_OK)
		return generation_failed(h, number, PHASE_START, "", &b->err);
	return is_probe(b, number) ? generation_health(*g, &b->err) : EP_OK;
}

/* Requests that began in a replaced generation may wait for what its own
 * build has to make. */
static void
build_replaced(struct builder *b)
{
	const struct board *board = b->process.host.board;

	for (unsigned p = 0; p < BOARD_PROCESSES; p++)
		for (unsigned r = 0; r < BOARD_HELD; r++) {
			const struct board_held *row = &board->slots[p].held[r];
			uint64_t number = atomic_load(&row->number);

			if (number == 0 || atomic_load(&row->pins) == 0 ||
			    atomic_load(&row->state) != HELD_READY ||
			    host_generation(&b->process.host, number) != NULL)
				continue;
			if (build(b, number) != EP_OK)
				return;
		}
}

static void
run(void *arg)
{
	struct builder *b = arg;
	struct host *h = &b->process.host;

	if (!b->is_boot)
		sweep(&b->process);
	if (build(b, b->process.setup->generation) == EP_OK && !b->is_boot)
		build_replaced(b);
	while (b->n_held-- > 0) {
		generation_stop(h->held[b->n_held]);
		generation_free(&h->held[b->n_held]);
	}
	loop_stop(h->loop);
}

int
builder_main(const struct process_setup *setup, bool is_boot)
{
	struct builder *b = calloc(1, sizeof *b);
	struct host *h = &b->process.host;

	EP_ASSERT(b != NULL);
	b->is_boot = is_boot;
	if (process_open(&b->process, setup, &b->err) == EP_OK) {
		h->is_builder = true; /* before any module runs */
		EP_ASSERT(fiber_start(h->loop, run, b));
		if (fiber_count(h->loop) > 0)
			loop_run(h->loop);
	}
	if (b->err.status != EP_OK && h->log != NULL) {
		struct ep_arg fields[] = { { "error", ep_text(b->err.code) },
			{ "detail", ep_text(b->err.text) } };

		log_write(h->log, EP_ERROR, NULL,
		    is_boot ? "start_failed" : "build_failed", fields, 2);
	}
	{
		int code = b->err.status == EP_OK ? EXIT_GOOD : EXIT_BROKEN;

		process_close(&b->process);
		free(b);
		return code;
	}
}
