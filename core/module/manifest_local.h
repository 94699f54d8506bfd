/* SPDX-License-Identifier: BSD-2-Clause */

/* What the files of the manifest's reader share. */

#pragma once

#include "core/module/manifest.h"

#define DOCUMENT "openapi.yaml"

struct manifest_reader {
	struct arena *arena;
	struct findings *findings;
	struct manifest *manifest;
	const char *file; /* whose nodes are being looked at */
};

/* A finding at the place of a node (NULL: the file as a whole). */
void manifest_fault(struct manifest_reader *r, const struct ep_node *at,
    const char *mend, const char *format, ...) EP_PRINTF(4, 5);

/* The word of the list (ended by NULL) most like what was written, if it is
 * near enough to be what was meant; else NULL. */
const char *manifest_nearest(const char *written, const char *const *words);

/* Every member of the object must be one of the words. */
void manifest_known_members(struct manifest_reader *r,
    const struct ep_node *object, const char *const *words);

/* Member that must be text and not empty; NULL (with a finding when it is
 * required or of another type). */
const char *manifest_text(struct manifest_reader *r,
    const struct ep_node *object, const char *name, bool required);

/* A list of texts, ended by NULL; empty when absent. */
const char *const *manifest_texts(struct manifest_reader *r,
    const struct ep_node *object, const char *name);

/* A lower-case name: letters, digits, underscores, a letter first. */
bool manifest_is_name(const char *s, size_t n);

void manifest_read_operations(struct manifest_reader *r);

/* The body, the answers; and that no two members of the input collide. */
void manifest_read_body(struct manifest_reader *r,
    const struct ep_node *operation, struct manifest_operation *op);
void manifest_read_responses(struct manifest_reader *r,
    const struct ep_node *operation, struct manifest_operation *op);
void manifest_check_collisions(struct manifest_reader *r,
    const struct manifest_operation *op);

void manifest_read_migrations(struct manifest_reader *r);
void manifest_read_messages(struct manifest_reader *r);

/* Every $ref leads somewhere, every x-entrepot member is known. */
void manifest_check_tree(struct manifest_reader *r, const struct ep_node *n,
    unsigned depth);
