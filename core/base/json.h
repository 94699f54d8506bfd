/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * JSON as RFC 8259 has it, and no more: no comments, no trailing commas, no
 * duplicate names, no lone surrogates, valid UTF-8 only, a limit on depth.
 * Integers that fit int64_t are exact; every other number keeps its digits
 * and is a double (refused when it is beyond the largest one).  No
 * recursion, one pass.
 */

#pragma once

#include "core/base/buf.h"
#include "core/base/node.h"

#define JSON_DEPTH 64 /* nesting that is accepted unless told otherwise */

/* Parses the whole text into nodes of the arena.  in_place true: the text
 * and the one byte behind it are the arena's memory (as arena_copy() gives
 * it), are written into and hold the strings of the nodes; the text is not
 * JSON any more afterwards, failure or not.  in_place false: as
 * json_parse_copy().  Errors: EP_INVALID "bad_json"; the words start "line L
 * column C: " (columns count bytes, from 1) and say what was expected. */
ep_status json_parse(struct arena *a, char *text, size_t length, bool in_place,
    const struct ep_node **node_out, struct err *err);

/* As above; text is left as it is and may go afterwards. */
ep_status json_parse_copy(struct arena *a, const char *text, size_t length,
    const struct ep_node **node_out, struct err *err);

/* Appends the node as compact JSON.  A number with source text is written
 * as it was read; a REAL in the shortest form that reads back the same, or
 * as null when it is not finite.  What is not UTF-8 in a text is written as
 * U+FFFD; only what must be escaped is. */
void json_write(struct buf *b, const struct ep_node *n) EP_NONNULL;

/* The same, indented by two blanks a level, for people. */
void json_write_pretty(struct buf *b, const struct ep_node *n) EP_NONNULL;

/* Appends text as a JSON string with its quotes. */
void json_write_text(struct buf *b, const char *text, size_t length);
