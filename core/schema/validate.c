/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/shape.h"
#include "core/schema/spell.h"

#include <stdio.h>

/* Alternatives within alternatives can multiply: what one validation may
 * cost, in shapes applied. */
#define STEPS_MOST 4000000u

#define SEEN_WORDS 8 /* of 64 names each, that are noted while walking */

/* Where we are in the value; one for each level, on the stack. */
struct path {
	const struct path *up;
	const struct ep_node *node;
	uint32_t index; /* in the array above */
	bool is_secret;
	const struct shape *override; /* whose x-entrepot-error is in force */
};

struct run {
	const struct schema *schema;
	struct arena *arena;
	struct schema_errors *errors; /* NULL: only the answer is wanted */
	uint32_t steps;
	unsigned depth;
	bool has_bad_type;
	const struct shape *override; /* of the first fault that had one */
};

static bool check(struct run *r, const struct shape *s, struct path *p);

/* ------------------------------------------------------------- telling -- */

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
static const char *
pointer_of(struct arena *a, const struct path *p, const char *more, size_t n)
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

static const char *
words_of(struct arena *a, const struct ep_node *v)
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

/* Room for one more fault, with what all faults have; NULL: not wanted. */
static struct schema_error *
fault(struct run *r, const struct path *p, const char *rule)
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
	one->pointer = pointer_of(r->arena, p, NULL, 0);
	if (!p->is_secret && !(p->node->flags & NODE_SECRET))
		one->got = words_of(r->arena, p->node);
	return one;
}

/* Always false, so that a failing rule reads "ok = fail(…)". */
EP_PRINTF(4, 5)

static bool
fail(struct run *r, const struct path *p, const char *rule, const char *format,
    ...)
{
	struct schema_error *one;
	va_list ap;

	if (r->errors == NULL)
		return false;
	one = fault(r, p, rule);
	if (one != NULL) {
		va_start(ap, format);
		one->expected = arena_vformat(r->arena, format, ap);
		va_end(ap);
	}
	return false;
}

/* ------------------------------------------------------- text and number */

static uint32_t
code_points(const struct ep_node *v)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < v->count; i++)
		n += ((unsigned char)v->text[i] & 0xc0) != 0x80;
	return n;
}

static int
match(const struct run *r, const struct pattern *p, const char *text, size_t n)
{
	const struct schema *s = r->schema;

	if (p->is_jit)
		return pcre2_jit_match(p->code, (PCRE2_SPTR)text, n, 0, 0,
		    s->match, s->limits);
	return pcre2_match(p->code, (PCRE2_SPTR)text, n, 0, PCRE2_NO_UTF_CHECK,
	    s->match, s->limits);
}

static bool
check_length(struct run *r, const struct limits *l, struct path *p)
{
	uint32_t bytes = p->node->count, n;

	if (bytes <= l->most && bytes / 4 >= l->least)
		return true;
	n = code_points(p->node);
	if (n < l->least)
		return fail(r, p, "minLength", "at least %u character%s",
		    l->least, l->least == 1 ? "" : "s");
	if (n > l->most)
		return fail(r, p, "maxLength", "at most %u character%s",
		    l->most, l->most == 1 ? "" : "s");
	return true;
}

static bool
check_text(struct run *r, const struct shape *s, struct path *p)
{
	const struct ep_node *v = p->node;
	bool ok = check_length(r, &s->length, p);
	int found;

	if (s->pattern != NULL && (ok || r->errors != NULL)) {
		found = match(r, s->pattern, v->text, v->count);
		if (found == PCRE2_ERROR_NOMATCH)
			ok = fail(r, p, "pattern", "text that matches %.120s",
			    s->pattern->text);
		else if (found < 0)
			ok = fail(r, p, "pattern",
			    "text that can be matched with %.120s in "
			    "reasonable time",
			    s->pattern->text);
	}
	if (s->format != NULL && !s->format(v->text, v->count))
		ok = fail(r, p, "format", "text in the format %.40s",
		    s->format_name);
	return ok;
}

static int
compare(const struct ep_node *v, const struct bound *b)
{
	struct decimal d;

	if (v->type == EP_T_INT && b->node->type == EP_T_INT)
		return (v->u.integer > b->node->u.integer) -
		    (v->u.integer < b->node->u.integer);
	decimal_read(&d, v);
	return decimal_compare(&d, &b->decimal);
}

static bool
check_number(struct run *r, const struct shape *s, struct path *p)
{
	struct decimal d;
	bool ok = true;

	for (uint32_t i = 0; i < s->n_bounds; i++) {
		const struct bound *b = s->bounds + i;
		int order = compare(p->node, b);

		if (b->is_upper)
			order = -order;
		if (order > 0 || (order == 0 && !b->is_open))
			continue;
		ok = r->errors != NULL &&
		    fail(r, p, b->rule, "%s %s", b->words,
			words_of(r->arena, b->node));
	}
	if (s->multiple == NULL)
		return ok;
	decimal_read(&d, p->node);
	if (!decimal_is_multiple(&d, &s->unit))
		ok = r->errors != NULL &&
		    fail(r, p, "multipleOf", "a multiple of %s",
			words_of(r->arena, s->multiple));
	return ok;
}

static const char *
choices_words(struct arena *a, const struct ep_node *choices)
{
	const char *words = "";

	for (uint32_t i = 0; i < choices->count && i < 12; i++)
		words = arena_format(a, "%s%s%s", words, i > 0 ? ", " : "",
		    words_of(a, choices->u.items + i));
	return choices->count > 12
	    ? arena_format(a, "%s … (%u in all)", words, choices->count)
	    : words;
}

static bool
is_choice(const struct shape *s, const struct ep_node *v)
{
	if (s->texts.list != NULL)
		return v->type == EP_T_TEXT &&
		    names_find(&s->texts, v->text, v->count) < s->texts.count;
	for (uint32_t i = 0; i < s->choices->count; i++)
		if (node_equal(s->choices->u.items + i, v))
			return true;
	return false;
}

static const char *
nearest_choice(const struct shape *s, const struct ep_node *v)
{
	const char *words[32];
	uint32_t n = 0;

	for (; n < s->texts.count && n < 32; n++)
		words[n] = s->texts.list[n].text;
	return v->type == EP_T_TEXT ? spell_nearest(v->text, v->count, words, n)
				    : NULL;
}

static bool
check_value(struct run *r, const struct shape *s, struct path *p)
{
	bool ok = true;

	if (s->constant != NULL && !node_equal(s->constant, p->node))
		ok = r->errors != NULL &&
		    fail(r, p, "const", "%s", words_of(r->arena, s->constant));
	if (s->choices == NULL || is_choice(s, p->node))
		return ok;
	if (r->errors == NULL)
		return false;
	(void)fail(r, p, "enum", "one of %s",
	    choices_words(r->arena, s->choices));
	if (!r->errors->has_more && s->texts.list != NULL)
		r->errors->items[r->errors->count - 1].hint = nearest_choice(s,
		    p->node);
	return false;
}

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
	one = fault(r, &below, "additionalProperties");
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
	one = fault(r, p, rule);
	if (one != NULL) {
		one->pointer = pointer_of(r->arena, p, name, length);
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
		if (match(r, s->patterns + k, m->key, m->key_length) < 0)
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
		ok = fail(r, p, "minProperties", "at least %u members",
		    s->members.least);
	if (v->count > s->members.most)
		ok = fail(r, p, "maxProperties", "at most %u members",
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
		return fail(r, p,
		    s->contained.least == 1 ? "contains" : "minContains",
		    "at least %u element%s that fit%s `contains`",
		    s->contained.least, s->contained.least == 1 ? "" : "s",
		    s->contained.least == 1 ? "s" : "");
	if (n > s->contained.most)
		return fail(r, p, "maxContains",
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
		ok = fail(r, p, "minItems", "at least %u element%s",
		    s->elements.least, s->elements.least == 1 ? "" : "s");
	if (v->count > s->elements.most)
		ok = fail(r, p, "maxItems", "at most %u element%s",
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
		ok = fail(r, p, "uniqueItems",
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

/* All alternatives failed.  When the type leaves just one of them, its own
 * faults say more than "none of them"; when it leaves none, it is the type
 * that is wrong. */
static bool
no_alternative(struct run *r, const struct shape_list *list, const char *rule,
    struct path *p)
{
	const struct shape *only = NULL;
	uint32_t types = shape_types_of(p->node), all = 0, n = 0;

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
	if (n == 1)
		return check(r, only, p);
	if (n == 0)
		return fail(r, p, "type", "%s",
		    shape_types_words(r->arena, all));
	return fail(r, p, rule, "a value that fits one of %u alternatives",
	    list->count);
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
	return fail(r, p, "oneOf",
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
		ok = fail(r, p, "not", "a value that does not fit `not`");
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
		ok = !(s->has & HAS_TEXT) || check_text(r, s, p);
		break;
	case EP_T_INT:
	case EP_T_REAL:
		ok = !(s->has & HAS_NUMBER) || check_number(r, s, p);
		break;
	default:
		break;
	}
	if ((s->has & HAS_VALUE) && !check_value(r, s, p))
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
		return fail(r, p, "schema", "a value that costs less to check");
	if (r->depth == SCHEMA_DEPTH)
		return fail(r, p, "schema", "less nesting");
	r->depth++;
	if (s->error_http != 0)
		p->override = s;
	p->is_secret = is_secret || s->is_secret;
	if (s->is_never)
		ok = fail(r, p, "false", "nothing: no value is allowed here");
	else if (s->types != 0 && !has_type(s->types, p->node))
		ok = r->errors != NULL &&
		    fail(r, p, "type", "%s",
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
