/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/config/interpolate.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/utf8.h"

#include <stdlib.h>
#include <sys/stat.h>

#define FILE_MOST 65536

/* The text of one file; a fault gives "". */
static const char *
from_file(struct fault_sink *f, const struct ep_node *n, const char *folder,
    const char *path)
{
	struct err err = { 0 };
	struct stat st;
	char *text;
	size_t length;

	if (path[0] != '/')
		path = arena_format(f->arena, "%s/%s", folder, path);
	if (file_read(f->arena, path, FILE_MOST, &text, &length, &err)) {
		(void)fault_at(f, n->line, n->column, "${FILE:…}: %s",
		    err.text);
		return "";
	}
	if (stat(path, &st) == 0 && (st.st_mode & S_IROTH)) {
		struct config_error *one = fault_at(f, n->line, n->column,
		    "%s may be read by everybody", path);

		f->errors->n_faults--;
		one->is_warning = true;
		one->hint = arena_format(f->arena, "chmod o-r %s", path);
	}
	if (length > 0 && text[length - 1] == '\n')
		text[length - 1] = '\0';
	return text;
}

static const char *
value_of(struct fault_sink *f, struct ep_node *n, const char *what,
    const char *folder, const char *state)
{
	const char *value;

	if (strcmp(what, "STATE") == 0)
		return state;
	if (strncmp(what, "FILE:", 5) == 0 && what[5] != '\0') {
		n->flags |= NODE_SECRET;
		return from_file(f, n, folder, what + 5);
	}
	if (strncmp(what, "ENV:", 4) != 0 || what[4] == '\0') {
		fault_at(f, n->line, n->column, "'${%.60s}' is not known", what)
		    ->hint = "expected ${ENV:NAME}, ${FILE:path} or ${STATE}; "
			     "write $${ for a plain ${";
		return "";
	}
	n->flags |= NODE_SECRET;
	value = getenv(what + 4);
	if (value == NULL) {
		fault_at(f, n->line, n->column,
		    "environment variable '%.80s' is not set", what + 4)
		    ->hint = "set it, or write the value here";
		return "";
	}
	return value;
}

static void
check_utf8(struct fault_sink *f, const struct ep_node *n)
{
	const char *p = n->text, *end = p + n->count;

	while (p < end) {
		size_t length = utf8_length(p, end);

		if (length == 0) {
			(void)fault_at(f, n->line, n->column,
			    "what is put in here is not UTF-8");
			return;
		}
		p += length;
	}
}

static void
one_text(struct fault_sink *f, struct ep_node *n, const char *folder,
    const char *state)
{
	const char *p = n->text, *end = p + n->count, *dollar, *close;
	const char *out = "";

	if (memmem(p, n->count, "${", 2) == NULL)
		return;
	while ((dollar = memmem(p, (size_t)(end - p), "${", 2)) != NULL) {
		bool is_plain = dollar > p && dollar[-1] == '$';

		out = arena_format(f->arena, "%s%.*s%s", out,
		    (int)(dollar - p) - (is_plain ? 1 : 0), p,
		    is_plain ? "${" : "");
		p = dollar + 2;
		if (is_plain)
			continue;
		close = memchr(p, '}', (size_t)(end - p));
		if (close == NULL) {
			fault_at(f, n->line, n->column, "'${' has no '}'")
			    ->hint = "write $${ for a plain ${";
			return;
		}
		out = arena_format(f->arena, "%s%s", out,
		    value_of(f, n, arena_copy(f->arena, p, (size_t)(close - p)),
			folder, state));
		p = close + 1;
	}
	n->text = arena_format(f->arena, "%s%.*s", out, (int)(end - p), p);
	n->count = (uint32_t)strlen(n->text);
	check_utf8(f, n);
}

void
interpolate(struct fault_sink *f, struct ep_node *n, const char *folder,
    const char *state)
{
	if (n->type == EP_T_TEXT)
		one_text(f, n, folder, state);
	if (n->type != EP_T_ARRAY && n->type != EP_T_OBJECT)
		return;
	for (uint32_t i = 0; i < n->count; i++)
		interpolate(f, n->u.items + i, folder, state);
}
