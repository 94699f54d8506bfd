/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/page_text.h"

#define SHOWN 10 /* of the records that the board holds */

/* How each result looks: by enum reload_result. */
static const char *const marks[RELOAD_RESULTS] = { "warn", "good", "", "bad",
	"bad", "" };

static const char *
change(const struct page *p, const struct board_reload *r)
{
	const char *text;

	if (r->to == 0)
		return arena_format(p->arena, "%llu",
		    (unsigned long long)r->from);
	text = r->from == 0
	    ? arena_format(p->arena, "%llu", (unsigned long long)r->to)
	    : arena_format(p->arena, "%llu → %llu", (unsigned long long)r->from,
		  (unsigned long long)r->to);
	if (r->source == 0)
		return text;
	return arena_format(p->arena, "%s (%s %llu)", text,
	    page_word(p, "document_of"), (unsigned long long)r->source);
}

/* Which worker and module it was, and the words. */
static const char *
failure(const struct page *p, const struct board_reload *r)
{
	const char *worker = "", *module = "";

	if (r->text[0] == '\0')
		return NULL;
	if (r->worker >= 0)
		worker = arena_format(p->arena,
		    "%s %d: ", page_word(p, "on_worker"), (int)r->worker);
	if (r->module[0] != '\0')
		module = arena_format(p->arena, "%s: ", r->module);
	return arena_format(p->arena, "%s%s%s", worker, module, r->text);
}

static struct ep_node *
phases(const struct page *p, const struct board_reload *r)
{
	struct ep_node *list = node_new(p->arena, EP_T_ARRAY);

	for (int i = 0; i < RELOAD_PHASES; i++) {
		struct ep_node *n = node_new(p->arena, EP_T_OBJECT);

		if (r->phase_us[i] == 0)
			continue;
		(void)node_set_text(p->arena, n, "phase",
		    page_named(p, "phase", reload_phase_name[i]));
		(void)node_set_text(p->arena, n, "time",
		    page_span(p, r->phase_us[i]));
		(void)node_append(p->arena, list, n);
	}
	return list;
}

static struct ep_node *
reload(const struct page *p, const struct board_reload *r)
{
	struct arena *a = p->arena;
	struct ep_node *n = node_new(a, EP_T_OBJECT);
	uint32_t result = r->result < RELOAD_RESULTS ? r->result : 0;
	uint32_t kind = r->kind < RELOAD_KINDS ? r->kind : 0;

	(void)node_set_text(a, n, "began", page_time(p, r->began_real_us));
	(void)node_set_text(a, n, "began_iso",
	    page_time_iso(p, r->began_real_us));
	(void)node_set_text(a, n, "kind",
	    page_named(p, "kind", reload_kind_name[kind]));
	(void)node_set_text(a, n, "result",
	    page_named(p, "result", reload_result_name[result]));
	(void)node_set_text(a, n, "mark", marks[result]);
	(void)node_set_text(a, n, "change", change(p, r));
	(void)node_set_text(a, n, "took",
	    result == RELOAD_RUNNING ? "" : page_span(p, r->took_us));
	(void)node_set(a, n, "phases", phases(p, r));
	(void)node_set_text(a, n, "reason", r->reason);
	(void)node_set_text(a, n, "failure", failure(p, r));
	return n;
}

static const char *
generation_words(const struct page *p)
{
	const struct board *b = p->host->board;
	uint64_t active = atomic_load(&b->active_generation);
	uint64_t candidate = atomic_load(&b->candidate);
	uint64_t previous = atomic_load(&b->previous);
	const char *text;

	if (active == 0 && p->generation != NULL)
		active = p->generation->number;
	text = arena_format(p->arena, "%s %llu", page_word(p, "active_is"),
	    (unsigned long long)active);
	if (candidate != 0 && candidate != active)
		text = arena_format(p->arena, "%s · %s %llu", text,
		    page_word(p, "candidate_is"),
		    (unsigned long long)candidate);
	if (previous != 0)
		text = arena_format(p->arena, "%s · %s %llu", text,
		    page_word(p, "previous_is"), (unsigned long long)previous);
	return text;
}

void
page_reloads(const struct page *p, struct ep_node *facts)
{
	struct board *b = p->host->board;
	struct ep_node *list = node_new(p->arena, EP_T_ARRAY);
	uint64_t n = atomic_load(&b->n_reloads);
	struct board_reload r;

	for (int i = 0; i < SHOWN && n > 0; i++)
		if (board_reload_read(b, --n, &r))
			(void)node_append(p->arena, list, reload(p, &r));
	(void)node_set_text(p->arena, facts, "generation_words",
	    generation_words(p));
	(void)node_set_bool(p->arena, facts, "reloads_any", list->count > 0);
	(void)node_set(p->arena, facts, "reloads", list);
}
