/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The builder: a short-lived process that runs what must not hold a worker.
 * At boot it starts every module once, before any worker exists, so that
 * what a first start creates is there for all; later it builds snapshots
 * that are behind their epoch.
 */

#include "core/loop/fiber.h"
#include "core/operation/generation.h"
#include "core/operation/snapshot.h"
#include "core/supervisor/process.h"

#include <stdlib.h>

struct builder {
	struct process process;
	bool is_boot;
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

static void
run(void *arg)
{
	struct builder *b = arg;
	struct host *h = &b->process.host;

	if (process_load(&b->process, b->process.setup->generation,
		&h->generation, &b->err) == EP_OK &&
	    begin(b) == EP_OK) {
		if (generation_prepare(h->generation, NULL, &b->err) == EP_OK)
			(void)snapshots_build(h->generation, &b->err);
		generation_stop(h->generation);
	}
	if (h->generation != NULL)
		generation_free(&h->generation);
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
