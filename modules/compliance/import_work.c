/* SPDX-License-Identifier: BSD-2-Clause */

#include "import_work.h"

#include "list_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 65536 /* an entry's text: pages of them must fit */
#define PROBE_BYTES 1048576

int
import_work_fault(struct import_work *work, enum import_fault fault,
    const char *format, ...)
{
	va_list args;

	if (work->fault != IMPORT_FINE)
		return -1;
	work->fault = fault;
	va_start(args, format);
	(void)vsnprintf(work->reason, sizeof(work->reason), format, args);
	va_end(args);
	return -1;
}

static void
entries_grow(struct import_work *work)
{
	size_t n = work->entry_count;
	void *more;

	if (n != 0 && (n < 256 || (n & (n - 1)) != 0))
		return;
	more = realloc(work->entries,
	    (n < 256 ? 256 : n * 2) * sizeof(*work->entries));
	if (more == NULL)
		abort();
	work->entries = more;
}

static int
entry_take(void *argument, const struct list_entry *entry)
{
	struct import_work *work = argument;
	struct memory m = pool_memory(work->pool);
	struct import_entry *out;
	size_t n = strlen(entry->id);
	char *id;

	entries_grow(work);
	out = &work->entries[work->entry_count];
	id = m.alloc(m.owner, n + 1);
	memcpy(id, entry->id, n);
	out->id = id;
	out->text = list_line(entry, &m, &out->length);
	if (out->length > LINE_MAX_BYTES) {
		import_work_fault(work, IMPORT_BAD_LIST,
		    "entry %.100s: more than %d bytes", entry->id,
		    LINE_MAX_BYTES);
		return 1;
	}
	work->entry_count++;
	work->name_count += entry->name_count;
	return 0;
}

/* An entry that is read back must be the one that was written. */
struct probe {
	const struct import_work *work;
	size_t at;
	size_t names;
};

static int
probe_take(void *argument, const struct list_entry *entry)
{
	struct probe *probe = argument;

	if (probe->at == probe->work->entry_count ||
	    strcmp(probe->work->entries[probe->at].id, entry->id) != 0)
		return 1;
	probe->at++;
	probe->names += entry->name_count;
	return 0;
}

/* Entries from first on as one text, PROBE_BYTES at most or one entry. */
static size_t
page_fill(const struct import_work *work, size_t first, char *page,
    size_t *length_out)
{
	size_t used = 0, i;

	for (i = first; i < work->entry_count; i++) {
		const struct import_entry *e = &work->entries[i];

		if (used + e->length + 1 > PROBE_BYTES)
			break;
		memcpy(page + used, e->text, e->length);
		used += e->length;
		page[used++] = '\n';
	}
	*length_out = used;
	return i;
}

/*
 * The index is made from the store's texts later, in another process, where
 * a fault could only be logged.  So everything is read back now, while the
 * caller can still be told.
 */
static int
read_back(struct import_work *work, const struct name_reader *reader)
{
	char *page = malloc(PROBE_BYTES);
	struct probe probe = { .work = work };
	struct list_file file = { .name = "entries", .text = page };
	struct list_input input = { LIST_JSONL, &file, 1, reader };
	struct list_outcome outcome;
	size_t at = 0, next;
	int rc = 0;

	if (page == NULL)
		abort();
	while (rc == 0 && at < work->entry_count) {
		next = page_fill(work, at, page, &file.len);
		rc = list_read(&input, probe_take, &probe, &outcome);
		if (rc == 0 && probe.at == next) {
			at = next;
			continue;
		}
		rc = import_work_fault(work, IMPORT_BAD_LIST,
		    "entry %.100s: %s",
		    work->entries[probe.at < next ? probe.at : at].id,
		    rc != 0 ? outcome.fault : "its id stands twice");
	}
	free(page);
	if (rc == 0 && probe.names != work->name_count)
		rc = import_work_fault(work, IMPORT_BAD_LIST,
		    "%zu of %zu names could be kept", probe.names,
		    work->name_count);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct list_file *)a)->name,
	    ((const struct list_file *)b)->name);
}

static void
parse(struct import_work *work)
{
	struct name_reader reader = { folder_new(), work->lexicon };
	struct list_input input = { work->format, work->files, work->file_count,
		&reader };

	/* one digest for one content, however the files were ordered */
	qsort(work->files, work->file_count, sizeof(work->files[0]), by_name);
	work->file = work->format == LIST_OFAC_CSV ? "sdn.csv"
						   : work->files[0].name;
	if (list_read(&input, entry_take, work, &work->outcome) != 0)
		(void)import_work_fault(work, IMPORT_BAD_LIST, "%s",
		    work->outcome.fault);
	else if (work->fault == IMPORT_FINE)
		(void)read_back(work, &reader);
	folder_free(&reader.folder);
}

void
import_work_run(void *argument)
{
	struct import_work *work = argument;

	work->pool = pool_new(1 << 20);
	if (work->path != NULL && import_folder_read(work) != 0)
		return;
	parse(work);
}

void
import_work_fini(struct import_work *work)
{
	if (work->pool != NULL)
		pool_free(&work->pool);
	free(work->entries);
	work->entries = NULL;
}
