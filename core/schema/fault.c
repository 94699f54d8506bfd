/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/validate.h"

#include <stdio.h>

static size_t
escaped(const char *key, size_t n, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		char c = key[i];

		if (c == '~' || c == '/') {
			if (out != NULL)
				out[used] = '~';
			used++;
			c = c == '~' ? '0' : '1';
		}
		if (out != NULL)
			out[used] = c;
		used++;
	}
	return used;
}

/* Written from the end, so that no list need be turned round. */
const char *
fault_pointer(struct arena *a, const struct path *p, const char *more, size_t n)
{
	char number[12];
	size_t length = more != NULL ? 1 + escaped(more, n, NULL) : 0;
	char *text, *at;

	for (const struct path *q = p; q->up != NULL; q = q->up)
		length += 1 +
		    (q->up->node->type == EP_T_OBJECT
			    ? escaped(q->node->key, q->node->key_length, NULL)
			    : (size_t)snprintf(number, sizeof number, "%u",
				  q->index));
	text = arena_raw(a, length + 1);
	at = text + length;
	*at = '\0';
	if (more != NULL) {
		at -= escaped(more, n, NULL);
		(void)escaped(more, n, at);
		*--at = '/';
	}
	for (const struct path *q = p; q->up != NULL; q = q->up) {
		if (q->up->node->type == EP_T_OBJECT) {
			const struct ep_node *m = q->node;

			at -= escaped(m->key, m->key_length, NULL);
			(void)escaped(m->key, m->key_length, at);
		} else {
			int k = snprintf(number, sizeof number, "%u", q->index);

			at -= k;
			memcpy(at, number, (size_t)k);
		}
		*--at = '/';
	}
	return text;
}

/* At most n bytes of a text, not ending within a character. */
static int
cut(const struct ep_node *v, uint32_t n)
{
	if (v->count <= n)
		return (int)v->count;
	while (n > 0 && ((unsigned char)v->text[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

const char *
fault_words(struct arena *a, const struct ep_node *v)
{
	switch (v->type) {
	case EP_T_TEXT:
		return arena_format(a, "'%.*s%s'", cut(v, 40), v->text,
		    v->count > 40 ? "…" : "");
	case EP_T_INT:
		return arena_format(a, "%lld", (long long)v->u.integer);
	case EP_T_REAL:
		if (v->text != NULL)
			return arena_format(a, "%.*s%s", cut(v, 40), v->text,
			    v->count > 40 ? "…" : "");
		return arena_format(a, "%.17g", v->u.real);
	case EP_T_BOOL:
		return v->u.integer ? "true" : "false";
	case EP_T_ARRAY:
		return arena_format(a, "an array of %u", v->count);
	case EP_T_OBJECT:
		return arena_format(a, "an object of %u", v->count);
	default:
		return "null";
	}
}

struct schema_error *
fault_new(struct run *r, const struct path *p, const char *rule)
{
	struct schema_errors *e = r->errors;
	struct schema_error *one;

	if (p->override != NULL && r->override == NULL)
		r->override = p->override;
	if (strcmp(rule, "type") == 0 && p->override == NULL)
		r->has_bad_type = true;
	if (e->count == SCHEMA_ERRORS) {
		e->has_more = true;
		return NULL;
	}
	one = e->items + e->count++;
	memset(one, 0, sizeof *one);
	one->rule = rule;
	one->at = p->node;
	one->pointer = fault_pointer(r->arena, p, NULL, 0);
	if (!p->is_secret && !(p->node->flags & NODE_SECRET))
		one->got = fault_words(r->arena, p->node);
	return one;
}

bool
fault_tell(struct run *r, const struct path *p, const char *rule,
    const char *format, ...)
{
	struct schema_error *one;
	va_list ap;

	if (r->errors == NULL)
		return false;
	one = fault_new(r, p, rule);
	if (one != NULL) {
		va_start(ap, format);
		one->expected = arena_vformat(r->arena, format, ap);
		va_end(ap);
	}
	return false;
}
