/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/decide.h"

#define NONE BOARD_PROCESSES
#define AGAIN_US 100000 /* before a worker that cannot start is tried again */
#define AGAIN_MAX_US 5000000
#define SHORT_US 1000000 /* one that lived less has not started */

struct action *
decide_add(struct actions *out, enum action_kind kind, unsigned slot)
{
	struct action *a = &out->list[out->n];

	EP_ASSERT(out->n < DECIDE_ACTIONS);
	out->n++;
	*a = (struct action){ .kind = kind, .slot = slot };
	return a;
}

bool
view_holds(const struct view_slot *slot, uint64_t number, uint32_t state)
{
	for (unsigned i = 0; slot->is_alive && i < BOARD_HELD; i++)
		if (slot->held[i].number == number &&
		    slot->held[i].state == state)
			return true;
	return false;
}

static void
listen(struct decision *d, unsigned slot, bool listens, struct actions *out)
{
	d->slots[slot].listens = listens;
	d->slots[slot].was_lost = false;
	(void)decide_add(out, listens ? ACTION_LISTEN : ACTION_SILENCE, slot);
}

/* ---------------------------------------------------------------- deaths */

static int64_t
wait_after(unsigned failures)
{
	int64_t wait = AGAIN_US;

	for (unsigned i = 1; i < failures && wait < AGAIN_MAX_US; i++)
		wait *= 2;
	return wait < AGAIN_MAX_US ? wait : AGAIN_MAX_US;
}

/* Whoever was to leave for it stays; what had an heir is not missed. */
static void
bury(struct decision *d, const struct view *v, unsigned slot,
    struct actions *out)
{
	struct decide_slot *s = &d->slots[slot];
	const struct view_death *death = &v->slots[slot].death;
	bool is_short = !death->was_ready || death->lived_us < SHORT_US;

	s->failures = is_short && !death->was_asked ? s->failures + 1 : 0;
	s->respawn_at_us = s->failures > 0 ? v->now_us + wait_after(s->failures)
					   : v->now_us;
	s->is_leaving = false;
	if (s->listens && s->heir != NONE)
		listen(d, slot, false, out);
	s->heir = NONE;
	s->was_lost = s->listens;
	for (unsigned i = 0; i < d->n_slots; i++)
		if (d->slots[i].heir == slot) {
			d->slots[i].heir = NONE;
			listen(d, slot, false, out);
		}
}

/* ------------------------------------------------------------- listeners */

/* A worker that could listen this moment, and does not. */
static unsigned
spare(const struct decision *d, const struct view *v)
{
	for (unsigned i = 0; i < d->n_slots; i++)
		if (!d->slots[i].listens && !d->slots[i].is_leaving &&
		    !v->slots[i].is_draining &&
		    view_holds(&v->slots[i], d->active, HELD_READY))
			return i;
	return NONE;
}

static void
replace(struct decision *d, const struct view *v, struct actions *out)
{
	for (unsigned i = 0; i < d->n_slots; i++) {
		struct decide_slot *s = &d->slots[i];
		unsigned other;

		if (v->slots[i].is_listening)
			s->was_lost = false;
		if (!s->was_lost || (d->without & RULE_REPLACE) != 0)
			continue;
		other = spare(d, v);
		if (other == NONE)
			return;
		listen(d, other, true, out);
		listen(d, i, false, out);
	}
}

static void
respawn(struct decision *d, const struct view *v, struct actions *out)
{
	for (unsigned i = 0; i < d->n_slots; i++) {
		if (v->slots[i].is_alive ||
		    v->now_us < d->slots[i].respawn_at_us)
			continue;
		d->slots[i].respawn_at_us = v->now_us + AGAIN_US;
		(void)decide_add(out, ACTION_SPAWN, i);
	}
}

/* --------------------------------------------------------------- leaving */

static void
retire(struct decision *d, const struct view *v, unsigned slot,
    struct actions *out)
{
	struct decide_slot *s = &d->slots[slot];

	if (s->listens)
		listen(d, slot, false, out);
	s->heir = NONE;
	s->is_leaving = true;
	s->left_at_us = v->now_us;
	(void)decide_add(out, ACTION_RETIRE, slot);
}

/* One that listens goes when another listens for it. */
static void
leave(struct decision *d, const struct view *v, unsigned slot,
    struct actions *out)
{
	struct decide_slot *s = &d->slots[slot];

	if (!s->listens || (d->without & RULE_HEIR) != 0) {
		retire(d, v, slot, out);
		return;
	}
	if (s->heir != NONE)
		return;
	s->heir = spare(d, v);
	if (s->heir != NONE)
		listen(d, s->heir, true, out);
}

static bool
somebody_leaves(const struct decision *d)
{
	for (unsigned i = 0; i < d->n_slots; i++)
		if (d->slots[i].is_leaving || d->slots[i].heir != NONE)
			return true;
	return false;
}

static void
go_on_leaving(struct decision *d, const struct view *v, struct actions *out)
{
	for (unsigned i = 0; i < d->n_slots; i++) {
		struct decide_slot *s = &d->slots[i];

		if (!v->slots[i].is_alive)
			continue;
		if (s->heir != NONE && v->slots[s->heir].is_listening)
			retire(d, v, i, out);
		if (s->is_leaving &&
		    v->now_us - s->left_at_us >
			d->limits.drain_us + DECIDE_GRACE_US)
			(void)decide_add(out, ACTION_KILL, i);
		if (!s->is_leaving && v->slots[i].retained > DECIDE_RETAINED &&
		    !somebody_leaves(d))
			leave(d, v, i, out);
	}
}

/* ---------------------------------------------------- unwanted generations */

/* There is a free one: each that is taken is held in a row of a slot, or was
 * let go since the last look. */
struct decide_gone *
decide_gone(struct decision *d, uint64_t number)
{
	struct decide_gone *free = NULL;

	for (unsigned i = 0; i < DECIDE_GONE; i++) {
		if (d->gone[i].number == number)
			return &d->gone[i];
		if (d->gone[i].number == 0)
			free = &d->gone[i];
	}
	EP_ASSERT(free != NULL);
	return free;
}

/* What is to be done about one generation in one slot. */
enum overdue {
	NOT_YET,
	LEAVE,
	KILL
};

static enum overdue
overdue(struct decision *d, const struct view *v, unsigned slot, unsigned row)
{
	const struct view_slot *at = &v->slots[slot];
	uint64_t number = at->held[row].number;
	struct decide_gone *g;
	int64_t late, allowed = d->limits.drain_us + DECIDE_GRACE_US;
	bool is_working = at->held[row].state == HELD_PREPARING ||
	    (at->phase != PHASE_NONE && at->phase_of == number);

	if (number == 0 || number == d->active || number == d->candidate ||
	    at->held[row].state == HELD_FAILED)
		return NOT_YET;
	g = decide_gone(d, number);
	/* A worker may have begun on what was withdrawn just then. */
	if (g->number == 0)
		*g = (struct decide_gone){ number, v->now_us, false };
	late = v->now_us - g->since_us;
	if ((!g->was_active && is_working && late > DECIDE_GRACE_US) ||
	    late > 2 * allowed)
		return KILL;
	return late > allowed ? LEAVE : NOT_YET;
}

static void
watch_unwanted(struct decision *d, const struct view *v, struct actions *out)
{
	for (unsigned i = 0; i < d->n_slots; i++) {
		enum overdue worst = NOT_YET;

		for (unsigned k = 0; v->slots[i].is_alive && k < BOARD_HELD;
		     k++) {
			enum overdue one = overdue(d, v, i, k);

			worst = one > worst ? one : worst;
		}
		if ((d->without & RULE_OVERDUE) != 0)
			continue;
		if (worst == KILL)
			(void)decide_add(out, ACTION_KILL, i);
		else if (worst == LEAVE && !d->slots[i].is_leaving)
			leave(d, v, i, out);
	}
}

static bool
is_held(const struct decision *d, const struct view *v, uint64_t number)
{
	for (unsigned i = 0; i < d->n_slots; i++)
		if (view_holds(&v->slots[i], number, HELD_PREPARING) ||
		    view_holds(&v->slots[i], number, HELD_READY) ||
		    view_holds(&v->slots[i], number, HELD_STOPPING))
			return true;
	return false;
}

static void
tell_gone(struct decision *d, const struct view *v, struct actions *out)
{
	for (unsigned i = 0; i < DECIDE_GONE; i++) {
		struct decide_gone *g = &d->gone[i];

		if (g->number == 0 || is_held(d, v, g->number))
			continue;
		decide_add(out, ACTION_GONE, NONE)->number = g->number;
		g->number = 0;
	}
}

void
decide_slots(struct decision *d, const struct view *v, struct actions *out)
{
	for (unsigned i = 0; i < d->n_slots; i++)
		if (v->slots[i].death.is_new)
			bury(d, v, i, out);
	replace(d, v, out);
	respawn(d, v, out);
	go_on_leaving(d, v, out);
	watch_unwanted(d, v, out);
	tell_gone(d, v, out);
}
