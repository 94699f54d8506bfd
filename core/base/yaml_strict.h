/* SPDX-License-Identifier: BSD-2-Clause */

/* What YAML 1.2 forbids and libyaml lets pass or reads as something else:
 * looked up in the text where an event stands. */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

/* libyaml counts characters, the text has bytes; this remembers one pair. */
struct yaml_cursor {
	const char *text; /* length bytes */
	size_t length;
	size_t byte, index;
};

/* No indentation of the block collection around is known. */
#define YAML_NO_INDENT SIZE_MAX

/* What is wrong with the text of a scalar, or of the end of a collection, in
 * words; NULL: nothing.  indent: the column (from 0) of the block collection
 * that holds it. */
const char *yaml_strict_event(struct yaml_cursor *c, const yaml_event_t *e,
    size_t indent);

/* The same for a value behind a name that was neither quoted nor in
 * brackets. */
const char *yaml_strict_value(struct yaml_cursor *c, const yaml_event_t *e);

/* The same for the directives before the document's start. */
const char *yaml_strict_directives(struct yaml_cursor *c,
    const yaml_event_t *e);
