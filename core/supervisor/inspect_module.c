/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/policy.h"
#include "core/schema/schema.h"
#include "core/supervisor/inspection.h"
#include "core/supervisor/module_check.h"

#include <string.h>

static void
add_findings(struct inspection *n, const struct findings *f)
{
	for (const struct finding *x = f->first; x != NULL; x = x->next)
		inspection_fault(n, "%s: %s%s%s%s", x->place, x->words,
		    x->mend != NULL ? " (" : "", x->mend != NULL ? x->mend : "",
		    x->mend != NULL ? ")" : "");
}

static void
find_file(struct inspection *n, struct inspected_module *m, const char *folder)
{
	const char *given = m->section->file;

	if (given == NULL)
		m->path = arena_format(n->arena, "%s/%s.so", folder,
		    m->section->name);
	else if (given[0] == '/')
		m->path = given;
	else
		m->path = arena_format(n->arena, "%s/%s", n->config->folder,
		    given);
}

/* The section's options against x-entrepot.config; without one, no option
 * is known. */
static void
check_options(struct inspection *n, struct inspected_module *m)
{
	const struct ep_node *at = m->manifest->config;
	struct config_errors errors = { 0 };
	struct schema *schema = NULL;
	struct err err = { 0 };

	if (at == NULL) {
		struct ep_node *none = node_new(n->arena, EP_T_OBJECT);
		struct ep_node no = { .type = EP_T_BOOL };

		(void)node_set_text(n->arena, none, "type", "object");
		(void)node_set(n->arena, none, "additionalProperties", &no);
		at = none;
	}
	if (schema_compile(n->arena, m->manifest->document, at, "openapi.yaml",
		&schema, &err) != EP_OK) {
		inspection_fault(n, "%s: %s", m->path, err.text);
		return;
	}
	(void)config_check_module(n->arena, n->config, m->section, schema,
	    &m->options, &errors);
	buf_text(&n->report, config_errors_text(n->arena, &errors));
	n->n_faults += errors.n_faults;
}

void
inspect_module(struct inspection *n, struct inspected_module *m,
    const char *module_folder)
{
	struct findings findings = { .arena = n->arena };
	const struct manifest *manifest = NULL;
	struct err err = { 0 };

	find_file(n, m, module_folder);
	if (module_file_open(n->arena, m->path, &m->file, &err) != EP_OK) {
		const struct ep_node *at = node_get(node_get(n->config->root,
							"modules"),
		    m->section->name);

		inspection_fault(n, "%s:%u:%u: module %s: %s", n->config->file,
		    at != NULL ? at->line : 1, at != NULL ? at->column : 1,
		    m->section->name, err.text);
		return;
	}
	(void)manifest_of_file(n->arena, m->file, &findings, &manifest, &err);
	policy_check(m->file, POLICY_OF_THIS_BUILD,
	    manifest != NULL ? manifest->libraries : NULL, &findings);
	if (manifest != NULL && findings.n == 0)
		module_check(m->file, manifest, &findings);
	add_findings(n, &findings);
	if (findings.n > 0 || manifest == NULL)
		return;
	m->manifest = manifest;
	if (strcmp(manifest->name, m->section->name) != 0)
		inspection_fault(n,
		    "%s: this file is module %s, but the configuration names "
		    "it %s",
		    m->path, manifest->name, m->section->name);
	check_options(n, m);
}
