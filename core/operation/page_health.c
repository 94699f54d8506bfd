/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/loop/fiber.h"
#include "core/operation/metrics.h"
#include "core/operation/page_text.h"

#define ASK_US 500000 /* the store gets so long to answer */

enum state {
	STATE_READY,
	STATE_STARTING,
	STATE_DRAINING,
	STATE_STORE_FAILED
};

static const char *const state_names[] = { "ready", "starting", "draining",
	"store_failed" };

static enum state
state_of(const struct page *p)
{
	const struct service *s = p->exchange->service;

	if (s->store_shared != NULL && store_shared_failed(s->store_shared))
		return STATE_STORE_FAILED;
	if (p->host->is_draining)
		return STATE_DRAINING;
	return p->host->is_ready ? STATE_READY : STATE_STARTING;
}

static void
headline(const struct page *p, struct ep_node *facts)
{
	static const char *const modes[] = { "production", "development",
		"test" };
	enum state state = state_of(p);
	unsigned operations = 0;
	const struct generation *g = p->generation;

	for (unsigned i = 0; g != NULL && i < g->n_operations; i++)
		operations += !g->operations[i]->spec->internal;
	(void)node_set_text(p->arena, facts, "headline",
	    page_named(p, "headline", state_names[state]));
	(void)node_set_text(p->arena, facts, "state_class",
	    state == STATE_READY ? "good" : "bad");
	(void)node_set_text(p->arena, facts, "lead",
	    arena_format(p->arena, "%s · %s · %s %llu · %s",
		page_counted(p, g != NULL ? g->n_instances : 0, "modules"),
		page_counted(p, operations, "operations"),
		page_word(p, "generation_n"),
		(unsigned long long)(g != NULL ? g->number : 0),
		page_named(p, "mode", modes[p->host->mode])));
}

/* ----------------------------------------------------------------- tiles */

struct tile {
	const char *name, *value, *note;
	bool is_bad;
};

static void
add_tile(const struct page *p, struct ep_node *list, const struct tile *t)
{
	struct ep_node *n = node_new(p->arena, EP_T_OBJECT);

	(void)node_set_text(p->arena, n, "name", page_word(p, t->name));
	(void)node_set_text(p->arena, n, "value", t->value);
	(void)node_set_text(p->arena, n, "note", t->note);
	(void)node_set_text(p->arena, n, "mark", t->is_bad ? "bad" : "");
	(void)node_append(p->arena, list, n);
}

static void
add_host(const struct page *p, struct ep_node *list)
{
	enum state state = state_of(p);
	int64_t up = clock_real_us() - p->host->board->started_real_us;
	struct tile t = { .name = "host", .is_bad = state != STATE_READY };

	if (state == STATE_STORE_FAILED)
		state = p->host->is_ready ? STATE_READY : STATE_STARTING;
	t.value = page_word(p, state_names[state]);
	t.note = arena_format(p->arena, "%s %s · %s", page_word(p, "up_for"),
	    page_age(p, up / 1000000),
	    page_counted(p, atomic_load(&p->host->board->restarts),
		"restarts"));
	add_tile(p, list, &t);
}

/* One read through the store as an operation does it. */
static ep_status
ask_store(const struct page *p, int64_t *took_us_out)
{
	struct store *store = p->host->store;
	struct store_statement *one = store_statement_new(store,
	    "SELECT 1 AS one");
	struct store_run_args none = { NULL, 0, NULL };
	const struct ep_rows *rows = NULL;
	struct err err = { 0 };
	struct store_tx *tx;
	int64_t began = clock_monotonic_us();
	ep_status st;

	st = store_begin(store, STORE_READ, began + ASK_US, &tx, &err);
	if (st == EP_OK) {
		st = store_run(tx, one, &none, p->arena, &rows, &err);
		store_rollback(tx);
	}
	store_statement_free(&one);
	*took_us_out = clock_monotonic_us() - began;
	return st;
}

static const char *
lag_words(const struct page *p)
{
	struct store_counts c = { 0 };
	uint64_t lag;

	if (p->exchange->service->store_shared != NULL)
		store_shared_counts(p->exchange->service->store_shared, &c);
	lag = c.finished > c.synced ? c.finished - c.synced : 0;
	return lag == 0 ? page_word(p, "synced_all")
			: page_counted(p, lag, "lag");
}

static void
add_store(const struct page *p, struct ep_node *list)
{
	struct tile t = { .name = "store",
		.is_bad = state_of(p) == STATE_STORE_FAILED };
	int64_t took = 0;

	if (p->host->store == NULL) {
		t.value = page_word(p, "store_none");
		t.note = "";
		add_tile(p, list, &t);
		return;
	}
	t.value = "SQLite";
	if (t.is_bad) {
		t.note = page_word(p, "headline_store_failed");
	} else if (fiber_self() == NULL) {
		t.note = page_word(p, "not_asked");
	} else if (ask_store(p, &took) == EP_OK) {
		t.note = arena_format(p->arena, "%s %s · %s",
		    page_word(p, "answers_in"), page_span(p, took),
		    lag_words(p));
	} else {
		t.note = page_word(p, "no_answer");
		t.is_bad = true;
	}
	add_tile(p, list, &t);
}

static void
add_traffic(const struct page *p, struct ep_node *list)
{
	const struct board *b = p->host->board;
	uint64_t requests = 0, errors = 0, open = 0;
	struct tile t = { .name = "traffic" };

	for (unsigned i = 0; i < BOARD_PROCESSES; i++) {
		requests += atomic_load(&b->slots[i].requests);
		errors += atomic_load(&b->slots[i].responses_5xx);
		open += atomic_load(&b->slots[i].connections);
	}
	t.value = page_number(p, requests);
	t.note = arena_format(p->arena, "%s · %s",
	    page_counted(p, errors, "errors"),
	    page_counted(p, open, "connections"));
	add_tile(p, list, &t);
}

static void
add_latency(const struct page *p, struct ep_node *list)
{
	struct page_figures f = { 0 };
	struct tile t = { .name = "latency" };

	for (int i = 0; i < BOARD_SERIES &&
	     atomic_load(&p->host->board->series[i].state) == 2;
	     i++)
		page_figures_add(&f, p->host->board, i);
	t.value = page_span(p, page_figures_quantile(&f, 0.5));
	t.note = f.calls == 0
	    ? page_word(p, "no_calls")
	    : arena_format(p->arena, "%s %s", page_word(p, "latency_note"),
		  page_span(p, page_figures_quantile(&f, 0.99)));
	add_tile(p, list, &t);
}

/* --------------------------------------------------------------- workers */

/* "3", or while generations change "3, 2 ends (4)": those it holds, with
 * the requests that still run in the old ones. */
static const char *
holds(const struct page *p, const struct board_slot *s)
{
	const char *text = "";

	for (int i = 0; i < BOARD_HELD; i++) {
		uint64_t number = atomic_load(&s->held[i].number);
		uint32_t state = atomic_load(&s->held[i].state);
		const char *word = state == HELD_PREPARING
		    ? page_word(p, "held_preparing")
		    : state == HELD_FAILED   ? page_word(p, "held_failed")
		    : state == HELD_STOPPING ? page_word(p, "held_stopping")
					     : "";

		if (number != 0)
			text = arena_format(p->arena, "%s%s%llu%s%s", text,
			    text[0] != '\0' ? ", " : "",
			    (unsigned long long)number,
			    word[0] != '\0' ? " " : "", word);
	}
	if (text[0] != '\0')
		return text;
	return arena_format(p->arena, "%llu",
	    (unsigned long long)atomic_load(&s->generation));
}

static const char *
slot_word(const struct page *p, const struct board_slot *s)
{
	static const char *const names[] = { "free", "starting", "ready",
		"draining", "failed" };
	uint32_t state = atomic_load(&s->state);

	if (state == SLOT_READY && p->host->board->spares > 0 &&
	    atomic_load(&s->listen_wanted) == 0)
		return page_word(p, "spare");
	return state < sizeof names / sizeof *names ? page_word(p, names[state])
						    : "?";
}

static struct ep_node *
worker(const struct page *p, unsigned i)
{
	const struct board_slot *s = &p->host->board->slots[i];
	struct ep_node *n = node_new(p->arena, EP_T_OBJECT);
	int64_t started = atomic_load(&s->started_us);
	uint32_t state = atomic_load(&s->state);
	pid_t pid = atomic_load(&s->pid);

	(void)node_set_int(p->arena, n, "number", i);
	(void)node_set_text(p->arena, n, "state", slot_word(p, s));
	(void)node_set_text(p->arena, n, "mark",
	    state == SLOT_READY                              ? "good"
		: state == SLOT_FAILED || state == SLOT_FREE ? "bad"
							     : "warn");
	(void)node_set_text(p->arena, n, "holds", holds(p, s));
	(void)node_set_text(p->arena, n, "up",
	    started == 0
		? "–"
		: page_age(p, (clock_monotonic_us() - started) / 1000000));
	(void)node_set_text(p->arena, n, "connections",
	    page_number(p, atomic_load(&s->connections)));
	(void)node_set_text(p->arena, n, "requests",
	    page_number(p, atomic_load(&s->requests)));
	(void)node_set_text(p->arena, n, "errors",
	    page_number(p, atomic_load(&s->responses_5xx)));
	(void)node_set_text(p->arena, n, "memory",
	    page_size(p, pid != 0 ? process_resident(pid) : 0));
	(void)node_set_int(p->arena, n, "pid", pid);
	return n;
}

void
page_health(const struct page *p, struct ep_node *facts)
{
	const struct board *b = p->host->board;
	struct ep_node *tiles = node_new(p->arena, EP_T_ARRAY);
	struct ep_node *workers = node_new(p->arena, EP_T_ARRAY);
	int64_t now = clock_real_us();

	headline(p, facts);
	(void)node_set_text(p->arena, facts, "now_iso", page_time_iso(p, now));
	(void)node_set_text(p->arena, facts, "now",
	    arena_format(p->arena, "%s UTC", page_time(p, now)));
	add_host(p, tiles);
	add_store(p, tiles);
	add_traffic(p, tiles);
	add_latency(p, tiles);
	(void)node_set(p->arena, facts, "tiles", tiles);
	for (unsigned i = 0; i < b->workers + b->spares; i++)
		(void)node_append(p->arena, workers, worker(p, i));
	(void)node_set(p->arena, facts, "workers", workers);
}
