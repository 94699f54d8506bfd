/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/health.h"

#include "core/base/clock.h"
#include "core/operation/instance.h"
#include "core/operation/pin.h"

#include <stdio.h>
#include <string.h>

/* Counted anew each time: a process that died took its own away. */
static void
count(struct board *b)
{
	uint64_t n = 0;

	for (unsigned m = 0; m < BOARD_MODULES; m++)
		for (unsigned p = 0; p < b->workers + b->spares; p++)
			n += atomic_load(&b->process[p].usage[m].unhealthy);
	atomic_store(&b->unhealthy, n);
}

static void
tell(struct instance *i, const struct err *err)
{
	struct log_context about = { .module = i->name };
	struct ep_arg fields[] = { { "error", ep_text(err->code) },
		{ "detail", ep_text(err->text) } };
	bool is_unwell = err->status != EP_OK;

	if (is_unwell == i->is_unwell)
		return;
	i->is_unwell = is_unwell;
	log_write(i->host->log, is_unwell ? EP_WARN : EP_INFO, &about,
	    is_unwell ? "module_unwell" : "module_well", fields,
	    is_unwell ? 2 : 0);
}

/* Words first: who sees the flag finds them whole. */
static void
show(struct instance *i, const struct err *err)
{
	struct board_usage *u = i->usage;

	if (u == NULL)
		return;
	if (err->status == EP_OK) {
		atomic_store(&u->unhealthy, 0);
		return;
	}
	if (atomic_load(&u->unhealthy) != 0) {
		if (strncmp(u->words, err->text, sizeof u->words - 1) == 0)
			return;
		atomic_store(&u->unhealthy, 0);
	}
	(void)snprintf(u->words, sizeof u->words, "%.*s",
	    (int)sizeof u->words - 1, err->text);
	atomic_store(&u->unhealthy, 1);
}

static bool
has_row(const struct generation *g, int row)
{
	for (unsigned n = 0; n < g->n_instances; n++)
		if (g->instances[n]->usage_row == row)
			return true;
	return false;
}

/* What a module said that is no longer in the configuration. */
static void
forget_others(const struct generation *g)
{
	struct board_usage *usage =
	    g->host->board->process[g->host->slot].usage;

	for (int row = 0; row < BOARD_MODULES; row++)
		if (atomic_load(&usage[row].unhealthy) != 0 && !has_row(g, row))
			atomic_store(&usage[row].unhealthy, 0);
}

bool
health_check(struct generation *g)
{
	struct board *b = g->host->board;
	bool is_well = true;

	pin_take(g);
	for (unsigned n = 0; n < g->n_instances; n++) {
		struct instance *i = g->instances[n];
		struct err err = { 0 };

		/* One that could not be asked has not said anything. */
		if (instance_call(g, i, PHASE_HEALTH, &err) == EP_CANCELLED) {
			is_well = false;
			break;
		}
		tell(i, &err);
		show(i, &err);
		is_well = is_well && err.status == EP_OK;
	}
	forget_others(g);
	pin_give(g);
	count(b);
	return is_well;
}

bool
health_next(struct board *b, unsigned *row, const char **module_out,
    char words[BOARD_WORDS_ROOM])
{
	unsigned n = b->workers + b->spares;

	if (atomic_load_explicit(&b->unhealthy, memory_order_relaxed) == 0)
		return false;
	for (; *row < BOARD_MODULES * n; (*row)++) {
		struct board_usage *u = &b->process[*row % n].usage[*row / n];

		if (atomic_load(&u->unhealthy) == 0)
			continue;
		*module_out = b->modules[*row / n].name;
		memcpy(words, u->words, BOARD_WORDS_ROOM);
		words[BOARD_WORDS_ROOM - 1] = '\0';
		/* The other processes' words for it are much the same. */
		*row = (*row / n + 1) * n;
		return true;
	}
	return false;
}
