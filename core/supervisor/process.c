/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/process.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/operation/generation.h"
#include "core/operation/own.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define DOCUMENT_MAX (16u << 20)

static int64_t
limit(const struct ep_node *config, const char *name, int64_t fallback)
{
	return node_int(node_get(node_get(config, "limits"), name), fallback);
}

static enum config_mode
mode(const struct ep_node *config)
{
	const char *m = node_text(node_get(config, "mode"), "production");

	if (strcmp(m, "development") == 0)
		return MODE_DEVELOPMENT;
	return strcmp(m, "test") == 0 ? MODE_TEST : MODE_PRODUCTION;
}

static struct host_limits
limits(const struct ep_node *config)
{
	return (struct host_limits){
		.max_body = (size_t)limit(config, "max_body", 1 << 20),
		.max_arena = (size_t)limit(config, "max_arena", 64 << 20),
		.deadline_us = limit(config, "deadline_ms", 30000) * 1000,
		.slow_us = limit(config, "slow_ms", 200) * 1000,
	};
}

static unsigned
level(const struct ep_node *config, unsigned fallback)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };
	const char *l = node_text(node_get(node_get(config, "log"), "level"),
	    "");

	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(l, names[i]) == 0)
			return i;
	return fallback;
}

static unsigned
format(const struct ep_node *config)
{
	return log_format(
	    node_text(node_get(node_get(config, "log"), "format"), "auto"));
}

ep_status
process_document(const struct process *p, uint64_t number, struct arena *a,
    const struct ep_node **out, struct err *err)
{
	char *text;
	size_t length;

	EP_TRY(file_read(a,
	    arena_format(a, "%s/generations/%" PRIu64 ".json",
		p->setup->plan->state, number),
	    DOCUMENT_MAX, &text, &length, err));
	return json_parse(a, text, length, true, out, err);
}

static ep_status
load(struct process *p, uint64_t number, struct arena *a,
    struct generation **out, struct err *err)
{
	const struct ep_node *doc = NULL, *list;
	struct generation_source source = { .number = number,
		.folder = arena_format(a, "%s/modules",
		    p->setup->plan->state) };
	struct generation_module *modules;

	if (process_document(p, number, a, &doc, err) != EP_OK)
		return generation_failed(&p->host, number, PHASE_LOAD, "", err);
	source.config = node_get(doc, "config");
	source.mode = mode(source.config);
	source.limits = limits(source.config);
	list = node_get(doc, "modules");
	source.n_modules = list != NULL ? list->count : 0;
	modules = arena_array(a, (size_t)source.n_modules + 1, sizeof *modules);
	for (uint32_t i = 0; i < source.n_modules; i++) {
		const struct ep_node *m = node_at(list, i);

		modules[i].name = node_text(node_get(m, "name"), "");
		modules[i].sha256 = node_text(node_get(m, "sha256"), "");
		modules[i].config = node_get(m, "config");
	}
	source.modules = modules;
	return generation_load(&p->host, &source, out, err);
}

ep_status
process_load(struct process *p, uint64_t number, struct generation **out,
    struct err *err)
{
	struct arena *a = arena_new(65536);
	ep_status st = load(p, number, a, out, err);

	arena_free(&a);
	return st;
}

static void
apply(struct process *p, const struct ep_node *config)
{
	struct host *h = &p->host;
	unsigned wanted = format(config);

	if (h->log != NULL && wanted != p->log_format)
		log_close(&h->log);
	if (h->log == NULL)
		h->log = log_open(p->setup->log_fd, EP_INFO, wanted);
	p->log_format = wanted;
	log_set_level(h->log, level(config, p->setup->plan->log_level));
	p->drain_us = node_int(node_get(config, "drain_timeout_ms"),
			  p->setup->plan->drain_timeout_ms) *
	    1000;
	if (h->loop != NULL)
		loop_set_max_fibers(h->loop,
		    (unsigned)limit(config, "max_fibers", 1024));
	if (h->store != NULL)
		store_set_limits(h->store,
		    (uint32_t)limit(config, "max_rows", 10000),
		    (uint32_t)limit(config, "max_tx_ms", 5000),
		    (size_t)limit(config, "max_result_bytes", 8 << 20));
}

void
process_apply(struct process *p, const struct generation *g)
{
	apply(p, g->config);
}

int64_t
process_drain_us(const struct process *p)
{
	return p->drain_us;
}

static ep_status
open_by(struct process *p, const struct ep_node *config, struct err *err)
{
	const struct process_setup *setup = p->setup;
	struct host *h = &p->host;
	struct store_options o = { .path = setup->plan->database,
		.shared = setup->store_shared,
		.worker = setup->slot };

	h->mode = mode(config);
	h->loop = loop_new(1);
	o.loop = h->loop;
	if (setup->plan->database[0] != '\0') {
		EP_TRY(store_open(&o, &h->store, err));
		own_open(h);
	}
	apply(p, config);
	return EP_OK;
}

/* Nothing that an earlier process said in this slot is true of us. */
static void
slot_clear(const struct process_setup *setup)
{
	struct board_slot *slot = &setup->board->slots[setup->slot];

	for (int i = 0; i < BOARD_HELD; i++) {
		atomic_store(&slot->held[i].number, 0);
		atomic_store(&slot->held[i].pins, 0);
	}
	atomic_store(&slot->failure.generation, 0);
	atomic_store(&slot->phase, PHASE_NONE);
	atomic_store(&slot->phase_module, -1);
	atomic_store(&slot->images, 0);
	atomic_store(&slot->retained, 0);
	atomic_store(&slot->is_listening, 0);
	atomic_store(&slot->started_us, clock_monotonic_us());
	atomic_store(&slot->generation, 0);
	atomic_store(&slot->state, SLOT_STARTING);
}

ep_status
process_open(struct process *p, const struct process_setup *setup,
    struct err *err)
{
	struct host *h = &p->host;
	const struct ep_node *doc = NULL;
	struct arena *a;
	ep_status st;

	memset(p, 0, sizeof *p);
	p->setup = setup;
	p->store_shared = setup->store_shared;
	h->magic = HOST_MAGIC;
	h->board = setup->board;
	h->slot = setup->slot;
	h->state_folder = setup->plan->state;
	h->version = ENTREPOT_VERSION;
	slot_clear(setup);
	h->log = log_open(setup->log_fd, setup->plan->log_level, LOG_AUTO);
	a = arena_new(65536);
	st = process_document(p, setup->generation, a, &doc, err);
	if (st == EP_OK)
		st = open_by(p, node_get(doc, "config"), err);
	arena_free(&a);
	return st;
}

ep_status
process_begin(struct process *p, struct err *err)
{
	return p->host.store != NULL ? own_epochs_load(&p->host, err) : EP_OK;
}

/* The host's own tables, then those of each module. */
ep_status
process_migrate_all(struct process *p, struct generation *g, struct err *err)
{
	struct host *h = &p->host;

	if (h->store == NULL)
		return EP_OK;
	EP_TRY(own_prepare(h, err));
	for (unsigned i = 0; i < g->n_instances; i++)
		EP_TRY(process_migrate(h, g->instances[i]->manifest, err));
	return EP_OK;
}

void
process_close(struct process *p)
{
	if (p->host.own != NULL)
		own_close(&p->host);
	if (p->host.store != NULL)
		store_close(&p->host.store);
	if (p->host.loop != NULL)
		loop_free(&p->host.loop);
	if (p->host.log != NULL)
		log_close(&p->host.log);
}
