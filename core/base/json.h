/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * JSON as RFC 8259 has it, and no more: no comments, no trailing commas, no
 * duplicate names, no lone surrogates, valid UTF-8 only, a limit on depth.
 * Integers that fit int64_t are exact; every other number keeps its digits.
 */

#pragma once

#include "core/base/buf.h"
#include "core/base/node.h"

#define JSON_DEPTH 64 /* nesting that is accepted unless told otherwise */

/* Parses the whole text into nodes of the arena.  The text must stay for as
 * long as the nodes (strings without escapes point into it only when it is
 * itself arena memory: pass in_place true, then the parser may also write
 * into it).  Errors: EP_INVALID "bad_json" with line and column. */
ep_status json_parse(struct arena *a, char *text, size_t length, bool in_place,
    const struct ep_node **node_out, struct err *err);

/* As above; copies what it needs, text may go. */
ep_status json_parse_copy(struct arena *a, const char *text, size_t length,
    const struct ep_node **node_out, struct err *err);

/* Appends the node as compact JSON.  A number with source text is written
 * as it was read; a REAL in the shortest form that reads back the same. */
void json_write(struct buf *b, const struct ep_node *n) EP_NONNULL;

/* The same, indented by two blanks a level, for people. */
void json_write_pretty(struct buf *b, const struct ep_node *n) EP_NONNULL;

/* Appends text as a JSON string with its quotes. */
void json_write_text(struct buf *b, const char *text, size_t length);
