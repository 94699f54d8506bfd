/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/inspection.h"

#include <string.h>

struct fault_sink
inspection_sink(struct inspection *n)
{
	return (struct fault_sink){ n->arena, n->config->file, n->config->text,
		&n->config->places, &n->errors };
}

struct config_error *
inspection_fault(struct inspection *n, const char *id,
    const struct inspected_module *m)
{
	struct fault_sink f = inspection_sink(n);

	return fault_name(&f, id, m->section->node);
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

	memset(out, 0, sizeof *out);
	out->arena = a;
	(void)config_read(a, source->config, &overrides, &out->config,
	    &out->errors);
	if (out->config != NULL) {
		select_modules(out);
		for (unsigned i = 0; i < out->n_modules; i++)
			inspect_module(out, &out->modules[i],
			    source->module_folder);
		inspect_together(out);
	}
	config_errors_sort(a, &out->errors);
	config_errors_write(&out->report, &out->errors, language_of_locale());
	out->n_faults = out->errors.n_faults;
	return out->n_faults == 0;
}
