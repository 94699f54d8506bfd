/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/page_text.h"

#include <string.h>

/* The figures of all operations of one instance. */
static struct page_figures
figures_of(const struct page *p, const struct instance *in)
{
	struct page_figures f = { 0 };

	for (unsigned i = 0; i < p->generation->n_operations; i++) {
		const struct operation *o = p->generation->operations[i];

		if (o->instance == in)
			page_figures_add(&f, p->host->board, o->series);
	}
	return f;
}

static struct ep_node *
module(const struct page *p, const struct instance *in)
{
	struct arena *a = p->arena;
	struct ep_node *n = node_new(a, EP_T_OBJECT);
	struct page_figures f = figures_of(p, in);
	const char *sha256 = in->image->file->sha256;

	(void)node_set_text(a, n, "name", in->name);
	(void)node_set_text(a, n, "version", in->manifest->version);
	(void)node_set_text(a, n, "sha256", sha256);
	(void)node_set_text(a, n, "short_hash",
	    arena_copy(a, sha256, strnlen(sha256, 12)));
	(void)node_set_text(a, n, "state",
	    page_word(p, in->is_started ? "active" : "starting"));
	(void)node_set_text(a, n, "mark", in->is_started ? "good" : "warn");
	(void)node_set_text(a, n, "calls", page_number(p, f.calls));
	(void)node_set_text(a, n, "refused", page_number(p, f.refusals));
	(void)node_set_text(a, n, "errors", page_number(p, f.errors));
	(void)node_set_text(a, n, "errors_mark", f.errors > 0 ? "bad" : "");
	(void)node_set_text(a, n, "p50",
	    page_span(p, page_figures_quantile(&f, 0.5)));
	(void)node_set_text(a, n, "p99",
	    page_span(p, page_figures_quantile(&f, 0.99)));
	return n;
}

void
page_modules(const struct page *p, struct ep_node *facts)
{
	const struct generation *g = p->generation;
	struct ep_node *list = node_new(p->arena, EP_T_ARRAY);

	for (unsigned i = 0; g != NULL && i < g->n_instances; i++)
		(void)node_append(p->arena, list, module(p, g->instances[i]));
	(void)node_set_bool(p->arena, facts, "modules_any", list->count > 0);
	(void)node_set(p->arena, facts, "modules", list);
}
