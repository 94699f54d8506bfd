/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/identifier_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct piece {
	struct piece *next;
	_Alignas(max_align_t) char bytes[];
};

static struct piece *pieces;
static struct identifier_data *data;

struct identifier_result fixture_result;

static void *
piece_alloc(void *owner, size_t size)
{
	struct piece *piece = calloc(1, sizeof(*piece) + size);

	(void)owner;
	if (piece == NULL)
		abort();
	piece->next = pieces;
	pieces = piece;
	return piece->bytes;
}

const struct memory fixture_memory = { piece_alloc, NULL };

void
fixture_free(void)
{
	while (pieces != NULL) {
		struct piece *piece = pieces;

		pieces = piece->next;
		free(piece);
	}
	data = NULL;
}

char *
fixture_read(const char *path, size_t *length_out)
{
	const char *folder = getenv("srcdir");
	char full[4096];
	char *text;
	FILE *file;
	long length;

	(void)snprintf(full, sizeof(full), "%s/%s",
	    folder == NULL ? "." : folder, path);
	file = fopen(full, "rb");
	if (file == NULL)
		fail_msg("%s: cannot be opened", full);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	length = ftell(file);
	assert_true(length >= 0);
	rewind(file);
	text = piece_alloc(NULL, (size_t)length + 1);
	assert_int_equal(fread(text, 1, (size_t)length, file), (size_t)length);
	(void)fclose(file);
	*length_out = (size_t)length;
	return text;
}

void
fixture_files(struct identifier_file files_out[FIXTURE_FILES])
{
	static const char *const names[FIXTURE_FILES] = { "hs6.csv", "iban.csv",
		"countries.csv", "currencies.csv", "e164_country_codes.csv",
		"us_ein_prefixes.txt" };

	for (size_t i = 0; i < FIXTURE_FILES; i++) {
		char path[128];

		(void)snprintf(path, sizeof(path), "modules/compliance/data/%s",
		    names[i]);
		files_out[i].name = names[i];
		files_out[i].text = fixture_read(path, &files_out[i].length);
	}
}

const struct identifier_data *
fixture_data(void)
{
	struct identifier_file files[FIXTURE_FILES];
	const char *words;

	if (data != NULL)
		return data;
	fixture_files(files);
	words = identifier_data_new(&fixture_memory, files, FIXTURE_FILES,
	    &data);
	if (words != NULL)
		fail_msg("%s", words);
	return data;
}

static char *
quoted_cut(char *at, char **field_out)
{
	char *to = at + 1;

	*field_out = to;
	for (char *from = to; *from != '\0'; from++) {
		if (*from == '"' && *++from != '"') {
			*to = '\0';
			return from;
		}
		*to++ = *from;
	}
	fail_msg("a quoted field that does not end");
	abort();
}

size_t
fixture_row(char **text, char **fields_out, size_t max)
{
	char *at = *text;
	size_t count = 0;

	while (*at != '\0') {
		char end;

		assert_true(count < max);
		fields_out[count] = at;
		if (*at == '"')
			at = quoted_cut(at, &fields_out[count]);
		else
			at += strcspn(at, ",\r\n");
		count++;
		end = *at;
		*at = '\0';
		if (end == '\r')
			at++;
		if (end != '\0')
			at++;
		if (end != ',')
			break;
	}
	*text = at;
	return count;
}

const char *
fixture_error(const char *type, const char *value)
{
	identifier_check(fixture_data(), type, strlen(type), value,
	    strlen(value), &fixture_result);
	assert_int_equal(fixture_result.valid,
	    fixture_result.error == IDENTIFIER_OK);
	return identifier_error_name(fixture_result.error);
}

const char *
fixture_detail(const char *name)
{
	for (size_t i = 0; i < fixture_result.detail_count; i++) {
		if (strcmp(fixture_result.details[i].name, name) == 0)
			return fixture_result.details[i].text;
	}
	return "absent";
}
