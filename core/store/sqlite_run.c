/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/sqlite.h"

#include "core/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
check_memory(void *p)
{
	if (p == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	return p;
}

/* ------------------------------------------------------------ statements -- */

struct store_statement *
store_statement_new(struct store *s, const char *text)
{
	struct store_statement *q;
	size_t number;

	EP_CHECK(s, STORE_MAGIC);
	q = check_memory(calloc(1, sizeof *q));
	q->magic = STORE_STATEMENT_MAGIC;
	q->store = s;
	q->text = check_memory(strdup(text));
	for (number = 0; number < s->n_statements; number++)
		if (s->statements[number] == NULL)
			break;
	if (number == s->n_statements)
		s->statements = check_memory(reallocarray(s->statements,
		    ++s->n_statements, sizeof(struct store_statement *)));
	s->statements[number] = q;
	q->number = number;
	return q;
}

static void
forget(struct connection *c, size_t number)
{
	if (number < c->n_prepared) {
		(void)sqlite3_finalize(c->prepared[number]);
		c->prepared[number] = NULL;
	}
}

void
store_statement_free(struct store_statement **sp)
{
	struct store_statement *q = *sp;
	struct store *s;

	EP_CHECK(q, STORE_STATEMENT_MAGIC);
	s = q->store;
	forget(s->writer, q->number);
	for (unsigned i = 0; i < s->n_open; i++)
		forget(&s->readers[i], q->number);
	s->statements[q->number] = NULL;
	q->magic = 0;
	free(q->text);
	free(q);
	*sp = NULL;
}

static bool
is_blank(const char *s)
{
	return s[strspn(s, " \t\r\n;")] == '\0';
}

static ep_status
prepare(struct connection *c, const struct store_statement *q,
    sqlite3_stmt **stmt_out, struct err *err)
{
	size_t n = c->n_prepared;
	sqlite3_stmt *stmt = NULL;
	const char *tail = NULL;
	int rc;

	if (q->number < n && c->prepared[q->number] != NULL) {
		*stmt_out = c->prepared[q->number];
		return EP_OK;
	}
	rc = sqlite3_prepare_v3(c->db, q->text, -1, SQLITE_PREPARE_PERSISTENT,
	    &stmt, &tail);
	if (rc != SQLITE_OK)
		return sqlite_error(q->store, c->db, rc, err);
	if (stmt == NULL || !is_blank(tail)) {
		(void)sqlite3_finalize(stmt);
		return err_set(err, EP_INTERNAL, "bad_statement",
		    "store: expected one statement, got: %.80s", q->text);
	}
	if (q->number >= n) {
		c->n_prepared = q->store->n_statements;
		c->prepared = check_memory(reallocarray(c->prepared,
		    c->n_prepared, sizeof(sqlite3_stmt *)));
		for (size_t i = n; i < c->n_prepared; i++)
			c->prepared[i] = NULL;
	}
	c->prepared[q->number] = stmt;
	*stmt_out = stmt;
	return EP_OK;
}

/* --------------------------------------------------------------- binding -- */

static ep_status
bound(int rc, const struct ep_arg *arg, struct err *err)
{
	if (rc == SQLITE_OK)
		return EP_OK;
	return err_set(err, rc == SQLITE_TOOBIG ? EP_TOO_LARGE : EP_INTERNAL,
	    NULL, "store: $%s: %s", arg->name, sqlite3_errstr(rc));
}

/* Values stay where the caller has them until the statement is reset. */
static ep_status
bind_value(sqlite3_stmt *stmt, int i, const struct ep_arg *arg, struct arena *a,
    struct err *err)
{
	const struct ep_value *v = &arg->value;
	const char *bytes = v->u.pointer != NULL ? v->u.pointer : "";
	struct buf json = { 0 };
	int n;

	switch (v->type) {
	case EP_T_NULL:
		return bound(sqlite3_bind_null(stmt, i), arg, err);
	case EP_T_BOOL:
		return bound(sqlite3_bind_int(stmt, i, v->u.integer != 0), arg,
		    err);
	case EP_T_INT:
		return bound(sqlite3_bind_int64(stmt, i, v->u.integer), arg,
		    err);
	case EP_T_REAL:
		return bound(sqlite3_bind_double(stmt, i, v->u.real), arg, err);
	case EP_T_TEXT:
		if (v->length > 0 && memchr(bytes, 0, v->length) != NULL)
			return err_set(err, EP_REFUSED, "nul_in_text",
			    "store: $%s: text may not hold U+0000", arg->name);
		return bound(sqlite3_bind_text(stmt, i, bytes, (int)v->length,
				 SQLITE_STATIC),
		    arg, err);
	case EP_T_BLOB:
		return bound(sqlite3_bind_blob(stmt, i, bytes, (int)v->length,
				 SQLITE_STATIC),
		    arg, err);
	case EP_T_NODE:
		EP_ASSERT(v->u.pointer != NULL);
		json_write(&json, v->u.pointer);
		bytes = arena_copy(a, buf_data(&json), buf_length(&json));
		n = (int)buf_length(&json);
		buf_fini(&json);
		return bound(sqlite3_bind_text(stmt, i, bytes, n,
				 SQLITE_STATIC),
		    arg, err);
	default:
		return err_set(err, EP_INTERNAL, "bad_statement",
		    "store: $%s: a value of type %u cannot be stored",
		    arg->name, (unsigned)v->type);
	}
}

static ep_status
bind_one(sqlite3_stmt *stmt, int i, const struct store_run_args *args,
    struct arena *a, struct err *err)
{
	const char *name = sqlite3_bind_parameter_name(stmt, i);
	struct ep_arg tenant = { .name = "tenant" };

	if (name == NULL || name[0] != '$')
		return err_set(err, EP_INTERNAL, "bad_statement",
		    "store: parameter %d has no $name", i);
	if (strcmp(name, "$tenant") == 0) {
		if (args->tenant == NULL)
			return err_set(err, EP_INTERNAL, "bad_statement",
			    "store: $tenant is asked for outside a tenant");
		tenant.value.type = EP_T_TEXT;
		tenant.value.length = (uint32_t)strlen(args->tenant);
		tenant.value.u.pointer = args->tenant;
		return bind_value(stmt, i, &tenant, a, err);
	}
	for (uint32_t k = 0; k < args->n; k++)
		if (strcmp(args->args[k].name, name + 1) == 0)
			return bind_value(stmt, i, &args->args[k], a, err);
	return err_set(err, EP_INTERNAL, "bad_statement",
	    "store: no argument for %s", name);
}

static ep_status
bind_all(sqlite3_stmt *stmt, const struct store_run_args *args, struct arena *a,
    struct err *err)
{
	int n = sqlite3_bind_parameter_count(stmt);
	char name[80];

	for (uint32_t k = 0; k < args->n; k++) {
		(void)snprintf(name, sizeof name, "$%s", args->args[k].name);
		if (strcmp(name, "$tenant") == 0)
			return err_set(err, EP_INTERNAL, "bad_statement",
			    "store: $tenant is bound by the host alone");
		if (sqlite3_bind_parameter_index(stmt, name) == 0)
			return err_set(err, EP_INTERNAL, "bad_statement",
			    "store: the statement has no %s", name);
	}
	for (int i = 1; i <= n; i++)
		EP_TRY(bind_one(stmt, i, args, a, err));
	return EP_OK;
}

/* ------------------------------------------------------------------ rows -- */

/* Returns the bytes it took. */
static size_t
copy_value(sqlite3_stmt *stmt, int i, struct arena *a, struct ep_value *v)
{
	const void *bytes;

	switch (sqlite3_column_type(stmt, i)) {
	case SQLITE_INTEGER:
		v->type = EP_T_INT;
		v->u.integer = sqlite3_column_int64(stmt, i);
		return sizeof *v;
	case SQLITE_FLOAT:
		v->type = EP_T_REAL;
		v->u.real = sqlite3_column_double(stmt, i);
		return sizeof *v;
	case SQLITE_TEXT:
		v->type = EP_T_TEXT;
		bytes = sqlite3_column_text(stmt, i);
		break;
	case SQLITE_BLOB:
		v->type = EP_T_BLOB;
		bytes = sqlite3_column_blob(stmt, i);
		break;
	default:
		return sizeof *v;
	}
	v->length = (uint32_t)sqlite3_column_bytes(stmt, i);
	v->u.pointer = arena_copy(a, bytes, v->length);
	return sizeof *v + v->length;
}

static ep_status
add_row(const struct store_options *o, sqlite3_stmt *stmt, struct arena *a,
    struct ep_rows *rows, size_t *bytes)
{
	int n = sqlite3_column_count(stmt);
	struct ep_value *v = rows_add(rows);

	for (int i = 0; i < n; i++) {
		int more = sqlite3_column_type(stmt, i) == SQLITE_TEXT ||
			sqlite3_column_type(stmt, i) == SQLITE_BLOB
		    ? sqlite3_column_bytes(stmt, i)
		    : 0;

		if (*bytes + (size_t)more > o->max_result_bytes)
			return EP_TOO_LARGE;
		*bytes += copy_value(stmt, i, a, &v[i]);
	}
	return EP_OK;
}

static ep_status
step_all(struct store_tx *tx, sqlite3_stmt *stmt, struct arena *a,
    struct ep_rows *rows, struct err *err)
{
	const struct store_options *o = &tx->store->options;
	size_t bytes = 0;
	int rc;

	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (rows == NULL)
			continue;
		if (rows_count(rows) >= o->max_rows)
			return err_set(err, EP_TOO_LARGE, "too_many_rows",
			    "store: more than %u rows; ask for a page (LIMIT)",
			    (unsigned)o->max_rows);
		if (add_row(o, stmt, a, rows, &bytes) != EP_OK)
			return err_set(err, EP_TOO_LARGE, "result_too_large",
			    "store: rows of more than %zu bytes; ask for less",
			    o->max_result_bytes);
	}
	return rc == SQLITE_DONE
	    ? EP_OK
	    : sqlite_error(tx->store, tx->connection->db, rc, err);
}

static ep_status
run(struct store_tx *tx, sqlite3_stmt *stmt, const struct store_run_args *args,
    struct arena *a, struct ep_rows *rows, struct err *err)
{
	bool writes = sqlite3_stmt_readonly(stmt) == 0;
	ep_status st;

	if (writes && tx->mode == STORE_READ)
		return err_set(err, EP_INTERNAL, "bad_statement",
		    "store: a statement that writes, in a transaction that "
		    "reads");
	EP_TRY(bind_all(stmt, args, a, err));
	if (writes)
		tx->wrote = true;
	st = step_all(tx, stmt, a, rows, err);
	if (st == EP_OK && writes && rows != NULL)
		rows_set_changed(rows,
		    (uint64_t)sqlite3_changes64(tx->connection->db));
	return st;
}

ep_status
store_run(struct store_tx *tx, struct store_statement *statement,
    const struct store_run_args *args, struct arena *arena,
    const struct ep_rows **rows_out, struct err *err)
{
	static const struct store_run_args none;
	struct ep_rows *rows = NULL;
	sqlite3_stmt *stmt = NULL;
	ep_status st;

	EP_TRY(tx_check(tx, err));
	EP_CHECK(statement, STORE_STATEMENT_MAGIC);
	EP_ASSERT(statement->store == tx->store);
	EP_TRY(prepare(tx->connection, statement, &stmt, err));
	if (rows_out != NULL) {
		rows = rows_new(arena, (uint32_t)sqlite3_column_count(stmt));
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			rows_set_name(rows, (uint32_t)i,
			    sqlite3_column_name(stmt, i));
		*rows_out = rows;
	}
	st = run(tx, stmt, args != NULL ? args : &none, arena, rows, err);
	(void)sqlite3_reset(stmt);
	(void)sqlite3_clear_bindings(stmt);
	return st;
}
