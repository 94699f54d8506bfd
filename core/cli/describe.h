/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a module offers, as one JSON value: `entrepot module describe` prints
 * it for programs, or in words for people.
 */

#pragma once

#include "core/base/buf.h"
#include "core/module/manifest.h"

/* Everything but what is wrong with it.  The tables are missing when its
 * migrations cannot be run.  Members: module, version, title, file, size,
 * sha256, abi {major, minor_needed, minor_built}, requires, libraries,
 * languages [{language, texts}], operations, tables [{table, columns}],
 * snapshots [{snapshot, epoch}], options (JSON Schema or null), schemas
 * (those that $ref names).  An operation has id, method, path, summary,
 * description, tx, internal, idempotent, parameters [{name, in, required,
 * description, schema}], body {media_type, required, schema} or null,
 * responses [{status (0: any other), description, media_type, schema}]. */
const struct ep_node *describe_module(struct arena *a,
    const struct module_file *file, const struct manifest *m);

/* The same in words; document: the module's, where $ref leads. */
void describe_text(struct buf *out, const struct ep_node *description,
    const struct ep_node *document);
