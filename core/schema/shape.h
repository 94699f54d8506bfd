/* SPDX-License-Identifier: BSD-2-Clause */

/* A compiled schema as compile.c makes it and the others here read it. */

#pragma once

#include "core/schema/decimal.h"
#include "core/schema/schema.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define SCHEMA_MAGIC 0x5c4e3a01u

#define SHAPE_INTEGER 0x200u /* beside 1 << EP_T_…, which are below */

/* Names in a fixed hash table: properties, required names, or the texts of
 * an enum. */
struct name {
	const char *text;
	uint32_t length;
	bool is_required;
	const struct shape *shape; /* NULL: not among the properties */
};

struct names {
	struct name *list; /* in the order of the document */
	uint32_t count;
	uint32_t required; /* how many of them are */
	uint32_t mask;
	uint16_t *slots; /* position + 1; 0: free */
};

struct pattern {
	const char *text;
	pcre2_code *code;
	bool is_jit;
	const struct shape *shape; /* of patternProperties */
};

struct dependency {
	const char *name;
	uint32_t length;
	const struct ep_node *needs; /* array of names */
};

struct limits {
	uint32_t least, most; /* most UINT32_MAX: none */
};

struct shape_list {
	const struct shape **list;
	uint32_t count;
};

struct bound {
	const struct ep_node *node;
	struct decimal decimal;
	const char *rule, *words;
	bool is_upper, is_open;
};

/* Which groups of rules a shape has: what is not there costs nothing. */
#define HAS_OBJECT 1u
#define HAS_ARRAY 2u
#define HAS_TEXT 4u
#define HAS_NUMBER 8u
#define HAS_VALUE 16u /* const, enum */
#define HAS_LOGIC 32u

typedef bool format_fn(const char *text, size_t length);

struct shape {
	uint32_t types; /* bits 1 << EP_T_…; 0: any */
	uint32_t has;
	bool is_never;  /* the schema `false` */
	bool is_secret; /* x-entrepot-class: values are not told */
	bool is_unique;
	const struct ep_node *node; /* what it was compiled from */
	const struct shape *ref;

	struct names properties;
	const struct shape *additional, *property_names;
	struct pattern *patterns;
	uint32_t n_patterns;
	struct dependency *dependencies;
	uint32_t n_dependencies;
	struct limits members;

	const struct shape *items, *contains;
	struct shape_list prefix;
	struct limits elements, contained;

	struct limits length;
	struct pattern *pattern;
	format_fn *format;
	const char *format_name;

	struct bound bounds[4];
	uint32_t n_bounds;
	const struct ep_node *multiple;
	struct decimal unit;

	const struct ep_node *constant, *choices;
	struct names texts; /* of choices, when all are texts */

	struct shape_list all, any, one;
	const struct shape *negated, *condition, *then, *otherwise;

	int error_http; /* x-entrepot-error; 0: none */
	ep_status error_status;
	const char *error_code;

	const struct ep_node *filling; /* default */
};

struct schema {
	uint32_t magic;
	const struct shape *root;
	pcre2_match_data *match;
	pcre2_match_context *limits;
};

/* Position of a name, or count. */
uint32_t names_find(const struct names *names, const char *text,
    uint32_t length) EP_NONNULL;
void names_add(struct names *names, const char *text, uint32_t length)
    EP_NONNULL; /* list has room */
void names_index(struct arena *a, struct names *names) EP_NONNULL;

/* The check of a format, or NULL when it is not one of ours. */
format_fn *format_find(const char *name) EP_NONNULL;

/* The types of a value as bits; an integral number has SHAPE_INTEGER. */
uint32_t shape_types_of(const struct ep_node *value) EP_NONNULL;

/* "integer or null" */
const char *shape_types_words(struct arena *a, uint32_t types) EP_NONNULL;

/* Is an element there twice?  The positions of the first pair go to pair. */
bool unique_find_twin(struct arena *a, const struct ep_node *array,
    uint32_t pair[2]) EP_NONNULL;
