/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/module/loader.h"
#include "core/module/store_file.h"
#include "tests/unit/fixtures.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define CYCLES 60

static struct arena *a;
static struct err err;
static const char *seen_statement;

static ep_status
host_sql(struct ep_op *op, const struct ep_rows **rows_out,
    const char *statement, const struct ep_arg *args, uint32_t n)
{
	(void)op;
	(void)rows_out;
	(void)args;
	(void)n;
	seen_statement = statement;
	return EP_UNAVAILABLE;
}

static const char *
host_param(struct ep_op *op, const char *name)
{
	(void)op;
	return name;
}

static const struct ep_node *
host_config(struct ep_op *op)
{
	(void)op;
	return NULL;
}

static const struct ep_node *
host_node_get(const struct ep_node *n, const char *name)
{
	(void)name;
	return n;
}

static int64_t
host_node_int(const struct ep_node *n, int64_t fallback)
{
	(void)n;
	return fallback;
}

static const struct ep_host host = {
	.size = sizeof(struct ep_host),
	.abi = EP_ABI_MAJOR << 16 | EP_ABI_MINOR,
	.param = host_param,
	.config = host_config,
	.node_get = host_node_get,
	.node_int = host_node_int,
	.sql = host_sql,
};

static int
begin(void **state)
{
	(void)state;
	a = arena_new(65536);
	err_clear(&err);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static struct image_source
source_of(const char *name, uint64_t generation)
{
	struct findings findings = { .arena = a };
	struct image_source s = { .folder = fixture_folder(), .host = &host };
	struct module_file *f;

	s.generation = generation;
	if (module_file_open(a, fixture(name), &f, &err) != EP_OK ||
	    manifest_of_file(a, f, &findings, &s.manifest, &err) != EP_OK)
		fail_msg("%s: %s", name, err.text);
	s.file = f;
	return s;
}

static struct image *
loaded(const char *name, uint64_t generation)
{
	struct image_source s = source_of(name, generation);
	struct image *image = NULL;

	if (image_load(&s, &image, &err) != EP_OK)
		fail_msg("%s: %s", name, err.text);
	return image;
}

static bool
keeps(void)
{
	const char *preload = getenv("LD_PRELOAD"); /* valgrind's */

	return IMAGE_KEEP_ALWAYS ||
	    (preload != NULL && strstr(preload, "vgpreload") != NULL);
}

static void
hello_is_bound_to_its_manifest(void **state)
{
	struct image *image = loaded("hello", 1);
	const struct manifest_operation *op;

	(void)state;
	op = manifest_operation_find(image->manifest, "hello.greet");
	assert_non_null(op);
	assert_non_null(image->handlers[op - image->manifest->operations]);
	assert_null(image->start);
	assert_int_equal(image->state_size, 0);
	assert_int_equal(image_unload(&image),
	    keeps() ? IMAGE_KEPT : IMAGE_GONE);
	assert_null(image);
}

static void
statement_of_a_running_handler_is_known(const char *name, uint64_t generation)
{
	struct image *image = loaded(name, generation);
	const struct manifest_operation *op;
	int i;

	op = manifest_operation_find(image->manifest, "hello.greet");
	seen_statement = NULL;
	assert_int_equal(image->handlers[op - image->manifest->operations](
			     NULL),
	    EP_UNAVAILABLE);
	i = image_statement(image, seen_statement);
	assert_true(i >= 0);
	assert_string_equal(image->file->statements[i].name, "count_greeting");
	assert_int_equal(image_statement(image, seen_statement + 1), -1);
	assert_int_equal(image_statement(image, "SELECT 1"), -1);
	assert_int_equal(image_statement(image, NULL), -1);
	(void)image_unload(&image);
}

static void
handle_of_a_statement_is_its_address(void **state)
{
	(void)state;
	statement_of_a_running_handler_is_known("hello", 2);
	statement_of_a_running_handler_is_known("hello_cc", 2);
}

static void
other_rows_of_the_table_are_taken(void **state)
{
	struct image *image = loaded("good", 1);

	(void)state;
	assert_non_null(image->handlers[0]);
	assert_non_null(image->builders[0]);
	assert_non_null(image->stop);
	assert_null(image->start);
	assert_null(image->health);
	assert_int_equal(image->state_size, sizeof(int[16]));
	(void)image_unload(&image);
}

static void
table_and_manifest_must_agree(void **state)
{
	static const char *const cases[][2] = {
		{ "undeclared", "EP_OPERATION(\"fixture.more\") has no" },
		{ "twice", "stands twice" },
		{ "unbound", "fixture.run is declared in openapi.yaml" },
		{ "no_build", "snapshot names is declared" },
		{ "null", "is not in its code" },
		{ "foreign", "is not in its code" },
	};
	struct image_source s;
	struct image *image = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		s = source_of(cases[i][0], 1);
		err_clear(&err);
		assert_int_equal(image_load(&s, &image, &err), EP_REFUSED);
		assert_string_equal(err.code, "binding");
		if (strstr(err.text, cases[i][1]) == NULL)
			fail_msg("%s: %s", cases[i][0], err.text);
		assert_null(image);
	}
}

static void
missing_symbol_is_told_before_code_runs(void **state)
{
	struct image_source s = source_of("undefined", 1);
	struct image *image = NULL;

	(void)state;
	assert_int_equal(image_load(&s, &image, &err), EP_REFUSED);
	assert_string_equal(err.code, "load");
	assert_non_null(strstr(err.text, "defined_nowhere"));
}

static void
generations_of_one_file_have_memory_of_their_own(void **state)
{
	struct image *one = loaded("good", 10), *two = loaded("good", 11);
	struct image_source s = source_of("good", 11);
	struct image *again = NULL;

	(void)state;
	assert_true(one->base != two->base);
	assert_true(one->module != two->module);
	assert_int_equal(image_load(&s, &again, &err), EP_INTERNAL);
	assert_non_null(strstr(err.text, "loaded already"));
	(void)image_unload(&one);
	(void)image_unload(&two);
}

static void
images_leave_each_time(void **state)
{
	struct image *image;
	uint64_t i;

	(void)state;
	for (i = 100; i < 100 + CYCLES; i++) {
		image = loaded("good_tls", i);
		assert_int_equal(image_unload(&image),
		    keeps() ? IMAGE_KEPT : IMAGE_GONE);
	}
}

static void
images_that_stay_are_told(void **state)
{
	struct image *image = loaded("nodelete", 1);

	(void)state;
	assert_int_equal(image_unload(&image),
	    keeps() ? IMAGE_KEPT : IMAGE_RETAINED);
	image = loaded("unique", 1);
	(void)image_unload(&image);
}

static void
images_are_kept_when_asked_for(void **state)
{
	struct image *image = loaded("good", 20);

	(void)state;
	assert_int_equal(setenv("ENTREPOT_KEEP_IMAGES", "1", 1), 0);
	assert_int_equal(image_unload(&image), IMAGE_KEPT);
	assert_int_equal(unsetenv("ENTREPOT_KEEP_IMAGES"), 0);
}

static void
overwrite(const char *path, const char *text)
{
	int fd;

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
}

static void
store_holds_what_was_inspected(void **state)
{
	struct module_file *f, *g;
	struct stat st;
	const char *path;

	(void)state;
	assert_int_equal(module_file_open(a, fixture("hello"), &f, &err),
	    EP_OK);
	assert_int_equal(store_file_put(fixture_folder(), f, &err), EP_OK);
	path = store_file_path(a, fixture_folder(), f->sha256);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0444);
	assert_int_equal(module_file_open(a, path, &g, &err), EP_OK);
	assert_string_equal(g->sha256, f->sha256);

	assert_int_equal(store_file_put(fixture_folder(), f, &err), EP_OK);
	overwrite(path, "something else");
	assert_int_equal(store_file_put(fixture_folder(), f, &err), EP_OK);
	assert_int_equal(module_file_open(a, path, &g, &err), EP_OK);
	assert_string_equal(g->sha256, f->sha256);
	assert_int_equal(store_file_put("/nonexistent", f, &err),
	    EP_UNAVAILABLE);
}

static void
exchanged_vendor_file_changes_nothing(void **state)
{
	struct image_source s = source_of("good", 30);
	struct image *image = NULL;

	(void)state;
	overwrite(fixture("good"), "not a module any more");
	assert_int_equal(image_load(&s, &image, &err), EP_OK);
	assert_non_null(image->handlers[0]);
	(void)image_unload(&image);
}

#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(hello_is_bound_to_its_manifest),
		T(handle_of_a_statement_is_its_address),
		T(other_rows_of_the_table_are_taken),
		T(table_and_manifest_must_agree),
		T(missing_symbol_is_told_before_code_runs),
		T(generations_of_one_file_have_memory_of_their_own),
		T(images_leave_each_time),
		T(images_that_stay_are_told),
		T(images_are_kept_when_asked_for),
		T(store_holds_what_was_inspected),
		T(exchanged_vendor_file_changes_nothing),
	};

	return cmocka_run_group_tests_name("loader", tests, fixtures_make,
	    fixtures_remove);
}
