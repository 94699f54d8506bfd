/* SPDX-License-Identifier: BSD-2-Clause */

/* Messages: inputs are read, checked and answered. */

#include "local.h"

ep_status
logistics_message_check(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct ep_node *in = ep_input(op);
	const struct ep_node *message = ep_node_get(in, "message");
	const struct message_kind *kind = message_kind_find(&state->messages,
	    member_text(in, "kind"));
	struct message_error errors[MESSAGE_ERRORS];
	struct ep_node *list = ep_array(op);
	size_t n, found;
	const struct element *elements = read_elements(op, message, &n);

	if (kind == NULL)
		return refuse(op, "unknown_message");
	found = message_check(kind, elements, n, errors);
	for (size_t i = 0; i < found; i++)
		EP_TRY(ep_append(op, list,
		    ep_object(op, EP_ARG("field", errors[i].field),
			EP_ARG("code", errors[i].code))));
	return ep_reply(op, 200, EP_ARG("valid", found == 0),
	    EP_ARG("errors", list));
}
