/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/compile.h"

#include <stddef.h>

/* ------------------------------------------------------------- objects -- */

static ep_status
check_names(struct compiler *c, const struct ep_node *v)
{
	if (v->type != EP_T_ARRAY || v->count > NAMES_MOST)
		return compile_refuse(c, v, "expected a list of names");
	for (uint32_t i = 0; i < v->count; i++)
		if (v->u.items[i].type != EP_T_TEXT)
			return compile_refuse(c, v, "expected a list of names");
	return EP_OK;
}

/* properties and required share one table, made when either is met. */
static ep_status
make_names(struct compiler *c, struct shape *s, const struct ep_node *node)
{
	const struct ep_node *p = node_get(node, "properties");
	const struct ep_node *r = node_get(node, "required");
	struct names *names = &s->properties;
	uint32_t n = (p != NULL ? p->count : 0) + (r != NULL ? r->count : 0);

	if (names->list != NULL || n == 0)
		return EP_OK;
	if (n > NAMES_MOST)
		return compile_refuse(c, node, "too many properties");
	names->list = arena_array(c->arena, n, sizeof *names->list);
	for (uint32_t i = 0; p != NULL && i < p->count; i++) {
		const struct ep_node *m = p->u.items + i;

		names_add(names, m->key, m->key_length);
	}
	names_index(c->arena, names);
	for (uint32_t i = 0; r != NULL && i < r->count; i++) {
		const struct ep_node *m = r->u.items + i;
		uint32_t at = names_find(names, m->text, m->count);

		if (at == names->count) {
			names_add(names, m->text, m->count);
			names_index(c->arena, names);
		}
		if (!names->list[at].is_required)
			names->required++;
		names->list[at].is_required = true;
	}
	return EP_OK;
}

ep_status
keyword_properties(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	const struct ep_node *r = node_get(node, "required");

	if (v->type != EP_T_OBJECT)
		return compile_refuse(c, v, "expected an object of schemas");
	if (r != NULL)
		EP_TRY(check_names(c, r));
	EP_TRY(make_names(c, s, node));
	s->has |= HAS_OBJECT;
	for (uint32_t i = 0; i < v->count; i++)
		EP_TRY(compile_shape(c, v->u.items + i,
		    &s->properties.list[i].shape));
	return EP_OK;
}

ep_status
keyword_required(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	const struct ep_node *p = node_get(node, "properties");

	EP_TRY(check_names(c, v));
	if (p != NULL && p->type != EP_T_OBJECT)
		return compile_refuse(c, p, "expected an object of schemas");
	s->has |= HAS_OBJECT;
	return make_names(c, s, node);
}

ep_status
keyword_patterns(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_OBJECT)
		return compile_refuse(c, v, "expected an object of schemas");
	s->has |= HAS_OBJECT;
	s->n_patterns = v->count;
	s->patterns = arena_array(c->arena, v->count, sizeof *s->patterns);
	for (uint32_t i = 0; i < v->count; i++) {
		const struct ep_node *m = v->u.items + i;

		EP_TRY(pattern_compile(c, m, m->key, m->key_length,
		    s->patterns + i));
		EP_TRY(compile_shape(c, m, &s->patterns[i].shape));
	}
	return EP_OK;
}

ep_status
keyword_dependent(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_OBJECT)
		return compile_refuse(c, v,
		    "expected an object of lists of names");
	s->has |= HAS_OBJECT;
	s->n_dependencies = v->count;
	s->dependencies = arena_array(c->arena, v->count,
	    sizeof *s->dependencies);
	for (uint32_t i = 0; i < v->count; i++) {
		const struct ep_node *m = v->u.items + i;

		EP_TRY(check_names(c, m));
		s->dependencies[i].name = m->key;
		s->dependencies[i].length = m->key_length;
		s->dependencies[i].needs = m;
	}
	return EP_OK;
}

/* -------------------------------------------------- counts and subschemas */

/* Keywords whose value is one count or one schema: where it goes. */
struct place {
	const char *name;
	size_t offset;
	uint32_t group;
};

#define PLACE(name, member, group)                          \
	{                                                   \
		name, offsetof(struct shape, member), group \
	}

static const struct place count_places[] = {
	PLACE("minProperties", members.least, HAS_OBJECT),
	PLACE("maxProperties", members.most, HAS_OBJECT),
	PLACE("minItems", elements.least, HAS_ARRAY),
	PLACE("maxItems", elements.most, HAS_ARRAY),
	PLACE("minContains", contained.least, 0),
	PLACE("maxContains", contained.most, 0),
	PLACE("minLength", length.least, HAS_TEXT),
	PLACE("maxLength", length.most, HAS_TEXT),
};

static const struct place shape_places[] = {
	PLACE("additionalProperties", additional, HAS_OBJECT),
	PLACE("propertyNames", property_names, HAS_OBJECT),
	PLACE("items", items, HAS_ARRAY),
	PLACE("contains", contains, HAS_ARRAY),
	PLACE("not", negated, HAS_LOGIC),
	PLACE("if", condition, HAS_LOGIC),
	PLACE("then", then, HAS_LOGIC),
	PLACE("else", otherwise, HAS_LOGIC),
};

static const struct place list_places[] = {
	PLACE("prefixItems", prefix, HAS_ARRAY),
	PLACE("allOf", all, HAS_LOGIC),
	PLACE("anyOf", any, HAS_LOGIC),
	PLACE("oneOf", one, HAS_LOGIC),
};

static void *
place_of(struct shape *s, const struct place *rows, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].name, name) == 0) {
			s->has |= rows[i].group;
			return (char *)s + rows[i].offset;
		}
	return NULL;
}

#define PLACE_OF(s, rows, name) \
	place_of(s, rows, sizeof(rows) / sizeof(rows)[0], name)

static ep_status
read_count(struct compiler *c, const struct ep_node *v, uint32_t *out)
{
	int64_t i = node_int(v, -1);

	if ((v->type != EP_T_INT && v->type != EP_T_REAL) || i < 0)
		return compile_refuse(c, v, "expected a whole number from 0");
	*out = i > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)i;
	return EP_OK;
}

ep_status
keyword_count(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	return read_count(c, v, PLACE_OF(s, count_places, v->key));
}

ep_status
keyword_shape(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	return compile_shape(c, v, PLACE_OF(s, shape_places, v->key));
}

ep_status
keyword_list(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	struct shape_list *list = PLACE_OF(s, list_places, v->key);

	(void)node;
	if (v->type != EP_T_ARRAY || v->count == 0)
		return compile_refuse(c, v,
		    "expected a list of at least one schema");
	list->list = arena_array(c->arena, v->count, sizeof(void *));
	list->count = v->count;
	for (uint32_t i = 0; i < v->count; i++)
		EP_TRY(compile_shape(c, v->u.items + i, list->list + i));
	return EP_OK;
}

ep_status
keyword_unique(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_BOOL)
		return compile_refuse(c, v, "expected true or false");
	s->is_unique = node_bool(v, false);
	s->has |= HAS_ARRAY;
	return EP_OK;
}

ep_status
keyword_defs(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	const struct shape *unused;

	(void)s;
	(void)node;
	if (v->type != EP_T_OBJECT)
		return compile_refuse(c, v, "expected an object of schemas");
	for (uint32_t i = 0; i < v->count; i++)
		EP_TRY(compile_shape(c, v->u.items + i, &unused));
	return EP_OK;
}
