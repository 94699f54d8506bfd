/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A list goes in: read on a thread, staged in short transactions, activated
 * by one, searched once the snapshot has been built anew.
 */

#include "local.h"

#include "import_work.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define BATCH_ENTRIES 200
#define BATCH_BYTES 524288
#define SAMPLE_LIST "ofac_sdn"
#define SAMPLE_NOTE "sample, not current"

struct import {
	const char *list, *format, *note;
	bool force, sample;
	const char *version; /* of the list, else the time of the import */
	const char *id;
	const struct ep_node *answer; /* of the step called last */
	struct import_work work;
};

/* A step refused: its problem becomes ours. */
static ep_status
pass_on(struct ep_op *op, ep_status status, const struct ep_node *problem)
{
	const char *code = ep_node_text(ep_node_get(problem, "error"), NULL);
	const char *detail = ep_node_text(ep_node_get(problem, "detail"), NULL);

	return ep_fail(op, status, code, EP_ARG("detail", detail));
}

static ep_status
work_failed(struct ep_op *op, const struct import_work *work)
{
	const char *reason = ep_concat(op, work->reason);

	switch (work->fault) {
	case IMPORT_NO_FILE:
		return ep_fail(op, EP_NOT_FOUND, "no_file");
	case IMPORT_BAD_PATH:
		return ep_fail(op, EP_REFUSED, "bad_path",
		    EP_ARG("reason", reason));
	case IMPORT_TOO_LARGE:
		return ep_fail(op, EP_TOO_LARGE, "bad_files",
		    EP_ARG("reason", reason));
	case IMPORT_BAD_LIST:
		return ep_fail(op, EP_REFUSED, "bad_list",
		    EP_ARG("file", work->file),
		    EP_ARG("line", (int64_t)work->outcome.line),
		    EP_ARG("reason", reason));
	case IMPORT_FINE:
		break;
	}
	return EP_OK;
}

static const char *
time_text(struct ep_op *op)
{
	time_t seconds = (time_t)(ep_now(op) / 1000000);
	char text[32];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return "";
	return ep_concat(op, text);
}

/* Removes what an import has staged, or what one before it has left. */
static ep_status
discard(struct ep_op *op, const char *id, bool failed)
{
	const struct ep_node *out = NULL;
	ep_status st;

	do {
		st = ep_call(op, "compliance.import_discard",
		    ep_object(op, EP_ARG("import_id", id),
			EP_ARG("failed", failed)),
		    &out);
	} while (st == EP_OK && ep_node_bool(ep_node_get(out, "more"), false));
	return st;
}

/* The steps return what the operation they call returned, with its problem
 * in im->answer: the start may take a refusal for an answer. */
static ep_status
begin(struct ep_op *op, struct import *im)
{
	const struct import_work *w = &im->work;
	const struct ep_node *leftover;
	uint32_t i;

	im->version = w->outcome.version[0] != '\0'
	    ? ep_concat(op, w->outcome.version)
	    : time_text(op);
	EP_TRY(ep_call(op, "compliance.import_begin",
	    ep_object(op, EP_ARG("list", im->list),
		EP_ARG("format", im->format), EP_ARG("version", im->version),
		EP_ARG("sha256", w->outcome.sha256),
		EP_ARG("entries", (int64_t)w->entry_count),
		EP_ARG("names", (int64_t)w->name_count),
		EP_ARG("note", im->note), EP_ARG("force", im->force),
		EP_ARG("sample", im->sample)),
	    &im->answer));
	im->id = ep_node_text(ep_node_get(im->answer, "import_id"), NULL);
	leftover = ep_node_get(im->answer, "discard");
	for (i = 0; i < ep_node_count(leftover); i++)
		EP_TRY(discard(op, ep_node_text(ep_node_at(leftover, i), NULL),
		    false));
	return EP_OK;
}

/* One batch from entry number first; *next_out is behind its last. */
static ep_status
stage_batch(struct ep_op *op, struct import *im, size_t first, size_t *next_out)
{
	const struct import_work *w = &im->work;
	struct ep_node *ids = ep_array(op), *texts = ep_array(op);
	size_t i, bytes = 0;

	for (i = first; i < w->entry_count && i < first + BATCH_ENTRIES &&
	     bytes < BATCH_BYTES;
	     i++) {
		EP_TRY(ep_append(op, ids, w->entries[i].id));
		EP_TRY(ep_append(op, texts,
		    ep_textn(w->entries[i].text,
			(uint32_t)w->entries[i].length)));
		bytes += w->entries[i].length;
	}
	*next_out = i;
	return ep_call(op, "compliance.import_stage",
	    ep_object(op, EP_ARG("import_id", im->id),
		EP_ARG("first", (int64_t)first), EP_ARG("ids", ids),
		EP_ARG("entries", texts)),
	    &im->answer);
}

static ep_status
stage_and_activate(struct ep_op *op, struct import *im)
{
	size_t at = 0;

	while (at < im->work.entry_count)
		EP_TRY(stage_batch(op, im, at, &at));
	return ep_call(op, "compliance.import_activate",
	    ep_object(op, EP_ARG("import_id", im->id)), &im->answer);
}

/* From the parsed list to the active one; im->answer then says what differs
 * from the list before. */
static ep_status
store(struct ep_op *op, struct import *im)
{
	const struct ep_node *problem;
	const char *replaced;
	ep_status st;

	EP_TRY(begin(op, im));
	st = stage_and_activate(op, im);
	if (st != EP_OK) {
		problem = im->answer;
		(void)discard(op, im->id, true);
		im->answer = problem;
		return st;
	}
	replaced = ep_node_text(ep_node_get(im->answer, "replaced"), NULL);
	/* rows that stay behind are discarded by the next import */
	if (replaced != NULL && discard(op, replaced, false) != EP_OK)
		ep_log(op, EP_WARN, "old_list_not_discarded",
		    EP_ARG("list", im->list));
	return EP_OK;
}

static ep_status
parse(struct ep_op *op, struct import *im)
{
	im->work.lexicon = compliance_state(op)->lexicon;
	im->work.format = list_format_find(im->format, strlen(im->format));
	EP_TRY(ep_offload(op, import_work_run, &im->work));
	return work_failed(op, &im->work);
}

static ep_status
run(struct ep_op *op, struct import *im)
{
	ep_status st;

	EP_TRY(parse(op, im));
	st = store(op, im);
	if (st != EP_OK)
		return pass_on(op, st, im->answer);
	return ep_snapshot_wait(op, SNAPSHOT);
}

/* ------------------------------------------------------------- requests -- */

static ep_status
input_files(struct ep_op *op, struct import_work *work)
{
	const struct ep_node *files = ep_node_get(ep_input(op), "files"), *n;
	uint32_t i, length;

	if (ep_node_count(files) == 0)
		return ep_fail(op, EP_REFUSED, "bad_files",
		    EP_ARG("reason", "expected files or path"));
	if (ep_node_count(files) > IMPORT_FILES_MAX)
		return ep_fail(op, EP_REFUSED, "bad_files",
		    EP_ARG("reason", "too many"));
	for (i = 0; i < ep_node_count(files); i++) {
		n = ep_node_at(files, i);
		work->files[i].name = ep_node_key(n);
		work->files[i].text = ep_node_text(n, &length);
		work->files[i].len = length;
	}
	work->file_count = i;
	return EP_OK;
}

static ep_status
input_read(struct ep_op *op, struct import *im)
{
	const char *path = ep_in_text(op, "path");

	im->list = ep_param(op, "list");
	im->format = ep_in_text(op, "format");
	im->note = ep_in_text(op, "note");
	im->note = im->note != NULL ? im->note : "";
	im->force = ep_in_bool(op, "force", false);
	if (path == NULL)
		EP_TRY(input_files(op, &im->work));
	else if (ep_origin(op) != EP_FROM_CONTROL)
		return ep_fail(op, EP_DENIED, "path_denied");
	else if (ep_node_get(ep_input(op), "files") != NULL)
		return ep_fail(op, EP_REFUSED, "bad_files",
		    EP_ARG("reason", "expected either files or path"));
	im->work.path = path;
	im->work.folder = ep_config_text(op, "import_dir");
	if (strcmp(im->format, "ofac-csv") != 0 && im->work.file_count > 1)
		return ep_fail(op, EP_REFUSED, "bad_files",
		    EP_ARG("reason", "this format has one file"));
	return EP_OK;
}

ep_status
compliance_import_list(struct ep_op *op)
{
	struct import *im = ep_alloc(op, sizeof(*im));
	int64_t entries, names;
	const char *sha256;
	ep_status st;

	EP_TRY(input_read(op, im));
	st = run(op, im);
	entries = (int64_t)im->work.entry_count;
	names = (int64_t)im->work.name_count;
	sha256 = ep_concat(op, im->work.outcome.sha256);
	import_work_fini(&im->work);
	EP_TRY(st);
	ep_log(op, EP_INFO, "list_imported", EP_ARG("list", im->list),
	    EP_ARG("version", im->version), EP_ARG("entries", entries));
	return ep_reply(op, 200, EP_ARG("list", im->list),
	    EP_ARG("import_id", im->id), EP_ARG("version", im->version),
	    EP_ARG("sha256", sha256), EP_ARG("entries", entries),
	    EP_ARG("names", names),
	    EP_ARG("added", ep_node_int(ep_node_get(im->answer, "added"), 0)),
	    EP_ARG("removed",
		ep_node_int(ep_node_get(im->answer, "removed"), 0)),
	    EP_ARG("replaced_version",
		ep_node_text(ep_node_get(im->answer, "replaced_version"),
		    NULL)));
}

/* -------------------------------------------------------------- sample -- */

static ep_status
sample_files(struct ep_op *op, struct import_work *work)
{
	static const char *const names[] = { "add.csv", "alt.csv", "sdn.csv" };
	const void *bytes;
	uint64_t length;
	size_t i;

	for (i = 0; i < 3; i++) {
		EP_TRY(ep_data(op, ep_concat(op, "ofac_sample/", names[i]),
		    &bytes, &length));
		work->files[i] = (struct list_file){ names[i], bytes,
			(size_t)length };
	}
	work->file_count = i;
	return EP_OK;
}

/*
 * Processes that start at once all stage it, each under an id of its own, and
 * the first to activate wins: nobody waits for anybody, so none that dies is
 * waited for.
 */
ep_status
import_sample(struct ep_op *op)
{
	struct import *im = ep_alloc(op, sizeof(*im));
	bool any;
	ep_status st;

	EP_TRY(import_any_list(op, &any));
	if (any)
		return EP_OK;
	im->list = SAMPLE_LIST;
	im->format = "ofac-csv";
	im->note = SAMPLE_NOTE;
	im->sample = true;
	EP_TRY(sample_files(op, &im->work));
	st = parse(op, im);
	if (st != EP_OK) {
		import_work_fini(&im->work);
		return st;
	}
	st = store(op, im);
	ep_log(op, EP_INFO,
	    st == EP_OK ? "sample_imported" : "sample_not_imported",
	    EP_ARG("list", im->list), EP_ARG("note", im->note),
	    EP_ARG("entries", (int64_t)im->work.entry_count),
	    EP_ARG("reason",
		st == EP_OK
		    ? ""
		    : ep_node_text(ep_node_get(im->answer, "error"), NULL)));
	import_work_fini(&im->work);
	/* another process was first, or this one may only read: the lists
	 * there are count, and the log has the rest */
	return EP_OK;
}
