/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/operation/example.h"
#include "core/operation/page_text.h"

#include <ctype.h>
#include <string.h>

#define ALL_OF_DEPTH 4 /* of a body whose members are told */

struct view {
	const struct page *page;
	struct arena *arena;
	const struct manifest_operation *spec;
	const struct ep_node *document;
	struct ep_node *facts;
};

static const char *const place_names[] = { "path", "query", "header" };

static const char *
pretty(struct arena *a, const struct ep_node *n, bool is_pretty)
{
	struct buf b = { 0 };
	const char *text;

	if (n->type == EP_T_TEXT && !is_pretty)
		return arena_copy(a, n->text, n->count);
	if (is_pretty)
		json_write_pretty(&b, n);
	else
		json_write(&b, n);
	text = arena_copy(a, buf_data(&b), buf_length(&b));
	buf_fini(&b);
	return text;
}

/* ----------------------------------------------------------------- input */

/* What the form begins with; "" for what may be left out. */
static const char *
parameter_value(const struct view *v, const struct manifest_parameter *m)
{
	if (!m->required && node_get(m->node, "example") == NULL &&
	    node_get(m->node, "examples") == NULL)
		return "";
	return pretty(v->arena,
	    example_of(v->arena, v->document, m->node, EXAMPLE_INPUT), false);
}

static struct ep_node *
member(const struct view *v, const char *name, const char *place,
    const struct ep_node *schema)
{
	struct ep_node *n = node_new(v->arena, EP_T_OBJECT);
	const struct ep_node *own = manifest_follow(v->document, schema);
	const char *meaning = node_text(node_get(schema, "description"), NULL);

	if (meaning == NULL)
		meaning = node_text(node_get(own, "description"), "");
	(void)node_set_text(v->arena, n, "name", name);
	(void)node_set_text(v->arena, n, "place",
	    page_named(v->page, "in", place));
	(void)node_set_text(v->arena, n, "type",
	    example_type(v->arena, v->document, schema));
	page_set_local(v->page, n, "meaning", meaning);
	return n;
}

static bool
is_required(const struct ep_node *schema, const char *name)
{
	const struct ep_node *list = node_get(schema, "required");

	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		if (strcmp(node_text(&list->u.items[i], ""), name) == 0)
			return true;
	return false;
}

static void
add_body_members(const struct view *v, struct ep_node *list,
    const struct ep_node *schema, unsigned depth)
{
	const struct ep_node *all, *members;

	schema = manifest_follow(v->document, schema);
	all = node_get(schema, "allOf");
	for (uint32_t i = 0;
	     all != NULL && i < all->count && depth < ALL_OF_DEPTH; i++)
		add_body_members(v, list, &all->u.items[i], depth + 1);
	members = node_get(schema, "properties");
	for (uint32_t i = 0; members != NULL && i < members->count; i++) {
		const struct ep_node *m = &members->u.items[i];
		struct ep_node *n = member(v, m->key, "body", m);

		(void)node_set_bool(v->arena, n, "required",
		    is_required(schema, m->key));
		(void)node_append(v->arena, list, n);
	}
}

static void
add_input(const struct view *v)
{
	struct arena *a = v->arena;
	struct ep_node *members = node_new(a, EP_T_ARRAY);
	struct ep_node *inputs = node_new(a, EP_T_ARRAY);

	for (uint32_t i = 0; i < v->spec->n_parameters; i++) {
		const struct manifest_parameter *m = &v->spec->parameters[i];
		const char *meaning =
		    node_text(node_get(m->node, "description"), NULL);
		struct ep_node *n = member(v, m->name, place_names[m->in],
		    m->schema);

		if (meaning != NULL)
			page_set_local(v->page, n, "meaning", meaning);
		(void)node_set_text(a, n, "in", place_names[m->in]);
		(void)node_set_bool(a, n, "required", m->required);
		(void)node_set_text(a, n, "value", parameter_value(v, m));
		(void)node_append(a, members, n);
		(void)node_append(a, inputs, n);
	}
	if (v->spec->has_body)
		add_body_members(v, members, v->spec->body_schema, 0);
	(void)node_set_bool(a, v->facts, "members_any", members->count > 0);
	(void)node_set(a, v->facts, "members", members);
	(void)node_set(a, v->facts, "inputs", inputs);
}

/* ------------------------------------------------------------------ body */

static bool
is_json(const char *media)
{
	const char *plus = strchr(media, '+');

	return strncmp(media, "application/json", 16) == 0 ||
	    (plus != NULL && strncmp(plus, "+json", 5) == 0);
}

static void
add_choices(const struct view *v)
{
	const struct ep_node *examples = node_get(v->spec->body_content,
	    "examples");
	struct ep_node *list = node_new(v->arena, EP_T_ARRAY);
	bool json = is_json(v->spec->body_type);

	for (uint32_t i = 0; examples != NULL && i < examples->count; i++) {
		const struct ep_node *e = manifest_follow(v->document,
		    &examples->u.items[i]);
		const struct ep_node *value = node_get(e, "value");
		struct ep_node *n = node_new(v->arena, EP_T_OBJECT);

		if (value == NULL)
			continue;
		page_set_local(v->page, n, "label",
		    node_text(node_get(e, "summary"),
			examples->u.items[i].key));
		(void)node_set_text(v->arena, n, "body",
		    pretty(v->arena, value, json));
		(void)node_append(v->arena, list, n);
	}
	(void)node_set(v->arena, v->facts, "choices", list);
	(void)node_set_bool(v->arena, v->facts, "choices_any", list->count > 1);
}

/* Returns the body on one line, NULL: none. */
static const char *
add_body(const struct view *v)
{
	struct arena *a = v->arena;
	const struct ep_node *n;
	const char *text;
	int64_t rows = 1;

	(void)node_set_text(a, v->facts, "body", NULL);
	(void)node_set_text(a, v->facts, "body_type", NULL);
	(void)node_set_bool(a, v->facts, "choices_any", false);
	if (!v->spec->has_body)
		return NULL;
	n = example_of(a, v->document, v->spec->body_content, EXAMPLE_INPUT);
	text = pretty(a, n, is_json(v->spec->body_type));
	for (const char *p = text; *p != '\0'; p++)
		rows += *p == '\n';
	(void)node_set_text(a, v->facts, "body", text);
	(void)node_set_text(a, v->facts, "body_type", v->spec->body_type);
	(void)node_set_int(a, v->facts, "body_rows", rows < 14 ? rows : 14);
	add_choices(v);
	if (!is_json(v->spec->body_type))
		return text;
	text = pretty(a, n, false);
	return n->type == EP_T_TEXT ? arena_format(a, "\"%s\"", text) : text;
}

/* ------------------------------------------------------------------ curl */

static void
write_percent(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (isalnum(c) || strchr("-._~", c) != NULL)
			buf_byte(b, (char)c);
		else
			buf_format(b, "%%%02X", c);
	}
}

static const char *
value_named(const struct view *v, const char *name, size_t length,
    enum manifest_in in)
{
	for (uint32_t i = 0; i < v->spec->n_parameters; i++) {
		const struct manifest_parameter *m = &v->spec->parameters[i];

		if (m->in == in && strlen(m->name) == length &&
		    memcmp(m->name, name, length) == 0)
			return parameter_value(v, m);
	}
	return "";
}

/* The path with its examples, and the query of those that have one. */
static void
write_target(const struct view *v, struct buf *b)
{
	const char *p = v->spec->path;
	char sign = '?';

	while (*p != '\0') {
		size_t n = *p == '{' ? strcspn(p, "}") : 0;

		if (n > 0 && p[n] == '}') {
			write_percent(b, value_named(v, p + 1, n - 1, IN_PATH));
			p += n + 1;
		} else {
			buf_byte(b, *p++);
		}
	}
	for (uint32_t i = 0; i < v->spec->n_parameters; i++) {
		const struct manifest_parameter *m = &v->spec->parameters[i];
		const char *value = parameter_value(v, m);

		if (m->in != IN_QUERY || value[0] == '\0')
			continue;
		buf_byte(b, sign);
		write_percent(b, m->name);
		buf_byte(b, '=');
		write_percent(b, value);
		sign = '&';
	}
}

/* As one word for a POSIX shell. */
static void
write_quoted(struct buf *b, const char *text)
{
	buf_byte(b, '\'');
	for (; *text != '\0'; text++)
		if (*text == '\'')
			buf_text(b, "'\\''");
		else
			buf_byte(b, *text);
	buf_byte(b, '\'');
}

/* The visitor's own word for this host, where it is plain enough for a
 * shell. */
static const char *
authority(const struct view *v)
{
	const struct http_slice *host = &v->page->exchange->http->host;

	for (size_t i = 0; i < host->length; i++)
		if (!isalnum((unsigned char)host->text[i]) &&
		    strchr(".-:[]", host->text[i]) == NULL)
			return "localhost";
	return host->length > 0 ? arena_copy(v->arena, host->text, host->length)
				: "localhost";
}

static void
write_headers(const struct view *v, struct buf *b)
{
	for (uint32_t i = 0; i < v->spec->n_parameters; i++) {
		const struct manifest_parameter *m = &v->spec->parameters[i];
		const char *value = parameter_value(v, m);

		if (m->in != IN_HEADER || value[0] == '\0')
			continue;
		buf_text(b, " -H ");
		write_quoted(b,
		    arena_format(v->arena, "%s: %s", m->name, value));
	}
}

static void
add_curl(const struct view *v, const char *body)
{
	const struct manifest_operation *s = v->spec;
	struct buf target = { 0 }, b = { 0 };
	const char *path;
	bool is_get = strcmp(s->method, "GET") == 0;

	write_target(v, &target);
	path = arena_copy(v->arena, buf_data(&target), buf_length(&target));
	buf_text(&b, "curl -s ");
	if (!is_get && (body == NULL || strcmp(s->method, "POST") != 0))
		buf_format(&b, "-X %s ", s->method);
	write_quoted(&b,
	    arena_format(v->arena, "http://%s%s", authority(v), path));
	write_headers(v, &b);
	if (body != NULL) {
		buf_text(&b, " -H ");
		write_quoted(&b,
		    arena_format(v->arena, "Content-Type: %s", s->body_type));
		buf_text(&b, " --data-raw ");
		write_quoted(&b, body);
	}
	(void)node_set(v->arena, v->facts, "curl",
	    node_new_text(v->arena, buf_data(&b), buf_length(&b)));
	(void)node_set_text(v->arena, v->facts, "link", is_get ? path : NULL);
	buf_fini(&target);
	buf_fini(&b);
}

/* --------------------------------------------------------------- answers */

static const char *
answer_text(const struct view *v, const struct manifest_response *r)
{
	const struct ep_node *content = node_get(r->node, "content");

	if (r->media_type == NULL)
		return page_word(v->page, "no_content");
	return pretty(v->arena,
	    example_of(v->arena, v->document, node_get(content, r->media_type),
		EXAMPLE_ANSWER),
	    is_json(r->media_type));
}

static void
add_answers(const struct view *v)
{
	struct arena *a = v->arena;
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	const struct manifest_response *good = NULL;

	for (uint32_t i = 0; i < v->spec->n_responses; i++) {
		const struct manifest_response *r = &v->spec->responses[i];
		struct ep_node *n = node_new(a, EP_T_OBJECT);

		if (good == NULL && r->code >= 200 && r->code < 300)
			good = r;
		(void)node_set_text(a, n, "status",
		    r->code == 0 ? "default" : arena_format(a, "%u", r->code));
		page_set_local(v->page, n, "words",
		    node_text(node_get(r->node, "description"), ""));
		(void)node_append(a, list, n);
	}
	(void)node_set(a, v->facts, "answers", list);
	(void)node_set_text(a, v->facts, "answer_code",
	    good == NULL ? NULL : arena_format(a, "%u", good->code));
	(void)node_set_text(a, v->facts, "answer",
	    good == NULL ? page_word(v->page, "no_content")
			 : answer_text(v, good));
}

static void
add_words(const struct view *v)
{
	const struct page *p = v->page;
	const struct manifest_operation *s = v->spec;
	const char *kind = page_named(p, "tx", manifest_tx_name(s->tx));

	if (s->idempotent && s->tx != TX_READ)
		kind = arena_format(v->arena, "%s · %s", kind,
		    page_word(p, "takes_key"));
	if (s->max_body > 0)
		kind = arena_format(v->arena, "%s · %s %s", kind,
		    page_word(p, "limit_body"),
		    page_size(p, (uint64_t)s->max_body));
	(void)node_set_text(v->arena, v->facts, "kind", kind);
	(void)node_set_text(v->arena, v->facts, "method", s->method);
	(void)node_set_text(v->arena, v->facts, "path", s->path);
	(void)node_set_bool(v->arena, v->facts, "confirm",
	    strcmp(s->method, "DELETE") == 0);
	(void)node_set_bool(v->arena, v->facts, "deprecated",
	    node_bool(node_get(s->node, "deprecated"), false));
	(void)node_set(v->arena, v->facts, "clauses",
	    s->clauses != NULL ? s->clauses : node_new(v->arena, EP_T_ARRAY));
	page_set_local(p, v->facts, "summary", s->summary);
	page_set_prose(p, v->facts, s->description);
}

struct ep_node *
page_operation(const struct page *p, const struct operation *operation)
{
	struct view v = { .page = p,
		.arena = p->arena,
		.spec = operation->spec,
		.document = operation->instance->manifest->document,
		.facts = node_new(p->arena, EP_T_OBJECT) };

	(void)node_set_text(p->arena, v.facts, "id", v.spec->id);
	add_words(&v);
	add_input(&v);
	add_curl(&v, add_body(&v));
	add_answers(&v);
	return v.facts;
}
