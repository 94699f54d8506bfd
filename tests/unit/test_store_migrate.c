/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/store/migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
	char directory[64], path[80];
	struct store_shared *shared;
	struct store *store;
	struct err err;
	pid_t sync;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	struct store_options o = { .worker = STORE_SLOT_MIGRATE };
	void *mem = mmap(NULL, store_shared_size(), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)snprintf(w->directory, sizeof w->directory,
	    "/tmp/test_migrate.XXXXXX");
	assert_non_null(mkdtemp(w->directory));
	(void)snprintf(w->path, sizeof w->path, "%s/t.db", w->directory);
	assert_int_equal(store_shared_init(mem, &w->shared, &w->err), EP_OK);
	assert_int_equal(store_recover(w->path, &w->err), EP_OK);
	w->sync = fork();
	if (w->sync == 0)
		_exit(store_sync_run(w->path, w->shared, &w->err) != EP_OK);
	o.path = w->path;
	o.shared = w->shared;
	assert_int_equal(store_open(&o, &w->store, &w->err), EP_OK);
	assert_int_equal(store_create_host_tables(w->store, &w->err), EP_OK);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	char name[128];
	int status;

	store_close(&w->store);
	store_shared_stop(w->shared);
	assert_int_equal(waitpid(w->sync, &status, 0), w->sync);
	assert_int_equal(status, 0);
	store_shared_fini(w->shared);
	(void)munmap(w->shared, store_shared_size());
	for (const char *const *s =
		 (const char *const[]){ "", "-wal", "-shm", NULL };
	     *s != NULL; s++) {
		(void)snprintf(name, sizeof name, "%s%s", w->path, *s);
		(void)unlink(name);
	}
	(void)rmdir(w->directory);
	free(w);
	return 0;
}

#define FIRST                                                          \
	"CREATE TABLE my_shop_a (tenant ep_text NOT NULL, id ep_int, " \
	"PRIMARY KEY (tenant, id));"

static int
count(struct world *w, const char *text)
{
	struct store_statement *q = store_statement_new(w->store, text);
	struct arena *a = arena_new(1024);
	const struct ep_rows *rows = NULL;
	struct store_tx *tx = NULL;
	struct err err = { 0 };
	int n = -1;

	assert_int_equal(store_begin(w->store, STORE_READ, 0, &tx, &err),
	    EP_OK);
	if (store_run(tx, q, NULL, a, &rows, &err) == EP_OK)
		n = (int)rows_int(rows, 0, 0);
	store_rollback(tx);
	store_statement_free(&q);
	arena_free(&a);
	return n;
}

static void
each_is_applied_once_and_recorded(void **state)
{
	struct world *w = *state;
	const struct store_migration m[] = {
		{ 1, false, "0001_a.sql", FIRST },
		{ 2, false, "0002_b.sql",
		    "ALTER TABLE my_shop_a ADD COLUMN x ep_text;" },
		{ 3, true, "0003_c.sql", "DELETE FROM my_shop_a;" },
	};

	for (int i = 0; i < 2; i++)
		assert_int_equal(store_migrate(w->store, "my-shop", m, 3, false,
				     &w->err),
		    EP_OK);
	assert_int_equal(count(w, "SELECT count(*) FROM ep_migration"), 2);
	assert_int_equal(count(w, "SELECT count(x) FROM my_shop_a"), 0);
	assert_int_equal(store_migrate(w->store, "my-shop", m, 3, true,
			     &w->err),
	    EP_OK);
	assert_int_equal(count(w, "SELECT count(*) FROM ep_migration"), 3);
}

static void
a_changed_text_is_refused_with_both_hashes(void **state)
{
	struct world *w = *state;
	struct store_migration m = { 1, false, "0001_a.sql", FIRST };
	char before[SHA256_HEX], after[SHA256_HEX];

	assert_int_equal(store_migrate(w->store, "my-shop", &m, 1, false,
			     &w->err),
	    EP_OK);
	migration_hash(m.text, before);
	m.text = FIRST " ";
	migration_hash(m.text, after);
	assert_int_equal(store_migrate(w->store, "my-shop", &m, 1, false,
			     &w->err),
	    EP_CONFLICT);
	assert_string_equal(w->err.code, "migration_changed");
	before[16] = after[16] = '\0';
	assert_non_null(strstr(w->err.text, before));
	assert_non_null(strstr(w->err.text, after));
}

static void
a_failing_migration_leaves_nothing(void **state)
{
	struct world *w = *state;
	const struct store_migration m = { 1, false, "0001_a.sql",
		FIRST " INSERT INTO my_shop_a VALUES ('a', 1), ('a', 1);" };

	assert_int_equal(store_migrate(w->store, "my-shop", &m, 1, false,
			     &w->err),
	    EP_REFUSED);
	assert_int_equal(count(w, "SELECT count(*) FROM ep_migration"), 0);
	assert_int_equal(count(w, "SELECT count(*) FROM my_shop_a"), -1);
}

static void
a_gap_is_refused(void **state)
{
	struct world *w = *state;
	const struct store_migration m = { 2, false, "0002_a.sql", FIRST };

	assert_int_equal(store_migrate(w->store, "my-shop", &m, 1, false,
			     &w->err),
	    EP_CONFLICT);
	assert_string_equal(w->err.code, "migration_order");
}

static void
the_digest_is_sha_256(void **state)
{
	char hash[SHA256_HEX];

	(void)state;
	migration_hash("abc", hash); /* FIPS 180-4, example B.1 */
	assert_string_equal(hash,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_is_applied_once_and_recorded),
		TEST(a_changed_text_is_refused_with_both_hashes),
		TEST(a_failing_migration_leaves_nothing),
		TEST(a_gap_is_refused),
		cmocka_unit_test(the_digest_is_sha_256),
	};

	return cmocka_run_group_tests_name("store_migrate", tests, NULL, NULL);
}
