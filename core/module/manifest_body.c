/* SPDX-License-Identifier: BSD-2-Clause */

/* What goes in and out beside parameters: bodies, answers, and the one
 * object of all input that they make up. */

#include "core/module/manifest_local.h"

#include <string.h>

#define JSON_TYPE "application/json"
#define LOOKS_MAX 200 /* schemas looked at for one name: allOf may branch */

static bool
is_json(const char *media_type)
{
	size_t n = strcspn(media_type, "; ");

	return (n == strlen(JSON_TYPE) &&
		   strncmp(media_type, JSON_TYPE, n) == 0) ||
	    (n > 5 && strncmp(media_type + n - 5, "+json", 5) == 0);
}

/* The one media type of a content object; NULL with a finding. */
static const struct ep_node *
only_type(struct manifest_reader *r, const struct ep_node *owner)
{
	const struct ep_node *content = node_get(owner, "content");
	const struct ep_node *type;

	if (content == NULL || content->type != EP_T_OBJECT ||
	    content->count != 1) {
		manifest_fault(r, content != NULL ? content : owner, NULL,
		    "content: expected one media type, as {" JSON_TYPE
		    ": {schema: ...}}");
		return NULL;
	}
	type = node_at(content, 0);
	if (type->type != EP_T_OBJECT) {
		manifest_fault(r, type, NULL, "%.80s: expected {schema: ...}",
		    type->key);
		return NULL;
	}
	return type;
}

void
manifest_read_body(struct manifest_reader *r, const struct ep_node *operation,
    struct manifest_operation *op)
{
	const struct ep_node *at = node_get(operation, "requestBody"), *n,
			     *type;

	if (at == NULL)
		return;
	n = manifest_follow(r->manifest->document, at);
	if (n == NULL || n->type != EP_T_OBJECT) {
		manifest_fault(r, at, NULL,
		    "requestBody: expected {content: ...}");
		return;
	}
	if (strcmp(op->method, "GET") == 0 || strcmp(op->method, "HEAD") == 0)
		manifest_fault(r, at, "use query parameters, or make it a POST",
		    "a %s has no body", op->method);
	op->has_body = true;
	op->body_required = node_bool(node_get(n, "required"), false);
	type = only_type(r, n);
	if (type == NULL)
		return;
	op->body_type = type->key;
	op->body_content = type;
	op->body_schema = node_get(type, "schema");
}

static bool
read_code(const char *key, uint32_t *out)
{
	*out = 0;
	if (strcmp(key, "default") == 0)
		return true;
	if (strlen(key) != 3 || strspn(key, "0123456789") != 3)
		return false;
	*out = (uint32_t)(key[0] - '0') * 100 + (uint32_t)(key[1] - '0') * 10 +
	    (uint32_t)(key[2] - '0');
	return *out >= 200 && *out < 600;
}

/* The rows of one response, one for each media type, JSON first; returns how
 * many. */
static uint32_t
read_content(struct manifest_reader *r, const struct ep_node *content,
    struct manifest_response *rows)
{
	const struct manifest_response plain = rows[0];
	uint32_t i, n = 0;

	for (i = 0; i < content->count; i++) {
		const struct ep_node *type = node_at(content, i);

		if (type->type != EP_T_OBJECT) {
			manifest_fault(r, type, NULL,
			    "%.80s: expected {schema: ...}", type->key);
			continue;
		}
		rows[n] = plain;
		rows[n].media_type = type->key;
		rows[n].schema = node_get(type, "schema");
		if (n > 0 && is_json(type->key) &&
		    !is_json(rows[0].media_type)) {
			struct manifest_response first = rows[0];

			rows[0] = rows[n];
			rows[n] = first;
		}
		n++;
	}
	return n > 0 ? n : 1;
}

static uint32_t
read_response(struct manifest_reader *r, const struct ep_node *at,
    struct manifest_response *rows)
{
	const struct ep_node *n = manifest_follow(r->manifest->document, at);
	const struct ep_node *content = node_get(n, "content");

	if (!read_code(at->key, &rows[0].code))
		manifest_fault(r, at, NULL,
		    "responses: expected a code from 200 to 599 or default, "
		    "found %.40s",
		    at->key);
	if (n == NULL || n->type != EP_T_OBJECT) {
		manifest_fault(r, at, NULL,
		    "response %.40s: expected {description: ...}", at->key);
		return 1;
	}
	rows[0].node = n;
	if (content == NULL)
		return 1;
	if (content->type != EP_T_OBJECT || content->count == 0) {
		manifest_fault(r, content, NULL,
		    "content: expected media types, as {" JSON_TYPE
		    ": {schema: ...}}");
		return 1;
	}
	return read_content(r, content, rows);
}

/* How many rows a response may take. */
static uint32_t
row_count(struct manifest_reader *r, const struct ep_node *at)
{
	const struct ep_node *content =
	    node_get(manifest_follow(r->manifest->document, at), "content");

	return content != NULL && content->type == EP_T_OBJECT &&
		content->count > 1
	    ? content->count
	    : 1;
}

void
manifest_read_responses(struct manifest_reader *r,
    const struct ep_node *operation, struct manifest_operation *op)
{
	const struct ep_node *all = node_get(operation, "responses");
	struct manifest_response *rows;
	uint32_t i, room = 0;

	if (all == NULL || all->type != EP_T_OBJECT || all->count == 0) {
		manifest_fault(r, all != NULL ? all : operation, NULL,
		    "responses: expected at least one, as \"200\": ...");
		return;
	}
	for (i = 0; i < all->count; i++)
		room += row_count(r, node_at(all, i));
	rows = arena_array(r->arena, room, sizeof *rows);
	for (i = 0; i < all->count; i++)
		op->n_responses += read_response(r, node_at(all, i),
		    rows + op->n_responses);
	op->responses = rows;
}

/* Is there a property of that name at the top of the schema? */
static const struct ep_node *
find_property(const struct manifest_reader *r, const struct ep_node *schema,
    const char *name, unsigned *looks)
{
	const struct ep_node *n, *found, *all;
	uint32_t i;

	n = manifest_follow(r->manifest->document, schema);
	if (n == NULL || n->type != EP_T_OBJECT || ++*looks > LOOKS_MAX)
		return NULL;
	found = node_get(node_get(n, "properties"), name);
	all = node_get(n, "allOf");
	for (i = 0; found == NULL && all != NULL && i < all->count; i++)
		found = find_property(r, node_at(all, i), name, looks);
	return found;
}

void
manifest_check_collisions(struct manifest_reader *r,
    const struct manifest_operation *op)
{
	const struct manifest_parameter *p, *q;
	uint32_t i, k;
	unsigned looks;

	if (op->internal)
		return;
	for (i = 0; i < op->n_parameters; i++) {
		p = &op->parameters[i];
		if (p->in == IN_HEADER)
			continue;
		for (k = 0; k < i; k++) {
			q = &op->parameters[k];
			if (q->in != IN_HEADER && strcmp(p->name, q->name) == 0)
				manifest_fault(r, p->node, "rename one",
				    "%.80s is both a path and a query "
				    "parameter; input is one object",
				    p->name);
		}
		looks = 0;
		if (op->body_type != NULL && is_json(op->body_type) &&
		    find_property(r, op->body_schema, p->name, &looks) != NULL)
			manifest_fault(r, p->node, "rename one",
			    "%.80s is both a parameter and a member of the "
			    "body; input is one object",
			    p->name);
	}
}
