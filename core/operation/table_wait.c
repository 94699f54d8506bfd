/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/loop/fiber.h"
#include "core/operation/table.h"

/* Waiting with a transaction open would make everybody wait. */
static ep_status
wait_check(struct ep_op *op, const char *function)
{
	EP_TRY(op_check(op));
	if (op->tx != NULL)
		return op_fail(op, EP_INTERNAL, "wait_in_transaction",
		    "%s: only an operation with x-entrepot-tx: none may wait",
		    function);
	return EP_OK;
}

ep_status
table_sleep(struct ep_op *op, uint32_t milliseconds)
{
	int64_t until = clock_monotonic_us() + (int64_t)milliseconds * 1000;
	bool is_cut = until > op->deadline_us;
	int64_t at;
	ep_status st;

	EP_TRY(wait_check(op, "ep_sleep"));
	at = op_pause(op);
	st = fiber_wait(is_cut ? op->deadline_us : until);
	op_resume(op, at);
	if (st == EP_CANCELLED)
		return op_fail(op, EP_CANCELLED, NULL,
		    "the host is going away; ask again");
	if (is_cut)
		return op_fail(op, EP_TIMEOUT, NULL,
		    "the deadline of the operation passed");
	return EP_OK;
}

ep_status
table_offload(struct ep_op *op, ep_work *work, void *arg)
{
	int64_t at;
	ep_status st;

	EP_TRY(wait_check(op, "ep_offload"));
	at = op_pause(op);
	st = loop_offload(op->host->loop, work, arg);
	op_resume(op, at);
	/* The work itself cannot be cut short, what follows can. */
	if (st == EP_OK && clock_monotonic_us() > op->deadline_us)
		return op_fail(op, EP_TIMEOUT, NULL,
		    "the deadline of the operation passed");
	return st;
}

int64_t
table_remaining(struct ep_op *op)
{
	int64_t left;

	EP_CHECK(op, OP_MAGIC);
	left = (op->deadline_us - clock_monotonic_us()) / 1000;
	return left > 0 ? left : 0;
}

int64_t
table_now(struct ep_op *op)
{
	EP_CHECK(op, OP_MAGIC);
	return op->now_us;
}

const char *
table_id(struct ep_op *op)
{
	char *id;

	EP_CHECK(op, OP_MAGIC);
	id = arena_raw(op->arena, 37);
	id_new(id);
	return id;
}
