/* SPDX-License-Identifier: BSD-2-Clause */

/* States of records: inputs are read, looked up and answered. */

#include "local.h"

#include <string.h>

/* Where a record of this machine may go from this state. */
static struct ep_node *
next_node(struct ep_op *op, const struct lifecycles *t, const char *machine,
    const char *from)
{
	struct ep_node *list = ep_array(op);

	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->rows[i].machine, machine) == 0 &&
		    strcmp(t->rows[i].from, from) == 0)
			(void)ep_append(op, list, t->rows[i].to);
	return list;
}

ep_status
logistics_transition(struct ep_op *op)
{
	const struct logistics_state *state = ep_state(op);
	const struct lifecycles *t = &state->lifecycles;
	const struct ep_node *in = ep_input(op);
	const char *machine = member_text(in, "machine");
	const char *from = member_text(in, "from"), *to = ep_in_text(op, "to");
	const struct transition *found = NULL;
	struct ep_node *answer;
	int64_t wait;

	if (!lifecycle_has(t, machine, NULL))
		return refuse(op, "unknown_machine");
	if (!lifecycle_has(t, machine, from) ||
	    (to != NULL && !lifecycle_has(t, machine, to)))
		return refuse(op, "unknown_state");
	if (to != NULL)
		found = lifecycle_find(t, machine, from, to);
	answer = ep_object(op, EP_ARG("allowed", found != NULL),
	    EP_ARG("next", next_node(op, t, machine, from)));
	if (found != NULL && *found->needs != '\0')
		EP_TRY(ep_set(op, answer, EP_ARG("needs", found->needs)));
	if (strcmp(machine, "message") != 0 || strcmp(from, "timed_out") != 0)
		return ep_reply_node(op, 200, answer);
	wait = message_retry_after(ep_in_int(op, "tries", 1));
	EP_TRY(ep_set(op, answer, EP_ARG("alert", wait < 0)));
	EP_TRY(ep_set(op, answer,
	    EP_ARG("retry_after_s", wait < 0 ? ep_null() : ep_int(wait))));
	return ep_reply_node(op, 200, answer);
}
