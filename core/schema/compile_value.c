/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/compile.h"
#include "core/schema/spell.h"

#define PATTERN_MOST 4096

/* ------------------------------------------------------------- values -- */

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

ep_status
keyword_type(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_ARRAY)
		return one_type(c, s, v);
	if (v->count == 0)
		return compile_refuse(c, v, "expected at least one type");
	for (uint32_t i = 0; i < v->count; i++)
		EP_TRY(one_type(c, s, v->u.items + i));
	return EP_OK;
}

ep_status
keyword_const(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)c;
	(void)node;
	s->constant = v;
	s->has |= HAS_VALUE;
	return EP_OK;
}

ep_status
keyword_enum(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_ARRAY)
		return compile_refuse(c, v, "expected a list of values");
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

ep_status
pattern_compile(struct compiler *c, const struct ep_node *at, const char *text,
    uint32_t length, struct pattern *p)
{
	uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX |
	    PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS |
	    PCRE2_NEVER_BACKSLASH_C;
	PCRE2_UCHAR words[120];
	PCRE2_SIZE where;
	int code;

	if (length > PATTERN_MOST)
		return compile_refuse(c, at,
		    "pattern is longer than 4096 bytes");
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

ep_status
keyword_pattern(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_TEXT)
		return compile_refuse(c, v,
		    "expected a regular expression as text");
	s->pattern = arena_alloc(c->arena, sizeof *s->pattern);
	s->has |= HAS_TEXT;
	return pattern_compile(c, v, v->text, v->count, s->pattern);
}

ep_status
keyword_format(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_TEXT)
		return compile_refuse(c, v, "expected the name of a format");
	s->format_name = v->text;
	s->format = c->is_standard ? NULL : format_find(v->text);
	if (s->format != NULL)
		s->has |= HAS_TEXT;
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

ep_status
keyword_bound(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	struct bound *b = s->bounds + s->n_bounds;

	(void)node;
	if (v->type != EP_T_INT && v->type != EP_T_REAL)
		return compile_refuse(c, v, "expected a number");
	for (size_t i = 0; i < sizeof bound_rows / sizeof bound_rows[0]; i++)
		if (strcmp(bound_rows[i].rule, v->key) == 0)
			*b = bound_rows[i];
	b->node = v;
	decimal_read(&b->decimal, v);
	s->n_bounds++;
	s->has |= HAS_NUMBER;
	return EP_OK;
}

ep_status
keyword_multiple(struct compiler *c, struct shape *s, const struct ep_node *v,
    const struct ep_node *node)
{
	(void)node;
	if (v->type != EP_T_INT && v->type != EP_T_REAL)
		return compile_refuse(c, v, "expected a number above 0");
	decimal_read(&s->unit, v);
	if (s->unit.count == 0 || s->unit.negative ||
	    s->unit.count > DECIMAL_UNIT)
		return compile_refuse(c, v,
		    "expected a number above 0 of at most 18 digits");
	s->multiple = v;
	s->has |= HAS_NUMBER;
	return EP_OK;
}
