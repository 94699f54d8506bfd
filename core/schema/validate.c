/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/validate.h"
#include "core/schema/spell.h"

#include <inttypes.h>

/* Alternatives within alternatives can multiply: what one validation may
 * cost, in shapes applied. */
#define STEPS_MOST 4000000u

#define SEEN_WORDS 8 /* of 64 names each, that are noted while walking */

static bool check(struct run *r, const struct shape *s, struct path *p);

/* ---------------------------------------------------- objects and arrays */

static bool
check_child(struct run *r, const struct shape *s, const struct path *p,
    const struct ep_node *node, uint32_t index)
{
	struct path below = { p, node, index, p->is_secret, NULL };

	return check(r, s, &below);
}

static const char *
known_members(struct arena *a, const char *const *words, uint32_t n)
{
	const char *text = n == 0 ? "no member" : "one of ";

	for (uint32_t i = 0; i < n && i < 24; i++)
		text = arena_format(a, "%s%s%s", text, i > 0 ? ", " : "",
		    words[i]);
	return n > 24 ? arena_format(a, "%s, …", text) : text;
}

static bool
unknown_member(struct run *r, const struct shape *s, struct path *p,
    const struct ep_node *m)
{
	struct path below = { p, m, 0, p->is_secret, p->override };
	const char *words[64];
	struct schema_error *one;
	uint32_t n = 0;

	if (r->errors == NULL)
		return false;
	one = fault_new(r, &below, "additionalProperties");
	if (one == NULL)
		return false;
	for (uint32_t i = 0; i < s->properties.count && n < 64; i++)
		if (s->properties.list[i].shape != NULL)
			words[n++] = s->properties.list[i].text;
	one->expected = known_members(r->arena, words, n);
	one->got = NULL;
	one->hint = spell_nearest(m->key, m->key_length, words, n);
	return false;
}

static bool
missing(struct run *r, struct path *p, const char *rule, const char *name,
    uint32_t length)
{
	struct schema_error *one;

	if (r->errors == NULL)
		return false;
	one = fault_new(r, p, rule);
	if (one != NULL) {
		one->pointer = fault_pointer(r->arena, p, name, length);
		one->expected = "a value: it is required";
		one->got = "nothing";
	}
	return false;
}

static bool
check_name(struct run *r, const struct shape *s, struct path *p,
    const struct ep_node *m)
{
	struct ep_node name = { .type = EP_T_TEXT,
		.line = m->line,
		.column = m->column,
		.count = m->key_length,
		.text = m->key,
		.key = m->key,
		.key_length = m->key_length };
	struct path below = { p, &name, 0, p->is_secret, p->override };
	uint32_t before = r->errors != NULL ? r->errors->count : 0;

	if (check(r, s, &below))
		return true;
	/* the node on the stack must not outlive us */
	for (uint32_t i = before; r->errors != NULL && i < r->errors->count;
	     i++) {
		r->errors->items[i].at = m;
		r->errors->items[i].rule = "propertyNames";
	}
	return false;
}

static bool
check_member(struct run *r, const struct shape *s, struct path *p, uint32_t i,
    uint32_t name)
{
	const struct ep_node *m = p->node->u.items + i;
	const struct shape *own = name < s->properties.count
	    ? s->properties.list[name].shape
	    : NULL;
	bool ok = true, is_known = own != NULL;

	if (own != NULL)
		ok = check_child(r, own, p, m, i);
	for (uint32_t k = 0; k < s->n_patterns; k++) {
		if (pattern_match(r, s->patterns + k, m->key, m->key_length) <
		    0)
			continue;
		is_known = true;
		if (!check_child(r, s->patterns[k].shape, p, m, i))
			ok = false;
	}
	if (s->property_names != NULL &&
	    !check_name(r, s->property_names, p, m))
		ok = false;
	if (is_known || s->additional == NULL)
		return ok;
	if (s->additional->is_never)
		return unknown_member(r, s, p, m);
	return check_child(r, s->additional, p, m, i) && ok;
}

static bool
check_required(struct run *r, const struct shape *s, struct path *p,
    const uint64_t *seen)
{
	bool ok = true;

	for (uint32_t i = 0; i < s->properties.count; i++) {
		const struct name *n = s->properties.list + i;

		if (!n->is_required)
			continue;
		if (i < SEEN_WORDS * 64
			? (seen[i / 64] >> (i % 64) & 1) != 0
			: node_get_n(p->node, n->text, n->length) != NULL)
			continue;
		ok = missing(r, p, "required", n->text, n->length);
		if (r->errors == NULL)
			break;
	}
	return ok;
}

static bool
check_dependencies(struct run *r, const struct shape *s, struct path *p)
{
	bool ok = true;

	for (uint32_t i = 0; i < s->n_dependencies; i++) {
		const struct dependency *d = s->dependencies + i;

		if (node_get_n(p->node, d->name, d->length) == NULL)
			continue;
		for (uint32_t k = 0; k < d->needs->count; k++) {
			const struct ep_node *n = d->needs->u.items + k;

			if (node_get_n(p->node, n->text, n->count) == NULL)
				ok = missing(r, p, "dependentRequired", n->text,
				    n->count);
		}
	}
	return ok;
}

static bool
check_object(struct run *r, const struct shape *s, struct path *p)
{
	const struct ep_node *v = p->node;
	const struct names *names = &s->properties;
	uint64_t seen[SEEN_WORDS] = { 0 };
	uint32_t next = 0;
	bool ok = true;

	if (v->count < s->members.least)
		ok = fault_tell(r, p, "minProperties", "at least %u members",
		    s->members.least);
	if (v->count > s->members.most)
		ok = fault_tell(r, p, "maxProperties", "at most %u members",
		    s->members.most);
	for (uint32_t i = 0; i < v->count && (ok || r->errors != NULL); i++) {
		const struct ep_node *m = v->u.items + i;

		/* mostly they come in the order of the schema */
		if (next >= names->count ||
		    names->list[next].length != m->key_length ||
		    memcmp(names->list[next].text, m->key, m->key_length) != 0)
			next = names_find(names, m->key, m->key_length);
		if (next < names->count && next < SEEN_WORDS * 64)
			seen[next / 64] |= UINT64_C(1) << (next % 64);
		if (!check_member(r, s, p, i, next))
			ok = false;
		next++;
	}
	if (names->required > 0 && (ok || r->errors != NULL))
		ok = check_required(r, s, p, seen) && ok;
	return check_dependencies(r, s, p) && ok;
}

static bool
check_contains(struct run *r, const struct shape *s, struct path *p)
{
	struct schema_errors *errors = r->errors;
	uint32_t n = 0;

	r->errors = NULL;
	for (uint32_t i = 0; i < p->node->count; i++)
		n += check_child(r, s->contains, p, p->node->u.items + i, i);
	r->errors = errors;
	if (n < s->contained.least)
		return fault_tell(r, p,
		    s->contained.least == 1 ? "contains" : "minContains",
		    "at least %u element%s that fit%s `contains`",
		    s->contained.least, s->contained.least == 1 ? "" : "s",
		    s->contained.least == 1 ? "s" : "");
	if (n > s->contained.most)
		return fault_tell(r, p, "maxContains",
		    "at most %u elements that fit `contains`",
		    s->contained.most);
	return true;
}

static bool
check_array(struct run *r, const struct shape *s, struct path *p)
{
	const struct ep_node *v = p->node;
	uint32_t pair[2];
	bool ok = true;

	if (v->count < s->elements.least)
		ok = fault_tell(r, p, "minItems", "at least %u element%s",
		    s->elements.least, s->elements.least == 1 ? "" : "s");
	if (v->count > s->elements.most)
		ok = fault_tell(r, p, "maxItems", "at most %u element%s",
		    s->elements.most, s->elements.most == 1 ? "" : "s");
	for (uint32_t i = 0; i < v->count && (ok || r->errors != NULL); i++) {
		const struct shape *own = i < s->prefix.count
		    ? s->prefix.list[i]
		    : s->items;

		if (own != NULL && !check_child(r, own, p, v->u.items + i, i))
			ok = false;
	}
	if (s->contains != NULL && !check_contains(r, s, p))
		ok = false;
	if (s->is_unique && unique_find_twin(r->arena, v, pair))
		ok = fault_tell(r, p, "uniqueItems",
		    "elements that differ: %u and %u are equal", pair[0],
		    pair[1]);
	return ok;
}

/* ---------------------------------------------------------- alternatives */

static bool
passes(struct run *r, const struct shape *s, struct path *p)
{
	struct schema_errors *errors = r->errors;
	bool ok;

	r->errors = NULL;
	ok = check(r, s, p);
	r->errors = errors;
	return ok;
}

/* The types that a shape admits by itself or through its references. */
static uint32_t
admitted(const struct shape *s)
{
	while (s->types == 0 && s->ref != NULL)
		s = s->ref;
	return s->types;
}

/* What a single word or a range of integers admits; NULL for more. */
static const char *
plain_words(struct arena *a, const struct shape *s)
{
	const struct ep_node *least = node_get(s->node, "minimum");
	const struct ep_node *most = node_get(s->node, "maximum");

	if (s->constant != NULL && s->constant->type == EP_T_TEXT)
		return arena_format(a, "'%s'", s->constant->text);
	if (s->types != SHAPE_INTEGER || least == NULL || most == NULL ||
	    least->type != EP_T_INT || most->type != EP_T_INT)
		return NULL;
	return arena_format(a, "an integer from %" PRId64 " to %" PRId64,
	    least->u.integer, most->u.integer);
}

/* All of them in words, as far as one word or a range says it; NULL when one
 * needs more. */
static const char *
alternatives(struct run *r, const struct shape_list *list)
{
	const char *words = "";

	for (uint32_t i = 0; i < list->count; i++) {
		const char *one = plain_words(r->arena, list->list[i]);

		if (one == NULL)
			return NULL;
		words = arena_format(r->arena, "%s%s%s", words,
		    i == 0                    ? ""
			: i + 1 < list->count ? ", "
					      : " or ",
		    one);
	}
	return words;
}

/* All alternatives failed.  When the type leaves just one of them, its own
 * faults say more than "none of them"; when it leaves none, it is the type
 * that is wrong. */
static bool
no_alternative(struct run *r, const struct shape_list *list, const char *rule,
    struct path *p)
{
	const struct shape *only = NULL;
	uint32_t types = shape_types_of(p->node), all = 0, n = 0;
	const char *words;

	if (r->errors == NULL)
		return false;
	for (uint32_t i = 0; i < list->count; i++) {
		uint32_t own = admitted(list->list[i]);

		all |= own;
		if (own == 0 || (own & types) != 0) {
			only = list->list[i];
			n++;
		}
	}
	words = n == 1 && only->constant != NULL ? alternatives(r, list) : NULL;
	if (words != NULL)
		return fault_tell(r, p, "const", "%s", words);
	if (n == 1)
		return check(r, only, p);
	if (n == 0)
		return fault_tell(r, p, "type", "%s",
		    shape_types_words(r->arena, all));
	return fault_tell(r, p, rule,
	    "a value that fits one of %u alternatives", list->count);
}

static bool
check_any(struct run *r, const struct shape_list *list, struct path *p)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (passes(r, list->list[i], p))
			return true;
	return no_alternative(r, list, "anyOf", p);
}

static bool
check_one(struct run *r, const struct shape_list *list, struct path *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < list->count && n < 2; i++)
		n += passes(r, list->list[i], p);
	if (n == 1)
		return true;
	if (n == 0)
		return no_alternative(r, list, "oneOf", p);
	return fault_tell(r, p, "oneOf",
	    "a value that fits just one of %u alternatives, not several",
	    list->count);
}

static bool
check_logic(struct run *r, const struct shape *s, struct path *p)
{
	bool ok = s->ref == NULL || check(r, s->ref, p);

	for (uint32_t i = 0; i < s->all.count && (ok || r->errors != NULL); i++)
		if (!check(r, s->all.list[i], p))
			ok = false;
	if (s->any.count > 0 && !check_any(r, &s->any, p))
		ok = false;
	if (s->one.count > 0 && !check_one(r, &s->one, p))
		ok = false;
	if (s->negated != NULL && passes(r, s->negated, p))
		ok = fault_tell(r, p, "not", "a value that does not fit `not`");
	if (s->condition != NULL) {
		const struct shape *next = passes(r, s->condition, p)
		    ? s->then
		    : s->otherwise;

		if (next != NULL && !check(r, next, p))
			ok = false;
	}
	return ok;
}

static bool
check_groups(struct run *r, const struct shape *s, struct path *p)
{
	const struct ep_node *v = p->node;
	bool ok = true;

	switch (v->type) {
	case EP_T_OBJECT:
		ok = !(s->has & HAS_OBJECT) || check_object(r, s, p);
		break;
	case EP_T_ARRAY:
		ok = !(s->has & HAS_ARRAY) || check_array(r, s, p);
		break;
	case EP_T_TEXT:
		ok = !(s->has & HAS_TEXT) || value_check_text(r, s, p);
		break;
	case EP_T_INT:
	case EP_T_REAL:
		ok = !(s->has & HAS_NUMBER) || value_check_number(r, s, p);
		break;
	default:
		break;
	}
	if ((s->has & HAS_VALUE) && !value_check_choice(r, s, p))
		ok = false;
	if ((s->has & HAS_LOGIC) && (ok || r->errors != NULL) &&
	    !check_logic(r, s, p))
		ok = false;
	return ok;
}

/* Only whether a REAL is integral takes reading its digits. */
static bool
has_type(uint32_t types, const struct ep_node *v)
{
	if (v->type == EP_T_INT)
		return (types & (1u << EP_T_REAL | SHAPE_INTEGER)) != 0;
	if ((types & 1u << v->type) != 0)
		return true;
	return v->type == EP_T_REAL && (types & shape_types_of(v)) != 0;
}

static bool
check(struct run *r, const struct shape *s, struct path *p)
{
	const struct shape *override = p->override;
	bool is_secret = p->is_secret, ok;

	if (r->steps++ > STEPS_MOST)
		return fault_tell(r, p, "schema",
		    "a value that costs less to check");
	if (r->depth == SCHEMA_DEPTH)
		return fault_tell(r, p, "schema", "less nesting");
	r->depth++;
	if (s->error_http != 0)
		p->override = s;
	p->is_secret = is_secret || s->is_secret;
	if (s->is_never)
		ok = fault_tell(r, p, "false",
		    "nothing: no value is allowed here");
	else if (s->types != 0 && !has_type(s->types, p->node))
		ok = r->errors != NULL &&
		    fault_tell(r, p, "type", "%s",
			shape_types_words(r->arena, s->types));
	else
		ok = check_groups(r, s, p);
	p->override = override;
	p->is_secret = is_secret;
	r->depth--;
	return ok;
}

ep_status
schema_validate(const struct schema *s, const struct ep_node *value,
    struct arena *a, struct schema_errors *errors)
{
	struct run r = { .schema = s, .arena = a, .errors = errors };
	struct path top = { .node = value };

	EP_CHECK(s, SCHEMA_MAGIC);
	errors->status = EP_OK;
	errors->count = 0;
	errors->has_more = false;
	if (check(&r, s->root, &top))
		return EP_OK;
	if (r.has_bad_type) {
		errors->status = EP_INVALID;
		errors->code = "bad_type";
	} else if (r.override != NULL) {
		errors->status = r.override->error_status;
		errors->code = r.override->error_code;
	} else {
		errors->status = EP_REFUSED;
		errors->code = "invalid_input";
	}
	errors->http = status_http(errors->status);
	return errors->status;
}
