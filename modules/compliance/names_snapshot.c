/* SPDX-License-Identifier: BSD-2-Clause */

/* The active lists as one searchable snapshot. */

#include "local.h"

#include "index_file.h"
#include "pool.h"

#include <string.h>

#define PAGE_ROWS 100 /* of 64 KiB at most: below what an answer may hold */

EP_SQL(lists_to_index,
    "SELECT l.list, i.import_id, i.version, i.sha256, i.note, i.entries "
    "FROM compliance_list l "
    "JOIN compliance_import i ON i.import_id = l.import_id "
    "ORDER BY l.list");

EP_SQL(entries_to_index,
    "SELECT number, doc FROM compliance_entry "
    "WHERE import_id = $import_id AND number > $after "
    "ORDER BY number LIMIT $rows");

/* All bytes are checked when a snapshot is met for the first time; later it
 * is known by place, length and the checksum in its header. */
ep_status
names_open(struct ep_op *op, const struct index **index_out)
{
	struct compliance_state *state = compliance_state(op);
	const struct index_header *header;
	const char *fault;
	const void *bytes;
	uint64_t length;
	ep_status status;

	status = ep_snapshot(op, SNAPSHOT, &bytes, &length);
	if (status == EP_UNAVAILABLE)
		return ep_fail(op, status, "lists_not_ready");
	EP_TRY(status);
	header = bytes;
	*index_out = &state->index;
	if (state->index.base == bytes && state->index_length == length &&
	    state->index_checksum == header->checksum)
		return EP_OK;
	state->index.base = NULL;
	fault = index_open(bytes, (size_t)length, &state->index);
	if (fault != NULL) {
		state->index.base = NULL;
		return ep_fail(op, EP_UNAVAILABLE, "snapshot_damaged",
		    EP_ARG("reason", fault));
	}
	state->index_length = (size_t)length;
	state->index_checksum = header->checksum;
	return EP_OK;
}

/* ---------------------------------------------------------------- build -- */

struct build {
	struct ep_op *op;
	struct index_builder *builder;
	struct pool *page; /* emptied for each page */
};

/* The rows' texts joined by newlines: one file in the layout LIST_JSONL. */
static struct list_file
page_text(const struct build *b, const struct ep_rows *rows)
{
	struct memory m = pool_memory(b->page);
	uint32_t n = ep_row_count(rows), i, length;
	struct list_file file = { .name = "page" };
	char *at;

	for (i = 0; i < n; i++) {
		(void)ep_row_bytes(rows, i, 1, &length);
		file.len += (size_t)length + 1;
	}
	file.text = at = m.alloc(m.owner, file.len + 1);
	for (i = 0; i < n; i++) {
		const void *text = ep_row_bytes(rows, i, 1, &length);

		memcpy(at, text, length);
		at += length;
		*at++ = '\n';
	}
	return file;
}

static ep_status
page_add(const struct build *b, const struct ep_rows *rows)
{
	struct list_outcome outcome;
	struct list_file file;
	struct list_input input = { LIST_JSONL, &file, 1,
		&compliance_state(b->op)->reader };

	pool_reset(b->page);
	file = page_text(b, rows);
	if (list_read(&input, index_builder_entry, b->builder, &outcome) != 0)
		return ep_fail(b->op, EP_INTERNAL, "bad_entry",
		    EP_ARG("detail", ep_concat(b->op, outcome.fault)));
	return EP_OK;
}

static ep_status
list_add(const struct build *b, const struct ep_rows *lists, uint32_t i)
{
	const struct list_meta meta = {
		.name = ep_row_text(lists, i, 0),
		.version = ep_row_text(lists, i, 2),
		.sha256 = ep_row_text(lists, i, 3),
		.note = ep_row_text(lists, i, 4),
		.entries = (uint32_t)ep_row_int(lists, i, 5),
	};
	const struct ep_rows *rows;
	int64_t after = -1;
	uint32_t n;

	index_builder_list(b->builder, &meta);
	do {
		EP_TRY(ep_sql(b->op, &rows, entries_to_index,
		    EP_ARG("import_id", ep_row_text(lists, i, 1)),
		    EP_ARG("after", after), EP_ARG("rows", PAGE_ROWS)));
		n = ep_row_count(rows);
		if (n > 0) {
			EP_TRY(page_add(b, rows));
			after = ep_row_int(rows, n - 1, 0);
		}
	} while (n == PAGE_ROWS);
	return EP_OK;
}

static int
snapshot_write(void *op, const void *bytes, size_t n)
{
	return (int)ep_snapshot_write(op, bytes, n);
}

static ep_status
build_all(const struct build *b)
{
	const struct ep_rows *lists;
	uint32_t i;

	EP_TRY(ep_sql(b->op, &lists, lists_to_index));
	for (i = 0; i < ep_row_count(lists); i++)
		EP_TRY(list_add(b, lists, i));
	return index_builder_write(b->builder, snapshot_write, b->op);
}

ep_status
names_build(struct ep_op *op)
{
	struct build b = { op, index_builder_new(&compliance_state(op)->reader),
		pool_new(1 << 20) };
	ep_status st = build_all(&b);

	index_builder_free(&b.builder);
	pool_free(&b.page);
	return st;
}
