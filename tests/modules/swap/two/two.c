/* SPDX-License-Identifier: BSD-2-Clause */

/* Version two of swap: its name stands in a table among others, found by an
 * index in writable memory; the state is larger and differently arranged. */

#include "two.h"

static const char *const versions[] = { "none", "two", "later" };
static uint32_t which = 1;

struct swap_state {
	uint64_t sum;
	char pad[4096];
	char version[8]; /* as EP_START left it */
};

EP_SQL(entry_add,
    "INSERT INTO swap_entry (tenant, n, version, weight)"
    " VALUES ($tenant, $n, $version, $weight)");

EP_SQL(entry_count,
    "SELECT count(*), coalesce(sum(n), 0), count(weight) FROM swap_entry"
    " WHERE tenant = $tenant");

static ep_status
start(struct ep_op *op)
{
	struct swap_state *state = ep_state(op);

	table_fill(4711);
	state->sum = table_sum();
	for (unsigned i = 0; i < 4; i++)
		state->version[i] = versions[which][i];
	return EP_OK;
}

static ep_status
health(struct ep_op *op)
{
	const struct swap_state *state = ep_state(op);

	return state->sum == table_sum() ? EP_OK : EP_INTERNAL;
}

static ep_status
stop(struct ep_op *op)
{
	struct swap_state *state = ep_state(op);

	state->version[0] = 'x';
	table_fill(0);
	ep_log(op, EP_DEBUG, "swap_stopped", EP_ARG("version", "two"));
	return EP_OK;
}

static ep_status
swap_inner(struct ep_op *op)
{
	return ep_reply(op, 200, EP_ARG("version", versions[which]));
}

static ep_status
answer(struct ep_op *op, struct ep_node *object)
{
	const struct swap_state *state = ep_state(op);
	const struct ep_node *inner = NULL;

	EP_TRY(ep_call(op, "swap.inner", NULL, &inner));
	EP_TRY(
	    ep_set(op, object, EP_ARG("inner", ep_node_get(inner, "version"))));
	EP_TRY(ep_set(op, object, EP_ARG("word", ep_config_text(op, "word"))));
	EP_TRY(ep_set(op, object,
	    EP_ARG("end", state->sum == 0 ? "not started" : state->version)));
	return ep_reply_node(op, 200, object);
}

static ep_status
swap_version(struct ep_op *op)
{
	return answer(op, ep_object(op, EP_ARG("begin", versions[which])));
}

static ep_status
swap_add(struct ep_op *op)
{
	int64_t n = ep_in_int(op, "n", 0);
	struct ep_node *object = ep_object(op, EP_ARG("begin", versions[which]),
	    EP_ARG("n", n));

	EP_TRY(ep_sql(op, NULL, entry_add, EP_ARG("n", n),
	    EP_ARG("version", versions[which]), EP_ARG("weight", n % 100)));
	return answer(op, object);
}

static ep_status
swap_count(struct ep_op *op)
{
	const struct ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, entry_count));
	return ep_reply(op, 200, EP_ARG("count", ep_row_int(rows, 0, 0)),
	    EP_ARG("sum", ep_row_int(rows, 0, 1)),
	    EP_ARG("weighed", ep_row_int(rows, 0, 2)));
}

static ep_status
swap_wait(struct ep_op *op)
{
	struct ep_node *object = ep_object(op, EP_ARG("begin", versions[which]),
	    EP_ARG("n", ep_in_int(op, "n", 0)));

	EP_TRY(ep_sleep(op, (uint32_t)ep_in_int(op, "ms", 0)));
	return answer(op, object);
}

static ep_status
swap_checksum(struct ep_op *op)
{
	return ep_reply(op, 200, EP_ARG("sum", (int64_t)table_sum()));
}

EP_MODULE(EP_STATE(struct swap_state), EP_OPERATION("swap.wait", swap_wait),
    EP_OPERATION("swap.checksum", swap_checksum),
    EP_OPERATION("swap.count", swap_count), EP_OPERATION("swap.add", swap_add),
    EP_OPERATION("swap.version", swap_version),
    EP_OPERATION("swap.inner", swap_inner), EP_START(start), EP_STOP(stop),
    EP_HEALTH(health));
