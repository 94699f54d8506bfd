/* SPDX-License-Identifier: BSD-2-Clause */

#pragma once

#include "core/config/fault.h"

/* Replaces ${ENV:NAME}, ${FILE:path} (from folder; without its last line
 * feed) and ${STATE} in every text below the node; $${ becomes ${.  Texts
 * with something of the environment or a file get NODE_SECRET.  Faults and
 * warnings go to the sink. */
void interpolate(struct fault_sink *f, struct ep_node *n, const char *folder,
    const char *state);
