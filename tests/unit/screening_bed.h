/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the screening tests, the evaluation and the benchmark share: the
 * lexicon from the module's data files, and a snapshot built in memory.
 */

#pragma once

#include "modules/compliance/index.h"
#include "modules/compliance/list.h"
#include "modules/compliance/match.h"
#include "modules/compliance/pool.h"

struct bed {
	struct folder *folder;
	struct lexicon *lexicon;
	struct name_reader reader;
	struct pool *pool;
	struct memory memory;
	char *snapshot;
	size_t snapshot_len;
	struct index index;
};

/* data is the module's data folder; ends the program when it is unreadable. */
void bed_open(struct bed *bed, const char *data);
void bed_close(struct bed *bed);

/* A file's bytes, NUL-terminated, to be freed; NULL when it cannot be read. */
char *bed_file(const char *folder, const char *name, size_t *len_out);

/* Adds entries of its own to those of the sample. */
typedef void bed_more_fn(struct bed *bed, struct index_builder *builder,
    void *ctx);

/*
 * Read OFAC's three files from a folder and open the snapshot of them, and of
 * what more adds; more may be NULL.
 */
void bed_ofac(struct bed *bed, const char *folder, bed_more_fn *more,
    void *ctx);

/* Write the builder's snapshot into memory and open it. */
void bed_snapshot(struct bed *bed, struct index_builder *builder);

/* Score two names as compliance.match_names does. */
float bed_match(struct bed *bed, const char *a, const char *b,
    const char *schema, struct match_result *result_out);

/*
 * The inside of the object that follows "key" in one line of a JSON case
 * file, and the text of a member of it ("" when it has none); the files keep
 * one case a line and nest no deeper.
 */
const char *case_object(const char *line, const char *key, char *out,
    size_t cap);
const char *case_member(const char *object, const char *key, char *out,
    size_t cap);
