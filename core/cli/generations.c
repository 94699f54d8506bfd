/* SPDX-License-Identifier: BSD-2-Clause */

/* Reads STATE/generations itself, so that it tells of a host that does not
 * run as well. */

#include "core/cli/client.h"
#include "core/cli/command.h"
#include "core/cli/record.h"
#include "core/cli/table.h"

#include "core/base/file.h"
#include "core/base/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 30 /* unless --all */

struct history {
	struct arena *arena;
	const char *state;
	struct ep_node *records; /* the newest first */
	uint32_t unreadable;     /* lines that are no JSON */
	uint32_t hidden;
	int64_t active; /* generation of the running host; 0: none runs */
};

/* Whatever runs there tells which generation is active. */
static int64_t
active(struct arena *a, const char *state)
{
	struct client *c = NULL;
	struct client_answer answer;
	const struct ep_node *n = NULL;
	struct err ignored = { 0 };
	int64_t number = 0;

	if (client_open(state, &c, &ignored) == EP_OK &&
	    client_send(c, "GET", "/v1/host/status", NULL, 0, &ignored) ==
		EP_OK &&
	    client_read(c, &answer, &ignored) == EP_OK &&
	    json_parse_copy(a, answer.body, answer.length, &n, &ignored) ==
		EP_OK)
		number = node_int(node_get(n, "generation"), 0);
	client_close(&c);
	return number;
}

/* A line of the history with what its generation's document adds. */
static const struct ep_node *
complete(struct history *h, const struct ep_node *line)
{
	struct ep_node *n = node_copy(h->arena, line);
	int64_t to = node_int(node_get(n, "to"), 0);
	const struct ep_node *d = to > 0
	    ? record_document(h->arena, h->state, (uint64_t)to)
	    : NULL;

	if (node_get(d, "changes") != NULL)
		(void)node_set(h->arena, n, "changes", node_get(d, "changes"));
	(void)node_set_bool(h->arena, n, "active",
	    to > 0 && to == h->active &&
		strcmp(node_text(node_get(n, "result"), ""), "done") == 0);
	return n;
}

static void
take(struct history *h, const char *text, size_t length)
{
	const struct ep_node *n = NULL;
	struct err ignored = { 0 };

	if (length == 0)
		return;
	if (json_parse_copy(h->arena, text, length, &n, &ignored) != EP_OK ||
	    n->type != EP_T_OBJECT)
		h->unreadable++;
	else
		(void)node_append(h->arena, h->records, complete(h, n));
}

/* The newest stand last in the file; a last line without its end is still
 * being written. */
static void
read_back(struct history *h, const char *text, size_t length, bool is_all)
{
	const char *end = text + length;

	while (end > text && end[-1] != '\n')
		end--;
	while (end > text) {
		const char *line = --end; /* at the newline */

		while (line > text && line[-1] != '\n')
			line--;
		if (is_all || h->records->count < SHOWN)
			take(h, line, (size_t)(end - line));
		else
			h->hidden++;
		end = line;
	}
}

static enum paint
paint(const char *result)
{
	if (strcmp(result, "done") == 0)
		return PAINT_GOOD;
	if (strcmp(result, "aborted") == 0 || strcmp(result, "refused") == 0)
		return PAINT_BAD;
	return PAINT_NONE;
}

static const char *
numbers(struct history *h, const struct ep_node *r)
{
	int64_t from = node_int(node_get(r, "from"), 0);
	int64_t to = node_int(node_get(r, "to"), 0);
	int64_t source = node_int(node_get(r, "source"), 0);
	const char *copy = source > 0
	    ? arena_format(h->arena, " (as %lld)", (long long)source)
	    : "";

	if (to == 0)
		return arena_format(h->arena, "%lld%s", (long long)from, copy);
	if (from == 0)
		return arena_format(h->arena, "-> %lld%s", (long long)to, copy);
	return arena_format(h->arena, "%lld -> %lld%s", (long long)from,
	    (long long)to, copy);
}

static const char *
words(struct history *h, const struct ep_node *r)
{
	const char *reason = node_text(node_get(r, "reason"), "");
	const char *failure = node_get(r, "error") != NULL
	    ? record_failure(h->arena, r)
	    : "";

	if (*failure == '\0')
		return reason;
	return *reason == '\0'
	    ? failure
	    : arena_format(h->arena, "%s; %s", reason, failure);
}

static void
add(struct history *h, struct table *t, const struct ep_node *r)
{
	const char *result = node_text(node_get(r, "result"), "?");
	int64_t to = node_int(node_get(r, "to"), 0);

	table_paint(t, PAINT_GOOD,
	    node_bool(node_get(r, "active"), false) ? "*" : "");
	table_add(t, "%s",
	    to > 0 ? arena_format(h->arena, "%lld", (long long)to) : "-");
	table_add(t, "%s", record_when(h->arena, r));
	table_add(t, "%s", record_who(h->arena, r));
	table_add(t, "%s", node_text(node_get(r, "kind"), "?"));
	table_paint(t, paint(result), result);
	table_add(t, "%s", numbers(h, r));
	table_add(t, "%s", record_changes(h->arena, r));
	table_add(t, "%lld", (long long)node_int(node_get(r, "took_ms"), 0));
	table_add(t, "%s", record_phases(h->arena, r));
	table_add(t, "%s", words(h, r));
}

static void
print(struct history *h)
{
	static const struct table_column columns[] = { { "", false },
		{ "NUMBER", true }, { "WHEN", false }, { "WHO", false },
		{ "KIND", false }, { "RESULT", false }, { "FROM -> TO", false },
		{ "CHANGED", false }, { "MS", true }, { "STEPS", false },
		{ "WHY", false }, { NULL, false } };
	struct table *t = table_new(h->arena, columns);

	for (uint32_t i = 0; i < h->records->count; i++)
		add(h, t, node_at(h->records, i));
	table_print(t, stdout, "no generation was made there yet");
	if (h->hidden > 0)
		(void)printf("%u older: entrepot generations --all\n",
		    h->hidden);
	if (h->active == 0)
		(void)puts("no host is running there");
	if (h->unreadable > 0)
		(void)fprintf(stderr,
		    "entrepot generations: %u line%s of the history cannot be "
		    "read\n",
		    h->unreadable, h->unreadable == 1 ? "" : "s");
}

static void
print_json(struct history *h)
{
	struct ep_node *n = node_new(h->arena, EP_T_OBJECT);
	struct buf b = { 0 };

	(void)node_set(h->arena, n, "active",
	    h->active > 0 ? node_new_int(h->arena, h->active)
			  : node_new(h->arena, EP_T_NULL));
	(void)node_set(h->arena, n, "reloads", h->records);
	json_write_pretty(&b, n);
	(void)fwrite(buf_data(&b), 1, buf_length(&b), stdout);
	(void)fputc('\n', stdout);
	buf_fini(&b);
}

int
command_generations(const struct command_line *line)
{
	struct history h = { .arena = arena_new(65536) };
	struct err err = { 0 };
	char state[4096];
	char *text = NULL;
	size_t length = 0;
	ep_status st = path_state(line, state, sizeof state, &err);

	if (st == EP_OK)
		st = file_read(h.arena,
		    arena_format(h.arena, "%s/generations/history.jsonl",
			state),
		    64u << 20, &text, &length, &err);
	if (st == EP_NOT_FOUND)
		(void)fprintf(stderr,
		    "entrepot generations: %s: no host has run there; start "
		    "it with entrepot serve, or name its folder by "
		    "ENTREPOT_STATE\n",
		    state);
	else if (st != EP_OK)
		(void)fprintf(stderr, "entrepot generations: %s\n", err.text);
	if (st == EP_OK) {
		h.state = state;
		h.records = node_new(h.arena, EP_T_ARRAY);
		h.active = active(h.arena, state);
		read_back(&h, text, length, line->all);
		if (line->json)
			print_json(&h);
		else
			print(&h);
	}
	arena_free(&h.arena);
	return st == EP_OK ? 0 : 1;
}
