/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the tests of identifiers share: the module's own data files, read once,
 * and files of test cases.  Paths begin at $srcdir (make check sets it) or at
 * the current folder.
 */

#pragma once

#include <stddef.h>

#include "modules/compliance/identifier.h"

enum {
	FIXTURE_FILES = 6
};

/* Memory that fixture_free() gives back as a whole. */
extern const struct memory fixture_memory;

void fixture_free(void);

/* The text of a file, with a NUL behind it; the test stops if there is none. */
char *fixture_read(const char *path, size_t *length_out);

/* The six data files as they ship. */
void fixture_files(struct identifier_file files_out[FIXTURE_FILES]);

/* The tables made of them, made at the first call. */
const struct identifier_data *fixture_data(void);

/* Cut the next line of a CSV text into fields: unquoted, each ending in a NUL.
 * Returns the number of fields, 0 at the end. */
size_t fixture_row(char **text, char **fields_out, size_t max);

/* The answer that fixture_error() got last. */
extern struct identifier_result fixture_result;

/* The word of the error of a value that ends with a NUL, "" for none. */
const char *fixture_error(const char *type, const char *value);

/* The text of a detail of that answer, "absent" if it has none such. */
const char *fixture_detail(const char *name);

#define assert_error(type, value, error) \
	assert_string_equal(fixture_error(type, value), error)

#define assert_normal(type, value, normalized_text)                  \
	do {                                                         \
		assert_string_equal(fixture_error(type, value), ""); \
		assert_string_equal(fixture_result.normalized,       \
		    normalized_text);                                \
	} while (0)

#define assert_valid(type, value) assert_normal(type, value, value)
