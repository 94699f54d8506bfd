/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/instance.h"

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/loop/fiber.h"
#include "core/module/store_file.h"
#include "core/operation/compile.h"
#include "core/operation/run.h"
#include "core/operation/snapshot.h"

#include <string.h>

#define HEALTH_MAX_US 10000000 /* to answer: are you well? */

void
phase_show(struct host *host, enum board_phase phase, uint64_t generation,
    int module)
{
	struct board_slot *slot = &host->board->slots[host->slot];

	atomic_store(&slot->phase_of, phase != PHASE_NONE ? generation : 0);
	atomic_store(&slot->phase_module, module);
	atomic_store(&slot->phase, phase);
}

static void
images_add(const struct host *host, bool is_retained, int by)
{
	struct board_slot *slot = &host->board->slots[host->slot];

	(void)atomic_fetch_add(is_retained ? &slot->retained : &slot->images,
	    (uint32_t)by);
}

/* Others have their turn; requests are served while a module is prepared. */
static ep_status
breathe(struct err *err)
{
	if (fiber_self() != NULL && fiber_yield() != EP_OK)
		return err_set(err, EP_CANCELLED, "withdrawn",
		    "it was withdrawn while it was being prepared");
	return EP_OK;
}

/* --------------------------------------------------------------- loading -- */

static ep_status
file_open(struct instance *i, const struct generation_source *source,
    const char *sha256, struct module_file **file_out, struct err *err)
{
	struct findings findings = { .arena = i->arena };

	const char *path = store_file_path(i->arena, source->folder, sha256);

	/* Beside requests its 2 ms for each MB are felt, and the probe has
	 * just looked. */
	if (i->host->generation != NULL)
		EP_TRY(module_file_open_known(i->arena, path, sha256, file_out,
		    err));
	else
		EP_TRY(module_file_open(i->arena, path, file_out, err));
	if (strcmp((*file_out)->sha256, sha256) != 0)
		return err_set(err, EP_REFUSED, "damaged_store",
		    "module file %s: its content has another hash; put the "
		    "module's file in place and start again",
		    (*file_out)->path);
	EP_TRY(breathe(err));
	return manifest_of_file(i->arena, *file_out, &findings, &i->manifest,
	    err);
}

static ep_status
image_open(struct instance *i, const struct generation_source *source,
    struct module_file *file, struct err *err)
{
	struct image_source image = { .folder = source->folder,
		.file = file,
		.manifest = i->manifest,
		.generation = source->number,
		.host = &host_table };
	ep_status st;

	phase_show(i->host, PHASE_LOAD, source->number, i->usage_row);
	st = image_load(&image, &i->image, err);
	phase_show(i->host, PHASE_NONE, 0, -1);
	EP_TRY(st);
	images_add(i->host, false, 1);
	if (i->image->state_size > 0)
		i->state = arena_alloc(i->arena, i->image->state_size);
	return EP_OK;
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
operations_open(struct instance *i, struct err *err)
{
	uint32_t n = i->manifest->n_operations;

	i->operations = arena_array(i->arena, (size_t)n + 1,
	    sizeof *i->operations);
	for (uint32_t k = 0; k < n; k++) {
		EP_TRY(breathe(err));
		EP_TRY(
		    operation_compile(i->arena, i, k, &i->operations[k], err));
	}
	return EP_OK;
}

ep_status
instance_load(struct generation *g, const struct generation_source *source,
    const struct generation_module *module, struct instance **out,
    struct err *err)
{
	struct arena *a = arena_new(16384);
	struct instance *i = arena_alloc(a, sizeof *i);
	struct module_file *file = NULL;

	i->magic = INSTANCE_MAGIC;
	i->host = g->host;
	i->arena = a;
	i->references = 1;
	i->generation = g->number;
	i->version_row = -1;
	i->name = arena_strdup(a, module->name);
	i->usage_row = board_module(g->host->board, i->name);
	*out = i;
	EP_TRY(breathe(err));
	EP_TRY(file_open(i, source, module->sha256, &file, err));
	i->config = module->config != NULL ? node_copy(a, module->config)
					   : node_new(a, EP_T_OBJECT);
	EP_TRY(breathe(err));
	EP_TRY(image_open(i, source, file, err));
	statements_open(i);
	lifecycle_open(i);
	if (i->usage_row >= 0)
		i->usage =
		    &g->host->board->process[g->host->slot].usage[i->usage_row];
	i->version_row = board_version_hold(g->host->board, g->host->slot,
	    i->name, i->manifest->version, module->sha256);
	i->version_use = board_version_use(g->host->board, g->host->slot,
	    i->version_row);
	EP_TRY(operations_open(i, err));
	return snapshots_open(i, err);
}

static bool
is_same(const struct instance *i, const struct generation_module *module)
{
	if (!i->is_started || strcmp(i->name, module->name) != 0 ||
	    strcmp(i->image->file->sha256, module->sha256) != 0)
		return false;
	if (module->config == NULL)
		return i->config->count == 0;
	return node_equal(i->config, module->config);
}

struct instance *
instance_share(struct host *host, const struct generation_module *module)
{
	for (unsigned k = 0; k < BOARD_HELD; k++) {
		const struct generation *g = host->held[k];

		if (g == NULL || !g->is_ready)
			continue;
		for (unsigned n = 0; n < g->n_instances; n++)
			if (is_same(g->instances[n], module)) {
				g->instances[n]->references++;
				return g->instances[n];
			}
	}
	return NULL;
}

struct instance *
instance_of(const struct generation *g, const char *name)
{
	for (unsigned n = 0; g != NULL && n < g->n_instances; n++)
		if (strcmp(g->instances[n]->name, name) == 0)
			return g->instances[n];
	return NULL;
}

static void
unload(struct instance *i)
{
	struct log_context about = { .module = i->name };
	struct ep_arg sha256 = { "sha256",
		ep_text(arena_strdup(i->arena, i->image->file->sha256)) };
	enum image_end end;

	phase_show(i->host, PHASE_STOP, i->generation, i->usage_row);
	end = image_unload(&i->image);
	phase_show(i->host, PHASE_NONE, 0, -1);
	if (end == IMAGE_GONE)
		images_add(i->host, false, -1);
	if (end != IMAGE_RETAINED)
		return;
	images_add(i->host, true, 1);
	log_write(i->host->log, EP_WARN, &about, "image_retained", &sha256, 1);
}

void
instance_give(struct instance **ip)
{
	struct instance *i = *ip;
	struct arena *a;

	*ip = NULL;
	EP_CHECK(i, INSTANCE_MAGIC);
	if (--i->references > 0)
		return;
	a = i->arena;
	snapshots_close(i);
	if (i->statements != NULL && i->host->store != NULL)
		for (uint32_t n = 0; n < i->image->file->n_statements; n++)
			store_statement_free(&i->statements[n]);
	if (i->image != NULL)
		unload(i);
	board_version_release(i->host->board, i->host->slot, i->version_row);
	i->magic = 0;
	arena_free(&a);
}

/* ----------------------------------------------------------------- calls -- */

static ep_handler *
function(const struct image *image, enum board_phase phase)
{
	switch (phase) {
	case PHASE_START:
		return image->start;
	case PHASE_HEALTH:
		return image->health;
	case PHASE_STOP:
		return image->stop;
	default:
		return NULL;
	}
}

static ep_status
call_in_phase(const struct lifecycle_call *call, enum board_phase phase,
    struct err *err)
{
	struct instance *i = call->instance;
	ep_status st;

	phase_show(i->host, phase, call->generation->number, i->usage_row);
	st = op_run_lifecycle(call, err);
	phase_show(i->host, PHASE_NONE, 0, -1);
	return st;
}

ep_status
instance_call(struct generation *g, struct instance *i, enum board_phase phase,
    struct err *err)
{
	struct lifecycle_call call = { .generation = g,
		.instance = i,
		.fn = function(i->image, phase) };
	ep_status st;

	if (call.fn == NULL)
		return EP_OK;
	if (phase == PHASE_HEALTH)
		call.deadline_us = clock_monotonic_us() + HEALTH_MAX_US;
	call.arena = arena_new(16384);
	st = call_in_phase(&call, phase, err);
	arena_free(&call.arena);
	return st;
}

static void
log_cold(const struct instance *i, const struct err *err)
{
	struct log_context about = { .module = i->name };
	struct ep_arg fields[] = { { "error", ep_text(err->code) },
		{ "detail", ep_text(err->text) } };

	log_write(i->host->log, EP_WARN, &about, "cold_start", fields, 2);
}

void
instance_warm(struct generation *g, struct instance *fresh,
    struct generation *from, struct instance *old)
{
	struct log_context about = { .module = fresh->name };
	struct lifecycle_call save = { .generation = from,
		.instance = old,
		.fn = old->image->save };
	struct lifecycle_call restore = { .generation = g,
		.instance = fresh,
		.fn = fresh->image->restore };
	struct buf saved = { 0 };
	struct err err = { 0 };
	struct ep_arg bytes;

	if (save.fn == NULL || restore.fn == NULL)
		return;
	save.save = &saved;
	save.arena = restore.arena = arena_new(16384);
	if (call_in_phase(&save, PHASE_RESTORE, &err) == EP_OK) {
		restore.saved = buf_data(&saved);
		restore.saved_length = buf_length(&saved);
		restore.saved_version = old->image->file->state_version;
		(void)call_in_phase(&restore, PHASE_RESTORE, &err);
	}
	bytes = ep_named("bytes", ep_int((int64_t)buf_length(&saved)));
	if (err.status == EP_OK)
		log_write(fresh->host->log, EP_INFO, &about, "warm_start",
		    &bytes, 1);
	else
		log_cold(fresh, &err);
	buf_fini(&saved);
	arena_free(&save.arena);
}
