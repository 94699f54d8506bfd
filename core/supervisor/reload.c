/* SPDX-License-Identifier: BSD-2-Clause */

/* Carrying out what decide() says, and telling of it: on the board, in the
 * log, in the history, to whoever asked. */

#include "core/supervisor/supervisor.h"

#include "core/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---------------------------------------------------------------- record */

static void
record_write(struct supervisor *s)
{
	struct reload *r = &s->reload;
	struct board_reload *on = board_reload_begin(s->board, r->record);

	/* odd, as it stands there now */
	atomic_store(&r->now.version, atomic_load(&on->version));
	*on = r->now;
	board_reload_end(on);
	if (atomic_load(&s->board->n_reloads) == r->record)
		atomic_store(&s->board->n_reloads, r->record + 1);
}

static void
record_phase(struct reload *r, enum reload_phase phase)
{
	int64_t now = clock_monotonic_us();

	r->now.phase_us[r->now.phase] += now - r->phase_since_us;
	r->now.phase = phase;
	r->phase_since_us = now;
	r->now.took_us = now - r->began_us;
}

static void
record_begin(struct supervisor *s, enum reload_kind kind)
{
	struct reload *r = &s->reload;

	memset(&r->now, 0, sizeof r->now);
	r->record = atomic_load(&s->board->n_reloads);
	r->now.kind = kind;
	r->now.uid = r->uid;
	r->now.worker = -1;
	r->now.began_real_us = clock_real_us();
	r->began_us = r->phase_since_us = clock_monotonic_us();
}

static void
tell_record(struct supervisor *s, const char *event, unsigned level)
{
	const struct board_reload *now = &s->reload.now;
	struct ep_arg fields[20];
	uint32_t n = 0;

	fields[n++] = ep_named("kind", ep_text(reload_kind_name[now->kind]));
	fields[n++] = ep_named("result",
	    ep_text(reload_result_name[now->result]));
	fields[n++] = ep_named("from", ep_int((int64_t)now->from));
	if (now->to != 0)
		fields[n++] = ep_named("to", ep_int((int64_t)now->to));
	if (now->source != 0)
		fields[n++] = ep_named("source", ep_int((int64_t)now->source));
	if (now->uid != UINT32_MAX)
		fields[n++] = ep_named("uid", ep_int(now->uid));
	if (now->reason[0] != '\0')
		fields[n++] = ep_named("reason", ep_text(now->reason));
	if (now->result == RELOAD_REFUSED || now->result == RELOAD_ABORTED) {
		fields[n++] = ep_named("phase",
		    ep_text(reload_phase_name[now->phase]));
		if (now->worker >= 0)
			fields[n++] = ep_named("worker", ep_int(now->worker));
		if (now->module[0] != '\0')
			fields[n++] = ep_named("of", ep_text(now->module));
		fields[n++] = ep_named("detail", ep_text(now->text));
	}
	for (unsigned i = 0; now->result != RELOAD_RUNNING && i < RELOAD_PHASES;
	     i++)
		if (now->phase_us[i] > 0)
			fields[n++] = ep_named(reload_phase_name[i],
			    ep_real((double)now->phase_us[i] / 1000));
	note(s, level, event, fields, n);
}

/* ---------------------------------------------------------------- orders */

ep_status
reload_ask(struct supervisor *s, const struct order *order,
    enum reload_kind kind, uint32_t uid)
{
	struct reload *r = &s->reload;

	if (s->decision.is_running || r->has_order || s->is_stopping) {
		if (kind == RELOAD_SIGNAL)
			r->hup_waits = true;
		return EP_CONFLICT;
	}
	r->order = *order;
	r->kind = kind;
	r->uid = uid;
	r->has_order = true;
	return EP_OK;
}

/* Printable ASCII and UTF-8; what would end a line or an escape is a blank. */
static void
clean(char *out, size_t size, const char *text, size_t length)
{
	size_t n = strnlen(text, length < size - 1 ? length : size - 1);

	for (size_t i = 0; i < n; i++)
		out[i] = (char)((unsigned char)text[i] < 0x20 || text[i] == 0x7f
			? ' '
			: text[i]);
	out[n] = '\0';
}

static void
begin(struct supervisor *s)
{
	struct reload *r = &s->reload;

	r->has_order = false;
	record_begin(s, r->kind);
	r->now.from = atomic_load(&s->board->active_generation);
	r->now.source = r->kind == RELOAD_ROLLBACK ? r->order.number : 0;
	clean(r->now.reason, sizeof r->now.reason, r->order.reason,
	    sizeof r->order.reason);
	r->inspector = r->probe = VIEW_NONE;
	memset(&r->next, 0, sizeof r->next);
	tell_record(s, "reload_begun", EP_INFO);
	notify_reloading(&s->notify);
	record_write(s);
	reload_inspect(s);
}

/* --------------------------------------------------------------- inspector */

/* Generation that was active before the active one; of those on the board. */
static uint64_t
before_active(struct supervisor *s)
{
	uint64_t active = atomic_load(&s->board->active_generation);
	uint64_t n = atomic_load(&s->board->n_reloads);
	struct board_reload r;

	while (n-- > 0 && board_reload_read(s->board, n, &r))
		if (r.result == RELOAD_DONE && r.to == active)
			return r.from;
	return 0;
}

void
reload_inspect(struct supervisor *s)
{
	struct reload *r = &s->reload;

	r->task = (struct inspector_task){ .options = s->options,
		.active = atomic_load(&s->board->active_generation),
		.plan = &s->plan,
		.source = r->kind == RELOAD_ROLLBACK ? r->order.number : 0,
		.is_rollback = r->kind == RELOAD_ROLLBACK,
		.before = before_active(s),
		.is_dry = r->order.kind == ORDER_PLAN };
	r->inspector = VIEW_BROKEN;
	if (pipe2(r->plan_fds, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	if (spawn(s, CHILD_INSPECTOR, 0) != NULL)
		r->inspector = VIEW_RUNNING;
	(void)close(r->plan_fds[1]);
	if (r->inspector != VIEW_RUNNING)
		(void)close(r->plan_fds[0]);
}

/* A plan is smaller than a pipe: all of it is there once its writer has
 * ended. */
void
reload_inspected(struct supervisor *s, int status)
{
	static const enum view_child outcome[] = { VIEW_GOOD, VIEW_UNCHANGED,
		VIEW_PLANNED, VIEW_REFUSED };
	struct reload *r = &s->reload;
	struct plan p;
	ssize_t n = read(r->plan_fds[0], &p, sizeof p);

	(void)close(r->plan_fds[0]);
	r->inspector = VIEW_BROKEN;
	if (status != 0 || n != (ssize_t)sizeof p || p.magic != PLAN_MAGIC ||
	    p.outcome > PLAN_REFUSED)
		return;
	p.text[sizeof p.text - 1] = '\0';
	p.document[PLAN_PATH - 1] = p.report[PLAN_PATH - 1] = '\0';
	r->next = p;
	r->inspector = outcome[p.outcome];
	if (p.outcome == PLAN_GOOD)
		r->now.to = p.generation;
	if (p.source != 0)
		r->now.source = p.source;
}

/* ------------------------------------------------------------- carrying out */

static void
candidate(struct supervisor *s, uint64_t number)
{
	atomic_store(&s->board->candidate, number);
	board_nudge_all(s->board);
}

static void
commit(struct supervisor *s, uint64_t number)
{
	struct reload *r = &s->reload;

	for (unsigned i = 0; i < DECIDE_GONE; i++)
		if (r->draining[i].number == 0) {
			r->draining[i] = (struct draining){
				.number = s->plan.generation,
				.record = r->record,
				.since_us = clock_monotonic_us(),
			};
			break;
		}
	atomic_store(&s->board->active_generation, number);
	atomic_store(&s->board->candidate, 0);
	board_nudge_all(s->board);
	s->plan = r->next;
	log_set_level(s->log, s->plan.log_level);
}

static void
progress(struct supervisor *s, const struct action *a)
{
	record_phase(&s->reload, a->phase);
	s->reload.waiting = a->waiting;
	record_write(s);
	order_answer(s, false, EP_OK);
}

static ep_status
status_of(enum reload_result result)
{
	if (result == RELOAD_REFUSED)
		return EP_REFUSED;
	return result == RELOAD_ABORTED ? EP_UNAVAILABLE : EP_OK;
}

static void
end(struct supervisor *s, const struct action *a)
{
	struct reload *r = &s->reload;

	record_phase(r, a->phase);
	r->now.result = a->result;
	r->waiting = 0;
	if (a->result != RELOAD_DONE)
		r->now.to = 0;
	if (a->why != WHY_NONE || a->result == RELOAD_REFUSED)
		reload_words(s, a, &r->now);
	(void)atomic_fetch_add(&s->board->reload_results[a->result], 1);
	record_write(s);
	history_add(s, &r->now);
	tell_record(s,
	    a->result == RELOAD_DONE ? "reload_done" : "reload_ended",
	    status_of(a->result) == EP_OK ? EP_INFO : EP_ERROR);
	notify_ready(&s->notify, reload_result_name[a->result]);
	order_answer(s, true, status_of(a->result));
}

/* The record of the reload that replaced it gets the time, if it is still
 * there. */
static void
gone(struct supervisor *s, uint64_t number)
{
	struct reload *r = &s->reload;

	for (unsigned i = 0; i < DECIDE_GONE; i++) {
		struct draining *d = &r->draining[i];
		int64_t took = clock_monotonic_us() - d->since_us;
		struct ep_arg fields[] = {
			{ "generation", ep_int((int64_t)number) },
			{ "ms", ep_real((double)took / 1000) },
		};

		if (d->number != number)
			continue;
		note(s, EP_INFO, "generation_gone", fields, 2);
		if (atomic_load(&s->board->n_reloads) - d->record <=
		    BOARD_RELOADS) {
			struct board_reload *on = board_reload_begin(s->board,
			    d->record);

			on->phase_us[RELOAD_DRAIN] = took;
			board_reload_end(on);
		}
		d->number = 0;
	}
}

static void
signal_worker(struct supervisor *s, const struct action *a)
{
	struct child *c = child_worker(s, a->slot);
	struct ep_arg fields[] = { { "worker", ep_int(a->slot) },
		{ "pid", ep_int(c != NULL ? c->pid : 0) } };

	if (c == NULL || c->is_killed ||
	    (a->kind == ACTION_RETIRE && c->is_asked))
		return;
	note(s, EP_WARN,
	    a->kind == ACTION_KILL ? "worker_killed" : "worker_retired", fields,
	    2);
	c->is_asked = true;
	if (a->kind == ACTION_KILL)
		child_kill(c);
	else
		(void)kill(c->pid, SIGTERM);
}

static void
stop_child(struct supervisor *s, enum child_role role)
{
	struct child *c = child_by_role(s, role);

	if (c == NULL)
		return;
	c->is_asked = true;
	child_kill(c);
}

static void
listen_wanted(struct supervisor *s, unsigned slot, uint32_t wanted)
{
	atomic_store(&s->board->slots[slot].listen_wanted, wanted);
	board_nudge(s->board, slot);
}

static void
carry_out(struct supervisor *s, const struct action *a)
{
	switch (a->kind) {
	case ACTION_SPAWN:
		(void)spawn(s, CHILD_WORKER, a->slot);
		return;
	case ACTION_LISTEN:
	case ACTION_SILENCE:
		listen_wanted(s, a->slot, a->kind == ACTION_LISTEN);
		return;
	case ACTION_RETIRE:
	case ACTION_KILL:
		signal_worker(s, a);
		return;
	case ACTION_INSPECT:
		begin(s);
		return;
	case ACTION_STOP_INSPECTOR:
		stop_child(s, CHILD_INSPECTOR);
		return;
	case ACTION_STOP_BUILDER:
		stop_child(s, CHILD_BUILDER);
		return;
	case ACTION_PROBE:
		s->reload.probe = spawn(s, CHILD_PROBE, builder_slot(s)) != NULL
		    ? VIEW_RUNNING
		    : VIEW_BROKEN;
		return;
	case ACTION_STOP_PROBE:
		stop_child(s, CHILD_PROBE);
		return;
	case ACTION_CANDIDATE:
		candidate(s, a->number);
		return;
	case ACTION_COMMIT:
		commit(s, a->number);
		return;
	case ACTION_PROGRESS:
		progress(s, a);
		return;
	case ACTION_END:
		end(s, a);
		return;
	case ACTION_GONE:
		gone(s, a->number);
		return;
	}
}

/* -------------------------------------------------------------- the whole */

static struct decide_limits
limits_of(const struct plan *p)
{
	return (struct decide_limits){ p->drain_timeout_ms * 1000,
		p->prepare_timeout_ms * 1000 };
}

void
reload_init(struct supervisor *s)
{
	struct decide_limits limits = limits_of(&s->plan);

	decide_init(&s->decision, s->plan.workers, SPARES, s->plan.generation,
	    &limits);
	for (unsigned i = 0; i < s->decision.n_slots; i++)
		atomic_store(&s->board->slots[i].listen_wanted,
		    s->decision.slots[i].listens);
}

bool
reload_step(struct supervisor *s)
{
	struct reload *r = &s->reload;
	struct view v = { .now_us = clock_monotonic_us(),
		.inspector = r->inspector,
		.probe = r->probe,
		.generation = r->next.generation };
	struct actions actions;

	if (r->hup_waits && !s->decision.is_running && !r->has_order) {
		const struct order again = { .magic = ORDER_MAGIC,
			.kind = ORDER_RELOAD };

		r->hup_waits = false;
		(void)reload_ask(s, &again, RELOAD_SIGNAL, UINT32_MAX);
	}
	v.has_order = r->has_order;
	v.limits = limits_of(&r->next);
	children_view(s, &v);
	decide(&s->decision, &v, &actions);
	for (unsigned i = 0; i < actions.n; i++)
		carry_out(s, &actions.list[i]);
	return actions.n > 0;
}

void
reload_stop(struct supervisor *s)
{
	struct actions actions;

	if (s->reload.has_order) {
		s->reload.has_order = false;
		record_begin(s, s->reload.kind);
		s->reload.now.result = RELOAD_ABORTED;
		(void)snprintf(s->reload.now.text, sizeof s->reload.now.text,
		    "the host stops");
		order_answer(s, true, EP_UNAVAILABLE);
	}
	decide_stop(&s->decision, &actions);
	for (unsigned i = 0; i < actions.n; i++)
		carry_out(s, &actions.list[i]);
	order_close(s);
}

void
reload_booted(struct supervisor *s, int64_t began_us)
{
	struct reload *r = &s->reload;

	r->uid = UINT32_MAX;
	record_begin(s, RELOAD_BOOT);
	r->began_us = began_us;
	r->now.took_us = clock_monotonic_us() - began_us;
	r->now.result = RELOAD_DONE;
	r->now.phase = RELOAD_DRAIN;
	r->now.to = s->plan.generation;
	record_write(s);
	history_add(s, &r->now);
}
