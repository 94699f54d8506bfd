/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/unit/decide_world.h"

#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

uint32_t
world_under(struct world *w, uint32_t n)
{
	return suite_random(&w->seed) % n;
}

static bool
chance(struct world *w, uint32_t in_1000)
{
	return !w->is_quiet && world_under(w, 1000) < in_1000;
}

void
world_broken(struct world *w, const char *promise, unsigned slot)
{
	if (w->broken[0] == '\0')
		(void)snprintf(w->broken, sizeof w->broken,
		    "%s (slot %u, at %lld ms)", promise, slot,
		    (long long)(w->now / MS));
}

/* --------------------------------------------------------------- workers */

static struct row *
row_of(struct worker *p, uint64_t number)
{
	for (unsigned i = 0; i < BOARD_HELD; i++)
		if (p->rows[i].number == number)
			return &p->rows[i];
	return NULL;
}

static bool
is_wanted(const struct world *w, uint64_t number)
{
	return number == w->active || number == w->candidate;
}

bool
world_holds(const struct worker *p, uint64_t number)
{
	for (unsigned i = 0; i < BOARD_HELD; i++)
		if (p->rows[i].number == number)
			return p->rows[i].state == HELD_READY;
	return false;
}

/* All that is wanted is ready here. */
static bool
is_complete(const struct world *w, struct worker *p)
{
	return world_holds(p, w->active) &&
	    (w->candidate == 0 || world_holds(p, w->candidate));
}

static void
spawn(struct world *w, unsigned slot)
{
	struct worker *p = &w->workers[slot];
	bool wanted = p->listen_wanted, has_died = p->has_died;

	if (p->is_alive)
		world_broken(w, "a slot has one process", slot);
	memset(p, 0, sizeof *p);
	p->is_alive = true;
	p->has_died = has_died;
	p->listen_wanted = wanted;
	p->is_stubborn = chance(w, 100);
	p->born_us = w->now;
	p->boots_us = w->now + (5 + world_under(w, 200)) * MS;
}

static void
die(struct world *w, struct worker *p, bool is_foreign)
{
	bool wanted = p->listen_wanted;
	struct view_death death = {
		.is_new = true,
		.was_asked = p->is_asked,
		.is_stalled = p->hangs_us != 0 && p->is_killed && !p->is_asked,
		.is_foreign = is_foreign,
		.was_ready = p->was_ready,
		.lived_us = w->now - p->born_us,
		.phase = p->phase,
		.phase_of = p->phase_of,
	};

	memset(p, 0, sizeof *p);
	p->listen_wanted = wanted;
	p->has_died = true;
	p->death = death;
}

/* What it prepares has come to its end, whichever that is. */
static void
prepared(struct world *w, unsigned slot, struct row *r)
{
	struct worker *p = &w->workers[slot];
	enum fate fate = w->fates[r->number % GENERATIONS];

	if (w->is_quiet || w->victims[r->number % GENERATIONS] != slot)
		fate = FATE_GOOD;
	switch (fate) {
	case FATE_WAIT:
		return;
	case FATE_HANG:
		p->hangs_us = w->now;
		return;
	case FATE_CRASH:
		die(w, p, false);
		return;
	case FATE_FAIL:
		r->state = HELD_FAILED;
		break;
	case FATE_GOOD:
		r->state = HELD_READY;
		break;
	}
	p->phase = PHASE_NONE;
	p->phase_of = 0;
}

static void
begin_row(struct world *w, struct worker *p, uint64_t number)
{
	struct row *r = row_of(p, 0);

	if (number == 0 || row_of(p, number) != NULL || r == NULL)
		return;
	*r = (struct row){ .number = number,
		.state = HELD_PREPARING,
		.until = w->now + (1 + world_under(w, 300)) * MS };
	p->phase = PHASE_START;
	p->phase_of = number;
}

static void
step_rows(struct world *w, unsigned slot)
{
	struct worker *p = &w->workers[slot];
	bool is_busy = false;

	for (unsigned i = 0; i < BOARD_HELD && p->is_alive; i++) {
		struct row *r = &p->rows[i];

		if (r->number == 0)
			continue;
		if (is_wanted(w, r->number))
			r->unwanted_us = 0;
		else if (r->unwanted_us == 0)
			r->unwanted_us = w->now;
		if (r->state == HELD_PREPARING && r->unwanted_us != 0) {
			memset(r, 0, sizeof *r);
			p->phase = PHASE_NONE;
		} else if (r->state == HELD_PREPARING) {
			is_busy = true;
			if (w->now >= r->until)
				prepared(w, slot, r);
		} else if (r->unwanted_us != 0 && r->state == HELD_FAILED) {
			memset(r, 0, sizeof *r);
		} else if (r->unwanted_us != 0 && r->state == HELD_READY &&
		    r->pins == 0) {
			r->state = HELD_STOPPING;
			r->until = w->now + world_under(w, 50) * MS;
		} else if (r->state == HELD_STOPPING && w->now >= r->until) {
			memset(r, 0, sizeof *r);
			p->retained += chance(w, 300) ? 1 + world_under(w, 20)
						      : 0;
		}
	}
	if (!p->is_alive || is_busy || p->hangs_us != 0)
		return;
	begin_row(w, p, w->active);
	if (p->phase == PHASE_NONE)
		begin_row(w, p, w->candidate);
}

/* Requests come to the generation that is active, and go. */
static void
step_requests(struct world *w, unsigned slot)
{
	struct worker *p = &w->workers[slot];
	struct row *r = row_of(p, w->active);

	for (unsigned i = 0; i < BOARD_HELD; i++) {
		struct row *each = &p->rows[i];

		while (each->pins > (each->is_endless ? 1 : 0) &&
		    world_under(w, 3) != 0)
			each->pins--;
	}
	if (!p->accepts)
		return;
	if (r == NULL || r->state != HELD_READY) {
		world_broken(w, "who accepts has the active generation", slot);
		return;
	}
	r->pins += world_under(w, 3);
	if (r->pins > 0 && chance(w, 2))
		r->is_endless = true;
}

/* As worker.c does it: listening is said first, then it is looked again. */
static void
step_listener(struct world *w, struct worker *p)
{
	if (p->is_listening && !p->accepts) {
		p->accepts = is_complete(w, p);
		p->is_listening = p->accepts;
	} else if (p->listen_wanted && !p->is_listening) {
		p->is_listening = is_complete(w, p);
	} else if (!p->listen_wanted && p->is_listening) {
		p->is_listening = p->accepts = false;
	}
	p->was_ready = p->was_ready || world_holds(p, w->active);
}

static void
step_worker(struct world *w, unsigned slot)
{
	struct worker *p = &w->workers[slot];
	const struct row *active;

	if (!p->is_alive)
		return;
	if (p->hangs_us != 0 && w->now - p->hangs_us > STALL_US)
		p->is_killed = true;
	if (p->is_killed || chance(w, 1)) {
		die(w, p, !p->is_killed);
		return;
	}
	if (p->hangs_us != 0 || w->now < p->boots_us)
		return;
	if (p->is_termed) {
		p->is_draining = true;
		p->is_listening = p->accepts = false;
		if (!p->is_stubborn && world_under(w, 20) == 0)
			die(w, p, false);
		return;
	}
	step_rows(w, slot);
	if (!p->is_alive)
		return;
	active = row_of(p, w->active);
	if (active != NULL && active->state == HELD_FAILED) {
		die(w, p, false);
		return;
	}
	step_listener(w, p);
	step_requests(w, slot);
}

/* ------------------------------------------------------------- the world */

static void
step_job(struct world *w, struct job *j)
{
	if (j->state == VIEW_RUNNING && !j->hangs && w->now >= j->until)
		j->state = j->outcome;
}

static void
start_job(struct world *w, struct job *j, enum view_child outcome)
{
	*j = (struct job){ .state = VIEW_RUNNING,
		.outcome = outcome,
		.until = w->now + world_under(w, 400) * MS,
		.hangs = chance(w, 20) };
}

void
world_step(struct world *w)
{
	w->now += (1 + world_under(w, 60)) * MS;
	for (unsigned i = 0; i < w->d.n_slots; i++)
		if (world_under(w, 4) != 0)
			step_worker(w, i);
	step_job(w, &w->inspector);
	step_job(w, &w->probe);
	if (!w->d.is_running && !w->has_order && chance(w, 100))
		w->has_order = true;
	w->is_building = w->is_building || chance(w, 5);
}

void
world_look(struct world *w)
{
	struct view *v = &w->v;

	memset(v, 0, sizeof *v);
	v->now_us = w->now;
	v->has_order = w->has_order;
	v->is_building = w->is_building;
	v->inspector = w->inspector.state;
	v->probe = w->probe.state;
	v->probe_phase = w->probe.state == VIEW_RUNNING ? PHASE_START
							: PHASE_NONE;
	v->generation = w->made;
	v->limits = (struct decide_limits){ DRAIN_US, PREPARE_US };
	for (unsigned i = 0; i < w->d.n_slots; i++) {
		struct worker *p = &w->workers[i];
		struct view_slot *s = &v->slots[i];

		s->is_alive = p->is_alive;
		s->is_listening = p->is_listening;
		s->is_draining = p->is_draining;
		s->retained = p->retained;
		s->phase = p->phase;
		s->phase_of = p->phase_of;
		for (unsigned k = 0; k < BOARD_HELD; k++) {
			s->held[k].number = p->rows[k].number;
			s->held[k].state = p->rows[k].state;
		}
		s->death = p->death;
		p->death.is_new = false;
	}
}

/* -------------------------------------------------------------- carry out */

static void
inspect(struct world *w)
{
	static const enum view_child outcomes[] = { VIEW_GOOD, VIEW_GOOD,
		VIEW_GOOD, VIEW_GOOD, VIEW_GOOD, VIEW_GOOD, VIEW_UNCHANGED,
		VIEW_PLANNED, VIEW_REFUSED, VIEW_BROKEN };
	enum view_child outcome = w->is_quiet ? VIEW_GOOD
					      : outcomes[world_under(w, 10)];

	w->has_order = false;
	w->begun++;
	w->before = w->active;
	if (w->begun != w->ended + 1)
		world_broken(w, "an order ends before the next begins", 0);
	start_job(w, &w->inspector, outcome);
	w->probe = (struct job){ .state = VIEW_NONE };
	if (outcome != VIEW_GOOD)
		return;
	w->made++;
	w->fates[w->made % GENERATIONS] = chance(w, 400) ? 1 + world_under(w, 4)
							 : FATE_GOOD;
	w->victims[w->made % GENERATIONS] = world_under(w, w->d.n_slots);
}

/* At the moment of the commit, not of the view. */
static void
commit(struct world *w, uint64_t number)
{
	for (unsigned i = 0; i < w->d.n_slots; i++) {
		struct worker *p = &w->workers[i];
		const struct view_slot *s = &w->v.slots[i];

		if (p->accepts && !world_holds(p, number))
			world_broken(w, "who accepts is ready at the commit",
			    i);
		if (w->d.slots[i].listens && !s->is_draining &&
		    !view_holds(s, number, HELD_READY))
			world_broken(w,
			    "who is to listen is ready at the commit", i);
		if (s->is_alive && !s->is_draining &&
		    !w->d.slots[i].is_leaving &&
		    view_holds(s, w->active, HELD_READY) &&
		    !view_holds(s, number, HELD_READY))
			world_broken(w, "a spare that serves is ready too", i);
	}
	w->active = number;
	w->candidate = 0;
}

static void
end(struct world *w, const struct action *a)
{
	enum fate fate = w->fates[w->made % GENERATIONS];

	w->ended++;
	if (w->ended != w->begun)
		world_broken(w, "an order has one end", 0);
	if ((a->result == RELOAD_DONE) != (w->active != w->before))
		world_broken(w, "done means that another is active", 0);
	if ((a->why == WHY_WORKER_DIED && fate != FATE_CRASH) ||
	    (a->why == WHY_WORKER_FAILED && fate != FATE_FAIL) ||
	    (a->why == WHY_WORKER_STALLED && fate != FATE_HANG))
		world_broken(w, "who is blamed did it", a->slot);
	w->done += a->result == RELOAD_DONE;
	w->aborted += a->result == RELOAD_ABORTED;
}

static void
stop_job(struct world *w, struct job *j)
{
	(void)w;
	if (j->state == VIEW_RUNNING)
		*j = (struct job){ .state = VIEW_BROKEN };
}

void
world_act(struct world *w, const struct action *a)
{
	struct worker *p = &w->workers[a->slot % BOARD_PROCESSES];

	switch (a->kind) {
	case ACTION_SPAWN:
		spawn(w, a->slot);
		return;
	case ACTION_LISTEN:
	case ACTION_SILENCE:
		p->listen_wanted = a->kind == ACTION_LISTEN;
		return;
	case ACTION_RETIRE:
	case ACTION_KILL:
		p->is_asked = p->is_asked || p->is_alive;
		p->is_termed = p->is_termed || p->is_alive;
		p->is_killed = p->is_killed ||
		    (p->is_alive && a->kind == ACTION_KILL);
		return;
	case ACTION_INSPECT:
		inspect(w);
		return;
	case ACTION_STOP_INSPECTOR:
		stop_job(w, &w->inspector);
		return;
	case ACTION_STOP_BUILDER:
		w->is_building = false;
		return;
	case ACTION_PROBE:
		start_job(w, &w->probe,
		    chance(w, 50) ? VIEW_BROKEN : VIEW_GOOD);
		return;
	case ACTION_STOP_PROBE:
		stop_job(w, &w->probe);
		return;
	case ACTION_CANDIDATE:
		if (a->number != 0 && w->candidate != 0)
			world_broken(w, "there is one candidate at most", 0);
		w->candidate = a->number;
		return;
	case ACTION_COMMIT:
		commit(w, a->number);
		return;
	case ACTION_END:
		end(w, a);
		return;
	case ACTION_GONE:
		if (is_wanted(w, a->number))
			world_broken(w, "what has gone is not wanted", 0);
		return;
	case ACTION_PROGRESS:
		return;
	}
}

void
world_init(struct world *w, uint32_t seed, unsigned without)
{
	struct decide_limits limits = { DRAIN_US, PREPARE_US };

	memset(w, 0, sizeof *w);
	w->seed = seed;
	w->now = 1000000 * MS;
	w->active = w->made = 1;
	decide_init(&w->d, 1 + world_under(w, 4), 1, 1, &limits);
	w->d.without = without;
	for (unsigned i = 0; i < w->d.n_slots; i++)
		w->workers[i].listen_wanted = w->d.slots[i].listens;
}
