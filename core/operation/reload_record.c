/* SPDX-License-Identifier: BSD-2-Clause */

#include "core/operation/reload_record.h"

#include <time.h>

const char *
moment_text(struct arena *a, int64_t real_us)
{
	time_t second = (time_t)(real_us / 1000000);
	struct tm t;

	(void)gmtime_r(&second, &t);
	return arena_format(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
	    t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min,
	    t.tm_sec, (int)(real_us / 1000 % 1000));
}

static const char *
name_of(const char *const *names, uint32_t n, uint32_t i)
{
	return i < n ? names[i] : "?";
}

/* Texts come out of shared memory: never past their end. */
static void
set_text(struct arena *a, struct ep_node *n, const char *name, const char *text,
    size_t size)
{
	size_t length = strnlen(text, size);

	if (length > 0)
		(void)node_set(a, n, name, node_new_text(a, text, length));
}

static struct ep_node *
phases(struct arena *a, const struct board_reload *r)
{
	struct ep_node *n = node_new(a, EP_T_OBJECT);

	for (unsigned i = 0; i < RELOAD_PHASES; i++)
		if (r->phase_us[i] > 0)
			(void)node_set_int(a, n, reload_phase_name[i],
			    (r->phase_us[i] + 500) / 1000);
	return n;
}

struct ep_node *
reload_record_node(struct arena *a, const struct board_reload *r)
{
	struct ep_node *n = node_new(a, EP_T_OBJECT);

	(void)node_set_text(a, n, "kind",
	    name_of(reload_kind_name, RELOAD_KINDS, r->kind));
	(void)node_set_text(a, n, "result",
	    name_of(reload_result_name, RELOAD_RESULTS, r->result));
	(void)node_set_int(a, n, "from", (int64_t)r->from);
	if (r->to != 0)
		(void)node_set_int(a, n, "to", (int64_t)r->to);
	if (r->source != 0)
		(void)node_set_int(a, n, "source", (int64_t)r->source);
	if (r->uid != UINT32_MAX)
		(void)node_set_int(a, n, "uid", r->uid);
	set_text(a, n, "reason", r->reason, sizeof r->reason);
	(void)node_set_text(a, n, "phase",
	    name_of(reload_phase_name, RELOAD_PHASES, r->phase));
	(void)node_set_text(a, n, "began", moment_text(a, r->began_real_us));
	(void)node_set_int(a, n, "took_ms", (r->took_us + 500) / 1000);
	(void)node_set(a, n, "phases_ms", phases(a, r));
	if (r->worker >= 0)
		(void)node_set_int(a, n, "worker", r->worker);
	set_text(a, n, "module", r->module, sizeof r->module);
	set_text(a, n, "error", r->text, sizeof r->text);
	return n;
}
