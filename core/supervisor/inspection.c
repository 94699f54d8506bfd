/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/inspection.h"

#include "core/operation/router.h"

#include <stdarg.h>
#include <string.h>

void
inspection_fault(struct inspection *n, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_text(&n->report, arena_vformat(n->arena, format, ap));
	va_end(ap);
	buf_byte(&n->report, '\n');
	n->n_faults++;
}

static const struct inspected_module *
by_name(const struct inspection *n, const char *name)
{
	for (unsigned i = 0; i < n->n_modules; i++)
		if (strcmp(n->modules[i].section->name, name) == 0)
			return &n->modules[i];
	return NULL;
}

static void
check_requires(struct inspection *n, const struct inspected_module *m)
{
	const char *const *r = m->manifest->requires;

	for (; r != NULL && *r != NULL; r++)
		if (by_name(n, *r) == NULL)
			inspection_fault(n,
			    "%s: module %s requires module %s, which is not "
			    "enabled; add it under modules:",
			    n->config->file, m->manifest->name, *r);
}

struct declared {
	const char *id, *module;
};

/* Names of operations and paths belong to one module each. */
static void
check_operations(struct inspection *n)
{
	struct router *router = router_new(n->arena);
	struct declared seen[1024];
	unsigned n_seen = 0;

	for (unsigned i = 0; i < n->n_modules; i++) {
		const struct manifest *m = n->modules[i].manifest;

		for (uint32_t k = 0; m != NULL && k < m->n_operations; k++) {
			const struct manifest_operation *o = &m->operations[k];
			struct err err = { 0 };

			for (unsigned d = 0; d < n_seen; d++)
				if (strcmp(seen[d].id, o->id) == 0)
					inspection_fault(n,
					    "operation %s is declared by "
					    "module %s and by module %s",
					    o->id, seen[d].module, m->name);
			if (n_seen < 1024)
				seen[n_seen++] = (struct declared){ o->id,
					m->name };
			if (strncmp(o->path, "/v1/ops/", 8) == 0 ||
			    strncmp(o->path, "/v1/host/", 9) == 0)
				inspection_fault(n,
				    "%s: path %s of %s is the host's own",
				    n->modules[i].path, o->path, o->id);
			if (router_add(router, o->method, o->path, n->arena,
				&err) != EP_OK)
				inspection_fault(n, "%s: operation %s: %s",
				    n->modules[i].path, o->id, err.text);
		}
	}
}

static void
select_modules(struct inspection *n)
{
	struct config *c = n->config;

	n->modules = arena_array(n->arena, (size_t)c->n_modules + 1,
	    sizeof *n->modules);
	for (uint32_t i = 0; i < c->n_modules; i++)
		if (c->modules[i].is_enabled)
			n->modules[n->n_modules++].section = &c->modules[i];
}

bool
inspect_all(struct arena *a, const struct inspection_source *source,
    struct inspection *out)
{
	struct config_overrides overrides = { source->listen, source->state };
	struct config_errors errors = { 0 };

	memset(out, 0, sizeof *out);
	out->arena = a;
	(void)config_load(a, source->config, &overrides, &out->config, &errors);
	buf_text(&out->report, config_errors_text(a, &errors));
	out->n_faults += errors.n_faults;
	if (out->config == NULL)
		return false;
	select_modules(out);
	for (unsigned i = 0; i < out->n_modules; i++)
		inspect_module(out, &out->modules[i], source->module_folder);
	for (unsigned i = 0; i < out->n_modules; i++)
		if (out->modules[i].manifest != NULL)
			check_requires(out, &out->modules[i]);
	check_operations(out);
	return out->n_faults == 0;
}
