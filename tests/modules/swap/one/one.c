/* SPDX-License-Identifier: BSD-2-Clause */

/* Version one of swap: small, one word of memory. */

#include <entrepot.h>

static const char version[] = "one";
static int64_t greeted;

struct swap_state {
	const char *version; /* as EP_START left it */
};

EP_SQL(entry_add,
    "INSERT INTO swap_entry (tenant, n, version)"
    " VALUES ($tenant, $n, $version)");

EP_SQL(entry_count,
    "SELECT count(*), coalesce(sum(n), 0) FROM swap_entry"
    " WHERE tenant = $tenant");

static ep_status
start(struct ep_op *op)
{
	struct swap_state *state = ep_state(op);

	state->version = version;
	return EP_OK;
}

static ep_status
health(struct ep_op *op)
{
	const struct swap_state *state = ep_state(op);

	return state->version == version ? EP_OK : EP_INTERNAL;
}

static ep_status
stop(struct ep_op *op)
{
	struct swap_state *state = ep_state(op);

	state->version = "stopped";
	ep_log(op, EP_DEBUG, "swap_stopped", EP_ARG("version", version));
	return EP_OK;
}

static ep_status
named(struct ep_op *op, const char *begin, int64_t n)
{
	const struct swap_state *state = ep_state(op);
	const struct ep_node *answer = NULL;

	EP_TRY(ep_call(op, "swap.inner", NULL, &answer));
	return ep_reply(op, 200, EP_ARG("begin", begin),
	    EP_ARG("inner", ep_node_get(answer, "version")),
	    EP_ARG("word", ep_config_text(op, "word")), EP_ARG("n", n),
	    EP_ARG("end", state->version));
}

static ep_status
swap_version(struct ep_op *op)
{
	return named(op, version, 0);
}

static ep_status
swap_inner(struct ep_op *op)
{
	return ep_reply(op, 200, EP_ARG("version", version));
}

static ep_status
swap_add(struct ep_op *op)
{
	int64_t n = ep_in_int(op, "n", 0);

	EP_TRY(ep_sql(op, NULL, entry_add, EP_ARG("n", n),
	    EP_ARG("version", version)));
	return named(op, version, n);
}

static ep_status
swap_count(struct ep_op *op)
{
	const struct ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, entry_count));
	return ep_reply(op, 200, EP_ARG("count", ep_row_int(rows, 0, 0)),
	    EP_ARG("sum", ep_row_int(rows, 0, 1)));
}

static ep_status
swap_wait(struct ep_op *op)
{
	const char *begin = version;

	EP_TRY(ep_sleep(op, (uint32_t)ep_in_int(op, "ms", 0)));
	return named(op, begin, ep_in_int(op, "n", 0));
}

static ep_status
swap_greet(struct ep_op *op)
{
	return ep_reply(op, 200, EP_ARG("greeted", ++greeted));
}

EP_MODULE(EP_STATE(struct swap_state), EP_START(start), EP_STOP(stop),
    EP_HEALTH(health), EP_OPERATION("swap.version", swap_version),
    EP_OPERATION("swap.inner", swap_inner), EP_OPERATION("swap.add", swap_add),
    EP_OPERATION("swap.count", swap_count),
    EP_OPERATION("swap.wait", swap_wait),
    EP_OPERATION("swap.greet", swap_greet));
