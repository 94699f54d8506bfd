/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/check_twin.h"

#include "core/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct twin {
	sqlite3_vtab base; /* first: SQLite knows us by it */
	char name[80];
	char *complaint;
};

static int
twin_connect(sqlite3 *db, void *complaint, int argc, const char *const *argv,
    sqlite3_vtab **out, char **words)
{
	struct twin *t = calloc(1, sizeof *t);
	struct buf b = { 0 };
	int rc;

	(void)words;
	if (t == NULL)
		return SQLITE_NOMEM;
	(void)snprintf(t->name, sizeof t->name, "%s", argv[2]);
	t->complaint = complaint;
	buf_text(&b, "CREATE TABLE x (");
	for (int i = 3; i < argc; i++)
		buf_format(&b, "%s%s", i > 3 ? "," : "", argv[i]);
	buf_append(&b, ")", 2);
	(void)sqlite3_vtab_config(db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
	rc = sqlite3_declare_vtab(db, buf_data(&b));
	buf_fini(&b);
	if (rc != SQLITE_OK) {
		free(t);
		return rc;
	}
	*out = &t->base;
	return SQLITE_OK;
}

static int
twin_disconnect(sqlite3_vtab *base)
{
	free(base);
	return SQLITE_OK;
}

static bool
is_usable(sqlite3_index_info *info, int i)
{
	const struct sqlite3_index_constraint *c = &info->aConstraint[i];

	return c->iColumn == 0 && c->op == SQLITE_INDEX_CONSTRAINT_EQ &&
	    c->usable != 0 && sqlite3_vtab_in(info, i, -1) == 0 &&
	    strcasecmp(sqlite3_vtab_collation(info, i), "BINARY") == 0;
}

static int
twin_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
	struct twin *t = (struct twin *)base;
	int n = 0;

	for (int i = 0; i < info->nConstraint; i++)
		if (is_usable(info, i))
			info->aConstraintUsage[i].argvIndex = ++n;
	if (n == 0) {
		(void)snprintf(t->complaint, TWIN_COMPLAINT,
		    "%s is read without %s.tenant = $tenant", t->name, t->name);
		return SQLITE_CONSTRAINT;
	}
	info->estimatedCost = 1;
	info->estimatedRows = 10;
	return SQLITE_OK;
}

/* Programs on the twin are explained, never run. */
static int
twin_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
	(void)base;
	(void)out;
	return SQLITE_ERROR;
}

static int
twin_cursor(sqlite3_vtab_cursor *c)
{
	(void)c;
	return SQLITE_ERROR;
}

static int
twin_filter(sqlite3_vtab_cursor *c, int n, const char *s, int argc,
    sqlite3_value **argv)
{
	(void)c;
	(void)n;
	(void)s;
	(void)argc;
	(void)argv;
	return SQLITE_ERROR;
}

static int
twin_column(sqlite3_vtab_cursor *c, sqlite3_context *x, int n)
{
	(void)c;
	(void)x;
	(void)n;
	return SQLITE_ERROR;
}

static int
twin_rowid(sqlite3_vtab_cursor *c, sqlite3_int64 *out)
{
	(void)c;
	*out = 0;
	return SQLITE_ERROR;
}

static int
twin_update(sqlite3_vtab *base, int n, sqlite3_value **v, sqlite3_int64 *out)
{
	(void)base;
	(void)n;
	(void)v;
	*out = 0;
	return SQLITE_ERROR;
}

static const sqlite3_module twin_module = { .iVersion = 1,
	.xCreate = twin_connect,
	.xConnect = twin_connect,
	.xBestIndex = twin_best_index,
	.xDisconnect = twin_disconnect,
	.xDestroy = twin_disconnect,
	.xOpen = twin_open,
	.xClose = twin_cursor,
	.xFilter = twin_filter,
	.xNext = twin_cursor,
	.xEof = twin_cursor,
	.xColumn = twin_column,
	.xRowid = twin_rowid,
	.xUpdate = twin_update };

void
twin_register(sqlite3 *db, char *complaint)
{
	EP_ASSERT(sqlite3_create_module(db, "ep_twin", &twin_module,
		      complaint) == SQLITE_OK);
}
