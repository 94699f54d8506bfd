/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/config/fault.h"

#include <stdio.h>

#define LINES_BACK 64 /* a name stands at most so far above its value */

static const char *
line_start(const char *text, uint32_t line)
{
	for (; text != NULL && line > 1; line--) {
		text = strchr(text, '\n');
		text = text != NULL ? text + 1 : NULL;
	}
	return text;
}

struct config_error *
fault_at(struct fault_sink *f, uint32_t line, uint32_t column,
    const char *format, ...)
{
	struct config_errors *e = f->errors;
	const char *source = line > 0 ? line_start(f->text, line) : NULL;
	struct config_error *one;
	va_list ap;

	e->n_faults++;
	if (e->count == CONFIG_ERRORS) {
		e->has_more = true;
		return arena_alloc(f->arena, sizeof *one);
	}
	one = e->items + e->count++;
	memset(one, 0, sizeof *one);
	one->file = f->file;
	one->line = line;
	one->column = column;
	one->width = 1;
	if (source != NULL)
		one->source = arena_copy(f->arena, source,
		    strcspn(source, "\r\n"));
	va_start(ap, format);
	one->text = arena_vformat(f->arena, format, ap);
	va_end(ap);
	return one;
}

static uint32_t
characters(const char *p, size_t n)
{
	uint32_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xc0) != 0x80;
	return count;
}

/* A node knows where its value stands; its name stands before that. */
static void
point_at_name(struct fault_sink *f, struct config_error *one,
    const struct ep_node *n)
{
	for (uint32_t up = 0; n->line > up && up < LINES_BACK; up++) {
		const char *start = line_start(f->text, n->line - up);
		const char *p, *end, *last = NULL;

		if (start == NULL || n->key_length == 0)
			return;
		end = start + strcspn(start, "\r\n");
		for (p = start;
		     p < end && (p = strstr(p, n->key)) != NULL && p < end &&
		     (up > 0 ||
			 characters(start, (size_t)(p - start)) + 1 <
			     n->column);
		     p++) {
			const char *after = p + n->key_length;

			if (*after == '"' || *after == '\'')
				after++;
			after += strspn(after, " ");
			if (*after == ':' &&
			    (p == start || strchr(" {,\"'", p[-1]) != NULL))
				last = p;
		}
		if (last == NULL)
			continue;
		one->line = n->line - up;
		one->column = characters(start, (size_t)(last - start)) + 1;
		one->width = characters(n->key, n->key_length);
		one->source = arena_copy(f->arena, start,
		    (size_t)(end - start));
		return;
	}
}

/* "/limits/max_body" below "" is limits.max_body. */
static const char *
dotted(struct arena *a, const char *prefix, const char *pointer)
{
	char *words = arena_format(a, "%s%s", prefix, pointer);

	for (char *p = words; *p != '\0'; p++)
		if (*p == '/')
			*p = '.';
	return words[0] == '.' ? words + 1 : words;
}

static void
unknown_key(struct fault_sink *f, const struct schema_error *e,
    const char *where)
{
	struct arena *a = f->arena;
	const char *dot = strrchr(where, '.');
	struct config_error *one = fault_at(f, e->at->line, e->at->column,
	    "unknown key '%s'%s%.*s%s", e->at->key, dot ? " in '" : "",
	    dot ? (int)(dot - where) : 0, where, dot ? "'" : "");

	point_at_name(f, one, e->at);
	if (e->hint != NULL)
		one->hint = arena_format(a, "did you mean '%s'?", e->hint);
	else
		one->hint = arena_format(a, "known keys here: %s",
		    e->expected + (strncmp(e->expected, "one of ", 7) ? 0 : 7));
}

void
fault_from_schema(struct fault_sink *f, const struct schema_errors *errors,
    const char *prefix)
{
	struct arena *a = f->arena;

	for (uint32_t i = 0; i < errors->count; i++) {
		const struct schema_error *e = errors->items + i;
		const char *where = dotted(a, prefix, e->pointer);
		struct config_error *one;

		if (strcmp(e->rule, "additionalProperties") == 0) {
			unknown_key(f, e, where);
			continue;
		}
		one = fault_at(f, e->at->line, e->at->column,
		    "%s: expected %s%s%s", where[0] ? where : "configuration",
		    e->expected, e->got != NULL ? ", got " : "",
		    e->got != NULL ? e->got : "");
		if (strcmp(e->rule, "propertyNames") == 0)
			point_at_name(f, one, e->at);
		else if (e->at->type == EP_T_TEXT)
			one->width = characters(e->at->text, e->at->count);
		if (e->hint != NULL)
			one->hint = arena_format(a, "did you mean '%s'?",
			    e->hint);
	}
	f->errors->has_more = f->errors->has_more || errors->has_more;
}

/* East Asian characters take two cells of a terminal; a tab stays a tab so
 * that the caret stands below its character. */
static const char *
caret(struct arena *a, const struct config_error *e)
{
	const char *p = e->source, *pad = "";
	uint32_t column = 1, width = e->width > 0 ? e->width : 1;
	char *marks;

	for (; *p != '\0' && column < e->column; column++) {
		unsigned char c = (unsigned char)*p;
		size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

		pad = arena_format(a, "%s%s", pad,
		    c == '\t'       ? "\t"
			: c >= 0xe3 ? "  "
				    : " ");
		p += n <= strlen(p) ? n : strlen(p);
	}
	if (width > characters(p, strlen(p)))
		width = characters(p, strlen(p));
	if (width == 0)
		width = 1;
	marks = arena_alloc(a, width + 1);
	memset(marks, '~', width);
	marks[0] = '^';
	return arena_format(a, "%s%s", pad, marks);
}

const char *
config_errors_text(struct arena *a, const struct config_errors *errors)
{
	const char *out = "";

	for (uint32_t i = 0; i < errors->count; i++) {
		const struct config_error *e = errors->items + i;

		out = arena_format(a, "%s%s", out, e->file);
		if (e->line > 0)
			out = arena_format(a, "%s:%u:%u", out, e->line,
			    e->column);
		out = arena_format(a, "%s: %s: %s\n", out,
		    e->is_warning ? "warning" : "error", e->text);
		if (e->source != NULL)
			out = arena_format(a, "%s%5u | %s\n      | %s\n", out,
			    e->line, e->source, caret(a, e));
		if (e->hint != NULL)
			out = arena_format(a, "%s      = %s\n", out, e->hint);
	}
	return errors->has_more ? arena_format(a, "%s… and more\n", out) : out;
}
