/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/check.h"

#include "core/base/buf.h"
#include "core/store/check_tables.h"
#include "core/store/check_twin.h"
#include "core/store/sqltext.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct store_check {
	uint32_t magic;
#define STORE_CHECK_MAGIC 0x5707ec3c
	sqlite3 *real, *twin;
	struct arena *arena;
	struct tables tables;
	char complaint[TWIN_COMPLAINT];
	/* Of the statement at hand: */
	char refusal[200];
	struct store_verdict *verdict;
};

/* In both databases, with the same meaning for what both accept. */
static const char *const functions[] = { "count", "sum", "min", "max", "avg",
	"coalesce", "nullif", "length", "lower", "upper", "abs", "substr",
	"replace", "round", "trim", "ltrim", "rtrim", "row_number", "rank",
	"dense_rank", "lag", "lead", "first_value", "last_value", NULL };

static int
refuse(struct store_check *c, const char *format, const char *what)
{
	if (c->refusal[0] == '\0')
		(void)sqlite3_snprintf(sizeof c->refusal, c->refusal, format,
		    what);
	return SQLITE_DENY;
}

static int
touch(struct store_check *c, const char *name)
{
	struct store_verdict *v = c->verdict;
	const struct table *t = tables_find(&c->tables, name);

	if (t == NULL)
		return refuse(c,
		    "table %s is not made by this module's migrations", name);
	if (t->has_tenant)
		v->uses_tenant = true;
	for (uint32_t i = 0; i < v->n_tables; i++)
		if (strcmp(v->tables[i], t->name) == 0)
			return SQLITE_OK;
	if (v->n_tables == STORE_VERDICT_TABLES)
		return refuse(c, "more tables than can be judged, at %s", name);
	v->tables[v->n_tables++] = t->name;
	return SQLITE_OK;
}

static int
authorize(void *arg, int action, const char *a, const char *b,
    const char *database, const char *trigger)
{
	struct store_check *c = arg;

	(void)trigger;
	if (database != NULL && strcmp(database, "main") != 0)
		return refuse(c, "database %s is not the module's", database);
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		return touch(c, a);
	case SQLITE_UPDATE:
		if (strcasecmp(b, "tenant") == 0)
			return refuse(c,
			    "column tenant of %s is never assigned", a);
		c->verdict->writes = true;
		return touch(c, a);
	case SQLITE_INSERT:
	case SQLITE_DELETE:
		c->verdict->writes = true;
		return touch(c, a);
	case SQLITE_FUNCTION:
		for (const char *const *f = functions; *f != NULL; f++)
			if (strcasecmp(b, *f) == 0)
				return SQLITE_OK;
		return refuse(c,
		    "function %s is not in what SQLite and PostgreSQL share",
		    b);
	default:
		return refuse(c, "%s",
		    "only SELECT, INSERT, UPDATE and DELETE");
	}
}

/* ----------------------------------------------------------- the databases --
 */

static ep_status
memory_open(sqlite3 **db_out, struct err *err)
{
	if (sqlite3_open(":memory:", db_out) != SQLITE_OK)
		return err_set(err, EP_INTERNAL, NULL, "no memory database");
	(void)sqlite3_db_config(*db_out, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(*db_out, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_db_config(*db_out, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return EP_OK;
}

static ep_status
fill(struct store_check *c, const char *module, const struct store_migration *m,
    size_t n, struct err *err)
{
	EP_TRY(migration_check_order(m, n, err));
	for (size_t i = 0; i < n; i++)
		EP_TRY(migration_execute(c->real, module, &m[i], err));
	return EP_OK;
}

ep_status
store_check_new(const char *module, const struct store_migration *migrations,
    size_t n, const char *const *shared, struct store_check **check_out,
    struct err *err)
{
	struct store_check *c = calloc(1, sizeof *c);
	ep_status st;

	if (c == NULL)
		ep_panic(__FILE__, __LINE__, __func__, "out of memory");
	c->magic = STORE_CHECK_MAGIC;
	c->arena = arena_new(4096);
	st = memory_open(&c->real, err);
	if (st == EP_OK)
		st = memory_open(&c->twin, err);
	if (st == EP_OK) {
		twin_register(c->twin, c->complaint);
		st = fill(c, module, migrations, n, err);
	}
	if (st == EP_OK)
		st = tables_read(&c->tables, c->real, shared, c->arena, err);
	if (st == EP_OK)
		st = tables_twin(&c->tables, c->twin, err);
	if (st != EP_OK) {
		store_check_free(&c);
		return st;
	}
	(void)sqlite3_set_authorizer(c->real, authorize, c);
	*check_out = c;
	return EP_OK;
}

const char *
store_check_table(const struct store_check *check, uint32_t i,
    const char **columns_out)
{
	const struct table *t;

	EP_CHECK(check, STORE_CHECK_MAGIC);
	t = check->tables.first;
	for (; t != NULL && i > 0; i--)
		t = t->next;
	*columns_out = t != NULL ? t->columns : NULL;
	return t != NULL ? t->name : NULL;
}

void
store_check_free(struct store_check **cp)
{
	struct store_check *c = *cp;

	EP_CHECK(c, STORE_CHECK_MAGIC);
	(void)sqlite3_close(c->real);
	(void)sqlite3_close(c->twin);
	arena_free(&c->arena);
	c->magic = 0;
	free(c);
	*cp = NULL;
}

/* -------------------------------------------------------------- statements --
 */

static bool
has_word(const char *text, const char *word)
{
	struct sql_token t = { .at = text };

	while ((t = sql_next(&t)).kind != SQL_END)
		if (sql_is(&t, word))
			return true;
	return false;
}

static ep_status
check_real(struct store_check *c, const char *text, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	c->refusal[0] = '\0';
	rc = sqlite3_prepare_v2(c->real, text, -1, &stmt, NULL);
	(void)sqlite3_finalize(stmt);
	if (c->refusal[0] != '\0')
		return err_set(err, EP_REFUSED, "bad_sql", "%s", c->refusal);
	if (rc != SQLITE_OK)
		return err_set(err, EP_REFUSED, "bad_sql", "%s",
		    sqlite3_errmsg(c->real));
	return EP_OK;
}

/* Virtual tables know no UPSERT and no RETURNING; neither tail can reach
 * another tenant's row without a query of its own, given that every unique
 * key includes the tenant. */
static ep_status
check_tenancy(struct store_check *c, const char *text, struct err *err)
{
	const char *tail = sql_tail(text);
	char *head;
	ep_status st;

	if (!c->verdict->uses_tenant)
		return EP_OK; /* shared tables only: nobody's rows */
	if (has_word(tail, "SELECT") || has_word(tail, "FROM"))
		return err_set(err, EP_REFUSED, "bad_sql",
		    "no query inside ON CONFLICT or RETURNING");
	head = arena_copy(c->arena, text, (size_t)(tail - text));
	c->complaint[0] = '\0';
	st = trace_check(c->twin, head, err);
	if (st != EP_OK && c->complaint[0] != '\0' &&
	    strstr(err->text, "no query solution") != NULL) {
		err_clear(err);
		st = err_set(err, EP_REFUSED, "bad_sql", "%s", c->complaint);
	}
	return st;
}

ep_status
store_check_statement(struct store_check *c, const char *where,
    const char *text, bool may_cross, struct store_verdict *verdict_out,
    struct err *err)
{
	struct err inner = { 0 };
	ep_status st;

	EP_CHECK(c, STORE_CHECK_MAGIC);
	memset(verdict_out, 0, sizeof *verdict_out);
	c->verdict = verdict_out;
	st = sql_check_statement(text, &inner);
	if (st == EP_OK)
		st = check_real(c, text, &inner);
	if (st == EP_OK && verdict_out->n_tables > 0) {
		verdict_out->scans_all = !has_word(text, "WHERE") &&
		    !has_word(text, "LIMIT") && !has_word(text, "VALUES");
		st = check_tenancy(c, text, &inner);
		verdict_out->across = st != EP_OK;
		if (st != EP_OK && may_cross)
			st = EP_OK;
	}
	c->verdict = NULL;
	if (st != EP_OK)
		(void)err_set(err, st, inner.code, "%s: %s", where, inner.text);
	return st;
}
