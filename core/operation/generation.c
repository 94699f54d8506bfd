/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/generation.h"

#include "core/operation/instance.h"
#include "core/operation/openapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
by_name(const void *a, const void *b)
{
	const struct operation *const *x = a, *const *y = b;

	return strcmp((*x)->spec->id, (*y)->spec->id);
}

const struct operation *
generation_find(const struct generation *g, const char *name)
{
	size_t low = 0, high = g != NULL ? g->n_operations : 0;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, g->operations[middle]->spec->id);

		if (order == 0)
			return g->operations[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

ep_status
generation_failed(struct host *host, uint64_t number, enum board_phase phase,
    const char *module, struct err *err)
{
	struct board_failure *f = &host->board->slots[host->slot].failure;

	f->phase = phase;
	(void)snprintf(f->module, sizeof f->module, "%s", module);
	(void)snprintf(f->code, sizeof f->code, "%s", err->code);
	(void)snprintf(f->text, sizeof f->text, "%.*s", (int)sizeof f->text - 1,
	    err->text);
	atomic_store(&f->generation, number);
	if (module[0] != '\0')
		err_prefix(err, "module %s: %s", module,
		    board_phase_name[phase]);
	return err->status;
}

static ep_status
add_instances(struct generation *g, const struct generation_source *source,
    struct err *err)
{
	g->instances = arena_array(g->arena, (size_t)source->n_modules + 1,
	    sizeof *g->instances);
	for (unsigned n = 0; n < source->n_modules; n++) {
		const struct generation_module *m = &source->modules[n];
		struct instance **at = &g->instances[g->n_instances++];

		*at = instance_share(g->host, m);
		if (*at == NULL &&
		    instance_load(g, source, m, at, err) != EP_OK)
			return generation_failed(g->host, g->number, PHASE_LOAD,
			    m->name, err);
	}
	return EP_OK;
}

static ep_status
add_operations(struct generation *g, struct err *err)
{
	size_t total = 1;

	for (unsigned n = 0; n < g->n_instances; n++)
		total += g->instances[n]->manifest->n_operations;
	g->operations = arena_array(g->arena, total, sizeof *g->operations);
	for (unsigned n = 0; n < g->n_instances; n++) {
		struct instance *i = g->instances[n];

		for (uint32_t k = 0; k < i->manifest->n_operations; k++) {
			struct operation *o = i->operations[k];

			g->operations[g->n_operations++] = o;
			EP_TRY(router_add(g->router, o->spec->method,
			    o->spec->path, o, err));
		}
	}
	qsort(g->operations, g->n_operations, sizeof(struct operation *),
	    by_name);
	for (unsigned n = 1; n < g->n_operations; n++)
		if (by_name(&g->operations[n - 1], &g->operations[n]) == 0)
			return err_set(err, EP_REFUSED, "operation_twice",
			    "operation %s: declared by module %s and by "
			    "module %s",
			    g->operations[n]->spec->id,
			    g->operations[n - 1]->instance->name,
			    g->operations[n]->instance->name);
	return EP_OK;
}

static struct generation *
generation_new(struct host *host, const struct generation_source *source)
{
	struct arena *a = arena_new(65536);
	struct generation *g = arena_alloc(a, sizeof *g);

	g->magic = GENERATION_MAGIC;
	g->host = host;
	g->arena = a;
	g->number = source->number;
	g->config = node_copy(a, source->config);
	g->mode = source->mode;
	g->limits = source->limits;
	g->router = router_new(a);
	return g;
}

ep_status
generation_load(struct host *host, const struct generation_source *source,
    struct generation **out, struct err *err)
{
	struct generation *g = generation_new(host, source);

	*out = NULL;
	if (add_instances(g, source, err) == EP_OK &&
	    add_operations(g, err) != EP_OK)
		(void)generation_failed(host, g->number, PHASE_LOAD, "", err);
	if (err->status != EP_OK) {
		generation_free(&g);
		return err->status;
	}
	openapi_merge(g, host->version);
	*out = g;
	return EP_OK;
}

static ep_status
prepare(struct generation *g, struct instance *i, enum board_phase phase,
    struct err *err)
{
	if (instance_call(g, i, phase, err) == EP_OK)
		return EP_OK;
	return generation_failed(g->host, g->number, phase, i->name, err);
}

/* Not one that ran before: those that run are neither started again nor in
 * the way of others when they are unwell. */
static bool
is_new(const struct generation *g, const struct instance *i)
{
	return i->generation == g->number;
}

ep_status
generation_health(struct generation *g, struct err *err)
{
	for (unsigned n = 0; n < g->n_instances; n++)
		if (is_new(g, g->instances[n]))
			EP_TRY(prepare(g, g->instances[n], PHASE_HEALTH, err));
	return EP_OK;
}

ep_status
generation_prepare(struct generation *g, struct generation *from,
    struct err *err)
{
	for (unsigned n = 0; n < g->n_instances; n++) {
		struct instance *i = g->instances[n];
		struct instance *old = instance_of(from, i->name);

		if (!is_new(g, i))
			continue;
		EP_TRY(prepare(g, i, PHASE_START, err));
		i->is_started = true;
		if (old != NULL)
			instance_warm(g, i, from, old);
	}
	return g->host->is_builder ? EP_OK : generation_health(g, err);
}

void
generation_stop(struct generation *g)
{
	for (unsigned n = g->n_instances; n-- > 0;) {
		struct instance *i = g->instances[n];
		struct err ignored = { 0 };

		if (i->references > 1)
			continue;
		if (i->is_started)
			(void)instance_call(g, i, PHASE_STOP, &ignored);
		i->is_started = false;
	}
}

void
generation_free(struct generation **gp)
{
	struct generation *g = *gp;
	struct arena *a;

	EP_CHECK(g, GENERATION_MAGIC);
	EP_ASSERT(g->pins == 0);
	for (unsigned n = g->n_instances; n-- > 0;)
		instance_give(&g->instances[n]);
	g->magic = 0;
	a = g->arena;
	arena_free(&a);
	*gp = NULL;
}
