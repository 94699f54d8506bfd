/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/template.h"

#include "core/base/utf8.h"

#include <string.h>

enum tag_kind {
	TAG_VALUE,
	TAG_OPEN,
	TAG_UNLESS,
	TAG_CLOSE,
	TAG_COMMENT
};

struct tag {
	enum tag_kind kind;
	const char *name;
	size_t length;
	const char *start; /* of what it replaces: its line if it is alone */
	const char *end;
};

struct writer {
	struct buf *out;
	const char *first; /* of the whole text */
	const char *end;
	const struct ep_node *scope[TEMPLATE_DEPTH];
	unsigned depth;
	bool keeps; /* the blanks that indent */
};

/* -------------------------------------------------------------- escaping */

static const char *
reference(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* Control characters are no text in HTML, but for these; U+007F to U+009F
 * neither. */
static bool
is_text(const char *p, size_t n)
{
	unsigned char c = (unsigned char)p[0];

	if (n == 1)
		return c >= 0x20 ? c != 0x7f : c == '\t' || c == '\n';
	return n != 2 || c != 0xc2 || (unsigned char)p[1] >= 0xa0;
}

void
template_escape(struct buf *out, const char *text, size_t length)
{
	const char *p = text, *end = text + length;

	while (p < end) {
		size_t n = utf8_length(p, end);
		const char *word = n == 1 ? reference(*p) : NULL;

		if (word != NULL)
			buf_text(out, word);
		else if (n == 0 || !is_text(p, n))
			buf_text(out, "\xef\xbf\xbd");
		else
			buf_append(out, p, n);
		p += n > 0 ? n : 1;
	}
}

/* ---------------------------------------------------------------- values */

static const struct ep_node *
find(const struct writer *w, const char *name, size_t length)
{
	const char *dot = memchr(name, '.', length);
	size_t head = dot != NULL ? (size_t)(dot - name) : length;
	const struct ep_node *n = NULL;

	if (length == 1 && dot != NULL)
		return w->scope[w->depth - 1];
	for (unsigned i = w->depth; i > 0 && n == NULL; i--)
		n = node_get_n(w->scope[i - 1], name, head);
	while (n != NULL && dot != NULL) {
		const char *rest = dot + 1;
		size_t left = (size_t)(name + length - rest);

		dot = memchr(rest, '.', left);
		n = node_get_n(n, rest,
		    dot != NULL ? (size_t)(dot - rest) : left);
	}
	return n;
}

static bool
is_something(const struct ep_node *n)
{
	if (n == NULL || n->type == EP_T_NULL)
		return false;
	if (n->type == EP_T_BOOL)
		return n->u.integer != 0;
	if (n->type == EP_T_TEXT || n->type == EP_T_ARRAY)
		return n->count > 0;
	return true;
}

static void
write_value(struct writer *w, const struct ep_node *n)
{
	if (n == NULL)
		return;
	if (n->type == EP_T_TEXT)
		template_escape(w->out, n->text, n->count);
	else if (n->type == EP_T_INT)
		buf_decimal(w->out, n->u.integer);
}

/* ------------------------------------------------------------------ tags */

static void
trim(const char **p, size_t *length)
{
	while (*length > 0 && (*p)[0] == ' ') {
		(*p)++;
		(*length)--;
	}
	while (*length > 0 && (*p)[*length - 1] == ' ')
		(*length)--;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A section's tag that is alone on its line takes the line with it. */
static void
take_line(const struct writer *w, struct tag *t)
{
	const char *left = t->start, *right = t->end;

	while (left > w->first && is_blank(left[-1]))
		left--;
	while (right < w->end && is_blank(*right))
		right++;
	if ((left > w->first && left[-1] != '\n') || right == w->end ||
	    *right != '\n')
		return;
	t->start = left;
	t->end = right + 1;
}

/* The first tag from p on; false: there is none before end. */
static bool
next_tag(const struct writer *w, const char *p, const char *end, struct tag *t)
{
	static const char marks[] = "#^/!";
	const char *open = memmem(p, (size_t)(end - p), "{{", 2), *close;
	const char *mark;

	if (open == NULL)
		return false;
	close = memmem(open, (size_t)(end - open), "}}", 2);
	EP_ASSERT(close != NULL && close > open + 2);
	t->start = open;
	t->end = close + 2;
	t->name = open + 2;
	t->kind = TAG_VALUE;
	mark = strchr(marks, open[2]);
	if (mark != NULL) {
		t->kind = (enum tag_kind)(TAG_OPEN + (mark - marks));
		t->name++;
		take_line(w, t);
	}
	t->length = (size_t)(close - t->name);
	trim(&t->name, &t->length);
	return true;
}

/* The tag that closes the section whose inside begins at p. */
static void
find_close(const struct writer *w, const char *p, const char *end,
    struct tag *close)
{
	unsigned open = 1;

	while (open > 0) {
		EP_ASSERT(next_tag(w, p, end, close));
		if (close->kind == TAG_OPEN || close->kind == TAG_UNLESS)
			open++;
		if (close->kind == TAG_CLOSE)
			open--;
		p = close->end;
	}
}

static void
write_plain(struct writer *w, const char *p, const char *end)
{
	while (!w->keeps && p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));

		if (p == w->first || p[-1] == '\n')
			while (p < end && is_blank(*p))
				p++;
		stop = stop != NULL ? stop + 1 : end;
		buf_append(w->out, p, (size_t)(stop - p));
		p = stop;
	}
	buf_append(w->out, p, (size_t)(end - p));
}

static bool
is_word(const struct tag *t, const char *word)
{
	return t->length == strlen(word) &&
	    memcmp(t->name, word, t->length) == 0;
}

static bool
is_same(const struct tag *a, const struct tag *b)
{
	return a->length == b->length &&
	    memcmp(a->name, b->name, a->length) == 0;
}

/* How often the inside of a section is written, and with what as the
 * innermost scope. */
static uint32_t
passes(const struct tag *open, const struct ep_node *n)
{
	if (open->kind == TAG_UNLESS)
		return !is_something(n);
	if (!is_something(n))
		return 0;
	return n->type == EP_T_ARRAY ? n->count : 1;
}

static void
enter(struct writer *w, const struct tag *open, const struct ep_node *n,
    uint32_t i)
{
	EP_ASSERT(w->depth < TEMPLATE_DEPTH);
	if (open->kind == TAG_UNLESS)
		n = w->scope[w->depth - 1];
	else if (n->type == EP_T_ARRAY)
		n = &n->u.items[i];
	w->scope[w->depth++] = n;
}

static void
write_range(struct writer *w, const char *p, const char *end)
{
	struct tag t, close;

	while (next_tag(w, p, end, &t)) {
		const struct ep_node *n = find(w, t.name, t.length);

		write_plain(w, p, t.start);
		p = t.end;
		if (t.kind == TAG_VALUE) {
			write_value(w, n);
			continue;
		}
		if (t.kind == TAG_COMMENT) {
			w->keeps = is_word(&t, "keep") ||
			    (w->keeps && !is_word(&t, "free"));
			continue;
		}
		EP_ASSERT(t.kind != TAG_CLOSE);
		find_close(w, p, end, &close);
		EP_ASSERT(is_same(&t, &close));
		for (uint32_t i = 0; i < passes(&t, n); i++) {
			enter(w, &t, n, i);
			write_range(w, p, close.start);
			w->depth--;
		}
		p = close.end;
	}
	write_plain(w, p, end);
}

void
template_write(struct buf *out, const char *text, size_t length,
    const struct ep_node *values)
{
	struct writer w = { .out = out,
		.first = text,
		.end = text + length,
		.scope = { values },
		.depth = 1 };

	write_range(&w, text, text + length);
}
