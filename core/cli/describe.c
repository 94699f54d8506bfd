/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/describe.h"

#include "core/store/check.h"
#include "core/supervisor/migrations.h"

static void
set_node(struct arena *a, struct ep_node *to, const char *name,
    const struct ep_node *value)
{
	(void)node_set(a, to, name,
	    value != NULL ? value : node_new(a, EP_T_NULL));
}

static struct ep_node *
texts(struct arena *a, const char *const *list)
{
	struct ep_node *out = node_new(a, EP_T_ARRAY);

	for (; list != NULL && *list != NULL; list++)
		(void)node_append(a, out,
		    node_new_text(a, *list, strlen(*list)));
	return out;
}

static struct ep_node *
parameters(struct arena *a, const struct manifest_operation *op)
{
	static const char *const places[] = { [IN_PATH] = "path",
		[IN_QUERY] = "query",
		[IN_HEADER] = "header" };
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; i < op->n_parameters; i++) {
		const struct manifest_parameter *p = &op->parameters[i];
		struct ep_node *one = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, one, "name", p->name);
		(void)node_set_text(a, one, "in", places[p->in]);
		(void)node_set_bool(a, one, "required", p->required);
		set_node(a, one, "description",
		    node_get(p->node, "description"));
		set_node(a, one, "schema", p->schema);
		(void)node_append(a, list, one);
	}
	return list;
}

static const struct ep_node *
body(struct arena *a, const struct manifest_operation *op)
{
	struct ep_node *one = node_new(a, EP_T_OBJECT);

	if (!op->has_body)
		return NULL;
	(void)node_set_text(a, one, "media_type", op->body_type);
	(void)node_set_bool(a, one, "required", op->body_required);
	set_node(a, one, "schema", op->body_schema);
	return one;
}

static struct ep_node *
responses(struct arena *a, const struct manifest_operation *op)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; i < op->n_responses; i++) {
		const struct manifest_response *r = &op->responses[i];
		struct ep_node *one = node_new(a, EP_T_OBJECT);

		(void)node_set_int(a, one, "status", r->code);
		set_node(a, one, "description",
		    node_get(r->node, "description"));
		(void)node_set_text(a, one, "media_type", r->media_type);
		set_node(a, one, "schema", r->schema);
		(void)node_append(a, list, one);
	}
	return list;
}

static struct ep_node *
operations(struct arena *a, const struct manifest *m)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; i < m->n_operations; i++) {
		const struct manifest_operation *op = &m->operations[i];
		struct ep_node *one = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, one, "id", op->id);
		(void)node_set_text(a, one, "method", op->method);
		(void)node_set_text(a, one, "path", op->path);
		(void)node_set_text(a, one, "summary", op->summary);
		(void)node_set_text(a, one, "description", op->description);
		(void)node_set_text(a, one, "tx", manifest_tx_name(op->tx));
		(void)node_set_bool(a, one, "internal", op->internal);
		(void)node_set_bool(a, one, "idempotent", op->idempotent);
		(void)node_set(a, one, "parameters", parameters(a, op));
		set_node(a, one, "body", body(a, op));
		(void)node_set(a, one, "responses", responses(a, op));
		(void)node_append(a, list, one);
	}
	return list;
}

static const struct ep_node *
tables(struct arena *a, const struct manifest *m)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	struct store_check *check = NULL;
	const char *name, *columns;
	struct err ignored = { 0 }; /* `module inspect` tells it */
	size_t n;
	struct store_migration *migrations = migrations_of(a, m, &n);

	if (store_check_new(m->name, migrations, n, m->shared, &check,
		&ignored) != EP_OK)
		return NULL;
	for (uint32_t i = 0;
	     (name = store_check_table(check, i, &columns)) != NULL; i++) {
		struct ep_node *one = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, one, "table", name);
		(void)node_set_text(a, one, "columns", columns);
		(void)node_append(a, list, one);
	}
	store_check_free(&check);
	return list;
}

static struct ep_node *
languages(struct arena *a, const struct manifest *m)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; i < m->n_locales; i++) {
		struct ep_node *one = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, one, "language", m->locales[i].tag);
		(void)node_set_int(a, one, "texts",
		    m->locales[i].messages->count);
		(void)node_append(a, list, one);
	}
	return list;
}

static struct ep_node *
snapshots(struct arena *a, const struct manifest *m)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; i < m->n_snapshots; i++) {
		struct ep_node *one = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, one, "snapshot", m->snapshots[i].name);
		(void)node_set_text(a, one, "epoch", m->snapshots[i].epoch);
		(void)node_append(a, list, one);
	}
	return list;
}

const struct ep_node *
describe_module(struct arena *a, const struct module_file *file,
    const struct manifest *m)
{
	struct ep_node *o = node_new(a, EP_T_OBJECT);
	struct ep_node *abi = node_new(a, EP_T_OBJECT);

	(void)node_set_int(a, abi, "major", file->abi_major);
	(void)node_set_int(a, abi, "minor_needed", file->minor_needed);
	(void)node_set_int(a, abi, "minor_built", file->minor_built);
	(void)node_set_text(a, o, "module", m->name);
	(void)node_set_text(a, o, "version", m->version);
	(void)node_set_text(a, o, "title", m->title);
	(void)node_set_text(a, o, "file", file->path);
	(void)node_set_int(a, o, "size", (int64_t)file->size);
	(void)node_set_text(a, o, "sha256", file->sha256);
	(void)node_set(a, o, "abi", abi);
	(void)node_set(a, o, "requires", texts(a, m->requires));
	(void)node_set(a, o, "libraries", texts(a, m->libraries));
	(void)node_set(a, o, "languages", languages(a, m));
	(void)node_set(a, o, "operations", operations(a, m));
	set_node(a, o, "tables", tables(a, m));
	(void)node_set(a, o, "snapshots", snapshots(a, m));
	set_node(a, o, "options", m->config);
	set_node(a, o, "schemas",
	    node_get(node_get(m->document, "components"), "schemas"));
	return o;
}
