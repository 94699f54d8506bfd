/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/config/interpolate.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/schema/spell.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST 65536

/* A fault at what stands within a text of one line, else at the text. */
static struct config_error *
in_text(struct fault_sink *f, const char *id, const struct ep_node *n,
    const char *what)
{
	struct config_error *one = fault_value(f, id, n);
	const char *p = one->source, *at;
	uint32_t column = 1;

	if (p == NULL)
		return one;
	for (; column < one->column && *p != '\0'; column++)
		for (p++; ((unsigned char)*p & 0xc0) == 0x80; p++)
			continue;
	at = strstr(p, what);
	if (at == NULL)
		return one;
	for (; p < at; p++)
		column += ((unsigned char)*p & 0xc0) != 0x80;
	one->column = column;
	one->end_column = column;
	/* up to the brace that closes it */
	for (; *p != '\0'; p++) {
		one->end_column += ((unsigned char)*p & 0xc0) != 0x80;
		if (*p == '}')
			break;
	}
	return one;
}

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
		in_text(f, "variable_file", n, "${FILE:")->words[0] =
		    arena_strdup(f->arena, err.text);
		return "";
	}
	if (stat(path, &st) == 0 && (st.st_mode & S_IROTH)) {
		struct config_error *one = in_text(f, "secret_readable", n,
		    "${FILE:");

		one->words[0] = path;
		fault_is_warning(f, one);
	}
	if (length > 0 && text[length - 1] == '\n')
		text[length - 1] = '\0';
	return text;
}

static void
unset(struct fault_sink *f, const struct ep_node *n, const char *what)
{
	struct config_error *one = in_text(f, "variable_unset", n,
	    arena_format(f->arena, "${%s}", what));
	const char *names[512];
	size_t count = 0;

	one->words[0] = arena_format(f->arena, "%.80s", what + 4);
	for (char **e = environ; *e != NULL && count < 512; e++)
		names[count++] = arena_copy(f->arena, *e, strcspn(*e, "="));
	one->suggestion = spell_nearest(what + 4, strlen(what + 4), names,
	    count);
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
		in_text(f, "variable_unknown", n,
		    arena_format(f->arena, "${%s}", what))
		    ->words[0] = arena_format(f->arena, "%.60s", what);
		return "";
	}
	n->flags |= NODE_SECRET;
	value = getenv(what + 4);
	if (value == NULL) {
		unset(f, n, what);
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
			(void)fault_value(f, "variable_encoding", n);
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
			(void)in_text(f, "variable_open", n, "${");
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
