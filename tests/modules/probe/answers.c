/* SPDX-License-Identifier: BSD-2-Clause */

/* Operations that are about their answers, good and bad. */

#include "probe.h"

#include <string.h>

ep_status
probe_fail(struct ep_op *op)
{
	const char *pointer = ep_in_text(op, "pointer");
	const char *detail = ep_in_text(op, "detail");
	ep_status status = (ep_status)ep_in_int(op, "status", EP_REFUSED);
	const char *code = ep_in_text(op, "code");

	if (pointer != NULL) {
		EP_TRY(ep_fail_at(op, pointer, "even", "an even number"));
		EP_TRY(ep_fail_at(op, "/other", "odd", "an odd number"));
	}
	if (detail != NULL)
		return ep_fail(op, status, code, EP_ARG("detail", detail));
	return ep_fail(op, status, code, EP_ARG("id", ep_in_text(op, "id")),
	    EP_ARG("n", ep_in_int(op, "n", 0)),
	    EP_ARG("status", "not the members of the host"));
}

static ep_status
reply_bad_header(struct ep_op *op, const char *how)
{
	if (strcmp(how, "framing") == 0)
		EP_TRY(ep_reply_header(op, "Content-Length", "5"));
	else if (strcmp(how, "split") == 0)
		EP_TRY(ep_reply_header(op, "X-Note", "a\r\nX-Evil: b"));
	else
		EP_TRY(ep_reply_header(op, "X-Note", "a\x01z"));
	return ep_reply(op, 200);
}

static ep_status
reply_booleans(struct ep_op *op)
{
	struct ep_node *list = ep_array(op);

	EP_TRY(ep_append(op, list, 1));
	EP_TRY(ep_append(op, list, ep_null()));
	EP_TRY(ep_append(op, list, false));
	return ep_reply(op, 200, EP_ARG("yes", strlen("ab") == 2),
	    EP_ARG("list", list));
}

static ep_status
reply_big(struct ep_op *op)
{
	int64_t n = ep_in_int(op, "n", 1000);
	char *text = ep_alloc(op, (uint64_t)n + 1);

	memset(text, 'x', (size_t)n);
	return ep_reply(op, 200, EP_ARG("text", text));
}

ep_status
probe_reply(struct ep_op *op)
{
	const char *how = ep_in_text(op, "how");
	const struct ep_node *ignored;

	if (strcmp(how, "twice") == 0) {
		EP_TRY(ep_reply(op, 200, EP_ARG("a", 1)));
		return ep_reply(op, 200, EP_ARG("a", 2));
	}
	if (strcmp(how, "none") == 0)
		return EP_OK;
	if (strcmp(how, "code") == 0)
		return ep_reply(op, 99);
	if (strcmp(how, "problem") == 0)
		return ep_reply(op, 410, EP_ARG("gone", true));
	if (strcmp(how, "try") == 0) {
		EP_TRY(ep_parse(op, "{", 1, &ignored));
		return ep_reply(op, 200);
	}
	if (strcmp(how, "forgotten") == 0) {
		(void)ep_fail(op, EP_CONFLICT, "first");
		(void)ep_fail(op, EP_REFUSED, "second");
		return EP_OK;
	}
	if (strcmp(how, "status") == 0)
		return (ep_status)ep_in_int(op, "n", 0);
	if (strcmp(how, "big") == 0)
		return reply_big(op);
	if (strcmp(how, "boolean") == 0)
		return reply_booleans(op);
	if (strcmp(how, "undeclared") == 0)
		return ep_reply(op, 202, EP_ARG("a", 1));
	if (strcmp(how, "crash") == 0)
		__builtin_trap();
	return reply_bad_header(op, how);
}

ep_status
probe_echo(struct ep_op *op)
{
	return ep_reply_node(op, 200, ep_input(op));
}

ep_status
probe_memory(struct ep_op *op)
{
	int64_t bytes = ep_in_int(op, "bytes", 0), taken = 0;

	while (taken < bytes) {
		char *piece = ep_alloc(op, 65536);

		piece[0] = piece[65535] = 1;
		taken += 65536;
		EP_TRY(ep_set(op, ep_object(op), EP_ARG("still", "here")));
	}
	return ep_reply(op, 200, EP_ARG("taken", taken));
}

ep_status
probe_params(struct ep_op *op)
{
	return ep_reply(op, 200, EP_ARG("input", ep_input(op)),
	    EP_ARG("word", ep_param(op, "word")),
	    EP_ARG("number", ep_param(op, "number")),
	    EP_ARG("flag", ep_param(op, "flag")),
	    EP_ARG("level", ep_param(op, "X-Level")),
	    EP_ARG("absent", ep_param(op, "nothing")));
}

ep_status
probe_who(struct ep_op *op)
{
	return ep_reply(op, 200, EP_ARG("tenant", ep_tenant(op)),
	    EP_ARG("principal", ep_principal(op)),
	    EP_ARG("language", ep_language(op)),
	    EP_ARG("request_id", ep_request_id(op)),
	    EP_ARG("traceparent", ep_host_->about(op, EP_ABOUT_TRACEPARENT)),
	    EP_ARG("operation", ep_host_->about(op, EP_ABOUT_OPERATION)),
	    EP_ARG("origin", ep_origin(op)),
	    EP_ARG("word", ep_config_text(op, "word")));
}

ep_status
probe_data(struct ep_op *op)
{
	const void *bytes;
	uint64_t length;

	EP_TRY(ep_data(op, ep_param(op, "name"), &bytes, &length));
	return ep_reply_bytes(op, 200, "text/csv; charset=utf-8", bytes,
	    length);
}
