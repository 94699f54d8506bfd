/* SPDX-License-Identifier: BSD-2-Clause */

/* From the parts of an HTTP request to the one input object. */

#include "core/base/json.h"
#include "core/loop/fiber.h"
#include "core/loop/loop.h"
#include "core/operation/query.h"
#include "core/operation/service.h"

#include <string.h>
#include <strings.h>

#define MAX_QUERY 256
#define PARSE_APART (1u << 20) /* larger bodies are parsed on a thread */

/* ----------------------------------------------------------- media types */

/* Does a media type begin with these words, then end or have parameters? */
static bool
is_media(const char *value, const char *media)
{
	size_t n = strlen(media);

	return strncasecmp(value, media, n) == 0 &&
	    (value[n] == '\0' || strchr(" \t;,", value[n]) != NULL);
}

static bool
is_json(const char *value)
{
	const char *end = value + strcspn(value, " \t;");

	return is_media(value, "application/json") ||
	    (strncasecmp(value, "application/", 12) == 0 && end - value > 17 &&
		strncasecmp(end - 5, "+json", 5) == 0);
}

/* RFC 9110 section 12.5.1, as far as it matters to a host that does not
 * choose the form of an answer (an operation's input does): some range must
 * admit it, and not with q=0. */
static bool
accepts(const char *list, const char *media)
{
	size_t major = strcspn(media, "/") + 1;

	while (*list != '\0') {
		size_t n = strcspn(list, ",");
		size_t type = strcspn(list, ";, \t");
		bool fits = (type == 3 && strncmp(list, "*/*", 3) == 0) ||
		    (type == major + 1 && list[major] == '*' &&
			strncasecmp(list, media, major) == 0) ||
		    (type == strlen(media) &&
			strncasecmp(list, media, type) == 0);
		const char *q = memmem(list, n, "q=0", 3);
		bool is_refused = q != NULL && q + 3 <= list + n &&
		    strspn(q + 3, ".0") == strcspn(q + 3, ",; \t");

		if (fits && !is_refused)
			return true;
		list += n;
		list += strspn(list, ", \t");
	}
	return false;
}

static bool
offers(const struct operation *o, const char *list)
{
	if (accepts(list, "application/json") ||
	    accepts(list, "application/problem+json"))
		return true;
	for (uint32_t i = 0; i < o->spec->n_responses; i++)
		if (o->spec->responses[i].media_type != NULL &&
		    accepts(list, o->spec->responses[i].media_type))
			return true;
	return false;
}

ep_status
request_check_media(struct exchange *x, int *status_out)
{
	const struct operation *o = x->operation;
	const struct http_header *type = http_header_get(x->http,
	    "content-type");
	const struct http_header *accept = http_header_get(x->http, "accept");
	bool has_body = x->http->announced != 0;
	bool takes = x->is_merged || o->spec->has_body;

	if (accept != NULL && !offers(o, accept->value)) {
		*status_out = 406;
		return err_set(&x->err, EP_INVALID, "not_acceptable",
		    "Accept: the answer is application/json");
	}
	if (has_body && !takes)
		return err_set(&x->err, EP_INVALID, "unexpected_body",
		    "body: %s takes none", o->spec->id);
	if (has_body && (type == NULL || !is_json(type->value))) {
		*status_out = 415;
		return err_set(&x->err, EP_INVALID, "unsupported_media_type",
		    "Content-Type: expected application/json (curl: -H "
		    "'Content-Type: application/json')");
	}
	return EP_OK;
}

/* ---------------------------------------------------------------- bodies */

struct parse {
	struct exchange *x;
	const struct ep_node *node;
	ep_status status;
	struct err err;
};

static void
parse_work(void *arg)
{
	struct parse *p = arg;
	struct http_request *h = p->x->http;

	p->status = json_parse(h->arena, h->body, h->body_length, true,
	    &p->node, &p->err);
}

static ep_status
body_parse(struct exchange *x, const struct ep_node **out)
{
	struct parse p = { .x = x };

	if (x->http->body_length > PARSE_APART)
		(void)loop_offload(x->service->host->loop, parse_work, &p);
	else
		parse_work(&p);
	if (p.status != EP_OK)
		x->err = p.err;
	*out = p.node;
	return p.status;
}

/* ------------------------------------------------------------ parameters */

static ep_status
path_value(struct exchange *x, const struct operation_param *p,
    struct ep_node *into)
{
	struct arena *a = x->http->arena;

	for (uint32_t i = 0; i < x->match.n_parameters; i++) {
		const struct route_parameter *r = &x->match.parameters[i];
		struct schema_text text;
		char *decoded;

		if (strcmp(r->name, p->spec->name) != 0)
			continue;
		decoded = arena_raw(a, r->length + 1);
		EP_TRY(percent_decode(r->raw, r->length, decoded, &text.length,
		    &x->err));
		text.text = decoded;
		(void)node_set(a, into, p->spec->name,
		    schema_coerce(p->schema, a, &text, 1, false));
	}
	return EP_OK;
}

static void
query_value(struct exchange *x, const struct operation_param *p,
    const struct query *q, struct ep_node *into)
{
	struct arena *a = x->http->arena;
	struct schema_text texts[MAX_QUERY];
	uint32_t n = 0;

	for (uint32_t i = 0; i < q->count; i++)
		if (strcmp(q->pairs[i].name, p->spec->name) == 0) {
			texts[n].text = q->pairs[i].value;
			texts[n++].length = q->pairs[i].value_length;
		}
	if (n > 0)
		(void)node_set(a, into, p->spec->name,
		    schema_coerce(p->schema, a, texts, n, true));
}

static const struct op_field *
header_value(struct exchange *x, const struct operation_param *p,
    const struct op_field *before)
{
	struct arena *a = x->http->arena;
	char *name = arena_strdup(a, p->spec->name);
	const struct http_header *h;
	struct op_field *f;

	for (char *c = name; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + ('a' - 'A'));
	h = http_header_get(x->http, name);
	if (h == NULL)
		return before;
	f = arena_alloc(a, sizeof *f);
	f->name = p->spec->name;
	f->value = h->value;
	f->next = before;
	return f;
}

static ep_status
params(struct exchange *x, struct op_request *q, struct ep_node *into)
{
	const struct operation *o = x->operation;
	struct query query = { 0 };

	if (x->http->query.text != NULL && x->http->query.length > 0)
		EP_TRY(query_parse(x->http->arena, x->http->query.text,
		    x->http->query.length, MAX_QUERY, &query, &x->err));
	for (unsigned i = 0; i < o->n_params; i++) {
		const struct operation_param *p = &o->params[i];

		if (p->spec->in == IN_PATH)
			EP_TRY(path_value(x, p, into));
		else if (p->spec->in == IN_QUERY)
			query_value(x, p, &query, into);
		else
			q->headers = header_value(x, p, q->headers);
	}
	return EP_OK;
}

static ep_status
merged(struct exchange *x, struct op_request *q, const struct ep_node *body)
{
	const struct operation *o = x->operation;

	for (unsigned i = 0; i < o->n_params; i++)
		if (o->params[i].spec->in == IN_HEADER)
			q->headers = header_value(x, &o->params[i], q->headers);
	if (body->type == EP_T_OBJECT)
		return EP_OK;
	return err_set(&x->err, EP_INVALID, "bad_type",
	    "body: expected one JSON object with the members of the input, "
	    "got %s",
	    node_type_name(body));
}

ep_status
request_input(struct exchange *x, struct op_request *q)
{
	const struct operation *o = x->operation;
	struct arena *a = x->http->arena;
	const struct ep_node *body = NULL;
	struct ep_node *object;

	if (x->http->body_length > 0)
		EP_TRY(body_parse(x, &body));
	if (body == NULL && o->spec->has_body && o->spec->body_required &&
	    !x->is_merged)
		return err_set(&x->err, EP_INVALID, "body_missing",
		    "body: expected a JSON value, got nothing");
	if (x->is_merged) {
		q->input = body != NULL ? body : node_new(a, EP_T_OBJECT);
		return merged(x, q, q->input);
	}
	if (o->n_params == 0 && body != NULL) {
		q->input = body;
		return EP_OK;
	}
	object = node_new(a, EP_T_OBJECT);
	if (body != NULL && body->type == EP_T_OBJECT)
		*object = *body;
	q->input = object;
	EP_TRY(params(x, q, object));
	if (body == NULL || body->type == EP_T_OBJECT)
		return EP_OK;
	return err_set(&x->err, EP_INVALID, "bad_type",
	    "body: expected an object, got %s", node_type_name(body));
}
