/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The supervisor's decisions in a world of their own (decide_world.c):
 * decide() sees what children.c would show it and what it says is done as
 * reload.c does it, with the world going on in between.  After each step the
 * promises are looked at; then the world becomes quiet and everything has to
 * settle.
 *
 * SEED=n repeats a run.  Each rule of enum decide_rule is switched off once:
 * a promise has to be broken then.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/decide_world.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

#define MESSY_STEPS 1500
#define QUIET_US ((int64_t)200 * 1000 * MS)

static unsigned
versions(const struct worker *p)
{
	unsigned n = 0;

	for (unsigned i = 0; i < BOARD_HELD; i++)
		n += p->rows[i].number != 0 && p->rows[i].state != HELD_FAILED;
	return n;
}

/* Time is given from when it is known that nobody wants it. */
static void
check_overdue(struct world *w, unsigned slot)
{
	for (unsigned i = 0; i < BOARD_HELD; i++) {
		const struct row *r = &w->workers[slot].rows[i];

		if (r->number != 0 && r->unwanted_us != 0 &&
		    w->now - r->unwanted_us > 2 * ALLOWED_US + 2000 * MS)
			world_broken(w, "what is not wanted goes in time",
			    slot);
	}
}

static void
check_step(struct world *w)
{
	unsigned n_listen = 0, n_heirs = 0, lost = BOARD_PROCESSES;

	for (unsigned i = 0; i < w->d.n_slots; i++) {
		const struct decide_slot *s = &w->d.slots[i];

		n_listen += s->listens;
		n_heirs += s->heir != BOARD_PROCESSES;
		if (s->listens && !w->v.slots[i].is_alive &&
		    w->workers[i].has_died)
			lost = i;
		if (versions(&w->workers[i]) > 3)
			world_broken(w, "a worker has three versions at most",
			    i);
		check_overdue(w, i);
	}
	if (n_listen != w->d.workers + n_heirs)
		world_broken(w, "as many listen as should", n_listen);
	for (unsigned i = 0; i < w->d.n_slots && lost < BOARD_PROCESSES; i++)
		if (!w->d.slots[i].listens && !w->d.slots[i].is_leaving &&
		    !w->v.slots[i].is_draining &&
		    view_holds(&w->v.slots[i], w->d.active, HELD_READY))
			world_broken(w, "a spare takes the place of the dead",
			    lost);
	if (!w->d.is_running && w->candidate != 0)
		world_broken(w, "without a reload there is no candidate", 0);
	if (w->d.active != w->active || w->d.candidate != w->candidate)
		world_broken(w, "decision and board say the same", 0);
}

/* The host may stop at any moment: what runs is answered, and nothing is
 * left of it before its commit.  The world itself goes on. */
static void
check_stop(struct world *w)
{
	static struct world stopped;

	stopped = *w;
	decide_stop(&stopped.d, &stopped.actions);
	for (unsigned i = 0; i < stopped.actions.n; i++)
		world_act(&stopped, &stopped.actions.list[i]);
	if (stopped.begun != stopped.ended || stopped.d.is_running)
		world_broken(&stopped, "a host that stops answers", 0);
	if (stopped.candidate != 0)
		world_broken(&stopped, "a host that stops withdraws", 0);
	if (stopped.active != w->active)
		world_broken(&stopped, "a host that stops commits nothing", 0);
	memcpy(w->broken, stopped.broken, sizeof w->broken);
}

static void
step(struct world *w)
{
	world_look(w);
	/* The world goes on while it is decided. */
	if (world_under(w, 2) == 0)
		world_step(w);
	decide(&w->d, &w->v, &w->actions);
	for (unsigned i = 0; i < w->actions.n; i++)
		world_act(w, &w->actions.list[i]);
	check_step(w);
	check_stop(w);
	world_step(w);
}

static bool
is_settled(struct world *w)
{
	unsigned n = 0;

	for (unsigned i = 0; i < w->d.n_slots; i++) {
		struct worker *p = &w->workers[i];

		n += p->accepts;
		if (!p->is_alive || p->is_termed || versions(p) != 1 ||
		    !world_holds(p, w->active))
			return false;
	}
	return n == w->d.workers && !w->d.is_running && !w->has_order &&
	    w->candidate == 0;
}

static void
settle(struct world *w, const char *promise)
{
	int64_t until = w->now + QUIET_US;

	while (w->broken[0] == '\0' && !is_settled(w) && w->now < until)
		step(w);
	if (!is_settled(w))
		world_broken(w, promise, 0);
}

/* A messy time, a quiet one, and a reload that has to come through. */
static void
run(struct world *w, uint32_t seed, unsigned without)
{
	world_init(w, seed, without);
	for (unsigned i = 0; i < MESSY_STEPS && w->broken[0] == '\0'; i++)
		step(w);
	w->is_quiet = true;
	settle(w, "what is left alone settles");
	if (w->broken[0] != '\0')
		return;
	seed = (uint32_t)w->active;
	w->has_order = true;
	step(w);
	settle(w, "a good reload ends");
	if (w->active == seed)
		world_broken(w, "a good reload is done", 0);
}

/* Where everybody stands. */
static void
tell(const struct world *w)
{
	print_message("active %llu candidate %llu, phase %u%s of %llu\n",
	    (unsigned long long)w->active, (unsigned long long)w->candidate,
	    w->d.phase, w->d.is_running ? "" : " (ended)",
	    (unsigned long long)w->d.number);
	for (unsigned i = 0; i < w->d.n_slots; i++) {
		const struct worker *p = &w->workers[i];
		const struct decide_slot *s = &w->d.slots[i];

		print_message("slot %u:%s%s%s%s%s%s retained %u, heir %u:", i,
		    p->is_alive ? " alive" : " dead",
		    p->accepts ? " accepts" : "", p->is_termed ? " termed" : "",
		    p->hangs_us != 0 ? " hangs" : "",
		    s->listens ? " listens" : "",
		    s->is_leaving ? " leaves" : "", p->retained, s->heir);
		for (unsigned k = 0; k < BOARD_HELD; k++)
			if (p->rows[k].number != 0)
				print_message(" [%llu state %u pins %u%s]",
				    (unsigned long long)p->rows[k].number,
				    p->rows[k].state, p->rows[k].pins,
				    p->rows[k].is_endless ? " endless" : "");
		print_message("\n");
	}
}

static unsigned
rounds(void)
{
	const char *size = getenv("ENTREPOT_TEST_SIZE");

	return size != NULL && strcmp(size, "full") == 0 ? 5000 : 500;
}

static void
promises_are_kept(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	uint32_t seed = suite_seed();
	unsigned done = 0, aborted = 0;

	(void)state;
	assert_non_null(w);
	for (unsigned i = 0; i < rounds(); i++) {
		uint32_t now = seed;

		run(w, seed, 0);
		done += w->done;
		aborted += w->aborted;
		if (w->broken[0] != '\0')
			tell(w);
		if (w->broken[0] != '\0')
			fail_msg("SEED=%u: not kept: %s", now, w->broken);
		(void)suite_random(&seed);
	}
	print_message("%u reloads done, %u aborted\n", done, aborted);
	assert_true(done > rounds() && aborted > rounds());
	free(w);
}

/* A promise that no rule stands behind would not be noticed either. */
static void
every_rule_is_needed(void **state)
{
	static const struct {
		unsigned rule;
		const char *name;
	} rules[] = { { RULE_SPARES, "spares" }, { RULE_PREPARED, "prepared" },
		{ RULE_PLACE, "place" }, { RULE_WITHDRAW, "withdraw" },
		{ RULE_REPLACE, "replace" }, { RULE_HEIR, "heir" },
		{ RULE_OVERDUE, "overdue" } };
	struct world *w = calloc(1, sizeof *w);
	uint32_t seed = suite_seed();

	(void)state;
	assert_non_null(w);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		unsigned n = 0;

		do {
			run(w, seed, rules[i].rule);
			(void)suite_random(&seed);
		} while (w->broken[0] == '\0' && ++n < 300);
		print_message("without %s, after %u rounds: %s\n",
		    rules[i].name, n, w->broken);
		assert_true(w->broken[0] != '\0');
	}
	free(w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(promises_are_kept),
		cmocka_unit_test(every_rule_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
