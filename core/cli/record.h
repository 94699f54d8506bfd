/* SPDX-License-Identifier: BSD-2-Clause */

/* A reload's record (see operation/reload_record.h) and a generation's
 * document (STATE/generations/N.json) in words for people. */

#pragma once

#include "core/base/buf.h"
#include "core/base/node.h"

/* STATE/generations/N.json; NULL when it is not there (any more). */
const struct ep_node *record_document(struct arena *a, const char *state,
    uint64_t number);

/* "lin", "user 1000", or "-" for a signal or the start. */
const char *record_who(struct arena *a, const struct ep_node *record);

/* "2026-11-23 14:05:12Z" */
const char *record_when(struct arena *a, const struct ep_node *record);

/* "inspect 201, prepare 91": milliseconds of the steps; "" for none. */
const char *record_phases(struct arena *a, const struct ep_node *record);

/* "worker 1, prepare, module swap: why": what of it the error's own words
 * leave out is put before them. */
const char *record_failure(struct arena *a, const struct ep_node *record);

/* One change of a document in a few words: "1.2.0 (3fa2b1c09d12) -> 1.3.0
 * (9d8e7c6b5a41)", "added 1.0.0 (...)", "configuration". */
const char *record_change(struct arena *a, const struct ep_node *change);

/* All of them in one line: "swap 1.0.0 -> 1.1.0, hello configuration". */
const char *record_changes(struct arena *a, const struct ep_node *document);

/* The document's changes for people, a line each, breaking ones named after
 * them, then what waits for a restart.  Nothing when nothing changed. */
void record_write_changes(struct arena *a, const struct ep_node *document,
    bool has_colours, struct buf *b);
