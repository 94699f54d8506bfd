/* SPDX-License-Identifier: BSD-2-Clause */

/* Tables of data/ that are JSON, parsed for an operation. */

#pragma once

#include <entrepot.h>

/* The root of a file; fails the operation when it cannot be read. */
ep_status json_data(struct ep_op *op, const char *file,
    const struct ep_node **out);

/* A member's text, "" when there is none. */
const char *json_text(const struct ep_node *object, const char *name);

/* Is the text among those of the list? */
bool json_has(const struct ep_node *list, const char *text);
