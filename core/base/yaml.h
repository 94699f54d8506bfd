/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * YAML through libyaml's event parser, read into nodes that carry line and
 * column.  The core schema of YAML 1.2: null, true/false, integers, floats,
 * all else text ("no", "on", "1_000" and 012 are not numbers or booleans).
 * Refused with a clear error: duplicate names, names that are not text,
 * several documents, tags other than the core ones, undefined aliases,
 * expansion of aliases beyond a bound (a small file must not become a large
 * tree), depth beyond a bound.
 */

#pragma once

#include "core/base/node.h"

/* One document as nodes of the arena.  file names the text in errors, which
 * read "file:line:column: words".  Errors: EP_INVALID "bad_yaml". */
ep_status yaml_parse(struct arena *a, const char *file, const char *text,
    size_t length, const struct ep_node **node_out, struct err *err);
