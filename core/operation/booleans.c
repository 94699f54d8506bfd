/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/booleans.h"

#include "core/module/manifest.h"

#include <string.h>

#define DEPTH 24 /* of schemas within schemas, circles included */

static bool
names_type(const struct ep_node *schema, const char *type)
{
	const struct ep_node *t = node_get(schema, "type");

	if (t == NULL)
		return false;
	if (t->type == EP_T_TEXT)
		return strcmp(t->text, type) == 0;
	for (uint32_t i = 0; t->type == EP_T_ARRAY && i < t->count; i++)
		if (strcmp(node_text(node_at(t, i), ""), type) == 0)
			return true;
	return false;
}

static bool
is_boolean(const struct ep_node *schema)
{
	return names_type(schema, "boolean") &&
	    !names_type(schema, "integer") && !names_type(schema, "number");
}

static const char *const combining[] = { "allOf", "anyOf", "oneOf" };
static const char *const single[] = { "items", "additionalProperties", "then",
	"else" };
static const char *const keyed[] = { "properties", "patternProperties" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
is_in(const struct ep_node *document, const struct ep_node *schema, int depth)
{
	schema = manifest_follow(document, schema);
	if (schema == NULL || schema->type != EP_T_OBJECT || depth > DEPTH)
		return false;
	if (is_boolean(schema))
		return true;
	for (size_t k = 0; k < COUNT(single); k++)
		if (is_in(document, node_get(schema, single[k]), depth + 1))
			return true;
	for (size_t k = 0; k < COUNT(combining) + COUNT(keyed); k++) {
		const struct ep_node *list = node_get(schema,
		    k < COUNT(combining) ? combining[k]
					 : keyed[k - COUNT(combining)]);

		for (uint32_t i = 0; list != NULL && i < list->count; i++)
			if (is_in(document, node_at(list, i), depth + 1))
				return true;
	}
	return false;
}

bool
booleans_are_in(const struct ep_node *document, const struct ep_node *schema)
{
	return schema != NULL && is_in(document, schema, 0);
}

static void mend(const struct ep_node *document, const struct ep_node *schema,
    struct ep_node *node, int depth);

static void
mend_members(const struct ep_node *document, const struct ep_node *schema,
    struct ep_node *node, int depth)
{
	const struct ep_node *properties = node_get(schema, "properties");
	const struct ep_node *others = node_get(schema, "additionalProperties");

	for (uint32_t i = 0; i < node->count; i++) {
		struct ep_node *m = &node->u.items[i];
		const struct ep_node *s = node_get_n(properties, m->key,
		    m->key_length);

		if (s == NULL)
			s = others;
		if (s != NULL)
			mend(document, s, m, depth + 1);
	}
}

static void
mend(const struct ep_node *document, const struct ep_node *schema,
    struct ep_node *node, int depth)
{
	const struct ep_node *items;

	schema = manifest_follow(document, schema);
	if (schema == NULL || schema->type != EP_T_OBJECT || depth > DEPTH)
		return;
	if (node->type == EP_T_INT && (node->u.integer | 1) == 1 &&
	    is_boolean(schema)) {
		node->type = EP_T_BOOL;
		node->text = NULL;
		node->count = 0;
	}
	for (size_t k = 0; k < COUNT(combining); k++) {
		const struct ep_node *list = node_get(schema, combining[k]);

		for (uint32_t i = 0; list != NULL && i < list->count; i++)
			mend(document, node_at(list, i), node, depth + 1);
	}
	if (node->type == EP_T_OBJECT)
		mend_members(document, schema, node, depth);
	items = node_get(schema, "items");
	if (node->type == EP_T_ARRAY && items != NULL)
		for (uint32_t i = 0; i < node->count; i++)
			mend(document, items, &node->u.items[i], depth + 1);
}

/* Is there an integer that could stand for a boolean? */
static bool
has_bit(const struct ep_node *n)
{
	if (n->type == EP_T_INT)
		return (n->u.integer | 1) == 1;
	if (n->type != EP_T_ARRAY && n->type != EP_T_OBJECT)
		return false;
	for (uint32_t i = 0; i < n->count; i++)
		if (has_bit(n->u.items + i))
			return true;
	return false;
}

void
booleans_mend(const struct ep_node *document, const struct ep_node *schema,
    struct ep_node *node)
{
	if (has_bit(node)) /* mostly not, and the walk below is dear */
		mend(document, schema, node, 0);
}
