/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/sqltext.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) != 0 || c == '_';
}

static size_t
quoted(const char *s, char end)
{
	size_t n = 1;

	for (; s[n] != '\0'; n++) {
		if (s[n] != end)
			continue;
		if (end == ']' || s[n + 1] != end)
			return n + 1;
		n++;
	}
	return 0;
}

static size_t
comment(const char *s)
{
	const char *end;

	if (s[0] == '-')
		return strcspn(s, "\n");
	end = strstr(s + 2, "*/");
	return end == NULL ? 0 : (size_t)(end + 2 - s);
}

static void
set(struct sql_token *t, enum sql_kind kind, size_t length)
{
	t->kind = length == 0 ? SQL_BAD : kind;
	t->length = length == 0 ? 1 : length;
}

static size_t
name_length(const char *s)
{
	size_t n = 0;

	while (is_name(s[n]))
		n++;
	return n;
}

struct sql_token
sql_next(const struct sql_token *before)
{
	struct sql_token t = { .depth = before->depth };
	const char *s = before->at + before->length;
	size_t n;

	s += strspn(s, " \t\r\n\f");
	t.at = s;
	if (*s == '\0')
		t.kind = SQL_END;
	else if ((s[0] == '-' && s[1] == '-') || (s[0] == '/' && s[1] == '*'))
		set(&t, SQL_COMMENT, comment(s));
	else if (*s == '\'')
		set(&t, SQL_STRING, quoted(s, '\''));
	else if (*s == '"' || *s == '`' || *s == '[')
		set(&t, SQL_NAME, quoted(s, (char)(*s == '[' ? ']' : *s)));
	else if (isdigit((unsigned char)*s) != 0)
		set(&t, SQL_NUMBER, strspn(s, "0123456789abcdefABCDEFxX."));
	else if (is_name(*s))
		set(&t, SQL_WORD, name_length(s));
	else if (*s == '$')
		set(&t, SQL_PARAMETER,
		    (n = name_length(s + 1)) > 0 && s[n + 1] != ':' ? n + 1
								    : 0);
	else
		set(&t, SQL_MARK, strchr("()+-*/%<>=!|&~,.;", *s) != NULL);
	if (t.kind == SQL_MARK && *s == '(')
		t.depth++;
	if (t.kind == SQL_MARK && *s == ')')
		t.depth--;
	return t;
}

bool
sql_is(const struct sql_token *t, const char *word)
{
	return (t->kind == SQL_WORD || t->kind == SQL_MARK) &&
	    strlen(word) == t->length &&
	    strncasecmp(t->at, word, t->length) == 0;
}

static bool
is_one_of(const struct sql_token *t, const char *const *words)
{
	for (; *words != NULL; words++)
		if (sql_is(t, *words))
			return true;
	return false;
}

/* ---------------------------------------------------- declared statements --
 */

/* Words with another meaning, or none, in one of the two databases. */
static const char *const not_shared[] = { "LIKE", "GLOB", "REGEXP", "MATCH",
	"ILIKE", "SIMILAR", "FOR", "INDEXED", "UNINDEXED", "ROWID", "OID",
	"_ROWID_", "CTID", "ISNULL", "NOTNULL", "CURRENT_TIMESTAMP",
	"CURRENT_DATE", "CURRENT_TIME", "COLLATE", "ATTACH", "DETACH", "PRAGMA",
	"VACUUM", "TRIGGER", "DEFERRABLE", "ABORT", "RAISE", "PG_CATALOG",
	"INFORMATION_SCHEMA", "SQLITE_SCHEMA", "SQLITE_MASTER", "TEMP",
	"MATERIALIZED", "LATERAL", "ANY", "ARRAY", NULL };

static const char *const first_words[] = { "SELECT", "INSERT", "UPDATE",
	"DELETE", "WITH", NULL };

static ep_status
refuse(const struct sql_token *t, const char *how, struct err *err)
{
	return err_set(err, EP_REFUSED, "bad_sql", "'%.*s': %s",
	    (int)(t->length > 40 ? 40 : t->length), t->at, how);
}

static ep_status
check_token(const struct sql_token *t, const struct sql_token *before,
    struct err *err)
{
	struct sql_token next = sql_next(t);

	if (t->kind == SQL_BAD)
		return refuse(t, "cannot be read; parameters are written $name",
		    err);
	if (t->kind == SQL_COMMENT)
		return refuse(t, "no comments inside a statement; put it above",
		    err);
	if (t->kind == SQL_NAME)
		return refuse(t, "names are written without quotes", err);
	if (sql_is(t, ";") && next.kind != SQL_END)
		return refuse(t, "one statement each", err);
	if (t->depth < 0)
		return refuse(t, "a parenthesis is closed that is not open",
		    err);
	if (sql_is(t, "=") && next.at == t->at + 1 && sql_is(&next, "="))
		return refuse(t, "equality is written =", err);
	if (is_one_of(t, not_shared))
		return refuse(t,
		    "not in what SQLite and PostgreSQL share; put what must "
		    "differ in .sqlite.sql and .postgres.sql",
		    err);
	if (sql_is(t, "REPLACE") && !sql_is(&next, "("))
		return refuse(t, "say INSERT … ON CONFLICT (…) DO UPDATE", err);
	if ((sql_is(before, "INSERT") || sql_is(before, "UPDATE")) &&
	    sql_is(t, "OR"))
		return refuse(t, "say INSERT … ON CONFLICT (…)", err);
	return EP_OK;
}

ep_status
sql_check_statement(const char *text, struct err *err)
{
	struct sql_token before = { .at = text }, t = sql_next(&before);

	if (!is_one_of(&t, first_words))
		return refuse(&t,
		    "a statement begins with SELECT, INSERT, UPDATE, DELETE or "
		    "WITH",
		    err);
	for (; t.kind != SQL_END; before = t, t = sql_next(&t))
		EP_TRY(check_token(&t, &before, err));
	return EP_OK;
}

const char *
sql_tail(const char *text)
{
	struct sql_token t = { .at = text }, next;
	bool reads;

	t = sql_next(&t);
	reads = sql_is(&t, "SELECT");
	for (; t.kind != SQL_END; t = next) {
		next = sql_next(&t);
		if (reads || t.depth != 0)
			continue;
		if (sql_is(&t, "RETURNING"))
			return t.at;
		if (sql_is(&t, "ON") && sql_is(&next, "CONFLICT")) {
			struct sql_token then = sql_next(&next);

			if (sql_is(&then, "(") || sql_is(&then, "DO"))
				return t.at;
		}
	}
	return t.at;
}

/* ------------------------------------------------------------ migrations -- */

void
sql_prefix(const char *module, char *out, size_t size)
{
	(void)snprintf(out, size, "%s_", module);
	for (; *out != '\0'; out++)
		if (*out == '-')
			*out = '_';
}

static const struct type_row {
	const char *word, *sqlite;
} types[] = {
	{ "ep_text", "TEXT" },
	{ "ep_int", "INTEGER" },
	{ "ep_bool", "INTEGER" },
	{ "ep_time", "INTEGER" },
	{ "ep_blob", "BLOB" },
	{ "ep_json", "TEXT" },
};

static ep_status
bad(const struct sql_token *t, const char *how, struct err *err)
{
	return err_set(err, EP_REFUSED, "bad_migration", "'%.*s': %s",
	    (int)(t->length > 40 ? 40 : t->length), t->at, how);
}

static struct sql_token
word_after(const struct sql_token *t)
{
	struct sql_token n = sql_next(t);

	while (n.kind == SQL_COMMENT)
		n = sql_next(&n);
	return n;
}

static ep_status
check_own(const struct sql_token *name, const char *prefix, struct err *err)
{
	char how[160];

	if (name->kind == SQL_WORD && name->length > strlen(prefix) &&
	    strncasecmp(name->at, prefix, strlen(prefix)) == 0)
		return EP_OK;
	(void)snprintf(how, sizeof how, "a module's names begin with %s",
	    prefix);
	return bad(name, how, err);
}

/* The head of a statement names what it is about; *table_out says whether
 * it makes a table. */
static ep_status
check_head(struct sql_token t, const char *prefix, bool *table_out,
    struct err *err)
{
	struct sql_token second = word_after(&t), third = word_after(&second);

	*table_out = sql_is(&t, "CREATE") && sql_is(&second, "TABLE");
	if (*table_out || (sql_is(&t, "CREATE") && sql_is(&second, "VIEW")) ||
	    (sql_is(&t, "CREATE") && sql_is(&second, "INDEX")) ||
	    (sql_is(&t, "INSERT") && sql_is(&second, "INTO")) ||
	    (sql_is(&t, "DELETE") && sql_is(&second, "FROM")))
		return check_own(&third, prefix, err);
	if (sql_is(&t, "CREATE") && sql_is(&second, "UNIQUE") &&
	    sql_is(&third, "INDEX")) {
		third = word_after(&third);
		return check_own(&third, prefix, err);
	}
	if (sql_is(&t, "UPDATE"))
		return check_own(&second, prefix, err);
	if (sql_is(&t, "ALTER") && sql_is(&second, "TABLE")) {
		struct sql_token add = word_after(&third);
		struct sql_token column = word_after(&add);

		if (sql_is(&add, "ADD") && sql_is(&column, "COLUMN"))
			return check_own(&third, prefix, err);
	}
	return bad(&t,
	    "a migration may CREATE TABLE, INDEX or VIEW, ALTER TABLE … ADD "
	    "COLUMN, INSERT, UPDATE and DELETE",
	    err);
}

static void
append_word(struct buf *out, const struct sql_token *t)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (sql_is(t, types[i].word)) {
			buf_text(out, types[i].sqlite);
			return;
		}
	buf_append(out, t->at, t->length);
}

/* Types of one of the stores, where a column's stands: PostgreSQL's INTEGER
 * has 32 bits, SQLite's 64. */
static const char *
own_type(const struct sql_token *before, const struct sql_token *t)
{
	static const struct {
		const char *word, *ours;
	} rows[] = {
		{ "TEXT", "ep_text" },
		{ "VARCHAR", "ep_text" },
		{ "CHAR", "ep_text" },
		{ "INTEGER", "ep_int" },
		{ "INT", "ep_int" },
		{ "BIGINT", "ep_int" },
		{ "SMALLINT", "ep_int" },
		{ "BOOLEAN", "ep_bool" },
		{ "BOOL", "ep_bool" },
		{ "TIMESTAMP", "ep_time" },
		{ "TIMESTAMPTZ", "ep_time" },
		{ "DATETIME", "ep_time" },
		{ "DATE", "ep_time" },
		{ "BLOB", "ep_blob" },
		{ "BYTEA", "ep_blob" },
		{ "JSON", "ep_json" },
		{ "JSONB", "ep_json" },
	};

	if (before->kind != SQL_WORD || sql_is(before, "COLUMN") ||
	    sql_is(before, "ADD") || sql_is(before, "CONSTRAINT"))
		return NULL;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (sql_is(t, rows[i].word))
			return rows[i].ours;
	return NULL;
}

static ep_status
check_type(const struct sql_token *before, const struct sql_token *t,
    struct err *err)
{
	const char *ours = t->depth > 1 ? NULL : own_type(before, t);
	char how[80];

	if (ours == NULL)
		return EP_OK;
	(void)snprintf(how, sizeof how,
	    "write %s, which is the same in SQLite and PostgreSQL", ours);
	return bad(t, how, err);
}

/* first: of the statement; table: which makes one. */
static ep_status
check_migration_token(const struct sql_token *first, bool table,
    const struct sql_token *before, const struct sql_token *t, struct err *err)
{
	if (t->kind == SQL_BAD || t->kind == SQL_PARAMETER)
		return bad(t, "cannot be read here", err);
	if (t->kind == SQL_NAME)
		return bad(t, "names are written without quotes", err);
	if (is_one_of(t, not_shared) || sql_is(t, "WITHOUT") ||
	    sql_is(t, "STRICT") || sql_is(t, "AUTOINCREMENT") ||
	    sql_is(t, "GENERATED") || sql_is(t, "CONFLICT"))
		return bad(t,
		    "not in what SQLite and PostgreSQL share; put it in "
		    ".sqlite.sql and .postgres.sql",
		    err);
	if (table && t->depth == 0 && sql_is(t, "AS"))
		return bad(t, "a table's columns are written out", err);
	return table || sql_is(first, "ALTER") ? check_type(before, t, err)
					       : EP_OK;
}

/* One statement, up to and with its ';'.  *t is its first token. */
static ep_status
migration_statement(struct sql_token *t, const char *prefix, struct buf *out,
    struct err *err)
{
	struct sql_token first = *t, before = { 0 };
	bool table, ended = false;

	EP_TRY(check_head(*t, prefix, &table, err));
	for (; !ended && t->kind != SQL_END; *t = sql_next(t)) {
		if (t->kind == SQL_COMMENT)
			continue;
		EP_TRY(check_migration_token(&first, table, &before, t, err));
		before = *t;
		ended = sql_is(t, ";");
		if (ended && table)
			buf_text(out, " STRICT");
		append_word(out, t);
		if (sql_next(t).at != t->at + t->length)
			buf_byte(out, ' ');
	}
	if (!ended)
		return bad(t, "each statement ends with ;", err);
	return EP_OK;
}

ep_status
sql_migration(const char *module, const char *text, struct buf *out,
    struct err *err)
{
	struct sql_token t = { .at = text };
	char prefix[80];

	sql_prefix(module, prefix, sizeof prefix);
	for (t = word_after(&t); t.kind != SQL_END;) {
		EP_TRY(migration_statement(&t, prefix, out, err));
		if (t.kind == SQL_COMMENT)
			t = word_after(&t);
	}
	return EP_OK;
}
