/* SPDX-License-Identifier: BSD-2-Clause */

#include "list_csv.h"

#include <stdlib.h>
#include <string.h>

void
csv_init(struct csv *csv, const char *text, size_t len)
{
	memset(csv, 0, sizeof(*csv));
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	csv->at = text;
	csv->end = text + len;
	csv->next_line = 1;
}

void
csv_fini(struct csv *csv)
{
	free(csv->room);
	csv->room = NULL;
}

static void
room_for(struct csv *csv, size_t used)
{
	size_t size, i;
	char *room;

	if (used + 2 < csv->room_size)
		return;
	size = csv->room_size == 0 ? 4096 : csv->room_size * 2;
	room = realloc(csv->room, size);
	if (room == NULL)
		abort();
	/* the fields so far have moved with the room */
	for (i = 0; i < csv->count; i++)
		csv->fields[i] = room + (csv->fields[i] - csv->room);
	csv->room = room;
	csv->room_size = size;
}

static void
newline(struct csv *csv)
{
	char c = *csv->at++;

	if (c == '\r' && csv->at < csv->end && *csv->at == '\n')
		csv->at++;
	csv->next_line++;
}

static int
quoted(struct csv *csv, size_t *used)
{
	csv->at++;
	while (csv->at < csv->end) {
		char c = *csv->at++;

		if (c == '"') {
			if (csv->at == csv->end || *csv->at != '"')
				return 1;
			csv->at++;
		}
		if (c == '\n')
			csv->next_line++;
		room_for(csv, *used);
		csv->room[(*used)++] = c;
	}
	csv->fault = "a quoted field has no closing quote";
	return 0;
}

static int
is_end(char c)
{
	return c == '\n' || c == '\r' || c == 0x1a;
}

static int
field(struct csv *csv, size_t *used)
{
	size_t start = *used;

	if (csv->count == CSV_FIELDS) {
		csv->fault = "a record has more than 64 fields";
		return 0;
	}
	room_for(csv, *used);
	csv->fields[csv->count] = csv->room + start;
	csv->lengths[csv->count] = 0;
	csv->count++;
	if (csv->at < csv->end && *csv->at == '"' && !quoted(csv, used))
		return 0;
	while (csv->at < csv->end && *csv->at != ',' && !is_end(*csv->at)) {
		room_for(csv, *used);
		csv->room[(*used)++] = *csv->at++;
	}
	csv->lengths[csv->count - 1] = *used - start;
	csv->room[(*used)++] = '\0';
	return 1;
}

int
csv_next(struct csv *csv)
{
	size_t used = 0;

	/* 0x1a ends some published files: a DOS habit */
	while (csv->at < csv->end && is_end(*csv->at))
		newline(csv);
	csv->count = 0;
	if (csv->at == csv->end)
		return 0;
	csv->line = csv->next_line;
	for (;;) {
		if (!field(csv, &used))
			return -1;
		if (csv->at == csv->end)
			return 1;
		if (*csv->at != ',') {
			newline(csv);
			return 1;
		}
		csv->at++;
	}
}

const char *
csv_field(const struct csv *csv, size_t i)
{
	return i < csv->count ? csv->fields[i] : "";
}
