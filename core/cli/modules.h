/* SPDX-License-Identifier: BSD-2-Clause */

/* The running host's status, and its modules as `module list` and `status`
 * show them. */

#pragma once

#include "core/base/node.h"
#include "core/cli/table.h"

/* What GET /v1/host/status answers.  Errors: as client_open(). */
ep_status status_read(struct arena *a, const char *state,
    const struct ep_node **out, struct err *err);

/* The status' modules, and behind them the one that the last reload failed
 * with. */
const struct ep_node *module_rows(struct arena *a, const char *state,
    const struct ep_node *status);

/* The colour of a module's state. */
enum paint module_paint(const char *state);
