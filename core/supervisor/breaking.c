/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/document.h"

#include <string.h>

struct comparison {
	struct arena *arena;
	const struct manifest *from, *to;
	struct ep_node *words;
};

EP_PRINTF(2, 3)

static void
add(struct comparison *c, const char *format, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, format);
	text = arena_vformat(c->arena, format, ap);
	va_end(ap);
	(void)node_append(c->arena, c->words,
	    node_new_text(c->arena, text, strlen(text)));
}

static bool
has_text(const struct ep_node *array, const char *text)
{
	for (uint32_t i = 0; array != NULL && i < array->count; i++)
		if (strcmp(node_text(node_at(array, i), ""), text) == 0)
			return true;
	return false;
}

/* Members that callers did not have to give so far. */
static void
body(struct comparison *c, const struct manifest_operation *old,
    const struct manifest_operation *new)
{
	const struct ep_node *a = manifest_follow(c->from->document,
	    old->body_schema);
	const struct ep_node *b = manifest_follow(c->to->document,
	    new->body_schema);
	const struct ep_node *was = node_get(a, "required");
	const struct ep_node *is = node_get(b, "required");

	if (new->body_required && !old->body_required)
		add(c, "%s: a body is required now", old->id);
	for (uint32_t i = 0; is != NULL && i < is->count; i++) {
		const char *name = node_text(node_at(is, i), "");

		if (!has_text(was, name))
			add(c, "%s: member %s of the body is required now",
			    old->id, name);
	}
}

static void
parameters(struct comparison *c, const struct manifest_operation *old,
    const struct manifest_operation *new)
{
	for (uint32_t i = 0; i < new->n_parameters; i++) {
		const struct manifest_parameter *p = &new->parameters[i];
		bool was_required = false;

		for (uint32_t k = 0; k < old->n_parameters; k++)
			if (old->parameters[k].in == p->in &&
			    strcmp(old->parameters[k].name, p->name) == 0)
				was_required = old->parameters[k].required;
		if (p->required && !was_required)
			add(c, "%s: parameter %s is required now", old->id,
			    p->name);
	}
}

static const struct manifest_response *
response(const struct manifest_operation *o, uint32_t code)
{
	for (uint32_t i = 0; i < o->n_responses; i++)
		if (o->responses[i].code == code)
			return &o->responses[i];
	return NULL;
}

/* Members of an answer that callers may have read. */
static void
answers(struct comparison *c, const struct manifest_operation *old,
    const struct manifest_operation *new)
{
	for (uint32_t i = 0; i < old->n_responses; i++) {
		const struct manifest_response *r = &old->responses[i];
		const struct manifest_response *s = response(new, r->code);
		const struct ep_node *was, *is;

		if (r->code < 200 || r->code > 299)
			continue;
		if (s == NULL) {
			add(c, "%s: answer %u has gone", old->id, r->code);
			continue;
		}
		was = node_get(manifest_follow(c->from->document, r->schema),
		    "properties");
		is = node_get(manifest_follow(c->to->document, s->schema),
		    "properties");
		for (uint32_t k = 0; was != NULL && k < was->count; k++)
			if (node_get(is, was->u.items[k].key) == NULL)
				add(c, "%s: member %s of answer %u has gone",
				    old->id, was->u.items[k].key, r->code);
	}
}

void
breaking_changes(struct arena *a, const struct manifest *from,
    const struct manifest *to, struct ep_node *words)
{
	struct comparison c = { .arena = a,
		.from = from,
		.to = to,
		.words = words };

	if (to == NULL && from->n_operations > 1) {
		add(&c, "all its %u operations have gone", from->n_operations);
		return;
	}
	for (uint32_t i = 0; i < from->n_operations; i++) {
		const struct manifest_operation *old = &from->operations[i];
		const struct manifest_operation *new = to != NULL
		    ? manifest_operation_find(to, old->id)
		    : NULL;

		if (new == NULL) {
			add(&c, "%s: the operation has gone", old->id);
			continue;
		}
		if (strcmp(old->method, new->method) != 0 ||
		    strcmp(old->path, new->path) != 0)
			add(&c, "%s: %s %s is now %s %s", old->id, old->method,
			    old->path, new->method, new->path);
		body(&c, old, new);
		parameters(&c, old, new);
		answers(&c, old, new);
	}
}
