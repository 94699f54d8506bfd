/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * JSON Schema 2020-12, the subset that a contract needs (README.md lists the
 * keywords).  A schema is compiled once, when a module or a configuration is
 * loaded, and anything it does not know is refused there, so that no rule is
 * silently without effect.
 *
 * `format` is checked, unless the schema names the standard's own dialect by
 * `$schema`: that dialect says that format is an annotation.
 *
 * A schema may be used by one thread at a time.
 */

#pragma once

#include "core/base/node.h"

struct schema;

/* Compiles the node `at` of the document; `$ref: "#/…"` are looked up in the
 * document.  Both must live as long as the arena, which the schema belongs
 * to.  file names the document in errors: EP_INVALID "bad_schema", whose
 * words begin with file:line:column. */
ep_status schema_compile(struct arena *a, const struct ep_node *document,
    const struct ep_node *at, const char *file, struct schema **schema_out,
    struct err *err);

/* Flag of a node whose value is never told: a secret of the configuration. */
#define NODE_SECRET 0x80u

#define SCHEMA_ERRORS 16 /* faults that are told at once */

struct schema_error {
	const char *pointer;      /* RFC 6901, of the faulty place */
	const char *rule;         /* the keyword that failed */
	const char *expected;     /* words */
	const char *got;          /* words, cut short; NULL: not to be told */
	const char *hint;         /* the name that was meant, or NULL */
	const struct ep_node *at; /* the faulty node, or the one it lacks in */
};

/* A plain value on the caller's stack; its texts are the arena's. */
struct schema_errors {
	ep_status status; /* EP_OK, EP_INVALID or EP_REFUSED */
	int http;         /* 400, 422, or that of x-entrepot-error */
	const char *code; /* "bad_type", "invalid_input", or as above */
	uint32_t count;
	bool has_more; /* than fit into items */
	struct schema_error items[SCHEMA_ERRORS];
};

/* Nesting of value and schema together that is followed. */
#define SCHEMA_DEPTH 200

/* EP_OK, or errors->status.  A failing `type` makes the whole EP_INVALID
 * "bad_type"; else the first fault whose schema carries x-entrepot-error
 * tells status and code; else EP_REFUSED "invalid_input".  The arena is used
 * for the words of faults only (and for `uniqueItems` of long arrays). */
ep_status schema_validate(const struct schema *s, const struct ep_node *value,
    struct arena *a, struct schema_errors *errors);

/* The value with `default` put in where a property is absent, at every depth
 * that `properties`, `additionalProperties`, `items`, `allOf` and `$ref`
 * reach; a default is filled in turn.  The value itself stays as it was. */
const struct ep_node *schema_defaults(const struct schema *s, struct arena *a,
    const struct ep_node *value);

/* One occurrence of a parameter of a path, query or header. */
struct schema_text {
	const char *text;
	size_t length;
};

/* A parameter's text as the value that the schema's type asks for: an
 * integer, number, boolean, null, text, or an array of such (every
 * occurrence an element; one occurrence divided at commas if has_commas).
 * What does not read as its type stays text, several occurrences for a
 * single value stay an array: schema_validate() then tells. */
struct ep_node *schema_coerce(const struct schema *s, struct arena *a,
    const struct schema_text *texts, uint32_t n, bool has_commas);
