/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/json.h"
#include "core/operation/table.h"

#include <stdio.h>
#include <string.h>

const struct ep_node *
table_input(struct ep_op *op)
{
	EP_CHECK(op, OP_MAGIC);
	return op->input;
}

const char *
table_param(struct ep_op *op, const char *name)
{
	const struct op_field *h;
	const struct ep_node *n;

	EP_CHECK(op, OP_MAGIC);
	for (h = op->headers; h != NULL; h = h->next)
		if (strcmp(h->name, name) == 0)
			return h->value;
	n = node_get(op->input, name);
	if (n == NULL)
		return NULL;
	if (n->text != NULL)
		return n->text;
	{
		struct ep_value v = ep_json(n);

		return table_format(op, &v);
	}
}

const struct ep_node *
table_config(struct ep_op *op)
{
	EP_CHECK(op, OP_MAGIC);
	return op->instance->config;
}

void *
table_state(struct ep_op *op)
{
	EP_CHECK(op, OP_MAGIC);
	return op->instance->state;
}

uint32_t
table_origin(struct ep_op *op)
{
	EP_CHECK(op, OP_MAGIC);
	return op->origin;
}

const char *
table_about(struct ep_op *op, uint32_t what)
{
	const char *s = NULL;

	EP_CHECK(op, OP_MAGIC);
	switch (what) {
	case EP_ABOUT_TENANT:
		s = op->tenant;
		break;
	case EP_ABOUT_PRINCIPAL:
		s = op->principal;
		break;
	case EP_ABOUT_LANGUAGE:
		s = op->language;
		break;
	case EP_ABOUT_REQUEST_ID:
		s = op->request_id;
		break;
	case EP_ABOUT_OPERATION:
		s = op->operation->spec->id;
		break;
	case EP_ABOUT_TRACEPARENT:
		s = op->traceparent;
		break;
	case EP_ABOUT_SNAPSHOT:
		s = op->lifecycle != NULL ? op->lifecycle->snapshot_name : NULL;
		break;
	default:
		break;
	}
	return s != NULL ? s : "";
}

uint32_t
table_node_type(const struct ep_node *n)
{
	return n != NULL ? n->type : EP_T_NULL;
}

uint32_t
table_node_count(const struct ep_node *n)
{
	if (n == NULL || (n->type != EP_T_ARRAY && n->type != EP_T_OBJECT))
		return 0;
	return n->count;
}

const char *
table_node_key(const struct ep_node *n)
{
	return n != NULL ? n->key : NULL;
}

const char *
table_node_text(const struct ep_node *n, uint32_t *length_out)
{
	const char *text = NULL;

	if (n != NULL &&
	    (n->type == EP_T_TEXT || n->type == EP_T_INT ||
		n->type == EP_T_REAL))
		text = n->text;
	if (length_out != NULL)
		*length_out = text != NULL ? n->count : 0;
	return text;
}

struct ep_node *
table_make(struct ep_op *op, uint32_t type, const struct ep_arg *args,
    uint32_t n)
{
	EP_CHECK(op, OP_MAGIC);
	if (type != EP_T_ARRAY)
		return node_from_args(op->arena, args, n);
	EP_ASSERT(n == 0); /* elements have no names */
	return node_new(op->arena, EP_T_ARRAY);
}

ep_status
table_append(struct ep_op *op, struct ep_node *array,
    const struct ep_value *value)
{
	EP_TRY(op_check(op));
	if (array == NULL || array->type != EP_T_ARRAY)
		return op_fail(op, EP_INTERNAL, "not_an_array",
		    "ep_append: the node is not an array");
	(void)node_append(op->arena, array, node_from_value(op->arena, value));
	return EP_OK;
}

ep_status
table_set(struct ep_op *op, struct ep_node *object, const struct ep_arg *arg)
{
	EP_TRY(op_check(op));
	if (object == NULL || object->type != EP_T_OBJECT)
		return op_fail(op, EP_INTERNAL, "not_an_object",
		    "ep_set: the node is not an object");
	(void)node_set(op->arena, object, arg->name,
	    node_from_value(op->arena, &arg->value));
	return EP_OK;
}

ep_status
table_parse(struct ep_op *op, const char *text, uint32_t length,
    const struct ep_node **node_out)
{
	struct err err = { 0 };

	*node_out = NULL;
	EP_TRY(op_check(op));
	/* Not the operation's failure: the module may expect it. */
	return json_parse_copy(op->arena, text, length, node_out, &err);
}

const char *
table_format(struct ep_op *op, const struct ep_value *value)
{
	const struct ep_node *n;
	struct buf b = { 0 };
	char *text;

	EP_CHECK(op, OP_MAGIC);
	n = node_from_value(op->arena, value);
	if (n->type == EP_T_TEXT)
		return n->text;
	json_write(&b, n);
	text = arena_copy(op->arena, buf_data(&b), buf_length(&b));
	buf_fini(&b);
	return text;
}

void *
table_alloc(struct ep_op *op, uint64_t size)
{
	EP_CHECK(op, OP_MAGIC);
	return arena_alloc(op->arena, size);
}

void *
table_instance_alloc(struct ep_op *op, uint64_t size)
{
	EP_CHECK(op, OP_MAGIC);
	EP_ASSERT(op->origin == EP_FROM_HOST);
	return arena_alloc(op->instance->arena, size);
}

const char *
table_concat(struct ep_op *op, const char *const *parts, uint32_t n)
{
	size_t length = 0;
	char *text, *at;

	EP_CHECK(op, OP_MAGIC);
	for (uint32_t i = 0; i < n; i++)
		length += parts[i] != NULL ? strlen(parts[i]) : 0;
	text = at = arena_raw(op->arena, length + 1);
	for (uint32_t i = 0; i < n; i++) {
		size_t part = parts[i] != NULL ? strlen(parts[i]) : 0;

		if (part > 0)
			memcpy(at, parts[i], part);
		at += part;
	}
	*at = '\0';
	return text;
}
