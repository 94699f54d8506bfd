/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/modules.h"

#include "core/cli/client.h"
#include "core/cli/command.h"
#include "core/cli/record.h"

#include "core/base/json.h"

#include <stdio.h>
#include <string.h>

ep_status
status_read(struct arena *a, const char *state, const struct ep_node **out,
    struct err *err)
{
	struct client *c = NULL;
	struct client_answer answer;
	ep_status st = client_open(state, &c, err);

	if (st == EP_OK)
		st = client_send(c, "GET", "/v1/host/status", NULL, 0, err);
	if (st == EP_OK)
		st = client_read(c, &answer, err);
	if (st == EP_OK && answer.status != 200)
		st = err_set(err, EP_UNAVAILABLE, "bad_answer",
		    "the host answered %d to /v1/host/status", answer.status);
	if (st == EP_OK)
		st = json_parse_copy(a, answer.body, answer.length, out, err);
	client_close(&c);
	return st;
}

enum paint
module_paint(const char *state)
{
	if (strcmp(state, "active") == 0)
		return PAINT_GOOD;
	return strcmp(state, "failed") == 0 ? PAINT_BAD : PAINT_WARN;
}

/* What the document of that attempt says of the module. */
static void
set_attempt(struct arena *a, struct ep_node *m, const char *state,
    const struct ep_node *record)
{
	const char *name = node_text(node_get(record, "module"), "");
	const struct ep_node *list =
	    node_get(record_document(a, state,
			 (uint64_t)node_int(node_get(record, "to"), 0)),
		"modules");

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct ep_node *d = node_at(list, i);
		const char *sha256 = node_text(node_get(d, "sha256"), "");

		if (strcmp(node_text(node_get(d, "name"), ""), name) != 0)
			continue;
		(void)node_set_text(a, m, "version",
		    node_text(node_get(d, "version"), "?"));
		(void)node_set_text(a, m, "hash",
		    arena_format(a, "%.12s", sha256));
		(void)node_set_text(a, m, "sha256", sha256);
	}
}

const struct ep_node *
module_rows(struct arena *a, const char *state, const struct ep_node *status)
{
	const struct ep_node *running = node_get(status, "modules");
	const struct ep_node *last = node_at(node_get(status, "reloads"), 0);
	const char *result = node_text(node_get(last, "result"), "");
	struct ep_node *list = node_new(a, EP_T_ARRAY);
	struct ep_node *m;

	for (uint32_t i = 0; running != NULL && i < running->count; i++)
		(void)node_append(a, list, node_at(running, i));
	if (node_get(last, "module") == NULL ||
	    (strcmp(result, "aborted") != 0 && strcmp(result, "refused") != 0))
		return list;
	m = node_new(a, EP_T_OBJECT);
	(void)node_set(a, m, "module", node_get(last, "module"));
	(void)node_set_text(a, m, "state", "failed");
	(void)node_set_text(a, m, "signature", "unsigned");
	(void)node_set_text(a, m, "error", record_failure(a, last));
	set_attempt(a, m, state, last);
	(void)node_append(a, list, m);
	return list;
}

static void
print(struct arena *a, const struct ep_node *list, const char *state)
{
	static const struct table_column columns[] = { { "MODULE", false },
		{ "VERSION", false }, { "HASH", false }, { "STATE", false },
		{ "TRUST", false }, { "OPERATIONS", true }, { "IMAGES", true },
		{ "FILE", false }, { NULL, false } };
	struct table *t = table_new(a, columns);

	for (uint32_t i = 0; i < list->count; i++) {
		const struct ep_node *m = node_at(list, i);
		const char *sha256 = node_text(node_get(m, "sha256"), "");
		const char *is = node_text(node_get(m, "state"), "?");

		table_add(t, "%s", node_text(node_get(m, "module"), "?"));
		table_add(t, "%s", node_text(node_get(m, "version"), "?"));
		table_add(t, "%s", node_text(node_get(m, "hash"), "?"));
		table_paint(t, module_paint(is), is);
		table_add(t, "%s", node_text(node_get(m, "signature"), "?"));
		table_add(t, "%s",
		    node_get(m, "operations") == NULL
			? "-"
			: arena_format(a, "%lld",
			      (long long)node_int(node_get(m, "operations"),
				  0)));
		table_add(t, "%lld",
		    (long long)node_int(node_get(m, "images"), 0));
		table_add(t, "%s",
		    *sha256 == '\0'
			? "-"
			: arena_format(a, "%s/modules/%s.so", state, sha256));
	}
	table_print(t, stdout, "no module is configured");
	for (uint32_t i = 0; i < list->count; i++) {
		const struct ep_node *m = node_at(list, i);

		if (node_get(m, "error") != NULL)
			(void)printf("\n%s failed: %s\n",
			    table_clean(a,
				node_text(node_get(m, "module"), "?")),
			    table_clean(a,
				node_text(node_get(m, "error"), "?")));
	}
}

int
command_module_list(const struct command_line *line)
{
	struct arena *a = arena_new(65536);
	const struct ep_node *status = NULL, *list;
	struct err err = { 0 };
	struct buf b = { 0 };
	char state[4096];
	ep_status st = path_state(line, state, sizeof state, &err);

	if (st == EP_OK)
		st = status_read(a, state, &status, &err);
	if (st == EP_OK) {
		list = module_rows(a, state, status);
		if (line->json) {
			json_write_pretty(&b, list);
			(void)printf("%.*s\n", (int)buf_length(&b),
			    buf_data(&b));
		} else {
			print(a, list, state);
		}
	} else {
		(void)fprintf(stderr, "entrepot module list: %s\n", err.text);
	}
	buf_fini(&b);
	arena_free(&a);
	return st == EP_OK ? 0 : 1;
}
