/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/record.h"

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/board/board.h"
#include "core/cli/table.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#define DOCUMENT_MAX (16u << 20)

const struct ep_node *
record_document(struct arena *a, const char *state, uint64_t number)
{
	const struct ep_node *n = NULL;
	struct err ignored = { 0 };
	char *text = NULL;
	size_t length = 0;

	if (number == 0 ||
	    file_read(a,
		arena_format(a, "%s/generations/%" PRIu64 ".json", state,
		    number),
		DOCUMENT_MAX, &text, &length, &ignored) != EP_OK ||
	    json_parse(a, text, length, true, &n, &ignored) != EP_OK)
		return NULL;
	return n;
}

const char *
record_who(struct arena *a, const struct ep_node *record)
{
	int64_t uid = node_int(node_get(record, "uid"), -1);
	const struct passwd *user;

	if (uid < 0 || uid >= UINT32_MAX)
		return "-";
	user = getpwuid((uid_t)uid);
	return user != NULL ? arena_strdup(a, user->pw_name)
			    : arena_format(a, "user %lld", (long long)uid);
}

const char *
record_when(struct arena *a, const struct ep_node *record)
{
	const char *began = node_text(node_get(record, "began"), "");

	if (strlen(began) < 19 || began[10] != 'T')
		return *began != '\0' ? began : "?";
	return arena_format(a, "%.10s %.8sZ", began, began + 11);
}

const char *
record_phases(struct arena *a, const struct ep_node *record)
{
	const struct ep_node *phases = node_get(record, "phases_ms");
	struct buf b = { 0 };
	const char *text;

	for (unsigned i = 0; i < RELOAD_PHASES; i++) {
		const struct ep_node *ms = node_get(phases,
		    reload_phase_name[i]);

		if (node_int(ms, 0) > 0)
			buf_format(&b, "%s%s %lld",
			    buf_length(&b) > 0 ? ", " : "",
			    reload_phase_name[i], (long long)node_int(ms, 0));
	}
	text = arena_copy(a, buf_data(&b), buf_length(&b));
	buf_fini(&b);
	return text;
}

/* Is it a word of the text, not a part of one? */
static bool
says(const char *text, const char *word)
{
	size_t n = strlen(word);
	static const char inner[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

	for (const char *p = strstr(text, word); p != NULL;
	     p = strstr(p + 1, word))
		if ((p == text || strchr(inner, p[-1]) == NULL) &&
		    (p[n] == '\0' || strchr(inner, p[n]) == NULL))
			return true;
	return false;
}

const char *
record_failure(struct arena *a, const struct ep_node *record)
{
	const char *why = node_text(node_get(record, "error"), "");
	const char *module = node_text(node_get(record, "module"), "");
	const char *phase = node_text(node_get(record, "phase"), "");
	int64_t worker = node_int(node_get(record, "worker"), -1);
	const char *out = "", *comma = "";

	if (worker >= 0 &&
	    !says(why, arena_format(a, "worker %lld", (long long)worker))) {
		out = arena_format(a, "worker %lld", (long long)worker);
		comma = ", ";
	}
	if (worker >= 0 && *phase != '\0' && !says(why, phase)) {
		out = arena_format(a, "%s%s%s", out, comma, phase);
		comma = ", ";
	}
	if (*module != '\0' && !says(why, module))
		out = arena_format(a, "%s%smodule %s", out, comma, module);
	if (*out == '\0')
		return why;
	return *why == '\0' ? out : arena_format(a, "%s: %s", out, why);
}

static const char *
build(struct arena *a, const struct ep_node *n, bool has_hash)
{
	const char *version = node_text(node_get(n, "version"), "?");
	const char *sha256 = node_text(node_get(n, "sha256"), "");

	if (!has_hash || *sha256 == '\0')
		return version;
	return arena_format(a, "%s (%.12s)", version, sha256);
}

static const char *
change_words(struct arena *a, const struct ep_node *change, bool has_hash)
{
	const char *kind = node_text(node_get(change, "change"), "?");
	const char *from = build(a, node_get(change, "from"), has_hash);
	const char *to = build(a, node_get(change, "to"), has_hash);

	if (strcmp(kind, "added") == 0)
		return arena_format(a, "added %s", to);
	if (strcmp(kind, "removed") == 0)
		return arena_format(a, "removed %s", from);
	if (strncmp(kind, "code", 4) != 0)
		return kind;
	return arena_format(a, "%s -> %s%s", from, to,
	    kind[4] != '\0' ? ", configuration" : "");
}

const char *
record_change(struct arena *a, const struct ep_node *change)
{
	return change_words(a, change, true);
}

const char *
record_changes(struct arena *a, const struct ep_node *document)
{
	const struct ep_node *list = node_get(document, "changes");
	struct buf b = { 0 };
	const char *text;

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct ep_node *c = node_at(list, i);

		buf_format(&b, "%s%s %s", i > 0 ? ", " : "",
		    node_text(node_get(c, "module"), "?"),
		    change_words(a, c, false));
	}
	text = arena_copy(a, buf_data(&b), buf_length(&b));
	buf_fini(&b);
	return text;
}

/* What callers of a module will notice. */
static void
breaking(struct arena *a, const struct ep_node *list, bool has_colours,
    struct buf *b)
{
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct ep_node *c = node_at(list, i);
		const struct ep_node *words = node_get(c, "breaking");

		for (uint32_t k = 0; words != NULL && k < words->count; k++)
			buf_format(b, "%sbreaking%s: %s: %s\n",
			    paint_begin(PAINT_WARN, has_colours),
			    paint_end(PAINT_WARN, has_colours),
			    table_clean(a,
				node_text(node_get(c, "module"), "?")),
			    table_clean(a, node_text(node_at(words, k), "?")));
	}
}

static void
restart(struct arena *a, const struct ep_node *list, struct buf *b)
{
	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		buf_format(b, "%s%s", i == 0 ? "needs a restart: " : ", ",
		    table_clean(a, node_text(node_at(list, i), "?")));
	if (list != NULL && list->count > 0)
		buf_byte(b, '\n');
}

void
record_write_changes(struct arena *a, const struct ep_node *document,
    bool has_colours, struct buf *b)
{
	static const struct table_column columns[] = { { "MODULE", false },
		{ "CHANGE", false }, { NULL, false } };
	const struct ep_node *list = node_get(document, "changes");
	struct table *t = table_new(a, columns);

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		table_add(t, "%s",
		    node_text(node_get(node_at(list, i), "module"), "?"));
		table_add(t, "%s", record_change(a, node_at(list, i)));
	}
	if (list != NULL && list->count > 0)
		table_write(t, has_colours, b);
	breaking(a, list, has_colours, b);
	restart(a, node_get(document, "restart"), b);
}
