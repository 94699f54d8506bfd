/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/sweep.h"

#include "core/operation/snapshot.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS_MAX (BOARD_PROCESSES * BOARD_HELD + 8)
#define BUILDS_MAX 4096

struct use {
	struct arena *arena;
	uint64_t numbers[NUMBERS_MAX];
	unsigned n_numbers;
	const char *builds[BUILDS_MAX];
	unsigned n_builds;
};

static void
add_number(struct use *u, uint64_t number)
{
	for (unsigned i = 0; i < u->n_numbers; i++)
		if (u->numbers[i] == number)
			return;
	if (number != 0 && u->n_numbers < NUMBERS_MAX)
		u->numbers[u->n_numbers++] = number;
}

/* Of the documents; what is being written has another ending. */
static uint64_t
newest(struct arena *a, const char *state)
{
	DIR *d = opendir(arena_format(a, "%s/generations", state));
	const struct dirent *e;
	uint64_t most = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		char *end;
		unsigned long long n = strtoull(e->d_name, &end, 10);

		if (end != e->d_name && strcmp(end, ".json") == 0 && n > most)
			most = n;
	}
	if (d != NULL)
		(void)closedir(d);
	return most;
}

static void
add_numbers(struct use *u, const struct process *p)
{
	const struct board *b = p->host.board;

	add_number(u, p->setup->generation);
	add_number(u, atomic_load(&b->candidate));
	add_number(u, atomic_load(&b->active_generation));
	add_number(u, atomic_load(&b->previous));
	for (unsigned s = 0; s < BOARD_PROCESSES; s++)
		for (unsigned r = 0; r < BOARD_HELD; r++)
			add_number(u, atomic_load(&b->slots[s].held[r].number));
	add_number(u, newest(u->arena, p->setup->plan->state));
}

/* False: it cannot be known what is in use. */
static bool
add_builds(struct use *u, struct process *p, uint64_t number)
{
	const struct ep_node *doc = NULL, *list;
	struct err ignored = { 0 };

	if (process_document(p, number, u->arena, &doc, &ignored) != EP_OK)
		return false;
	list = node_get(doc, "modules");
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		if (u->n_builds == BUILDS_MAX)
			return false;
		u->builds[u->n_builds++] =
		    node_text(node_get(node_at(list, i), "sha256"), "");
	}
	return true;
}

void
sweep(struct process *p)
{
	struct arena *a = arena_new(65536);
	struct use *u = arena_alloc(a, sizeof *u);
	bool is_known = true;

	u->arena = a;
	add_numbers(u, p);
	for (unsigned i = 0; is_known && i < u->n_numbers; i++)
		is_known = add_builds(u, p, u->numbers[i]);
	if (is_known)
		snapshots_sweep(p->setup->plan->state, u->builds, u->n_builds);
	arena_free(&a);
}
