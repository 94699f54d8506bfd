/* SPDX-License-Identifier: BSD-2-Clause */

#include "list_entry.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *
trim(const char *text, size_t *len)
{
	while (*len > 0 && (unsigned char)text[*len - 1] <= ' ')
		(*len)--;
	while (*len > 0 && (unsigned char)*text <= ' ') {
		text++;
		(*len)--;
	}
	if (*len == 3 && memcmp(text, "-0-", 3) == 0)
		*len = 0;
	return text;
}

static int
is_utf8(const char *text, size_t len)
{
	const unsigned char *u = (const unsigned char *)text;
	size_t i = 0, k, more;

	while (i < len) {
		if (u[i] < 0x80) {
			i++;
			continue;
		}
		more = u[i] >= 0xf0 ? 3 : u[i] >= 0xe0 ? 2 : 1;
		if (u[i] < 0xc2 || u[i] > 0xf4 || i + more >= len)
			return 0;
		for (k = 1; k <= more; k++) {
			if ((u[i + k] & 0xc0) != 0x80)
				return 0;
		}
		i += more + 1;
	}
	return 1;
}

char *
entry_keep(struct list_run *run, const char *text, size_t len)
{
	struct entry *e = &run->entry;
	size_t i, n = 0;
	char *copy;

	if (is_utf8(text, len)) {
		copy = e->memory.alloc(e->memory.owner, len + 1);
		memcpy(copy, text, len);
		return copy;
	}
	/* old files are Latin-1: each high byte becomes two */
	copy = e->memory.alloc(e->memory.owner, len * 2 + 1);
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x80)
			copy[n++] = (char)c;
		else {
			copy[n++] = (char)(0xc0 | (c >> 6));
			copy[n++] = (char)(0x80 | (c & 0x3f));
		}
	}
	return copy;
}

void
entry_begin(struct list_run *run, const char *id, size_t len,
    enum party_type type)
{
	struct entry *e = &run->entry;

	pool_reset(e->pool);
	memset(&e->out, 0, sizeof(e->out));
	id = trim(id, &len);
	e->out.id = entry_keep(run, id, len);
	e->out.type = type;
	e->out.names = e->names;
	e->out.programs = e->programs;
	e->out.births = e->births;
	e->out.countries = e->countries;
	e->out.identifiers = e->identifiers;
	e->out.remarks = "";
}

void
entry_name(struct list_run *run, const char *text, size_t len,
    enum name_kind kind)
{
	struct entry *e = &run->entry;
	size_t i;
	char *copy;

	text = trim(text, &len);
	if (len == 0 || e->out.name_count == ENTRY_NAMES)
		return;
	copy = entry_keep(run, text, len);
	for (i = 0; i < e->out.name_count; i++) {
		if (strcmp(e->names[i].text, copy) == 0)
			return;
	}
	e->names[e->out.name_count++] = (struct list_name){ copy, kind };
}

void
entry_program(struct list_run *run, const char *text, size_t len)
{
	struct entry *e = &run->entry;

	text = trim(text, &len);
	if (len > 0 && e->out.program_count < ENTRY_VALUES)
		e->programs[e->out.program_count++] = entry_keep(run, text,
		    len);
}

void
entry_birth(struct list_run *run, const char *text, size_t len)
{
	struct entry *e = &run->entry;
	struct birth_date date;

	text = trim(text, &len);
	if (e->out.birth_count < ENTRY_VALUES &&
	    birth_date_read(text, len, &date))
		e->births[e->out.birth_count++] = date;
}

void
entry_country(struct list_run *run, const char *text, size_t len)
{
	const struct name_reader *reader = run->input->reader;
	struct entry *e = &run->entry;
	const char *code;
	size_t i;

	text = trim(text, &len);
	while (len > 0 && text[len - 1] == '.')
		len--;
	if (len == 0 || e->out.country_count == ENTRY_VALUES)
		return;
	code = country_code(reader->lexicon, reader->folder, &e->memory, text,
	    len);
	if (code == NULL && len == 2)
		code = country_code_valid(reader->lexicon, text);
	if (code == NULL)
		return;
	for (i = 0; i < e->out.country_count; i++) {
		if (memcmp(e->countries[i].code, code, 2) == 0)
			return;
	}
	memcpy(e->countries[e->out.country_count++].code, code, 3);
}

void
entry_identifier(struct list_run *run, const char *type, const char *text,
    size_t len)
{
	struct entry *e = &run->entry;
	char value[64];
	size_t n, i;

	text = trim(text, &len);
	n = identifier_normalise(text, len, value, sizeof(value));
	if (n < 3 || e->out.identifier_count == ENTRY_VALUES)
		return;
	for (i = 0; i < e->out.identifier_count; i++) {
		if (strcmp(e->identifiers[i].value, value) == 0)
			return;
	}
	e->identifiers[e->out.identifier_count++] = (struct identifier){
		.type = entry_keep(run, type, strlen(type)),
		.value = entry_keep(run, value, n),
	};
}

void
entry_remarks(struct list_run *run, const char *text, size_t len)
{
	text = trim(text, &len);
	if (len > 0)
		run->entry.out.remarks = entry_keep(run, text, len);
}

int
entry_end(struct list_run *run)
{
	struct entry *e = &run->entry;

	if (e->out.name_count == 0 || e->out.id == NULL)
		return 1;
	run->outcome->entries++;
	if (run->fn(run->ctx, &e->out) != 0)
		run->stopped = 1;
	e->out.name_count = 0;
	return !run->stopped;
}

int
list_fault(struct list_run *run, size_t line, const char *format, ...)
{
	va_list args;

	if (run->outcome->fault[0] != '\0')
		return -1;
	run->outcome->line = line;
	va_start(args, format);
	vsnprintf(run->outcome->fault, sizeof(run->outcome->fault), format,
	    args);
	va_end(args);
	return -1;
}

const struct list_file *
list_file_find(const struct list_input *input, const char *name)
{
	size_t i;

	if (name == NULL)
		return input->file_count > 0 ? &input->files[0] : NULL;
	for (i = 0; i < input->file_count; i++) {
		if (strcmp(input->files[i].name, name) == 0)
			return &input->files[i];
	}
	return NULL;
}
