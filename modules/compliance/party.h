/* SPDX-License-Identifier: BSD-2-Clause */

/* A party between JSON and the pure logic. */

#pragma once

#include "local.h"

/* What was asked about, and which of it could not be used. */
struct party_question {
	struct screen_query query;
	struct ep_node *ignored; /* JSON pointers */
};

/*
 * Reads a party, or a plain name.  Birth dates and countries that cannot be
 * read are left out and named in ignored, below the pointer prefix; type is
 * that of a party which does not tell its own.  Everything lives as long as
 * the operation.
 */
ep_status party_read(struct ep_op *op, const struct ep_node *node,
    const char *prefix, enum party_type type,
    struct party_question *question_out);

/* The party type that type and schema of an object name; PARTY_ANY when they
 * leave it open. */
enum party_type party_type_read(const struct ep_node *object);

/* Does a name hold a letter or digit? */
bool party_has_name(struct ep_op *op, const struct screen_query *query);

/* Reads all names for a view; returns how many readings are in names_out. */
size_t party_names(struct ep_op *op, const struct screen_query *query,
    enum name_view view, const struct name **names_out);

/* Reasons and decisions as the answers have them. */
struct ep_node *party_features(struct ep_op *op,
    const struct match_result *result);
const char *party_decision(enum match_decision decision);
double party_score(float score);
