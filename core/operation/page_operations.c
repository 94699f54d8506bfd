/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/page_text.h"

static const char *
used(const struct page *p, const struct operation *o)
{
	struct page_figures f = { 0 };

	page_figures_add(&f, p->host->board, o->series);
	if (f.calls == 0)
		return "";
	return arena_format(p->arena, "%s · p99 %s",
	    page_counted(p, f.calls, "calls"),
	    page_span(p, page_figures_quantile(&f, 0.99)));
}

static struct ep_node *
operation(const struct page *p, const struct operation *o)
{
	struct ep_node *n;

	if (p->is_whole) {
		n = page_operation(p, o);
	} else {
		n = node_new(p->arena, EP_T_OBJECT);
		(void)node_set_text(p->arena, n, "id", o->spec->id);
	}
	(void)node_set_text(p->arena, n, "used", used(p, o));
	return n;
}

static struct ep_node *
group(const struct page *p, const struct instance *in)
{
	struct arena *a = p->arena;
	const struct manifest *m = in->manifest;
	struct ep_node *n = node_new(a, EP_T_OBJECT);
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; i < m->n_operations; i++) {
		const struct operation *o = generation_find(p->generation,
		    m->operations[i].id);

		if (o != NULL && !o->spec->internal)
			(void)node_append(a, list, operation(p, o));
	}
	(void)node_set_text(a, n, "module", in->name);
	(void)node_set_text(a, n, "version", m->version);
	page_set_local(p, n, "title", m->title != NULL ? m->title : in->name);
	page_set_prose(p, n,
	    node_text(node_get(node_get(m->document, "info"), "description"),
		NULL));
	(void)node_set(a, n, "operations", list);
	return n;
}

void
page_operations(const struct page *p, struct ep_node *facts)
{
	const struct generation *g = p->generation;
	struct ep_node *list = node_new(p->arena, EP_T_ARRAY);

	for (unsigned i = 0; g != NULL && i < g->n_instances; i++)
		(void)node_append(p->arena, list, group(p, g->instances[i]));
	(void)node_set(p->arena, facts, "groups", list);
}
