/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A JSON value in memory: what json.h parses and writes, yaml.h reads, the
 * schema validates and a module sees as an opaque handle.  Nodes live in an
 * arena; text is UTF-8, NUL-terminated beyond its length, and may hold
 * U+0000.  Object members keep the order of the text.
 */

#pragma once

#include "core/base/arena.h"

#include <string.h>

struct ep_node {
	uint8_t type;        /* EP_T_NULL BOOL INT REAL TEXT ARRAY OBJECT */
	uint8_t flags;       /* node.c's own */
	uint16_t column;     /* bytes, from 1; 0: nowhere; 65535: or more */
	uint32_t line;       /* from 1; 0: nowhere */
	uint32_t count;      /* elements or members; bytes of text/number */
	uint32_t key_length; /* of key */
	const char *key;     /* its name in the object it is in, or NULL */
	const char *text;    /* TEXT; a number as written (may be NULL) */

	union {
		int64_t integer; /* INT, BOOL (0/1) */
		double real;     /* REAL */
		struct ep_node *items;
	} u;
};

/* Member of an object by name, else NULL; NULL for a NULL or other node.
 * Constant time: an object of more than 16 members carries an index. */
const struct ep_node *node_get(const struct ep_node *n, const char *name);
const struct ep_node *node_get_n(const struct ep_node *n, const char *name,
    size_t length);

/* The i-th element or member, or NULL. */
const struct ep_node *node_at(const struct ep_node *n, uint32_t i);

/* Text of a TEXT node or the fallback. */
const char *node_text(const struct ep_node *n, const char *fallback);

/* INT, or a REAL without fraction that fits, or BOOL; else the fallback. */
int64_t node_int(const struct ep_node *n, int64_t fallback);
double node_real(const struct ep_node *n, double fallback);
bool node_bool(const struct ep_node *n, bool fallback);

/* JSON equality: numbers by value (1 = 1.0; every digit counts where the
 * digits were kept), objects without order. */
bool node_equal(const struct ep_node *a, const struct ep_node *b);

/* "object", "array", "string", "integer", "number", "boolean", "null". */
const char *node_type_name(const struct ep_node *n);

/* Making.  Names and texts are copied into the arena; a value node that is
 * set or appended is copied by struct.  Its children are shared until one
 * side is changed by these functions, which then changes a copy: values, not
 * references.  All nodes of one tree live in one arena.  What append and set
 * return is the child in its place, valid until the container's next change.
 * Appending and setting take amortised constant time. */
struct ep_node *node_new(struct arena *a, uint32_t type);
struct ep_node *node_new_text(struct arena *a, const char *text, size_t n);
struct ep_node *node_new_int(struct arena *a, int64_t i);
struct ep_node *node_append(struct arena *a, struct ep_node *array,
    const struct ep_node *value);
struct ep_node *node_set(struct arena *a, struct ep_node *object,
    const char *name, const struct ep_node *value); /* replaces */
struct ep_node *node_set_text(struct arena *a, struct ep_node *object,
    const char *name, const char *text); /* NULL text: null */
struct ep_node *node_set_int(struct arena *a, struct ep_node *object,
    const char *name, int64_t i);
struct ep_node *node_set_bool(struct arena *a, struct ep_node *object,
    const char *name, bool b);

/* Gives an ARRAY or OBJECT node its children in one go, copied by struct out
 * of a scratch array; names and texts must be the arena's already.  Returns
 * the first child whose name occurred before (the caller refuses the whole),
 * else NULL. */
const struct ep_node *node_fill(struct arena *a, struct ep_node *container,
    const struct ep_node *children, uint32_t n);

/* What crosses the ABI as a value, as a node; text is copied.  A REAL that
 * is not finite becomes null, a BLOB its base64 text (RFC 4648 section 4). */
struct ep_node *node_from_value(struct arena *a, const struct ep_value *value);

/* An object of such values under their names; of a name that comes twice the
 * last value counts. */
struct ep_node *node_from_args(struct arena *a, const struct ep_arg *args,
    uint32_t n);

/* A whole copy in another arena. */
struct ep_node *node_copy(struct arena *a, const struct ep_node *n);
