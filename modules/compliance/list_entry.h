/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An entry while it is put together, and what the readers of the formats
 * share.  Texts are copied; repeated values are left out.
 */

#pragma once

#include "list.h"
#include "pool.h"

#define ENTRY_NAMES 512
#define ENTRY_VALUES 128

struct entry {
	struct list_entry out;
	struct list_name names[ENTRY_NAMES];
	const char *programs[ENTRY_VALUES];
	struct birth_date births[ENTRY_VALUES];
	struct country countries[ENTRY_VALUES];
	struct identifier identifiers[ENTRY_VALUES];
	struct pool *pool;
	struct memory memory;
};

/* One run of list_read(). */
struct list_run {
	const struct list_input *input;
	list_entry_fn *fn;
	void *ctx;
	struct list_outcome *outcome;
	struct entry entry;
	int stopped; /* the callback wanted no more */
};

/* Begin an entry; the one before is forgotten. */
void entry_begin(struct list_run *run, const char *id, size_t len,
    enum party_type type);

/* Add to it; empty values and OFAC's null "-0-" are left out. */
void entry_name(struct list_run *run, const char *text, size_t len,
    enum name_kind kind);
void entry_program(struct list_run *run, const char *text, size_t len);
void entry_birth(struct list_run *run, const char *text, size_t len);
void entry_country(struct list_run *run, const char *text, size_t len);
void entry_identifier(struct list_run *run, const char *type, const char *text,
    size_t len);
void entry_remarks(struct list_run *run, const char *text, size_t len);

/* A copy that lives as long as the entry. */
char *entry_keep(struct list_run *run, const char *text, size_t len);

/* Hand the entry on, if it has a name.  Returns 0 when the reading shall end.
 */
int entry_end(struct list_run *run);

/* Record the first fault; returns -1. */
int list_fault(struct list_run *run, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The file with this name, or file 0 when name is NULL; NULL if none. */
const struct list_file *list_file_find(const struct list_input *input,
    const char *name);

int list_read_ofac_csv(struct list_run *run);
int list_read_ofac_xml(struct list_run *run);
int list_read_un_xml(struct list_run *run);
int list_read_eu_xml(struct list_run *run);
int list_read_csv(struct list_run *run);
int list_read_jsonl(struct list_run *run);

/* OFAC's remarks: dates, nationalities, documents, weak aliases. */
void ofac_remarks(struct list_run *run, const char *text, size_t len);
