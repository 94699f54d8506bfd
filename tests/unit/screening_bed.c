/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/screening_bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const tables[] = { "company_forms.txt", "company_words.txt",
	"person_words.txt", "japanese_names.txt", "common_names.txt",
	"countries.txt" };

char *
bed_file(const char *folder, const char *name, size_t *len_out)
{
	char path[1024];
	FILE *f;
	long size;
	char *bytes = NULL;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rb");
	if (f == NULL)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0) {
		rewind(f);
		bytes = calloc(1, (size_t)size + 1);
		if (bytes == NULL)
			abort();
		*len_out = fread(bytes, 1, (size_t)size, f);
	}
	fclose(f);
	return bytes;
}

static char *
needed(const char *folder, const char *name, size_t *len_out)
{
	char *bytes = bed_file(folder, name, len_out);

	if (bytes == NULL) {
		fprintf(stderr, "%s/%s: cannot be read\n", folder, name);
		exit(2);
	}
	return bytes;
}

void
bed_open(struct bed *bed, const char *data)
{
	size_t i, len, line;

	memset(bed, 0, sizeof(*bed));
	bed->folder = folder_new();
	bed->lexicon = lexicon_new();
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		char *text = needed(data, tables[i], &len);

		line = lexicon_read(bed->lexicon, bed->folder, text, len);
		if (line != 0) {
			fprintf(stderr, "%s:%zu: bad line\n", tables[i], line);
			exit(2);
		}
		free(text);
	}
	bed->reader = (struct name_reader){ bed->folder, bed->lexicon };
	bed->pool = pool_new(1 << 20);
	bed->memory = pool_memory(bed->pool);
}

void
bed_close(struct bed *bed)
{
	folder_free(&bed->folder);
	lexicon_free(&bed->lexicon);
	pool_free(&bed->pool);
	free(bed->snapshot);
}

static int
append(void *ctx, const void *bytes, size_t n)
{
	struct bed *bed = ctx;
	char *more = realloc(bed->snapshot, bed->snapshot_len + n);

	if (more == NULL)
		abort();
	memcpy(more + bed->snapshot_len, bytes, n);
	bed->snapshot = more;
	bed->snapshot_len += n;
	return 0;
}

void
bed_snapshot(struct bed *bed, struct index_builder *builder)
{
	const char *fault;

	free(bed->snapshot);
	bed->snapshot = NULL;
	bed->snapshot_len = 0;
	index_builder_write(builder, append, bed);
	fault = index_open(bed->snapshot, bed->snapshot_len, &bed->index);
	if (fault != NULL) {
		fprintf(stderr, "%s\n", fault);
		exit(2);
	}
}

void
bed_ofac(struct bed *bed, const char *folder, bed_more_fn *more, void *ctx)
{
	struct list_file files[3] = { { .name = "sdn.csv" },
		{ .name = "alt.csv" }, { .name = "add.csv" } };
	struct list_input input = { LIST_OFAC_CSV, files, 3, &bed->reader };
	struct list_meta meta = { "ofac-sample", "", "", "sample, not current",
		0 };
	struct index_builder *b = index_builder_new(&bed->reader);
	struct list_outcome outcome;
	char *text[3];
	int i;

	for (i = 0; i < 3; i++) {
		text[i] = needed(folder, files[i].name, &files[i].len);
		files[i].text = text[i];
	}
	index_builder_list(b, &meta);
	if (list_read(&input, index_builder_entry, b, &outcome) != 0) {
		fprintf(stderr, "line %zu: %s\n", outcome.line, outcome.fault);
		exit(2);
	}
	index_builder_stamp(b, "sample", outcome.sha256);
	if (more != NULL)
		more(bed, b, ctx);
	bed_snapshot(bed, b);
	index_builder_free(&b);
	for (i = 0; i < 3; i++)
		free(text[i]);
}

static enum party_type
schema_type(const char *schema)
{
	if (strcmp(schema, "Person") == 0)
		return PARTY_INDIVIDUAL;
	if (strcmp(schema, "Vessel") == 0)
		return PARTY_VESSEL;
	return strcmp(schema, "LegalEntity") == 0 ? PARTY_ANY : PARTY_ENTITY;
}

float
bed_match(struct bed *bed, const char *a, const char *b, const char *schema,
    struct match_result *result_out)
{
	enum party_type type = schema_type(schema);
	struct match_result r;
	int i;

	memset(result_out, 0, sizeof(*result_out));
	for (i = 0; i < 2; i++) {
		struct name *na = bed->memory.alloc(bed->memory.owner,
				sizeof(*na) * NAME_READINGS),
			    *nb = bed->memory.alloc(bed->memory.owner,
				sizeof(*nb) * NAME_READINGS);
		enum party_type side = type == PARTY_ANY
		    ? (i == 0 ? PARTY_ENTITY : PARTY_INDIVIDUAL)
		    : type;
		struct party p = { .type = side, .names = na },
			     q = { .type = side, .names = nb };

		p.name_count = name_read(&bed->reader, a, strlen(a),
		    view_of(side), &bed->memory, na);
		q.name_count = name_read(&bed->reader, b, strlen(b),
		    view_of(side), &bed->memory, nb);
		match_parties(&match_defaults, &p, &q, &bed->memory, &r);
		if (r.score > result_out->score || i == 0)
			*result_out = r;
		if (type != PARTY_ANY)
			break;
	}
	return result_out->score;
}

const char *
case_object(const char *line, const char *key, char *out, size_t cap)
{
	char needle[64];
	const char *from, *to;

	snprintf(needle, sizeof(needle), "\"%s\": {", key);
	from = strstr(line, needle);
	if (from == NULL)
		return NULL;
	from += strlen(needle);
	to = strchr(from, '}');
	if (to == NULL)
		return NULL;
	snprintf(out, cap, "%.*s", (int)(to - from), from);
	return out;
}

const char *
case_member(const char *object, const char *key, char *out, size_t cap)
{
	char needle[64];
	const char *from;
	size_t n = 0;

	out[0] = '\0';
	snprintf(needle, sizeof(needle), "\"%s\": \"", key);
	from = strstr(object, needle);
	if (from == NULL)
		return out;
	for (from += strlen(needle); *from != '\0' && *from != '"'; from++) {
		if (*from == '\\' && from[1] != '\0')
			from++;
		if (n + 1 < cap)
			out[n++] = *from;
	}
	out[n] = '\0';
	return out;
}
