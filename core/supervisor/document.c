/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/document.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/module/store_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const fixed[] = { "listen", "state", "store", "workers" };

#define N_FIXED (sizeof fixed / sizeof fixed[0])

ep_status
document_read(struct arena *a, const char *state, uint64_t number,
    const struct ep_node **out, struct err *err)
{
	char *text;
	size_t length;

	EP_TRY(file_read(a,
	    arena_format(a, "%s/generations/%" PRIu64 ".json", state, number),
	    DOCUMENT_MAX, &text, &length, err));
	return json_parse(a, text, length, true, out, err);
}

struct ep_node *
document_new(const struct inspection *n)
{
	struct arena *a = n->arena;
	struct ep_node *doc = node_new(a, EP_T_OBJECT);
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (unsigned i = 0; i < n->n_modules; i++) {
		const struct inspected_module *m = &n->modules[i];
		struct ep_node *x = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, x, "name", m->manifest->name);
		(void)node_set_text(a, x, "version", m->manifest->version);
		(void)node_set_text(a, x, "sha256", m->file->sha256);
		(void)node_set(a, x, "config", m->options);
		(void)node_append(a, list, x);
	}
	(void)node_set(a, doc, "config", n->config->root);
	(void)node_set(a, doc, "modules", list);
	return doc;
}

struct ep_node *
document_copy(struct arena *a, const struct ep_node *source,
    const struct ep_node *active)
{
	struct ep_node *doc = node_new(a, EP_T_OBJECT);
	struct ep_node *config = node_set(a, doc, "config",
	    node_get(source, "config"));
	const struct ep_node *now = node_get(active, "config");

	for (size_t i = 0; i < N_FIXED; i++)
		if (node_get(now, fixed[i]) != NULL)
			(void)node_set(a, config, fixed[i],
			    node_get(now, fixed[i]));
	(void)node_set(a, doc, "modules", node_get(source, "modules"));
	(void)node_set(a, doc, "source", node_get(source, "number"));
	return doc;
}

/* ----------------------------------------------------------------- parts */

static const char *
now_text(struct arena *a)
{
	int64_t us = clock_real_us();
	time_t seconds = us / 1000000;
	struct tm tm;
	char text[32];

	(void)gmtime_r(&seconds, &tm);
	(void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
	return arena_format(a, "%s.%06dZ", text, (int)(us % 1000000));
}

/* Of what makes a difference to anybody: a module's section stands with the
 * module, its file's path does not matter. */
static const char *
hash(struct arena *a, const struct ep_node *doc)
{
	const struct ep_node *all = node_get(doc, "config");
	struct ep_node *config = node_new(a, EP_T_OBJECT);
	char *hex = arena_alloc(a, SHA256_ROOM);
	struct buf b = { 0 };

	for (uint32_t i = 0; all != NULL && i < all->count; i++)
		if (strcmp(all->u.items[i].key, "modules") != 0)
			(void)node_set(a, config, all->u.items[i].key,
			    &all->u.items[i]);
	json_write(&b, config);
	json_write(&b, node_get(doc, "modules"));
	sha256_bytes(buf_data(&b), buf_length(&b), hex);
	buf_fini(&b);
	return hex;
}

static const struct ep_node *
module_of(const struct ep_node *doc, const char *name)
{
	const struct ep_node *list = node_get(doc, "modules");

	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		if (strcmp(node_text(node_get(node_at(list, i), "name"), ""),
			name) == 0)
			return node_at(list, i);
	return NULL;
}

static struct ep_node *
identity(struct arena *a, const struct ep_node *m)
{
	struct ep_node *x = node_new(a, EP_T_OBJECT);

	if (m == NULL)
		return node_new(a, EP_T_NULL);
	(void)node_set_text(a, x, "version",
	    node_text(node_get(m, "version"), NULL));
	(void)node_set_text(a, x, "sha256",
	    node_text(node_get(m, "sha256"), NULL));
	return x;
}

static const struct manifest *
stored_manifest(struct arena *a, const char *state, const struct ep_node *m)
{
	struct findings findings = { .arena = a };
	const struct manifest *manifest = NULL;
	struct module_file *file = NULL;
	struct err err = { 0 };

	if (m == NULL ||
	    module_file_open(a,
		store_file_path(a, arena_format(a, "%s/modules", state),
		    node_text(node_get(m, "sha256"), "")),
		&file, &err) != EP_OK ||
	    manifest_of_file(a, file, &findings, &manifest, &err) != EP_OK)
		return NULL;
	return manifest;
}

static void
change(struct arena *a, const char *state, const struct ep_node *from,
    const struct ep_node *to, struct ep_node *list)
{
	struct ep_node *x = node_new(a, EP_T_OBJECT);
	struct ep_node *words = node_new(a, EP_T_ARRAY);
	bool is_code = from == NULL || to == NULL ||
	    !node_equal(node_get(from, "sha256"), node_get(to, "sha256"));
	bool is_config = from != NULL && to != NULL &&
	    !node_equal(node_get(from, "config"), node_get(to, "config"));
	const char *what = is_code && is_config ? "code and configuration"
	    : is_code                           ? "code"
						: "configuration";
	const struct manifest *old;

	if (!is_code && !is_config)
		return;
	if (from == NULL)
		what = "added";
	if (to == NULL)
		what = "removed";
	(void)node_set_text(a, x, "module",
	    node_text(node_get(to != NULL ? to : from, "name"), ""));
	(void)node_set_text(a, x, "change", what);
	(void)node_set(a, x, "from", identity(a, from));
	(void)node_set(a, x, "to", identity(a, to));
	old = is_code ? stored_manifest(a, state, from) : NULL;
	if (old != NULL)
		breaking_changes(a, old, stored_manifest(a, state, to), words);
	(void)node_set(a, x, "breaking", words);
	(void)node_append(a, list, x);
}

static struct ep_node *
changes(struct arena *a, const char *state, const struct ep_node *from,
    const struct ep_node *to)
{
	const struct ep_node *old = node_get(from, "modules");
	const struct ep_node *new = node_get(to, "modules");
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; new != NULL &&i < new->count; i++) {
		const struct ep_node *m = node_at(new, i);

		change(a, state,
		    module_of(from, node_text(node_get(m, "name"), "")), m,
		    list);
	}
	for (uint32_t i = 0; old != NULL && i < old->count; i++) {
		const struct ep_node *m = node_at(old, i);

		if (module_of(to, node_text(node_get(m, "name"), "")) == NULL)
			change(a, state, m, NULL, list);
	}
	return list;
}

static struct ep_node *
restart(struct arena *a, const struct ep_node *from, const struct ep_node *to)
{
	const struct ep_node *old = node_get(from, "config");
	const struct ep_node *new = node_get(to, "config");
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (size_t i = 0; from != NULL && i < N_FIXED; i++) {
		const char *name = fixed[i];

		if (node_equal(node_get(old, name), node_get(new, name)))
			continue;
		if (strcmp(name, "store") == 0)
			name = "store.url";
		(void)node_append(a, list,
		    node_new_text(a, name, strlen(name)));
	}
	return list;
}

void
document_finish(struct arena *a, struct ep_node *doc, uint64_t number,
    const struct ep_node *active, const char *state)
{
	(void)node_set_int(a, doc, "number", (int64_t)number);
	(void)node_set_text(a, doc, "created", now_text(a));
	(void)node_set_int(a, doc, "from",
	    node_int(node_get(active, "number"), 0));
	(void)node_set_text(a, doc, "hash", hash(a, doc));
	(void)node_set(a, doc, "changes",
	    active != NULL ? changes(a, state, active, doc)
			   : node_new(a, EP_T_ARRAY));
	(void)node_set(a, doc, "restart", restart(a, active, doc));
}

ep_status
document_write(struct arena *a, const char *state, const char *name,
    const struct ep_node *doc, const char **path_out, struct err *err)
{
	struct buf b = { 0 };
	ep_status st;

	*path_out = arena_format(a, "%s/generations/%s", state, name);
	json_write(&b, doc);
	st = file_write_atomic(*path_out, buf_data(&b), buf_length(&b), 0600,
	    err);
	buf_fini(&b);
	return st;
}
