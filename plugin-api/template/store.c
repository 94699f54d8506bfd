/* SPDX-License-Identifier: BSD-2-Clause */

#include <entrepot.h>

/* Statements are data: they are checked against migrations/ before the
 * module runs.  $tenant is bound by the host, the others by EP_ARG. */
EP_SQL(put_note,
    "INSERT INTO modname_note (tenant, id, text, version)"
    " VALUES ($tenant, $id, $text, 1)"
    " ON CONFLICT (tenant, id) DO UPDATE"
    " SET text = $text, version = modname_note.version + 1"
    " RETURNING version");

EP_SQL(count_notes, "SELECT count(*) FROM modname_note WHERE tenant = $tenant");

EP_SQL(find_note,
    "SELECT text, version FROM modname_note"
    " WHERE tenant = $tenant AND id = $id");

EP_SQL(list_notes,
    "SELECT id, text, version FROM modname_note"
    " WHERE tenant = $tenant ORDER BY id LIMIT $limit");

/* One call is one transaction: a failure leaves nothing behind. */
static ep_status
modname_put(struct ep_op *op)
{
	const char *id = ep_in_text(op, "id");
	const char *text = ep_in_text(op, "text");
	int64_t most = ep_config_int(op, "most");
	const struct ep_rows *written, *counted;

	EP_TRY(ep_sql(op, &written, put_note, EP_ARG("id", id),
	    EP_ARG("text", text)));
	EP_TRY(ep_sql(op, &counted, count_notes));
	if (ep_row_int(counted, 0, 0) > most)
		return ep_fail(op, EP_CONFLICT, "too_many_notes",
		    EP_ARG("most", most));
	return ep_reply(op, 200, EP_ARG("id", id), EP_ARG("text", text),
	    EP_ARG("version", ep_row_int(written, 0, 0)));
}

static ep_status
modname_show(struct ep_op *op)
{
	const char *id = ep_in_text(op, "id");
	const struct ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, find_note, EP_ARG("id", id)));
	if (ep_row_count(rows) == 0)
		return ep_fail(op, EP_NOT_FOUND, "no_note", EP_ARG("id", id));
	return ep_reply(op, 200, EP_ARG("id", id),
	    EP_ARG("text", ep_row_text(rows, 0, 0)),
	    EP_ARG("version", ep_row_int(rows, 0, 1)));
}

static ep_status
modname_list(struct ep_op *op)
{
	struct ep_node *notes = ep_array(op);
	const struct ep_rows *rows;

	/* 100: what the contract calls the default */
	EP_TRY(ep_sql(op, &rows, list_notes,
	    EP_ARG("limit", ep_in_int(op, "limit", 100))));
	for (uint32_t i = 0; i < ep_row_count(rows); i++)
		EP_TRY(ep_append(op, notes,
		    ep_object(op, EP_ARG("id", ep_row_text(rows, i, 0)),
			EP_ARG("text", ep_row_text(rows, i, 1)),
			EP_ARG("version", ep_row_int(rows, i, 2)))));
	return ep_reply(op, 200, EP_ARG("notes", notes));
}

/* One row for each operationId of openapi.yaml. */
EP_MODULE(EP_OPERATION("modname.put", modname_put),
    EP_OPERATION("modname.show", modname_show),
    EP_OPERATION("modname.list", modname_list));
