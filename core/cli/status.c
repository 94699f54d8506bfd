/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/command.h"
#include "core/cli/modules.h"
#include "core/cli/record.h"

#include "core/base/json.h"

#include <stdio.h>
#include <string.h>

static long long
number(const struct ep_node *n, const char *name)
{
	return (long long)node_int(node_get(n, name), 0);
}

static const char *
text(const struct ep_node *n, const char *name)
{
	return node_text(node_get(n, name), "?");
}

static void
head(const struct ep_node *n)
{
	bool has_colours = paint_is_on(stdout);
	bool is_ready = node_bool(node_get(n, "ready"), false);
	enum paint p = is_ready ? PAINT_GOOD : PAINT_BAD;

	(void)printf("entrepot %s, %s mode, generation %lld, %s%s%s, up %lld s",
	    text(n, "version"), text(n, "mode"), number(n, "generation"),
	    paint_begin(p, has_colours), is_ready ? "ready" : "not ready",
	    paint_end(p, has_colours), number(n, "uptime_s"));
	if (number(n, "candidate") != 0 &&
	    number(n, "candidate") != number(n, "generation"))
		(void)printf(", generation %lld is being prepared",
		    number(n, "candidate"));
	(void)fputs("\n\n", stdout);
}

/* "7", "7 and 8 preparing": what the worker holds. */
static const char *
held(struct arena *a, const struct ep_node *w)
{
	const struct ep_node *list = node_get(w, "held");
	const char *out = "";

	if (list == NULL || list->count == 0)
		return arena_format(a, "%lld", number(w, "generation"));
	for (uint32_t i = 0; i < list->count; i++) {
		const struct ep_node *h = node_at(list, i);
		const char *is = text(h, "state");

		out = arena_format(a, "%s%s%lld%s%s", out, i > 0 ? ", " : "",
		    number(h, "generation"),
		    strcmp(is, "ready") != 0 ? " " : "",
		    strcmp(is, "ready") != 0 ? is : "");
	}
	return out;
}

static const char *
busy_with(struct arena *a, const struct ep_node *w)
{
	const char *is = text(w, "state");

	if (node_get(w, "phase") == NULL)
		return is;
	return arena_format(a, "%s, %s%s%s", is, text(w, "phase"),
	    node_get(w, "phase_module") != NULL ? " of " : "",
	    node_text(node_get(w, "phase_module"), ""));
}

static void
workers(struct arena *a, const struct ep_node *list)
{
	static const struct table_column columns[] = { { "WORKER", true },
		{ "ROLE", false }, { "PID", true }, { "STATE", false },
		{ "GENERATION", false }, { "CONNECTIONS", true },
		{ "REQUESTS", true }, { "5XX", true }, { "IMAGES", true },
		{ "RETAINED", true }, { NULL, false } };
	static const char *const counts[] = { "connections", "requests",
		"responses_5xx", "images", "retained" };
	struct table *t = table_new(a, columns);

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct ep_node *w = node_at(list, i);
		bool is_ready = strcmp(text(w, "state"), "ready") == 0;

		table_add(t, "%lld", number(w, "worker"));
		table_add(t, "%s", node_text(node_get(w, "role"), "worker"));
		table_add(t, "%lld", number(w, "pid"));
		table_paint(t, is_ready ? PAINT_GOOD : PAINT_WARN,
		    busy_with(a, w));
		table_add(t, "%s", held(a, w));
		for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
			table_add(t, "%lld", number(w, counts[k]));
	}
	table_print(t, stdout, "no worker runs");
	(void)fputc('\n', stdout);
}

static void
modules(struct arena *a, const struct ep_node *list)
{
	static const struct table_column columns[] = { { "MODULE", false },
		{ "VERSION", false }, { "HASH", false }, { "STATE", false },
		{ "REQUESTS", true }, { "ERRORS", true }, { "CPU S", true },
		{ "PEAK KB", true }, { "IMAGES", true }, { NULL, false } };
	struct table *t = table_new(a, columns);

	for (uint32_t i = 0; i < list->count; i++) {
		const struct ep_node *m = node_at(list, i);

		table_add(t, "%s", text(m, "module"));
		table_add(t, "%s", text(m, "version"));
		table_add(t, "%s", text(m, "hash"));
		table_paint(t, module_paint(text(m, "state")),
		    text(m, "state"));
		table_add(t, "%lld", number(m, "requests"));
		table_add(t, "%lld", number(m, "errors"));
		table_add(t, "%.3f", (double)number(m, "cpu_ms") / 1e3);
		table_add(t, "%lld",
		    (number(m, "memory_peak_bytes") + 1023) / 1024);
		table_add(t, "%lld", number(m, "images"));
	}
	table_print(t, stdout, "no module is configured");
	(void)fputc('\n', stdout);
}

static void
last_reload(struct arena *a, const struct ep_node *r)
{
	const char *reason = node_text(node_get(r, "reason"), "");
	const char *phases = record_phases(a, r);

	if (r == NULL)
		return;
	(void)printf("last %s: %s %s", text(r, "kind"), record_when(a, r),
	    text(r, "result"));
	if (node_get(r, "to") != NULL)
		(void)printf(", %lld -> %lld", number(r, "from"),
		    number(r, "to"));
	(void)printf(", %s ms%s%s%s", record_took(a, r),
	    *phases != '\0' ? " (" : "", phases, *phases != '\0' ? ")" : "");
	if (strcmp(record_who(a, r), "-") != 0)
		(void)printf(", by %s", record_who(a, r));
	if (*reason != '\0')
		(void)printf(": %s", table_clean(a, reason));
	(void)fputc('\n', stdout);
	if (node_get(r, "error") != NULL)
		(void)printf("  %s\n", table_clean(a, record_failure(a, r)));
}

static void
unhealthy(struct arena *a, const struct ep_node *list)
{
	bool has_colours = paint_is_on(stdout);

	for (uint32_t i = 0; list != NULL && i < list->count; i++)
		(void)printf("%sunhealthy%s: %s: %s\n",
		    paint_begin(PAINT_BAD, has_colours),
		    paint_end(PAINT_BAD, has_colours),
		    table_clean(a, text(node_at(list, i), "module")),
		    table_clean(a, text(node_at(list, i), "detail")));
}

static void
print(struct arena *a, const struct ep_node *n)
{
	const struct ep_node *store = node_get(n, "store");

	head(n);
	workers(a, node_get(n, "workers"));
	modules(a, node_get(n, "modules"));
	unhealthy(a, node_get(n, "unhealthy"));
	last_reload(a, node_at(node_get(n, "reloads"), 0));
	(void)printf("store %s%s: %lld commits, %lld on disk, %lld syncs; "
		     "workers restarted: %lld\n",
	    text(store, "kind"),
	    node_bool(node_get(store, "failed"), false)
		? " (FAILED: restart the host)"
		: "",
	    number(store, "commits"), number(store, "synced"),
	    number(store, "syncs"), number(n, "worker_restarts"));
}

int
command_status(const struct command_line *line)
{
	const struct ep_node *n = NULL;
	struct err err = { 0 };
	struct arena *a = arena_new(65536);
	struct buf b = { 0 };
	char state[4096];
	ep_status st = path_state(line, state, sizeof state, &err);

	if (st == EP_OK)
		st = status_read(a, state, &n, &err);
	if (st != EP_OK) {
		(void)fprintf(stderr, "entrepot status: %s\n", err.text);
	} else if (line->json) {
		json_write_pretty(&b, n);
		(void)printf("%.*s\n", (int)buf_length(&b), buf_data(&b));
	} else {
		print(a, n);
	}
	buf_fini(&b);
	arena_free(&a);
	return st == EP_OK ? 0 : 1;
}
