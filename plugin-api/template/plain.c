/* SPDX-License-Identifier: BSD-2-Clause */

#include <entrepot.h>

/* Adds up prices in minor units (cents, fen).  What schemas can say, types
 * and ranges, is in openapi.yaml and was checked before this runs. */
static ep_status
modname_total(struct ep_op *op)
{
	const struct ep_node *prices = ep_node_get(ep_input(op), "prices");
	int64_t most = ep_config_int(op, "most");
	int64_t total = 0;

	for (uint32_t i = 0; i < ep_node_count(prices); i++)
		total += ep_node_int(ep_node_at(prices, i), 0);
	if (total > most)
		return ep_fail(op, EP_REFUSED, "total_too_large",
		    EP_ARG("total", total), EP_ARG("most", most));
	return ep_reply(op, 200, EP_ARG("count", ep_node_count(prices)),
	    EP_ARG("total", total));
}

/* One row for each operationId of openapi.yaml. */
EP_MODULE(EP_OPERATION("modname.total", modname_total));
