/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/generation.h"

#include "core/module/store_file.h"
#include "core/operation/compile.h"
#include "core/operation/openapi.h"
#include "core/operation/run.h"
#include "core/operation/snapshot.h"

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

static ep_status
file_open(struct instance *i, const struct generation_source *source,
    const char *sha256, struct module_file **file_out, struct err *err)
{
	struct findings findings = { .arena = i->arena };

	EP_TRY(module_file_open(i->arena,
	    store_file_path(i->arena, source->folder, sha256), file_out, err));
	if (strcmp((*file_out)->sha256, sha256) != 0)
		return err_set(err, EP_REFUSED, "damaged_store",
		    "module file %s: its content has another hash; put the "
		    "module's file in place and start again",
		    (*file_out)->path);
	return manifest_of_file(i->arena, *file_out, &findings, &i->manifest,
	    err);
}

static void
statements_open(struct instance *i)
{
	const struct module_file *f = i->image->file;

	i->statements = arena_array(i->arena, (size_t)f->n_statements + 1,
	    sizeof *i->statements);
	if (i->host->store == NULL)
		return;
	for (uint32_t n = 0; n < f->n_statements; n++)
		i->statements[n] = store_statement_new(i->host->store,
		    f->statements[n].text);
}

/* Calls of start and the like bear the name of an operation that does not
 * exist. */
static void
lifecycle_open(struct instance *i)
{
	static const int64_t start_us = 300000000;
	struct manifest_operation *spec = arena_alloc(i->arena, sizeof *spec);
	struct operation *o = arena_alloc(i->arena, sizeof *o);

	spec->id = arena_format(i->arena, "%s (host call)", i->name);
	spec->method = "";
	spec->path = "";
	spec->tx = TX_NONE;
	o->spec = spec;
	o->instance = i;
	o->series = -1;
	o->deadline_us = start_us;
	i->lifecycle = o;
}

static ep_status
instance_load(struct host *host, const struct generation_source *source,
    const struct generation_module *module, struct instance **out,
    struct err *err)
{
	struct arena *a = arena_new(16384);
	struct instance *i = arena_alloc(a, sizeof *i);
	struct image_source image = { .folder = source->folder,
		.generation = source->number,
		.host = &host_table };
	struct module_file *file = NULL;

	i->magic = INSTANCE_MAGIC;
	i->host = host;
	i->arena = a;
	i->version_row = -1;
	*out = i;
	EP_TRY(file_open(i, source, module->sha256, &file, err));
	i->name = i->manifest->name;
	i->config = module->config != NULL ? node_copy(a, module->config)
					   : node_new(a, EP_T_OBJECT);
	image.file = file;
	image.manifest = i->manifest;
	EP_TRY(image_load(&image, &i->image, err));
	if (i->image->state_size > 0)
		i->state = arena_alloc(a, i->image->state_size);
	statements_open(i);
	lifecycle_open(i);
	i->usage_row = board_module(host->board, i->name);
	if (i->usage_row >= 0)
		i->usage =
		    &host->board->process[host->slot].usage[i->usage_row];
	i->version_row = board_version_hold(host->board, host->slot, i->name,
	    i->manifest->version, module->sha256);
	i->version_use = board_version_use(host->board, host->slot,
	    i->version_row);
	return snapshots_open(i, err);
}

static ep_status
add_operations(struct generation *g, struct instance *i, struct err *err)
{
	for (uint32_t n = 0; n < i->manifest->n_operations; n++) {
		struct operation *o = NULL;

		EP_TRY(operation_compile(g->arena, i, n, &o, err));
		if (generation_find(g, o->spec->id) != NULL)
			return err_set(err, EP_REFUSED, "operation_twice",
			    "operation %s: declared by module %s and by "
			    "another one",
			    o->spec->id, i->name);
		g->operations[g->n_operations++] = o;
		EP_TRY(router_add(g->router, o->spec->method, o->spec->path, o,
		    err));
	}
	qsort(g->operations, g->n_operations, sizeof(struct operation *),
	    by_name);
	return EP_OK;
}

static ep_status
fill(struct generation *g, struct host *host,
    const struct generation_source *source, struct err *err)
{
	size_t total = 1;

	g->instances = arena_array(g->arena, source->n_modules + 1,
	    sizeof *g->instances);
	for (unsigned n = 0; n < source->n_modules; n++) {
		/* Counted before it is whole, so that it is freed. */
		EP_TRY(instance_load(host, source, &source->modules[n],
		    &g->instances[g->n_instances++], err));
		total += g->instances[n]->manifest->n_operations;
	}
	g->operations = arena_array(g->arena, total, sizeof *g->operations);
	for (unsigned n = 0; n < g->n_instances; n++)
		EP_TRY(add_operations(g, g->instances[n], err));
	openapi_merge(g, host->version);
	return EP_OK;
}

ep_status
generation_load(struct host *host, const struct generation_source *source,
    struct generation **out, struct err *err)
{
	struct arena *a = arena_new(65536);
	struct generation *g = arena_alloc(a, sizeof *g);

	*out = NULL;
	g->magic = GENERATION_MAGIC;
	g->arena = a;
	g->number = source->number;
	g->router = router_new(a);
	if (fill(g, host, source, err) != EP_OK) {
		generation_free(&g);
		return err->status;
	}
	*out = g;
	return EP_OK;
}

static ep_status
call(struct instance *i, ep_handler *fn, struct err *err)
{
	struct arena *a;
	ep_status st;

	if (fn == NULL)
		return EP_OK;
	a = arena_new(16384);
	st = op_run_lifecycle(i, fn, a, NULL, -1, err);
	arena_free(&a);
	return st;
}

ep_status
generation_start(struct generation *g, struct err *err)
{
	for (unsigned n = 0; n < g->n_instances; n++) {
		struct instance *i = g->instances[n];

		if (call(i, i->image->start, err) != EP_OK) {
			err_prefix(err, "module %s: start", i->name);
			break;
		}
		i->is_started = true;
	}
	if (err->status != EP_OK)
		generation_stop(g);
	return err->status;
}

ep_status
generation_health(struct generation *g, struct err *err)
{
	for (unsigned n = 0; n < g->n_instances; n++) {
		struct instance *i = g->instances[n];

		if (call(i, i->image->health, err) != EP_OK) {
			err_prefix(err, "module %s: health", i->name);
			return err->status;
		}
	}
	return EP_OK;
}

void
generation_stop(struct generation *g)
{
	for (unsigned n = g->n_instances; n-- > 0;) {
		struct instance *i = g->instances[n];
		struct err ignored = { 0 };

		if (i->is_started)
			(void)call(i, i->image->stop, &ignored);
		i->is_started = false;
	}
}

static void
instance_free(struct instance *i)
{
	struct arena *a = i->arena;

	snapshots_close(i);
	if (i->statements != NULL && i->host->store != NULL)
		for (uint32_t n = 0; n < i->image->file->n_statements; n++)
			store_statement_free(&i->statements[n]);
	if (i->image != NULL)
		(void)image_unload(&i->image);
	board_version_release(i->host->board, i->host->slot, i->version_row);
	i->magic = 0;
	arena_free(&a);
}

void
generation_free(struct generation **gp)
{
	struct generation *g = *gp;
	struct arena *a;

	EP_CHECK(g, GENERATION_MAGIC);
	for (unsigned n = g->n_instances; n-- > 0;)
		instance_free(g->instances[n]);
	g->magic = 0;
	a = g->arena;
	arena_free(&a);
	*gp = NULL;
}
