/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The documents of generations, STATE/generations/N.json: written by the
 * inspector once and never changed, read by workers, builder and operators.
 *
 *	{"number": 7, "created": RFC 3339, "from": the active one then (0: at
 *	 the start), "source": of a rollback, whose copy this is, "hash": of
 *	 config and modules, "config": {the host's own keys, defaults filled
 *	 in}, "modules": [{"name", "version", "sha256", "config": {…}}, …],
 *	 "changes": [{"module", "change": "added", "removed", "code",
 *	 "configuration" or "code and configuration", "from": {"version",
 *	 "sha256"}, "to": the same, "breaking": [words, …]}, …],
 *	 "restart": [keys that only a restart changes, …]}
 */

#pragma once

#include "core/supervisor/inspection.h"

#define DOCUMENT_MAX (16u << 20)
#define DOCUMENTS_KEPT 50
#define HISTORY_KEPT 1000 /* lines */

/* The highest number in the folder; 0 without any. */
uint64_t documents_highest(const char *state);

/* Errors: EP_NOT_FOUND, EP_UNAVAILABLE, EP_INVALID. */
ep_status document_read(struct arena *a, const char *state, uint64_t number,
    const struct ep_node **out, struct err *err);

/* What was inspected, as a document without number and changes. */
struct ep_node *document_new(const struct inspection *n);

/* A copy of an earlier one with what only a restart changes as in the active
 * one. */
struct ep_node *document_copy(struct arena *a, const struct ep_node *source,
    const struct ep_node *active);

/* Fills in number, created, from, hash, changes against the active one
 * (NULL: at the start) and restart. */
void document_finish(struct arena *a, struct ep_node *document, uint64_t number,
    const struct ep_node *active, const char *state);

/* STATE/generations/NAME; the path in the arena. */
ep_status document_write(struct arena *a, const char *state, const char *name,
    const struct ep_node *document, const char **path_out, struct err *err);

/* Removes documents but the newest and the active one, and whatever of
 * modules, copies, reports and plans none of the kept ones names; cuts the
 * history.  At the start copies go too: nobody maps them.  A file that
 * cannot be removed stays. */
void documents_prune(struct arena *a, const char *state, uint64_t active,
    bool is_start);

/* breaking.c: what a caller of the operations of one manifest would miss in
 * the other, as words appended to an array. */
void breaking_changes(struct arena *a, const struct manifest *from,
    const struct manifest *to, struct ep_node *words);
