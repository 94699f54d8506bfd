/* SPDX-License-Identifier: BSD-2-Clause */

#include "identifier_csv.h"

#include <string.h>

static const char *
quoted_field_end(const char *at, const char *end)
{
	while (at < end) {
		const char *quote = memchr(at, '"', (size_t)(end - at));

		if (quote == NULL)
			return end;
		if (quote + 1 >= end || quote[1] != '"')
			return quote;
		at = quote + 2;
	}
	return end;
}

static const char *
plain_field_end(const char *at, const char *end)
{
	while (at < end && *at != ',' && *at != '\n')
		at++;
	return at;
}

static void
field_add(struct identifier_csv *csv, const char *at, const char *end)
{
	if (csv->field_count < IDENTIFIER_CSV_FIELDS) {
		csv->fields[csv->field_count].at = at;
		csv->fields[csv->field_count].length = (size_t)(end - at);
	}
	csv->field_count++;
}

static size_t
line_feeds(const char *at, const char *end)
{
	size_t count = 0;

	for (; at < end; at++)
		count += *at == '\n';
	return count;
}

static void
field_read(struct identifier_csv *csv)
{
	const char *start = csv->next;
	const char *end;

	if (start < csv->end && *start == '"') {
		end = quoted_field_end(start + 1, csv->end);
		field_add(csv, start + 1, end);
		csv->lines_read += line_feeds(start, end);
		csv->next = plain_field_end(end, csv->end);
		return;
	}
	csv->next = plain_field_end(start, csv->end);
	end = csv->next;
	if (end > start && end[-1] == '\r' && (end == csv->end || *end == '\n'))
		end--;
	field_add(csv, start, end);
}

void
identifier_csv_start(struct identifier_csv *csv, const char *text,
    size_t length)
{
	csv->next = text;
	csv->end = text + length;
	csv->line = 0;
	csv->lines_read = 0;
	csv->field_count = 0;
}

bool
identifier_csv_next(struct identifier_csv *csv)
{
	while (csv->next < csv->end && *csv->next == '\n') {
		csv->next++;
		csv->lines_read++;
	}
	if (csv->next >= csv->end)
		return false;
	csv->line = csv->lines_read + 1;
	csv->field_count = 0;
	field_read(csv);
	while (csv->next < csv->end && *csv->next == ',') {
		csv->next++;
		field_read(csv);
	}
	if (csv->next < csv->end) {
		csv->next++;
		csv->lines_read++;
	}
	return true;
}

bool
identifier_csv_is(const struct identifier_csv *csv, const char *comma_separated)
{
	const char *at = comma_separated;

	if (csv->field_count > IDENTIFIER_CSV_FIELDS)
		return false;
	for (size_t i = 0; i < csv->field_count; i++) {
		const struct identifier_csv_field *field = &csv->fields[i];

		if (strlen(at) < field->length ||
		    memcmp(at, field->at, field->length) != 0)
			return false;
		at += field->length;
		if (*at != (i + 1 < csv->field_count ? ',' : '\0'))
			return false;
		if (*at == ',')
			at++;
	}
	return true;
}
