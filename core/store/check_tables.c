/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/check_tables.h"

#include "core/base/buf.h"

#include <string.h>
#include <strings.h>

static sqlite3_stmt *
query(sqlite3 *db, const char *text, const char *name)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, text, -1, &s, NULL) != SQLITE_OK)
		ep_panic(__FILE__, __LINE__, __func__, sqlite3_errmsg(db));
	if (name != NULL)
		(void)sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	return s;
}

static const char *
text_at(sqlite3_stmt *s, int column)
{
	const char *t = (const char *)sqlite3_column_text(s, column);

	return t != NULL ? t : "";
}

static bool
is_listed(const char *const *list, const char *name)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcasecmp(*list, name) == 0)
			return true;
	return false;
}

static ep_status
bad_table(const struct table *t, const char *how, struct err *err)
{
	return err_set(err, EP_REFUSED, "bad_table", "table %s: %s", t->name,
	    how);
}

/* -------------------------------------------------------------- its rules --
 */

static ep_status
check_columns(struct table *t, sqlite3 *db, struct arena *a, struct err *err)
{
	sqlite3_stmt *s = query(db,
	    "SELECT cid, name, type, \"notnull\", pk FROM pragma_table_info(?) "
	    "ORDER BY cid",
	    t->name);
	struct buf columns = { 0 };
	const char *how = NULL;

	while (sqlite3_step(s) == SQLITE_ROW) {
		bool is_tenant = strcasecmp(text_at(s, 1), "tenant") == 0;
		bool first = sqlite3_column_int(s, 0) == 0;

		buf_format(&columns, "%s%s %s", first ? "" : ", ",
		    text_at(s, 1), text_at(s, 2));
		if (!is_tenant)
			continue;
		t->has_tenant = true;
		if (!first)
			how = "tenant must be the first column";
		else if (!t->is_view && sqlite3_column_int(s, 3) == 0)
			how = "tenant must be NOT NULL";
		else if (!t->is_view && sqlite3_column_int(s, 4) != 1)
			how = "tenant must be first in the PRIMARY KEY";
	}
	(void)sqlite3_finalize(s);
	t->columns = arena_copy(a, buf_data(&columns), buf_length(&columns));
	buf_fini(&columns);
	return how == NULL ? EP_OK : bad_table(t, how, err);
}

static ep_status
check_empty(sqlite3 *db, const struct table *t, const char *text,
    const char *how, struct err *err)
{
	sqlite3_stmt *s = query(db, text, t->name);
	bool found = sqlite3_step(s) == SQLITE_ROW;

	(void)sqlite3_finalize(s);
	return found ? bad_table(t, how, err) : EP_OK;
}

static ep_status
check_keys(const struct table *t, sqlite3 *db, struct err *err)
{
	if (t->has_tenant)
		EP_TRY(check_empty(db, t,
		    "SELECT 1 FROM pragma_index_list(?) l WHERE l.\"unique\" AND NOT "
		    "EXISTS (SELECT 1 FROM pragma_index_info(l.name) i WHERE "
		    "lower(i.name) = 'tenant')",
		    "every UNIQUE must include tenant", err));
	return check_empty(db, t,
	    "SELECT 1 FROM pragma_foreign_key_list(?1) f WHERE EXISTS (SELECT "
	    "1 FROM pragma_table_info(f.\"table\") c WHERE lower(c.name) = "
	    "'tenant') GROUP BY f.id HAVING sum(lower(f.\"from\") = 'tenant' "
	    "AND (f.\"to\" IS NULL OR lower(f.\"to\") = 'tenant')) = 0",
	    "every FOREIGN KEY to a table with a tenant must include tenant",
	    err);
}

static ep_status
check_table(struct table *t, sqlite3 *db, const char *const *shared,
    struct arena *a, struct err *err)
{
	EP_TRY(check_columns(t, db, a, err));
	if (t->is_view)
		return EP_OK;
	if (!t->has_tenant && !is_listed(shared, t->name))
		return bad_table(t,
		    "has no tenant; put tenant ep_text NOT NULL first and into "
		    "the PRIMARY KEY, or list the table under shared",
		    err);
	if (t->has_tenant && is_listed(shared, t->name))
		return bad_table(t, "is listed under shared, but has a tenant",
		    err);
	return check_keys(t, db, err);
}

ep_status
tables_read(struct tables *all, sqlite3 *db, const char *const *shared,
    struct arena *a, struct err *err)
{
	sqlite3_stmt *s = query(db,
	    "SELECT name, sql, type = 'view' FROM sqlite_schema WHERE type IN "
	    "('table', 'view') AND name NOT LIKE 'sqlite#_%' ESCAPE '#'",
	    NULL);
	struct table **last = &all->first;
	ep_status st = EP_OK;

	while (st == EP_OK && sqlite3_step(s) == SQLITE_ROW) {
		struct table *t = arena_alloc(a, sizeof *t);

		t->name = arena_strdup(a, text_at(s, 0));
		t->sql = arena_strdup(a, text_at(s, 1));
		t->is_view = sqlite3_column_int(s, 2) != 0;
		*last = t;
		last = &t->next;
		st = check_table(t, db, shared, a, err);
	}
	(void)sqlite3_finalize(s);
	return st;
}

/* --------------------------------------------------------------- the twin --
 */

ep_status
tables_twin(const struct tables *all, sqlite3 *twin, struct err *err)
{
	struct buf b = { 0 };
	int rc = SQLITE_OK;

	for (const struct table *t = all->first; t != NULL; t = t->next) {
		if (t->has_tenant && !t->is_view)
			buf_format(&b,
			    "CREATE VIRTUAL TABLE %s USING ep_twin(%s);\n",
			    t->name, t->columns);
		else
			buf_format(&b, "%s;\n", t->sql);
	}
	buf_append(&b, "", 1);
	rc = sqlite3_exec(twin, buf_data(&b), NULL, NULL, NULL);
	buf_fini(&b);
	if (rc == SQLITE_OK)
		return EP_OK;
	return err_set(err, EP_REFUSED, "bad_table",
	    "the tables cannot be judged: %s", sqlite3_errmsg(twin));
}

const struct table *
tables_find(const struct tables *all, const char *name)
{
	for (const struct table *t = all->first; t != NULL; t = t->next)
		if (strcasecmp(t->name, name) == 0)
			return t;
	return NULL;
}
