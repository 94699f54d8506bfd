/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/number.h"
#include "core/schema/shape.h"

#include <errno.h>
#include <stdlib.h>

#define DEPTH_MOST 64 /* of references and of defaults within defaults */

/* ------------------------------------------------------------ defaults -- */

static struct ep_node *fill(struct arena *a, const struct shape *s,
    const struct ep_node *value, unsigned depth);

static struct ep_node *
fill_members(struct arena *a, const struct shape *s, struct ep_node *copy,
    unsigned depth)
{
	for (uint32_t i = 0; i < copy->count; i++) {
		struct ep_node *m = copy->u.items + i;
		uint32_t at = names_find(&s->properties, m->key, m->key_length);
		const struct shape *own = at < s->properties.count
		    ? s->properties.list[at].shape
		    : NULL;

		if (own == NULL)
			own = s->additional;
		if (own != NULL)
			(void)node_set(a, copy, m->key, fill(a, own, m, depth));
	}
	for (uint32_t i = 0; i < s->properties.count; i++) {
		const struct name *n = s->properties.list + i;
		const struct shape *own = n->shape;

		if (own == NULL || node_get_n(copy, n->text, n->length))
			continue;
		while (own->filling == NULL && own->ref != NULL)
			own = own->ref;
		if (own->filling != NULL)
			(void)node_set(a, copy, n->text,
			    fill(a, n->shape, own->filling, depth));
	}
	return copy;
}

static struct ep_node *
fill(struct arena *a, const struct shape *s, const struct ep_node *value,
    unsigned depth)
{
	struct ep_node *copy = node_copy(a, value);

	if (depth >= DEPTH_MOST)
		return copy;
	if (copy->type == EP_T_OBJECT)
		copy = fill_members(a, s, copy, depth + 1);
	for (uint32_t i = 0; copy->type == EP_T_ARRAY && i < copy->count; i++) {
		const struct shape *own = i < s->prefix.count
		    ? s->prefix.list[i]
		    : s->items;
		struct ep_node *m = copy->u.items + i;

		if (own != NULL)
			*m = *fill(a, own, m, depth + 1);
	}
	if (s->ref != NULL)
		copy = fill(a, s->ref, copy, depth + 1);
	for (uint32_t i = 0; i < s->all.count; i++)
		copy = fill(a, s->all.list[i], copy, depth + 1);
	return copy;
}

const struct ep_node *
schema_defaults(const struct schema *s, struct arena *a,
    const struct ep_node *value)
{
	EP_CHECK(s, SCHEMA_MAGIC);
	return fill(a, s->root, value, 0);
}

/* ------------------------------------------------------------ coercion -- */

static uint32_t
types_of(const struct shape *s, unsigned depth)
{
	uint32_t types = s->types;

	if (types != 0 || depth == DEPTH_MOST)
		return types;
	if (s->ref != NULL)
		types |= types_of(s->ref, depth + 1);
	for (uint32_t i = 0; i < s->all.count; i++)
		types |= types_of(s->all.list[i], depth + 1);
	for (uint32_t i = 0; i < s->any.count; i++)
		types |= types_of(s->any.list[i], depth + 1);
	for (uint32_t i = 0; i < s->one.count; i++)
		types |= types_of(s->one.list[i], depth + 1);
	return types;
}

static const struct shape *
items_of(const struct shape *s, unsigned depth)
{
	const struct shape *found = s->items;

	if (found == NULL && s->ref != NULL && depth < DEPTH_MOST)
		found = items_of(s->ref, depth + 1);
	for (uint32_t i = 0; found == NULL && i < s->all.count; i++)
		if (depth < DEPTH_MOST)
			found = items_of(s->all.list[i], depth + 1);
	return found;
}

static const char *
skip_digits(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

/* Is the terminated text a number as JSON writes it? */
static bool
is_number(const char *p)
{
	const char *start;

	if (*p == '-')
		p++;
	start = p;
	p = skip_digits(p);
	if (p == start || (*start == '0' && p - start > 1))
		return false;
	if (*p == '.') {
		start = ++p;
		p = skip_digits(p);
		if (p == start)
			return false;
	}
	if (*p == 'e' || *p == 'E') {
		p++;
		if (*p == '+' || *p == '-')
			p++;
		start = p;
		p = skip_digits(p);
		if (p == start)
			return false;
	}
	return *p == '\0';
}

static void
set_number(struct ep_node *n)
{
	char *end;
	long long i;

	errno = 0;
	i = strtoll(n->text, &end, 10);
	if (errno == 0 && *end == '\0') {
		n->type = EP_T_INT;
		n->u.integer = i;
	} else {
		n->type = EP_T_REAL;
		n->u.real = number_parse(n->text, n->count);
	}
}

static struct ep_node *
one_value(struct arena *a, uint32_t types, const char *text, size_t length)
{
	struct ep_node *n = node_new_text(a, text, length);
	bool is_true;

	if (length == 0 && (types & 1u << EP_T_NULL) &&
	    !(types & 1u << EP_T_TEXT))
		return node_new(a, EP_T_NULL);
	if ((types & (1u << EP_T_REAL | SHAPE_INTEGER)) &&
	    strlen(n->text) == length && is_number(n->text)) {
		set_number(n);
		return n;
	}
	is_true = strcmp(n->text, "true") == 0;
	if ((types & 1u << EP_T_BOOL) &&
	    (is_true || strcmp(n->text, "false") == 0)) {
		n->type = EP_T_BOOL;
		n->count = 0;
		n->u.integer = is_true;
	}
	return n;
}

static void
add_parts(struct arena *a, struct ep_node *array, uint32_t types,
    const struct schema_text *text)
{
	const char *p = text->text, *end = p + text->length;

	while (p <= end) {
		const char *comma = p < end ? memchr(p, ',', (size_t)(end - p))
					    : NULL;
		const char *stop = comma != NULL ? comma : end;

		(void)node_append(a, array,
		    one_value(a, types, p, (size_t)(stop - p)));
		p = stop + 1;
	}
}

struct ep_node *
schema_coerce(const struct schema *s, struct arena *a,
    const struct schema_text *texts, uint32_t n, bool has_commas)
{
	uint32_t types;
	struct ep_node *array;
	bool is_array;

	EP_CHECK(s, SCHEMA_MAGIC);
	types = types_of(s->root, 0);
	is_array = (types & 1u << EP_T_ARRAY) != 0;
	if (n == 1 && !is_array)
		return one_value(a, types, texts[0].text, texts[0].length);
	array = node_new(a, EP_T_ARRAY);
	if (is_array) {
		const struct shape *items = items_of(s->root, 0);

		types = items != NULL ? types_of(items, 0) : 0;
	}
	if (n == 1 && has_commas && texts[0].length > 0) {
		add_parts(a, array, types, texts);
		return array;
	}
	if (n == 1 && has_commas)
		return array;
	for (uint32_t i = 0; i < n; i++)
		(void)node_append(a, array,
		    one_value(a, types, texts[i].text, texts[i].length));
	return array;
}
