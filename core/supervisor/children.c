/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/supervisor/supervisor.h"

#include "core/base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define BUILD_MAX_US 600000000 /* a builder that takes longer hangs */
#define AGAIN_US 100000
#define AGAIN_MAX_US 5000000

static int64_t
wait_after(unsigned failures)
{
	int64_t wait = AGAIN_US;

	for (unsigned i = 1; i < failures && wait < AGAIN_MAX_US; i++)
		wait *= 2;
	return clock_monotonic_us() +
	    (wait > AGAIN_MAX_US ? AGAIN_MAX_US : wait);
}

void
child_kill(struct child *c)
{
	if (c->is_killed)
		return;
	c->is_killed = true;
	(void)kill(c->pid, SIGKILL);
}

/* ---------------------------------------------------------------- the end */

static void
tell_end(struct supervisor *s, const struct child *c, int status)
{
	struct ep_arg fields[8];
	/* The sync process has no slot on the board. */
	const struct death *death = c->role >= CHILD_BOOT ? &s->deaths[c->slot]
							  : NULL;
	const struct board_slot *slot = c->role >= CHILD_BOOT
	    ? &s->board->slots[c->slot]
	    : NULL;
	uint32_t n = 0;
	int series;

	fields[n++] = ep_named("role", ep_text(role_name(c->role)));
	if (c->role == CHILD_WORKER)
		fields[n++] = ep_named("worker", ep_int(c->slot));
	fields[n++] = ep_named("pid", ep_int(c->pid));
	if (WIFSIGNALED(status))
		fields[n++] = ep_named("signal", ep_int(WTERMSIG(status)));
	else
		fields[n++] = ep_named("exit", ep_int(WEXITSTATUS(status)));
	series = slot != NULL ? atomic_load(&slot->series) : -1;
	if (series >= 0 && atomic_load(&slot->busy_since_us) != 0)
		fields[n++] = ep_named("during",
		    ep_text(s->board->series[series].name));
	else if (slot != NULL && death->seen.phase != PHASE_NONE) {
		fields[n++] = ep_named("during",
		    ep_text(board_phase_name[death->seen.phase]));
		fields[n++] = ep_named("of", ep_text(death->module));
	}
	note(s, status == 0 || c->is_killed ? EP_INFO : EP_ERROR, "child_ended",
	    fields, n);
}

/* What its slot said, before that is cleared. */
static void
remember(struct supervisor *s, const struct child *c, int status)
{
	struct death *d = &s->deaths[c->slot];
	struct board_slot *slot = &s->board->slots[c->slot];
	int row = atomic_load(&slot->phase_module);
	uint32_t phase = atomic_load(&slot->phase);

	memset(d, 0, sizeof *d);
	d->status = status;
	d->seen.is_new = true;
	d->seen.was_asked = c->is_asked;
	d->seen.is_stalled = c->is_stalled;
	d->seen.is_foreign = WIFSIGNALED(status) &&
	    WTERMSIG(status) == SIGKILL && !c->is_killed;
	d->seen.was_ready = atomic_load(&slot->state) == SLOT_READY;
	d->seen.ran_handler = atomic_load(&slot->busy_since_us) != 0 &&
	    atomic_load(&slot->series) >= 0;
	d->seen.lived_us = clock_monotonic_us() - c->started_us;
	d->seen.phase = phase <= PHASE_STOP ? phase : PHASE_NONE;
	d->seen.phase_of = atomic_load(&slot->phase_of);
	if (row >= 0 && row < BOARD_MODULES)
		(void)snprintf(d->module, sizeof d->module, "%s",
		    s->board->modules[row].name);
	d->failed = atomic_load(&slot->failure.generation);
	if (d->failed == 0)
		return;
	d->failed_phase = slot->failure.phase;
	(void)snprintf(d->failed_module, sizeof d->failed_module, "%.*s",
	    (int)sizeof slot->failure.module - 1, slot->failure.module);
	(void)snprintf(d->failed_text, sizeof d->failed_text, "%.*s",
	    (int)sizeof slot->failure.text - 1, slot->failure.text);
}

static void
ended(struct supervisor *s, const struct child *was, int status)
{
	switch (was->role) {
	case CHILD_WORKER:
		if (!was->is_asked || was->is_stalled)
			(void)atomic_fetch_add(&s->board->restarts, 1);
		break;
	case CHILD_INSPECTOR:
		reload_inspected(s, status);
		break;
	case CHILD_PROBE:
		s->reload.probe = status == 0 ? VIEW_GOOD : VIEW_BROKEN;
		break;
	case CHILD_SYNC:
		s->sync_at_us = wait_after(++s->sync_failures);
		break;
	case CHILD_BUILDER:
		if (was->is_asked || status != 0)
			atomic_store(&s->board->want_build, 1);
		if (was->is_asked)
			break;
		s->build_failures = status == 0 ? 0 : s->build_failures + 1;
		s->build_at_us = status == 0 ? 0
					     : wait_after(s->build_failures);
		break;
	default:
		break;
	}
}

static void
child_ended(struct supervisor *s, pid_t pid, int status)
{
	struct child *c = child_by_pid(s, pid);
	struct child was;

	if (c == NULL)
		return;
	was = *c;
	if (was.role >= CHILD_BOOT)
		remember(s, c, status);
	if (!s->is_stopping || (status != 0 && !c->is_killed))
		tell_end(s, c, status);
	store_shared_bury(s->store_shared, pid);
	board_bury(s->board, pid);
	c->role = CHILD_NONE;
	if (was.role == CHILD_BOOT)
		s->boot_status = status;
	if (!s->is_stopping)
		ended(s, &was, status);
}

void
children_reap(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		child_ended(s, pid, status);
}

/* --------------------------------------------------------------- watching */

static void
tell_stall(struct supervisor *s, const struct child *c, int64_t held_us)
{
	struct board_slot *slot = &s->board->slots[c->slot];
	int series = atomic_load(&slot->series);
	struct ep_arg fields[] = {
		{ "worker", ep_int(c->slot) },
		{ "pid", ep_int(c->pid) },
		{ "held_ms", ep_int(held_us / 1000) },
		{ "operation",
		    ep_text(
			series >= 0 ? s->board->series[series].name : "?") },
	};

	note(s, EP_ERROR, "worker_stalled", fields, 4);
}

/* A handler that holds its worker too long takes it from everybody. */
static void
watch_stalls(struct supervisor *s, int64_t now)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++) {
		struct child *c = &s->children[i];
		int64_t since;

		if (c->role == CHILD_BUILDER && !c->is_killed &&
		    now - c->started_us > BUILD_MAX_US) {
			note(s, EP_ERROR, "builder_stalled", NULL, 0);
			child_kill(c);
		}
		if (c->role != CHILD_WORKER || c->is_killed)
			continue;
		since = atomic_load(&s->board->slots[c->slot].busy_since_us);
		if (since == 0 || now - since < s->plan.stall_ms * 1000)
			continue;
		tell_stall(s, c, now - since);
		c->is_stalled = true;
		child_kill(c);
	}
}

void
children_sync(struct supervisor *s)
{
	if (s->plan.database[0] != '\0' &&
	    child_by_role(s, CHILD_SYNC) == NULL &&
	    clock_monotonic_us() >= s->sync_at_us &&
	    !store_shared_failed(s->store_shared))
		(void)spawn(s, CHILD_SYNC, STORE_SLOT_SYNC);
}

/* No snapshots while a probe has their slot. */
void
children_keep(struct supervisor *s)
{
	int64_t now = clock_monotonic_us();
	bool is_probing = s->decision.is_running &&
	    s->decision.phase == RELOAD_PROBE;

	children_sync(s);
	if (now >= s->build_at_us && !is_probing &&
	    child_by_role(s, CHILD_BUILDER) == NULL &&
	    child_by_role(s, CHILD_PROBE) == NULL &&
	    atomic_exchange(&s->board->want_build, 0) != 0 &&
	    spawn(s, CHILD_BUILDER, builder_slot(s)) == NULL)
		atomic_store(&s->board->want_build, 1);
	watch_stalls(s, now);
}

void
children_signal(struct supervisor *s, int signal)
{
	for (unsigned i = 0; i < CHILDREN_MAX; i++) {
		struct child *c = &s->children[i];

		if (c->role == CHILD_NONE || c->role == CHILD_SYNC)
			continue;
		c->is_asked = true;
		/* Only workers end by themselves when asked. */
		if (signal == SIGKILL || c->role != CHILD_WORKER)
			child_kill(c);
		else
			(void)kill(c->pid, signal);
	}
}

/* ------------------------------------------------------------------- view */

static void
worker_view(struct supervisor *s, unsigned i, struct view_slot *out)
{
	struct board_slot *slot = &s->board->slots[i];
	uint32_t phase = atomic_load(&slot->phase);

	out->is_alive = child_worker(s, i) != NULL;
	out->is_listening = out->is_alive && atomic_load(&slot->is_listening);
	out->is_draining = atomic_load(&slot->state) == SLOT_DRAINING;
	out->retained = atomic_load(&slot->retained);
	out->phase = phase <= PHASE_STOP ? phase : PHASE_NONE;
	out->phase_of = atomic_load(&slot->phase_of);
	for (unsigned k = 0; k < BOARD_HELD; k++) {
		out->held[k].number = atomic_load(&slot->held[k].number);
		out->held[k].state = atomic_load(&slot->held[k].state);
	}
	out->death = s->deaths[i].seen;
	s->deaths[i].seen.is_new = false;
}

void
children_view(struct supervisor *s, struct view *v)
{
	struct board_slot *builder = &s->board->slots[builder_slot(s)];
	uint32_t phase = atomic_load(&builder->phase);

	for (unsigned i = 0; i < s->decision.n_slots; i++)
		worker_view(s, i, &v->slots[i]);
	v->is_building = child_by_role(s, CHILD_BUILDER) != NULL;
	v->probe_phase = phase <= PHASE_STOP ? phase : PHASE_NONE;
	v->probe_module = atomic_load(&builder->phase_module);
}
