/* SPDX-License-Identifier: BSD-2-Clause */

/* Plain scalars of YAML by the core schema (YAML 1.2.2, section 10.3.2). */

#pragma once

#include "core/base/node.h"

/* Sets type and value of a node by its n bytes of text, which a NUL ends and
 * which is the arena's.  What is nothing else is text.  false: it is a
 * number that a node cannot hold (infinite, not a number, or too large). */
bool yaml_resolve(struct ep_node *node, const char *text, size_t n);
