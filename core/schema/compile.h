/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Compiling, shared by its sources: compile.c reads a schema member by member
 * and calls the function of each keyword.  Faults are told with the place in
 * the file, EP_INVALID "bad_schema".
 */
#pragma once

#include "core/schema/shape.h"

#define NAMES_MOST 20000
#define BUCKETS 256

struct known;

struct compiler {
	struct arena *arena;
	const struct ep_node *document;
	const char *file;
	struct err *err;
	struct schema *schema;
	struct known *known[BUCKETS];
	unsigned depth;
	bool is_standard; /* $schema was given: format is an annotation */
};

/* Reads value, a member of node, into s. */
typedef ep_status keyword_fn(struct compiler *c, struct shape *s,
    const struct ep_node *value, const struct ep_node *node);

/* Always fails, with the place of a node and these words. */
ep_status compile_refuse(struct compiler *c, const struct ep_node *at,
    const char *words);

/* The shape of a schema; the same one for the same node, also while it is
 * still being read. */
ep_status compile_shape(struct compiler *c, const struct ep_node *node,
    const struct shape **shape_out);

/* A regular expression, freed with the arena; at is where it stands. */
ep_status pattern_compile(struct compiler *c, const struct ep_node *at,
    const char *text, uint32_t length, struct pattern *p);

/* The node a JSON pointer in a URI fragment (RFC 6901, 6) names, behind the
 * "#"; NULL: nothing stands there. */
const struct ep_node *reference_find(const struct ep_node *from,
    const char *pointer);

/* Keywords for values: compile_value.c. */
keyword_fn keyword_bound, keyword_const, keyword_enum, keyword_format,
    keyword_multiple, keyword_pattern, keyword_type;

/* Keywords for members, elements and subschemas: compile_members.c. */
keyword_fn keyword_count, keyword_defs, keyword_dependent, keyword_list,
    keyword_patterns, keyword_properties, keyword_required, keyword_shape,
    keyword_unique;
