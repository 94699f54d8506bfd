/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The short transactions that an import consists of.  Rows are staged under
 * the import's own id; the active list changes by one row at the end, so a
 * crash leaves nothing but rows that the next import of the list discards.
 */

#include "local.h"

#define LEASE_US (60 * INT64_C(1000000)) /* an import that sleeps is dead */
#define DISCARD_ROWS 1000

EP_SQL(list_any, "SELECT list FROM compliance_list LIMIT 1");

EP_SQL(list_active,
    "SELECT i.import_id, i.entries, i.version, i.sha256, i.note "
    "FROM compliance_list l "
    "JOIN compliance_import i ON i.import_id = l.import_id "
    "WHERE l.list = $list");

EP_SQL(import_running,
    "SELECT import_id FROM compliance_import "
    "WHERE list = $list AND state = 'staging' AND touched_at > $since");

EP_SQL(import_abandon,
    "UPDATE compliance_import SET state = 'failed' "
    "WHERE list = $list AND state = 'staging'");

EP_SQL(import_add,
    "INSERT INTO compliance_import (import_id, list, state, format, version, "
    "sha256, entries, names, note, replaces, imported_by, touched_at, "
    "has_rows) VALUES ($import_id, $list, 'staging', $format, $version, "
    "$sha256, $entries, $names, $note, $replaces, $imported_by, $now, 1)");

EP_SQL(import_leftover,
    "SELECT import_id FROM compliance_import WHERE list = $list "
    "AND has_rows = 1 AND state IN ('replaced', 'failed') "
    "ORDER BY import_id LIMIT 100");

EP_SQL(import_touch,
    "UPDATE compliance_import SET touched_at = $now "
    "WHERE import_id = $import_id AND state = 'staging' "
    "RETURNING entries");

EP_SQL(entry_add,
    "INSERT INTO compliance_entry (import_id, number, entry_id, doc) "
    "VALUES ($import_id, $number, $entry_id, $doc)");

EP_SQL(import_staged,
    "SELECT list, entries, names, version, sha256, note, replaces "
    "FROM compliance_import "
    "WHERE import_id = $import_id AND state = 'staging'");

EP_SQL(entry_count,
    "SELECT COUNT(*) FROM compliance_entry WHERE import_id = $import_id");

EP_SQL(entry_missing,
    "SELECT COUNT(*) FROM compliance_entry a "
    "WHERE a.import_id = $import_id AND NOT EXISTS ("
    "SELECT 1 FROM compliance_entry b "
    "WHERE b.import_id = $other AND b.entry_id = a.entry_id)");

EP_SQL(import_state,
    "UPDATE compliance_import SET state = $state, imported_at = $now "
    "WHERE import_id = $import_id");

EP_SQL(import_replaced,
    "UPDATE compliance_import SET state = 'replaced' "
    "WHERE import_id = $import_id");

EP_SQL(list_activate,
    "INSERT INTO compliance_list (list, import_id) "
    "VALUES ($list, $import_id) "
    "ON CONFLICT (list) DO UPDATE SET import_id = $import_id");

EP_SQL(import_fail,
    "UPDATE compliance_import SET state = 'failed' "
    "WHERE import_id = $import_id AND state = 'staging'");

EP_SQL(entry_discard,
    "DELETE FROM compliance_entry WHERE import_id = $import_id "
    "AND number IN (SELECT e.number FROM compliance_entry e "
    "JOIN compliance_import i ON i.import_id = e.import_id "
    "WHERE e.import_id = $import_id AND i.state IN ('replaced', 'failed') "
    "ORDER BY e.number LIMIT $rows) RETURNING number");

EP_SQL(import_emptied,
    "UPDATE compliance_import SET has_rows = 0 "
    "WHERE import_id = $import_id AND state IN ('replaced', 'failed')");

ep_status
import_any_list(struct ep_op *op, bool *any_out)
{
	const struct ep_rows *rows;

	EP_TRY(ep_sql(op, &rows, list_any));
	*any_out = ep_row_count(rows) > 0;
	return EP_OK;
}

/* May this import begin now?  Processes may stage the sample side by side; of
 * other imports those that died are given up. */
static ep_status
begin_check(struct ep_op *op, const char *list)
{
	const struct ep_rows *rows;
	bool any;

	if (ep_in_bool(op, "sample", false)) {
		EP_TRY(import_any_list(op, &any));
		return any ? ep_fail(op, EP_CONFLICT, "list_exists") : EP_OK;
	}
	EP_TRY(ep_sql(op, &rows, import_running, EP_ARG("list", list),
	    EP_ARG("since", ep_now(op) - LEASE_US)));
	if (ep_row_count(rows) > 0)
		return ep_fail(op, EP_CONFLICT, "import_running");
	return ep_sql(op, NULL, import_abandon, EP_ARG("list", list));
}

/* A list that lost more than a tenth is more likely cut off than emptied by
 * its authority. */
static ep_status
shrink_check(struct ep_op *op, const struct ep_rows *active)
{
	int64_t entries = ep_in_int(op, "entries", 0);
	int64_t before = ep_row_int(active, 0, 1);

	if (ep_row_count(active) == 0 || entries * 10 >= before * 9 ||
	    ep_in_bool(op, "force", false))
		return EP_OK;
	return ep_fail(op, EP_REFUSED, "list_shrank",
	    EP_ARG("entries", entries), EP_ARG("active", before));
}

static ep_status
import_insert(struct ep_op *op, const char *id, const char *replaces)
{
	return ep_sql(op, NULL, import_add, EP_ARG("import_id", id),
	    EP_ARG("list", ep_in_text(op, "list")),
	    EP_ARG("format", ep_in_text(op, "format")),
	    EP_ARG("version", ep_in_text(op, "version")),
	    EP_ARG("sha256", ep_in_text(op, "sha256")),
	    EP_ARG("entries", ep_in_int(op, "entries", 0)),
	    EP_ARG("names", ep_in_int(op, "names", 0)),
	    EP_ARG("note", ep_in_text(op, "note")),
	    EP_ARG("replaces", replaces),
	    EP_ARG("imported_by", ep_principal(op)), EP_ARG("now", ep_now(op)));
}

ep_status
compliance_import_begin(struct ep_op *op)
{
	const char *list = ep_in_text(op, "list"), *id = ep_id(op);
	const struct ep_rows *active, *rows;
	struct ep_node *discard = ep_array(op);
	uint32_t i;

	EP_TRY(ep_lock(op, "watchlist", list));
	EP_TRY(begin_check(op, list));
	EP_TRY(ep_sql(op, &active, list_active, EP_ARG("list", list)));
	EP_TRY(shrink_check(op, active));
	EP_TRY(import_insert(op, id, ep_row_text(active, 0, 0)));
	EP_TRY(ep_sql(op, &rows, import_leftover, EP_ARG("list", list)));
	for (i = 0; i < ep_row_count(rows); i++)
		EP_TRY(ep_append(op, discard, ep_row_text(rows, i, 0)));
	return ep_reply(op, 200, EP_ARG("import_id", id),
	    EP_ARG("discard", discard));
}

ep_status
compliance_import_stage(struct ep_op *op)
{
	const char *id = ep_in_text(op, "import_id");
	const struct ep_node *ids = ep_node_get(ep_input(op), "ids");
	const struct ep_node *texts = ep_node_get(ep_input(op), "entries");
	int64_t number = ep_in_int(op, "first", 0);
	const struct ep_rows *rows;
	uint32_t i;

	EP_TRY(ep_sql(op, &rows, import_touch, EP_ARG("import_id", id),
	    EP_ARG("now", ep_now(op))));
	if (ep_row_count(rows) == 0)
		return ep_fail(op, EP_CONFLICT, "import_unknown",
		    EP_ARG("import_id", id));
	for (i = 0; i < ep_node_count(ids); i++, number++)
		EP_TRY(ep_sql(op, NULL, entry_add, EP_ARG("import_id", id),
		    EP_ARG("number", number),
		    EP_ARG("entry_id", ep_node_text(ep_node_at(ids, i), NULL)),
		    EP_ARG("doc", ep_node_text(ep_node_at(texts, i), NULL))));
	return ep_reply(op, 200, EP_ARG("staged", ep_node_count(ids)));
}

static bool
same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return __builtin_strcmp(a, b) == 0;
}

/* Complete, and still replacing what it was measured against? */
static ep_status
activate_check(struct ep_op *op, const char *id, const struct ep_rows *staged,
    const struct ep_rows *active)
{
	int64_t entries = ep_row_int(staged, 0, 1);
	const struct ep_rows *rows;

	if (!same_text(ep_row_text(staged, 0, 6), ep_row_text(active, 0, 0)))
		return ep_fail(op, EP_CONFLICT, "list_changed");
	EP_TRY(ep_sql(op, &rows, entry_count, EP_ARG("import_id", id)));
	if (ep_row_int(rows, 0, 0) != entries)
		return ep_fail(op, EP_CONFLICT, "import_incomplete",
		    EP_ARG("staged", ep_row_int(rows, 0, 0)),
		    EP_ARG("entries", entries));
	return EP_OK;
}

/* Entries of one import that the other does not have. */
static ep_status
count_missing(struct ep_op *op, const char *id, const char *other,
    int64_t *count_out)
{
	const struct ep_rows *rows;

	*count_out = 0;
	if (id == NULL)
		return EP_OK;
	EP_TRY(ep_sql(op, &rows, entry_missing, EP_ARG("import_id", id),
	    EP_ARG("other", other != NULL ? other : "")));
	*count_out = ep_row_int(rows, 0, 0);
	return EP_OK;
}

static ep_status
activate(struct ep_op *op, const char *list, const char *id,
    const char *replaced)
{
	EP_TRY(ep_sql(op, NULL, import_state, EP_ARG("import_id", id),
	    EP_ARG("state", "active"), EP_ARG("now", ep_now(op))));
	if (replaced != NULL)
		EP_TRY(ep_sql(op, NULL, import_replaced,
		    EP_ARG("import_id", replaced)));
	EP_TRY(ep_sql(op, NULL, list_activate, EP_ARG("list", list),
	    EP_ARG("import_id", id)));
	return ep_epoch_bump(op, EPOCH);
}

static const struct ep_node *
audit_before(struct ep_op *op, const struct ep_rows *active)
{
	if (ep_row_count(active) == 0)
		return NULL;
	return ep_object(op, EP_ARG("import_id", ep_row_text(active, 0, 0)),
	    EP_ARG("entries", ep_row_int(active, 0, 1)),
	    EP_ARG("version", ep_row_text(active, 0, 2)),
	    EP_ARG("sha256", ep_row_text(active, 0, 3)),
	    EP_ARG("note", ep_row_text(active, 0, 4)));
}

static const struct ep_node *
audit_after(struct ep_op *op, const char *id, const struct ep_rows *staged)
{
	return ep_object(op, EP_ARG("import_id", id),
	    EP_ARG("entries", ep_row_int(staged, 0, 1)),
	    EP_ARG("version", ep_row_text(staged, 0, 3)),
	    EP_ARG("sha256", ep_row_text(staged, 0, 4)),
	    EP_ARG("note", ep_row_text(staged, 0, 5)));
}

ep_status
compliance_import_activate(struct ep_op *op)
{
	const char *id = ep_in_text(op, "import_id"), *list, *replaced;
	const struct ep_rows *staged, *active;
	int64_t added, removed;

	EP_TRY(ep_sql(op, &staged, import_staged, EP_ARG("import_id", id)));
	if (ep_row_count(staged) == 0)
		return ep_fail(op, EP_CONFLICT, "import_unknown",
		    EP_ARG("import_id", id));
	list = ep_row_text(staged, 0, 0);
	EP_TRY(ep_lock(op, "watchlist", list));
	EP_TRY(ep_sql(op, &active, list_active, EP_ARG("list", list)));
	EP_TRY(activate_check(op, id, staged, active));
	replaced = ep_row_text(active, 0, 0);
	EP_TRY(count_missing(op, id, replaced, &added));
	EP_TRY(count_missing(op, replaced, id, &removed));
	EP_TRY(activate(op, list, id, replaced));
	EP_TRY(ep_audit(op, "watchlist", list, audit_before(op, active),
	    audit_after(op, id, staged)));
	return ep_reply(op, 200, EP_ARG("added", added),
	    EP_ARG("removed", removed), EP_ARG("replaced", replaced),
	    EP_ARG("replaced_version", ep_row_text(active, 0, 2)));
}

ep_status
compliance_import_discard(struct ep_op *op)
{
	const char *id = ep_in_text(op, "import_id");
	const struct ep_rows *rows;
	bool more;

	if (ep_in_bool(op, "failed", false))
		EP_TRY(ep_sql(op, NULL, import_fail, EP_ARG("import_id", id)));
	EP_TRY(ep_sql(op, &rows, entry_discard, EP_ARG("import_id", id),
	    EP_ARG("rows", DISCARD_ROWS)));
	more = ep_row_count(rows) == DISCARD_ROWS;
	if (!more)
		EP_TRY(
		    ep_sql(op, NULL, import_emptied, EP_ARG("import_id", id)));
	return ep_reply(op, 200, EP_ARG("more", more));
}
