/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/compile.h"
#include "core/schema/spell.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"
#define COMPILE_DEPTH 100

/* A shape begun for a node, so that a reference can come back to it. */
struct known {
	const struct ep_node *node;
	struct shape *shape;

	enum {
		NEW,
		OPEN,
		DONE
	} mark; /* of the search for circles */
	struct known *next;
};

ep_status
compile_refuse(struct compiler *c, const struct ep_node *at, const char *words)
{
	return err_set(c->err, EP_INVALID, "bad_schema", "%s:%u:%u: %s%s%s",
	    c->file, at->line, (unsigned)at->column,
	    at->key != NULL ? at->key : "", at->key != NULL ? ": " : "", words);
}

/* ---------------------------------------------------- references and ours */

static ep_status
on_ref(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	const struct ep_node *target;

	(void)node;
	if (v->type != EP_T_TEXT || v->text[0] != '#' ||
	    (v->text[1] != '\0' && v->text[1] != '/'))
		return compile_refuse(c, v,
		    "expected a pointer within this document, as in "
		    "'#/$defs/name'; other documents are not fetched");
	target = reference_find(c->document, v->text + 1);
	if (target == NULL)
		return err_set(c->err, EP_INVALID, "bad_schema",
		    "%s:%u:%u: $ref: nothing stands at '%.160s'", c->file,
		    v->line, (unsigned)v->column, v->text);
	s->has |= HAS_LOGIC;
	return compile_shape(c, target, &s->ref);
}

static ep_status
on_error(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	int64_t http = node_int(node_get(v, "status"), 0);
	const char *code = node_text(node_get(v, "error"), NULL);

	(void)node;
	for (ep_status e = EP_STATUS_COUNT - 1; e > EP_OK; e--)
		if (status_http(e) == http)
			s->error_status = e;
	if (v->type != EP_T_OBJECT || code == NULL || v->count != 2 ||
	    s->error_status == EP_OK || http < 400 || http > 499)
		return compile_refuse(c, v,
		    "expected {status: 400, 403, 404, 409, 412, 413, 422 or "
		    "429, error: a code in snake_case}");
	s->error_http = (int)http;
	s->error_code = code;
	return EP_OK;
}

static ep_status
on_class(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)c;
	(void)node;
	(void)v;
	s->is_secret = true;
	return EP_OK;
}

static ep_status
on_default(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)c;
	(void)node;
	s->filling = v;
	return EP_OK;
}

static ep_status
on_note(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)c;
	(void)s;
	(void)v;
	(void)node;
	return EP_OK;
}

static ep_status
on_dialect(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)s;
	(void)node;
	if (c->depth != 1 || strcmp(node_text(v, ""), DIALECT) != 0)
		return compile_refuse(c, v,
		    "expected '" DIALECT "', at the top only");
	return EP_OK;
}

static ep_status
on_refused(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)s;
	(void)node;
	return compile_refuse(c, v,
	    v->key[0] == '$' ? "is outside the supported subset; refer by "
			       "'$ref: \"#/…\"' within the document"
			     : "is outside the supported subset of JSON "
			       "Schema 2020-12");
}

static const struct keyword {
	const char *name;
	keyword_fn *run;
} keywords[] = {
	{ "type", keyword_type },
	{ "enum", keyword_enum },
	{ "const", keyword_const },
	{ "properties", keyword_properties },
	{ "required", keyword_required },
	{ "additionalProperties", keyword_shape },
	{ "patternProperties", keyword_patterns },
	{ "propertyNames", keyword_shape },
	{ "minProperties", keyword_count },
	{ "maxProperties", keyword_count },
	{ "dependentRequired", keyword_dependent },
	{ "items", keyword_shape },
	{ "prefixItems", keyword_list },
	{ "contains", keyword_shape },
	{ "minContains", keyword_count },
	{ "maxContains", keyword_count },
	{ "minItems", keyword_count },
	{ "maxItems", keyword_count },
	{ "uniqueItems", keyword_unique },
	{ "minLength", keyword_count },
	{ "maxLength", keyword_count },
	{ "pattern", keyword_pattern },
	{ "format", keyword_format },
	{ "minimum", keyword_bound },
	{ "maximum", keyword_bound },
	{ "exclusiveMinimum", keyword_bound },
	{ "exclusiveMaximum", keyword_bound },
	{ "multipleOf", keyword_multiple },
	{ "allOf", keyword_list },
	{ "anyOf", keyword_list },
	{ "oneOf", keyword_list },
	{ "not", keyword_shape },
	{ "if", keyword_shape },
	{ "then", keyword_shape },
	{ "else", keyword_shape },
	{ "$ref", on_ref },
	{ "$defs", keyword_defs },
	{ "default", on_default },
	{ "title", on_note },
	{ "description", on_note },
	{ "examples", on_note },
	{ "deprecated", on_note },
	{ "readOnly", on_note },
	{ "writeOnly", on_note },
	{ "$comment", on_note },
	{ "$schema", on_dialect },
	{ "x-entrepot-error", on_error },
	{ "x-entrepot-class", on_class },
};

#define N_KEYWORDS (sizeof keywords / sizeof keywords[0])

static const char *const refused[] = { "$id", "$anchor", "$dynamicRef",
	"$dynamicAnchor", "$vocabulary", "unevaluatedProperties",
	"unevaluatedItems", "dependentSchemas", "contentMediaType",
	"contentEncoding", "contentSchema" };

static ep_status
on_unknown(struct compiler *c, const struct ep_node *v)
{
	const char *words[N_KEYWORDS], *near;

	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (strcmp(refused[i], v->key) == 0)
			return on_refused(c, NULL, v, NULL);
	for (size_t i = 0; i < N_KEYWORDS; i++)
		words[i] = keywords[i].name;
	near = spell_nearest(v->key, v->key_length, words, N_KEYWORDS);
	return err_set(c->err, EP_INVALID, "bad_schema",
	    "%s:%u:%u: unknown keyword '%.60s'%s%s%s", c->file, v->line,
	    (unsigned)v->column, v->key, near != NULL ? "; did you mean '" : "",
	    near != NULL ? near : "", near != NULL ? "'?" : "");
}

static ep_status
compile_keyword(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	for (size_t i = 0; i < N_KEYWORDS; i++)
		if (strcmp(keywords[i].name, v->key) == 0)
			return keywords[i].run(c, s, v, node);
	if (strncmp(v->key, "x-", 2) == 0)
		return EP_OK;
	return on_unknown(c, v);
}

static struct known *
begin(struct compiler *c, const struct ep_node *node)
{
	size_t h = ((uintptr_t)node / sizeof *node) % BUCKETS;
	struct known *k;

	for (k = c->known[h]; k != NULL; k = k->next)
		if (k->node == node)
			return k;
	k = arena_alloc(c->arena, sizeof *k);
	k->node = node;
	k->next = c->known[h];
	c->known[h] = k;
	return k;
}

ep_status
compile_shape(struct compiler *c, const struct ep_node *node,
    const struct shape **shape_out)
{
	struct known *k = begin(c, node);
	struct shape *s = k->shape;

	if (s != NULL) {
		*shape_out = s;
		return EP_OK;
	}
	if (node->type != EP_T_OBJECT && node->type != EP_T_BOOL)
		return compile_refuse(c, node, "expected a schema (an object)");
	if (++c->depth > COMPILE_DEPTH)
		return compile_refuse(c, node, "schema is nested too deeply");
	s = k->shape = arena_alloc(c->arena, sizeof *s);
	*shape_out = s;
	s->node = node;
	s->is_never = node->type == EP_T_BOOL && !node_bool(node, false);
	s->members.most = s->elements.most = s->length.most =
	    s->contained.most = UINT32_MAX;
	s->contained.least = 1;
	for (uint32_t i = 0; node->type == EP_T_OBJECT && i < node->count; i++)
		EP_TRY(compile_keyword(c, s, node->u.items + i, node));
	c->depth--;
	return EP_OK;
}

/* ------------------------------------------------- references in a circle */

static bool comes_back(struct compiler *c, const struct shape *s);

static bool
list_comes_back(struct compiler *c, const struct shape_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (comes_back(c, list->list[i]))
			return true;
	return false;
}

/* A schema that applies itself to the same value would never end. */
static bool
comes_back(struct compiler *c, const struct shape *s)
{
	struct known *k;
	bool back;

	if (s == NULL)
		return false;
	k = begin(c, s->node);
	if (k->mark != NEW)
		return k->mark == OPEN;
	k->mark = OPEN;
	back = comes_back(c, s->ref) || comes_back(c, s->negated) ||
	    comes_back(c, s->condition) || comes_back(c, s->then) ||
	    comes_back(c, s->otherwise) || list_comes_back(c, &s->all) ||
	    list_comes_back(c, &s->any) || list_comes_back(c, &s->one);
	k->mark = DONE;
	return back;
}

static ep_status
check_circles(struct compiler *c)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (const struct known *k = c->known[i]; k != NULL;
		     k = k->next)
			if (comes_back(c, k->shape))
				return compile_refuse(c, k->node,
				    "schema applies itself to the same value "
				    "without end");
	return EP_OK;
}

static void
free_matching(void *arg)
{
	struct schema *s = arg;

	pcre2_match_data_free(s->match);
	pcre2_match_context_free(s->limits);
}

ep_status
schema_compile(struct arena *a, const struct ep_node *document,
    const struct ep_node *at, const char *file, struct schema **schema_out,
    struct err *err)
{
	struct compiler c = { .arena = a,
		.document = document,
		.file = file,
		.err = err };
	struct schema *s = arena_alloc(a, sizeof *s);

	s->magic = SCHEMA_MAGIC;
	s->match = pcre2_match_data_create(1, NULL);
	s->limits = pcre2_match_context_create(NULL);
	EP_ASSERT(s->match != NULL && s->limits != NULL);
	(void)pcre2_set_match_limit(s->limits, 200000);
	(void)pcre2_set_depth_limit(s->limits, 10000);
	(void)pcre2_set_heap_limit(s->limits, 1024); /* KiB */
	arena_defer(a, free_matching, s);
	c.schema = s;
	c.is_standard = node_get(at, "$schema") != NULL;
	EP_TRY(compile_shape(&c, at, &s->root));
	EP_TRY(check_circles(&c));
	*schema_out = s;
	return EP_OK;
}
