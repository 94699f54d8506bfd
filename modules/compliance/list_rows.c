/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Our own two layouts: CSV with a header, one row for each name, and JSON
 * Lines with the same members.  Rows that follow each other with one
 * entry_id make one entry.
 *
 * The JSON reader here is small on purpose: an import runs off the worker's
 * thread, where the host's JSON is out of reach, and needs one object of
 * texts and arrays of texts for each line.  It is strict (RFC 8259) within
 * that.
 */

#include "list_csv.h"
#include "list_entry.h"

#include <stdio.h>
#include <string.h>

enum member {
	MEMBER_ID,
	MEMBER_TYPE,
	MEMBER_NAME,
	MEMBER_KIND,
	MEMBER_PROGRAM,
	MEMBER_BIRTH,
	MEMBER_COUNTRY,
	MEMBER_ID_TYPE,
	MEMBER_IDENTIFIER,
	MEMBER_REMARKS,
	MEMBERS,
};

static const char *const member_names[MEMBERS] = { "entry_id", "type", "name",
	"alias_kind", "program", "birth_date", "country", "identifier_type",
	"identifier", "remarks" };

#define ROW_VALUES 64

/* One row or object: each member with its values. */
struct row {
	const char *values[MEMBERS][ROW_VALUES];
	size_t lengths[MEMBERS][ROW_VALUES];
	size_t counts[MEMBERS];
};

/* An entry that may go on in the next row. */
struct rows {
	struct list_run *run;
	char id[128];
	int open;
};

static void
row_value(struct row *row, enum member m, const char *text, size_t len)
{
	if (len == 0 || row->counts[m] == ROW_VALUES)
		return;
	row->values[m][row->counts[m]] = text;
	row->lengths[m][row->counts[m]++] = len;
}

static int
kind_read(const char *text, size_t len, enum name_kind *kind_out)
{
	static const char *const names[] = { "primary", "strong_aka",
		"weak_aka" };
	int i;

	for (i = 0; i < 3; i++) {
		if (strlen(names[i]) == len &&
		    memcmp(names[i], text, len) == 0) {
			*kind_out = (enum name_kind)i;
			return 1;
		}
	}
	return 0;
}

static int
names_add(struct rows *rows, const struct row *row, size_t line)
{
	size_t i;

	for (i = 0; i < row->counts[MEMBER_NAME]; i++) {
		enum name_kind kind = NAME_STRONG_AKA;

		if (rows->run->entry.out.name_count == 0)
			kind = NAME_PRIMARY;
		if (i < row->counts[MEMBER_KIND] &&
		    !kind_read(row->values[MEMBER_KIND][i],
			row->lengths[MEMBER_KIND][i], &kind))
			return list_fault(rows->run, line,
			    "alias_kind: expected primary, strong_aka or weak_aka");
		entry_name(rows->run, row->values[MEMBER_NAME][i],
		    row->lengths[MEMBER_NAME][i], kind);
	}
	return 0;
}

static int
values_add(struct rows *rows, const struct row *row, size_t line)
{
	struct list_run *run = rows->run;
	size_t i;

	for (i = 0; i < row->counts[MEMBER_PROGRAM]; i++)
		entry_program(run, row->values[MEMBER_PROGRAM][i],
		    row->lengths[MEMBER_PROGRAM][i]);
	for (i = 0; i < row->counts[MEMBER_BIRTH]; i++) {
		struct birth_date date;

		if (!birth_date_read(row->values[MEMBER_BIRTH][i],
			row->lengths[MEMBER_BIRTH][i], &date))
			return list_fault(run, line,
			    "birth_date: expected YYYY, YYYY-MM or YYYY-MM-DD");
		entry_birth(run, row->values[MEMBER_BIRTH][i],
		    row->lengths[MEMBER_BIRTH][i]);
	}
	for (i = 0; i < row->counts[MEMBER_COUNTRY]; i++)
		entry_country(run, row->values[MEMBER_COUNTRY][i],
		    row->lengths[MEMBER_COUNTRY][i]);
	for (i = 0; i < row->counts[MEMBER_IDENTIFIER]; i++) {
		char type[64] = "identifier";

		if (i < row->counts[MEMBER_ID_TYPE])
			snprintf(type, sizeof(type), "%.*s",
			    (int)row->lengths[MEMBER_ID_TYPE][i],
			    row->values[MEMBER_ID_TYPE][i]);
		entry_identifier(run, type, row->values[MEMBER_IDENTIFIER][i],
		    row->lengths[MEMBER_IDENTIFIER][i]);
	}
	if (row->counts[MEMBER_REMARKS] > 0)
		entry_remarks(run, row->values[MEMBER_REMARKS][0],
		    row->lengths[MEMBER_REMARKS][0]);
	return 0;
}

/* 0 to go on, 1 when the callback wanted no more, -1 for a fault. */
static int
row_take(struct rows *rows, const struct row *row, size_t line)
{
	struct list_run *run = rows->run;
	enum party_type type = PARTY_ANY;
	char id[sizeof(rows->id)];

	if (row->counts[MEMBER_ID] != 1 || row->counts[MEMBER_NAME] == 0)
		return list_fault(run, line,
		    "entry_id, name: both must be given");
	/* Set, since counts says so.  NOLINTNEXTLINE(clang-analyzer-core.*) */
	if (row->lengths[MEMBER_ID][0] >= sizeof(id))
		return list_fault(run, line, "entry_id: above 127 bytes");
	snprintf(id, sizeof(id), "%.*s", (int)row->lengths[MEMBER_ID][0],
	    row->values[MEMBER_ID][0]);
	if (row->counts[MEMBER_TYPE] > 0) {
		type = party_type_find(row->values[MEMBER_TYPE][0],
		    row->lengths[MEMBER_TYPE][0]);
		if (type == PARTY_ANY)
			return list_fault(run, line,
			    "type: expected individual, entity, vessel or aircraft");
	}
	if (!rows->open || strcmp(id, rows->id) != 0) {
		if (rows->open && !entry_end(run))
			return 1;
		if (type == PARTY_ANY)
			return list_fault(run, line,
			    "type: must be given in the first row of an entry");
		entry_begin(run, id, strlen(id), type);
		memcpy(rows->id, id, sizeof(id));
		rows->open = 1;
	}
	return names_add(rows, row, line) != 0 ? -1
					       : values_add(rows, row, line);
}

static int
header_read(struct list_run *run, struct csv *csv, int *columns)
{
	int seen[MEMBERS] = { 0 };
	size_t i;
	int m;

	for (i = 0; i < csv->count; i++) {
		columns[i] = -1;
		for (m = 0; m < MEMBERS; m++) {
			if (strcmp(csv->fields[i], member_names[m]) == 0)
				columns[i] = m;
		}
		if (columns[i] < 0)
			return list_fault(run, csv->line,
			    "header: column %s is not known", csv->fields[i]);
		if (seen[columns[i]]++)
			return list_fault(run, csv->line,
			    "header: column %s stands twice", csv->fields[i]);
	}
	if (!seen[MEMBER_ID] || !seen[MEMBER_TYPE] || !seen[MEMBER_NAME])
		return list_fault(run, csv->line,
		    "header: entry_id, type and name are needed");
	return 0;
}

static int
csv_rows(struct rows *rows, struct csv *csv)
{
	int columns[CSV_FIELDS], more, rc;
	size_t width, i;

	if (csv_next(csv) != 1)
		return list_fault(rows->run, 1, "header: missing");
	rc = header_read(rows->run, csv, columns);
	width = csv->count;
	while (rc == 0 && (more = csv_next(csv)) != 0) {
		struct row row;

		if (more < 0)
			return list_fault(rows->run, csv->line, "%s",
			    csv->fault);
		if (csv->count != width)
			return list_fault(rows->run, csv->line,
			    "row: expected %zu fields, found %zu", width,
			    csv->count);
		memset(row.counts, 0, sizeof(row.counts));
		for (i = 0; i < width; i++)
			row_value(&row, (enum member)columns[i], csv->fields[i],
			    strlen(csv->fields[i]));
		rc = row_take(rows, &row, csv->line);
	}
	return rc;
}

int
list_read_csv(struct list_run *run)
{
	const struct list_file *file = list_file_find(run->input, NULL);
	struct rows rows = { .run = run };
	struct csv csv;
	int rc;

	if (file == NULL)
		return list_fault(run, 0, "files: the list is missing");
	csv_init(&csv, file->text, file->len);
	rc = csv_rows(&rows, &csv);
	csv_fini(&csv);
	if (rc == 0 && rows.open)
		entry_end(run);
	return rc < 0 ? -1 : 0;
}

/* A place in one line of JSON. */
struct cursor {
	const char *at, *end;
	char *room; /* where texts are unescaped */
	const char *fault;
};

static int
fails(struct cursor *c, const char *words)
{
	if (c->fault == NULL)
		c->fault = words;
	return 0;
}

static void
blanks(struct cursor *c)
{
	while (c->at < c->end &&
	    (*c->at == ' ' || *c->at == '\t' || *c->at == '\r'))
		c->at++;
}

static int
expect(struct cursor *c, char what)
{
	blanks(c);
	if (c->at == c->end || *c->at != what)
		return 0;
	c->at++;
	return 1;
}

static int
hex4(struct cursor *c, unsigned *out)
{
	int i;

	*out = 0;
	for (i = 0; i < 4; i++, c->at++) {
		int d = c->at < c->end ? *c->at : 'x';

		if (d >= '0' && d <= '9')
			*out = *out * 16 + (unsigned)(d - '0');
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			*out = *out * 16 + (unsigned)((d | 0x20) - 'a' + 10);
		else
			return fails(c, "json: \\u needs four hex digits");
	}
	return 1;
}

static char *
utf8_put(char *to, unsigned cp)
{
	if (cp < 0x80)
		*to++ = (char)cp;
	else if (cp < 0x800) {
		*to++ = (char)(0xc0 | (cp >> 6));
		*to++ = (char)(0x80 | (cp & 0x3f));
	} else if (cp < 0x10000) {
		*to++ = (char)(0xe0 | (cp >> 12));
		*to++ = (char)(0x80 | ((cp >> 6) & 0x3f));
		*to++ = (char)(0x80 | (cp & 0x3f));
	} else {
		*to++ = (char)(0xf0 | (cp >> 18));
		*to++ = (char)(0x80 | ((cp >> 12) & 0x3f));
		*to++ = (char)(0x80 | ((cp >> 6) & 0x3f));
		*to++ = (char)(0x80 | (cp & 0x3f));
	}
	return to;
}

static int
escape(struct cursor *c)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *p;
	unsigned cp, low;

	if (c->at == c->end)
		return fails(c, "json: text without end");
	if (*c->at != 'u') {
		p = *c->at == '\0' ? NULL : strchr(from, *c->at);
		if (p == NULL)
			return fails(c, "json: unknown escape");
		*c->room++ = to[p - from];
		c->at++;
		return 1;
	}
	c->at++;
	if (!hex4(c, &cp))
		return 0;
	if (cp >= 0xd800 && cp <= 0xdbff) {
		if (c->end - c->at < 6 || c->at[0] != '\\' || c->at[1] != 'u')
			return fails(c, "json: lone surrogate");
		c->at += 2;
		if (!hex4(c, &low))
			return 0;
		if (low < 0xdc00 || low > 0xdfff)
			return fails(c, "json: lone surrogate");
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
	} else if ((cp >= 0xdc00 && cp <= 0xdfff) || cp == 0)
		return fails(c, "json: lone surrogate or NUL");
	c->room = utf8_put(c->room, cp);
	return 1;
}

/* A text, unescaped into the room. */
static int
string(struct cursor *c, const char **out, size_t *len_out)
{
	const char *start = c->room;

	if (!expect(c, '"'))
		return fails(c, "json: expected a text");
	while (c->at < c->end && *c->at != '"') {
		if ((unsigned char)*c->at < 0x20)
			return fails(c, "json: control character in a text");
		if (*c->at != '\\') {
			*c->room++ = *c->at++;
			continue;
		}
		c->at++;
		if (!escape(c))
			return 0;
	}
	if (c->at == c->end)
		return fails(c, "json: text without end");
	c->at++;
	*out = start;
	*len_out = (size_t)(c->room - start);
	return 1;
}

static int
null(struct cursor *c)
{
	blanks(c);
	if (c->end - c->at < 4 || memcmp(c->at, "null", 4) != 0)
		return 0;
	c->at += 4;
	return 1;
}

static int
number(struct cursor *c, const char **out, size_t *len_out)
{
	blanks(c);
	*out = c->at;
	while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
		c->at++;
	*len_out = (size_t)(c->at - *out);
	return *len_out > 0 && (*len_out == 1 || **out != '0');
}

static int
value(struct cursor *c, struct row *row, enum member m, int in_array)
{
	const char *text = NULL;
	size_t len = 0;

	if (null(c))
		return 1;
	blanks(c);
	if (!in_array && expect(c, '[')) {
		if (expect(c, ']'))
			return 1;
		do {
			if (!value(c, row, m, 1))
				return 0;
		} while (expect(c, ','));
		return expect(c, ']') ||
		    fails(c, "json: expected , or ] in an array");
	}
	if (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
		if (!number(c, &text, &len))
			return fails(c, "json: number with a leading zero");
	} else if (!string(c, &text, &len))
		return 0;
	if (row->counts[m] == ROW_VALUES)
		return fails(c, "json: above 64 values in an array");
	row_value(row, m, text, len);
	return 1;
}

static int
object(struct cursor *c, struct row *row)
{
	int seen[MEMBERS] = { 0 };

	if (!expect(c, '{'))
		return fails(c, "json: expected an object on each line");
	do {
		const char *name;
		size_t len;
		int m = 0;

		if (!string(c, &name, &len))
			return 0;
		while (m < MEMBERS &&
		    (strlen(member_names[m]) != len ||
			memcmp(member_names[m], name, len) != 0))
			m++;
		if (m == MEMBERS)
			return fails(c, "json: a member is not known");
		if (seen[m]++)
			return fails(c, "json: a member stands twice");
		if (!expect(c, ':'))
			return fails(c, "json: expected : behind a name");
		if (!value(c, row, (enum member)m, 0))
			return 0;
	} while (expect(c, ','));
	if (!expect(c, '}'))
		return fails(c, "json: expected , or } in an object");
	blanks(c);
	return c->at == c->end || fails(c, "json: text behind the object");
}

static int
line_take(struct rows *rows, struct pool *pool, const char *text, size_t len,
    size_t line)
{
	struct memory m = pool_memory(pool);
	struct cursor c = { .at = text, .end = text + len };
	struct row row;

	pool_reset(pool);
	c.room = m.alloc(m.owner, len + 1);
	memset(row.counts, 0, sizeof(row.counts));
	if (!object(&c, &row))
		return list_fault(rows->run, line, "%s",
		    c.fault != NULL ? c.fault : "json: not an object");
	return row_take(rows, &row, line);
}

int
list_read_jsonl(struct list_run *run)
{
	const struct list_file *file = list_file_find(run->input, NULL);
	struct rows rows = { .run = run };
	struct pool *pool = pool_new(65536);
	size_t at = 0, line = 0;
	int rc = 0;

	while (file != NULL && at < file->len && rc == 0) {
		const char *from = file->text + at;
		const char *nl = memchr(from, '\n', file->len - at);
		size_t len = nl != NULL ? (size_t)(nl - from) : file->len - at;

		line++;
		at += len + 1;
		while (
		    len > 0 && (from[len - 1] == '\r' || from[len - 1] == ' '))
			len--;
		if (len > 0)
			rc = line_take(&rows, pool, from, len, line);
	}
	pool_free(&pool);
	if (file == NULL)
		rc = list_fault(run, 0, "files: the list is missing");
	if (rc == 0 && rows.open)
		entry_end(run);
	return rc < 0 ? -1 : 0;
}
