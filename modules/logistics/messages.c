/* SPDX-License-Identifier: BSD-2-Clause */

/* Messages: inputs are read, checked and answered. */

#include "local.h"

static bool
is_empty(const struct ep_node *n)
{
	uint32_t type = ep_node_type(n);
	const char *text = ep_node_text(n, NULL);

	if (type == EP_T_ARRAY || type == EP_T_OBJECT)
		return ep_node_count(n) == 0;
	return type == EP_T_NULL ||
	    (type == EP_T_TEXT && (text == NULL || *text == '\0'));
}

ep_status
logistics_message_check(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct ep_node *message = ep_node_get(in, "message");
	uint32_t n = ep_node_count(message);
	struct element *elements = ep_alloc(op, (n + 1) * sizeof *elements);
	const struct message_kind *kind = message_kind_find(&state->messages,
	    member_text(in, "kind"));
	struct message_error errors[MESSAGE_ERRORS];
	struct ep_node *list = ep_array(op);
	size_t found;

	if (kind == NULL)
		return refuse(op, "unknown_message");
	for (uint32_t i = 0; i < n; i++) {
		const struct ep_node *e = ep_node_at(message, i);

		elements[i] = (struct element){ ep_node_key(e),
			ep_node_text(e, NULL), is_empty(e) };
	}
	found = message_check(kind, elements, n, errors);
	for (size_t i = 0; i < found; i++)
		EP_TRY(ep_append(op, list,
		    ep_object(op, EP_ARG("field", errors[i].field),
			EP_ARG("code", errors[i].code))));
	return ep_reply(op, 200, EP_ARG("valid", found == 0),
	    EP_ARG("errors", list));
}
