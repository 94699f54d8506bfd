/* SPDX-License-Identifier: BSD-2-Clause */

/* Values to show for a contract: what a caller could send, or may get. */

#pragma once

#include "core/base/node.h"

enum example_kind {
	EXAMPLE_INPUT, /* only what is required, when anything is */
	EXAMPLE_ANSWER /* every member */
};

/* A value for a schema of the document: its own example, const, default or
 * first enum when it has one, else made from its type and limits (a pattern
 * is not looked at).  Never NULL. */
struct ep_node *example_of_schema(struct arena *a,
    const struct ep_node *document, const struct ep_node *schema,
    enum example_kind kind);

/* The example that a media type object or a parameter carries (example, or
 * the first of examples), else one for its schema. */
struct ep_node *example_of(struct arena *a, const struct ep_node *document,
    const struct ep_node *object, enum example_kind kind);

/* The schema in a few words that need no translation: "string 1…64",
 * "read | write", "array ≤ 20 of integer", "integer ≥ 1 = 10". */
const char *example_type(struct arena *a, const struct ep_node *document,
    const struct ep_node *schema);
