/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char folder[64];

static int
make_folder(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof folder, "/tmp/test_file-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static const char *
in_folder(struct arena *a, const char *name)
{
	return arena_format(a, "%s/%s", folder, name);
}

static unsigned
count_files(void)
{
	DIR *d = opendir(folder);
	unsigned n = 0;

	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n - 2;
}

static void
what_is_written_is_read(void **state)
{
	struct arena *a = arena_new(4096);
	const char *path = in_folder(a, "x");
	struct err err = { 0 };
	struct stat s;
	size_t length;
	char *text;

	(void)state;
	assert_int_equal(file_write_atomic(path, "old", 3, 0644, &err), EP_OK);
	assert_int_equal(file_write_atomic(path, "n\0w", 3, 0600, &err), EP_OK);
	assert_int_equal(file_read(a, path, 3, &text, &length, &err), EP_OK);
	assert_int_equal(length, 3);
	assert_memory_equal(text, "n\0w", 4);
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(s.st_mode & 07777, 0600);
	assert_int_equal(count_files(), 1);
	assert_int_equal(unlink(path), 0);
	arena_free(&a);
}

static void
failures_have_their_status_and_path(void **state)
{
	struct arena *a = arena_new(4096);
	const char *path = in_folder(a, "y");
	struct err err = { 0 };
	size_t length;
	char *text;

	(void)state;
	assert_int_equal(file_read(a, path, 9, &text, &length, &err),
	    EP_NOT_FOUND);
	assert_memory_equal(err.text, path, strlen(path));
	err_clear(&err);
	assert_int_equal(file_read(a, folder, 9, &text, &length, &err),
	    EP_INVALID);
	err_clear(&err);
	assert_int_equal(file_write_atomic(path, "1234", 4, 0600, &err), EP_OK);
	assert_int_equal(file_read(a, path, 3, &text, &length, &err),
	    EP_TOO_LARGE);
	err_clear(&err);
	assert_int_equal(file_write_atomic(in_folder(a, "no/where"), "", 0,
			     0600, &err),
	    EP_NOT_FOUND);
	err_clear(&err);
	/* A folder cannot be replaced; its neighbour must not stay. */
	assert_int_equal(mkdir(in_folder(a, "d"), 0700), 0);
	assert_true(
	    file_write_atomic(in_folder(a, "d"), "", 0, 0600, &err) != EP_OK);
	assert_int_equal(count_files(), 2);
	assert_int_equal(rmdir(in_folder(a, "d")), 0);
	assert_int_equal(unlink(path), 0);
	arena_free(&a);
}

static void
folders_are_made_as_far_as_missing(void **state)
{
	struct arena *a = arena_new(4096);
	struct err err = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 2; i++)
		assert_int_equal(file_make_folders(in_folder(a, "a//b/c/"),
				     0700, &err),
		    EP_OK);
	assert_int_equal(file_write_atomic(in_folder(a, "a/f"), "", 0, 0600,
			     &err),
	    EP_OK);
	assert_int_equal(file_make_folders(in_folder(a, "a/f/g"), 0700, &err),
	    EP_CONFLICT);
	assert_int_equal(unlink(in_folder(a, "a/f")), 0);
	assert_int_equal(rmdir(in_folder(a, "a/b/c")), 0);
	assert_int_equal(rmdir(in_folder(a, "a/b")), 0);
	assert_int_equal(rmdir(in_folder(a, "a")), 0);
	assert_int_equal(rmdir(folder), 0);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(failures_have_their_status_and_path),
		cmocka_unit_test(folders_are_made_as_far_as_missing),
	};

	return cmocka_run_group_tests_name("file", tests, make_folder, NULL);
}
