/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/host_call.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/operation/run.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- figures */

struct figures {
	uint64_t count, errors, refusals, buckets[BOARD_BUCKETS];
};

static void
add(struct figures *f, const struct board_metric *m)
{
	f->count += atomic_load(&m->count);
	f->errors += atomic_load(&m->errors);
	f->refusals += atomic_load(&m->refusals);
	for (int k = 0; k < BOARD_BUCKETS; k++)
		f->buckets[k] += atomic_load(&m->buckets[k]);
}

/* -1: none, or beyond all bounds. */
static int64_t
p95_us(const struct figures *f)
{
	uint64_t all = 0, below = 0, rank;

	for (int k = 0; k < BOARD_BUCKETS; k++)
		all += f->buckets[k];
	rank = all - all / 20;
	for (int k = 0; all > 0 && k < BOARD_BUCKETS - 1; k++) {
		below += f->buckets[k];
		if (below >= rank)
			return board_bucket_us[k];
	}
	return -1;
}

static void
put(struct arena *a, struct ep_node *n, const struct figures *f)
{
	int64_t p95 = p95_us(f);
	struct ep_node ms = { .type = p95 < 0 ? EP_T_NULL : EP_T_REAL };

	(void)node_set_int(a, n, "count", (int64_t)f->count);
	(void)node_set_int(a, n, "errors", (int64_t)f->errors);
	(void)node_set_int(a, n, "refusals", (int64_t)f->refusals);
	ms.u.real = (double)p95 / 1000;
	(void)node_set(a, n, "p95_ms", &ms);
}

static ep_status
figures(struct ep_op *op, const struct ep_node **out)
{
	struct board *board = op->host->board;
	struct arena *a = op->arena;
	struct ep_node *n = node_new(a, EP_T_OBJECT);
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	struct figures total = { 0 };

	for (int i = 0;
	     i < BOARD_SERIES && atomic_load(&board->series[i].state) == 2;
	     i++) {
		struct ep_node *one = node_new(a, EP_T_OBJECT);
		struct figures f = { 0 };

		for (unsigned p = 0; p < BOARD_PROCESSES; p++) {
			add(&f, &board->process[p].metrics[i]);
			add(&total, &board->process[p].metrics[i]);
		}
		(void)node_set_text(a, one, "operation",
		    arena_strdup(a, board->series[i].name));
		put(a, one, &f);
		(void)node_append(a, list, one);
	}
	(void)node_set_int(a, n, "uptime_s",
	    (clock_real_us() - board->started_real_us) / 1000000);
	put(a, n, &total);
	(void)node_set(a, n, "operations", list);
	*out = n;
	return EP_OK;
}

/* ---------------------------------------------------------------- modules */

static ep_status
modules(struct ep_op *op, const struct ep_node **out)
{
	const struct generation *g = op->generation;
	struct arena *a = op->arena;
	struct ep_node *n = node_new(a, EP_T_OBJECT);
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (unsigned i = 0; i < g->n_instances; i++) {
		const struct manifest *m = g->instances[i]->manifest;
		struct ep_node *one = node_new(a, EP_T_OBJECT);
		struct ep_node *operations = node_new(a, EP_T_ARRAY);

		for (uint32_t k = 0; k < m->n_operations; k++) {
			const char *id = m->operations[k].id;

			(void)node_append(a, operations,
			    node_new_text(a, id, strlen(id)));
		}
		(void)node_set_text(a, one, "name", m->name);
		(void)node_set_text(a, one, "version", m->version);
		(void)node_set_text(a, one, "title", m->title);
		(void)node_set(a, one, "indicators",
		    m->indicators != NULL ? m->indicators
					  : node_new(a, EP_T_OBJECT));
		(void)node_set(a, one, "operations", operations);
		(void)node_append(a, list, one);
	}
	(void)node_set_int(a, n, "generation", (int64_t)g->number);
	(void)node_set(a, n, "modules", list);
	*out = n;
	return EP_OK;
}

static ep_status
openapi(struct ep_op *op, const struct ep_node **out)
{
	const struct generation *g = op->generation;

	return json_parse_copy(op->arena, g->openapi, g->openapi_length, out,
	    &op->err);
}

bool
host_call(struct ep_op *op, const char *name, const struct ep_node **out,
    ep_status *st_out)
{
	static const struct {
		const char *name;
		ep_status (*run)(struct ep_op *op, const struct ep_node **out);
	} rows[] = {
		{ "host.figures", figures },
		{ "host.modules", modules },
		{ "host.openapi", openapi },
	};

	if (strncmp(name, "host.", 5) != 0)
		return false;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].name, name) == 0) {
			*st_out = rows[i].run(op, out);
			return true;
		}
	*st_out = op_fail(op, EP_NOT_FOUND, "unknown_operation",
	    "ep_call: the host has no %s", name);
	return true;
}
