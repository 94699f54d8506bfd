/* SPDX-License-Identifier: BSD-2-Clause */

/* Faults as texts, for people and for programs. */

#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/config/catalog.h"
#include "core/schema/spell.h"

#include <stdlib.h>

#define SHOWN 160 /* cells of a line that are shown */
#define IDS 256

/* Names of files in the order in which they first have a fault. */
static uint32_t
file_rank(const struct config_errors *e, const char *file)
{
	uint32_t rank = 0;
	const struct config_error *x = e->first;

	for (; x != NULL && strcmp(x->file, file) != 0; x = x->next)
		rank++;
	return rank;
}

struct ranked {
	struct config_error *error;
	uint32_t file, order;
};

static int
compare(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->error->line != b->error->line)
		return a->error->line < b->error->line ? -1 : 1;
	if (a->error->column != b->error->column)
		return a->error->column < b->error->column ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

void
config_errors_sort(struct arena *a, struct config_errors *e)
{
	struct ranked *list = arena_array(a, e->count + 1u, sizeof *list);
	struct config_error **link = &e->first;
	uint32_t n = 0;

	for (struct config_error *x = e->first; x != NULL; x = x->next) {
		list[n] = (struct ranked){ x, file_rank(e, x->file), n };
		n++;
	}
	qsort(list, n, sizeof *list, compare);
	for (uint32_t i = 0; i < n; i++) {
		*link = e->last = list[i].error;
		link = &list[i].error->next;
	}
	*link = NULL;
}

const char *
config_error_text(struct arena *a, const struct config_error *e,
    enum language language)
{
	return catalog_fill(a,
	    catalog_text(node_get(catalog_read(a), e->id), "text", language), e,
	    language);
}

const char *
config_error_hint(struct arena *a, const struct config_error *e,
    enum language language)
{
	if (e->mend != NULL && language == LANGUAGE_ENGLISH)
		return e->mend;
	return catalog_fill(a,
	    catalog_text(node_get(catalog_read(a), e->id), "mend", language), e,
	    language);
}

/* Bytes at p that a terminal may get as they are: none of a control
 * character, of one that turns the direction of writing, or of what is not
 * UTF-8. */
static size_t
harmless(const char *p, const char *end)
{
	size_t n = utf8_length(p, end);
	unsigned char first = (unsigned char)p[0];

	if (n == 1)
		return (first >= 0x20 && first != 0x7f) || first == '\t';
	if (n == 2 && first == 0xc2 && (unsigned char)p[1] < 0xa0)
		return 0; /* C1 controls */
	if (n == 3 && first == 0xe2 && p[1] == '\x80' &&
	    (unsigned char)p[2] >= 0xaa && (unsigned char)p[2] <= 0xae)
		return 0; /* embeddings and overrides */
	if (n == 3 && first == 0xe2 && p[1] == '\x81' &&
	    (unsigned char)p[2] >= 0xa6 && (unsigned char)p[2] <= 0xa9)
		return 0; /* isolates */
	return n;
}

/* Each character that is not harmless is shown as U+FFFD. */
static const char *
printable(struct arena *a, const char *text)
{
	const char *end = text + strlen(text);
	char *out = arena_alloc(a, 3 * (size_t)(end - text) + 1), *to = out;

	while (text < end) {
		size_t n = harmless(text, end);
		size_t skip = utf8_length(text, end);

		if (n == 0) {
			memcpy(to, "\xef\xbf\xbd", 3);
			to += 3;
			text += skip > 0 ? skip : 1;
			continue;
		}
		memcpy(to, text, n);
		to += n;
		text += n;
	}
	*to = '\0';
	return out;
}

/* Blanks (a tab stays a tab) up to the token, then a mark for each of its
 * cells. */
static void
put_caret(struct buf *out, const char *shown, uint32_t skip, uint32_t marked)
{
	const char *p = shown, *end = shown + strlen(shown);
	uint32_t cells = 0;

	for (; skip > 0; skip--) {
		bool is_tab = p < end && *p == '\t';

		for (unsigned n = is_tab ? 1
			 : p < end       ? width_next(&p, end)
					 : 1;
		     n > 0; n--)
			buf_byte(out, is_tab ? '\t' : ' ');
		p += is_tab;
	}
	for (; marked > 0 && p < end; marked--)
		cells += width_next(&p, end);
	buf_byte(out, '^');
	for (; cells > 1; cells--)
		buf_byte(out, '~');
}

/* The characters from `first` on of a line. */
static const char *
behind(const char *line, uint32_t first)
{
	const char *end = line + strlen(line);

	for (; first > 1 && line < end; first--)
		(void)width_next(&line, end);
	return line;
}

static void
put_source(struct arena *a, struct buf *out, const struct config_error *e)
{
	uint32_t from = e->column > SHOWN - 40 ? e->column - 40 : 1;
	const char *line = behind(printable(a, e->source), from);
	const char *end = behind(line, SHOWN + 1);
	const char *shown = arena_copy(a, line, (size_t)(end - line));

	buf_format(out, "%5u | %s%s%s\n      | ", e->line, from > 1 ? "…" : "",
	    shown, *end != '\0' ? "…" : "");
	if (from > 1)
		buf_byte(out, ' ');
	put_caret(out, shown, e->column - from, e->end_column - e->column);
}

static void
put_one(struct arena *a, struct buf *out, const struct config_error *e,
    enum language language)
{
	static const char *const words[2][3] = { { "error", "warning",
						     "did you mean '" },
		{ "错误", "警告", "是否想写 “" } };
	const char *const *w = words[language];
	const char *hint = config_error_hint(a, e, language);

	buf_text(out, printable(a, e->file));
	if (e->line > 0)
		buf_format(out, ":%u:%u", e->line, e->column);
	buf_format(out, ": %s[%s]: %s\n", e->is_warning ? w[1] : w[0], e->id,
	    printable(a, config_error_text(a, e, language)));
	if (e->source != NULL)
		put_source(a, out, e);
	if (e->suggestion != NULL)
		buf_format(out, "%s%s%s%s",
		    e->source != NULL ? " " : "      = ", w[2], e->suggestion,
		    language == LANGUAGE_CHINESE ? "”？" : "'?");
	if (e->source != NULL || e->suggestion != NULL)
		buf_byte(out, '\n');
	if (*hint != '\0')
		buf_format(out, "      = %s\n", hint);
}

void
config_errors_write(struct buf *out, const struct config_errors *errors,
    enum language language)
{
	struct arena *a = arena_new(65536);

	for (const struct config_error *e = errors->first; e != NULL;
	     e = e->next)
		put_one(a, out, e, language);
	if (errors->has_more)
		buf_text(out,
		    language == LANGUAGE_CHINESE ? "……还有更多\n"
						 : "… and more\n");
	arena_free(&a);
}

const char *
config_errors_text(struct arena *a, const struct config_errors *e)
{
	struct buf b = { 0 };
	const char *text;

	config_errors_write(&b, e, language_of_locale());
	text = arena_copy(a, buf_length(&b) > 0 ? buf_data(&b) : "",
	    buf_length(&b));
	buf_fini(&b);
	return text;
}

static void
set_number(struct arena *a, struct ep_node *o, const char *name, uint32_t n)
{
	if (n > 0)
		(void)node_set_int(a, o, name, n);
	else
		(void)node_set_text(a, o, name, NULL);
}

void
config_errors_json(struct buf *out, const struct config_errors *errors,
    enum language language)
{
	struct arena *a = arena_new(65536);
	struct ep_node *list = node_new(a, EP_T_ARRAY);

	for (const struct config_error *e = errors->first; e != NULL;
	     e = e->next) {
		struct ep_node *o = node_new(a, EP_T_OBJECT);
		const char *hint = config_error_hint(a, e, language);

		(void)node_set_text(a, o, "id", e->id);
		(void)node_set_text(a, o, "severity",
		    e->is_warning ? "warning" : "error");
		(void)node_set_text(a, o, "file", e->file);
		set_number(a, o, "line", e->line);
		set_number(a, o, "column", e->column);
		set_number(a, o, "end_column", e->end_column);
		(void)node_set_text(a, o, "message",
		    config_error_text(a, e, language));
		(void)node_set_text(a, o, "expected",
		    catalog_words(a, e->expected, language));
		(void)node_set_text(a, o, "hint", *hint != '\0' ? hint : NULL);
		(void)node_set_text(a, o, "suggestion", e->suggestion);
		(void)node_append(a, list, o);
	}
	json_write(out, list);
	buf_byte(out, '\n');
	arena_free(&a);
}

/* --------------------------------------------------------------- explain */

static void
put_example(struct buf *out, const char *title, const char *text)
{
	buf_format(out, "\n%s\n\n", title);
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		buf_format(out, "    %.*s\n", (int)n, text);
		text += n + (text[n] != '\0');
	}
}

/* A text without the places of its words. */
static const char *
plain_text(struct arena *a, const char *text, enum language language)
{
	struct config_error none = { .words = { "…", "…", "…" },
		.expected = "…",
		.got = "…" };

	return catalog_fill(a, text, &none, language);
}

bool
config_explain(struct arena *a, struct buf *out, const char *id,
    enum language language, const char **nearest_out)
{
	static const char *const titles[2][3] = {
		{ "to mend it:", "wrong:", "right:" },
		{ "解决办法：", "错误写法：", "正确写法：" }
	};
	const struct ep_node *all = catalog_read(a), *row = node_get(all, id);
	const char *const *t = titles[language];
	const char *ids[IDS];
	uint32_t n = 0;

	*nearest_out = NULL;
	for (; row == NULL && n < all->count && n < IDS; n++)
		ids[n] = all->u.items[n].key;
	if (row == NULL) {
		*nearest_out = spell_nearest(id, strlen(id), ids, n);
		return false;
	}
	buf_format(out, "%s: %s\n\n%s\n\n%s %s\n", id,
	    plain_text(a, catalog_text(row, "text", language), language),
	    catalog_text(row, "about", language), t[0],
	    plain_text(a, catalog_text(row, "mend", language), language));
	put_example(out, t[1], node_text(node_get(row, "broken"), ""));
	put_example(out, t[2], node_text(node_get(row, "mended"), ""));
	return true;
}

void
config_explain_all(struct buf *out, enum language language)
{
	struct arena *a = arena_new(65536);
	const struct ep_node *all = catalog_read(a);

	for (uint32_t i = 0; i < all->count; i++)
		buf_format(out, "%-18s %s\n", all->u.items[i].key,
		    catalog_text(all->u.items + i, "about", language));
	arena_free(&a);
}

void
config_explain_json(struct buf *out)
{
	struct arena *a = arena_new(65536);

	json_write(out, catalog_read(a));
	buf_byte(out, '\n');
	arena_free(&a);
}
