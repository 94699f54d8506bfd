/* SPDX-License-Identifier: BSD-2-Clause */

/* The data map (数据资产地图) of the running system: which fields of which
 * operations carry data of a class (x-entrepot-class). */

#include "local.h"

#include <string.h>

#define SCHEMA_DEPTH 16

struct walk {
	struct ep_op *op;
	const struct ep_node *document;
	const char *operation, *module, *version, *direction;
	struct ep_node *list, *counts;
};

/* A $ref is #/components/KIND/NAME. */
static const struct ep_node *
follow(const struct walk *w, const struct ep_node *n)
{
	static const char head[] = "#/components/";
	const char *ref = ep_node_text(ep_node_get(n, "$ref"), NULL);
	const struct ep_node *kind;
	const char *slash;
	char name[32];

	if (ref == NULL || strncmp(ref, head, sizeof head - 1) != 0)
		return n;
	ref += sizeof head - 1;
	slash = strchr(ref, '/');
	if (slash == NULL || (size_t)(slash - ref) >= sizeof name)
		return NULL;
	memcpy(name, ref, (size_t)(slash - ref));
	name[slash - ref] = '\0';
	kind = ep_node_get(ep_node_get(w->document, "components"), name);
	return ep_node_get(kind, slash + 1);
}

static void
note(struct walk *w, const char *at, const char *class)
{
	int64_t n = ep_node_int(ep_node_get(w->counts, class), 0);

	(void)ep_append(w->op, w->list,
	    ep_object(w->op, EP_ARG("module", w->module),
		EP_ARG("version", w->version),
		EP_ARG("operation", w->operation),
		EP_ARG("direction", w->direction), EP_ARG("at", at),
		EP_ARG("class", class)));
	(void)ep_set(w->op, w->counts, ep_named(class, ep_int(n + 1)));
}

static void
walk_schema(struct walk *w, const struct ep_node *n, const char *at,
    unsigned depth)
{
	static const char *const lists[] = { "allOf", "anyOf", "oneOf" };
	const struct ep_node *members;
	const char *class;

	n = follow(w, n);
	if (ep_node_type(n) != EP_T_OBJECT || depth == SCHEMA_DEPTH)
		return;
	class = ep_node_text(ep_node_get(n, "x-entrepot-class"), NULL);
	if (class != NULL)
		note(w, *at != '\0' ? at : "/", class);
	members = ep_node_get(n, "properties");
	for (uint32_t i = 0; i < ep_node_count(members); i++) {
		const struct ep_node *x = ep_node_at(members, i);

		walk_schema(w, x, ep_concat(w->op, at, "/", ep_node_key(x)),
		    depth + 1);
	}
	walk_schema(w, ep_node_get(n, "items"), ep_concat(w->op, at, "/*"),
	    depth + 1);
	walk_schema(w, ep_node_get(n, "additionalProperties"),
	    ep_concat(w->op, at, "/*"), depth + 1);
	for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
		const struct ep_node *all = ep_node_get(n, lists[k]);

		for (uint32_t i = 0; i < ep_node_count(all); i++)
			walk_schema(w, ep_node_at(all, i), at, depth + 1);
	}
}

static void
walk_content(struct walk *w, const struct ep_node *n)
{
	const struct ep_node *content = ep_node_get(follow(w, n), "content");

	for (uint32_t i = 0; i < ep_node_count(content); i++)
		walk_schema(w, ep_node_get(ep_node_at(content, i), "schema"),
		    "", 0);
}

static void
walk_parameters(struct walk *w, const struct ep_node *list)
{
	for (uint32_t i = 0; i < ep_node_count(list); i++) {
		const struct ep_node *p = follow(w, ep_node_at(list, i));
		const char *name = ep_node_text(ep_node_get(p, "name"), NULL);

		if (name != NULL)
			walk_schema(w, ep_node_get(p, "schema"),
			    ep_concat(w->op, "/", name), 0);
	}
}

/* Whose operation is it? */
static void
find_module(struct walk *w, const struct ep_node *modules)
{
	w->module = w->version = "";
	for (uint32_t i = 0; i < ep_node_count(modules); i++) {
		const struct ep_node *m = ep_node_at(modules, i);
		const struct ep_node *ids = ep_node_get(m, "operations");

		for (uint32_t k = 0; k < ep_node_count(ids); k++)
			if (strcmp(ep_node_text(ep_node_at(ids, k), NULL),
				w->operation) == 0) {
				w->module = member_text(m, "name");
				w->version = member_text(m, "version");
			}
	}
}

static void
walk_operation(struct walk *w, const struct ep_node *shared,
    const struct ep_node *o)
{
	const struct ep_node *responses = ep_node_get(o, "responses");

	w->direction = "request";
	walk_parameters(w, shared);
	walk_parameters(w, ep_node_get(o, "parameters"));
	walk_content(w, ep_node_get(o, "requestBody"));
	w->direction = "response";
	for (uint32_t i = 0; i < ep_node_count(responses); i++)
		walk_content(w, ep_node_at(responses, i));
}

static void
walk_path(struct walk *w, const struct ep_node *path,
    const struct ep_node *modules, const char *only)
{
	for (uint32_t i = 0; i < ep_node_count(path); i++) {
		const struct ep_node *o = ep_node_at(path, i);

		w->operation = ep_node_text(ep_node_get(o, "operationId"),
		    NULL);
		if (w->operation == NULL)
			continue;
		find_module(w, modules);
		if (*only == '\0' || strcmp(only, w->module) == 0)
			walk_operation(w, ep_node_get(path, "parameters"), o);
	}
}

ep_status
security_data_map(struct ep_op *op)
{
	const struct ep_node *document, *host, *paths, *modules;
	struct walk w = { .op = op,
		.list = ep_array(op),
		.counts = ep_object(op) };

	EP_TRY(ep_call(op, "host.openapi", NULL, &document));
	EP_TRY(ep_call(op, "host.modules", NULL, &host));
	w.document = document;
	paths = ep_node_get(document, "paths");
	modules = ep_node_get(host, "modules");
	for (uint32_t i = 0; i < ep_node_count(paths); i++)
		walk_path(&w, ep_node_at(paths, i), modules,
		    member_text(ep_input(op), "module"));
	return ep_reply(op, 200,
	    EP_ARG("generation", ep_node_get(host, "generation")),
	    EP_ARG("fields", w.list), EP_ARG("counts", w.counts));
}
