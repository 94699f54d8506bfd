/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/schema/spell.h"
#include "core/schema/validate.h"

static uint32_t
code_points(const struct ep_node *v)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < v->count; i++)
		n += ((unsigned char)v->text[i] & 0xc0) != 0x80;
	return n;
}

int
pattern_match(const struct run *r, const struct pattern *p, const char *text,
    size_t n)
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
		return fault_tell(r, p, "minLength", "at least %u character%s",
		    l->least, l->least == 1 ? "" : "s");
	if (n > l->most)
		return fault_tell(r, p, "maxLength", "at most %u character%s",
		    l->most, l->most == 1 ? "" : "s");
	return true;
}

bool
value_check_text(struct run *r, const struct shape *s, struct path *p)
{
	const struct ep_node *v = p->node;
	bool ok = check_length(r, &s->length, p);
	int found;

	if (s->pattern != NULL && (ok || r->errors != NULL)) {
		found = pattern_match(r, s->pattern, v->text, v->count);
		if (found == PCRE2_ERROR_NOMATCH)
			ok = fault_tell(r, p, "pattern",
			    "text that matches %.120s", s->pattern->text);
		else if (found < 0)
			ok = fault_tell(r, p, "pattern",
			    "text that can be matched with %.120s in "
			    "reasonable time",
			    s->pattern->text);
	}
	if (s->format != NULL && !s->format(v->text, v->count))
		ok = fault_tell(r, p, "format", "text in the format %.40s",
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

bool
value_check_number(struct run *r, const struct shape *s, struct path *p)
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
		    fault_tell(r, p, b->rule, "%s %s", b->words,
			fault_words(r->arena, b->node));
	}
	if (s->multiple == NULL)
		return ok;
	decimal_read(&d, p->node);
	if (!decimal_is_multiple(&d, &s->unit))
		ok = r->errors != NULL &&
		    fault_tell(r, p, "multipleOf", "a multiple of %s",
			fault_words(r->arena, s->multiple));
	return ok;
}

static const char *
choices_words(struct arena *a, const struct ep_node *choices)
{
	const char *words = "";

	for (uint32_t i = 0; i < choices->count && i < 12; i++)
		words = arena_format(a, "%s%s%s", words, i > 0 ? ", " : "",
		    fault_words(a, choices->u.items + i));
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

bool
value_check_choice(struct run *r, const struct shape *s, struct path *p)
{
	bool ok = true;

	if (s->constant != NULL && !node_equal(s->constant, p->node))
		ok = r->errors != NULL &&
		    fault_tell(r, p, "const", "%s",
			fault_words(r->arena, s->constant));
	if (s->choices == NULL || is_choice(s, p->node))
		return ok;
	if (r->errors == NULL)
		return false;
	(void)fault_tell(r, p, "enum", "one of %s",
	    choices_words(r->arena, s->choices));
	if (!r->errors->has_more && s->texts.list != NULL)
		r->errors->items[r->errors->count - 1].hint = nearest_choice(s,
		    p->node);
	return false;
}
