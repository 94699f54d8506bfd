/* SPDX-License-Identifier: BSD-2-Clause */

/* Recording faults of a configuration with their places. */

#pragma once

#include "core/base/yaml.h"
#include "core/config/config_error.h"
#include "core/schema/schema.h"

/* Where faults of one file go. */
struct fault_sink {
	struct arena *arena;
	const char *file, *text;         /* text NULL: unknown */
	const struct yaml_notes *places; /* of its tokens, or NULL */
	struct config_errors *errors;
};

/* Each returns a fault with id and place, for the caller to add words to; a
 * scratch place when there are too many, or when it follows from one that was
 * told of the same place.  Texts it adds must be the arena's
 * or constant. */

/* At a line and column (0: the file as a whole). */
struct config_error *fault_at(struct fault_sink *f, const char *id,
    uint32_t line, uint32_t column);

/* At a value. */
struct config_error *fault_value(struct fault_sink *f, const char *id,
    const struct ep_node *n);

/* At a value's name. */
struct config_error *fault_name(struct fault_sink *f, const char *id,
    const struct ep_node *n);

/* Makes a warning of what was a fault. */
void fault_is_warning(struct fault_sink *f, struct config_error *one);

/* Takes over what a schema found below the node named by prefix.  more: words
 * that are known beside the schema's own properties, ended by NULL, or NULL.
 */
void fault_from_schema(struct fault_sink *f, const struct schema_errors *e,
    const char *prefix, const char *const *more);

/* Takes over what the YAML reader found. */
void fault_from_yaml(struct fault_sink *f);

/* The mark of a value; NULL: none is known. */
const struct yaml_mark *fault_mark(const struct fault_sink *f,
    const struct ep_node *n);
