/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The inspector as a child of the supervisor: reads the configuration and
 * the modules, stores what it finds good, writes the generation's document
 * and tells the supervisor by a struct plan.  It also keeps the state folder
 * tidy, since the supervisor reads nothing.
 */

#pragma once

#include "core/supervisor/plan.h"
#include "core/supervisor/serve.h"

struct inspector_task {
	const struct serve_options *options;
	uint64_t active;         /* generation; 0: the host starts */
	const struct plan *plan; /* of the active one */
	uint64_t source;         /* roll back to this one's document */
	bool is_rollback;        /* source 0: to the one before the active */
	uint64_t before;         /* that was active before the active; 0 */
	bool is_dry;
};

/* The child's body: writes a struct plan to fd; returns the exit code. */
int inspector_main(const struct inspector_task *task, int plan_fd);
