/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/decide.h"

#include <limits.h>
#include <string.h>

#define NONE BOARD_PROCESSES
#define UNTOLD UINT_MAX

void
decide_init(struct decision *d, unsigned workers, unsigned spares,
    uint64_t active, const struct decide_limits *limits)
{
	memset(d, 0, sizeof *d);
	d->magic = DECISION_MAGIC;
	d->workers = workers;
	d->n_slots = workers + spares;
	d->active = active;
	d->limits = *limits;
	EP_ASSERT(d->n_slots <= BOARD_PROCESSES);
	for (unsigned i = 0; i < BOARD_PROCESSES; i++) {
		d->slots[i].heir = NONE;
		d->slots[i].listens = i < workers;
	}
}

/* ---------------------------------------------------------------- steps */

static void
enter(struct decision *d, const struct view *v, enum reload_phase phase)
{
	d->phase = phase;
	d->phase_since_us = v->now_us;
	d->waiting = UNTOLD;
	d->is_stopped = false;
}

static void
progress(struct decision *d, unsigned waiting, struct actions *out)
{
	struct action *a;

	if (d->waiting == waiting)
		return;
	d->waiting = waiting;
	a = decide_add(out, ACTION_PROGRESS, NONE);
	a->phase = d->phase;
	a->waiting = waiting;
}

static void
let_go(struct decision *d, uint64_t number, bool was_active, int64_t now_us)
{
	struct decide_gone *g = decide_gone(d, number);

	*g = (struct decide_gone){ number, now_us, was_active };
}

static void
withdraw(struct decision *d, int64_t now_us, struct actions *out)
{
	if (d->candidate == 0 || (d->without & RULE_WITHDRAW) != 0)
		return;
	let_go(d, d->candidate, false, now_us);
	d->candidate = 0;
	decide_add(out, ACTION_CANDIDATE, NONE)->number = 0;
}

static void
end(struct decision *d, enum reload_result result, enum decide_why why,
    unsigned slot, struct actions *out)
{
	struct action *a = decide_add(out, ACTION_END, slot);

	a->result = result;
	a->why = why;
	a->phase = d->phase;
	a->number = d->number;
	d->is_running = false;
}

/* ------------------------------------------------------ inspect and probe */

static void
inspect(struct decision *d, const struct view *v, struct actions *out)
{
	progress(d, 1, out);
	switch (v->inspector) {
	case VIEW_GOOD:
		d->number = v->generation;
		d->next = v->limits;
		enter(d, v, RELOAD_PROBE);
		return;
	case VIEW_UNCHANGED:
		end(d, RELOAD_UNCHANGED, WHY_NONE, NONE, out);
		return;
	case VIEW_PLANNED:
		end(d, RELOAD_PLANNED, WHY_NONE, NONE, out);
		return;
	case VIEW_REFUSED:
		end(d, RELOAD_REFUSED, WHY_NONE, NONE, out);
		return;
	case VIEW_BROKEN:
		end(d, RELOAD_ABORTED,
		    d->is_stopped ? WHY_INSPECTOR_SLOW : WHY_INSPECTOR_BROKE,
		    NONE, out);
		return;
	default:
		break;
	}
	if (!d->is_stopped &&
	    v->now_us - d->phase_since_us > DECIDE_INSPECT_US) {
		d->is_stopped = true;
		(void)decide_add(out, ACTION_STOP_INSPECTOR, NONE);
	}
}

/* Module code of the probe is given the time of preparing for each step of
 * a module, all of it together much longer: migrations take what they
 * take. */
static bool
probe_is_slow(struct decision *d, const struct view *v)
{
	if (v->probe_phase != d->probe_phase ||
	    v->probe_module != d->probe_module || d->probe_since_us == 0) {
		d->probe_phase = v->probe_phase;
		d->probe_module = v->probe_module;
		d->probe_since_us = v->now_us;
	}
	return v->now_us - d->phase_since_us > DECIDE_PROBE_US ||
	    (d->probe_phase != PHASE_NONE &&
		v->now_us - d->probe_since_us > d->next.prepare_us);
}

static void
probe(struct decision *d, const struct view *v, struct actions *out)
{
	progress(d, 1, out);
	switch (v->probe) {
	case VIEW_NONE:
		d->probe_since_us = 0;
		if (v->is_building)
			(void)decide_add(out, ACTION_STOP_BUILDER, NONE);
		else
			decide_add(out, ACTION_PROBE, NONE)->number = d->number;
		return;
	case VIEW_RUNNING:
		if (!d->is_stopped && probe_is_slow(d, v)) {
			d->is_stopped = true;
			(void)decide_add(out, ACTION_STOP_PROBE, NONE);
		}
		return;
	case VIEW_GOOD:
		enter(d, v, RELOAD_WAIT);
		return;
	default:
		end(d, RELOAD_ABORTED,
		    d->is_stopped ? WHY_PROBE_SLOW : WHY_PROBE_FAILED, NONE,
		    out);
	}
}

/* ------------------------------------------------------- wait and prepare */

static bool
is_going(const struct decision *d, const struct view *v, unsigned slot)
{
	return !v->slots[slot].is_alive || v->slots[slot].is_draining ||
	    d->slots[slot].is_leaving;
}

/* Generations beside the active one. */
static unsigned
others(const struct decision *d, const struct view_slot *slot)
{
	unsigned n = 0;

	for (unsigned i = 0; i < BOARD_HELD; i++)
		if (slot->held[i].number != 0 &&
		    slot->held[i].number != d->active)
			n++;
	return n;
}

static void
wait_for_place(struct decision *d, const struct view *v, struct actions *out)
{
	unsigned n = 0, first = NONE;

	for (unsigned i = 0; i < d->n_slots; i++)
		if (!is_going(d, v, i) && others(d, &v->slots[i]) > 1) {
			n++;
			first = first == NONE ? i : first;
		}
	if ((d->without & RULE_PLACE) != 0)
		n = 0;
	progress(d, n, out);
	if (n > 0) {
		if (v->now_us - d->phase_since_us >
		    d->limits.drain_us + DECIDE_GRACE_US)
			end(d, RELOAD_ABORTED, WHY_NO_PLACE, first, out);
		return;
	}
	enter(d, v, RELOAD_PREPARE);
	d->candidate = d->number;
	decide_add(out, ACTION_CANDIDATE, NONE)->number = d->number;
}

/* Who must have prepared before the commit.  A spare that is not ready yet
 * prepares all there is before it listens; nobody waits for it. */
static bool
is_asked(const struct decision *d, const struct view *v, unsigned slot)
{
	const struct view_slot *at = &v->slots[slot];

	if (at->is_listening && !at->is_draining)
		return (d->without & RULE_PREPARED) == 0;
	if ((d->without & RULE_SPARES) != 0)
		return false;
	return d->slots[slot].listens ||
	    (!is_going(d, v, slot) && view_holds(at, d->active, HELD_READY));
}

static enum decide_why
fault(const struct decision *d, const struct view *v, unsigned slot)
{
	const struct view_slot *at = &v->slots[slot];
	const struct view_death *death = &at->death;

	if (death->is_new && death->phase != PHASE_NONE &&
	    death->phase_of == d->candidate && !death->ran_handler &&
	    !death->is_foreign) {
		if (death->is_stalled)
			return WHY_WORKER_STALLED;
		if (!death->was_asked)
			return WHY_WORKER_DIED;
	}
	if (!is_going(d, v, slot) && view_holds(at, d->candidate, HELD_FAILED))
		return WHY_WORKER_FAILED;
	return WHY_NONE;
}

/* The words come first: what is withdrawn is let go at once, and where it
 * stood is seen no more. */
static void
fail(struct decision *d, const struct view *v, enum decide_why why,
    unsigned slot, struct actions *out)
{
	end(d, RELOAD_ABORTED, why, slot, out);
	withdraw(d, v->now_us, out);
}

static void
commit(struct decision *d, const struct view *v, struct actions *out)
{
	enter(d, v, RELOAD_COMMIT);
	progress(d, 0, out);
	decide_add(out, ACTION_COMMIT, NONE)->number = d->number;
	let_go(d, d->active, true, v->now_us);
	d->active = d->number;
	d->candidate = 0;
	d->limits = d->next;
	enter(d, v, RELOAD_DRAIN);
}

static void
prepare(struct decision *d, const struct view *v, struct actions *out)
{
	unsigned n = 0, first = NONE;

	for (unsigned i = 0; i < d->n_slots; i++) {
		enum decide_why why = fault(d, v, i);

		if (why != WHY_NONE) {
			fail(d, v, why, i, out);
			return;
		}
		if (is_asked(d, v, i) &&
		    !view_holds(&v->slots[i], d->candidate, HELD_READY)) {
			n++;
			first = first == NONE ? i : first;
		}
	}
	progress(d, n, out);
	if (n == 0)
		commit(d, v, out);
	else if (v->now_us - d->phase_since_us > d->next.prepare_us)
		fail(d, v, WHY_WORKER_SLOW, first, out);
}

/* ----------------------------------------------------------------- drain */

static void
drain(struct decision *d, const struct view *v, struct actions *out)
{
	unsigned n = 0;

	for (unsigned i = 0; i < d->n_slots; i++)
		if (view_holds(&v->slots[i], d->from, HELD_READY) ||
		    view_holds(&v->slots[i], d->from, HELD_STOPPING))
			n++;
	progress(d, n, out);
	if (n == 0 || v->now_us - d->phase_since_us > DECIDE_REPORT_US)
		end(d, RELOAD_DONE, WHY_NONE, NONE, out);
}

/* -------------------------------------------------------------- the whole */

static void
begin(struct decision *d, const struct view *v, struct actions *out)
{
	d->is_running = true;
	d->number = 0;
	d->from = d->active;
	enter(d, v, RELOAD_INSPECT);
	(void)decide_add(out, ACTION_INSPECT, NONE);
}

void
decide(struct decision *d, const struct view *v, struct actions *out)
{
	static void (*const step[RELOAD_PHASES])(struct decision *,
	    const struct view *, struct actions *) = { inspect, probe,
		wait_for_place, prepare, NULL, drain };
	enum reload_phase phase;

	EP_CHECK(d, DECISION_MAGIC);
	out->n = 0;
	decide_slots(d, v, out);
	if (!d->is_running) {
		if (v->has_order)
			begin(d, v, out);
		return;
	}
	/* What a step has let happen shows in the next view: a candidate and
	 * a commit most of all. */
	do {
		phase = d->phase;
		step[phase](d, v, out);
	} while (d->is_running && d->phase != phase && d->phase <= RELOAD_WAIT);
}

void
decide_stop(struct decision *d, struct actions *out)
{
	EP_CHECK(d, DECISION_MAGIC);
	out->n = 0;
	if (!d->is_running)
		return;
	if (d->phase == RELOAD_DRAIN) {
		end(d, RELOAD_DONE, WHY_NONE, NONE, out);
		return;
	}
	withdraw(d, 0, out);
	end(d, RELOAD_ABORTED, WHY_STOPPING, NONE, out);
}
