/* SPDX-License-Identifier: BSD-2-Clause */

/* Faults of modules that are good by themselves. */

#include "core/operation/router.h"
#include "core/schema/spell.h"
#include "core/store/sqltext.h"
#include "core/supervisor/inspection.h"

#include <string.h>

#define MODULES_MOST 256

static const struct inspected_module *
by_name(const struct inspection *n, const char *name)
{
	for (unsigned i = 0; i < n->n_modules; i++)
		if (strcmp(n->modules[i].section->name, name) == 0)
			return &n->modules[i];
	return NULL;
}

/* The module is there but switched off: that is the token at fault. */
static struct config_error *
missing(struct inspection *n, const struct inspected_module *m,
    const char *name)
{
	const struct config_module *section = config_module(n->config, name);
	struct fault_sink f = inspection_sink(n);
	const char *names[MODULES_MOST];
	struct config_error *one;
	uint32_t count = 0;

	if (section != NULL) {
		one = fault_value(&f, "module_requires",
		    node_get(section->node, "enabled"));
		one->mend = "enable it";
		return one;
	}
	one = inspection_fault(n, "module_requires", m);
	for (; count < n->config->n_modules && count < MODULES_MOST; count++)
		names[count] = n->config->modules[count].name;
	one->suggestion = spell_nearest(name, strlen(name), names, count);
	return one;
}

static void
check_requires(struct inspection *n, const struct inspected_module *m)
{
	const char *const *r = m->manifest->requires;

	for (; r != NULL && *r != NULL; r++)
		if (by_name(n, *r) == NULL) {
			struct config_error *one = missing(n, m, *r);

			one->words[0] = m->manifest->name;
			one->words[1] = *r;
		}
}

/* Names of operations and paths belong to one module each. */
static void
check_operation(struct inspection *n, const struct inspected_module *m,
    const struct manifest_operation *o, struct router *router)
{
	struct config_error *one;
	struct err err = { 0 };

	if (strncmp(o->path, "/v1/ops/", 8) == 0 ||
	    strncmp(o->path, "/v1/host/", 9) == 0) {
		one = inspection_fault(n, "path_reserved", m);
		one->words[0] = o->path;
		one->words[1] = o->id;
	}
	if (router_add(router, o->method, o->path, n->arena, &err) != EP_OK) {
		one = inspection_fault(n, "path_taken", m);
		one->words[0] = o->id;
		one->words[1] = arena_strdup(n->arena, err.text);
	}
}

static void
check_twins(struct inspection *n, unsigned at, const char *id)
{
	for (unsigned i = 0; i < at; i++) {
		const struct manifest *m = n->modules[i].manifest;
		struct config_error *one;

		if (m == NULL || manifest_operation_find(m, id) == NULL)
			continue;
		one = inspection_fault(n, "operation_twice", &n->modules[at]);
		one->words[0] = id;
		one->words[1] = m->name;
		one->words[2] = n->modules[at].manifest->name;
	}
}

/* data-security and data_security would share their tables. */
static void
check_tables(struct inspection *n, unsigned at)
{
	char prefix[80], other[80];

	sql_prefix(n->modules[at].section->name, prefix, sizeof prefix);
	for (unsigned i = 0; i < at; i++) {
		struct config_error *one;

		sql_prefix(n->modules[i].section->name, other, sizeof other);
		if (strcmp(prefix, other) != 0)
			continue;
		one = inspection_fault(n, "table_names", &n->modules[at]);
		one->words[0] = n->modules[i].section->name;
		one->words[1] = n->modules[at].section->name;
		one->words[2] = arena_strdup(n->arena, prefix);
	}
}

void
inspect_together(struct inspection *n)
{
	struct router *router = router_new(n->arena);

	for (unsigned i = 0; i < n->n_modules; i++) {
		const struct manifest *m = n->modules[i].manifest;

		check_tables(n, i);
		if (m == NULL)
			continue;
		check_requires(n, &n->modules[i]);
		for (uint32_t k = 0; k < m->n_operations; k++) {
			check_twins(n, i, m->operations[k].id);
			check_operation(n, &n->modules[i], &m->operations[k],
			    router);
		}
	}
}
