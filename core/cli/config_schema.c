/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"

#include "core/base/json.h"
#include "core/supervisor/inspection.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

/* A module's schema on its way into ours. */
struct import {
	struct arena *arena;
	const struct manifest *manifest;
	struct ep_node *definitions; /* of the whole */
};

static void take_over(struct import *m, struct ep_node *n);

/* "#/components/schemas/Sum" of module x becomes "#/$defs/x.components.…",
 * with what it refers to. */
static void
take_reference(struct import *m, struct ep_node *object, const char *ref)
{
	const struct ep_node *target = manifest_follow(m->manifest->document,
	    object);
	struct ep_node none = { .type = EP_T_BOOL, .u.integer = 1 };
	char *name = arena_format(m->arena, "%s%s", m->manifest->name, ref + 1);
	struct ep_node *copy;

	for (char *p = name; *p != '\0'; p++)
		if (*p == '/' || *p == '~')
			*p = '.';
	(void)node_set_text(m->arena, object, "$ref",
	    arena_format(m->arena, "#/$defs/%s", name));
	if (target == NULL || node_get(m->definitions, name) != NULL)
		return;
	(void)node_set(m->arena, m->definitions, name, &none);
	copy = node_copy(m->arena, target);
	take_over(m, copy);
	(void)node_set(m->arena, m->definitions, name, copy);
}

static void
take_over(struct import *m, struct ep_node *n)
{
	const struct ep_node *ref;

	if (n->type != EP_T_OBJECT && n->type != EP_T_ARRAY)
		return;
	ref = node_get(n, "$ref");
	if (ref != NULL && ref->type == EP_T_TEXT && ref->text[0] == '#')
		take_reference(m, n, ref->text);
	for (uint32_t i = 0; i < n->count; i++)
		take_over(m, n->u.items + i);
}

/* A module's section: its own options and the host's keys. */
static struct ep_node *
section_schema(struct import *m, const struct ep_node *host)
{
	struct arena *a = m->arena;
	const struct ep_node *own = m->manifest->config;
	struct ep_node *s = node_new(a, EP_T_OBJECT), *properties, *types;
	struct ep_node no = { .type = EP_T_BOOL };
	const char *about =
	    node_text(node_get(node_get(m->manifest->document, "info"),
			  "description"),
		NULL);

	if (own != NULL) {
		s = node_copy(a, manifest_follow(m->manifest->document, own));
		take_over(m, s);
	} else {
		(void)node_set(a, s, "additionalProperties", &no);
	}
	properties = node_get(s, "properties") != NULL
	    ? node_copy(a, node_get(s, "properties"))
	    : node_new(a, EP_T_OBJECT);
	for (size_t i = 0; config_module_keys[i] != NULL; i++)
		(void)node_set(a, properties, config_module_keys[i],
		    node_get(node_get(host, "properties"),
			config_module_keys[i]));
	types = node_new(a, EP_T_ARRAY);
	(void)node_append(a, types, node_new_text(a, "object", 6));
	(void)node_append(a, types, node_new_text(a, "null", 4));
	(void)node_set(a, s, "type", types);
	(void)node_set(a, s, "properties", properties);
	(void)node_set_text(a, s, "title",
	    arena_format(a, "%s %s: %s", m->manifest->name,
		m->manifest->version, m->manifest->title));
	if (node_get(s, "description") == NULL && about != NULL)
		(void)node_set_text(a, s, "description", about);
	return s;
}

static void
add_module(struct arena *a, const struct manifest *manifest,
    struct ep_node *sections, struct ep_node *definitions,
    const struct ep_node *host)
{
	struct import m = { a, manifest, definitions };

	if (node_get(sections, manifest->name) == NULL)
		(void)node_set(a, sections, manifest->name,
		    section_schema(&m, host));
}

/* Those of the folder that the configuration does not name. */
static void
add_folder(struct arena *a, const char *folder, struct ep_node *sections,
    struct ep_node *definitions, const struct ep_node *host)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		struct findings findings = { .arena = a };
		const struct manifest *m = NULL;
		struct module_file *file = NULL;
		struct err err = { 0 };
		size_t n = strlen(e->d_name);

		if (n < 4 || strcmp(e->d_name + n - 3, ".so") != 0)
			continue;
		if (module_file_open(a,
			arena_format(a, "%s/%s", folder, e->d_name), &file,
			&err) == EP_OK &&
		    manifest_of_file(a, file, &findings, &m, &err) == EP_OK)
			add_module(a, m, sections, definitions, host);
		else
			(void)fprintf(stderr,
			    "entrepot config schema: left out: %s\n", err.text);
	}
	if (d != NULL)
		(void)closedir(d);
}

static struct ep_node *
whole_schema(struct arena *a, const struct inspection *n, const char *folder)
{
	const struct ep_node *own = config_host_schema(a);
	struct ep_node *s = node_new(a, EP_T_OBJECT);
	struct ep_node *definitions = node_copy(a, node_get(own, "$defs"));
	struct ep_node *sections = node_new(a, EP_T_OBJECT);
	struct ep_node *properties = node_copy(a, node_get(own, "properties"));
	struct ep_node *modules = node_copy(a, node_get(properties, "modules"));
	const struct ep_node *host = node_get(modules, "additionalProperties");

	for (unsigned i = 0; i < n->n_modules; i++)
		if (n->modules[i].manifest != NULL)
			add_module(a, n->modules[i].manifest, sections,
			    definitions, host);
	add_folder(a, folder, sections, definitions, host);
	(void)node_set(a, modules, "properties", sections);
	(void)node_set(a, properties, "modules", modules);
	(void)node_set_text(a, s, "$schema", DIALECT);
	(void)node_set_text(a, s, "title", "entrepot.yaml");
	for (uint32_t i = 0; i < own->count; i++)
		(void)node_set(a, s, own->u.items[i].key, own->u.items + i);
	(void)node_set(a, s, "properties", properties);
	(void)node_set(a, s, "$defs", definitions);
	return s;
}

int
command_config_schema(const struct command_line *line)
{
	struct inspection_source source = { .config = line->config != NULL
		    ? line->config
		    : path_default_config(),
		.module_folder = path_default_modules() };
	struct arena *a = arena_new(1 << 20);
	struct buf out = { 0 };
	struct inspection n;

	/* a configuration that is being written has faults */
	(void)inspect_all(a, &source, &n);
	json_write(&out, whole_schema(a, &n, source.module_folder));
	buf_byte(&out, '\n');
	(void)fwrite(buf_data(&out), 1, buf_length(&out), stdout);
	buf_fini(&out);
	buf_fini(&n.report);
	arena_free(&a);
	return 0;
}
