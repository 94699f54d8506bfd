/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/module_check.h"

#include "core/schema/schema.h"
#include "core/store/check.h"
#include "core/supervisor/migrations.h"

#include <string.h>

/* Several operations may refer to one schema: its fault is told once. */
static bool
is_known(const struct findings *f, const char *words)
{
	for (const struct finding *x = f->first; x != NULL; x = x->next)
		if (strcmp(x->words, words) == 0)
			return true;
	return false;
}

static void
check_schema(const struct manifest *m, const struct ep_node *at,
    struct findings *f)
{
	struct schema *schema = NULL;
	struct err err = { 0 };

	if (at != NULL &&
	    schema_compile(f->arena, m->document, at, "openapi.yaml", &schema,
		&err) != EP_OK &&
	    !is_known(f, err.text))
		finding_add(f, "schema", "schema", NULL, "%s", err.text);
}

static void
check_schemas(const struct manifest *m, struct findings *f)
{
	for (uint32_t i = 0; i < m->n_operations; i++) {
		const struct manifest_operation *o = &m->operations[i];

		check_schema(m, o->body_schema, f);
		for (uint32_t k = 0; k < o->n_parameters; k++)
			check_schema(m, o->parameters[k].schema, f);
		for (uint32_t k = 0; k < o->n_responses; k++)
			check_schema(m, o->responses[k].schema, f);
	}
	check_schema(m, m->config, f);
}

static void
check_statements(const struct module_file *file, const struct manifest *m,
    struct findings *f)
{
	struct store_check *check = NULL;
	struct err err = { 0 };
	struct store_migration *list;
	size_t count;

	list = migrations_of(f->arena, m, &count);
	if (store_check_new(m->name, list, count, m->shared, &check, &err) !=
	    EP_OK) {
		finding_add(f, "migration", "migrations", NULL, "%s", err.text);
		return;
	}
	for (uint32_t i = 0; i < file->n_statements; i++) {
		const struct module_statement *s = &file->statements[i];
		struct store_verdict verdict;

		err_clear(&err);
		if (store_check_statement(check, s->where, s->text, false,
			&verdict, &err) != EP_OK)
			finding_add(f, "statement",
			    arena_format(f->arena, "statement %s", s->name),
			    NULL, "%s", err.text);
	}
	store_check_free(&check);
}

void
module_check(const struct module_file *file, const struct manifest *m,
    struct findings *findings)
{
	check_schemas(m, findings);
	check_statements(file, m, findings);
}
