/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/status.h"

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/operation/health.h"
#include "core/operation/reload_record.h"

#include <string.h>

#define RELOADS_SHOWN 8

static const char *
name_of(const char *const *names, size_t n, uint32_t i)
{
	return i < n ? names[i] : "?";
}

static void
set_count(struct arena *a, struct ep_node *n, const char *name, uint64_t value)
{
	(void)node_set_int(a, n, name, (int64_t)value);
}

/* --------------------------------------------------------------- workers */

static struct ep_node *
held(struct arena *a, struct board_slot *s)
{
	static const char *const states[] = { "free", "preparing", "ready",
		"failed", "stopping" };
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (unsigned i = 0; i < BOARD_HELD; i++) {
		struct board_held *h = &s->held[i];
		uint64_t number = atomic_load(&h->number);
		struct ep_node *n;

		if (number == 0)
			continue;
		n = node_new(a, EP_T_OBJECT);
		set_count(a, n, "generation", number);
		(void)node_set_text(a, n, "state",
		    name_of(states, sizeof states / sizeof states[0],
			atomic_load(&h->state)));
		set_count(a, n, "requests", atomic_load(&h->pins));
		(void)node_set_int(a, n, "prepared_ms",
		    atomic_load(&h->prepared_us) / 1000);
		(void)node_append(a, list, n);
	}
	return list;
}

/* What it is about while it prepares or stops a generation. */
static void
set_phase(struct arena *a, struct ep_node *n, struct board *board,
    struct board_slot *s)
{
	uint32_t phase = atomic_load(&s->phase);
	int module = atomic_load(&s->phase_module);

	if (phase == PHASE_NONE || phase > PHASE_STOP)
		return;
	(void)node_set_text(a, n, "phase", board_phase_name[phase]);
	set_count(a, n, "phase_of", atomic_load(&s->phase_of));
	if (module >= 0 && module < BOARD_MODULES)
		(void)node_set_text(a, n, "phase_module",
		    board->modules[module].name);
}

static struct ep_node *
worker(struct arena *a, struct board *board, unsigned i)
{
	static const char *const states[] = { "free", "starting", "ready",
		"draining", "failed" };
	struct board_slot *s = &board->slots[i];
	struct ep_node *w = node_new(a, EP_T_OBJECT);
	int64_t started = atomic_load(&s->started_us);
	bool is_spare = board->spares > 0 && atomic_load(&s->pid) != 0 &&
	    atomic_load(&s->listen_wanted) == 0;

	(void)node_set_int(a, w, "worker", i);
	(void)node_set_text(a, w, "role", is_spare ? "spare" : "worker");
	(void)node_set_int(a, w, "pid", atomic_load(&s->pid));
	(void)node_set_text(a, w, "state",
	    name_of(states, sizeof states / sizeof states[0],
		atomic_load(&s->state)));
	set_count(a, w, "generation", atomic_load(&s->generation));
	(void)node_set_int(a, w, "uptime_s",
	    started == 0 ? 0 : (clock_monotonic_us() - started) / 1000000);
	set_count(a, w, "connections", atomic_load(&s->connections));
	set_count(a, w, "requests", atomic_load(&s->requests));
	set_count(a, w, "responses_5xx", atomic_load(&s->responses_5xx));
	set_count(a, w, "images", atomic_load(&s->images));
	set_count(a, w, "retained", atomic_load(&s->retained));
	(void)node_set(a, w, "held", held(a, s));
	set_phase(a, w, board, s);
	return w;
}

static struct ep_node *
workers(struct arena *a, struct board *board)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (unsigned i = 0; i < board->workers + board->spares; i++)
		(void)node_append(a, list, worker(a, board, i));
	return list;
}

/* --------------------------------------------------------------- modules */

/* The instance of that build in a generation of this process. */
static const struct instance *
instance_in(const struct generation *g, const struct board_version_total *v)
{
	for (unsigned i = 0; g != NULL && i < g->n_instances; i++) {
		const struct instance *in = g->instances[i];

		if (in != NULL && in->image != NULL &&
		    strcmp(in->name, v->module) == 0 &&
		    strncmp(in->image->file->sha256, v->hash, BOARD_HASH) == 0)
			return in;
	}
	return NULL;
}

static bool
is_reloading(struct board *board)
{
	struct board_reload r;
	uint64_t n = atomic_load(&board->n_reloads);

	return n > 0 && board_reload_read(board, n - 1, &r) &&
	    r.result == RELOAD_RUNNING && r.phase <= RELOAD_COMMIT;
}

/* This process need not have a build that another one has: what it does not
 * know while a reload runs is what that prepares. */
static const char *
module_state(const struct host *host, const struct board_version_total *v,
    const struct instance **in_out)
{
	uint64_t active = atomic_load(&host->board->active_generation);
	uint64_t candidate = atomic_load(&host->board->candidate);
	bool is_candidate = false;

	*in_out = NULL;
	for (unsigned i = 0; i < BOARD_HELD; i++) {
		const struct generation *g = host->held[i];
		const struct instance *in = instance_in(g, v);

		if (in == NULL)
			continue;
		*in_out = in;
		if (g->number == active)
			return "active";
		if (g->number == candidate)
			is_candidate = true;
	}
	if (*in_out == NULL)
		is_candidate = candidate != active && is_reloading(host->board);
	return is_candidate ? "candidate" : "draining";
}

static struct ep_node *
module(struct arena *a, const struct host *host,
    const struct board_version_total *v)
{
	const struct instance *in = NULL;
	const char *state = module_state(host, v, &in);
	struct ep_node *m = node_new(a, EP_T_OBJECT);

	(void)node_set_text(a, m, "module", v->module);
	(void)node_set_text(a, m, "version", v->version);
	(void)node_set_text(a, m, "hash", v->hash);
	(void)node_set_text(a, m, "state", state);
	(void)node_set_text(a, m, "signature", "unsigned");
	if (in != NULL) {
		(void)node_set_text(a, m, "sha256", in->image->file->sha256);
		(void)node_set_text(a, m, "file", in->image->file->path);
		(void)node_set_int(a, m, "operations",
		    in->manifest->n_operations);
	}
	set_count(a, m, "images", v->holds);
	set_count(a, m, "requests", v->count);
	set_count(a, m, "errors", v->errors);
	set_count(a, m, "refusals", v->refusals);
	set_count(a, m, "cpu_ms", v->cpu_ns / 1000000);
	set_count(a, m, "memory_peak_bytes", v->memory_peak);
	return m;
}

static int
rank(const struct ep_node *m)
{
	const char *state = node_text(node_get(m, "state"), "");

	return strcmp(state, "active") == 0   ? 0
	    : strcmp(state, "candidate") == 0 ? 1
					      : 2;
}

static bool
comes_before(const struct ep_node *x, const struct ep_node *y)
{
	int order = strcmp(node_text(node_get(x, "module"), ""),
	    node_text(node_get(y, "module"), ""));

	return order < 0 || (order == 0 && rank(x) < rank(y));
}

/* By name, the active build of a module first. */
static struct ep_node *
modules(struct arena *a, const struct host *host)
{
	const struct ep_node **rows = arena_array(a, BOARD_VERSIONS,
	    sizeof *rows);
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	struct board_version_total v;
	int n = 0;

	for (int i = 0; i < BOARD_VERSIONS; i++) {
		const struct ep_node *m;
		int at = n;

		if (!board_version_read(host->board, i, &v) || v.holds == 0)
			continue;
		m = module(a, host, &v);
		for (; at > 0 && comes_before(m, rows[at - 1]); at--)
			rows[at] = rows[at - 1];
		rows[at] = m;
		n++;
	}
	for (int i = 0; i < n; i++)
		(void)node_append(a, list, rows[i]);
	return list;
}

static struct ep_node *
unwell(struct arena *a, struct board *board)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	char words[BOARD_WORDS_ROOM];
	const char *name;
	unsigned row = 0;

	while (health_next(board, &row, &name, words)) {
		struct ep_node *m = node_new(a, EP_T_OBJECT);

		(void)node_set_text(a, m, "module", name);
		(void)node_set_text(a, m, "detail", words);
		(void)node_append(a, list, m);
	}
	return list;
}

/* ------------------------------------------------------------- the whole */

/* The newest first. */
static struct ep_node *
reloads(struct arena *a, struct board *board)
{
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	struct board_reload *r = arena_alloc(a, sizeof *r);
	uint64_t n = atomic_load(&board->n_reloads);

	for (uint64_t i = 0; i < RELOADS_SHOWN && i < n; i++)
		if (board_reload_read(board, n - 1 - i, r))
			(void)node_append(a, list, reload_record_node(a, r));
	return list;
}

static struct ep_node *
store(struct arena *a, const struct store_shared *shared)
{
	struct ep_node *n = node_new(a, EP_T_OBJECT);
	struct store_counts c = { 0 };

	if (shared != NULL)
		store_shared_counts(shared, &c);
	(void)node_set_text(a, n, "kind", "sqlite");
	(void)node_set_bool(a, n, "failed",
	    shared != NULL && store_shared_failed(shared));
	set_count(a, n, "commits", c.finished);
	set_count(a, n, "synced", c.synced);
	set_count(a, n, "syncs", c.syncs);
	return n;
}

void
status_write(struct buf *b, struct arena *a, const struct host *host,
    const struct store_shared *store_shared)
{
	static const char *const modes[] = { "production", "development",
		"test" };
	struct board *board = host->board;
	struct ep_node *n = node_new(a, EP_T_OBJECT);

	(void)node_set_text(a, n, "version", host->version);
	(void)node_set_text(a, n, "mode", modes[host->mode]);
	set_count(a, n, "generation", atomic_load(&board->active_generation));
	set_count(a, n, "candidate", atomic_load(&board->candidate));
	set_count(a, n, "previous", atomic_load(&board->previous));
	(void)node_set_bool(a, n, "ready", host->is_ready);
	(void)node_set(a, n, "unhealthy", unwell(a, board));
	(void)node_set_int(a, n, "uptime_s",
	    (clock_real_us() - board->started_real_us) / 1000000);
	set_count(a, n, "worker_restarts", atomic_load(&board->restarts));
	(void)node_set(a, n, "workers", workers(a, board));
	(void)node_set(a, n, "modules", modules(a, host));
	(void)node_set(a, n, "reloads", reloads(a, board));
	(void)node_set(a, n, "store", store(a, store_shared));
	json_write(b, n);
}
