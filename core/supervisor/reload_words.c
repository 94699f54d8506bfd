/* SPDX-License-Identifier: BSD-2-Clause */

/* What an operator reads of a reload that came to nothing: which process, in
 * which phase, of which module, and why. */

#include "core/supervisor/supervisor.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* "start of module x", or the words for a process that said nothing. */
static const char *
place(char out[128], uint32_t phase, const char *module, const char *otherwise)
{
	if (phase == PHASE_NONE || phase > PHASE_STOP)
		return otherwise;
	(void)snprintf(out, 128, "%s of module %s", board_phase_name[phase],
	    module[0] != '\0' ? module : "?");
	return out;
}

static void
module(struct board_reload *r, const char *name)
{
	(void)snprintf(r->module, sizeof r->module, "%s", name);
}

static void
died(const char *who, const struct death *d, const char *otherwise,
    struct board_reload *r)
{
	char in[128];
	const char *where = place(in, d->seen.phase, d->module, otherwise);

	module(r, d->module);
	if (WIFSIGNALED(d->status))
		(void)snprintf(r->text, sizeof r->text,
		    "%s crashed with signal %d in %s", who, WTERMSIG(d->status),
		    where);
	else
		(void)snprintf(r->text, sizeof r->text,
		    "%s ended with exit code %d in %s; the log has more", who,
		    WEXITSTATUS(d->status), where);
}

static void
failed(const char *who, uint32_t phase, const char *of, const char *text,
    struct board_reload *r)
{
	char in[128];

	module(r, of);
	(void)snprintf(r->text, sizeof r->text, "%s: %s failed: %s", who,
	    place(in, phase, of, "preparing"), text);
}

static void
probe_failed(struct supervisor *s, const struct action *a,
    struct board_reload *r)
{
	const struct death *d = &s->deaths[builder_slot(s)];
	char in[128];

	if (a->why == WHY_PROBE_SLOW) {
		module(r, d->module);
		(void)snprintf(r->text, sizeof r->text,
		    "probe: %s was not done in time and was killed",
		    place(in, d->seen.phase, d->module,
			"migrating and building snapshots"));
	} else if (WIFEXITED(d->status) &&
	    d->failed == s->reload.next.generation)
		failed("probe", d->failed_phase, d->failed_module,
		    d->failed_text, r);
	else
		died("probe", d, "its migrations or snapshots", r);
}

/* Where the worker stands now, if it is still there. */
static void
slow(struct supervisor *s, unsigned slot, const char *who,
    struct board_reload *r)
{
	struct board_slot *at = &s->board->slots[slot];
	int row = atomic_load(&at->phase_module);
	const char *of = row >= 0 && row < BOARD_MODULES
	    ? s->board->modules[row].name
	    : "";
	uint32_t phase = atomic_load(&at->phase);
	char in[128];

	if (child_worker(s, slot) == NULL) {
		(void)snprintf(r->text, sizeof r->text,
		    "%s has died and its replacement was not ready in %lld ms",
		    who, (long long)s->reload.next.prepare_timeout_ms);
		return;
	}
	if (phase == PHASE_NONE)
		of = "";
	module(r, of);
	(void)snprintf(r->text, sizeof r->text,
	    "%s: %s was not done in %lld ms", who,
	    place(in, phase, of, "preparing"),
	    (long long)s->reload.next.prepare_timeout_ms);
}

static void
worker_failed(struct supervisor *s, const struct action *a,
    struct board_reload *r)
{
	const struct death *d = &s->deaths[a->slot];
	const struct board_failure *f = &s->board->slots[a->slot].failure;
	char who[24], in[128], of[64], text[320];

	r->worker = (int32_t)a->slot;
	(void)snprintf(who, sizeof who, "worker %u", a->slot);
	switch (a->why) {
	case WHY_WORKER_FAILED:
		(void)snprintf(of, sizeof of, "%.63s", f->module);
		(void)snprintf(text, sizeof text, "%.319s", f->text);
		failed(who, f->phase, of, text, r);
		return;
	case WHY_WORKER_DIED:
		died(who, d, "preparing", r);
		return;
	case WHY_WORKER_STALLED:
		module(r, d->module);
		(void)snprintf(r->text, sizeof r->text,
		    "%s held its loop for more than %lld ms in %s and was "
		    "killed",
		    who, (long long)s->plan.stall_ms,
		    place(in, d->seen.phase, d->module, "preparing"));
		return;
	case WHY_WORKER_SLOW:
		slow(s, a->slot, who, r);
		return;
	default:
		(void)snprintf(r->text, sizeof r->text,
		    "%s still holds two other generations for requests that "
		    "do not end; try again later",
		    who);
	}
}

void
reload_words(struct supervisor *s, const struct action *a,
    struct board_reload *r)
{
	switch (a->why) {
	case WHY_NONE:
		(void)snprintf(r->text, sizeof r->text, "%s",
		    s->reload.next.text);
		return;
	case WHY_INSPECTOR_BROKE:
		(void)snprintf(r->text, sizeof r->text,
		    "the inspector failed; the log has more");
		return;
	case WHY_INSPECTOR_SLOW:
		(void)snprintf(r->text, sizeof r->text,
		    "the inspector was not done in %d s and was killed",
		    DECIDE_INSPECT_US / 1000000);
		return;
	case WHY_PROBE_FAILED:
	case WHY_PROBE_SLOW:
		probe_failed(s, a, r);
		return;
	case WHY_STOPPING:
		(void)snprintf(r->text, sizeof r->text, "the host stops");
		return;
	default:
		worker_failed(s, a, r);
	}
}
