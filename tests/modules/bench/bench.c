/* SPDX-License-Identifier: BSD-2-Clause */

/* An operation without SQL: what a request costs beside its handler. */

#include <entrepot.h>

static ep_status
bench_order(struct ep_op *op)
{
	int64_t amount = ep_in_int(op, "quantity", 0) *
	    ep_in_int(op, "unit_price", 0);

	return ep_reply(op, 200,
	    EP_ARG("reference", ep_in_text(op, "reference")),
	    EP_ARG("amount", amount),
	    EP_ARG("currency", ep_in_text(op, "currency")),
	    EP_ARG("express", ep_in_bool(op, "express", false)));
}

EP_MODULE(EP_OPERATION("bench.order", bench_order));
