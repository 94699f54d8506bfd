/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/buf.h"
#include "core/operation/table.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Fields that frame the message or belong to the connection. */
static const char *const host_fields[] = { "connection", "content-length",
	"content-type", "date", "keep-alive", "proxy-authenticate",
	"proxy-connection", "server", "te", "trailer", "transfer-encoding",
	"upgrade", "x-request-id" };

static ep_status
begin(struct ep_op *op, uint32_t code)
{
	EP_TRY(op_check(op));
	if (op->outcome.is_set)
		return op_fail(op, EP_INTERNAL, "second_reply",
		    "ep_reply: this operation has replied already");
	if (code < 200 || code > 599)
		return op_fail(op, EP_INTERNAL, "bad_reply_status",
		    "ep_reply: %u is no HTTP status from 200 to 599", code);
	op->outcome.is_set = true;
	op->outcome.code = (int)code;
	return EP_OK;
}

ep_status
table_reply(struct ep_op *op, uint32_t code, const struct ep_arg *args,
    uint32_t n)
{
	EP_TRY(begin(op, code));
	if (n > 0 || (code != 204 && code != 304))
		op->outcome.node = table_make(op, EP_T_OBJECT, args, n);
	return EP_OK;
}

ep_status
table_reply_node(struct ep_op *op, uint32_t code, const struct ep_node *node)
{
	EP_TRY(begin(op, code));
	op->outcome.node = node;
	return EP_OK;
}

ep_status
table_reply_bytes(struct ep_op *op, uint32_t code, const char *media,
    const void *bytes, uint64_t length)
{
	EP_TRY(begin(op, code));
	if (media == NULL || media[0] == '\0')
		return op_fail(op, EP_INTERNAL, "no_media_type",
		    "ep_reply_bytes: a media type must be given");
	op->outcome.media = arena_strdup(op->arena, media);
	op->outcome.bytes = arena_copy(op->arena, bytes, length);
	op->outcome.length = length;
	return EP_OK;
}

/* RFC 9110 section 5.6.2. */
static bool
is_token(const char *s)
{
	static const char letters[] = "!#$%&'*+-.^_`|~0123456789"
				      "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return s[0] != '\0' && s[strspn(s, letters)] == '\0';
}

static bool
has_control(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
			return true;
	return false;
}

ep_status
table_reply_header(struct ep_op *op, const char *name, const char *value)
{
	struct op_field *f;

	EP_TRY(op_check(op));
	for (size_t i = 0; i < sizeof host_fields / sizeof host_fields[0]; i++)
		if (strcasecmp(name, host_fields[i]) == 0)
			return op_fail(op, EP_INTERNAL, "host_field",
			    "ep_reply_header: %s is the host's", name);
	if (!is_token(name) || has_control(value))
		return op_fail(op, EP_INTERNAL, "bad_field",
		    "ep_reply_header: %.64s is not fit for a header", name);
	f = arena_alloc(op->arena, sizeof *f);
	f->name = arena_strdup(op->arena, name);
	f->value = arena_strdup(op->arena, value);
	f->next = op->outcome.fields;
	op->outcome.fields = f;
	op->outcome.n_fields++;
	return EP_OK;
}

static const char *
text_of(struct ep_op *op, const struct ep_node *n)
{
	struct ep_value v = ep_json(n);

	return table_format(op, &v);
}

/* The vendor sees it while he develops; later the code must do. */
static void
miss(struct ep_op *op, const char *code)
{
	struct log_context about = { .module = op->instance->name,
		.request_id = op->request_id,
		.operation = op->operation->spec->id,
		.tenant = op->tenant };
	struct ep_arg fields[] = { { "code", ep_text(code) },
		{ "detail",
		    ep_text("no file of messages/ has a text for it") } };

	if (op->generation->mode != MODE_PRODUCTION)
		log_write(op->host->log, EP_WARN, &about, "message_missing",
		    fields, 2);
}

/* The module's message for the code, its {places} filled from members. */
static const char *
message(struct ep_op *op, const char *code, const struct ep_node *members)
{
	const char *text = message_find(op->instance->manifest, op->language,
	    code);
	struct buf b = { 0 };
	const char *open, *close;
	char *filled;

	if (text == NULL) {
		miss(op, code);
		return code;
	}
	while ((open = strchr(text, '{')) != NULL &&
	    (close = strchr(open, '}')) != NULL) {
		const struct ep_node *n = node_get_n(members, open + 1,
		    (size_t)(close - open - 1));

		buf_append(&b, text, (size_t)(open - text));
		if (n != NULL)
			buf_text(&b, text_of(op, n));
		else
			buf_append(&b, open, (size_t)(close - open + 1));
		text = close + 1;
	}
	buf_text(&b, text);
	filled = arena_copy(op->arena, buf_data(&b), buf_length(&b));
	buf_fini(&b);
	return filled;
}

ep_status
table_fail(struct ep_op *op, ep_status status, const char *code,
    const struct ep_arg *args, uint32_t n)
{
	struct ep_node *members;
	const struct ep_node *detail;

	EP_TRY(op_check(op));
	if (status <= EP_OK || status >= EP_STATUS_COUNT)
		status = EP_INTERNAL;
	members = table_make(op, EP_T_OBJECT, args, n);
	op->fail_members = members;
	detail = node_get(members, "detail");
	return op_fail(op, status, code != NULL ? code : status_code(status),
	    "%s",
	    detail != NULL
		? node_text(detail, "")
		: message(op, code != NULL ? code : status_code(status),
		      members));
}

/* Members that problem.c sets for this operation by itself. */
static bool
is_own_member(const char *name)
{
	static const char *const own[] = { "type", "title", "status", "detail",
		"instance", "error", "errors", "request_id" };

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strcmp(name, own[i]) == 0)
			return true;
	return false;
}

ep_status
table_fail_with(struct ep_op *op, ep_status status,
    const struct ep_node *problem)
{
	struct ep_node *members;

	EP_TRY(op_check(op));
	if (problem == NULL || problem->type != EP_T_OBJECT)
		return table_fail(op, status, NULL, NULL, 0);
	members = node_new(op->arena, EP_T_OBJECT);
	for (uint32_t i = 0; i < problem->count; i++)
		if (!is_own_member(problem->u.items[i].key))
			(void)node_set(op->arena, members,
			    problem->u.items[i].key, &problem->u.items[i]);
	op->fail_members = members;
	op->fail_places = node_get(problem, "errors") != NULL
	    ? node_copy(op->arena, node_get(problem, "errors"))
	    : NULL;
	if (status <= EP_OK || status >= EP_STATUS_COUNT)
		status = EP_INTERNAL;
	return op_fail(op, status,
	    node_text(node_get(problem, "error"), status_code(status)), "%s",
	    node_text(node_get(problem, "detail"), ""));
}

ep_status
table_fail_at(struct ep_op *op, const char *pointer, const char *rule,
    const char *expected)
{
	struct arena *a = op->arena;
	struct ep_node *place;

	EP_TRY(op_check(op));
	if (op->fail_places == NULL)
		op->fail_places = node_new(a, EP_T_ARRAY);
	place = node_new(a, EP_T_OBJECT);
	(void)node_set_text(a, place, "pointer", pointer);
	(void)node_set_text(a, place, "rule", rule);
	(void)node_set_text(a, place, "expected", expected);
	(void)node_append(a, op->fail_places, place);
	return EP_OK;
}

void
table_log(struct ep_op *op, uint32_t level, const char *event,
    const struct ep_arg *args, uint32_t n)
{
	struct log_context about = { .module = op->instance->name,
		.request_id = op->request_id,
		.operation = op->operation->spec->id,
		.tenant = op->tenant };

	EP_CHECK(op, OP_MAGIC);
	log_write(op->host->log, level, &about, event, args, n);
}
