/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Making a generation out of what the inspector has found good: module files
 * in the content-addressed store and one JSON document that says which of
 * them, with which configuration (see supervisor/plan.h).  In order: load,
 * prepare; then requests; then stop, free.
 */

#pragma once

#include "core/operation/host.h"

/* One module of the generation to be. */
struct generation_module {
	const char *name;
	const char *sha256;
	const struct ep_node *config; /* checked, defaults filled in */
};

struct generation_source {
	uint64_t number;
	const char *folder;           /* of the content-addressed store */
	const struct ep_node *config; /* the host's own keys */
	enum config_mode mode;
	struct host_limits limits;
	const struct generation_module *modules;
	unsigned n_modules;
};

/* Loads images, compiles schemas and routes; an instance that a ready
 * generation of this process has and that does not differ is shared.  On a
 * fiber others run meanwhile, and a cancellation ends it with
 * EP_CANCELLED.  On failure nothing stays loaded, and the words stand in the
 * slot's failure. */
ep_status generation_load(struct host *host,
    const struct generation_source *source, struct generation **out,
    struct err *err);

/* EP_START of each new instance, in order; what one saved that it replaces
 * (in `from`, which may be NULL) is restored; generation_health(), but in a
 * builder, where what it asks about is not built yet.  On a fiber.  After a
 * failure, told in the slot too, generation_stop() is due. */
ep_status generation_prepare(struct generation *g, struct generation *from,
    struct err *err);

/* EP_HEALTH of each new instance; errors as of generation_prepare(). */
ep_status generation_health(struct generation *g, struct err *err);

/* Says in the slot where and why a generation was not prepared; returns the
 * status of err, whose words get that in front.  module may be "". */
ep_status generation_failed(struct host *host, uint64_t number,
    enum board_phase phase, const char *module, struct err *err);

/* EP_STOP of each instance that was started and that no other generation
 * has; on a fiber. */
void generation_stop(struct generation *g);

/* Gives its instances back, which unloads those that nobody else has;
 * nothing may be running in it. */
void generation_free(struct generation **gp);
