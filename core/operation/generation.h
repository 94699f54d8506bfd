/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Making a generation out of what the inspector has found good: module files
 * in the content-addressed store and one JSON document that says which of
 * them, with which configuration (see supervisor/plan.h).
 */

#pragma once

#include "core/operation/host.h"

/* One module of the generation to be. */
struct generation_module {
	const char *sha256;
	const struct ep_node *config; /* checked, defaults filled in */
};

struct generation_source {
	uint64_t number;
	const char *folder; /* of the content-addressed store */
	const struct generation_module *modules;
	unsigned n_modules;
};

/* Loads images, compiles schemas and routes.  Runs no module code but
 * entrepot_module_v1().  On failure nothing stays loaded. */
ep_status generation_load(struct host *host,
    const struct generation_source *source, struct generation **out,
    struct err *err);

/* EP_START of each instance, in order; on a fiber, with host->generation
 * set.  After a failure those that were started are stopped again. */
ep_status generation_start(struct generation *g, struct err *err);

/* EP_HEALTH of each instance; on a fiber.  The first that is not well. */
ep_status generation_health(struct generation *g, struct err *err);

/* EP_STOP of each instance that was started; on a fiber. */
void generation_stop(struct generation *g);

/* Unloads; nothing may be running. */
void generation_free(struct generation **gp);
