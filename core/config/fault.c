/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/config/fault.h"

static const char *
line_start(const char *text, uint32_t line)
{
	for (; text != NULL && line > 1; line--) {
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
	return text;
}

static uint32_t
characters(const char *p, size_t n)
{
	uint32_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xc0) != 0x80;
	return count;
}

/* The bytes of the first n characters. */
static size_t
bytes_of(const char *p, uint32_t n)
{
	const char *start = p;

	for (; n > 0 && *p != '\0'; n--) {
		p++;
		while (((unsigned char)*p & 0xc0) == 0x80)
			p++;
	}
	return (size_t)(p - start);
}

/* Where the token that begins at p ends, in bytes: a quoted text, a bracket,
 * or what is neither divided by blanks nor by punctuation. */
static size_t
token_length(const char *p)
{
	const char *end;
	size_t n;

	if (*p == '"' || *p == '\'') {
		end = strchr(p + 1, *p);
		return end != NULL ? (size_t)(end - p) + 1 : 1;
	}
	if (*p != '\0' && strchr("[]{},:@`%|>", *p) != NULL)
		return 1;
	n = strcspn(p, " \t\r\n,]}#");
	return n > 1 && p[n - 1] == ':' ? n - 1 : n; /* behind a name */
}

/* What is wrong with a text as YAML, or with a module's name, brings others
 * about at the same place. */
static bool
is_consequence(const struct fault_sink *f, uint32_t line, uint32_t column)
{
	for (const struct config_error *e = f->errors->first; e != NULL;
	     e = e->next)
		if (e->line == line && e->column == column && line > 0 &&
		    strcmp(e->file, f->file) == 0 &&
		    (strncmp(e->id, "yaml_", 5) == 0 ||
			strcmp(e->id, "bad_module_name") == 0))
			return true;
	return false;
}

struct config_error *
fault_at(struct fault_sink *f, const char *id, uint32_t line, uint32_t column)
{
	struct config_errors *e = f->errors;
	struct config_error *one = arena_alloc(f->arena, sizeof *one);
	const char *source = line > 0 ? line_start(f->text, line) : NULL;

	one->id = id;
	one->file = f->file;
	one->line = line;
	one->column = column;
	if (source != NULL && line == 1 &&
	    strncmp(source, "\xef\xbb\xbf", 3) == 0)
		source += 3;
	if (source != NULL) {
		one->source = arena_copy(f->arena, source,
		    strcspn(source, "\r\n"));
		source = one->source + bytes_of(one->source, column - 1);
		one->end_column = column +
		    characters(source, token_length(source));
	}
	if (one->end_column <= column)
		one->end_column = column + (line > 0);
	if (is_consequence(f, line, column)) {
		one->is_warning = true; /* it is not told */
		return one;
	}
	e->n_faults++;
	if (e->count == CONFIG_ERRORS) {
		e->has_more = true;
		return one;
	}
	e->count++;
	if (e->last != NULL)
		e->last->next = one;
	else
		e->first = one;
	e->last = one;
	return one;
}

const struct yaml_mark *
fault_mark(const struct fault_sink *f, const struct ep_node *n)
{
	for (uint32_t i = 0; f->places != NULL && i < f->places->n_marks; i++) {
		const struct yaml_mark *m = f->places->marks + i;

		if (m->line != n->line || m->column != n->column ||
		    (m->name == NULL) != (n->key == NULL))
			continue;
		if (n->key == NULL || strcmp(m->name, n->key) == 0)
			return m;
	}
	return NULL;
}

struct config_error *
fault_value(struct fault_sink *f, const char *id, const struct ep_node *n)
{
	const struct yaml_mark *m = fault_mark(f, n);
	struct config_error *one = fault_at(f, id, n->line, n->column);

	if (m != NULL && n->type != EP_T_OBJECT && n->type != EP_T_ARRAY &&
	    m->end_line == m->line && m->end_column > m->column)
		one->end_column = m->end_column;
	return one;
}

struct config_error *
fault_name(struct fault_sink *f, const char *id, const struct ep_node *n)
{
	const struct yaml_mark *m = fault_mark(f, n);
	struct config_error *one;

	if (m == NULL || m->name == NULL)
		return fault_value(f, id, n);
	one = fault_at(f, id, m->name_line, m->name_column);
	one->end_column = m->name_end;
	return one;
}

void
fault_is_warning(struct fault_sink *f, struct config_error *one)
{
	if (one->is_warning)
		return;
	one->is_warning = true;
	f->errors->n_faults--;
}

void
fault_from_yaml(struct fault_sink *f)
{
	for (uint32_t i = 0; i < f->places->n_faults; i++) {
		const struct yaml_fault *y = f->places->faults + i;
		struct config_error *one = fault_at(f, y->rule, y->line,
		    y->column);

		one->words[0] = strcmp(y->rule, "yaml_syntax") == 0 ||
			strcmp(y->rule, "yaml_strict") == 0
		    ? y->words
		    : y->found;
	}
}
