/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * YAML through libyaml's event parser, read into nodes that carry line and
 * column.  The core schema of YAML 1.2: null, true/false, integers, floats,
 * all else text ("no", "on", "1_000" and 012 are not numbers or booleans;
 * 012 is text although the schema has it as 12, because half of its readers
 * take it for 10).
 *
 * Refused with a clear error: duplicate names, names that are not text,
 * merge keys (<<), several documents, tags other than the core ones,
 * undefined aliases, a node that contains itself, infinities and NaN, more
 * than YAML_ALIASED nodes by way of aliases (a small file must not become a
 * large tree), depth beyond YAML_DEPTH, a tab where only blanks indent.  An
 * empty text is null.
 */

#pragma once

#include "core/base/node.h"

#define YAML_DEPTH 64
#define YAML_ALIASED 10000

/* One document as nodes of the arena.  file names the text in errors, which
 * read "file:line:column: words".  Errors: EP_INVALID "bad_yaml". */
ep_status yaml_parse(struct arena *a, const char *file, const char *text,
    size_t length, const struct ep_node **node_out, struct err *err);
