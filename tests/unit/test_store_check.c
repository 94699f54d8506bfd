/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *directory = "tests/data/sql";

static char *
slurp(const char *name)
{
	char path[512], *text = calloc(1, 1 << 20);
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
	(void)fclose(f);
	return text;
}

static ep_status
check_migration(const char *text, struct err *err)
{
	const struct store_migration m = { 1, false, "0001_x.sql", text };
	const char *const shared[] = { "shop_rate", NULL };
	struct store_check *c = NULL;
	ep_status st = store_check_new("shop", &m, 1, shared, &c, err);

	if (c != NULL)
		store_check_free(&c);
	return st;
}

static void
the_corpus_is_judged_as_marked(void **state)
{
	char *migration = slurp("migration.sql"), *rest = NULL;
	char *corpus = slurp("corpus.txt");
	const struct store_migration m = { 1, false, "0001_shop.sql",
		migration };
	const char *const shared[] = { "shop_rate", NULL };
	struct store_check *c = NULL;
	struct err err = { 0 };
	int wrong = 0, accepted = 0, refused = 0;

	(void)state;
	if (store_check_new("shop", &m, 1, shared, &c, &err) != EP_OK)
		fail_msg("%s", err.text);
	for (char *line = strtok_r(corpus, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		struct store_verdict v;
		bool want = line[0] == '+', got;

		if (line[0] != '+' && line[0] != '-')
			continue;
		err_clear(&err);
		got = store_check_statement(c, "corpus", line + 2, false, &v,
			  &err) == EP_OK;
		accepted += want;
		refused += !want;
		if (getenv("VERBOSE") != NULL || got != want)
			print_message("%s%s: %s\n", got != want ? "WRONG " : "",
			    line, got ? "ok" : err.text);
		wrong += got != want;
	}
	print_message("%d to accept, %d to refuse, %d wrong\n", accepted,
	    refused, wrong);
	assert_true(accepted >= 75 && refused >= 75);
	assert_int_equal(wrong, 0);
	store_check_free(&c);
	free(migration);
	free(corpus);
}

#define T "tenant ep_text NOT NULL"

static void
migrations_keep_to_their_own(void **state)
{
	static const char *const bad[] = {
		"CREATE TABLE other_x (" T ", PRIMARY KEY (tenant));",
		"CREATE TABLE shop_x (id ep_text PRIMARY KEY);",
		"CREATE TABLE shop_x (id ep_text, " T
		", PRIMARY KEY (tenant, id));",
		"CREATE TABLE shop_x (" T ", id ep_text, PRIMARY KEY (id));",
		"CREATE TABLE shop_x (" T
		", id ep_text, PRIMARY KEY (id, tenant));",
		"CREATE TABLE shop_x (tenant ep_text, id ep_text, PRIMARY KEY "
		"(tenant, id)) ",
		"CREATE TABLE shop_x (" T
		", id ep_text, u ep_text UNIQUE, PRIMARY KEY (tenant, id));",
		"CREATE TABLE shop_x (" T
		", id ep_text, PRIMARY KEY (tenant, id)); CREATE UNIQUE INDEX "
		"shop_i ON shop_x (id);",
		"CREATE TABLE shop_x (" T
		", id ep_text, up ep_text REFERENCES shop_x (id), PRIMARY KEY "
		"(tenant, id));",
		"CREATE TABLE shop_x (" T ", id wrong, PRIMARY KEY (tenant));",
		"CREATE TABLE shop_x (" T
		", PRIMARY KEY (tenant)) WITHOUT ROWID;",
		"CREATE TABLE shop_x AS SELECT 1;",
		"CREATE TEMP TABLE shop_x (" T ", PRIMARY KEY (tenant));",
		"DROP TABLE shop_x;",
		"PRAGMA foreign_keys = OFF;",
		"ATTACH 'x' AS y;",
		"CREATE TRIGGER shop_t AFTER INSERT ON shop_x BEGIN SELECT 1; "
		"END;",
		"INSERT INTO ep_audit VALUES (1);",
		"UPDATE sqlite_schema SET sql = '';",
		"CREATE TABLE shop_rate (" T ", PRIMARY KEY (tenant));",
		"CREATE VIRTUAL TABLE shop_x USING fts5 (a);",
		/* types of one store */
		"CREATE TABLE shop_x (" T
		", n INTEGER, PRIMARY KEY (tenant, n));",
		"CREATE TABLE shop_x (tenant text NOT NULL, PRIMARY KEY "
		"(tenant));",
		"CREATE TABLE shop_x (" T ", n int CHECK (n > 0), PRIMARY KEY "
		"(tenant));",
		"CREATE TABLE shop_x (" T
		", PRIMARY KEY (tenant)); ALTER TABLE shop_x ADD COLUMN at "
		"TIMESTAMP;",
	};
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		err_clear(&err);
		if (check_migration(bad[i], &err) == EP_OK)
			fail_msg("accepted: %s", bad[i]);
		assert_true(err.text[0] != '\0');
	}
	err_clear(&err);
	if (check_migration("-- a comment; with a semicolon\n"
			    "CREATE TABLE shop_x (" T ", id ep_int, flag "
			    "ep_bool CHECK (flag <> 2), text ep_text, date "
			    "ep_time, PRIMARY KEY (tenant, id)); "
			    "ALTER TABLE shop_x ADD COLUMN j ep_json; "
			    "ALTER TABLE shop_x ADD COLUMN int ep_int; "
			    "UPDATE shop_x SET j = CAST(int AS TEXT); "
			    "CREATE UNIQUE INDEX shop_i ON shop_x (tenant, j);"
			    " INSERT INTO shop_x (tenant, id) VALUES ('a', 1);"
			    " /* the end */",
		&err) != EP_OK)
		fail_msg("%s", err.text);
}

static void
verdicts_tell_what_a_statement_does(void **state)
{
	char *migration = slurp("migration.sql");
	const struct store_migration m = { 1, false, "0001_shop.sql",
		migration };
	const char *const shared[] = { "shop_rate", NULL };
	struct store_check *c = NULL;
	struct store_verdict v;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(store_check_new("shop", &m, 1, shared, &c, &err),
	    EP_OK);
	assert_int_equal(store_check_statement(c, "a.c:1",
			     "SELECT count(*) FROM shop_order", true, &v, &err),
	    EP_OK);
	assert_true(v.across && v.scans_all && v.uses_tenant && !v.writes);
	assert_int_equal(store_check_statement(c, "a.c:1",
			     "DELETE FROM shop_order WHERE tenant = $tenant",
			     false, &v, &err),
	    EP_OK);
	assert_true(v.writes && !v.across && !v.scans_all);
	assert_string_equal(v.tables[0], "shop_order");
	assert_int_equal(store_check_statement(c, "a.c:7",
			     "SELECT id FROM shop_order", false, &v, &err),
	    EP_REFUSED);
	assert_non_null(strstr(err.text, "a.c:7: shop_order is read"));
	store_check_free(&c);
	free(migration);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_corpus_is_judged_as_marked),
		cmocka_unit_test(migrations_keep_to_their_own),
		cmocka_unit_test(verdicts_tell_what_a_statement_does),
	};

	if (argc > 1)
		directory = argv[1];
	return cmocka_run_group_tests_name("store_check", tests, NULL, NULL);
}
