/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lists made searchable: built once, written as one file, mapped read-only
 * by any number of processes, and screened against.
 *
 * Candidates are found by words: every listed word that is alike to a word of
 * the query brings its names.  Likeness is the one that the score uses, so
 * what the score accepts is found; signatures of sounds spare most
 * comparisons.  The best candidates are then scored in full.
 */

#pragma once

#include "list.h"
#include "match.h"

#include <stddef.h>
#include <stdint.h>

struct index_builder;

/* Takes the bytes of the snapshot in order; not 0 means "cannot". */
typedef int index_write_fn(void *ctx, const void *bytes, size_t n);

struct list_meta {
	const char *name;
	const char *version;
	const char *sha256;
	const char *note; /* shown wherever the list is, e.g. "sample" */
	uint32_t entries;
};

/* The reader must outlive the builder. */
struct index_builder *index_builder_new(const struct name_reader *reader);
void index_builder_free(struct index_builder **builderp);

/* Entries that follow belong to this list; texts are copied. */
void index_builder_list(struct index_builder *builder,
    const struct list_meta *meta);

/* A list_entry_fn whose ctx is the builder. */
int index_builder_entry(void *builder, const struct list_entry *entry);

/*
 * Sets version and digest of the list begun last, which are known only when
 * it was read.
 */
void index_builder_stamp(struct index_builder *builder, const char *version,
    const char *sha256);

/* Writes the snapshot; returns what write returned when it was not 0. */
int index_builder_write(struct index_builder *builder, index_write_fn *write,
    void *ctx);

struct index {
	const unsigned char *base;
	const struct index_header *header;
};

/*
 * Opens a snapshot in memory, aligned to 8 bytes; nothing is copied, the
 * bytes must stay.  Returns NULL, or words why the bytes are no sound
 * snapshot: every offset has been checked when NULL is returned.
 */
const char *index_open(const void *bytes, size_t len, struct index *index_out);

size_t index_list_count(const struct index *index);
void index_list(const struct index *index, size_t i,
    struct list_meta *meta_out);
size_t index_name_count(const struct index *index);

struct screen_query {
	const char *name;
	size_t name_len;
	enum party_type type; /* PARTY_ANY: all */
	const char *const *aliases;
	size_t alias_count;
	const struct birth_date *births;
	size_t birth_count;
	const struct country *countries;
	size_t country_count;
	const struct identifier *identifiers; /* normalised */
	size_t identifier_count;
};

struct screen_options {
	const struct match_config *config; /* NULL: match_defaults */
	float threshold; /* 0: the configuration's review threshold */
	size_t limit;    /* hits at most; 0: 10; above 500: 500 */
	const unsigned char *lists; /* a byte for each list, or NULL: all */
};

struct hit {
	const char *list, *entry_id;
	const char *name;    /* the name that matched, as listed */
	const char *primary; /* the entry's first name */
	enum party_type type;
	enum name_kind kind;
	const char *remarks;
	const char *const *programs;
	size_t program_count;
	struct match_result result;
};

struct screen_result {
	enum match_decision decision;
	const struct hit *hits; /* best first */
	size_t hit_count;
	size_t candidates; /* names that were scored */
};

/* Result and hits live in memory; texts point into the snapshot. */
void index_screen(const struct index *index, const struct name_reader *reader,
    const struct screen_query *query, const struct screen_options *options,
    const struct memory *memory, struct screen_result *result_out);
