/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * SQL as words, just deep enough to keep modules' texts inside what SQLite
 * and PostgreSQL both mean the same by, and to replace type words.
 */

#pragma once

#include "core/base/buf.h"

enum sql_kind {
	SQL_END,
	SQL_WORD, /* keyword or name */
	SQL_NUMBER,
	SQL_STRING,    /* 'text' */
	SQL_NAME,      /* "quoted", `quoted` or [quoted] */
	SQL_PARAMETER, /* $name */
	SQL_COMMENT,
	SQL_MARK, /* one other character */
	SQL_BAD   /* an unknown byte, another kind of parameter, no end */
};

struct sql_token {
	enum sql_kind kind;
	const char *at;
	size_t length;
	int depth; /* of parentheses around it */
};

/* The token behind *before; begin with { .at = text }. */
struct sql_token sql_next(const struct sql_token *before);

bool sql_is(const struct sql_token *t, const char *word);

/* One declared statement: one of SELECT INSERT UPDATE DELETE WITH, and
 * nothing that the two databases do not share.  Errors: EP_REFUSED
 * "bad_sql". */
ep_status sql_check_statement(const char *text, struct err *err);

/* Where the UPSERT or RETURNING tail of a statement that writes begins;
 * the end of the text when there is none. */
const char *sql_tail(const char *text);

/* A migration of a module: only statements that add (or change own rows),
 * only names that begin with the module's name.  Appends the text with the
 * types of SQLite.  Errors: EP_REFUSED "bad_migration". */
ep_status sql_migration(const char *module, const char *text, struct buf *out,
    struct err *err);

/* "my-module" → "my_module_" */
void sql_prefix(const char *module, char *out, size_t size);
