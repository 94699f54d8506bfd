/* SPDX-License-Identifier: BSD-2-Clause */

/* Operations that call, wait, hold the loop and run beside it. */

#include "probe.h"

#include <time.h>

static ep_status
call(struct ep_op *op)
{
	const struct ep_node *in = ep_node_get(ep_input(op), "input");
	const struct ep_node *answer = NULL;
	ep_status st;

	st = ep_call(op, ep_in_text(op, "operation"), in, &answer);
	if (st != EP_OK && !ep_in_bool(op, "catch", false))
		return st;
	if (ep_in_bool(op, "fail", false))
		return ep_fail(op, EP_CONFLICT, "caller_failed");
	return ep_reply(op, 200, EP_ARG("status", st),
	    EP_ARG("answer", answer));
}

ep_status
probe_call(struct ep_op *op)
{
	const char *first = ep_in_text(op, "first");

	if (first != NULL)
		EP_TRY(probe_put(op, first, 1, NULL));
	return call(op);
}

ep_status
probe_call_none(struct ep_op *op)
{
	return call(op);
}

ep_status
probe_recurse(struct ep_op *op)
{
	int64_t depth = ep_in_int(op, "depth", 0);
	const struct ep_node *answer = NULL;

	if (depth == 0)
		return ep_reply(op, 200, EP_ARG("reached", 1));
	EP_TRY(ep_call(op, "probe.recurse",
	    ep_object(op, EP_ARG("depth", depth - 1)), &answer));
	return ep_reply(op, 200,
	    EP_ARG("reached",
		ep_node_int(ep_node_get(answer, "reached"), 0) + 1));
}

ep_status
probe_sleep(struct ep_op *op)
{
	const char *id = ep_in_text(op, "id");
	int64_t before = ep_remaining(op);
	const struct ep_node *answer;

	EP_TRY(ep_sleep(op, (uint32_t)ep_in_int(op, "ms", 0)));
	if (id != NULL)
		EP_TRY(ep_call(op, "probe.hidden",
		    ep_object(op, EP_ARG("id", id), EP_ARG("n", 1)), &answer));
	return ep_reply(op, 200, EP_ARG("before", before),
	    EP_ARG("after", ep_remaining(op)));
}

ep_status
probe_sleep_in_write(struct ep_op *op)
{
	EP_TRY(probe_put(op, "slept", 1, NULL));
	EP_TRY(ep_sleep(op, (uint32_t)ep_in_int(op, "ms", 0)));
	return ep_reply(op, 200);
}

static int64_t
milliseconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Holds the loop, as no handler should. */
ep_status
probe_hold(struct ep_op *op)
{
	int64_t end = milliseconds() + ep_in_int(op, "ms", 0);

	while (milliseconds() < end)
		continue;
	return ep_reply(op, 200);
}

struct work {
	int64_t n, sum;
};

static void
add_up(void *arg)
{
	struct work *w = arg;

	for (int64_t i = 1; i <= w->n; i++)
		w->sum += i;
}

ep_status
probe_offload(struct ep_op *op)
{
	struct work w = { ep_in_int(op, "n", 0), 0 };

	EP_TRY(ep_offload(op, add_up, &w));
	return ep_reply(op, 200, EP_ARG("sum", w.sum));
}

ep_status
probe_offload_in_write(struct ep_op *op)
{
	struct work w = { 10, 0 };

	EP_TRY(probe_put(op, "offloaded", 1, NULL));
	EP_TRY(ep_offload(op, add_up, &w));
	return ep_reply(op, 200);
}
