/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/shape.h"
#include "core/schema/spell.h"

#include <stddef.h>

#define DIALECT "https://json-schema.org/draft/2020-12/schema"
#define COMPILE_DEPTH 100
#define NAMES_MOST 20000
#define PATTERN_MOST 4096

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

#define BUCKETS 256

struct compiler {
	struct arena *arena;
	const struct ep_node *document;
	const char *file;
	struct err *err;
	struct schema *schema;
	struct known *known[BUCKETS];
	unsigned depth;
	bool is_standard; /* $schema was given: format is an annotation */
};

typedef ep_status keyword_fn(struct compiler *c, struct shape *s,
    const struct ep_node *value, const struct ep_node *node);

static ep_status compile(struct compiler *c, const struct ep_node *node,
    const struct shape **shape_out);

static ep_status
refuse(struct compiler *c, const struct ep_node *at, const char *words)
{
	return err_set(c->err, EP_INVALID, "bad_schema", "%s:%u:%u: %s%s%s",
	    c->file, at->line, (unsigned)at->column,
	    at->key != NULL ? at->key : "", at->key != NULL ? ": " : "", words);
}

static ep_status
sub(struct compiler *c, const struct ep_node *value, const struct shape **out)
{
	return compile(c, value, out);
}

/* ------------------------------------------------------------- values -- */

static ep_status
read_count(struct compiler *c, const struct ep_node *v, uint32_t *out)
{
	int64_t i = node_int(v, -1);

	if ((v->type != EP_T_INT && v->type != EP_T_REAL) || i < 0)
		return refuse(c, v, "expected a whole number from 0");
	*out = i > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)i;
	return EP_OK;
}

static ep_status
check_names(struct compiler *c, const struct ep_node *v)
{
	if (v->type != EP_T_ARRAY || v->count > NAMES_MOST)
		return refuse(c, v, "expected a list of names");
	for (uint32_t i = 0; i < v->count; i++)
		if (v->u.items[i].type != EP_T_TEXT)
			return refuse(c, v, "expected a list of names");
	return EP_OK;
}

static const struct {
	const char *name;
	uint32_t bits;
} type_rows[] = {
	{ "null", 1u << EP_T_NULL },
	{ "boolean", 1u << EP_T_BOOL },
	{ "integer", SHAPE_INTEGER },
	{ "number", 1u << EP_T_REAL | SHAPE_INTEGER },
	{ "string", 1u << EP_T_TEXT },
	{ "array", 1u << EP_T_ARRAY },
	{ "object", 1u << EP_T_OBJECT },
};

#define N_TYPES (sizeof type_rows / sizeof type_rows[0])

_Static_assert((SHAPE_INTEGER >> EP_T_OBJECT) > 1, "a bit of its own");

static ep_status
one_type(struct compiler *c, struct shape *s, const struct ep_node *v)
{
	const char *text = node_text(v, "");
	const char *words[N_TYPES], *near;

	for (size_t i = 0; i < N_TYPES; i++) {
		words[i] = type_rows[i].name;
		if (strcmp(text, words[i]) == 0) {
			s->types |= type_rows[i].bits;
			return EP_OK;
		}
	}
	near = spell_nearest(text, strlen(text), words, N_TYPES);
	return err_set(c->err, EP_INVALID, "bad_schema",
	    "%s:%u:%u: type: '%.40s' is not a type; %s%s%s", c->file, v->line,
	    (unsigned)v->column, text,
	    near != NULL ? "did you mean '"
			 : "expected null, boolean, integer, number, string, "
			   "array or object",
	    near != NULL ? near : "", near != NULL ? "'?" : "");
}

static ep_status
on_type(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_ARRAY)
		return one_type(c, s, v);
	if (v->count == 0)
		return refuse(c, v, "expected at least one type");
	for (uint32_t i = 0; i < v->count; i++)
		EP_TRY(one_type(c, s, v->u.items + i));
	return EP_OK;
}

static ep_status
on_const(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)c;
	(void)node;
	s->constant = v;
	s->has |= HAS_VALUE;
	return EP_OK;
}

static ep_status
on_enum(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_ARRAY)
		return refuse(c, v, "expected a list of values");
	s->choices = v;
	s->has |= HAS_VALUE;
	for (uint32_t i = 0; i < v->count; i++)
		if (v->u.items[i].type != EP_T_TEXT)
			return EP_OK;
	if (v->count > NAMES_MOST || v->count == 0)
		return EP_OK;
	s->texts.list = arena_array(c->arena, v->count, sizeof(struct name));
	for (uint32_t i = 0; i < v->count; i++)
		names_add(&s->texts, v->u.items[i].text, v->u.items[i].count);
	names_index(c->arena, &s->texts);
	return EP_OK;
}

/* ------------------------------------------------------------ patterns -- */

static void
free_code(void *code)
{
	pcre2_code_free(code);
}

static ep_status
make_pattern(struct compiler *c, const struct ep_node *at, const char *text,
    uint32_t length, struct pattern *p)
{
	uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX |
	    PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS |
	    PCRE2_NEVER_BACKSLASH_C;
	PCRE2_UCHAR words[120];
	PCRE2_SIZE where;
	int code;

	if (length > PATTERN_MOST)
		return refuse(c, at, "pattern is longer than 4096 bytes");
	p->text = text;
	p->code = pcre2_compile((PCRE2_SPTR)text, length, options, &code,
	    &where, NULL);
	if (p->code == NULL) {
		(void)pcre2_get_error_message(code, words, sizeof words);
		return err_set(c->err, EP_INVALID, "bad_schema",
		    "%s:%u:%u: pattern '%.80s': %s at character %zu", c->file,
		    at->line, (unsigned)at->column, text, (const char *)words,
		    where + 1);
	}
	arena_defer(c->arena, free_code, p->code);
	p->is_jit = pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE) == 0;
	return EP_OK;
}

static ep_status
on_pattern(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_TEXT)
		return refuse(c, v, "expected a regular expression as text");
	s->pattern = arena_alloc(c->arena, sizeof *s->pattern);
	s->has |= HAS_TEXT;
	return make_pattern(c, v, v->text, v->count, s->pattern);
}

static ep_status
on_format(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_TEXT)
		return refuse(c, v, "expected the name of a format");
	s->format_name = v->text;
	s->format = c->is_standard ? NULL : format_find(v->text);
	if (s->format != NULL)
		s->has |= HAS_TEXT;
	return EP_OK;
}

/* ------------------------------------------------------------- objects -- */

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
		return refuse(c, node, "too many properties");
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

static ep_status
on_properties(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	const struct ep_node *r = node_get(node, "required");

	if (v->type != EP_T_OBJECT)
		return refuse(c, v, "expected an object of schemas");
	if (r != NULL)
		EP_TRY(check_names(c, r));
	EP_TRY(make_names(c, s, node));
	s->has |= HAS_OBJECT;
	for (uint32_t i = 0; i < v->count; i++)
		EP_TRY(sub(c, v->u.items + i, &s->properties.list[i].shape));
	return EP_OK;
}

static ep_status
on_required(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	const struct ep_node *p = node_get(node, "properties");

	EP_TRY(check_names(c, v));
	if (p != NULL && p->type != EP_T_OBJECT)
		return refuse(c, p, "expected an object of schemas");
	s->has |= HAS_OBJECT;
	return make_names(c, s, node);
}

static ep_status
on_patterns(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_OBJECT)
		return refuse(c, v, "expected an object of schemas");
	s->has |= HAS_OBJECT;
	s->n_patterns = v->count;
	s->patterns = arena_array(c->arena, v->count, sizeof *s->patterns);
	for (uint32_t i = 0; i < v->count; i++) {
		const struct ep_node *m = v->u.items + i;

		EP_TRY(
		    make_pattern(c, m, m->key, m->key_length, s->patterns + i));
		EP_TRY(sub(c, m, &s->patterns[i].shape));
	}
	return EP_OK;
}

static ep_status
on_dependent(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_OBJECT)
		return refuse(c, v, "expected an object of lists of names");
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
on_count(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	return read_count(c, v, PLACE_OF(s, count_places, v->key));
}

static ep_status
on_shape(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	return sub(c, v, PLACE_OF(s, shape_places, v->key));
}

static ep_status
on_list(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	struct shape_list *list = PLACE_OF(s, list_places, v->key);

	(void)node;
	if (v->type != EP_T_ARRAY || v->count == 0)
		return refuse(c, v, "expected a list of at least one schema");
	list->list = arena_array(c->arena, v->count, sizeof(void *));
	list->count = v->count;
	for (uint32_t i = 0; i < v->count; i++)
		EP_TRY(sub(c, v->u.items + i, list->list + i));
	return EP_OK;
}

static ep_status
on_unique(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_BOOL)
		return refuse(c, v, "expected true or false");
	s->is_unique = node_bool(v, false);
	s->has |= HAS_ARRAY;
	return EP_OK;
}

static ep_status
on_defs(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	const struct shape *unused;

	(void)s;
	(void)node;
	if (v->type != EP_T_OBJECT)
		return refuse(c, v, "expected an object of schemas");
	for (uint32_t i = 0; i < v->count; i++)
		EP_TRY(sub(c, v->u.items + i, &unused));
	return EP_OK;
}

/* ------------------------------------------------------------- numbers -- */

static const struct bound bound_rows[] = {
	{ .rule = "minimum", .words = "at least" },
	{ .rule = "maximum", .words = "at most", .is_upper = true },
	{ .rule = "exclusiveMinimum", .words = "more than", .is_open = true },
	{ .rule = "exclusiveMaximum",
	    .words = "less than",
	    .is_upper = true,
	    .is_open = true },
};

static ep_status
on_bound(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	struct bound *b = s->bounds + s->n_bounds;

	(void)node;
	if (v->type != EP_T_INT && v->type != EP_T_REAL)
		return refuse(c, v, "expected a number");
	for (size_t i = 0; i < sizeof bound_rows / sizeof bound_rows[0]; i++)
		if (strcmp(bound_rows[i].rule, v->key) == 0)
			*b = bound_rows[i];
	b->node = v;
	decimal_read(&b->decimal, v);
	s->n_bounds++;
	s->has |= HAS_NUMBER;
	return EP_OK;
}

static ep_status
on_multiple(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_INT && v->type != EP_T_REAL)
		return refuse(c, v, "expected a number above 0");
	decimal_read(&s->unit, v);
	if (s->unit.count == 0 || s->unit.negative ||
	    s->unit.count > DECIMAL_UNIT)
		return refuse(c, v,
		    "expected a number above 0 of at most 18 digits");
	s->multiple = v;
	s->has |= HAS_NUMBER;
	return EP_OK;
}

/* ---------------------------------------------------- references and ours */

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One step of a pointer in a URI fragment: %xx first, then ~0 and ~1. */
static size_t
read_step(const char **p, char *out, size_t room)
{
	size_t n = 0;

	for (; **p != '\0' && **p != '/' && n + 1 < room; (*p)++) {
		char ch = **p;

		if (ch == '%' && hex((*p)[1]) >= 0 && hex((*p)[2]) >= 0) {
			ch = (char)(hex((*p)[1]) << 4 | hex((*p)[2]));
			*p += 2;
		}
		out[n++] = ch;
		if (n > 1 && out[n - 2] == '~' && (ch == '0' || ch == '1')) {
			out[n - 2] = ch == '0' ? '~' : '/';
			/* "~01" is "~1", not "/" */
			if (ch == '0' && (*p)[1] == '1') {
				out[n - 1] = '1';
				(*p)++;
			} else {
				n--;
			}
		}
	}
	return n;
}

static const struct ep_node *
follow(const struct ep_node *from, const char *pointer)
{
	char step[512];

	while (from != NULL && *pointer == '/') {
		size_t n;
		uint32_t index = 0;

		pointer++;
		n = read_step(&pointer, step, sizeof step);
		if (*pointer != '/' && *pointer != '\0')
			return NULL;
		if (from->type != EP_T_ARRAY) {
			from = node_get_n(from, step, n);
			continue;
		}
		if (n == 0 || n > 8)
			return NULL;
		for (size_t i = 0; i < n; i++) {
			if (step[i] < '0' || step[i] > '9')
				return NULL;
			index = index * 10 + (uint32_t)(step[i] - '0');
		}
		from = node_at(from, index);
	}
	return *pointer == '\0' ? from : NULL;
}

static ep_status
on_ref(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	const struct ep_node *target;

	(void)node;
	if (v->type != EP_T_TEXT || v->text[0] != '#' ||
	    (v->text[1] != '\0' && v->text[1] != '/'))
		return refuse(c, v,
		    "expected a pointer within this document, as in "
		    "'#/$defs/name'; other documents are not fetched");
	target = follow(c->document, v->text + 1);
	if (target == NULL)
		return err_set(c->err, EP_INVALID, "bad_schema",
		    "%s:%u:%u: $ref: nothing stands at '%.160s'", c->file,
		    v->line, (unsigned)v->column, v->text);
	s->has |= HAS_LOGIC;
	return sub(c, target, &s->ref);
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
		return refuse(c, v,
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
		return refuse(c, v, "expected '" DIALECT "', at the top only");
	return EP_OK;
}

static ep_status
on_refused(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)s;
	(void)node;
	return refuse(c, v,
	    v->key[0] == '$' ? "is outside the supported subset; refer by "
			       "'$ref: \"#/…\"' within the document"
			     : "is outside the supported subset of JSON "
			       "Schema 2020-12");
}

static const struct keyword {
	const char *name;
	keyword_fn *run;
} keywords[] = {
	{ "type", on_type },
	{ "enum", on_enum },
	{ "const", on_const },
	{ "properties", on_properties },
	{ "required", on_required },
	{ "additionalProperties", on_shape },
	{ "patternProperties", on_patterns },
	{ "propertyNames", on_shape },
	{ "minProperties", on_count },
	{ "maxProperties", on_count },
	{ "dependentRequired", on_dependent },
	{ "items", on_shape },
	{ "prefixItems", on_list },
	{ "contains", on_shape },
	{ "minContains", on_count },
	{ "maxContains", on_count },
	{ "minItems", on_count },
	{ "maxItems", on_count },
	{ "uniqueItems", on_unique },
	{ "minLength", on_count },
	{ "maxLength", on_count },
	{ "pattern", on_pattern },
	{ "format", on_format },
	{ "minimum", on_bound },
	{ "maximum", on_bound },
	{ "exclusiveMinimum", on_bound },
	{ "exclusiveMaximum", on_bound },
	{ "multipleOf", on_multiple },
	{ "allOf", on_list },
	{ "anyOf", on_list },
	{ "oneOf", on_list },
	{ "not", on_shape },
	{ "if", on_shape },
	{ "then", on_shape },
	{ "else", on_shape },
	{ "$ref", on_ref },
	{ "$defs", on_defs },
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

static ep_status
compile(struct compiler *c, const struct ep_node *node,
    const struct shape **shape_out)
{
	struct known *k = begin(c, node);
	struct shape *s = k->shape;

	if (s != NULL) {
		*shape_out = s;
		return EP_OK;
	}
	if (node->type != EP_T_OBJECT && node->type != EP_T_BOOL)
		return refuse(c, node, "expected a schema (an object)");
	if (++c->depth > COMPILE_DEPTH)
		return refuse(c, node, "schema is nested too deeply");
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
				return refuse(c, k->node,
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
	EP_TRY(compile(&c, at, &s->root));
	EP_TRY(check_circles(&c));
	*schema_out = s;
	return EP_OK;
}
