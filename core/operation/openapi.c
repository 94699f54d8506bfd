/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/openapi.h"

#include "core/base/json.h"

#include <string.h>

static const char local[] = "#/components/";

/* "#/components/schemas/Party" of module "risk" becomes
 * "#/components/schemas/risk.Party". */
static const char *
reference(struct arena *a, const char *module, const char *ref)
{
	const char *kind = ref + sizeof local - 1;
	const char *slash = strchr(kind, '/');

	if (strncmp(ref, local, sizeof local - 1) != 0 || slash == NULL)
		return ref;
	return arena_format(a, "%.*s/%s.%s", (int)(slash - ref), ref, module,
	    slash + 1);
}

static bool
is_ours(const char *key)
{
	return key != NULL && strcmp(key, "x-entrepot") == 0;
}

/* A copy with references renamed, without the x-entrepot block. */
static struct ep_node *
copy(struct arena *a, const char *module, const struct ep_node *n)
{
	struct ep_node *c;

	if (n->type != EP_T_OBJECT && n->type != EP_T_ARRAY) {
		c = node_new(a, EP_T_NULL);
		*c = *n;
		return c;
	}
	c = node_new(a, n->type);
	for (uint32_t i = 0; i < n->count; i++) {
		const struct ep_node *m = &n->u.items[i];

		if (n->type == EP_T_ARRAY) {
			(void)node_append(a, c, copy(a, module, m));
		} else if (strcmp(m->key, "$ref") == 0 &&
		    m->type == EP_T_TEXT) {
			(void)node_set_text(a, c, "$ref",
			    reference(a, module, m->text));
		} else if (!is_ours(m->key)) {
			(void)node_set(a, c, m->key, copy(a, module, m));
		}
	}
	return c;
}

static bool
is_internal(const struct ep_node *operation)
{
	return strcmp(node_text(node_get(operation, "x-entrepot-exposure"), ""),
		   "internal") == 0;
}

/* What tools want of every operation: a tag, here the module's name, and a
 * description, here the summary. */
static void
complete(struct arena *a, const char *module, struct ep_node *operation)
{
	if (node_get(operation, "tags") == NULL) {
		struct ep_node *tags = node_new(a, EP_T_ARRAY);

		(void)node_append(a, tags,
		    node_new_text(a, module, strlen(module)));
		(void)node_set(a, operation, "tags", tags);
	}
	if (node_get(operation, "description") == NULL)
		(void)node_set_text(a, operation, "description",
		    node_text(node_get(operation, "summary"), module));
}

/* One path item, its internal operations left out; NULL when nothing is
 * left. */
static struct ep_node *
path_item(struct arena *a, const char *module, const struct ep_node *item)
{
	struct ep_node *c = node_new(a, EP_T_OBJECT);
	bool has_operation = false;

	for (uint32_t i = 0; i < item->count; i++) {
		const struct ep_node *m = &item->u.items[i];
		struct ep_node *own = copy(a, module, m);

		if (node_get(m, "operationId") != NULL) {
			if (is_internal(m))
				continue;
			has_operation = true;
			complete(a, module, own);
		}
		(void)node_set(a, c, m->key, own);
	}
	return has_operation ? c : NULL;
}

static struct ep_node *
member(struct arena *a, struct ep_node *object, const char *name)
{
	const struct ep_node *n = node_get(object, name);
	struct ep_node *made;

	if (n != NULL) {
		made = node_new(a, EP_T_OBJECT);
		*made = *n;
		return made;
	}
	return node_new(a, EP_T_OBJECT);
}

static void
components(struct arena *a, struct ep_node *into, const struct instance *i)
{
	const struct ep_node *all = node_get(i->manifest->document,
	    "components");

	for (uint32_t k = 0; all != NULL && k < all->count; k++) {
		const struct ep_node *kind = &all->u.items[k];
		struct ep_node *out = member(a, into, kind->key);

		for (uint32_t m = 0; m < kind->count; m++)
			(void)node_set(a, out,
			    arena_format(a, "%s.%s", i->name,
				kind->u.items[m].key),
			    copy(a, i->name, &kind->u.items[m]));
		(void)node_set(a, into, kind->key, out);
	}
}

static void
paths(struct arena *a, struct ep_node *into, const struct instance *i)
{
	const struct ep_node *all = node_get(i->manifest->document, "paths");

	for (uint32_t k = 0; all != NULL && k < all->count; k++) {
		const struct ep_node *item = &all->u.items[k];
		struct ep_node *c = path_item(a, i->name, item);
		struct ep_node *out;

		if (c == NULL)
			continue;
		/* Two modules may share a path with different methods. */
		out = member(a, into, item->key);
		for (uint32_t m = 0; m < c->count; m++)
			(void)node_set(a, out, c->u.items[m].key,
			    &c->u.items[m]);
		(void)node_set(a, into, item->key, out);
	}
}

static bool
has_tag(const struct ep_node *list, const char *name)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (strcmp(node_text(node_get(&list->u.items[i], "name"), ""),
			name) == 0)
			return true;
	return false;
}

/* Those of one operation that are not in the list yet. */
static void
add_tags(struct arena *a, struct ep_node *list, const struct ep_node *tags)
{
	for (uint32_t i = 0; tags != NULL && i < tags->count; i++) {
		const char *name = node_text(node_at(tags, i), "");
		struct ep_node *tag;

		if (has_tag(list, name))
			continue;
		tag = node_new(a, EP_T_OBJECT);
		(void)node_set_text(a, tag, "name", name);
		(void)node_append(a, list, tag);
	}
}

/* Each tag that an operation has, once. */
static struct ep_node *
tags_of(struct arena *a, const struct ep_node *all_paths)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; i < all_paths->count; i++) {
		const struct ep_node *item = &all_paths->u.items[i];

		for (uint32_t k = 0; k < item->count; k++)
			add_tags(a, list, node_get(&item->u.items[k], "tags"));
	}
	return list;
}

/* It answers where this document was got. */
static struct ep_node *
servers(struct arena *a)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	struct ep_node *here = node_new(a, EP_T_OBJECT);

	(void)node_set_text(a, here, "url", "/");
	(void)node_append(a, list, here);
	return list;
}

void
openapi_merge(struct generation *g, const char *version)
{
	struct arena *a = arena_new(262144);
	struct ep_node *doc = node_new(a, EP_T_OBJECT);
	struct ep_node *info = node_new(a, EP_T_OBJECT);
	struct ep_node *contact = node_new(a, EP_T_OBJECT);
	struct ep_node *all_paths = node_new(a, EP_T_OBJECT);
	struct ep_node *all_components = node_new(a, EP_T_OBJECT);
	struct buf b = { 0 };

	(void)node_set_text(a, doc, "openapi", "3.1.0");
	(void)node_set_text(a, info, "title", "Entrepot");
	(void)node_set_text(a, info, "version", version);
	(void)node_set_text(a, info, "description",
	    "All operations of the modules that this host has loaded.");
	(void)node_set_text(a, contact, "name", "The operator of this host");
	(void)node_set(a, info, "contact", contact);
	(void)node_set(a, doc, "info", info);
	(void)node_set(a, doc, "servers", servers(a));
	for (unsigned i = 0; i < g->n_instances; i++) {
		paths(a, all_paths, g->instances[i]);
		components(a, all_components, g->instances[i]);
	}
	(void)node_set(a, doc, "tags", tags_of(a, all_paths));
	(void)node_set(a, doc, "paths", all_paths);
	(void)node_set(a, doc, "components", all_components);
	json_write(&b, doc);
	g->openapi_length = buf_length(&b);
	g->openapi = arena_copy(g->arena, buf_data(&b), buf_length(&b));
	buf_fini(&b);
	arena_free(&a);
}
