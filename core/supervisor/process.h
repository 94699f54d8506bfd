/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A child of the supervisor that runs modules: what worker and builder have
 * in common.  The supervisor forks it with everything it needs inherited.
 */

#pragma once

#include "core/operation/host.h"
#include "core/supervisor/plan.h"

struct process_setup {
	const struct plan *plan;
	struct board *board;
	struct store_shared *store_shared;
	uint64_t generation; /* to begin with; its document is
				STATE/generations/N.json */
	unsigned slot;
	const int *listen_fds; /* of clients; worker only */
	unsigned n_listen;
	int control_fd; /* of operators; worker only */
	int log_fd;
};

struct process {
	struct host host;
	const struct process_setup *setup;
	unsigned log_format;
	int64_t drain_us;
	struct store_shared *store_shared;
};

/* Loop, log and store, set up as setup->generation wants them. */
ep_status process_open(struct process *p, const struct process_setup *setup,
    struct err *err);

/* On a fiber, before any module: the epochs of earlier lives. */
ep_status process_begin(struct process *p, struct err *err);

/* The tables that the modules of a generation need; on a fiber. */
ep_status process_migrate_all(struct process *p, struct generation *g,
    struct err *err);

/* A generation of that number, loaded from its document and not started; see
 * generation_load(). */
ep_status process_load(struct process *p, uint64_t number,
    struct generation **out, struct err *err);

/* What a generation wants of log, loop and store, from now on. */
void process_apply(struct process *p, const struct generation *g);

/* How long requests of a replaced generation may still run. */
int64_t process_drain_us(const struct process *p);

void process_close(struct process *p);

/* migrate.c: the module's migrations that are still to be applied. */
ep_status process_migrate(struct host *host, const struct manifest *m,
    struct err *err);

/* Exit codes of children; the supervisor tells them apart. */
#define EXIT_GOOD 0
#define EXIT_BROKEN 1        /* starting it again may help */
#define EXIT_CONFIGURATION 3 /* it will not */

/* The bodies of the children; the return value is the exit code. */
int worker_main(const struct process_setup *setup);

/* is_boot: runs EP_START of all modules, once, before any worker exists. */
int builder_main(const struct process_setup *setup, bool is_boot);
