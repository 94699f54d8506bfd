/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is wrong with a configuration, as values: an id (a row of faults.yaml,
 * which has the words in English and Chinese), the token at fault, what is
 * expected and what was meant.  Lists grow in an arena.
 */

#pragma once

#include "core/base/arena.h"
#include "core/base/buf.h"

enum language {
	LANGUAGE_ENGLISH,
	LANGUAGE_CHINESE
};

#define CONFIG_ERRORS 200 /* further ones are counted, not kept */
#define ERROR_WORDS 3

struct config_error {
	struct config_error *next;
	const char *id; /* "unknown_key" */
	bool is_warning;
	const char *file;
	/* Characters from 1; 0: the file as a whole.  The end is behind the
	 * token, on the same line. */
	uint32_t line, column, end_column;
	const char *words[ERROR_WORDS]; /* of the row's texts, or NULL */
	const char *expected, *got;     /* in English, or NULL */
	const char *suggestion;         /* the name that was meant, or NULL */
	const char *mend;   /* in English, better than the row's; or NULL */
	const char *source; /* the line, or NULL */
};

/* A plain value, zeroed at first; what it points at is an arena's. */
struct config_errors {
	uint32_t count, n_faults; /* of all; of those that are no warnings */
	bool has_more;
	struct config_error *first, *last;
};

/* By LC_ALL, LC_MESSAGES or LANG, whichever is the first that is set: Chinese
 * for zh, else English. */
enum language language_of_locale(void);

/* "en", "zh", also with a region; false for others. */
bool language_read(const char *tag, enum language *out);

/* By file in the order of their first fault, line and column. */
void config_errors_sort(struct arena *a, struct config_errors *e);

/* What is said of one, and how to mend it. */
const char *config_error_text(struct arena *a, const struct config_error *e,
    enum language language);
const char *config_error_hint(struct arena *a, const struct config_error *e,
    enum language language);

/* All for people: place, words, the line with a caret, the hint. */
void config_errors_write(struct buf *out, const struct config_errors *e,
    enum language language);

/* The same in the language of the locale. */
const char *config_errors_text(struct arena *a, const struct config_errors *e);

/* For programs: an array of {id, severity, file, line, column, end_column,
 * message, expected, hint, suggestion}; null for what is not known. */
void config_errors_json(struct buf *out, const struct config_errors *e,
    enum language language);

/* What an id means, with an example; false when there is none of this name,
 * *nearest_out then is the one that was meant, or NULL. */
bool config_explain(struct arena *a, struct buf *out, const char *id,
    enum language language, const char **nearest_out);

/* All ids, a line each. */
void config_explain_all(struct buf *out, enum language language);

/* The rows as JSON: {ID: {text, mend, about, broken, mended}}. */
void config_explain_json(struct buf *out);
