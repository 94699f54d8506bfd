/* SPDX-License-Identifier: BSD-2-Clause */

/* Recording faults of a configuration with their places. */

#pragma once

#include "core/config/config.h"

/* Where faults of one file go. */
struct fault_sink {
	struct arena *arena;
	const char *file, *text; /* text NULL: unknown */
	struct config_errors *errors;
};

/* Room for a fault at a line and column, filled but for hint; a scratch
 * place when there are too many. */
EP_PRINTF(4, 5)
struct config_error *fault_at(struct fault_sink *f, uint32_t line,
    uint32_t column, const char *format, ...);

/* Takes over what a schema found below the node named by prefix. */
void fault_from_schema(struct fault_sink *f, const struct schema_errors *e,
    const char *prefix);
