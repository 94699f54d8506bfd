/* SPDX-License-Identifier: BSD-2-Clause */

#include "list_line.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LINE_VALUES 64 /* of one member on one line */

/* Text that grows; what it leaves behind belongs to the memory. */
struct text {
	const struct memory *memory;
	char *at;
	size_t used, size;
	bool in_object, in_array; /* has a member, a value already */
};

static void
append(struct text *t, const char *s, size_t n)
{
	char *more;

	if (t->used + n + 1 > t->size) {
		t->size = (t->used + n + 1) * 2;
		more = t->memory->alloc(t->memory->owner, t->size);
		memcpy(more, t->at, t->used);
		t->at = more;
	}
	memcpy(t->at + t->used, s, n);
	t->used += n;
	t->at[t->used] = '\0';
}

static void
append_string(struct text *t, const char *s)
{
	char escape[8];
	size_t plain;

	append(t, "\"", 1);
	while (*s != '\0') {
		for (plain = 0; (unsigned char)s[plain] >= ' ' &&
		     s[plain] != '"' && s[plain] != '\\';
		     plain++)
			;
		append(t, s, plain);
		s += plain;
		if (*s == '\0')
			break;
		(void)snprintf(escape, sizeof(escape), "\\u%04x",
		    (unsigned)(unsigned char)*s++);
		append(t, escape, 6);
	}
	append(t, "\"", 1);
}

static void
member(struct text *t, const char *name)
{
	append(t, t->in_object ? "," : "{", 1);
	append_string(t, name);
	append(t, ":", 1);
	t->in_object = true;
	t->in_array = false;
}

static void
element(struct text *t, const char *value)
{
	append(t, t->in_array ? "," : "[", 1);
	append_string(t, value);
	t->in_array = true;
}

static void
array_end(struct text *t)
{
	append(t, "]", 1);
}

static const char *
birth_text(const struct birth_date *date, char *out, size_t size)
{
	const char *circa = date->circa ? "circa " : "";

	if (date->day != 0)
		(void)snprintf(out, size, "%s%04d-%02u-%02u", circa, date->year,
		    (unsigned)date->month, (unsigned)date->day);
	else if (date->month != 0)
		(void)snprintf(out, size, "%s%04d-%02u", circa, date->year,
		    (unsigned)date->month);
	else
		(void)snprintf(out, size, "%s%04d", circa, date->year);
	return out;
}

/* How many values of n stand on the line that begins with value first. */
static size_t
values(size_t n, size_t first)
{
	if (first >= n)
		return 0;
	return n - first < LINE_VALUES ? n - first : LINE_VALUES;
}

static void
line_names(struct text *t, const struct list_entry *e, size_t first)
{
	static const char *const kinds[] = { [NAME_PRIMARY] = "primary",
		[NAME_STRONG_AKA] = "strong_aka",
		[NAME_WEAK_AKA] = "weak_aka" };
	size_t n = values(e->name_count, first), i;

	/* a line without a name is refused: the first one stands again */
	if (n == 0) {
		first = 0;
		n = 1;
	}
	member(t, "name");
	for (i = 0; i < n; i++)
		element(t, e->names[first + i].text);
	array_end(t);
	member(t, "alias_kind");
	for (i = 0; i < n; i++)
		element(t, kinds[e->names[first + i].kind]);
	array_end(t);
}

static void
line_values(struct text *t, const struct list_entry *e, size_t first)
{
	char date[32];
	size_t n, i;

	n = values(e->program_count, first);
	if (n > 0)
		member(t, "program");
	for (i = 0; i < n; i++)
		element(t, e->programs[first + i]);
	if (n > 0)
		array_end(t);
	n = values(e->birth_count, first);
	if (n > 0)
		member(t, "birth_date");
	for (i = 0; i < n; i++)
		element(t,
		    birth_text(&e->births[first + i], date, sizeof(date)));
	if (n > 0)
		array_end(t);
	n = values(e->country_count, first);
	if (n > 0)
		member(t, "country");
	for (i = 0; i < n; i++)
		element(t, e->countries[first + i].code);
	if (n > 0)
		array_end(t);
}

static void
line_identifiers(struct text *t, const struct list_entry *e, size_t first)
{
	size_t n = values(e->identifier_count, first), i;

	if (n == 0)
		return;
	member(t, "identifier_type");
	for (i = 0; i < n; i++)
		element(t, e->identifiers[first + i].type);
	array_end(t);
	member(t, "identifier");
	for (i = 0; i < n; i++)
		element(t, e->identifiers[first + i].value);
	array_end(t);
}

static size_t
most(const struct list_entry *e)
{
	const size_t counts[] = { e->name_count, e->program_count,
		e->birth_count, e->country_count, e->identifier_count };
	size_t n = 1, i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (counts[i] > n)
			n = counts[i];
	return n;
}

const char *
list_line(const struct list_entry *e, const struct memory *memory,
    size_t *length_out)
{
	struct text t = { .memory = memory, .size = 512 };
	size_t n = most(e), first;

	t.at = memory->alloc(memory->owner, t.size);
	for (first = 0; first < n; first += LINE_VALUES) {
		if (first > 0)
			append(&t, "\n", 1);
		t.in_object = false;
		member(&t, "entry_id");
		append_string(&t, e->id);
		member(&t, "type");
		append_string(&t, party_type_name(e->type));
		line_names(&t, e, first);
		line_values(&t, e, first);
		line_identifiers(&t, e, first);
		if (first == 0 && e->remarks[0] != '\0') {
			member(&t, "remarks");
			append_string(&t, e->remarks);
		}
		append(&t, "}", 1);
	}
	*length_out = t.used;
	return t.at;
}
