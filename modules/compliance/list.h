/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Published sanctions lists, read from memory into a stream of entries.
 *
 * Six layouts give the same entries.  Nothing is written, fetched or kept:
 * an entry lives while the callback runs.  Input is hostile until proved
 * otherwise: a fault names its line and ends the reading, and the caller
 * keeps the list that it had.  Memory use does not grow with the input, save
 * for OFAC's CSV, whose alias and address files are indexed first.
 */

#pragma once

#include "match.h"
#include "name.h"

#include <stddef.h>

enum list_format {
	LIST_OFAC_CSV, /* sdn.csv, alt.csv, add.csv (specification 2023-09) */
	LIST_OFAC_XML, /* sdn.xml, consolidated.xml */
	LIST_UN_XML,   /* UN Security Council consolidated list */
	LIST_EU_XML,   /* EU Financial Sanctions Files, XML 1.1 */
	LIST_CSV,      /* our own header, one row for each name */
	LIST_JSONL,    /* the same members, a JSON object for each line */
	LIST_FORMATS,
};

struct list_name {
	const char *text;
	enum name_kind kind;
};

/* All texts are UTF-8, never NULL, and valid during the callback. */
struct list_entry {
	const char *id;
	enum party_type type;
	const struct list_name *names;
	size_t name_count;
	const char *const *programs;
	size_t program_count;
	const struct birth_date *births;
	size_t birth_count;
	const struct country *countries;
	size_t country_count;
	const struct identifier *identifiers; /* normalised values */
	size_t identifier_count;
	const char *remarks;
};

/* Called for each entry; anything but 0 ends the reading without a fault. */
typedef int list_entry_fn(void *ctx, const struct list_entry *entry);

/* Named bytes: one for most formats, sdn.csv, alt.csv, add.csv for OFAC. */
struct list_file {
	const char *name;
	const char *text;
	size_t len;
};

struct list_input {
	enum list_format format;
	const struct list_file *files;
	size_t file_count;
	const struct name_reader *reader; /* for country names */
};

struct list_outcome {
	size_t entries;
	char version[40]; /* the list's own date, "" when it has none */
	char sha256[65];  /* of all files' bytes, in the order given */
	size_t line;      /* of the fault */
	char fault[200];  /* "" when all was read */
};

/* LIST_FORMATS when text is no format's name ("ofac-csv", "un-xml" ...). */
enum list_format list_format_find(const char *text, size_t len);

/* Reads all entries.  Returns 0, or -1 with outcome_out->fault set. */
int list_read(const struct list_input *input, list_entry_fn *fn, void *ctx,
    struct list_outcome *outcome_out);

/* "individual", "entity", "vessel", "aircraft"; PARTY_ANY for all else. */
enum party_type party_type_find(const char *text, size_t len);
const char *party_type_name(enum party_type type);
