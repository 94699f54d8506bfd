/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/page.h"

#include "core/base/sha256.h"
#include "core/base/template.h"
#include "core/base/yaml.h"
#include "core/operation/query.h"

#include <stdlib.h>
#include <string.h>

/* page_files.S */
#define FILE_OF(name)                                                   \
	extern const char name[] __attribute__((visibility("hidden"))); \
	extern const char name##_end[] __attribute__((visibility("hidden")))
FILE_OF(page_html);
FILE_OF(page_css);
FILE_OF(page_js);
FILE_OF(page_icon);
FILE_OF(page_words_en);
FILE_OF(page_words_zh);

#define QUERY_MAX 20

/* Nothing from elsewhere, nothing inline, no frames, forms only to here
 * (Content Security Policy Level 3). */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
    "'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

/* ------------------------------------------------------------- languages */

/* The weight of one item of Accept-Language, in thousandths (RFC 9110
 * section 12.4.2). */
static int
weight(const char *item, size_t length)
{
	const char *q = memchr(item, ';', length);
	const char *end = item + length;
	double value;

	while (q != NULL && q < end && *q != '=')
		q++;
	if (q == NULL || q >= end)
		return 1000;
	value = strtod(q + 1, NULL);
	return value > 0 && value <= 1 ? (int)(value * 1000) : 0;
}

/* Is a Chinese item weightier than, or before, an English one? */
static bool
prefers_chinese(const char *list)
{
	int best[2] = { 0, 0 }; /* any English, any Chinese */

	while (*list != '\0') {
		size_t length = strcspn(list, ",");
		size_t blanks = strspn(list, " \t");
		const char *item = list + blanks;
		int which = strncasecmp(item, "zh", 2) == 0 ? 1
		    : strncasecmp(item, "en", 2) == 0       ? 0
							    : -1;
		int w = blanks < length ? weight(item, length - blanks) : 0;

		if (which >= 0 && w > best[which] && w > best[!which])
			best[which] = w;
		list += length;
		list += *list == ',';
	}
	return best[1] > best[0];
}

static const char *
asked(const struct query *q, const char *name)
{
	for (uint32_t i = 0; i < q->count; i++)
		if (strcmp(q->pairs[i].name, name) == 0)
			return q->pairs[i].value;
	return "";
}

static void
read_query(struct page *p)
{
	const struct http_request *h = p->exchange->http;
	const struct http_header *accept;
	struct query q = { 0 };
	struct err err = { 0 };
	const char *lang;

	if (h->query.text != NULL &&
	    query_parse(p->arena, h->query.text, h->query.length, QUERY_MAX, &q,
		&err) != EP_OK)
		q.count = 0;
	lang = asked(&q, "lang");
	accept = http_header_get(h, "accept-language");
	p->is_chinese = strcmp(lang, "zh") == 0 ||
	    (strcmp(lang, "en") != 0 && accept != NULL &&
		prefers_chinese(accept->value));
	p->is_whole = strcmp(asked(&q, "part"), "figures") != 0;
}

static void
read_words(struct page *p)
{
	const char *text = p->is_chinese ? page_words_zh : page_words_en;
	const char *end = p->is_chinese ? page_words_zh_end : page_words_en_end;
	struct err err = { 0 };

	EP_ASSERT(yaml_parse(p->arena, "words", text, (size_t)(end - text),
		      &p->words, &err) == EP_OK);
}

/* --------------------------------------------------------------- answers */

int
page_write(struct exchange *x, struct buf *body)
{
	static const struct http_field headers[] = {
		{ "Content-Security-Policy", policy },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Cache-Control", "no-store" },
		{ "Vary", "Accept-Language" },
	};
	struct http_field *fields;
	struct page *p = arena_alloc(x->http->arena, sizeof *p);
	struct ep_node *facts;

	p->magic = PAGE_MAGIC;
	p->arena = x->http->arena;
	p->exchange = x;
	p->host = x->service->host;
	p->generation = p->host->generation;
	read_query(p);
	read_words(p);
	facts = node_new(p->arena, EP_T_OBJECT);
	(void)node_set(p->arena, facts, "t", p->words);
	(void)node_set_text(p->arena, facts, "version", p->host->version);
	(void)node_set_bool(p->arena, facts, "is_whole", p->is_whole);
	page_health(p, facts);
	/* Asking the store may wait; from here on nothing does. */
	p->generation = p->host->generation;
	page_modules(p, facts);
	page_reloads(p, facts);
	page_operations(p, facts);
	template_write(body, page_html, (size_t)(page_html_end - page_html),
	    facts);
	x->n_fields = sizeof headers / sizeof *headers + 1;
	fields = arena_array(p->arena, x->n_fields, sizeof *fields);
	memcpy(fields, headers, sizeof headers);
	fields[x->n_fields - 1].name = "Content-Language";
	fields[x->n_fields - 1].value = p->is_chinese ? "zh-Hans" : "en";
	x->fields = fields;
	return 200;
}

/* A file of the page; its tag is its hash, so that a new program's is taken
 * at once. */
static int
write_file(struct exchange *x, struct buf *body, const char *file,
    const char *end)
{
	struct arena *a = x->http->arena;
	struct http_field *fields = arena_array(a, 4, sizeof *fields);
	const struct http_header *known;
	char hex[SHA256_ROOM];

	sha256_bytes(file, (size_t)(end - file), hex);
	fields[0].name = "X-Content-Type-Options";
	fields[0].value = "nosniff";
	fields[1].name = "Cache-Control";
	fields[1].value = "no-cache";
	fields[2].name = "Cross-Origin-Resource-Policy";
	fields[2].value = "same-origin";
	fields[3].name = "ETag";
	fields[3].value = arena_format(a, "\"%.32s\"", hex);
	x->fields = fields;
	x->n_fields = 4;
	known = http_header_get(x->http, "if-none-match");
	if (known != NULL && strstr(known->value, fields[3].value) != NULL)
		return 304;
	buf_append(body, file, (size_t)(end - file));
	return 200;
}

int
page_write_css(struct exchange *x, struct buf *body)
{
	return write_file(x, body, page_css, page_css_end);
}

int
page_write_js(struct exchange *x, struct buf *body)
{
	return write_file(x, body, page_js, page_js_end);
}

int
page_write_icon(struct exchange *x, struct buf *body)
{
	return write_file(x, body, page_icon, page_icon_end);
}
