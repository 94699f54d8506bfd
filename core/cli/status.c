/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/cli/client.h"
#include "core/cli/command.h"

#include "core/base/json.h"

#include <stdio.h>

static void
table(const struct ep_node *n)
{
	const struct ep_node *workers = node_get(n, "workers");
	const struct ep_node *modules = node_get(n, "modules");
	const struct ep_node *store = node_get(n, "store");

	(void)printf("entrepot %s, %s mode, generation %lld, %s, up %lld s\n\n",
	    node_text(node_get(n, "version"), "?"),
	    node_text(node_get(n, "mode"), "?"),
	    (long long)node_int(node_get(n, "generation"), 0),
	    node_bool(node_get(n, "ready"), false) ? "ready" : "not ready",
	    (long long)node_int(node_get(n, "uptime_s"), 0));
	(void)printf("%-8s%-10s%-10s%12s%12s\n", "WORKER", "PID", "STATE",
	    "CONNECTIONS", "REQUESTS");
	for (uint32_t i = 0; workers != NULL && i < workers->count; i++) {
		const struct ep_node *w = node_at(workers, i);

		(void)printf("%-8lld%-10lld%-10s%12lld%12lld\n",
		    (long long)node_int(node_get(w, "worker"), 0),
		    (long long)node_int(node_get(w, "pid"), 0),
		    node_text(node_get(w, "state"), "?"),
		    (long long)node_int(node_get(w, "connections"), 0),
		    (long long)node_int(node_get(w, "requests"), 0));
	}
	(void)printf("\n%-20s%-10s%-10s%-10s%s\n", "MODULE", "VERSION", "STATE",
	    "SIGNED", "SHA-256");
	for (uint32_t i = 0; modules != NULL && i < modules->count; i++) {
		const struct ep_node *m = node_at(modules, i);

		(void)printf("%-20s%-10s%-10s%-10s%.16s\n",
		    node_text(node_get(m, "module"), "?"),
		    node_text(node_get(m, "version"), "?"),
		    node_text(node_get(m, "state"), "?"),
		    node_text(node_get(m, "signature"), "?"),
		    node_text(node_get(m, "sha256"), "?"));
	}
	(void)printf("\nstore %s%s: %lld commits, %lld on disk, %lld syncs; "
		     "workers restarted: %lld\n",
	    node_text(node_get(store, "kind"), "?"),
	    node_bool(node_get(store, "failed"), false)
		? " (FAILED: restart the host)"
		: "",
	    (long long)node_int(node_get(store, "commits"), 0),
	    (long long)node_int(node_get(store, "synced"), 0),
	    (long long)node_int(node_get(store, "syncs"), 0),
	    (long long)node_int(node_get(n, "worker_restarts"), 0));
}

static ep_status
show(struct client *c, struct arena *a, bool json, struct err *err)
{
	struct client_answer answer;
	const struct ep_node *n = NULL;

	EP_TRY(client_send(c, "GET", "/v1/host/status", NULL, 0, err));
	EP_TRY(client_read(c, &answer, err));
	if (json) {
		(void)printf("%.*s\n", (int)answer.length, answer.body);
		return EP_OK;
	}
	EP_TRY(json_parse_copy(a, answer.body, answer.length, &n, err));
	table(n);
	return EP_OK;
}

int
command_status(const struct command_line *line)
{
	struct client *c = NULL;
	struct err err = { 0 };
	struct arena *a = arena_new(16384);
	char state[4096];
	ep_status st;

	st = path_state(line, state, sizeof state, &err);
	if (st == EP_OK)
		st = client_open(state, &c, &err);
	if (st == EP_OK)
		st = show(c, a, line->json, &err);
	if (st != EP_OK)
		(void)fprintf(stderr, "entrepot status: %s\n", err.text);
	client_close(&c);
	arena_free(&a);
	return st == EP_OK ? 0 : 1;
}
