/* SPDX-License-Identifier: BSD-2-Clause */

/* Items in the store, and what takes effect with a commit. */

#include "probe.h"

EP_SQL(item_put,
    "INSERT INTO probe_item (tenant, id, n, note)"
    " VALUES ($tenant, $id, $n, $note)"
    " ON CONFLICT (tenant, id)"
    " DO UPDATE SET n = excluded.n, note = excluded.note");

EP_SQL(item_get,
    "SELECT n, note FROM probe_item WHERE tenant = $tenant AND id = $id");

EP_SQL(item_add,
    "UPDATE probe_item SET n = n + $by"
    " WHERE tenant = $tenant AND id = $id RETURNING n");

EP_SQL(item_delete,
    "DELETE FROM probe_item WHERE tenant = $tenant AND id = $id");

EP_SQL(items_sum,
    "SELECT count(*), coalesce(sum(n), 0) FROM probe_item"
    " WHERE tenant = $tenant AND substr(id, 1, length($prefix)) = $prefix");

ep_status
probe_put(struct ep_op *op, const char *id, int64_t n, const char *note)
{
	return ep_sql(op, NULL, item_put, EP_ARG("id", id), EP_ARG("n", n),
	    EP_ARG("note", note));
}

static ep_status
start(struct ep_op *op)
{
	struct probe_state *state = ep_state(op);

	state->starts++;
	return EP_OK;
}

static ep_status
stop(struct ep_op *op)
{
	ep_log(op, EP_INFO, "probe_stopped",
	    EP_ARG("word", ep_config_text(op, "word")));
	return EP_OK;
}

static ep_status
health(struct ep_op *op)
{
	const struct probe_state *state = ep_state(op);

	return state->starts == 1 ? EP_OK : EP_INTERNAL;
}

static ep_status
no_item(struct ep_op *op, const char *id)
{
	return ep_fail(op, EP_NOT_FOUND, "no_item", EP_ARG("id", id));
}

static ep_status
get_item(struct ep_op *op)
{
	const char *id = ep_param(op, "id");
	const struct ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, item_get, EP_ARG("id", id)));
	if (ep_row_count(rows) == 0)
		return no_item(op, id);
	return ep_reply(op, 200, EP_ARG("id", id),
	    EP_ARG("n", ep_row_int(rows, 0, 0)),
	    EP_ARG("note", ep_row_text(rows, 0, 1)));
}

static ep_status
put_item(struct ep_op *op)
{
	const char *id = ep_param(op, "id");
	int64_t n = ep_in_int(op, "n", 0);

	EP_TRY(probe_put(op, id, n, ep_in_text(op, "note")));
	EP_TRY(ep_reply_header(op, "Location",
	    ep_concat(op, "/v1/probe/items/", id)));
	return ep_reply(op, 201, EP_ARG("id", id), EP_ARG("n", n));
}

static ep_status
delete_item(struct ep_op *op)
{
	EP_TRY(ep_sql(op, NULL, item_delete, EP_ARG("id", ep_param(op, "id"))));
	return ep_reply(op, 204);
}

static ep_status
add(struct ep_op *op)
{
	const char *id = ep_param(op, "id");
	const struct ep_rows *rows;
	int64_t n;

	EP_TRY(ep_lock(op, "item", id));
	EP_TRY(ep_sql(op, &rows, item_add, EP_ARG("id", id),
	    EP_ARG("by", ep_in_int(op, "by", 0))));
	if (ep_row_count(rows) == 0)
		return no_item(op, id);
	n = ep_row_int(rows, 0, 0);
	if (n < 0)
		return ep_fail(op, EP_CONFLICT, "too_low", EP_ARG("id", id),
		    EP_ARG("n", n));
	return ep_reply(op, 200, EP_ARG("id", id), EP_ARG("n", n));
}

static ep_status
sum(struct ep_op *op, const char *prefix, int64_t out[2])
{
	const struct ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, items_sum,
	    EP_ARG("prefix", prefix != NULL ? prefix : "")));
	out[0] = ep_row_int(rows, 0, 0);
	out[1] = ep_row_int(rows, 0, 1);
	return EP_OK;
}

static ep_status
count_items(struct ep_op *op)
{
	int64_t n[2];

	EP_TRY(sum(op, ep_param(op, "prefix"), n));
	return ep_reply(op, 200, EP_ARG("count", n[0]), EP_ARG("sum", n[1]));
}

/* Inserts in whatever transaction there is; replies with the item. */
static ep_status
new_item(struct ep_op *op)
{
	const char *id = ep_in_text(op, "id");
	int64_t n = ep_in_int(op, "n", 0);

	EP_TRY(probe_put(op, id != NULL ? id : "x", n, NULL));
	return ep_reply(op, 200, EP_ARG("id", id), EP_ARG("n", n));
}

static ep_status
put_then_fail(struct ep_op *op)
{
	EP_TRY(probe_put(op, ep_in_text(op, "id"), 1, NULL));
	(void)ep_counter_add(op, "failed_puts", 1);
	return ep_fail(op, EP_REFUSED, "on_purpose", EP_ARG("detail", "no"));
}

/* U+0000 is for the store to refuse. */
static ep_status
store_text(struct ep_op *op)
{
	const struct ep_node *n = ep_node_get(ep_input(op), "text");
	uint32_t length = 0;
	const char *text = ep_node_text(n, &length);

	EP_TRY(ep_sql(op, NULL, item_put, EP_ARG("id", "text"),
	    EP_ARG("n", (int64_t)length),
	    EP_ARG("note", ep_textn(text, length))));
	return ep_reply(op, 200, EP_ARG("length", (int64_t)length));
}

/* --------------------------------------------------- with the commit -- */

static void
committed(void *arg)
{
	struct probe_state *state = arg;

	state->commits++;
}

static ep_status
cause(struct ep_op *op)
{
	const char *id = ep_in_text(op, "id");
	struct ep_node *after = ep_object(op, EP_ARG("n", 7));

	EP_TRY(probe_put(op, id, 7, NULL));
	EP_TRY(ep_on_commit(op, committed, ep_state(op)));
	EP_TRY(ep_epoch_bump(op, "items"));
	(void)ep_counter_add(op, "caused", 2);
	EP_TRY(ep_audit(op, "item", id, NULL, after));
	if (ep_in_bool(op, "fail", false))
		return ep_fail(op, EP_CONFLICT, "on_purpose");
	return ep_reply(op, 200, EP_ARG("id", ep_id(op)),
	    EP_ARG("now", ep_now(op)));
}

static ep_status
effects(struct ep_op *op)
{
	const struct probe_state *state = ep_state(op);

	return ep_reply(op, 200, EP_ARG("commits", state->commits),
	    EP_ARG("epoch", ep_epoch(op, "items")),
	    EP_ARG("counter", ep_counter_add(op, "caused", 0)));
}

/* Every run counts, so that a second one shows. */
static ep_status
runs(struct ep_op *op)
{
	struct probe_state *state = ep_state(op);

	state->runs++;
	EP_TRY(probe_put(op, "runs", state->runs, NULL));
	return ep_reply(op, 200, EP_ARG("runs", state->runs));
}

/* ---------------------------------------------------------- snapshots -- */

static ep_status
build(struct ep_op *op)
{
	int64_t n[2];

	EP_TRY(sum(op, "", n));
	return ep_snapshot_write(op, n, sizeof n);
}

static ep_status
snapshot(struct ep_op *op)
{
	const int64_t *n;
	const void *bytes;
	uint64_t length;

	if (ep_in_bool(op, "wait", true))
		EP_TRY(ep_snapshot_wait(op, "sum"));
	EP_TRY(ep_snapshot(op, "sum", &bytes, &length));
	if (length != 2 * sizeof *n)
		return ep_fail(op, EP_INTERNAL, "bad_snapshot");
	n = bytes;
	return ep_reply(op, 200, EP_ARG("count", n[0]), EP_ARG("sum", n[1]));
}

static ep_status
probe_step(struct ep_op *op)
{
	int64_t cursor = ep_in_int(op, "cursor", 0);

	EP_TRY(probe_put(op, ep_concat(op, "step-", ep_format(op, cursor)),
	    cursor, "a step"));
	if (ep_in_bool(op, "fail", false))
		return ep_fail(op, EP_REFUSED, "step_refused");
	return ep_reply(op, 200, EP_ARG("cursor", cursor + 1));
}

/* ------------------------------------------------------------ indicators */

static ep_status
match_rate(struct ep_op *op)
{
	return ep_reply(op, 200, EP_ARG("value", 97.5));
}

/* Says nothing of its indicator; a caller sees that the host answers. */
static ep_status
silent_rate(struct ep_op *op)
{
	const struct ep_node *host;

	EP_TRY(ep_call(op, "host.modules", NULL, &host));
	return ep_reply(op, 200, EP_ARG("reason", "nothing_happened"),
	    EP_ARG("modules", ep_node_get(host, "modules")));
}

EP_MODULE(EP_STATE(struct probe_state), EP_START(start), EP_STOP(stop),
    EP_HEALTH(health), EP_BUILD("sum", build),
    EP_OPERATION("probe.match_rate", match_rate),
    EP_OPERATION("probe.silent_rate", silent_rate),
    EP_OPERATION("probe.count_items", count_items),
    EP_OPERATION("probe.get_item", get_item),
    EP_OPERATION("probe.put_item", put_item),
    EP_OPERATION("probe.delete_item", delete_item),
    EP_OPERATION("probe.add", add),
    EP_OPERATION("probe.write_in_read", new_item),
    EP_OPERATION("probe.sql_in_none", new_item),
    EP_OPERATION("probe.hidden", new_item),
    EP_OPERATION("probe.fresh", new_item),
    EP_OPERATION("probe.put_then_fail", put_then_fail),
    EP_OPERATION("probe.store_text", store_text),
    EP_OPERATION("probe.cause", cause), EP_OPERATION("probe.effects", effects),
    EP_OPERATION("probe.runs", runs), EP_OPERATION("probe.snapshot", snapshot),
    EP_OPERATION("probe.call", probe_call),
    EP_OPERATION("probe.call_none", probe_call_none),
    EP_OPERATION("probe.call_read", probe_call_none),
    EP_OPERATION("probe.recurse", probe_recurse),
    EP_OPERATION("probe.sleep", probe_sleep),
    EP_OPERATION("probe.short", probe_sleep),
    EP_OPERATION("probe.sleep_in_write", probe_sleep_in_write),
    EP_OPERATION("probe.hold", probe_hold),
    EP_OPERATION("probe.offload", probe_offload),
    EP_OPERATION("probe.offload_in_write", probe_offload_in_write),
    EP_OPERATION("probe.data", probe_data),
    EP_OPERATION("probe.fail", probe_fail),
    EP_OPERATION("probe.reply", probe_reply),
    EP_OPERATION("probe.echo", probe_echo),
    EP_OPERATION("probe.strict", probe_echo),
    EP_OPERATION("probe.step", probe_step),
    EP_OPERATION("probe.memory", probe_memory),
    EP_OPERATION("probe.params", probe_params),
    EP_OPERATION("probe.who", probe_who));
