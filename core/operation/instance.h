/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One module within one process: its image, its options and state, its
 * operations compiled.  It is made by the first generation that wants it,
 * shared by those after it that want the same file with the same options,
 * and ends with the last.
 */

#pragma once

#include "core/operation/generation.h"

/* On a fiber or, at a start, on the loop's stack; between its steps others
 * run.  Runs no module code but the image's constructors and
 * entrepot_module_v1().  *out is set even after a failure, for
 * instance_give(). */
ep_status instance_load(struct generation *g,
    const struct generation_source *source,
    const struct generation_module *module, struct instance **out,
    struct err *err);

/* One that runs in a ready generation of this process and is just what the
 * module asks for, taken once more; NULL: there is none. */
struct instance *instance_share(struct host *host,
    const struct generation_module *module);

/* The one of that module in a generation, or NULL. */
struct instance *instance_of(const struct generation *g, const char *name);

/* Gives a reference back; the last unloads.  From the top of the loop or a
 * fiber without a frame of a module; nothing of it may be running. */
void instance_give(struct instance **ip);

/* A call by the host of one of the image's functions, in memory of its own;
 * EP_OK when it has none.  On a fiber, with the breadcrumb set. */
ep_status instance_call(struct generation *g, struct instance *i,
    enum board_phase phase, struct err *err);

/* Warm start: what the old instance saved is restored in the new one.
 * Never fails; says in the log why the new one starts cold. */
void instance_warm(struct generation *g, struct instance *fresh,
    struct generation *from, struct instance *old);

/* The breadcrumb: what this process is about; see board.h.  PHASE_NONE takes
 * it away. */
void phase_show(struct host *host, enum board_phase phase, uint64_t generation,
    int module);
