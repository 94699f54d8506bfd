/* SPDX-License-Identifier: BSD-2-Clause */

#include "local.h"

#include <string.h>

EP_SQL(lists_page,
    "SELECT l.list, i.format, i.version, i.sha256, i.entries, i.names, "
    "i.imported_at, i.note FROM compliance_list l "
    "JOIN compliance_import i ON i.import_id = l.import_id "
    "WHERE l.list > $cursor ORDER BY l.list LIMIT $rows");

/* Do screenings see this version of the list? */
static bool
is_indexed(const struct index *index, const struct ep_rows *rows, uint32_t row)
{
	struct list_meta meta;
	size_t i;

	for (i = 0; i < index_list_count(index); i++) {
		index_list(index, i, &meta);
		if (strcmp(meta.name, ep_row_text(rows, row, 0)) == 0)
			return strcmp(meta.version,
				   ep_row_text(rows, row, 2)) == 0 &&
			    strcmp(meta.sha256, ep_row_text(rows, row, 3)) == 0;
	}
	return false;
}

static struct ep_node *
list_object(struct ep_op *op, const struct index *index,
    const struct ep_rows *rows, uint32_t row)
{
	return ep_object(op, EP_ARG("list", ep_row_text(rows, row, 0)),
	    EP_ARG("format", ep_row_text(rows, row, 1)),
	    EP_ARG("version", ep_row_text(rows, row, 2)),
	    EP_ARG("sha256", ep_row_text(rows, row, 3)),
	    EP_ARG("entries", ep_row_int(rows, row, 4)),
	    EP_ARG("names", ep_row_int(rows, row, 5)),
	    EP_ARG("imported_at", ep_row_int(rows, row, 6)),
	    EP_ARG("note", ep_row_text(rows, row, 7)),
	    EP_ARG("indexed", is_indexed(index, rows, row)));
}

ep_status
compliance_lists(struct ep_op *op)
{
	const char *cursor = ep_in_text(op, "cursor");
	int64_t limit = ep_in_int(op, "limit", 50);
	struct ep_node *lists = ep_array(op), *answer;
	const struct index *index;
	const struct ep_rows *rows;
	uint32_t i, n;

	EP_TRY(names_open(op, &index));
	EP_TRY(ep_sql(op, &rows, lists_page,
	    EP_ARG("cursor", cursor != NULL ? cursor : ""),
	    EP_ARG("rows", limit + 1)));
	n = ep_row_count(rows);
	for (i = 0; i < n && (int64_t)i < limit; i++)
		EP_TRY(ep_append(op, lists, list_object(op, index, rows, i)));
	answer = ep_object(op, EP_ARG("lists", lists));
	if (n > i)
		(void)ep_set(op, answer,
		    EP_ARG("next_cursor", ep_row_text(rows, i - 1, 0)));
	return ep_reply_node(op, 200, answer);
}
