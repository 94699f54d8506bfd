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

static void
limits(struct host *h, const struct ep_node *config)
{
	h->limits.max_body = (size_t)limit(config, "max_body", 1 << 20);
	h->limits.max_arena = (size_t)limit(config, "max_arena", 64 << 20);
	h->limits.deadline_us = limit(config, "deadline_ms", 30000) * 1000;
	h->limits.slow_us = limit(config, "slow_ms", 200) * 1000;
}

static unsigned
format(const struct ep_node *config)
{
	return log_format(
	    node_text(node_get(node_get(config, "log"), "format"), "auto"));
}

static ep_status
store(struct process *p, const struct process_setup *setup,
    const struct ep_node *config, struct err *err)
{
	struct store_options o = { .path = setup->plan->database,
		.shared = setup->store_shared,
		.loop = p->host.loop,
		.worker = setup->slot,
		.max_rows = (uint32_t)limit(config, "max_rows", 10000),
		.max_tx_ms = (uint32_t)limit(config, "max_tx_ms", 5000),
		.max_result_bytes = (size_t)limit(config, "max_result_bytes",
		    8 << 20) };

	if (setup->plan->database[0] == '\0')
		return EP_OK;
	EP_TRY(store_open(&o, &p->host.store, err));
	own_open(&p->host);
	return EP_OK;
}

static ep_status
document(struct process *p, const struct process_setup *setup, struct err *err)
{
	char *text;
	size_t length;

	EP_TRY(file_read(p->arena,
	    arena_format(p->arena, "%s/generations/%" PRIu64 ".json",
		setup->plan->state, setup->generation),
	    DOCUMENT_MAX, &text, &length, err));
	return json_parse(p->arena, text, length, true, &p->document, err);
}

static ep_status
generation(struct process *p, const struct process_setup *setup,
    struct err *err)
{
	const struct ep_node *list = node_get(p->document, "modules");
	struct generation_source source = { .number = setup->generation,
		.folder = arena_format(p->arena, "%s/modules",
		    setup->plan->state) };
	struct generation_module *modules;
	uint32_t n = list != NULL ? list->count : 0;

	modules = arena_array(p->arena, (size_t)n + 1, sizeof *modules);
	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *m = node_at(list, i);

		modules[i].sha256 = node_text(node_get(m, "sha256"), "");
		modules[i].config = node_get(m, "config");
	}
	source.modules = modules;
	source.n_modules = n;
	return generation_load(&p->host, &source, &p->host.generation, err);
}

ep_status
process_open(struct process *p, const struct process_setup *setup,
    struct err *err)
{
	struct host *h = &p->host;
	struct board_slot *slot = &setup->board->slots[setup->slot];
	const struct ep_node *config;

	memset(p, 0, sizeof *p);
	p->arena = arena_new(65536);
	p->store_shared = setup->store_shared;
	h->magic = HOST_MAGIC;
	h->board = setup->board;
	h->slot = setup->slot;
	h->state_folder = setup->plan->state;
	h->version = ENTREPOT_VERSION;
	atomic_store(&slot->started_us, clock_monotonic_us());
	atomic_store(&slot->generation, setup->generation);
	atomic_store(&slot->state, SLOT_STARTING);
	h->log = log_open(setup->log_fd, setup->plan->log_level, LOG_AUTO);
	EP_TRY(document(p, setup, err));
	config = node_get(p->document, "config");
	log_close(&h->log);
	h->mode = mode(config);
	limits(h, config);
	h->log = log_open(setup->log_fd, setup->plan->log_level,
	    format(config));
	h->loop = loop_new((unsigned)limit(config, "max_fibers", 1024));
	EP_TRY(store(p, setup, config, err));
	return generation(p, setup, err);
}

/* The host's own tables, then those of each module. */
static ep_status
migrate(struct host *h, struct err *err)
{
	EP_TRY(own_prepare(h, err));
	for (unsigned i = 0; i < h->generation->n_instances; i++)
		EP_TRY(process_migrate(h, h->generation->instances[i]->manifest,
		    err));
	return EP_OK;
}

ep_status
process_prepare(struct process *p, bool is_boot, struct err *err)
{
	if (p->host.store == NULL)
		return EP_OK;
	if (is_boot)
		EP_TRY(migrate(&p->host, err));
	return own_epochs_load(&p->host, err);
}

void
process_close(struct process *p)
{
	if (p->host.generation != NULL)
		generation_free(&p->host.generation);
	if (p->host.own != NULL)
		own_close(&p->host);
	if (p->host.store != NULL)
		store_close(&p->host.store);
	if (p->host.loop != NULL)
		loop_free(&p->host.loop);
	if (p->host.log != NULL)
		log_close(&p->host.log);
	arena_free(&p->arena);
}
